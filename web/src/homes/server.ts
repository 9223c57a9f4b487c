/** The lab at home with `moonlet lab`, which answers on this machine alone: `moonlet.lab.server`. */
import type { Home, StudyNote, StudyRows, Trained } from "../home";
import { table } from "../table/table";

const EVERY = 1000; // milliseconds between two looks at a study that runs

/** A sentence for the page, and no fault of it. */
export class ServerError extends Error {
  override name = "ServerError";
}

/** The token, for a word that is good once. */
export async function exchange(once: string): Promise<string> {
  const answer = await fetch("./token", { method: "POST", body: once });
  const said = (await answer.text()).trim();
  if (!answer.ok) throw new ServerError(said);
  return said;
}

type Ask = (path: string, request?: RequestInit) => Promise<Response>;

export async function serverHome(token: string, link: Home["link"]): Promise<Home> {
  const ask: Ask = async (path, request = {}) => {
    const headers = { Authorization: `Bearer ${token}`, ...request.headers };
    const answer = await fetch(path, { ...request, headers }).catch(() => {
      throw new ServerError("`moonlet lab` does not answer any more. Start it again; the page itself goes on without it.");
    });
    if (!answer.ok) throw new ServerError((await answer.text()).trim());
    return answer;
  };
  return {
    kind: "server",
    recipe: await (await ask("./opening")).json(),
    ...(link && { link }),
    async readTable({ name, bytes }) {
      const answer = await ask("./table", { method: "POST", body: bytes, headers: { "X-Name": encodeURIComponent(name) } });
      return table(await answer.json(), "table");
    },
    async toOnnx(trained) {
      return (await ask("./onnx", { method: "POST", body: written(trained) })).blob();
    },
    study: new ServerStudy(ask),
  };
}

class ServerStudy {
  // Counts the studies: what an earlier one still hears is dropped.
  private number = 0;
  private name: string | null = null;

  constructor(private readonly ask: Ask) {}

  start(rows: StudyRows, tell: (note: StudyNote) => void): void {
    this.stop();
    const number = this.number;
    const follow = async (): Promise<void> => {
      const answer = await this.ask("./study", { method: "POST", body: JSON.stringify(rows) });
      const { name } = (await answer.json()) as { name: string };
      if (number !== this.number) return void this.end(name);
      this.name = name;
      for (;;) {
        const note = (await (await this.ask(`./study/${name}`)).json()) as StudyNote;
        if (number !== this.number) return;
        tell(note);
        if (note.state !== "running") return;
        await new Promise((resolve) => setTimeout(resolve, EVERY));
      }
    };
    follow().catch((error: unknown) => {
      if (number === this.number) tell({ state: "failed", text: String((error as Error).message), report: null });
    });
  }

  stop(): void {
    this.number += 1;
    if (this.name !== null) this.end(this.name);
    this.name = null;
  }

  private end(name: string): void {
    this.ask(`./study/${name}`, { method: "DELETE" }).catch(() => {});
  }
}

/** The network as JSON, which has every digit of a number, but no arrays of its own kinds. */
export function written(trained: Trained): string {
  return JSON.stringify(trained, (_, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value));
}
