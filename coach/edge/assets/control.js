/* The buttons for a person at the line: held for half a second, stamped when they are touched, each with its answer. */

import { Link, phoneNow } from './link.js';
import { find, show, write } from './look.js';
import { Awake } from './sound.js';

/** A shorter touch is ignored: a pocket, an armband, a drop of rain. Judged. */
const HOLD_S = 0.5;
/** Without a touch for this time the page locks itself. */
const LOCK_S = 10;
/** After this time without an answer the press is sent again, with the same `tx`, so nothing is pressed twice. */
const ASK_AGAIN_S = 2.5;
/** Older presses are refused by the run. */
const OLDEST_S = 5;
const ACKS = 3;

const awake = new Awake();
let touchedAt = phoneNow(), isLocked = false, held = null, presses = [];
const prefix = [...crypto.getRandomValues(new Uint32Array(2))].map((part) => part.toString(36)).join('');
let number = 0;

const link = new Link({
  frame: draw,
  ended: (news) => over(`${news.text ?? 'The run is over.'} You can close this page.`),
  left: (news) => over(news.text ?? 'The coach was left.'),
  state: (name) => { if (name === 'refused') location.replace('/control'); },
});

function over(text) {
  document.body.dataset.state = 'ended';
  write(find('sentence'), text);
  for (const button of document.querySelectorAll('button')) button.disabled = true;
}

// --- what is shown -------------------------------------------------------------------------------------------------

function draw() {
  if (document.body.dataset.state === 'ended') return;
  const { frame } = link, silent = !link.hasSignal();
  document.body.dataset.state = silent ? 'silent' : 'live';
  document.body.dataset.colour = silent ? 'lost' : frame.state.colour;
  write(find('title'), frame?.title ?? link.hello?.title ?? '');
  write(find('clock'), silent ? '' : frame.clock ?? '');
  write(find('age'), frame ? `${silent ? 'silent' : 'live'} ${link.age().toFixed(silent ? 0 : 1)} s` : '');
  write(find('where'), silent ? '' : frame.where ?? '');
  write(find('hero'), silent ? '--' : frame.hero.texts[0]);
  write(find('word'), silent ? 'NO SIGNAL' : `${frame.state.arrow ?? ''} ${frame.state.words?.[0] ?? frame.state.word}`.trim());
  write(find('sentence'), silent ? 'A press is tried for 5 s; then look at the laptop, whether it came.'
    : frame.ask?.question ?? frame.reply ?? frame.offer ?? frame.state.says ?? frame.state.foot?.[0] ?? '');
  if (frame) offer(frame);
}

/** The buttons of this moment: go on in place of pause, the answers of a question, an offer. */
function offer(frame) {
  const paused = frame.phase === 'paused', pause = find('pause');
  pause.dataset.button = paused ? 'resume' : 'pause';
  write(pause.firstElementChild, paused ? 'GO ON' : 'PAUSE');
  write(pause.lastElementChild, paused ? 'the clock runs again' : 'the clock stands');
  show(find('accept'), Boolean(frame.offer));
  write(find('accept').lastElementChild, frame.offer ?? '');
  const { ask } = frame, box = find('answers'), answers = ask?.answers?.length ? ask.answers : Array(ask ? 10 : 0).fill('');
  show(box, answers.length > 0);
  const key = JSON.stringify(answers);
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...answers.map((text, at) => {
    const button = document.createElement('button'), digit = document.createElement('b'), word = document.createElement('span');
    button.className = 'hold';
    button.dataset.button = 'answer';
    button.dataset.answer = at + 1;
    digit.textContent = at + 1;
    word.textContent = text;
    button.append(digit, word);
    return button;
  }));
}

function acks() {
  const now = phoneNow();
  const list = find('acks');
  const texts = presses.slice(0, ACKS).map((press) => {
    const ago = Math.floor(now - press.at);
    return { status: press.status, text: `${press.mark} ${press.name}: ${press.told}`, ago: `${ago} s ago` };
  });
  const key = JSON.stringify(texts.map((one) => [one.status, one.text]));
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    list.replaceChildren(...texts.map((one) => {
      const item = document.createElement('li');
      item.dataset.status = one.status;
      item.append(document.createElement('span'), document.createElement('time'));
      item.firstChild.textContent = one.text;
      return item;
    }));
  }
  // The age changes each second without being read out.
  texts.forEach((one, at) => { const age = list.children[at].lastChild; age.ariaHidden = 'true'; write(age, one.ago); });
}

// --- a press -------------------------------------------------------------------------------------------------------

