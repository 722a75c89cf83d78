// Contact resistance in words: the newest figure, its rise, what it rests on, and what to do.
import { NB, clock, date, fig, known, num, percent, spoken, upper } from './format.js';
import { h } from './tree.js';
import { milliohm, spark, trend } from './trend.js';
import { sentence } from './words.js';

const UNTOLD = { now_mohm: {}, sessions: [], alarms: [], reason: 'the charger does not tell it' };
const told = ({ resistance }) => resistance ?? UNTOLD;
const tellsNow = ({ now_mohm: now, sessions }) => known(now.p50) && sessions.length > 0;

const unitOf = (v) => milliohm(v) + NB + 'mΩ';
const between = ({ p05, p95 }) => `${milliohm(p05)} to ${milliohm(p95)}`;
const shares = ({ p05, p95 }) => `${num(100 * p05, 0)} to ${percent(p95)}`;
const when = ({ start }) => `${date(start)} ${clock(start, false)}`;
const dated = (time) => h('span', { class: 'nb' }, date(time));

// An interval that holds zero is no change that anybody could vouch for.
function change({ rise }) {
  if (!rise) return '';
  if (rise.p05 > 0) return `up ${percent(rise.p50)}`;
  return rise.p95 < 0 ? `down ${percent(-rise.p50)}` : 'no sure change';
}

// The charger judges; this only words it.
const OVER = { surely: 'above the limit', likely: 'likely above the limit' };
const over = ({ over_limit: said }) => OVER[said];
function standing(r) {
  const limit = unitOf(r.limit_mohm);
  if (over(r)) return `${upper(over(r))} of ${limit}.`;
  if (r.measured) return `Below the limit of ${limit} by what was measured.`;
  return r.now_mohm.p95 > r.limit_mohm ? `The limit of ${limit} lies inside the interval.`
    : `Below the limit of ${limit}.`;
}

export const unknownWhy = (s) => tellsNow(told(s)) ? null : told(s).reason ?? 'nothing tells it';

// The row of the first screen.
export function contactRow(s, row) {
  const r = told(s);
  if (!tellsNow(r)) return null;
  const { p50 } = r.now_mohm;
  const note = [between(r.now_mohm), over(r) ?? change(r)]
    .filter(Boolean).join('; ');
  return row(fig('resistance.now_mohm.p50', p50, milliohm(p50)), 'mΩ contact resistance',
    over(r) || r.advice ? h('span', { class: 'flagw' }, note) : note, spark(r, 150, 34));
}

export function contactWords({ s }) {
  const r = told(s);
  return tellsNow(r) ? [figures(r), measured(r), news(r), advice(r), basis(r)]
    : [...unknown(s, r), measured(r)];
}

const small = (...parts) => h('p', { class: 't1 q2 para' }, parts);
const reading = (figure, unit, below) => h('div', null,
  h('p', { class: 'read' }, figure, h('span', { class: 'u' }, NB + unit)),
  h('p', { class: 't1 q' }, below));

function figures(r) {
  const { p50 } = r.now_mohm;
  const rise = r.rise?.p50;
  return [h('div', { class: 'pair' },
    reading(fig('resistance.now_mohm.p50', p50, milliohm(p50)), 'mΩ',
      `nine times in ten ${between(r.now_mohm)}`),
    known(rise) && reading(
      fig('resistance.rise.p50', rise, (rise > 0 ? '+' : '') + percent(rise).replace(`${NB}%`, '')),
      '%', `${shares(r.rise)} since the first session`)),
  small(h('b', over(r) && { class: 'flagw' }, standing(r)),
    r.rise && change(r) === 'no sure change' && ' No change that the sessions could vouch for.')];
}

const measured = ({ measured: found }) => found && small('The worst pin measured ',
  h('b', null, unitOf(found.mohm)), ' at the inspection of ', dated(found.time),
  found.rise ? `; ${change(found)} since then.` : '.');

function news({ alarms }) {
  const last = alarms.at(-1);
  return last && small(h('b', { class: 'flagw' }, `It rose by about ${percent(last.rise)}`),
    ' with the session of ', dated(last.since), '; told on ', dated(last.told), '.');
}

const advice = ({ advice: said }) => said && small(
  h('b', { dataField: 'resistance.advice.current_max_a', dataValue: said.current_max_a },
    spoken(sentence(said.text))));

const TOLD_BY = { temperature: 'temperature', voltage: 'voltage',
  both: 'temperature and voltage together' };

function basis({ rests_on: basis, as_of: time }) {
  return small(basis && `${sentence(basis)} `, time && ['As of ', dated(time), '.']);
}

function unknown({ connector }, { reason, limit_mohm: limit }) {
  const rated = connector?.rating_a;
  return [h('p', { class: 'who-now' }, 'Unknown'), small(spoken(sentence(reason ?? ''))),
    small(`An hour or more near the rated current${rated ? ` of ${rated}${NB}A` : ''} tells it `
      + 'best: the heat of a contact grows with the square of the current.',
    known(limit) && ` The limit is ${unitOf(limit)}.`)];
}

export const contactPlot = ({ s, session }, width) => tellsNow(told(s))
  ? trend(told(s), width, told(s).sessions.find(({ start }) => start === session)) : null;

export const sessionsOf = (s) => s && tellsNow(told(s)) ? told(s).sessions : [];

export function sessionLine({ s, session }) {
  const row = sessionsOf(s).find(({ start }) => start === session);
  if (!row) return sessionsOf(s).length ? 'One step a session; the band: nine times in ten' : '';
  const told = `by ${TOLD_BY[row.channel] ?? 'nothing'}`;
  return [when(row), unitOf(row.p50), between(row), told].map((part) => h('span', null, part));
}

export function plotName({ s }) {
  const r = told(s);
  if (!tellsNow(r)) return '';
  const [first, last] = [r.sessions[0], r.sessions.at(-1)];
  const steps = r.alarms.map(({ since, rise }) => `step of ${percent(rise)} on ${date(since)}. `);
  return `Contact resistance over ${r.sessions.length} sessions, ${date(first.start)} to `
    + `${date(last.start)}: from ${milliohm(first.p50)} to ${milliohm(last.p50)} milliohm, `
    + `between ${between(last)}; the limit is ${milliohm(r.limit_mohm)}. ${upper(steps.join(''))}`
    + 'Use the left and right arrow keys to read sessions.';
}

export function sessionTable({ s }) {
  const rows = sessionsOf(s).toReversed();
  const head = ['session', 'mΩ', 'p05 to p95', 'told by'];
  return rows.length > 0 && h('details', null,
    h('summary', { class: 't1' },
      rows.length > 1 ? `All ${rows.length} sessions as a table` : 'The session as a table'),
    h('table', { ariaLabel: 'Contact resistance by session, newest first' },
      h('thead', null, h('tr', null, head.map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', null, rows.map((row) => h('tr', { key: row.start },
        h('th', { scope: 'row' }, when(row)), h('td', null, milliohm(row.p50)),
        h('td', null, between(row)), h('td', null, row.channel))))));
}
