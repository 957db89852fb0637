"""Athletes are saved, added to and shown; a value that does not fit changes nothing."""

import json
import shlex

import pytest

from coach.athlete import load_athlete
from coach.workout.resolve import COMMANDS


def saved(home, slug="me"):
    """The athlete document on the shelf."""
    return load_athlete((home / "data" / "athletes" / f"{slug}.json").read_bytes(), name=slug)


def test_the_first_number_makes_the_first_athlete(coach, home):
    """One number is enough to save an athlete: the slug is `me`, and stdout stays empty."""
    typed = coach("athlete", "set", "--threshold-pace", "4:10/km")

    assert (typed.exit_code, typed.stdout) == (0, "")
    assert "me.json" in typed.stderr
    assert saved(home).now.threshold_pace == "4:10/km"


def test_numbers_add_up_over_time(coach, home):
    """A later day adds to what was known, and what it replaces is still in the history."""
    coach("athlete", "set", "--threshold-pace", "4:20/km", "--max-heart-rate", 190, "--from", "2026-01-01")
    coach("athlete", "set", "--threshold-pace", "4:10/km", "--from", "2026-03-01")

    athlete = saved(home)
    assert athlete.now.threshold_pace == "4:10/km"
    assert athlete.now.heart_rate.max.bpm == 190
    assert athlete.as_of("2026-02-01").now.threshold_pace == "4:20/km"


def test_an_earlier_day_is_put_into_its_place(coach, home):
    """An entry for an earlier day is sorted before the later ones."""
    coach("athlete", "set", "--threshold-pace", "4:10/km", "--from", "2026-03-01")
    coach("athlete", "set", "--threshold-pace", "4:20/km", "--from", "2026-01-01")

    assert [entry.from_day for entry in saved(home).history] == ["2026-01-01", "2026-03-01"]
    assert saved(home).now.threshold_pace == "4:10/km"


def test_one_day_has_one_entry(coach, home):
    """Two changes on one day are one entry with both; for the same value the later one counts."""
    day = ["--from", "2026-03-01"]
    coach("athlete", "set", "--max-heart-rate", 190, "--pace", "easy=5:30/km", "--race", "5 km=20:15", *day)
    coach("athlete", "set", "--rest-heart-rate", 48, "--pace", "mile=3:20/km", "--race", "10 km=42:00", *day)

    (entry,) = saved(home).history
    assert (entry.heart_rate.max.bpm, entry.heart_rate.rest.bpm) == (190, 48)
    assert set(entry.paces) == {"easy", "mile"}
    assert [race.distance for race in entry.races] == ["5 km", "10 km"]


def test_estimates_are_marked_as_such(coach, home):
    """A heart rate that is an estimate says so, and stays one beside a measured one."""
    coach("athlete", "set", "--max-heart-rate", 185, "--estimated")
    coach("athlete", "set", "--threshold-heart-rate", 168)

    rates = saved(home).now.heart_rate
    assert (rates.max.source, rates.threshold.source) == ("estimated", "measured")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--threshold-pace", "4.10"], 3),
        (["--threshold-pace", "0:10/km"], 3),
        (["--max-heart-rate", "19"], 3),
        (["--max-heart-rate", "nan"], 3),
        (["--max-heart-rate", "fast"], 2),
        (["--pace", "sprint=3:00/km"], 3),
        (["--pace", "easy"], 2),
        (["--race", "5 km"], 2),
        (["--from", "tomorrow", "--threshold-pace", "4:10/km"], 3),
        (["../me", "--threshold-pace", "4:10/km"], 3),
        (["node", "--threshold-pace", "4:10/km"], 3),
        ([], 2),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_refused(coach, home, words, code):
    """A wrong value leaves with words on stderr, and with what was saved before untouched."""
    coach("athlete", "set", "me", "--threshold-pace", "4:20/km")
    before = (home / "data" / "athletes" / "me.json").read_bytes()

    typed = coach("athlete", "set", *words)

    assert (typed.exit_code, typed.stdout) == (code, "")
    assert typed.stderr
    assert "Traceback" not in typed.stderr
    assert [path.name for path in (home / "data" / "athletes").iterdir()] == ["me.json"]
    assert (home / "data" / "athletes" / "me.json").read_bytes() == before


