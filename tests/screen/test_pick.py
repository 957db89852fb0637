"""The library: found by its words, sorted, filtered, described, started."""

from dataclasses import replace
from datetime import date

import pytest
from textual.command import CommandInput, CommandPalette
from textual.events import Key
from textual.widgets import Input, Static

from coach.problems import WorkoutProblem
from coach.quantities import MetresPerSecond, Seconds
from coach.screen.app import CoachApp, EffortDialog, HelpOverlay, Leaving
from coach.screen.editor import EditorScreen
from coach.screen.library_page import (
    Filters,
    KeyLine,
    LibraryTable,
    Order,
    SortColumn,
    day_of,
    description_of,
    distance_text,
    hours,
    matching,
)
from coach.screen.pick import PickScreen, about
from coach.screen.protocols import PastRun, WorkoutDetail
from coach.screen.run import RunScreen
from tests.screen.builders import FakeLibrary, listed, session_8x400, without_plan
from tests.screen.render import text_of

ENTRIES = (
    listed("5x1000-5k", title="5 × 1000 m at 5k pace", metres=12000, focus=["5k"]),
    listed("8x400", title="8 × 400 m", seconds=2100, last=date(2026, 5, 12), focus=["mile"], system="track"),
    listed("easy", title="Easy [b]hour\x1b[0m", seconds=3600, hard=0, phase="base"),
    listed("goal", title="Goal pace", seconds=2700),
)
BROKEN = {"goal": WorkoutDetail(problem="It cannot be read.\nFix it.")}


def library(*, plan=True, **more):
    """A small library; in front of it, unless asked otherwise, the runs without a plan."""
    return FakeLibrary([*([] if plan else without_plan()), *ENTRIES], details=BROKEN, **more)


def pick(app):
    """The library, as far as it is shown."""
    assert isinstance(app.screen, PickScreen)
    return app.screen


def slugs(app):
    """The listed workouts, from the top."""
    return [entry.slug for entry in pick(app)._matches]


def chosen(app):
    """The workout under the cursor."""
    entry = pick(app)._chosen()
    return None if entry is None else entry.slug


def keys(app):
    """The key line."""
    return app.screen.query_one(KeyLine)._value


def shows(app, words):
    """Return whether a text is on the screen."""
    return words in text_of(app)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["5x1000-5k", "8x400", "easy", "goal"]),
        ("400", ["8x400"]),
        ("TRACK 8", ["8x400"]),
        ("5k pace", ["5x1000-5k"]),
        ("nothing", []),
        ("@", []),
        ("8 × 400 m", ["8x400"]),
        ("8x400 @ 5k / 400 jog", []),
    ],
)
def test_every_word_must_be_found(text, expected):
    """Names and tags are searched in any case and order; signs that no name has are a workout of one's own."""
    assert [entry.slug for entry in matching(ENTRIES, text)] == expected


@pytest.mark.asyncio
async def test_just_run_comes_first_and_goes_at_once():
    """The library opens on a run without a plan: one Enter, and nothing is asked."""
    workouts = library(plan=False)
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        assert slugs(app)[:2] == ["free", "time"]
        assert chosen(app) == "free"
        assert shows(app, "Library   4 workouts")
        await pilot.press("s", "s")
        assert slugs(app)[:2] == ["free", "time"]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
    assert workouts.started == ["free"]


@pytest.mark.asyncio
async def test_a_slash_searches_and_enter_starts_what_is_highlighted():
    """The best match is on top, chosen, and exactly that row is run."""
    workouts = library()
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash", *"mile")
        await pilot.pause()
        assert slugs(app) == ["8x400"]
        assert shows(app, "1 of 4")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
    assert workouts.started == ["8x400"]


