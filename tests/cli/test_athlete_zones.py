"""Everything an athlete can be told, what follows from it, and what is refused."""

import json
from pathlib import Path

import pytest

from coach.app.athletes import athlete_on
from coach.athlete import load_athlete

WORKOUTS = Path(__file__).parents[1] / "golden" / "workouts"
"""Workouts at the paces that the recordings were run at."""

RUNNER = [
    *("--race", "5 km=20:00@2026-05-10", "--threshold-heart-rate", 170, "--max-heart-rate", 190),
    *("--rest-heart-rate", 50, "--from", "2026-05-01"),
]
TRIALS = [
    word
    for each in ("1200 m=3:36", "2400 m=7:42", "3600 m=11:54")
    for word in ("--trial", f"{each}@2026-05-20")
]


def saved(home, slug="me"):
    """The athlete document on the shelf."""
    return load_athlete((home / "data" / "athletes" / f"{slug}.json").read_bytes(), name=slug)


def told(coach, *words):
    """Return the JSON object that a command prints."""
    typed = coach(*words, "--json")
    assert typed.exit_code == 0, typed.stderr
    return json.loads(typed.stdout)


def test_everything_of_an_athlete_can_be_told(coach, home):
    """Results with their days, trials, weight, goal, cadence, shoes and pod factors are kept as told."""
    coach("athlete", "set", *RUNNER, *TRIALS, "--weight", 68, "--goal", "10 km=41:00")
    typed = coach(
        *("athlete", "set", "--cadence", "easy=168", "--cadence", "fast=184", "--gear-border", 82),
        *("--shoe", "racer=Streak", "--pod-factor", "racer/Stryd=0.98"),
    )
    assert typed.exit_code == 0, typed.stderr
    athlete = saved(home)
    now = athlete.now
    assert [(race.distance, race.date) for race in now.races] == [("5 km", "2026-05-10")]
    assert [trial.time for trial in now.trials] == ["3:36", "7:42", "11:54"]
    assert (now.weight_kg, now.cadence.easy, now.cadence.fast) == (68, 168, 184)
    assert (now.goal.distance, now.goal.time, athlete.gear_border_percent) == ("10 km", "41:00", 82)
    assert [(shoe.slug, shoe.factors[0].factor) for shoe in athlete.shoes] == [("racer", 0.98)]
    shown = coach("athlete", "show").stdout
    for words in (
        "Stryd reads long 2.0%, factor 0.980",
        "weighs 68 kg",
        "cadence fast         184",
        "trial 1200 m in 3:36",
    ):
        assert words in shown


def test_a_new_factor_of_a_pod_replaces_its_old_one(coach, home):
    """A pod has one factor on each shoe, and other shoes keep theirs."""
    coach("athlete", "set", "--pod-factor", "racer/Stryd=0.98", "--pod-factor", "old/Stryd=1.01")
    coach("athlete", "set", "--pod-factor", "racer/Stryd=0.97", "--shoe", "racer=Streak")
    assert [(shoe.name, [one.factor for one in shoe.factors]) for shoe in saved(home).shoes] == [
        ("Streak", [0.97]),
        ("old", [1.01]),
    ]


def test_a_result_belongs_to_its_own_day(coach, home):
    """A race told later is filed under the day it was run, so that an older recording never knows it."""
    coach("athlete", "set", "--threshold-pace", "4:20/km", "--from", "2026-05-01")
    coach("athlete", "set", "--race", "5 km=20:00@2026-05-10", "--from", "2026-06-01")
    athlete = saved(home)
    assert [entry.from_day for entry in athlete.history] == ["2026-05-01", "2026-05-10"]
    assert athlete.as_of("2026-05-09").now.races == ()
    assert athlete_on(athlete, "2020-01-01").now.threshold_pace == "4:20/km"


def test_races_of_one_season_count_together(coach, home):
    """A slow ten after a quick five takes nothing away; a race of last year does not count any more."""
    coach("athlete", "set", "--race", "5 km=18:00@2025-05-10")
    coach("athlete", "set", "--race", "5 km=20:00@2026-05-10", "--race", "10 km=45:00@2026-05-31")
    assert [race.time for race in saved(home).now.races] == ["20:00", "45:00"]


def test_an_age_makes_an_estimate(coach, home):
    """208 - 0.7 a year, marked as an estimate, and said to be one wherever it is shown."""
    coach("athlete", "set", "--age", 40)
    assert saved(home).now.heart_rate.max.model_dump() == {"bpm": 180, "source": "estimated"}
    shown = coach("athlete", "zones").stdout
    assert "180 bpm estimated (an estimate: no cue is made from it)" in shown
    assert "off by 7 to 11 bpm" in shown


