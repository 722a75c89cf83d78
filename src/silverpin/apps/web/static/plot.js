// Pin temperatures over power on one time axis; labels stand at the ends of their lines.
import { MINUS, NB, clock, fig, known, kw, num, pinName, unit } from './format.js';
import { byHeat, hottest } from './heat.js';
import { MARKED } from './hour.js';
import { LIMITS } from './limits.js';
import { HIDDEN, box, circle, drawing, line, path, text } from './marks.js';
import { h } from './tree.js';

const LEFT = 36;
const GAP = 24;
const HEAT_HEIGHT = 148;
const HEAD_C = 10; // shown above the trip
const SPLIT_MS = 30e3; // a longer silence is a gap, not a line
const PARTS = { 2: 4, 5: 5, 10: 5, 20: 4, 40: 4, 60: 6 }; // of the spans of hour.js
const END = { anchor: 'end' };
const STILL_W = 30;
const LETTER = 6.6; // about the width of a letter at 12 px, to know when two words would touch
const MARK_Y = HEAT_HEIGHT + 18; // between the tracks

export function plot(view, width) {
  if (width < 200) return null;
  const to = axes(view, width);
  const rows = view.hour.shown;
  return drawing(width, to.foot + 22, HIDDEN, grid(to), thermal(view, to, rows), power(to, rows),
    marks(view, to), view.cursor && reading(view, to));
}

function axes({ hour, s }, width) {
  const narrow = width < 560;
  const right = width - (narrow ? 62 : 92);
  const depth = narrow ? 84 : 76;
  const middle = HEAT_HEIGHT + GAP + depth / 2;
  const values = hour.shown.flatMap(({ c }) => Object.values(c)).filter(known);
  const low = Math.min(20, Math.floor(Math.min(...values, 20) / 10) * 10);
  const high = LIMITS.temp_trip_c + HEAD_C;
  const full = s.connector?.power_max_w || 22000;
  const start = hour.end - hour.span;
  return {
    narrow, right, low, high, full, start, span: hour.span, foot: HEAT_HEIGHT + GAP + depth,
    tripped: Object.keys(s.peaks_c ?? {}).length > 0,
    x: (t) => LEFT + (t - start) / hour.span * (right - LEFT),
    y: (c) => 8 + (high - Math.min(c, high)) / (high - low) * (HEAT_HEIGHT - 8),
    q: (w) => middle - w / (full * 1.1) * (depth / 2),
  };
}

export function timeAt(view, width, x) {
  const { right, start, span } = axes(view, width);
  return start + Math.max(0, Math.min(1, (x - LEFT) / (right - LEFT))) * span;
}

function grid(to) {
  const { y, right, low, high, tripped } = to;
  const { temp_trip_c: trip, temp_reset_c: reset } = LIMITS;
  const across = (v, stroke, width, rest) => line(`M${LEFT} ${v}H${right}`, stroke, width, rest);
  const limit = (c, word, look) => text(LEFT + 6, y(c) - 4, `${c}${NB}°C ${word}`, look);
  const temps = [];
  for (let c = Math.ceil(low / 20) * 20; c < trip; c += 20) temps.push(c);
  return [
    box(LEFT, y(high), right - LEFT, y(trip) - y(high), { fill: 'var(--fault-soft)' }),
    temps.map((c) => [across(y(c), 'var(--line)'), text(LEFT - 8, y(c) + 4, num(c, 0), END)]),
    kilowatts(to, across), times(to), across(y(trip), 'var(--fault)', 1.6),
    limit(trip, 'trip', { fill: 'var(--fault)', weight: 600 }),
    tripped && [across(y(reset), 'var(--ink2)', 1, { strokeDasharray: '4 4' }),
      limit(reset, 'reset', { fill: 'var(--ink2)', weight: 500 })],
  ];
}

function kilowatts({ full, q }, across) {
  const unitKw = full >= 20e3 ? 10 : full >= 5e3 ? 5 : 1;
  const tick = Math.max(1, Math.floor(full / 1000 / unitKw) * unitKw);
  return [1, -1].map((sign) => {
    const v = q(sign * tick * 1000);
    return [across(v, 'var(--line)'), text(LEFT - 8, v + 4, (sign > 0 ? '+' : MINUS) + tick, END)];
  });
}

function times({ x, y, low, foot, start, span, narrow }) {
  const parts = PARTS[span / 60e3];
  return [...Array(parts + 1).keys()].map((i) => {
    const t = start + span * i / parts;
    const anchor = i === parts ? 'end' : i ? 'middle' : 'start';
    const named = !narrow || i % parts === 0;
    return [line(`M${x(t)} ${y(low)}v5M${x(t)} ${foot}v4`, 'var(--edge)'),
      named && text(x(t), foot + 20, clock(t, span < 20 * 60e3), { anchor })];
  });
}

// A path through the known points; it lifts the pen where something is unknown.
function trace(rows, value, x, y) {
  let d = '';
  let before = null;
  for (const row of rows) {
    const v = value(row);
    const pen = before !== null && row.t - before < SPLIT_MS ? 'L' : 'M';
    if (known(v)) d += `${pen}${x(row.t).toFixed(1)} ${y(v).toFixed(1)}`;
    before = known(v) ? row.t : null;
  }
  return d;
}

