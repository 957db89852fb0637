"""Runs one run from its inputs and the clock, live or played back; the one place where time enters a run.

An input is stamped when the conductor takes it out of the inbox, then journaled, then given to the run. Deadlines of
the run fire when they are due. Nothing else calls the run, so the journal is enough to repeat it.

A change of state is written before it is shown: its outputs, and the snapshot for a screen, wait until the recorder has
handed them to the system, for 50 ms at most. The run itself does not wait. `run_live` conducts a run with its sources,
recorder, sinks and signals from its first to its last moment.

In a playback the log is the clock: wall time only paces it. Every input keeps the time it was recorded with, and
deadlines fire at their own time. So the outputs are the same, byte for byte, at any speed and with any pauses.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import Final, Protocol

from coach.cues.cue import Cue
from coach.edge.clock import Clock, wait_until
from coach.edge.machine import ShutdownSignals, Watchdog
from coach.edge.recorder import Recorder, is_state_edge
from coach.edge.run_folder import RunState
from coach.edge.sinks import Fanout, Sink, is_late
from coach.edge.sources import Inbox, SensorSource
from coach.edge.store import remove_run
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
)
from coach.live.run import TimedOutput, alive_until
from coach.problems import FAILURE
from coach.quantities import Seconds
from coach.review.journaled import CONTINUED_WITHIN_S
from coach.session.events import ResumeChoice, RunResumed
from coach.session.phases import Button, Origin, Pressed
from coach.simulate import STEP_S, VirtualRunner

Answer = Callable[[Input, Sequence[Output]], None]
"""Called with an input as it was stamped and the run's outputs for it, once they may be shown."""
HOLD_S: Final = 0.04
"""The longest that outputs wait to be written, in seconds: a blocked disk delays no cue by 50 ms, the wake included."""


class RunFold(Protocol):
    """The part of a run that the edge uses: `coach.live.run.LiveRun`, or one that `coach.app.feeds` watches."""

    def receive(self, event: Input) -> Sequence[Output]:
        """Fire every deadline up to the input's time, then receive the input."""
        ...

    def fire(self, at: Seconds) -> Sequence[Output]:
        """Fire every deadline up to `at`; the outputs are those a later input would have fired."""
        ...

    def wake_at(self) -> Seconds | None:
        """When the next deadline is due."""
        ...

    def run_s(self, at: Seconds) -> Seconds | None:
        """Running time at a moment already reached, pauses excluded; None before the start."""
        ...


class Ending(StrEnum):
    """How conducting ended."""

    FINISHED = "finished"
    """The run was closed; its journal ends with `Closed`."""
    DISCARDED = "discarded"
    """The runner discarded the run."""
    LEFT = "left"
    """The program ends and the run does not: it can be resumed."""


