import DataLoader from 'dataloader';
import type { Table } from '../model/mart';
import { companiesByBins } from '../query/columns/companyByBin';
import type { Row } from '../query/pages/page';
import type { EntityLoader } from './entity';
import type { QuietMoment } from './quietMoment';
import type { Reading } from './reading';

/** The company with a BIN, as the caller sees BINs. */
export type CompanyByBinLoader = DataLoader<string, Row | null>;

export function companyByBinLoader(
  companies: Table,
  company: EntityLoader,
  read: () => Promise<Reading>,
  moment: QuietMoment,
): CompanyByBinLoader {
  return new DataLoader(
    async (bins) => {
      const { database, query } = await read();
      const ids = await companiesByBins(database, companies, bins, query);
      const found = bins.map((bin) => ids.get(bin));
      return Promise.all(
        found.map(async (id) => (id === undefined ? null : await company.load(id))),
      );
    },
    { batchScheduleFn: moment.schedule },
  );
}
