// The stream of the charger: opens, notices silence, and comes back by itself.
import { STALE_MS } from './limits.js';

const REOPEN_MS = 1500; // after a refusal
const GIVE_UP_MS = 6000; // on a stream that says nothing

export class Live {
  // on: { open(), status(frame), event(frame), silence(ms) }
  constructor(on) {
    this.on = on;
    this.heardAt = performance.now();
    this.lastTime = null;
    this.open();
    setInterval(() => this.watch(), 250);
  }

  open() {
    this.source?.close();
    this.openedAt = performance.now();
    const source = this.source = new EventSource('/api/stream');
    source.onopen = () => this.on.open();
    source.addEventListener('status', (e) => this.heard(JSON.parse(e.data)));
    source.addEventListener('event', (e) => this.on.event(JSON.parse(e.data)));
  }

  heard(frame) {
    // A frame whose time stands still comes from a charger that stands still: that is no news.
    if (frame.time === this.lastTime) return;
    this.lastTime = frame.time;
    this.heardAt = performance.now();
    this.on.status(frame);
  }

  watch() {
    const now = performance.now();
    const silent = now - this.heardAt;
    // A refused stream never opens again by itself, and a half-dead link never reports an error.
    const patience = this.source.readyState === EventSource.CLOSED ? REOPEN_MS : GIVE_UP_MS;
    if (silent > STALE_MS && now - this.openedAt > patience) this.open();
    if (silent > STALE_MS) this.on.silence(silent);
  }
}