ALIVE_EVERY_S: Final = 1.0
"""Seconds without an input after which a sign of life is journaled: the most that an empty battery can cost."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """How an interrupted run goes on, refolded up to the last moment it was alive."""

    event: Resumed
    unsaid: Sequence[TimedOutput] = ()
    """Outputs of its last inputs that were not journaled before the interruption."""


@dataclass(frozen=True, slots=True)
class _HeldOutputs:
    """Outputs that are not shown yet."""

    outputs: Sequence[TimedOutput]
    record: int
    """The position in the journal of the record that must be written first."""
    until: float
    """The moment of the clock at which they are shown anyway."""
    answer: Callable[[], None] | None = None
    """The callback of the input."""


class Conductor:
    """Feeds one live run from its inbox and the clock, on the loop that runs `conduct`."""

    def __init__(
        self,
        run: RunFold,
        clock: Clock,
        *,
        journal: Recorder | None = None,
        sinks: Iterable[Sink] = (),
        resumption: Resumption | None = None,
        watchdog: Watchdog | None = None,
        choose: Callable[[Seconds], ResumeChoice] = lambda _gap_s: ResumeChoice.CONTINUE,
        epoch: float | None = None,
    ) -> None:
        """Conduct `run`; with a `resumption` it is an interrupted one.

        A `watchdog` reports when the program did not run; `choose` decides how the run goes on after a gap of so many
        seconds. `epoch` is the moment of the clock that is 0 for several runs side by side; without it the time of the
        run begins with it.
        """
        self._run = run
        self._clock = clock
        self._journal = journal
        self.fanout = Fanout(sinks)
        self._inbox: deque[tuple[Input, Answer | None]] = deque()
        self._has_input = asyncio.Event()
        self._first_input = Opened(Seconds(0.0)) if resumption is None else resumption.event
        self._unsaid = () if resumption is None else resumption.unsaid
        self._epoch = epoch
        if epoch is not None:
            at = _round_up(max(self._first_input.at, clock.monotonic() - epoch))
            self._first_input = replace(self._first_input, at=Seconds(0.0) if resumption is None else at)
        self._last_stamp = _round_up(self._first_input.at)
        self._last_input_at = self._last_stamp
        self._zero = clock.monotonic() - self._last_stamp if epoch is None else epoch
        self._watchdog = watchdog
        self._choose = choose
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: Ending | None = None
        self._held: deque[_HeldOutputs] = deque()
        self._subscribers: list[Callable[[], None]] = []
        self.shown_unwritten = 0
        """Number of times outputs were shown before they were written."""

    @property
    def is_holding(self) -> bool:
        """True while outputs of the run are held back."""
        return bool(self._held)

    @property
    def is_over(self) -> bool:
        """True once it accepts no more inputs: the run was closed, discarded or left."""
        return self._ending is not None

    @property
    def was_discarded(self) -> bool:
        """True once the runner has discarded the run."""
        return self._ending is Ending.DISCARDED

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called whenever the run may have something new to show."""
        self._subscribers.append(changed)

    def _changed(self) -> None:
        """Notify the subscribers that the run may have something new to show."""
        for changed in self._subscribers:
            changed()

    def put(self, event: Input, answer: Answer | None = None) -> None:
        """Put an input into the inbox on the loop; its `at` is ignored, because it is stamped when it is taken.

        `answer` is called once the run has received it, and never if the run ends before.
        """
        self._inbox.append((event, answer))
        self._has_input.set()

    def put_from_thread(self, event: Input) -> None:
        """Put an input into the inbox from any thread; after conducting has ended it is ignored."""
        self._inbox.append((event, None))
        self._wake()

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Press a button."""
        self.put(Pressed(self._last_stamp, button, origin, answer))

    def close(self) -> None:
        """End the run after the inputs that are already in the inbox."""
        self.put(Closed(self._last_stamp))

    def leave(self) -> None:
        """Stop conducting without ending the run, so that it can be resumed."""
        self._ending = self._ending or Ending.LEFT
        self._has_input.set()

    def now(self) -> Seconds:
        """Seconds since the run's first input, never less than the last stamp.

        Time stands still at the beginning of a halt until it is decided how the run goes on.
        """
        halt = None if self._watchdog is None else self._watchdog.halt()
        moment = self._clock.monotonic() if halt is None else halt.since
        return Seconds(max(moment - self._zero, self._last_stamp))

    async def conduct(self) -> Ending:
        """Conduct until the run is closed, discarded or left; returns how it ended."""
        self._loop = asyncio.get_running_loop()
        if self._epoch is None:
            self._zero = self._clock.monotonic() - self._last_stamp
        watched = nullcontext() if self._watchdog is None else self._watchdog.watching(self._has_input.set)
        try:
            self._emit_unsaid()
            self._receive(replace(self._first_input, at=self._last_stamp))
            with watched:
                while (ending := self._ending) is None:
                    self._advance(await self._wait())
                    self._release_outputs()
            if ending is Ending.LEFT and self._journal is not None and self.now() > self._last_input_at:
                self._stamp_input(Alive(self._last_stamp))
            while self._held:
                await self._wait()
                self._release_outputs()
        finally:
            self._release_outputs(at_once=True)
        return ending

    def _advance(self, due: Seconds | None) -> None:
        """Handle the deadline or input that was waited for, unless the run was left in the meantime.

        A halt of the program comes first: what was due then is waited for anew.
        """
        if self._ending is not None or self._note_halt():
            return
        if due is not None:
            self._fire_deadlines(due)
        elif self._inbox:
            self._stamp_input(*self._inbox.popleft())
        elif (alive_at := self._alive_due()) is not None and alive_at <= self.now():
            self._stamp_input(Alive(self._last_stamp))

    async def _wait(self) -> Seconds | None:
        """Sleep until an input, a sign of life or something to show is due (returns None), or a deadline (its time)."""
        is_conducting = self._ending is None
        due_at = self._run.wake_at() if is_conducting else None
        if due_at is not None and due_at <= self.now():
            await asyncio.sleep(0)
            return due_at
        if self._inbox and is_conducting:
            await asyncio.sleep(0)  # a flood of inputs must not starve the screen
            return None
        self._has_input.clear()
        alive_at = self._alive_due() if is_conducting else None
        is_alive_first = alive_at is not None and (due_at is None or alive_at < due_at)
        next_at = alive_at if is_alive_first else due_at
        moment = None if next_at is None else self._zero + next_at
        if self._held and (moment is None or self._held[0].until < moment):
            await wait_until(self._has_input, self._clock, self._held[0].until)
            return None
        return None if await wait_until(self._has_input, self._clock, moment) or is_alive_first else due_at

    def _alive_due(self) -> Seconds | None:
        """When the next sign of life is due; None for a run without a journal."""
        return None if self._journal is None else Seconds(self._last_input_at + ALIVE_EVERY_S)

    def _fire_deadlines(self, due: Seconds) -> None:
        """Fire what is due; `due` counts as reached even if the clock rounds to a little less."""
        self._last_stamp = Seconds(max(_round_up(self.now()), due))
        if self._emit(self._run.fire(self._last_stamp)):
            self._stamp_input(Closed(self._last_stamp))

    def _stamp_input(self, event: Input, answer: Answer | None = None) -> None:
        """Stamp an input and hand it to the run: time enters here and nowhere else."""
        self._last_stamp = Seconds(max(_round_up(self.now()), self._last_stamp))
        self._receive(replace(event, at=self._last_stamp), answer)

    def _note_halt(self) -> bool:
        """Tell the run that the program did not run for a while; returns True if so."""
        halt = None if self._watchdog is None else self._watchdog.take_halt()
        if halt is None:
            return False
        since = Seconds(max(_round_up(halt.since - self._zero), self._last_stamp))
        self._last_stamp = Seconds(max(_round_up(halt.until - self._zero), since))
        gap_s = Seconds(self._last_stamp - since)
        _LOG.warning(
            "%s for %.1f s", "the machine slept" if halt.is_asleep else "the program stood still", gap_s
        )
        if halt.is_asleep or gap_s >= CONTINUED_WITHIN_S:
            choice = ResumeChoice.CONTINUE if gap_s < CONTINUED_WITHIN_S else self._choose(gap_s)
            self._receive(Resumed(self._last_stamp, since, choice))
        else:
            self._receive(LoopBlocked(self._last_stamp, since))
        return True

    def _receive(self, event: Input, answer: Answer | None = None) -> None:
        """Journal a stamped input, then give it to the run."""
        self._last_input_at = event.at
        if self._journal is not None:
            self._journal.append_input(event)
        outputs = self._run.receive(event)
        has_ended = self._emit(outputs)
        if answer is not None:
            self._answer(lambda: answer(event, outputs))
        if isinstance(event, Closed):
            self._ending = self._ending or Ending.FINISHED
        elif has_ended:
            is_discard = isinstance(event, Pressed) and event.button is Button.DISCARD
            self._ending = Ending.DISCARDED if is_discard else None
            self._stamp_input(
                Closed(self._last_stamp)
            )  # however the run ended, its journal ends with `Closed`

    def _emit_unsaid(self) -> None:
        """Journal the outputs that the interruption cut off, and hand their facts to the sinks, without old cues."""
        record = 0 if self._journal is None else self._journal.append_outputs(self._unsaid)
        self._hold([timed for timed in self._unsaid if not isinstance(timed.output, Cue)], record)

    def _emit(self, outputs: Sequence[Output]) -> bool:
        """Journal the run's outputs and hand them to the sinks; returns True if the run's end is among them."""
        if outputs:
            self._show([TimedOutput(output, self._run.run_s(output.at)) for output in outputs])
        if not self._held:
            self._changed()
        return any(isinstance(output, RunEnded) for output in outputs)

    def _show(self, outputs: Sequence[TimedOutput]) -> None:
        """Journal outputs and hand them to the sinks."""
        self._hold(outputs, 0 if self._journal is None else self._journal.append_outputs(outputs))

    def _hold(self, outputs: Sequence[TimedOutput], record: int) -> None:
        """Hand outputs to the sinks, in order; a change of state, and what follows it, once `record` is written."""
        if self._journal is not None and any(is_state_edge(each.output) for each in outputs):
            self._held.append(_HeldOutputs(outputs, record, self._clock.monotonic() + HOLD_S))
            self._release_outputs()
        elif self._held:
            self._held.append(replace(self._held[-1], outputs=outputs, answer=None))
        else:
            self.fanout.emit(outputs)

    def _answer(self, answer: Callable[[], None]) -> None:
        """Call once everything so far may be shown."""
        if self._held:
            self._held.append(replace(self._held[-1], outputs=(), answer=answer))
        else:
            answer()

    def _release_outputs(self, *, at_once: bool = False) -> None:
        """Hand the sinks what has been written, and what has waited long enough."""
        if self._journal is None or not self._held:
            return
        now = self._clock.monotonic()
        while self._held:
            oldest = self._held[0]
            if not self._journal.is_written(oldest.record, self._wake):
                if now < oldest.until and not at_once:
                    return
                self.shown_unwritten += 1
            self._held.popleft()
            self.fanout.emit(oldest.outputs)
            if oldest.answer is not None:
                oldest.answer()
        self._changed()

    def _wake(self) -> None:
        """Wake the loop, from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has closed
                self._loop.call_soon_threadsafe(self._has_input.set)


