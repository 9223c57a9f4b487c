/** As much of a page as a canvas asks for; of what is drawn the calls are kept, and nothing is seen. */
import { vi } from "vitest";

export interface Stub {
  /** What canvases were asked to draw, in turn: the picture's own, and those that are laid over it. */
  drawn: [string, ...number[]][];
  canvas: HTMLCanvasElement;
  /** Give the canvas a size, as the browser does. */
  fit: (width: number, height: number) => void;
}

export function stubPage(): Stub {
  const made: Stub = { drawn: [], canvas: null!, fit: null! };
  const context = new Proxy({} as Record<string, unknown>, {
    get: (_, name: string) => (...given: number[]) => void made.drawn.push([name, ...given]),
    set: () => true,
  });
  made.canvas = { getContext: () => context } as unknown as HTMLCanvasElement;
  vi.stubGlobal("document", { createElement: () => ({ getContext: () => context }) });
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {} }));
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => draw());
  vi.stubGlobal("devicePixelRatio", 1);
  vi.stubGlobal(
    "ImageData",
    class {
      data: Uint8ClampedArray;
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    },
  );
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(told: (entries: { contentRect: { width: number; height: number } }[]) => void) {
        made.fit = (width, height) => told([{ contentRect: { width, height } }]);
      }
      observe(): void {}
    },
  );
  return made;
}
