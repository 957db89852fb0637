"""A run without a plan."""

from coach.workout.kinds import Kind
from coach.workout.timeline import Context, EndConditions, OpenEnd, Step, Timeline


def free_run() -> Timeline:
    """One open step that ends when the runner says so."""
    step = Step("0.0", "Free run", "Free run", Kind.OPEN, "Free run", EndConditions((OpenEnd(),)), set_id="0")
    return Timeline("Free run", (step,), Context(surface=""))
