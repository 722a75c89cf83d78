// Contact resistance over sessions: medians, their intervals as a band, the limit, and steps.
// A session is a step to the right, however long the pause before it: idle weeks tell nothing.
import { date, num } from './format.js';
import { HIDDEN, circle, drawing, line, path, text } from './marks.js';

const LEFT = 36;
const TOP = 26;
const FOOT = 196;
const HEIGHT = 222;
const ROOM = 1.12; // above the highest of all
const END = { anchor: 'end' };
const DIAMOND = 5;

export const milliohm = (v) => num(v, v < 0.0995 ? 3 : v < 9.95 ? 2 : 1);

const round = (v) => {
  const step = 10 ** Math.floor(Math.log10(v));
  return [1, 2, 5, 10].map((k) => k * step).find((up) => up >= v * 0.999);
};

function scales({ sessions, limit_mohm: limit }, left, right, top, foot) {
  const most = ROOM * Math.max(limit, ...sessions.map(({ p95 }) => p95));
  const last = Math.max(1, sessions.length - 1);
  return {
    most,
    x: (i) => +(sessions.length < 2 ? right : left + i / last * (right - left)).toFixed(1),
    y: (v) => +(foot - v / most * (foot - top)).toFixed(1),
  };
}

function along(rows, { x, y }) {
  const edge = (name) => rows.map((row, i) => `${x(i)} ${y(row[name])}`);
  const [low, middle, high] = ['p05', 'p50', 'p95'].map(edge);
  const d = (points) => `M${points.join('L')}`;
  return [
    path(`${d([...high, ...low.toReversed()])}Z`, { fill: 'var(--interval)' }),
    [high, low].map((points) => line(d(points), 'var(--edge)')),
    line(d(middle), 'var(--ink)', 1.8, { strokeLinejoin: 'round' }),
  ];
}

// The newest, as every estimate is drawn: a whisker with an open dot.
const newest = ({ p05, p50, p95 }, at, y, r) => [
  line(`M${at} ${y(p05)}V${y(p95)}`, 'var(--ink)', 1.6),
  circle(at, y(p50), r, { fill: 'var(--plate)', stroke: 'var(--ink)', strokeWidth: 2 })];

// Where a step began: the first session that is not older, if that is still shown.
const stepAt = ({ since }, rows) =>
  Date.parse(rows[0].start) > Date.parse(since) ? -1
    : rows.findIndex(({ start }) => Date.parse(start) >= Date.parse(since));
const placed = ({ alarms, sessions }) => alarms
  .map((alarm) => ({ ...alarm, i: stepAt(alarm, sessions) })).filter(({ i }) => i >= 0);

export function spark(told, width, height) {
  const rows = told.sessions;
  const to = scales(told, 6, width - 38, 4, height - 4);
  const limit = to.y(told.limit_mohm);
  return drawing(width, height, HIDDEN, along(rows, to),
    line(`M6 ${height - 4}H${width - 38}`, 'var(--edge)'),
    line(`M6 ${limit}H${width - 38}`, 'var(--fault)', 1.4),
    text(width - 32, Math.max(9, limit + 4), milliohm(told.limit_mohm),
      { size: 11.5, fill: 'var(--fault)', weight: 600 }),
    placed(told).map(({ i }) => diamond(to.x(i), to.y(rows[i].p50), 4)),
    newest(rows.at(-1), to.x(rows.length - 1), to.y, 3.2));
}

const diamond = (x, y, r = DIAMOND) => path(`M${x - r} ${y}l${r}-${r} ${r} ${r}-${r} ${r}z`,
  { fill: 'var(--warn-fill)', stroke: 'var(--warn)', strokeWidth: 1.2 });

const frame = (told, width) => scales(told, LEFT + 8, width - 64, TOP, FOOT);

export function trend(told, width, read) {
  if (width < 200) return null;
  const rows = told.sessions;
  const to = frame(told, width);
  const right = width - 54;
  return drawing(width, HEIGHT, HIDDEN, grid(to, right), along(rows, to),
    limit(told, to, right), steps(told, to, right),
    newest(rows.at(-1), to.x(rows.length - 1), to.y, 4),
    text(right + 8, to.y(rows.at(-1).p50) + 4, milliohm(rows.at(-1).p50),
      { fill: 'var(--ink)', weight: 600 }),
    ends(rows, to, right), read && reading(rows.indexOf(read), read, to));
}

function grid({ y, most }, right) {
  const step = round(most / 4);
  const ticks = [...Array(Math.floor(most / step) + 1).keys()].map((k) => k * step);
  return ticks.map((v) => [
    line(`M${LEFT} ${y(v)}H${right}`, v ? 'var(--line)' : 'var(--edge)'),
    text(LEFT - 8, y(v) + 4, String(+v.toPrecision(3)), END)]);
}

const limit = ({ limit_mohm: v }, { y }, right) => [
  line(`M${LEFT} ${y(v)}H${right}`, 'var(--fault)', 1.6),
  text(LEFT + 6, y(v) - 5, `${milliohm(v)} mΩ limit`, { fill: 'var(--fault)', weight: 600 })];

function steps(told, { x, y }, right) {
  return placed(told).map(({ i, rise }) => {
    const beyond = x(i) + 60 > right;
    return [line(`M${x(i)} ${TOP - 10}V${FOOT}`, 'var(--warn)', 1.2, { strokeDasharray: '2 3' }),
      diamond(x(i), y(told.sessions[i].p50)),
      text(x(i) + (beyond ? -7 : 7), TOP - 4, `step +${num(100 * rise, 0)}\u00a0%`,
        { fill: 'var(--warn)', weight: 600, anchor: beyond ? 'end' : 'start' })];
  });
}

function ends(rows, { x }, right) {
  const y = FOOT + 20;
  if (rows.length < 2) return text(right, y, date(rows[0].start), END);
  const ticks = rows.map((row, i) => `M${x(i)} ${FOOT}v4`).join('');
  return [line(ticks, 'var(--edge)'), text(LEFT, y, date(rows[0].start)),
    text(right, y, date(rows.at(-1).start), END)];
}

const reading = (i, { p05, p50, p95 }, { x, y }) => i < 0 ? null : [
  line(`M${x(i)} ${TOP - 10}V${FOOT}`, 'var(--ink)'),
  [p05, p95].map((v) => line(`M${x(i) - 4} ${y(v)}h8`, 'var(--ink)', 1.6)),
  circle(x(i), y(p50), 3.5, { fill: 'var(--ink)' })];

// The session nearest to a place on the drawing.
export function sessionAt(told, width, at) {
  const rows = told.sessions;
  const { x } = frame(told, width);
  const far = (i) => Math.abs(x(i) - at);
  return rows.reduce((best, row, i) => far(i) < far(rows.indexOf(best)) ? row : best, rows[0]);
}
