import { notServed, quoted } from '../refused';
import { readLiteral, type Literal } from './literal';
import { Scanner } from './scanner';

/** What $filter and filter() say, before it is known what the names in it mean. */
export type Expression =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'path'; readonly path: readonly string[] }
  | { readonly kind: 'call'; readonly name: string; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | {
      readonly kind: 'compare';
      readonly operator: Comparator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'in'; readonly left: Expression; readonly values: readonly Literal[] }
  | {
      /** `activityFields/any(a:a eq 'IT')`; without a test it asks whether there is any element. */
      readonly kind: 'any';
      readonly path: readonly string[];
      readonly variable: string | undefined;
      readonly test: Expression | undefined;
    };

export type Comparator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

const NAME = /[\p{L}_][\p{L}\p{N}_]{0,127}/uy;
const COMPARATOR = /[ \t]+(eq|ne|gt|ge|lt|le)(?=[ \t])/y;
const ARITHMETIC = /[ \t]+(add|sub|mul|div|divby|mod|has)(?=[ \t])/y;

/** Reads a whole text as an expression. Throws Refused. */
export function parseExpression(text: string, what: string): Expression {
  const scanner = new Scanner(text, what);
  const expression = readExpression(scanner);
  scanner.end('and, or, or its end');
  return expression;
}

/** Reads an expression that ends where something else begins, as in filter(…). */
export function readExpression(scanner: Scanner): Expression {
  return readJoined(scanner, 'or', () => readJoined(scanner, 'and', () => readComparison(scanner)));
}

function readJoined(scanner: Scanner, kind: 'and' | 'or', readPart: () => Expression): Expression {
  const joint = kind === 'and' ? /[ \t]+and(?=[ \t(])/y : /[ \t]+or(?=[ \t(])/y;
  const parts = [readPart()];
  while (scanner.take(joint) !== undefined) parts.push(readPart());
  const [only, ...others] = parts;
  return only && others.length === 0 ? only : { kind, of: parts };
}

function readComparison(scanner: Scanner): Expression {
  scanner.skipBlanks();
  // `not` binds closer than a comparison, and stands before a parenthesis without a blank too.
  if (scanner.take(/not(?=[ \t(])/y) !== undefined) {
    return scanner.within(() => ({ kind: 'not', of: readComparison(scanner) }));
  }
  const left = readOperand(scanner);
  if (scanner.sees(ARITHMETIC)) {
    throw notServed(
      `${scanner.what} calculates with ${(scanner.take(ARITHMETIC) ?? '').trim()}; expected a property to be compared with a value.`,
      scanner.what,
    );
  }
  const operator = scanner.take(COMPARATOR)?.trim();
  if (operator !== undefined) {
    scanner.skipBlanks();
    const right = readOperand(scanner);
    return { kind: 'compare', operator: operator as Comparator, left, right };
  }
  if (scanner.take(/[ \t]+in(?=[ \t(])/y) !== undefined) {
    return { kind: 'in', left, values: readList(scanner) };
  }
  return left;
}

function readOperand(scanner: Scanner): Expression {
  if (scanner.take(/\(/y) !== undefined) {
    return scanner.within(() => {
      const inner = readExpression(scanner);
      scanner.skipBlanks();
      scanner.expect(/\)/y, 'and, or, or a closing parenthesis');
      return inner;
    });
  }
  const literal = readLiteral(scanner);
  if (literal) return { kind: 'literal', literal };
  if (scanner.sees(/@/y)) {
    throw notServed(
      `${scanner.what} has a parameter alias; expected its value in its place.`,
      scanner.what,
    );
  }
  if (scanner.sees(/\$/y)) {
    throw notServed(
      `${scanner.what} has ${quoted(scanner.take(/\$\w*/y) ?? '')}; expected a property, a function or a value.`,
      scanner.what,
    );
  }
  return readNamed(scanner);
}

/** A path, a function, or a test of the elements of a list. */
function readNamed(scanner: Scanner): Expression {
  const first = scanner.expect(NAME, 'a property, a function or a value');
  if (scanner.take(/\([ \t]*/y) !== undefined) {
    return scanner.within(() => readCall(scanner, first));
  }
  const path = [first];
  while (scanner.take(/\//y) !== undefined) {
    const lambda = scanner.take(/(?:any|all)(?=\()/y);
    if (lambda === 'all') {
      throw notServed(
        `${scanner.what} uses all(); expected any(), or not with any().`,
        scanner.what,
      );
    }
    if (lambda === 'any') return scanner.within(() => readAny(scanner, path));
    path.push(scanner.expect(NAME, 'the name of a property'));
  }
  return { kind: 'path', path };
}

function readCall(scanner: Scanner, name: string): Expression {
  const parts: Expression[] = [];
  if (scanner.take(/\)/y) !== undefined) return { kind: 'call', name, of: parts };
  do {
    scanner.skipBlanks();
    parts.push(readExpression(scanner));
    scanner.skipBlanks();
  } while (scanner.take(/,/y) !== undefined);
  scanner.expect(/\)/y, 'a comma or a closing parenthesis');
  return { kind: 'call', name, of: parts };
}

function readAny(scanner: Scanner, path: readonly string[]): Expression {
  scanner.expect(/\([ \t]*/y, 'an opening parenthesis');
  if (scanner.take(/\)/y) !== undefined) {
    return { kind: 'any', path, variable: undefined, test: undefined };
  }
  const variable = scanner.expect(NAME, 'a variable and a colon, such as a:');
  scanner.expect(/[ \t]*:[ \t]*/y, 'a colon');
  const test = readExpression(scanner);
  scanner.skipBlanks();
  scanner.expect(/\)/y, 'a closing parenthesis');
  return { kind: 'any', path, variable, test };
}

function readList(scanner: Scanner): readonly Literal[] {
  scanner.skipBlanks();
  scanner.expect(/\([ \t]*/y, 'a list of values in parentheses');
  const values: Literal[] = [];
  do {
    scanner.skipBlanks();
    const literal = readLiteral(scanner);
    if (!literal) scanner.fail('a value');
    values.push(literal);
    scanner.skipBlanks();
  } while (scanner.take(/,/y) !== undefined);
  scanner.expect(/\)/y, 'a comma or a closing parenthesis');
  return values;
}

/** What is read of a name alone, such as one of $select. */
export function readName(scanner: Scanner, expected: string): string {
  return scanner.expect(NAME, expected);
}
