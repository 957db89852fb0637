"""The pace lights on a strip round the track: where they are, and that no strip ever holds up the run."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from coach.app.playback import RecordingRequest, load_recording
from coach.app.terminal import SILENT
from coach.edge import lamp
from coach.edge.lamp import (
    PORT,
    WHOLE_LAP,
    Appearance,
    StripSink,
    StripStretch,
    frame,
    packets,
    parse_light,
    parse_lights,
)
from coach.edge.settings import Settings
from coach.live.ahead import LapLights, lap_lights
from coach.live.run import LiveRun, TimedOutput
from coach.problems import UsageProblem
from coach.quantities import Seconds
from coach.session.events import PhaseChanged
from coach.session.phases import Phase
from tests.architecture.source import ROOT
from tests.live.test_ahead import paced, run_of
from tests.patience import wait_until
from tests.share.test_lamp import EVENING, FakeWled

LOOKS = Appearance((0, 255, 0), (255, 0, 255), 2.0)
PIXEL_M = 0.5
COUNT = 800
"""A strip round a track of 400 m, two lights a metre."""


class FakeStrip:
    """Takes DDP on loopback as a strip does: packets put together by offset, shown at the push."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._link.bind((host, port))
        self.port = self._link.getsockname()[1]
        self.lights = bytearray(3 * COUNT)
        self.frames: list[tuple[float, bytes]] = []
        self.sequences: list[int] = []
        self.lost = lambda _number: False
        """Which packets never arrive."""
        self._number = 0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with suppress(OSError):
            while data := self._link.recv(2048):
                self._number += 1
                if not self.lost(self._number):
                    self.take(data)

    def take(self, data: bytes) -> None:
        """Take a packet."""
        flags, sequence, kind, where = data[:4]
        offset, length = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:10], "big")
        assert (flags & 0xC0, kind, where) == (0x40, 0x0B, 1)
        assert 1 <= sequence <= 15
        assert length == len(data) - 10 <= 1440
        self.lights[offset : offset + length] = data[10:]
        if flags & 1:
            self.frames.append((time.monotonic(), bytes(self.lights)))
            self.sequences.append(sequence)

    def close(self) -> None:
        """Be gone."""
        self._link.close()


@pytest.fixture
def strip():
    """A strip."""
    result = FakeStrip()
    yield result
    result.close()


def front(frame: bytes, part: int = 1) -> float | None:
    """Where the front of a light is, in lights of the strip; None where none is lit. It may lie across the line."""
    levels = [value / 255 for value in frame[part::3]]
    lit = [place for place, level in enumerate(levels) if level > 0]
    if not lit:
        return None
    ahead = [place for place in lit if levels[(place + 1) % len(levels)] == 0]
    assert len(ahead) == 1, "one light is one piece"
    return ahead[0] + levels[ahead[0]]


def apart(one: float, other: float, round_m: float = 400.0) -> float:
    """How far two places on a lap are apart."""
    return abs((one - other + round_m / 2) % round_m - round_m / 2)


RECORDED = [
    ("workout_9x2min_pace_target_smartrec.fit", None, 500),
    ("track_7x1km_1hz.gpx", "7x1000 @ 3:20/km / 90s stand", 3000),
]


def soon(is_so: Any) -> None:
    """Wait until something is so."""
    asyncio.run(wait_until(is_so))


@pytest.mark.parametrize(("name", "workout", "least"), RECORDED, ids=["9 x 2 min", "7 x 1 km"])
def test_the_strip_shows_the_pacing_light_of_a_whole_recorded_run(recordings, strip, name, workout, least):
    """Within one light of the strip at every sample of every rep, stops and new lights among them, over real UDP."""
    recording = load_recording(RecordingRequest(str(recordings / name), workout), Settings(), SILENT)
    run = LiveRun(recording.setup)
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.connect(("127.0.0.1", strip.port))
    places: list[float | None] = []
    seen = {"set back": 0, "stopped": 0, "run whole": 0}
    for event in recording.inputs:
        run.receive(event)
        snapshot = run.snapshot(event.at)
        lights = lap_lights(recording.setup, snapshot)
        if lights is None or snapshot.light is None or snapshot.step is not lights.step:
            continue
        assert snapshot.step_m is not None
        own_m = snapshot.step_m + snapshot.light.behind_m  # told by the session, from the runner's own metres
        length_m = lights.lights[0].length_m
        places.append(None if length_m is not None and own_m > length_m else max(0.0, own_m) % 400.0)
        seen["set back"] += snapshot.light.set_back_s > 0
        seen["stopped"] += snapshot.stopped_s is not None
        seen["run whole"] += places[-1] is None
        for packet in packets(frame(lights, event.at, COUNT, WHOLE_LAP, LOOKS), len(places) % 15 + 1):
            link.send(packet)
        if len(places) % 100 == 0:
            soon(lambda: len(strip.frames) == len(places))
    soon(lambda: len(strip.frames) == len(places))
    link.close()
    shown = [front(each) for _, each in strip.frames]

    assert len(places) > least
    assert {each for each, count in seen.items() if count} >= {*seen} - (
        {"run whole", "set back"} if workout is None else set()
    )
    assert [each is None for each in shown] == [each is None for each in places]
    worst_m = max(
        apart(each * PIXEL_M, place)
        for each, place in zip(shown, places, strict=True)
        if each is not None and place is not None
    )
    assert worst_m <= PIXEL_M


