"""A race plan on paper and on a phone: a wristband to print, and one page that counts and speaks by its own clock.

A road race is run without the laptop. The page for a phone needs nothing but itself (one file, no network): it counts
from the tap at the start, speaks the plan's words at each moment, and is corrected by a tap at a split.
"""

from collections.abc import Iterator
from typing import Any, Final

from coach.plan.race import CAUTION, GOVERNED_M, RacePlan
from coach.plan.race_words import (
    UNITS,
    RaceFacts,
    checklist,
    durability_lines,
    fuel_lines,
    heat_lines,
    on_the_way,
    plan_tree,
    routine_lines,
)
from coach.quantities import METRES_PER_KM, format_clock
from coach.review.html_page import escape, list_html, page, section_html, table_html

# --- The wristband

_MOST_ROWS: Final = 50
"""Most rows of a wristband: longer races have a split each 5 units."""


def band_rows(plan: RacePlan) -> list[tuple[str, str, str]]:
    """The rows of a wristband: place, time, and food, drink or phrases before it."""
    length = UNITS[plan.request.unit]
    if plan.metres / length > _MOST_ROWS:
        length *= 5
    rows = []
    for row in plan.splits(length):
        stops, drinks, _ = on_the_way(plan, row)
        marks = ["gel"] * len(stops) + ["drink"] * len(drinks)
        where = f"{row.end_m / UNITS[plan.request.unit]:.2f}".rstrip("0").rstrip(".")
        rows.append((where, format_clock(row.passed_s), " ".join(marks)))
    return rows


def wristband_lines(plan: RacePlan) -> Iterator[str]:
    """The wristband as text."""
    least_400, least_km = (format_clock(each) for each in plan.governor)
    yield plan.title
    yield f"400 m >= {least_400}, 1 km >= {least_km}"
    for where, time, marks in band_rows(plan):
        yield f"{where:>6}  {time:>8}  {marks}".rstrip()
    for each in plan.request.phrases:
        yield f"{each.words} ({each.at_m / 1000:g} km)"


_BAND_STYLE: Final = """
.band{width:62mm;border:1px dashed var(--stale);padding:2mm 3mm;margin:1rem 0;font-size:10pt;line-height:1.1}
.band h2,.wrist .band h2{font-size:10.5pt;margin:0 0 .5mm}
.band p,.wrist .band p{margin:0 0 .5mm;font-size:8.5pt}
.band table{width:100%;min-width:0}
.band th,.band td{padding:.25mm 1mm;font-size:10pt}
.band th{font-weight:700}
.band thead{display:none}
.band td.w{font-size:8.5pt;min-width:0;white-space:nowrap}
@media print{html.wrist{zoom:1}html.wrist body{padding:0;max-width:none}.wrist main{columns:2;column-gap:10mm}
.wrist h1,.wrist .sub{column-span:all;margin:0 0 1mm}.wrist h1{font-size:13pt}
.wrist .band{break-inside:avoid;margin:0}.wrist h2{font-size:10.5pt;margin:2mm 0 .5mm}
.wrist li,.wrist p{font-size:8.5pt}#theme{display:none}}
"""


def wristband_html(plan: RacePlan, facts: RaceFacts) -> str:
    """A page to print: the wristband to cut out, the other plans, the checklist and the last hour."""
    least_400, least_km = (format_clock(each, tenths=True) for each in plan.governor)
    rows = [tuple(map(escape, row)) for row in band_rows(plan)]
    band = (
        '<section class="band">'
        f"<h2>{escape(plan.title)}</h2><p>400 m not under {least_400}, 1 km not under {least_km}</p>"
        + table_html("Splits", ("", "time", "on the way"), rows, words=(2,))
        + "".join(f"<p>{escape(each.words)} ({each.at_m / 1000:g} km)</p>" for each in plan.request.phrases)
        + "</section>"
    )
    others = [
        f"Plan {each.name}: {each.when} {each.do} About {format_clock(each.finish_s)}."
        for each in plan.alternatives
    ]
    body = (
        f"<h1>{escape(plan.title)}</h1>",
        f'<p class="sub">{escape(plan.pacing.words)}. Cut along the dashes; clear tape keeps the sweat out.</p>',
        band,
        section_html("If the day is another", list_html([*heat_lines(plan), *others])),
        section_html("On the way", list_html([*fuel_lines(plan, facts), *durability_lines(plan)])),
        section_html("Before the start", list_html(line.text for line in checklist(plan, facts))),
        section_html(
            "The last hour", list_html(" ".join(each.split()) for each in routine_lines(plan, facts))
        ),
    )
    return page(plan.title, body, plan_tree(plan, facts), paper="wrist", style=_BAND_STYLE)


