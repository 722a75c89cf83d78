// Draws the whole page from one view: the newest status, the last hour and what is pointed at.
import { band, bar, say } from './band.js';
import { contactPlot, contactWords, plotName, sessionLine, sessionTable } from './contact.js';
import { endLines, gridEnd, vehicleEnd } from './ends.js';
import { clock, figureless } from './format.js';
import { health } from './health.js';
import { hottest } from './heat.js';
import { news } from './news.js';
import { pinLine } from './pins.js';
import { cursorLine, plot, plotWords, spanWords } from './plot.js';
import { NARROW, pace, plugLine, scene } from './scene.js';
import { hot, limit, next, stamp } from './side.js';
import { checks, counters, events } from './tables.js';
import { patch } from './tree.js';
import { plugName } from './words.js';

const PLOT_EVERY_MS = 1000; // its lines move by less than a pixel in between
const BESIDE = 1180; // style.css puts the column beside the scene above this
const MARGINS = 48;

const $ = (id) => document.getElementById(id);
let plottedAt = -Infinity;
let announced = '';

// whole: also what is drawn less often than every frame
export function draw(view, whole = false) {
  drawState(view);
  const { s, chosen } = view;
  if (!s) return;
  const there = chosen in (s.temps_c ?? {}) || ['PE', 'CP', 'PP'].includes(chosen);
  view.selected = there ? chosen : hottest(s.temps_c)?.pin;
  drawBar(s);
  const fresh = news(s);
  if (fresh) $('news').textContent = fresh;
  drawColumn(view);
  drawScene(view);
  patch($('cursor'), cursorLine(view));
  if (whole || performance.now() - plottedAt > PLOT_EVERY_MS) drawHour(view);
  patch($('health'), health(view));
  patch($('checks'), checks(view));
  patch($('events'), events(view));
  patch($('counts'), counters(view));
}

function drawState(view) {
  const { s, silence } = view;
  const { tone, headline, detail } = say(view);
  patch($('status'), band(view));
  patch($('live'), bar(view));
  document.title = `${headline}, ${s?.name ?? 'charger'}${apart(s, ' (', ')')}`;
  const faulty = tone === 'fault';
  mark('status', { 'band-warn': tone === 'warn', 'band-fault': faulty });
  mark('page', { empty: !s, stale: s && silence, 'fault-on': faulty });
  if (figureless(headline) === announced) return;
  announced = figureless(headline);
  if (!faulty) $('announce').textContent = `${headline}. ${detail}`;
}

function mark(id, classes) {
  for (const name in classes) $(id).classList.toggle(name, Boolean(classes[name]));
}

// A charger apart from service says so: "bench, simulated".
function apart(s, before = '', after = '') {
  const said = [s?.on_bench && 'bench', s?.simulated && 'simulated'].filter(Boolean).join(', ');
  return said && `${before}${said}${after}`;
}

function drawBar(s) {
  const rated = `${plugName(s)}, ${Math.round((s.connector?.power_max_w ?? 0) / 1000)} kW`;
  patch($('name'), s.name ?? s.charger_id ?? 'Charger');
  patch($('place'), [s.site, rated].filter(Boolean).join('. '));
  $('simulated').hidden = !apart(s);
  patch($('simulated'), apart(s).replace(/^./, (letter) => letter.toUpperCase()));
  patch($('clock'), clock(s.time));
}

function drawColumn(view) {
  const cell = $('hot');
  const { paddingLeft, paddingRight } = getComputedStyle(cell);
  const width = cell.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  const limited = say(view).tone !== 'fault';
  patch($('next'), next(view));
  patch(cell, hot(view, width));
  patch($('limit'), limited && limit(view));
  $('limit').hidden = !limited;
}

function drawScene(view) {
  const { s } = view;
  const host = $('scene');
  const width = host.clientWidth;
  const column = [...$('side').children].reduce((sum, cell) => sum + cell.offsetHeight, 0);
  const beside = $('page').clientWidth > BESIDE + MARGINS;
  patch(host, scene(view, width, beside ? Math.max(408, column) : 384));
  pace(host, s);
  patch($('endV'), vehicleEnd(s));
  patch($('endG'), gridEnd(s, width < NARROW));
  patch($('pinL'), pinLine(s, view.selected));
  patch($('pinR'), plugLine(s));
  patch($('ends'), endLines(s));
}

function drawHour(view) {
  const host = $('plot');
  plottedAt = performance.now();
  patch($('plotT'), spanWords(view.hour.span), stamp(view));
  patch($('healthT'), 'Connector health', stamp(view));
  patch(host, plot(view, host.clientWidth));
  label(host, plotWords(view));
  drawContact(view);
}

// The same name written again would be a change to whoever listens.
function label(host, name) {
  if (host.ariaLabel !== name) host.ariaLabel = name;
}

function drawContact(view) {
  const host = $('trend');
  const name = plotName(view);
  patch($('contactT'), 'Contact resistance', stamp(view));
  patch($('session'), sessionLine(view));
  patch(host, contactPlot(view, host.clientWidth));
  patch($('contact'), contactWords(view));
  patch($('sessions'), sessionTable(view));
  label(host, name);
  if (host.hidden === Boolean(name)) host.hidden = !name;
}
