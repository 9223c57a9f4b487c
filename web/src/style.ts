/** The lab's looks, for the page or the shadow root that it stands in. */
import uplot from "uplot/dist/uPlot.min.css?inline";
import styles from "./lab.css?inline";
import lesson from "./lesson.css?inline";

const dressed = new WeakSet<Document | ShadowRoot>();

/** Put the styles where the element is; a sheet of its own, which no policy against inline styles forbids. */
export function dress(el: HTMLElement): void {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document;
  if (dressed.has(home)) return;
  dressed.add(home);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([uplot, styles, lesson].join("\n"));
  home.adoptedStyleSheets = [...home.adoptedStyleSheets, sheet];
}
