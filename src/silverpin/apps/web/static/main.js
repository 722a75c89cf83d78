// Joins the stream to the page: every frame is kept, and the newest one is drawn.
import { Bench } from './bench.js';
import { sessionsOf } from './contact.js';
import { keepTimeOf } from './format.js';
import { Hour } from './hour.js';
import { LIMITS } from './limits.js';
import { Live } from './live.js';
import { draw } from './page.js';
import { rowAt, timeAt } from './plot.js';
import { readWithPointerAndKeys } from './reading.js';
import { sessionAt } from './trend.js';

const EVENTS_KEPT = 200;
const EVENTS_AT_FIRST = 50;
const PATIENCE_MS = 5000; // with the answer to an act

const $ = (id) => document.getElementById(id);
const view = {
  s: null, silence: 0, hour: new Hour(), events: [], allEvents: false,
  cursor: null, session: null, chosen: null, selected: null, resetAnswer: null,
  pick(pin) {
    view.chosen = pin;
    redraw();
  },
  showAll() {
    view.allEvents = true;
    redraw();
  },
  async act(act, value, clear) {
    view.resetAnswer = (await send(act, value, clear)).text;
    redraw();
  },
};
const redraw = () => draw(view, true);
const readTo = (where) => {
  Object.assign(view, where);
  if (view.s) redraw();
};
const ask = async (path) => (await fetch(path)).json();
const bench = new Bench($('bench'), $('benchBtn'), { send, ask, moved: redraw });

async function send(act, value, clear) {
  try {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ act, value, clear });
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return await (await fetch('/api/act', { method: 'POST', headers, body, signal })).json();
  } catch {
    return { ok: null, text: 'The charger does not answer. Its program may have stopped.' };
  }
}

// Asked again whenever the stream opens: the charger remembers what this page missed. Its answer
// takes the place of what was known, for another journal may count from one again; only what came
// since the question is newer than the answer.
async function remember() {
  const before = new Set(view.events);
  const most = view.allEvents ? EVENTS_KEPT : EVENTS_AT_FIRST;
  try {
    const paths = ['/api/history', `/api/events?limit=${most}`];
    const [history, journal] = await Promise.all(paths.map(ask));
    view.hour.load(history);
    view.events = merged(journal.events, view.events.filter((event) => !before.has(event)));
    redraw();
  } catch {
    // Silence is told in words by the stream's own watch.
  }
}

const merged = (older, newer) => [...new Map([...older, ...newer].map((e) => [e.id, e])).values()]
  .sort((a, b) => b.id - a.id).slice(0, EVENTS_KEPT);

new Live({
  open: remember,
  status(frame) {
    Object.assign(view, { s: frame, silence: 0 });
    keepTimeOf(frame);
    for (const name in LIMITS) LIMITS[name] = frame[name] ?? LIMITS[name];
    if (!frame.faults?.length) view.resetAnswer = null;
    if (!view.hour.add(frame)) remember();
    if (frame.simulated) bench.follow(frame);
    later();
  },
  event(event) {
    view.events = merged(view.events, [event]);
    view.hour.mark(event);
    later();
  },
  silence(ms) {
    view.silence = ms;
    draw(view);
  },
});

// Frames between two pictures are skipped. A hidden page makes no pictures, but its title goes on:
// also from the picture that was promised just before it was hidden.
let waiting = false;
function later() {
  if (waiting) return;
  waiting = true;
  if (document.hidden) setTimeout(catchUp, 500);
  else requestAnimationFrame(catchUp);
}
function catchUp() {
  if (!waiting) return;
  waiting = false;
  draw(view);
}
document.addEventListener('visibilitychange', catchUp);

readWithPointerAndKeys($('plot'), $('cursor'), {
  rows: () => view.s ? view.hour.shown : [],
  now: () => rowAt(view),
  at: (x) => ({ t: timeAt(view, $('plot').clientWidth, x) }),
  read: (row) => readTo({ cursor: row?.t ?? null }),
});
readWithPointerAndKeys($('trend'), $('session'), {
  rows: () => sessionsOf(view.s),
  now: () => sessionsOf(view.s).find(({ start }) => start === view.session),
  at: (x) => sessionAt(view.s.resistance, $('trend').clientWidth, x),
  read: (row) => readTo({ session: row?.start ?? null }),
});
new ResizeObserver(redraw).observe($('page'));
