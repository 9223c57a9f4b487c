/** How many passes may be done now, and how many were done in the last half second. */
export class Speed {
  passesASecond = 0;
  private since = 0;
  private done = 0;

  constructor(private readonly now: () => number = () => performance.now() / 1000) {
    this.restart();
  }

  /** Forget the past: no passes are owed. */
  restart(): void {
    this.since = this.now();
    this.done = 0;
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
    if (now - this.since < 0.5) return;
    this.passesASecond = this.done / (now - this.since);
    // A debt from a busy second is not made up for: it would stutter.
    this.since = now;
    this.done = 0;
  }
}