def test_zones_and_paces_come_with_their_sources(coach):
    """Paces of VDOT 49.8 and the borders of a threshold of 170, each table with the number it is of."""
    coach("athlete", "set", *RUNNER)
    shown = coach("athlete", "zones").stdout
    for words in (
        "VDOT 49.8: 5 km in 20:00 on 2026-05-10",
        "easy        4:5",
        "Friel, by threshold of 170 bpm measured",
        "1     under 145 ",
        "5a    170-175 ",
        "Karvonen, by reserve of 190 bpm measured and 50 bpm measured",
        "4     152-170       threshold",
        "coach athlete set --goal-pace",
    ):
        assert words in shown


def test_zones_as_json_have_units_in_their_keys(coach):
    """Speeds in m/s, heart rates in bpm; an open side is absent, never null."""
    coach("athlete", "set", *RUNNER, *TRIALS)
    profile = told(coach, "athlete", "zones")
    assert profile["vdot"] == pytest.approx(49.81, abs=0.01)
    friel = profile["heart_rate_zones"][0]
    assert friel["model"] == "threshold"
    assert friel["zones"][0] == {"zone": "1", "high_bpm": 144.5}
    assert [each["model"] for each in profile["heart_rate_zones"]] == [
        "threshold",
        "reserve",
        "maximum",
        "gears",
    ]
    assert profile["critical_speed"]["critical_speed_mps"] == pytest.approx(4.819, abs=1e-3)
    assert "null" not in json.dumps(profile)


def test_whoever_reads_miles_gets_miles(coach):
    """Paces are said per mile to an athlete who thinks in miles."""
    coach("athlete", "set", "--threshold-pace", "6:42/mile", "--units", "mile")
    shown = coach("athlete", "zones").stdout
    assert "per mile" in shown
    assert "threshold   6:42 " in shown


def test_paces_can_be_asked_for_as_of_a_day(coach):
    """Yesterday's paces are made from what was known yesterday."""
    coach("athlete", "set", "--race", "5 km=22:00@2026-01-01")
    coach("athlete", "set", "--race", "5 km=20:00@2026-05-01")
    assert told(coach, "athlete", "zones", "--on", "2026-04-30")["vdot_from"].startswith("5 km in 22:00")
    assert told(coach, "athlete", "zones")["vdot_from"].startswith("5 km in 20:00")


def test_predictions_stand_side_by_side_with_their_spread(coach):
    """10 km of a 20:00 runner: 41:42 by Riegel, 41:28 by VDOT, and both lie in what is between."""
    coach("athlete", "set", *RUNNER)
    found = {one["race"]: one for one in told(coach, "athlete", "predict")["predictions"]}
    ten = found["10k"]
    assert ten["riegel_s"] == pytest.approx(2501.9, abs=0.1)
    assert ten["vdot_s"] == pytest.approx(2488, abs=5)
    assert ten["quickest_s"] <= ten["vdot_s"] <= ten["slowest_s"]
    assert ten["quickest_s"] <= ten["riegel_s"] <= ten["slowest_s"]
    assert found["5k"]["vdot_s"] == pytest.approx(1200, abs=0.5)


def test_far_from_every_race_there_is_a_wide_spread_and_it_is_called_so(coach):
    """Five kilometres give a marathon 20 minutes wide, and how far that is stands beside it."""
    typed = coach("athlete", "predict", "--race", "5 km=20:00", "--distance", "marathon")
    assert "3:07:46-3:28:54" in typed.stdout
    assert "wide, 8.4 times as far" in typed.stdout


def test_predictions_are_the_times_of_the_paces(coach):
    """For any races, a predicted time and the pace of that race agree."""
    coach("athlete", "set", *RUNNER, "--race", "10k=43:00@2026-05-01", "--race", "half=1:36@2026-05-20")
    times = {one["race"]: one for one in told(coach, "athlete", "predict")["predictions"]}
    paces = {one["name"]: one for one in told(coach, "athlete", "zones")["paces"]}
    for race in ("mile", "3k", "5k", "10k", "half", "marathon"):
        speed = times[race]["distance_m"] / times[race]["vdot_s"]
        assert paces[race]["slowest_mps"] == pytest.approx(speed, rel=1e-3)


def test_a_pace_far_from_every_race_has_its_spread(coach):
    """The half and the marathon of a 5k runner are shown with what they may be; a 10k is not."""
    coach("athlete", "set", *RUNNER)
    paces = {one["name"]: one for one in told(coach, "athlete", "zones")["paces"]}
    for race in ("half", "marathon"):
        line = paces[race]
        assert line["may_be_slowest_mps"] < line["slowest_mps"] < line["may_be_fastest_mps"]
    assert "may_be_slowest_mps" not in paces["10k"]
    assert "wide: " in coach("athlete", "zones").stdout


