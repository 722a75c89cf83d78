// The state in words, and the three facts. The h1 is the state; the title of the page repeats it.
import { NB, fig, icon, spoken } from './format.js';
import { HIDDEN, NONE, circle, drawing, line } from './marks.js';
import { h } from './tree.js';
import { facts, factsWhenSilent, heading } from './words.js';

const ARROW = {
  out: 'M12 26H38M28 15.5 38.5 26 28 36.5',
  in: 'M40 26H14M24 15.5 13.5 26 24 36.5',
};
const seconds = (ms) => `${Math.floor(ms / 1000)}${NB}s`;
const words = (tone, headline, detail) => ({ tone, headline, detail });

export function say({ s, silence }) {
  if (silence && s) {
    return words('warn', `No news from the charger for ${seconds(silence)}`,
      'Everything below is old. Treat the pins as live and do not pull the plug.');
  }
  if (silence) {
    return words('warn', 'No answer from the charger',
      'Its program may not be running, or too many pages are open. '
        + 'This page tries again by itself.');
  }
  return s?.say ?? words('', 'Connecting to the charger', 'Its state will stand here in a moment.');
}

function glyph(tone, silence, way) {
  if (tone === 'fault') return icon('stop', 'glyph');
  if (tone === 'warn') return icon(silence ? 'ask' : 'warn', 'glyph');
  return drawing(52, 52, { class: 'glyph', ...HIDDEN }, way
    ? [circle(26, 26, 26, { fill: `var(--${way}-soft)` }),
      line(ARROW[way], `var(--${way})`, 4, { strokeLinecap: 'round', strokeLinejoin: 'round' })]
    : [circle(26, 26, 25, { ...NONE, stroke: 'var(--edge)', strokeWidth: 2 }),
      circle(26, 26, 7, { fill: 'var(--edge)' })]);
}

// An alert is a new element, so that it is read out at once; the calm state is announced elsewhere,
// and only when more than its figures change.
export function band(view) {
  const { s, silence } = view;
  const { tone, headline, detail } = say(view);
  const role = tone === 'fault' ? { role: 'alert' } : { role: 'status', ariaLive: 'off' };
  const heard = s && !silence;
  return [
    h('div', { key: role.role, class: 'say', ...role },
      glyph(tone, silence, heard ? heading(s) : ''),
      h('div', null, h('h1', { dataField: 'say.headline' }, spoken(headline)),
        h('p', { dataField: 'say.detail' }, spoken(detail)))),
    h('ul', { class: 'facts' }, (heard ? facts(s) : factsWhenSilent(s)).map((fact) =>
      h('li', null, icon(fact.icon), h('b', null, fact.word), h('span', null, fact.note)))),
  ];
}

export function bar({ s, silence }) {
  if (silence) return h('b', { class: 'flagw' }, `No data for ${seconds(silence)}`);
  if (!s) return 'Connecting';
  const fast = s.speed && s.speed !== 1;
  return [h('i'), h('span', null, 'Live'), fast && fig('speed', s.speed, `${s.speed}× speed`)];
}
