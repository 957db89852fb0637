"""Runs the pace lights on strips round the track: frames of a WLED strip by DDP, smooth, on a thread of its own.

The thread gets the lights and their starts (`coach.live.ahead`), and then follows the clock alone, so the run never
delays a light, and no strip delays the run. A lost frame is followed by the next. The strip itself is found, brightened
and restored like a lamp (`coach.edge.lamp`).
"""

import asyncio
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import Any, Final

from coach.edge.lamp import LampAddress, LampSink, LiveLook, Look, parse_lamp
from coach.live.ahead import LapLights
from coach.live.run import TimedOutput
from coach.problems import UsageProblem
from coach.quantities import Seconds

_LOG = logging.getLogger(__name__)
PORT: Final = 4048
"""The port of DDP, by its specification (3waylabs.com/ddp)."""
FRAMES_PER_S: Final = 30
"""Frames a second while a light runs. At 5 m/s it moves by 17 cm between two frames: five lights of a strip with 30 a
metre.

Judged, not measured.
"""
_KEEP_S: Final = 1.0
"""An unchanged frame is repeated after this time: WLED drops live data after 2.5 s."""
_LOOK_S: Final = 0.2
"""Seconds between two checks whether the strip was found."""
_MOST_BYTES: Final = 1440
"""Most bytes of a packet, by the specification: 480 lights."""
_VERSION, _PUSH = 0x40, 0x01
_RGB: Final = 0x0B
"""The DDP data type: three bytes a light, eight bits each."""
_DISPLAY: Final = 1
_LEAST_M, _MOST_M = 0.0, 2000.0
"""The range of the ends of a strip: two laps of the longest track."""

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class StripStretch:
    """The place of a strip along the lap, in metres of lane 1 after the finish line, in running direction."""

    from_m: float
    to_m: float
    """More than a lap if it continues over the finish line, less than `from_m` if it is laid backwards."""

    def ends(self) -> tuple[float, float]:
        """Its beginning and end, in running direction."""
        return min(self.from_m, self.to_m), max(self.from_m, self.to_m)


WHOLE_LAP: Final = StripStretch(0.0, 0.0)
"""A strip once round the track, from the finish line on."""


@dataclass(frozen=True, slots=True)
class LightRequest:
    """A lamp or a strip as requested."""

    address: LampAddress
    stretch: StripStretch | None = None
    """The place of a strip along the lap; None for a lamp that shows the state."""


def parse_light(text: str) -> LightRequest:
    """Read a value of `--wled`: the address of a lamp, or with `=lap` or `=100-200` that of a strip along the lap.

    Raises:
        UsageProblem: it is none.
    """
    place, sign, where = text.partition("=")
    address = parse_lamp(place)
    if not sign:
        return LightRequest(address)
    if where.strip().casefold() == "lap":
        return LightRequest(address, WHOLE_LAP)
    metres = re.fullmatch(r"\s*(\d{1,4}(?:\.\d{1,2})?)\s*m?\s*-\s*(\d{1,4}(?:\.\d{1,2})?)\s*m?\s*", where)
    ends = (0.0, 0.0) if metres is None else (float(metres[1]), float(metres[2]))
    if ends[0] == ends[1] or max(ends) > _MOST_M:
        raise UsageProblem(
            f"--wled: {where!r} is not a stretch of a lap",
            f"Write {place}=lap for a strip round the track, {place}=0-100 for its first 100 m, {place}=100-0 for one "
            "laid the other way.",
        )
    return LightRequest(address, StripStretch(*ends))


def parse_lights(texts: Sequence[str]) -> list[LightRequest]:
    """Read every lamp and strip of a run.

    Raises:
        UsageProblem: one of them is none, or is named twice.
    """
    requests = [parse_light(text) for text in texts]
    addresses = [str(each.address).casefold() for each in requests]
    for address in addresses:
        if addresses.count(address) > 1:
            raise UsageProblem(
                f"--wled: {address} is named twice", "A strip or lamp can show only one thing."
            )
    return requests


