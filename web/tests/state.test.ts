import { expect, test } from "vitest";
import { DEFAULTS, type Request, type Settings, type Situation } from "../src/messages";
import { State } from "../src/state";

function watched(): { state: State; sent: Request[] } {
  const sent: Request[] = [];
  return { state: new State({ send: (request) => sent.push(request) }), sent };
}

function situation(settings: Settings): Situation {
  return { type: "Situation", settings, playing: false, catching_up: false, stop_reason: null, n_phases: 1, drawn: [], file: null };
}

const paced = (pace: number): Settings => ({ ...DEFAULTS, pace });

test("an edit is sent at once, as the whole of the settings", () => {
  const { state, sent } = watched();
  state.change((s) => ({ ...s, pace: 10 }));
  expect(sent).toEqual([{ type: "Change", settings: paced(10) }]);
});

test("an answer to an older edit does not undo a newer one", () => {
  const { state } = watched();
  state.change(() => paced(10));
  state.change(() => paced(20));
  state.receive(situation(paced(10)), []);
  expect(state.settings.pace).toBe(20);
  state.receive(situation(paced(20)), []);
  expect(state.settings.pace).toBe(20);
});

test("the session has the last word when it refuses an edit", () => {
  const { state } = watched();
  state.change(() => paced(10));
  state.receive({ type: "Refused", message: "no" }, []);
  state.receive(situation(paced(1000)), []);
  expect(state.settings.pace).toBe(1000);
});

test("each listener hears the reports of its own kind, and the last one is kept", () => {
  const { state } = watched();
  const heard: boolean[] = [];
  state.on("Situation", (report) => heard.push(report.playing));
  state.receive({ ...situation(DEFAULTS), playing: true }, []);
  state.receive({ type: "Refused", message: "no" }, []);
  expect(heard).toEqual([true]);
  expect(state.last("Situation")?.playing).toBe(true);
  expect(state.last("Frame")).toBeUndefined();
});
