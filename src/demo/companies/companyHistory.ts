import type { Birth, Chapter, Live } from '../basis/chapters';
import { BIRTHS, isBefore, isLive, timeAtPlace } from '../basis/chapters';
import { companyAt, tinOf } from './companies';
import type { Journal } from '../events/journal';
import type { Participation } from './participations';
import { ABOUT, Random } from '../basis/random';
import { DAY, HOUR, isoTime, quarterStart } from '../basis/time';
import type { Later, Track } from '../events/track';
import type { Volumes } from '../basis/volumes';

const TABLE = 'account_company';
const BORN_BEFORE = 0.91;
const TRIAL = 0.03;
const FIRST_COMPANY = quarterStart(-8);

interface State {
  readonly chapter: Chapter;
  readonly updatedAt: number;
  /** As it was called before it was renamed. */
  readonly oldName?: boolean;
}

/**
 * What happens to companies, chapter by chapter. A company's id is its index plus one; the last ids
 * are of those that are deleted.
 */
export class CompanyHistory {
  readonly #count: number;
  readonly #volumes: Volumes;
  /** Companies whose BIN is nowhere on record. */
  readonly #withoutBin: ReadonlySet<number>;

  constructor(
    volumes: Volumes,
    participations: readonly Participation[],
    readonly journal: Journal,
  ) {
    this.#volumes = volumes;
    this.#count = volumes.companies + volumes.deletedCompanies;
    const unrecorded = participations.filter(({ binOnRecord }) => !binOnRecord);
    this.#withoutBin = new Set(unrecorded.map(({ company }) => company));
  }

  tracks(chapter: Chapter): Track[] {
    if (chapter === 'trial') return [this.#trial()];
    if (chapter === 'snapshot') return [this.#snapshot()];
    if (chapter === 'reread') return [this.#reread()];
    return isLive(chapter) ? [this.#newborn(chapter), this.#older(chapter)] : [];
  }

  #placesOf(birth: Birth): { from: number; until: number } {
    const live = Math.floor(this.#volumes.companies * BORN_BEFORE);
    if (birth === 'snapshot') return { from: 0, until: live };
    const third = (this.#count - live) / 3;
    const order = BIRTHS.indexOf(birth);
    return {
      from: live + Math.floor(third * (order - 1)),
      until: live + Math.floor(third * order),
    };
  }

  #along(from: number, until: number, act: (index: number, later: Later) => void): Track {
    return { places: until - from, play: (place, later) => act(from + place, later) };
  }

  #write(index: number, { chapter, updatedAt, oldName }: State): string {
    const company = companyAt(index);
    const name = oldName ? `${company.name} (старое)` : company.name;
    const tin = this.#withoutBin.has(index) ? null : tinOf(index, company);
    const shortName = index % 71 === 9 ? null : company.shortName;
    const createdAt = this.#createdAt(index);
    // A column that nobody announced.
    const extra = isBefore(chapter, 'winter') ? '' : `,"region":"${index % 3 === 0 ? 71 : 75}"`;
    return (
      `{"id":${index + 1},"created_at":"${isoTime(createdAt)}","updated_at":"${isoTime(updatedAt)}",` +
      `"name":${JSON.stringify(name)},"short_name":${JSON.stringify(shortName)},` +
      `"tin":${JSON.stringify(tin)}${extra}}`
    );
  }

  #createdAt(index: number): number {
    const born = BIRTHS.find((birth) => index < this.#placesOf(birth).until) ?? 'winter';
    const { from, until } = this.#placesOf(born);
    if (born !== 'snapshot') return timeAtPlace(born, index - from, until - from);
    return Math.floor(FIRST_COMPANY + (quarterStart(25) - FIRST_COMPANY) * (index / until));
  }

  /** The first attempt at loading, with names long changed. The truncate undoes it. */
  #trial(): Track {
    const { journal } = this;
    const places = Math.max(2, Math.floor(this.#count * TRIAL));
    return this.#along(0, places, (index, later) => {
      const state: State = { chapter: 'trial', updatedAt: journal.now, oldName: true };
      journal.create(TABLE, index + 1, this.#write(index, state));
      if (index !== places - 1) return;
      later(5, () => journal.message(TABLE));
      later(10, () => journal.truncate(TABLE));
    });
  }

  #snapshot(): Track {
    const { from, until } = this.#placesOf('snapshot');
    return this.#along(from, until, (index) => {
      const state: State = {
        chapter: 'snapshot',
        updatedAt: this.#createdAt(index) + DAY,
        oldName: isRenamed(index),
      };
      const mark = index === 0 ? 'first' : index === until - 1 ? 'last_in_data_collection' : 'true';
      this.journal.read(TABLE, index + 1, this.#write(index, state), mark);
    });
  }

  #reread(): Track {
    const [from, until] = [Math.floor(this.#count * 0.3), Math.floor(this.#count * 0.4)];
    return this.#along(from, until, (index) => {
      const state: State = { chapter: 'reread', updatedAt: this.journal.now - DAY };
      this.journal.readAgain(TABLE, index + 1, this.#write(index, state));
    });
  }

  #newborn(chapter: Live): Track {
    const { journal } = this;
    const { from, until } = this.#placesOf(chapter);
    return this.#along(from, until, (index, later) => {
      const row = () => this.#write(index, { chapter, updatedAt: journal.now });
      const created = journal.create(TABLE, index + 1, row());
      later(6, () => journal.update(TABLE, index + 1, row()));
      if (index % 10 === 3) later(9, () => journal.deliverAgain(created));
      if (index < this.#volumes.companies) return;
      later(20, () => journal.delete(TABLE, index + 1, row()));
      if (index % 2 === 0) later(25, () => journal.deliverAgain(created));
    });
  }

  #older(chapter: Live): Track {
    const { journal } = this;
    return this.#along(0, this.#placesOf(chapter).from, (index, later) => {
      const random = new Random(ABOUT.companyHistory, index, BIRTHS.indexOf(chapter));
      const renaming = isRenamed(index) && chapter === 'summer';
      if (index >= this.#volumes.companies || !(renaming || random.chance(0.03))) return;
      const back = random.chance(0.05) ? HOUR : 0;
      const change = (oldName: boolean) =>
        journal.update(
          TABLE,
          index + 1,
          this.#write(index, { chapter, updatedAt: journal.now - back, oldName }),
        );
      if (!renaming || random.chance(0.7)) {
        change(false);
        return;
      }
      // The old name is delivered again after the new one, and must not win.
      const before = change(true);
      later(4, () => change(false));
      later(7, () => journal.deliverAgain(before));
    });
  }
}

/** About a sixth of the companies were renamed after the connector came. */
function isRenamed(index: number): boolean {
  return index % 6 === 1;
}
