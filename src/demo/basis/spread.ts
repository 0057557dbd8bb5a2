/** Marks `part` of `total` places, evenly, without keeping a list of them. */
export class Spread {
  constructor(
    readonly total: number,
    readonly part: number,
  ) {}

  /** How many marked places lie before this one. */
  before(place: number): number {
    return Math.floor((place * this.part) / this.total);
  }

  has(place: number): boolean {
    return this.before(place + 1) > this.before(place);
  }
}