@dataclass(frozen=True, slots=True)
class Appearance:
    """The look of the lights."""

    target: Colour
    ghost: Colour
    length_m: float
    """Length of a light, with its place at the front; at least one light of the strip."""

    @classmethod
    def of(cls, target: str, ghost: str, length_m: float) -> "Appearance":
        """From the settings: colours as `#00FF00`."""
        return cls(_colour(target), _colour(ghost), length_m)


def _colour(text: str) -> Colour:
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return red, green, blue


def frame(
    lights: LapLights | None, at: Seconds, count: int, stretch: StripStretch, appearance: Appearance
) -> bytes:
    """The colours of a strip's lights at a moment of the run: red, green and blue of each, from its own beginning on.

    The light at the front is as bright as the part of it that the pace light has reached, so that it moves evenly.
    """
    pixels = bytearray(3 * count)
    if lights is None:
        return bytes(pixels)
    begin_m, end_m = stretch.ends() if stretch != WHOLE_LAP else (0.0, lights.track_m)
    each_m = (end_m - begin_m) / count
    length_m = min(max(appearance.length_m, each_m), lights.track_m)
    for light in lights.lights:
        metres = light.metres_at(at)
        if metres is None:
            continue
        colour = appearance.ghost if light.is_ghost else appearance.target
        head_m = (lights.place(metres) * lights.track_m - begin_m) % lights.track_m
        for lap in range(
            floor((end_m - begin_m) / lights.track_m) + 2
        ):  # the end of a light may be a lap ahead
            front_m = head_m + lap * lights.track_m
            _light_up(pixels, (front_m - length_m) / each_m, front_m / each_m, colour)
    if stretch.from_m > stretch.to_m:
        return b"".join(bytes(pixels[3 * place : 3 * place + 3]) for place in reversed(range(count)))
    return bytes(pixels)


def _light_up(pixels: bytearray, back: float, front: float, colour: Colour) -> None:
    """Light a colour from one place to another, in lights of the strip; the brighter of two wins."""
    count = len(pixels) // 3
    for place in range(max(0, floor(back)), min(count, floor(front) + 1)):
        share = min(front, place + 1.0) - max(back, place)
        for part, value in enumerate(colour):
            pixels[3 * place + part] = max(pixels[3 * place + part], round(value * share))


def packets(data: bytes, sequence: int) -> list[bytes]:
    """Split a frame into DDP packets; the last one shows it. `sequence` is 1 to 15, and tells frames apart."""
    result = []
    for offset in range(0, len(data), _MOST_BYTES):
        part = data[offset : offset + _MOST_BYTES]
        is_last = offset + len(part) == len(data)
        head = bytes([_VERSION | (_PUSH if is_last else 0), sequence, _RGB, _DISPLAY])
        result.append(head + offset.to_bytes(4, "big") + len(part).to_bytes(2, "big") + part)
    return result


