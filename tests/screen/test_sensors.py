"""The Sensors screen: choose, remember, label, forget, and nothing a name says does harm."""

from dataclasses import replace

import pytest
from rich.cells import cell_len
from textual.widgets import OptionList, Static

from coach.problems import CoachProblem
from coach.screen.app import CoachApp
from coach.screen.pick import PickScreen
from coach.screen.protocols import SensorLine
from coach.screen.sensors import (
    BARS,
    NOBODY,
    LabelDialog,
    SensorPicker,
    SensorsScreen,
    about,
    row,
    sparkline,
    title,
)
from tests.screen.builders import FakeActions, FakeLibrary, listed, some_sensors


def app_with(actions):
    """The library with sensors behind it."""
    return CoachApp(library=FakeLibrary([listed("8x400")]), sensors=actions, is_ticking=False)


async def opened(pilot):
    """Open the Sensors screen."""
    await pilot.press("f8")
    await pilot.pause()
    return pilot.app.screen


def said(app):
    """The text at the foot of the screen."""
    return str(app.screen.query_one("#said", Static).content)


@pytest.mark.asyncio
async def test_the_radio_is_open_while_the_screen_is():
    """F8 opens it from the library, Escape leads back and stops the radio."""
    actions = FakeActions(some_sensors())
    async with app_with(actions).run_test() as pilot:
        assert isinstance(await opened(pilot), SensorsScreen)
        assert actions.done == [("open",)]
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, PickScreen)
        assert actions.done == [("open",), ("close",)]


@pytest.mark.asyncio
async def test_enter_remembers_the_sensor_under_the_cursor():
    """The cursor stays with its sensor when others turn up before it."""
    actions = FakeActions(some_sensors())
    async with app_with(actions).run_test() as pilot:
        screen = await opened(pilot)
        await pilot.press("down", "down")
        actions.shows = [SensorLine("new", "New", is_near=True), *actions.shows]
        actions.changed()
        await pilot.pause()
        assert screen.query_one(OptionList).highlighted == 3
        await pilot.press("enter")
        assert actions.done[-1] == ("pair", "D4:22:1A:00:00:03")


@pytest.mark.asyncio
@pytest.mark.parametrize(("key", "paired"), [("enter", True), ("escape", False)])
async def test_a_match_that_is_not_clear_is_asked_about(key, paired):
    """Neighbours of one name are picked by hand, or none is taken."""
    twins = [SensorLine("AA", "H10", signals=(-60,)), SensorLine("BB", "H10", signals=(-61,))]
    actions = FakeActions(twins, namesakes=twins)
    async with app_with(actions).run_test() as pilot:
        await opened(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SensorPicker)
        actions.shows[1] = SensorLine("BB", "H10", signals=(-61, -40))
        pilot.app.screen.look()
        option = pilot.app.screen.query_one(OptionList).get_option_at_index(1)
        assert "-40 dBm" in str(option.prompt)
        await pilot.press("down", key)
        await pilot.pause()
        assert (("pair", "BB") in actions.done) is paired


@pytest.mark.asyncio
async def test_a_label_is_typed():
    """Enter keeps it; Escape changes nothing; a stranger's sensor has none."""
    actions = FakeActions(some_sensors())
    async with app_with(actions).run_test() as pilot:
        await opened(pilot)
        await pilot.press("l", "escape", "l")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LabelDialog)
        await pilot.press("ctrl+u", *"belt", "enter")
        await pilot.pause()
        assert [deed for deed in actions.done if deed[0] == "rename"] == [
            ("rename", "D4:22:1A:00:00:01", "belt")
        ]
        await pilot.press("down", "down", "l")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SensorsScreen)


@pytest.mark.asyncio
@pytest.mark.parametrize("athletes", [1, 2])
async def test_a_sensor_is_given_to_the_next_athlete(athletes):
    """With several athletes `a` assigns a paired sensor; with one athlete there is no such key."""
    actions = FakeActions([replace(some_sensors()[0], wearer="ben"), *some_sensors()[1:]], athletes=athletes)
    async with app_with(actions).run_test() as pilot:
        screen = await opened(pilot)
        assert "ben's" in str(screen.query_one(OptionList).get_option_at_index(0).prompt)
        assert ("a athlete" in str(screen.query_one("#hints", Static).content)) is (athletes > 1)
        await pilot.press("a")
        assert actions.done[-1] == ("give", "D4:22:1A:00:00:01")


