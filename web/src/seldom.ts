/** Milliseconds between two changes of numbers and curves: nobody reads faster, and each costs a layout. */
export const READABLE = 100;

/** Call at once, then again after `each` milliseconds at the soonest: the last call is never lost. */
export function seldom(each: number, draw: () => void): () => void {
  let drawnAt = -Infinity;
  let waiting = 0;
  const now = (): void => {
    waiting = 0;
    drawnAt = performance.now();
    draw();
  };
  return () => {
    if (waiting) return;
    const left = drawnAt + each - performance.now();
    if (left <= 0) now();
    else waiting = window.setTimeout(now, left);
  };
}
