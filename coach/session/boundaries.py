"""The boundary behind the step under way, and how it is re-timed by a mark, a source that came back, or the line.

Rule 1: only the last boundary moves, and what was said of it is corrected by an event, never withdrawn.
Rule 2: a runner who had not reached an announced end is not sent back: the true distance is said instead.
"""

from dataclasses import replace

from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.clock import RunningClock
from coach.session.facts import BoundaryMoved, MovedBy, StepEnded
from coach.session.phases import Phase
from coach.session.state import LastEnd, State
from coach.signals.readings import Source


def last_end_of(
    ended: StepEnded, started_at: Seconds, goal: Metres | None, window_s: Seconds | None, *, by_itself: bool
) -> LastEnd:
    """What must be remembered of an end; `goal` is the odometer's total there, where it ended by distance.

    `window_s` is how long after it a mark re-times it; None for never.
    """
    return LastEnd(
        step_id=ended.step.step_id,
        started_at=started_at,
        ended_at=ended.ended_at,
        by_itself=by_itself,
        estimated=ended.estimated and goal is not None,
        goal_total=goal,
        confirm_until=Seconds(0.0 if window_s is None else ended.ended_at + window_s),
    )


def move_boundary(
    state: State,
    clock: RunningClock,
    at: Seconds,
    to: Seconds,
    by: MovedBy,
    *,
    begin_total: Metres | None,
) -> BoundaryMoved:
    """Re-time the last boundary to `to`, where the step under way then begins.

    It can be re-timed again: a second press in the confirm window is a better one.
    """
    last = state.last_end
    assert last is not None  # a mark, a source or a line re-times only a boundary there is
    started = state.started_at
    if started is not None:
        state.started_at, state.begin_total = to, begin_total
        on_grid = state.slot_from is not None and state.slot_from != clock.running(started)
        if state.steps[state.index].send_off_s is not None and not on_grid:
            state.slot_from = clock.running(to)
    elif state.phase is Phase.FINISHED:
        state.finished_at = to
    elif state.delay_ends is not None:
        state.delay_ends = Seconds(state.delay_ends + to - last.ended_at)
    goal = last.goal_total if begin_total is None else begin_total
    state.last_end = replace(last, ended_at=to, estimated=False, goal_total=goal)
    state.results = tuple(
        _retimed(one, last, clock, to) if one.step.step_id == last.step_id else one for one in state.results
    )
    return BoundaryMoved(at, last.step_id, last.ended_at, to, by)


def settle_estimate(
    state: State, at: Seconds, begin_total: Metres | None, *, unmeasured: bool
) -> BoundaryMoved | None:
    """Say how far a step really was at its announced end, which its runner had not reached.

    The step under way runs on from the announced moment, at `begin_total` on the odometer. Where that moment
    lies `unmeasured`, in a hole, nobody knows better, and the estimate stands.
    """
    last = state.last_end
    assert last is not None and last.goal_total is not None  # noqa: PT018 - of an estimated end both are known
    state.last_end = replace(last, estimated=False)
    if state.begin_total is None:
        state.begin_total = begin_total
    ended = next((one for one in state.results if one.step.step_id == last.step_id), None)
    length = ended.step.until.distance() if ended is not None else None
    if length is None or begin_total is None or unmeasured:
        return None
    true = Metres(max(0.0, length - (last.goal_total - begin_total)))
    state.results = tuple(
        _remeasured(one, true) if one.step.step_id == last.step_id else one for one in state.results
    )
    return BoundaryMoved(at, last.step_id, last.ended_at, last.ended_at, MovedBy.SOURCE, true)


def _retimed(ended: StepEnded, last: LastEnd, clock: RunningClock, to: Seconds) -> StepEnded:
    time_s = clock.between(last.started_at, to)
    metres = ended.distance
    if ended.distance_source is not Source.CLOCK and ended.estimated:
        metres = ended.step.until.distance()
    return replace(
        ended,
        ended_at=to,
        time_s=time_s,
        distance=metres,
        mean_speed=MetresPerSecond(metres / time_s) if metres and time_s > 0 else None,
        light_s=None if ended.light_s is None else Seconds(ended.light_s + time_s - ended.time_s),
        estimated=False,
    )


def _remeasured(ended: StepEnded, metres: Metres) -> StepEnded:
    speed = MetresPerSecond(metres / ended.time_s) if ended.time_s > 0 else None
    return replace(ended, distance=metres, mean_speed=speed, light_s=None, estimated=False)
