/** `<moonlet-lab recipe="…" lang="en" compact>`: the lab in anybody's page. */
import type { Home } from "./home";
import { openLab, type LabHandle } from "./lab";
import type { Recipe } from "./recipe";

const HOME: Home = { kind: "element" };

export class MoonletLab extends HTMLElement {
  static readonly observedAttributes = ["recipe", "lang", "compact"];
  private lab: LabHandle | null = null;
  private wanted: unknown;
  private passed = -1;
  private stopped: string | null = null;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const inner = document.createElement("div");
    root.replaceChildren(inner);
    this.lab = openLab(inner, {
      home: HOME,
      recipe: this.wanted ?? this.written(),
      compact: this.hasAttribute("compact"),
      language: this.getAttribute("lang"),
      onEvent: (kind, event) => {
        if (kind === "frame") this.tellFrame();
        if (kind === "findings") for (const finding of (event as { findings: unknown[] }).findings) this.tell("finding", finding);
        // Its last picture comes after it: only then is it known how far it went.
        if (kind === "situation") this.stopped = (event as { stopReason: string | null }).stopReason;
      },
    });
    if (this.wanted === undefined) void this.fetchRecipe();
  }

  disconnectedCallback(): void {
    if (this.lab) this.wanted = this.lab.recipe;
    this.lab?.close();
    this.lab = null;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.lab || before === now) return;
    if (name === "compact") this.lab.compact = now !== null;
    else if (name === "lang" && (now === "en" || now === "zh")) this.lab.language = now;
    else if (name === "recipe") {
      const recipe = this.written();
      if (recipe !== undefined) this.recipe = recipe as Recipe;
      else void this.fetchRecipe();
    }
  }

  get recipe(): Recipe | undefined {
    return this.lab?.recipe ?? (this.wanted as Recipe | undefined);
  }

  /** A recipe in JSON: trained along, from its start. */
  set recipe(recipe: Recipe | undefined) {
    this.wanted = recipe;
    if (this.lab && recipe !== undefined) this.lab.recipe = recipe;
  }

  /** Passes done. */
  get passes(): number {
    return this.lab?.passes ?? 0;
  }

  async play(): Promise<void> {
    await this.lab?.play();
  }

  async pause(): Promise<void> {
    await this.lab?.pause();
  }

  async step(): Promise<void> {
    await this.lab?.step();
  }

  async reset(): Promise<void> {
    await this.lab?.reset();
  }

  /** W, then b, layer by layer; row by row, as Python's `coefs_`. */
  weights(): Float64Array {
    return this.lab?.weights() ?? new Float64Array();
  }

  /** A Python script that gives the same weights; its estimator is named `network`. */
  python(): string {
    return this.lab?.python() ?? "";
  }

  /** The attribute, where it is JSON itself. */
  private written(): unknown {
    const text = this.getAttribute("recipe")?.trim();
    if (!text?.startsWith("{")) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  }

  /** The attribute, where it is an address. */
  private async fetchRecipe(): Promise<void> {
    const address = this.getAttribute("recipe")?.trim();
    if (!address || address.startsWith("{")) return;
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
      this.recipe = (await answer.json()) as Recipe;
    } catch (error) {
      this.lab?.tell((error as Error).message);
    }
  }

  private tellFrame(): void {
    const { passes } = this;
    if (passes !== this.passed) {
      this.passed = passes;
      this.tell("pass", { passes });
    }
    if (this.stopped === null) return;
    this.tell("stop", { reason: this.stopped, passes });
    this.stopped = null;
  }

  private tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

if (!customElements.get("moonlet-lab")) customElements.define("moonlet-lab", MoonletLab);
