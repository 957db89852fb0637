"""A question at the terminal while the radio goes on; Ctrl-C and the end of input leave it at once."""

import asyncio
import sys

import click


async def ask_number(question: str, highest: int, default: int | None) -> int:
    """Ask for a number from 1 to `highest` until there is one; Enter alone takes the default, if there is one.

    Raises:
        click.Abort: there is no more input.
    """
    offered = "" if default is None else f" [{default}]"
    while True:
        click.echo(f"{question} (1-{highest}){offered}: ", nl=False, err=True)
        line = await _line()
        if not line:
            raise click.Abort
        answer = line.strip()
        if not answer and default is not None:
            return default
        if answer.isdecimal() and 1 <= int(answer) <= highest:
            return int(answer)


async def _line() -> str:
    """Read a line without holding up the loop; a thread would not hear of Ctrl-C before Enter."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()
    terminal = sys.stdin.fileno()

    def readable() -> None:
        loop.remove_reader(terminal)
        line.set_result(sys.stdin.readline())

    try:
        loop.add_reader(terminal, readable)
    except NotImplementedError:  # Windows: there the loop waits with us
        return sys.stdin.readline()
    try:
        return await line
    finally:
        loop.remove_reader(terminal)
