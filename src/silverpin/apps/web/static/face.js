// The connector, face-on: it is the dial. Each sensed pin is a gauge whose ring closes at the trip.
//
// One table places the pins. It says which contacts there are, not on which side they sit: left and
// right are not yet checked against the sheets of IEC 62196-2 and -3, so the page calls the drawing
// a schematic. Origin: the earth contact; unit: a quarter of a millimetre.
import { known, num, pinName } from './format.js';
import { TRIPPED, heat } from './heat.js';
import { LIMITS } from './limits.js';
import { NONE, box, circle, line, path, text } from './marks.js';
import { pinLabel } from './pins.js';
import { h } from './tree.js';
import { isDc } from './words.js';

const PINS = {
  PP: [-30, -53, 8], CP: [30, -53, 8],
  L1: [-67, 0, 17], PE: [0, 0, 17], N: [67, 0, 17],
  L2: [-37, 59, 17], L3: [37, 59, 17],
  'DC+': [-57, 170, 32], 'DC-': [57, 170, 32],
};
const RING_FROM_C = 20;
const DARK = '#14181C';
const METAL = '#A3ADB6';
const BOLT = '#CBD3DA';
const BIG = 20; // a radius above this is a load pin of direct current

export const FACE = {
  ccs2: { top: 139, height: 378, half: 131, loaded: 170 },
  type2: { top: 139, height: 262, half: 124, loaded: 40 },
};

const polar = (r, a) => `${(r * Math.cos(a)).toFixed(2)} ${(r * Math.sin(a)).toFixed(2)}`;

function arc(r, share) {
  const part = Math.min(share, 0.9999);
  const end = polar(r, 2 * Math.PI * part - Math.PI / 2);
  return `M0 ${-r}A${r} ${r} 0 ${part > 0.5 ? 1 : 0} 1 ${end}`;
}

const octagon = (r) => 'M' + [1, 3, 5, 7, 9, 11, 13, 15]
  .map((eighth) => polar(r, eighth * Math.PI / 8)).join('L') + 'Z';

const UPPER = 'M-74 -84H74A112 112 0 1 1 -74 -84Z';
const NECK = 'M-121 22C-108 95 -127 115 -130 168H130C127 115 108 95 121 22Z';
const LATCH = 'M-21 -98v-31a7 7 0 0 1 7 -7h28a7 7 0 0 1 7 7v31z';
const lower = (attrs) => box(-119, 113, 238, 114, { rx: 57, ...attrs });

function shell(dc) {
  const layer = (fill, w) => h('g', { fill, stroke: fill, strokeLinejoin: 'round' },
    path(LATCH, { strokeWidth: w - 18 }), path(UPPER, { strokeWidth: w }),
    dc && [path(NECK, { strokeWidth: w - 21 }), lower({ strokeWidth: w })]);
  const insert = { fill: 'var(--insert)', stroke: 'var(--hole)', strokeWidth: 1.5 };
  return [layer('var(--rim)', 23), layer('var(--shell)', 20.5),
    path(UPPER, insert), dc && lower(insert)];
}

// The bolt in its window: down, half (amber) or up; an outline when nobody knows.
function bolt(position) {
  const y = { in: -104, half: -114, out: -125 }[position];
  const window = path('M-11 -127H11V-75H-11Z', { fill: 'var(--hole)' });
  const body = (top, attrs) => box(-8, top, 16, 28, { rx: 2, ...attrs });
  if (!known(y)) return [window, body(-114, { ...NONE, stroke: BOLT, strokeDasharray: '3 3' })];
  return [window, body(y, { fill: position === 'half' ? 'var(--warn-fill)' : BOLT }),
    line(`M-4 ${y + 7}h8M-4 ${y + 11}h8`, DARK, 1.4, { strokeOpacity: 0.5 })];
}

function gauge(r, c, tripped, k) {
  const R = r + (r > BIG ? 10 : 8);
  const strokeWidth = r > BIG ? 6 : 4;
  const share = (c - RING_FROM_C) / (LIMITS.temp_trip_c - RING_FROM_C);
  const ring = (attrs) => circle(0, 0, R, { ...NONE, strokeWidth, ...attrs });
  return [
    ring({ stroke: '#3F4851', strokeDasharray: known(c) ? null : '4 4' }),
    known(c) && line(arc(R, Math.max(0.02, share)), heat(c), strokeWidth),
    line(`M0 ${-R - strokeWidth / 2 - 1}v${strokeWidth + 2}`, '#fff', 1.6 / k),
    tripped && [ring({ stroke: TRIPPED }), line(octagon(R + 8), '#fff', 2.4 / k)],
  ];
}

