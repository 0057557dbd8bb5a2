import type { DeclaredMart } from './martRules';

/** Complains of all that a mart declares and its grain does not have. */
export function checkMartFit(mart: DeclaredMart, complain: (sentence: string) => void): void {
  new MartFit(mart, complain).check();
}

class MartFit {
  constructor(
    private readonly mart: DeclaredMart,
    private readonly complainOf: (sentence: string) => void,
  ) {}

  check(): void {
    this.checkKey();
    this.checkMeasures();
    this.checkDimensions();
    if (!this.mart.said.rows) this.checkGroupsOnly();
  }

  private checkKey(): void {
    const { said, grain } = this.mart;
    if (!said.rows || grain.key.every((field, index) => said.key[index] === field)) return;
    this.complain(
      `has the key ${said.key.join(', ')}; a key of the grain ${grain.name} begins with ${grain.key.join(', ')}`,
    );
  }

  private checkMeasures(): void {
    const { grain, measures } = this.mart;
    for (const { field, kind } of measures) {
      if (grain.kinds.includes(kind)) continue;
      this.complainOf(
        `${this.mart.name}.${field} is of kind ${kind}; the grain ${grain.name} has ${grain.kinds.join(', ')}.`,
      );
    }
  }

  private checkDimensions(): void {
    const { said, grain, dimensions, name } = this.mart;
    if (grain.periods) return;
    if (said.reports !== undefined) {
      this.complain(
        `names ${said.reports} as the mart of its reports; the grain ${grain.name} has no reports`,
      );
    }
    for (const { field, rolledUp, ofItem } of dimensions) {
      if (rolledUp) {
        this.complainOf(
          `${name}.${field} is rolledUp; a mart of the grain ${grain.name} keeps no rollups.`,
        );
      }
      if (ofItem) {
        this.complainOf(
          `${name}.${field} is ofItem; a mart of the grain ${grain.name} has no items.`,
        );
      }
    }
  }

  private checkGroupsOnly(): void {
    const { grain, dimensions, name, said } = this.mart;
    if (grain.periods)
      this.complain(`serves no rows; a mart of the grain ${grain.name} serves them`);
    for (const { field, list } of dimensions) {
      // Groups of a list overlap: what they come to tells of the rows that several have.
      if (list)
        this.complainOf(`${name}.${field} is a list; a mart without rows is not grouped by one.`);
      if (field === said.subject) {
        this.complainOf(
          `${name}.${field} is the subject; a mart without rows shows no subject: expected a DISTINCT measure.`,
        );
      }
    }
  }

  private complain(what: string): void {
    this.complainOf(`${this.mart.name} ${what}.`);
  }
}
