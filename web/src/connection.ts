/** Ways to a session: a notebook's own model, or a socket that looks like one. */
import { unpack, type Buffers } from "./buffers";
import type { Request } from "./messages";

/** The part of a notebook's model (anywidget's) that the lab uses. */
export interface Model {
  send(content: Request): void;
  on(event: "msg:custom", callback: (content: unknown, buffers: Buffers) => void): void;
  off?(event: "msg:custom", callback: (content: unknown, buffers: Buffers) => void): void;
}

export type ConnectionState = "connecting" | "open" | "lost" | "refused";

const SUBPROTOCOL = "moonlet-lab";
const FULL = 4429;

/** A model over a WebSocket; comes back by itself when the connection drops. */
export class SocketModel implements Model {
  onState: (state: ConnectionState, reason: string) => void = () => {};
  /** Gives the first message of each connection. */
  greet: () => Request = () => ({ type: "Hello", session: null });

  private socket: WebSocket | null = null;
  private callbacks: ((content: unknown, buffers: Buffers) => void)[] = [];
  private tries = 0;
  private ever = false;

  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  on(_event: "msg:custom", callback: (content: unknown, buffers: Buffers) => void): void {
    this.callbacks.push(callback);
  }

  send(content: Request): void {
    // What is asked while there is no connection is dropped, not kept: the page shows so.
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(content));
  }

  connect(): void {
    const socket = new WebSocket(this.address, [SUBPROTOCOL, `token.${this.token}`]);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.tries = 0;
      this.ever = true;
      socket.send(JSON.stringify(this.greet()));
      this.onState("open", "");
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      const { content, buffers } = unpack(event.data);
      for (const callback of this.callbacks) callback(content, buffers);
    };
    socket.onclose = (event) => {
      this.socket = null;
      if (event.code === FULL) {
        this.onState("refused", event.reason);
        return;
      }
      this.tries += 1;
      if (!this.ever && this.tries > 2) {
        this.onState("refused", "Open the address that `moonlet lab` printed: it holds the key.");
        return;
      }
      this.onState("lost", "");
      setTimeout(() => this.connect(), Math.min(250 * 2 ** this.tries, 4000));
    };
  }
}
