import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SocketModel } from "../src/connection";

class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  binaryType = "";
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;

  constructor(
    readonly address: string,
    readonly protocols: string[],
  ) {
    FakeSocket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  close(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

beforeEach(() => {
  FakeSocket.made = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the key goes as a subprotocol, never into the address", () => {
  new SocketModel("ws://here/socket", "secret").connect();
  expect(FakeSocket.made[0]!.address).toBe("ws://here/socket");
  expect(FakeSocket.made[0]!.protocols).toEqual(["moonlet-lab", "token.secret"]);
});

test("each connection begins with the greeting, and a dropped one is made anew", () => {
  const states: string[] = [];
  const model = new SocketModel("ws://here/socket", "secret");
  model.greet = () => ({ type: "Hello", session: "mine" });
  model.onState = (state) => states.push(state);
  model.connect();
  FakeSocket.made[0]!.open();
  FakeSocket.made[0]!.close();
  vi.advanceTimersByTime(5000);
  FakeSocket.made[1]!.open();
  expect(states).toEqual(["open", "lost", "open"]);
  expect(FakeSocket.made.map((socket) => socket.sent[0])).toEqual(
    Array(2).fill(JSON.stringify({ type: "Hello", session: "mine" })),
  );
});

test("a key that is never taken is not tried for ever", () => {
  const states: string[] = [];
  const model = new SocketModel("ws://here/socket", "wrong");
  model.onState = (state) => states.push(state);
  model.connect();
  for (let i = 0; i < 10; i++) {
    FakeSocket.made.at(-1)!.close();
    vi.advanceTimersByTime(5000);
  }
  expect(states.at(-1)).toBe("refused");
  expect(FakeSocket.made.length).toBe(3);
});
