// The few marks that every drawing is made of. Text keeps its pixel size at any scale.
import { h } from './tree.js';

export const NONE = { fill: 'none' };
export const path = (d, rest) => h('path', { d, ...rest });
export const line = (d, stroke = 'var(--ink2)', strokeWidth = 1, rest) =>
  path(d, { fill: 'none', stroke, strokeWidth, ...rest });
export const circle = (cx, cy, r, rest) => h('circle', { cx, cy, r, ...rest });
export const box = (x, y, width, height, rest) => h('rect', { x, y, width, height, ...rest });
export const at = (x, y, scale, ...parts) =>
  h('g', { transform: `translate(${x} ${y})${scale === 1 ? '' : ` scale(${scale})`}` }, parts);

// look: { size, weight, fill, anchor }, where anchor is start, middle or end
export const text = (x, y, content, look = {}) => h('text', {
  x, y, fontSize: look.size ?? 12, fontWeight: look.weight, textAnchor: look.anchor,
  fill: look.fill ?? 'var(--ink3)',
}, content);

export const drawing = (width, height, attrs, ...parts) =>
  h('svg', { width, height, viewBox: `0 0 ${width} ${height}`, ...attrs }, parts);
export const HIDDEN = { ariaHidden: 'true' };
