// The reading line of the plot: it follows the pointer, or the arrow keys.
import { rowAt, timeAt } from './plot.js';

const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12 };
const STOPS = 120; // key presses from one end of the plot to the other

export function readWithPointerAndKeys(host, view, redraw) {
  const read = (time) => {
    view.cursor = time;
    document.getElementById('cursor').setAttribute('aria-live', time ? 'polite' : 'off');
    if (view.s) redraw();
  };
  host.onpointermove = (e) => view.s
    && read(timeAt(view, host.clientWidth, e.clientX - host.getBoundingClientRect().left));
  host.onpointerleave = host.onblur = () => read(null);
  host.onkeydown = (e) => {
    const rows = view.hour.shown;
    if (!STEPS[e.key] || !rows.length) return;
    const from = view.cursor ? rows.indexOf(rowAt(view)) : rows.length - 1;
    const to = from + STEPS[e.key] * Math.max(1, Math.round(rows.length / STOPS));
    read(rows[Math.max(0, Math.min(rows.length - 1, to))].t);
    e.preventDefault();
  };
}
