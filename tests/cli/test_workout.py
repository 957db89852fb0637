"""Workouts are listed, shown, checked and begun; what is wrong with one is said with its place."""

import json

import pytest

GOOD = {
    "format": "coach-workout/1",
    "name": "Two quick ones",
    "sections": [
        {
            "name": "Main",
            "steps": [
                {
                    "repeat": 2,
                    "skip_last_recovery": True,
                    "steps": [
                        {"kind": "work", "until": {"distance": "400 m"}, "target": {"pace": "4:00/km"}},
                        {"kind": "recovery", "until": {"time": "1:00"}},
                    ],
                }
            ],
        }
    ],
}


@pytest.fixture
def workout(tmp_path):
    """Writes a workout that is GOOD with changes; returns its path."""

    def written(**changes):
        path = tmp_path / "mine.json"
        path.write_text(json.dumps(GOOD | changes), encoding="utf-8")
        return path

    return written


def test_a_good_workout_is_said_in_one_sentence(coach, workout):
    """`check` prints one line: what it is, how long, how far, how hard."""
    checked = coach("workout", "check", workout())

    assert checked.exit_code == 0
    assert checked.stdout.count("\n") == 1
    for word in ["Two quick ones", "2 x 400 m", "4:00/km", "min"]:
        assert word in checked.stdout


def test_what_is_wrong_is_said_with_place_reason_and_fix(coach, workout):
    """A fault names the JSON path and the fix on stderr, with nothing on stdout, and exits with 3."""
    steps = [{"kind": "work", "until": {"distance": "400 parsecs"}}]
    checked = coach("workout", "check", workout(sections=[{"name": "Main", "steps": steps}]))

    assert (checked.exit_code, checked.stdout) == (3, "")
    assert "sections[0].steps[0].until" in checked.stderr
    assert len(checked.stderr.splitlines()) >= 2


def test_what_is_probably_not_meant_is_a_note(coach, workout):
    """A set without a recovery before the next is a note on stderr, and no failure."""
    hard = {"repeat": 2, "steps": [{"kind": "work", "until": {"distance": "400 m"}}]}
    checked = coach("workout", "check", workout(sections=[{"name": "Main", "steps": [hard, hard]}]))

    assert checked.exit_code == 0
    assert "Note: sections[0]" in checked.stderr


def test_a_check_can_be_read_by_programs(coach, workout):
    """`--json` says the same as one object with units in its keys."""
    told = json.loads(coach("workout", "check", workout(), "--json").stdout)

    assert (told["v"], told["title"], told["steps"], told["warnings"]) == (1, "Two quick ones", 3, [])
    assert told["time_s"] > 200
    assert told["distance_m"] >= 800


def test_a_workout_needs_no_athlete_to_be_looked_at(coach):
    """A workout by reference pace is listed, shown and checked with an empty shelf, its paces by name."""
    for words in [("list", "5x1000-5k"), ("show", "5x1000-5k"), ("check", "5x1000-5k")]:
        looked = coach("workout", *words)
        assert looked.exit_code == 0, looked.stderr
        assert "5k" in looked.stdout


def test_a_shown_workout_has_every_step(coach, workout):
    """`show` lists every step in running order, with what it asks for."""
    shown = coach("workout", "show", workout()).stdout

    assert [line.split()[0] for line in shown.splitlines() if line[:1].isdigit()] == ["1", "2", "3"]
    assert shown.count("400 m at 4:00/km") == 2 + 1


def test_a_shown_document_is_the_written_one(coach, workout):
    """`show --json` prints the document as it was written."""
    assert json.loads(coach("workout", "show", workout(), "--json").stdout) == GOOD


def test_the_list_is_searched_by_every_word(coach):
    """Each word narrows the list; the rest of the library is left out."""
    everything = coach("workout", "list", "--json").stdout.splitlines()
    narrowed = [
        json.loads(line)
        for line in coach("workout", "list", "--json", "FLOAT", "threshold").stdout.splitlines()
    ]

    assert len(everything) >= 16
    assert 0 < len(narrowed) < len(everything)
    assert "2x5x1000-threshold-float" in [each["name"] for each in narrowed]
    assert coach("workout", "list", "no-such-word").stdout == ""


def test_a_workout_of_my_own_is_listed_and_a_broken_one_is_told(coach, home, workout):
    """The runner's own folder joins the library; a file that is no workout is told on stderr, no more."""
    folder = home / "data" / "workouts"
    folder.mkdir(parents=True)
    workout().rename(folder / "mine.json")
    (folder / "broken.json").write_text("{")
    listed = coach("workout", "list")

    assert listed.exit_code == 0
    assert "\nmine " in listed.stdout
    assert "broken.json" in listed.stderr


def test_a_misspelt_name_is_guessed(coach):
    """A name that does not exist exits with 3 and the likeliest one."""
    checked = coach("workout", "check", "5x1000-5")

    assert checked.exit_code == 3
    assert "5x1000-5k" in checked.stderr


def test_the_schema_is_a_json_schema(coach):
    """`schema` prints a JSON Schema that names the format."""
    schema = json.loads(coach("workout", "schema").stdout)

    assert schema["title"] == "coach-workout/1"
    assert "sections" in schema["properties"]


def test_a_new_workout_can_be_run_at_once(coach, tmp_path):
    """The starter is a good workout that needs nobody's numbers, under the name that was asked for."""
    path = tmp_path / "new.json"
    made = coach("workout", "new", path, "--name", "Tuesday")

    assert (made.exit_code, made.stdout) == (0, "")
    assert "Tuesday" in coach("workout", "check", path).stdout
    assert coach("simulate", path, "--out", tmp_path / "new.jsonl").exit_code == 0


@pytest.mark.parametrize("words", [["--name", ""], ["--name", "x" * 5000]])
def test_a_new_workout_with_an_impossible_name_is_not_written(coach, tmp_path, words):
    """A name that no workout may have is refused before anything is written."""
    made = coach("workout", "new", tmp_path / "new.json", *words)

    assert made.exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_a_new_workout_never_overwrites(coach, tmp_path):
    """An existing file stays as it is."""
    path = tmp_path / "mine.json"
    path.write_text("precious")

    assert coach("workout", "new", path).exit_code == 1
    assert path.read_text() == "precious"
