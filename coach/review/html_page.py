"""The frame, the style and the script of every HTML report; each report is one self-contained page.

The page loads nothing: its policy allows only the one style and the one script that are in it, named by their hashes,
so nothing injected by a name can run or load. There are no inline styles and no handlers in attributes; places and
lengths are drawn as SVG.

The colours are those of the screen's themes, so that slow, fast, hard and easy look alike everywhere, and every text on
its paper has the contrast that the themes' tests measure. The page follows the reader's system until its button is
pressed; on paper it is always light. Nothing is animated.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape as escape_markup
from typing import Any, Final

from coach.review.formulas import Formula
from coach.themes import SCREEN_THEMES

_UNPRINTABLE: Final = {
    code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"
}
"""Control characters, which HTML forbids."""
_TURNS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Characters that turn the direction of the text around them, with which a name could rewrite its neighbours."""
_HALVES: Final = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no encoding can write."""


def escape(text: str) -> str:
    """Make any text safe between tags and in a quoted attribute."""
    return escape_markup(_HALVES.sub("\N{REPLACEMENT CHARACTER}", text).translate(_UNPRINTABLE | _TURNS))


def name_html(text: str) -> str:
    """A name from a document or a runner, isolated from the text around it if its direction may differ."""
    return escape(text) if text.isascii() else f"<bdi>{escape(text)}</bdi>"


def json_html(name: str, tree: Mapping[str, Any]) -> str:
    """The data of a page as a script element, safe against any text in it.

    Everything that is not ASCII and each of `<`, `>` and `&` is written as an escape of JSON: neither `</script>` nor
    `<!--` nor a line separator (U+2028) can occur in it.

    Raises:
        ValueError: a number is not finite: unknown is absent or null, never NaN.
    """
    line = json.dumps(tree, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        line = line.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="{name}">{line}</script>'


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of like objects as columns and rows of values, which takes a third of the space; absent is null.

    One level of nesting is flattened: `done: {time_s: 4}` is the column `done.time_s`.
    """
    flat = [
        {
            f"{name}.{inner}" if inner else name: value
            for name, outer in row.items()
            for inner, value in (outer.items() if isinstance(outer, dict) else (("", outer),))
        }
        for row in rows
    ]
    columns = list(dict.fromkeys(name for row in flat for name in row))
    return {"columns": columns, "rows": [[row.get(name) for name in columns] for row in flat]}


def page(
    title: str,
    body: Iterable[str],
    tree: Mapping[str, Any],
    *,
    paper: str = "",
    style: str = "",
    script: str | None = None,
) -> str:
    """A whole page.

    Args:
        title: as a name, not yet escaped.
        body: pieces of HTML.
        tree: its data, which the script reads and other programs can.
        paper: `full` or `fuller` where it has so much to print that one sheet needs smaller letters; or a class of the
            page's own style.
        style: rules added to the common style.
        script: its own script in place of the common one.
    """
    style = style_sheet() + style
    script = SCRIPT if script is None else script
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    pieces = (
        "<!doctype html>",
        f'<html lang="en-GB" class="{paper}">' if paper else '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        '<button id="theme" type="button" hidden>dark</button>',
        *body,
        "</main>",
        json_html("data", tree),
        f"<script>{script}</script>",
        "</body>",
        "</html>",
        "",
    )
    return "\n".join(pieces)


def _digest(text: str) -> str:
    """The hash by which the policy of a page names a style or a script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# --- pieces of a page


def section_html(title: str, *pieces: str, name: str = "") -> str:
    """A part of the page with its heading; nothing where it has no content."""
    content = "\n".join(piece for piece in pieces if piece)
    place = f' class="{name}"' if name else ""
    return f"<section{place}>\n<h2>{escape(title)}</h2>\n{content}\n</section>" if content else ""


def details_html(summary: str, *pieces: str) -> str:
    """A part that opens when asked."""
    content = "\n".join(piece for piece in pieces if piece)
    return f"<details><summary>{escape(summary)}</summary>\n{content}\n</details>" if content else ""


def terms_html(terms: Iterable[tuple[str, str]]) -> str:
    """Words and their meanings, such as the numbers of a page and their formulas."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(words)}</dd>" for term, words in terms)
    return f"<dl>{rows}</dl>" if rows else ""


def formulas_html(formulas: Iterable[Formula]) -> str:
    """A list of formulas: formula, inputs, source and conditions."""
    return terms_html(
        (
            each.label,
            f"{each.formula}. From: {each.inputs}. Source: {each.source}. Holds for: {each.valid}.",
        )
        for each in formulas
    )


