// Work that falls due while the page is open is read out, once.
import { sentence } from './words.js';

const heard = new Set();
let before = null;

export function news({ due, connector_id: connector }) {
  const rows = (due ?? []).filter(({ soon, what, since }) => !soon && !heard.has(what + since));
  for (const { what, since } of rows) heard.add(what + since);
  const seen = before === connector;
  before = connector;
  return seen ? rows.map(({ what, reason }) =>
    `Due now: ${what}. ${sentence(reason ?? '')}`).join(' ') : '';
}