const STATUS = { sent: ['…', 'sent'], confirmed: ['✓', 'confirmed'], rejected: ['✗', 'refused'], unknown: ['?', 'not known: look at the laptop'] };
function become(press, status, reason) {
  press.status = status;
  [press.mark, press.told] = STATUS[status];
  if (reason) press.told += `, ${reason}`;
  if (status === 'confirmed') navigator.vibrate?.(40);
  if (status === 'rejected' || status === 'unknown') navigator.vibrate?.([80, 60, 80]);
  acks();
}

/** The meaning of a touch is fixed when it begins: a step may end, and PAUSE become GO ON, while the finger is down. */
function meant(button) {
  const { button: name, answer } = button.dataset;
  const body = { run: link.hello?.run, button: name };
  if (answer) body.answer = Number(answer);
  // A pause names no step: one pressed at the end of a rep is not refused because the next step has begun.
  if (link.frame?.step_id && name !== 'pause' && name !== 'resume') body.expect_step = link.frame.step_id;
  return { at: phoneNow(), name: button.firstElementChild.textContent, body };
}

function press(made) {
  made.body.tx = `${prefix}-${number += 1}`;
  presses = [made, ...presses].slice(0, 10);
  become(made, 'sent');
  send(made);
}

/** Send a press until it is answered; the same `tx` is never applied twice. */
async function send(made) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 1000 * ASK_AGAIN_S);
  try {
    const run = link.runNow(made.at);
    const body = run === null ? { ...made.body, age_s: phoneNow() - made.at } : { ...made.body, pressed_at_s: Number(run.toFixed(3)) };
    const answer = await fetch('/control', { method: 'POST', signal: stop.signal, cache: 'no-store',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (answer.status === 401) { become(made, 'rejected', 'this link has ended'); return; }
    const ack = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : {};
    if (ack.status === 'confirmed' || ack.status === 'rejected') { become(made, ack.status, ack.reason); return; }
    if (!answer.ok) { become(made, 'rejected', ack.reason ?? ack.error ?? `${answer.status}`); return; }
    if (phoneNow() - made.at > OLDEST_S) { become(made, 'unknown', ack.reason); return; }
  } catch {
    if (phoneNow() - made.at > OLDEST_S) { become(made, 'unknown'); return; }
  } finally { clearTimeout(timer); }
  setTimeout(() => send(made), 300);
}

// --- holding, locking ----------------------------------------------------------------------------------------------

/** A hold has the time of its touch, and counts once it has lasted long enough. */
function begin(button) {
  if (held || button.disabled || (isLocked && button.id !== 'unlock')) return;
  touchedAt = phoneNow();
  const long = Number(button.dataset.hold) || HOLD_S;
  held = { button, touch: meant(button), timer: setTimeout(() => { const one = held; finish(); took(one); }, 1000 * long) };
  button.style.setProperty('--hold', `${long}s`);
  button.dataset.held = 'yes';
}

function finish() {
  if (!held) return;
  clearTimeout(held.timer);
  delete held.button.dataset.held;
  held = null;
}

function took({ button, touch }) {
  touchedAt = phoneNow();
  if (button.id === 'unlock') lock(false); else press(touch);
}

function lock(is) {
  isLocked = is;
  document.body.classList.toggle('locked', is);
  for (const button of document.querySelectorAll('#buttons button')) button.disabled = is;
  show(find('unlock'), is);
  if (is) finish();
}

const holdOf = (event) => event.target.closest?.('.hold');
addEventListener('pointerdown', (event) => {
  const button = holdOf(event);
  if (button && event.isPrimary && event.button === 0) begin(button);
});
for (const name of ['pointerup', 'pointercancel', 'blur']) addEventListener(name, finish);
addEventListener('pointerup', () => awake.isOn || awake.start());
addEventListener('pointermove', (event) => {
  if (held && document.elementFromPoint(event.clientX, event.clientY)?.closest('.hold') !== held.button) finish();
});
addEventListener('contextmenu', (event) => event.preventDefault());
addEventListener('keydown', (event) => {
  const button = holdOf(event);
  if (button && (event.key === ' ' || event.key === 'Enter')) {
    event.preventDefault();
    if (!event.repeat) begin(button);
  }
});
addEventListener('keyup', finish);

setInterval(() => {
  link.tick();
  if (!isLocked && !held && phoneNow() - touchedAt > LOCK_S) lock(true);
  if (isLocked) for (const button of document.querySelectorAll('#answers button')) button.disabled = true;
  draw();
  acks();
}, 250);
lock(true);
draw();
