"""Steps, timelines and a driver for tests: a run that takes samples and presses, and keeps its events."""

from typing import Any

from coach.live.contract import Closed, Input, Opened, Resumed, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, Seconds
from coach.session.config import StartPolicy
from coach.session.events import (
    BoundaryMoved,
    PhaseChanged,
    ResumeChoice,
    Split,
    StepEnded,
    StepStarted,
    StepUnderWay,
)
from coach.session.phases import Button, Origin, Phase, Pressed
from coach.signals.readings import Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    Context,
    DistanceEnd,
    End,
    EndConditions,
    HeartRateEnd,
    MarkEnd,
    OpenEnd,
    PressStart,
    Quantity,
    SlotEnd,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)

BY_PRESS = StartPolicy(after_rest=PressStart())
"""Reps after a rest wait for a press."""


def pace(mps: float) -> StepTarget:
    """A target of a speed, with 2 % on either side."""
    return StepTarget(Quantity.SPEED, Band(mps * 0.98, mps, mps * 1.02), f"{mps} m/s")


def step(name: str, kind: Kind, *ends: End, until: EndConditions | None = None, **more: Any) -> Step:
    """A step that ends at any of `ends`."""
    return Step(
        step_id=name, path=f"Main / {name}", section="Main", kind=kind, name=name,
        until=until or EndConditions(ends), **more,
    )  # fmt: skip


def work(metres: float, name: str = "work", mps: float | None = 4.0, **more: Any) -> Step:
    """A rep by distance, at 4 m/s unless said otherwise."""
    target = None if mps is None else pace(mps)
    return step(name, Kind.WORK, DistanceEnd(Metres(metres)), target=target, **more)


def work_time(seconds: float, name: str = "work", **more: Any) -> Step:
    """A rep by time."""
    return step(name, Kind.WORK, TimeEnd(Seconds(seconds)), **more)


def rest(seconds: float, name: str = "rest", **more: Any) -> Step:
    """A recovery by time."""
    return step(name, Kind.RECOVERY, TimeEnd(Seconds(seconds)), **more)


def jog(metres: float, name: str = "jog", **more: Any) -> Step:
    """A recovery by distance."""
    return step(name, Kind.RECOVERY, DistanceEnd(Metres(metres)), **more)


def float_(metres: float, name: str = "float", mps: float | None = 3.0, **more: Any) -> Step:
    """A float by distance."""
    target = None if mps is None else pace(mps)
    return step(name, Kind.FLOAT, DistanceEnd(Metres(metres)), target=target, **more)


def open_(name: str = "open", **more: Any) -> Step:
    """A step that ends when somebody says so."""
    return step(name, Kind.OPEN, OpenEnd(), **more)


def by_mark(name: str = "work", **more: Any) -> Step:
    """A rep that ends at a mark."""
    return step(name, Kind.WORK, MarkEnd(), **more)


def recover_below(bpm: float, name: str = "rest", **more: Any) -> Step:
    """A recovery that ends by heart rate."""
    return step(name, Kind.RECOVERY, HeartRateEnd(bpm, below=True), **more)


def checklist(name: str = "drills") -> Step:
    """A checklist of two items, the second for either side: three ticks."""
    items = (ChecklistItem("A-skips"), ChecklistItem("Leg swings", each_side=True))
    return step(name, Kind.CHECKLIST, OpenEnd(), items=items)


def prompt(name: str = "rpe", *ends: End) -> Step:
    """A question with three answers; it holds no clock unless an end is given."""
    answers = ("yes", "unsure", "no")
    return step(name, Kind.PROMPT, *(ends or (OpenEnd(),)), question="How was it?", answers=answers)


def send_off(every: float, metres: float, count: int) -> list[Step]:
    """Reps that go every so many seconds, each with its rest to the slot."""
    steps: list[Step] = []
    for rep in range(1, count + 1):
        steps.append(work(metres, f"rep {rep}", send_off_s=Seconds(every), rep=rep, of=count, set_id="s"))
        slot = SlotEnd(Seconds(every))
        steps.append(step(f"slot {rep}", Kind.RECOVERY, slot, rep=rep, of=count, set_id="s"))
    return steps


