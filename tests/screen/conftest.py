"""Fixtures of tests that start the app."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import Any

import pytest
from textual import _wait
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


@pytest.fixture(autouse=True, scope="session")
def _styles_parsed_once() -> Iterator[None]:
    """The styles of a theme are parsed once for all apps: a seventh of the start of each."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_once(sheet: Stylesheet, css: str, **named: Any) -> list[RuleSet]:
        key = (css, *named.values(), *sheet._variables.items())
        if key not in parsed:
            parsed[key] = parse(sheet, css, **named)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(autouse=True)
def _idleness_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot sees when an app is idle, and goes on at once; Textual sleeps 20 ms a look, two to ten times a key.

    An app is idle when nothing is left to do in its loop, nor by a timer that is due within the 20 ms of Textual's
    look. How far a thread is, such as the one that writes a recording, cannot be seen: while a test has one that may be
    at work, Textual's own look decides, by the processor's time.
    """
    before = frozenset(threading.enumerate())

    async def until_idle(min_sleep: float = _wait.SLEEP_GRANULARITY, max_sleep: float = 1.0) -> None:
        loop: Any = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() < began + max_sleep:
            await asyncio.sleep(0)
            # Asked first: a thread calls back, and then is done.
            is_busy = _may_be_at_work(before, loop._default_executor)
            if loop._ready:
                continue
            if is_busy:
                await _wait.wait_for_idle(min_sleep, max_sleep)
                return
            due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=inf)
            if due > began + _wait.SLEEP_GRANULARITY:
                return
            await asyncio.sleep(due - loop.time())

    for module in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{module}.wait_for_idle", until_idle)


def _may_be_at_work(before: frozenset[threading.Thread], executor: ThreadPoolExecutor | None) -> bool:
    """Tell whether there is a thread that was not there before, save for those that wait for work from the loop."""
    idle = executor._idle_semaphore._value if executor is not None else 0
    return len(set(threading.enumerate()) - before) > idle