def list_html(lines: Iterable[str]) -> str:
    """A list of sentences."""
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{rows}</ul>" if rows else ""


def tiles_html(tiles: Iterable[tuple[str, str, str]]) -> str:
    """The figures at the top of a page: value, name, comparison."""
    rows = (
        f'<div class="tile"><dt>{escape(label)}</dt><dd>{escape(value)}</dd>'
        + (f"<dd>{escape(against)}</dd>" if against else "")
        + "</div>"
        for value, label, against in tiles
    )
    content = "".join(rows)
    return f'<dl class="tiles">{content}</dl>' if content else ""


def table_html(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    words: Iterable[int] = (),
    wide: Iterable[int] = (),
    foot: Sequence[str] = (),
    name: str = "",
) -> str:
    """A table that scrolls inside its own frame where the page is narrower.

    Args:
        caption: its title, for screen readers.
        head: as text.
        rows: cells of HTML, already escaped; the first cell names its row.
        words: the columns that hold words, set to the left.
        wide: the columns that a phone has no room for, because another one says the same.
        foot: cells of HTML of the row below the rule.
        name: a class of the style.
    """
    texts, spare = frozenset(words), frozenset(wide)

    def mark(place: int) -> str:
        classes = [*(["w"] if place in texts else []), *(["wide"] if place in spare else [])]
        return f' class="{" ".join(classes)}"' if classes else ""

    def line(cells: Sequence[str]) -> str:
        first = f'<th scope="row"{mark(0)}>{cells[0]}</th>'
        rest = "".join(f"<td{mark(place)}>{cell}</td>" for place, cell in enumerate(cells[1:], 1))
        return f"<tr>{first}{rest}</tr>"

    body = "\n".join(line(cells) for cells in rows)
    if not body:
        return ""
    heads = "".join(f'<th scope="col"{mark(place)}>{escape(word)}</th>' for place, word in enumerate(head))
    last = f"\n<tfoot>{line(foot)}</tfoot>" if foot else ""
    kind = f' class="{name}"' if name else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table{kind}>'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>{last}"
        "</table></div>"
    )


_LIGHT: Final = "sun"
_DARK: Final = "night"

