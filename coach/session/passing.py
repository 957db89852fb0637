"""Planned marks of a rep that nobody presses at: they are passed by distance, and said with their time."""

from coach.quantities import Metres, Seconds
from coach.session.facts import Split, SplitRole
from coach.session.flow import Flow
from coach.workout.kinds import REPS
from coach.workout.timeline import Step


class Passing:
    """Watches the planned marks of the reps of one run."""

    def __init__(self, flow: Flow) -> None:
        """Act on the steps of `flow`."""
        self._flow = flow
        self._looked_at = -1.0

    def observe(self, now: Seconds) -> None:
        """Say the marks that the newest sample lies at or beyond; the end of a rep is no such mark."""
        flow, state = self._flow, self._flow.state
        latest = flow.ground.latest()
        if latest is None or latest[0] == self._looked_at:
            return
        self._looked_at = latest[0]
        step, every = state.step, self._every()
        mark = state.passed + every
        length = None if step is None else step.until.distance()
        if step is None or length is None or mark >= length or step.kind not in REPS:
            return
        if state.started_at is None or state.clock_mode or flow.by_hand:
            return
        where = flow.ground.where(state, now)
        if where is None or where.estimated:
            return
        while mark < length and where.metres >= mark:
            self._pass(step, mark, now)
            mark += every

    def _every(self) -> float:
        settings = self._flow.settings
        is_track = self._flow.state.timeline.context.surface == "track"
        return settings.mark_every if is_track else settings.mark_every_off_track

    def _pass(self, step: Step, mark: float, now: Seconds) -> None:
        flow, state = self._flow, self._flow.state
        state.passed = metres = Metres(mark)
        at = flow.ground.reached_at(state, mark, now)
        time_s = None if at is None else flow.step_time(at)
        if time_s is None or any(one.metres == metres for one in state.marks):
            return
        light = flow.results.light(state, step, metres, time_s)
        flow.told.say(Split(now, SplitRole.SPLIT, metres, time_s, light, pressed=False))