@pytest.mark.parametrize("number", list(COMMANDS), ids=str)
def test_the_command_a_workout_asks_for_exists(coach, number):
    """The command that a missing number names saves that number."""
    _, command = COMMANDS[number]
    program, *words = shlex.split(command)

    assert program == "coach"
    assert coach(*words).exit_code == 0


def test_two_athletes_must_be_told_apart(coach):
    """With two athletes saved, nobody guesses whose numbers these are."""
    coach("athlete", "set", "ada", "--name", "Ada")
    coach("athlete", "set", "bob", "--name", "Bob")

    for words in [("athlete", "set", "--units", "mile"), ("athlete", "show")]:
        typed = coach(*words)
        assert typed.exit_code == 3
        assert "ada, bob" in typed.stderr


def test_an_athlete_is_shown_with_what_is_known(coach):
    """Every number is shown, those that are not known are not."""
    coach("athlete", "set", "--threshold-pace", "4:10/km", "--max-heart-rate", 190, "--goal-pace", "4:00/km")
    shown = coach("athlete", "show").stdout

    assert "4:10/km" in shown
    assert "190 bpm, measured" in shown
    assert "trains for 4:00/km" in shown
    assert "at rest" not in shown


def test_a_shown_document_is_the_saved_one(coach, home):
    """`--json` prints the document itself."""
    coach("athlete", "set", "--threshold-pace", "4:10/km")
    shown = coach("athlete", "show", "--json").stdout

    assert load_athlete(shown.encode(), name="shown") == saved(home)


def test_without_an_athlete_the_way_to_make_one_is_told(coach):
    """An empty shelf is no crash: exit 3, and the command that fills it."""
    shown = coach("athlete", "show")

    assert shown.exit_code == 3
    assert "coach athlete set --race 5k=22:30" in shown.stderr


def test_an_athlete_can_be_a_file(coach, tmp_path):
    """A document anywhere can be shown, and its name cannot steer the terminal."""
    document = {"format": "coach-athlete/1", "slug": "eve", "name": "Eve \x9b31m"}
    (tmp_path / "eve.json").write_text(json.dumps(document))
    shown = coach("athlete", "show", tmp_path / "eve.json")

    if shown.exit_code == 0:
        assert shown.stdout == "Eve \N{REPLACEMENT CHARACTER}31m (eve)\n"
    else:
        assert shown.exit_code == 3
    assert "\x9b" not in shown.output


# --- several athletes, and what they told


def test_athletes_are_listed_with_their_paces(coach):
    """Each athlete is a line with paces and their source; a single athlete is marked as the chosen one."""
    assert coach("athlete", "list").stdout == ""
    coach("athlete", "set", "--race", "5k=22:30@2026-05-10")
    (_, line) = coach("athlete", "list").stdout.splitlines()
    assert line.split()[:4] == ["*", "me", "me", "4:30/km"]
    assert "5 km in 22:30 on 2026-05-10" in line
    coach("athlete", "set", "ada", "--name", "Ada", "--units", "mile", "--race", "5k=20:00@2026-05-10")
    listed = coach("athlete", "list")
    assert "6:26/mile" in listed.stdout
    assert "*" not in listed.stdout
    assert "coach config set athlete ada" in listed.stderr
    trees = [json.loads(line) for line in coach("athlete", "list", "--json").stdout.splitlines()]
    assert [(tree["athlete"], tree["name"], tree["units"]) for tree in trees] == [
        ("ada", "Ada", "mile"),
        ("me", "me", "km"),
    ]


