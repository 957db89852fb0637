"""The library as somebody looks through it: listed by what it is for, quickly, and made from a few numbers."""

import json
import shutil
from inspect import unwrap
from pathlib import Path

import pytest

from coach.app import workouts
from coach.edge.store import Store
from coach.problems import WorkoutProblem
from coach.workout.describe import CatalogueEntry
from coach.workout.document import load_document, outline
from coach.workout.kinds import Kind

LIBRARY = Path(__file__).parents[2] / "workouts"


def names(coach, *words):
    """The workouts a list with these words has."""
    listed = coach("workout", "list", "--json", *words)
    assert listed.exit_code == 0, listed.stderr
    return {json.loads(line)["name"] for line in listed.stdout.splitlines()}


@pytest.fixture
def counting(monkeypatch):
    """Counts how many workouts are compiled for a list."""
    made = []
    real = workouts.outline_document

    def outline_document(name, document, athlete):
        made.append(name)
        return real(name, document, athlete)

    monkeypatch.setattr(workouts, "outline_document", outline_document)
    monkeypatch.setattr(workouts, "_new_entry", unwrap(workouts._new_entry))  # which keeps nothing
    return made


def test_the_library_is_listed_by_what_it_is_for(coach):
    """Race, level, phase and time narrow the list together; what is listed fits every one of them."""
    words = ("--for", "10k", "--level", "intermediate", "--phase", "build", "--under", "60min")
    listed = [json.loads(line) for line in coach("workout", "list", "--json", *words).stdout.splitlines()]

    assert {"broken-tempo", "5x800-5k", "hills-6x1min"} <= {each["name"] for each in listed}
    for each in listed:
        assert "10k" in each["tags"]["focus"]
        assert each["tags"]["level"] == "intermediate"
        assert "build" in {each["tags"]["phase"], *each["tags"].get("other_phases", ())}
        assert each["time_s"] <= 3600


def test_levels_add_up_and_everything_else_narrows(coach):
    """Two levels give the workouts of both; a system and words narrow what is left."""
    both = names(coach, "--level", "beginner", "--level", "Advanced")
    assert both == names(coach, "--level", "beginner") | names(coach, "--level", "advanced")
    assert names(coach, "--system", "strength", "--search", "gym day") == {"strength-gym"}
    assert names(coach, "--for", "HM", "float") == names(coach, "--for", "half", "--search", "float")


@pytest.mark.parametrize(
    ("option", "tag", "offered"),
    [
        ("--for", "5mile", "5k"),
        ("--level", "expert", "advanced"),
        ("--phase", "summer", "taper"),
        ("--system", "x", "vo2max"),
    ],
)
def test_a_tag_nobody_uses_is_refused_with_those_there_are(coach, option, tag, offered):
    """A misspelt tag is no empty list: it exits with 2 and names the tags."""
    listed = coach("workout", "list", option, tag)
    assert (listed.exit_code, listed.stdout) == (2, "")
    assert option in listed.stderr
    assert offered in listed.stderr


def test_a_time_that_is_none_is_refused(coach):
    """An unreadable time is refused with an example of a valid one."""
    listed = coach("workout", "list", "--under", "lunch")
    assert listed.exit_code == 2
    assert "60min" in listed.stderr


def test_nothing_found_is_said(coach):
    """An empty list is no failure and says so on stderr."""
    listed = coach("workout", "list", "--for", "mile", "--under", "1min")
    assert (listed.exit_code, listed.stdout) == (0, "")
    assert "No workout matches." in listed.stderr


def test_opt_in_workouts_are_marked(coach):
    """The list marks what rests on a claim; show gives its caution and where it comes from."""
    listed = coach("workout", "list", "red minutes")
    assert "(opt-in)" in listed.stdout
    assert "Opt-in: based on a claim" in listed.stderr
    shown = coach("workout", "show", "three-red-minutes").stdout
    assert "docs/explanation/refusals.md" in shown
    assert "Opt-in: the rule in it rests on a claim" in shown
    assert "Source: " in shown


