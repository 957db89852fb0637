"""The fold of a run: routes each input to signals, session and cues, returns their outputs, and refolds recordings.

- Every deadline up to the time of an input fires, each at its own time, before the input is received. So the number of
  wakes cannot change a result.
- No input raises; what cannot be used becomes an output.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

from coach.cues.coach import Coach
from coach.cues.context import AthleteContext
from coach.cues.cue import Cue
from coach.cues.splits import ASKS_FOR_RELIEF
from coach.live.contract import (
    Alive,
    Closed,
    Input,
    LoopBlocked,
    Opened,
    Output,
    RecorderRecovered,
    RecorderTrouble,
    Resumed,
    RunEnded,
    RunSetup,
    RunStarted,
    WorkoutSwitched,
)
from coach.live.snapshot import PressReply, Snapshot, take_snapshot
from coach.physiology.performance import Balance
from coach.physiology.surroundings import lap_in_lane
from coach.quantities import Metres, Seconds
from coach.session.events import COUNTS_AS_DONE, EndReason, ResumeChoice, Split, Undone
from coach.session.phases import Button, Pressed
from coach.session.results import PodTolerance
from coach.session.session import Session, SessionOutput
from coach.signals.readings import Learnt, LinkChanged, Notified, Reading, Rejected, Reported
from coach.signals.signals import SignalEvent, Signals
from coach.workout.timeline import OpenEnd

_QUEUED_S: Final = 0.2
"""Packets that the radio delivers this soon after a block ends were queued during it: a source sends about once a
second. Judged.
"""
_MOST_DEADLINES: Final = 10_000
"""The most deadlines between two inputs; otherwise a rule that schedules the same one repeatedly would never end."""


class LiveRun:
    """One run, live or replayed."""

    def __init__(self, setup: RunSetup) -> None:
        """Wait for the first input."""
        self.setup = setup
        self.signals = Signals(setup.signals)
        if setup.counts_from is not None:
            self.signals.distance.count_from(setup.counts_from)
        context = setup.timeline.context
        if context.surface == "track":
            self.signals.expect_laps(lap_in_lane(context.lap_m, context.lane))
        self.session = Session(
            setup.timeline,
            self.signals,
            setup.session,
            setup.starts,
            by_hand=setup.by_hand,
            threshold_bpm=setup.threshold_bpm,
            pod_tolerance=PodTolerance(setup.cues.proven_sd, setup.cues.unproven_band),
        )
        self.coach = Coach(
            setup.cues,
            self.session,
            self.signals,
            AthleteContext(
                setup.ceiling_bpm,
                setup.unit,
                setup.heart_rate_kinetics,
                setup.cadence_line,
                setup.session.heat_sum_f(),
            ),
        )
        self._d_prime = (
            None if setup.critical is None else DPrimeBalance(*setup.critical, setup.session.bridge_s)
        )
        self.has_ended = False
        """Whether the last output was returned."""
        self._is_opened = False
        self._now = Seconds(0.0)
        self._wake_at: Seconds | None = None
        self._closes_at: Seconds | None = None
        self._gap_from = Seconds(0.0)
        self._is_in_gap = False
        self._queued_until: Seconds | None = None
        self._reply: PressReply | None = None
        self._starts: list[tuple[Seconds, Seconds | None]] = []

    def receive(self, event: Input) -> list[Output]:
        """Fire every deadline up to the input's time, each at its own time, then handle the input."""
        if self.has_ended:
            if not isinstance(event, Resumed) or event.choice is not ResumeChoice.TAKE_BACK:
                return []
            self.has_ended, self._closes_at = False, None
        at = max(self._now, event.at)
        outputs: list[Output] = []
        if isinstance(event, Resumed):
            outputs += self.fire(min(at, max(self._now, event.alive_until or self._now)))
            outputs += self._skip_gap(event, at)
        due = self._wake_at
        if due is not None and due <= at:
            outputs += self.fire(at)
        if not self.has_ended and not self._was_queued(event):
            outputs += self._handle(event, at)
            self._schedule()
        return outputs

    def fire(self, at: Seconds) -> list[Output]:
        """Fire every deadline up to `at`; receiving a later input would return the same outputs."""
        outputs: list[Output] = []
        for _ in range(_MOST_DEADLINES):
            due = self._wake_at
            if due is None or due > at or self.has_ended:
                break
            self._now = max(self._now, due)
            outputs += self._fire_due(self._now)
            self._schedule()
        self._now = max(self._now, at)
        return outputs

    def wake_at(self) -> Seconds | None:
        """When the next deadline is due; None if there is none."""
        return None if self.has_ended else self._wake_at

    def snapshot(self, at: Seconds | None = None) -> Snapshot:
        """The run as a screen shows it, its clocks as of `at` (never before the last input)."""
        now = self._now if at is None else max(at, self._now)
        d_prime_left = None if self._d_prime is None else self._d_prime.left(now)
        snapshot = take_snapshot(
            self.setup, self.session, self.signals, self.coach, now, d_prime_left=d_prime_left
        )
        return snapshot if self._reply is None else replace(snapshot, reply=self._reply)

    def run_s(self, at: Seconds) -> Seconds | None:
        """Running time at a moment, in seconds, as it was known then; None before the start."""
        started_at = next((start for noted_at, start in reversed(self._starts) if noted_at <= at), None)
        return None if started_at is None else self.session.running_s(started_at, at)

    def _handle(self, event: Input, at: Seconds) -> list[Output]:
        self._now = at
        match event:
            case Notified() | Reported() | LinkChanged():
                changes, facts = self.signals.on_event(event), self.session.on_readings(at)
                if self._d_prime is not None and self.session.run_time(at) is not None:
                    self._d_prime.add(self.signals.speed())
                return self._with_cues(at, [*changes, *facts] if changes or facts else ())
            case Pressed():
                facts = self.session.press(event if event.at == at else replace(event, at=at))
                self._reply = _reply_to(event.button, at, facts) or self._reply
                return self._with_cues(at, facts, is_retold=self.session.is_retold)
            case WorkoutSwitched(timeline=timeline):
                return self._with_cues(at, self.session.switch(timeline, at))
            case Alive() | LoopBlocked():
                return []
            case Opened():
                if self._is_opened:
                    return []
                self._is_opened = True
                start = RunStarted(at, self.setup.run, self.setup.timeline.name, self.setup.athlete)
                return [start, *self._with_cues(at, self.session.open(at))]
            case RecorderTrouble() | RecorderRecovered():
                return self._on_recorder(event, at)
            case Resumed(choice=choice, under_way=under_way):
                if choice is None:
                    return self._with_cues(at, [])
                return self._with_cues(at, self.session.resume(at, self._gap_from, choice, under_way))
            case Closed():
                return self._end(at)
            case _:
                assert_never(event)

    def _on_recorder(self, event: RecorderTrouble | RecorderRecovered, at: Seconds) -> list[Output]:
        if isinstance(event, RecorderRecovered):
            return list(self.coach.on_recorder_recovered(at))
        return list(self.coach.on_recorder_failing(event.message, at, lasts=event.lasts))

    def _was_queued(self, event: Input) -> bool:
        """Return whether bytes were sent while the program was blocked: they belong to the gap, and to no step."""
        if self._queued_until is None or not isinstance(event, Notified) or event.heard_at is None:
            return False
        return event.heard_at < self._queued_until

    def _skip_gap(self, event: Resumed, at: Seconds) -> list[Output]:
        """Take the gap out of the clocks; sensors fall silent in it at their own times, without announcements."""
        self._gap_from = self._now
        self.session.skip_gap(self._now, at, counts_metres=event.choice is None)
        if event.choice is None:
            return []
        self._schedule()
        if event.under_way is None:
            self._queued_until = Seconds(at + _QUEUED_S)
        self._is_in_gap = True
        outputs = self.fire(at)
        self._is_in_gap = False
        return outputs

    def _fire_due(self, now: Seconds) -> list[Output]:
        changes = self.signals.fire(now)
        outputs = self._with_cues(now, [*changes, *self.session.fire(now)])
        if self.has_ended:
            return outputs
        return [*outputs, *self._apply(self.coach.fire(now, is_quiet=self._is_in_gap), now)]

    def _with_cues(
        self, now: Seconds, events: Sequence[SessionOutput | SignalEvent], *, is_retold: bool = False
    ) -> list[Output]:
        """Return the events, then the cues that follow from them, then the end of the run if it is due.

        Outputs of what `is_retold` are left out: they were returned before.
        """
        if not events:
            cues = self.coach.on_events((), now, is_quiet=self._is_in_gap)
            outputs: list[Output] = list(self._apply(cues, now))
        else:
            is_retold = is_retold or any(isinstance(event, Undone) for event in events)
            is_quiet = self._is_in_gap or is_retold
            rule_events = [event for event in events if not isinstance(event, Rejected | Learnt)]
            rule_events = [event for event in rule_events if not _is_of_a_step_behind(event)]
            cues = self.coach.on_events(rule_events, now, is_quiet=is_quiet)
            outputs = [*events, *self._apply(cues, now)]
            finished_at, ends_after_s = self.session.finished_at, self.setup.ends_after_s
            self._closes_at = None
            if finished_at is not None and ends_after_s is not None:
                settles_at = self.session.settles_at or finished_at
                self._closes_at = Seconds(max(finished_at + ends_after_s, settles_at))
        is_due = self._closes_at is not None and now >= self._closes_at
        if not self._is_in_gap and (self.session.has_ended or is_due):
            return [*outputs, *self._end(now)]
        return outputs

    def _apply(self, cues: Sequence[Cue], now: Seconds) -> Sequence[Output]:
        """Return the cues, after carrying out those that change the session."""
        if self.coach.take_new_light():
            self.session.reset_light(now)
        if not cues:
            return cues
        if any(cue.why.rule in ASKS_FOR_RELIEF for cue in cues):
            return [*cues, *self.session.offer_relief(now)]
        return cues

    def _end(self, at: Seconds) -> list[Output]:
        is_completed = self.session.finished_at is not None and not self.session.was_cut_short
        events = self.session.close(at)
        rule_events = [event for event in events if not isinstance(event, Rejected)]
        cues = self.coach.on_events(rule_events, at, is_quiet=True)
        results = self.session.results
        distances = [metres for result in results if (metres := result.run_metres) is not None]
        self.has_ended = True
        recorded, last = self.setup.recorded_until, self.session.finished_at or at
        end = RunEnded(
            at,
            is_completed,
            sum([result.reason in COUNTS_AS_DONE for result in results]),
            self.session.run_time(last),
            Metres(sum(distances)) if distances else None,
            Seconds(0.0 if recorded is None else max(0.0, recorded - last)),
            self._ended_in_an_open_step(),
        )
        return [*events, *cues, end]

    def _ended_in_an_open_step(self) -> bool:
        """Return whether the end of the run ended its last step, and that step only ends on request."""
        if not self.session.results:
            return False
        last = self.session.results[-1]
        return (
            last.reason is EndReason.FINISHED
            and last.step.step_id == self.session.timeline.steps[-1].step_id
            and any(isinstance(end, OpenEnd) for end in last.step.until.ends)
        )

    def _note_start(self) -> None:
        """Record when the run began, or that its start was undone: earlier outputs do not know of it."""
        started_at = self.session.run_started_at
        if started_at != (self._starts[-1][1] if self._starts else None):
            self._starts.append((self._now, started_at))

    def _schedule(self) -> None:
        """Set the next deadline to the earliest deadline of the rooms."""
        self._note_start()
        due, session_due = self.signals.wake_at(), self.session.wake_at(self._now)
        if session_due is not None and (due is None or session_due < due):
            due = session_due
        coach_due, closes_at = self.coach.wake_at(), self._closes_at
        if coach_due is not None and (due is None or coach_due < due):
            due = coach_due
        if closes_at is not None and (due is None or closes_at < due):
            due = closes_at
        self._wake_at = due