@pytest.mark.asyncio
async def test_a_digit_begins_a_line():
    """A number is never a command: it goes to the line by itself, and letters follow it there."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("8", "space", "s", "q")
        assert app.screen.query_one(Input).value == "8 sq"
        assert app.is_running


@pytest.mark.parametrize(("typed", "line"), [("/6 x 8/s", "6 x 8/s"), ("6 x 8/q", "6 x 8/q")])
@pytest.mark.asyncio
async def test_what_is_typed_at_once_arrives_whole(typed, line):
    """Keys that reach the list before the line has the focus go to the line, pasted or typed quickly."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for letter in typed:
            app.post_message(Key({" ": "space", "/": "slash"}.get(letter, letter), letter))
        await pilot.pause()
        assert app.screen.query_one(Input).value == line
        assert app.is_running


@pytest.mark.asyncio
async def test_arrows_choose_also_while_something_is_typed():
    """The cursor stays within the list, and the line keeps the focus it has."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        assert app.focused is None
        await pilot.press("down")
        assert chosen(app) == "5x1000-5k"
        await pilot.press("pagedown")
        assert pick(app)._at == 3
        await pilot.press("up", "up", "up", "up", "up")
        assert pick(app)._at == 0
        await pilot.press("slash", "down", "down")
        assert pick(app)._at == 2
        assert isinstance(app.focused, Input)


@pytest.mark.asyncio
async def test_a_workout_with_a_problem_does_not_start():
    """Enter on it starts nothing; what to do about it stands where its steps would be."""
    workouts = library()
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("pagedown")
        await pilot.pause()
        assert chosen(app) == "goal"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert shows(app, "It cannot be read. Fix it.")
    assert workouts.started == []


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_problem_at_the_start_is_said_on_the_spot(size):
    """If the run cannot start, the screen stays and shows the reason, until another workout is chosen."""

    class Broken(FakeLibrary):
        def start(self, slug, *, by_effort=False):
            raise WorkoutProblem("The file is gone.", "Put it back.")

    app = CoachApp(library=Broken(ENTRIES), is_ticking=False)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert shows(app, "Put it back.")
        await pilot.press("down")
        await pilot.pause()
        assert not shows(app, "Put it back.")


@pytest.mark.asyncio
async def test_escape_steps_back_and_is_shown():
    """Escape goes from the line to the list, clears the filters, then leaves; the key line says which."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        assert keys(app)[-1] == ("esc", "leave")
        await pilot.press("slash", *"zzz")
        await pilot.pause()
        assert slugs(app) == []
        assert keys(app)[-1] == ("esc", "back to the list")
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert len(slugs(app)) == 4
        await pilot.press("f3")
        assert keys(app)[-1] == ("esc", "clear filters")
        await pilot.press("escape")
        assert len(slugs(app)) == 4
        assert app.is_running
        await pilot.press("escape")
        await pilot.pause()
    assert app.return_value is Leaving.NOTHING


