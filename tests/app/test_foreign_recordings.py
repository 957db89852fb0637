"""Recordings of other programs, replayed as `coach replay` does: free runs, and distance with holes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coach.app.playback import RecordingRequest, load_recording
from coach.app.setup import compile_recorded, header_of, live_setup, recorded_settings
from coach.app.terminal import SILENT, RunMode
from coach.app.workouts import compile_embedded
from coach.edge.clock import MachineClock
from coach.edge.settings import Settings
from coach.live.contract import Opened, encode_event
from coach.live.run import LiveRun, refold
from coach.quantities import Seconds
from coach.recording.codec import encode_header, read_journal
from coach.session.phases import Button, Origin, Pressed
from coach.workout.timeline import OpenEnd

Event = Mapping[str, Any]


@pytest.fixture
def wild(shared_data: Path) -> Path:
    """Return small recordings that once were read wrongly."""
    return shared_data / "wild" / "files"


def events_of(path: Path, workout: Path | None = None) -> list[Event]:
    """Return the events of a replay."""
    request = RecordingRequest(str(path), workout=None if workout is None else str(workout))
    recording = load_recording(request, Settings(), SILENT)
    outputs = refold(LiveRun(recording.setup), recording.inputs).timed_outputs
    return [encode_event(each.output, each.run_s) for each in outputs]


def of(events: Iterable[Event], kind: str) -> list[Event]:
    """The events of one kind."""
    return [event for event in events if event["event"] == kind]


def written(path: Path, header: str, rows: Iterable[str]) -> Path:
    """A CSV stream."""
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "laps", "time_s", "metres"),
    [
        ("fit_free_run_with_lap_presses.fit", [(100.0, 300.0), (200.0, 600.0)], 399.0, 1197.0),
        ("freerun_one_lap.csv", [(30.0, 105.0)], 120.0, 420.0),
    ],
)
def test_a_lap_press_never_ends_a_free_run(
    wild: Path, name: str, laps: list[tuple[float, float]], time_s: float, metres: float
) -> None:
    """Each press is a split with its time and metres, and the run lasts to the end of the file."""
    events = events_of(wild / name)

    splits = of(events, "split")
    assert [(each["time_s"], each["metres"]) for each in splits] == laps
    assert {each["role"] for each in splits} == {"split"}
    (ended,) = of(events, "step_ended")
    assert (ended["reason"], ended["time_s"], ended["distance_m"]) == ("finished", time_s, metres)
    assert (events[-1]["time_s"], events[-1]["distance_m"]) == (time_s, metres)
    assert "unused_s" not in events[-1]


@pytest.mark.parametrize("button", [Button.NEXT, Button.COOL_DOWN])
def test_next_ends_a_live_free_run_and_undo_takes_a_lap_back(button: Button) -> None:
    """In a live run marks are laps, undo removes the last one, and next or the cool-down ends the run."""
    workout = compile_embedded(None, None, SILENT, name="free")
    run = LiveRun(live_setup(workout, Settings(), "01", RunMode.UNATTENDED))
    presses = ((10.0, Button.MARK), (20.0, Button.MARK), (21.0, Button.UNDO), (30.0, button))
    inputs = [Pressed(Seconds(at), each, Origin.STDIN) for at, each in presses]
    outputs = refold(run, (Opened(Seconds(0.0)), *inputs)).timed_outputs
    events = [encode_event(each.output, each.run_s) for each in outputs]

    assert [each["time_s"] for each in of(events, "split")] == [10.0, 20.0]
    assert [each["button"] for each in of(events, "undone")] == ["mark"]
    (ended,) = of(events, "step_ended")
    assert (ended["reason"], ended["time_s"]) == ("next", 30.0)
    assert events[-1]["completed"] is True


def test_the_journal_says_that_marks_are_laps() -> None:
    """A free run of a new journal keeps laps; one of version 0.1.0 ends at its first mark."""
    workout = compile_embedded(None, None, SILENT, name="free")
    setup = live_setup(workout, Settings(), "01", RunMode.UNATTENDED)
    header = read_journal(encode_header(header_of(setup, workout, MachineClock()))).header
    ends = compile_recorded(header, None, SILENT, name="x").timeline.steps[0].until.ends
    assert ends == (OpenEnd(ends_at_mark=False),)

    header = replace(header, settings={})
    ends = compile_recorded(header, None, SILENT, name="x").timeline.steps[0].until.ends
    assert ends == (OpenEnd(ends_at_mark=True),)


def test_a_journal_of_a_version_without_a_rule_is_coached_without_it() -> None:
    """A header without the newer settings is replayed as it was recorded."""
    workout = compile_embedded(None, None, SILENT, name="free")
    setup = live_setup(workout, Settings(), "01", RunMode.UNATTENDED)
    header = read_journal(encode_header(header_of(setup, workout, MachineClock()))).header
    settings = recorded_settings(header, SILENT)
    assert settings.session.tells_stops
    assert settings.signals.reconciles_speed
    assert settings.signals.learns_laps

    settings = recorded_settings(replace(header, settings={"session": {}, "signals": {}}), SILENT)
    assert not settings.session.tells_stops
    assert not settings.signals.reconciles_speed
    assert not settings.signals.learns_laps


def test_what_was_not_used_is_in_the_result(wild: Path) -> None:
    """A workout that ends before the recording leaves seconds of it, and the last event has their number."""
    path = wild / "csv_distance_begins_after_11s.csv"
    events = events_of(path, wild / "two_steps_900m_4min.json")

    assert events[-1]["unused_s"] == 600.0 - 551.0
    assert "unused_s" not in events_of(path)[-1]


def test_distance_that_begins_late_counts_from_its_zero(wild: Path) -> None:
    """A first value of 0 after 11 s is no metre: the run has 1,767 m, and a step of 900 m ends at 311 s."""
    path = wild / "csv_distance_begins_after_11s.csv"
    (ended,) = of(events_of(path), "step_ended")
    assert (ended["distance_m"], ended["estimated"]) == (1767.0, False)

    first, second = of(events_of(path, wild / "two_steps_900m_4min.json"), "step_ended")
    assert (first["reason"], first["ended_at_s"], first["distance_m"]) == ("done", 311.0, 900.0)
    assert (first["estimated"], first["distance_source"]) == (False, "watch")
    assert (second["time_s"], second["distance_m"]) == (240.0, 720.0)


def test_the_metres_before_a_first_fix_that_the_device_counted(wild: Path) -> None:
    """A first value of 33 m after 11 s counts from the start: 897 m in 299 s."""
    events = events_of(wild / "fit_distance_begins_after_11s.fit")
    assert (events[-1]["time_s"], events[-1]["distance_m"]) == (299.0, 897.0)


def test_distance_that_ends_early_is_told_as_far_as_it_was_measured(wild: Path) -> None:
    """The last 40 s have no values: metres and speed are those of the last value."""
    (ended,) = of(events_of(wild / "csv_distance_ends_40s_before_the_end.csv"), "step_ended")
    assert (ended["time_s"], ended["distance_m"], ended["estimated"]) == (600.0, 1677.0, False)
    assert ended["mean_speed_mps"] == 3.0


@pytest.mark.parametrize(
    ("counted", "free", "step"),
    [
        ([(t, 3.0 * (t - 6)) for t in range(6, 601)], 1782.0, (306.0, 900.0, False)),
        ([(t, 3.0 * (t - 90)) for t in range(90, 601)], 1530.0, (390.0, 900.0, False)),
        ([(t, 3.0 * t) for t in range(11, 601)], 1800.0, (300.0, 900.0, False)),
        ([(t, 5000.0 + 3.0 * t) for t in range(11, 601)], 1767.0, (300.0, 900.0, True)),
        ([(t, 3.0 * t) for t in range(601) if not 200 < t < 280], 1800.0, (300.0, 900.0, False)),
        ([(t, 3.0 * t) for t in range(581)], 1740.0, (300.0, 900.0, False)),
    ],
    ids=["6 s", "90 s", "counted before", "cut out of a longer file", "hole", "ends 20 s early"],
)
def test_a_count_with_holes_anywhere(
    tmp_path: Path,
    wild: Path,
    counted: list[tuple[int, float]],
    free: float,
    step: tuple[float, float, bool],
) -> None:
    """The count of the file is the distance; an impossible zero is ignored."""
    count = dict(counted)
    rows = (f"{t},150,{count.get(t, '')}" for t in range(601))
    path = written(tmp_path / "run.csv", "time_s,heart_rate_bpm,distance_m", rows)

    (whole,) = of(events_of(path), "step_ended")
    assert (whole["distance_m"], whole["estimated"]) == (free, False)
    first = of(events_of(path, wild / "two_steps_900m_4min.json"), "step_ended")[0]
    assert (first["ended_at_s"], first["distance_m"], first["estimated"]) == step


def test_speed_alone_that_begins_late(tmp_path: Path, wild: Path) -> None:
    """Speed that begins after 11 s counts from there; a step by distance is bridged, with a note."""
    rows = (f"{t},150,{3.0 if t >= 11 else ''}" for t in range(601))
    path = written(tmp_path / "run.csv", "time_s,heart_rate_bpm,speed_mps", rows)

    (whole,) = of(events_of(path), "step_ended")
    assert (whole["distance_m"], whole["estimated"], whole["mean_speed_mps"]) == (1767.0, False, 3.0)
    first = of(events_of(path, wild / "two_steps_900m_4min.json"), "step_ended")[0]
    assert (first["ended_at_s"], first["distance_m"], first["estimated"]) == (300.0, 900.0, True)
