/* The link to the laptop: its events, an estimate of the run's clock, and the time since the last frame. */

/** After this many seconds without a frame there is no signal: values disappear, and the phone's own clock goes on. */
export const NO_SIGNAL_S = 3;
/** An open stream that has been silent for this time is dead, and is opened again. Judged. */
const DEAD_S = 6;
/** Number of stored round trips; the shortest of them gives the best estimate of the run's clock. */
const TRIPS = 8;
const FIRST_TRIPS = 5;
const TRIP_EVERY_S = 30;
/** If the estimated clock differs by more than this from a new frame, the estimate starts again. */
const CONTRADICTION_S = 0.25;
/** Time until a refused stream is tried again. */
const AGAIN_S = { unreached: 2, full: 10 };

/* The phone's clock in seconds. It stops while the phone sleeps, so the time by the wall clock is added afterwards. */
let slept = 0, lastWall = Date.now(), lastRun = performance.now();
export function phoneNow() {
  const wall = Date.now(), run = performance.now();
  const gap = (wall - lastWall) - (run - lastRun);
  if (gap > 500) slept += gap;
  lastWall = wall;
  lastRun = run;
  return (run + slept) / 1000;
}

export class Link {
  /**
   * `on` has a function for each event (`hello`, `frame`, `plan`, `cue`, `ended`, `left`) and `state(name)`, which is
   * called with `live`, `searching`, `unreached`, `full`, `refused` or `closed`.
   */
  constructor(on) {
    this.on = on;
    this.frame = null;
    this.hello = null;
    this.plan = { steps: [], beats: [] };
    this.state = 'searching';
    this.tries = 0;
    this.trips = [];
    this.asking = 0;
    this.frameAt = null;
    this.heardAt = phoneNow();
    this.askedAt = -Infinity;
    this.againAt = Infinity;
    for (const name of ['pageshow', 'online', 'focus']) addEventListener(name, () => this.hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.hurry());
    this.open();
  }

  /** Seconds of the run's clock, now or at a time of the phone's; null while unknown. */
  runNow(phone = phoneNow()) {
    return this.offset === undefined ? null : phone + this.offset;
  }

  /** Age of the last frame in seconds; infinite before the first one. */
  age() {
    if (this.frame === null) return Infinity;
    const now = phoneNow(), silent = now - this.frameAt, run = this.runNow(now);
    return Math.max(silent, run === null ? 0 : run - this.frame.at_s);
  }

  hasSignal() { return this.age() <= NO_SIGNAL_S; }

  open() {
    this.source?.close();
    this.againAt = Infinity;
    const source = this.source = new EventSource('/events');
    const hear = (name, take) => source.addEventListener(name, (event) => {
      this.heardAt = phoneNow();
      take(JSON.parse(event.data));
    });
    source.onopen = () => { this.heardAt = phoneNow(); };
    hear('hello', (hello) => { this.hello = hello; this.tries = 0; this.learn(); this.on.hello?.(hello); });
    hear('frame', (frame) => this.take(frame));
    hear('plan', (plan) => { this.plan = plan; this.on.plan?.(plan); });
    hear('cue', (cue) => this.on.cue?.(cue));
    for (const name of ['ended', 'left']) {
      hear(name, (news) => { this.close(); this.on[name]?.(news); });
    }
    source.onerror = () => {
      if (source !== this.source || this.state === 'closed') return;
      this.tries += 1;
      if (source.readyState === EventSource.CLOSED) this.diagnose(); else this.become('searching');
    };
  }

  close() {
    this.source.close();
    this.againAt = Infinity;
    this.become('closed');
  }

  take(frame) {
    const now = phoneNow();
    this.frame = frame;
    this.frameAt = now;
    // A frame cannot come from the future: a clock by which it does is wrong, as is one by which each frame is late.
    const seen = frame.now_s - now, late = this.offset === undefined ? 0 : this.offset - seen;
    if (this.offset === undefined || -late > CONTRADICTION_S) this.trips = [];
    if (this.offset === undefined || seen > this.offset) this.offset = seen;
    if (late > CONTRADICTION_S) this.learn({ anew: true });
    this.become('live');
    this.on.frame?.(frame);
  }

  /** Called about four times a second. */
  tick() {
    const now = phoneNow();
    if (this.state === 'closed') return;
    if (now >= this.againAt || (this.againAt === Infinity && now - this.heardAt > DEAD_S)) {
      this.heardAt = now;
      this.open();
    }
    if (this.state === 'live' && now - this.askedAt > TRIP_EVERY_S) this.askTime(1);
    if (this.state === 'live' && !this.hasSignal()) this.become('searching');
  }

  /** Check at once: the page is visible again, or the network is back. */
  hurry() {
    if (this.state !== 'live' && this.state !== 'closed' && this.state !== 'refused') this.open();
  }

  /** Estimate the run's clock; the estimate starts again if a frame contradicts it. */
  learn({ anew = false } = {}) {
    if (phoneNow() - this.askedAt < 2) return;
    if (anew) this.trips = [];
    this.askTime(FIRST_TRIPS);
  }

  async askTime(times) {
    if (this.asking) return;
    this.asking = times;
    this.askedAt = phoneNow();
    for (; this.asking > 0 && this.state !== 'closed'; this.asking -= 1) {
      try {
        const sent = phoneNow();
        const answer = await fetch('/time', { cache: 'no-store' });
        const came = phoneNow();
        if (!answer.ok) continue;
        const { now_s: at } = await answer.json();
        this.trips = [...this.trips, { trip: came - sent, offset: at - (sent + came) / 2 }].slice(-TRIPS);
      } catch { /* the laptop is out of reach: the clock that is known goes on */ }
    }
    this.asking = 0;
    const best = this.trips.reduce((one, other) => (other.trip < one.trip ? other : one), { trip: Infinity });
    if (best.trip < Infinity) this.offset = best.offset;
  }

  /** A refused stream has no reason: request the time, which is refused for the same reason. */
  async diagnose() {
    const again = (state, after) => { this.become(state); this.againAt = phoneNow() + after; };
    try {
      const answer = await fetch('/time', { cache: 'no-store' });
      if (answer.status === 401 || answer.status === 403) this.become('refused');
      else again(answer.ok ? 'full' : 'unreached', answer.ok ? AGAIN_S.full : AGAIN_S.unreached);
    } catch { again('unreached', AGAIN_S.unreached); }
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.on.state?.(state);
  }
}
