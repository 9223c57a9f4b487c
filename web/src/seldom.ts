/** Milliseconds between two changes of numbers and curves: nobody reads faster, and each costs a layout. */
export const READABLE = 100;

/**
 * Call at once, but not again before `each` milliseconds are over; the last call is never lost.
 *
 * While calls keep coming one of them draws, so that all that changes with a frame is painted
 * with it: a timer's drawing between two frames would be one more picture of the whole page.
 */
export function seldom(each: number, draw: () => void): () => void {
  let drawnAt = -Infinity;
  let waiting = 0;
  const now = (): void => {
    drawnAt = performance.now();
    draw();
  };
  return () => {
    clearTimeout(waiting);
    if (performance.now() - drawnAt >= each) now();
    else waiting = window.setTimeout(now, each);
  };
}
