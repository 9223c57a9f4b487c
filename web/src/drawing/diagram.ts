/** The network: each unit with what it sees, each weight as thick as it is large. */
import { UNIT_GRID } from "../messages";
import { Surface } from "./canvas";
import { classColour, css, palette, prefersDark } from "./colours";
import { colourUnit } from "./shading";

export interface DiagramData {
  /** Units of every layer, inputs and outputs counted, and how many of them are drawn. */
  layers: readonly number[];
  shown: readonly number[];
  views: Uint8Array;
  weights: Float32Array;
  inputs: readonly string[];
  outputs: readonly string[];
}

interface Spot {
  x: number;
  y: number;
}

export class Diagram {
  readonly surface: Surface;
  private data: DiagramData | null = null;
  private readonly small = document.createElement("canvas");

  constructor(canvas: HTMLCanvasElement) {
    this.surface = new Surface(canvas, () => this.draw());
    this.small.width = this.small.height = UNIT_GRID;
  }

  set(data: DiagramData): void {
    this.data = data;
    this.surface.redraw();
  }

  private draw(): void {
    const { context: c, width, height } = this.surface;
    c.clearRect(0, 0, width, height);
    if (!this.data) return;
    const colours = palette(prefersDark());
    const { layers, shown, weights } = this.data;
    const most = Math.max(...shown);
    const size = Math.max(14, Math.min(64, (width / layers.length) * 0.5, (height - 34) / most - 8));
    const places = this.place(shown, width, height, size);
    let strongest = 1e-9;
    for (const weight of weights) if (Math.abs(weight) > strongest) strongest = Math.abs(weight);
    let at = 0;
    c.lineCap = "round";
    for (let layer = 0; layer + 1 < places.length; layer++) {
      for (const from of places[layer]!) {
        for (const to of places[layer + 1]!) {
          const share = weights[at++]! / strongest;
          const strength = Math.sqrt(Math.abs(share));
          c.strokeStyle = css(classColour(share > 0 ? 1 : 0, colours.dark), 0.15 + 0.75 * strength);
          c.lineWidth = 0.5 + 5 * Math.abs(share);
          c.beginPath();
          c.moveTo(from.x + size / 2, from.y);
          const middle = (from.x + to.x) / 2;
          c.bezierCurveTo(middle, from.y, middle, to.y, to.x - size / 2, to.y);
          c.stroke();
        }
      }
    }
    this.drawUnits(places, size);
  }

  private drawUnits(places: Spot[][], size: number): void {
    const { context: c, height } = this.surface;
    const { layers, shown, views, inputs, outputs } = this.data!;
    const colours = palette(prefersDark());
    const pixels = this.small.getContext("2d")!;
    const cells = UNIT_GRID * UNIT_GRID;
    let unit = 0;
    c.textAlign = "center";
    c.textBaseline = "middle";
    places.forEach((spots, layer) => {
      const hidden = layer > 0 && layer < places.length - 1;
      spots.forEach(({ x, y }, index) => {
        const left = x - size / 2;
        const top = y - size / 2;
        c.fillStyle = css(colours.paper);
        c.fillRect(left, top, size, size);
        if (hidden) {
          const image = pixels.createImageData(UNIT_GRID, UNIT_GRID);
          colourUnit(image.data, views.subarray(unit * cells, (unit + 1) * cells), UNIT_GRID, colours);
          pixels.putImageData(image, 0, 0);
          c.drawImage(this.small, left, top, size, size);
          unit += 1;
        } else {
          const isInput = layer === 0;
          const name = (isInput ? inputs : outputs)[index] ?? "";
          const only = !isInput && layers[layer] === 1;
          c.fillStyle = isInput ? colours.ink : css(classColour(only ? 1 : index, colours.dark));
          c.font = `${Math.round(size * 0.3)}px system-ui, sans-serif`;
          c.fillText(name.length > 6 ? `${name.slice(0, 5)}…` : name, x, y, size - 4);
        }
        c.strokeStyle = colours.faint;
        c.lineWidth = 1;
        c.strokeRect(left + 0.5, top + 0.5, size - 1, size - 1);
      });
      const more = layers[layer]! - shown[layer]!;
      c.fillStyle = colours.faint;
      c.font = "12px system-ui, sans-serif";
      const words = layer === 0 ? "inputs" : hidden ? `${layers[layer]} units` : "output";
      c.fillText(more > 0 && !hidden ? `${words} +${more}` : words, spots[0]!.x, height - 8);
    });
  }

  private place(shown: readonly number[], width: number, height: number, size: number): Spot[][] {
    return shown.map((n, layer) => {
      const x = shown.length === 1 ? width / 2 : size / 2 + 8 + (layer / (shown.length - 1)) * (width - size - 16);
      const gap = Math.min(size + 10, (height - 24) / Math.max(n, 1));
      const top = (height - 22) / 2 - ((n - 1) * gap) / 2;
      return Array.from({ length: n }, (_, index) => ({ x, y: top + index * gap }));
    });
  }
}