# --- The page for a phone


def phone_tree(plan: RacePlan) -> dict[str, Any]:
    """The data of the page for a phone: moments in seconds from the start, in order."""
    unit_m = UNITS[plan.request.unit]
    word = "kilometre" if plan.request.unit == "km" else "mile"
    splits = []
    for row in plan.splits(unit_m):
        is_finish = row.end_m > plan.metres - 0.5
        where = f"{row.end_m / unit_m:.2f}".rstrip("0").rstrip(".")
        splits.append(
            {
                "at": round(row.passed_s, 1),
                "m": round(row.end_m, 1),
                "name": "finish" if is_finish else f"{plan.request.unit} {where}",
                "say": "Finish" if is_finish else f"{word} {where}",
            }
        )
    phrases = [
        {"at": round(stop.at_s, 1), "say": f"Gel. {stop.grams:.0f} grams in all", "kind": "fuel",
         "total": f"{stop.grams:.0f} g" + (f", {stop.sodium_mg:.0f} mg sodium" if stop.sodium_mg else "")}
        for stop in plan.fuel_stops
    ]  # fmt: skip
    drink = plan.request.drink
    phrases += [
        {"at": round(plan.pacing.time_at(place), 1), "say": "Drink", "kind": "drink",
         "total": f"{number * (drink.millilitres if drink else 0):g} ml"}
        for number, place in enumerate(plan.drinks, 1)
    ]  # fmt: skip
    phrases += [
        {"at": round(plan.pacing.time_at(each.at_m), 1), "say": each.words, "kind": "phrase", "total": ""}
        for each in plan.request.phrases
    ]
    least_400, least_km = plan.governor
    return {
        "title": plan.title,
        "words": plan.pacing.words,
        "metres": plan.metres,
        "splits": splits,
        "said": sorted(phrases, key=lambda each: float(str(each["at"]))),
        "least": [[GOVERNED_M, round(least_400, 1)], [METRES_PER_KM, round(least_km, 1)]],
        "caution": CAUTION if plan.heat is not None and plan.heat.caution else "",
    }


_PHONE_STYLE: Final = """
html.phone,html.phone body{height:100%}
.phone body{padding:.75rem;max-width:34rem}
.phone main{display:flex;flex-direction:column;gap:.6rem;min-height:100%}
.phone h1{font-size:1.15rem;margin:0}
.phone #time{font-size:min(24vw,7.5rem);font-weight:700;line-height:1;text-align:center}
.phone #next{display:grid;grid-template-columns:1fr auto;gap:.2rem .75rem;font-size:1.35rem;align-items:baseline}
.phone #next>*{white-space:nowrap}
.phone #by,.phone #left{text-align:right;grid-column:2}
.phone #total{grid-column:1/-1;grid-row:3;min-height:1.4em;font-size:1.1rem;white-space:normal}
.phone #next b{font-size:1.7rem}
.phone #off{font-size:2.2rem;font-weight:700;text-align:center;min-height:1.3em}
.phone #off.slow{color:#fff;background:var(--slow)}
.phone #off.fast{color:#000;background:var(--fast)}
.phone #word{font-size:1.5rem;text-align:center;min-height:1.4em;margin:0}
.phone button{font:inherit;font-weight:700;min-height:3rem;color:var(--ink);background:var(--paper);
border:2px solid var(--ink);border-radius:.6rem;touch-action:manipulation}
.phone #tap{min-height:7rem;font-size:1.8rem}
.phone .row{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}
.phone #theme{position:static;float:none;margin:0;order:9}
.phone #list{margin:.5rem 0 0;padding:0;list-style:none;columns:2;font-size:1rem}
.phone #list li.done{color:var(--stale)}
@media(min-aspect-ratio:1/1) and (max-height:600px){.phone body{max-width:none}
.phone main{display:grid;grid-template-columns:1fr 1fr;grid-auto-flow:row dense;align-content:start;gap:.3rem 1rem}
.phone main>*{grid-column:1;margin:0}.phone #tap,.phone .row,.phone #again,.phone #theme{grid-column:2}
.phone #tap{grid-row:1/span 3}.phone #time{font-size:min(14vw,5rem)}.phone #list{grid-column:1/-1;columns:4}}
.phone [hidden]{display:none!important}
@media print{.phone button{display:none}html.phone{zoom:1}}
"""