def test_the_nearest_race_answers(coach):
    """Riegel is asked of the half about a marathon, not of the five that the paces are made from."""
    coach("athlete", "set", *RUNNER, "--race", "half=1:35:00@2026-05-20")
    (found,) = told(coach, "athlete", "predict", "--distance", "marathon")["predictions"]
    assert found["from"].startswith("5 km in 20:00")
    assert found["riegel_from"].startswith("half in 1:35:00")
    assert found["riegel_s"] == pytest.approx(5700 * 2**1.06, abs=1)
    assert found["slowest_s"] > found["riegel_s"] > found["quickest_s"]


def test_without_a_race_the_threshold_pace_answers(coach):
    """An hour at threshold pace is the race that was never run; it says so."""
    coach("athlete", "set", "--threshold-pace", "4:15/km")
    found = {one["race"]: one for one in told(coach, "athlete", "predict")["predictions"]}
    assert found["10k"]["from_race"] is False
    assert found["10k"]["vdot_s"] == pytest.approx(2481, abs=10)
    assert found["1500 m"]["times_off"] == pytest.approx(9.4, abs=0.1)


def test_a_race_pace_by_hand_gives_the_others(coach):
    """A 5k pace alone gives easy paces and predictions."""
    coach("athlete", "set", "--pace", "5k=4:30/km")
    profile = told(coach, "athlete", "zones")
    assert profile["vdot"] == pytest.approx(43.4, abs=0.1)
    assert profile["vdot_from"] == "5k pace 4:30/km"
    assert {"easy", "threshold", "10k"} <= {one["name"] for one in profile["paces"]}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--race", "5 km=9:00"], "5 km in 9:00 is faster than anyone has run (about 12:35)"),
        (["--trial", "1200 m=2:00"], "1200 m in 2:00 is faster than anyone has run"),
        (["--threshold-pace", "2:30/km"], "faster than anyone has run for an hour"),
        (["--top-speed", 4.0], "a top speed of 4 m/s is slower than the race"),
        (["--rest-heart-rate", 185], "less than 30 above the resting one"),
        (["--threshold-heart-rate", 195], "not below the maximum"),
        (["--age", 5], "an age of 5 lies outside 10 to 100"),
        (["--weight", 5], "must be at least 25"),
        (["--gear-border", 95], "must be at most 88"),
        (["--pod-factor", "racer/Stryd=1.5"], "1.5 must be at most 1.1"),
        (["--cadence", "slow=150"], 'the key "slow" is not known here'),
        (["--race", "5 km=20:00@2026-02-30"], '"2026-02-30" is not a date'),
    ],
    ids=str,
)
def test_what_cannot_be_true_is_refused_with_the_reason(coach, home, words, reason):
    """An implausible value is not saved; the reason is printed on stderr."""
    coach("athlete", "set", *RUNNER)
    before = saved(home)
    typed = coach("athlete", "set", *words)
    assert typed.exit_code == 3
    assert reason in typed.stderr
    assert saved(home) == before


@pytest.mark.parametrize(
    "words",
    [
        ["set", "--age", "40", "--max-heart-rate", "190"],
        ["set", "--goal", "10 km=41:00", "--goal-pace", "4:00/km"],
        ["set", "--pod-factor", "Stryd=0.98"],
        ["set", "--pod-factor", "racer/Stryd=long"],
        ["set", "--cadence", "easy=quick"],
        ["set", "--race", "5 km=20:00@tomorrow"],
        ["predict", "--race", "5 km"],
        ["zones", "--race", "5 km"],
    ],
    ids=str,
)
def test_words_that_do_not_fit_are_a_matter_of_usage(coach, words):
    """Contradictions and half pairs are told before anything is read."""
    assert coach("athlete", *words).exit_code == 2


def test_a_race_may_be_named_as_runners_say_it(coach):
    """A 5k is 5 km, as in the hints that ask for a race."""
    for five in ("5k", "5 km"):
        typed = coach("athlete", "predict", "--race", f"{five}=20:00", "--distance", "10 km")
        assert typed.stdout.splitlines()[1].startswith("10 km  41:28  41:42")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["zones"], "no athlete is saved yet"),
        (["predict"], "no athlete is saved yet"),
        (["predict", "--race", "5 km=20:00", "--distance", "far"], '"far" is not a distance'),
        (["predict", "--race", "5 km=9:00"], "faster than anyone has run"),
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_told(coach, words, reason):
    """Without an athlete, or with an invalid value, the command exits with 3 and prints the reason."""
    typed = coach("athlete", *words)
    assert (typed.exit_code, typed.stdout) == (3, "")
    assert reason in typed.stderr


