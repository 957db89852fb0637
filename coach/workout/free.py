"""A run without a plan."""

from typing import Final

from coach.workout.kinds import Kind
from coach.workout.timeline import Context, EndConditions, OpenEnd, Step, Timeline

JUST_RUN: Final = "free"
"""What a run without a plan is run by, in place of a workout."""
JUST_TIME: Final = "time"
"""The same by hand: a stopwatch whose marks are laps."""
WITHOUT_PLAN: Final = (JUST_RUN, JUST_TIME)
FREE_RUN: Final = "Free run"
"""What such a run is called in recordings."""


def free_run(*, ends_at_mark: bool = False) -> Timeline:
    """One open step whose marks are laps; version 0.1.0 let the first one end it (`ends_at_mark`)."""
    until = EndConditions((OpenEnd(ends_at_mark),))
    step = Step("0.0", FREE_RUN, FREE_RUN, Kind.OPEN, FREE_RUN, until, set_id="0")
    return Timeline(FREE_RUN, (step,), Context(surface=""))
