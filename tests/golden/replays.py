"""Public recordings, replayed through the real command, as lists of cues."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from coach.cli.group import root

FOLDER = Path(__file__).parent / "recordings"
WORKOUTS = Path(__file__).parent / "workouts"
"""Workouts at the paces that the recordings were run at."""


@dataclass(frozen=True)
class Replay:
    """One recording and the workout it is coached with."""

    name: str
    file: str
    workout: str = ""
    """One of `WORKOUTS`, or of the library; empty for the one embedded in the file, or a free run."""


REPLAYS = (
    Replay("9x2min-missed-targets", "workout_9x2min_pace_target_smartrec.fit"),
    Replay("10x400-smart-recording", "workout_10x400m_90s_smartrec.fit"),
    Replay("10x10s-strides", "workout_10x10s_strides_smartrec.fit"),
    Replay("12x400-from-positions", "track_12x400m_1hz.gpx", "12x400-5k"),
    Replay("7x1km-from-positions", "track_7x1km_1hz.gpx", "7x1km"),
    Replay("half-miles-by-lap-key", "intervals_fenix6x_stryd_4xhalfmile.fit", "half-mile-reps"),
    Replay("outdoor-pod", "outdoor_stryd_speed_source.fit", "steady-run"),
    Replay("treadmill-with-holes", "treadmill_stryd_280s_hole.fit", "treadmill-tempo"),
    Replay("steady-sparse", "steady_11km_sparse.tcx", "steady-run"),
    Replay("run-walk-by-phone", "run_walk_intervals_rundouble.csv", "run-walk"),
)


def events(replay: Replay, recordings: Path) -> list[dict[str, Any]]:
    """Every event of a replay."""
    arguments = ["replay", str(recordings / replay.file), "--json", "--speed", "max"]
    if replay.workout:
        own = WORKOUTS / f"{replay.workout}.json"
        arguments += ["--workout", str(own) if own.exists() else replay.workout]
    result = CliRunner().invoke(root, [*arguments, *ATHLETE])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


ATHLETE = ("--athlete", str(Path(__file__).parent / "athlete.json"))
"""Threshold 4:10/km, for the workouts that ask."""


def told(found: list[dict[str, Any]]) -> str:
    """The cues and the ends of steps, a line each; no heart rates, they are somebody's."""
    return "".join(f"{line}\n" for event in found for line in _line(event))


def _line(event: dict[str, Any]) -> Iterator[str]:
    at = f"{event['at_s']:8.1f}"
    match event["event"]:
        case "cue":
            silent = "" if event.get("spoken", True) else " (shown)"
            yield f"{at}  {event['kind']}: {event['text']}{silent}"
        case "step_started":
            yield f"{at}  -- {event['path']}: {event['label']}"
        case "step_ended":
            yield f"{at}     {event['reason']}{_measured(event)}"
        case "split" | "boundary_moved" | "rejected" | "calibration" | "run_ended":
            kept = {key: value for key, value in event.items() if key not in {"v", "at_s", "run_s", "event"}}
            yield f"{at}     {event['event']} {json.dumps(kept)}"


def _measured(event: dict[str, Any]) -> str:
    words = [f" in {event['time_s']:.1f} s"]
    if "distance_m" in event:
        words.append(f", {event['distance_m']:.0f} m by {event.get('distance_source', '?')}")
    if "light_s" in event:
        words.append(f", light {event['light_s']:+.1f} s")
    if "in_band_fraction" in event:
        words.append(f", {event['in_band_fraction']:.0%} on target")
    words += [f", {flag}" for flag in ("estimated", "broken", "cut") if event.get(flag)]
    return "".join(words)
