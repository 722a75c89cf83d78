// The right column: who does what next, the hottest pin, the power limit.
import {
  NB, clock, cut, day, fig, icon, known, kw, lasted, moment, num, percent, pinName, spoken, upper,
} from './format.js';
import { byHeat, hottest, warmth } from './heat.js';
import { LIMITS } from './limits.js';
import { ruler } from './ruler.js';
import { h } from './tree.js';
import { heading, sentence, slope } from './words.js';

const note = (...text) => h('p', { class: 't1 q2' }, text);

const loud = (...text) => h('p', { class: 'who-now' }, text);

// Old figures carry the time at which they were true.
export const stamp = ({ s, silence }) => silence > 0 && `, at ${clock(s.time)}`;
const nowOrThen = ({ silence }) => silence > 0 ? 'then' : 'now';
const stamped = (view, id, text) => h('h2', { id }, text, stamp(view));

export function next(view) {
  const { s } = view;
  const steps = s.next ?? [];
  if (view.silence) return silent(s);
  if (!s.faults?.length) {
    return [h('h2', { id: 'nextT' }, 'What to do'),
      steps.length ? [stepList(view, steps), due(s.due)] : calm(view)];
  }
  return [h('h2', { id: 'nextT' }, 'Who acts next'), faultLine(s),
    stepList(view, steps.length ? steps : ownSteps(s.faults[0])), s.faults.map(explained)];
}

// The row of the fault table in full, for whoever stands there with tools.
const explained = ({ code, detail, cause, causes, verify, reset: clears, who }) =>
  h('details', { key: `about-${code}`, class: 't1' }, h('summary', null, `About ${code}`),
    h('dl', null,
      detail && [h('dt', null, 'Seen'), h('dd', null, spoken(sentence(detail)))],
      h('dt', null, 'Cause'), h('dd', null, likely(causes) ?? sentence(cause)),
      h('dt', null, 'Verify'), h('dd', null, spoken(sentence(verify))),
      h('dt', null, 'Reset'), h('dd', null, spoken(sentence(clears))),
      h('dt', null, 'Who'), h('dd', null, sentence(who))));

function likely(causes) {
  if (!causes?.length) return null;
  const row = ({ cause, weight, advice }) => h('li', null, h('b', null, cause),
    known(weight) && ` ${percent(weight)}`, advice && `. ${sentence(advice)}`);
  return h('ol', null, causes.map(row));
}

const silent = ({ simulated }) => [
  h('h2', { id: 'nextT' }, 'What to do'),
  loud(simulated ? 'Start the simulation again. Nothing real is connected.'
    : 'Leave the plug alone. Operator: look at the link.'),
  note(simulated ? 'This page comes back by itself once the program answers.'
    : 'The charger guards itself without this page. Check its own lamp, then its network cable and '
      + 'switch port.'),
];

function faultLine({ faults: [first, ...more], time }) {
  return note(fig('faults.0.code', first.code, first.code), first.chargex && `, ${first.chargex}`,
    `, since ${moment(first.since, time)} `,
    h('span', { class: 'nb' }, `(${lasted(first.since, time)})`),
    more.length > 0 && `. Also ${more.map((f) => f.code).join(', ')}`);
}

// A fault that comes without steps still says whom it waits for, what to look at and how it clears.
const ownSteps = ({ who, verify, reset }) => [
  { state: 'now', who: upper(who), what: verify }, { state: 'then', what: `Reset: ${reset}` }];

// The button belongs to the step that speaks of the reset; without one it stands below.
function stepList(view, steps) {
  const thermal = view.s.faults?.some((f) => f.code.startsWith('ERR_THERM'));
  const place = steps.findIndex((step) => step.state !== 'done' && /\breset/i.test(step.what));
  return [
    h('ol', { class: 'steps' },
      steps.map((step, i) => stepItem(step, thermal && i === place && reset(view)))),
    thermal && place < 0 && reset(view),
  ];
}

