// The bench: changes the simulated world, and leaves it to the charger what it does about it.
// It is built only when the charger says that it is simulated. Which faults there are, the charger
// lists in its catalogue, and which of them stand in its status.
import { MINUS, NB, clock, pinName, spoken } from './format.js';
import { h, patch } from './tree.js';

const SIGN = { out: -1, hold: 0, in: 1 };
const FIRST = 'Nothing sent yet. Each button changes the simulated world only; the charger decides '
  + 'what it does about it.';
const UNDONE = { false: 'Refused: ', null: 'Not answered: ' };
const EXPECT = {
  plug: 'The bolt holds the plug while power is on: stop first, then unplug.',
  heat: 'Expect a cut of the current for fast warming, and ERR_THERM_OVERLOAD at the trip.',
};

const tool = (name, expect, ...controls) => h('div', { class: 'tool' }, h('h3', null, name),
  h('div', { class: 'acts' }, controls), expect && h('p', null, spoken(expect)));
const button = (label, act, onclick, rest) =>
  h('button', { class: 'btn', type: 'button', 'data-act': act, onclick, ...rest }, label);
const slider = (ariaLabel, shown, range, oninput) => [
  h('input', { type: 'range', ariaLabel, ariaValuetext: shown, ...range, oninput }),
  h('b', { class: 'value' }, shown)];

export class Bench {
  // send(act, value, clear) resolves to { ok, text }, where ok is null without an answer; ask(path)
  // to an object; moved() says that the page has another width
  constructor(dialog, opener, { send, ask, moved }) {
    Object.assign(this, { dialog, opener, send, ask, moved });
    Object.assign(this, { standing: new Set(), amounts: {}, groups: [] });
    Object.assign(this, { way: 'out', answer: FIRST });
    opener.onclick = () => this.show(!dialog.open);
    addEventListener('keydown', (e) => e.key === 'Escape' && dialog.open && this.show(false));
  }

  // Called with every frame: draws only when the connector or the standing faults changed.
  follow(s) {
    const pins = Object.keys(s.temps_c ?? {});
    const maxKw = (s.connector?.power_max_w ?? 22000) / 1000;
    const standing = s.bench?.standing ?? [];
    const shape = JSON.stringify([pins, maxKw, standing]);
    if (shape === this.shape) return;
    const other = String(pins) !== String(this.pins);
    Object.assign(this, { shape, pins, maxKw });
    this.standing = new Set(standing.map(({ act, value }) => slot(act, pinOf(value, pins))));
    this.kw = Math.min(this.kw ?? Math.round(maxKw / 2), maxKw);
    if (!pins.includes(this.pin)) this.pin = pins[0];
    this.opener.hidden = false;
    if (other) this.learn();
    this.draw();
  }

  async learn() {
    try {
      this.groups = (await this.ask('/api/bench')).groups ?? [];
    } catch {
      Object.assign(this, { shape: null, pins: [] }); // asked again with the next frame
    }
    this.draw();
  }

  show(open) {
    if (open) this.dialog.show();
    else {
      this.dialog.close();
      this.opener.focus();
    }
    this.opener.setAttribute('aria-expanded', open);
    this.moved();
  }

  async act(label, act, value = null, clear = false) {
    const { ok, text } = await this.send(act, value, clear);
    this.answer = [h('b', { class: !ok && 'flagw' },
      `${ok ? '' : UNDONE[ok]}${label}, at ${clock(Date.now())}. `), text];
    this.draw();
  }

  set(change) {
    Object.assign(this, change);
    this.draw();
  }

  draw() {
    patch(this.dialog,
      h('div', { class: 'bh' },
        h('div', null, h('h2', { class: 'h', id: 'benchT' }, 'Bench'),
          h('p', { class: 't1 q' }, 'Simulated plant. Absent on real hardware.')),
        h('span', { class: 'push' }), button('Close', null, () => this.show(false))),
      h('div', { class: 'body' },
        this.plug(), this.power(), this.heat(), this.groups.map((group) => this.group(group)),
        tool('All', null, this.once('Back to a healthy world', 'healthy'))),
      h('p', { class: 'sent', role: 'status' }, this.answer));
  }

