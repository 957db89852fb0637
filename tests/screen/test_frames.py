"""The driver sends a tenth of what is painted, and the terminal shows the same picture."""

import random
from typing import cast

import pyte
import pytest
from textual._compositor import CompositorUpdate, LayoutUpdate

from coach.quantities import MetresPerSecond, Seconds
from coach.screen.app import CoachApp
from coach.screen.driver import Frames
from coach.session.phases import Phase
from tests.screen.builders import FakeRun, rep_four, shown

WIDTH, HEIGHT = 40, 6
SIZE = (WIDTH, HEIGHT)
STYLES = (
    "",
    "1",
    "4",
    "7",
    "1;38;2;255;255;255;48;2;0;0;0",
    "38;2;255;255;255;48;2;0;0;0",
    "1;38;2;0;0;0;48;2;255;255;0",
    "1;97;40",
    "30;107",
    "9;38;5;200;48;5;17",
)
TEXTS = ("4:05", "   ", "▀▄ ", "HR 165 bpm", "跑步 ", "é", " ", "e\u0301 ", "----------")


class Emulator:
    """A terminal, as pyte understands one."""

    def __init__(self, size: tuple[int, int] = SIZE):
        self.screen = pyte.Screen(*size)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?7l")

    def seen(self) -> list[list[tuple[object, ...]]]:
        """The visible look of every cell: of a blank its ground, and its letter's colour only if that shows."""
        rows = []
        for y in range(self.screen.lines):
            row = []
            for x in range(self.screen.columns):
                cell = self.screen.buffer[y][x]
                is_blank = cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough)
                row.append((" ", cell.bg) if is_blank else tuple(cell))
            rows.append(row)
        return rows


def piece(x: int, y: int, text: str, style: str) -> str:
    """A piece of a frame as Textual writes it."""
    return f"\x1b[{y + 1};{x + 1}H" + (f"\x1b[{style}m{text}\x1b[0m" if style else text)


def frames(seed: int, count: int = 25) -> list[str]:
    """Frames of pieces anywhere, some of them painted twice; every one ends with the cursor at the top."""
    chance, result = random.Random(seed), []
    for _ in range(count):
        pieces = []
        for _ in range(chance.randrange(1, 12)):
            text = chance.choice(TEXTS) * chance.randrange(1, 4)
            x = chance.randrange(0, WIDTH - 2 * len(text)) if 2 * len(text) < WIDTH else 0
            pieces.append(piece(x, chance.randrange(HEIGHT), text, chance.choice(STYLES)))
        result.append("".join([*pieces, chance.choice(["", *pieces]), "\x1b[1;1H"]))
    return result


@pytest.mark.parametrize("seed", range(12))
def test_the_picture_is_the_same(seed):
    """A terminal that gets only the differences shows the same as one that gets every frame."""
    whole, less, cells = Emulator(), Emulator(), Frames()
    for frame in frames(seed):
        whole.stream.feed(frame)
        less.stream.feed(cells.update(frame, SIZE))
        assert less.seen() == whole.seen()


def test_a_frame_that_changes_nothing_is_not_sent():
    """The same frame a second time is empty, with the marks that hold a frame back too."""
    cells = Frames()
    frame = "\x1b[?2026h" + piece(3, 1, "4:05", STYLES[4]) + "\x1b[1;1H\x1b[?2026l"

    assert cells.update(frame, SIZE)
    assert cells.update(frame, SIZE) == ""


def test_one_digit_is_one_digit():
    """A changed digit is sent alone, where it is, with one more row that has not changed."""
    cells = Frames()
    for y in range(HEIGHT):
        cells.update(piece(0, y, "HR 165 bpm", STYLES[4]), SIZE)
    sent = cells.update(piece(0, 3, "HR 164 bpm", STYLES[4]), SIZE)

    assert sent.startswith("\x1b[4;6H\x1b[1;38;2;255;255;255;48;2;0;0;0m4")
    assert sent.count("HR 165 bpm") == 1
    assert sent.count("HR 164 bpm") == 0


