import type { Table } from '../model/mart';
import { companyLoader, type CompanyLoader, type Reading } from './company';
import { QuietMoment } from './quietMoment';
import { registerLoaders, type RegisterLoaders } from './register';

/** One set a request: what they remember dies with it. */
export interface Loaders extends RegisterLoaders {
  readonly company: CompanyLoader;
  /** Pages are read within it, so that the loaders' batches wait for them. */
  readonly moment: QuietMoment;
}

/** `companies` is the model's table of companies; `read` is asked once for each batch. */
export function createLoaders(companies: Table, read: () => Promise<Reading>): Loaders {
  const moment = new QuietMoment();
  const database = async () => (await read()).database;
  return {
    moment,
    company: companyLoader(companies, read, moment),
    ...registerLoaders(database, moment),
  };
}
