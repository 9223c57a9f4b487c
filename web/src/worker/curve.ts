/** The course of a run in few points, kept up pass by pass. */
import { RECENT } from "./protocol";

const MOST_POINTS = 300;

/**
 * Lowest and highest loss and the gradient's norm, for every so many passes.
 *
 * The cost of adding passes depends on how many are new, not on how many there were: a picture is
 * made 50 times a second, and a run has a million passes.
 */
export class Course {
  nPasses = 0;
  /** Losses of the last passes, one by one. */
  recent: number[] = [];
  private each = 1; // passes that a point stands for
  private low: number[] = [];
  private high: number[] = [];
  private norm: number[] = [];

  /** Add the passes that came next. */
  extend(losses: ArrayLike<number>, norms: ArrayLike<number>): void {
    const n = Math.min(losses.length, norms.length);
    for (let i = 0; i < n; i++) {
      const loss = losses[i]!;
      if (this.nPasses % this.each === 0) {
        this.low.push(loss);
        this.high.push(loss);
        this.norm.push(norms[i]!);
        if (this.low.length > MOST_POINTS) this.halve();
      } else {
        const at = this.low.length - 1;
        if (loss < this.low[at]!) this.low[at] = loss;
        if (loss > this.high[at]!) this.high[at] = loss;
        this.norm[at] = norms[i]!;
      }
      this.nPasses += 1;
    }
    const last = Array.from({ length: Math.min(n, RECENT) }, (_, i) => losses[n - Math.min(n, RECENT) + i]!);
    this.recent = [...this.recent, ...last].slice(-RECENT);
  }

  /** Last pass of each point, its lowest and highest loss, the norm at its end. */
  points(): { passes: Float32Array; low: Float32Array; high: Float32Array; norm: Float32Array } {
    return {
      passes: new Float32Array(this.low.map((_, i) => Math.min(this.each * (i + 1), this.nPasses))),
      low: new Float32Array(this.low),
      high: new Float32Array(this.high),
      norm: new Float32Array(this.norm),
    };
  }

  private halve(): void {
    const merged = (values: number[], merge: (a: number, b: number) => number): number[] => {
      const made: number[] = [];
      for (let i = 0; i < values.length; i += 2) {
        made.push(i + 1 < values.length ? merge(values[i]!, values[i + 1]!) : values[i]!);
      }
      return made;
    };
    this.low = merged(this.low, Math.min);
    this.high = merged(this.high, Math.max);
    this.norm = merged(this.norm, (_, last) => last);
    this.each *= 2;
  }
}