@pytest.mark.asyncio
async def test_names_in_the_library_are_plain_text():
    """Markup in a name is shown, escapes are not."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(120, 40)):
        assert shows(app, "Easy [b]hour[0m")


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(20, 5), (50, 20), (80, 24), (100, 30), (120, 24), (120, 40), (200, 60)])
async def test_every_size_has_the_list_and_the_way_out(size):
    """A small terminal shows the list alone, a narrow one the description below it; nothing is too wide."""
    app = CoachApp(library=library(plan=False), is_ticking=False)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "down")
        await pilot.pause()
        about = app.screen.query_one("#about")
        assert about.display is (size[0] >= 60)
        assert size[0] < 60 or shows(app, "8 × 400 m")
        assert shows(app, "esc") or size[0] < 20


@pytest.mark.asyncio
@pytest.mark.parametrize(("key", "started"), [("enter", ["8x400"]), ("escape", [])])
async def test_enter_asks_only_before_another_run_than_the_row_says(key, started):
    """A workout at an unknown pace would be run by effort, after a question; no other workout asks."""
    workouts = library(needs_pace=["8x400"])
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, EffortDialog)
        assert shows(app, "a recent race gives it")
        await pilot.press(key)
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, RunScreen if started else PickScreen)
    assert workouts.started == started


# --- sorted


def test_columns_are_gone_through_and_turned():
    """The order goes from the last run, newest first, to name, time, distance and hard part, all ascending."""
    order = Order()
    columns = []
    for _ in SortColumn:
        columns.append((order.column, order.is_falling))
        order = order.next()
    assert columns == [
        (SortColumn.LAST, True),
        (SortColumn.NAME, False),
        (SortColumn.TIME, False),
        (SortColumn.DISTANCE, False),
        (SortColumn.HARD, False),
    ]
    assert Order().reverse() == Order(is_falling=False)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(SortColumn.TIME, is_falling=False), ["8x400", "5x1000-5k", "goal", "easy"]),
        (Order(SortColumn.TIME), ["easy", "goal", "5x1000-5k", "8x400"]),
        (Order(SortColumn.HARD, is_falling=False), ["5x1000-5k", "8x400", "goal", "easy"]),
        (Order(SortColumn.HARD), ["5x1000-5k", "8x400", "goal", "easy"]),
        (Order(SortColumn.NAME, is_falling=False), ["5x1000-5k", "8x400", "easy", "goal"]),
        (Order(), ["8x400", "5x1000-5k", "easy", "goal"]),
    ],
)
def test_what_is_not_known_comes_last_either_way(order, expected):
    """A workout without a hard part is below all others, a name sorts as people count."""
    assert [entry.slug for entry in order.sort(ENTRIES)] == expected


def test_used_and_recent_workouts_come_first():
    """The last run decides; of one day what was run more often, and names count from 5 to 10."""
    day = date(2026, 5, 1)
    entries = [
        listed("ten", title="10 × 400 m"),
        listed("five", title="5 × 400 m"),
        listed("old", last=date(2025, 1, 1), runs=40),
        listed("once", last=day),
        listed("often", last=day, runs=5),
    ]
    assert [entry.slug for entry in Order().sort(entries)] == ["often", "once", "old", "five", "ten"]


@pytest.mark.asyncio
async def test_s_sorts_and_shows_by_what():
    """The sorted column is marked; a search puts the best match first and marks none."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        assert shows(app, "last▼")
        await pilot.press("s", "s")
        assert shows(app, "time▲")
        assert slugs(app)[0] == "8x400"
        await pilot.press("S")
        assert shows(app, "time▼")
        assert slugs(app)[0] == "easy"
        await pilot.press("slash", "p")
        await pilot.pause()
        assert not shows(app, "▼")
        assert shows(app, "best match first")


# --- filtered

TAGGED = (
    listed("tempo", 3000, level="intermediate", focus=["10k", "half"], phase="build", system="threshold"),
    listed("strides", 1700, level="beginner", focus=["mile", "10k"], phase="base", other_phases=["build"]),
    listed("marathon", 7200, level="advanced", focus=["marathon"], phase="peak"),
    *without_plan(),
)


