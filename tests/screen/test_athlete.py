"""The athlete's screen: paces and zones on one axis, changed where they stand, and the first question."""
# mypy: disable-error-code="union-attr,arg-type"
# an athlete is there, or the test fails

from dataclasses import dataclass, field

import pytest
from textual.widgets import Input

from coach.app.athletes import SavedAthletes, find_athlete
from coach.athlete import athlete_from
from coach.problems import AthleteProblem
from coach.screen.app import CoachApp
from coach.screen.athlete import AthletePage, AthleteScreen, AthleteView, day_words, stops_of
from coach.screen.paint import SUN
from coach.screen.pick import PickScreen
from coach.workout.resolve import AthleteProfile, profile_of
from tests.cli.conftest import coach
from tests.screen.builders import FakeLibrary, listed
from tests.screen.render import text_of

__all__ = ["coach"]

SIZES = [(80, 24), (120, 40), (200, 60)]
RACES = ("--race", "5k=22:30@2026-05-10", "--race", "10k=47:30@2026-04-01")
RATES = ("--max-heart-rate", "191", "--rest-heart-rate", "48", "--threshold-heart-rate", "172")


@dataclass
class BrokenPeople(SavedAthletes):
    """People of whom a document cannot be read."""

    known: list[AthleteProfile] = field(default_factory=list)

    def profiles(self):
        """Give the problem."""
        raise AthleteProblem("ada.json: the file is empty", "Save it anew.")


def an_app(people=None):
    """An app in its library, with everybody who is saved."""
    people = people or SavedAthletes()
    return CoachApp(library=FakeLibrary([listed("a")]), people=people, is_ticking=False)


def rows(app):
    """The rows of the screen as text."""
    return text_of(app).splitlines()


def row_of(app, words):
    """The first row that has these words."""
    return next(row for row in rows(app) if words in row)


async def write(pilot, text):
    """Put a text into the field."""
    pilot.app.screen.query_one("#field", Input).value = text
    await pilot.pause()


async def opened(pilot, *keys):
    """Open the athlete's screen and press keys."""
    await pilot.press("f9")
    await pilot.pause()
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def times(slug="ida"):
    """The times of all races that are saved, oldest first."""
    return [race.time for entry in find_athlete(slug).history for race in entry.races]


@pytest.fixture
def ida(coach):
    """A saved athlete with two races."""
    assert coach("athlete", "set", "ida", "--name", "Ida", *RACES, *RATES).exit_code == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_paces_and_zones_stand_on_one_axis(ida, size):
    """The page has the title, every pace with its lap, and every zone; a pace lies over its zone on the axis."""
    app = an_app()
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        assert "from 5 km in 22:30 on 10 May" in rows(app)[0]
        for words in ("easy           5:33-6:14        –", "5k                  4:30   1:48.0"):
            assert words in text_of(app)
        for zone in ("1   recovery", "5a  threshold", "5c  faster"):
            assert row_of(app, zone)
        assert rows(app)[size[1] - 1].startswith(" enter  change")
        assert rows(app)[size[1] - 1].rstrip().endswith("esc  back")
        page = app.screen.query_one(AthletePage)
        assert all(len(page.render_line(y).text) == size[0] for y in range(page.size.height))


