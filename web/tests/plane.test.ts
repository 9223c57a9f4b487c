/** Where on the picture the pointer is, in data: by corners and middles that are known. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Plane } from "../src/drawing/plane";

let fit: (size: { width: number; height: number }) => void;

/** As much of a page as a canvas asks for that is not drawn on. */
beforeEach(() => {
  vi.stubGlobal("document", { createElement: () => ({}) });
  vi.stubGlobal("matchMedia", () => ({ addEventListener: () => {} }));
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("devicePixelRatio", 1);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(told: (entries: { contentRect: { width: number; height: number } }[]) => void) {
        fit = (contentRect) => told([{ contentRect }]);
      }
      observe(): void {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

function plane(): Plane {
  const canvas = { getContext: () => ({ setTransform: () => {} }) } as unknown as HTMLCanvasElement;
  const made = new Plane(canvas);
  // 44 pixels of axis at the left, 40 below, 8 at the other edges: 400 by 200 are left.
  fit({ width: 452, height: 248 });
  return made;
}

test("before there are points no place is one of data, and nothing is predicted there", () => {
  const empty = plane();
  expect(empty.dataAt(200, 100)).toBeNull();
  expect(empty.probabilitiesAt(0, 0)).toEqual([]);
});

test("corners and middle of the picture are those of its bounds, and what is beside it is nowhere", () => {
  const made = plane();
  const positions = new Float64Array();
  made.setPoints({ positions, values: positions, range: null, inTest: new Uint8Array(), bounds: [-3, 5, 10, 12], axes: ["a", "b"], line: [] });
  expect(made.dataAt(44, 208)).toEqual([-3, 10]);
  expect(made.dataAt(444, 8)).toEqual([5, 12]);
  expect(made.dataAt(244, 108)).toEqual([1, 11]);
  for (const [x, y] of [[43, 100], [445, 100], [200, 7], [200, 209]] as const) expect(made.dataAt(x, y)).toBeNull();
});