_STYLE: Final = """
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:16px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",
sans-serif;-webkit-text-size-adjust:100%;font-variant-numeric:tabular-nums}
body{margin:0 auto;max-width:64rem;padding:1rem 1rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.55rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
p,ul{margin:.35rem 0}
ul{padding-left:1.1rem}
.sub,.tile dt,.tile dd+dd,.axis,.legend,.hint,dd{color:var(--stale)}
.lead{font-size:1.05rem}
#theme{float:right;margin:0 0 .5rem 1rem;min-width:4rem;min-height:2.75rem;font:inherit;color:var(--ink);
background:var(--paper);border:1px solid var(--stale);border-radius:.5rem;cursor:pointer}
.tiles{clear:both}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.5rem;margin:1rem 0}
.tile{display:flex;flex-direction:column;border:1px solid var(--line);border-radius:.6rem;padding:.5rem .75rem}
.tile dt{order:1;font-size:.9rem}
.tile dd{margin:0;color:var(--ink);font-size:1.8rem;font-weight:700;line-height:1.15}
.tile dd+dd{order:2;font-size:.85rem;font-weight:400;line-height:1.3}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;min-width:100%}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:.3rem .5rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);font-weight:400}
th:first-child,td:first-child{padding-left:0}
thead th{font-size:.9rem;color:var(--stale);vertical-align:bottom}
tbody th{font-weight:700}
.w{text-align:left}
td.w,th.w{white-space:normal;min-width:7rem}
tr:has(+tr>th:empty)>*{border-bottom:0}
tfoot th,tfoot td{border-bottom:0;border-top:2px solid var(--line)}
b{font-weight:700}
details{margin:.75rem 0}
summary{cursor:pointer;min-height:2rem;padding:.25rem 0}
dl{margin:.5rem 0}
dt{font-weight:700}
dd{margin:0 0 .4rem}
.two{columns:22rem 2;column-gap:2.5rem}
.two section{break-inside:avoid;padding-top:1px}
.key{display:inline-block;vertical-align:-1px;margin:0 .25rem 0 .75rem}
.key:first-child{margin-left:0}
svg{display:block;overflow:hidden}
td svg,.legend svg{display:inline-block;vertical-align:middle}
svg text{font-size:12px;fill:var(--stale)}
.plot{display:grid;grid-template-columns:2.6rem 1fr;margin-bottom:.35rem}
.plot .head{grid-column:1/3;margin:.35rem 0 .1rem;min-height:1.5rem}
.plot .area{touch-action:pan-y;cursor:crosshair}
.axis{text-anchor:end}
.work{fill:var(--work)}.easy{fill:var(--easy)}.rest{fill:var(--rest)}
.pause{stroke:var(--stale);stroke-dasharray:2 3;vector-effect:non-scaling-stroke}.none{fill:var(--track)}
.behind{fill-opacity:var(--tint)}
.number{fill:var(--work-ink);font-weight:700;text-anchor:middle}
.grid{stroke:var(--line);fill:none}
.curve,.other,.edge{fill:none;stroke:var(--ink);stroke-width:1.7;stroke-linejoin:round;stroke-linecap:round}
.other{stroke-width:2.2;stroke:var(--second);stroke-dasharray:1 4}
.edge{stroke-width:1.2;stroke-dasharray:5 3}
.target{fill:var(--paper);fill-opacity:.72}
.curve,.other,.edge,.grid{vector-effect:non-scaling-stroke}
.slow{fill:var(--slow)}.fast{fill:var(--fast)}.near{fill:var(--stale)}
.slow,.fast,.flag{stroke:var(--ink);stroke-width:.75}
.zero{stroke:var(--stale)}
.flag.dot{fill:var(--paper)}.flag.down{fill:var(--fast)}.flag.up{fill:var(--slow)}
.cursor{stroke:var(--ink);stroke-width:2}
.bar{fill:var(--easy)}.bar.hard{fill:var(--work)}.bar.steady{fill:var(--rest);stroke:var(--stale)}
.band{fill:var(--track)}
.scrub{display:grid;grid-template-columns:2.6rem 1fr;align-items:center}
.scrub input{grid-column:2;width:100%;min-height:2.75rem;margin:0;accent-color:var(--ink)}
.now{min-height:3.1rem}
select{font:inherit;min-height:2.75rem;max-width:100%;color:var(--ink);background:var(--paper)}
.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.5rem 1rem}
.small figure{margin:0}
.small figcaption{font-size:.9rem}
.numbers thead{position:absolute;clip-path:inset(50%)}
.numbers th{font-weight:400}
.said{list-style:none;padding:0}
@media(max-width:30rem){.wide{display:none}th,td{padding:.3rem .35rem}
.tiles{grid-template-columns:1fr 1fr}.tile dd{font-size:1.6rem}}
.steps th.w{min-width:9.5rem}
@media(min-width:48rem){.steps th.w{min-width:15.5rem}}
@page{margin:9mm}
@media print{
html{zoom:.58}
html.full{zoom:.5}
html.fuller{zoom:.41}
body{max-width:none;padding:0}
#theme,.scrub,.now,details,.screen,#overlay,.numbers .w:nth-child(3){display:none}
h2{margin:.5rem 0 .15rem;break-after:avoid}
th,td{padding:.05rem .45rem}
tr{break-inside:avoid}
.scroll{overflow:visible}
.tiles{grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));margin:.6rem 0}
.plot .head{margin:.1rem 0}
.many{columns:2;column-gap:2rem}
.two{columns:4;column-gap:1.5rem;font-size:.85rem}
.two section{break-inside:auto}
.two th,.two td{padding:0 .3rem 0 0;font-size:inherit}
.two td.w,.two th.w{min-width:4rem}
.two svg{width:3rem}
.two h2{margin:.4rem 0 .1rem}
.two h2+.scroll,.two tbody tr:nth-child(-n+2){break-before:avoid}
.lead{margin:.1rem 0}
}
"""

