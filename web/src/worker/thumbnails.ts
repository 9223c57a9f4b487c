/** Toy sets in small: what their buttons show. */
import type { Engine } from "../engine/engine";
import { TOYS, USUAL_NOISE } from "../engine/names.generated";
import type { Thumbnail } from "./protocol";

const POINTS = 120;

export function thumbnails(engine: Engine): Thumbnail[] {
  return TOYS.map((source) => {
    const { X, y, regression } = engine.toy(source, { n_samples: POINTS, noise: 0.6 * USUAL_NOISE[source], random_state: 0 });
    return { source, regression, positions: Float32Array.from(X), values: Float32Array.from(y) };
  });
}
