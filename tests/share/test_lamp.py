"""The state of a run on a WLED lamp: what it shows, and that it is set back whatever happens."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from coach.app.sharing import lamp_look
from coach.cues.cue import CueKind
from coach.edge.lamp import LampAddress, LampLook, LampSink, parse_lamp, set_back
from coach.live.run import TimedOutput
from coach.problems import UsageProblem
from coach.quantities import Seconds
from coach.screen.words import Frame, judgement
from coach.session.phases import Phase
from coach.themes import SCREEN_THEMES
from coach.workout.kinds import HARD
from tests.architecture.source import ROOT
from tests.patience import wait_until
from tests.screen.builders import cue, rep_four

EVENING = {
    "on": True,
    "bri": 40,
    "transition": 7,
    "ps": -1,
    "pl": -1,
    "nl": {"on": False},
    "mainseg": 0,
    "seg": [
        {
            "id": 0,
            "start": 0,
            "stop": 20,
            "len": 20,
            "grp": 1,
            "spc": 0,
            "of": 0,
            "on": True,
            "frz": False,
            "rev": False,
            "mi": False,
        }
        | {"bri": 255, "col": [[255, 160, 0], [0, 0, 0], [0, 0, 0]], "fx": 9, "sx": 60, "ix": 128, "pal": 6},
        {
            "id": 1,
            "start": 20,
            "stop": 30,
            "len": 10,
            "grp": 1,
            "spc": 0,
            "of": 0,
            "on": False,
            "frz": False,
            "rev": True,
            "mi": False,
        }
        | {"bri": 255, "col": [[0, 0, 255], [0, 0, 0], [0, 0, 0]], "fx": 0, "sx": 128, "ix": 128, "pal": 0},
    ],
}
"""A lamp with two segments, as one may stand in a living room."""


class FakeWled:
    """A WLED on loopback that keeps its state as the real one does, and can be slow, gone or something else."""

    def __init__(
        self, state: dict[str, Any] = EVENING, lights: int = 30, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.state = json.loads(json.dumps(state))
        self.lights = lights
        self.colours = ["?"] * lights
        self.posts: list[tuple[float, dict[str, Any]]] = []
        self.slow_s = 0.0
        self.rubbish: bytes | None = None
        self._server: ThreadingHTTPServer | None = None
        self.host = host
        self.port = port
        self.start()

    @property
    def address(self) -> LampAddress:
        """Where it is."""
        return LampAddress(self.host, self.port)

    def start(self) -> None:
        """Be there."""
        lamp = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self, answer: dict[str, Any]) -> None:
                time.sleep(lamp.slow_s)
                data = json.dumps(answer).encode() if lamp.rubbish is None else lamp.rubbish
                with suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)

            def do_GET(self) -> None:
                assert self.path == "/json/si"
                self._answer({"state": lamp.state, "info": {"ver": "0.15.0", "leds": {"count": lamp.lights}}})

            def do_POST(self) -> None:
                assert self.path == "/json/state"
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                lamp.take(body)
                self._answer({"success": True})

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((self.host, self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Be gone."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, body: dict[str, Any]) -> None:
        """Change the state as WLED does: key by key, a segment by its id, one without length is taken away."""
        self.posts.append((time.monotonic(), body))
        self.state |= {key: body[key] for key in ("on", "bri", "transition", "mainseg", "ps") if key in body}
        segments = {each["id"]: each for each in self.state["seg"]}
        for change in body.get("seg", ()):
            segment = segments.setdefault(change["id"], {"start": 0})
            segment |= {key: value for key, value in change.items() if key != "i"}
            segment["len"] = segment["stop"] - segment["start"]
            if "i" in change:
                segment["frz"] = True
                for place in range(0, len(change["i"]), 3):
                    start, stop, colour = change["i"][place : place + 3]
                    self.colours[start:stop] = [colour] * (stop - start)
            if segment["stop"] <= segment["start"]:
                del segments[change["id"]]
        self.state["seg"] = sorted(segments.values(), key=lambda each: each["id"])


@pytest.fixture
def wled():
    """A lamp."""
    lamp = FakeWled()
    yield lamp
    lamp.stop()


AMBER = LampLook((255, 176, 0), filled=0.5)


class Shown:
    """A run on a lamp."""

    def __init__(self, wled: FakeWled, folder: Path) -> None:
        self.look = AMBER
        self.said: list[str] = []
        self.folder = folder
        self.sink = LampSink(
            wled.address, lambda: self.look, folder=folder, brightness=100, say=self.said.append
        )


@pytest.mark.asyncio
async def test_a_lamp_shows_the_state_and_then_what_it_showed_before(wled, tmp_path):
    """Colour over the length that is left, no brighter than allowed; then both segments as they were."""
    shown = Shown(wled, tmp_path)
    await wait_until(lambda: shown.sink.sent)
    during = list(wled.colours), wled.state["bri"], len(wled.state["seg"]), list(tmp_path.glob("lamp-*.json"))
    await shown.sink.close()

    assert during[0] == ["FFB000"] * 15 + ["000000"] * 15
    assert during[1:3] == (100, 1)
    assert len(during[3]) == 1  # kept before it was changed
    assert wled.state == EVENING
    assert not list(tmp_path.glob("lamp-*.json"))
    assert shown.said == []


@pytest.mark.asyncio
async def test_a_playlist_goes_on(tmp_path):
    """What it would show by now is not known, so it is started again."""
    wled = FakeWled({**EVENING, "pl": 3})
    shown = Shown(wled, tmp_path)
    await wait_until(lambda: shown.sink.sent)
    await shown.sink.close()
    wled.stop()

    assert wled.posts[-1][1] == {"on": True, "bri": 40, "ps": 3}


@pytest.mark.asyncio
async def test_no_more_than_five_updates_a_second(wled, tmp_path):
    """However often the state changes."""
    shown = Shown(wled, tmp_path)
    for place in range(60):
        shown.look = replace(AMBER, filled=place / 60)
        shown.sink.offer(TimedOutput(cue(), None))
        await asyncio.sleep(0.02)
    await shown.sink.close()

    times = [at for at, _ in wled.posts[:-1]]
    assert len(times) >= 2
    assert min(later - before for before, later in pairwise(times)) > 0.15


@pytest.mark.asyncio
async def test_a_slow_lamp_delays_nothing(wled, tmp_path):
    """The loop of the run goes on, and the newest state is what the lamp is sent next."""
    wled.slow_s = 0.7
    shown = Shown(wled, tmp_path)
    late = []
    for place in range(100):
        before = time.monotonic()
        shown.look = replace(AMBER, filled=place / 100)
        shown.sink.offer(TimedOutput(cue(), None))
        late.append(time.monotonic() - before)
        await asyncio.sleep(0.01)
    await wait_until(lambda: shown.sink.sent)
    last = wled.posts[-1][1]["seg"][0]["i"]
    wled.slow_s = 0.0
    await shown.sink.close()

    assert sorted(late)[50] < 0.05
    assert last[1] > 5  # not the first of a hundred
    assert wled.state == EVENING


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "rubbish",
    [b"<html>router</html>", b"[1]", b"{}", b'{"state": {}, "info": 3}', b"[" * 60_000],
    ids=["page", "list", "empty", "info", "deep"],
)
async def test_what_is_no_lamp_is_told_once_and_left_alone(wled, tmp_path, rubbish):
    """A router's page, say: nothing is ever sent to it."""
    wled.rubbish = rubbish
    shown = Shown(wled, tmp_path)
    await wait_until(lambda: shown.said)
    await shown.sink.close()

    assert shown.said == [
        f"No lamp at {wled.address}: the device there is not a WLED. The run goes on; it is tried again."
    ]
    assert not wled.posts
    assert not list(tmp_path.glob("lamp-*.json"))


