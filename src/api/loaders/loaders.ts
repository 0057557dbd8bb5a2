import { entityNamed } from '../model/lookup';
import type { Model } from '../model/mart';
import type { ValueBudget } from '../query/values/valueBudget';
import { certificateLoader, type CertificateLoader } from './certificates';
import { entityLoader, type EntityLoader } from './entity';
import { LinkedPages } from './linkedPages';
import { QuietMoment } from './quietMoment';
import type { Reading } from './reading';
import { reportDefectsLoader, type ReportDefectsLoader } from './reportDefects';

/** One set a request: what they remember dies with it. */
export interface Loaders {
  readonly certificate: CertificateLoader;
  /** By company_id. */
  readonly company: EntityLoader;
  /** By service_request_id. */
  readonly participation: EntityLoader;
  /** By report_id. */
  readonly report: EntityLoader;
  /** By report_id. */
  readonly reportDefects: ReportDefectsLoader;
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
  return {
    moment,
    certificate: certificateLoader(async () => (await read()).database, moment),
    company: entity('Company'),
    participation: entity('Participant'),
    report: entity('Report'),
    reportDefects: reportDefectsLoader(read, moment),
    linkedPages: new LinkedPages(read, moment, budget),
  };
}
