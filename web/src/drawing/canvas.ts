/** A canvas that is sharp on every screen and drawn at most once a frame of it. */
export class Surface {
  readonly context: CanvasRenderingContext2D;
  width = 0;
  height = 0;
  /** How often its size was set: each time it is blank. */
  fitted = 0;
  private asked = false;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly draw: () => void,
  ) {
    this.context = canvas.getContext("2d")!;
    // Its size is told: to ask for it between two canvases' changes would lay the page out for each.
    new ResizeObserver(([entry]) => entry && this.fit(entry.contentRect)).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  /** Draw before the screen is painted next. */
  redraw(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      if (this.width > 0) this.draw();
    });
  }

  private fit({ width, height }: DOMRectReadOnly): void {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.width = Math.round(width);
    this.height = Math.round(height);
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.fitted += 1;
    this.redraw();
  }
}
