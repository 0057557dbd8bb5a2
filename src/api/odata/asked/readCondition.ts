import type { EntitySet, Property } from '../model/entityModel';
import { notServed, quoted, wrong } from '../refused';
import type { Comparator, Expression } from '../syntax/expression';
import type { Literal } from '../syntax/literal';
import type { Compared, Condition, Derivation } from './condition';
import { DERIVATIONS, folded, holds, LEFT_OUT, TESTS, textIn } from './functions';
import { unknownProperty } from './unknownProperty';
import { valueOf, type ComparedValue } from './value';

/** The same comparison with its sides exchanged. */
const EXCHANGED: Readonly<Record<Comparator, Comparator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

/** Finds out what an expression means for the rows of a set. Throws Refused. */
export function readCondition(expression: Expression, set: EntitySet, what: string): Condition {
  return new ConditionReading(set, what).read(expression);
}

interface Side extends ComparedValue {
  readonly property: string;
  readonly derivation?: Derivation;
}

class ConditionReading {
  constructor(
    private readonly set: EntitySet,
    private readonly what: string,
  ) {}

  read(expression: Expression): Condition {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return { kind: expression.kind, of: expression.of.map((part) => this.read(part)) };
      case 'not':
        return { kind: 'not', of: this.read(expression.of) };
      case 'compare':
        return this.readComparison(expression);
      case 'in':
        return this.readIn(this.side(expression.left), expression.values);
      case 'any':
        return this.readAny(expression);
      case 'call':
        return this.readTest(expression.name, expression.of);
      case 'path': {
        const side = this.side(expression);
        if (side.type === 'Edm.Boolean') return this.test(side, { operator: 'eq', value: true });
        throw wrong(
          `${this.what} has ${side.name} alone, which is neither true nor false; expected a comparison such as ${side.name} ne null.`,
          this.what,
        );
      }
      case 'literal':
        if (expression.literal.of === 'boolean') {
          return { kind: 'constant', holds: expression.literal.value };
        }
        throw wrong(`${this.what} has a value alone; expected a comparison.`, this.what);
    }
  }

  private readComparison(compared: Extract<Expression, { kind: 'compare' }>): Condition {
    const { operator } = compared;
    const left = folded(compared.left);
    const right = folded(compared.right);
    if (right.kind === 'literal') return this.compare(left, operator, right.literal);
    if (left.kind === 'literal') return this.compare(right, EXCHANGED[operator], left.literal);
    throw notServed(
      `${this.what} compares two properties with each other; expected a property and a value.`,
      this.what,
    );
  }

  private compare(expression: Expression, operator: Comparator, literal: Literal): Condition {
    if (holds(expression)) return this.compareTruth(expression, operator, literal);
    const side = this.side(expression);
    if (literal.of === 'null') return this.compareNull(side, operator);
    return this.test(side, { operator, value: valueOf(literal, side, this.what) });
  }

  /** `contains(name,'x') eq true` is what some programs write. */
  private compareTruth(expression: Expression, operator: Comparator, literal: Literal): Condition {
    if (literal.of !== 'boolean' || (operator !== 'eq' && operator !== 'ne')) {
      throw wrong(
        `${this.what} compares a test with a value; expected eq true or eq false.`,
        this.what,
      );
    }
    const condition = this.read(expression);
    return literal.value === (operator === 'eq') ? condition : { kind: 'not', of: condition };
  }

  /** Nothing is greater than null, and nothing less. */
  private compareNull(side: Side, operator: Comparator): Condition {
    if (operator === 'eq' || operator === 'ne') {
      return this.test(side, { operator: 'null', holds: operator === 'eq' });
    }
    return { kind: 'constant', holds: false };
  }

  private readIn(side: Side, literals: readonly Literal[]): Condition {
    const values: Compared[] = [];
    for (const literal of literals) {
      if (literal.of !== 'null') values.push(valueOf(literal, side, this.what));
    }
    const isNull = this.test(side, { operator: 'null', holds: true });
    if (values.length === 0) return isNull;
    const isOne = this.test(side, { operator: 'in', values });
    return values.length === literals.length ? isOne : { kind: 'or', of: [isOne, isNull] };
  }

  private readTest(name: string, parts: readonly Expression[]): Condition {
    const operator = TESTS.find((known) => known === name);
    if (!operator) throw this.noTest(name);
    const [text, part, ...others] = parts;
    if (!text || !part || others.length > 0) {
      throw wrong(
        `${this.what} calls ${name} with ${String(parts.length)} values; expected two.`,
        this.what,
      );
    }
    const side = this.side(text);
    const value = textIn(part);
    if (side.type !== 'Edm.String' || side.values || value === undefined) {
      throw notServed(
        `${this.what} calls ${name}; expected a property of texts, and a text to find in it.`,
        this.what,
      );
    }
    return this.test(side, { operator, value });
  }

  private noTest(name: string) {
    if (Object.hasOwn(DERIVATIONS, name)) {
      return wrong(
        `${this.what} has ${name}() alone; expected it to be compared with a value.`,
        this.what,
      );
    }
    return this.unknownFunction(name);
  }

  private unknownFunction(name: string) {
    const expected = [...TESTS, ...Object.keys(DERIVATIONS)].join(', ');
    return LEFT_OUT.has(name)
      ? notServed(
          `${this.what} calls ${name}, which is not served; expected one of ${expected}.`,
          this.what,
        )
      : wrong(
          `${this.what} calls ${quoted(name)}, which is no function; expected one of ${expected}.`,
          this.what,
        );
  }

  private readAny({ path, variable, test }: Extract<Expression, { kind: 'any' }>): Condition {
    const property = this.property(path, true);
    if (!test) return { kind: 'test', property: property.name, test: { operator: 'any' } };
    const values = this.elements(test, variable ?? '', property);
    return { kind: 'test', property: property.name, test: { operator: 'has', values } };
  }

  /** The values that an element of the list must have one of. */
  private elements(test: Expression, variable: string, { name, type }: Property): string[] {
    const isVariable = (side: Expression) => side.kind === 'path' && side.path.join() === variable;
    const literals = ((): readonly Literal[] | undefined => {
      if (test.kind === 'in' && isVariable(test.left)) return test.values;
      if (test.kind !== 'compare' || test.operator !== 'eq') return undefined;
      const { left, right } = test;
      if (isVariable(left) && right.kind === 'literal') return [right.literal];
      return isVariable(right) && left.kind === 'literal' ? [left.literal] : undefined;
    })();
    if (!literals) {
      throw notServed(
        `${this.what} tests the elements of ${name} in another way than by eq or in; expected such as ${name}/any(x:x eq 'IT').`,
        this.what,
      );
    }
    return literals.map((literal) => String(valueOf(literal, { name, type }, this.what)));
  }

  private side(expression: Expression): Side {
    if (expression.kind === 'path') {
      const property = this.property(expression.path, false);
      return { ...property, property: property.name };
    }
    if (expression.kind === 'call') return this.derived(expression);
    throw notServed(
      `${this.what} compares something other than a property; expected a property and a value.`,
      this.what,
    );
  }

  private derived({ name, of }: Extract<Expression, { kind: 'call' }>): Side {
    const derivation = Object.hasOwn(DERIVATIONS, name) ? (name as Derivation) : undefined;
    if (!derivation) throw this.unknownFunction(name);
    const [inner, ...others] = of;
    if (inner?.kind !== 'path' || others.length > 0) {
      throw notServed(`${this.what} calls ${name} of something other than a property.`, this.what);
    }
    const property = this.property(inner.path, false);
    const { of: types, type } = DERIVATIONS[derivation];
    if (!types.includes(property.type) || property.values) {
      throw wrong(
        `${this.what} calls ${name} of ${property.name}, which is ${property.type}; expected ${types.join(' or ')}.`,
        this.what,
      );
    }
    return { name: `${name}(${property.name})`, type, property: property.name, derivation };
  }

  private property(path: readonly string[], collection: boolean): Property {
    const [name = '', ...deeper] = path;
    if (deeper.length > 0) {
      throw notServed(
        `${this.what} follows ${quoted(path.join('/'))}; expected properties of ${this.set.name} itself.`,
        this.what,
      );
    }
    const property = this.set.properties.get(name);
    if (!property) throw unknownProperty(name, this.set, this.what);
    if (!property.filterable) {
      throw notServed(`${this.what} has ${name}, by which rows are not filtered.`, this.what);
    }
    if (property.collection !== collection) {
      throw wrong(
        property.collection
          ? `${this.what} compares ${name}, which is a list; expected such as ${name}/any(x:x eq 'IT').`
          : `${this.what} asks for elements of ${name}, which is no list.`,
        this.what,
      );
    }
    return property;
  }

  private test(
    { property, derivation }: Side,
    test: Extract<Condition, { kind: 'test' }>['test'],
  ): Condition {
    return { kind: 'test', property, ...(derivation && { derivation }), test };
  }
}
