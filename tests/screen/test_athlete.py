"""The athlete's screen: everything that is known with its source, several athletes, and the way back."""

from dataclasses import dataclass, field

import pytest
from textual.containers import VerticalScroll

from coach.athlete import athlete_from
from coach.problems import AthleteProblem
from coach.screen.app import CoachApp
from coach.screen.athlete import AthleteScreen, sheet_text
from coach.screen.pick import PickScreen
from coach.screen.ports import LibraryEntry
from coach.workout.sheet import Sheet, sheet_of
from tests.screen.builders import FakeLibrary

RACE = {"date": "2026-05-10", "distance": "5 km", "time": "20:00"}
RATES = {
    "max": {"bpm": 190, "source": "estimated"},
    "threshold": {"bpm": 170, "source": "measured"},
}


def somebody(name, **entry):
    """The sheet of an athlete."""
    document = {"format": "coach-athlete/1", "slug": name.lower(), "name": name}
    athlete = athlete_from(document | {"history": [{"from": "2026-05-10", **entry}]}, name=name)
    return sheet_of(athlete.model_copy(update={"name": f"{name} \x1b[31m"}))


ADA = somebody("Ada", races=[RACE], heart_rate=RATES)
BOB = somebody("Bob", threshold_pace="4:30/km")


@dataclass
class FakePeople:
    """People as a test wants them."""

    known: list[Sheet] = field(default_factory=list)
    broken: bool = False

    def sheets(self):
        """Give the sheets, or the problem."""
        if self.broken:
            raise AthleteProblem("ada.json: the file is empty", "Save it anew.")
        return self.known


def an_app(people):
    """An app in its library."""
    return CoachApp(library=FakeLibrary([LibraryEntry("a", "A")]), people=people, is_ticking=False)


def text_of(app, selector):
    """What a static text of the screen says."""
    return str(app.screen.query_one(selector).content)


def test_the_sheet_says_where_everything_comes_from():
    """Paces with their race, zones with their number, an estimate called one, refusals and commands."""
    text = sheet_text(ADA)
    for words in (
        "derived from VDOT 49.8: 5 km in 20:00 on 2026-05-10",
        "Friel, by threshold of 170 bpm measured",
        "190 bpm estimated (an estimate: no cue is made from it)",
        "wide, 8.4 times as far",
        "coach athlete set --rest-heart-rate 50",
    ):
        assert words in text
    order = [
        text.index(heading) for heading in ("Paces", "Heart rate", "Predictions", "Notes", "Not known yet")
    ]
    assert order == sorted(order)


@pytest.mark.asyncio
async def test_the_athlete_is_a_key_away_from_the_library():
    """F9 shows the athlete, Escape leads back to the library."""
    app = an_app(FakePeople([ADA]))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert type(app.screen) is AthleteScreen
        assert "VDOT 49.8" in text_of(app, "#sheet")
        assert "\x1b" not in text_of(app, "#title")
        await pilot.press("escape")
        await pilot.pause()
        back: object = app.screen
        assert isinstance(back, PickScreen)


@pytest.mark.asyncio
async def test_several_athletes_are_turned_through():
    """Right and left go round among the athletes, each from the top."""
    app = an_app(FakePeople([ADA, BOB]))
    async with app.run_test(size=(100, 20)) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        await pilot.press("pagedown")
        await pilot.pause()
        await pilot.press("right")
        await pilot.pause()
        assert "Bob" in text_of(app, "#title")
        assert app.screen.query_one(VerticalScroll).scroll_y == 0
        await pilot.press("right")
        assert "Ada" in text_of(app, "#title")
        await pilot.press("left")
        assert "Bob" in text_of(app, "#title")
        assert "next athlete" in text_of(app, "#hints")


@pytest.mark.asyncio
@pytest.mark.parametrize("people", [None, FakePeople()])
async def test_without_an_athlete_the_first_step_is_told(people):
    """Nobody saved is no empty screen: the command to begin with stands there."""
    app = an_app(people)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f9", "right")
        await pilot.pause()
        assert 'coach athlete set --race "5 km=20:15"' in text_of(app, "#sheet")


@pytest.mark.asyncio
async def test_a_broken_document_is_told_in_the_library():
    """Who cannot be read is not shown; the library says why and stays."""
    app = an_app(FakePeople(broken=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert "the file is empty" in text_of(app, "#words")
