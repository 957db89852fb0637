"""The pages with the program itself: `coach run` of a simulated runner, shared, and seen in a real Chromium."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.patience import block_until
from tests.review.chromium import Browser
from tests.share.page import BOARD, PHONE, Page, page_in


class Shared:
    """The program, and the links it told."""

    def __init__(self, told: Path, program: "subprocess.Popen[bytes]") -> None:
        """Read the links from what it told."""
        self.program = program
        self.links: list[str] = block_until(
            lambda: found if len(found := re.findall(r"http://\S+/in/\S+", told.read_text())) == 2 else None,
            "two links",
        )
        self.address = self.links[0].partition("/in/")[0]


@pytest.fixture
def shared(tmp_path: Path, home: Path) -> Iterator[Shared]:
    """`coach run --share --share-control` of a simulated runner, stopped by its own process id at the latest."""
    told = tmp_path / "told.txt"
    command = ["coach", "run", "2x400 @ 4:30/km / 60s jog", "--sensors", "sim", "--no-record"]
    command += ["--share=127.0.0.1", "--share-control"]
    with told.open("wb") as errors:
        program = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "COACH_HOME": str(home)},
            cwd=ROOT,
        )
    try:
        yield Shared(told, program)
    finally:
        program.send_signal(signal.SIGCONT)
        program.kill()
        program.communicate()


@pytest.fixture
def page(chromium: Browser, shared: Shared) -> Iterator[Page]:
    """Pages of the program."""
    laptop: Any = SimpleNamespace(now_s=0.0)
    with page_in(chromium, laptop) as result:
        yield result
        chromium.call("Network.clearBrowserCookies")


def enter(browser: Browser, link: str) -> None:
    """Open a link: a page of its own sets the cookie, and asks for the real one."""
    browser.show(link, *PHONE)
    browser.wait_for("Page.loadEventFired")


def test_a_run_is_seen_pressed_lost_found_and_ended_on_a_phone(page: Page, shared: Shared):
    """A link opens one phone; a press is confirmed; a program that stands still is no signal, and its end is told."""
    browser = page.browser
    enter(browser, shared.links[0])
    page.until("window.taken?.frame > 1 && document.body.dataset.state === 'live'")
    page.until("document.getElementById('unit').textContent.includes('target')")
    assert page.ask("document.querySelector('#where text').textContent") == "REP 1/2"
    assert page.ask("window.taken.plan") >= 1
    assert page.ask("location.pathname") == "/"
    assert [url for url in browser.requests if not url.startswith((shared.address, "data:", "blob:"))] == []
    assert browser.errors == []

    browser.call("Network.clearBrowserCookies")
    browser.show(shared.links[0], *PHONE)
    assert "This link was used" in page.ask("document.body.innerText")
    browser.show(f"{shared.address}/control", *PHONE)
    assert "no link yet" in page.ask("document.body.innerText")

    enter(browser, shared.links[1])
    page.until("window.taken?.frame > 1")
    assert page.ask("location.pathname") == "/control"
    page.hold("#unlock", 1.1)
    page.until("document.getElementById('unlock').hidden")
    page.hold("#slower", 0.6)
    newest = "document.querySelector('#acks li')"
    page.until(f"{newest} && {newest}.dataset.status !== 'sent'")
    # The page's clock has gone on by itself during the holds, and the run says that it is ahead.
    assert page.ask(f"{newest}.firstChild.textContent").startswith("✓ SLOWER: confirmed")
    page.until("document.getElementById('sentence').textContent.startsWith('target slower')")

    browser.show(f"{shared.address}/board", *BOARD)
    page.until("window.taken?.plan >= 1 && document.body.dataset.state === 'live'")
    shared.program.send_signal(signal.SIGSTOP)
    page.pass_time(3.5)
    assert page.ask("document.body.dataset.state") == "silent"
    assert page.text("sentence") == "this page runs the light on"
    assert page.text("light").startswith("rep ends in ")
    shared.program.send_signal(signal.SIGCONT)
    page.until("document.body.dataset.state === 'live'")

    assert browser.errors == []
    assert shared.program.stdin is not None
    shared.program.stdin.write(b"finish\n")
    shared.program.stdin.flush()
    page.until("document.body.dataset.state === 'ended'")
    assert page.text("sentence").endswith("You can close this page.")