@pytest.mark.asyncio
async def test_what_is_remembered_is_there_before_anybody_listens():
    """The list is filled when the screen opens; a sensor that was not heard yet is looked for, not missing."""
    order = []

    class Watched(FakeActions):
        def lines(self):
            order.append("lines")
            return super().lines()

        def open(self, changed):
            order.append("open")
            super().open(changed)

    actions = Watched([replace(some_sensors()[1], absence="looking")])
    async with app_with(actions).run_test() as pilot:
        screen = await opened(pilot)
        assert order.index("lines") < order.index("open")
        assert "looking" in str(screen.query_one(OptionList).get_option_at_index(0).prompt)


@pytest.mark.asyncio
async def test_forgetting_is_asked_twice():
    """The second f forgets; a step away keeps it; a stranger's cannot be forgotten."""
    actions = FakeActions(some_sensors())
    async with app_with(actions).run_test() as pilot:
        await opened(pilot)
        await pilot.press("f")
        assert "Forget it?" in said(pilot.app)
        await pilot.press("down", "up", "f")
        assert ("forget", "D4:22:1A:00:00:01") not in actions.done
        await pilot.press("f")
        assert actions.done[-1] == ("forget", "D4:22:1A:00:00:01")
        await pilot.press("down", "down", "f", "f")
        assert len([deed for deed in actions.done if deed[0] == "forget"]) == 1


@pytest.mark.asyncio
async def test_what_cannot_be_written_is_said():
    """A full disk is reported over the screen, and the screen goes on."""
    actions = FakeActions(some_sensors(), problem=CoachProblem("The disk is full.", "Free some space."))
    async with app_with(actions).run_test() as pilot:
        await opened(pilot)
        await pilot.press("f", "f")
        await pilot.pause()
        assert "Free some space." in next(note.message for note in pilot.app._notifications)


@pytest.mark.asyncio
async def test_an_empty_air_says_how_to_wake_sensors():
    """The hint is shown until there is a sensor or a message; keys do nothing then."""
    actions = FakeActions([])
    async with app_with(actions).run_test() as pilot:
        screen = await opened(pilot)
        assert said(pilot.app) == NOBODY
        await pilot.press("enter", "l", "f")
        assert actions.done == [("open",)]
        actions.words = "Bluetooth is switched off."
        actions.changed()
        assert said(pilot.app) == "Bluetooth is switched off."
        actions.shows = some_sensors()
        screen.look()
        actions.shows = []
        screen.look()
        assert str(screen.query_one("#about", Static).content) == ""


def test_a_sparkline_is_as_wide_as_asked():
    """The newest signal is at the right; the weakest is the lowest bar and the strongest the highest."""
    assert sparkline((), 4) == "    "
    assert sparkline((-120, -100, -40, 0), 6) == "  " + BARS[0] * 2 + BARS[-1] * 2
    assert sparkline(tuple(range(-90, -30)), 8)[-1] == BARS[-1]


@pytest.mark.parametrize("width", [40, 76, 120, 196])
@pytest.mark.parametrize("name", ["", "\x1b[31mevil\x07", "\u202egnp.exe", "心拍計" * 9, "x" * 10_000])
def test_every_name_stays_in_its_row(name, width):
    """Control characters, direction marks, wide letters and endless names take no more than the row has."""
    line = SensorLine("AA", name, "", "strap", ("heart rate",), (-60,), 80, is_remembered=True, is_near=True)
    text = row(line, width)
    assert cell_len(text) <= width
    assert text.rstrip().endswith("yours")
    for each in (text, about(line), title(line)):
        assert not {"\x1b", "\x07", "\u202e"} & set(each)
    assert len(about(line)) < 400


@pytest.mark.asyncio
async def test_a_crowd_of_sensors_does_not_hold_up_the_screen(monkeypatch):
    """However many signals change at once, the list is redrawn once, and again after a rest."""
    crowd = [SensorLine(str(number), f"Strap {number}", signals=(-60,)) for number in range(200)]
    actions = FakeActions(crowd)
    looks: list[int] = []
    whole = SensorsScreen.look

    def look(screen):
        looks.append(1)
        whole(screen)

    monkeypatch.setattr(SensorsScreen, "look", look)
    async with app_with(actions).run_test() as pilot:
        screen = await opened(pilot)
        looks.clear()
        for number in range(200):
            actions.shows[number] = SensorLine(str(number), f"Strap {number}", signals=(-60, -50))
            actions.changed()
        assert len(looks) == 1
        screen._throttle._end_rest()
        assert len(looks) == 2
        assert "-50 dBm" in str(screen.query_one(OptionList).get_option_at_index(199).prompt)
