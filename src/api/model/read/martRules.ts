import type { SaidOfMart } from './directives';
import type { CompanyLink, DefectSource, EventTime, Grain } from '../grain';
import type { Dimension, Measure } from '../mart';

/** What a mart says of its grain's rules, read by the fields that it names. */
export interface MartRules {
  readonly subject: string;
  readonly company: CompanyLink | undefined;
  readonly time: EventTime | undefined;
  readonly defects: DefectSource | undefined;
  readonly minGroup: number;
}

export interface DeclaredMart {
  readonly name: string;
  readonly said: SaidOfMart;
  readonly grain: Grain;
  readonly dimensions: readonly Dimension[];
  readonly measures: readonly Measure[];
}

/** As the type Company calls its id: links are by fields of one name. */
const COMPANY_ID = 'companyId';

/** Reads what the mart declares beside its columns. Complains where its grain declares it, or needs it. */
export function readMartRules(mart: DeclaredMart, complain: (sentence: string) => void): MartRules {
  return new MartRulesReading(mart, complain).read();
}

class MartRulesReading {
  constructor(
    private readonly mart: DeclaredMart,
    private readonly complainOf: (sentence: string) => void,
  ) {}

  read(): MartRules {
    return {
      subject: this.subject(),
      company: this.company(),
      time: this.time(),
      defects: this.defects(),
      minGroup: this.minGroup(),
    };
  }

  private subject(): string {
    const { said, grain, dimensions, measures } = this.mart;
    if (grain.subject !== undefined) {
      if (said.subject !== undefined) this.complain(`names a subject; its grain has one itself`);
      return grain.subject;
    }
    if (said.subject === undefined) {
      this.complain('names no subject; expected the field of whom or what a row is about');
      return '';
    }
    const counted = measures.filter(({ kind }) => kind === 'DISTINCT');
    const found = [...dimensions, ...counted].find(({ field }) => field === said.subject);
    if (found && !found.list && !found.nullable && !('step' in found && found.step)) {
      if ('masked' in found && found.masked) {
        this.complain(
          `names ${said.subject} as its subject, which is masked; expected a field that is not`,
        );
      }
      return found.column;
    }
    this.complain(
      `names ${said.subject} as its subject; expected a dimension or a DISTINCT measure that is never null`,
    );
    return '';
  }

  private company(): CompanyLink | undefined {
    const { said, grain, dimensions } = this.mart;
    const field = said.company;
    if (grain.company) {
      if (field !== undefined) this.complain('names a company; its grain has one itself');
      return grain.company;
    }
    if (field === undefined) return undefined;
    const found = dimensions.find((dimension) => dimension.field === field);
    if (found && !found.list && !found.step) {
      if (found.masked) return { field, column: found.column, by: 'bin' };
      if (found.type === 'Int' && field === COMPANY_ID) {
        return { field, column: found.column, by: 'id' };
      }
    }
    this.complain(
      `names ${field} as its company; expected ${COMPANY_ID}, an Int, or a dimension of BINs (@masked)`,
    );
    return undefined;
  }

  private time(): EventTime | undefined {
    const { said, grain, dimensions } = this.mart;
    const field = said.time;
    if (!grain.inTime) {
      if (field !== undefined) this.complain(`names a time; the grain ${grain.name} has none`);
      return undefined;
    }
    const found = dimensions.find((dimension) => dimension.field === field);
    const type = found?.type;
    if (field !== undefined && found && !found.list && !found.nullable && !found.step) {
      if (type === 'Date' || type === 'DateTime') return { field, column: found.column, type };
    }
    const named = field === undefined ? 'no time' : `${field} as its time`;
    this.complain(
      `names ${named}; expected a dimension of type Date or DateTime that is never null`,
    );
    return undefined;
  }

  private defects(): DefectSource | undefined {
    const { said, grain, dimensions } = this.mart;
    const { defects: source, defectsBy: by } = said;
    if (grain.defects) {
      if (source !== undefined)
        this.complain('names a source of defects; its grain has one itself');
      return grain.defects;
    }
    if (source === undefined && by === undefined) return undefined;
    const key = dimensions.find(({ field }) => field === by);
    if (
      source !== undefined &&
      by !== undefined &&
      key &&
      !key.list &&
      !key.masked &&
      !key.nullable
    ) {
      return { source, by };
    }
    this.complain(
      'explains missing values by defects; expected defects, a source table, and defectsBy, a dimension that is never null',
    );
    return undefined;
  }

  private minGroup(): number {
    const { rows, minGroup } = this.mart.said;
    if (rows) {
      if (minGroup !== undefined) {
        this.complain(
          'has minGroup and serves rows, which show what a group withholds; expected rows: false with it',
        );
      }
      return 0;
    }
    if (minGroup === undefined || minGroup < 2) {
      this.complain('serves no rows; expected minGroup, at least 2');
    }
    return minGroup ?? 0;
  }

  private complain(what: string): void {
    this.complainOf(`${this.mart.name} ${what}.`);
  }
}
