"""`coach gear`: shoes are added, worn, listed and put away."""

import json

import pytest

from coach.athlete import load_athlete
from coach.edge.run_folder import JOURNAL, Manifest, RunState, write_manifest
from coach.recording.codec import encode_output
from coach.recording.lines import sign

RUNS = [f"01JDM0000000000000000000{place:02d}" for place in range(6)]


def add_run(
    home, place, *, metres=10_000.0, hard_m=0.0, shoe="", is_heard=True, day=None, sensors="ble", athlete="me"
):
    """Put a run into the home, as far as the index reads it."""
    folder = home / "data" / "runs" / RUNS[place]
    folder.mkdir(parents=True)
    started = f"2026-11-{day or place + 1:02d}T18:00:00+01:00"
    header = {"format": "coach-journal/1", "run": RUNS[place], "workout": None, "sensors": sensors}
    header["devices"] = [{"sensor": "pod", "id": "AA", "name": "Pod", **({"shoe": shoe} if shoe else {})}]
    lines = sign(json.dumps(header, separators=(",", ":")).encode())
    first = lines.partition(b"\n")[0].decode()
    if is_heard:
        lines += encode_output({"event": "sensor", "sensor": "pod", "state": "live"})
    if hard_m:
        lines += encode_output({"event": "step_started", "step_id": "0", "kind": "work"})
        end = {"step_id": "0", "reason": "done", "time_s": 300.0, "distance_m": hard_m}
        lines += encode_output({"event": "step_ended", **end})
    ended = {"completed": True, "steps_done": 1, "time_s": 3600.0, "distance_m": metres}
    lines += encode_output({"event": "run_ended", **ended})
    (folder / JOURNAL).write_bytes(lines)
    write_manifest(
        folder, Manifest(RUNS[place], RunState.FINISHED, "free", athlete, started, 1, 1, header=first)
    )


@pytest.fixture
def racer(coach, home):
    """An athlete with one pair for races."""
    coach("athlete", "set", "--race", "5k=22:30")
    coach("gear", "set", "racer", "--name", "Streak", "--purpose", "race", "--surface", "road")


def listed(coach):
    """The pairs as JSON, by slug."""
    return {tree["slug"]: tree for tree in map(json.loads, coach("gear", "--json").stdout.splitlines())}


def test_a_pair_is_added_changed_and_put_away(coach, home, racer):
    """What is not said stays; a pair that is put away is retired, and may be taken back."""
    coach("gear", "set", "racer", "--limit-km", "500")
    coach("gear", "set", "racer", "--retire")
    shoe = load_athlete((home / "data" / "athletes" / "me.json").read_bytes(), name="me").shoes[0]
    assert (shoe.name, shoe.surface, shoe.purpose, shoe.limit_km) == ("Streak", "road", "race", 500)
    assert shoe.retired is not None
    coach("gear", "set", "racer", "--unretire")
    assert listed(coach)["racer"]["retired"] is False


def test_the_first_pair_makes_the_first_athlete(coach, home):
    """Nothing has to be set before."""
    assert coach("gear", "set", "racer", "--name", "Streak").exit_code == 0
    assert "Streak" in coach("gear").stdout


def test_factors_of_pods_stay_with_the_shoe(coach, home, racer):
    """Changing a pair leaves what was learnt on it."""
    coach("athlete", "set", "--pod-factor", "racer/Stryd=0.98")
    coach("gear", "set", "racer", "--name", "Streak 2")
    shoe = load_athlete((home / "data" / "athletes" / "me.json").read_bytes(), name="me").shoes[0]
    assert (shoe.name, [factor.factor for factor in shoe.factors]) == ("Streak 2", [0.98])


def test_a_run_gets_its_shoe_by_the_pod_that_was_heard(coach, home, racer):
    """A pod on a pair that was not heard says nothing, and what is said afterwards wins."""
    coach("gear", "set", "daily", "--name", "Daily")
    add_run(home, 0, shoe="racer", metres=8000.0)
    add_run(home, 1, shoe="racer", is_heard=False)
    add_run(home, 2, shoe="racer", metres=5000.0)
    assert listed(coach)["racer"]["km"] == 13.0
    coach("gear", "wear", RUNS[2], "daily")
    shoes = listed(coach)
    assert (shoes["racer"]["km"], shoes["daily"]["km"]) == (8.0, 5.0)
    assert shoes["racer"]["first_use"] == "2026-11-01"
    assert "1 run without a shoe (10.0 km)" in coach("gear").stderr


