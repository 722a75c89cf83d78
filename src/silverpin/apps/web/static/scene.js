// Vehicle, plug and grid in one line, with the power that flows between them.
import { car, contactor, pylon } from './drawings.js';
import { FACE, face } from './face.js';
import { NB, fig, known, kw, unit } from './format.js';
import { LIMITS } from './limits.js';
import { NONE, at, box, circle, drawing, line, text } from './marks.js';
import { proves } from './pins.js';
import { h } from './tree.js';
import { heading, isDc, plugName, voltage } from './words.js';

const EDGE = 'var(--edge)';
const INK2 = 'var(--ink2)';
const CHEVRON = 26;
export const NARROW = 860;
const DC_SCALE = 1.22;
const AC_SCALE = 1.36;

export function scene(view, width, room) {
  const to = measure(view.s, width, room);
  return drawing(width, to.H, { role: 'group', ariaLabel: spoken(view.s) },
    to.narrow ? narrowFlow(view.s, to) : wideFlow(view.s, to),
    h('g', { key: 'face', transform: `translate(${to.cx} ${to.py}) scale(${to.k})` },
      face(view, to.k, !to.narrow && (to.dc ? 'M14 9L82 52H126' : 'M0 48V94H64'))));
}

// Where things stand. Below 720 pixels of window the pin lines stand under the drawing, not in it.
function measure(s, W, room) {
  const dc = isDc(s);
  const shape = FACE[dc ? 'ccs2' : 'type2'];
  const narrow = W < NARROW;
  const tight = narrow && s.say?.tone === 'fault';
  const H0 = narrow ? (tight ? 272 : dc ? 322 : 290) : room;
  const H = H0 + (narrow && innerWidth > 720 ? 38 : 0);
  const small = tight || W < 360 ? (dc ? 0.68 : 0.84) : dc ? 0.8 : 0.92;
  const k = narrow ? small : Math.min((H - 22) / shape.height, dc ? DC_SCALE : AC_SCALE);
  const py = Math.round((H0 - shape.height * k) / 2 + shape.top * k);
  const fy = py + shape.loaded * k;
  return { W, H, k, py, fy, dc, narrow, cx: W / 2, half: shape.half * k };
}

function flow(s) {
  const way = s.contactor?.mirror === true ? heading(s) : '';
  const share = Math.min(1, Math.abs(s.power_w ?? 0) / (s.connector?.power_max_w || 22000));
  return { way, share, sign: way === 'out' ? 1 : -1 };
}

function ribbon(key, x1, x2, y, { way, share, sign }) {
  if (!way) return line(`M${x1} ${y}H${x2}`, EDGE, 2, { key, strokeDasharray: '3 5' });
  const w = Math.round(12 + share * 16);
  const length = x2 - x1;
  const slant = sign * Math.round(w * 0.55);
  let chevrons = '';
  for (let x = -2 * CHEVRON; x < length + 2 * CHEVRON; x += CHEVRON) {
    chevrons += `M${(x - slant / 2).toFixed(1)} 0l${slant} ${w / 2}l${-slant} ${w / 2}`;
  }
  const colour = `var(--${way})`;
  return h('g', { key: key + way, transform: `translate(${x1} ${y - w / 2})` },
    box(0, 0, length, w, { fill: `var(--${way}-soft)` }),
    h('svg', { width: length, height: w },
      line(chevrons, colour, 3, { class: 'run', style: { '--step': `${sign * CHEVRON}px` } })),
    line(`M0 0H${length}M0 ${w}H${length}`, colour, 1.5));
}

// 3.2 s a step near zero, 1.0 s at full power, without a jump when the power changes.
export function pace(host, s) {
  const rate = 3.2 / (3.2 - 2.2 * flow(s).share);
  for (const run of host.querySelectorAll('.run')) {
    for (const motion of run.getAnimations()) motion.playbackRate = rate;
  }
}

const noFlow = (s) =>
  s.contactor?.mirror === false || known(s.power_w) ? 'no flow' : 'flow unknown';

function narrowFlow(s, { W, cx, fy, half, dc }) {
  const f = flow(s);
  const big = dc && W >= 360;
  const edge = innerWidth > 720 ? 24 : 16;
  const word = (gives) => f.way ? (gives ? 'gives' : 'takes') : noFlow(s);
  const look = { size: 13, weight: 600, fill: f.way ? `var(--${f.way})` : 'var(--ink3)' };
  return [
    ribbon('ra', 0, cx - half + 16, fy, f), ribbon('rb', cx + half - 16, W, fy, f),
    s.plugged !== false && at(8, fy - (big ? 60 : 50), big ? 0.42 : 0.29, car(null)),
    at(W - 50, fy - 76, 0.42, pylon()),
    text(edge, fy + 32, word(f.way === 'out'), look),
    text(W - edge, fy + 32, word(f.way === 'in'), { ...look, anchor: 'end' }),
  ];
}

