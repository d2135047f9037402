// Writes the shapes of the transfer map: `npm install && npm run make`.
//
// One line for each territory with an ISO 3166-1 code, by code: code, x and y of the point at which
// it is marked, and its outline as an SVG path; a territory too small to be seen has no outline. The
// line `--` is land without such a code. Its path is drawn and leads nowhere.
import { readFileSync } from "node:fs";
import { geoArea, geoCentroid, geoContains, geoEqualEarth, geoPath } from "d3-geo";
import { createRequire } from "node:module";
import { feature } from "topojson-client";
import { topology } from "topojson-server";
import { filter, filterWeight, presimplify, simplify } from "topojson-simplify";

const require = createRequire(import.meta.url);
const iso = require("i18n-iso-countries");
const atlas = JSON.parse(readFileSync(require.resolve("world-atlas/countries-50m.json")));

const WIDTH = 1000;
// A triangle smaller than this, in square units of the map, is no detail that can be seen.
const DETAIL = 0.4;
// A territory smaller than this is marked by its point alone.
const SEEN = 1.2;

// Parts of a state's outline that are territories with a code of their own: code, of which state,
// and the box (west, south, east, north) in which they lie.
const APART = [
  ["GF", "FR", [-55, 1, -51, 7]],
  ["GP", "FR", [-62, 15.7, -60.9, 16.7]],
  ["MQ", "FR", [-61.4, 14.2, -60.7, 15]],
  ["RE", "FR", [55, -21.6, 56, -20.6]],
  ["YT", "FR", [44.8, -13.2, 45.5, -12.4]],
  ["SJ", "NO", [-10, 70, 40, 82], 2],
  ["BV", "NO", [2, -56, 5, -53]],
  ["BQ", "NL", [-69, 11, -62, 18]],
  ["TK", "NZ", [-173, -10, -170, -8]],
];
// Territories that the outlines do not have.
const POINTS = {
  BQ: [-68.27, 12.15], BV: [3.36, -54.42], CC: [96.83, -12.16], CX: [105.63, -10.45],
  GI: [-5.35, 36.14], SJ: [15.64, 78.22], TK: [-171.83, -9.2], TV: [179.2, -8.52],
  UM: [-169.53, 16.73], GF: [-52.9, 4], GP: [-61.53, 16.2], MQ: [-61, 14.65], YT: [45.15, -12.8],
  RE: [55.5, -21.1],
};
// Where the middle of the largest part would mislead, or is crowded.
const MARKED = {
  CA: [-100, 56], CL: [-70.7, -33.5], HR: [16, 45.6], NO: [9.5, 61], SE: [15.5, 61], US: [-98, 39.5],
  VN: [105.8, 21], RU: [60, 58], MY: [101.7, 3.8], FR: [2.5, 46.8], GB: [-1.5, 52.8], PT: [-8, 39.8],
  NL: [5.6, 52.3], DK: [9.3, 56.1], NZ: [175.5, -39], ID: [113, -1], JP: [138.5, 36.5], GR: [22, 39.3],
  IT: [12.5, 42.8], IL: [34.9, 31.5], GM: [-15.4, 13.45], FI: [26, 63], CU: [-79, 22], SO: [45.3, 2.5],
  KR: [127.8, 36.5], PH: [121, 16], TH: [101, 15.5], HK: [114.17, 22.3], MO: [113.55, 22.17],
  AU: [134, -25], AR: [-65, -35], BR: [-52, -11], AZ: [48.5, 40.5], MV: [73.5, 4.2], FJ: [178, -17.8],
  KI: [173, 1.4], HT: [-72.4, 19],
};

const inside = ([west, south, east, north], [x, y]) => west <= x && x <= east && south <= y && y <= north;
const polygonsOf = ({ geometry }) =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
const multi = (polygons) => ({ type: "MultiPolygon", coordinates: polygons });

// Every territory's polygons on the globe, by code.
const globe = new Map();
for (const one of feature(atlas, atlas.objects.countries).features) {
  // Two parts of one state have its number; the Ashmore and Cartier Islands have Australia's.
  const known = one.id && iso.numericToAlpha2(one.id);
  for (const polygon of polygonsOf(one)) {
    const middle = geoCentroid(multi([polygon]));
    const part = APART.find(([, of, box]) => of === known && inside(box, middle));
    const code = part && !(part[0] === "SJ" && middle[1] < 73 && middle[0] > 0) ? part[0] : known || "--";
    if (code === "AQ") continue;
    globe.set(code, [...(globe.get(code) ?? []), polygon]);
  }
}

