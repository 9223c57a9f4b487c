/** What can be taken away: a script, a model, a picture, the points, a link, a study. */
import { bytes } from "../buffers";
import { linkTo } from "../address";
import { button, make, panel } from "../element";
import type { State } from "../state";

export function takePanel(state: State, canvas: HTMLCanvasElement, tell: (message: string) => void): HTMLElement {
  const script = make("textarea", { class: "script", rows: 12, readonly: true, "aria-label": "Python script", hidden: true, spellcheck: "false" });
  const link = make("input", { type: "text", readonly: true, "aria-label": "Link to this state", hidden: true });
  const ask = (what: "python" | "onnx" | "csv" | "link"): void => state.send({ type: "Ask", what });
  const picture = (): void => {
    canvas.toBlob((blob) => blob && save(blob, "boundary.png"), "image/png");
  };
  const copyLink = button("Copy a link", () => ask("link"));
  state.on("Welcome", ({ notebook }) => {
    copyLink.hidden = notebook; // a notebook's address is not the lab's
  });
  state.on("File", (file, buffers) => {
    const content = bytes(buffers, 0);
    if (file.what === "python") {
      show(script, new TextDecoder().decode(content), "The script is copied.");
    } else if (file.what === "link") {
      show(link, linkTo(new TextDecoder().decode(content)), "The link is copied.");
    } else save(new Blob([content as BlobPart], { type: file.media_type }), file.name);
  });
  const show = (field: HTMLInputElement | HTMLTextAreaElement, text: string, copied: string): void => {
    field.hidden = false;
    field.value = text;
    field.focus();
    field.select();
    // Where the clipboard is not allowed the text stands there, selected.
    navigator.clipboard?.writeText(text).then(
      () => tell(copied),
      () => {},
    );
  };
  return panel(
    "Take it with you",
    "take",
    make(
      "div",
      { class: "row" },
      button("Copy as Python", () => ask("python"), "primary"),
      button("ONNX model", () => ask("onnx")),
      button("PNG picture", picture),
      button("Points as CSV", () => ask("csv")),
      copyLink,
    ),
    script,
    link,
  );
}

export function studyPanel(state: State): HTMLElement {
  const start = button("Study these data", () => state.send({ type: running ? "StopStudy" : "StartStudy" }), "primary");
  const open = make("a", { class: "button", target: "_blank", rel: "noopener", hidden: true }, "Open the report");
  const report = button("Save the report", () => state.send({ type: "Ask", what: "report" }));
  const words = make("p", { class: "verdict", role: "status" }, " ");
  let running = false;
  state.on("StudyNote", (note) => {
    running = note.state === "running";
    start.textContent = running ? "Stop the study" : "Study these data";
    report.disabled = note.state !== "done";
    open.hidden = note.report === null;
    if (note.report !== null) open.href = `/report/${note.report}`;
    words.textContent =
      note.state === "none" ? "How large a network do these data need? Trains hundreds in the background." : note.text;
  });
  return panel("Study", "study", make("div", { class: "row" }, start, open, report), words);
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