_PHONE_SCRIPT: Final = """'use strict';
(() => {
const plan = JSON.parse(document.getElementById('data').textContent);
const find = (name) => document.getElementById(name);
const KEPT = 'coach-race ' + plan.title, LATE_S = 8, AGAIN_S = 5;
/* The clock: that of the calendar finds a start again after the page was closed, the other one never jumps. */
const origin = Date.now() - performance.now();
const now = () => (origin + performance.now()) / 1000;
const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds)), h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60, s = String(whole % 60).padStart(2, '0');
  return h ? h + ':' + String(m).padStart(2, '0') + ':' + s : m + ':' + s;
};
const spoken = (seconds) => {
  const whole = Math.round(seconds), h = Math.floor(whole / 3600), m = Math.floor(whole / 60) % 60, s = whole % 60;
  return [...(h ? [h + (h > 1 ? ' hours' : ' hour')] : []), ...(m ? [m + (m > 1 ? ' minutes' : ' minute')] : []),
    ...(s ? [String(s)] : [])].join(' ');
};
let state = {start: null, taps: [], all: false, said: []};
const keep = () => {
  try { localStorage.setItem(KEPT, JSON.stringify(state)); } catch { /* a browser that keeps nothing */ }
};
try {
  const kept = JSON.parse(localStorage.getItem(KEPT));
  if (kept && kept.start !== null && now() - kept.start < 2 * plan.splits.at(-1).at) state = kept;
} catch { /* the same */ }

/* Tones and words. Both begin inside the tap at the start: a browser lets nothing sound before. */
let audio = null, lock = null;
const wake = async () => {
  try {
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    audio ??= Context ? new Context() : null;
    audio?.resume?.();
    globalThis.speechSynthesis?.speak(new SpeechSynthesisUtterance(''));
    lock = await navigator.wakeLock?.request('screen');
  } catch { /* nothing holds the screen: its lock must be switched off by hand */ }
};
document.addEventListener('visibilitychange', () => { if (!document.hidden && state.start !== null) wake(); });
const beep = () => {
  if (!audio) return;
  const tone = audio.createOscillator(), level = audio.createGain();
  tone.frequency.value = 880;
  level.gain.setValueAtTime(0.3, audio.currentTime);
  level.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.25);
  tone.connect(level).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.26);
};
globalThis.heard = [];
const say = (words) => {
  globalThis.heard.push(words);
  find('word').textContent = words;
  beep();
  const voice = globalThis.speechSynthesis;
  if (!voice) return;
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.lang = 'en';
  voice.speak(utterance);
};

/* How far behind the plan the last tap was, + is behind: what is still to come is that much later. */
const off = () => (state.taps.length ? state.taps.at(-1).off : 0);
/* The split ahead: the one after the last tap, and a later one where nobody tapped for a quarter of the way on. */
const next = () => {
  let place = state.taps.length ? state.taps.at(-1).place + 1 : 0;
  const at = state.start === null ? 0 : now() - state.start, splits = plan.splits;
  while (place < splits.length - 1
    && at > splits[place].at + off() + 0.25 * (splits[place + 1].at - splits[place].at)) place += 1;
  return place;
};
const begin = () => { state = {...state, start: now(), taps: [], said: []}; keep(); wake(); show(); };
const tap = () => {
  if (state.start === null) { begin(); return; }
  const place = next(), split = plan.splits[place];
  if (!split) return;
  const at = now() - state.start, before = place ? plan.splits[place - 1].at : 0;
  /* A second tap at once is the same one: no mark lies so near the start or the mark before it. */
  if (at - (state.taps.at(-1)?.at ?? 0) < Math.min(AGAIN_S, (split.at - before) / 2)) return;
  state.taps.push({place, at, off: at - split.at});
  keep();
  show();
};
const undo = () => { state.taps.pop(); keep(); show(); };
const again = () => {
  if (!confirm('End this race and begin anew?')) return;
  state = {...state, start: null, taps: [], said: []};
  keep();
  show();
};
const switchVoice = () => { state.all = !state.all; keep(); show(); };

const due = (at) => {
  const moments = plan.said.map((each, place) => ({key: 's' + place, at: each.at + off(), say: each.say}));
  if (state.all) {
    plan.splits.forEach((each, place) => moments.push(
      {key: 'k' + place, at: each.at, say: each.say + ', ' + spoken(each.at)}));
  }
  for (const each of moments.sort((one, other) => one.at - other.at)) {
    if (each.at > at || state.said.includes(each.key)) continue;
    state.said.push(each.key);
    keep();
    if (at - each.at <= LATE_S) say(each.say); /* what is late is not said */
  }
};
const show = () => {
  const isOn = state.start !== null, at = isOn ? now() - state.start : 0;
  const split = plan.splits[next()], isDone = !split, last = state.taps.at(-1);
  if (isOn && !isDone) due(at);
  find('time').textContent = clock(isDone && last ? last.at : at);
  find('where').textContent = split ? split.name : 'done';
  find('by').textContent = split ? clock(Math.round(split.at)) : '';
  const ahead = split ? split.at - at : 0;
  find('left').textContent = !split || !isOn ? '' : ahead >= 0 ? 'in ' + clock(ahead) : clock(-ahead) + ' ago by plan';
  const behind = Math.round(off()), banner = find('off');
  const words = behind === 0 ? 'on plan' : Math.abs(behind) + ' s ' + (behind > 0 ? 'behind' : 'ahead');
  banner.textContent = last ? words : '';
  banner.className = behind > 2 ? 'slow' : behind < -2 ? 'fast' : '';
  const gone = plan.said.filter((each, place) => each.total && state.said.includes('s' + place));
  const food = gone.filter((each) => each.kind === 'fuel').at(-1);
  const water = gone.filter((each) => each.kind === 'drink').at(-1);
  find('total').textContent = [food?.total, water?.total].filter(Boolean).join(', ');
  find('tap').textContent = !isOn ? 'Start' : isDone ? 'Finished' : 'At ' + split.name;
  find('tap').disabled = isDone;
  find('undo').hidden = !state.taps.length;
  find('again').hidden = !isOn;
  find('voice').textContent = state.all ? 'Says: every split' : 'Says: your phrases and fuel';
  [...find('list').children].forEach((row, place) => row.classList.toggle('done', place < next()));
};
for (const each of plan.splits) {
  const row = document.createElement('li');
  row.textContent = each.name + '  ' + clock(Math.round(each.at));
  find('list').append(row);
}
find('tap').addEventListener('click', tap);
find('undo').addEventListener('click', undo);
find('again').addEventListener('click', again);
find('voice').addEventListener('click', switchVoice);
const theme = find('theme');
theme.hidden = false;
theme.addEventListener('click', () => {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  theme.textContent = dark ? 'dark' : 'light';
});
document.querySelectorAll('.live').forEach((each) => { each.hidden = false; });
show();
setInterval(show, 250);
})();
"""
"""Counts by its own clock. It loads nothing, and speaks nothing that is over."""


