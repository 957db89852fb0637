"""The runner is at the line: what a mark does to the step, to the boundary before it, and to the pod's factor."""

from coach.quantities import Metres, Seconds
from coach.session.buttons import Pressed
from coach.session.facts import Asked, EndReason, MovedBy, Split, SplitRole
from coach.session.flow import Flow
from coach.session.light import light_time
from coach.session.marks import Meant, by_plausibility, by_position
from coach.session.state import Anchor, KnownMark
from coach.signals.readings import Freshness
from coach.workout.kinds import RESTS
from coach.workout.timeline import AutoStart


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
        flow, at, last = self._flow, pressed.at, self._flow.state.last_end
        if last is None or not self.confirms(at):
            self.split(at, SplitRole.IGNORED)
            return ""
        total = flow.ground.total_at(at)
        self.split(at, SplitRole.CONFIRM)
        step = next((one.step for one in flow.state.results if one.step.step_id == last.step_id), None)
        length = None if step is None else step.until.distance()
        if step is not None and length is not None:
            self._learn(last.step_id, at, length)
            begin = None if last.goal_total is None else last.goal_total - length
            if step.calibrate and total is not None and begin is not None:
                self._offer_stretch(at, Metres(total - begin), length)
        flow.move_boundary(at, at, MovedBy.MARK, begin_total=total)
        self.anchor_here(at)
        return ""

    def time_split(self, pressed: Pressed) -> str:
        """Keep the time; with metres known, credit the planned mark too."""
        flow, at = self._flow, pressed.at
        where = flow.ground.metres_at(flow.state, at)
        metres = None
        if where is not None and not where.estimated and flow.ground.freshness(at) is Freshness.LIVE:
            metres = by_position(where.metres, None, self._credited(), flow.settings).metres
        self.split(at, SplitRole.SPLIT, metres)
        return ""

    def credit(self, pressed: Pressed) -> str:
        """Credit the mark to a planned mark of the step; at its last one end the step."""
        state, at = self._flow.state, pressed.at
        if state.step is None or state.step.until.distance() is None:
            return self.time_split(pressed)
        first = state.doubtful
        state.doubtful = None
        if (
            first is not None
            and first.metres is not None
            and at - first.at <= self._flow.settings.press_twice_s
        ):
            role = SplitRole.END if first.metres == state.step.until.distance() else SplitRole.SPLIT
            return self._credit(pressed, Meant(role, first.metres), first.at)
        meant = self._means_end(at) or self._meant(at)
        if not meant.counts:
            time_s = self._flow.step_time(at) or Seconds(0.0)
            state.doubtful = KnownMark(at, time_s, meant.metres, SplitRole.DOUBTFUL)
            self.split(at, SplitRole.DOUBTFUL)
            return ""
        return self._credit(pressed, meant, at)

    def split(
        self, at: Seconds, role: SplitRole, metres: Metres | None = None, moment: Seconds | None = None
    ) -> None:
        """Keep a mark of the step under way, pressed at `moment`, and say what it was taken for."""
        flow, state, step = self._flow, self._flow.state, self._flow.state.step
        pressed_at = at if moment is None else moment
        time_s = flow.step_time(pressed_at)
        light = None
        if step is not None and metres is not None and time_s is not None:
            light = flow.results.light(state, step, metres, time_s)
        if time_s is not None and role in {SplitRole.SPLIT, SplitRole.END, SplitRole.DOUBTFUL}:
            rep = None if step is None else step.rep
            light_s = None if light is None else light.behind_s
            state.marks = (*state.marks, KnownMark(pressed_at, time_s, metres, role, light_s, rep))
        flow.told.say(Split(at, role, metres, time_s, light))

    def earlier(self, pressed: Pressed) -> str:
        """The line of the rep just run came 5 m before our boundary."""
        return self._line(pressed, -self._flow.settings.line_m)

    def later(self, pressed: Pressed) -> str:
        """The line of the rep just run came 5 m after our boundary."""
        return self._line(pressed, self._flow.settings.line_m)

    def accept_stretch(self, pressed: Pressed) -> str:
        """Take the factor a declared stretch offered, and count the running step with it, from its line on."""
        flow, state, stretch = self._flow, self._flow.state, self._flow.state.stretch
        state.offer, state.stretch = "", None
        if stretch is None:
            return "Nothing is on offer."
        if not self._teach(stretch[0], stretch[1], stretch[2], "stretch"):
            return "The stretch says nothing about the pod: no pod, too short, too slow, or broken by a gap."
        odometer, latest = flow.signals.distance, flow.ground.latest()
        before = odometer.factor()[0]
        odometer.apply()
        begin = flow.ground.begin_total(state)
        if latest is not None and begin is not None and latest[1] > begin:
            state.begin_total = Metres(latest[1] - (latest[1] - begin) * odometer.factor()[0] / before)
        flow.forget()
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
        """Is the mark the finish of a step by distance: near its end, or where only a mark can end it?"""
        flow, state = self._flow, self._flow.state
        step = state.step
        length = step.until.distance() if step is not None else None
        if step is None or length is None:
            return None
        beyond_bridge = flow.ground.unmeasured_s(at) > flow.settings.bridge_s and not state.clock_mode
        if state.held_open or (beyond_bridge and not flow.by_hand):
            return Meant(SplitRole.END, length)
        where, time_s = flow.ground.metres_at(state, at), flow.step_time(at)
        if where is None or where.metres <= 0 or not time_s:
            return None
        near_end = (length - where.metres) * time_s / where.metres <= flow.ends.window_s(step)
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

    def _credit(self, pressed: Pressed, meant: Meant, moment: Seconds) -> str:
        flow, at, step = self._flow, pressed.at, self._flow.state.step
        self.split(at, meant.role, meant.metres, moment)
        if meant.metres is not None and step is not None:
            self._learn(step.step_id, moment, meant.metres)
        if meant.role is not SplitRole.END or step is None:
            return ""
        where = flow.ground.metres_at(flow.state, moment)
        if step.calibrate and where is not None and meant.metres is not None:
            self._offer_stretch(moment, where.metres, meant.metres)
        rest = step.kind in RESTS
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
        """Let the pod learn from the last line surely known, if that is far enough back; else keep that line."""
        flow, anchor = self._flow, self._flow.state.anchor
        total = flow.ground.total_at(at)
        if anchor is None or anchor.step_id != step_id or total is None or self._broken(anchor.at, at):
            self.anchor_here(at, metres)
            return
        true = metres - anchor.metres
        if true < flow.settings.anchor_m:
            return
        if self._on_track():
            self._teach(at, Metres(total - anchor.total), Metres(true), "mark")
        self.anchor_here(at, metres)

    def _broken(self, start: Seconds, end: Seconds) -> bool:
        return bool(self._flow.clock.pauses(start, end)) or self._flow.ground.has_gap(start, end)

    def _teach(self, at: Seconds, measured: Metres, true: Metres, origin: str) -> bool:
        learnt = self._flow.signals.distance.learn(at, measured, true, origin)
        if learnt is not None:
            self._flow.told.notes.append(learnt)
        return learnt is not None

    def _on_track(self) -> bool:
        return self._flow.state.timeline.context.surface not in {"grass", "trail", "treadmill"}

    def _offer_stretch(self, at: Seconds, measured: Metres, true: Metres) -> None:
        """Offer the factor of a declared stretch, where it is near enough to have been meant."""
        state = self._flow.state
        if state.step is None or measured <= 0:
            return
        if abs(true / measured - 1) <= self._flow.settings.stretch_fraction:
            state.stretch, state.offer = (at, measured, true), "calibration"
            self._flow.told.say(Asked(at, "calibration", state.step.step_id))

    def _line(self, pressed: Pressed, by: float) -> str:
        flow, state = self._flow, self._flow.state
        last = state.last_end
        step = state.step
        if last is None or last.goal_total is None or step is None or step.kind not in RESTS:
            return "The line can be moved in the rest after a rep by distance."
        total = Metres(last.goal_total + by)
        to = flow.signals.distance.time_at(total, last.started_at)
        if to is None or to > pressed.at:
            return "The runner has not been there yet."
        ended = next((one for one in state.results if one.step.step_id == last.step_id), None)
        length = None if ended is None else ended.step.until.distance()
        flow.move_boundary(pressed.at, to, MovedBy.LINE, begin_total=total)
        if length is not None:
            self._teach(to, Metres(length + by), length, "line")
        return ""
