"""Where on the track each step begins and ends: the marks a runner can stand at.

A rep starts at the finish line (A) unless the steps before it left the runner elsewhere. Recoveries by time
or heart rate are spent near the mark where the rep ended; after a warm-up, or anything else of unknown
length, the runner walks to the line. A rep a little longer than whole quarters of a lap, such as a mile, starts
before its mark by what is left over, as it is measured on every track: then it ends at a line and laps are laps.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from coach.physiology.track import MARK_TOLERANCE_M, lap_in_lane, mark_at
from coach.quantities import Metres
from coach.workout.kinds import ON_LANE, PACED_REPS, RESTS, RUN
from coach.workout.timeline import Context, Step

PACED_OFF_M: Final = 20.0
"""The most a start is paced off from a mark: a mile is 9.3 m over four laps, two miles 18.7 m. Judged."""


def with_marks(steps: Sequence[Step], context: Context) -> tuple[Step, ...]:
    """Name the start and finish marks of every step that has them; on no other surface than a track."""
    if context.surface != "track":
        return tuple(
            replace(s, start_mark="", line_m=Metres(0.0), finish_mark="") if s.start_mark else s
            for s in steps
        )
    lap = lap_in_lane(context.lap_m, context.lane)
    place: float | None = 0.0
    made: list[Step] = []
    is_moving = False
    for step in steps:
        metres = step.until.distance() if len(step.until.ends) == 1 else None
        on_lane = step.kind in ON_LANE or (step.kind in RESTS and metres is not None)
        start = finish = ""
        line = 0.0
        if on_lane and place is not None:
            start = mark_at(place, lap)
            if start and metres is not None and step.kind in ON_LANE and not is_moving:
                line = _left_over(metres, context.lap_m / 4)
                place -= line
        if not on_lane:
            place = 0.0 if step.kind not in RESTS or place is None else place
        elif metres is None:
            place = None
        elif place is not None:
            place = (place + metres) % lap
            finish = mark_at(place, lap)
        is_moving = step.kind in ON_LANE or (is_moving and step.kind not in RUN)
        changed = (start, line, finish) != (step.start_mark, step.line_m, step.finish_mark)
        marked = replace(step, start_mark=start, line_m=Metres(line), finish_mark=finish) if changed else step
        made.append(marked)
    return tuple(made)


def _left_over(metres: float, quarter: float) -> float:
    """What a length has over the nearest whole number of quarters of a lap; 0 if nothing, or too far to pace off."""
    left_over = (metres + quarter / 2) % quarter - quarter / 2
    return left_over if MARK_TOLERANCE_M < abs(left_over) <= PACED_OFF_M else 0.0


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
