/** The lab: one module for the plain page and for a notebook. */
import type { Buffers } from "./buffers";
import { SocketModel, type Model } from "./connection";
import { make } from "./element";
import { openingLink, savedSession, saveSession, takeToken } from "./address";
import type { Report } from "./messages";
import { curvesPanel } from "./panels/curves";
import { dataPanel } from "./panels/data";
import { insidePanel } from "./panels/inside";
import { networkPanel, trainingPanel } from "./panels/network";
import { picturePanel } from "./panels/picture";
import { runsPanel } from "./panels/runs";
import { scoresPanel } from "./panels/scores";
import { sweepPanel } from "./panels/sweep";
import { studyPanel, takePanel } from "./panels/take";
import { transport } from "./panels/transport";
import { tutorPanel } from "./panels/tutor";
import { State } from "./state";
import "./lab.css";

/** Show the lab in an element; gives back how to take it away. */
function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const state = new State(model);
  const notice = make("p", { class: "notice", role: "status" });
  let noticed = 0;
  const tell = (message: string, lasting = false): void => {
    clearTimeout(noticed);
    notice.textContent = message;
    if (message && !lasting) noticed = window.setTimeout(() => (notice.textContent = ""), 8000);
  };
  const picture = picturePanel(state);
  const data = dataPanel(state, tell);
  data.addEventListener("drawing", (event) => picture.setDrawing((event as CustomEvent<boolean>).detail));
  const root = make(
    "div",
    { class: "moonlet-lab is-waiting" },
    make("header", { class: "bar" }, make("h1", {}, "moonlet ", make("span", {}, "lab")), transport(state)),
    notice,
    make(
      "div",
      { class: "board", role: "main" },
      make("div", { class: "column settings" }, data, networkPanel(state), trainingPanel(state)),
      make("div", { class: "column middle" }, picture.element, insidePanel(state)),
      make("div", { class: "column results" }, tutorPanel(state), curvesPanel(state), scoresPanel(state)),
      sweepPanel(state),
      make(
        "div",
        { class: "wide pair" },
        runsPanel(state),
        make("div", { class: "column" }, takePanel(state, picture.canvas, tell), studyPanel(state)),
      ),
    ),
  );
  el.replaceChildren(root);

  // Until the session has answered there is nothing to act on.
  root.inert = true;
  state.on("Situation", () => {
    root.inert = false;
    const link = state.last("Welcome")?.notebook === false ? openingLink() : null;
    if (link) state.ask({ type: "OpenLink", state: link });
  });
  state.on("Refused", (report) => tell(sentence(report.message)));
  state.on("Frame", (frame) => {
    root.classList.remove("is-waiting");
    // A page that nobody sees takes in no more pictures, and the session stops training.
    if (!document.hidden) state.send({ type: "Seen", frame: frame.number });
  });
  const onVisible = (): void => {
    const frame = state.last("Frame");
    if (!document.hidden && frame) state.send({ type: "Seen", frame: frame.number });
  };
  document.addEventListener("visibilitychange", onVisible);

  const receive = (content: unknown, buffers: Buffers): void => state.receive(content as Report, buffers);
  model.on("msg:custom", receive);
  state.on("Welcome", (welcome) => {
    if (welcome.notebook) return;
    saveSession(welcome.session);
  });
  if (model instanceof SocketModel) {
    model.greet = () => ({ type: "Hello", session: savedSession() });
    model.onState = (connection, reason) => {
      root.classList.toggle("is-offline", connection !== "open");
      if (connection !== "open") root.inert = true;
      if (connection === "open") {
        state.reconnected();
        tell("");
      } else tell(reason || "The connection is lost. Trying again …", true);
    };
    addEventListener("hashchange", () => {
      const link = openingLink();
      if (link) state.ask({ type: "OpenLink", state: link });
    });
    model.connect();
  } else model.send({ type: "Hello", session: null });

  return () => {
    model.off?.("msg:custom", receive);
    document.removeEventListener("visibilitychange", onVisible);
    el.replaceChildren();
  };
}

/** Show the lab in the plain page. */
export function open(el: HTMLElement): void {
  const socket = `ws://${location.host}/socket`;
  render({ model: new SocketModel(socket, takeToken()), el });
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

export default { render };