def test_a_checklist_is_shown_with_its_exercises(coach):
    """Sets, reps and seconds stand under the step they belong to; its minutes are in the list."""
    shown = coach("workout", "show", "strength-gym").stdout
    assert "Squats, 3 x 6 reps" in shown
    assert "Not within two days before a fast session." in shown
    assert "50 min" in coach("workout", "list", "strength-gym").stdout


def test_a_workout_is_compiled_once(coach, counting):
    """The second list compiles nothing and says the same."""
    first = coach("workout", "list", "--json").stdout
    assert len(counting) == len(first.splitlines())
    del counting[:]
    assert coach("workout", "list", "--json").stdout == first
    assert counting == []


def test_only_what_changed_is_compiled_again(coach, counting):
    """A changed file is worked out anew, a deleted one leaves the list, the others stay as they are."""
    own = Store().paths.workouts
    own.mkdir(parents=True)
    for name in ("mine", "other"):
        shutil.copy(LIBRARY / "demo.json", own / f"{name}.json")
    names(coach)
    del counting[:]
    changed = json.loads((own / "mine.json").read_text())
    (own / "mine.json").write_text(json.dumps(changed | {"name": "Changed"}))
    (own / "other.json").unlink()
    listed = [json.loads(line) for line in coach("workout", "list", "--json").stdout.splitlines()]
    assert counting == ["mine"]
    assert "Changed" in [each["title"] for each in listed]
    assert "other" not in [each["name"] for each in listed]


def first_found(coach, word):
    """The best match of a word."""
    return json.loads(coach("workout", "list", "--json", word).stdout.splitlines()[0])


@pytest.mark.parametrize(
    ("words", "name"), [("6 x 800", "6x800-5k"), ("6x800", "6x800-5k"), ("easy run", "easy-run")]
)
def test_the_best_match_is_listed_first(coach, words, name):
    """A name says it best, however its numbers are written; what is only said in a purpose comes last."""
    assert first_found(coach, words)["name"] == name


def test_times_follow_the_athlete(coach, counting):
    """With another threshold pace the estimates are computed again; cached entries of the old one are not shown."""
    coach("workout", "list")
    assert coach("athlete", "set", "--threshold-pace", "4:00/km").exit_code == 0
    quick = first_found(coach, "tempo-3-miles")["time_s"]
    assert coach("athlete", "set", "--threshold-pace", "6:00/km").exit_code == 0
    slow = first_found(coach, "tempo-3-miles")["time_s"]
    assert slow > quick * 1.3


@pytest.mark.parametrize("kept", [b"{", b"[1]", b'{"x": 3}', b"\xff\xfe"])
def test_a_broken_index_costs_time_and_nothing_else(coach, kept):
    """For any content of the cache, the list is right, and the cache is repaired."""
    right = names(coach)
    index = Store().paths.state / "catalogue.json"
    index.write_bytes(kept)
    assert names(coach) == right
    assert json.loads(index.read_bytes()).keys() != json.loads("{}").keys()


def test_cards_of_another_make_are_made_again(coach, counting):
    """A cache whose entries have another shape is ignored."""
    names(coach)
    index = Store().paths.state / "catalogue.json"
    index.write_text(json.dumps({key: {"name": "half"} for key in json.loads(index.read_bytes())}))
    del counting[:]
    assert "demo" in names(coach)
    assert counting
    del counting[:]
    names(coach)
    assert counting == []


def test_an_index_that_cannot_be_written_costs_time_and_nothing_else(coach):
    """The list works if the folder of the cache is a file."""
    state = Store().paths.state
    state.parent.mkdir(parents=True, exist_ok=True)
    state.write_text("a file where a folder should be")
    assert "demo" in names(coach)


def test_a_broken_workout_is_told_beside_the_others(coach):
    """A broken workout is reported on stderr every time; the rest is listed."""
    own = Store().paths.workouts
    own.mkdir(parents=True)
    (own / "wrong.json").write_text("{}")
    for _ in range(2):
        listed = coach("workout", "list")
        assert listed.exit_code == 0
        assert "demo" in listed.stdout
        assert "wrong.json" in listed.stderr
    kinds = {type(each) for each in workouts.catalogue_entries()}
    assert kinds == {CatalogueEntry, WorkoutProblem}


