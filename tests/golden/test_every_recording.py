"""A recording is a test: a session folded from it says the same, however often the run is woken."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from coach.interchange.recordings.common import read_recording
from coach.live.contract import Closed, Input, RunSetup
from coach.live.run import LiveRun, refold
from coach.problems import RecordingProblem
from coach.quantities import Metres, Seconds
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
)
from tests.recording.journals import encode_lines

SHARED = Path(__file__).parents[3] / "shared" / "data" / "recordings"
NAMES = sorted(file.name for file in SHARED.glob("*.*") if file.suffix in {".fit", ".gpx", ".tcx", ".csv"})


def a_session() -> Timeline:
    """Reps of 400 m at 4:30/km with 60 s rests: something to coach in any recording."""
    target = StepTarget(Quantity.SPEED, Band(3.6, 3.7, 3.8), "4:30/km", ref="5k")
    steps = [
        Step("0", "Warm-up", "Warm-up", Kind.WARM_UP, "Warm-up", EndConditions((TimeEnd(Seconds(60.0)),)))
    ]
    for rep in range(1, 21):
        run, rest = EndConditions((DistanceEnd(Metres(400.0)),)), EndConditions((TimeEnd(Seconds(60.0)),))
        name = f"Main / rep {rep} of 20"
        steps += [
            Step(
                f"{rep}/0", name, "Main", Kind.WORK, "400 m", run, target, steer=CoachBy.TIME, rep=rep, of=20
            ),
            Step(f"{rep}/1", f"{name} / jog", "Main", Kind.RECOVERY, "jog", rest),
        ]
    return Timeline("20 x 400 m", tuple(steps))


@cache
def inputs_of(name: str) -> tuple[Input, ...]:
    """The inputs of a public recording; nothing but an opening and an end where it holds no run."""
    try:
        return read_recording((SHARED / name).read_bytes(), name=name).inputs
    except RecordingProblem:
        return ()


def said(timeline: Timeline, inputs: tuple[Input, ...]) -> list[str]:
    """The lines a replay prints."""
    return encode_lines(refold(LiveRun(RunSetup("file-0", timeline)), inputs))


@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_wakes_does_not_matter(name: str, recordings: Path) -> None:
    """Woken at any moments in between, the run says the same."""
    del recordings
    inputs, luck = inputs_of(name), Random(name)
    run, woken = LiveRun(RunSetup("file-0", a_session())), []
    for before, after in pairwise(inputs):
        woken += run.receive(before)
        if luck.random() < 0.3 and not run.has_ended:
            woken += run.fire(Seconds(before.at + luck.random() * (after.at - before.at)))
    woken += run.receive(inputs[-1]) if inputs else []

    assert woken == list(refold(LiveRun(RunSetup("file-0", a_session())), inputs).outputs)


def test_the_public_set_is_there(recordings: Path) -> None:
    """The recordings the other tests read are the public set, read to their end."""
    assert len(list(recordings.iterdir())) >= 26
    assert isinstance(inputs_of("track_12x400m_1hz.gpx")[-1], Closed)
