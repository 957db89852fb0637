"""The library: found by its words, described, started."""

import pytest
from textual.widgets import Input, OptionList, Static

from coach.problems import WorkoutProblem
from coach.screen.app import CoachApp
from coach.screen.pick import Filters, PickScreen, about, found
from coach.screen.ports import Leaving, LibraryEntry
from coach.screen.run import RunScreen
from tests.screen.builders import FakeLibrary, FakeRun, listed, session_8x400

ENTRIES = (
    LibraryEntry(
        "5x1000-5k", "5 × 1000 m at 5k pace", "42 minutes, hard.", "The classic.", ("5k",), session_8x400()
    ),
    LibraryEntry("8x400", "8 × 400 m", "35 minutes.", "Speed.", ("mile", "track"), session_8x400()),
    LibraryEntry("easy", "Easy [b]hour\x1b[0m", "An hour.", "Rest.", ("base",), session_8x400()),
    LibraryEntry("goal", "Goal pace", problem="It needs a goal pace: coach athlete set --goal 3:45/km"),
)


def text_of(app, selector):
    """Give what a Static shows."""
    return str(app.screen.query_one(selector, Static).content)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["5x1000-5k", "8x400", "easy", "goal"]),
        ("400", ["8x400"]),
        ("TRACK speed", ["8x400"]),
        ("5k", ["5x1000-5k"]),
        ("nothing", []),
    ],
)
def test_every_word_must_be_found(query, slugs):
    """Search goes over name, sentence, purpose and tags, in any case and order."""
    assert [entry.slug for entry in found(ENTRIES, query)] == slugs


def test_a_workout_is_described_with_what_stands_in_its_way():
    """The problem comes first, then sentence, purpose and tags; what is empty leaves no gap."""
    assert about(ENTRIES[0]) == "42 minutes, hard.\n\nThe classic.\n\n5k"
    assert about(ENTRIES[3]).startswith("It needs a goal pace")


def test_purpose_and_description_stand_apart_and_what_is_asked_for_is_there():
    """Paragraphs stay paragraphs; cautions and limits stand a line each before the tags."""
    entry = LibraryEntry(
        "x",
        "X",
        "An hour.",
        "To learn it\n\nAn hour of it.",
        ("5k",),
        particulars=("Caution: hot.", "Once in 7 days."),
    )
    assert about(entry) == "An hour.\n\nTo learn it\n\nAn hour of it.\n\nCaution: hot.\nOnce in 7 days.\n\n5k"