@pytest.mark.asyncio
async def test_function_keys_turn_the_filters():
    """F3 to F6 take the next race, level, phase and time that occur; every filter must fit, and search with them."""
    app = CoachApp(library=FakeLibrary(TAGGED), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        assert len(slugs(app)) == 5
        await pilot.press("f3", "f3")
        assert shows(app, "race 10k")
        assert slugs(app) == ["strides", "tempo"]
        await pilot.press("f5", "f5")
        assert slugs(app) == ["strides", "tempo"]
        await pilot.press("f6")
        assert slugs(app) == ["strides"]
        await pilot.press("f4", "f4")
        assert slugs(app) == []
        assert shows(app, "no workout fits these filters")
        await pilot.press("f6", "f6", "f6", "f6")
        assert slugs(app) == ["tempo"]
        await pilot.press("slash", *"zz")
        await pilot.pause()
        assert slugs(app) == []


@pytest.mark.asyncio
async def test_letters_turn_the_filters_once_they_are_chosen():
    """After f the key line has a letter for each filter with its choice; the same letters do nothing before."""
    app = CoachApp(library=FakeLibrary(TAGGED), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("l", "r", "p", "t")
        assert len(slugs(app)) == 5
        await pilot.press("f", "l")
        assert keys(app)[1] == ("l", "level beginner")
        assert slugs(app) == ["strides"]
        await pilot.press("escape")
        assert keys(app)[-1] == ("esc", "clear filters")
        assert slugs(app) == ["strides"]


def test_a_filter_offers_what_occurs_in_the_order_a_runner_thinks():
    """Races go from short to long, others after them; after the last choice comes any again."""
    filters = Filters([listed("a", focus=["marathon", "ultra", "5k"])])
    choices = []
    for _ in range(4):
        filters.turn("race")
        choices.append(filters.chosen("race"))
    assert choices == ["5k", "marathon", "ultra", "any"]
    assert not filters.clear()
    filters.turn("level")
    assert filters.chosen("level") == "any"


# --- described


@pytest.mark.asyncio
async def test_the_chosen_workout_says_what_it_is_and_how_it_went():
    """Tags, totals, steps, purpose, limits and last runs have their places beside the list."""
    entry = listed(
        "x", purpose="To learn it.", last=date(2026, 5, 12), runs=3, level="advanced", focus=["5k"]
    )
    past = (
        PastRun(date(2026, 5, 12), 4, MetresPerSecond(1000 / 274), Seconds(3.1)),
        PastRun(date(2025, 3, 31), 1),
    )
    detail = WorkoutDetail(session_8x400(), "", ("Once in 7 days.",), past)
    app = CoachApp(library=FakeLibrary([entry], details={"x": detail}), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        for words in (
            "advanced   5k",
            "0:40 h",
            "400 m",
            "To learn it.",
            "Once in 7 days.",
            "you ran it 3 times",
            "12 May    4:34/km       4 reps, +3.1 s a rep",
            "Mar ’25",
        ):
            assert shows(app, words), words


@pytest.mark.asyncio
async def test_the_list_answers_before_a_workout_can_be_read():
    """Readers of documents are loaded on a thread after the first paint; until then a row has its card alone."""
    loaded = []
    workouts = library(work=lambda: loaded.append(1))
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert loaded == [1]
        assert chosen(app) in pick(app)._details


@pytest.mark.asyncio
async def test_only_what_is_looked_at_is_read():
    """Workouts that the cursor passes by faster than they are painted, and all others, cost nothing."""
    read = []

    class Counted(FakeLibrary):
        def detail(self, slug):
            read.append(slug)
            return super().detail(slug)

    app = CoachApp(library=Counted([listed(f"w{n:04}") for n in range(1000)]), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("end")
        await pilot.pause()
        await pilot.pause()
        assert read == ["w0000", "w0999"]
        assert shows(app, "row 1000 of 1000")


def test_figures_are_short_and_honest():
    """A partly known length has a plus; an unknown one is no number; an old day has its year."""
    parts = listed("x", 3900).workout
    assert (hours(parts), hours(without_plan()[0].workout)) == ("1:05", "–")
    assert (distance_text(10600, "km"), distance_text(1609.344, "mile"), distance_text(0, "km")) == (
        "10.6",
        "1.0",
        "–",
    )
    today = date(2026, 5, 26)
    assert [day_of(day, today) for day in (None, date(2026, 5, 4), date(2025, 5, 4))] == [
        "never",
        "4 May",
        "May ’25",
    ]


# --- keys


@pytest.mark.asyncio
async def test_a_click_chooses_and_starts_nothing():
    """One click moves the cursor, two start the row; the wheel moves the cursor."""
    workouts = library()
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click(LibraryTable, offset=(10, 4))
        await pilot.pause()
        assert pick(app)._at == 1
        assert isinstance(app.screen, PickScreen)
        await pilot.click(LibraryTable, offset=(10, 30))
        assert pick(app)._at == 1
        await pilot.click(LibraryTable, offset=(10, 4), times=2)
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)


@pytest.mark.asyncio
async def test_a_run_without_a_plan_is_not_edited():
    """There is nothing in it to be changed, and its key line says so by leaving the key out."""
    app = CoachApp(library=library(plan=False), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("e")
        await pilot.pause()
        assert not isinstance(app.screen, EditorScreen)
        assert "e" not in dict(keys(app))


@pytest.mark.asyncio
async def test_the_palette_runs_sorts_and_leaves():
    """Ctrl+P offers every command by its words, and workouts by theirs."""
    workouts = library(plan=False)
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, CommandPalette)
        await pilot.press(*"sort by time")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert pick(app)._order.column is SortColumn.TIME
        await pilot.press("ctrl+p")
        await pilot.pause()
        app.screen.query_one(CommandInput).value = "8x400"
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
    assert workouts.started == ["8x400"]


@pytest.mark.asyncio
async def test_all_that_is_said_of_a_workout_is_a_key_away():
    """Cautions that have no room beside the list are whole under `w`, paragraph by paragraph, and scroll."""
    long = tuple(f"Rule {number}." for number in range(60))
    detail = WorkoutDetail(session_8x400(), particulars=long)
    entry = listed("x", purpose="To learn it.", level="advanced")
    assert about(entry, detail) == "\n\n".join(["x: 40 min.", "To learn it.", "\n".join(long), "advanced"])
    app = CoachApp(library=FakeLibrary([entry], details={"x": detail}), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("w")
        await pilot.pause()
        assert shows(app, "Rule 0.")
        await pilot.press("end")
        await pilot.wait_for_scheduled_animations()
        await pilot.pause()
        assert shows(app, "Rule 59.")
        await pilot.press("w")
        assert isinstance(app.screen, PickScreen)


@pytest.mark.asyncio
async def test_the_keys_are_listed():
    """A question mark shows every key of the library."""
    app = CoachApp(library=library(), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpOverlay)
        assert shows(app, "next column to sort by")


@pytest.mark.asyncio
async def test_a_line_is_saved_under_its_name():
    """Ctrl+S keeps the workout that is written, and the list has it chosen, with the command that runs it."""
    workouts = FakeLibrary([*ENTRIES])
    app = CoachApp(library=workouts, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("slash")
        app.screen.query_one(Input).value = "3x300 @ 4:00/km / 100 jog"
        await pilot.pause()
        workouts.holds = (*ENTRIES, listed("3x300-m-at-4-00-km"))
        await pilot.press("ctrl+s")
        await pilot.pause()
        (saved,) = workouts.saved
        message = str(app.screen.query_one("#message", Static).content)
        assert message.strip().startswith("Saved. Run it by name: coach run 3x300")
        assert saved.name.startswith("3 x 300 m")


def test_purpose_and_description_are_sentences():
    """A purpose without its full stop gets one where something follows it."""
    card = listed("8x400").workout
    cases = {
        ("One more than last time", "Two laps."): "One more than last time. Two laps.",
        ("Is it yours?", "Two laps."): "Is it yours? Two laps.",
        ("One more than last time", ""): "One more than last time",
    }
    for (purpose, description), expected in cases.items():
        assert description_of(replace(card, purpose=purpose, description=description)) == expected


@pytest.mark.asyncio
async def test_it_is_told_when_everything_behind_the_library_is_loaded():
    """Readers of workouts are loaded after the first picture; then one message is posted."""
    calls = []
    app = CoachApp(
        library=library(), is_ticking=False, on_loaded=lambda: calls.append(pick(app)._is_prepared)
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert calls == [True]


@pytest.mark.asyncio
async def test_what_comes_late_for_the_library_does_not_touch_the_run():
    """The last letters behind an Enter, and the end of the loading, may come when a run has taken its place."""
    calls = []
    app = CoachApp(library=library(), is_ticking=False, on_loaded=lambda: calls.append(type(app.screen)))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        left = pick(app)
        left._details.clear()
        await pilot.press("enter")
        await pilot.pause()
        left.search()
        left._be_ready()
        left._describe(left.entries[0])
        assert isinstance(app.screen, RunScreen)
        assert calls == [PickScreen, RunScreen]
