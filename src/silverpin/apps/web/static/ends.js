// What stands at both ends of the flow: the vehicle's charge and the grid's state.
import { cut, fig, known, kw, num, unit } from './format.js';
import { h } from './tree.js';

const wide = (text) => h('span', { class: 'wide' }, text);

function energy(s, key, verb) {
  const kwh = s.session?.[key];
  const figure = fig(`session.${key}`, kwh, unit(kwh, 'kWh'));
  return known(kwh) && h('p', null, `${verb} `, figure, wide(' this session'));
}

export function vehicleEnd(s) {
  const head = h('h2', null, 'Vehicle');
  const soc = s.vehicle?.soc;
  if (s.plugged === false) return [head, h('p', null, 'none')];
  return [head,
    known(soc) ? h('p', { class: 'big' }, fig('vehicle.soc', soc, cut(num(soc * 100, 0), '%')))
      : h('p', null, 'charge not told'),
    known(s.vehicle?.words) && h('p', null, fig('vehicle.words', s.vehicle.words, s.vehicle.words)),
    energy(s, 'charged_kwh', 'took'), energy(s, 'discharged_kwh', 'gave'), powerLine(s.plc)];
}

// On a phone the plug leaves no room beside it: what stands there elsewhere is a line a side.
export const endLines = (s) => [vehicleEnd(s), gridEnd(s, true)].map(([head, ...rest]) => {
  const said = rest.filter((p) => p && p.attrs.class !== 'big');
  return said.length > 0 && h('p', null, h('b', null, head.children), ': ',
    said.map(({ attrs, children }, i) => [i > 0 && ', ', h('span', attrs, children)]));
});

// Where a modem of the charger's matches; the rest, and the remedy, stands in `evse-cli status`.
function powerLine(plc) {
  const grade = plc?.modem === 'slac' && plc.quality?.grade;
  return grade && h('p', { class: grade === 'poor' && 'flagw' }, 'power line ',
    fig('plc.quality.grade', grade, grade === 'unknown' ? 'not measured' : grade));
}

export function gridEnd(s, narrow) {
  const { hz, v, profile, ok } = s.grid ?? {};
  const outside = ok === false;
  const name = narrow ? '' : ` ${profile}`;
  const state = profile && (outside || !narrow) && `, ${outside ? 'outside' : 'inside'}${name}`;
  return [
    h('h2', null, 'Grid'),
    h('p', { class: 'big' }, fig('grid.hz', hz, cut(num(hz, narrow ? 2 : 3), 'Hz'))),
    h('p', null, fig('grid.v', v, unit(v, 'V', 0)),
      state && h('span', { class: outside && 'flagw' }, state)),
    known(s.house_load_w) && h('p', null, 'house ', wide('uses '),
      fig('house_load_w', s.house_load_w, kw(s.house_load_w))),
  ];
}
