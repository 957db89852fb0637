"""The writing of a screen as text."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from tests.screen.render import text_of

PLAIN = Style(color="#000000", bgcolor="#ffffff")
INKED = Style(color="#ffffff", bgcolor="#000000")
BOX = Style(color="#000000", bgcolor="#ffb000", bold=True)


async def written(*lines: list[tuple[str, Style]]) -> list[str]:
    """Show lines of styled text on a screen of 12 columns and as many lines, and write it."""

    class StripWidget(Widget):
        DEFAULT_CSS = "StripWidget { width: 100%; height: 100%; }"

        def render_line(self, y: int) -> Strip:
            return Strip([Segment(text, style) for text, style in lines[y]])

    class Screen(App[None]):
        def compose(self) -> ComposeResult:
            yield StripWidget()

    app = Screen()
    async with app.run_test(size=(12, len(lines))) as pilot:
        await pilot.pause()
        return text_of(app).splitlines()


@pytest.mark.asyncio
async def test_the_default_is_said_once_and_runs_on_the_same_columns_are_one():
    """The style of most cells is left out; a run has its lines, its columns and what is seen of it."""
    text = await written(
        [("one  ", PLAIN), ("box    ", BOX)],
        [("two  ", PLAIN), ("on     ", BOX)],
        [("three       ", PLAIN)],
        [("four        ", PLAIN)],
    )
    assert text == [
        "one  box",
        "two  on",
        "three",
        "four",
        "",
        "the rest  #000000 on #ffffff",
        "1-2:6-12      #000000 bold on #ffb000",
    ]


@pytest.mark.asyncio
async def test_the_ink_of_a_blank_is_not_seen():
    """A blank belongs to the run before it, and a filled stretch without letters has no ink."""
    red = Style(color="#ff0000", bgcolor="#ffffff")
    text = await written([(" ab", PLAIN), (" ", red), ("cd ", red), ("     ", BOX)])
    assert text[2:] == [
        "the rest  #000000 on #ffffff",
        "1:5-6         #ff0000 on #ffffff",
        "1:8-12        on #ffb000",
    ]


@pytest.mark.asyncio
async def test_painted_blanks_of_a_figure_are_blocks_and_the_gap_of_a_frame_is_not():
    """A blank in the ink of both its sides is a full block; the paper between two dark cells stays paper."""
    text = await written(
        [("a ", PLAIN), ("  ", INKED), ("        ", PLAIN)],
        [("b ", PLAIN), (" ", INKED), ("     ", PLAIN), (" ", INKED), ("   ", PLAIN)],
        [(" x", BOX), ("  ", INKED), ("        ", BOX)],
        [("the paper   ", PLAIN)],
    )
    assert text[:3] == ["a ██", "b █     █", " x██"]
    assert text[6:] == ["3:1-12        #000000 bold on #ffb000"]
    frame = await written(
        [("x  ", BOX), (" ", INKED), ("   ", PLAIN), (" ", INKED), ("x   ", BOX)], [("p" * 12, PLAIN)]
    )
    assert frame[0] == "x       x"
    assert "1:4           on #000000" in frame


@pytest.mark.asyncio
async def test_columns_are_those_of_the_terminal():
    """A letter two columns wide counts as two, and underlines are seen under blanks."""
    text = await written(
        [
            ("走", PLAIN),
            ("run", PLAIN + Style(bold=True)),
            ("  ", PLAIN + Style(underline=True)),
            ("     ", PLAIN),
        ],
        [("plain       ", PLAIN)],
    )
    assert text[0] == "走run"
    assert text[4:] == ["1:3-5         #000000 bold on #ffffff", "1:6-7         on #ffffff underline"]
