"""The inbox of a live run, what a source of inputs is, and the buttons named on stdin.

A source puts inputs into an `Inbox` until it is cancelled. The others are the simulated runner
(`coach.edge.conductor`), the radio (`coach.edge.radio_source`), and what phones forward (`coach.edge.relay`).
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Final, Protocol

from coach.edge.clock import Clock, MachineClock, RateLimit
from coach.live.contract import Input
from coach.problems import suggestion
from coach.quantities import Seconds
from coach.session.phases import BUTTON_NAMES, Button, Origin, Pressed, spelt_as_name


class Inbox(Protocol):
    """Receives inputs from sources; `coach.edge.conductor.Conductor` is one."""

    def now(self) -> Seconds:
        """Seconds since the run's first input, for a radio's `heard_at`."""
        ...

    def put(self, event: Input) -> None:
        """Put an input in on the loop; it is stamped when the run takes it."""
        ...

    def put_from_thread(self, event: Input) -> None:
        """Put an input in from any thread."""
        ...

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Press a button."""
        ...


class SensorSource(Protocol):
    """A source of inputs for the length of a run."""

    async def listen(self, inbox: Inbox) -> None:
        """Put inputs into the inbox until cancelled, or until the source is exhausted."""
        ...


# --- button names read from a file descriptor, one per line
#
# `answer 2` includes the number of the answer. The end of the input does not end the run. The lines are read on a
# thread, because stdin may be a pipe, a terminal or a file, and only a thread can wait for all three.
#
# A flood waits in its pipe: lines are rate limited, and the thread reads on only when the loop has taken the previous
# lines. So other inputs and signals are still handled, and the recording stays small.

_LONGEST: Final = 200
"""Most characters of a line: button names are shorter, and messages quote the line."""
_BURST: Final = 100.0
"""Presses that are taken as fast as they arrive: a script may send those of a whole run at once. Chosen."""
_PER_S: Final = 10.0
"""Presses a second after those: no person is faster. Chosen."""
_REPORT_COST: Final = 5.0
"""The cost of a reported line, in presses: twenty at once, then two a second."""
_LINE_COST: Final = 0.01
"""The cost of a line that is not reported, in presses: a thousand a second are read, which is 1 % of a core."""
_CHUNK_COST: Final = 0.1
"""The cost of reading 4096 bytes, in presses: an endless line is read at 400 kB a second."""
_NO_MORE: Final = "Many lines name no button; no more of them are reported for now."


class StdinButtons:
    """Presses the buttons named on a file descriptor."""

    def __init__(
        self,
        on_problem: Callable[[str], None],
        *,
        fd: int = 0,
        clock: Clock | None = None,
        words: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        """Read from `fd`; `on_problem` is called on the loop for lines that name no button.

        `words` are further words with their callbacks, which are called on the loop.
        """
        self._on_problem = on_problem
        self._fd = fd
        self._clock = clock or MachineClock()
        self._words = words or {}
        self._has_ended = threading.Event()
        self._is_silent = False

    async def listen(self, inbox: Inbox) -> None:
        """Press the buttons that are read until the input ends; the thread may outlive a cancelled call."""
        loop = asyncio.get_running_loop()
        is_read = asyncio.Event()

        def take(results: list[Pressed | str], is_taken: threading.Event) -> None:
            for each in results:
                if isinstance(each, Pressed):
                    inbox.put(each)
                elif each in self._words:
                    self._words[each]()
                else:
                    self._on_problem(each)
            is_taken.set()

        def hand_over(results: list[Pressed | str]) -> None:
            is_taken = threading.Event()
            loop.call_soon_threadsafe(take, results, is_taken)
            while not is_taken.wait(1.0) and not self._has_ended.is_set():
                pass

        def read() -> None:
            with suppress(RuntimeError):  # the loop has closed
                self._read(hand_over, self._has_ended.wait)
                loop.call_soon_threadsafe(is_read.set)

        threading.Thread(target=read, name="buttons", daemon=True).start()
        try:
            await is_read.wait()
        finally:
            self._has_ended.set()

    def _read(
        self, hand_over: Callable[[list[Pressed | str]], None], rest: Callable[[float], object]
    ) -> None:
        """Read to the end, on the thread; results are passed on before each wait, which is a `rest`."""
        limit = RateLimit(_PER_S, _BURST, self._clock.monotonic)

        def take(cost: float) -> None:
            if (wait_s := limit.wait_s(cost)) > 0:
                rest(wait_s)
            limit.spend(cost)

        for lines in _chunks(self._fd):
            take(_CHUNK_COST)
            results: list[Pressed | str] = []
            for line in lines:
                result, cost = self._result_of(line, limit)
                if results and limit.wait_s(cost) > 0:
                    hand_over(results)
                    results = []
                take(cost)
                if result is not None:
                    results.append(result)
            if results:
                hand_over(results)
            if self._has_ended.is_set():
                return

    def _result_of(self, line: bytes, limit: RateLimit) -> tuple[Pressed | str | None, float]:
        """The press, the word or the problem of a line, and its cost; in a flood one problem stands for all."""
        word = spelt_as_name(line[:_LONGEST].decode("utf-8", "replace"))
        if word in self._words:
            return word, 1.0
        try:
            press = parse_button(line)
        except ValueError as error:
            was_silent, self._is_silent = self._is_silent, limit.wait_s(_REPORT_COST) > 0
            if not self._is_silent:
                return str(error), _REPORT_COST
            return (None if was_silent else _NO_MORE), _LINE_COST
        return press, _LINE_COST if press is None else 1.0


def parse_button(line: bytes) -> Pressed | None:
    """Parse one line as a press; None for an empty line. A bare number is an answer.

    Raises:
        ValueError: it names no button; the message may suggest one.
    """
    text = spelt_as_name(line[:_LONGEST].decode("utf-8", "replace"))
    if not text:
        return None
    name, _, rest = ("answer", "", text) if text.isdecimal() else text.partition("_")
    if name == Button.ANSWER:
        if not rest.isdecimal() or not 1 <= int(rest) <= 10:
            raise ValueError("answer takes the number of the answer, 1 to 10, such as: answer 2")
        return Pressed(Seconds(0.0), Button.ANSWER, Origin.STDIN, int(rest))
    if text in BUTTON_NAMES:
        return Pressed(Seconds(0.0), BUTTON_NAMES[text], Origin.STDIN)
    for end in range(len(text), 0, -1):
        if text[end : end + 1] == "_" and text[:end] in BUTTON_NAMES:
            raise ValueError(f"{BUTTON_NAMES[text[:end]]} takes nothing after it, not {text[end + 1 :]!r}")
    raise ValueError(f"{text!r} is not a button{suggestion(text, BUTTON_NAMES)}")


def _chunks(fd: int) -> Iterator[list[bytes]]:
    """Yield the lines of a descriptor as they arrive, with an unfinished last one; an error ends them.

    A chunk without a line end yields no line; of an endless line only the beginning is kept.
    """
    rest = b""
    while True:
        try:
            chunk = os.read(fd, 4096)
        except OSError:
            chunk = b""
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        yield lines
        rest = rest[:_LONGEST]
    if rest:
        yield [rest]