function wideFlow(s, to) {
  const { W, cx, fy, half } = to;
  const f = flow(s);
  const inlet = 214;
  const mast = W - 146;
  const mid = (cx + half + mast + 4) / 2;
  const plugged = s.plugged !== false;
  return [
    plugged && ribbon('ra', inlet, cx - half + 14, fy, f),
    ribbon('rb', cx + half - 14, mast + 4, fy, f), contactor(mid, fy, s.contactor?.mirror),
    plugged ? vehicle(s, inlet, fy) : noVehicle(fy), at(mast, fy - 92, 1, pylon()),
    plugged && electrical(s, (inlet + cx - half) / 2, fy),
    atContactor(s, mid, fy, f), callouts(s, to),
  ];
}

const vehicle = (s, x, y) => [
  at(x - 190, y - 40, 1, car(s.vehicle?.soc)),
  circle(x - 2, y, 5, { fill: 'var(--plate)', stroke: INK2, strokeWidth: 1.8 }),
];

const noVehicle = (y) => [
  box(30, y - 38, 180, 66,
    { rx: 12, ...NONE, stroke: EDGE, strokeDasharray: '3 5', strokeWidth: 1.5 }),
  text(120, y, 'no vehicle', { size: 13, anchor: 'middle' }),
];

const STRONG = { anchor: 'middle', size: 15, weight: 600, fill: 'var(--ink)' };
const PLAIN = { size: 13, fill: INK2 };

const electrical = (s, x, y) => [
  text(x, y - 24, fig('voltage_v', s.voltage_v, voltage(s.voltage_v), 'tspan'), STRONG),
  text(x, y + 33, fig('current_a', s.current_a, unit(s.current_a, 'A'), 'tspan'), STRONG),
];

function atContactor(s, x, y, { way }) {
  const closed = s.contactor?.mirror;
  const goes = { out: 'to the grid', in: 'to the vehicle' }[way] ?? noFlow(s);
  const word = known(closed) ? (closed ? 'closed' : 'open') : 'not read';
  const fill = way ? `var(--${way})` : 'var(--ink3)';
  return [
    text(x, y - 44, fig('power_w', s.power_w, kw(s.power_w), 'tspan'), STRONG),
    text(x, y - 26, goes, { size: 13, anchor: 'middle', weight: 600, fill }),
    text(x, y + 36, ['contactors ', fig('contactor.mirror', closed, word, 'tspan')],
      { ...PLAIN, anchor: 'middle' }),
  ];
}

const BOLT = { in: 'engaged', half: 'driven, not seated', out: 'released' };

function callouts(s, { cx, py, k, half, dc }) {
  const call = (name, side, what, y, from, fill = INK2) => {
    const x = cx + side * (half + 24);
    const look = { size: 13, anchor: side < 0 ? 'end' : 'start' };
    return [line(`M${cx + side * from * k} ${y}H${x - side * 6}`, EDGE),
      text(x, y - 2, name, { ...look, weight: 600, fill: 'var(--ink)' }),
      text(x, y + 15, what, { ...look, fill })];
  };
  const { position, confirmed } = s.lock ?? {};
  const lock = BOLT[position] ?? (confirmed ? 'engaged' : 'not read');
  const earth = proves(s, 'PE').replace('earth ', '');
  return [
    call('Lock', 1, lock, py - 122 * k, 24, position === 'half' ? 'var(--fault)' : INK2),
    call('Proximity', -1, proves(s, 'PP'), py - 53 * k, 99),
    call('Pilot', 1, fig('cp_state', s.cp_state, proves(s, 'CP'), 'tspan'), py - 53 * k, 99),
    call('Earth', 1, fig('earth_ohm', s.earth_ohm, earth, 'tspan'),
      py + (dc ? 52 : 94) * k, dc ? 126 : 64),
  ];
}

function spoken(s) {
  const word = (fact, yes, no) => known(fact) ? (fact ? yes : no) : 'not read';
  return `Vehicle, connector and grid. ${s.say?.headline ?? ''}. `
    + `Lock ${word(s.lock?.confirmed, 'engaged', 'not engaged')}, `
    + `contactors ${word(s.contactor?.mirror, 'closed', 'open')}.`;
}

export const plugLine = (s) => `${s.simulated ? 'Simulated ' : ''}${plugName(s)} plug, schematic. `
  + `Rings close at ${LIMITS.temp_trip_c}${NB}°C`;
