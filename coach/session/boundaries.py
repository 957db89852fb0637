"""The boundary behind the step under way, and how it is re-timed by a mark, a source that came back, or the line.

Rule 1: only the last boundary moves, and what was said of it is corrected by an event, never withdrawn.
Rule 2: a runner who had not reached an announced end is not sent back: the true distance is said instead.
"""

from dataclasses import replace

from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.clock import RunningClock
from coach.session.defaults import SessionSettings
from coach.session.facts import BoundaryMoved, MovedBy, StepEnded
from coach.session.state import LastEnd, State


def last_end_of(
    ended: StepEnded,
    started_at: Seconds,
    goal: Metres | None,
    settings: SessionSettings,
    *,
    by_itself: bool,
) -> LastEnd:
    """What must be remembered of an end; `goal` is the odometer's total there, where it ended by distance."""
    window = max(settings.confirm_s, settings.confirm_fraction * ended.time_s)
    confirmable = by_itself and ended.step.until.distance() is not None
    return LastEnd(
        step_id=ended.step.step_id,
        started_at=started_at,
        ended_at=ended.ended_at,
        by_itself=by_itself,
        estimated=ended.estimated and goal is not None,
        goal_total=goal,
        confirm_until=Seconds(ended.ended_at + window if confirmable else 0.0),
    )


def move_boundary(
    state: State,
    clock: RunningClock,
    at: Seconds,
    to: Seconds,
    by: MovedBy,
    *,
    begin_total: Metres | None,
) -> BoundaryMoved | None:
    """Re-time the last boundary to `to`, where the step under way then begins."""
    last = state.last_end
    if last is None:
        return None
    if state.started_at is not None:
        state.started_at, state.begin_total = to, begin_total
        if state.steps[state.index].send_off_s is not None:
            state.slot_from = clock.running(to)
    state.last_end = replace(last, ended_at=to, estimated=False, confirm_until=Seconds(0.0))
    state.results = tuple(
        _retimed(one, last, clock, to) if one.step.step_id == last.step_id else one for one in state.results
    )
    return BoundaryMoved(at, last.step_id, last.ended_at, to, by)


def settle_estimate(state: State, at: Seconds, begin_total: Metres | None) -> BoundaryMoved | None:
    """Say how far a step really was at its announced end, which its runner had not reached.

    The step under way runs on from the announced moment, at `begin_total` on the odometer.
    """
    last = state.last_end
    if last is None or last.goal_total is None:
        return None
    state.last_end = replace(last, estimated=False)
    if state.begin_total is None:
        state.begin_total = begin_total
    ended = next((one for one in state.results if one.step.step_id == last.step_id), None)
    length = ended.step.until.distance() if ended is not None else None
    if length is None or begin_total is None:
        return None
    true = Metres(length - (last.goal_total - begin_total))
    return BoundaryMoved(at, last.step_id, last.ended_at, last.ended_at, MovedBy.SOURCE, true)


def _retimed(ended: StepEnded, last: LastEnd, clock: RunningClock, to: Seconds) -> StepEnded:
    time_s = Seconds(clock.running(to) - clock.running(last.started_at))
    return replace(
        ended,
        ended_at=to,
        time_s=time_s,
        mean_speed=MetresPerSecond(ended.distance / time_s) if ended.distance and time_s > 0 else None,
        light_s=None if ended.light_s is None else Seconds(ended.light_s + time_s - ended.time_s),
        estimated=False,
    )
