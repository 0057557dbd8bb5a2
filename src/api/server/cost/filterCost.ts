import type { Table } from '../../model/mart';
import { operandNamed } from '../../query/columns/loadingTimes';
import type { Operand } from '../../query/columns/operand';
import { COMPARISONS, RATES } from './rates';
import type { TableSizes } from './tableSizes';

/** What a filter costs. */
export interface FilterCost {
  /** For each row that it is asked of. */
  readonly perRow: number;
  /** Once a statement: what is read of other tables, and what it takes to read the filter itself. */
  readonly once: number;
  /** It says nothing but of the year. */
  readonly ofYearAlone: boolean;
  /** It leaves every row, being none. */
  readonly saysNothing: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** As {@link readFilter} reads it; what that refuses costs nothing, as nothing is read then. */
export function filterCost(table: Table, given: unknown, sizes: TableSizes): FilterCost {
  const reading = new FilterCosts(sizes);
  reading.read(table, given);
  return reading;
}

class FilterCosts implements FilterCost {
  perRow = 0;
  once = 0;
  ofYearAlone = true;
  saysNothing = true;
  private certificateOf = new Set<Table>();

  constructor(private readonly sizes: TableSizes) {}

  read(table: Table, given: unknown): void {
    for (const [name, value] of fieldsOf(given)) {
      this.once += RATES.input;
      if (name === 'and' || name === 'or') {
        for (const part of Array.isArray(value) ? value : []) this.read(table, part);
      } else if (name === 'not') this.read(table, value);
      else this.readField(table, name, value);
    }
  }

  private readField(table: Table, name: string, value: unknown): void {
    const operand = operandNamed(table, name);
    // Without an operator nothing is said of it.
    if (fieldsOf(value).length > 0) {
      this.saysNothing = false;
      if (!operand?.ofTime) this.ofYearAlone = false;
    }
    if (operand) return this.readOperators(operand, value);
    if (name === 'certificate') {
      if (!this.certificateOf.has(table)) this.once += this.sizes(table.table) * RATES.resolvedRow;
      this.certificateOf.add(table);
      for (const [, operators] of fieldsOf(value)) this.readOperators(undefined, operators);
      return;
    }
    const link = table.links.find(({ field }) => field === name);
    if (!link) return;
    const linked = this.sizes(link.to.table);
    for (const [, filter] of fieldsOf(value)) {
      const below = filterCost(link.to, filter, this.sizes);
      this.once += RATES.input + below.once + linked * (RATES.row + RATES.linkedRow + below.perRow);
      this.perRow += RATES.linkedRow;
    }
  }

  private readOperators(operand: Operand | undefined, given: unknown): void {
    for (const [operator, value] of fieldsOf(given)) {
      this.once += RATES.input;
      this.perRow += comparisonCost(operand, operator, value);
    }
  }
}

function comparisonCost(operand: Operand | undefined, operator: string, value: unknown): number {
  const ofPlace = operand?.place.of === 'bin' ? COMPARISONS.bin : COMPARISONS.plain;
  if (operator === 'contains' || operator === 'startsWith') return ofPlace + COMPARISONS.folded;
  if (Array.isArray(value)) return ofPlace + value.length * COMPARISONS.ofList;
  return ofPlace;
}

function fieldsOf(given: unknown): [string, unknown][] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return [];
  return Object.entries(given as Fields).filter(([, value]) => value !== undefined);
}
