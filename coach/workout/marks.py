"""Where on the track each step begins and ends: the marks a runner can stand at.

A rep starts at the finish line (A) unless the steps before it left the runner elsewhere. Recoveries by time
or heart rate are spent near the mark where the rep ended; after a warm-up, or anything else of unknown
length, the runner walks to the line.
"""

from collections.abc import Sequence
from dataclasses import replace

from coach.physiology.track import lap_in_lane, mark_at
from coach.workout.kinds import ON_LANE, PACED_REPS, RESTS
from coach.workout.timeline import Context, Step


def with_marks(steps: Sequence[Step], context: Context) -> tuple[Step, ...]:
    """Name the start and finish marks of every step that has them; on no other surface than a track."""
    if context.surface != "track":
        return tuple(replace(s, start_mark="", finish_mark="") if s.start_mark else s for s in steps)
    lap = lap_in_lane(context.lap_m, context.lane)
    place: float | None = 0.0
    made = []
    for step in steps:
        metres = step.until.distance() if len(step.until.ends) == 1 else None
        on_lane = step.kind in ON_LANE or (step.kind in RESTS and metres is not None)
        start = finish = ""
        if on_lane and place is not None:
            start = mark_at(place, lap)
        if not on_lane:
            place = 0.0 if step.kind not in RESTS or place is None else place
        elif metres is None:
            place = None
        elif place is not None:
            place = (place + metres) % lap
            finish = mark_at(place, lap)
        changed = (start, finish) != (step.start_mark, step.finish_mark)
        made.append(replace(step, start_mark=start, finish_mark=finish) if changed else step)
    return tuple(made)


def alternating_sets(steps: Sequence[Step]) -> list[str]:
    """The paths of the first reps of sets whose reps begin at different ends of the track."""
    starts: dict[str, set[str]] = {}
    first: dict[str, str] = {}
    for step in steps:
        if step.kind in PACED_REPS and step.rep is not None and step.start_mark:
            key = f"{step.set_id} {step.step_id.rsplit('.', 1)[-1]}"
            starts.setdefault(key, set()).add(step.start_mark)
            first.setdefault(key, step.path)
    return [first[key] for key, marks in starts.items() if len(marks) > 1]
