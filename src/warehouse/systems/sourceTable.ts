import type { SystemDeclaration, TableDeclaration } from './declaration';

/** A table of a source system, as its files in sources/ declare it. */
export interface SourceTable extends TableDeclaration {
  readonly system: string;
  readonly name: string;
  /** Its name among the tables of all systems, such as `alaqan.visits`. */
  readonly id: string;
  /** The table that keeps its events, with its schema. */
  readonly bronzeTable: string;
}

/** PostgreSQL's type of a key as Bronze keeps it: several columns are one text. */
export function keyTypeOf({ key }: TableDeclaration): 'integer' | 'bigint' | 'text' | 'uuid' {
  const [{ type }] = key;
  if (key.length > 1) return 'text';
  return type === 'int' ? 'integer' : type;
}

export interface System extends SystemDeclaration {
  readonly name: string;
  /** By their names. */
  readonly tables: readonly SourceTable[];
}

/** Demonstration data have topics of their own; real data never mix with them. */
export const DEMONSTRATION_TOPICS = 'demo.';

const NAME = /^[a-z][a-z0-9_]{0,30}$/;

/** Puts the declarations of a system together. Throws one sentence where they do not fit. */
export function systemOf(
  name: string,
  declaration: SystemDeclaration,
  tables: ReadonlyMap<string, TableDeclaration>,
): System {
  for (const each of [name, ...tables.keys()]) {
    if (NAME.test(each)) continue;
    throw new Error(
      `sources/${name} declares the name ${JSON.stringify(each)}; expected small Latin letters, digits and _, at most 31 of them.`,
    );
  }
  return {
    ...declaration,
    name,
    tables: [...tables]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([table, declared]) => ({
        ...declared,
        system: name,
        name: table,
        id: declaration.unprefixed ? table : `${name}.${table}`,
        bronzeTable: `bronze.${declaration.unprefixed ? '' : `${name}_`}${table}_cdc`,
      })),
  };
}

/** The systems with all their tables, and which topic bears which table. */
export class SourceSystems {
  readonly tables: readonly SourceTable[];
  private readonly byName = new Map<string, { system: System; table: SourceTable }[]>();

  /** Throws where two tables could not be told apart by a topic, or would share a table of Bronze. */
  constructor(readonly systems: readonly System[]) {
    this.tables = systems.flatMap(({ tables }) => tables);
    const bronze = new Map<string, string>();
    for (const system of systems) {
      for (const table of system.tables) {
        const other = bronze.get(table.bronzeTable);
        if (other !== undefined) {
          throw new Error(
            `${other} and ${table.id} both declare ${table.bronzeTable}; expected a table for each.`,
          );
        }
        bronze.set(table.bronzeTable, table.id);
        const namesakes = this.byName.get(table.name) ?? [];
        const rival = namesakes.find((each) => prefixOf(each.system) === prefixOf(system));
        if (rival !== undefined) {
          throw new Error(
            `${rival.table.id} and ${table.id} have the same topics; expected topicPrefix to tell the systems apart.`,
          );
        }
        this.byName.set(table.name, [...namesakes, { system, table }]);
      }
    }
  }

  /** The table of a topic, or undefined where no system declares one. */
  tableOfTopic(topic: string): SourceTable | undefined {
    const real = topic.startsWith(DEMONSTRATION_TOPICS)
      ? topic.slice(DEMONSTRATION_TOPICS.length)
      : topic;
    const dot = real.lastIndexOf('.');
    const namesakes = this.byName.get(real.slice(dot + 1));
    if (namesakes === undefined) return undefined;
    const prefix = real.slice(0, Math.max(dot, 0));
    const exact = namesakes.find(({ system }) => prefixOf(system) === prefix);
    return (exact ?? namesakes.find(({ system }) => prefixOf(system) === undefined))?.table;
  }

  /** The table with this id; undefined where no system declares it. */
  table(id: string): SourceTable | undefined {
    return this.tables.find((each) => each.id === id);
  }
}

/** What precedes a table's name in its topics; undefined for any text. */
function prefixOf({ kind, name, topicPrefix }: System): string | undefined {
  return topicPrefix ?? (kind === 'debezium' ? undefined : name);
}
