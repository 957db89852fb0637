"""Hands the outputs of a run to its sinks, and writes them as lines: JSON, or plain text.

All sinks are equal, and none can delay or break the run. A line sink has a bounded queue and a thread, so a stuck pipe
blocks nothing else. When a queue is full the oldest line is dropped, because a late reader wants the newest. A closed
pipe ends its sink quietly.

A cue is written within its time to live or not at all, whether it was delayed before the sink or in its queue. JSON
lines keep every cue, because each has its time in `at_s`.
"""

import asyncio
import errno
import logging
import select
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Final, Protocol

from coach.cues.cue import Cue, CueKind
from coach.edge.files import plain
from coach.live.contract import Output, RunEnded, RunStarted, encode_event, encode_line
from coach.live.run import TimedOutput
from coach.quantities import Seconds, format_clock, format_metres, format_pace
from coach.session.events import (
    Asked,
    BoundaryMoved,
    EndReason,
    PhaseChanged,
    RunResumed,
    Split,
    StepEnded,
    StepStarted,
    Stopped,
    Undone,
    WorkoutChanged,
)
from coach.session.phases import Phase, SplitRole, items_of
from coach.signals.readings import Calibrated, Learnt, Rejected, SensorChanged, SensorState
from coach.workout.describe import step_label
from coach.workout.kinds import TIMED

_LOG = logging.getLogger(__name__)


class Sink(Protocol):
    """A receiver of outputs: lines on stdout, the simulated runner. The screen is not one; it reads snapshots."""

    def offer(self, output: TimedOutput) -> None:
        """Take an output and its running time without blocking; drop and count it if there is no room."""
        ...

    async def close(self) -> None:
        """Deliver what is queued, within a bounded time, and release all resources."""
        ...


class Fanout:
    """Hands each output to every sink, in order."""

    def __init__(self, sinks: Iterable[Sink] = ()) -> None:
        """Start with these sinks."""
        self._sinks = list(sinks)
        self.failures = 0
        """Number of times a sink raised."""

    def emit(self, outputs: Sequence[TimedOutput]) -> None:
        """Offer each output to every sink; a sink that raises is logged and does not affect the others."""
        for output in outputs:
            for sink in self._sinks:
                try:
                    sink.offer(output)
                except Exception:  # noqa: BLE001 - whatever a sink does, the run goes on
                    self.failures += 1
                    _LOG.exception("%s could not take %s", type(sink).__name__, type(output.output).__name__)

    @property
    def trouble(self) -> str:
        """Why lines could not be written, such as a full disk; empty if they were, or the reader has gone."""
        return next((sink.trouble for sink in self._sinks if isinstance(sink, LineSink) and sink.trouble), "")

    async def close(self) -> None:
        """Close every sink, even if one raises."""
        for sink in self._sinks:
            try:
                await sink.close()
            except Exception:  # noqa: BLE001 - as above
                self.failures += 1
                _LOG.exception("%s could not close", type(sink).__name__)