def test_race_readiness_counts_days(coach, home, racer):
    """Three slow days and two at race pace."""
    for place, hard in enumerate((0, 0, 0, 3000, 2000)):
        assert listed(coach)["racer"]["race_ready"] is False
        add_run(home, place, shoe="racer", hard_m=hard)
    assert listed(coach)["racer"]["race_ready"] is True
    assert "race-ready" in coach("gear").stdout


def test_the_race_asks_for_its_shoes(coach, home, racer):
    """The pair for races stands on the checklist with its state; another may be named."""
    text = coach("plan", "race", "--distance", "10k", "--goal", "50:00").stdout
    assert "[!] Shoes: Streak: not broken in: 3 slow days and 2 days at race pace to go." in text
    coach("gear", "set", "racer", "--race-ready")
    assert (
        "[ ] Shoes: Streak, broken in."
        in coach("plan", "race", "--distance", "10k", "--goal", "50:00").stdout
    )
    wrong = coach("plan", "race", "--distance", "10k", "--goal", "50:00", "--shoe", "recer")
    assert (wrong.exit_code, "did you mean racer" in wrong.stderr) == (3, True)


def test_a_pair_nobody_knows_is_said(coach, home, racer):
    """A run may name one that is no pair; a command may too."""
    add_run(home, 0, shoe="lost")
    assert "Runs have the unknown shoe lost" in coach("gear").stderr
    result = coach("gear", "wear", RUNS[0], "nothing")
    assert (result.exit_code, "has no shoes 'nothing'" in result.stderr) == (3, True)
    refused = coach("gear", "set", "Not A Slug")
    assert refused.exit_code == 3
    assert "a-z, 0-9, - and _" in refused.stderr


def test_a_simulated_run_adds_nothing_and_says_so(coach, home, racer):
    """Whoever tries the command on a simulated run is told why the kilometres stay."""
    add_run(home, 0)
    assert "simulated" not in coach("gear", "wear", "last", "racer").stderr
    add_run(home, 1, sensors="sim")
    said = coach("gear", "wear", "last", "racer").stderr
    assert "It is a simulated run" in said
    assert "run last" not in said
    assert listed(coach)["racer"]["runs"] == 1


def test_the_last_run_of_an_athlete_is_worn(coach, home, racer):
    """With --athlete, `last` is the newest run of that athlete and not of another one."""
    coach("athlete", "set", "ben", "--race", "5k=22:30")
    coach("gear", "set", "flat", "--name", "Flat", "--athlete", "ben")
    add_run(home, 0, athlete="ben")
    add_run(home, 1)
    assert f"run {RUNS[0]} in flat" in coach("gear", "wear", "last", "flat", "--athlete", "ben").stderr
    assert f"run {RUNS[1]} in racer" in coach("gear", "wear", "last", "racer", "--athlete", "me").stderr


def test_kilometres_nobody_measured_are_not_none(coach, home, racer):
    """A pair in which no run has a distance has gone nobody knows how far; what it had gone before is known."""
    add_run(home, 0, shoe="racer", metres=None)
    assert "km" not in listed(coach)["racer"]
    row = coach("gear").stdout.splitlines()[1].split()
    assert row[:4] == ["racer", "Streak", "-", "1"]
    assert "1 without a distance" in coach("gear").stdout
    coach("gear", "set", "racer", "--already-km", "12")
    assert listed(coach)["racer"]["km"] == 12.0


def test_a_pair_is_forgotten(coach, home, racer):
    """With it what was learnt on it."""
    assert coach("gear", "remove", "streak").exit_code == 0
    assert listed(coach) == {}


def test_without_shoes_it_says_how_to_add_some(coach, home):
    """Nothing on stdout."""
    coach("athlete", "set", "--race", "5k=22:30")
    result = coach("gear")
    assert result.stdout == ""
    assert "coach gear set racer" in result.stderr


def test_fuel_in_a_long_run_is_practice(coach, home, racer):
    """A cue that said to eat, in a run of over 75 minutes."""
    words = ("plan", "race", "--distance", "marathon", "--goal", "3:30:00")
    add_run(home, 0)
    assert "never practised in a long run" in coach(*words).stdout
    add_run(home, 1)
    journal = home / "data" / "runs" / RUNS[1] / JOURNAL
    said = encode_output({"event": "cue", "kind": "fuel", "class": "info", "text": "Gel."}) + encode_output(
        {"event": "run_ended", "completed": True, "steps_done": 1, "time_s": 6000.0, "distance_m": 18_000.0}
    )
    journal.write_bytes(journal.read_bytes() + said)
    assert "practised on 2026-11-02" in coach(*words).stdout
