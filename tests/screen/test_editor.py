"""The editor shows typed text at once, names the place of a fault, and runs and saves what is shown."""

import json

import pytest
from textual.widgets import Input

from coach.problems import WorkoutProblem
from coach.screen.app import CoachApp, HelpOverlay
from coach.screen.base import EDITOR
from coach.screen.editor import EditorScreen, Layout, first_shown
from coach.screen.pick import PickScreen
from coach.screen.protocols import NameUse
from coach.screen.run import RunScreen
from coach.workout.editing import Cell
from tests.screen.builders import FakeLibrary, listed
from tests.screen.render import text_of
from tests.workout.notation.documents import ATHLETE

LIBRARY = (listed("6x800-5k"), listed("pyramid"), listed("hills-6x1min"))


class Bench:
    """An app with the editor open on a workout."""

    def __init__(self, pilot, library):
        self.pilot = pilot
        self.library = library
        self.app = pilot.app

    async def press(self, *keys):
        """Press keys, and let the screen settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()
        await self.pilot.pause()

    async def type(self, text):
        """Type into the open field, in place of what is in it."""
        self.app.screen.query_one(Input).value = text
        await self.pilot.pause()

    @property
    def screen(self):
        """The class of the visible screen."""
        return type(self.app.screen).__name__

    @property
    def document(self):
        """The document as it would be run."""
        return self.app.screen._draft.document

    @property
    def rows(self):
        """The rows of the screen as text."""
        return text_of(self.app).splitlines()

    def sees(self, text):
        """Return whether a text is on the screen."""
        return any(text in row for row in self.rows[: self.app.size.height])


def editor(test):
    """Run a test with the editor open on `6x800-5k`, at 80 x 24."""

    @pytest.mark.asyncio
    async def wrapped():
        library = FakeLibrary(LIBRARY, athlete=ATHLETE)
        app = CoachApp(library=library, is_ticking=False)
        async with app.run_test(size=(80, 24)) as pilot:
            bench = Bench(pilot, library)
            await bench.press("down", "up", "e")
            assert isinstance(app.screen, EditorScreen)
            await test(bench)

    wrapped.__doc__ = test.__doc__
    wrapped.__name__ = test.__name__
    return wrapped


def reps(document):
    """The number of sets of `6x800-5k`."""
    return document.workout.sections[1].steps[0].repeat


@pytest.mark.asyncio
async def test_the_letter_edits_only_in_the_list():
    """In the line `e` is a letter, where Ctrl+E edits; back in the list it opens the editor."""
    app = CoachApp(library=FakeLibrary(LIBRARY, athlete=ATHLETE), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        bench = Bench(pilot, app)
        await bench.press("slash", "p", "down", "y", "e")
        assert app.screen.query_one(Input).value == "pye"
        await bench.press("escape", "down", "down")
        assert bench.sees("edit a copy")
        await bench.press("e")
        assert isinstance(app.screen, EditorScreen)
        assert bench.sees("Pyramid")


@pytest.mark.asyncio
async def test_a_line_is_edited_as_it_is_read():
    """Ctrl+E on a line that is understood opens the editor on what it says."""
    app = CoachApp(library=FakeLibrary(LIBRARY, athlete=ATHLETE), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        bench = Bench(pilot, app)
        await bench.type("2km easy + 5x1km @ 10k / 2:00")
        await bench.press("ctrl+e")
        assert isinstance(app.screen, EditorScreen)
        assert bench.sees("5 ×")


@editor
async def test_what_is_typed_is_seen_at_once(bench):
    """With each key the totals and the line are those of the workout as typed; Enter accepts."""
    await bench.press("down", "8")
    assert bench.sees("8x800 @ 5k / 400 jog")
    assert bench.sees("6.4 km hard")
    assert reps(bench.document) == 6
    await bench.press("enter")
    assert reps(bench.document) == 8
    assert bench.sees("not saved")


@editor
async def test_all_that_is_not_shown_stays(bench):
    """After a change of the reps the document differs from the library's in reps and name alone."""
    before, _ = bench.library.open("6x800-5k")
    await bench.press("down", "1", "0", "enter")
    after = json.loads(json.dumps(bench.document.source))
    after["sections"][1]["steps"][0]["repeat"] = 6
    assert after["name"] == f"{before.name}, my own"
    assert after | {"name": before.name} == before.source


