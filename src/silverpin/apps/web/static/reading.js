// The reading line of a plot: it follows the pointer, or the arrow keys.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12 };
const STOPS = 120; // key presses from one end of the plot to the other

// of: { rows(): all of them; now(): the one that is read; at(x): the one there; read(row) }
export function readWithPointerAndKeys(host, told, of) {
  const read = (row) => {
    told.setAttribute('aria-live', row ? 'polite' : 'off');
    of.read(row);
  };
  host.onpointermove = (e) => of.rows().length
    && read(of.at(e.clientX - host.getBoundingClientRect().left));
  host.onpointerleave = host.onblur = () => read(null);
  host.onkeydown = (e) => {
    const rows = of.rows();
    if (!STEPS[e.key] || !rows.length) return;
    const from = of.now() ? rows.indexOf(of.now()) : rows.length - 1;
    const to = from + STEPS[e.key] * Math.max(1, Math.round(rows.length / STOPS));
    read(rows[Math.max(0, Math.min(rows.length - 1, to))]);
    e.preventDefault();
  };
}
