// The headroom as a dimension line to the trip; after a trip it runs the other way, to the reset.
import { known, pinName } from './format.js';
import { byHeat, heat } from './heat.js';
import { LIMITS } from './limits.js';
import { HIDDEN, box, circle, drawing, line, path, text } from './marks.js';

const PAD = 8;
const BASE = 43;
const UP = BASE - 22;
const HEIGHT = 73;
const SPARE = 12; // above the row of the hottest pin, until its name stands there after a trip
const TOP_C = 7; // the scale ends this far above the trip
const MIDDLE = { anchor: 'middle' };

export function ruler(s, top, width) {
  if (width < 80) return null;
  const pins = byHeat(s.temps_c).filter(({ c }) => known(c));
  const low = Math.min(20, Math.floor(pins.at(-1).c / 10) * 10);
  const high = LIMITS.temp_trip_c + TOP_C;
  const x = (c) => PAD + (Math.min(c, high) - low) / (high - low) * (width - 2 * PAD);
  const tripped = Boolean(s.peaks_c?.[top.pin]);
  const from = tripped ? 0 : SPARE;
  return drawing(width, HEIGHT - from,
    { ...HIDDEN, viewBox: `0 ${from} ${width} ${HEIGHT - from}` },
    scale(x, low, high, tripped), tripped ? toReset(x, top.c) : toTrip(x, top.c),
    tripped || ahead(x, s.forecast), others(x, pins.slice(1)), dot(x(top.c), UP, 6.5, top.c),
    (tripped || x(top.c) > 38 && !(s.forecast?.low_c < top.c))
      && name(pinName(top.pin), x(top.c), tripped));
}

const STRONG = { fill: 'var(--ink)', weight: 600 };
const name = (pin, x, tripped) => tripped ? text(x, UP - 11, pin, { ...STRONG, anchor: 'middle' })
  : text(x - 11, UP + 4, pin, { ...STRONG, anchor: 'end' });
const dot = (x, y, r, c) =>
  circle(x, y, r, { fill: heat(c), stroke: 'var(--ink)', strokeWidth: 1.3 });

function scale(x, low, high, tripped) {
  const { temp_trip_c: trip, temp_reset_c: reset } = LIMITS;
  let ticks = '';
  for (let c = low; c <= high; c += 5) ticks += `M${x(c)} ${BASE}v${c % 10 ? 4 : 7}`;
  const named = [];
  for (let c = low; c <= reset; c += 20) if (c !== reset || !tripped) named.push(c);
  const strong = (c, word, fill) =>
    text(x(c), BASE + 22, `${c} ${word}`, { ...MIDDLE, fill, weight: 600 });
  return [
    box(x(trip), BASE - 9, x(high) - x(trip), 9, { fill: 'url(#hatch-fault)' }),
    line(ticks, 'var(--edge)'), line(`M${x(low)} ${BASE}H${x(high)}`, 'var(--ink2)', 1.3),
    line(`M${x(trip)} ${BASE - 26}V${BASE + 9}`, 'var(--fault)', 2.4),
    named.map((c) => text(x(c), BASE + 22, String(c), MIDDLE)),
    strong(trip, 'trip', 'var(--fault)'),
    tripped && [line(`M${x(reset)} ${BASE - 22}V${BASE + 9}`, 'var(--ink)', 2),
      strong(reset, 'reset', 'var(--ink)')],
  ];
}

function toTrip(x, c) {
  const from = x(c) + 9;
  const to = x(LIMITS.temp_trip_c) - 4;
  const heads = `M${to - 5} ${UP - 4}l6 4-6 4M${from + 6} ${UP - 4}l-6 4 6 4`;
  return to - from > 14 && line(`M${from} ${UP}H${to}${heads}`, 'var(--ink2)', 1.3);
}

function toReset(x, c) {
  const to = x(LIMITS.temp_reset_c) + 6;
  const from = x(c) - 9;
  const head = `M${to + 5} ${UP - 4}l-6 4 6 4`;
  return from - to > 10 && line(`M${from} ${UP}H${to}${head}`, 'var(--ink2)', 1.3);
}

// Where the hottest pin is going: an open diamond, and a whisker over the band it will be in.
function ahead(x, forecast) {
  if (!forecast) return null;
  const { temp_c: c, low_c: low, high_c: high } = forecast;
  const end = (at) => `M${x(at)} ${UP - 4}v8`;
  return [
    line(`M${x(low)} ${UP}H${x(high)}${end(low)}${end(high)}`, 'var(--ink)', 1.3),
    path(`M${x(c) - 5} ${UP}l5-5 5 5-5 5z`,
      { fill: 'var(--plate)', stroke: 'var(--ink)', strokeWidth: 1.3 }),
  ];
}

// Cooler pins share the lower row; names of neighbours stand together, left of the coolest.
function others(x, pins) {
  const groups = [];
  for (const { pin, c } of pins) {
    const group = groups.at(-1);
    if (group && group.left - x(c) < 16 + 6 * group.names.length) {
      group.names = `${pinName(pin)} ${group.names}`;
      group.left = x(c);
    } else groups.push({ names: pinName(pin), left: x(c) });
  }
  return [
    groups.map(({ names, left }) => left - 7 * names.length > 10
      && text(left - 9, BASE - 5, names, { anchor: 'end', fill: 'var(--ink2)' })),
    pins.toReversed().map(({ c }) => dot(x(c), BASE - 8, 5, c)),
  ];
}
