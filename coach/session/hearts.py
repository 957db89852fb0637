"""An end by heart rate: fresh values beyond it for long enough, and beyond it still."""

from coach.quantities import Seconds
from coach.session.state import State
from coach.workout.timeline import HeartRateEnd


def take_heart_rate(state: State, at: Seconds, bpm: float, period_s: Seconds, hold_s: Seconds) -> None:
    """Hold a heart rate against the end of the step under way, and note since when it has been met."""
    step = state.step
    if step is None or state.started_at is None:
        return
    for end in step.until.ends:
        if not isinstance(end, HeartRateEnd):
            continue
        late = state.beyond_until is not None and at > state.beyond_until
        state.beyond_at, state.beyond_until = at, Seconds(at + max(2.0, 2 * period_s))
        if not (bpm < end.bpm if end.below else bpm > end.bpm):
            state.beyond_since = state.beyond_met_at = None
        elif state.beyond_since is None or late:
            state.beyond_since, state.beyond_met_at = at, None
        elif state.beyond_met_at is None and at - state.beyond_since >= hold_s:
            state.beyond_met_at = at
        return
