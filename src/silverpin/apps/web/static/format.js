// Figures as people read them: true minus, no-break space before the unit, a dash for the unknown.
import { h } from './tree.js';

export const NB = '\u00a0';
export const MINUS = '\u2212';
export const DASH = '\u2013';

export const known = (v) => v !== null && v !== undefined;

export function num(v, digits = 1) {
  if (!known(v)) return DASH;
  const text = Math.abs(v).toFixed(digits);
  return v < 0 && Number(text) !== 0 ? MINUS + text : text;
}

export const unit = (v, name, digits = 1) => num(v, digits) + NB + name;
export const kw = (w, digits = 1) => unit(known(w) ? w / 1000 : w, 'kW', digits);
export const percent = (share, digits = 0) => unit(known(share) ? share * 100 : share, '%', digits);
export const whole = (v, digits = 0) => known(v) ? v.toLocaleString('en', {
  minimumFractionDigits: digits, maximumFractionDigits: digits,
}) : DASH;
export const pinName = (pin) => pin.replace('-', MINUS);
export const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const figureless = (text) => text.replace(/[\d.,\u2212]+/g, '#');

const two = (n) => String(n).padStart(2, '0');

// Times are those of a clock beside the charger, as in its own sentences, wherever this page is
// read: the charger tells how far it is ahead of UTC.
let ahead = null;
export const keepTimeOf = ({ utc_offset_s: s }) => { ahead = s ?? null; };
function place(time) {
  const t = new Date(time);
  return new Date(t.getTime() + 1000 * (ahead ?? -60 * t.getTimezoneOffset()));
}

export function clock(time, seconds = true) {
  if (!known(time)) return DASH;
  const t = place(time);
  const minute = `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`;
  return seconds ? `${minute}:${two(t.getUTCSeconds())}` : minute;
}

export function date(time) {
  const t = place(time);
  return `${t.getUTCFullYear()}-${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())}`;
}

// An instant as told at another: without its date on the same day.
export const moment = (time, now) => known(time) && date(time) !== date(now)
  ? `${date(time)} ${clock(time)}` : clock(time);

// Today by its hour, any other day by its date.
export const day = (time) => date(time) === date(Date.now()) ? clock(time, false) : date(time);

export function lasted(since, now) {
  const s = Math.max(0, Math.round((new Date(now) - new Date(since)) / 1000));
  if (s < 60) return s + NB + 's';
  if (s < 3600) return `${Math.floor(s / 60)}${NB}min ${s % 60}${NB}s`;
  if (s >= 2 * 86400) return `${Math.floor(s / 86400)}${NB}d ${Math.floor(s % 86400 / 3600)}${NB}h`;
  return `${Math.floor(s / 3600)}${NB}h ${Math.floor(s % 3600 / 60)}${NB}min`;
}

// A figure that checks can find: what is read, and the exact value beside it.
export const fig = (path, value, text, tag = 'span') =>
  h(tag, { dataField: path, dataValue: value ?? '' }, text);

// Big figures carry their unit in a smaller, lighter cut.
export const cut = (text, name) => [text, h('span', { class: 'u' }, NB + name)];

// The charger's own sentences keep every letter; only a number is kept on one line with its unit.
const MEASURE = /(\d[\d.,]* (?:kWh|kW|°C|Hz|mV|V|mA|A|mΩ|Ω|%|min|ms|s|h)(?![\wΩ]))/;
export const spoken = (text) => (text ?? '').split(MEASURE)
  .map((part, i) => i % 2 ? h('span', { class: 'nb' }, part) : part);

export const icon = (name, cls) =>
  h('svg', { class: cls, ariaHidden: 'true' }, h('use', { href: '#i-' + name }));