@pytest.mark.asyncio
async def test_a_lamp_that_is_gone_is_told_once_and_found_again(wled, tmp_path, monkeypatch):
    """And what it showed before is still what it was before the run, not what the run has left on it."""
    monkeypatch.setattr("coach.edge.lamp._RETRY_S", 0.05)
    shown = Shown(wled, tmp_path)
    await wait_until(lambda: shown.sink.sent)
    wled.stop()
    shown.look = replace(AMBER, filled=0.2)
    await wait_until(lambda: shown.said)
    await asyncio.sleep(0.3)
    gone = list(shown.said)
    wled.start()
    await wait_until(lambda: len(shown.said) > 1)
    await wait_until(lambda: wled.colours[:7] == ["FFB000"] * 6 + ["000000"])
    await shown.sink.close()

    assert len(gone) == 1
    assert gone[0].startswith(f"No lamp at {wled.address}: ")
    assert shown.said[1:] == [f"The lamp at {wled.address} is there."]
    assert wled.state == EVENING


@pytest.mark.asyncio
async def test_a_lamp_that_is_gone_at_the_end_is_set_back_by_the_next_start(wled, tmp_path):
    """Where nobody has a lamp, too; one that another program uses is left alone."""
    shown = Shown(wled, tmp_path)
    await wait_until(lambda: shown.sink.sent)
    set_back(tmp_path)
    used = len(wled.posts)
    wled.stop()
    await shown.sink.close()
    wled.start()
    spared = wled.state["bri"]
    set_back(tmp_path, but=[f"{wled.address}=lap"])
    still = wled.state["bri"]
    set_back(tmp_path)

    assert used == 1
    assert (spared, still) == (100, 100)
    assert "could not be set back" in shown.said[-1]
    assert wled.state == EVENING
    assert not list(tmp_path.glob("lamp-*.json"))


@pytest.mark.asyncio
async def test_a_second_run_leaves_a_lamp_that_is_used(wled, tmp_path):
    """It says so; the first one's lamp is set back by the first one."""
    first = Shown(wled, tmp_path)
    await wait_until(lambda: first.sink.sent)
    second = Shown(wled, tmp_path)
    await wait_until(lambda: second.said)
    await second.sink.close()
    await first.sink.close()

    assert second.said == [
        f"The lamp at {wled.address} shows another run already; this one goes on without it."
    ]
    assert wled.state == EVENING


