"""The line on the library: a workout is seen as it is typed, and what is shown is what runs."""

import pytest
from textual.widgets import Input

from coach.athlete import Athlete
from coach.problems import WorkoutProblem
from coach.screen.app import CoachApp
from coach.screen.library_page import LINE_EXAMPLES, LibraryTable, OwnPage, step_lines
from coach.screen.pick import PickScreen
from coach.screen.run import RunScreen
from coach.workout import notation
from coach.workout.document import outline
from tests.screen.builders import FakeLibrary, listed
from tests.screen.render import text_of
from tests.workout.notation.documents import ATHLETE

LIBRARY = (listed("6x800-5k"), listed("tempo-3-miles"), listed("hills"))
LINE = "2km easy + 6x800 @ 5k / 400 jog + 1km easy"


def library(athlete: Athlete | None = ATHLETE) -> FakeLibrary:
    """A small library for a runner."""
    return FakeLibrary(LIBRARY, athlete=athlete)


def write(app, line):
    """Put a line into the field, its cursor behind it."""
    field = app.screen.query_one(Input)
    field.value = line
    field.cursor_position = len(line)


def rows(app):
    """The rows of the screen as text."""
    return text_of(app).splitlines()


@pytest.mark.asyncio
async def test_what_is_shown_is_what_runs():
    """Enter on a line that is understood runs exactly this line."""
    workouts = library()
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        write(app, LINE)
        await pilot.pause()
        assert app.screen.query_one(OwnPage).display
        assert not app.screen.query_one(LibraryTable).display
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
    assert workouts.started == [LINE]


@pytest.mark.asyncio
async def test_a_name_in_the_library_stays_a_name_until_tab():
    """Enter runs the match of the search; Tab reads the same words as a written workout."""
    workouts = library()
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"6x800")
        await pilot.pause()
        assert not app.screen.query_one(OwnPage).display
        assert "your own, as written" in rows(app)[23]
        await pilot.press("tab")
        await pilot.pause()
        assert app.screen.query_one(OwnPage).display
        assert "guessed: no rest is given: it lasts until you press" in rows(app)[5]
        await pilot.press("enter")
        await pilot.pause()
    assert workouts.started == ["6x800"]


@pytest.mark.asyncio
async def test_a_fault_has_its_caret_and_does_not_run():
    """The caret stands under the character; Enter does nothing; Tab writes what was probably meant."""
    workouts = library()
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        write(app, "2km easy + 6x800 @ 5 / 400 jog")
        await pilot.pause()
        line, rule, fault, fix = rows(app)[2:6]
        assert line[rule.index("▲")] == "5"
        assert fault.strip() == "5 is not a pace yet."
        assert "Write @ 5k, or 5:00/km." in fix
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        await pilot.press("tab")
        await pilot.pause()
        assert app.screen.query_one(Input).value == "2km easy + 6x800 @ 5k / 400 jog"
        assert "understood" in rows(app)[4]
    assert workouts.started == []


@pytest.mark.asyncio
async def test_nothing_jumps_while_a_line_is_typed():
    """From key to key the field, the rule, the figures and their words keep their rows."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        for length in range(len("2km easy + "), len(LINE) + 1):
            write(app, LINE[:length])
            await pilot.pause()
            before = rows(app)
            assert LINE[:length].rstrip() in before[2]
            assert "──────" in before[3]
            assert "time h" in before[17], LINE[:length]


@pytest.mark.asyncio
async def test_escape_goes_back_to_the_list():
    """Escape empties the line, and the list is there again."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        write(app, LINE)
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert not app.screen.query_one(OwnPage).display
        assert app.screen.query_one(LibraryTable).display
        assert all(entry.title in text_of(app) for entry in LIBRARY)
        assert app.is_running


@pytest.mark.asyncio
async def test_a_problem_at_the_start_is_said_under_the_line():
    """A run that cannot start is reported below the line, and the line stays."""

    class Broken(FakeLibrary):
        def start_line(self, line, *, by_effort=False):
            raise WorkoutProblem("This workout needs your threshold pace.", "Set it.")

    app = CoachApp(library=Broken(LIBRARY), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        write(app, LINE)
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert rows(app)[4].strip() == "This workout needs your threshold pace."
        assert rows(app)[5].strip() == "Set it."
        assert app.screen.query_one(Input).value == LINE


def test_a_step_without_a_pace_is_about_so_long():
    """A jog by distance has an estimated time; a rest that the runner ends has none."""
    timeline = outline(notation.read("6x800 @ 5k / 400 + 2x400", ATHLETE).document, ATHLETE)
    assert [line.time for line in step_lines(timeline)] == ["3:12", "~3:00", "~1:45", "--"]


def test_steps_are_listed_once():
    """A repeat is listed once with how often it comes; the rest between sets comes once less."""
    document = notation.read("2km easy + 3x(4x400 @ mile / 1:00) / 4:00", ATHLETE).document
    lines = [(line.times, line.what, line.time) for line in step_lines(outline(document, ATHLETE))]
    assert lines == [
        ("", "2 km warm-up at easy", "10:31"),
        ("3 × 4 ×", "400 m at mile", "1:27"),
        ("", "1:00 jog", "1:00"),
        ("2 ×", "4:00 jog", "4:00"),
    ]


@pytest.mark.asyncio
async def test_a_name_that_no_workout_has_is_answered_with_what_is_near():
    """The page has the nearest names, and example lines, each of which is a workout."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"tempo hill")
        await pilot.pause()
        text = text_of(app)
        for words in (
            "No workout is called “tempo hill”.",
            "Near it: ",
            "tempo-3-miles",
            "0 of 3",
            *LINE_EXAMPLES,
        ):
            assert words in text, words
    for line in LINE_EXAMPLES:
        assert not library().understand(line).problem
