"""Recordings of every kind are coached again: the same at any speed, with nothing written anywhere."""

import json
from pathlib import Path

import pytest

from coach.interchange.recordings.common import run_id

WORKOUTS = Path(__file__).parents[1] / "golden" / "workouts"
"""Workouts at the paces that the recordings were run at."""

TINY = {
    "format": "coach-workout/1",
    "name": "Tiny",
    "sections": [
        {
            "name": "Main",
            "steps": [
                {"kind": "warm_up", "until": {"time": "0:10"}},
                {"kind": "work", "until": {"distance": "100 m"}, "target": {"pace": "4:10/km"}},
                {"kind": "recovery", "until": {"time": "0:10"}},
                {"kind": "work", "until": {"distance": "100 m"}, "target": {"pace": "4:10/km"}},
                {"kind": "cool_down", "until": {"time": "0:10"}},
            ],
        }
    ],
}


@pytest.fixture
def tiny(tmp_path):
    """A workout of about 80 s."""
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(TINY))
    return path


@pytest.fixture
def journal(coach, tiny, tmp_path):
    """A made-up run of it, as a journal."""
    path = tmp_path / "made.jsonl"
    made = coach("simulate", tiny, "--out", path, "--seed", 3)
    assert made.exit_code == 0, made.stderr
    return path


@pytest.fixture
def stream(coach, tiny, tmp_path):
    """The same run as a CSV stream."""
    path = tmp_path / "made.csv"
    assert coach("simulate", tiny, "--out", path, "--seed", 3).exit_code == 0
    return path


def events(result):
    """The events a command printed."""
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_journal_replays_what_was_said(coach, journal):
    """The events of a replay are, byte for byte, the outputs that stand in the journal."""
    said = [
        json.dumps(record["out"], ensure_ascii=False, separators=(",", ":"))
        for line in journal.read_text().splitlines()
        if "out" in (record := json.loads(line.partition("\t")[0]))
    ]
    replayed = coach("replay", journal, "--json")

    assert replayed.exit_code == 0
    assert replayed.stdout.splitlines()[: len(said)] == said
    assert json.loads(replayed.stdout.splitlines()[-1])["event"] == "run_ended"


def test_the_same_seed_makes_the_same_file(coach, tiny, journal, tmp_path):
    """A made-up run depends on its workout and seed only."""
    coach("simulate", tiny, "--out", tmp_path / "again.jsonl", "--seed", 3)
    coach("simulate", tiny, "--out", tmp_path / "other.jsonl", "--seed", 4)

    assert (tmp_path / "again.jsonl").read_bytes() == journal.read_bytes()
    assert (tmp_path / "other.jsonl").read_bytes() != journal.read_bytes()


@pytest.mark.parametrize("speed", ["60", "300x"])
def test_any_speed_says_the_same(coach, journal, speed):
    """A paced replay prints the lines of one as fast as possible."""
    paced = coach("replay", journal, "--json", "--speed", speed)

    assert paced.exit_code == 0
    assert paced.stdout == coach("replay", journal, "--json", "--speed", "max").stdout


def test_a_csv_stream_is_coached_with_a_workout_named(coach, tiny, stream):
    """Another format runs every step of the workout named beside it, under the id of its bytes."""
    told = events(coach("replay", stream, "--workout", tiny, "--json"))

    assert told[0]["run"] == run_id(stream.read_bytes())
    ended = [event for event in told if event["event"] == "step_ended"]
    assert [event["reason"] for event in ended] == ["done"] * 5
    assert ended[1]["distance_source"] == "pod"
    assert told[-1]["completed"]


def test_without_a_workout_it_is_a_free_run(coach, stream):
    """A recording without a workout is one open step."""
    told = events(coach("replay", stream, "--json"))

    assert [event["kind"] for event in told if event["event"] == "step_started"] == ["open"]


def test_every_event_has_a_version_and_a_time_that_never_runs_back(coach, journal):
    """Each line is an object with `v`, `at_s` and `event`; no value is null."""
    told = events(coach("replay", journal, "--json"))
    times = [event["at_s"] for event in told]

    assert {event["v"] for event in told} == {1}
    assert times == sorted(times)
    assert not any(value is None for event in told for value in event.values())


def test_replay_leaves_the_home_alone(coach, home, journal, stream):
    """Nothing is written under the home."""
    coach("replay", journal)
    coach("replay", stream, "--json", "--speed", "500")

    assert not home.exists()


def test_replay_never_reads_stdin(coach, journal):
    """Buttons piped into a replay change nothing."""
    assert (
        coach("replay", journal, "--json", stdin="next\nfinish\n").stdout
        == coach("replay", journal, "--json").stdout
    )


def test_plain_lines_are_for_people(coach, journal):
    """Without --json each line has a time and words, from the workout's name to the end."""
    lines = coach("replay", journal).stdout.splitlines()

    assert "Tiny" in lines[0]
    assert "Finished" in lines[-1]
    assert any("100 m at 4:10/km" in line for line in lines)


def test_a_damaged_journal_is_replayed_as_far_as_it_goes(coach, journal):
    """A journal cut in the middle says how many bytes it set aside, and the rest is coached."""
    journal.write_bytes(journal.read_bytes()[:-1000])
    replayed = coach("replay", journal, "--json")

    assert replayed.exit_code == 0
    assert "bytes" in replayed.stderr
    assert json.loads(replayed.stdout.splitlines()[-1])["event"] == "run_ended"


