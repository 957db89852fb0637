"""A run of a test: real signals, session and coach over inputs that a test scripts, second by second."""

from dataclasses import replace
from itertools import count

from coach.cues.config import CueSettings
from coach.cues.cue import Cue, CueKind
from coach.live.contract import Input, Opened, Output, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, Seconds
from coach.session.config import SessionSettings
from coach.session.events import SessionEvent, StepEnded, StepStarted
from coach.session.phases import Button, Origin, Pressed
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import Calibrated, Reported, SensorChanged, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    CoachBy,
    Context,
    DelayStart,
    DistanceEnd,
    End,
    EndConditions,
    Move,
    OpenEnd,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)

_NUMBERS = count(1)  # no two steps have one id


def pace(aim=4.0, low=0.02, high=0.02, **rest) -> StepTarget:
    """A speed target around an aim, its sides as shares of it."""
    return StepTarget(Quantity.SPEED, Band(aim * (1 - low), aim, aim * (1 + high)), "pace", **rest)


def step(kind=Kind.WORK, *, metres=None, seconds=None, ends=(), **rest) -> Step:
    """A step by metres, by seconds, or by the ends given."""
    given: list[End] = list(ends)
    if metres is not None:
        given.append(DistanceEnd(Metres(metres)))
    if seconds is not None:
        given.append(TimeEnd(Seconds(seconds)))
    known = {
        "step_id": f"step {next(_NUMBERS)}",
        "path": "Main",
        "section": "Main",
        "kind": kind,
        "name": "Step",
    }
    return Step(until=EndConditions(tuple(given)), **{**known, **rest})


def rep(metres=1000, *, steer=CoachBy.RATE, target=None, **rest) -> Step:
    """A paced work step by distance."""
    return step(metres=metres, target=target or pace(), steer=steer, **rest)


def rest(seconds=90, **more) -> Step:
    """A jogged rest by time."""
    return step(Kind.RECOVERY, seconds=seconds, **more)


