"""What the cues ask of the session and the signals, and no more."""

from typing import Protocol

from coach.quantities import Metres, Seconds
from coach.session.light import Light
from coach.session.phases import Phase
from coach.signals.readings import Reading, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Step, Target, Timeline


class SessionView(Protocol):
    """The facts of the run, as `coach.session.session.Session` has them; times count from the first input."""

    @property
    def phase(self) -> Phase:
        """Where the run is."""
        ...

    @property
    def timeline(self) -> Timeline:
        """The workout in its present revision."""
        ...

    @property
    def index(self) -> int:
        """Place of the step in the timeline."""
        ...

    @property
    def step(self) -> Step | None:
        """The step under way or about to start; None when finished."""
        ...

    @property
    def coach_mode(self) -> bool:
        """Is it timed by hand: marks and no sensors?"""
        ...

    @property
    def clock_mode(self) -> bool:
        """Does this step run on the clock, nothing measuring it?"""
        ...

    @property
    def item(self) -> int:
        """Place of the checklist item under way, every set and side counted."""
        ...

    @property
    def step_started_at(self) -> Seconds | None:
        """When the step began; None before that."""
        ...

    def step_time(self, now: Seconds) -> Seconds | None:
        """Give the running time of the step, pauses excluded."""
        ...

    def run_time(self, now: Seconds) -> Seconds | None:
        """Give the running time of the run."""
        ...

    def step_metres(self, now: Seconds) -> Metres | None:
        """Give the metres of the step, measured or bridged."""
        ...

    def estimated(self, now: Seconds) -> bool:
        """Say whether the metres are bridged."""
        ...

    def left_s(self, now: Seconds) -> Seconds | None:
        """Give what is left of a step by time, of a slot, or of the delay before a start."""
        ...

    def left_m(self, now: Seconds) -> Metres | None:
        """Give what is left of a step by distance."""
        ...

    def expected_end(self, now: Seconds) -> Seconds | None:
        """Give the time the step will end, known or projected."""
        ...

    def target_now(self, now: Seconds) -> Target | None:
        """Give the target of this instant."""
        ...

    def light(self, now: Seconds) -> Light | None:
        """Give the runner's place against the light."""
        ...

    def came_from(self) -> Kind | None:
        """Give the kind of the step before; None at a standing start."""
        ...


class OdometerView(Protocol):
    """The distance run; `coach.signals.odometer.Odometer` is one."""

    def source_at(self, now: Seconds) -> Source | None:
        """Give the best source that is not stale."""
        ...

    def last_source(self) -> Source | None:
        """Give the source last used."""
        ...

    def latest(self) -> tuple[Seconds, Metres] | None:
        """Give the newest sample: when, and metres of the run."""
        ...

    def factor(self) -> tuple[float, float]:
        """Give the calibration factor and its standard deviation."""
        ...


class SignalsView(Protocol):
    """The newest readings; `coach.signals.signals.Signals` is one."""

    @property
    def distance(self) -> OdometerView:
        """The distance run."""
        ...

    def heart_rate(self) -> Reading | None:
        """Give the newest believed heart rate, however old."""
        ...

    def heart_rate_clean_since(self) -> Seconds | None:
        """Give since when the heart rate is free of artefacts, gaps and the cadence; None while it is doubted."""
        ...

    def speed(self) -> Reading | None:
        """Give the newest speed of the best source."""
        ...

    def speed_of(self, source: Source) -> Reading | None:
        """Give the newest speed of one source."""
        ...

    def cadence(self) -> Reading | None:
        """Give the newest cadence."""
        ...

    def power(self) -> Reading | None:
        """Give the newest power."""
        ...

    def metric(self, name: str) -> Reading | None:
        """Give the newest value of an external metric."""
        ...