  once(label, act, value) {
    return button(label, act, () => this.act(label, act, value));
  }

  plug() {
    return tool('Plug', EXPECT.plug, this.once('Plug in', 'plug'), this.once('Unplug', 'unplug'),
      this.once('Stop', 'stop'));
  }

  power() {
    const way = (name, text) => h('label', null, h('input', {
      type: 'radio', name: 'way', value: name, checked: this.way === name,
      onchange: () => this.set({ way: name }),
    }), h('span', null, text));
    const sign = SIGN[this.way];
    const shown = sign ? `${sign < 0 ? MINUS : ''}${this.kw.toFixed(1)}${NB}kW` : `0${NB}kW`;
    return tool('Power', null,
      h('span', { class: 'seg', role: 'radiogroup', ariaLabel: 'Direction' },
        way('out', 'To grid'), way('hold', 'Hold'), way('in', 'To vehicle')),
      h('i', { class: 'brk' }),
      slider('Power in kilowatts', shown, { min: 0, max: this.maxKw, step: 0.1, value: this.kw },
        (e) => this.set({ kw: Number(e.target.value) })),
      button('Set power', 'set-power',
        () => this.act(`Set ${shown}`, 'set-power', sign * this.kw * 1000)));
  }

  heat() {
    const name = pinName(this.pin ?? '');
    const warm = (label, much) => button(label, 'heat-pin',
      () => this.act(`${name} ${label}`, 'heat-pin', `${this.pin}=${much}`));
    return tool('Heat a pin', EXPECT.heat,
      h('select', { key: `pins ${this.pins}`, ariaLabel: 'Pin',
        onchange: (e) => this.set({ pin: e.target.value }) },
        this.pins.map((pin) =>
          h('option', { value: pin, selected: pin === this.pin }, pinName(pin)))),
      warm(`+10${NB}°C`, '10'), warm('Heat to trip', 'trip'),
      this.once('Reset thermal latch', 'reset-thermal'));
  }

  group({ name, expect, acts }) {
    return h('div', { class: 'tool', key: `group-${name}` }, h('h3', null, name),
      h('ul', { class: 'faults' }, acts.map((fault) => this.fault(fault))),
      expect && h('p', null, spoken(expect)));
  }

  // One line a fault: what it does, how much of it, and whether it stands.
  fault(fault) {
    const { act, does: words, kind } = fault;
    const pin = kind === 'pin' ? this.pin : null;
    const on = this.standing.has(slot(act, pin));
    const label = pin ? `${words}: ${pinName(pin)}` : words;
    const much = () => pin ?? (kind === 'figure' ? this.amount(fault) : null);
    const does = () => this.act(on ? `Undo: ${label}` : label, act, on ? pin : much(), on);
    return h('li', { key: act },
      h('span', { class: on && 'on' }, label),
      kind === 'figure' && this.figure(fault),
      h('button', { class: 'btn', type: 'button', 'data-act': act, 'aria-pressed': String(on),
        ariaLabel: `${on ? 'Undo' : 'Do'}: ${label}`, onclick: does }, on ? 'Undo' : 'Do'));
  }

  amount({ act, usual }) {
    return this.amounts[act] ?? usual;
  }

  figure(fault) {
    const { act, does, unit, low, high } = fault;
    return h('label', { class: 'amount' },
      h('input', { type: 'number', min: low, max: high, step: 'any', ariaLabel: `${does}, ${unit}`,
        value: Number(this.amount(fault).toPrecision(6)),
        oninput: (e) => { this.amounts[act] = Number(e.target.value); } }),
      h('span', null, unit));
  }
}

// Where a fault stands: on a pin, or once in the whole charger.
const slot = (act, pin) => pin ? `${act} ${pin}` : act;
const pinOf = (value, pins) => pins.find((pin) => String(value).split('=')[0] === pin);
