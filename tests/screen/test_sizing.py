"""The reading distance of the pace that is reported is that of the painted live screen."""

import pytest

from coach.screen.app import CoachApp
from coach.screen.run import HeroBox, Sizing, letter_rows, read_from_m, reading_advice
from coach.session.phases import Phase
from tests.screen.builders import FakeRun, rep_four, shown

SIZES = [(80, 24), (100, 30), (120, 40), (160, 45), (200, 60), (60, 18), (80, 20), (50, 30)]


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_the_rows_of_the_pace_are_those_of_the_live_screen(size):
    """At every size the letters of a pace have the computed height, to half a row."""
    app = CoachApp(FakeRun(rep_four(speed=shown(1000 / 250))), is_ticking=False)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        hero = app.screen.query_one(HeroBox)
        rows = [hero.render_line(y) for y in range(hero.size.height - 1)]
        inked = [
            row
            for row in rows
            if any(
                (s.style and s.style.bgcolor and s.style.bgcolor.name == "#000000") or s.text.strip()
                for s in row
            )
        ]
        assert abs(len(inked) - letter_rows(*size)) <= 0.5


def test_a_letter_is_read_from_where_it_covers_22_minutes_of_arc():
    """A letter of 31 mm is read from 4.8 m."""
    assert round(read_from_m(31.0), 1) == 4.8


def test_what_is_large_enough_has_nothing_to_change():
    """80 x 24 in full screen on a 14-inch laptop needs no advice."""
    text, fix = reading_advice(80, 24, 7.3, 175.0, "measured on this panel")
    assert text == "your pace is 51 mm: read from 8.0 m (measured on this panel)"
    assert fix == ""


def test_small_letters_are_told_how_to_grow():
    """A small window says by how much a full screen of few lines is better."""
    text, fix = reading_advice(80, 24, 2.5, 175.0, "measured on this panel")
    assert text.startswith("your pace is 18 mm: read from 2.7 m")
    assert (
        fix
        == "Fill the screen and enlarge the letters (F11, Ctrl +) down to 80 x 24: 51 mm, read from 8.0 m."
    )
    assert reading_advice(80, 24, 2.5, 60.0, "measured")[1] == ""


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_before_the_first_run_it_is_said_and_a_key_is_a_key(size):
    """The advice replaces the figures until the run starts; space starts the run as usual."""
    ready = rep_four(phase=Phase.READY, run_s=None, judged_quantity=None, cue=None)
    run = FakeRun(ready)
    app = CoachApp(
        run, is_ticking=False, sizing=lambda: lambda *_: ("your pace is 31 mm: read from 4.8 m", "Ctrl +")
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        part = app.screen.query_one(Sizing)
        assert part.display
        lines = "".join(part.render_line(y).text for y in range(part.size.height))
        assert "Your pace is 31 mm: read from 4.8 m." in lines
        await pilot.press("space", "n")
        assert [button.value for button, _ in run.pressed] == ["mark", "next"]
        run.show(rep_four())
        await pilot.pause(0.3)
        assert not part.display


@pytest.mark.asyncio
async def test_it_is_said_once_and_never_of_a_run_that_goes_on():
    """A later run has no advice, and a run that began by itself does not use up the first time."""
    calls = []
    app = CoachApp(FakeRun(rep_four()), is_ticking=False, sizing=lambda: calls.append(1))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert not app.screen.query_one(Sizing).display
    assert calls == []
