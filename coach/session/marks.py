"""Marks: which planned mark a press is credited to, what it does to the step, and splits passed without a press.

A press is credited by position where distance is fresh, else by the plausibility of its time. It may also re-time
the boundary just behind it and teach the pod's factor. A timing gate is passed by whoever passes it: it counts only
near the moment at which the runner was expected there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coach.physiology.surroundings import MARK_TOLERANCE_M, lap_in_lane, mark_m
from coach.quantities import Metres, Seconds
from coach.session.config import SessionSettings
from coach.session.edits import Offers, learn_factor
from coach.session.events import EndReason, MovedBy, Split, light_time
from coach.session.phases import ButtonContext, Pressed, Refusal, RefusedError, SplitRole, TimingGate
from coach.session.sequencer import StepSequencer
from coach.session.state import Anchor, StepMark
from coach.signals.readings import Freshness
from coach.workout.edits import FASTEST_MPS
from coach.workout.kinds import REPS, RESTS
from coach.workout.timeline import AutoStart, Context, Step

_TOO_SOON, _PLAUSIBLE_TO, _MISSED_FROM, _TWO_TO = 0.6, 1.4, 1.6, 2.4
"""Limits of the time of a mark, as a ratio to the expected time. Judged: 1.6 to 2.4 are two splits."""
_EARLY, _WHOLE_FROM, _WHOLE_TO = 0.75, 0.85, 1.15
"""A split under the first of these ratios was a stray press if it and the next are one split by the others. Judged."""
_EXPECTED = 0.15
"""A gate counts within this share of the predicted crossing (track_semantics, section 6)."""
_KEPT = frozenset({SplitRole.SPLIT, SplitRole.END, SplitRole.DOUBTFUL})
"""The roles of marks that stand with the step. An unexpected gate crossing is reported in an event alone."""
_FARTHEST_M = 20_000.0
"""The distance up to which marks are planned in a step without a length."""
_NOBODY_EXPECTED = frozenset(
    {
        ButtonContext.READY,
        ButtonContext.FARTLEK,
        ButtonContext.RECOVERY_BY_TIME,
        ButtonContext.RECOVERY_OPEN,
        ButtonContext.SEND_OFF_REST,
        ButtonContext.OVERTIME,
        ButtonContext.CHECKLIST,
        ButtonContext.PROMPT,
        ButtonContext.FINISHED,
    }
)
"""The contexts in which no crossing of a gate is expected: it starts nothing, turns nothing and ends no rest."""


@dataclass(frozen=True, slots=True)
class MarkMatch:
    """The meaning that a press is given."""

    role: SplitRole
    metres: Metres | None = None
    """The planned mark it is credited with; None for none."""
    counts: bool = True
    """Whether it is credited at once. A doubtful one may need a second press."""


def planned_marks(length: Metres | None, every: Metres, line: Metres = Metres(0.0)) -> list[Metres]:
    """The planned marks of a step: every so many metres from its line on, and its end; without one, the first 20 km.

    `line` is how far into the step its line lies: 9.3 m in a mile, which begins before it.
    """
    end = _FARTHEST_M if length is None else length - MARK_TOLERANCE_M
    marks = [Metres(line + every * place) for place in range(1, int((end - line) / every) + 1)]
    return marks if length is None else [*marks, length]


def mark_spacing(context: Context, settings: SessionSettings) -> Metres:
    """The metres between planned marks, near the setting: on a track whole halves of a lap in the lane, or quarters."""
    if context.surface != "track":
        return settings.mark_every
    half = lap_in_lane(context.lap_m, context.lane) / 2
    unit = half if settings.mark_every >= 0.75 * half else half / 2
    return Metres(unit * max(1, round(settings.mark_every / unit)))


def gate_marks(step: Step, context: Context, gate: TimingGate) -> list[Metres]:
    """The places in a step where a gate is passed, its end for a gate that stands there; empty where not known.

    On a track it is once a lap. Elsewhere a gate stands where reps end.
    """
    length = step.until.distance()
    if context.surface != "track":
        return [] if length is None else [length]
    if not step.start_mark:
        return []
    lap = lap_in_lane(context.lap_m, context.lane)
    first = (gate.place * lap / context.lap_m - mark_m(step.start_mark, lap) + step.line_m) % lap
    first += lap if first <= MARK_TOLERANCE_M else 0.0
    end = _FARTHEST_M if length is None else length
    passed = [first + lap * count for count in range(int(max(0.0, end + MARK_TOLERANCE_M - first) / lap) + 1)]
    marks = [Metres(metres) for metres in passed if metres < end - MARK_TOLERANCE_M]
    is_at_end = length is not None and any(abs(metres - length) <= MARK_TOLERANCE_M for metres in passed)
    return [*marks, length] if is_at_end and length is not None else marks


def expected_mark(ahead: Sequence[Metres], credited: Metres, run: float, each: float) -> Metres | None:
    """The mark of a gate that is expected now, of those after the one credited last; None if none is.

    `run` is what was run since that, in metres or seconds, and `each` how much of it a metre takes.
    """
    nearest = min(ahead, key=lambda mark: abs((mark - credited) * each - run))
    predicted = (nearest - credited) * each
    return nearest if abs(run - predicted) <= _EXPECTED * predicted else None


def by_position(
    metres: Metres,
    marks: Sequence[Metres],
    length: Metres | None,
    credited: Metres,
    settings: SessionSettings,
) -> MarkMatch:
    """Credit the planned mark nearest the measured position, if near enough and not credited before."""
    nearest = min(marks, key=lambda mark: abs(mark - metres))
    near = max(settings.mark_near, settings.mark_near_fraction * nearest)
    if abs(nearest - metres) > near or nearest <= credited:
        return MarkMatch(SplitRole.DOUBTFUL, counts=False)
    return MarkMatch(SplitRole.END if nearest == length else SplitRole.SPLIT, nearest)


def by_plausibility(
    time_s: Seconds,
    expected_s_per_m: float | None,
    marks: Sequence[Metres],
    length: Metres | None,
    credited: Metres,
) -> MarkMatch:
    """Credit the next planned mark, or more where the time shows that presses were missed.

    `time_s` is the time since the mark before, `expected_s_per_m` what a metre should take by the previous split
    of the rep or its target (None accepts every press that a runner can have run).
    """
    ahead = [mark for mark in marks if mark > credited]
    if not ahead or time_s * FASTEST_MPS < ahead[0] - credited:
        return MarkMatch(SplitRole.DOUBTFUL, counts=False)
    if expected_s_per_m is None:
        return _credited(ahead, 1, length)
    ratio = time_s / (expected_s_per_m * (ahead[0] - credited))
    if ratio < _TOO_SOON:
        return MarkMatch(SplitRole.DOUBTFUL, ahead[0], counts=False)
    if ratio <= _PLAUSIBLE_TO:
        return _credited(ahead, 1, length)
    if ratio < _MISSED_FROM:
        return _credited(ahead, 1, length, doubtful=True)
    if ratio <= _TWO_TO:
        return _credited(ahead, 2, length)
    return _credited(ahead, round(ratio), length, doubtful=True)


def _credited(ahead: list[Metres], count: int, length: Metres | None, *, doubtful: bool = False) -> MarkMatch:
    mark = ahead[min(count, len(ahead)) - 1]
    if mark == length:
        return MarkMatch(SplitRole.END, mark)
    return MarkMatch(SplitRole.DOUBTFUL if doubtful else SplitRole.SPLIT, mark)


def _gate_of(pressed: Pressed) -> str:
    """The name of the gate that was passed; empty for a press."""
    return "" if pressed.gate is None else pressed.gate.name


class MarkHandler:
    """Handles the marks of one run."""

    def __init__(self, sequencer: StepSequencer, offers: Offers) -> None:
        """Act on the steps of `sequencer`; the factor of a declared stretch is for `offers`."""
        self._sequencer = sequencer
        self._offers = offers

    def confirms(self, at: Seconds) -> bool:
        """Whether a mark at this moment means the boundary that lies just behind."""
        last = self._sequencer.state.records.last_end
        return last is not None and last.ended_at <= at <= last.confirm_until

    def pass_gate(self, pressed: Pressed, gate: TimingGate, context: ButtonContext) -> bool:
        """Count a gate as a mark if the runner was expected there, else only list it; return True if it counts.

        Raises:
            RefusedError: the run is paused.
        """
        at, state = pressed.at, self._sequencer.state
        if context is ButtonContext.PAUSED:
            raise RefusedError(Refusal.PAUSED)
        if self.confirms(at) and self._is_end_of_last(at, gate):
            self.confirm_or_ignore(pressed)
            return True
        if context is ButtonContext.FREE_RUN:
            self.keep_lap(pressed)
            return True
        step = state.step
        if context in _NOBODY_EXPECTED or step is None or state.progress.started_at is None:
            self.split(at, SplitRole.IGNORED, gate=gate.name)
            return False
        marks = [
            mark for mark in gate_marks(step, state.timeline.context, gate) if mark > self._credited_metres()
        ]
        metres, role = self._expected_at(at, marks)
        if metres is None:
            self.split(at, role, gate=gate.name)
            return False
        is_end = metres == step.until.distance()
        self._credit(pressed, MarkMatch(SplitRole.END if is_end else role, metres), at)
        return True

    def _is_end_of_last(self, at: Seconds, gate: TimingGate) -> bool:
        """Return True if a gate is at the end of the previous step and was passed near that time."""
        state, last = self._sequencer.state, self._sequencer.state.records.last_end
        result = None if last is None else self._sequencer.results.result_of(state, last.step_id)
        if last is None or result is None:
            return False
        stands_there = result.step.until.distance() in gate_marks(result.step, state.timeline.context, gate)
        return stands_there and at - last.ended_at <= _EXPECTED * result.time_s

    def _expected_at(self, at: Seconds, ahead: Sequence[Metres]) -> tuple[Metres | None, SplitRole]:
        """The mark of a gate, of those ahead, that the runner was expected at: by the metres measured, else by pace.

        Without one it is doubtful, but for whoever has only just left the line before.
        """
        sequencer, last, credited = self._sequencer, self._last_credited(), self._credited_metres()
        position = sequencer.distance.position_at(sequencer.state, at)
        is_fresh = sequencer.distance.freshness(at) in {Freshness.LIVE, Freshness.HELD}
        run = (sequencer.step_time(at) or 0.0) - (0.0 if last is None else last.time_s)
        each = self._expected_s_per_m()
        if not ahead:
            return None, SplitRole.DOUBTFUL
        if position is not None and is_fresh and not position.estimated:
            run, each = self._from_last_line(at, position.metres) - credited, 1.0
        if each is None:
            can_be_run = run * FASTEST_MPS >= ahead[0] - credited
            return (ahead[0], SplitRole.SPLIT) if can_be_run else (None, SplitRole.DOUBTFUL)
        expected = expected_mark(ahead, credited, run, each)
        if expected is None and run <= _EXPECTED * (ahead[0] - credited) * each:
            return None, SplitRole.IGNORED
        return expected, SplitRole.DOUBTFUL if expected is None else SplitRole.SPLIT

    def confirm_or_ignore(self, pressed: Pressed) -> None:
        """Re-time the boundary just behind; without one the mark is ignored."""
        sequencer, at, last = self._sequencer, pressed.at, self._sequencer.state.records.last_end
        if last is None or not self.confirms(at):
            self.split(at, SplitRole.IGNORED)
            return
        total = sequencer.distance.total_at(at)
        self.split(at, SplitRole.CONFIRM, gate=_gate_of(pressed))
        result = sequencer.results.result_of(sequencer.state, last.step_id)
        length = None if result is None else result.step.until.distance()
        if result is not None and length is not None:
            self._learn(last.step_id, at, length)
            begin_total = None if last.goal_total is None else last.goal_total - length
            if result.step.calibrate and total is not None and begin_total is not None:
                self._offers.offer_calibration(at, Metres(total - begin_total), length)
        sequencer.move_boundary(at, at, MovedBy.MARK, begin_total=total)
        self.anchor_here(at)

    def time_split(self, pressed: Pressed) -> None:
        """Keep the time, and credit the planned mark: by the metres measured, else in a paced rep by its time."""
        sequencer, at, step = self._sequencer, pressed.at, self._sequencer.state.step
        position = sequencer.distance.position_at(sequencer.state, at)
        is_live = sequencer.distance.freshness(at) is Freshness.LIVE
        role, metres = SplitRole.SPLIT, None
        if position is not None and not position.estimated and is_live:
            metres = self._by_position(at, position.metres, None).metres
        elif step is not None and self._is_credited_by_time(step):
            match = self._match_time(at, None)
            role, metres = (match.role, match.metres) if match.counts else (SplitRole.DOUBTFUL, None)
        self.split(at, role, metres)

    def turn(self, pressed: Pressed) -> None:
        """Turn a fartlek from hard to easy, or back: keep the time."""
        self.split(pressed.at, SplitRole.SPLIT)

    def keep_lap(self, pressed: Pressed) -> None:
        """Keep a lap of a free run: its time, and the metres measured there, as no mark is planned."""
        sequencer, at = self._sequencer, pressed.at
        position = sequencer.distance.position_at(sequencer.state, at)
        metres = None if position is None else position.metres
        self.split(at, SplitRole.SPLIT, metres, gate=_gate_of(pressed))

    def credit(self, pressed: Pressed) -> None:
        """Credit the mark to a planned mark of the step; at its last one end the step."""
        state, at = self._sequencer.state, pressed.at
        if state.step is None or state.step.until.distance() is None:
            self.time_split(pressed)
            return
        first_mark, state.step_marks.doubtful = state.step_marks.doubtful, None
        is_second = first_mark is not None and at - first_mark.at <= self._sequencer.settings.press_twice_s
        if first_mark is not None and is_second and first_mark.metres is not None:
            self._count(pressed, first_mark)
            return
        match = self._match_end(at) or self._match(at)
        if not match.counts:
            time_s = self._sequencer.step_time(at) or Seconds(0.0)
            state.step_marks.doubtful = StepMark(at, time_s, match.metres, SplitRole.DOUBTFUL)
            self.split(at, SplitRole.DOUBTFUL)
            return
        self._credit(pressed, match, at)

    def count_doubtful(self, pressed: Pressed) -> None:
        """Count the doubtful mark of the step after all, at the time it was pressed.

        Raises:
            RefusedError: none waits, nobody can have run that far, or it was too long ago.
        """
        marks, settings = self._sequencer.state.step_marks, self._sequencer.settings
        mark = marks.doubtful
        if mark is None or mark.metres is None or pressed.at - mark.at > settings.undo_s:
            raise RefusedError(Refusal.NO_OFFER)
        marks.doubtful = None
        self._count(pressed, mark)

    def lines_asked(self, now: Seconds) -> tuple[Metres, ...]:
        """The lines a press without a distance can have been at: the next planned mark, and the one half-way to it.

        Empty where no such press waits, where distance is measured, and where nobody can have run that far.
        """
        sequencer, state = self._sequencer, self._sequencer.state
        mark, step, settings = state.step_marks.doubtful, state.step, sequencer.settings
        length = None if step is None else step.until.distance()
        if not settings.asks_line or mark is None or mark.metres is not None or length is None:
            return ()
        is_measured = sequencer.distance.freshness(now) in {Freshness.LIVE, Freshness.HELD}
        credited = self._credited_metres()
        ahead = next((planned for planned in self._planned(length) if planned > credited), None)
        if is_measured or ahead is None or now - mark.at > settings.undo_s:
            return ()
        lines = (ahead, Metres((credited + ahead) / 2))
        return tuple(line for line in lines if mark.time_s * FASTEST_MPS >= line)

    def answer_line(self, pressed: Pressed) -> None:
        """Count the press without a distance at the line of the answer; the answer after the last line leaves it out.

        Raises:
            RefusedError: no line is asked for, or the answer names none.
        """
        marks, lines, answer = self._sequencer.state.step_marks, self.lines_asked(pressed.at), pressed.answer
        if marks.doubtful is None or not lines:
            raise RefusedError(Refusal.NO_QUESTION)
        if answer is None or not 1 <= answer <= len(lines) + 1:
            raise RefusedError(Refusal.NO_SUCH_ANSWER, answers=len(lines) + 1)
        mark, marks.doubtful = marks.doubtful, None
        if answer <= len(lines):
            self._count(pressed, replace(mark, metres=lines[answer - 1]))

    def _count(self, pressed: Pressed, mark: StepMark) -> None:
        step = self._sequencer.state.step
        is_end = step is not None and mark.metres == step.until.distance()
        role = SplitRole.END if is_end else SplitRole.SPLIT
        self._credit(pressed, MarkMatch(role, mark.metres), mark.at)

    def split(
        self,
        at: Seconds,
        role: SplitRole,
        metres: Metres | None = None,
        moment: Seconds | None = None,
        *,
        gate: str = "",
    ) -> None:
        """Keep a mark of the step under way, pressed at `moment` or passed at a gate, and emit its meaning."""
        sequencer, state, step = self._sequencer, self._sequencer.state, self._sequencer.state.step
        pressed_at = at if moment is None else moment
        time_s = sequencer.step_time(pressed_at)
        light = None
        if step is not None and metres is not None and time_s is not None:
            light = sequencer.results.light(state, step, metres, time_s)
        is_stranger = bool(gate) and role is SplitRole.DOUBTFUL
        if time_s is not None and role in _KEPT and not is_stranger:
            rep = None if step is None else step.rep
            light_s = None if light is None else light.behind_s
            mark = StepMark(pressed_at, time_s, metres, role, light_s, rep)
            state.step_marks.marks = (*state.step_marks.marks, mark)
        sequencer.events.emit(Split(at, role, metres, time_s, light, gate=gate))

    def earlier(self, pressed: Pressed) -> None:
        """Move the last boundary 5 m back: the line came before it."""
        self._line(pressed, -self._sequencer.settings.line_m)

    def later(self, pressed: Pressed) -> None:
        """Move the last boundary 5 m on: the line came after it."""
        self._line(pressed, self._sequencer.settings.line_m)

    def anchor_here(self, at: Seconds, metres: Metres = Metres(0.0)) -> None:
        """Remember that the runner is at a line at this moment, `metres` into the step."""
        state, total = self._sequencer.state, self._sequencer.distance.total_at(at)
        anchor = None
        if total is not None and state.step is not None:
            anchor = Anchor(state.step.step_id, at, total, metres)
        state.step_marks.anchor = anchor

    def _credited_metres(self) -> Metres:
        mark = self._last_credited()
        return Metres(0.0) if mark is None or mark.metres is None else mark.metres

    def _last_credited(self) -> StepMark | None:
        """The newest mark of the step that was credited to a planned mark."""
        marks = reversed(self._sequencer.state.step_marks.marks)
        return next((mark for mark in marks if mark.metres is not None), None)

    def _match_end(self, at: Seconds) -> MarkMatch | None:
        """The end of a step by distance, where the mark is near it or only a mark can end the step; else None."""
        sequencer, state = self._sequencer, self._sequencer.state
        step = state.step
        length = step.until.distance() if step is not None else None
        if step is None or length is None:
            return None
        is_beyond_bridge = (
            sequencer.distance.unmeasured_s(at) > sequencer.settings.bridge_s
            and not state.measurement.is_clock_mode
        )
        position, time_s = sequencer.distance.position_at(state, at), sequencer.step_time(at)
        can_be_run = (time_s or 0.0) * FASTEST_MPS >= length
        if state.progress.is_held_open or (is_beyond_bridge and can_be_run and not sequencer.by_hand):
            return MarkMatch(SplitRole.END, length)
        if position is None or position.metres <= 0 or not time_s:
            return None
        left_m = length - position.metres
        is_near_end = left_m * time_s / position.metres <= sequencer.ends.window_s(step)
        return MarkMatch(SplitRole.END, length) if is_near_end and not self._is_at_line(at, length) else None

    def _is_at_line(self, at: Seconds, length: Metres) -> bool:
        """Whether a press is measured to be at a line before the end: the window of a long step holds half a lap."""
        position = self._sequencer.distance.position_at(self._sequencer.state, at)
        is_fresh = self._sequencer.distance.freshness(at) in {Freshness.LIVE, Freshness.HELD}
        if position is None or position.estimated or not is_fresh:
            return False
        match = self._by_position(at, position.metres, length)
        return match.counts and match.role is SplitRole.SPLIT

    def _match(self, at: Seconds) -> MarkMatch:
        """The planned mark meant, by position where distance is fresh, else by the plausibility of the time."""
        sequencer, state, step = self._sequencer, self._sequencer.state, self._sequencer.state.step
        length = step.until.distance() if step is not None else None
        position = sequencer.distance.position_at(state, at)
        is_fresh = sequencer.distance.freshness(at) in {Freshness.LIVE, Freshness.HELD}
        if position is not None and is_fresh:
            return self._by_position(at, position.metres, length)
        return self._match_time(at, length)

    def _is_credited_by_time(self, step: Step) -> bool:
        """Whether the marks of a step by time are those of lines: a rep on a track whose pace is known."""
        settings, context = self._sequencer.settings, self._sequencer.state.timeline.context
        is_rep = step.kind in REPS and context.surface == "track" and settings.marks_in_timed_reps
        return is_rep and light_time(step, 1.0, None) is not None

    def _match_time(self, at: Seconds, length: Metres | None) -> MarkMatch:
        """The planned mark meant, by the plausibility of the time since the mark before."""
        self._disown_stray(at)
        last = self._last_credited()
        step_s = self._sequencer.step_time(at) or 0.0
        split_s = Seconds(step_s - (0.0 if last is None else last.time_s))
        return by_plausibility(
            split_s, self._expected_s_per_m(), self._planned(length), length, self._credited_metres()
        )

    def _disown_stray(self, at: Seconds) -> None:
        """Take the mark before for a stray press, if only together with this one it makes a split.

        Without distance an early press can pass for a line; the press at that line then shows that it was none.
        """
        state, time_s = self._sequencer.state, self._sequencer.step_time(at)
        credited = [mark for mark in state.step_marks.marks if mark.metres]
        if time_s is None or not credited:
            return
        stray, previous = credited[-1], credited[-2] if len(credited) > 1 else None
        before_s, before_m = (0.0, 0.0) if previous is None else (previous.time_s, previous.metres or 0.0)
        expected_s_per_m = self._pace_of(credited[:-1])
        if expected_s_per_m is None or stray.metres is None:
            return
        expected_s = expected_s_per_m * (stray.metres - before_m)
        is_whole = _WHOLE_FROM <= (time_s - before_s) / expected_s <= _WHOLE_TO
        if stray.time_s - before_s < _EARLY * expected_s and is_whole:
            disowned = replace(stray, metres=None, light_s=None, role=SplitRole.DOUBTFUL)
            marks = state.step_marks.marks
            state.step_marks.marks = tuple(disowned if mark is stray else mark for mark in marks)

    def _by_position(self, at: Seconds, metres: Metres, length: Metres | None) -> MarkMatch:
        """The planned mark meant by a press `metres` into the step; from the last line on, where one is known."""
        credited, settings = self._credited_metres(), self._sequencer.settings
        return by_position(
            self._from_last_line(at, metres), self._planned(length), length, credited, settings
        )

    def _from_last_line(self, at: Seconds, metres: Metres) -> Metres:
        """Metres into the step, measured from the last line a mark was credited to: a pod's error does not add up."""
        step, anchor = self._sequencer.state.step, self._sequencer.state.step_marks.anchor
        total = self._sequencer.distance.total_at(at)
        is_of_step = anchor is not None and step is not None and anchor.step_id == step.step_id
        if anchor is None or total is None or not is_of_step or self._is_broken(anchor.at, at):
            return metres
        return Metres(anchor.metres + total - anchor.total)

    def _planned(self, length: Metres | None) -> list[Metres]:
        """The planned marks of the step under way, with its end where it has a length."""
        sequencer, step = self._sequencer, self._sequencer.state.step
        every = mark_spacing(sequencer.state.timeline.context, sequencer.settings)
        return planned_marks(length, every, Metres(0.0) if step is None else step.line_m)

    def _expected_s_per_m(self) -> float | None:
        """Seconds a metre should take, by the previous split of the rep, else by its target.

        A split that nobody can have run tells no pace: a mark at the start of the step, or two at one moment.
        """
        return self._pace_of([mark for mark in self._sequencer.state.step_marks.marks if mark.metres])

    def _pace_of(self, marks: Sequence[StepMark]) -> float | None:
        """Seconds a metre takes by the last split of credited marks, else by the target; None if nothing tells."""
        if marks:
            previous = marks[-2] if len(marks) > 1 else None
            metres = (marks[-1].metres or 0.0) - ((previous.metres if previous else None) or 0.0)
            split_s = marks[-1].time_s - (previous.time_s if previous else 0.0)
            if metres > 0 and split_s * FASTEST_MPS >= metres:
                return split_s / metres
        step = self._sequencer.state.step
        return None if step is None else light_time(step, 1.0, None)

    def _credit(self, pressed: Pressed, match: MarkMatch, moment: Seconds) -> None:
        """Keep the mark, learn from it, and end the step where it is its end."""
        sequencer, at, step = self._sequencer, pressed.at, self._sequencer.state.step
        self.split(at, match.role, match.metres, moment, gate=_gate_of(pressed))
        if match.metres is not None and step is not None:
            self._learn(step.step_id, moment, match.metres)
        if match.role is not SplitRole.END or step is None:
            return
        position = sequencer.distance.position_at(sequencer.state, moment)
        if step.calibrate and position is not None and match.metres is not None:
            self._offers.offer_calibration(moment, position.metres, match.metres)
        is_rest = step.kind in RESTS
        sequencer.end(
            at,
            EndReason.MARK,
            moment,
            at_line=True,
            start=AutoStart() if is_rest else None,
            button=pressed.button,
        )
        self.anchor_here(moment)

    def _learn(self, step_id: str, at: Seconds, metres: Metres) -> None:
        """Let the pod learn from the metres since the anchor, if those are enough; else keep the anchor."""
        sequencer, anchor = self._sequencer, self._sequencer.state.step_marks.anchor
        total = sequencer.distance.total_at(at)
        if anchor is None or anchor.step_id != step_id or total is None or self._is_broken(anchor.at, at):
            self.anchor_here(at, metres)
            return
        metres_since_anchor = metres - anchor.metres
        if metres_since_anchor < sequencer.settings.anchor_m:
            return
        if self._is_on_track():
            learn_factor(sequencer, at, Metres(total - anchor.total), Metres(metres_since_anchor), "mark")
        self.anchor_here(at, metres)

    def _is_broken(self, start: Seconds, end: Seconds) -> bool:
        return bool(self._sequencer.clock.pauses(start, end)) or self._sequencer.distance.has_gap(start, end)

    def _is_on_track(self) -> bool:
        return self._sequencer.state.timeline.context.surface not in {"grass", "trail", "treadmill"}

    def _line(self, pressed: Pressed, by: float) -> None:
        """Move the last boundary by so many metres, and let the pod learn from that."""
        sequencer, state = self._sequencer, self._sequencer.state
        last = state.records.last_end
        step = state.step
        if last is None or last.goal_total is None or step is None or step.kind not in RESTS:
            raise RefusedError(Refusal.NO_LINE)
        total = Metres(last.goal_total + by)
        ends_at = sequencer.signals.distance.time_at(total, last.started_at)
        if ends_at is None or ends_at > pressed.at:
            raise RefusedError(Refusal.LINE_AHEAD)
        result = sequencer.results.result_of(state, last.step_id)
        length = None if result is None else result.step.until.distance()
        sequencer.move_boundary(pressed.at, ends_at, MovedBy.LINE, begin_total=total)
        if length is not None:
            learn_factor(sequencer, ends_at, Metres(length + by), length, "line")


