/** A sketch of places: incident, worksites and items on plain ground, with a scale and north. No tiles, no network. */

import { at, int, type Value } from "../base/value";
import { h, svg } from "../page/dom";
import { number, t } from "../page/language";
import { visible } from "../verify/said";
import type { Report } from "./model";
import { siteLetter } from "./sentence";
import { UI } from "./ui";

interface Point { readonly kind: "incident" | "worksite" | "item"; readonly label: string; readonly x: number; readonly y: number; readonly radius: number }

const WIDTH = 360, HEIGHT = 260, MARGIN = 44;
const METRES_PER_DEGREE = 111_195; // mean radius of the Earth, RFC 7946 axes
const ORDER: readonly Point["kind"][] = ["incident", "worksite", "item"];
const POINTS_MAX = 400;

export function sketch(report: Report): HTMLElement | null {
  const points = places(report);
  if (points.length === 0) return null;
  const frame = fit(points);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "sketch", role: "img", "aria-label": t(UI.mapNote), direction: "ltr" },
    svg("rect", { x: 0.5, y: 0.5, width: WIDTH - 1, height: HEIGHT - 1, rx: 6, class: "ground" }),
    ORDER.flatMap((kind) => points.filter((point) => point.kind === kind)).map((point) => mark(point, frame)), scaleBar(frame.perPixel), northArrow());
  return h("figure", { class: "map" }, drawing, legend(points), h("figcaption", { class: "small" }, t(UI.mapNote)));
}

/** Points in metres east and south of the first one. */
function places(report: Report): Point[] {
  const found: { kind: Point["kind"]; label: string; lat: number; lon: number; radius: number }[] = [];
  const add = (kind: Point["kind"], label: string, place: Value | undefined): void => {
    const lat = int(at(place, "lat_e7")), lon = int(at(place, "lon_e7"));
    if (lat === null || lon === null || Math.abs(lat) > 9e8 || Math.abs(lon) > 18e8 || found.length >= POINTS_MAX) return;
    found.push({ kind, label, lat: lat / 1e7, lon: lon / 1e7, radius: int(at(place, "accuracy_m")) ?? 0 });
  };
  for (const one of report.ofType("respond.incident")) add("incident", "", one.body.get("place"));
  for (const one of report.ofType("respond.worksite")) add("worksite", visible(siteLetter(report, one)), one.body.get("place"));
  for (const one of report.ofType("evidence.item")) {
    const claims = one.sealed.get("claims");
    if (claims?.state === "disclosed") add("item", String(report.itemNumber(one.id) ?? ""), at(claims.value, "place"));
  }
  const [first] = found;
  if (first === undefined) return [];
  const east = METRES_PER_DEGREE * Math.cos((first.lat * Math.PI) / 180);
  return found.map((one) => ({ kind: one.kind, label: one.label, radius: one.kind === "incident" ? one.radius : 0, x: (one.lon - first.lon) * east, y: (first.lat - one.lat) * METRES_PER_DEGREE }));
}

interface Frame { readonly perPixel: number; readonly x: (m: number) => number; readonly y: (m: number) => number }

function fit(points: readonly Point[]): Frame {
  const xs = points.map((p) => p.x), ys = points.map((p) => p.y);
  const left = Math.min(...xs), right = Math.max(...xs), top = Math.min(...ys), bottom = Math.max(...ys);
  const perPixel = Math.max((right - left) / (WIDTH - 2 * MARGIN), (bottom - top) / (HEIGHT - 2 * MARGIN), 0.25);
  const cx = (left + right) / 2, cy = (top + bottom) / 2;
  return { perPixel, x: (m) => WIDTH / 2 + (m - cx) / perPixel, y: (m) => HEIGHT / 2 + (m - cy) / perPixel };
}

function mark(point: Point, frame: Frame): SVGElement {
  const x = frame.x(point.x), y = frame.y(point.y);
  if (point.kind === "incident") {
    const radius = point.radius / frame.perPixel;
    return svg("g", { class: "incident" }, radius > 8 ? svg("circle", { cx: x, cy: y, r: radius, class: "blur" }) : null, svg("path", { d: `M${x - 7} ${y}H${x + 7}M${x} ${y - 7}V${y + 7}` }));
  }
  if (point.kind === "item") {
    return svg("g", { class: "item" }, svg("circle", { cx: x, cy: y, r: 3.5 }), svg("text", { x: x + 6, y: y - 5 }, point.label));
  }
  return svg("g", { class: "worksite" }, svg("rect", { x: x - 9, y: y - 9, width: 18, height: 18, rx: 2 }), svg("text", { x, y: y + 4.5, "text-anchor": "middle" }, point.label));
}

/** A bar of a round length that takes about a quarter of the width. */
function scaleBar(perPixel: number): SVGElement {
  const wished = (perPixel * WIDTH) / 4, power = 10 ** Math.floor(Math.log10(wished));
  const length = [5, 2, 1].map((n) => n * power).find((n) => n <= wished) ?? power;
  const x = 14, y = HEIGHT - 14, width = length / perPixel;
  const label = length >= 1000 ? `${number(length / 1000)} km` : `${number(length)} m`;
  return svg("g", { class: "scale" }, svg("path", { d: `M${x} ${y - 5}V${y}H${x + width}V${y - 5}` }), svg("text", { x: x + width + 6, y }, label));
}

function northArrow(): SVGElement {
  const x = WIDTH - 22, y = 14;
  return svg("g", { class: "north" }, svg("path", { d: `M${x} ${y}L${x + 6} ${y + 16}L${x} ${y + 12}L${x - 6} ${y + 16}Z` }), svg("text", { x, y: y + 31, "text-anchor": "middle" }, t(UI.north)));
}

function legend(points: readonly Point[]): HTMLElement {
  const has = (kind: Point["kind"]): boolean => points.some((point) => point.kind === kind);
  const key = (shape: string, label: string): HTMLElement => h("li", {}, h("span", { class: `key ${shape}`, "aria-hidden": "true" }), label);
  return h("ul", { class: "legend" },
    has("incident") ? key("cross", t(UI.incidentPoint)) : null,
    has("worksite") ? key("square", t(UI.worksites)) : null,
    has("item") ? key("dot", t(UI.item)) : null);
}
