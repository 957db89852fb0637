"""What an hour of running costs to decode and to fold, against the budgets of the project."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import fitdecode

from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.interchange.recordings.common import ForeignRecording, read_recording
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.recording.codec import encode_input, read_journal
from coach.signals.readings import Characteristic, Notified, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    CoachBy,
    DistanceEnd,
    EndConditions,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
    free_run,
)
from tests.benchmarks.table import drawn, spread
from tests.recording.journals import HEADER, encode_lines

FIT: Final = Path(__file__).parents[3] / "shared/data/recordings/long_fenix5x_stryd_7pauses.fit"
HOUR_S = 3600


def an_hour() -> list[Input]:
    """One hour of a footpod and a strap, one notification a second each."""
    inputs: list[Input] = [Opened(Seconds(0.0))]
    metres = 0.0
    for second in range(HOUR_S):
        speed = 3.9 if second % 150 < 100 else 2.6
        metres += speed
        pod = RunningSpeedCadenceMeasurement(MetresPerSecond(speed), 87, distance=Metres(round(metres, 1)))
        strap = HeartRateMeasurement(BeatsPerMinute(150 + second % 20), rr_s=(Seconds(0.4), Seconds(0.4)))
        inputs.append(Notified(Seconds(second + 0.1), Source.POD, Characteristic.RSC_MEASUREMENT, bytes(pod)))
        inputs.append(
            Notified(Seconds(second + 0.6), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, bytes(strap))
        )
    return [*inputs, Closed(Seconds(HOUR_S))]


def a_workout() -> Timeline:
    """Reps of 400 m with jogged rests for the whole hour."""
    pace = StepTarget(Quantity.SPEED, Band(3.9, 4.0, 4.1), "4:10/km", ref="5k")
    steps = []
    for rep in range(30):
        run = EndConditions((DistanceEnd(Metres(400.0)),))
        rest = EndConditions((TimeEnd(Seconds(50.0)),))
        name = f"Main / {rep}"
        steps += [
            Step(f"{rep}/0", name, "Main", Kind.WORK, "400 m", run, pace, steer=CoachBy.TIME),
            Step(f"{rep}/1", f"{name} / jog", "Main", Kind.RECOVERY, "jog", rest),
        ]
    return Timeline("30 x 400 m", tuple(steps))


def table(unit: float) -> str:
    """Decoding and folding one hour at 1 Hz + 1 Hz."""
    inputs, setup = an_hour(), RunSetup("bench", a_workout())
    journal = HEADER + b"".join(map(encode_input, inputs))

    def decode() -> object:
        return read_journal(journal)

    def fold_it() -> object:
        return refold(LiveRun(setup), inputs)

    def all_in() -> object:
        return refold(LiveRun(setup), read_journal(journal).inputs)

    said = encode_lines(refold(LiveRun(setup), inputs))
    size = len(journal) + sum(len(line) + 12 for line in said)
    rows = [
        _row("journal lines to inputs", decode, len(inputs), unit, ""),
        _row("fold", fold_it, len(inputs), unit, ""),
        _row("journal and fold", all_in, len(inputs), unit, "0.36 s, aim 0.18 s"),
        _row("snapshot", partial(_snapshots, setup, inputs), 1000, unit, ""),
    ]
    rows.append(["journal of the hour", f"{size / 1e6:.2f} MB", "", "", "3 MB"])
    head = ["one hour, 1 Hz + 1 Hz", "least", "median", "each", "budget"]
    return f"{drawn('Fold', head, rows)}\n\n{_fit()}"


def _fit() -> str:
    """A FIT file of 114 minutes, read and folded, beside what fitdecode alone takes to read it."""
    if not FIT.is_file():
        return "## FIT\n\nthe recordings are not there: put the folder `shared` beside the repository"
    data = FIT.read_bytes()

    def alone() -> None:
        with fitdecode.FitReader(data) as reader:
            for _ in reader:
                pass

    def read() -> ForeignRecording:
        return read_recording(data, name=FIT.name)

    def replay() -> object:
        return refold(LiveRun(RunSetup("bench", free_run())), read().inputs)

    of_alone = spread(alone)[0]
    rows = []
    works = (
        ("fitdecode alone", alone, ""),
        ("read", read, ""),
        ("read and folded", replay, "1.8 x, aim 1.3 x"),
    )
    for name, work, budget in works:
        least, middle = spread(work)
        rows.append([name, f"{least:.3f} s", f"{middle:.3f} s", f"{least / of_alone:.2f} x", budget])
    return drawn("FIT", ["a FIT file of 114 min", "least", "median", "of fitdecode alone", "budget"], rows)


def _row(name: str, work: Callable[[], object], count: int, unit: float, budget: str) -> list[str]:
    least, middle = spread(work)
    each = f"{least / count * 1e6:.1f} µs"
    return [name, f"{least:.3f} s", f"{middle:.3f} s ({middle / unit:.1f} units)", each, budget]


def _snapshots(setup: RunSetup, inputs: list[Input]) -> None:
    run = LiveRun(setup)
    for event in inputs[:400]:
        run.receive(event)
    for _ in range(1000):
        run.snapshot()
