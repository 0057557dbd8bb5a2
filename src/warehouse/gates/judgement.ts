import type { Gate, Measure, Severity } from './declaredGates';

/** Below so many rows a share is chance, and warns where it would hold. */
export const SHARES_HOLD_FROM = 10_000;
/** How much worse than released a value may get, in points of percent, by what comes meanwhile. */
const RELEASED_SLACK = 0.1;

/** Keys of a row, and nothing else of it. */
export type RowKey = Readonly<Record<string, number | string>>;

/** What was found of one table by one gate. */
export interface Measured {
  readonly table: string;
  /** Failing rows; of a fall, the rows by which the table became smaller. */
  readonly failing: number;
  /** All rows; of a fall, those of the published version. */
  readonly rows: number;
}

export interface GateResult extends Measured {
  readonly gate: string;
  readonly severity: Severity;
  readonly state: 'PASSED' | 'WARNED' | 'HELD' | 'RELEASED';
  /** Whether somebody may let it pass. */
  readonly releasable: boolean;
  readonly measure: Measure;
  /** In rows, or in percent. */
  readonly value: number;
  readonly limit: number;
  readonly sentence: string;
  readonly examples: readonly RowKey[];
}

/** A gate that somebody let pass, with its value as it was then. */
export interface Release {
  readonly gate: string;
  readonly table: string;
  readonly value: number;
}

const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 4 });

function sentenceOf({ name, measure, limit }: Gate, { table, failing, rows }: Measured): string {
  const percent = number(rows === 0 ? 0 : (100 * failing) / rows);
  const [of, all] = [number(failing), number(rows)];
  switch (measure) {
    case 'FALL':
      return `${table} has ${of} rows fewer than the published ${all}, which is ${percent} % (${name}); expected at most ${number(limit)} %.`;
    case 'SHARE':
      return `${of} of the ${all} rows of ${table} fail ${name}, which is ${percent} %; expected at most ${number(limit)} %.`;
    case 'ROWS':
      return `${of} of the ${all} rows of ${table} fail ${name}; expected at most ${number(limit)}.`;
  }
}

/** Whether the table may be published as it is, by this gate. */
export function judge(
  gate: Gate,
  measured: Measured,
  {
    releases,
    examples,
  }: { readonly releases: readonly Release[]; readonly examples: readonly RowKey[] },
): GateResult {
  const { failing, rows, table } = measured;
  const inRows = gate.measure === 'ROWS';
  const exact = inRows ? failing : rows === 0 ? 0 : (100 * failing) / rows;
  const small = !inRows && rows < SHARES_HOLD_FROM;
  const severity = small ? 'WARN' : gate.severity;
  const isReleased = releases.some(
    (release) =>
      release.gate === gate.name &&
      release.table === table &&
      exact <= release.value + (inRows ? 0 : RELEASED_SLACK),
  );
  const state =
    exact <= gate.limit
      ? 'PASSED'
      : severity === 'WARN'
        ? 'WARNED'
        : isReleased && !gate.absolute
          ? 'RELEASED'
          : 'HELD';
  return {
    gate: gate.name,
    ...measured,
    severity,
    state,
    releasable: !gate.absolute,
    measure: gate.measure,
    value: Math.round(exact * 1e6) / 1e6,
    limit: gate.limit,
    sentence: sentenceOf(gate, measured),
    examples: state === 'PASSED' ? [] : examples,
  };
}