@editor
async def test_a_fault_has_its_place_and_changes_nothing(bench):
    """An unreadable text is reported with step and column; Enter does not accept it; Escape restores the cell."""
    await bench.press("down", "down", "right", "space")
    await bench.type("5")
    assert bench.sees("▲ step 3, target: 5 is not a pace yet. Meant 5k pace? Write @ 5k, or")
    assert bench.sees("Tab: 5k")
    await bench.press("enter")
    assert bench.app.screen.query_one(Input).display
    await bench.press("escape")
    assert not bench.sees("▲")
    assert not bench.app.screen.query_one(Input).display
    assert bench.sees("6x800 @ 5k")
    assert bench.sees("not changed")


@editor
async def test_tab_takes_what_was_meant_then_the_next_cell(bench):
    """Tab writes the suggestion; once there is none it accepts, and goes to the next cell."""
    await bench.press("down", "down", "right", "space")
    await bench.type("3")
    await bench.press("tab")
    assert bench.app.screen.query_one(Input).value == "3k"
    await bench.press("tab")
    assert bench.sees("6x800 @ 3k")
    assert not bench.app.screen.query_one(Input).display


@editor
async def test_the_rest_of_a_set_is_a_cell_of_it(bench):
    """The second cell of a set is its rest, typed as behind the slash of a line."""
    await bench.press("down", "right", "space")
    assert bench.app.screen.query_one(Input).value == "400 jog"
    await bench.type("2:00 walk")
    await bench.press("enter")
    assert bench.sees("6x800 @ 5k / 2:00 walk")


@editor
async def test_steps_are_added_as_in_a_line_with_what_was_guessed(bench):
    """`a` takes a line; its assumptions are shown while it is typed."""
    await bench.press("down", "a")
    await bench.type("4x200 @ mile")
    assert bench.sees("guessed: no rest is given")
    await bench.type("4x200 @ mile / 200 jog")
    await bench.press("enter")
    assert bench.sees("6x800 @ 5k / 400 jog + 4x200 @ mile / 200 jog")


@editor
async def test_undo_goes_all_the_way_back(bench):
    """Every change is taken back, the last first, down to the workout as it was opened."""
    first = bench.document.source
    await bench.press("down", "d", "x", "r", "J", "down", "9", "enter")
    assert bench.document.source != first
    for _ in range(5):
        await bench.press("u")
    assert bench.document.source == first
    await bench.press("u")
    assert bench.sees("Nothing to undo.")


@editor
async def test_enter_runs_what_is_shown(bench):
    """Enter outside a field runs the workout as edited."""
    await bench.press("down", "8", "enter", "enter")
    assert isinstance(bench.app.screen, RunScreen)
    assert [reps(document) for document in bench.library.documents] == [8]


@editor
async def test_a_problem_at_the_start_is_said_in_the_editor(bench):
    """A run that cannot start is reported in the message row, and nothing is lost."""

    def broken(document):
        raise WorkoutProblem("This workout needs your threshold pace.", "Set it.")

    bench.library.start_document = broken
    await bench.press("down", "8", "enter", "enter")
    assert bench.sees("This workout needs your threshold pace. Set it.")
    assert reps(bench.document) == 8


@editor
async def test_it_is_saved_under_a_name_and_listed(bench):
    """A saved workout is called as typed, keeps everything, and is the chosen one of the library afterwards."""
    await bench.press("down", "8", "enter", "s")
    await bench.type("Tuesday eights")
    await bench.press("enter")
    assert bench.sees("Saved. coach run tuesday-eights runs it.")
    (saved,) = bench.library.saved
    assert saved.name == "Tuesday eights"
    assert reps(saved) == 8
    bench.library.holds = (*LIBRARY, listed("tuesday-eights"))
    await bench.press("escape")
    assert isinstance(bench.app.screen, PickScreen)
    assert bench.sees("row 4 of 4")


