import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** A request over GraphQL. */
export interface Request {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A place of the schema where a caller may write null. */
export interface NullPlace {
  /** Such as `Query.financing(orderBy[].direction)`. */
  readonly name: string;
  readonly nullable: boolean;
  readonly inFilter: boolean;
  /** The request with nothing in this place; undefined where something must stand there. */
  readonly without: Request | undefined;
  /** The same with null there, in each way in which it can be sent. */
  readonly withNull: readonly (Request & { readonly way: string })[];
}

/** Where the value under test stands in what is written. */
class Here {
  readonly isHere = true;
}
const HERE = new Here();
type Value = Here | string | number | boolean | readonly Value[] | Values;
interface Values {
  readonly [name: string]: Value;
}

/** What is given where something must be, by the name of the argument, else by that of its type. */
const SAMPLES: Values = {
  text: 'тоо',
  by: ['YEAR'],
  id: '1',
  name: 'nulls',
  runId: '1',
  why: 'because',
  rights: ['marts:read'],
  String: 'x',
  Int: 1,
  ID: '1',
  Boolean: true,
  Decimal: '1.00',
  BigInt: 1,
  Date: '2024-01-01',
  DateTime: '2024-01-01T00:00:00Z',
};

type Field = GraphQLField<unknown, unknown>;

/** Every place of the schema's arguments; each input type is walked where it is first met. */
export function nullPlaces(schema: GraphQLSchema): NullPlace[] {
  const seen = new Set<string>();
  return routesOf(schema).flatMap(({ type, field, around }) =>
    field.args.flatMap((argument) =>
      placesIn(argument.type, seen, isRequiredArgument(argument)).map((place): NullPlace => {
        const request = (value: Value | undefined, written: string, declared = '') => {
          const given = { ...required(field, argument.name), [argument.name]: value };
          const head = declared === '' ? '' : `(${declared})`;
          return around(head, fieldText(field, given, written));
        };
        const { position } = place;
        // A variable that may be null stands where none may be only with a default.
        const usual = isNonNullType(position)
          ? ` = ${print(sampleOf('', position), position, '')}`
          : '';
        const declared = `$v: ${String(isNonNullType(position) ? position.ofType : position)}${usual}`;
        const inQuery = (value: Value | undefined) => ({ query: request(value, '') });
        return {
          name: `${type}.${field.name}(${argument.name}${place.path})`,
          nullable: !isNonNullType(position),
          inFilter: place.inFilter,
          without: place.without === 'impossible' ? undefined : inQuery(place.without),
          withNull: [
            { way: 'as a literal', query: request(place.value, 'null') },
            {
              way: 'as a variable in its place',
              query: request(place.value, '$v', declared),
              variables: { v: null },
            },
            ...(place.path === ''
              ? []
              : [
                  {
                    way: 'within a variable',
                    query: request(HERE, '$v', `$v: ${String(argument.type)}`),
                    variables: { v: asJson(place.value) },
                  },
                ]),
          ],
        };
      }),
    ),
  );
}

interface PlaceIn {
  readonly path: string;
  /** The type of what stands there. */
  readonly position: GraphQLInputType;
  readonly inFilter: boolean;
  /** The value of the argument with HERE in it. */
  readonly value: Value;
  /** The value of the argument without it. */
  readonly without: Value | undefined | 'impossible';
}

function placesIn(type: GraphQLInputType, seen: Set<string>, isRequired: boolean): PlaceIn[] {
  const itself: PlaceIn = {
    path: '',
    position: type,
    inFilter: false,
    value: HERE,
    without: isRequired ? 'impossible' : undefined,
  };
  return [itself, ...placesBelow(type, seen)];
}

function placesBelow(given: GraphQLInputType, seen: Set<string>): PlaceIn[] {
  const type = isNonNullType(given) ? given.ofType : given;
  if (isListType(type)) {
    const item: PlaceIn = {
      path: '[]',
      position: type.ofType,
      inFilter: isFilter(getNamedType(type)),
      value: [HERE],
      without: 'impossible',
    };
    const below = placesBelow(type.ofType, seen).map((place): PlaceIn => ({
      ...place,
      path: `[]${place.path}`,
      value: [place.value],
      without: place.without === 'impossible' ? place.without : [place.without ?? {}],
    }));
    return isNonNullType(type.ofType) ? [item, ...below] : below;
  }
  if (!isInputObjectType(type) || seen.has(type.name)) return [];
  seen.add(type.name);
  const least = leastOf(type);
  return Object.values(type.getFields()).flatMap((field) => {
    const others = Object.fromEntries(
      Object.entries(least).filter(([name]) => name !== field.name),
    );
    const isNeeded = isRequiredInputField(field);
    const place: PlaceIn = {
      path: `.${field.name}`,
      position: field.type,
      inFilter: isFilter(type),
      value: { ...without(others, type, field.name), [field.name]: HERE },
      without: isNeeded ? 'impossible' : without(others, type, field.name),
    };
    const below = placesBelow(field.type, seen).map((inner): PlaceIn => ({
      ...inner,
      path: `.${field.name}${inner.path}`,
      inFilter: inner.inFilter || isFilter(type),
      value: { ...without(others, type, field.name), [field.name]: inner.value },
      without:
        inner.without === 'impossible'
          ? inner.without
          : { ...without(others, type, field.name), [field.name]: inner.without ?? {} },
    }));
    return [place, ...below];
  });
}

/** An order of groups names one thing; another than the field under test. */
function without(others: Values, type: GraphQLNamedType, name: string) {
  if (!type.name.endsWith('GroupOrderBy')) return others;
  return name === 'key' ? { rows: true } : { key: 'YEAR' };
}

function isFilter({ name }: GraphQLNamedType): boolean {
  return name.endsWith('Filter');
}

function leastOf(type: GraphQLNamedType): Values {
  if (!isInputObjectType(type)) return {};
  const needed = Object.values(type.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(needed.map((field) => [field.name, sampleOf(field.name, field.type)]));
}

function sampleOf(name: string, type: GraphQLInputType): Value {
  const named = SAMPLES[name];
  if (named !== undefined) return named;
  if (isNonNullType(type)) return sampleOf(name, type.ofType);
  if (isListType(type)) return [sampleOf('', type.ofType)];
  if (isInputObjectType(type)) return leastOf(type);
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  return SAMPLES[type.name] ?? 'x';
}

function required({ args, name: field }: Field, except: string): Values {
  const needed = args.filter((each) => isRequiredArgument(each) && each.name !== except);
  const given = Object.fromEntries(needed.map(({ name, type }) => [name, sampleOf(name, type)]));
  // A key without rights, and a company without an id, are refused whatever is null.
  if (field === 'createKey' && except !== 'rights') return { ...given, rights: ['marts:read'] };
  if (field === 'createKey') return { ...given, roles: [] };
  return field === 'company' && except !== 'id' ? { ...given, id: '1' } : given;
}

interface Route {
  readonly type: string;
  readonly field: Field;
  /** The document that asks for the field. */
  readonly around: (head: string, field: string) => string;
}

/** The fields with arguments, each on the shortest way to it. */
function routesOf(schema: GraphQLSchema): Route[] {
  const routes: Route[] = [];
  const met = new Set<string>();
  const starts = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  let level = starts.map(([operation, type]) => ({
    type: type as GraphQLNamedType | undefined | null,
    around: (head: string, body: string) => `${operation} ${head} { ${body} }`,
  }));
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { type, around } of level) {
      if (!isObjectType(type) || met.has(type.name)) continue;
      met.add(type.name);
      for (const field of Object.values(type.getFields())) {
        if (field.args.length > 0) routes.push({ type: type.name, field, around });
        const given = argumentsText(field, required(field, ''), '');
        next.push({
          type: getNamedType(field.type),
          around: (head, body) => around(head, `${field.name}${given} { ${body} }`),
        });
      }
    }
    level = next;
  }
  return routes;
}