# --- what it shows


def lights_of(*steps: Any, at: float = 0.0, **changes: Any) -> LapLights:
    """The lights of a run of these steps at a moment."""
    setup, run = run_of(*steps)
    run.fire(Seconds(at))
    lights = lap_lights(replace(setup, **changes), run.snapshot(Seconds(at)))
    assert lights is not None
    return lights


def lit(frame: bytes) -> list[int]:
    """Which lights of a strip are lit."""
    return [place for place in range(len(frame) // 3) if any(frame[3 * place : 3 * place + 3])]


def test_a_light_is_as_long_as_it_was_set_and_moves_by_less_than_one_light():
    """Two metres are four lights at the full; the one in front brightens as it is reached. At the line it goes on."""
    lights = lights_of(paced("a", 1000.0))
    steps = [frame(lights, Seconds(10.0 + tenth / 80), COUNT, WHOLE_LAP, LOOKS) for tenth in range(11)]
    fronts = [front(each) or 0.0 for each in steps]

    assert lit(steps[0]) == [76, 77, 78, 79]  # 4 m/s: 40 m, two lights a metre
    assert set(steps[0][3 * 76 : 3 * 80 : 3]) == {0}
    assert set(steps[0][3 * 76 + 1 : 3 * 80 : 3]) == {255}
    assert fronts == pytest.approx([80 + tenth / 10 for tenth in range(11)], abs=0.01)
    over_the_line = frame(lights, Seconds(100.25), COUNT, WHOLE_LAP, LOOKS)
    assert lit(over_the_line) == [0, 1, 798, 799]


def test_several_strips_make_one_lap():
    """Each shows its own stretch; one that is laid the other way the same places, one across the line both ends."""
    lights = lights_of(paced("a", 1000.0))
    at = Seconds(25.25)  # 101 m: the light is from 99 to 101 m
    whole = frame(lights, at, 400, WHOLE_LAP, LOOKS)
    first = frame(lights, at, 100, StripStretch(0.0, 100.0), LOOKS)
    second = frame(lights, at, 100, StripStretch(100.0, 200.0), LOOKS)
    backwards = frame(lights, at, 100, StripStretch(200.0, 100.0), LOOKS)
    across = frame(lights, Seconds(99.75), 100, StripStretch(350.0, 450.0), LOOKS)
    across_after = frame(lights, Seconds(100.25), 100, StripStretch(350.0, 450.0), LOOKS)

    assert (lit(whole), lit(first), lit(second), lit(backwards)) == ([99, 100], [99], [0], [99])
    assert (lit(across), lit(across_after)) == ([47, 48], [49, 50])
    assert lit(frame(lights, at, 5, WHOLE_LAP, LOOKS)) == [0, 1]  # never shorter than one light of the strip
    assert lit(frame(None, at, 5, WHOLE_LAP, LOOKS)) == []


def test_the_ghost_has_its_own_colour():
    """Both run from the same start; where they overlap both are seen."""
    lights = lights_of(
        paced("a", 1000.0), light={"a": 4.0}, planned={"a": 3.9}
    )  # an earlier run ran 4 m/s where 3.9 was planned
    start, later = (frame(lights, Seconds(at), 400, WHOLE_LAP, LOOKS) for at in (0.0, 50.0))

    assert [light.is_ghost for light in lights.lights] == [True, False]
    assert (front(later, 0), front(later, 1)) == (200.0, 195.0)
    assert set(start[3 * 398 :]) == {255}


def test_packets_are_those_of_the_specification():
    """Ten bytes before at most 1440; only the last has the frame shown."""
    data = bytes(range(256)) * 12
    result = packets(data, 7)

    assert [len(each) for each in result] == [1450, 1450, 202]
    assert [each[:10].hex() for each in result] == [
        "40070b010000000005a0",
        "40070b01000005a005a0",
        "41070b0100000b4000c0",
    ]
    assert b"".join(each[10:] for each in result) == data


# --- a run on it


class Shown:
    """A run on a strip."""

    def __init__(
        self, wled: FakeWled, strip_port: int, folder: Path, stretch: StripStretch = WHOLE_LAP
    ) -> None:
        self.lights: LapLights | None = lights_of(paced("a", 10_000.0))
        self.began = time.monotonic()
        self.said: list[str] = []
        self.sink = StripSink(
            wled.address,
            stretch,
            lambda: (self.lights, Seconds(time.monotonic() - self.began)),
            appearance=LOOKS,
            folder=folder,
            brightness=77,
            say=self.said.append,
            port=strip_port,
        )


@pytest.fixture
def wled():
    """What answers HTTP of the strip."""
    lamp = FakeWled(lights=COUNT)
    yield lamp
    lamp.stop()


@pytest.mark.asyncio
async def test_a_strip_runs_the_light_and_is_then_set_back(wled, strip, tmp_path):
    """Smoothly, no brighter than allowed, its segments untouched; it goes out when no light runs."""
    shown = Shown(wled, strip.port, tmp_path)
    await wait_until(lambda: len(strip.frames) > 15)
    during = wled.state["bri"], len(wled.state["seg"]), list(tmp_path.glob("lamp-*.json"))
    shown.lights = None
    shown.sink.offer(TimedOutput(PhaseChanged(Seconds(1.0), Phase.RECOVERY), None))
    await wait_until(lambda: not any(strip.frames[-1][1]))
    await shown.sink.close()
    last = len(strip.frames)
    await asyncio.sleep(0.1)

    assert during[:2] == (77, 2)
    assert len(during[2]) == 1
    lit_frames = [(at - shown.began, front(each)) for at, each in strip.frames if any(each)]
    late = [8.0 * at - (place or 0.0) for at, place in lit_frames]  # 4 m/s, two lights a metre
    assert min(late) > -1.0
    assert sorted(late)[len(late) // 2] < 1.0
    assert strip.sequences[:15] == [*range(2, 16), 1]
    assert wled.state == EVENING
    assert wled.posts[-1][1]["live"] is False
    assert len(strip.frames) == last  # nothing after it was set back
    assert not list(tmp_path.glob("lamp-*.json"))
    assert shown.said == []


@pytest.mark.asyncio
async def test_lost_packets_cost_their_own_frame(wled, strip, tmp_path):
    """A third of all is lost: the light goes on with the frames that come, and never goes back."""
    strip.lost = lambda number: number % 3 == 0
    shown = Shown(wled, strip.port, tmp_path)
    await wait_until(lambda: len(strip.frames) > 15)
    newest = list(strip.frames)
    await shown.sink.close()

    half = COUNT // 2  # its end is still behind the line, at the end of the strip
    ahead = [
        max((place for place, value in enumerate(each[1::3][:half]) if value), default=0)
        for _, each in newest
    ]
    assert ahead == sorted(ahead)
    assert ahead[-1] > ahead[0]
    assert all(place / 8.0 < at - shown.began + 1 / 8.0 for (at, _), place in zip(newest, ahead, strict=True))


@pytest.mark.asyncio
async def test_a_strip_that_is_gone_never_delays_the_run(wled, strip, tmp_path, monkeypatch):
    """Nobody takes its packets and its own answer hangs: the loop goes on, and when it is back it shows the light."""
    monkeypatch.setattr("coach.edge.lamp._RETRY_S", 0.05)
    shown = Shown(wled, strip.port, tmp_path)
    await wait_until(lambda: len(strip.frames) > 3)
    strip.close()
    wled.slow_s = 0.5
    sent, spent = shown.sink.frames.sent, []
    for _ in range(40):
        began = time.thread_time()
        shown.sink.offer(TimedOutput(PhaseChanged(Seconds(1.0), Phase.WORK), None))
        spent.append(time.thread_time() - began)
        await asyncio.sleep(0.01)
    again = FakeStrip(port=strip.port)
    await wait_until(lambda: len(again.frames) > 3)
    wled.slow_s = 0.0
    await shown.sink.close()
    again.close()

    assert shown.sink.frames.sent > sent + 3
    assert max(spent) < 0.05
    assert front(again.frames[-1][1]) is not None
    assert wled.state == EVENING


@pytest.mark.asyncio
async def test_a_light_runs_on_while_the_run_is_held_up(wled, strip, tmp_path):
    """It goes by the clock alone: half a second in which the loop does nothing is not seen on the strip."""
    shown = Shown(wled, strip.port, tmp_path)
    await wait_until(lambda: len(strip.frames) > 3)
    before = len(strip.frames)
    time.sleep(0.5)  # noqa: ASYNC251 - the loop is meant to stand
    during = [(at, front(each)) for at, each in strip.frames[before:]]
    await shown.sink.close()

    assert len(during) > 2
    assert all(8.0 * (at - shown.began) - (place or 0.0) > -1.0 for at, place in during)
    assert (during[-1][1] or 0.0) > (during[0][1] or 0.0)


@pytest.mark.asyncio
async def test_a_strip_longer_than_the_lap_is_told(wled, strip, tmp_path):
    """Once."""
    shown = Shown(wled, strip.port, tmp_path, StripStretch(0.0, 500.0))
    await wait_until(lambda: len(strip.frames) > 1)
    await shown.sink.close()

    assert shown.said == [
        "The strip of 500 m is longer than the lap of 400 m: what is over shows the beginning of the lap again."
    ]


@pytest.mark.asyncio
async def test_a_strip_without_a_name_is_looked_for_again(wled, tmp_path, monkeypatch):
    """Its name is not known at first: nothing is sent, nothing fails."""
    names = []

    def nobody(*place: Any, **_: Any) -> Any:
        names.append(place)
        raise socket.gaierror("not known")

    monkeypatch.setattr(lamp, "_KEEP_S", 0.02)
    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    frames = lamp._Frames("strip.local", PORT, lambda: 30, WHOLE_LAP, LOOKS)
    await wait_until(lambda: len(names) > 2)
    frames.close()

    assert frames.sent == 0


# --- how it is asked for


@pytest.mark.parametrize(
    ("text", "stretch"),
    [
        ("192.168.1.40", None),
        ("wled.local=lap", WHOLE_LAP),
        ("10.0.0.2:8080=LAP", WHOLE_LAP),
        ("[fe80::1]=0-100", StripStretch(0.0, 100.0)),
        ("10.0.0.2=100m - 0m", StripStretch(100.0, 0.0)),
        ("10.0.0.2=350-450.5", StripStretch(350.0, 450.5)),
    ],
)
def test_a_strip_is_an_address_and_where_it_lies(text, stretch):
    """Without a place it is a lamp."""
    assert parse_light(text).stretch == stretch


@pytest.mark.parametrize(
    "text", ["10.0.0.2=", "10.0.0.2=round", "10.0.0.2=5-5", "10.0.0.2=0-9000", "=lap", "10.0.0.2=-5-5"]
)
def test_what_is_no_strip_is_refused(text):
    """With an example where the place is wrong."""
    with pytest.raises(UsageProblem, match="--wled"):
        parse_light(text)


def test_one_strip_shows_one_thing():
    """An address that is named twice is a slip."""
    with pytest.raises(UsageProblem, match="named twice"):
        parse_lights(["wled.local=0-100", "WLED.local"])


def test_the_program_runs_two_strips_and_a_lamp(home):
    """The real program: each strip shows its part of the lap, the lamp the state, and all are set back."""
    hosts = [f"127.{os.getpid() % 200 + 20}.0.{place}" for place in (1, 2, 3)]
    houses = [FakeWled(lights=COUNT, host=host) for host in hosts]
    strips = [FakeStrip(host, PORT) for host in hosts[:2]]
    lamps = [
        f"--wled={house.address}{where}" for house, where in zip(houses, ("=0-40", "=lap", ""), strict=True)
    ]
    command = [
        sys.executable,
        "-m",
        "coach",
        "run",
        "2km @ 4:00/km",
        "--sensors",
        "sim",
        "--no-record",
        *lamps,
    ]
    with subprocess.Popen(
        [*command, "--json"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        soon(
            lambda: (
                all(len([1 for _, each in strip.frames if any(each)]) > 5 for strip in strips)
                and houses[2].posts
            )
        )
        _, stderr = program.communicate("finish\n", timeout=30)
    fronts = [front(next(each for _, each in reversed(strip.frames) if any(each))) for strip in strips]
    for house in houses:
        house.stop()
    for strip in strips:
        strip.close()

    assert program.returncode == 0, stderr
    assert all(place is not None for place in fronts)
    assert [house.state for house in houses] == [EVENING] * 3
    assert json.dumps(houses[2].posts[0][1]).count('"i"') == 1


def test_a_wrong_strip_is_told_before_anything_begins(home):
    """With the way to write it, and exit code 2."""
    command = [sys.executable, "-m", "coach", "run", "free", "--sensors", "none", "--wled", "10.0.0.2=around"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )

    assert done.returncode == 2
    assert "'around' is not a stretch of a lap" in done.stderr
    assert "10.0.0.2=0-100" in done.stderr