class SinkGroup:
    """Several sinks as one, such as all lamps of a run; they are closed together."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        """Make one of these."""
        self._sinks = sinks

    def offer(self, output: TimedOutput) -> None:
        """Offer an output to each."""
        for sink in self._sinks:
            sink.offer(output)

    async def close(self) -> None:
        """Close all at the same time."""
        await asyncio.gather(*(sink.close() for sink in self._sinks))


def is_late(output: TimedOutput, now: Seconds) -> bool:
    """Return whether an output is a cue past its time to live."""
    return isinstance(output.output, Cue) and now > output.output.at + output.output.ttl_s


_ROOM: Final = 4096
"""Capacity of a queue in lines: an hour of events."""
_CLOSE_S: Final = 2.0
"""Seconds the end of a run waits for a reader."""


class LineSink:
    """Writes each output as lines to a binary stream; `format_output` makes them, on the loop, in order."""

    def __init__(
        self,
        stream: BinaryIO,
        format_output: Callable[[TimedOutput], list[str]],
        *,
        room: int = _ROOM,
        now: Callable[[], Seconds] | None = None,
    ) -> None:
        """Write to `stream`, which may block or break, with at most `room` lines queued.

        `now` is the time of the run, by which late cues are dropped; without it every cue is written. The raw stream
        of a buffered one is used: a stuck thread would hold its lock and abort the interpreter at exit.
        """
        stream.flush()
        self._stream: BinaryIO = getattr(stream, "raw", stream)
        self._format = format_output
        self._room = room
        self._now = now
        self._queue: deque[tuple[TimedOutput | None, str]] = deque()
        self._ready = threading.Condition()
        self._is_closing = False
        self.is_broken = False
        """True once the reader has gone."""
        self.trouble = ""
        """The system's error when lines could not be written; a reader that has gone is no trouble."""
        self.dropped = 0
        """Number of lines dropped for lack of room or of a reader."""
        self.late = 0
        """Number of lines of cues that were too late to be written."""
        self._thread = threading.Thread(target=self._work, name="lines", daemon=True)
        self._thread.start()

    def offer(self, output: TimedOutput) -> None:
        """Queue the lines of an output; the oldest lines are dropped if there is no room."""
        self.queue(output, self._format(output))

    def queue(self, output: TimedOutput | None, lines: Sequence[str]) -> None:
        """Queue lines that were made elsewhere: of one of several runs, or of none."""
        with self._ready:
            if self.is_broken:
                self.dropped += len(lines)
                return
            self._queue.extend((output, line) for line in lines)
            while len(self._queue) > self._room:
                self._queue.popleft()
                self.dropped += 1
            self._ready.notify()

    async def close(self) -> None:
        """Write what is queued, for at most 2 s."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, _CLOSE_S)
        if self.dropped or self.late or self._thread.is_alive():
            _LOG.warning(
                "%d lines dropped, %d of late cues, %d left unwritten",
                self.dropped,
                self.late,
                len(self._queue),
            )

    def _work(self) -> None:
        """Run the sink's thread: one write for everything that is queued."""
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._queue or self._is_closing)
                queued = list(self._queue)
                self._queue.clear()
            if not queued:
                return
            lines = [line for output, line in queued if not self._is_late(output)]
            self.late += len(queued) - len(lines)
            try:
                self._write("".join(f"{line}\n" for line in lines).encode("utf-8", "replace"))
            except (
                OSError,
                ValueError,
            ) as error:  # a closed pipe or file, or a full disk: nothing more is written
                with self._ready:
                    self.is_broken = True
                    if isinstance(error, OSError) and error.errno != errno.EPIPE:
                        self.trouble = error.strerror or str(error)
                    self.dropped += len(lines) + len(self._queue)
                    self._queue.clear()
                return

    def _is_late(self, output: TimedOutput | None) -> bool:
        return output is not None and self._now is not None and is_late(output, self._now())

    def _write(self, data: bytes) -> None:
        """Write all data; a raw stream may accept less at a time, or nothing if it would block."""
        while data:
            size: int | None = self._stream.write(data)
            if size is None:
                select.select([], [self._stream], [])
            data = data[size or 0 :]


def json_lines(stream: BinaryIO, *, room: int = _ROOM) -> LineSink:
    """Make the sink of `--json`: every output is an event."""
    return LineSink(
        stream, lambda output: [encode_line(encode_event(output.output, output.run_s))], room=room
    )


def plain_lines(
    stream: BinaryIO, *, unit: str = "km", room: int = _ROOM, now: Callable[[], Seconds] | None = None
) -> LineSink:
    """Make the sink for plain text: steps, splits and cues with the time of the run; late cues are left out."""
    formatter = TextFormatter(unit=unit)
    return LineSink(stream, lambda output: formatter.lines(output.output), room=room, now=now)


# --- outputs as lines of plain text

_OMITTED: Final = frozenset({CueKind.STEP, CueKind.SPLIT})
"""Cues that would repeat the line of a step or split."""
_ENDS: Final = {
    EndReason.ABANDONED: "abandoned",
    EndReason.FALSE_START: "false start",
    EndReason.RESTARTED: "restarted",
    EndReason.BACK: "gone back",
}


