/** The pace of training: against what a clock that is set by hand leaves to be owed. */
import { expect, test } from "vitest";
import { Speed } from "../src/worker/speed";

/** Times are whole parts of a power of two: their sums are exact. */
function begun(at: number): { clock: { now: number }; speed: Speed } {
  const clock = { now: at };
  return { clock, speed: new Speed(() => clock.now) };
}

test("as many passes are owed as the pace makes of the time, less those that were done", () => {
  const { clock, speed } = begun(8);
  expect(speed.allowed(64)).toBe(0);
  clock.now = 8.125;
  expect(speed.allowed(64)).toBe(8);
  speed.count(5);
  expect(speed.allowed(64)).toBe(3);
  speed.count(9);
  expect(speed.allowed(64)).toBe(0);
  expect(speed.allowed(0)).toBe(Infinity);
});

test("who begins anew owes nothing, and has nothing in advance", () => {
  const { clock, speed } = begun(8);
  clock.now = 8.75;
  speed.count(32);
  expect(speed.passesASecond).toBeGreaterThan(0);
  clock.now = 9;
  speed.restart();
  expect([speed.passesASecond, speed.allowed(64)]).toEqual([0, 0]);
  clock.now = 9.125;
  expect(speed.allowed(64)).toBe(8);
});

test("the speed is that of the last half second, and what was missed in it is not made up for", () => {
  const { clock, speed } = begun(8);
  clock.now = 8.25;
  speed.count(3);
  expect(speed.passesASecond).toBe(0);
  clock.now = 8.5;
  speed.count(7);
  expect([speed.passesASecond, speed.allowed(64)]).toEqual([20, 0]);
  clock.now = 9.5;
  expect(speed.allowed(64)).toBe(64);
  speed.count(40);
  expect([speed.passesASecond, speed.allowed(64)]).toEqual([40, 0]);
});
