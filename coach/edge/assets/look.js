/* Paints a moment of the run, on a phone in both orientations and on the board of a laptop. */

const SVG = 'http://www.w3.org/2000/svg';
export const find = (id) => document.getElementById(id);
export const UNKNOWN = '--';

/** Seconds as a clock: 0:57, 13:32, 1:02:07. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds)), two = (value) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return (hours ? `${hours}:${two(minutes)}` : `${minutes}`) + ':' + two(whole % 60);
}

/** Set text only if it changed, to avoid layout. */
export function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Set text on one line, in smaller letters if it is too long for its box: a number is never cut off. */
function writeWhole(element, text) {
  if (!element || element.textContent === text) return;
  element.textContent = text;
  squeeze(element);
}

function squeeze(element) {
  element.style.setProperty('--squeeze', 1);
  const { clientWidth: width, scrollWidth: wide } = element;
  if (wide > width && width) element.style.setProperty('--squeeze', Math.floor(980 * width / wide) / 1000);
}

export function show(element, is) {
  if (element && element.hidden === is) element.hidden = !is;
}

/** A longer text is used if its letters are smaller than the largest by no more than this. */
const SMALLEST = 2.2;
/** Shorter texts are on one line. */
const BREAKS_FROM = 8;

/** Words on this many lines of similar length. */
function wrapped(words, count) {
  const share = words.join(' ').length / count, lines = [''];
  for (const word of words) {
    const line = lines.at(-1);
    if (line && lines.length < count && line.length + word.length / 2 >= share) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}

/**
 * Letters as large as their box allows: a field has the class `fit` and in `data-stretch` by how much its letters may be
 * taller than they are drawn. Digits are measured as noughts, so that a figure that counts does not change its size.
 */
class Fit {
  constructor(box) {
    this.box = box;
    this.stretch = Number(box.dataset.stretch ?? 1);
    this.align = box.dataset.align ?? 'middle';
    this.svg = document.createElementNS(SVG, 'svg');
    this.svg.setAttribute('aria-hidden', 'true');
    this.told = document.createElement('span');
    this.told.className = 'hidden';
    box.append(this.svg, this.told);
    this.texts = [];
    new ResizeObserver(() => this.draw()).observe(box);
  }

  /** Return the longest of the texts whose letters are not much smaller than the largest. */
  set(texts) {
    if (texts.join('\0') === this.texts.join('\0')) return;
    this.texts = texts;
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height || !this.texts.length) return;
    const fits = this.texts.map((text) => this.size(text, width, height));
    const largest = Math.max(...fits.map((fit) => fit.size));
    const fit = fits.find((one) => one.size >= largest / SMALLEST) ?? fits[0];
    write(this.told, fit.lines.join(', '));
    // An element before the letters may be moved up to them.
    this.box.parentElement.style.setProperty('--free', `${(width - fit.wide) / 2}px`);
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const top = (height - fit.height) / 2, x = { start: 0, middle: width / 2, end: width }[this.align];
    this.svg.replaceChildren(...fit.lines.map((line, at) => {
      const text = document.createElementNS(SVG, 'text');
      const y = top + (fit.cap + at * fit.step) * fit.tall;
      text.setAttribute('font-size', fit.size);
      text.setAttribute('text-anchor', this.align);
      text.setAttribute('transform', `translate(${x} ${y}) scale(1 ${fit.tall})`);
      text.textContent = line;
      return text;
    }));
  }

  /** The size of a text; one of several words is broken where its letters can be largest. */
  size(text, width, height) {
    const words = text.split(' '), most = text.includes('\n') || text.length < BREAKS_FROM ? 1 : Math.min(4, words.length);
    const broken = Array.from({ length: most }, (_, at) => this.measured(at ? wrapped(words, at + 1) : text.split('\n'), width, height));
    return broken.reduce((one, other) => (other.size > one.size ? other : one));
  }

  measured(lines, width, height) {
    const paper = Fit.paper, seen = (line) => line.replace(/\d/g, '0');
    paper.font = `bold 100px ${getComputedStyle(this.box).fontFamily}`;
    const wide = Math.max(...lines.map((line) => paper.measureText(seen(line)).width));
    const cap = paper.measureText('0').actualBoundingBoxAscent, step = 1.3 * cap;
    const under = /[gjpqy]/.test(lines.at(-1)) ? 0.3 * cap : 0, high = cap + (lines.length - 1) * step + under;
    const size = 100 * Math.min(width / wide, height / high);
    const tall = Math.min(this.stretch, height / (high * size / 100));
    const part = size / 100;
    return { lines, size, tall, wide: wide * part, cap: cap * part, step: step * part, height: high * part * tall };
  }
}
Fit.paper = document.createElement('canvas').getContext('2d');

