import type { Knex } from 'knex';
import { pageKeyOf } from '../../query/records/pageKey';
import type { DataVersion } from '../../resolvers/request/request';

/** The key of the version that is read is asked for once; keys of versions before it, of which few ask, each time. */
export class PageKeys {
  private publication = '';
  private key: Buffer | undefined;

  /** By the ids of versions: undefined where there is no such version. */
  readBy(
    database: Knex,
    read: DataVersion,
  ): (dataVersionId: string) => Promise<Buffer | undefined> {
    // A database that was restored may give an id a second time.
    const publication = `${read.id} ${read.publishedAt}`;
    return async (dataVersionId) => {
      if (dataVersionId !== read.id) return pageKeyOf(database, dataVersionId);
      if (this.key && this.publication === publication) return this.key;
      const key = await pageKeyOf(database, dataVersionId);
      this.key = key;
      this.publication = publication;
      return key;
    };
  }
}
