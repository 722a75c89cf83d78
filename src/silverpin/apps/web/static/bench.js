// The bench: changes the simulated world, and leaves it to the charger what it does about it.
// It is built only when the charger says that it is simulated, and remembers only what it sent.
import { MINUS, NB, clock, pinName, spoken } from './format.js';
import { h, patch } from './tree.js';

const SIGN = { out: -1, hold: 0, in: 1 };
const FIRST = 'Nothing sent yet. Each button changes the simulated world only; the charger decides '
  + 'what it does about it.';
const EXPECT = {
  plug: 'The bolt holds the plug while power is on: stop first, then unplug.',
  heat: 'Expect a cut of the current for fast warming, and ERR_THERM_OVERLOAD at the trip.',
  lock: 'Expect a few tries, then ERR_LOCK_FAIL. Power never starts.',
  pilot: 'Expect an immediate stop and ERR_CP_SIGNAL_LOSS.',
  sensor: 'It reads a perfect 25 °C. Near full rating the charger finds it within half an hour; '
    + 'below that it cannot tell yet.',
  weld: 'Expect the mirror contact to contradict the command, and no unlocking.',
  modbus: 'Expect no write to the inverter, and ERR_INVERTER_MAP.',
  grid: 'Outside its profile expect ERR_REV_FLOW_TRIP, then the reconnect delay.',
};

const tool = (name, expect, ...controls) => h('div', { class: 'tool' }, h('h3', null, name),
  h('div', { class: 'acts' }, controls), expect && h('p', null, spoken(expect)));
const button = (label, act, onclick, rest) =>
  h('button', { class: 'btn', type: 'button', 'data-act': act, onclick, ...rest }, label);
const slider = (ariaLabel, shown, range, oninput) => [
  h('input', { type: 'range', ariaLabel, ariaValuetext: shown, ...range, oninput }),
  h('b', { class: 'value' }, shown)];

export class Bench {
  // send(act, value, clear) resolves to { ok, text }; moved() tells that the page has another width
  constructor(dialog, opener, send, moved) {
    Object.assign(this, { dialog, opener, send, moved });
    Object.assign(this, { pressed: new Set(), way: 'out', answer: FIRST });
    opener.onclick = () => this.show(!dialog.open);
    addEventListener('keydown', (e) => e.key === 'Escape' && dialog.open && this.show(false));
  }

  // Called with every frame: draws once, then only when the connector or the grid is another one.
  follow(s) {
    const pins = Object.keys(s.temps_c ?? {});
    const maxKw = (s.connector?.power_max_w ?? 22000) / 1000;
    const nominal = s.grid?.hz > 55 ? 60 : 50;
    const shape = JSON.stringify([pins, maxKw, nominal]);
    if (shape === this.shape) return;
    Object.assign(this, { shape, pins, maxKw, nominal });
    Object.assign(this, { pin: pins[0], kw: Math.round(maxKw / 2), hz: nominal });
    this.opener.hidden = false;
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
    if (ok && act === 'healthy') this.pressed.clear();
    this.answer = [h('b', { class: !ok && 'flagw' },
      `${ok ? '' : 'Refused: '}${label}, at ${clock(Date.now())}. `), text];
    this.draw();
    return ok;
  }

  async toggle(label, act, value) {
    const clear = this.pressed.has(act);
    if (!await this.act(clear ? `Undo: ${label}` : label, act, value, clear)) return;
    this.pressed[clear ? 'delete' : 'add'](act);
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
        this.plug(), this.power(), this.heat(), this.faults(), this.grid(), tool('All', null,
          this.once('Back to a healthy world', 'healthy'))),
      h('p', { class: 'sent', role: 'status' }, this.answer));
  }

  once(label, act, value) {
    return button(label, act, () => this.act(label, act, value));
  }

  switch(label, act, value) {
    const pressed = String(this.pressed.has(act));
    return button(label, act, () => this.toggle(label, act, value), { 'aria-pressed': pressed });
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
      h('select', { ariaLabel: 'Pin', onchange: (e) => this.set({ pin: e.target.value }) },
        this.pins.map((pin) => h('option', { value: pin }, pinName(pin)))),
      warm(`+10${NB}°C`, '10'), warm('Heat to trip', 'trip'),
      this.once('Reset thermal latch', 'reset-thermal'));
  }

  faults() {
    const bypass = `Bypass ${pinName(this.pin ?? '')} with 10${NB}kΩ`;
    return [
      tool('Lock', EXPECT.lock, this.switch('Jam the lock', 'jam-lock')),
      tool('Pilot', EXPECT.pilot, this.switch('Add pilot noise', 'pilot-noise')),
      tool('Sensor', EXPECT.sensor, this.switch(bypass, 'bypass-ntc', this.pin)),
      tool('Contactor', EXPECT.weld, this.switch('Weld it closed', 'weld')),
      tool('Inverter', EXPECT.modbus, this.switch('Shift the Modbus map', 'shift-modbus')),
    ];
  }

  grid() {
    const shown = `${this.hz.toFixed(2)}${NB}Hz`;
    const range = { min: this.nominal - 3, max: this.nominal + 2, step: 0.01, value: this.hz };
    return tool('Grid frequency', EXPECT.grid,
      slider('Grid frequency in hertz', shown, range,
        (e) => this.set({ hz: Number(e.target.value) })),
      button('Push', 'grid-push', () => this.act(`Grid to ${shown}`, 'grid-push', this.hz)),
      button('Let go', 'grid-push', () => this.act('Let the grid go', 'grid-push', null, true)));
  }
}
