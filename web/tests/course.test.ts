import { expect, test } from "vitest";
import { Course } from "../src/worker/curve";
import { RECENT } from "../src/worker/protocol";

test("points are the extremes of their passes however these came", () => {
  let seed = 1;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 30; round++) {
    const course = new Course();
    const [losses, norms]: [number[], number[]] = [[], []];
    for (let part = Math.ceil(30 * random()); part > 0; part--) {
      const added = Array.from({ length: Math.floor(400 * random()) }, random);
      const more = added.map(() => random());
      course.extend(added, more);
      losses.push(...added);
      norms.push(...more);
    }
    const { passes, low, high, norm } = course.points();
    expect(passes.length).toBeLessThanOrEqual(300);
    expect(passes.at(-1) ?? 0).toBe(losses.length);
    let begin = 0;
    passes.forEach((end, i) => {
      const own = losses.slice(begin, end);
      expect(low[i]).toBe(Math.fround(Math.min(...own)));
      expect(high[i]).toBe(Math.fround(Math.max(...own)));
      expect(norm[i]).toBe(Math.fround(norms[end - 1]!));
      begin = end;
    });
    expect(course.recent).toEqual(losses.slice(-RECENT));
    const widths = passes.slice(0, -1).map((end, i) => end - (i ? passes[i - 1]! : 0));
    expect(new Set(widths).size).toBeLessThanOrEqual(1);
  }
});

test("a course without passes has no points", () => {
  const course = new Course();
  course.extend([], []);
  expect(course.points().passes.length).toBe(0);
});
