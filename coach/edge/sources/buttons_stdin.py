"""Reads button names from a file descriptor, one per line.

`answer 2` includes the number of the answer. The end of the input does not end the run. The lines are read on a
thread, because stdin may be a pipe, a terminal or a file, and only a thread can wait for all three.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from coach.edge.sources import Inbox
from coach.edge.suggestions import suggestion
from coach.quantities import Seconds
from coach.session.buttons import Button, Origin, Pressed

_LONGEST: Final = 200
"""Longest line that is read: button names are shorter, and messages quote the line."""


class StdinButtons:
    """Presses the buttons named on a file descriptor."""

    def __init__(self, on_problem: Callable[[str], None], *, fd: int = 0) -> None:
        """Read from `fd`; `on_problem` is called on the loop for each line that names no button."""
        self._on_problem = on_problem
        self._fd = fd

    async def listen(self, inbox: Inbox) -> None:
        """Press the buttons that are read until the input ends; the thread may outlive a cancelled call."""
        loop = asyncio.get_running_loop()
        has_ended = asyncio.Event()

        def on_line(line: bytes) -> None:
            try:
                press = parse_button(line)
            except ValueError as error:
                self._on_problem(str(error))
            else:
                if press is not None:
                    inbox.put(press)

        def call_on_loop(call: Callable[..., None], *arguments: bytes) -> None:
            with suppress(RuntimeError):  # the loop has closed
                loop.call_soon_threadsafe(call, *arguments)

        def read() -> None:
            for line in _lines(self._fd):
                call_on_loop(on_line, line)
            call_on_loop(has_ended.set)

        threading.Thread(target=read, name="buttons", daemon=True).start()
        await has_ended.wait()


def parse_button(line: bytes) -> Pressed | None:
    """Parse one line as a press; None for an empty line.

    Raises:
        ValueError: it names no button; the message may suggest one.
    """
    words = line[:_LONGEST].decode("utf-8", "replace").strip().lower().replace("-", "_").split()
    if not words:
        return None
    name, *rest = words
    try:
        button = Button(name)
    except ValueError:
        raise ValueError(
            f"{name!r} is no button{suggestion(name, [member.value for member in Button])}"
        ) from None
    if button is not Button.ANSWER:
        if rest:
            raise ValueError(f"{button} takes nothing after it, not {rest[0]!r}")
        return Pressed(Seconds(0.0), button, Origin.STDIN)
    if len(rest) != 1 or not rest[0].isdecimal() or not 1 <= int(rest[0]) <= 10:
        raise ValueError("answer takes the number of the answer, 1 to 10, such as: answer 2")
    return Pressed(Seconds(0.0), button, Origin.STDIN, int(rest[0]))


def _lines(fd: int) -> Iterator[bytes]:
    """Yield the lines of a descriptor as they arrive, including an unfinished last one; an error ends them."""
    rest = b""
    while True:
        try:
            chunk = os.read(fd, 4096)
        except OSError:
            chunk = b""
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        rest = rest[:_LONGEST]
    if rest:
        yield rest
