"""A page: it loads nothing, and no name can break it."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from coach.review import html_page as html
from coach.review.html_page import SCRIPT, style_sheet
from coach.themes import SCREEN_THEMES

HOSTILE = "</script><script>alert(1)</script><!-- \u2028\u2029 & \"'> \x00\x1b[31m \ud800 \u202egpj"
"""A name that tries every way out of its place."""


class Reader(HTMLParser):
    """The parts of a page that a parser finds: the elements with their attributes, and the text."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text, self.open = [], "", []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Keep it, and that it is open."""
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Keep an element of SVG without content."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Keep what is read as text."""
        if self.open[-1:] not in (["script"], ["style"]):
            self.text += data


def a_page():
    """A page with the hostile name in every place that takes one."""
    body = (
        f"<h1>{html.name_html(HOSTILE)}</h1>",
        html.tiles_html([(HOSTILE, HOSTILE, HOSTILE)]),
        html.section_html(HOSTILE, html.list_html([HOSTILE])),
        html.details_html(HOSTILE, html.terms_html([(HOSTILE, HOSTILE)])),
        html.table_html(HOSTILE, [HOSTILE, "time"], [[html.name_html(HOSTILE), "1:00"]]),
    )
    return html.page(HOSTILE, body, {"name": HOSTILE})


def test_no_name_leaves_its_place():
    """The scripts of the page are its data and its own; nothing in a name is an element or an attribute."""
    found = Reader(a_page())
    assert [attrs.get("type") for tag, attrs in found.elements if tag == "script"] == [
        "application/json",
        None,
    ]
    assert found.open == []
    assert "alert(1)" in found.text
    assert not {chr(code) for code in (0, 27, 0x202E, 0xD800)} & set(a_page())
    a_page().encode()


def test_the_data_comes_back_as_it_was():
    """Text that is written so that nothing can break out of it reads back the same."""
    line = html.json_html("data", {"name": HOSTILE, "values": [1.5, None]})
    inner = line.partition(">")[2].removesuffix("</script>")
    assert not re.search("[<>&\u2028\u2029]", inner)
    assert json.loads(inner) == {"name": HOSTILE, "values": [1.5, None]}


def test_a_name_of_another_direction_stays_apart():
    """Arabic or Hebrew beside a number does not turn the number around; plain letters need no element."""
    assert html.name_html("6 × 800 m") == "<bdi>6 × 800 m</bdi>"
    assert html.name_html("6x800 & more") == "6x800 &amp; more"


def test_long_lists_are_columns():
    """Each row reads back as it was, what was nested under a joined name, and what was absent as null."""
    rows = [{"run_s": 1.0, "text": "go"}, {"run_s": 2.0, "done": {"time_s": 4}, "came": "answered"}]
    assert html.columns_of(rows) == {
        "columns": ["run_s", "text", "done.time_s", "came"],
        "rows": [[1.0, "go", None, None], [2.0, None, 4, "answered"]],
    }


def test_a_number_that_is_none_is_refused():
    """An unknown value is null or absent, never NaN."""
    with pytest.raises(ValueError, match="Out of range"):
        html.json_html("data", {"speed_mps": float("nan")})


def test_the_policy_allows_the_page_alone():
    """The policy names the style and the script by their hashes; nothing that runs or looks stands in attributes."""
    found = Reader(a_page())
    policy = next(attrs["content"] for _, attrs in found.elements if "http-equiv" in attrs)
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style_sheet(), SCRIPT)
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    names = {name for _, attrs in found.elements for name in attrs}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]


def test_nothing_on_a_page_moves_by_itself():
    """There is no animation that a reader who wants less motion would have to turn off."""
    assert not re.search("animation|transition|smooth", style_sheet() + SCRIPT)


def test_a_page_has_the_colours_of_the_screen():
    """Both themes, and whatever the reader's system says, what is printed is light."""
    style = style_sheet()
    light, dark = (SCREEN_THEMES[name].colours for name in ("sun", "night"))
    assert style.count(f"--slow:{light['slow'][1]}") == 2
    assert style.count(f"--slow:{dark['slow'][1]}") == 2
    assert f"--ink:{light['plain'][0]}" in style.partition("@media print")[2]


def test_a_part_without_content_is_not_there():
    """A section without content has no heading."""
    assert html.section_html("Laps", html.table_html("Each lap", ["lap"], [])) == ""
    assert (
        html.details_html("More", "")
        == html.list_html([])
        == html.terms_html([])
        == html.tiles_html([])
        == ""
    )


def test_a_table_says_where_its_words_are():
    """Words stand at the left, and what a phone has no room for is marked."""
    table = html.table_html(
        "Reps",
        ["rep", "note"],
        [["1", "cut"], ["2", "--"]],
        words=[1],
        wide=[0],
        foot=["mean", ""],
    )
    assert '<th scope="row" class="wide">1</th><td class="w">cut</td>' in table
    assert '<tfoot><tr><th scope="row" class="wide">mean</th>' in table
