// Joins the stream to the page: every frame is kept, and the newest one is drawn.
import { Bench } from './bench.js';
import { sessionsOf } from './contact.js';
import { Hour } from './hour.js';
import { LIMITS } from './limits.js';
import { Live } from './live.js';
import { draw } from './page.js';
import { rowAt, timeAt } from './plot.js';
import { readWithPointerAndKeys } from './reading.js';
import { sessionAt } from './trend.js';

const EVENTS_KEPT = 200;

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
    return await (await fetch('/api/act', { method: 'POST', headers, body })).json();
  } catch {
    return { ok: false, text: 'The charger does not answer. Its program may have stopped.' };
  }
}

// Asked again whenever the stream opens: the charger remembers what this page missed.
async function remember() {
  try {
    const paths = ['/api/history', '/api/events?limit=50'];
    const [history, journal] = await Promise.all(paths.map(ask));
    view.hour.load(history);
    view.events = merged(journal.events);
    redraw();
  } catch {
    // Silence is told in words by the stream's own watch.
  }
}

const merged = (events) => [...new Map([...events, ...view.events].map((e) => [e.id, e])).values()]
  .sort((a, b) => b.id - a.id).slice(0, EVENTS_KEPT);

new Live({
  open: remember,
  status(frame) {
    Object.assign(view, { s: frame, silence: 0 });
    LIMITS.temp_trip_c = frame.temp_trip_c ?? LIMITS.temp_trip_c;
    LIMITS.temp_reset_c = frame.temp_reset_c ?? LIMITS.temp_reset_c;
    if (!frame.faults?.length) view.resetAnswer = null;
    view.hour.add(frame);
    if (frame.simulated) bench.follow(frame);
    later();
  },
  event(event) {
    view.events = merged([event]);
    view.hour.mark(event);
    later();
  },
  silence(ms) {
    view.silence = ms;
    draw(view);
  },
});

// Frames between two pictures are skipped. A hidden page makes no pictures, but its title goes on.
let waiting = false;
function later() {
  if (waiting) return;
  waiting = true;
  const run = () => {
    waiting = false;
    draw(view);
  };
  if (document.hidden) setTimeout(run, 500);
  else requestAnimationFrame(run);
}

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
