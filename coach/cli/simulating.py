"""A made-up run, as a journal or as a CSV stream."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from coach.cli.errors import narrate
from coach.cli.files import write_new_file
from coach.cli.header import header_of
from coach.cli.plan import plan_named
from coach.cli.setup import live_setup
from coach.cli.stage import Stage
from coach.edge.clock import WallTime
from coach.edge.files import SMALL_LIMIT, plain, read_file
from coach.edge.paths import runner_paths
from coach.edge.settings import load_settings
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.encoding import encode_event
from coach.live.inputs import Input, RunSetup
from coach.live.run import LiveRun
from coach.problems import SettingsProblem
from coach.quantities import Seconds
from coach.recording.codec import encode_header, encode_input, encode_output
from coach.recording.records import Header
from coach.session.buttons import Button, Pressed
from coach.signals.readings import Characteristic, Notified
from coach.simulate.profile import RunnerProfile, read_profile
from coach.simulate.runner import VirtualRunner
from coach.simulate.whole_run import simulate

COLUMNS: Final = (
    "time_s", "source", "heart_rate_bpm", "rr_ms", "speed_mps", "cadence_spm", "distance_m", "mark",
)  # fmt: skip
"""The columns of a made-up CSV stream."""
_PROFILE_HINT: Final = 'A profile is JSON such as {"format": "coach-runner/1", "pod_factor": 1.02}.'


def simulate_workout(workout: str, *, out: str, seed: int, athlete: str | None, profile: str | None) -> None:
    """Let a virtual runner run a workout, and write what happened.

    Raises:
        CoachProblem: something cannot be found or read, or the file is there already or cannot be written.
    """
    path = Path(out).expanduser()
    if path.suffix.lower() not in {".jsonl", ".csv"}:
        raise click.UsageError(f"--out takes a name that ends in .jsonl or .csv, not {plain(out)!r}.")
    settings = load_settings(runner_paths().settings, os.environ)
    plan = plan_named(workout, athlete or settings.athlete)
    clock = _StillClock()
    run_id = f"sim-{seed}"
    setup = live_setup(plan, settings, run_id, Stage.UNATTENDED, simulated=True)
    setup = replace(setup, ends_after_s=None)  # the runner stands for some seconds before it is closed
    who = profile_named(profile)
    runner = VirtualRunner(who, seed, timeline=setup.timeline, presses=True)
    made = simulate(LiveRun(setup), runner)
    header = header_of(setup, plan, clock)
    if path.suffix.lower() == ".csv":
        data = _csv(made.inputs, feet=2 if who.counts_one_foot else 1)
    else:
        data = _journal(setup, header, made.inputs)
    write_new_file(path, data, what="made-up run")
    narrate(f"Wrote {plain(out)}. Next: coach replay {plain(out)}")


def profile_named(wanted: str | None) -> RunnerProfile:
    """What the runner of a profile's file is like; a club runner where none is named.

    Raises:
        SettingsProblem: the file cannot be read, or is no profile.
    """
    if wanted is None:
        return RunnerProfile()
    path = Path(wanted).expanduser()
    data = read_file(path, limit=SMALL_LIMIT, what="profile", problem=SettingsProblem, hint=_PROFILE_HINT)
    return read_profile(data, name=plain(wanted))


class _StillClock:
    """A made-up run happens at no time, so that the same seed makes the same file."""

    def monotonic(self) -> float:
        """Always 0."""
        return 0.0

    def wall(self) -> WallTime:
        """Always the beginning of 1970."""
        return WallTime(0.0, "UTC", 0)

    async def sleep_until(self, moment: float) -> None:
        """Do not wait."""


def _journal(setup: RunSetup, header: Header, inputs: Iterable[Input]) -> bytes:
    """Write the journal a live run would have written: each input, then what it brought."""
    run = LiveRun(setup)
    lines = [encode_header(header)]
    for event in inputs:
        lines.append(encode_input(event))
        lines += [encode_output(encode_event(output, run.run_s(output.at))) for output in run.receive(event)]
    return b"".join(lines)


def _csv(inputs: Iterable[Input], *, feet: int) -> bytes:
    """Write a CSV stream: what the sensors measured, in numbers, and the marks.

    The cadence the footpod sends is multiplied by `feet` to steps.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(_rows(inputs, feet))
    return text.getvalue().encode()


def _rows(inputs: Iterable[Input], feet: int) -> Iterator[dict[str, object]]:
    for event in inputs:
        match event:
            case Notified(characteristic=Characteristic.HEART_RATE_MEASUREMENT):
                beat = HeartRateMeasurement.from_bytes(event.payload)
                if isinstance(beat, HeartRateMeasurement):
                    rr = " ".join(f"{1000 * each:.0f}" for each in beat.rr_s)
                    yield _row(event.at, source=event.source, heart_rate_bpm=beat.heart_rate, rr_ms=rr)
            case Notified(characteristic=Characteristic.RSC_MEASUREMENT):
                step = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
                if isinstance(step, RunningSpeedCadenceMeasurement):
                    yield _row(event.at, source=event.source, **_steps(step, feet))
            case Pressed(button=Button.MARK | Button.GO):
                yield _row(event.at, mark=1)
            case _:
                pass


def _steps(step: RunningSpeedCadenceMeasurement, feet: int) -> dict[str, object]:
    told: dict[str, object] = {"speed_mps": round(step.speed, 3), "cadence_spm": feet * step.cadence}
    if step.distance is not None:
        told["distance_m"] = round(step.distance, 1)
    return told


def _row(at: Seconds, **cells: object) -> dict[str, object]:
    return {"time_s": round(at, 3), **cells}