@pytest.mark.asyncio
async def test_the_wide_page_has_races_and_what_could_be_run(ida):
    """Each race has its day and what it gives; the one in use is named, and predictions have their range."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert "VDOT 43.4, in use" in row_of(app, "  5 km ")
        assert "VDOT 42.5" in row_of(app, "47:30")
        assert "3:34:43 and 3:51:28 wide" in row_of(app, "marathon  3:34:43")
        assert "max 191   rest 48   threshold 172" in row_of(app, "heart")


@pytest.mark.asyncio
async def test_the_small_page_opens_the_races_where_the_cursor_goes(ida):
    """Races are one row below the zones, and take their place once the cursor is among them."""
    app = an_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert "5 km 22:30   10 km 47:30" in rows(app)[22]
        await pilot.press(*["down"] * 8)
        await pilot.pause()
        assert "zone" not in text_of(app).split("\n\n")[0]
        assert "in use" in row_of(app, "  5 km ")
        assert "max 191" in row_of(app, "heart")


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_the_effect_of_a_race_is_seen_before_it_is_kept(ida, size):
    """A typed race shows its effect and changes nothing; Enter asks for the day, then stores it; u undoes it."""
    app = an_app()
    async with app.run_test(size=size) as pilot:
        await opened(pilot, "r")
        await write(pilot, "5k 22:08")
        assert "5k pace 4:30 would be 4:26, threshold 4:46 would be 4:42" in text_of(app)
        assert len(times()) == 2
        await pilot.press("enter")
        await pilot.pause()
        assert "when?" in text_of(app)
        await write(pilot, "tomorrow")
        assert '"tomorrow" is still to come' in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert len(times()) == 2
        await write(pilot, "yesterday")
        await pilot.press("enter")
        await pilot.pause()
        assert times() == ["47:30", "22:30", "22:08"]
        assert "4:26" in row_of(app, "  5k  ")
        await pilot.press("u")
        await pilot.pause()
        assert times() == ["47:30", "22:30"]
        assert "4:30" in row_of(app, "  5k  ")


@pytest.mark.asyncio
async def test_a_race_with_its_day_is_kept_at_once(ida):
    """With a day in the text there is no question for it; Enter with nothing typed and Escape change nothing."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "r")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("r")
        await write(pilot, "mile 6:30 on 2026-05-12")
        await pilot.press("escape")
        await pilot.pause()
        assert len(times()) == 2
        await pilot.press("r")
        await write(pilot, "mile 6:30 on 2026-05-12")
        await pilot.press("enter")
        await pilot.pause()
        assert {race.date for race in find_athlete("ida").now.races} >= {"2026-05-12"}


@pytest.mark.asyncio
async def test_a_pace_by_hand_is_typed_and_removed(ida):
    """The row says `by hand` and wins over the race; x shows the effect, then restores the derived pace."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "enter")
        await write(pilot, "5:40 - 6:20")
        await pilot.press("enter")
        await pilot.pause()
        assert "by hand" in row_of(app, "easy")
        assert find_athlete("ida").now.paces == {"easy": "5:40-6:20/km"}
        await pilot.press("x")
        await pilot.pause()
        assert "x again removes it: easy 5:40-6:20 would be 5:33-6:14" in text_of(app)
        assert find_athlete("ida").now.paces
        await pilot.press("x")
        await pilot.pause()
        assert find_athlete("ida").now.paces == {}
        await pilot.press("x")
        await pilot.pause()
        assert "It comes from a race." in text_of(app)


@pytest.mark.asyncio
async def test_a_race_is_corrected_and_removed_where_it_stands(ida):
    """A new time keeps the day of the race; x twice removes the race, another key keeps it."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, *["down"] * 8, "enter")
        await write(pilot, "5k 22:20")
        await pilot.press("enter")
        await pilot.pause()
        assert [(race.time, race.date) for race in find_athlete("ida").now.races][1] == (
            "22:20",
            "2026-05-10",
        )
        await pilot.press("x", "up", "down", "x", "x")
        await pilot.pause()
        assert [race.time for race in find_athlete("ida").now.races] == ["47:30"]