@editor
async def test_the_librarys_name_is_refused(bench):
    """A name of the library is answered with one that is free; a second Enter takes it."""
    await bench.press("s")
    await bench.type("6x800-5k")
    await bench.press("enter")
    assert bench.sees("That is the library's. Save as “6x800-5k, my own”? Enter does.")
    assert bench.library.saved == []
    await bench.press("enter")
    assert [document.name for document in bench.library.saved] == ["6x800-5k, my own"]


@editor
async def test_ones_own_is_replaced_when_asked_twice(bench):
    """A name of the runner's own asks before it is replaced; another name in between asks again."""
    await bench.press("s")
    await bench.type("Mine")
    await bench.press("enter", "s")
    await bench.type("Mine")
    await bench.press("enter")
    assert bench.library.name_use("Mine") is NameUse.OWN
    assert bench.sees("You have a workout of that name. Enter again replaces it.")
    assert len(bench.library.saved) == 1
    await bench.type("Mine too")
    await bench.type("Mine")
    await bench.press("enter")
    assert len(bench.library.saved) == 1
    await bench.press("enter")
    assert len(bench.library.saved) == 2


@editor
async def test_a_saved_name_outlives_an_undo(bench):
    """Undo after a save takes back the change, not the name."""
    await bench.press("down", "8", "enter", "s")
    await bench.type("Tuesday eights")
    await bench.press("enter", "u")
    assert reps(bench.document) == 6
    assert bench.document.name == "Tuesday eights"
    assert bench.sees("not saved")


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(80, 24), (60, 15), (30, 8), (200, 20)])
async def test_any_size_can_be_painted(size):
    """A terminal that is too small cuts the page, and nothing breaks."""
    app = CoachApp(library=FakeLibrary(LIBRARY, athlete=ATHLETE), is_ticking=False)
    async with app.run_test(size=size) as pilot:
        bench = Bench(pilot, app)
        await bench.press("ctrl+e", "down", "space", "9", "enter", "a", "escape", "s", "escape")
        assert bench.screen == "EditorScreen"
        assert len(bench.rows) >= size[1]


@editor
async def test_leaving_asks_only_when_something_would_be_lost(bench):
    """Unchanged it is left at once; changed Escape asks, and any other key calls it off."""
    await bench.press("down", "8", "enter", "escape")
    assert bench.sees("Not saved. s saves; Escape again leaves it.")
    await bench.press("up", "escape")
    assert bench.screen == "EditorScreen"
    await bench.press("escape")
    assert bench.screen == "PickScreen"
    await bench.press("e", "escape")
    assert bench.screen == "PickScreen"


@editor
async def test_a_refused_change_says_why(bench):
    """A step that cannot go further stays, with the reason."""
    await bench.press("K")
    assert bench.sees("▲ step 1: There is no place further on.")


@editor
async def test_every_key_of_the_help_is_one(bench):
    """`?` lists the keys, and each of them is bound."""
    bound = set(bench.app.screen._bindings.key_to_bindings)
    assert {name for key in EDITOR for name in key.keys.split(",")} <= bound
    await bench.press("question_mark")
    assert isinstance(bench.app.screen, HelpOverlay)
    assert bench.sees("repeatedly")
    assert not bench.sees("space still marks the line")


@editor
async def test_nothing_jumps_while_a_cell_is_typed(bench):
    """From key to key heads, totals, message and line keep their rows, whether the text is right or not."""
    await bench.press("down", "down", "right", "space")
    for text in ("", "5", "5k", "5k-", "5k-2s/km"):
        await bench.type(text)
        assert "km hard" in bench.rows[6], text
        assert bench.rows[8].lstrip().startswith("#  step"), text
        assert "12min easy" in bench.rows[21], text


@pytest.mark.parametrize("size", [(80, 22), (60, 16), (120, 38), (200, 58)])
def test_the_cursor_is_always_in_sight(size):
    """Wherever the cursor is in a long list, its row is among those that are shown."""
    room = Layout.of(*size).room
    assert room >= 1
    for at in range(100):
        first = first_shown(at, 100, room)
        assert 0 <= first <= at < first + room


def test_cells_have_examples_for_every_column():
    """Examples are shown for each column."""
    from coach.screen.editor import _HELP

    assert set(_HELP) == set(Cell)
