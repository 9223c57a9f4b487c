import { expect, test } from "vitest";
import { DEFAULTS, type Request, type Settings, type Situation } from "../src/messages";
import { State } from "../src/state";

function watched(): { state: State; sent: Request[] } {
  const sent: Request[] = [];
  return { state: new State({ send: (request) => sent.push(request) }), sent };
}

function situation(settings: Settings, edit = 0): Situation {
  return { type: "Situation", settings, edit, playing: false, catching_up: false, stop_reason: null, n_phases: 1, drawn: [], file: null };
}

const paced = (pace: number): Settings => ({ ...DEFAULTS, pace });

test("an edit is sent at once, as the whole of the settings", () => {
  const { state, sent } = watched();
  state.change((s) => ({ ...s, pace: 10 }));
  expect(sent).toEqual([{ type: "Change", settings: paced(10), edit: 1 }]);
});

test("what the session said before it heard of an edit does not undo it", () => {
  const { state } = watched();
  state.receive(situation(paced(1000)), []);
  state.change(() => paced(10));
  state.change(() => paced(20));
  state.receive(situation(paced(1000), 0), []);
  state.receive(situation(paced(10), 1), []);
  expect(state.settings.pace).toBe(20);
  expect(state.last("Situation")?.settings.pace).toBe(20);
  state.receive(situation(paced(20), 2), []);
  state.receive(situation(paced(30), 2), []); // a cure, say
  expect(state.settings.pace).toBe(30);
});

test("the session has the last word when it refuses an edit, and after a new connection", () => {
  const { state } = watched();
  state.receive(situation(paced(1000)), []);
  state.change(() => paced(10));
  state.receive({ type: "Refused", message: "no" }, []);
  state.receive(situation(paced(1000), 0), []);
  expect(state.settings.pace).toBe(1000);
  state.change(() => paced(10));
  state.reconnected();
  state.receive(situation(paced(500), 7), []);
  expect(state.settings.pace).toBe(500);
});

test("an edit waits for the settings that the session was asked to make", () => {
  const { state, sent } = watched();
  state.receive(situation(paced(1000)), []);
  state.ask({ type: "Preset", name: "tutorial" });
  state.change((s) => ({ ...s, pace: 0 }));
  expect(sent).toEqual([{ type: "Preset", name: "tutorial", edit: 1 }]);
  state.receive(situation(paced(1000), 0), []);
  expect(sent.length).toBe(1);
  const made = { ...DEFAULTS, data: { ...DEFAULTS.data, test_share: 0 } };
  state.receive(situation(made, 1), []);
  expect(sent[1]).toEqual({ type: "Change", settings: { ...made, pace: 0 }, edit: 2 });
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