@contextmanager
def started(command: list[str], home: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A program, which ends with the block."""
    with subprocess.Popen(
        command, env=home, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as program:
        try:
            yield program
            program.wait(30)
        finally:
            program.kill()


@pytest.mark.parametrize("is_used_again", [True, False], ids=["with a lamp", "without"])
def test_a_killed_run_leaves_the_lamp_to_the_next_start(wled, tmp_path, is_used_again):
    """A real run, killed where nothing can be cleaned up; the next one sets the lamp back, with it or without."""
    home = {"COACH_HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "coach", "run", "free", "--sensors", "none", "--no-record"]
    lit_by = [*command, "--wled", str(wled.address)]
    with started(lit_by, home) as run:
        asyncio.run(wait_until(lambda: wled.posts))
        run.send_signal(signal.SIGKILL)
    lit = wled.state["bri"]
    seen = len(wled.posts)
    with started(lit_by if is_used_again else command, home) as again:
        asyncio.run(wait_until(lambda: len(wled.posts) > seen))
        again.send_signal(signal.SIGTERM)

    assert lit == 128
    assert wled.state == EVENING


# --- what it shows


def test_the_colours_are_those_of_the_screen():
    """Fast is the bright fill of the dark theme, slow its dark one as bright as a light can be, the rest white."""
    fast, slow = (
        rep_four(cue=cue(kind), at=Seconds(1086.0)) for kind in (CueKind.TOO_FAST, CueKind.TOO_SLOW)
    )
    dark = next(theme for theme in SCREEN_THEMES.values() if theme.is_dark).colours

    assert "#{:02x}{:02x}{:02x}".format(*lamp_look(fast).colour) == dark["fast"][1]
    assert lamp_look(slow).colour == (0, 128, 255)
    assert lamp_look(rep_four(cue=None)).colour == (255, 255, 255)


def test_every_look_of_the_box_has_its_own_light():
    """A call to act flashes once a second, what waits is dim."""
    call = rep_four(cue=cue(CueKind.TOO_FAST))
    levels = [lamp_look(replace(call, at=Seconds(1086.05 + tenth / 10))).level for tenth in range(20)]
    calm = rep_four(cue=None)

    assert judgement(call).frame is Frame.FILL
    assert levels == ([1.0] * 6 + [0.2] * 4) * 2
    assert (
        lamp_look(calm).level
        == {Frame.OUTLINE: 0.5, Frame.CORNERS: 0.2, Frame.CHIP: 1.0}[judgement(calm).frame]
    )


def test_the_length_is_what_is_left_of_the_step():
    """By distance where the step has one; the whole length where nobody knows."""
    assert lamp_look(rep_four()).filled == pytest.approx(213.2 / 400, abs=0.01)
    assert lamp_look(rep_four(step_m=None, step_time_s=None)).filled == 1.0
    assert LampLook((255, 0, 0), filled=0.001).body(60, 128)["seg"][0]["i"] == [
        0,
        1,
        "FF0000",
        1,
        60,
        "000000",
    ]
    assert LampLook((255, 0, 0), filled=0.0).body(1, 128)["seg"][0]["i"] == [0, 1, "000000"]


def test_three_pulses_before_the_go():
    """At 3, 2 and 1, over the whole length; none before a rest, and none in a pause."""
    rest = next(each for each in rep_four().timeline.steps if each.rep == 4 and each.kind not in HARD)
    rep = next(each for each in rep_four().timeline.steps if each.rep == 5)
    resting = rep_four(step=rest, next_step=rep, phase=Phase.RECOVERY, cue=None, left_m=None)
    looks = [
        lamp_look(replace(resting, left_s=Seconds(left / 10)))
        for left in (34, 30, 27, 24, 20, 17, 14, 10, 7, 4)
    ]

    assert [look.level for look in looks[1:]] == [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0]
    assert looks[0].level == 0.5
    assert lamp_look(replace(resting, left_s=Seconds(2.9), phase=Phase.PAUSED)).level != 0.0
    assert lamp_look(rep_four(left_s=Seconds(2.4))).level != 0.0


@pytest.mark.parametrize(
    "text", ["", "a b", "http://", "192.168.1.40:0", "lamp:99999", "[::g]", "x/y", "u@h"]
)
def test_what_is_no_address_is_refused(text):
    """Before the run begins."""
    with pytest.raises(UsageProblem, match="not an address of a lamp"):
        parse_lamp(text)


def test_addresses_as_they_are_typed():
    """With or without the port, and as a browser shows it."""
    assert parse_lamp("http://wled-line.local/") == LampAddress("wled-line.local")
    assert str(parse_lamp("192.168.1.40:8080")) == "192.168.1.40:8080"
    assert str(parse_lamp("[fe80::1]:81")) == "[fe80::1]:81"
