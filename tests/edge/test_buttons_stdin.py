"""Button names from a pipe."""

import asyncio
import os
import threading
from contextlib import suppress

import pytest

from coach.edge.conductor import Conductor
from coach.edge.sources import StdinButtons, parse_button
from coach.quantities import Seconds
from coach.session.phases import Button, Origin, Pressed
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
        (b"add rep", Pressed(Seconds(0.0), Button.ADD_REP, Origin.STDIN)),
        (b"longer", Pressed(Seconds(0.0), Button.EXTEND, Origin.STDIN)),
        (b"Go on", Pressed(Seconds(0.0), Button.RESUME, Origin.STDIN)),
        (b"start", Pressed(Seconds(0.0), Button.GO, Origin.STDIN)),
        (b"2", Pressed(Seconds(0.0), Button.ANSWER, Origin.STDIN, 2)),
        (b"", None),
        (b"   \t", None),
    ],
)
def test_is_lenient_with_spelling(line, pressed):
    """Capitals, hyphens and spaces do not matter, the screen's words are names; an empty line is nothing."""
    assert parse_button(line) == pressed


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"marc", "'marc' is not a button; did you mean mark?"),
        (b"jump", "'jump' is not a button"),
        (b"mark 3", "mark takes nothing after it, not '3'"),
        (b"add rep now", "add_rep takes nothing after it, not 'now'"),
        (b"long", "'long' is not a button; did you mean longer?"),
        (b"11", "answer takes the number"),
        (b"answer", "answer takes the number"),
        (b"answer 11", "answer takes the number"),
        (b"answer \xc2\xb2", "answer takes the number"),
        (b"\xff\x1b[2J", "'\ufffd\\x1b[2j' is not a button"),
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
    assert notes == ["'mrk' is not a button; did you mean mark?"]


@pytest.mark.asyncio
async def test_an_unreadable_input_ends_nothing():
    """A closed descriptor is the end of input."""
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    await asyncio.wait_for(
        StdinButtons(lambda _: None, fd=reading).listen(Conductor(StubRun(), FakeClock())), 20
    )


class RestingClock(FakeClock):
    """A clock that a rest moves on, and that counts the rests."""

    def __init__(self) -> None:
        super().__init__()
        self.rested_s = 0.0

    def rest(self, seconds: float) -> None:
        """Let so much time pass."""
        self.rested_s += seconds
        self.time += seconds


def flood(data):
    """Read a flood to its end, without waiting; returns what was found, and how long it would have taken."""
    reading, writing = os.pipe()
    clock = RestingClock()
    found: list[Pressed | str] = []
    buttons = StdinButtons(lambda _: None, fd=reading, clock=clock)

    def write():
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(data)

    writer = threading.Thread(target=write)
    writer.start()
    buttons._read(found.extend, clock.rest)
    writer.join()
    os.close(reading)
    return found, clock.rested_s


def test_a_script_presses_at_once():
    """A hundred presses in a moment are taken without a rest."""
    found, rested_s = flood(b"mark\n" * 90)
    assert (len(found), rested_s) == (90, 0.0)


def test_a_flood_of_presses_is_taken_at_a_hands_speed():
    """Beyond the first hundred ten presses a second are taken, and none is lost."""
    found, rested_s = flood(b"mark\n" * 1000)
    assert [each.button for each in found] == [Button.MARK] * 1000
    assert rested_s == pytest.approx(90, abs=1)


def test_a_flood_of_other_lines_is_reported_in_a_few():
    """Twenty are told and then that no more are; a press among them still counts."""
    found, rested_s = flood(b"y\n" * 50_000 + b"mark\n")
    problems = [each for each in found if isinstance(each, str)]
    assert len(problems) < 25
    assert problems[-1].startswith("Many lines name no button")
    assert isinstance(found[-1], Pressed)
    assert 30 < rested_s < 80


def test_an_endless_line_is_read_slowly_and_kept_short():
    """Of a line without an end the beginning is kept, and 400 kB are read a second."""
    found, rested_s = flood(bytes(8_000_000))
    assert len(found) == 1
    assert len(found[0]) < 1000
    assert rested_s == pytest.approx(10, abs=2)


def test_bytes_that_are_no_text_are_no_button():
    """Whatever is piped in, nothing raises and few lines are told."""
    found, _ = flood(bytes(range(256)) * 4000)
    assert sum(isinstance(each, str) for each in found) < 60


def fill(writing):
    """Write until a pipe takes no more; returns how many bytes that were."""
    written = 0
    with suppress(BlockingIOError):
        while True:
            written += os.write(writing, b"\n" * 4096)
    return written


@pytest.mark.asyncio
async def test_what_is_read_waits_for_the_loop():
    """While the loop is busy no second chunk is handed over: a flood stays in its pipe."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    conductor = Conductor(StubRun(), FakeClock())
    listening = asyncio.create_task(StdinButtons(lambda _: None, fd=reading).listen(conductor))
    await asyncio.sleep(0)
    assert fill(writing) < 1 << 20
    listening.cancel()
    os.close(writing)
    with pytest.raises(asyncio.CancelledError):
        await listening
