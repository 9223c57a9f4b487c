/** Points of a class: colour and shape both tell which. */
import { classColour, css, type Colour, type Palette } from "./colours";

export function marker(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  classIndex: number,
  hollow: boolean,
  palette: Palette,
): void {
  mark(context, x, y, radius, classIndex % 5, hollow, classColour(classIndex, palette.dark), palette);
}

/** A point of a value: its colour alone tells, so it has an outline to stand out by. */
export function valueMarker(context: CanvasRenderingContext2D, x: number, y: number, radius: number, hollow: boolean, colour: Colour, palette: Palette): void {
  mark(context, x, y, radius, hollow ? 3 : 0, false, colour, { ...palette, paper: palette.dark ? [200, 200, 200] : [70, 70, 70] });
}

function mark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  shape: number,
  hollow: boolean,
  colour: Colour,
  palette: Palette,
): void {
  context.beginPath();
  outline(context, x, y, radius, shape);
  context.lineWidth = 1.5;
  context.fillStyle = hollow ? css(palette.paper, 0.9) : css(colour);
  context.strokeStyle = hollow ? css(colour) : css(palette.paper);
  context.fill();
  // Of small points the outline would leave nothing.
  if (radius > 2.2) context.stroke();
}

function outline(context: CanvasRenderingContext2D, x: number, y: number, r: number, shape: number): void {
  if (shape === 0) {
    context.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  const corners = [0, 4, 3, 4, 5][shape]!;
  const turn = [0, Math.PI / 4, -Math.PI / 2, 0, -Math.PI / 2][shape]!;
  const reach = r * [1, 1.2, 1.3, 1.3, 1.2][shape]!;
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners;
    if (i === 0) context.moveTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
    else context.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  context.closePath();
}
