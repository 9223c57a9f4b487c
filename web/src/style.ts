/** The lab's looks, for the page or the shadow root that it stands in. */
import uplot from "uplot/dist/uPlot.min.css?inline";
import { variables } from "./drawing/colours";
import bar from "./style/bar.css?inline";
import base from "./style/base.css?inline";
import below from "./style/below.css?inline";
import board from "./style/board.css?inline";
import compact from "./style/compact.css?inline";
import fields from "./style/fields.css?inline";
import lesson from "./style/lesson.css?inline";
import picture from "./style/picture.css?inline";
import results from "./style/results.css?inline";
import settings from "./style/settings.css?inline";

const WHERE = ".moonlet-lab, body:has(> #lab)";
const COLOURS = `${WHERE} { ${variables(false)} } @media (prefers-color-scheme: dark) { ${WHERE} { ${variables(true)} } }`;
const SHEETS = [uplot, COLOURS, base, bar, board, fields, settings, picture, results, below, lesson, compact];

const dressed = new WeakSet<Document | ShadowRoot>();

/** Put the styles where the element is; a sheet of its own, which no policy against inline styles forbids. */
export function dress(el: HTMLElement): void {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document;
  if (dressed.has(home)) return;
  dressed.add(home);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEETS.join("\n"));
  home.adoptedStyleSheets = [...home.adoptedStyleSheets, sheet];
}
