"""The fold: inputs go in, outputs come out. A router; what it means is decided in signals, session and cues.

Rule 1: every deadline up to the time of an input is settled, each at its own time, before the input is heard.
So the number of wakes cannot change a result.
Rule 2: nothing the world sends is raised; what cannot be used is an output.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from coach.cues.advice import ASKS_FOR_RELIEF
from coach.cues.coach import Coach
from coach.cues.cue import Cue, CueKind
from coach.live.inputs import Closed, Input, Opened, RecorderTrouble, Reopened
from coach.live.outputs import Output, RunEnded, RunStarted
from coach.live.reserve import Reserve
from coach.live.setup import RunSetup
from coach.live.showing import shown
from coach.live.snapshot import Snapshot
from coach.quantities import Metres, Seconds
from coach.session.buttons import Pressed
from coach.session.facts import COUNTS_AS_DONE, Undone
from coach.session.session import Said, Session
from coach.signals.readings import Learnt, LinkChanged, Notified, Rejected, Reported
from coach.signals.signals import Signals, Told

_MOST_DEADLINES = 10_000
"""No run has more deadlines between two inputs; a rule that never let go of one would spin for ever."""


class LiveRun:
    """One run, live or replayed."""

    def __init__(self, setup: RunSetup) -> None:
        """Wait for the first input."""
        self.setup = setup
        self.signals = Signals(setup.signals)
        self.session = Session(
            setup.timeline, self.signals, setup.session, setup.starts, by_hand=setup.by_hand
        )
        self.coach = Coach(
            setup.cues,
            self.session,
            self.signals,
            ceiling_bpm=setup.ceiling_bpm,
            unit=setup.unit,
            kinetics=setup.heart_rate_kinetics,
            cadence_line=setup.cadence_line,
            heat_sum_f=setup.session.heat_sum_f(),
        )
        self._reserve = None if setup.critical is None else Reserve(*setup.critical, setup.session.bridge_s)
        self.ended = False
        """Was the last line said?"""
        self._opened = False
        self._now = Seconds(0.0)
        self._wake_at: Seconds | None = None
        self._closes_at: Seconds | None = None

    def receive(self, event: Input) -> list[Output]:
        """Settle every deadline up to the input's time, each at its own, then hear the input."""
        if self.ended:
            return []
        at = max(self._now, event.at)
        said: list[Output] = []
        if isinstance(event, Reopened):
            said += self.settle(min(at, max(self._now, event.alive_until or self._now)))
            self.session.skip_gap(self._now, at)
        due = self._wake_at
        if due is not None and due <= at:
            said += self.settle(at)
        if not self.ended:
            said += self._hear(event, at)
            self._plan()
        return said

    def settle(self, at: Seconds) -> list[Output]:
        """Settle every deadline up to `at`; folding a later input would have said the same."""
        said: list[Output] = []
        for _ in range(_MOST_DEADLINES):
            due = self._wake_at
            if due is None or due > at or self.ended:
                break
            self._now = max(self._now, due)
            said += self._settle_now(self._now)
            self._plan()
        self._now = max(self._now, at)
        return said

    def wake_at(self) -> Seconds | None:
        """When the next deadline is due; None when only an input can bring anything."""
        return None if self.ended else self._wake_at

    def snapshot(self, at: Seconds | None = None) -> Snapshot:
        """The run as a screen needs it, its clocks shown as of `at` (never before the last input)."""
        now = self._now if at is None else max(at, self._now)
        share = None if self._reserve is None else self._reserve.share(now)
        return shown(self.setup, self.session, self.signals, self.coach, now, reserve=share)

    def run_s(self, at: Seconds) -> Seconds | None:
        """Running time at a moment, in seconds; None before the start."""
        return self.session.run_time(at)

    def _hear(self, event: Input, at: Seconds) -> list[Output]:
        self._now = at
        match event:
            case Notified() | Reported() | LinkChanged():
                told, said = self.signals.take(event), self.session.observe(at)
                if self._reserve is not None and self.session.run_time(at) is not None:
                    self._reserve.take(self.signals.speed())
                return self._answer(at, [*told, *said] if told or said else ())
            case Pressed():
                return self._answer(
                    at, self.session.press(event if event.at == at else replace(event, at=at))
                )
            case Opened() if self._opened:
                return []
            case Opened():
                self._opened = True
                start = RunStarted(at, self.setup.run, self.setup.timeline.name, self.setup.athlete)
                return [start, *self._answer(at, self.session.open(at))]
            case RecorderTrouble(message=message):
                return list(self.coach.recorder_failing(message, at))
            case Reopened():
                return self._answer(at, [])
            case Closed():
                return self._end(at)
            case _:
                assert_never(event)

    def _settle_now(self, now: Seconds) -> list[Output]:
        told = self.signals.settle(now)
        said = self._answer(now, [*told, *self.session.settle(now)])
        return said if self.ended else [*said, *self._say(self.coach.settle(now), now)]

    def _answer(self, now: Seconds, said: Sequence[Said | Told]) -> list[Output]:
        if not said:
            outputs: list[Output] = list(self._say(self.coach.hear((), now), now))
        else:
            quiet = any(isinstance(one, Undone) for one in said)
            heard = [one for one in said if not isinstance(one, Rejected | Learnt)]
            outputs = [*said, *self._say(self.coach.hear(heard, now, quiet=quiet), now)]
            finished, after = self.session.finished_at, self.setup.ends_after_s
            self._closes_at = None if finished is None or after is None else Seconds(finished + after)
        if self.session.ended or (self._closes_at is not None and now >= self._closes_at):
            return [*outputs, *self._end(now)]
        return outputs

    def _say(self, cues: Sequence[Cue], now: Seconds) -> Sequence[Output]:
        """Say the cues, and let the session do what some of them ask of it."""
        if not cues:
            return cues
        if any(cue.kind is CueKind.NEW_LIGHT for cue in cues):
            self.session.reset_light(now)
        if any(cue.why.rule in ASKS_FOR_RELIEF for cue in cues):
            return [*cues, *self.session.offer_relief(now)]
        return cues

    def _end(self, at: Seconds) -> list[Output]:
        completed = self.session.finished_at is not None and not self.session.cut_short
        said = self.session.close(at)
        heard = [one for one in said if not isinstance(one, Rejected)]
        cues = self.coach.hear(heard, at, quiet=True)
        results = self.session.results
        measured = [one.distance for one in results if one.distance is not None]
        self.ended = True
        ended = RunEnded(
            at,
            completed,
            sum(one.reason in COUNTS_AS_DONE for one in results),
            self.session.run_time(self.session.finished_at or at),
            Metres(sum(measured)) if measured else None,
        )
        return [*said, *cues, ended]

    def _plan(self) -> None:
        due = self.signals.wake_at()
        for other in (self.session.wake_at(self._now), self.coach.wake_at(), self._closes_at):
            if other is not None and (due is None or other < due):
                due = other
        self._wake_at = due
