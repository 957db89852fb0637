"""Simulated finished runs: reps with their splits, and a store of their notes in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from coach.live.contract import Output, RunEnded, RunStarted
from coach.problems import RecordingProblem
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.review.comparison import Comparison
from coach.review.lessons import PaceOffer
from coach.review.review import Review
from coach.review.summary import RunCurves
from coach.screen.app import CoachApp
from coach.session.events import EndReason, Split, StepEnded, StepStarted
from coach.session.phases import Phase, SplitRole
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    EndConditions,
    OpenEnd,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)
from tests.review.recordings import reviewed
from tests.screen.builders import FakePlayback, FakeRun, rep_four, step

AT_430: Final = StepTarget(
    Quantity.SPEED, Band(low=1000 / 275, aim=1000 / 270, high=1000 / 265), "4:30/km", ref="5k"
)
LAPS: Final = (
    (50.6, 53.9, 54.7, 53.2),
    (53.4, 54.1, 54.6, 53.6),
    (53.8, 54.2, 54.3, 53.9),
    (54.0, 54.3, 54.6, 53.6),
    (54.2, 54.9, 55.1, 54.2),
    (54.0, 55.0, 55.4, 53.4),
)
"""Splits of 200 m of six reps of 800 m."""
NOBODY: Final[dict[str, Any]] = {"step": None, "next_step": None, "cue": None, "light": None, "band": None}


def reps_of_800(
    laps: Sequence[Sequence[float]] = LAPS, target: StepTarget | None = AT_430, source: Source = Source.POD
) -> tuple[Timeline, list[Output]]:
    """Make a workout of reps of 800 m (of as many splits as there are times) with jogs, and its outputs."""
    outputs: list[Output] = [RunStarted(Seconds(0), "01JRUN", "6 × 800 m at 5k pace", "ida")]
    steps: list[Step] = []
    at = 0.0
    for number, times in enumerate(laps, 1):
        metres = Metres(200 * len(times))
        until = EndConditions((DistanceEnd(metres),))
        rep = step(step_id=f"m{number}", rep=number, of=len(laps), until=until, target=target)
        steps.append(rep)
        outputs.append(StepStarted(Seconds(at), len(steps) - 1, rep))
        total = 0.0
        for place, lap in enumerate(times[:-1], 1):
            total += lap
            outputs.append(Split(Seconds(at + total), SplitRole.SPLIT, Metres(200 * place), Seconds(total)))
        total += times[-1]
        is_known = source is Source.POD
        ended = StepEnded(
            at=Seconds(at + total),
            index=len(steps) - 1,
            step=rep,
            reason=EndReason.DONE,
            ended_at=Seconds(at + total),
            time_s=Seconds(total),
            distance=metres,
            distance_source=source,
            mean_speed=MetresPerSecond(metres / total),
            mean_heart_rate=BeatsPerMinute(166 + 2 * number) if is_known else None,
            max_heart_rate=BeatsPerMinute(172 + number) if is_known else None,
            light_s=None if target is None else Seconds(total - 0.27 * metres),
        )
        outputs.append(ended)
        at += total
        if number < len(laps):
            jog = step(Kind.RECOVERY, step_id=f"r{number}", until=EndConditions((TimeEnd(Seconds(150)),)))
            steps.append(jog)
            drop = BeatsPerMinute(42 - number) if is_known else None
            outputs.append(
                replace(
                    ended,
                    at=Seconds(at + 150),
                    index=len(steps) - 1,
                    step=jog,
                    time_s=Seconds(150),
                    ended_at=Seconds(at + 150),
                    light_s=None,
                    distance=None,
                    mean_speed=None,
                    heart_rate_drop=drop,
                )
            )
            at += 150
    outputs.append(RunEnded(Seconds(at), True, len(steps), Seconds(at), Metres(800 * len(laps))))
    return Timeline("6 × 800 m at 5k pace", tuple(steps)), outputs


def free_run() -> tuple[Timeline, list[Output]]:
    """Make a free run with laps pressed by hand."""
    run = step(Kind.OPEN, step_id="0", target=None, path="Free run", until=EndConditions((OpenEnd(),)))
    outputs: list[Output] = [
        RunStarted(Seconds(0), "01JFREE", "Free run", "ida"),
        StepStarted(Seconds(0), 0, run),
    ]
    outputs += [
        Split(Seconds(at), SplitRole.SPLIT, Metres(metres), Seconds(at))
        for at, metres in ((98.4, 400), (195.1, 800), (296.0, 1200))
    ]
    outputs.append(
        StepEnded(
            Seconds(310), 0, run, EndReason.FINISHED, Seconds(310), Seconds(310), Metres(1250), Source.POD,
            mean_speed=MetresPerSecond(1250 / 310), mean_heart_rate=BeatsPerMinute(151),
        )
    )  # fmt: skip
    return Timeline("Free run", (run,)), outputs


def reviewed_session() -> Review:
    """Review a recorded session with every kind of step."""
    return reviewed("every-kind-of-step", athlete=None)


@dataclass
class FakeReviewActions:
    """A run that was reviewed, and what is done with it."""

    of: Callable[[], Review] = reviewed_session
    before: Comparison | None = None
    exported: int = 0
    problem: RecordingProblem | None = None

    def review(self) -> Review:
        """Give the review, or fail as the test has set."""
        if self.problem is not None:
            raise self.problem
        return self.of()

    def compare(self) -> Comparison | None:
        """Give what the test has set."""
        return self.before

    def export(self) -> str:
        """Remember it."""
        self.exported += 1
        return "Wrote run.fit."


@dataclass
class FakeNotes:
    """Stores notes in memory."""

    effort: int | None = None
    text: str = ""
    kept: list[tuple[int | None, str | None]] = field(default_factory=list)
    paces: list[str] = field(default_factory=list)
    pairs: tuple[tuple[str, str], ...] = ()
    shoe: str = ""
    problem: RecordingProblem | None = None
    is_simulated: bool = False
    reviews: FakeReviewActions = field(default_factory=FakeReviewActions)

    def actions(self) -> FakeReviewActions:
        """Give a run that can be reviewed."""
        return self.reviews

    def when(self) -> str:
        """Return a fixed evening."""
        return "Tue 26 May   18:36"

    def effort_and_note(self) -> tuple[int | None, str]:
        """Return the stored notes."""
        return self.effort, self.text

    def keep(self, effort: int | None = None, text: str | None = None) -> None:
        """Remember it, or fail as the test has set."""
        if self.problem is not None:
            raise self.problem
        self.kept.append((effort, text))

    def shoes(self) -> tuple[tuple[str, str], ...]:
        """Give the pairs of the test."""
        return self.pairs

    def worn(self) -> str:
        """Give the pair that was kept last."""
        return self.shoe

    def keep_shoe(self, slug: str) -> None:
        """Remember it, or fail as the test has set."""
        if self.problem is not None:
            raise self.problem
        self.shoe = slug

    def keep_pace(self, offer: PaceOffer) -> None:
        """Remember it, or fail as the test has set."""
        if self.problem is not None:
            raise self.problem
        self.paces.append(offer.pace)


def over(
    parts: tuple[Timeline, list[Output]] | None = None, *, ended: bool = True, unit: str = "km"
) -> FakeRun:
    """Make a run whose last step is over; `ended` where it has said its last word too."""
    timeline, outputs = reps_of_800() if parts is None else parts
    shows = rep_four(timeline=timeline, phase=Phase.FINISHED, unit=unit, results=(), **NOBODY)
    curves = RunCurves(
        tuple((float(at), 2.6 + 1.2 * (at // 300 % 2)) for at in range(0, 1800, 5)),
        tuple((float(at), 120.0 + 50 * (at // 300 % 2)) for at in range(0, 1800, 5)),
    )
    return FakeRun(shows, ended=ended, said=outputs if ended else outputs[:-1], measured=curves)


def review(
    run: Callable[[], FakeRun] = over,
    notes: Callable[[], FakeNotes | None] = lambda: None,
    *,
    played: bool = False,
) -> Callable[[str], CoachApp]:
    """Make the app of a run that is over."""
    playback = FakePlayback() if played else None
    return lambda theme: CoachApp(run(), playback=playback, theme=theme, notes=notes(), is_ticking=False)


def evening() -> FakeNotes:
    """Make notes with an effort and a remark."""
    return FakeNotes(8, "Wind on the back straight.")


SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
BOTH: Final = ("sun", "night")
LONG: Final = [LAPS[number % 6] for number in range(12)]

REVIEWS: Final = (
    (
        "summary",
        "Four figures, facts in three sentences, every rep with its splits, planned and done, how hard it was.",
        review(lambda: over(ended=False), evening),
        (SMALL, MIDDLE, LARGE),
        BOTH,
        (),
    ),
    (
        "summary-long",
        "More reps than rows scroll under their heads; figures and effort stay.",
        review(lambda: over(reps_of_800(LONG)), FakeNotes),
        (SMALL, MIDDLE),
        ("sun",),
        ("down", "down"),
    ),
    (
        "summary-by-hand",
        "Nothing is held against a plan that is not there; the times are from the presses.",
        review(lambda: over(reps_of_800(target=None, source=Source.MARKS)), FakeNotes),
        (SMALL, MIDDLE),
        ("sun",),
        (),
    ),
    (
        "summary-free",
        "A free run has its laps.",
        review(lambda: over(free_run()), FakeNotes),
        (SMALL,),
        ("sun",),
        (),
    ),
    (
        "summary-miles",
        "Paces and lengths of a runner with miles are in miles.",
        review(lambda: over(unit="mile")),
        (SMALL,),
        ("sun",),
        (),
    ),
    (
        "summary-played",
        "A recording that was watched asks nothing and keeps nothing.",
        review(over, played=True),
        (SMALL,),
        ("sun",),
        (),
    ),
    ("summary-why", "Each number says how it is made.", review(over, evening), (SMALL,), ("sun",), ("w",)),
    (
        "summary-whole-run",
        "Pace and heart rate over the whole run, hard parts told from easy ones.",
        review(over, evening),
        (SMALL, MIDDLE),
        ("sun",),
        ("v",),
    ),
    (
        "summary-note",
        "The field for the remark lies where the remark will stand.",
        review(over, evening),
        (SMALL,),
        ("sun",),
        ("n",),
    ),
)
"""Name, sentence, app, sizes, themes and keys of each."""
