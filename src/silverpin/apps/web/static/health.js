// What the connector has done and what it has left. Only what is counted or measured is drawn.
import { contactRow, unknownWhy } from './contact.js';
import { fig, known, num, percent, upper, whole } from './format.js';
import { LIMITS } from './limits.js';
import { HIDDEN, box, circle, drawing, line, text } from './marks.js';
import { h } from './tree.js';

const W = 150;
const X = 6;
const ROOM = W - 2 * X;

function count(done, full) {
  let ticks = '';
  for (let i = 0; i <= 10; i++) ticks += `M${X + i * ROOM / 10} 26v${i % 5 ? 3 : 5}`;
  const share = Math.min(1, Math.max(0, done / full));
  return drawing(W, 34, HIDDEN,
    box(X, 13, ROOM, 11, { fill: 'var(--sunk)', stroke: 'var(--edge)' }),
    box(X, 13, share * ROOM, 11, { fill: 'var(--ink2)' }), line(ticks, 'var(--edge)'),
    text(X, 9, whole(done), { size: 11.5 }),
    text(W - X, 9, whole(full), { size: 11.5, anchor: 'end' }));
}

// Both directions on one scale, so that they compare at a glance.
const energyBar = (share, way, fill) => drawing(W, 34, HIDDEN,
  line(`M${X} 29H${W - X}`, 'var(--line)'), line(`M${X} 10v19`, 'var(--edge)'),
  box(X, 13, share * ROOM, 11, { fill, stroke: `var(--${way})`, strokeWidth: 1.2 }));

const row = (figure, name, note, picture) => h('li', null,
  h('div', null, h('b', null, figure, h('span', { class: 'u' }, ` ${name}`)),
    h('span', { class: 'q' }, note)), picture);

function cleaning(left) {
  const every = LIMITS.cleaning_matings;
  if (!known(left)) return null;
  const figure = fig('counts.matings_to_cleaning', left, whole(Math.max(0, left)));
  return row(figure, 'matings to cleaning',
    left > 0 ? `due every ${every}` : h('span', { class: 'flagw' }, 'cleaning is due'),
    count(every - left, every));
}

function life({ connector, counts, life_consumed: used }) {
  const rated = connector?.matings_rated;
  const done = counts?.matings;
  if (!known(rated) || !known(done)) return null;
  return row(whole(Math.max(0, rated - done)), 'matings of life left',
    [fig('counts.matings', done, whole(done)), ` of ${whole(rated)}`,
      known(used) && ['; ', fig('life_consumed', used, percent(used, 1)), ' used']],
    count(done, rated));
}

function energy(path, kwh, most, name, way, fill) {
  if (!known(kwh)) return null;
  return row(fig(path, kwh, kwh < 100 ? num(kwh) : whole(kwh)), `kWh to the ${name}`,
    'in its life, at the connector', energyBar(most > 0 ? kwh / most : 0, way, fill));
}

// p05 to p95 with an open dot at p50, on a scale from 0.
function whisker({ p05, p50, p95 }, end) {
  const x = (v) => X + Math.min(1, v / end) * ROOM;
  return drawing(W, 34, HIDDEN, line(`M${X} 29H${W - X}M${X} 25v4`, 'var(--edge)'),
    line(`M${x(p05)} 18H${x(p95)}`, 'var(--ink2)', 2),
    circle(x(p50), 18, 4, { fill: 'var(--plate)', stroke: 'var(--ink2)', strokeWidth: 2 }),
    text(W - X, 9, whole(end, Math.max(0, -Math.floor(Math.log10(end)))),
      { size: 11.5, anchor: 'end' }));
}

const span = ({ p05, p95 }, say) => `${say(p05)} to ${say(p95)}`;
const cents = (eur) => eur < 0.1 ? (100 * eur).toPrecision(2) : whole(100 * eur);
const above = (v) => {
  if (!(v > 0)) return 1; // nothing is left
  const step = 10 ** Math.floor(Math.log10(v));
  return [1, 2, 5, 10].map((k) => k * step).find((end) => end >= v);
};

function years({ remaining_years: left, ended_by: by }) {
  if (!known(left?.p50)) return null;
  return row(fig('wear.remaining_years.p50', left.p50, num(left.p50)), 'years left',
    `${span(left, num)}; ${by} first`, whisker(left, above(left.p95)));
}

function cost({ cost_eur_per_kwh: eur }) {
  if (!known(eur?.p50)) return null;
  const ct = { p05: 100 * eur.p05, p50: 100 * eur.p50, p95: 100 * eur.p95 };
  return row(fig('wear.cost_eur_per_kwh.p50', eur.p50, cents(eur.p50)),
    'ct wear a kWh given', span(eur, cents), whisker(ct, above(ct.p95)));
}

// Names of what is unknown, one sentence a reason.
function unsaid(s, { remaining_years: left, cost_eur_per_kwh: eur, reason }) {
  const why = reason ?? 'nothing was discharged';
  const open = [['contact resistance', unknownWhy(s)],
    ['years of life left', known(left?.p50) ? null : why],
    ['cost of wear', known(eur?.p50) ? null : why]].filter((row) => row[1]);
  return [...new Set(open.map((row) => row[1]))].map((because) => {
    const names = open.filter((row) => row[1] === because).map(([name]) => name);
    return `${upper(names.join(', '))}: ${because}.`;
  }).join(' ');
}

const SHOWN = 5; // the first screen has no room for more
export function health({ s }) {
  const wear = s.wear ?? {};
  const { charged, discharged } = s.energy_kwh ?? {};
  const most = Math.max(charged ?? 0, discharged ?? 0);
  const missing = unsaid(s, wear);
  // What was reckoned goes before what the counters tell below.
  const rows = [
    contactRow(s, row), cleaning(s.counts?.matings_to_cleaning), life(s), years(wear), cost(wear),
    energy('energy_kwh.discharged', discharged, most, 'grid', 'out', 'url(#hatch-out)'),
    energy('energy_kwh.charged', charged, most, 'vehicle', 'in', 'var(--in-soft)'),
  ].filter(Boolean).slice(0, missing ? SHOWN - 1 : SHOWN);
  return [rows, missing && h('li', { key: 'unknown', class: 'unknown' },
    h('span', { class: 'q' }, missing))];
}