def phone_html(plan: RacePlan) -> str:
    """One file for a phone: it counts and speaks by its own clock, without the laptop and without a network."""
    tree = phone_tree(plan)
    least = ", ".join(
        f"{metres:.0f} m not under {format_clock(seconds)}" for metres, seconds in tree["least"]
    )
    caution = f'<p class="lead"><b>{escape(tree["caution"])}</b></p>' if tree["caution"] else ""
    body = (
        f"<h1>{escape(plan.title)}</h1>",
        f'<p class="sub">{escape(plan.pacing.words)}; {least}</p>',
        caution,
        '<div class="live" id="time" role="timer" hidden>0:00</div>',
        '<div class="live" id="next" hidden><b id="where"></b><b id="by"></b>',
        '<span id="left"></span><span id="total"></span></div>',
        '<div class="live" id="off" role="status" hidden></div>',
        '<p class="live" id="word" hidden></p>',
        '<button class="live" id="tap" type="button" hidden>Start</button>',
        '<div class="row live" hidden><button id="undo" type="button">Undo</button>',
        '<button id="voice" type="button">Says</button></div>',
        '<button id="again" type="button" hidden>Begin anew</button>',
        '<ol id="list"></ol>',
        "<noscript><p>Without JavaScript this page cannot count.</p></noscript>",
    )
    return page(plan.title, body, tree, paper="phone", style=_PHONE_STYLE, script=_PHONE_SCRIPT)
