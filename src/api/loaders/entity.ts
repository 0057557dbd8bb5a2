import DataLoader from 'dataloader';
import type { Table } from '../model/mart';
import { maskedField } from '../model/names';
import type { Row } from '../query/pages/page';
import { readPages } from '../query/pages/pages';
import type { QuietMoment } from './quietMoment';
import type { Reading } from './reading';

/** By its key, a whole number: the entity with all its columns, its BIN as the caller sees it. */
export type EntityLoader = DataLoader<number, Row | null>;

/** Of an entity that a single field identifies. Rows that name the same one are given the same. */
export function entityLoader(
  entity: Table,
  read: () => Promise<Reading>,
  moment: QuietMoment,
): EntityLoader {
  const masked = entity.dimensions.filter((dimension) => dimension.masked);
  const fields = [
    ...entity.dimensions.map(({ field }) => field),
    ...masked.map(({ field }) => maskedField(field)),
  ];
  return new DataLoader(
    async (ids) => {
      const { database, query } = await read();
      const pages = await readPages(
        database,
        entity,
        { first: 1 },
        { fields, totalCount: false, pageInfo: false },
        query,
        { by: entity.key, values: ids.map((id) => [id]) },
        ids.length,
      );
      return pages.map(({ rows: [row] }) => row ?? null);
    },
    { batchScheduleFn: moment.schedule },
  );
}
