/** Points of one's own: put, painted and rubbed out, by mouse, touch or keys. */
import type { Plane } from "../drawing/plane";
import { classColour, css, prefersDark } from "../drawing/colours";
import { button, lockable, make, newId, swatch } from "../element";
import type { Lab } from "../lab_state";
import { LIMITS, type DrawnPoint } from "../recipe";

const CLASSES = 5;
/** Of the picture's sides: a key's step, the eraser's reach, and how far painted points lie apart. */
const STEP = 1 / 40;
const ERASER = 1 / 24;
const APART = 1 / 28;

export function drawingTools(
  lab: Lab,
  plane: Plane,
  canvas: HTMLCanvasElement,
  read: (x: number, y: number) => void,
): { element: HTMLElement; isOn(): boolean } {
  const { say } = lab;
  const help = newId("help");
  let pen = 0;
  let erasing = false;
  let stroke: { last: readonly [number, number]; more: boolean } | null = null;
  const isOn = (): boolean => lab.recipe.data.source === "drawn" && !lab.isLocked("data.draw");
  const drawn = (): readonly DrawnPoint[] => lab.recipe.data.drawn;
  const set = (points: readonly DrawnPoint[], more = false): void =>
    lab.change((r) => ({ ...r, data: { ...r.data, drawn: [...points] } }), more);
  const sides = (): [number, number] => {
    const [left, right, bottom, top] = plane.bounds();
    return [right - left, top - bottom];
  };
  const distance = ([px, py]: readonly number[], x: number, y: number): number => {
    const [width, height] = sides();
    return Math.hypot((px! - x) / width, (py! - y) / height);
  };
  const put = (x: number, y: number, more = false): void => {
    if (drawn().length < LIMITS.points[1]) set([...drawn(), [x, y, pen]], more);
  };
  const rubNearest = (x: number, y: number): void => {
    const all = drawn();
    const nearest = all.reduce((best, point, i) => (distance(point, x, y) < distance(all[best]!, x, y) ? i : best), 0);
    if (all.length > 0) set(all.filter((_, i) => i !== nearest));
  };
  const rub = (x: number, y: number, more: boolean): boolean => {
    const left = drawn().filter((point) => distance(point, x, y) > ERASER);
    if (left.length === drawn().length) return false;
    set(left, more);
    return true;
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!isOn()) return;
    const at = plane.dataAt(event.offsetX, event.offsetY);
    if (!at) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = { last: at, more: true };
    if (event.shiftKey || event.button === 2) {
      stroke = null;
      rubNearest(...at);
    } else if (erasing) stroke.more = rub(...at, false);
    else put(...at);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke || !isOn()) return;
    const at = plane.dataAt(event.offsetX, event.offsetY);
    if (!at) return;
    if (erasing) stroke.more = rub(...at, stroke.more) || stroke.more;
    else if (distance(stroke.last, ...at) > APART) {
      stroke.last = at;
      put(...at, true);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (stroke = null));
  canvas.addEventListener("contextmenu", (event) => isOn() && event.preventDefault());
  canvas.addEventListener("keydown", (event) => {
    if (!isOn()) return;
    const [x0, x1, y0, y1] = plane.bounds();
    const at = plane.crossHair ?? { x: (x0 + x1) / 2, y: (y0 + y1) / 2, colour: pen };
    const moves: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    const far = event.shiftKey ? 5 : 1;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) {
      at.x = Math.min(x1, Math.max(x0, at.x + move[0] * far * STEP * (x1 - x0)));
      at.y = Math.min(y1, Math.max(y0, at.y + move[1] * far * STEP * (y1 - y0)));
    } else if (event.key === "Enter" || event.key === " ") put(at.x, at.y);
    else if (event.key === "Delete" || event.key === "Backspace") rubNearest(at.x, at.y);
    else if (/^[1-5]$/.test(event.key)) choose(Number(event.key) - 1);
    else return;
    event.preventDefault();
    plane.crossHair = { ...at, colour: pen };
    read(at.x, at.y);
    plane.surface.redraw();
  });
  canvas.addEventListener("blur", () => {
    plane.crossHair = null;
    plane.surface.redraw();
  });

  const pens = Array.from({ length: CLASSES }, (_, index) => {
    const pick = button("", () => choose(index), "pen");
    pick.append(swatch(css(classColour(index, prefersDark()))), say("draw.class", { number: index }));
    return pick;
  });
  const eraser = button(say("draw.eraser"), () => choose(null), "pen");
  const choose = (index: number | null): void => {
    erasing = index === null;
    if (index !== null) pen = index;
    pens.forEach((pick, i) => pick.setAttribute("aria-pressed", String(!erasing && i === pen)));
    eraser.setAttribute("aria-pressed", String(erasing));
  };
  choose(0);
  const clear = button(say("draw.clear"), () => set([]), "small");
  const element = lockable(
    "data.draw",
    "drawing",
    make("div", { class: "pens", role: "group", "aria-label": say("draw.title") }, ...pens, eraser, clear),
    make("p", { id: help, class: "hint" }, say("draw.help")),
  );
  lab.on("recipe", () => {
    const on = isOn();
    element.hidden = lab.recipe.data.source !== "drawn";
    canvas.classList.toggle("drawing", on);
    canvas.setAttribute("role", on ? "application" : "img");
    for (const [name, value] of [["tabindex", "0"], ["aria-describedby", help]] as const) {
      if (on) canvas.setAttribute(name, value);
      else canvas.removeAttribute(name);
    }
  });
  return { element, isOn };
}
