// Line drawings: the vehicle with its battery, the pylon, the switch. Strokes take the page's ink.
import { known } from './format.js';
import { NONE, box, circle, line, path } from './marks.js';
import { h } from './tree.js';

const INK2 = 'var(--ink2)';
const BODY = 'M8 51C4 48 4 42 5 38C6 33 10 31 16 30L45 25.5 70 8C76 4.5 84 3 94 3H130C141 3 150 6 '
  + '158 12L176 25.5C184 27 188 31 188 38V46C188 50 186 52 182 52H170A17 17 0 0 0 136 52H62A17 17 '
  + '0 0 0 28 52H12Z';
const GLASS = 'M57 25.5 75 12C79 9 84 8 92 8H104V25.5ZM110 8H130C139 8 146 10.5 152 15L164.5 25.5'
  + 'H110Z';

export const car = (soc) => [
  h('g', { fill: 'var(--plate)', stroke: INK2, strokeWidth: 1.8, strokeLinejoin: 'round' },
    path(BODY, { fill: 'var(--sunk)' }), path(GLASS, { strokeWidth: 1.4 }),
    circle(45, 52.5, 12.5), circle(153, 52.5, 12.5),
    box(66, 34, 66, 12, { rx: 2, strokeWidth: 1.4 })),
  line('M45 52.5h.1M153 52.5h.1', INK2, 8, { strokeLinecap: 'round' }),
  known(soc) && box(68.5, 36.5, 61 * soc, 7, { fill: INK2 }),
];

const MAST = 'M22 128 44 30 50 6l6 24 22 98M44 30h12M41 44h18M36.5 64h27M31 88h38M26.5 108h47M44 30'
  + 'l15 14M56 30 41 44M41 44l22.5 20M59 44 36.5 64M36.5 64 69 88M63.5 64 31 88M31 88l42.5 20M69 '
  + '88 26.5 108M8 34l36-4M92 34l-36-4M8 34l33 6M92 34l-33 6M2 62l34.5-5M98 62l-34.5-5M2 62l35 6'
  + 'M98 62l-35 6';

export const pylon = () => h('g', {
  ...NONE, stroke: INK2, strokeWidth: 1.5, strokeLinejoin: 'round', strokeLinecap: 'round',
}, path(MAST), path('M8 34v9M92 34v9M2 62v9M98 62v9', { strokeWidth: 2.6 }));

// A switch drawn in the flow: closed, open, or dotted when its mirror contact is not read.
export function contactor(x, y, closed) {
  const ink = closed ? 'var(--ink)' : INK2;
  const blade = closed ? `M${x - 18} ${y}H${x + 18}` : `M${x - 18} ${y}L${x + 14} ${y - 18}`;
  const dots = { strokeLinecap: 'round', strokeDasharray: known(closed) ? null : '1 6' };
  const joint = (cx) => circle(cx, y, 4.5, { fill: 'var(--plate)', stroke: ink, strokeWidth: 2.2 });
  return [
    box(x - 29, y - 21, 58, 42, { fill: 'var(--plate)' }),
    line(`M${x - 28} ${y}h6M${x + 22} ${y}h6`, ink, 3), line(blade, ink, 3.5, dots),
    joint(x - 19), joint(x + 19),
  ];
}