const fits = new Map();
export function fit(id, ...texts) {
  const box = find(id);
  if (!box) return;
  if (!fits.has(id)) fits.set(id, new Fit(box));
  fits.get(id).set(texts.length ? texts : ['']);
}
/** Draw everything again after a change of the layout. */
export function refit() {
  for (const one of fits.values()) one.draw();
  if (find('unit')) squeeze(find('unit'));
}
addEventListener('resize', () => { if (find('unit')) squeeze(find('unit')); });

/** The name of a row; where there is little room only its number: `REP 3/8` as `3/8`. */
function name(cell, text) {
  const [, kind, number] = /^(\D+ )(\d+\/\d+)$/.exec(text) ?? [null, '', text];
  const parts = [kind, number].map((part) => Object.assign(document.createElement('span'), { textContent: part }));
  parts[0].className = 'kind';
  cell.scope = 'row';
  cell.append(...parts);
}

function rows(table, lines) {
  const key = JSON.stringify(lines);
  if (!table || table.dataset.key === key) return;
  table.dataset.key = key;
  table.dataset.longest = Math.max(0, ...lines.map((line) => line[1].length));
  table.replaceChildren(...lines.map((line) => {
    const row = document.createElement('tr');
    row.append(...line.map((text, at) => {
      const cell = document.createElement(at ? 'td' : 'th');
      if (at) cell.textContent = text; else name(cell, text);
      return cell;
    }));
    return row;
  }));
}

/**
 * Paint a look: `state`, `phase`, `colour`, `frame`, `title`, `clock`, `where`, `length`, `hero`, `unit`, `is_stale`, `words`, `arrow`,
 * `sentence`,
 * `progress`, `figures`, `splits`, `light`, `age`, `runner` and `pacer` (shares of the step), `note`.
 */
export function paint(look) {
  const page = document.body;
  page.dataset.colour = look.colour;
  page.dataset.frame = look.frame;
  page.dataset.state = look.state;
  page.dataset.phase = look.phase ?? '';
  writeWhole(find('unit'), look.unit ?? '');
  for (const name of ['title', 'clock', 'sentence', 'light', 'age', 'note', 'following']) {
    write(find(name), look[name] ?? '');
  }
  fit('where', look.where || ' ');
  fit('length', look.length || ' ');
  fit('hero', ...look.hero);
  fit('word', ...look.words);
  const side = { '↑': 'up', '↓': 'down' }[look.arrow] ?? '';
  if (find('verdict').dataset.arrow !== side) { find('verdict').dataset.arrow = side; refit(); }
  for (let at = 0; at < 3; at += 1) {
    const figure = look.figures[at] ?? { label: '', text: ' ' };
    fit(`figure${at}`, figure.text);
    write(find(`label${at}`), figure.label);
    find(`figure${at}`).dataset.stale = figure.is_stale ? 'yes' : '';
  }
  find('hero').dataset.stale = look.is_stale ? 'yes' : '';
  rows(find('splits'), look.splits.map((split) => [split.at, split.lap, split.off ?? '']));
  place('runner', look.runner);
  place('pacer', look.pacer);
  show(find('wait'), look.progress !== undefined);
  if (look.progress !== undefined) find('done').style.width = `${Math.round(100 * look.progress)}%`;
}

function place(id, share) {
  const dot = find(id);
  show(dot, share !== undefined);
  if (share !== undefined) dot.style.left = `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`;
}

export const liveFor = (age) => `live ${age.toFixed(1)} s`;
const lightWords = (light) => {
  const metres = Math.round(Math.abs(light.behind_m ?? 0));
  if (light.behind_m === undefined) return light.words ?? '';
  return metres < 1 ? 'with the light' : `light ${metres} m ${light.behind_m > 0 ? 'ahead of' : 'behind'} you`;
};
/** The label of a figure without the part behind two blanks, which a narrow column has no room for. */
const short = (label) => label.split('  ')[0];

/** Three of the figures of the live screen: the third is the light if there is one. */
function three(figures) {
  const light = figures.find((figure, at) => at > 2 && figure.label.includes('LIGHT'));
  return light ? [...figures.slice(0, 2), light] : figures.slice(0, 3);
}

