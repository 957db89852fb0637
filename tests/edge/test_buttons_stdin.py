"""Button names from a pipe."""

import asyncio
import os

import pytest

from coach.edge.conductor import Conductor
from coach.edge.sources.buttons_stdin import StdinButtons, parse_button
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin, Pressed
from tests.edge.doubles import FakeClock, StubRun


@pytest.mark.parametrize("button", [button for button in Button if button is not Button.ANSWER])
def test_every_button_has_its_name(button):
    """Each button is pressed by its name on a line."""
    assert parse_button(f"{button.value}\r\n".encode()) == Pressed(Seconds(0.0), button, Origin.STDIN)


@pytest.mark.parametrize(
    ("line", "pressed"),
    [
        (b"answer 2", Pressed(Seconds(0.0), Button.ANSWER, Origin.STDIN, 2)),
        (b"  Add-Rep ", Pressed(Seconds(0.0), Button.ADD_REP, Origin.STDIN)),
        (b"", None),
        (b"   \t", None),
    ],
)
def test_is_lenient_with_spelling(line, pressed):
    """Capitals, hyphens and spaces do not matter; an empty line is nothing."""
    assert parse_button(line) == pressed


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"marc", "'marc' is no button; did you mean mark?"),
        (b"jump", "'jump' is no button"),
        (b"mark 3", "mark takes nothing after it, not '3'"),
        (b"answer", "answer takes the number"),
        (b"answer 11", "answer takes the number"),
        (b"answer \xc2\xb2", "answer takes the number"),
        (b"\xff\x1b[2J", "'\ufffd\\x1b[2j' is no button"),
        (b"x" * 100_000, "'xxx"),
    ],
)
def test_says_what_is_no_button(line, message):
    """A line that names no button is answered with a short sentence that cannot steer a terminal."""
    with pytest.raises(ValueError, match=r"button|answer|takes") as caught:
        parse_button(line)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 300


@pytest.mark.asyncio
async def test_presses_lines_and_its_end_ends_nothing():
    """Lines become presses in order, a bad one becomes a note, and after the end of input the run goes on."""
    reading, writing = os.pipe()
    notes: list[str] = []
    run = StubRun()
    conductor = Conductor(run, FakeClock())
    conducting = asyncio.create_task(conductor.conduct())
    os.write(writing, b"go\nmrk\nmark\nne")
    os.write(writing, b"xt")
    os.close(writing)
    await asyncio.wait_for(StdinButtons(notes.append, fd=reading).listen(conductor), 20)
    os.close(reading)
    assert not conducting.done()
    conductor.close()
    await conducting
    assert [each.button for each in run.inputs if isinstance(each, Pressed)] == [
        Button.GO,
        Button.MARK,
        Button.NEXT,
    ]
    assert notes == ["'mrk' is no button; did you mean mark?"]


@pytest.mark.asyncio
async def test_an_unreadable_input_ends_nothing():
    """A closed descriptor is the end of input."""
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    await asyncio.wait_for(
        StdinButtons(lambda _: None, fd=reading).listen(Conductor(StubRun(), FakeClock())), 20
    )