@pytest.mark.asyncio
async def test_heart_rates_and_the_name_are_typed(ida):
    """An error is shown with the typed text, and nothing is stored."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, *["down"] * 10, "enter")
        await write(pilot, "max 20")
        assert "maximum heart rate: 20 must be at least 25" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert find_athlete("ida").now.heart_rate.max.bpm == 191
        await write(pilot, "max 188 rest 50")
        await pilot.press("enter")
        await pilot.pause()
        rates = find_athlete("ida").now.heart_rate
        assert (rates.max.bpm, rates.rest.bpm, rates.threshold.bpm) == (188, 50, 172)
        await pilot.press("down", "enter")
        await write(pilot, "Ida B.")
        await pilot.press("enter")
        await pilot.pause()
        assert find_athlete("ida").name == "Ida B."
        assert "Ida B." in rows(app)[0]


@pytest.mark.asyncio
async def test_miles_and_zones_are_a_key_each(ida):
    """M turns every pace on the page, and is kept; z turns through the tables of zones."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "m")
        assert "per mile" in text_of(app)
        assert "7:15" in row_of(app, "  5k  ")
        assert find_athlete("ida").units == "mile"
        await pilot.press("z")
        await pilot.pause()
        assert "147-154 bpm" in text_of(app)
        await pilot.press("z", "z", "z", "z")
        await pilot.pause()
        assert "over 9:5" in row_of(app, "recovery")


