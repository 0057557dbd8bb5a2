import { METHODS, type EntitySet, type Method, type Property } from '../model/entityModel';
import { notServed, quoted, wrong } from '../refused';
import { readExpression, readName } from '../syntax/expression';
import { Scanner } from '../syntax/scanner';
import type { Condition } from './condition';
import { readCondition } from './readCondition';
import { unknownProperty } from './unknownProperty';
import type { Aggregated, GroupsQuery } from './rowsQuery';

const WHAT = '$apply';
const MAX_AGGREGATES = 50;

type Grouped = Pick<GroupsQuery, 'keys' | 'aggregates' | 'counts' | 'filter'>;

/**
 * Reads $apply: filters, and then groupby or aggregate. `namespace` may stand before the method `total`, which is
 * this service's own. Throws Refused.
 */
export function readApply(text: string, set: EntitySet, namespace: string): Grouped {
  return new ApplyReading(new Scanner(text.trim(), WHAT), set, namespace).read();
}

class ApplyReading {
  private readonly aggregates: Aggregated[] = [];
  private readonly counts: string[] = [];
  private readonly names = new Set<string>();

  constructor(
    private readonly scanner: Scanner,
    private readonly set: EntitySet,
    private readonly namespace: string,
  ) {}

  read(): Grouped {
    const { scanner, set } = this;
    if (!set.grouped) {
      throw notServed(`The rows of ${set.name} are not added up; expected $apply of a mart.`, WHAT);
    }
    const filters: Condition[] = [];
    while (scanner.take(/filter\([ \t]*/y) !== undefined) {
      filters.push(scanner.within(() => readCondition(readExpression(scanner), set, WHAT)));
      scanner.skipBlanks();
      scanner.expect(/\)/y, 'and, or, or a closing parenthesis');
      scanner.expect(/\//y, 'a slash, and groupby or aggregate');
    }
    const keys = this.readGroups();
    scanner.skipBlanks();
    if (scanner.sees(/\//y)) {
      throw notServed(
        '$apply goes on after groupby or aggregate; expected $orderby, $top and $skip for what is done to groups.',
        WHAT,
      );
    }
    scanner.end('its end');
    return {
      keys,
      aggregates: this.aggregates,
      counts: this.counts,
      filter: filters.length === 0 ? undefined : { kind: 'and', of: filters },
    };
  }

  private readGroups(): readonly Property[] {
    const { scanner } = this;
    if (scanner.take(/aggregate\(/y) !== undefined) {
      this.readAggregates();
      return [];
    }
    if (scanner.take(/groupby\([ \t]*\([ \t]*/y) === undefined) {
      const word = scanner.take(/[\w.]+(?=\()/y);
      if (word === undefined) throw scanner.failure('filter(…), groupby((…)) or aggregate(…)');
      throw notServed(`$apply has ${quoted(word)}; expected filter, groupby or aggregate.`, WHAT);
    }
    const keys: Property[] = [];
    do {
      scanner.skipBlanks();
      keys.push(this.readKey());
      scanner.skipBlanks();
    } while (scanner.take(/,/y) !== undefined);
    scanner.expect(/\)[ \t]*/y, 'a comma or a closing parenthesis');
    if (scanner.take(/,[ \t]*/y) !== undefined) {
      scanner.expect(/aggregate\(/y, 'aggregate(…)');
      this.readAggregates();
      scanner.skipBlanks();
    }
    scanner.expect(/\)/y, 'a comma and aggregate(…), or a closing parenthesis');
    return keys;
  }

  private readKey(): Property {
    if (this.scanner.sees(/rollup\(|\$all/y)) {
      throw notServed('$apply has rollup; expected properties.', WHAT);
    }
    const name = readName(this.scanner, 'a property to group by');
    const property = this.set.properties.get(name);
    if (!property) throw unknownProperty(name, this.set, WHAT);
    if (this.scanner.sees(/\//y) || !property.groupable) {
      throw notServed(
        `$apply groups by ${name}, by which rows of ${this.set.name} are not grouped.`,
        WHAT,
      );
    }
    this.note(name);
    return property;
  }

  private readAggregates(): void {
    const { scanner } = this;
    do {
      scanner.skipBlanks();
      this.readAggregate();
      scanner.skipBlanks();
    } while (scanner.take(/,/y) !== undefined);
    scanner.expect(/\)/y, 'a comma or a closing parenthesis');
  }

  private readAggregate(): void {
    const { scanner, set } = this;
    if (this.names.size > MAX_AGGREGATES) {
      throw wrong(
        `$apply asks for more than ${String(MAX_AGGREGATES)} values, the most of a group.`,
        WHAT,
      );
    }
    if (scanner.take(/\$count/y) !== undefined) {
      this.counts.push(this.readAlias());
      return;
    }
    const name = readName(scanner, 'a measure, or $count');
    const property = set.properties.get(name);
    if (!property) throw unknownProperty(name, set, WHAT);
    if (!property.measure) {
      const measures = [...set.properties.values()].filter(({ measure }) => measure);
      throw notServed(
        `$apply adds up ${name}, which is no measure; expected one of ${measures.map((each) => each.name).join(', ')}, or $count.`,
        WHAT,
      );
    }
    scanner.expect(/[ \t]+with[ \t]+/y, 'with and a method, such as with total');
    const method = this.readMethod(property.measure.methods);
    this.aggregates.push({ property, method, alias: this.readAlias() });
  }

  private readMethod(methods: readonly Method[]): Method {
    const given = this.scanner.expect(/[\w.]+/y, `one of ${METHODS.join(', ')}`);
    const bare = given === `${this.namespace}.total` ? 'total' : given;
    const method = methods.find((known) => known === bare);
    if (method) return method;
    throw notServed(
      `$apply adds up with ${quoted(given)}; expected one of ${methods.join(', ')}.`,
      WHAT,
    );
  }

  private readAlias(): string {
    this.scanner.expect(/[ \t]+as[ \t]+/y, 'as and a name, such as as incomeTotal');
    return this.note(readName(this.scanner, 'a name'));
  }

  private note(name: string): string {
    if (this.names.has(name))
      throw wrong(`$apply has ${name} twice; expected each name once.`, WHAT);
    this.names.add(name);
    return name;
  }
}