function stepItem({ state, who, what, detail, progress }, button) {
  const named = !who || what.startsWith(who) || what.startsWith('You');
  const width = known(progress) && `${(progress * 100).toFixed(1)}%`;
  return h('li', { class: state, ariaCurrent: state === 'now' && 'step' }, icon(state),
    h('div', null,
      h('b', null, spoken(named ? what : `${who}: ${what}`)),
      width && h('div', { class: 'bar' }, h('i', { style: { width } })),
      button || detail && h('p', null, spoken(detail))));
}

// In simulation the page may reset the latch; on hardware it only names the command.
function reset(view) {
  const hot = hottest(view.s.temps_c);
  const cool = hot && hot.c < LIMITS.temp_reset_c;
  const why = cool ? 'Every pin is cool enough' : `Possible below ${LIMITS.temp_reset_c}${NB}°C`;
  if (!view.s.simulated) {
    return h('p', { class: 'reset' }, h('code', null, 'evse-cli reset --thermal'), why);
  }
  return h('p', { class: 'reset' },
    h('button', {
      class: 'btn', type: 'button', 'data-act': 'reset-thermal', ariaDescribedby: 'resetWhy',
      ariaDisabled: !cool && 'true', onclick: () => cool && view.act('reset-thermal', null, false),
    }, 'Reset thermal latch'),
    h('span', { id: 'resetWhy', role: 'status' }, cool && view.resetAnswer || why));
}

// Nothing is wrong: say what is missing to begin, what work is due, or that nothing is.
function calm({ s, events }) {
  const running = s.power_w && s.direction !== 'none';
  const [first, ...others] = running ? [] : s.blocked_by ?? [];
  const last = events.find((e) => e.kind === 'fault_raised');
  if (first) {
    return [loud(spoken(sentence(first))),
      others.length > 0 && note('Then: ', spoken(sentence(others.join('; ')))), due(s.due)];
  }
  const [work, ...rest] = s.due ?? [];
  if (work && !work.soon) return [loud(sentence(work.what)), note(why(work)), due(rest)];
  const told = last && [` Last fault at ${moment(last.time, s.time)}: `,
    spoken(sentence(last.text))];
  return [loud('Nothing.'), note(care(s), told), due(s.due)];
}

function care({ counts, due: now }) {
  const left = counts?.matings_to_cleaning;
  return now?.length || !(left > 0) ? 'No fault stands.'
    : `No fault stands. Next care: clean the pins, in ${left}${NB}matings.`;
}

const DUE_SHOWN = 3;
const why = ({ reason, since, soon, by, command }) => [spoken(sentence(reason ?? '')),
  since && ` Since ${day(since)}.`, soon && by && ` By ${day(by)}.`,
  command && [' ', h('code', null, command)]];

function due(rows = []) {
  const more = rows.length - DUE_SHOWN;
  return [rows.slice(0, DUE_SHOWN).map((item) => note(item.soon && 'Soon: ',
    h('b', null, sentence(item.what)), ' ', why(item))),
  more > 0 && note(`And ${more} more: evse-cli due.`)];
}

export function hot(view, width) {
  const { s } = view;
  const top = hottest(s.temps_c);
  if (!top) {
    return [stamped(view, 'hotT', 'Hottest pin'), loud('No pin temperature is read'),
      note('An unread pin counts as too hot, so no power may flow.')];
  }
  const { pin, c } = top;
  const peak = s.peaks_c?.[pin];
  return [
    h('div', { class: 'row' }, stamped(view, 'hotT', `Hottest pin, ${pinName(pin)}`),
      h('span', { class: 't1 q2' },
        fastest(s, pin), fig('slope_c_per_min', s.slope_c_per_min, slope(s.slope_c_per_min)))),
    h('div', { class: 'pair' },
      reading(fig(`temps_c.${pin}.value`, c, cut(num(c), '°C')),
        peak ? `${nowOrThen(view)}; peak ${num(peak.value)} at ${moment(peak.time, s.time)}`
          : `${warmth(c)} ${nowOrThen(view)}`),
      peak ? cooling(c) : headroom(s)),
    ruler(s, top, width),
    !peak && ahead(s),
  ];
}