/** The look of a frame. */
export function lookOf(frame, age) {
  const { state, hero, pace } = frame;
  const isPace = pace !== undefined && hero.texts[0] === pace.text;
  const target = frame.target ?? frame.aim;
  const unit = isPace
    ? `min${pace.unit}${target ? `, target ${target}` : ''}${pace.age ? `, ${pace.age}` : ''}` : hero.below ?? '';
  const rest = /recovery|rest|overtime|finished/.test(frame.phase);
  const splits = (rest || !frame.splits?.length) && frame.reps?.length
    ? frame.reps.map((rep) => ({ at: rep.where, lap: rep.time, off: rep.off }))
    : (frame.splits ?? []).map((split) => ({ ...split, off: (split.off ?? '') + (split.is_doubtful ? ' ?' : '') }));
  const asked = frame.ask?.question;
  // A question during a step leaves the step on the page; in a step of its own it has the page alone.
  const says = rest ? asked ?? state.says : state.says;
  const sentence = frame.reply ?? says ?? state.foot?.[0] ?? asked ?? '';
  return {
    state: 'live', phase: frame.phase, is_stale: Boolean(hero.is_stale),
    colour: state.colour ?? 'plain', frame: state.frame ?? 'outline',
    title: [frame.effort_day, frame.title].filter(Boolean).join(', '), clock: frame.clock ?? '',
    where: frame.where ?? '', length: frame.length ?? '',
    hero: asked && frame.phase === 'prompt' ? [asked] : hero.texts, unit,
    words: state.words?.length ? state.words : [state.word ?? UNKNOWN], arrow: state.arrow,
    sentence: sentence === unit ? '' : sentence,
    progress: state.progress,
    figures: three(frame.figures ?? []).map((figure) => ({ ...figure, label: short(figure.label) })),
    splits: splits.slice(0, 3).reverse(),
    light: frame.light ? lightWords(frame.light) : frame.next ? `next: ${frame.next}` : '',
    following: frame.next ? `then ${frame.next}` : '',
    note: frame.note ?? frame.trouble ?? '',
    age: liveFor(age),
    runner: frame.step_share, pacer: frame.light_share,
  };
}

/** The look before the first frame: neither a state nor a loss. */
export function lookOfStart(title) {
  return {
    state: 'waiting', colour: 'plain', frame: 'corners', title, hero: [UNKNOWN], words: ['WAIT'], unit: '', sentence: 'connecting to the laptop',
    figures: Array.from({ length: 3 }, () => ({ label: '', text: UNKNOWN })), splits: [],
  };
}

/** The look while the laptop is silent: the plan by the phone's own clock, without values and verdicts. */
export function lookOfSilence(link) {
  const { frame, plan } = link, now = link.runNow(), age = link.age();
  const step = now === null ? undefined
    : plan.steps.find((one) => one.ends_s === undefined || one.ends_s > now);
  const isPast = step === undefined;
  const look = {
    state: 'silent', colour: 'lost', frame: 'dashed', arrow: '', words: ['NO SIGNAL'],
    title: frame?.title ?? link.hello?.title ?? '', clock: '',
    where: isPast ? frame?.where : step.where, phase: frame?.phase, length: '',
    hero: [UNKNOWN], unit: frame ? `no pace for ${Math.floor(age)} s, searching` : 'nothing came yet',
    sentence: 'looking for the laptop', light: '', note: '',
    figures: three(frame?.figures ?? Array.from({ length: 3 }, () => ({ label: '' })))
      .map((figure) => ({ label: short(figure.label), text: UNKNOWN })),
    splits: frame ? lookOf(frame, age).splits : [],
    age: frame ? `silent ${Math.floor(age)} s` : '',
  };
  if (isPast) return look;
  // After an estimated end only the plan is shown: the runner may not be there yet.
  if (step.is_start_estimated) look.where = `~ ${step.where}`;
  const left = step.ends_s === undefined ? undefined : step.ends_s - now, about = step.is_estimated ? '~' : '';
  look.length = step.what?.includes(step.where) ? step.what.slice(step.where.length).trim() : '';
  const self = document.body.classList.contains('board') ? 'this page' : 'this phone';
  look.sentence = `${self} runs the ${step.speed_mps ? 'light' : 'clock'} on`;
  if (left !== undefined) {
    const name = step.kind === 'work' ? 'rep' : 'step';
    look.light = `${name} ends in ${about && 'about '}${clock(Math.ceil(left))}`;
    look.figures[0] = { label: 'LEFT', text: about + clock(Math.ceil(left)) };
  }
  if (step.length_m && step.speed_mps) {
    const metres = Math.min(step.length_m, (now - (step.light_from_s ?? step.starts_s)) * step.speed_mps);
    look.figures[0] = { label: 'LEFT m, light', text: `~${5 * Math.ceil((step.length_m - metres) / 5)}` };
    look.pacer = metres / step.length_m;
  }
  return look;
}
