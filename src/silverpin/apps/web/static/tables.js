// Below the first screen: what the verdict stands on, what happened, and the counters.
import { DASH, fig, icon, known, moment, pinName, spoken, unit, upper, whole } from './format.js';
import { stamp } from './side.js';
import { h } from './tree.js';

const SHORT = 10;
const LOUD_KEPT = 30;
const LOUD = { error: 'flag', warning: 'flagw' };
// What followed upon a fault does not push it out of sight.
const inShort = ({ level }, i) => i < SHORT || level === 'error' && i < LOUD_KEPT;
const head = (id, ...text) => h('h2', { class: 'h', id }, text);

export function checks(view) {
  const { s } = view;
  const all = s.checks ?? [];
  const met = all.filter((c) => c.ok).length;
  return [
    h('div', { class: 'row' }, head('checkT', `${met} of ${all.length} checks hold`, stamp(view)),
      permit(s)),
    h('ul', { class: 'checks' }, all.map(({ name, ok, value, limit }) =>
      h('li', { class: !ok && s.plugged && 'unmet' },
        icon(ok ? 'met' : s.plugged ? 'warn' : 'then'), h('div', null,
          h('b', null, upper(name).replace('DC-', pinName('DC-'))),
          h('span', null, value ?? 'not read', limit && `; limit ${limit}`, !ok && '. Not met'))))),
  ];
}

function permit({ permit: { valid, expires_ms: left, current_max_a: most } = {} }) {
  const word = known(valid) ? (valid ? 'valid' : 'none') : 'not read';
  return h('p', { class: 't1 q2' }, 'Permit for power: ', fig('permit.valid', valid, word),
    valid && [', renews within ', fig('permit.expires_ms', left, unit(left, 'ms', 0)),
      ', at most ', fig('permit.current_max_a', most, unit(most, 'A'))], '.');
}

export function events(view) {
  const rows = view.allEvents ? view.events : view.events.filter(inShort);
  const hidden = view.events.length - rows.length;
  return [
    head('evT', 'Events'),
    h('table', { class: 'events', ariaLabelledby: 'evT' }, h('tbody', null, rows.map((e) =>
      h('tr', { key: `event-${e.id}` }, h('td', null, moment(e.time, view.s.time)),
        h('td', null, e.what),
        h('td', { class: LOUD[e.level] }, spoken(e.text)), h('td', null, e.who))))),
    !rows.length && h('p', { class: 't1 q' }, 'Nothing has happened yet.'),
    hidden > 0 && h('button', { class: 'btn more', type: 'button', onclick: view.showAll },
      `Show ${hidden} more`),
  ];
}

const COUNTED = [
  ['Matings', 'matings'], ['Contactor operations', 'contactor_operations'],
  ['Opened under load', 'load_breaks'], ['Emergency stops', 'emergency_stops'],
  ['Lock operations', 'lock_operations'], ['Lock retries', 'lock_retries'],
  ['Thermal trips', 'thermal_events'],
];

export function counters({ s }) {
  const cell = (path, digits) => {
    const value = path && path.split('.').reduce((part, key) => part?.[key], s);
    return h('td', { class: 'n' },
      known(value) ? fig(path, value, whole(value, digits)) : path && DASH);
  };
  const row = (name, here, life, digits) =>
    h('tr', null, h('th', { scope: 'row' }, name), cell(here, digits), cell(life, digits));
  const column = (name) => h('th', { class: 'n', scope: 'col' }, name);
  return [
    head('cntT', 'Counters'),
    h('table', { ariaLabelledby: 'cntT' },
      h('thead', null, h('tr', null, h('td'), column('session'), column('life'))),
      h('tbody', null,
        row('To the grid, kWh', 'session.discharged_kwh', 'energy_kwh.discharged', 1),
        row('To the vehicle, kWh', 'session.charged_kwh', 'energy_kwh.charged', 1),
        row('Reversals', 'session.reversals', 'counts.reversals'),
        row('Hours plugged in', null, 'mated_hours'),
        COUNTED.map(([name, key]) => row(name, null, `counts.${key}`)))),
    h('p', { class: 't1 q more' }, `Connector ${s.connector_id ?? DASH}`),
  ];
}
