"""A person asks why something was said, and what another setting would say."""

import json

import pytest

PACED = {
    "format": "coach-workout/1",
    "name": "Paced",
    "sections": [
        {
            "name": "Main",
            "steps": [
                {"kind": "work", "until": {"time": "3:00"}, "target": {"pace": "4:10/km"}, "steer": "rate"}
            ],
        }
    ],
}


@pytest.fixture
def workout(tmp_path):
    """Three minutes at 4:10/km."""
    path = tmp_path / "paced.json"
    path.write_text(json.dumps(PACED))
    return path


@pytest.fixture
def stream(tmp_path):
    """A runner who runs them 10 % too slow, by a footpod."""
    path = tmp_path / "slow.csv"
    rows = [f"{at},{3.6},{3.6 * at:.1f},pod" for at in range(1, 181)]
    path.write_text("\n".join(["time_s,speed_mps,distance_m,source", *rows]) + "\n")
    return path


@pytest.fixture
def journal(coach, workout, tmp_path):
    """A made-up run of it, as a journal."""
    path = tmp_path / "made.jsonl"
    assert coach("simulate", workout, "--out", path, "--seed", 3).exit_code == 0
    return path


def first_verdict(coach, stream, workout):
    """Return the time of the first verdict."""
    lines = coach("replay", stream, "--workout", workout, "--json").stdout.splitlines()
    events = [json.loads(line) for line in lines]
    return next(event for event in events if event.get("kind") == "too_slow")


def test_the_story_of_a_cue_names_its_evidence(coach, stream, workout):
    """At the moment of a verdict its words, value, band, age and rule are told, and what was known of the runner."""
    cue = first_verdict(coach, stream, workout)
    told = coach("explain", stream, "--at", cue["at_s"], "--workout", workout)

    assert told.exit_code == 0, told.stderr
    assert cue["text"] in told.stdout
    assert f"rule {cue['why']['rule']}" in told.stdout
    assert "value 4:38/km (3.60 m/s)" in told.stdout
    assert "4:38/km from the pod, 0.0 s old" in told.stdout
    assert "this moment" in told.stdout


def test_a_moment_as_json_has_the_keys_of_the_events(coach, stream, workout):
    """The object holds the cue as the event log does, and no key is null."""
    cue = first_verdict(coach, stream, workout)
    told = json.loads(coach("explain", stream, "--at", cue["at_s"], "--workout", workout, "--json").stdout)

    assert cue in told["before"]
    assert told["speed_mps"] == {"value": 3.6, "age_s": 0.0, "freshness": "live", "sensor": "pod"}
    assert "heart_rate_bpm" not in told


def test_a_moment_beyond_the_recording_is_told(coach, stream):
    """Exit 3, with the time at which the recording ends."""
    told = coach("explain", stream, "--at", "59:00")
    assert told.exit_code == 3
    assert "ends at 2:59" in told.stderr


@pytest.mark.parametrize("word", ["soon", "-5", "1:99", "nan"])
def test_what_is_no_time_is_a_usage_error(coach, stream, word):
    """Exit 2, and how a time is written."""
    told = coach("explain", stream, f"--at={word}")
    assert told.exit_code == 2
    assert "12:34" in told.stderr


def test_a_changed_setting_shows_which_cues_change(coach, stream, workout, tmp_path):
    """With a longer settle time the first word comes later; the list says by how much."""
    settings = tmp_path / "patient.toml"
    settings.write_text('format = "coach-settings/1"\n[cues]\nsettle_standing_s = 100\n')
    told = coach("replay", stream, "--workout", workout, "--compare", settings)

    assert told.exit_code == 0, told.stderr
    assert "too_slow" in told.stdout
    assert "same" in told.stdout.splitlines()[-1]


def test_no_change_is_no_list(coach, stream, workout, tmp_path):
    """A settings file that sets nothing leaves every cue the same."""
    settings = tmp_path / "same.toml"
    settings.write_text('format = "coach-settings/1"\n')
    told = coach("replay", stream, "--workout", workout, "--compare", settings)

    (line,) = told.stdout.splitlines()
    assert line.endswith("same")


def test_a_journal_is_held_against_what_was_said(coach, journal):
    """The version that recorded it says the same again."""
    told = coach("replay", journal, "--compare", "recorded", "--json")

    assert told.exit_code == 0, told.stderr
    assert {json.loads(line)["change"] for line in told.stdout.splitlines()} == {"same"}


def test_a_foreign_file_has_nothing_recorded_to_compare_with(coach, stream):
    """Exit 3, and what to do instead."""
    told = coach("replay", stream, "--compare", "recorded")
    assert told.exit_code == 3
    assert "settings file" in told.stderr


def test_a_settings_file_that_is_not_there_is_named(coach, stream, tmp_path):
    """The message names the settings file, not the recording."""
    told = coach("replay", stream, "--compare", tmp_path / "none.toml")
    assert told.exit_code != 0
    assert "none.toml" in told.stderr


def test_speed_and_compare_exclude_each_other(coach, stream, tmp_path):
    """A list has no speed."""
    assert coach("replay", stream, "--compare", "recorded", "--speed", "2").exit_code == 2
