/** Work whose result nobody else can use is remembered by its place, up to so many of such a length. */
const MAX_PLACES = 1_000;
const LONGEST_PLACE = 4_096;

/** Ends the work with its result; `forOneAlone` says that no other will ever have a use for it. */
export type EndWork<Result> = (result: Result | undefined, forOneAlone?: boolean) => void;

/** Lets who wants the same at the same time wait for the first one's result. */
export class SharedWork<Result> {
  private readonly underWay = new Map<string, Promise<Result | undefined>>();
  private readonly forOneAlone = new Set<string>();

  /** The work that is under way at this place, where some is. Its result is undefined where it has none for others. */
  join(place: string): Promise<Result | undefined> | undefined {
    return this.underWay.get(place);
  }

  /** Begins work that others may join; undefined where others have no use for it, or some is under way. */
  lead(place: string): EndWork<Result> | undefined {
    if (this.underWay.has(place) || this.forOneAlone.has(place)) return undefined;
    let tell: (result: Result | undefined) => void = () => undefined;
    const work = new Promise<Result | undefined>((resolve) => {
      tell = resolve;
    });
    this.underWay.set(place, work);
    return (result, forOneAlone = false) => {
      if (this.underWay.get(place) === work) this.underWay.delete(place);
      if (forOneAlone && place.length <= LONGEST_PLACE) this.rememberAlone(place);
      tell(result);
    };
  }

  private rememberAlone(place: string): void {
    if (this.forOneAlone.size >= MAX_PLACES) this.forOneAlone.clear();
    this.forOneAlone.add(place);
  }
}
