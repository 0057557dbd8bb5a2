import DataLoader from 'dataloader';
import { readRowDefects, type RowDefect } from '../query/quality/rowDefects';
import type { QuietMoment } from './quietMoment';
import type { Reading } from './reading';

/** By the key of a row of the source table, whichever marts ask: all of the row's defects. */
type RowDefectsLoader = DataLoader<string, readonly RowDefect[]>;

/** The loaders of source tables, each made when its defects are first asked for. */
export class RowDefectLoaders {
  private readonly loaders = new Map<string, RowDefectsLoader>();

  constructor(
    private readonly read: () => Promise<Reading>,
    private readonly moment: QuietMoment,
  ) {}

  of(source: string): RowDefectsLoader {
    const known = this.loaders.get(source);
    if (known) return known;
    const loader = this.loaderOf(source);
    this.loaders.set(source, loader);
    return loader;
  }

  private loaderOf(source: string): RowDefectsLoader {
    return new DataLoader(
      async (keys) => {
        const { database, query } = await this.read();
        const ofRow = new Map(keys.map((key): [string, RowDefect[]] => [key, []]));
        for (const defect of await readRowDefects(database, source, keys, query)) {
          ofRow.get(defect.key)?.push(defect);
        }
        return keys.map((key) => ofRow.get(key) ?? []);
      },
      { batchScheduleFn: this.moment.schedule },
    );
  }
}
