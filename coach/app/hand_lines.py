"""Timing by hand without a screen: lines in place of keys, and lines of what became of them.

A line is a key, or says what a key would: `space`, `b`, `give b 17`, `undo`. A time before it says when it was, so that
a list on paper can be typed in later.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from coach.app.terminal import Console
from coach.edge.files import plain
from coach.edge.machine import ShutdownSignals
from coach.live.outputs import encode_line
from coach.problems import CoachProblem
from coach.quantities import Seconds, format_clock, parse_clock
from coach.squad.by_hand import HandEvent

if TYPE_CHECKING:
    from coach.app.by_hand import HandTimingService, LineLink

_MOST_UNKNOWN: Final = 20
"""Lines that are reported as not understood: more are another file. Chosen."""
_LONGEST_LINE: Final = 4096
"""Bytes of a line that are read as one: what is said at the line is shorter."""


class HandLines:
    """Reads what is done at the line as lines, and prints what became of it."""

    def __init__(self, service: "HandTimingService", console: Console, *, as_json: bool) -> None:
        """Drive a session; what cannot be read is said on the console."""
        self._service = service
        self._console = console
        self._as_json = as_json
        self._unknown = 0
        service.listen(self._print)

    def read(self, line: str) -> None:
        """Do what a line says: `space`, `b`, `give b`, `@72.3 space`, `undo`, `swap b`, `heat`, `out b`, `end`."""
        service = self._service
        words = line.split()
        if not words or words[0].startswith("#"):
            return
        moment: Seconds | None = None
        if words[0].startswith("@"):
            moment = _moment_of(words.pop(0)[1:])
            if moment is None or not words:
                self._console.say(f"{plain(line.strip())[:80]}: after @ stands a time, such as @1:12.3 space")
                return
            service.set_least(moment)
        word, rest = words[0], words[1:]
        if not self._do(word.casefold(), word, rest, moment):
            self._unknown += 1
            if self._unknown > _MOST_UNKNOWN:
                return
            if self._unknown == _MOST_UNKNOWN:
                self._console.say("Many lines are not understood; no more of them are reported.")
                return
            self._console.say(
                f"{plain(line.strip())[:80]}: not understood. space, enter, a runner's key, give b, give b 17, undo, "
                "swap b, heat, out b, take 17, call b NAME, end"
            )
        elif service.timing.message:
            self._console.say(service.timing.message)

    def _do(self, word: str, spelt: str, rest: Sequence[str], moment: Seconds | None) -> bool:
        """Do one word; False where it says nothing."""
        service = self._service
        service.timing.message = ""
        if word in _PLAIN and not rest:
            _PLAIN[word](service, moment)
            return True
        runner = self._runner(rest[0]) if rest else None
        number = (
            int(rest[-1])
            if rest and rest[-1].isascii() and rest[-1].isdigit() and len(rest[-1]) < 6
            else None
        )
        if word in {"give", "."} and runner and len(rest) <= 2 and (len(rest) == 1 or number is not None):
            service.give(runner, number if len(rest) == 2 else None)
        elif word in {"swap", "was"} and runner and len(rest) == 1:
            service.swap(runner)
        elif word in {"out", "-"} and runner and len(rest) == 1:
            service.drop(runner)
        elif word == "take" and number is not None and len(rest) == 1:
            if number in service.timing.owners:
                service.take_back(number)
            else:
                service.timing.message = f"There is no press {number}."
        elif word in {"call", "name"} and runner and len(rest) > 1:
            service.call(runner, " ".join(rest[1:]))
        elif not rest and (own := self._runner(spelt)):
            service.name(own, moment)
        else:
            return False
        return True

    def _runner(self, word: str) -> str | None:
        """Whom a word means: a key, a slug or a name."""
        timing = self._service.timing
        one = timing.by_key(word)
        if one is not None:
            return one.slug
        folded = word.casefold()
        return next(
            (
                each.slug
                for each in timing.setup.roster.runners
                if folded in {each.slug, timing.called(each.slug).casefold()}
            ),
            None,
        )

    def _print(self, event: HandEvent) -> None:
        text = encode_line(event) if self._as_json else self._words(event)
        if text:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def _words(self, event: HandEvent) -> str:
        kind, press = event["event"], event.get("press")
        name = plain(self._service.timing.called(event["runner"])) if "runner" in event else ""
        if kind == "clock_started":
            return f"{format_clock(event['from_s'], tenths=True):>8}  | heat {event['heat']}"
        if kind == "timing_ended":
            return ""
        if press is None:
            said = {
                "left_order": "out of the order",
                "back_in_order": "back in the order",
                "undone": "undone",
            }
            text = said.get(kind, f"called {plain(str(event.get('name')))}")
            return f"{format_clock(event['at_s'], tenths=True):>8}  | {name}{' ' if name else ''}{text}"
        lap = (
            f"lap {event['lap']}  {event['lap_s']:.1f}  {format_clock(event['time_s'], tenths=True)}"
            if "lap" in event
            else ""
        )
        what = {"line_moved": "moved to ", "line_loose": "nobody's", "line_taken_back": "taken back"}.get(
            kind, ""
        )
        parts = [f"press {press}", what + name, lap, str(event.get("word", ""))]
        return f"{format_clock(event['effective_at_s'], tenths=True):>8}  | {'  '.join(filter(None, parts))}"


def _moment_of(text: str) -> Seconds | None:
    with suppress(ValueError, CoachProblem):
        seconds = float(text) if ":" not in text else float(parse_clock(text))
        if 0 <= seconds < 360_000:
            return Seconds(seconds)
    return None


_PLAIN: Final[dict[str, Callable[["HandTimingService", Seconds | None], object]]] = {
    "space": lambda service, moment: service.cross(moment),
    "line": lambda service, moment: service.cross(moment),
    "press": lambda service, moment: service.cross(moment),
    "enter": lambda service, moment: service.cross(moment, is_loose=True),
    "loose": lambda service, moment: service.cross(moment, is_loose=True),
    "undo": lambda service, _: service.undo(),
    "backspace": lambda service, _: service.undo(),
    "tab": lambda service, _: service.give_by_order(),
    "order": lambda service, _: service.give_by_order(),
    "heat": lambda service, moment: service.next_heat(moment),
    "gun": lambda service, moment: service.next_heat(moment),
    "]": lambda service, moment: service.next_heat(moment),
    "out": lambda service, _: service.drop(),
    "-": lambda service, _: service.drop(),
    "end": lambda service, _: service.end(),
    "esc": lambda service, _: service.end(),
}
"""Words that stand alone."""


def _typed_lines() -> Iterator[bytes]:
    """The lines of standard input as they come; a thread that waits in its buffer would hold up the end."""
    if sys.stdin is None:  # it was closed before the program began
        return
    try:
        descriptor = sys.stdin.fileno()
    except (OSError, ValueError):  # it stands for something in memory
        yield from sys.stdin.buffer
        return
    rest = b""
    while chunk := os.read(descriptor, 65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line[:_LONGEST_LINE] for line in lines)
        rest = rest[:_LONGEST_LINE]
    if rest:
        yield rest


async def by_lines(service: "HandTimingService", link: "LineLink", console: Console, *, as_json: bool) -> int:
    """Read lines from standard input until it ends; returns the exit code."""
    lines = HandLines(service, console, as_json=as_json)
    loop = asyncio.get_running_loop()
    is_over = asyncio.Event()

    def read_all() -> None:
        with suppress(RuntimeError, OSError, ValueError):  # the loop has closed, or the input has gone
            for line in _typed_lines():
                loop.call_soon_threadsafe(take, line.decode("utf-8", "replace"))
            loop.call_soon_threadsafe(is_over.set)

    def take(line: str) -> None:
        if not service.has_ended:
            lines.read(line)
        if service.has_ended:
            is_over.set()

    service.begin()
    with ShutdownSignals(is_over.set) as signals:
        async with link:
            threading.Thread(target=read_all, name="keys", daemon=True).start()
            await is_over.wait()
    if not signals.exit_code:
        service.end()
    return signals.exit_code or 0
