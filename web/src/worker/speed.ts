/** How many passes may be done now, and how many were done in the last half second. */
export class Speed {
  passesASecond = 0;
  private since = 0;
  private marked = 0;
  private done = 0;
  private atMark = 0;

  constructor(private readonly now: () => number = () => performance.now() / 1000) {
    this.restart();
  }

  /** Forget the past: no passes are owed. */
  restart(): void {
    this.since = this.marked = this.now();
    this.done = this.atMark = 0;
    this.passesASecond = 0;
  }

  /** Passes that may be done now; infinity for as many as there is time for. */
  allowed(pace: number): number {
    if (pace === 0) return Infinity;
    return Math.max(0, Math.floor((this.now() - this.since) * pace) - this.done);
  }

  /** Note what was done. */
  count(passes: number): void {
    this.done += passes;
    const now = this.now();
    if (now - this.marked < 0.5) return;
    this.passesASecond = (this.done - this.atMark) / (now - this.marked);
    this.marked = now;
    this.atMark = this.done;
    // A debt from a busy second is not made up for: it would stutter.
    this.since = now;
    this.done = this.atMark = 0;
  }
}