def _round_up(seconds: float) -> Seconds:
    """Round up to whole milliseconds, which keeps the journal small."""
    return Seconds(ceil(round(seconds * 1000, 6)) / 1000)


_UNSTAMPED: Final = Seconds(0.0)
_LOG = logging.getLogger(__name__)
_STATES = {
    Ending.FINISHED: RunState.FINISHED,
    Ending.LEFT: RunState.INTERRUPTED,
    Ending.DISCARDED: RunState.FINISHED,
}


async def run_live(
    conductor: Conductor,
    *,
    sources: Iterable[SensorSource] = (),
    recorder: Recorder | None = None,
    catches_signals: bool = True,
) -> tuple[Ending, int]:
    """Conduct a run until it ends or is left; returns how it ended and the exit code (0, 1, 130 or 5).

    With several runs side by side, the caller catches the signals.

    The conductor must have been made with `recorder` as its journal. A source that fails is logged, and the run goes on
    without it. A discarded run's folder is deleted. The code is 1 if not all was recorded.
    """
    if recorder is not None:
        recorder.report_trouble_to(
            lambda reason: conductor.put_from_thread(
                RecorderRecovered(_UNSTAMPED)
                if reason is None
                else RecorderTrouble(_UNSTAMPED, reason, lasts=True)
            )
        )
    with ShutdownSignals(conductor.leave) if catches_signals else nullcontext() as signals:
        ending = await _conduct(conductor, sources, recorder)
    by_signal = 0 if signals is None else signals.exit_code or 0
    if recorder is None:
        return ending, by_signal
    if ending is Ending.DISCARDED:
        if recorder.folder is not None:
            remove_run(recorder.folder.path)
        return ending, by_signal
    has_failed = recorder.result is not None and not recorder.result.is_kept
    return ending, by_signal or (FAILURE if has_failed else 0)


