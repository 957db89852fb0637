"""Workouts: the line that is being typed, and the runner's own, with their names and files."""

import pytest

from coach.app.terminal import SILENT
from coach.app.workouts import is_own, name_use, read_typed, read_workout, save_workout
from coach.edge.files import runner_paths
from coach.edge.store import Store
from coach.problems import WorkoutProblem
from coach.screen.protocols import NameUse
from coach.workout import editing
from tests.app.test_library import run_library
from tests.workout.notation.documents import ATHLETE


def test_an_understood_line_has_its_timeline():
    """It has the name, the steps for the runner, and the guesses."""
    typed = read_typed("6x800 @ 5k", ATHLETE)
    assert (typed.title, typed.problem, typed.place) == ("6 x 800 m at 5k pace", "", None)
    assert typed.guesses == ("no rest is given: it lasts until you press",)
    assert typed.timeline is not None
    assert typed.timeline.steps[0].target is not None


def test_a_faulty_line_has_its_place_and_what_is_right():
    """It has the place, the fix, a corrected line, and the steps before the fault."""
    typed = read_typed("6x800 @ 5 / 400", ATHLETE)
    assert (typed.place, typed.corrected) == (8, "6x800 @ 5k / 400")
    assert typed.timeline is not None
    assert len(typed.timeline.steps) == 11


def test_a_pace_out_of_reach_is_a_problem_of_the_line():
    """A well-formed line with an impossible pace is reported, and cannot be started."""
    typed = read_typed("6x800 @ 5k-200s/km", ATHLETE)
    assert "not possible" in typed.problem
    assert typed.timeline is None


def test_of_nothing_nothing_is_understood():
    """An empty line has a problem and no steps."""
    typed = read_typed("", None)
    assert typed.problem
    assert typed.timeline is None


def library(name="6x800-5k"):
    """Return a workout of the library."""
    return read_workout(name, SILENT)


@pytest.mark.usefixtures("home")
def test_a_saved_workout_is_found_by_its_name():
    """It is among the runner's own, is read as saved, and the library's is unchanged."""
    document = editing.own_copy(library())
    slug = save_workout(document)
    assert slug == "6x800-m-at-5k-pace-my-own"
    assert is_own(slug)
    assert read_workout(slug, SILENT).workout == document.workout
    assert library().name == "6 x 800 m at 5k pace"
    assert [path.name for path in runner_paths().workouts.iterdir()] == [f"{slug}.json"]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["6x800-5k", "6 x 800 m at 5k pace", "6 X 800 M AT 5K PACE", " 6x800 5k "])
def test_a_name_of_the_library_is_never_taken(name):
    """A name or title of the library is refused in any spelling, and nothing is written."""
    assert name_use(name) is NameUse.LIBRARY
    with pytest.raises(WorkoutProblem, match="of the library"):
        save_workout(editing.rename(library(), name))
    assert Store().own_names() == frozenset()


@pytest.mark.usefixtures("home")
def test_ones_own_name_is_known():
    """A name is the runner's own once a workout is saved under it, in any spelling."""
    assert name_use("Tuesday eights") is NameUse.FREE
    save_workout(editing.rename(library(), "Tuesday eights"))
    assert name_use("Tuesday eights") is NameUse.OWN
    assert name_use("tuesday  EIGHTS!") is NameUse.OWN


@pytest.mark.usefixtures("home")
def test_a_name_may_be_in_any_script():
    """Two of them are two workouts, each read by its own name."""
    names = {"Интервалы 6 × 800": "интервалы-6x800", "間歇跑": "間歇跑"}
    assert [save_workout(editing.rename(library(), name)) for name in names] == list(names.values())
    assert {read_workout(slug, SILENT).name for slug in names.values()} == set(names)
    assert name_use("ИНТЕРВАЛЫ 6x800") is NameUse.OWN


@pytest.mark.usefixtures("home")
def test_a_name_without_a_letter_is_refused():
    """A name without a usable letter is refused."""
    with pytest.raises(WorkoutProblem, match="no letter"):
        save_workout(editing.rename(library(), "***"))


@pytest.mark.usefixtures("home")
def test_what_stands_in_for_the_library_is_not_edited_in_place():
    """A runner's file with a name of the library is copied, like one of the library."""
    folder = runner_paths().workouts
    folder.mkdir(parents=True)
    (folder / "6x800-5k.json").write_bytes((folder / "x").name.encode())
    assert not is_own("6x800-5k")


@pytest.mark.usefixtures("home")
def test_the_library_of_the_screen_has_what_was_saved():
    """A copy is listed once it is saved, and is then opened as the runner's own."""
    screen = run_library()
    document, owned = screen.open("6x800-5k")
    assert not owned
    slug = screen.save(editing.own_copy(document))
    assert slug in {entry.slug for entry in screen.entries()}
    again, owned = screen.open(slug)
    assert owned
    assert again.name == "6 x 800 m at 5k pace, my own"
    assert screen.name_use(again.name) is NameUse.OWN
    assert screen.open_line("6x800 @ 5k / 400 jog").name == "6 x 800 m at 5k pace"
