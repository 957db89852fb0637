"""The runner's own workouts: names, and files that are kept."""

import pytest

from coach.app.terminal import SILENT
from coach.app.workouts import is_own, name_use, read_workout, save_workout
from coach.edge.files import runner_paths
from coach.edge.store import Store
from coach.problems import WorkoutProblem
from coach.screen.protocols import NameUse
from coach.workout import editing
from tests.app.test_library import run_library


def library(name="6x800-5k"):
    """A workout that comes with the program."""
    return read_workout(name, SILENT)


@pytest.mark.usefixtures("home")
def test_a_saved_workout_is_found_by_its_name():
    """It is one of the runner's own, is read as it was saved, and the library's is unchanged."""
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
    """By what it is run by or by its title, however it is spelt, it is the library's, and nothing is written."""
    assert name_use(name) is NameUse.LIBRARY
    with pytest.raises(WorkoutProblem, match="of the library"):
        save_workout(editing.rename(library(), name))
    assert Store().own_names() == frozenset()


@pytest.mark.usefixtures("home")
def test_ones_own_name_is_known():
    """A name is one's own once a workout is saved under it; names that are run by the same are the same."""
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
    """A file of one's own that has a name of the library is copied like the library's."""
    folder = runner_paths().workouts
    folder.mkdir(parents=True)
    (folder / "6x800-5k.json").write_bytes((folder / "x").name.encode())
    assert not is_own("6x800-5k")


@pytest.mark.usefixtures("home")
def test_the_library_of_the_screen_has_what_was_saved():
    """It is copied from the library, listed once it is saved, and from then on opened as the runner's own."""
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
