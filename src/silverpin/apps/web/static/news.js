// Work that falls due while the page is open is read out, once: neither again when the charger has
// started again, nor when its date moves while it stands.
import { sentence } from './words.js';

const heard = new Set();
let standing = null;

export function news({ due }) {
  const rows = (due ?? []).filter(({ soon }) => !soon);
  const fresh = rows.filter(({ what, since }) =>
    standing && !standing.has(what) && !heard.has(what + since));
  for (const { what, since } of rows) heard.add(what + since);
  standing = new Set(rows.map(({ what }) => what));
  return fresh.map(({ what, reason }) => `Due now: ${what}. ${sentence(reason ?? '')}`).join(' ');
}