class _Frames:
    """Sends frames to one strip, on a thread of its own, once its number of lights is known."""

    def __init__(
        self,
        host: str,
        port: int,
        count: Callable[[], int | None],
        stretch: StripStretch,
        appearance: Appearance,
    ) -> None:
        """Send to a host, once `count` returns the number of lights."""
        self._place = (host, port)
        self._count = count
        self._stretch = stretch
        self._appearance = appearance
        self._lights: LapLights | None = None
        self._zero = 0.0
        """The moment of the machine's clock that is 0 in the run."""
        self._is_standing = True
        self._link: tuple[socket.socket, Any] | None = None
        self._ready = threading.Condition()
        self._is_closing = False
        self.sent = self.failed = 0
        """Number of frames that were sent, and of those that the system refused."""
        self._thread = threading.Thread(target=self._work, name="strip", daemon=True)
        self._thread.start()

    def show(self, lights: LapLights | None, at: Seconds) -> None:
        """Show these lights from now on; `at` is the time of the run."""
        with self._ready:
            is_new = lights != self._lights
            self._lights, self._zero = lights, time.monotonic() - at
            self._is_standing = lights is None or all(each.stands_s is not None for each in lights.lights)
            if is_new:
                self._ready.notify()

    def close(self) -> None:
        """Stop sending; called on a thread, which it may block for a moment."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        self._thread.join(_KEEP_S)

    def _work(self) -> None:
        try:
            while (count := self._wait_for_count()) is not None:
                self._send(count)
                with self._ready:
                    if not self._is_closing:
                        is_still = self._is_standing or self._link is None
                        self._ready.wait(_KEEP_S if is_still else 1 / FRAMES_PER_S)
        except Exception:  # noqa: BLE001 - whatever it is, the run goes on without the strip
            _LOG.exception("the strip gets no frames any more")
        finally:
            if self._link is not None:
                self._link[0].close()

    def _wait_for_count(self) -> int | None:
        """Wait until the number of lights is known; None at the end."""
        with self._ready:
            while not self._is_closing:
                if (count := self._count()) is not None:
                    return count
                self._ready.wait(_LOOK_S)
        return None

    def _open(self) -> None:
        """Open the socket, unless the name of the strip is unknown just now."""
        try:
            family, kind, protocol, _, place = socket.getaddrinfo(*self._place, type=socket.SOCK_DGRAM)[0]
            link = socket.socket(family, kind, protocol)
        except OSError as error:
            _LOG.info("no way to the strip: %s", error)
            return
        link.setblocking(False)
        self._link = link, place

    def _send(self, count: int) -> None:
        """Send the frame of this moment; one that the system refuses is dropped."""
        if self._link is None:
            self._open()
        if self._link is None:
            return
        with self._ready:
            lights, at = self._lights, Seconds(time.monotonic() - self._zero)
        data = frame(lights, at, count, self._stretch, self._appearance)
        self.sent += 1
        try:
            for packet in packets(data, self.sent % 15 + 1):
                self._link[0].sendto(packet, self._link[1])
        except OSError:  # no buffer or no route: the next frame is newer anyway
            self.failed += 1


class StripSink:
    """Runs the pace lights of one run on a strip."""

    def __init__(
        self,
        address: LampAddress,
        stretch: StripStretch,
        now: Callable[[], tuple[LapLights | None, Seconds]],
        *,
        appearance: Appearance,
        folder: Path,
        brightness: int,
        say: Callable[[str], None],
        port: int = PORT,
    ) -> None:
        """Show the lights, and the run time `now` returns, on the running loop; `folder` and `say` are the lamp's."""
        self._now = now
        self._say = say
        self._stretch = stretch
        self._is_checked = False
        self.lamp: LampSink | None = None
        self.frames = _Frames(address.host, port, self._lights_of, stretch, appearance)
        self.lamp = LampSink(address, self._look, folder=folder, brightness=brightness, say=say)

    def offer(self, output: TimedOutput) -> None:
        """Look again at once after a change of the run."""
        assert self.lamp is not None  # it was created with it
        self.lamp.offer(output)

    async def close(self) -> None:
        """Stop sending and restore the strip, within a bounded time."""
        assert self.lamp is not None  # as above
        await asyncio.to_thread(self.frames.close)
        await self.lamp.close()

    def _lights_of(self) -> int | None:
        return None if self.lamp is None else self.lamp.lights

    def _look(self) -> Look:
        """Hand the current lights to the thread; called on the loop."""
        lights, at = self._now()
        self.frames.show(lights, at)
        if lights is not None and not self._is_checked:
            self._is_checked = True
            begin_m, end_m = self._stretch.ends()
            if end_m - begin_m > lights.track_m:
                self._say(
                    f"The strip of {end_m - begin_m:g} m is longer than the lap of {lights.track_m:g} m: what is over "
                    "shows the beginning of the lap again."
                )
        return LiveLook()
