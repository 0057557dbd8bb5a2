import type { Knex } from 'knex';
import type { ClearBins } from '../../access/bins/clearBins';
import type { QueryContext } from '../../query/columns/context';
import type { ValueBudget } from '../../query/values/valueBudget';
import type { PlannedTables } from './plannedTable';

/** What one request reads with: its snapshot, its caller, and what it may still hold. */
export interface PlannerReading {
  readonly database: Knex;
  readonly context: QueryContext;
  readonly tables: PlannedTables;
  readonly budget: ValueBudget;
  readonly clearBins: ClearBins;
}
