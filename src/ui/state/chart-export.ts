import { AppError } from "../../core/errors.ts";
import { word } from "../../core/words/index.ts";

const copied = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-linecap",
  "opacity",
  "fill-opacity",
  "stroke-opacity",
  "font-size",
  "font-weight",
  "font-family",
  "paint-order",
  "text-anchor",
];

/** Draws a chart as a PNG at twice its size, with the page's current colours and its title. */
export async function chartPng(svg: SVGSVGElement, title: string): Promise<Blob> {
  const { width, height } = svg.getBoundingClientRect();
  const head = 34;
  const clone = withStyles(svg);
  clone.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const source = new XMLSerializer().serializeToString(clone);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * 2, (height + head) * 2];
  const context = canvas.getContext("2d");
  if (!context) throw new AppError("internal", word("no-drawing"));
  const style = getComputedStyle(svg);
  const root = getComputedStyle(document.documentElement);
  context.scale(2, 2);
  context.fillStyle = backgroundOf(svg);
  context.fillRect(0, 0, width, height + head);
  context.fillStyle = style.color;
  context.font = `600 15px ${root.fontFamily}`;
  context.fillText(title, 12, 23);
  context.drawImage(image, 0, head, width, height);
  return new Promise((done, fail) =>
    canvas.toBlob((blob) =>
      blob ? done(blob) : fail(new AppError("internal", word("no-picture"))),
    ),
  );
}

/** A copy that carries its computed styles as attributes: a picture knows no style sheets. */
function withStyles(svg: SVGSVGElement): SVGSVGElement {
  const clone = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll("*")];
  for (const [index, element] of [clone, ...clone.querySelectorAll("*")].entries()) {
    const style = getComputedStyle(originals[index]!);
    for (const name of copied) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute("class");
  }
  return clone;
}

function backgroundOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (color !== "rgba(0, 0, 0, 0)" && color !== "transparent") return color;
  }
  return "#fff";
}
