/** What can be taken away: a script, a model, a picture, the points, a link. */
import { csvOf, tableOf } from "../data/points";
import { button, make, panel } from "../element";
import type { Lab } from "../lab_state";
import { RecipeError } from "../recipe";
import { decode, encode } from "../recipe/link";
import { InterruptedError } from "../script/python";
import { grouped } from "../numbers";

export function takePanel(lab: Lab, canvas: HTMLCanvasElement): HTMLElement {
  const { say, home } = lab;
  const script = make("textarea", { class: "script", rows: 12, readonly: true, "aria-label": say("take.script"), hidden: true, spellcheck: "false" });
  const link = make("input", { type: "text", readonly: true, "aria-label": say("take.link_to_this"), hidden: true });
  const show = (field: HTMLInputElement | HTMLTextAreaElement, text: string, copied: string): void => {
    field.hidden = false;
    field.value = text;
    field.focus();
    field.select();
    // Where the clipboard is not allowed the text stands there, selected.
    navigator.clipboard?.writeText(text).then(
      () => lab.tell(copied),
      () => {},
    );
  };
  const python = (): void => {
    try {
      show(script, lab.python(), say("take.script_copied"));
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      lab.tell(say("take.interrupted", { schedule: error.schedule, n: grouped(error.limit) }));
    }
  };
  const copyLink = async (): Promise<void> => {
    if (!home.link) return;
    try {
      const { address, everywhere } = home.link(await encode(lab.whole));
      show(link, address, say(everywhere ? "take.link_copied" : "take.link_here_only"));
    } catch (error) {
      if (!(error instanceof RecipeError)) throw error;
      lab.tell(say("take.link_too_long"));
    }
  };
  const onnx = async (): Promise<void> => {
    const trained = lab.trained();
    if (!trained || !home.toOnnx) return;
    try {
      save(await home.toOnnx(trained), "model.onnx");
    } catch (error) {
      lab.tell((error as Error).message);
    }
  };
  const points = (): void => {
    const table = tableOf(lab);
    if (table) save(new Blob([csvOf(table)], { type: "text/csv" }), "points.csv");
  };
  const open = make("input", { type: "text", "aria-label": say("take.open_link"), placeholder: say("take.open_link.example") });
  const openLink = async (): Promise<void> => {
    const text = /(?:recipe=)?([A-Za-z0-9_-]+)\s*$/.exec(open.value.trim())?.[1] ?? "";
    try {
      lab.replace(await decode(text));
      open.value = "";
    } catch (error) {
      if (!(error instanceof RecipeError)) throw error;
      lab.tell(say("take.no_link", { problem: error.message }));
    }
  };
  // What was copied is of the network as it stood.
  lab.on("recipe", () => (script.hidden = link.hidden = true));
  return panel(
    say("take.title"),
    "take",
    "take",
    make(
      "div",
      { class: "row" },
      button(say("take.python"), python, "primary"),
      ...(home.toOnnx ? [button(say("take.onnx"), () => void onnx())] : []),
      button(say("take.png"), () => canvas.toBlob((blob) => blob && save(blob, "boundary.png"), "image/png")),
      button(say("take.csv"), points),
      ...(home.link ? [button(say("take.link"), () => void copyLink())] : []),
    ),
    script,
    link,
    make("div", { class: "open-link" }, open, button(say("take.open"), () => void openLink(), "small")),
  );
}

export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
