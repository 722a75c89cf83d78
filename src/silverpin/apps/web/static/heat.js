// One heat scale on graphite in both themes: silver when cool, vermilion at the trip.
import { known } from './format.js';
import { LIMITS } from './limits.js';

const STEPS = [[42, '#CBD3DA'], [50, '#F0DFA2'], [61, '#F6B545'], [74, '#F2812F'], [85, '#FF5B46']];
export const TRIPPED = '#FF5B46';
export const UNREAD = '#828C95';

const channel = (colour, i) => parseInt(colour.slice(i, i + 2), 16);
const mix = (a, b, t) => '#' + [1, 3, 5]
  .map((i) => Math.round(channel(a, i) * (1 - t) + channel(b, i) * t).toString(16).padStart(2, '0'))
  .join('');

export function heat(c) {
  if (!known(c)) return UNREAD;
  const above = STEPS.findIndex(([t]) => c <= t);
  if (above === 0) return STEPS[0][1];
  if (above < 0) return TRIPPED;
  const [[low, from], [high, to]] = STEPS.slice(above - 1, above + 1);
  return mix(from, to, (c - low) / (high - low));
}

export function warmth(c) {
  if (!known(c)) return 'not read';
  if (c >= LIMITS.temp_trip_c) return 'at the trip';
  return c >= 75 ? 'near the trip' : c >= 65 ? 'hot' : c >= 45 ? 'warm' : 'cool';
}

// Sensed pins, hottest first; an unread pin counts as hotter than any.
export const byHeat = (temps) => Object.entries(temps ?? {})
  .map(([pin, read]) => ({ pin, c: read?.value ?? null }))
  .sort((a, b) => (b.c ?? Infinity) - (a.c ?? Infinity));

export const hottest = (temps) => byHeat(temps).find(({ c }) => known(c)) ?? null;