SCRIPT: Final = """
(() => {
'use strict';
const root = document.documentElement, find = (rule) => document.querySelector(rule);
const all = (rule) => [...document.querySelectorAll(rule)];
const theme = find('#theme'), dark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (root.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
const label = () => {
  theme.textContent = isDark() ? 'light' : 'dark';
  theme.setAttribute('aria-label', 'show the page ' + theme.textContent);
};
theme.hidden = false;
theme.addEventListener('click', () => { root.dataset.theme = isDark() ? 'light' : 'dark'; label(); });
dark.addEventListener('change', label);
label();

const data = JSON.parse(find('#data').textContent);
const clock = (seconds) => {
  const whole = Math.round(seconds), two = (value) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60), hours = Math.floor(minutes / 60);
  return (hours ? hours + ':' + two(minutes % 60) : minutes) + ':' + two(whole % 60);
};
const known = (value) => value !== null && value !== undefined;
const pace = (speed) => speed < 0.5 ? 'standing' : clock((data.unit === 'mile' ? 1609.344 : 1000) / speed);
const words = {
  speed_mps: (value) => pace(value) + (value < 0.5 ? '' : ' /' + (data.unit || 'km')),
  heart_rate_bpm: (value) => value + ' bpm', cadence_spm: (value) => value + ' spm', power_w: (value) => value + ' W',
};

const slider = find('#scrub'), trace = data.trace;
if (slider && trace) {
  const objects = ({columns, rows}) => rows.map((row) => Object.fromEntries(columns.map((key, i) => [key, row[i]])));
  const steps = objects(data.review.steps), cues = objects(data.review.cues).reverse();
  const show = () => {
    const place = Number(slider.value), at = place * trace.interval_s, middle = at + trace.interval_s / 2;
    const x = 100 * (place + 0.5) / (Number(slider.max) + 1) + '%';
    for (const line of all('.cursor')) { line.setAttribute('x1', x); line.setAttribute('x2', x); }
    const step = steps.find((each) => each.from_run_s <= middle && middle < each.to_run_s);
    const cue = cues.find((each) => known(each.run_s) && each.run_s <= middle && middle - each.run_s < 10);
    const said = [];
    for (const read of all('[data-read]')) {
      const value = trace[read.dataset.read][place];
      read.textContent = known(value) ? words[read.dataset.read](value) : 'no data';
      said.push(read.dataset.name + ' ' + read.textContent);
    }
    const inStep = step ? ', ' + step.path + ', ' + clock(Math.max(0, at - step.from_run_s)) + ' in' : '';
    const where = clock(at) + inStep;
    find('#where').textContent = where;
    find('#said').textContent = cue ? '\\u201c' + cue.text + '\\u201d' : '';
    slider.setAttribute('aria-valuetext', [where, ...said, ...(cue ? ['cue: ' + cue.text] : [])].join(', '));
  };
  slider.addEventListener('input', show);
  for (const area of all('.area')) {
    const move = (event) => {
      const box = area.getBoundingClientRect(), count = Number(slider.max) + 1;
      const place = Math.floor(count * (event.clientX - box.left) / box.width);
      slider.value = Math.min(count - 1, Math.max(0, place));
      show();
    };
    area.addEventListener('pointermove', move);
    area.addEventListener('pointerdown', move);
    area.addEventListener('click', () => slider.focus({preventScroll: true}));
  }
  for (const each of all('.hint')) each.hidden = false;
}

const overlay = find('#overlay');
if (overlay) {
  overlay.hidden = false;
  const picks = all('#overlay select'), told = all('#overlay .told');
  const draw = () => picks.forEach((pick, side) => {
    const rep = data.reps[Number(pick.value)];
    for (const line of all('#overlay [data-line].' + (side ? 'other' : 'curve'))) {
      line.setAttribute('d', rep[line.dataset.line]);
    }
    told[side].textContent = rep.told;
  });
  for (const pick of picks) pick.addEventListener('change', draw);
  draw();
}
})();
"""
"""Adds only the cursor and the choice of two reps: everything else is on the page without it."""


@cache
def style_sheet() -> str:
    """The style of every page, with the colours of both themes."""
    light, dark = _colours(_LIGHT), _colours(_DARK)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        f"@media print{{:root,:root[data-theme],:root:not([data-theme=light]){{color-scheme:light;{light}}}}}"
        f"{_STYLE}"
    )


def _colours(theme: str) -> str:
    """The colours of a theme as variables."""
    colours = SCREEN_THEMES[theme].colours
    ink, paper = colours["plain"]
    variables = {"ink": ink, "paper": paper, "stale": colours["stale"][0], "line": colours["line"][0]}
    variables |= {tone: colours[tone][1] for tone in ("slow", "fast", "work", "easy", "rest", "track")}
    variables |= {"work-ink": colours["work"][0], "second": colours["work"][1]}
    variables["tint"] = ".36" if SCREEN_THEMES[theme].is_dark else ".3"
    return "".join(f"--{name}:{value};" for name, value in variables.items())
