import type { Mart, Model, Table } from '../../model/mart';
import type { PricingOptions } from './pricingOptions';
import { RATES } from './rates';
import { isGiven, type Arguments } from './rowsCost';
import { LEDGER, type TableSizes } from './tableSizes';

interface Field {
  /** The type that has it. */
  readonly parent: string;
  readonly name: string;
  /** It is of the query or the mutation itself, and not of each row. */
  readonly isRoot: boolean;
  readonly args: Arguments;
}

/** For each row of a mart, what is told of its quality by one statement of all rows. */
const QUALITY = { counts: 0.7, defects: 0.3, coverage: 2, years: 1 } as const;
/** For each name that a search goes through. */
const SEARCHED = 1;
/** Pages of what is no table of the model, and changes of it: runs, keys, the ledger. */
const RECORDS = 2_000;
const LEDGER_FILTERS = ['caller', 'kind', 'operation', 'since', 'until'];

/** What a field costs that leads to no rows of a table. */
export function ownCosts(
  { parent, name, isRoot, args }: Field,
  { model, sizes }: PricingOptions,
  below: () => ReadonlySet<string>,
): number {
  if (!model) return 0;
  if (name === 'certificate') return RATES.resolvedRow;
  switch (`${parent}.${name}`) {
    case 'DataQuality.marts':
    case 'DataQuality.events':
      return judgedMarts(model, args, name === 'events').reduce(
        (sum, mart) => sum + RATES.statement + sizes(mart.table) * martQuality(below()),
        0,
      );
    case 'DataQuality.years':
      return RATES.statement * 3 + all(model.entities, sizes) * QUALITY.years;
    case 'DataQuality.defects':
      return RATES.statement + all(model.entities, sizes) * QUALITY.defects;
    case 'Query.companySearch': {
      const times = below().has('totalCount') ? 2 : 1;
      return times * (RATES.statement + all(model.entities, sizes) * SEARCHED);
    }
    case 'Query.ledger': {
      // Of few entries all may have to be read.
      const isFiltered = LEDGER_FILTERS.some((filter) => isGiven(args[filter]));
      return RECORDS + (isFiltered ? sizes(LEDGER) * RATES.row : 0);
    }
    case 'Query.catalogue':
    case 'Query.dataQuality':
      return 0;
    default:
      return isRoot ? RECORDS : 0;
  }
}

/** What a single value costs that is counted for itself. */
export function leafCost(parent: string, name: string, { model, sizes }: PricingOptions): number {
  switch (model && `${parent}.${name}`) {
    case 'DataQuality.defectCount':
      return RATES.statement + all(model?.entities, sizes) * QUALITY.defects;
    case 'LedgerEntryConnection.totalCount':
      return RATES.statement + sizes(LEDGER) * RATES.row;
    case 'RefreshRunConnection.totalCount':
    case 'ApiKeyConnection.totalCount':
    case 'QuarantinedRecordConnection.totalCount':
    case 'DataVersion.lagSeconds':
    case 'DataVersion.pendingEvents':
      return RECORDS;
    default:
      return 0;
  }
}

function all(tables: readonly Table[] = [], sizes: TableSizes): number {
  return tables.reduce((sum, { table }) => sum + sizes(table), 0);
}

function judgedMarts({ marts }: Model, { mart }: Arguments, events: boolean): readonly Mart[] {
  const judged = marts.filter(({ time }) => (time !== undefined) === events);
  return typeof mart === 'string' ? judged.filter(({ rootField }) => rootField === mart) : judged;
}

/** Years may tell of all. */
function martQuality(asked: ReadonlySet<string>): number {
  if (asked.has('years')) return QUALITY.counts + QUALITY.defects + QUALITY.coverage;
  return QUALITY.counts + (asked.has('defects') ? QUALITY.defects : 0);
}
