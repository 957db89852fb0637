"""The runner is at the line: what a mark does to the step, to the boundary before it, and to the pod's factor."""

from coach.quantities import Metres, Seconds
from coach.session.buttons import Pressed
from coach.session.facts import EndReason, MovedBy, SplitRole
from coach.session.flow import Flow
from coach.session.light import light_time
from coach.session.marks import Meant, by_plausibility, by_position
from coach.session.state import Anchor, KnownMark
from coach.signals.readings import Freshness
from coach.workout.timeline import AutoStart, Kind

_STRETCH = 0.10


class Lines:
    """Marks of one run."""

    def __init__(self, flow: Flow) -> None:
        """Act on the steps of `flow`."""
        self._flow = flow

    def confirms(self, at: Seconds) -> bool:
        """Does a mark now mean the boundary that lies just behind?"""
        last = self._flow.state.last_end
        return last is not None and last.ended_at <= at <= last.confirm_until

    def confirm_or_ignore(self, pressed: Pressed) -> str:
        """Re-time the boundary just behind; without one, say that the mark means nothing here."""
        flow, at = self._flow, pressed.at
        if not self.confirms(at):
            flow.split(at, SplitRole.IGNORED)
            return ""
        last = flow.state.last_end
        total = flow.ground.total_at(at)
        flow.split(at, SplitRole.CONFIRM)
        ended = flow.state.results[-1] if flow.state.results else None
        length = ended.step.until.distance() if ended is not None else None
        if last is not None and length is not None:
            self._learn(last.step_id, at, length)
        flow.move_boundary(at, at, MovedBy.MARK, begin_total=total)
        self.anchor_here(at)
        return ""

    def time_split(self, pressed: Pressed) -> str:
        """Keep the time; with metres known, credit the planned mark too."""
        flow, at = self._flow, pressed.at
        where = flow.ground.metres_at(flow.state, at)
        metres = None
        if where is not None and not where.estimated and flow.ground.freshness(at) is Freshness.LIVE:
            meant = by_position(where.metres, None, self._credited(), flow.settings)
            metres = meant.metres
        flow.split(at, SplitRole.SPLIT, metres)
        return ""

    def credit(self, pressed: Pressed) -> str:
        """Credit the mark to a planned mark of the step; at its last one end the step."""
        step, at = self._flow.state.step, pressed.at
        if step is None or step.until.distance() is None:
            return self.time_split(pressed)
        meant = self._means_end(at) or self._meant(at)
        if not meant.counts:
            return self._doubt(pressed, meant)
        return self._credit(pressed, meant, at)

    def earlier(self, pressed: Pressed) -> str:
        """The line of the rep just run came 5 m before our boundary."""
        return self._line(pressed, -self._flow.settings.line_m)

    def later(self, pressed: Pressed) -> str:
        """The line of the rep just run came 5 m after our boundary."""
        return self._line(pressed, self._flow.settings.line_m)

    def accept_stretch(self, pressed: Pressed) -> str:
        """Take the factor a declared stretch offered, and count the running step with it from here."""
        flow, stretch = self._flow, self._flow.state.stretch
        flow.state.offer, flow.state.stretch = "", None
        if stretch is None:
            return "Nothing is on offer."
        if not flow.learn(stretch[0], stretch[1], stretch[2], "stretch"):
            return "The stretch says nothing about the pod: no pod, too short, too slow, or broken by a gap."
        flow.signals.distance.apply()
        flow.advance(pressed.at)
        return ""

    def anchor_here(self, at: Seconds, metres: Metres = Metres(0.0)) -> None:
        """Remember that the runner is surely at a line now, `metres` into the step."""
        total = self._flow.ground.total_at(at)
        step = self._flow.state.step
        if total is None or step is None:
            self._flow.state.anchor = None
        else:
            self._flow.state.anchor = Anchor(step.step_id, at, total, metres)

    def _credited(self) -> Metres:
        known = [mark.metres for mark in self._flow.state.marks if mark.metres is not None]
        return known[-1] if known else Metres(0.0)

    def _last_time(self) -> Seconds:
        known = [mark.time_s for mark in self._flow.state.marks if mark.metres is not None]
        return known[-1] if known else Seconds(0.0)

    def _means_end(self, at: Seconds) -> Meant | None:
        flow, state = self._flow, self._flow.state
        step = state.step
        length = step.until.distance() if step is not None else None
        if step is None or length is None:
            return None
        if state.held_open:
            return Meant(SplitRole.END, length)
        expected, time_s = flow.ends.by_clock_s(step), flow.step_time(at) or Seconds(0.0)
        window = max(flow.settings.confirm_s, flow.settings.confirm_fraction * expected)
        where = flow.ground.metres_at(state, at)
        if where is None or where.metres <= 0:
            return None
        speed = where.metres / time_s if time_s > 0 else 0.0
        near_end = speed > 0 and (length - where.metres) / speed <= window
        return Meant(SplitRole.END, length) if near_end else None

    def _meant(self, at: Seconds) -> Meant:
        flow, state, step = self._flow, self._flow.state, self._flow.state.step
        length = step.until.distance() if step is not None else None
        where = flow.ground.metres_at(state, at)
        fresh = flow.ground.freshness(at) in {Freshness.LIVE, Freshness.HELD}
        if where is not None and fresh:
            return by_position(where.metres, length, self._credited(), flow.settings)
        took = Seconds((flow.step_time(at) or 0.0) - self._last_time())
        return by_plausibility(took, self._expected_s_per_m(), length, self._credited(), flow.settings)

    def _expected_s_per_m(self) -> float | None:
        marks = [mark for mark in self._flow.state.marks if mark.metres]
        if marks:
            before = marks[-2] if len(marks) > 1 else None
            metres = (marks[-1].metres or 0.0) - ((before.metres if before else None) or 0.0)
            return (marks[-1].time_s - (before.time_s if before else 0.0)) / metres if metres > 0 else None
        step = self._flow.state.step
        return None if step is None else light_time(step, 1.0, None)

    def _doubt(self, pressed: Pressed, meant: Meant) -> str:
        flow, state, at = self._flow, self._flow.state, pressed.at
        first = state.doubtful
        if first is not None and meant.metres is not None and at - first.at <= flow.settings.press_twice_s:
            state.doubtful = None
            length = state.step.until.distance() if state.step is not None else None
            role = SplitRole.END if meant.metres == length else SplitRole.SPLIT
            return self._credit(pressed, Meant(role, meant.metres), first.at)
        time_s = flow.step_time(at) or Seconds(0.0)
        state.doubtful = KnownMark(at, time_s, None, SplitRole.DOUBTFUL)
        flow.split(at, SplitRole.DOUBTFUL)
        return ""

    def _credit(self, pressed: Pressed, meant: Meant, moment: Seconds) -> str:
        flow, at, step = self._flow, pressed.at, self._flow.state.step
        step_id = step.step_id if step is not None else ""
        flow.split(at, meant.role, meant.metres, moment)
        if meant.metres is not None:
            self._learn(step_id, moment, meant.metres)
            self.anchor_here(moment, meant.metres)
        if meant.role is not SplitRole.END:
            return ""
        self._offer_stretch(moment)
        rest = step is not None and step.kind is Kind.RECOVERY
        flow.end(
            at,
            EndReason.MARK,
            moment,
            at_line=True,
            start=AutoStart() if rest else None,
            button=pressed.button,
        )
        self.anchor_here(moment)
        return ""

    def _learn(self, step_id: str, at: Seconds, metres: Metres) -> None:
        flow, anchor = self._flow, self._flow.state.anchor
        total = flow.ground.total_at(at)
        if anchor is None or anchor.step_id != step_id or total is None or not self._on_track():
            return
        if flow.clock.pauses(anchor.at, at):
            return
        flow.learn(at, Metres(total - anchor.total), Metres(metres - anchor.metres), "mark")

    def _on_track(self) -> bool:
        return self._flow.state.timeline.context.surface not in {"grass", "trail", "treadmill"}

    def _offer_stretch(self, at: Seconds) -> None:
        flow, state, step = self._flow, self._flow.state, self._flow.state.step
        length = step.until.distance() if step is not None else None
        where = flow.ground.metres_at(state, at)
        if step is None or not step.calibrate or length is None or where is None or where.metres <= 0:
            return
        if abs(length / where.metres - 1) <= _STRETCH:
            flow.offer_stretch(at, where.metres, length)

    def _line(self, pressed: Pressed, by: float) -> str:
        flow, state = self._flow, self._flow.state
        last = state.last_end
        step = state.step
        if last is None or last.goal_total is None or step is None or step.kind is not Kind.RECOVERY:
            return "The line can be moved in the rest after a rep by distance."
        total = Metres(last.goal_total + by)
        to = flow.signals.distance.time_at(total, last.started_at)
        if to is None or to > pressed.at:
            return "The runner has not been there yet."
        ended = state.results[-1]
        length = ended.step.until.distance()
        flow.move_boundary(pressed.at, to, MovedBy.LINE, begin_total=total)
        if length is not None:
            flow.learn(to, Metres(length + by), length, "line")
        return ""
