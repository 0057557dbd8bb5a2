import type { EntityModel, EntitySet } from '../model/entityModel';
import { notServed, quoted, Refused, wrong } from '../refused';
import { readLiteral } from '../syntax/literal';
import { readName } from '../syntax/expression';
import { Scanner } from '../syntax/scanner';
import type { Compared } from './condition';
import { valueOf } from './value';

/** The values of a set's key, by its properties. */
export type Key = ReadonlyMap<string, Compared>;

/** What the path names. */
export type Resource =
  | { readonly kind: 'service' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'rows' | 'count'; readonly set: EntitySet }
  | { readonly kind: 'row'; readonly set: EntitySet; readonly key: Key };

/** Parts of OData's addresses that this service leaves out. */
const LEFT_OUT = /^\$(batch|all|entity|crossjoin\b.*)$/;

/** Finds out what the decoded segments of a path name. Throws Refused. */
export function readResource(segments: readonly string[], model: EntityModel): Resource {
  const [first, second, ...others] = segments;
  if (first === undefined) return { kind: 'service' };
  if (first === '$metadata' && second === undefined) return { kind: 'metadata' };
  if (LEFT_OUT.test(first)) {
    throw notServed(`${quoted(first)} is not served; expected an entity set.`, 'path');
  }
  const [, name = '', predicate] = /^([^(]*)(\(.*\))?$/s.exec(first) ?? [];
  const set = model.sets.get(name);
  if (!set) {
    const known = [...model.sets.keys()].join(', ');
    throw new Refused(
      404,
      `There is no entity set ${quoted(name)}; expected one of ${known}, or $metadata.`,
      'path',
    );
  }
  if (second === '$count' && others.length === 0 && predicate === undefined) {
    return { kind: 'count', set };
  }
  if (second !== undefined) {
    throw notServed(
      `The path goes on with ${quoted([second, ...others].join('/'))}; expected $count, or $select and $expand in the query.`,
      'path',
    );
  }
  if (predicate === undefined) return { kind: 'rows', set };
  return { kind: 'row', set, key: readKey(predicate, set) };
}

function readKey(predicate: string, set: EntitySet): Key {
  const scanner = new Scanner(predicate, 'The key');
  const expected = set.key.map((name) => `${name}=…`).join(',');
  const key = new Map<string, Compared>();
  scanner.expect(/\([ \t]*/y, 'an opening parenthesis');
  do {
    scanner.skipBlanks();
    const alone = readLiteral(scanner);
    const [only, ...others] = set.key;
    if (alone && only !== undefined && others.length === 0 && key.size === 0) {
      key.set(only, keyValue(set, only, alone));
    } else {
      if (alone)
        throw wrong(
          `The key of ${set.name} has a value without its name; expected ${expected}.`,
          'path',
        );
      const name = readName(scanner, `the key of ${set.name}: ${expected}`);
      if (!set.key.includes(name) || key.has(name)) {
        throw wrong(`The key has ${quoted(name)}; expected ${expected}.`, 'path');
      }
      scanner.expect(/[ \t]*=[ \t]*/y, 'an equals sign');
      const literal = readLiteral(scanner);
      if (!literal) throw scanner.failure('a value');
      key.set(name, keyValue(set, name, literal));
    }
    scanner.skipBlanks();
  } while (scanner.take(/,/y) !== undefined);
  scanner.expect(/\)/y, 'a closing parenthesis');
  scanner.end('its end');
  if (key.size < set.key.length) {
    throw wrong(`The key of ${set.name} is not whole; expected ${expected}.`, 'path');
  }
  return key;
}

function keyValue(
  set: EntitySet,
  name: string,
  literal: NonNullable<ReturnType<typeof readLiteral>>,
): Compared {
  const property = set.properties.get(name);
  if (!property) throw new Error(`${set.name} has no property ${name}, which its key names.`);
  return valueOf(literal, property, 'The key');
}