class Track:
    """A run under test: it keeps what it said, and runs a runner past it."""

    def __init__(
        self, *steps: Step, starts: StartPolicy | None = None, by_hand: bool = False, surface: str = "track",
        ends_after_s: float | None = None, opened: bool = True,
    ) -> None:  # fmt: skip
        """Open a run of these steps at 0."""
        timeline = Timeline("workout", steps, Context(surface=surface))
        after = None if ends_after_s is None else Seconds(ends_after_s)
        self.setup = RunSetup(
            "run", timeline, starts=starts or StartPolicy(), by_hand=by_hand, ends_after_s=after
        )
        self.run: Any = LiveRun(self.setup)
        self.events: list[Any] = []
        self.now = 0.0
        self.metres = 0.0
        if opened:
            self.feed(Opened(Seconds(0.0)))

    @property
    def session(
        self,
    ) -> Any:  # it changes between two lines of a test, which mypy would not believe of a Session
        """The session under test."""
        return self.run.session

    @property
    def phase(self) -> Any:
        """The phase now."""
        return self.session.phase

    def is_in(self, phase: Phase) -> bool:
        """Return True if the run is in a phase."""
        return bool(self.phase is phase)

    def feed(self, event: Input) -> list[Any]:
        """Hand in an input; what it said is kept, and answered."""
        events: list[Any] = self.run.receive(event)
        self.events += events
        self.now = event.at
        return events

    def wait(self, until: float) -> list[Any]:
        """Let time pass with nothing received."""
        events: list[Any] = self.run.fire(Seconds(until))
        self.events += events
        self.now = until
        return events

    def press(
        self, button: Button, at: float, origin: Origin = Origin.STDIN, answer: int | None = None
    ) -> list[Any]:
        """Press a button; by default from a pipe, which is not debounced."""
        pressed: list[Any] = self.feed(Pressed(Seconds(at), button, origin, answer))
        return pressed

    def mark(self, at: float) -> list[Any]:
        """Press mark."""
        return self.press(Button.MARK, at)

    def go(self, at: float) -> list[Any]:
        """Press go."""
        return self.press(Button.GO, at)

    def stand(self, since: float, until: float, cadence: float | None = 0.0, period: float = 1.0) -> None:
        """Stand on the spot: samples each period, from `since` to before `until`."""
        self.run_at(0.0, since, until, cadence=cadence, period=period)

    def run_at(
        self, mps: float, since: float, until: float, *, source: Source = Source.POD, period: float = 1.0,
        cadence: float | None = 170.0, distance: bool = True, heart_rate: float | None = None,
    ) -> None:  # fmt: skip
        """Run at an even speed: a sample each period, from `since` to before `until`; metres before each."""
        count = 0
        while since + count * period < until - 1e-9:
            at = since + count * period
            total = self.metres + mps * count * period
            self.feed(
                Reported(
                    Seconds(at), source, Seconds(period), mps,  # type: ignore[arg-type]
                    Metres(total) if distance else None, cadence, heart_rate,  # type: ignore[arg-type]
                )
            )  # fmt: skip
            count += 1
        self.metres += mps * (until - since)

    def unseen(self, mps: float, seconds: float) -> None:
        """Run out of reach of the radio."""
        self.metres += mps * seconds

    def heart(self, bpm: float, since: float, until: float) -> None:
        """Wear a strap."""
        for second in range(int(until - since)):
            self.feed(Reported(Seconds(since + second), Source.STRAP, heart_rate=bpm))  # type: ignore[arg-type]

    def reopen(self, at: float) -> list[Any]:
        """Go on after having been cut off."""
        return self.feed(Resumed(Seconds(at)))

    def resume(
        self,
        at: float,
        choice: ResumeChoice = ResumeChoice.CONTINUE,
        *,
        since: float | None = None,
        under_way: StepUnderWay | None = None,
    ) -> list[Any]:
        """Go on, as chosen, after having been cut off at `since`, else at the last input."""
        return self.feed(Resumed(Seconds(at), None if since is None else Seconds(since), choice, under_way))

    def close(self, at: float) -> list[Any]:
        """Close the run."""
        return self.feed(Closed(Seconds(at)))

    def all(self, kind: type) -> list[Any]:
        """Everything said of one type, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    def ended(self, name: str) -> Any:
        """How a step last ended."""
        return [event for event in self.all(StepEnded) if event.step.step_id == name][-1]

    def started(self, name: str) -> Any:
        """How a step last started."""
        return [event for event in self.all(StepStarted) if event.step.step_id == name][-1]

    def splits(self) -> list[tuple[str, float | None]]:
        """Role and metres of every mark that was pressed."""
        return [(event.role.value, event.metres) for event in self.all(Split) if event.pressed]

    def moves(self) -> list[Any]:
        """Every boundary that was re-timed."""
        return self.all(BoundaryMoved)

    def phases(self) -> list[str]:
        """Every phase it came to, in order."""
        return [event.phase.value for event in self.all(PhaseChanged)]
