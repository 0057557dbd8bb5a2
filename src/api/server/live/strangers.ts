/**
 * Those who are connected and have not shown yet who they are: few, and the one that came first makes room for
 * another, so that whoever holds a key gets in however many others come.
 */
export class Strangers<Stranger extends object> {
  private readonly all = new Set<Stranger>();

  constructor(
    private readonly most: number,
    private readonly sendAway: (stranger: Stranger) => void,
  ) {}

  /** Returns what is to be called when it is known who it is, or it has gone. */
  admit(stranger: Stranger): () => void {
    this.all.add(stranger);
    const [first] = this.all;
    if (this.all.size > this.most && first) {
      this.all.delete(first);
      this.sendAway(first);
    }
    return () => void this.all.delete(stranger);
  }
}
