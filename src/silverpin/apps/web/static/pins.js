// What each contact says in words: a sensed pin its heat, an unsensed one what it proves.
import { NB, known, num, pinName, unit } from './format.js';
import { warmth } from './heat.js';
import { LIMITS } from './limits.js';
import { h } from './tree.js';

export function pinLabel(s, pin) {
  const read = s.temps_c?.[pin];
  if (!read) return `${pin}: ${proves(s, pin)}`;
  const peak = s.peaks_c?.[pin];
  const now = known(read.value) ? `${num(read.value)} degrees, ${warmth(read.value)}` : 'not read';
  return `${pinName(pin)}: ${now}${peak ? `, reached ${num(peak.value)}` : ''}`;
}

export const proves = (s, pin) => ({ PE: earth, PP: proximity, CP: pilot })[pin](s);

const earth = ({ earth_ohm: ohm }) => known(ohm) ? `earth ${unit(ohm, 'Ω')}` : 'earth not measured';

function proximity(s) {
  const { seated, ohm } = s.proximity ?? {};
  if (!known(seated)) return known(ohm) ? `${unit(ohm, 'Ω', 0)}, no plug of this kind` : 'not read';
  if (!seated) return 'open';
  if (!known(ohm)) return 'seated';
  return `seated, ${ohm < 1000 ? unit(ohm, 'Ω', 0) : unit(ohm / 1000, 'kΩ')}`;
}

function pilot(s) {
  const { high_v: high, low_v: low } = s.pilot ?? {};
  if (!known(s.cp_state)) return 'not read';
  const swing = known(low) && low < -0.5 ? ` / ${num(low)}` : '';
  return `state ${s.cp_state}${known(high) ? `, ${num(high)}${swing}${NB}V` : ''}`;
}

// The line under the plug about the selected pin.
export function pinLine(s, pin) {
  const read = s.temps_c?.[pin];
  if (!pin) return 'No pin temperature is read.';
  if (!read) return [h('b', null, pin), ' ', proves(s, pin)];
  const tail = known(read.value)
    ? `${unit(read.value, '°C')}, ${margin(s.peaks_c?.[pin], read.value)}`
    : 'not read: counts as too hot';
  return [h('b', null, pinName(pin)), ` ${tail}`];
}

function margin(peak, c) {
  const { temp_trip_c: trip, temp_reset_c: reset } = LIMITS;
  if (!peak) return `${num(trip - c)}${NB}°C below the trip at ${trip}`;
  const left = c > reset ? `${num(c - reset)}${NB}°C still to cool` : 'cool enough to reset';
  return `reached ${num(peak.value)}, ${left}`;
}