function fieldText(
  field: Field,
  given: Readonly<Record<string, Value | undefined>>,
  written: string,
) {
  return `${field.name}${argumentsText(field, given, written)}${selectionOf(field.type, 3)}`;
}

function argumentsText(
  field: Field,
  given: Readonly<Record<string, Value | undefined>>,
  written: string,
) {
  const texts = field.args.flatMap(({ name, type }) => {
    const value = given[name];
    return value === undefined ? [] : [`${name}: ${print(value, type, written)}`];
  });
  return texts.length === 0 ? '' : `(${texts.join(', ')})`;
}

/** Some of what is there, so that answers can differ. */
function selectionOf(output: GraphQLOutputType, depth: number): string {
  const type = getNamedType(output);
  if (!isCompositeType(type)) return '';
  if (depth === 0 || !('getFields' in type)) return ' { __typename }';
  const fields = Object.values(type.getFields()).filter(({ args }) => args.length === 0);
  const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type))).slice(0, 2);
  const deeper = fields.filter(({ name }) => ['nodes', 'key', 'record', 'scope'].includes(name));
  const texts = [...leaves, ...deeper].map((each) => each.name + selectionOf(each.type, depth - 1));
  return ` { ${['__typename', ...texts].join(' ')} }`;
}

function print(value: Value, given: GraphQLInputType, written: string): string {
  if (value instanceof Here) return written;
  const type = isNonNullType(given) ? given.ofType : given;
  if (isListType(type)) {
    const items = Array.isArray(value) ? (value as readonly Value[]) : [value];
    return `[${items.map((item) => print(item, type.ofType, written)).join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = Object.entries(value as Values).map(([name, member]) => {
      const field = type.getFields()[name];
      if (!field) throw new Error(`${type.name} has no ${name}.`);
      return `${name}: ${print(member, field.type, written)}`;
    });
    return `{${fields.join(', ')}}`;
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value);
}

function asJson(value: Value): unknown {
  if (value instanceof Here) return null;
  if (Array.isArray(value)) return (value as readonly Value[]).map(asJson);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member)]));
}