async def _conduct(
    conductor: Conductor, sources: Iterable[SensorSource], recorder: Recorder | None
) -> Ending:
    """Conduct and clean up while signals are caught, so that a second Ctrl-C does not lose the last second."""
    listeners = [asyncio.create_task(_listen(source, conductor)) for source in sources]
    state = RunState.INTERRUPTED
    try:
        ending = await conductor.conduct()
        state = _STATES[ending]
        return ending
    finally:
        await _end(listeners, conductor, recorder, state)


async def _listen(source: SensorSource, conductor: Conductor) -> None:
    """Listen to one source; its errors are logged."""
    try:
        await source.listen(conductor)
    except Exception:  # noqa: BLE001 - whatever a source does, the run goes on
        _LOG.exception("%s stopped", type(source).__name__)


async def _end(
    listeners: list[asyncio.Task[None]], conductor: Conductor, recorder: Recorder | None, state: RunState
) -> None:
    """Stop the sources, write everything to disk, close the sinks, and wait for slow sources last.

    A radio takes seconds to disconnect; what it sends in that time is ignored.
    """
    for task in listeners:
        task.cancel()
    if recorder is not None:
        await recorder.close(state)
        if conductor.shown_unwritten:
            _LOG.warning("%d times the disk was too slow to be waited for", conductor.shown_unwritten)
    await conductor.fanout.close()
    await asyncio.gather(*listeners, return_exceptions=True)