function thermal({ s, selected }, { x, y, right, narrow }, rows) {
  const pins = byHeat(s.temps_c);
  const top = hottest(s.temps_c)?.pin;
  const ink = (pin) => pin === top ? 'var(--hotline)' : 'var(--ink2)';
  const weight = (pin) => (pin === top ? 2 : 1.4) + (selected === pin ? 0.9 : 0);
  let floor = -Infinity;
  const labels = pins.filter(({ c }) => known(c)).map(({ pin, c }) => {
    floor = Math.max(floor + 15, y(c));
    return text(right + 8, floor + 4, pinName(pin) + (narrow ? '' : ` ${num(c)}`),
      { fill: ink(pin), weight: pin === top ? 600 : 500 });
  });
  return [pins.map(({ pin }) => line(trace(rows, ({ c }) => c[pin], x, y), ink(pin), weight(pin),
    { strokeLinejoin: 'round' })).reverse(), labels];
}

function power({ x, q, right, full, narrow }, rows) {
  const side = (way, clamp, fill) => {
    const outline = trace(rows, ({ w }) => known(w) ? clamp(w, 0) : null, x, q);
    return [path(closed(outline, q(0)), { fill }),
      line(outline, `var(--${way})`, 1.8, { strokeLinejoin: 'round' })];
  };
  const word = (w, label, way) =>
    text(right + 8, q(w) + 4, label, { fill: `var(--${way})`, weight: 600 });
  return [
    side('in', Math.max, 'var(--in-soft)'), side('out', Math.min, 'url(#hatch-out)'),
    line(`M${LEFT} ${q(0)}H${right}`, 'var(--ink2)', 1.3), text(LEFT - 8, q(0) + 4, '0', END),
    word(full * 0.6, narrow ? 'charge' : 'to vehicle', 'in'), text(right + 8, q(0) + 4, 'kW'),
    word(-full * 0.6, narrow ? 'to grid' : 'to the grid', 'out'),
  ];
}

// Each unbroken stretch of a line is closed down to zero by itself.
const closed = (d, zero) => d.split('M').filter(Boolean).map((stretch) => {
  const points = stretch.split('L').map((point) => point.split(' ')[0]);
  return `M${points[0]} ${zero}L${stretch}L${points.at(-1)} ${zero}Z`;
}).join('');

// The row nearest to the reading line, if there is one.
export function rowAt({ hour, cursor }) {
  const far = (row) => Math.abs(row.t - cursor);
  const rows = hour.shown;
  return cursor ? rows.reduce((best, row) => far(row) < far(best) ? row : best, rows[0]) : null;
}

function reading(view, { x, y, q, high, foot }) {
  const row = rowAt(view);
  const top = hottest(view.s.temps_c)?.pin;
  if (!row) return null;
  const dot = (v) => circle(x(row.t), v, 3.5, { fill: 'var(--ink)' });
  return [line(`M${x(row.t)} ${y(high)}V${foot}`, 'var(--ink)'),
    known(row.c[top]) && dot(y(row.c[top])), known(row.w) && dot(q(row.w))];
}

// A stroke through both tracks for what happened; words only where they do not touch the last ones.
function marks({ hour }, { x, y, q, high, right, foot }) {
  let free = LEFT;
  return hour.shownMarks.map(({ t, kind, text: told }) => {
    const [word, loud] = MARKED[kind];
    const fill = loud ? 'var(--fault)' : 'var(--ink3)';
    const named = kind === 'fault_raised' ? told.split(':')[0] : word;
    const width = named.length * LETTER;
    const left = x(t) + 5 + width > right ? x(t) - 5 - width : x(t) + 5;
    const fits = left >= free;
    if (fits) free = left + width + 8;
    return [line(`M${x(t)} ${y(high)}V${foot}`, fill, 1.2, loud ? {} : { strokeDasharray: '2 3' }),
      loud && path(octagon(x(t), q(0), 5), { fill }),
      fits && text(left, MARK_Y, named, { fill, weight: loud ? 600 : 500 })];
  });
}

function octagon(x, y, r) {
  const c = r * 0.4142;
  return `M${x - c} ${y - r}h${2 * c}L${x + r} ${y - c}v${2 * c}L${x + c} ${y + r}h${-2 * c}`
    + `L${x - r} ${y + c}v${-2 * c}Z`;
}

function goes(w) {
  if (!known(w)) return '';
  return Math.abs(w) < STILL_W ? ', no flow' : w > 0 ? ' to the vehicle' : ' to the grid';
}

export function cursorLine(view) {
  const row = rowAt(view);
  const w = row ? row.w : view.s.power_w;
  const read = (path, value, words) => row ? words : fig(path, value, words);
  return [
    h('span', null, row ? clock(row.t) : view.silence ? `At ${clock(view.s.time)}` : 'Now'),
    Object.entries(view.s.temps_c ?? {}).map(([pin, now]) => {
      const value = row ? row.c[pin] : now.value;
      return h('span', null, `${pinName(pin)} `,
        read(`temps_c.${pin}.value`, value, unit(value, '°C')));
    }),
    h('span', null, w > 0 ? '+' : '', read('power_w', w, kw(w)), goes(w)),
  ];
}

export const spanWords = (span) => span >= 3600e3 ? 'Last hour' : `Last ${span / 60e3}${NB}minutes`;

export function plotWords({ s, hour }) {
  const top = hottest(s.temps_c);
  const now = top ? `${pinName(top.pin)} ends at ${num(top.c)} degrees; ` : '';
  const told = hour.shownMarks.slice(-3).map((m) => `${clock(m.t, false)} ${MARKED[m.kind][0]}`);
  const marked = told.length ? `Marked: ${told.join(', ')}. ` : '';
  return `Pin temperatures and power, ${spanWords(hour.span).toLowerCase()}. ${now}the trip is at `
    + `${LIMITS.temp_trip_c}. ${marked}Use the left and right arrow keys to read values.`;
}