def test_a_journal_with_only_its_header_is_refused(coach, journal):
    """A journal without records cannot be replayed."""
    journal.write_bytes(journal.read_bytes().splitlines(keepends=True)[0])

    assert coach("replay", journal).exit_code == 3


def test_columns_of_a_stranger_can_be_named(coach, tmp_path):
    """--map names the columns of any CSV file, in either order, with their units."""
    path = tmp_path / "odd.csv"
    path.write_text("Clock,Pace\n" + "".join(f"{second},5:00\n" for second in range(30)))
    words = ["replay", path, "--json", "--map", "time_s=Clock"]
    told = events(coach(*words, "--map", "speed_mps=Pace:min/km"))

    assert 90 < told[-1]["distance_m"] < 100
    assert coach("replay", path).exit_code == 3
    path.write_text("Clock,Pace\n" + "".join(f"{second},3.5\n" for second in range(30)))
    assert coach(*words, "--map", "Pace=speed_mps").exit_code == 0
    assert coach(*words, "--map", "pulse=Pace").exit_code == 2


@pytest.mark.parametrize("speed", ["0", "-1", "fast", "nan", "inf"])
def test_a_speed_that_is_none_is_a_usage_error(coach, journal, speed):
    """Only a number above 0, or `max`, is a speed."""
    assert coach("replay", journal, "--speed", speed).exit_code == 2


def test_an_athlete_of_the_command_line_wins_over_the_recorded_one(coach, journal):
    """--athlete replays the run as somebody else's."""
    coach("athlete", "set", "ada", "--name", "Ada")

    assert events(coach("replay", journal, "--athlete", "ada", "--json"))[0]["athlete"] == "ada"


def test_a_workout_of_the_command_line_wins_over_the_recorded_one(coach, journal):
    """--workout coaches another workout over the same inputs."""
    assert events(coach("replay", journal, "--workout", "demo", "--json"))[0]["workout"].startswith("Demo")


def test_a_workout_that_needs_a_number_names_the_command(coach, stream):
    """Without a terminal, a missing number exits with 3 and names the command that sets it."""
    replayed = coach("replay", stream, "--workout", "5x1000-5k")

    assert (replayed.exit_code, replayed.stdout) == (3, "")
    assert "coach athlete set --threshold-pace 4:10/km" in replayed.stderr


def test_a_made_up_run_never_overwrites(coach, tiny, journal):
    """`simulate` leaves what is there as it is, and wants a name it knows."""
    before = journal.read_bytes()

    assert coach("simulate", tiny, "--out", journal).exit_code == 1
    assert journal.read_bytes() == before
    assert coach("simulate", tiny, "--out", "made.fit").exit_code == 2


def test_a_profile_changes_the_runner(coach, tiny, journal, tmp_path):
    """A runner profile from a file makes another run."""
    profile = tmp_path / "profile.json"
    profile.write_text('{"format": "coach-runner/1", "pod_factor": 1.05}')
    other = tmp_path / "other.jsonl"

    assert coach("simulate", tiny, "--out", other, "--seed", 3, "--profile", profile).exit_code == 0
    assert other.read_bytes() != journal.read_bytes()


@pytest.mark.parametrize(
    ("name", "words", "least"),
    [
        ("workout_9x2min_pace_target_smartrec.fit", [], 19),
        ("workout_10x400m_90s_smartrec.fit", [], 19),
        ("workout_10x10s_strides_smartrec.fit", [], 20),
        ("track_12x400m_1hz.gpx", ["--workout", WORKOUTS / "12x400-5k.json"], 20),
        ("track_7x1km_1hz.gpx", ["--workout", WORKOUTS / "7x1km.json"], 10),
        ("intervals_fenix6x_stryd_4xhalfmile.fit", ["--workout", WORKOUTS / "half-mile-reps.json"], 3),
        ("outdoor_stryd_speed_source.fit", ["--workout", "easy-run"], 1),
        ("treadmill_stryd_280s_hole.fit", ["--workout", WORKOUTS / "treadmill-tempo.json"], 3),
        ("steady_11km_sparse.tcx", ["--workout", WORKOUTS / "steady-run.json"], 1),
        ("run_walk_intervals_rundouble.csv", ["--workout", "run-walk"], 5),
    ],
)
def test_real_runs_are_coached(coach, recordings, name, words, least):
    """Each recorded run of the public set is coached through the steps of its workout."""
    coach("athlete", "set", "--threshold-pace", "4:40/km", "--max-heart-rate", 190, "--rest-heart-rate", 50)
    coach("athlete", "set", "--threshold-heart-rate", 170)
    told = events(coach("replay", recordings / name, *words, "--json"))

    assert sum(event["event"] == "step_ended" for event in told) >= least
    assert told[-1]["event"] == "run_ended"
    assert any(event["event"] == "cue" for event in told)


def test_a_recording_whose_workout_needs_a_number_is_replayed(coach, shared_data):
    """Targets in shares of a maximum nobody gave become words, the command for it is named, the run goes on."""
    result = coach(
        "replay",
        str(shared_data / "wild/files/fit_hr_zone_target_in_activity.fit"),
        "--speed",
        "max",
        "--json",
    )

    assert result.exit_code == 0
    assert "coach athlete set --max-heart-rate 188" in result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["steps_done"] == 2
