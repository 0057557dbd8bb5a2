import fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

export interface QuestionOptions {
  /** What scalars hold, as GraphQL writes it; by the scalar's name. */
  readonly scalars: Readonly<Record<string, fc.Arbitrary<string>>>;
  /** Fields that are not asked for, as `Type.field`. */
  readonly without?: readonly string[];
  /** How many levels lie below a root field at most. */
  readonly depth?: number;
  /** A name of fields, columns and dimensions that is drawn more often than the others. */
  readonly favoured?: string;
  /** Also what the schema allows and no resolver takes, such as first together with last. */
  readonly careless?: boolean;
}

/** The name of the variable that holds a cursor; a question without one is asked without it. */
export const CURSOR = 'cursor';

/** A document that the schema allows: fields, arguments and values drawn from it, and nothing else. */
export function questions(schema: GraphQLSchema, options: QuestionOptions): fc.Arbitrary<string> {
  return new Questions(schema, options).documents();
}

class Questions {
  private readonly selections = new Map<string, fc.Arbitrary<string>>();
  private readonly inputs = new Map<string, fc.Arbitrary<string>>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly options: QuestionOptions,
  ) {}

  documents(): fc.Arbitrary<string> {
    const query = this.schema.getQueryType();
    if (!query) throw new Error('The schema has no queries.');
    const fields = this.fieldsOf(query);
    const root = fc
      .constantFrom(...fields)
      .chain((field) => this.field(field, this.options.depth ?? 4));
    return fc.array(root, { minLength: 1, maxLength: 2 }).map((roots) => {
      const body = roots.map((text, index) => `  r${String(index)}: ${text}`).join('\n');
      const head = body.includes(`$${CURSOR}`) ? `query ($${CURSOR}: String) ` : '';
      return `${head}{\n${body}\n}`;
    });
  }

  private fieldsOf(type: GraphQLNamedType): GraphQLField<unknown, unknown>[] {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const without = new Set(this.options.without);
    return Object.values(type.getFields()).filter(
      ({ name }) => !without.has(`${type.name}.${name}`),
    );
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<string> {
    const type = getNamedType(field.type);
    const below = isCompositeType(type) ? this.selection(type, depth) : fc.constant('');
    return fc
      .tuple(this.arguments(field), below)
      .map(([given, selected]) => `${field.name}${given}${selected}`);
  }

  private selection(type: GraphQLNamedType, depth: number): fc.Arbitrary<string> {
    const key = `${type.name} ${String(depth)}`;
    const known = this.selections.get(key);
    if (known) return known;
    const fields = this.fieldsOf(type).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    );
    const arbitrary =
      fields.length === 0
        ? fc.constant(' { __typename }')
        : this.some(fields, ({ name }) => name, 1, 5)
            .chain((chosen) => fc.tuple(...chosen.map((field) => this.field(field, depth - 1))))
            .map((texts) => ` { ${texts.join(' ')} }`);
    this.selections.set(key, arbitrary);
    return arbitrary;
  }

  private arguments({ args }: GraphQLField<unknown, unknown>): fc.Arbitrary<string> {
    if (args.length === 0) return fc.constant('');
    const backward = args.some(({ name }) => name === 'last');
    const given = fc.tuple(
      fc.boolean(),
      ...args.map(({ name, type }) => {
        const value = this.argument(name, type);
        return (isNonNullType(type) ? value : fc.option(value)).map((text) => ({ name, text }));
      }),
    );
    return given.map(([forward, ...values]) => {
      const unused = forward ? ['last', 'before'] : ['first', 'after'];
      const kept = values.filter(
        ({ name, text }) =>
          text !== null && (this.options.careless || !backward || !unused.includes(name)),
      );
      return kept.length === 0
        ? ''
        : `(${kept.map(({ name, text }) => `${name}: ${String(text)}`).join(', ')})`;
    });
  }

  private argument(name: string, type: GraphQLInputType): fc.Arbitrary<string> {
    if (name === 'after' || name === 'before') return fc.constant(`$${CURSOR}`);
    if (!this.options.careless && (name === 'first' || name === 'last')) {
      return fc.integer({ min: 0, max: 9 }).map(String);
    }
    return this.value(type, 3);
  }

  private value(given: GraphQLInputType, depth: number): fc.Arbitrary<string> {
    const type = getNullableType(given);
    if (isListType(type)) return this.list(type.ofType as GraphQLInputType, depth);
    if (isEnumType(type)) return this.oneOf(type.getValues().map(({ name }) => name));
    if (isInputObjectType(type)) return this.object(type, depth);
    const scalar = this.options.scalars[type.name];
    if (!scalar) throw new Error(`Nothing is known of the scalar ${type.name}.`);
    return scalar;
  }

  private list(element: GraphQLInputType, depth: number): fc.Arbitrary<string> {
    const type = getNullableType(element);
    const elements = isEnumType(type)
      ? this.some(
          type.getValues().map(({ name }) => name),
          (name) => name,
          0,
          3,
        )
      : fc.array(this.value(element, depth), { minLength: 1, maxLength: 3 });
    return elements.map((texts) => `[${texts.join(', ')}]`);
  }

  private object(type: GraphQLInputObjectType, depth: number): fc.Arbitrary<string> {
    const key = `${type.name} ${String(depth)}`;
    const known = this.inputs.get(key);
    if (known) return known;
    const fields = Object.values(type.getFields());
    const optional = fields.filter(
      (field) =>
        !isNonNullType(field.type) && (depth > 0 || !isInputObjectType(getNamedType(field.type))),
    );
    const needed = fields.filter((field) => isNonNullType(field.type));
    // Of an order exactly one thing may be said beside its direction.
    const isOrder = type.name.endsWith('OrderBy');
    const chosen = this.some(optional, ({ name }) => name, isOrder ? 1 : 0, isOrder ? 1 : 2);
    const arbitrary = chosen
      .chain((some) =>
        fc.tuple(
          ...[...needed, ...some].map((field) =>
            // In an order only true says anything.
            (isOrder && isScalar(field.type, 'Boolean')
              ? fc.constant('true')
              : this.value(field.type, depth - 1)
            ).map((text) => `${field.name}: ${text}`),
          ),
        ),
      )
      .map((texts) => `{${texts.join(', ')}}`);
    this.inputs.set(key, arbitrary);
    return arbitrary;
  }

  /** A few of these, each once. */
  private some<Item>(
    items: readonly Item[],
    nameOf: (item: Item) => string,
    least: number,
    most: number,
  ): fc.Arbitrary<Item[]> {
    const bounded = {
      minLength: Math.min(least, items.length),
      maxLength: Math.min(most, items.length),
    };
    const drawn = fc.subarray([...items], bounded);
    const favoured = items.find((item) => this.isFavoured(nameOf(item)));
    if (favoured === undefined || most === 0) return drawn;
    const without = fc.subarray(
      items.filter((item) => item !== favoured),
      { maxLength: bounded.maxLength - 1 },
    );
    return fc.oneof(
      drawn,
      without.map((rest) => [favoured, ...rest]),
    );
  }

  private oneOf(names: readonly string[]): fc.Arbitrary<string> {
    const drawn = fc.constantFrom(...names);
    const favoured = names.find((name) => this.isFavoured(name));
    return favoured === undefined ? drawn : fc.oneof(drawn, fc.constant(favoured));
  }

  private isFavoured(name: string): boolean {
    return name.toLowerCase() === this.options.favoured;
  }
}

function isScalar(type: GraphQLInputType, name: string): boolean {
  return getNamedType(type).name === name;
}
