"""Who is there besides the run itself: what measures the runner, and who listens."""

from collections.abc import Sequence
from dataclasses import dataclass

from coach.edge.clock import Clock
from coach.edge.sinks import Sink
from coach.edge.sources import SensorSource
from coach.edge.sources.simulated import SimulatedRunner
from coach.live.inputs import RunSetup
from coach.simulate.runner import VirtualRunner


@dataclass(frozen=True, slots=True)
class Company:
    """Who is there besides the run itself."""

    sources: Sequence[SensorSource] = ()
    """What measures the runner."""
    listeners: Sequence[Sink] = ()
    """Who else hears what is said."""


def simulated_company(setup: RunSetup, clock: Clock) -> Company:
    """A simulated runner: what measures him measures the run, and he hears what it says."""
    runner = SimulatedRunner(VirtualRunner(timeline=setup.timeline), clock)
    return Company(sources=[runner], listeners=[runner])