# --- playback: a recording, and a simulated runner who reacts to the cues

_BATCH: Final = 256
"""Inputs played between two turns of the event loop when a recording is played as fast as possible."""
_LATE_S: Final = 2.0
"""A playback that is later than this continues from its position, and does not catch up with the clock."""


def replay_max(run: RunFold, inputs: Sequence[Input]) -> Iterator[TimedOutput]:
    """Fold a recording as fast as possible; one that was cut off is closed at its last input."""
    for event in close_inputs(inputs):
        for output in run.receive(event):
            yield TimedOutput(output, run.run_s(output.at))


def close_inputs(inputs: Sequence[Input]) -> Sequence[Input]:
    """The inputs of a recording, with a `Closed` added if it does not end with one."""
    if not inputs or isinstance(inputs[-1], Closed):
        return inputs
    return (*inputs, Closed(inputs[-1].at))


class Playback:
    """Plays a recording through a run, paced by wall time; it can be paused and change speed."""

    def __init__(
        self,
        run: RunFold,
        inputs: Sequence[Input],
        clock: Clock,
        *,
        sinks: Iterable[Sink] = (),
        speed: float | None = 1.0,
    ) -> None:
        """Play `inputs` at `speed` times real time; None: as fast as possible."""
        self._run = run
        self._inputs = close_inputs(inputs)
        self._clock = clock
        self._next_index = 0
        self._speed = speed
        self._is_paused = False
        self._has_left = False
        self._log_at = Seconds(0.0)
        self._paced_from = (clock.monotonic(), 0.0)
        self._changed = asyncio.Event()
        self.fanout = Fanout(sinks)

    @property
    def speed(self) -> float | None:
        """Multiple of real time; None: as fast as possible."""
        return self._speed

    @property
    def is_paused(self) -> bool:
        """True while playback is paused."""
        return self._is_paused

    @property
    def is_finished(self) -> bool:
        """True once the last input has been played."""
        return self._next_index >= len(self._inputs)

    def set_speed(self, speed: float | None) -> None:
        """Change the speed (above 0; None: as fast as possible) from the current position."""
        self._change_pacing(speed=speed, paused=self._is_paused)

    def pause(self) -> None:
        """Pause at the current position."""
        self._change_pacing(speed=self._speed, paused=True)

    def resume(self) -> None:
        """Continue from the current position."""
        self._change_pacing(speed=self._speed, paused=False)

    def leave(self) -> None:
        """Stop playing at the current position."""
        self._has_left = True
        self._changed.set()

    def now(self) -> Seconds:
        """The position in the log, in seconds since its first input; never past the next input to play."""
        if self._is_paused or self._speed is None or self.is_finished:
            return self._log_at
        wall_from, log_from = self._paced_from
        paced_at = log_from + (self._clock.monotonic() - wall_from) * self._speed
        return Seconds(max(self._log_at, min(paced_at, alive_until(self._inputs, self._next_index))))

    async def play(self) -> bool:
        """Play to the end; returns False if playback was stopped before."""
        self._paced_from = (self._clock.monotonic(), self._log_at)
        while not self._has_left and not self.is_finished:
            if self._is_paused:
                await self._wait_for_change(None)
            elif self._speed is None:
                await self._play_batch()
            else:
                await self._play_next(self._speed)
        return not self._has_left

    async def _play_batch(self) -> None:
        """Play a batch of inputs without pacing."""
        for event in self._inputs[self._next_index : self._next_index + _BATCH]:
            self._receive(event)
        await asyncio.sleep(0)

    async def _play_next(self, speed: float) -> None:
        """Wait for the next input or deadline, whichever is first, and play it; a gap is skipped."""
        event, known_at = self._inputs[self._next_index], alive_until(self._inputs, self._next_index)
        wake_at = self._run.wake_at()
        due_at = known_at if wake_at is None else min(wake_at, known_at)
        wall_from, log_from = self._paced_from
        moment = wall_from + (due_at - log_from) / speed
        if await self._wait_for_change(moment):
            return
        if self._clock.monotonic() - moment > _LATE_S:  # the machine slept, and the playback with it
            self._paced_from = (self._clock.monotonic(), due_at)
        if due_at < known_at:
            self._log_at = Seconds(max(self._log_at, due_at))
            self._emit(self._run.fire(due_at))
            return
        self._receive(event)
        if known_at < event.at:
            self._paced_from = (self._clock.monotonic(), event.at)

    def _receive(self, event: Input) -> None:
        self._next_index += 1
        self._log_at = event.at
        self._emit(self._run.receive(event))

    def _emit(self, outputs: Sequence[Output]) -> None:
        self.fanout.emit([TimedOutput(output, self._run.run_s(output.at)) for output in outputs])

    def _change_pacing(self, *, speed: float | None, paused: bool) -> None:
        """Change the pacing from the current position."""
        self._log_at = self.now()
        self._speed, self._is_paused = speed, paused
        self._paced_from = (self._clock.monotonic(), self._log_at)
        self._changed.set()

    async def _wait_for_change(self, moment: float | None) -> bool:
        """Sleep until a moment of the clock; returns True if a change of speed, a pause or `leave` came first."""
        if moment is not None and moment <= self._clock.monotonic():
            await asyncio.sleep(0)
            return False
        self._changed.clear()
        return await wait_until(self._changed, self._clock, moment)