def test_an_athlete_without_results_has_no_predictions(coach):
    """Heart rates alone say nothing about race times; a day that is none is refused."""
    coach("athlete", "set", "--max-heart-rate", 190)
    assert coach("athlete", "predict").exit_code == 3
    assert coach("athlete", "zones", "--on", "then").exit_code == 3


def test_a_document_that_cannot_be_true_is_not_run_with(coach, tmp_path):
    """Also a document written by hand is held against what people have run."""
    race = {"date": "2026-05-01", "distance": "5 km", "time": "9:00"}
    document = {"format": "coach-athlete/1", "slug": "eve", "name": "Eve"}
    path = tmp_path / "eve.json"
    path.write_text(json.dumps(document | {"history": [{"from": "2026-05-01", "races": [race]}]}))
    typed = coach("athlete", "zones", path)
    assert typed.exit_code == 3
    assert "faster than anyone" in typed.stderr


def test_trials_that_do_not_fit_are_spoken_of(coach):
    """A longer run that was as fast as a shorter one gives a remark and no critical speed."""
    coach("athlete", "set", "--trial", "1200 m=4:10", "--trial", "3600 m=12:20")
    shown = coach("athlete", "zones").stdout
    assert "A longer run was as fast as a shorter one" in shown
    assert "Critical speed" not in shown


def test_a_threshold_pace_far_from_the_races_is_questioned(coach):
    """A 20:00 runner with a threshold pace of 3:50/km is shown the pace that follows from the race."""
    coach("athlete", "set", "--race", "5 km=20:00", "--threshold-pace", "3:50/km", "--top-speed", 7.5)
    shown = coach("athlete", "zones").stdout
    assert "Your threshold pace 3:50/km is faster than 5 km in 20:00" in shown
    assert "Your 5k pace is 56% of your top speed" in shown


def simulated(coach, folder, workout, *words):
    """A recording of a simulated runner."""
    made = coach("simulate", workout, "--out", folder / "run.jsonl", *words)
    assert made.exit_code == 0, made.stderr
    return folder / "run.jsonl"


def test_a_guided_test_offers_what_it_found_and_saves_nothing(coach, home, tmp_path):
    """After a threshold trial the number stands below the table with the command that would save it."""
    coach("athlete", "set", *RUNNER)
    before = saved(home)
    run = simulated(coach, tmp_path, "test-threshold-30min")
    shown = coach("runs", "show", run)
    assert shown.exit_code == 0, shown.stderr
    assert "Test, threshold: Threshold heart rate" in shown.stdout
    assert "to save it: coach athlete set me --threshold-heart-rate" in shown.stdout
    assert saved(home) == before
    assert told(coach, "runs", "show", run)["findings"][0]["command"].startswith("coach athlete set me")


def test_other_runs_have_no_findings(coach, tmp_path):
    """A run of the demo is no test, and says nothing of one."""
    coach("athlete", "set", *RUNNER)
    run = simulated(coach, tmp_path, "demo")
    assert "findings" not in told(coach, "runs", "show", run)


def test_a_workout_beyond_the_runner_is_questioned_once(coach, tmp_path):
    """Replaying a session far too fast asks about it on stderr, once; stdout is as ever."""
    coach("athlete", "set", "--race", "5 km=27:00")
    run = simulated(coach, tmp_path, "demo")
    typed = coach("replay", run, "--workout", WORKOUTS / "12x400-5k.json", "--speed", "max", "--json")
    assert typed.stderr.count("Run at your current level") == 1
    assert "Run at your current" not in typed.stdout
    assert (
        coach("workout", "show", WORKOUTS / "12x400-5k.json").stderr.count("Run at your current level") == 1
    )
    assert coach("workout", "show", "5x1000-5k").stderr == ""


def test_an_old_recording_is_judged_by_the_athlete_of_its_day(coach, shared_data):
    """A file of an earlier year is coached by the paces of that year, whatever was run since."""
    recording = shared_data / "recordings" / "short_run_vivoactive3.fit"
    replay = ("replay", recording, "--workout", "5x1000-5k", "--speed", "max", "--json")
    for slug in ("then", "both"):
        coach("athlete", "set", slug, "--threshold-pace", "5:10/km", "--from", "2010-01-01")
    coach("athlete", "set", "both", "--threshold-pace", "3:20/km", "--from", "2026-01-01")
    coach("athlete", "set", "today", "--threshold-pace", "3:20/km", "--from", "2010-01-01")
    said = {slug: coach(*replay, "--athlete", slug).stdout for slug in ("then", "both", "today")}
    assert said["both"].replace('"both"', '"then"') == said["then"] != ""
    assert said["both"].replace('"both"', '"today"') != said["today"]
