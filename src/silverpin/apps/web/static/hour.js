// The last hour: what the charger remembers, with the live frames appended.
const HOUR_MS = 3600e3;
const SET_BACK_MS = 10e3; // more than frames and answers can cross on their way
const SPANS_MIN = [2, 5, 10, 20, 40, 60];

// Words at a mark, and whether it is loud.
export const MARKED = {
  fault_raised: ['fault', true], load_break: ['load-break', true], mated: ['plugged in', false],
  unmated: ['unplugged', false], inspected: ['inspected', false], cleaned: ['cleaned', false],
};

export class Hour {
  constructor() {
    this.step = 5000;
    this.rows = []; // { t, w, c: {pin: celsius} }, oldest first
    this.marks = []; // { t, kind, text }, oldest first
  }

  // The daemon's memory replaces ours: it was there while this page was not.
  load(history) {
    this.step = (history.step_s || 5) * 1000;
    const pins = Object.entries(history.temps_c ?? {});
    this.rows = history.time.map((time, i) => ({
      t: Date.parse(time), w: history.power_w[i] ?? null,
      c: Object.fromEntries(pins.map(([pin, values]) => [pin, values[i] ?? null])),
    }));
    this.marks = (history.marks ?? []).filter(({ kind }) => kind in MARKED)
      .map((m) => ({ ...m, t: Date.parse(m.time) }));
  }

  // Events that the plot points out; the daemon's own list has the same kinds.
  mark({ time, kind, text }) {
    const t = Date.parse(time);
    const known = this.marks.some((m) => m.t === t && m.kind === kind);
    if (kind in MARKED && !known) this.marks.push({ t, kind, text });
  }

  // The newest row follows the live frame until a step has passed. False when the charger's clock
  // was set back: all earlier instants have other names now, and it has to tell them again.
  add(s) {
    const goesOn = this.end - Date.parse(s.time) <= SET_BACK_MS * Math.max(1, s.speed ?? 1);
    if (!goesOn) this.rows = [];
    const temps = Object.entries(s.temps_c ?? {}).map(([pin, read]) => [pin, read?.value ?? null]);
    const row = { t: Date.parse(s.time), w: s.power_w ?? null, c: Object.fromEntries(temps) };
    const before = this.rows.at(-2);
    const last = this.rows.at(-1);
    if (last?.live && row.t - (before?.t ?? -Infinity) < this.step) this.rows.pop();
    if (!this.rows.length || row.t > this.rows.at(-1).t) this.rows.push({ ...row, live: true });
    const cut = this.rows.findIndex(({ t }) => t >= row.t - HOUR_MS);
    if (cut > 0) this.rows.splice(0, cut);
    if (this.marks[0]?.t < row.t - HOUR_MS) this.marks.shift();
    return goesOn;
  }

  get end() {
    return this.rows.at(-1)?.t ?? 0;
  }

  // A young charger has no hour yet: the axis begins with two minutes and grows.
  get span() {
    const told = ({ w, c }) => w !== null || Object.values(c).some((v) => v !== null);
    const first = this.rows.find(told);
    const age = (this.end - (first?.t ?? this.end)) / 60e3;
    return (SPANS_MIN.find((m) => age <= m) ?? 60) * 60e3;
  }

  get shownMarks() {
    return this.marks.filter(({ t }) => t >= this.end - this.span && t <= this.end);
  }

  get shown() {
    const start = this.end - this.span;
    return this.rows.filter(({ t }) => t >= start);
  }
}