# --- splits passed without a press


class AutomaticSplits:
    """Emits a split at each planned mark of a rep that is passed without a press."""

    def __init__(self, sequencer: StepSequencer) -> None:
        """Act on the steps of `sequencer`."""
        self._sequencer = sequencer
        self._context: Context | None = None
        self._every_m = 0.0

    def on_distance(self, now: Seconds) -> None:
        """Emit a split for each mark at or before a new sample; the end of a rep is no such mark."""
        sequencer, state = self._sequencer, self._sequencer.state
        step = state.step
        if step is None or state.progress.started_at is None or step.kind not in REPS:
            return
        length = step.until.distance()
        if length is None or state.measurement.is_clock_mode or sequencer.by_hand:
            return
        every = self._every()
        passed = state.passed_marks.passed
        mark = (passed or step.line_m) + every
        if mark >= length - MARK_TOLERANCE_M:
            return
        position = sequencer.distance.position(state, now)
        if position is None or position.estimated:
            return
        while mark < length - MARK_TOLERANCE_M and position.metres >= mark:
            self._pass(step, mark, now)
            mark += every

    def _every(self) -> float:
        settings, context = self._sequencer.settings, self._sequencer.state.workout.timeline.context
        if context is not self._context:
            is_track = context.surface == "track"
            self._every_m = mark_spacing(context, settings) if is_track else settings.mark_every_off_track
            self._context = context
        return self._every_m

    def _pass(self, step: Step, mark: float, now: Seconds) -> None:
        sequencer, state = self._sequencer, self._sequencer.state
        state.passed_marks.passed = metres = Metres(mark)
        at = sequencer.distance.reached_at(state, mark, now)
        time_s = None if at is None else sequencer.step_time(at)
        is_pressed = any(_is_at(mark, metres) for mark in state.step_marks.marks)
        if time_s is None or is_pressed:
            return
        light = sequencer.results.light(state, step, metres, time_s)
        sequencer.events.emit(Split(now, SplitRole.SPLIT, metres, time_s, light, pressed=False))


def _is_at(mark: StepMark, metres: Metres) -> bool:
    """Whether a mark was credited to the planned mark at these metres."""
    return mark.metres is not None and abs(mark.metres - metres) < MARK_TOLERANCE_M