// The slope is that of the pin that warms fastest, which need not be the hottest.
const fastest = ({ slope_pin: pin, slope_c_per_min: rate }, hottestPin) =>
  pin && pin !== hottestPin && known(rate) && `${pinName(pin)} `;

function ahead({ forecast: told }) {
  return told && h('p', { class: 't1 q2' }, `Expected: ${pinName(told.pin)} at `,
    fig('forecast.temp_c', told.temp_c, `${num(told.temp_c)}${NB}°C`),
    ` by ${clock(told.at, false)} (${num(told.low_c)} to ${num(told.high_c)}).`);
}

const reading = (figure, below, cls = 't1 q') =>
  h('div', null, h('p', { class: 'read' }, figure), h('p', { class: cls }, below));

function headroom(s) {
  const figure = fig('headroom_k', s.headroom_k, cut(num(s.headroom_k), '°C'));
  const unread = byHeat(s.temps_c).filter(({ c }) => !known(c)).map(({ pin }) => pinName(pin));
  return unread.length
    ? reading(figure, `${unread.join(', ')} not read: counts as too hot`, 't1 flagw')
    : reading(figure, `headroom to the ${LIMITS.temp_trip_c}${NB}°C trip`);
}

function cooling(c) {
  const { temp_reset_c: reset } = LIMITS;
  return reading(cut(num(Math.abs(c - reset)), '°C'),
    c >= reset ? 'still to cool before reset' : `below ${reset}${NB}°C, the reset limit`);
}

export function limit(view) {
  const { s } = view;
  const full = s.connector?.power_max_w;
  const tightest = s.limits?.[0];
  const allowed = tightest?.power_w;
  const uses = Math.abs(s.power_w ?? 0);
  const width = (w) => ({ width: `${Math.min(100, w / (full || 1) * 100).toFixed(1)}%` });
  return [
    h('div', { class: 'row' }, stamped(view, 'limT', 'Power limit'), h('span', { class: 't1 q2' },
      `uses ${num(uses / 1000)} of `, fig('limits.0.power_w', allowed, kw(allowed)))),
    h('div', { class: 'meter' }, h('i', { class: heading(s), style: width(uses) }),
      isHeld(tightest, full) && h('s', { style: width(full - allowed) })),
    note(h('b', null, allowedWords(s, tightest, full)), ' ', heldWhy(s, tightest, full), derate(s),
      loops(s), announced(s), s.mode && s.mode !== 'idle' ? ` ${s.mode}, set to ` : ' Set to ',
      fig('power_set_w', s.power_set_w, kw(s.power_set_w)), '.'),
  ];
}

const isHeld = (tightest, full) => tightest && full && tightest.power_w < full * 0.999;

function allowedWords(s, tightest, full) {
  if (!tightest) return 'No limit is told.';
  if (!isHeld(tightest, full)) return `${kw(tightest.power_w)} allowed, nothing held back.`;
  const since = tightest.by === 'heat' && s.derate?.since;
  return `${num(tightest.power_w / 1000)} of ${kw(full)} allowed`
    + `${since ? ` since ${moment(since, s.time)}` : ''}.`;
}

function heldWhy({ derate: held }, tightest, full) {
  if (held?.reason) return [spoken(sentence(held.reason)), ' '];
  return isHeld(tightest, full) && `Held by ${tightest.by}. `;
}

function derate({ derate: { factor } = {} }) {
  return factor < 1 && ['Current cut to ', fig('derate.factor', factor, percent(factor)), '. '];
}

function announced({ announced: told }) {
  return told && [' Announced: ', fig('announced.power_w', told.power_w, kw(told.power_w)),
    ` at ${clock(told.at, false)}.`];
}

function loops({ cooling: { primary, secondary, reason } = {} }) {
  const loop = (path, share) => fig(path, share, share > 0 ? `at ${percent(share)}` : 'off');
  if (!known(primary)) return null;
  return primary || secondary
    ? ['Cooling loop 1 ', loop('cooling.primary', primary), ', loop 2 ',
      loop('cooling.secondary', secondary), reason ? [': ', spoken(reason)] : null, '.']
    : fig('cooling.primary', primary, 'Cooling is off.');
}