@pytest.mark.asyncio
async def test_several_athletes_are_turned_through(ida, coach):
    """Tab goes round among the athletes, and is named in the key line only where there are several."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert "next athlete" not in rows(app)[39]
    coach("athlete", "set", "bob", "--name", "Bob", "--threshold-pace", "4:30/km")
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "tab")
        assert "Ida" in rows(app)[0]
        await pilot.press("left")
        await pilot.pause()
        assert "Bob" in rows(app)[0]
        assert "from threshold pace 4:30/km" in rows(app)[0]
        assert "next athlete" in rows(app)[39]


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_nobody_yet_is_asked_for_a_race(home, size):
    """A typed race shows its paces; Enter saves the athlete; u removes them again."""
    app = an_app()
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        assert "One race gives all your paces." in text_of(app)
        await write(pilot, "5k 22")
        assert "5k pace   4:24/km" in text_of(app)
        await write(pilot, "5k fast")
        assert '"5k fast" is not a race result' in text_of(app)
        await write(pilot, "5k 22:30")
        assert "threshold   4:46/km" in text_of(app)
        assert "easy   5:33 to 6:14" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "when was it?" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert find_athlete("me").now.races[0].time == "22:30"
        assert "4:30" in row_of(app, "  5k  ")
        await pilot.press("u")
        await pilot.pause()
        assert find_athlete(None) is None
        assert "One race gives all your paces." in text_of(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)


@pytest.mark.asyncio
async def test_an_athlete_without_a_pace_has_a_page(coach):
    """Heart rates alone give their zones; the rest says what would give it."""
    coach("athlete", "set", "ada", "--max-heart-rate", 190)
    app = an_app()
    for size in SIZES:
        async with app.run_test(size=size) as pilot:
            await opened(pilot)
            assert "95-113 bpm" in text_of(app) or "heart" in text_of(app)
        app = an_app()


@pytest.mark.asyncio
async def test_the_library_is_a_key_away(ida):
    """Escape leads back to it, and letters from a name do not reach the terminal as they are."""
    app = an_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert type(app.screen) is AthleteScreen
        await pilot.press("escape")
        await pilot.pause()
        back: object = app.screen
        assert isinstance(back, PickScreen)


@pytest.mark.asyncio
async def test_a_broken_document_is_told_in_the_library():
    """An unreadable athlete is not shown; the library gives the reason and stays."""
    app = an_app(BrokenPeople())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert "the file is empty" in text_of(app)


def test_the_cursor_goes_where_something_can_be_changed(ida):
    """Paces, races, heart and name, each with what the field begins with."""
    profile = profile_of(find_athlete("ida"))
    page = AthleteView(profile, stops_of(profile), 5, today="2026-06-01")
    assert [stop.what for stop in page.stops][-3:] == ["race 2", "heart", "name"]
    assert page.stops[5].text == "4:30/km"


def test_a_name_cannot_steer_the_terminal(ida):
    """Control characters of a name are not shown."""
    profile = profile_of(find_athlete("ida").model_copy(update={"name": "Eve \x1b[31m"}))
    assert "\x1b" not in AthleteScreen(None, [profile]).title_line(80)


@pytest.mark.parametrize(
    ("day", "words"), [("2026-05-10", "10 May"), ("2025-10-12", "12 Oct 2025"), ("2026-12-01", "1 Dec 2026")]
)
def test_a_day_has_its_year_where_it_is_not_clear(day, words):
    """A day within the last eleven months has no year."""
    assert day_words(day, "2026-11-01") == words


# --- the first question


@pytest.mark.asyncio
@pytest.mark.parametrize("size", SIZES)
async def test_a_workout_without_paces_asks_for_a_race_first(home, size):
    """Enter on a workout opens the question; the race is kept with its day, and the run begins."""
    needs = {"a"}
    library = FakeLibrary([listed("a")], needs_pace=needs)
    app = CoachApp(library=library, people=SavedAthletes(), is_ticking=False)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "Before the start" in rows(app)[0]
        assert "No race yet? Enter goes on without paces: reps are timed, not judged." in text_of(app)
        assert "enter  run by effort" in rows(app)[size[1] - 1]
        await write(pilot, "half 1:35 on 2026-05-10")
        assert "5k pace   4:08/km" in text_of(app)
        assert library.started == []
        needs.clear()
        await pilot.press("enter")
        await pilot.pause()
        assert library.started == ["a"]
        assert times("me") == ["1:35:00"]


@pytest.mark.asyncio
async def test_enter_alone_runs_by_effort(home):
    """Enter without a race saves nothing, and the run begins."""
    needs = {"a"}
    library = FakeLibrary([listed("a")], needs_pace=needs)
    app = CoachApp(library=library, people=SavedAthletes(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert library.started == ["a"]
        assert find_athlete(None) is None


@pytest.mark.asyncio
async def test_escape_goes_back_to_the_library(home):
    """Escape goes from the day to the race, then to the library; nothing has begun and nothing is saved."""
    needs = {"a"}
    library = FakeLibrary([listed("a")], needs_pace=needs)
    app = CoachApp(library=library, people=SavedAthletes(), is_ticking=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await write(pilot, "5k 22:30")
        await pilot.press("enter")
        await pilot.pause()
        assert "5k 22:30: when was it?" in text_of(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "One race gives all your paces." in text_of(app)
        assert "5k pace   4:30/km" in text_of(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, PickScreen)
        assert library.started == []
        assert find_athlete(None) is None


@pytest.mark.parametrize("units", ["km", "mile"])
@pytest.mark.parametrize(
    "entry",
    [
        {"races": [{"date": "2026-05-10", "distance": "5 km", "time": "13:30"}]},
        {"races": [{"date": "2026-05-10", "distance": "42.195 km", "time": "4:55:00"}]},
        {
            "races": [
                {"date": f"2026-05-{day}", "distance": "5 km", "time": f"22:{day}"} for day in range(10, 20)
            ]
        },
        {"heart_rate": {"max": {"bpm": 190, "source": "estimated"}}},
        {"paces": {"easy": "5:00-7:30/km", "5k": "4:00/km"}, "goal": {"pace": "4:00/km"}},
        {"threshold_pace": "8:00/km"},
    ],
)
def test_every_row_is_as_wide_as_the_page_whoever_it_is(entry, units):
    """Every row fits for athletes of whom much or little is known, at every place of the cursor and every size."""
    document = {"format": "coach-athlete/1", "slug": "a", "name": "A", "units": units}
    profile = profile_of(athlete_from(document | {"history": [{"from": "2026-05-20", **entry}]}, name="a"))
    stops = stops_of(profile)
    for width, height in ((80, 22), (120, 38), (200, 58), (50, 13), (104, 32)):
        for at in range(len(stops)):
            page = AthleteView(profile, stops, at, at, "+ a race" * (at % 2), "said " * 40, "2026-11-29")
            rows_of_page = AthletePage().paint(page, width, height, SUN)
            assert [row.cell_length for row in rows_of_page] == [width] * height