MADE = [
    (("ladder", "1600m", "1200m", "800m", "400m"), "4 km of it hard"),
    (
        ("ladder", "200m", "400m", "600m", "--shape", "pyramid", "--pace", "3k", "--rest", "1:30"),
        "5 reps of 200 m to 600 m and back at 3k pace",
    ),
    (("blocks", "6", "3:00", "--ratio", "1.5"), "6 x 3:00 at 10k pace"),
    (("progression", "30:00", "--last", "10:00"), "10:00 from easy pace to threshold pace"),
    (("alternation", "8", "400m", "200m", "--pace", "3k", "--float", "half"), "8 x 400 m at 3k pace"),
    (("cruise", "3", "1mile"), "3 x 1 mile at threshold pace"),
    (("reverse", "tempo-then-800s"), "2 x 800 m at 5k pace, then 15:00 at threshold pace"),
]


@pytest.mark.parametrize(("words", "said"), MADE, ids=[words[0] for words, _ in MADE])
def test_a_workout_is_made_from_a_few_numbers(coach, words, said, tmp_path):
    """A generated workout is printed, or written to a new file, and is a valid workout."""
    printed = coach("workout", "generate", *words, "--name", "Made")
    assert printed.exit_code == 0, printed.stderr
    assert json.loads(printed.stdout)["name"] == "Made"
    path = tmp_path / "made.json"
    wrote = coach("workout", "generate", *words, "--out", path)
    assert (wrote.exit_code, wrote.stdout) == (0, "")
    assert said in wrote.stderr
    checked = coach("workout", "check", path)
    assert checked.exit_code == 0
    assert said in checked.stdout
    again = coach("workout", "generate", *words, "--out", path)
    assert again.exit_code == 1
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ladder", "400m"), "two rungs"),
        (("ladder", "400m", "x"), "not a length"),
        (("blocks", "6", "9:00"), "2:00 to 5:00"),
        (("cruise", "4", "5:00", "--pace", "fast"), "not a pace"),
        (("reverse", "recovery-run"), "nothing to reverse"),
    ],
)
def test_numbers_that_make_no_workout_are_refused(coach, words, said):
    """Impossible numbers exit with 2, with the reason and the fix, and print nothing."""
    made = coach("workout", "generate", *words)
    assert (made.exit_code, made.stdout) == (2, "")
    assert said in made.stderr


def test_of_several_athletes_none_is_taken(coach, counting):
    """With two athletes the list shows paces by name, and still uses its cache."""
    for slug, pace in (("anna", "4:00/km"), ("ben", "6:00/km")):
        assert coach("athlete", "set", slug, "--threshold-pace", pace).exit_code == 0
    listed = json.loads(coach("workout", "list", "--json", "tempo-3-miles").stdout)
    assert "threshold pace" in listed["sentence"]
    del counting[:]
    names(coach)
    assert counting == []


def test_show_says_everything_a_workout_asks_for(coach):
    """Purpose and description stand apart; limits, rules, reminders, cautions and how often are there."""
    shown = coach("workout", "show", "long-run-fuel").stdout.splitlines()

    assert shown[1] == "For: Practise eating on the run"
    assert shown[2].startswith("Twenty-four kilometres easy")
    text = "\n".join(shown)
    for words in (
        "Caution: Stop when the legs say so.",
        "At most once in 7 days.",
        "Reminder: Gel (25 g), every 30:00 from 40:00 of the run.",
        "Asked before the start: Did you sleep six hours?",
        "rule too keen (pace faster than 4:20/km for 1:00)",
        "limit: core_temperature_c under 38.9",
        "for: Eat and drink at a quicker pace, as in the race",
    ):
        assert words in text, words
    reps = coach("workout", "show", "6x800-5k").stdout
    assert reps.count("for: Two laps alike at race pace, the sixth like the first") == 1


def test_every_work_step_of_the_library_says_what_it_is_for():
    """The key `w` has something to show in each of them."""
    for path in sorted(LIBRARY.glob("*.json")):
        document = load_document(path.read_bytes(), name=path.name)
        missing = [
            step.path for step in outline(document).steps if step.kind is Kind.WORK and not step.purpose
        ]
        assert not missing, path.stem