class Bench:
    """A run beside a track, with a runner whose speed, heart and feet a test sets for so many seconds.

    The first `start` opens the run; with `came_from`, a step of that kind lies before it and takes no time.
    """

    def __init__(
        self, *steps, settings=None, surface="track", every=1.0, pod=True, factor_sd=0.01, heat=None,
        stop_ends_rep=True, own_words=False, **setup,
    ):  # fmt: skip
        self._own_words = own_words
        self.now = 0.0
        self.metres = 0.0
        self.cues: list[Cue] = []
        self.outputs: list[Output] = []
        self._every = every
        self._pod = pod
        self._context = Context(surface=surface)
        self._steps = steps
        self._skipped = 0
        self._begun: dict[int, list[Cue]] = {}
        self._ended: dict[int, list[Cue]] = {}
        self._measured: set[Source] = set()
        learnt = tuple(LearntFactor(pod, 1.0, factor_sd) for pod in (Source.POD, Source.SIM))
        weather = {} if heat is None else dict(zip(("temperature_c", "dew_point_c"), heat, strict=True))
        self._setup = RunSetup(
            "test",
            Timeline("test", steps, self._context),
            signals=SignalSettings(learnt=learnt),
            session=SessionSettings(**weather, stop_ends_rep=stop_ends_rep),
            cues=settings or CueSettings(),
            **setup,
        )
        self.live = LiveRun(self._setup)

    @property
    def coach(self):
        """The coach of the run."""
        return self.live.coach

    @property
    def signals(self):
        """The signals of the run."""
        return self.live.signals

    @property
    def session(self):
        """The session of the run."""
        return self.live.session

    def receive(self, event: Input) -> list[Cue]:
        """Let the run take an input."""
        return self._take(self.live.receive(event))

    def press(self, button: Button, count: int | None = None) -> list[Cue]:
        """Press a button now."""
        return self.receive(Pressed(Seconds(self.now), button, Origin.STDIN, count))

    def report(self, source: Source, **values) -> list[Cue]:
        """Let a source report now."""
        return self.receive(Reported(Seconds(self.now), source, Seconds(self._every), **values))

    def hear(self, *events: SessionEvent | SensorChanged | Calibrated, quiet=False) -> list[Cue]:
        """Let the coach hear facts now, past the session."""
        cues: list[Cue] = self.coach.on_events(events, Seconds(self.now), is_quiet=quiet)
        self.cues += cues
        return cues

    def delay(self, seconds: float) -> None:
        """Open the run with a delayed start."""
        first = replace(self._steps[0], start=DelayStart(Seconds(seconds)))
        self._open((first, *self._steps[1:]))

    def start(self, index=0, *, came_from: Kind | None = None) -> list[Cue]:
        """Come to a step now, unless the run has; the cues it began with."""
        if not self.outputs:
            before = () if came_from is None else (step(came_from, ends=[OpenEnd()]),)
            self._skipped = len(before)
            self._open((*before, *self._steps))
        self._take(self.live.fire(Seconds(self.now)))
        for _ in range(2 * len(self._steps) + 2):
            if self.session.index >= index + self._skipped and self.session.step_started_at is not None:
                break
            self.press(Button.GO if self.session.step_started_at is None else Button.NEXT)
        return self._begun.get(index + self._skipped, [])

    def end(self) -> list[Cue]:
        """End the step under way, unless it just ended by itself; the cues of its end."""
        self._take(self.live.fire(Seconds(self.now)))
        last = max(self._ended, default=-1)
        newest = [output for output in self.outputs if isinstance(output, StepEnded)]
        if newest and newest[-1].at == self.now and last == self.session.index - 1:
            return self._ended[last]
        return self.press(Button.NEXT)

    def run(
        self, seconds: float, speed=None, *, heart=None, feet=None, power=None, source=Source.POD
    ) -> list[Cue]:
        """Run on for so many seconds; what is None is not measured."""
        cues: list[Cue] = []
        until = self.now + seconds
        if speed is not None:
            cues += self._measure(source)
        while self.now < until - 1e-6:
            self.now = round(self.now - (self.now % self._every) + self._every, 6)
            runner = {"cadence": feet, "power": power}
            if speed is not None:
                self.metres += speed * self._every
                runner |= {"speed": speed, "distance": Metres(self.metres)}
            if any(value is not None for value in runner.values()):
                cues += self.report(source, **runner)
            if heart is not None:
                cues += self.report(Source.STRAP, heart_rate=heart)
            if self.now < until - 1e-6:
                cues += self._take(self.live.fire(Seconds(self.now)))
        return cues + self._take(self.live.fire(Seconds(until - 1e-6)))

    def finish(self, speed=None, **runner) -> list[Cue]:
        """Run on until the step under way has ended."""
        cues, index = [], self.session.index
        while self.session.index == index:
            cues += self.run(self._every, speed, **runner)
        return cues

    def _open(self, steps: tuple[Step, ...]) -> None:
        timeline = Timeline("test", steps, self._context, is_own_words=self._own_words)
        self.live = LiveRun(replace(self._setup, timeline=timeline))
        if self._pod:
            self._measure(Source.POD)
        self.receive(Opened(Seconds(self.now)))

    def _measure(self, source: Source) -> list[Cue]:
        """Let a source that is new begin to count metres here."""
        if source in self._measured:
            return []
        self._measured.add(source)
        return self.report(source, distance=Metres(self.metres))

    def _take(self, outputs: list[Output]) -> list[Cue]:
        cues = [output for output in outputs if isinstance(output, Cue)]
        self.outputs += outputs
        self.cues += cues
        for output in outputs:
            if isinstance(output, StepStarted):
                self._begun[output.index] = cues
            elif isinstance(output, StepEnded):
                self._ended[output.index] = cues
        return cues


def kinds(cues) -> list[CueKind]:
    """The kinds of cues, in order."""
    return [cue.kind for cue in cues]


def texts(cues, kind=None) -> list[str]:
    """The words of cues, in order, of one kind or all."""
    return [cue.text for cue in cues if kind is None or cue.kind is kind]


__all__ = [
    "Bench",
    "Move",
    "kinds",
    "pace",
    "rep",
    "rest",
    "step",
    "texts",
]