def test_what_others_write_is_gone_after_as_many_frames_as_there_are_rows():
    """A message over the picture is written over row by row, while anything changes at all."""
    less, cells = Emulator(), Frames()
    for y in range(HEIGHT):
        less.stream.feed(cells.update(piece(0, y, "-" * WIDTH, STYLES[4]), SIZE))
    before = less.seen()
    less.stream.feed("\x1b[2;3Hsystem is going down\x1b[5;1Hnow")
    assert less.seen() != before
    for number in range(HEIGHT):
        less.stream.feed(cells.update(piece(0, 0, str(number % 2), STYLES[4]), SIZE))
    less.stream.feed(cells.update(piece(0, 0, "-", STYLES[4]), SIZE))

    assert less.seen() == before


@pytest.mark.parametrize("letter", ["a", "é"])
def test_the_half_of_a_wide_letter_is_no_letter(letter):
    """A wide letter one half of which was written over is sent again: the terminal drops both halves."""
    for place in (3, 4):
        cells = Frames()
        wide = piece(3, 1, "跑", STYLES[4])
        cells.update(wide, SIZE)
        cells.update(piece(place, 1, letter, STYLES[4]), SIZE)

        assert "跑" in cells.update(wide, SIZE)


@pytest.mark.parametrize("clear", ["\x1b[2J", "\x1bc", "\x1b[?1049h"])
def test_what_may_do_anything_is_sent_and_nothing_is_known_behind_it(clear):
    """A sequence that is not read here goes to the terminal as it is, and the frame behind it is sent whole."""
    cells = Frames()
    frame = piece(3, 1, "4:05", STYLES[4])
    first = cells.update(frame, SIZE)

    assert cells.update(clear, SIZE) == clear
    assert cells.update(frame, SIZE) == first


def test_a_terminal_of_another_size_is_painted_anew():
    """Nothing is known of a terminal whose size has changed, nor after a frame that did not fit it."""
    cells, small = Frames(), (20, 3)
    inside, outside = piece(0, 1, "4:05", STYLES[4]), piece(30, 5, "4:05", STYLES[4])
    first = cells.update(inside, SIZE)
    assert cells.update(inside, SIZE) == ""

    assert cells.update(inside, small) == first
    assert cells.update(outside, small)
    assert cells.update(inside, small) == first


def test_the_shape_of_the_pointer_goes_through():
    """The sequence changes no cell, so the known cells stay known."""
    cells, pointer = Frames(), "\x1b]22;default\x07"
    frame = piece(3, 1, "4:05", "")
    cells.update(frame, SIZE)

    assert cells.update(pointer, SIZE).startswith(pointer)
    assert cells.update(frame, SIZE) == ""


@pytest.mark.asyncio
async def test_a_run_looks_the_same(monkeypatch):
    """A terminal shows the whole picture, also as time, values, theme and overlay change."""
    size, written = (120, 40), []

    def display(app: CoachApp, _screen: object, update: CompositorUpdate | None) -> None:
        if update is not None:
            written.append(update.render_segments(app.console))

    monkeypatch.setattr(CoachApp, "_display", display)
    less, frames_shown = Emulator(size), Frames()
    painted_bytes = sent_bytes = 0
    run = FakeRun(rep_four())
    app = CoachApp(run, is_ticking=False)
    async with app.run_test(size=size) as pilot:
        for number in range(8):
            run.show(
                rep_four(
                    run_s=Seconds(1234 + number),
                    speed=shown(MetresPerSecond(4.0 + number / 10)),
                    heart_rate=shown(160.0 + number),
                    phase=Phase.PAUSED if number == 4 else Phase.WORK,
                )
            )
            if number in {5, 6}:
                await pilot.press("question_mark" if number == 5 else "t")
            await pilot.pause()
            text = "".join(written)
            written.clear()
            sent = frames_shown.update(text, size)
            less.stream.feed(sent)
            painted_bytes += len(text)
            sent_bytes += len(sent)
            whole = Emulator(size)
            update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
            whole.stream.feed(cast("LayoutUpdate", update).render_segments(app.console))
            assert less.seen() == whole.seen(), number
    assert sent_bytes < painted_bytes / 3
