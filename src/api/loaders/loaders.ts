import { entityNamed } from '../model/lookup';
import type { Model } from '../model/mart';
import type { ValueBudget } from '../query/values/valueBudget';
import { certificateLoader, type CertificateLoader } from './certificates';
import { companyByBinLoader, type CompanyByBinLoader } from './companyByBin';
import { entityLoader, type EntityLoader } from './entity';
import { LinkedPages } from './linkedPages';
import { QuietMoment } from './quietMoment';
import type { Reading } from './reading';
import { RowDefectLoaders } from './rowDefects';

/** One set a request: what they remember dies with it. */
export interface Loaders {
  readonly certificate: CertificateLoader;
  /** By company_id. */
  readonly company: EntityLoader;
  /** By service_request_id. */
  readonly participation: EntityLoader;
  /** By report_id. */
  readonly report: EntityLoader;
  /** By BIN, as the caller sees it. */
  readonly companyByBin: CompanyByBinLoader;
  /** By the source table, and the key of a row there. */
  readonly defects: RowDefectLoaders;
  readonly linkedPages: LinkedPages;
  /** Pages are read within it, so that the loaders' batches wait for them. */
  readonly moment: QuietMoment;
}

/** `read` is asked once for each batch. */
export function createLoaders(
  model: Model,
  read: () => Promise<Reading>,
  budget: ValueBudget,
): Loaders {
  const moment = new QuietMoment();
  const entity = (name: string) => entityLoader(entityNamed(model, name), read, moment);
  const company = entity('Company');
  return {
    moment,
    certificate: certificateLoader(async () => (await read()).database, moment),
    company,
    companyByBin: companyByBinLoader(entityNamed(model, 'Company'), company, read, moment),
    participation: entity('Participant'),
    report: entity('Report'),
    defects: new RowDefectLoaders(read, moment),
    linkedPages: new LinkedPages(read, moment, budget),
  };
}
