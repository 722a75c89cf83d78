// What the connector has done and what it has left. Only what is counted or measured is drawn.
import { fig, known, num, percent, whole } from './format.js';
import { LIMITS } from './limits.js';
import { HIDDEN, box, drawing, line, text } from './marks.js';
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

export function health({ s }) {
  const { charged, discharged } = s.energy_kwh ?? {};
  const most = Math.max(charged ?? 0, discharged ?? 0);
  return [
    cleaning(s.counts?.matings_to_cleaning), life(s),
    energy('energy_kwh.discharged', discharged, most, 'grid', 'out', 'url(#hatch-out)'),
    energy('energy_kwh.charged', charged, most, 'vehicle', 'in', 'var(--in-soft)'),
    h('li', { key: 'unknown', class: 'unknown' }, h('span', { class: 'q' },
      'Contact resistance, years of life left and cost of wear: not measured yet.')),
  ];
}
