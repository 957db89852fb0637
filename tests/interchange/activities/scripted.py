"""A short run with everything in it that a file can say, for the tests of the writers."""

from collections.abc import Mapping, Sequence
from typing import Any

from coach.interchange.recordings.activity import Activity
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.review.summary import summarize
from coach.review.trace import WallStart, trace_of
from coach.session.phases import Button, Origin, Pressed
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import Reported, Source
from coach.workout.document import compile_workout, document_from
from coach.workout.timeline import free_run

BEGAN = WallStart(1_780_000_000.25, 7200)
"""2026-05-28 20:26:40.25 UTC, two hours ahead of it."""
WORKOUT: Mapping[str, Any] = {
    "format": "coach-workout/1",
    "name": "2 x 200 m & <a rest>",
    "context": {"surface": "track"},
    "sections": [
        {
            "name": "Main",
            "steps": [
                {"kind": "work", "until": {"distance": "200 m"}, "target": {"pace": "3:55-4:25/km"}},
                {"kind": "recovery", "until": {"time": "0:30"}},
                {"kind": "work", "until": {"distance": "200 m"}},
            ],
        }
    ],
}
"""A rep of 200 m, half a minute, and another rep; at 4 m/s they take 50, 30 and 50 s."""


def second(at: float, *, bpm: float = 150.0) -> list[Input]:
    """A second of a pod at 4 m/s with power, and of a strap with its beats."""
    moment = Seconds(at)
    return [
        Reported(
            moment,
            Source.POD,
            speed=MetresPerSecond(4.0),
            distance=Metres(4.0 * at),
            cadence=StepsPerMinute(171.0 + at % 2),
            power=Watts(280.0 + at),
        ),
        Reported(
            moment,
            Source.STRAP,
            heart_rate=BeatsPerMinute(bpm),
            rr_s=(Seconds(0.4), Seconds(0.4 + at / 1000)),
        ),
    ]


def press(at: float, button: Button) -> Pressed:
    """A key."""
    return Pressed(Seconds(at), button, Origin.KEY)


def paused_run() -> list[Input]:
    """The reps with a pause of 20 s in the rest, from 60 s on, and a pod that is lost from 20 to 30 s."""
    lost = range(20, 30)
    values = [each for at in range(152) for each in second(at)[at in lost :]]
    return [*values, press(60.0, Button.PAUSE), press(80.0, Button.RESUME)]


def activity(
    inputs: Sequence[Input],
    document: Mapping[str, Any] | None = WORKOUT,
    *,
    began: WallStart | None = BEGAN,
    factor: float | None = None,
    by_hand: bool = False,
) -> Activity:
    """A run of these inputs, ready to be written."""
    ordered = sorted(inputs, key=lambda event: event.at)
    ordered = [Opened(Seconds(0.0)), *ordered, Closed(ordered[-1].at)]
    timeline = (
        free_run() if document is None else compile_workout(document_from(dict(document), name="x"), None)
    )
    learnt = () if factor is None else (LearntFactor(Source.POD, factor, 0.01),)
    signals = SignalSettings(learnt=learnt)
    setup = RunSetup("01TESTRUN", timeline, ends_after_s=Seconds(0.0), signals=signals, by_hand=by_hand)
    run = LiveRun(setup)
    folded = refold(run, ordered)
    summary = summarize(folded.outputs, run.session.timeline)
    trace = trace_of(run, summary, folded.timed_outputs, ordered, began=began)
    return Activity("01TESTRUN", summary, trace, setup, ordered, document)