// Name and temperature in the disc, as large as the drawing's scale allows.
function figures(pin, r, c, k) {
  const big = r > BIG;
  const roomy = r * k > BIG;
  const size = !big ? (roomy ? 13 : 12) : !known(c) ? 13 : k < 0.7 ? 13.5 : k < 1 ? 15.5 : 17.5;
  const shown = known(c) ? num(c, roomy ? 1 : 0) + '°' : big && k >= 0.7 ? 'unread' : '?';
  const row = (y, weight, px, content) =>
    text(0, y / k, content, { size: px / k, weight, anchor: 'middle', fill: DARK });
  const figure = row(big && k >= 1 ? 12.5 : roomy && !big ? 11 : 10, 700, size, shown);
  Object.assign(figure.attrs, { dataField: `temps_c.${pin}.value`, dataValue: c ?? '' });
  return [row(!big ? -3 : k < 0.7 ? -4 : -6, 600, big && k >= 0.7 ? 13 : 12, pinName(pin)), figure];
}

function unsensed(pin, x, k) {
  if (pin === 'PE') return line('M0 -9V0M-9 0H9M-5.5 4.5H5.5M-2 9H2', DARK, 2);
  const anchor = x < 0 ? 'end' : 'start';
  return text(x < 0 ? -16 : 16, 4.2 / k, pin,
    { size: 12 / k, weight: 500, anchor, fill: 'var(--engrave)' });
}

const place = (pin, [x, y], attrs, ...parts) =>
  h('g', { key: 'pin-' + pin, transform: `translate(${x} ${y})`, ...attrs }, parts);

// The alternating-current places of a CCS2 plug hold no contact: named holes, nothing to read.
const hole = (pin, spot, k) => place(pin, spot, null,
  circle(0, 0, spot[2] - 1, { fill: 'var(--hole)', stroke: 'var(--rim)', strokeWidth: 1 / k }),
  text(0, 4.2 / k, pin, { size: 12 / k, anchor: 'middle', fill: '#7D8892' }));

function contact(pin, spot, { s, pick, selected }, k) {
  const r = spot[2];
  const read = s.temps_c?.[pin];
  const c = read?.value ?? null;
  const tripped = s.peaks_c?.[pin]?.value >= LIMITS.temp_trip_c;
  const go = () => pick(pin);
  return place(pin, spot, {
    class: 'pin', dataPin: pin, tabindex: 0, role: 'img', ariaLabel: pinLabel(s, pin),
    ariaCurrent: selected === pin && 'true', onmouseenter: go, onfocus: go, onclick: go,
  },
    circle(0, 0, r + (r > BIG ? 15 : 13),
      { class: 'halo', ...NONE, stroke: '#fff', strokeWidth: 2 / k }),
    circle(0, 0, r + 4, { fill: 'var(--hole)' }), read && gauge(r, c, tripped, k),
    circle(0, 0, r, { fill: read ? heat(c) : METAL }),
    circle(0, 0, r - 2.5, { ...NONE, stroke: DARK, strokeOpacity: 0.16 }),
    read ? figures(pin, r, c, k) : unsensed(pin, spot[0], k));
}

// k: the scale of the drawing, divided out of every text so that it keeps its size.
export function face(view, k, earthLead) {
  const { s } = view;
  const dc = isDc(s);
  const spots = Object.entries(PINS).filter(([pin]) => dc || !pin.startsWith('DC'));
  const empty = (pin) => dc && /^(L\d|N)$/.test(pin) && !s.temps_c?.[pin];
  return [
    shell(dc), bolt(s.lock?.position), earthLead && line(earthLead, 'var(--rim)', 1.2 / k),
    text(0, 36 + 6 / k, 'PE', { size: 12 / k, anchor: 'middle', fill: 'var(--engrave)' }),
    spots.map(([pin, spot]) => empty(pin) ? hole(pin, spot, k) : contact(pin, spot, view, k)),
  ];
}