def _is_of_a_step_behind(event: SessionOutput | SignalEvent) -> bool:
    """Return whether a mark arrived after its step had ended: it causes no more announcements."""
    return isinstance(event, Split) and bool(event.step_id)


def _reply_to(button: Button, at: Seconds, facts: Sequence[SessionOutput]) -> PressReply | None:
    """The reply to a button, from the session's events; None for a bounce, or for another person at a gate."""
    if not facts:
        return None
    refusal = next((fact.reason for fact in facts if isinstance(fact, Rejected)), "")
    undone = next((fact.button for fact in facts if isinstance(fact, Undone)), None)
    mark = next((fact for fact in facts if isinstance(fact, Split)), None)
    if mark is not None and mark.is_listed_only:
        return None
    return PressReply(at, button, refusal, undone, mark)


# --- the balance of D'


class DPrimeBalance:
    """The share of D', the distance an athlete can run above critical speed, that is left: an estimate for a colour.

    It is fresh at the start of the run. Each reading of speed applies to the time since the previous one. Only readings
    change it, so the number of wakes cannot. After a silence longer than the bridge (30 s) it stays unknown for the
    rest of the run. `coach.physiology.performance` has the model and its errors.
    """

    __slots__ = ("_balance", "_bridge_s", "_is_lost", "_last")

    def __init__(self, critical: float, metres: float, bridge_s: Seconds) -> None:
        """Start fresh, with a critical speed in m/s, a D' in metres, and the longest silence that is bridged.

        Raises:
            ValueError: the numbers are not a runner's, see `Balance`.
        """
        self._balance = Balance(critical, metres)
        self._bridge_s = bridge_s
        self._is_lost = False
        self._last: Seconds | None = None

    def add(self, reading: Reading | None) -> None:
        """Add the newest speed; a repeated or older one changes nothing."""
        if reading is None or self._is_lost:
            return
        last, at = self._last, reading.at
        if last is None:
            self._last = at
        elif at > last:
            self._last = at
            if at - last > self._bridge_s:
                self._is_lost = True
            else:
                self._balance.run(reading.value, at - last)

    def left(self, now: Seconds) -> float | None:
        """The share that is left, 0 to 1; None before the first speed and after 30 s of silence.

        It is 0 where the runner has spent more than the model allows.
        """
        if self._is_lost or self._last is None or now - self._last > self._bridge_s:
            return None
        return max(0.0, self._balance.fraction)


