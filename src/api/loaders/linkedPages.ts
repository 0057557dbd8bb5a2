import DataLoader from 'dataloader';
import type { Table } from '../model/mart';
import type { Page, PageRequest, PageWants } from '../query/pages/page';
import { readPages, TooManyRows } from '../query/pages/pages';
import type { ValueBudget } from '../query/values/valueBudget';
import type { QuietMoment } from './quietMoment';
import type { Reading } from './reading';

/** By a parent's values of the fields that link it: the page below that parent. */
export type LoadPage = (values: readonly number[]) => Promise<Page>;

/** A field of a query that leads from many rows to a page below each. */
export interface LinkedField {
  readonly table: Table;
  readonly by: readonly string[];
  readonly request: PageRequest;
  readonly wants: PageWants;
  /** Number of values in the answer per row of a page. */
  readonly width: number;
}

/** One loader for each field of a query, so that a level is read by one statement a field. */
export class LinkedPages {
  private readonly loaders = new Map<object, LoadPage>();

  constructor(
    private readonly read: () => Promise<Reading>,
    private readonly moment: QuietMoment,
    private readonly budget: ValueBudget,
  ) {}

  /** `place` is the same object for all parents of a field, such as its nodes in the document. */
  of(place: object, describe: () => LinkedField): LoadPage {
    const known = this.loaders.get(place);
    if (known) return known;
    const load = this.loaderOf(describe());
    this.loaders.set(place, load);
    return load;
  }

  private loaderOf(field: LinkedField): LoadPage {
    const loader = new DataLoader<readonly number[], Page, string>(
      (values) => this.moment.during(() => this.readAll(field, values)),
      { batchScheduleFn: this.moment.schedule, cacheKeyFn: (values) => values.join(':') },
    );
    return async (values) => {
      const page = await loader.load(values);
      // A page that stands in the answer twice counts twice, though it was read once.
      this.budget.spend(page.rows.length, field.width);
      return page;
    };
  }

  private async readAll(
    { table, by, request, wants, width }: LinkedField,
    values: readonly (readonly number[])[],
  ): Promise<Page[]> {
    const { database, query } = await this.read();
    const most = this.budget.rowsLeft(width);
    try {
      return await readPages(database, table, request, wants, query, { by, values }, most);
    } catch (error) {
      throw error instanceof TooManyRows ? this.budget.exceeded() : error;
    }
  }
}
