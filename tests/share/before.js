(() => {
let at = 5000, number = 0, timers = [];
performance.now = () => 1000 * at;
Date.now = () => 1764468000000 + 1000 * at;
const later = (call, ms, every) => { timers.push({ id: ++number, call, due: at + ms / 1000, every }); return number; };
window.setTimeout = (call, ms = 0) => later(call, ms, 0);
window.setInterval = (call, ms) => later(call, ms, ms / 1000);
window.clearTimeout = window.clearInterval = (id) => { timers = timers.filter((timer) => timer.id !== id); };
window.pass = (seconds) => {
  const end = at + seconds;
  for (;;) {
    const next = timers.filter((timer) => timer.due <= end).sort((one, other) => one.due - other.due)[0];
    if (!next) break;
    at = Math.max(at, next.due);
    if (next.every) next.due += next.every; else timers = timers.filter((timer) => timer !== next);
    next.call();
  }
  at = end;
};
window.sleep = (seconds) => { at += seconds; };

// What is heard: each clip with the moments at which it is loud, until it was stopped.
const files = {}, make = URL.createObjectURL, play = HTMLMediaElement.prototype.play, pause = HTMLMediaElement.prototype.pause;
window.clips = [];
URL.createObjectURL = (file) => { const url = make(file); files[url] = file; return url; };
HTMLMediaElement.prototype.play = function () {
  const clip = { at, loop: this.loop, loud: null, until: Infinity, length: null };
  this.now = clip;
  if (this.tagName === 'AUDIO') {
    window.clips.push(clip);
    files[this.src]?.arrayBuffer().then((bytes) => {
      const samples = new Int16Array(bytes, 44), loud = [];
      let last = -Infinity;
      samples.forEach((sample, place) => {
        if (Math.abs(sample) > 500) { if (place - last > 2400) loud.push(place / 24000); last = place; }
      });
      Object.assign(clip, { loud, length: samples.length / 24000, peak: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) });
    });
  }
  return play.call(this);
};
HTMLMediaElement.prototype.pause = function () { if (this.now) this.now.until = Math.min(this.now.until, at); return pause.call(this); };
window.heard = () => window.clips.filter((clip) => !clip.loop)
  .flatMap((clip) => (clip.loud ?? []).map((loud) => clip.at + loud).filter((when) => when < clip.until))
  .map((when) => Number((when - 5000).toFixed(2))).sort((one, other) => one - other);

window.taken = {};
window.EventSource = class extends EventSource {
  constructor(url) { super(url); window.source = this; this.addEventListener('hello', () => { this.greeted = true; }); }
};
const listen = EventSource.prototype.addEventListener;
EventSource.prototype.addEventListener = function (name, take) {
  listen.call(this, name, (event) => { take(event); window.taken[name] = (window.taken[name] ?? 0) + 1; });
};

window.spoken = [];
window.speaking = null;
const voice = window.speechSynthesis;
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => voice.getVoices(),
  speak: (words) => { if (words.text) { window.speaking = words; window.spoken.push([words.text, words.lang]); } },
  cancel: () => { const cut = window.speaking; window.speaking = null; cut?.onerror?.(); },
} });
window.silenced = () => { const done = window.speaking; window.speaking = null; done.onend(); };
new MutationObserver(() => {
  if (document.body && window.themeAtFirst === undefined) window.themeAtFirst = document.documentElement.dataset.theme ?? '';
}).observe(document, { childList: true, subtree: true });
})();
