import { createHash } from 'node:crypto';
import type { Session } from '../../../ground/database/session';
import type { Gate } from '../../gates/declaredGates';
import { judge, type GateResult, type Measured, type RowKey } from '../../gates/judgement';
import { lineage } from '../../lineage/lineage';
import { guardedTables } from './guardedTables';
import { standingReleases } from './releases';
import { shapeOf, type AppliedRows } from './rowChanges';

const EXAMPLES = 5;

/** How many rows each table has, in the published version or as it is about to be published. */
export type RowCounts = Readonly<Record<string, number>>;

/** Of the rows that a table is about to get: where they are, and which of the table's they speak for. */
export interface Staged {
  readonly table: string;
  readonly staged: string;
  /** Units of refresh; undefined for all rows. */
  readonly units: readonly string[] | undefined;
}

/** A hash of the SELECTs of gates: rows that others found to fail are found again. */
export function gatesHash(gates: readonly Gate[]): string {
  const hash = createHash('sha256');
  for (const { name, guards, select } of gates)
    hash.update(`${name}\0${JSON.stringify(guards)}\0${select}\0`);
  return hash.digest('hex');
}

/**
 * Holds the gates against what a refresh is about to publish, in the refresh's own transaction. The
 * SELECT of a gate that names `:rows` reads the rows that the refresh made, and the failing ones are
 * kept; a SELECT that does not is read whole.
 */
export class Audit {
  /** What no table can be published with; nothing is kept of it. */
  private readonly refused: { gate: Gate; measured: Measured; examples: readonly RowKey[] }[] = [];

  constructor(
    private readonly session: Session,
    private readonly gates: readonly Gate[],
  ) {}

  /** Looks at rows before they are written. Returns whether they can be. */
  async examine({ table, staged, units }: Staged): Promise<boolean> {
    const gates = await this.readingRowsOf(table);
    if (gates.some(({ absolute }) => !absolute)) {
      await this.session.query(
        `delete from refresh.gate_failures
         where table_name = $1 and ($2::text[] is null or unit = any ($2))`,
        [table, units ?? null],
      );
    }
    const before = this.refused.length;
    for (const gate of gates) {
      const select = await this.selectOf(gate, table, staged);
      if (gate.absolute) await this.refuse(gate, table, staged, select);
      else await this.keep(gate, table, select);
    }
    return this.refused.length === before;
  }

  /** Finds all failing rows of a table again, in the table itself. */
  async examineAnew(table: string): Promise<void> {
    await this.examine({ table, staged: table, units: undefined });
  }

  /** What every gate says, once the tables are as they would be published. */
  async judge(
    applied: Readonly<Record<string, AppliedRows>>,
    rows: RowCounts,
  ): Promise<GateResult[]> {
    const releases = await standingReleases(this.session);
    const kept = await this.keptFailures();
    const results: GateResult[] = [];
    for (const gate of this.gates) {
      for (const table of await guardedTables(this.session, gate)) {
        const refused = this.refused.find(
          ({ gate: { name }, measured }) => name === gate.name && measured.table === table,
        );
        const found =
          refused ??
          (await this.measure(gate, table, {
            rows: rows[table] ?? 0,
            kept: kept.get(`${gate.name} ${table}`) ?? 0,
            applied: applied[table],
          }));
        if (found)
          results.push(judge(gate, found.measured, { releases, examples: found.examples }));
      }
    }
    return results;
  }

  private async measure(
    gate: Gate,
    table: string,
    {
      rows,
      kept,
      applied,
    }: { readonly rows: number; readonly kept: number; readonly applied: AppliedRows | undefined },
  ): Promise<{ measured: Measured; examples: readonly RowKey[] } | undefined> {
    if (gate.measure === 'FALL') {
      if (applied === undefined) return undefined;
      const published = rows - applied.inserted + applied.deleted;
      const measured = { table, failing: Math.max(published - rows, 0), rows: published };
      return { measured, examples: applied.gone };
    }
    if (gate.select.includes(':rows')) {
      const examples = kept === 0 ? [] : await this.keptExamples(gate, table);
      return { measured: { table, failing: kept, rows }, examples };
    }
    const { failing, examples } = await this.read(gate.select);
    return { measured: { table, failing, rows }, examples };
  }

  private async readingRowsOf(table: string): Promise<Gate[]> {
    const gates: Gate[] = [];
    for (const gate of this.gates) {
      if (!gate.select.includes(':rows')) continue;
      if ((await guardedTables(this.session, gate)).includes(table)) gates.push(gate);
    }
    return gates;
  }

  private async selectOf({ select }: Gate, table: string, staged: string): Promise<string> {
    const { unit, bins } = lineage().table(table);
    const { key } = await shapeOf(this.session, table);
    const others = key.filter((column) => column !== unit);
    const row = unit === undefined ? key : [unit, ...others];
    return select
      .replaceAll(':rows', staged)
      .replaceAll(':row', row.join(', '))
      .replaceAll(':key', (others.length === 0 ? key : others).join(', '))
      .replaceAll(':bins', bins.join(', '));
  }

  private async refuse(gate: Gate, table: string, staged: string, select: string): Promise<void> {
    const { failing, examples } = await this.read(select);
    if (failing <= gate.limit) return;
    const { rows } = await this.session.query<{ count: string }>(`select count(*) from ${staged}`);
    this.refused.push({
      gate,
      measured: { table, failing, rows: Number(rows[0]?.count) },
      examples,
    });
  }

  private async keep({ name }: Gate, table: string, select: string): Promise<void> {
    await this.session.query(
      `insert into refresh.gate_failures (gate, table_name, unit, row_key)
       select $1, $2, ${lineage().table(table).unit ?? 'null'}::text, to_jsonb(failing) from (${select}) failing`,
      [name, table],
    );
  }

  private async read(select: string): Promise<{ failing: number; examples: readonly RowKey[] }> {
    const { rows } = await this.session.query<{ failing: string; examples: RowKey[] | null }>(
      `with failing as materialized (${select})
       select (select count(*) from failing) as failing,
         (select json_agg(example) from (select * from failing limit ${EXAMPLES}) example) as examples`,
    );
    return { failing: Number(rows[0]?.failing ?? 0), examples: rows[0]?.examples ?? [] };
  }

  private async keptFailures(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.session.query<{ place: string; failing: string }>(
      `select gate || ' ' || table_name as place, count(*) as failing
       from refresh.gate_failures group by gate, table_name`,
    );
    return new Map(rows.map(({ place, failing }) => [place, Number(failing)]));
  }

  private async keptExamples({ name }: Gate, table: string): Promise<RowKey[]> {
    const { rows } = await this.session.query<{ row_key: RowKey }>(
      `select row_key from refresh.gate_failures
       where gate = $1 and table_name = $2 order by row_key desc limit ${EXAMPLES}`,
      [name, table],
    );
    return rows.map(({ row_key }) => row_key);
  }
}
