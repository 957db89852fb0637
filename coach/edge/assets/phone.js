/* The page of the runner's phone and of the board: paints and speaks events, and continues without a signal. */

import { Link, NO_SIGNAL_S, phoneNow } from './link.js';
import { clock, find, fit, liveFor, lookOf, lookOfSilence, lookOfStart, paint, refit, show, write } from './look.js';
import { Awake, isApple, Sound } from './sound.js';

const isBoard = document.body.classList.contains('board');
const sound = new Sound(), awake = new Awake();
const WORDS = {
  live: 'connected', searching: 'looking for the laptop', unreached: 'the laptop is out of reach: trying again',
  full: 'eight phones are looking already: trying again', refused: 'this link has been used up: ask for a new one',
};
/** Least time between two spoken warnings of a lost signal. */
const LOSS_EVERY_S = 30;

const openedAt = phoneNow();
let isSilent = null, lossAt = -Infinity, ending = null;

const link = new Link({
  hello: (hello) => write(find('theme'), `Colours: ${document.documentElement.dataset.theme ?? hello.theme}`),
  cue: (cue) => isBoard || sound.cue(cue, link),
  ended: (news) => end(news.text ?? 'The run is over.', news),
  left: (news) => end(news.text ?? 'The coach was left.', news),
  state: (name) => { if (name === 'refused') refuse(); },
  frame: draw,
});

/** Announce changes to screen readers: only the word of the state, and that the signal was lost or is back. */
function tell(text) { write(find('told'), text); }

function draw() {
  if (ending) return;
  if (link.frame === null && phoneNow() - openedAt < NO_SIGNAL_S) {
    paint(lookOfStart(link.hello?.title ?? ''));
    return;
  }
  const age = link.age(), silent = !link.hasSignal();
  if (silent) {
    const look = lookOfSilence(link);
    if (link.state !== 'live' && !look.light) look.sentence = WORDS[link.state] ?? look.sentence;
    if (link.frame?.clock && link.frame.phase !== 'paused') look.clock = `~${later(link.frame.clock, age)}`;
    paint(look);
  } else {
    const look = lookOf(link.frame, age);
    if (isBoard && link.hello?.athlete) look.title = `${link.hello.athlete}, ${look.title}`;
    paint(look);
    tell([link.frame.state.word, link.frame.state.says].filter(Boolean).join(': '));
  }
  if (silent !== isSilent) change(silent);
  document.title = silent ? 'NO SIGNAL' : `${link.frame.state.word} ${link.frame.hero.texts[0]}`;
}

function change(silent) {
  const first = isSilent === null;
  isSilent = silent;
  if (silent) tell('No signal.');
  if (first || !sound.isOn) return;
  const now = phoneNow();
  if (silent && now - lossAt < LOSS_EVERY_S) return;
  if (silent) lossAt = now;
  sound.play([{ name: silent ? 'low' : 'on', in_s: 0 }]);
  if (link.hello?.language === 'en') {
    const speech = silent ? 'No signal. Light and countdowns go on.' : 'Signal is back.';
    sound.say({ speech, class: 'info', language: 'en', by: Infinity }, 0.7);
  }
}

/** A clock of the run, advanced by some seconds. */
function later(text, seconds) {
  return clock(text.split(':').reduce((sum, part) => 60 * sum + Number(part), 0) + seconds);
}

function end(text, news) {
  ending = news;
  awake.stop();
  paint({
    ...lookOf(link.frame ?? { phase: 'finished', hero: { texts: ['DONE'] }, state: {} }, 0),
    state: 'ended', colour: 'plain', frame: 'outline', arrow: '', hero: [news.time ?? 'DONE'], unit: news.distance ?? '',
    where: '', length: '', runner: undefined, pacer: undefined, words: ['DONE'], sentence: `${text} You can close this page.`, age: '', light: '', figures: [], note: '',
    progress: undefined,
  });
  show(find('tap'), false);
  tell(`${text} You can close this page.`);
}

function refuse() {
  ending = {};
  location.replace('/');
}

// --- what the runner can do ----------------------------------------------------------------------------------------

function setSound(on) {
  if (on) { sound.start(); awake.start(); } else { sound.stop(); awake.stop(); }
  show(find('tap'), !on);
  write(find('sound'), on ? 'Sound: on' : 'Sound: off');
  if (on) sound.play([{ name: 'on', in_s: 0.05 }]);
  refit();
}

/** The available themes: the blocks of the style that the laptop made of its own table. */
function themes() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  return rules.map((rule) => /:root\[data-theme="([^"]+)"\]/.exec(rule.selectorText ?? '')?.[1]).filter(Boolean);
}

function nextTheme() {
  const names = themes(), root = document.documentElement;
  const now = root.dataset.theme ?? link.hello?.theme;
  const next = names[(names.indexOf(now) + 1) % names.length];
  root.dataset.theme = next;
  try { localStorage.setItem('coach-theme', next); } catch { /* it holds until the page is left */ }
  write(find('theme'), `Colours: ${next}`);
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen?.();
}

function only() { document.body.classList.toggle('only'); refit(); }

const menu = find('menu');
show(find('apple'), isApple);
show(find('apple-tap'), isApple);
show(find('others'), !isApple);
show(find('silent-voice'), !globalThis.speechSynthesis);
show(find('full'), Boolean(document.documentElement.requestFullscreen));

const ACTIONS = { m: () => isBoard || setSound(!sound.isOn), t: nextTheme, f: full, p: () => isBoard && only(),
  '?': () => (menu.open ? menu.close() : menu.showModal()) };
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const action = ACTIONS[event.key.toLowerCase()];
  if (action) { event.preventDefault(); action(); }
});
find('tap')?.addEventListener('click', () => setSound(true));
find('sound')?.addEventListener('click', () => setSound(!sound.isOn));
find('theme').addEventListener('click', nextTheme);
find('full').addEventListener('click', full);
find('more').addEventListener('click', () => menu.showModal());
find('only')?.addEventListener('click', () => { menu.close(); only(); });
find('close').addEventListener('click', () => menu.close());

setInterval(() => {
  link.tick();
  if (ending) return;
  // Between two frames only their age changes.
  if (link.frame && link.hasSignal() && !isSilent) write(find('age'), liveFor(link.age())); else draw();
  sound.ownClock(link);
}, 250);
fit('hero', '--');
draw();
