import { BadInput } from './badInput';

/** How many values an answer may hold, so that no request can fill the memory of the process. */
export class ValueBudget {
  private spent = 0;
  private refused: BadInput | undefined;

  constructor(private readonly most: number) {}

  /** What was thrown where the budget did not suffice: then there is no answer worth sending. */
  get refusal(): BadInput | undefined {
    return this.refused;
  }

  /** How many rows of so many values may still be read. Throws BadInput where it was exceeded before. */
  rowsLeft(width: number): number {
    if (this.refused) throw this.refused;
    return Math.floor((this.most - this.spent) / Math.max(1, width));
  }

  /** Counts rows of so many values each. Throws BadInput where they are too many. */
  spend(rows: number, width: number): void {
    this.spent += rows * Math.max(1, width);
    if (this.spent > this.most) throw this.exceeded();
  }

  exceeded(): BadInput {
    this.refused ??= new BadInput(
      `The answer would hold more than ${String(this.most)} values; expected shorter pages (first), fewer fields or fewer levels.`,
    );
    return this.refused;
  }
}