def test_the_setting_chooses_an_athlete(coach, monkeypatch):
    """Every command that shows paces takes the chosen one; a name wins, and nobody is refused."""
    coach("athlete", "set", "ada", "--race", "5k=20:00@2026-05-10")
    coach("athlete", "set", "bob", "--race", "5k=25:00@2026-05-10")
    monkeypatch.setenv("COACH_ATHLETE", "bob")
    for words in (("athlete", "zones"), ("workout", "show", "6x800-5k"), ("workout", "check", "6x800-5k")):
        assert "5:00" in coach(*words).stdout
        assert "4:00" in coach(*words, "--athlete", "ada").stdout
    assert coach("athlete", "list").stdout.splitlines()[2].startswith("*  bob")
    times = {who: coach("workout", "list", "--athlete", who).stdout for who in ("ada", "bob")}
    assert times["ada"] != times["bob"]
    assert coach("workout", "list").stdout == times["bob"]
    coach("athlete", "set", "--weight", 60)
    assert "weighs 60 kg" in coach("athlete", "show", "bob").stdout
    monkeypatch.setenv("COACH_ATHLETE", "eve")
    typed = coach("athlete", "zones")
    assert typed.exit_code == 3
    assert "the settings choose the athlete 'eve', who is not saved" in typed.stderr
    listed = coach("athlete", "list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["athlete", "ada", "bob"]
    assert (
        "The settings choose eve, who is not saved. Choose one: coach config set athlete ada" in listed.stderr
    )


def test_a_race_that_gives_no_paces_now_says_which_does(coach):
    """The paces of the best race stay, and are said to be its."""
    coach("athlete", "set", "--race", "5k=20:00@2026-11-01")
    said = coach("athlete", "set", "--race", "10k=45:00@2026-11-02").stderr
    assert "5k pace 4:00/km" in said
    assert said.rstrip().endswith("(still from 5 km in 20:00 on 2026-11-01)")
    assert "still" not in coach("athlete", "set", "--race", "5k=19:00@2026-11-03").stderr


def test_a_name_is_answered_with_a_slug(coach):
    """Before anything of it is saved."""
    typed = coach("athlete", "set", "Ann Lee", "--race", "5k=20:00")
    assert typed.exit_code == 3
    assert 'coach athlete set ann-lee --name "Ann Lee"' in typed.stderr


def test_a_day_is_told_as_anywhere(coach):
    """The option reads what a race reads behind it."""
    assert coach("athlete", "set", "--weight", 60, "--from", "10.5.2026").exit_code == 0
    assert "2026-05-10" in coach("athlete", "history").stdout
    assert "still to come" in coach("athlete", "set", "--weight", 60, "--from", "tomorrow").stderr


def test_a_race_gives_the_paces_for_once(coach, home):
    """`--race` does so on every command that shows paces, and saves nothing."""
    coach("athlete", "set", "--race", "5k=25:00@2026-05-10")
    for words in (
        ("workout", "show", "6x800-5k"),
        ("workout", "check", "6x800-5k"),
        ("workout", "export", "6x800-5k", "--to", "intervals"),
        ("athlete", "zones"),
        ("athlete", "predict"),
    ):
        assert "4:00" in coach(*words, "--race", "5k in 20.00").stdout, words
    assert coach("workout", "list", "--race", "5k=17:00").stdout != coach("workout", "list").stdout
    assert [race.time for race in saved(home).now.races] == ["25:00"]
    typed = coach("workout", "check", "6x800-5k", "--race", "5k")
    assert typed.exit_code == 2
    assert '--race: "5k" is not a race result: the time is not clear' in typed.stderr


def told(coach, *words):
    """The entries of a history, by number."""
    lines = coach("athlete", "history", *words, "--json").stdout.splitlines()
    return {tree["entry"]: tree for tree in map(json.loads, lines)}


EVERYTHING = (
    ("--race", "5 km=22:30@2026-05-10"),
    ("--trial", "1200 m=4:10@2026-05-10"),
    ("--threshold-pace", "4:46/km"),
    ("--max-heart-rate", "190"),
    ("--rest-heart-rate", "50", "--estimated"),
    ("--top-speed", "7.5"),
    ("--weight", "60"),
    ("--cadence", "easy=168"),
    ("--pace", "easy=5:30-6:00/km"),
    ("--goal", "10 km=44:00"),
    ("--ceiling", "185"),
    ("--gear-border", "82"),
)


@pytest.mark.parametrize("options", EVERYTHING, ids=str)
def test_an_entry_is_taken_out_and_put_back(coach, home, options):
    """Every value can be removed, and the printed command restores it."""
    coach("athlete", "set", "--race", "10 km=46:30@2026-05-10", "--from", "2026-05-01")
    coach("athlete", "set", *options, "--from", "2026-05-20")
    before = saved(home)
    entries = told(coach)
    assert len(entries) == 2
    (number,) = [number for number, entry in entries.items() if not entry["value"].startswith("10 km")] or [1]
    if options[0] == "--goal":
        (number,) = [number for number, entry in entries.items() if entry["what"] == "goal"]

    removed = coach("athlete", "remove", "--entry", number)
    assert removed.exit_code == 0, removed.stderr
    assert len(told(coach)) == 1
    command = removed.stderr.split("to restore it: ")[1].strip()
    assert coach(*shlex.split(command)[1:]).exit_code == 0
    assert told(coach) == entries
    assert saved(home).now == before.now


def test_a_result_is_corrected_by_setting_it_again(coach, home):
    """The same distance on the same day is the same race, however it is spelt."""
    coach("athlete", "set", "--race", "5k=22:30@2026-05-10", "--race", "10k=46:30@2026-05-10")
    coach("athlete", "set", "--race", "5000 m=22:08@2026-05-10")
    assert {race.time for race in saved(home).now.races} == {"46:30", "22:08"}


def test_several_entries_go_at_once(coach):
    """The numbers are those of one list, in whatever order they are given; one that is none changes nothing."""
    for options in EVERYTHING:
        coach("athlete", "set", *options)
    entries = told(coach)
    assert coach("athlete", "remove", "--entry", 1, "--entry", 99).exit_code == 3
    assert told(coach) == entries
    assert coach("athlete", "remove", "--entry", 5, "--entry", 1, "--entry", 3).exit_code == 0
    left = [entry["value"] for entry in told(coach).values()]
    assert left == [entry["value"] for number, entry in entries.items() if number not in {1, 3, 5}]


def test_an_athlete_is_deleted_only_when_meant(coach, home):
    """Elsewhere than on a terminal it takes --yes; a name that is none is told with the nearest."""
    coach("athlete", "set", "ada", "--name", "Ada")
    coach("athlete", "set", "bob", "--name", "Bob")
    assert coach("athlete", "remove").exit_code == 2
    assert coach("athlete", "remove", "ada").exit_code == 2
    assert saved(home, "ada").name == "Ada"
    assert "did you mean ada" in coach("athlete", "remove", "adda", "--yes").stderr
    typed = coach("athlete", "remove", "ada", "--yes")
    assert (typed.exit_code, typed.stdout) == (0, "")
    assert [path.name for path in (home / "data" / "athletes").iterdir()] == ["bob.json"]


def test_a_damaged_athlete_does_not_hide_the_others(coach, home):
    """Damaged athletes are reported on stderr, can be deleted, and do not stop the list."""
    coach("athlete", "set", "ada", "--name", "Ada")
    (home / "data" / "athletes" / "bob.json").write_text("{")
    listed = coach("athlete", "list")
    assert listed.exit_code == 0
    assert "Ada" in listed.stdout
    assert "bob" in listed.stderr
    assert coach("athlete", "remove", "bob", "--yes").exit_code == 0


@pytest.mark.parametrize("words", [["show"], ["zones"], ["predict"], ["history"], ["learnt"]])
def test_an_athlete_is_named_either_way(coach, words):
    """As an argument, or by --athlete as elsewhere; two names are a contradiction."""
    coach("athlete", "set", "ada", "--race", "5k=20:00")
    coach("athlete", "set", "bob", "--race", "5k=25:00")
    for named in (["ada"], ["--athlete", "ada"], ["ada", "--athlete", "ada"]):
        assert coach("athlete", *words, *named).exit_code == 0
    assert coach("athlete", *words, "ada", "--athlete", "bob").exit_code == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--threshold-pace", "4.10"], 'threshold pace: "4.10" is not a pace'),
        (["--max-heart-rate", "19"], "maximum heart rate: 19 must be at least 25"),
        (["--pace", "5k=fast"], '5k pace: "fast" is not a pace'),
        (["--pace", "easy=fast"], 'easy pace: "fast" is not a pace'),
        (["--goal-pace", "4.10"], 'goal pace: "4.10" is not a pace'),
        (["--ceiling", "20"], "ceiling: 20 must be at least 100"),
        (["--cadence", "easy=20"], "easy cadence: 20 must be at least 100"),
        (["--race", "5k=22:30@2026-13-31"], 'date: "2026-13-31" is not a date'),
        (["--from", "soon", "--weight", "60"], 'date: "soon" is not a date'),
        (["--race", "5k=9:00"], "5 km in 9:00 is faster than anyone has run"),
    ],
    ids=str,
)
def test_a_wrong_value_names_itself(coach, words, reason):
    """As the person typed it, never as a place in a document."""
    typed = coach("athlete", "set", *words)
    assert typed.exit_code == 3
    assert typed.stderr.startswith(reason)
    assert "history" not in typed.stderr