class TextFormatter:
    """Formats outputs as lines that are safe to print on a terminal."""

    def __init__(self, *, unit: str = "km") -> None:
        """Format paces per `km` or `mile`."""
        self._unit = unit
        self._skipped: list[StepEnded] = []

    def lines(self, output: Output) -> list[str]:
        """The lines for an output, usually none or one; skipped steps in a row are one line, before the next output."""
        if isinstance(output, StepEnded) and output.reason is EndReason.SKIPPED:
            self._skipped.append(output)
            return []
        words = self._sentence(output)
        return [*self.flush(), *([_line(output.at, words)] if words else [])]

    def flush(self) -> list[str]:
        """The line of the skipped steps that no other output has followed yet."""
        steps, self._skipped = self._skipped, []
        if not steps:
            return []
        reps = sum(each.step.kind in TIMED for each in steps)
        words = f"= {steps[0].step.path}: left out"
        if len(steps) > 1:
            words = f"= {len(steps)} steps left out" + (f", {reps} of them reps" if reps > 1 else "")
        return [_line(steps[0].at, words)]

    def _sentence(self, output: Output) -> str:
        match output:
            case Cue():
                return "" if output.kind in _OMITTED else f"  {output.text}"
            case StepStarted():
                return f"> {output.step.path}: {step_label(output.step)}"
            case StepEnded():
                return self._step_ended(output)
            case Split() if output.role not in {SplitRole.START, SplitRole.END}:
                return _split(output, self._unit)
            case RunStarted():
                return f"{output.workout} · run {output.run}"
            case RunEnded():
                return _run_ended(output, self._unit)
            case RunResumed():
                from coach.review.tables import gap_text

                return f"! {gap_text(output)}"
            case Stopped(time_s=time_s):
                return "! stopped" if time_s is None else f"! running again after {time_s:.0f} s"
            case _:
                return _side_line(output)

    def _step_ended(self, result: StepEnded) -> str:
        parts = [format_clock(result.time_s, tenths=True)]
        if result.moving_time_s is not None:
            parts.append(f"{format_clock(result.moving_time_s, tenths=True)} of it moving")
        if result.distance is not None:
            parts.append(("about " if result.estimated else "") + format_metres(result.distance, self._unit))
        if result.mean_speed is not None:
            parts.append(format_pace(result.mean_speed, unit=self._unit))
        if result.mean_heart_rate is not None:
            parts.append(f"{result.mean_heart_rate:.0f} bpm")
        if result.light_s is not None and abs(result.light_s) >= 0.05:
            parts.append(f"{abs(result.light_s):.1f} s {'behind' if result.light_s > 0 else 'ahead'}")
        if result.hard_s is not None and result.easy_s is not None:
            parts.append(f"hard {format_clock(result.hard_s)}, easy {format_clock(result.easy_s)}")
        if result.items_done is not None:
            parts.append(f"{result.items_done} of {items_of(result.step.items)} ticked off")
        end = _ENDS.get(result.reason, "cut short" if result.cut else "done")
        return f"= {result.step.name or result.step.path}: {end}, {', '.join(parts)}"


def _line(at: Seconds, words: str) -> str:
    return f"{format_clock(at):>8}  {plain(words)}"


def _split(split: Split, unit: str) -> str:
    at = format_metres(split.metres, unit) if split.metres is not None else "mark"
    time = f" {format_clock(split.time_s, tenths=True)}" if split.time_s is not None else ""
    return f"- {at}{time}" + ("" if split.role is SplitRole.SPLIT else f" ({split.role})")


def _run_ended(event: RunEnded, unit: str) -> str:
    if event.time_s is None:
        return "Ended before the start"
    is_whole = event.completed or event.was_open
    counts_steps = event.steps_done > 0 or not is_whole  # a free run has no steps to be counted
    parts = (
        [f"{event.steps_done} {'step' if event.steps_done == 1 else 'steps'} done"] if counts_steps else []
    )
    parts.append(format_clock(event.time_s))
    if event.distance is not None:
        parts.append(format_metres(event.distance, unit))
    return f"{'Finished' if is_whole else 'Ended early'}: {', '.join(parts)}"


def _side_line(output: Output) -> str:
    """Format an output that is not a step, split or cue."""
    match output:
        case PhaseChanged(phase=Phase.PAUSED):
            return "Paused"
        case SensorChanged(sensor=sensor, state=SensorState.GONE | SensorState.LIVE):
            way = f", by {output.by}" if output.by else ""
            late = "" if output.delay_s is None else f", {output.delay_s:.1f} s behind"
            return f"! {sensor}: {output.state}{way}{late}"
        case Calibrated():
            return f"! factor {output.factor:.3f}, learnt from a {output.origin}"
        case Learnt():
            return _learnt(output)
        case Rejected():
            return f"! {output.what}: {output.reason}"
        case Undone(button=button):
            return f"! taken back: {button or 'the end of the step'}"
        case WorkoutChanged():
            what = output.button or f"goes over to {output.workout}"
            return f"! {what}: {output.steps_left} steps left"
        case BoundaryMoved():
            side = "later" if output.to_s > output.from_s else "earlier"
            return f"! the end was {abs(output.to_s - output.from_s):.1f} s {side}"
        case Asked():
            return f"? {output.offer.replace('_', ' ')}"
        case _:
            return ""


def _learnt(event: Learnt) -> str:
    if event.what == "speed_ratio":
        return f"! {event.sensor}: speed {100 * (event.value - 1):+.0f} %, to agree with its own distance"
    feet = "one foot, its cadence is doubled" if event.value > 1 else "both feet"
    return f"! {event.sensor}: counts {feet}"