# --- the virtual runner of `coach.simulate` in real time


class SimulatedRunner:
    """Advances a virtual runner with a clock; it is both a source and a sink of the run."""

    def __init__(self, runner: VirtualRunner, clock: Clock) -> None:
        """Advance `runner` by this clock."""
        self._runner = runner
        self._clock = clock
        self._inbox: Inbox | None = None
        self._unheard_until = Seconds(-1.0)

    def skip_to(self, at: Seconds) -> None:
        """Advance the runner to a time whose packets were recorded already, or were lost."""
        self._runner.advance(at)

    async def listen(self, inbox: Inbox) -> None:
        """Advance the runner step by step until cancelled.

        They run on while the machine sleeps, and the packets of that time are lost.
        """
        self._inbox = inbox
        zero = self._clock.monotonic() - inbox.now()
        steps = int(inbox.now() / STEP_S)
        while True:
            due_steps = int(inbox.now() / STEP_S)
            if due_steps >= steps:
                for event in self._runner.advance(Seconds(due_steps * STEP_S)):
                    if event.at > self._unheard_until:
                        inbox.put(event)
                steps = due_steps + 1
            await asyncio.sleep(0)  # do not wait for a past moment
            await self._clock.sleep_until(zero + steps * STEP_S)

    def offer(self, output: TimedOutput) -> None:
        """Hand an output to the runner, unless it comes too late to be said."""
        if isinstance(output.output, RunResumed):
            self._unheard_until = output.output.at
        if self._inbox is None or not is_late(output, self._inbox.now()):
            self._runner.hear(output.output)

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""
