// The three facts about touching the plug. Each comes from evidence; what is missing is unknown.
import { NB, fig, known, num, unit, upper } from './format.js';
import { LIMITS } from './limits.js';
import { h } from './tree.js';

const unknown = (note) => ({ icon: 'ask', word: 'Unknown', note });

const allMet = (s) => (s.checks ?? []).every((c) => c.ok);

export function checksNote(s) {
  const all = s.checks ?? [];
  return all.length ? `${all.filter((c) => c.ok).length} of ${all.length} checks` : '';
}

// "Safe" answers "may a person touch and unplug this", never "is the charger well".
function touch(s) {
  const { safe_to_unplug: safe, reason } = s.touch ?? {};
  const faulty = s.say?.tone === 'fault';
  const fact = (glyph, word, note) =>
    ({ icon: glyph, word: fig('touch.safe_to_unplug', safe, word), note });
  if (!known(safe)) return unknown('treat as live');
  const calm = allMet(s) ? checksNote(s) : reason;
  if (safe) return fact('shield', 'Safe', faulty ? 'to unplug' : calm);
  const why = reason ?? 'power may flow';
  if (faulty) return fact('stop', 'Not safe', why);
  return fact('hand', 'In use', [why, '; ', h('span', { class: 'nb' }, checksNote(s))]);
}

function lock(s) {
  const { confirmed, commanded, age_ms: age, position } = s.lock ?? {};
  const fact = (glyph, word, note) =>
    ({ icon: glyph, word: fig('lock.confirmed', confirmed, word), note });
  if (!known(confirmed)) return unknown('lock not read');
  if (confirmed) {
    const proof = fig('lock.age_ms', age, unit(age, 'ms', 0));
    return fact('lock', 'Locked', known(age) && ['proof ', proof, ' old']);
  }
  if (!commanded) return fact('open', 'Unlocked', s.plugged ? 'plug is free' : 'no plug');
  return fact('open', 'Not locked', position === 'half' ? 'bolt not seated' : 'bolt not in');
}

export const voltage = (v) => unit(v, 'V', Math.abs(v) > 9 ? 0 : 1);

function power(s) {
  const closed = s.contactor?.mirror;
  const volts = s.voltage_v;
  const live = closed === true || Math.abs(volts ?? 0) > LIMITS.voltage_touch_max_v;
  const note = known(volts) ? [fig('voltage_v', volts, voltage(volts)), ' on pins']
    : 'voltage not read';
  if (live) return { icon: 'bolt', word: 'Powered', note };
  if (closed === false && known(volts)) return { icon: 'dead', word: 'Power off', note };
  return unknown(known(closed) ? note : 'contactor not read');
}

export function facts(s) {
  return [touch(s), lock(s), power(s)];
}

export function factsWhenSilent(s) {
  const last = (text) => text ? `last: ${text}` : 'never read';
  const locked = s?.lock?.confirmed;
  const checks = s && checksNote(s).replace(' checks', '');
  return [last(checks), last(known(locked) && (locked ? 'locked' : 'not locked')), 'treat as live']
    .map(unknown);
}

export function slope(perMinute) {
  if (!known(perMinute)) return '';
  if (Math.abs(perMinute) < 0.05) return 'steady';
  return `${perMinute > 0 ? 'rising' : 'falling'} ${num(Math.abs(perMinute))}${NB}°C/min`;
}

export const sentence = (text) => upper(text).replace(/([^.?!])$/, '$1.');

const PLUGS = { ccs2: 'CCS2', type2: 'Type 2' };
export const plugName = (s) => PLUGS[s.connector?.kind] ?? s.connector?.kind ?? 'Plug';
export const isDc = (s) => (s.connector?.kind ?? '').startsWith('ccs');
export const heading = (s) => ({ discharge: 'out', charge: 'in' })[s.direction] ?? '';