@pytest.mark.asyncio
async def test_what_is_longer_than_the_screen_can_be_scrolled_by_keys():
    """Shift and the arrows scroll the words, and the choice stays."""
    long = LibraryEntry("x", "X", particulars=tuple(f"Rule {n}." for n in range(60)))
    app = CoachApp(library=FakeLibrary([long, ENTRIES[0]]), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        words = app.screen.query_one("#about VerticalScroll")
        await pilot.press("shift+down", "shift+down")
        await pilot.pause()
        assert words.scroll_offset.y == 6
        assert text_of(app, "#name") == "X"
        await pilot.press("shift+up")
        await pilot.pause()
        assert words.scroll_offset.y == 3


@pytest.mark.asyncio
async def test_typing_searches_and_enter_starts():
    """Two words of typing and Enter are a run."""
    library = FakeLibrary(ENTRIES)
    app = CoachApp(library=library, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"mile")
        await pilot.pause()
        assert text_of(app, "#name") == "8 × 400 m"
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
    assert library.started == ["8x400"]


@pytest.mark.asyncio
async def test_arrows_choose_while_the_search_keeps_the_focus():
    """Down, page down and up move the cursor and stay within the list."""
    app = CoachApp(library=FakeLibrary(ENTRIES), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        listed = app.screen.query_one(OptionList)
        await pilot.press("down")
        assert listed.highlighted == 1
        await pilot.press("pagedown")
        assert listed.highlighted == 3
        await pilot.press("up", "up", "up", "up", "up")
        assert listed.highlighted == 0
        assert isinstance(app.focused, Input)


@pytest.mark.asyncio
async def test_a_workout_with_a_problem_does_not_start():
    """Enter on it starts nothing; what to do about it stands beside it."""
    library = FakeLibrary(ENTRIES)
    app = CoachApp(library=library, is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("pagedown", "enter")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert "coach athlete set --goal" in text_of(app, "#words")
    assert library.started == []


@pytest.mark.asyncio
async def test_a_problem_at_the_start_is_said_on_the_spot():
    """When the run cannot begin, the screen stays and says why and what to do."""

    class Broken(FakeLibrary):
        def start(self, slug):
            raise WorkoutProblem("The file is gone.", "Put it back.")

    app = CoachApp(library=Broken(ENTRIES), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert "Put it back." in text_of(app, "#words")


@pytest.mark.asyncio
async def test_escape_empties_the_search_and_then_leaves():
    """The first Escape shows everything again, the second leaves without a run."""
    app = CoachApp(library=FakeLibrary(ENTRIES), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"zzz")
        await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == 0
        await pilot.press("enter")
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.query_one(OptionList).option_count == 4
        assert app.is_running
        await pilot.press("escape")
        await pilot.pause()
    assert app.return_value is Leaving.NOTHING


@pytest.mark.asyncio
async def test_names_in_the_library_are_plain_text():
    """Markup in a name is shown, escapes are not."""
    app = CoachApp(library=FakeLibrary(ENTRIES), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"base")
        await pilot.pause()
        assert text_of(app, "#name") == "Easy [b]hour[0m"


@pytest.mark.asyncio
async def test_a_narrow_terminal_shows_the_list_alone():
    """Below 60 columns the description gives way."""
    app = CoachApp(library=FakeLibrary(ENTRIES), is_ticking=False)
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.pause()
        assert not app.screen.query_one("#about").display
        assert app.screen.query_one(OptionList).display


@pytest.mark.asyncio
async def test_a_space_is_part_of_the_search():
    """Before a run there is nothing to mark: a space types a space."""
    app = CoachApp(library=FakeLibrary(ENTRIES), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("8", "space", "q")
        assert app.screen.query_one(Input).value == "8 q"
    assert isinstance(FakeLibrary(ENTRIES).start("8x400"), FakeRun)


TAGGED = (
    listed("tempo", 3000, level="intermediate", focus=["10k", "half"], phase="build", system="threshold"),
    listed("strides", 1700, level="beginner", focus=["mile", "10k"], phase="base", other_phases=["build"]),
    listed("marathon", 7200, level="advanced", focus=["marathon"], phase="peak"),
    LibraryEntry("old", "Without tags"),
)


def slugs_shown(app):
    """The workouts in the list, as far as they are shown."""
    return [entry.slug for entry in app.screen._found]


@pytest.mark.asyncio
async def test_function_keys_turn_the_filters():
    """F3 to F6 take the next race, level, phase and time that occur; every filter must fit, and search with them."""
    app = CoachApp(library=FakeLibrary(TAGGED), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        assert text_of(app, "#filters") == " F3 race: any   F4 level: any   F5 phase: any   F6 time: any"
        assert len(slugs_shown(app)) == 4
        await pilot.press("f3", "f3")
        assert "race: 10k" in text_of(app, "#filters")
        assert slugs_shown(app) == ["tempo", "strides"]
        await pilot.press("f5", "f5")
        assert slugs_shown(app) == ["tempo", "strides"]
        await pilot.press("f6")
        assert slugs_shown(app) == ["strides"]
        await pilot.press("f4", "f4")
        assert slugs_shown(app) == []
        await pilot.press("f6", "f6", "f6", "f6")
        assert slugs_shown(app) == ["tempo"]
        await pilot.press(*"zz")
        await pilot.pause()
        assert slugs_shown(app) == []


@pytest.mark.asyncio
async def test_escape_clears_filters_before_it_leaves():
    """One Escape takes filters and search away together; only with nothing left to clear does it leave."""
    app = CoachApp(library=FakeLibrary(TAGGED), is_ticking=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f4", "m")
        await pilot.press("escape")
        await pilot.pause()
        assert len(slugs_shown(app)) == 4
        await pilot.press("f4")
        assert slugs_shown(app) == ["strides"]
        await pilot.press("escape")
        assert app.is_running
        assert len(slugs_shown(app)) == 4
        await pilot.press("escape")
        await pilot.pause()
    assert app.return_value is Leaving.NOTHING


def test_a_filter_offers_what_occurs_in_the_order_a_runner_thinks():
    """Races go from short to long, others after them; after the last choice comes any again."""
    filters = Filters([listed("a", focus=["marathon", "ultra", "5k"])])
    seen = []
    for _ in range(4):
        filters.turn("race")
        seen.append(filters.line().split("race: ")[1].split("   ")[0])
    assert seen == ["5k", "marathon", "ultra", "any"]
    assert not filters.clear()
    filters.turn("level")
    assert "level: any" in filters.line()
