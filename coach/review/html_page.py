"""A page that needs nothing but itself: the frame, the style and the script that every HTML report shares.

The page asks nobody for anything: its policy allows only the one style and the one script that stand in it, named by
their hashes, so nothing that a name smuggles in can run or load. There are no inline styles and no handlers in
attributes; what has a place or a length is drawn as SVG.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape as escape_markup
from typing import Any, Final

from coach.review.formulas import Formula
from coach.review.html_style import SCRIPT, style_sheet

_UNPRINTABLE: Final = {
    code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"
}
"""Control characters, which HTML forbids."""
_TURNS: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Signs that turn the direction of the text around them, so that a name could rewrite its neighbours."""
_HALVES: Final = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no encoding can write."""


def escape(text: str) -> str:
    """Make any text safe between tags and in a quoted attribute."""
    return escape_markup(_HALVES.sub("\N{REPLACEMENT CHARACTER}", text).translate(_UNPRINTABLE | _TURNS))


def name_html(text: str) -> str:
    """A name from a document or a runner, apart from the text around it where it can have another direction."""
    return escape(text) if text.isascii() else f"<bdi>{escape(text)}</bdi>"


def json_html(name: str, tree: Mapping[str, Any]) -> str:
    """The data of a page in the page, safe against anything a text in it can hold.

    Everything that is not ASCII and each of `<`, `>` and `&` is written as an escape of JSON: neither `</script>` nor
    `<!--` nor a line separator (U+2028) can stand in it.

    Raises:
        ValueError: a number is not finite: unknown is absent or null, never NaN.
    """
    line = json.dumps(tree, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        line = line.replace(sign, f"\\u{ord(sign):04x}")
    return f'<script type="application/json" id="{name}">{line}</script>'


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows of like objects as columns and rows of values, which needs a third of the room; absent is null.

    What is nested once is flattened: `done: {time_s: 4}` is the column `done.time_s`.
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


def page(title: str, body: Iterable[str], tree: Mapping[str, Any], *, paper: str = "") -> str:
    """A whole page.

    Args:
        title: as a name, not yet escaped.
        body: pieces of HTML.
        tree: its data, which the script reads and other programs can.
        paper: `full` or `fuller` where it has so much to print that one sheet needs smaller letters.
    """
    style = style_sheet()
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(SCRIPT)}'; "
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
        f"<script>{SCRIPT}</script>",
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
    """Words and what they mean, such as the numbers of a page and their formulas."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(words)}</dd>" for term, words in terms)
    return f"<dl>{rows}</dl>" if rows else ""


def formulas_html(formulas: Iterable[Formula]) -> str:
    """How numbers are made: formula, inputs, source, and where each holds."""
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
    """The figures that a page begins with: value, what it is, what it is held against."""
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
        caption: what it shows, for whoever hears the page.
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