# --- a recording folded again: the one loop behind replay, review, resume, explain and the tests


@dataclass(frozen=True, slots=True)
class TimedOutput:
    """One output with the running time at its moment."""

    output: Output
    run_s: Seconds | None
    """Running time, pauses excluded; None before the start."""


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The outputs of a refolded run."""

    timed_outputs: tuple[TimedOutput, ...]
    snapshots: tuple[Snapshot, ...] = ()
    """The run after each input, if requested."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Every output, in order."""
        return tuple(timed.output for timed in self.timed_outputs)


def refold(run: LiveRun, inputs: Iterable[Input], *, snapshots: bool = False) -> ReplayResult:
    """Fold the inputs of a recording again, in a fresh run.

    Args:
        run: a run that has received nothing yet; it is used up.
        inputs: in order of time.
        snapshots: keep a snapshot of the run after each input (large).
    """
    outputs: list[TimedOutput] = []
    run_snapshots: list[Snapshot] = []
    for event in inputs:
        outputs.extend(TimedOutput(output, run.run_s(output.at)) for output in run.receive(event))
        if snapshots:
            run_snapshots.append(run.snapshot())
    return ReplayResult(tuple(outputs), tuple(run_snapshots))


def alive_until(inputs: Sequence[Input], place: int) -> Seconds:
    """The last moment before an input at which the run still went on: that of the input, but not across a gap."""
    event = inputs[place]
    if not isinstance(event, Resumed):
        return event.at
    known_at = event.alive_until
    if known_at is None:
        known_at = inputs[place - 1].at if place else event.at
    return min(event.at, known_at)