const whole = multi([...globe.values()].flat());
const projection = geoEqualEarth().rotate([-11, 0]).precision(0.2).fitWidth(WIDTH, { type: "Sphere" });
const path = geoPath(projection);
const [, [, bottom]] = path.bounds(whole);
const [[, top]] = path.bounds(whole);

// A territory's rings on the map.
function rings(polygons) {
  const found = [];
  let ring = [];
  geoPath(projection, {
    moveTo: (x, y) => { ring = [[x, y - top]]; },
    lineTo: (x, y) => { ring.push([x, y - top]); },
    closePath: () => { ring.push(ring[0]); found.push(ring); },
  })(multi(polygons));
  return found;
}
const area = (ring) => Math.abs(ring.reduce((sum, [x, y], at) => {
  const [nextX, nextY] = ring[(at + 1) % ring.length];
  return sum + x * nextY - nextX * y;
}, 0)) / 2;

const drawn = { type: "FeatureCollection", features: [] };
for (const [code, polygons] of globe) {
  const parts = rings(polygons);
  const total = parts.reduce((sum, ring) => sum + area(ring), 0);
  if (total < SEEN) continue;
  // Rings as polygons of their own; holes come out by the even-odd rule.
  drawn.features.push({ type: "Feature", id: code, properties: {}, geometry: multi(parts.map((ring) => [ring])) });
}
let shapes = presimplify(topology({ land: drawn }, 1e5));
shapes = simplify(shapes, DETAIL);
shapes = filter(shapes, filterWeight(shapes, DETAIL * 2));

const tenth = (value) => Math.round(value * 10);
const number = (tenths) => String(tenths / 10).replace(/^(-?)0\./, "$1.");
const pair = (x, y) => {
  const [one, other] = [number(x), number(y)];
  const apart = other.startsWith("-") || (other.startsWith(".") && one.includes("."));
  return one + (apart ? "" : " ") + other;
};
function outline(geometry) {
  let text = "";
  for (const [ring] of polygonsOf({ geometry })) {
    let [x, y] = ring[0].map(tenth);
    const start = `M${pair(x, y)}l`;
    const steps = [];
    for (const point of ring.slice(1, -1)) {
      const [nextX, nextY] = point.map(tenth);
      if (nextX === x && nextY === y) continue;
      steps.push(pair(nextX - x, nextY - y));
      [x, y] = [nextX, nextY];
    }
    if (steps.length < 2) continue;
    text += `${start}${steps.join(" ").replaceAll(" -", "-")}z`;
  }
  return text;
}
const outlines = new Map();
for (const one of feature(shapes, shapes.objects.land).features) {
  if (one.geometry) outlines.set(one.id, outline(one.geometry));
}

function point(code, polygons) {
  const largest = polygons && polygons.reduce((one, other) => (geoArea(multi([one])) >= geoArea(multi([other])) ? one : other));
  const at = MARKED[code] ?? (largest && geoCentroid(multi([largest]))) ?? POINTS[code];
  if (polygons && outlines.get(code) && !geoContains(multi(polygons), at)) console.error(`${code} is marked outside of itself`);
  const [x, y] = projection(at);
  return [x, y - top].map((value) => number(tenth(value))).join("\t");
}
const codes = new Set([...Object.keys(iso.getAlpha2Codes()), "--"].filter((code) => code !== "AQ" && code !== "XK"));
console.log(`# Natural Earth 1:50m by world-atlas ${require("world-atlas/package.json").version}, equal-earth; see README.md`);
console.log(`size\t${WIDTH}\t${Math.ceil(bottom - top)}`);
for (const code of [...codes].sort()) {
  const polygons = globe.get(code);
  if (!polygons && !POINTS[code]) { console.error(`${code} is nowhere`); continue; }
  console.log([code, code === "--" ? "0\t0" : point(code, polygons), outlines.get(code) ?? ""].join("\t"));
}
