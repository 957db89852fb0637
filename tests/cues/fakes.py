"""A small honest stand-in for session and signals: a runner who does what a test says, second by second."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

from coach.cues.coach import Coach
from coach.cues.cue import Cue, CueKind
from coach.cues.defaults import CueSettings
from coach.quantities import Metres, Seconds
from coach.session.facts import EndReason, Fact, PhaseChanged, StepEnded, StepStarted
from coach.session.light import Light
from coach.session.phases import Phase
from coach.signals.readings import Calibrated, Reading, SensorChanged, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    Context,
    DistanceEnd,
    End,
    Move,
    Quantity,
    Steer,
    Step,
    Target,
    TimeEnd,
    Timeline,
    Until,
)

_NUMBERS = count(1)  # no two steps are one, as the ids of short-lived lists may be

PHASES = {
    Kind.FLOAT: Phase.FLOAT,
    Kind.RECOVERY: Phase.RECOVERY,
    Kind.CHECKLIST: Phase.CHECKLIST,
    Kind.PROMPT: Phase.PROMPT,
}


def pace(aim=4.0, low=0.02, high=0.02, **rest) -> Target:
    """A speed target around an aim, its sides as shares of it."""
    return Target(Quantity.SPEED, Band(aim * (1 - low), aim, aim * (1 + high)), "pace", **rest)


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
    return Step(until=Until(tuple(given)), **{**known, **rest})


def rep(metres=1000, *, steer=Steer.RATE, target=None, **rest) -> Step:
    """A paced work step by distance."""
    return step(metres=metres, target=target or pace(), steer=steer, **rest)


def rest(seconds=90, **more) -> Step:
    """A jogged rest by time."""
    return step(Kind.RECOVERY, seconds=seconds, **more)


@dataclass
class FakeOdometer:
    """A distance source."""

    source: Source | None = Source.POD
    known_to: float = 0.01
    newest: tuple[Seconds, Metres] | None = None

    def source_at(self, now):
        return self.source

    def last_source(self):
        return self.source

    def latest(self):
        return self.newest

    def factor(self):
        return 1.0, self.known_to


@dataclass
class FakeSignals:
    """The newest readings."""

    distance: FakeOdometer = field(default_factory=FakeOdometer)
    readings: dict[str, Reading] = field(default_factory=dict)
    clean_since: Seconds | None = Seconds(-60.0)

    def heart_rate(self):
        return self.readings.get("heart_rate")

    def heart_rate_clean_since(self):
        return self.clean_since

    def speed(self):
        return self.readings.get("speed")

    def speed_of(self, source):
        return self.readings.get(source)

    def cadence(self):
        return self.readings.get("cadence")

    def power(self):
        return self.readings.get("power")

    def metric(self, name):
        return self.readings.get(name)


@dataclass
class FakeSession:
    """A session that moves only when it is told to."""

    timeline: Timeline
    clock: Callable[[], float]
    index: int = 0
    phase: Phase = Phase.READY
    coach_mode: bool = False
    clock_mode: bool = False
    item: int = 0
    step_started_at: Seconds | None = None
    delay_ends: float | None = None
    before: Kind | None = None
    run_metres: float = 0.0
    step_began_at_m: float = 0.0
    bridged: bool = False
    measured: bool = True
    light_shift: float = 0.0
    run_started_at: float | None = None

    @property
    def step(self):
        return self.timeline.steps[self.index] if self.index < len(self.timeline.steps) else None

    def step_time(self, now):
        return None if self.step_started_at is None else Seconds(now - self.step_started_at)

    def run_time(self, now):
        return None if self.run_started_at is None else Seconds(now - self.run_started_at)

    def step_metres(self, now):
        return Metres(self.run_metres - self.step_began_at_m) if self.measured else None

    def estimated(self, now):
        return self.bridged

    def left_s(self, now):
        if self.step_started_at is None:
            return None if self.delay_ends is None else Seconds(self.delay_ends - now)
        seconds = self.step.until.time() if self.step else None
        if self.clock_mode and self.step.target and self.step.until.distance():
            seconds = self.step.until.distance() / self.step.target.band.aim
        return None if seconds is None else Seconds(self.step_started_at + seconds - now)

    def left_m(self, now):
        length = self.step.until.distance() if self.step else None
        return None if length is None or not self.measured else Metres(length - self.step_metres(now))

    def expected_end(self, now):
        left = self.left_s(now)
        if left is not None:
            return Seconds(now + left)
        metres, time = self.left_m(now), self.step_time(now)
        if metres is None or not time:
            return None
        mean = self.step_metres(now) / time
        return Seconds(now + metres / mean) if mean > 0 else None

    def target_now(self, now):
        return self.step.target if self.step else None

    def light(self, now):
        target = self.target_now(now)
        if self.clock_mode or not self.measured or target is None or target.band.aim is None:
            return None
        behind = self.step_time(now) - self.step_metres(now) / target.band.aim - self.light_shift
        return Light(Seconds(behind), Metres(behind * target.band.aim), None, None)

    def came_from(self):
        return self.before


class Bench:
    """A coach beside a track, with a runner whose speed, heart and feet a test sets for so many seconds."""

    def __init__(self, *steps, settings=None, surface="track", ceiling=None, every=1.0, **known):
        self.now = 0.0
        self.every = every
        timeline = Timeline("test", steps, Context(surface=surface))
        self.session = FakeSession(timeline, lambda: self.now)
        self.signals = FakeSignals()
        self.cues: list[Cue] = []
        self.coach = Coach(
            settings or CueSettings(),
            self.session,
            self.signals,
            ceiling_bpm=ceiling,
            heat_sum_f=known.get("heat"),
            cadence_line=known.get("cadence_line"),
        )

    def hear(self, *events: Fact | SensorChanged | Calibrated, quiet=False) -> list[Cue]:
        """Let the coach hear facts now."""
        said = self.coach.hear(events, Seconds(self.now), quiet=quiet)
        self.cues += said
        return said

    def delay(self, seconds: float) -> None:
        """Arm a delayed start."""
        self.session.delay_ends = self.now + seconds
        self.hear(PhaseChanged(Seconds(self.now), Phase.READY))

    def start(self, index=0, *, came_from: Kind | None = None, quiet=False) -> list[Cue]:
        """Start a step now."""
        session = self.session
        session.index, session.before = index, came_from
        session.delay_ends, session.light_shift, session.item = None, 0.0, 0
        session.step_started_at = Seconds(self.now)
        session.step_began_at_m = session.run_metres
        session.run_started_at = self.now if session.run_started_at is None else session.run_started_at
        session.phase = PHASES.get(session.step.kind, Phase.WORK)
        at = Seconds(self.now)
        return self.hear(StepStarted(at, index, session.step), PhaseChanged(at, session.phase), quiet=quiet)

    def end(self, *, reason=EndReason.DONE, **known) -> list[Cue]:
        """Say that the step under way ended now; the session moves on to the next."""
        session, at = self.session, Seconds(self.now)
        ended = StepEnded(at, session.index, session.step, reason, at, session.step_time(at))
        session.index += 1
        session.step_started_at = None
        session.phase = Phase.READY if session.step is not None else Phase.FINISHED
        return self.hear(replace(ended, **known), PhaseChanged(at, session.phase))

    def run(
        self, seconds: float, speed=None, *, heart=None, feet=None, power=None, source=Source.POD
    ) -> list[Cue]:
        """Run on for so many seconds; what is None is not measured."""
        said: list[Cue] = []
        until = self.now + seconds
        while self.now < until - 1e-6:
            target = round(self.now - (self.now % self.every) + self.every, 6)
            self._settle(target, said)
            self.now = target
            if speed is not None:
                self.session.run_metres += speed * self.every
                self.signals.distance.newest = (Seconds(self.now), Metres(self.session.run_metres))
            for name, value, origin in (
                ("speed", speed, source),
                ("heart_rate", heart, Source.STRAP),
                ("cadence", feet, source),
                ("power", power, source),
            ):
                if value is not None:
                    reading = Reading(Seconds(self.now), value, origin, Seconds(self.every))
                    self.signals.readings[name] = reading
            heard = self.coach.hear([], Seconds(self.now))
            if any(cue.kind is CueKind.NEW_LIGHT for cue in heard):
                self.session.light_shift += self.session.light(self.now).behind_s
            said += heard
        self.cues += said
        return said

    def _settle(self, until: float, said: list[Cue]) -> None:
        for _ in range(1000):
            due = self.coach.wake_at()
            if due is None or due > until:
                return
            assert due >= self.now - 1e-6
            self.now = max(self.now, due)
            said += self.coach.settle(due)
        message = "the coach never lets go of a deadline"
        raise AssertionError(message)


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
