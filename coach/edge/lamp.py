"""Shows a run on WLED lamps: its state on one lamp, and its pace lights on a strip along the track.

Each has a thread of its own, and the run never waits for it. A lamp is set over its JSON API: it gets only the newest
look, at most five a second. A lost lamp is reported once and reconnected automatically. Its previous state is stored in
a file before the first look is sent, and restored at the end; after a crash the next start of the program restores it,
even without a lamp. The program that uses the lamp locks the file, so that a second program leaves it alone.

A strip is found, brightened and restored like a lamp. Its lights are sent by DDP, frame by frame: the thread gets the
lights and their starts (`coach.live.ahead`), and then follows the clock alone. A lost frame is followed by the next.
"""

import asyncio
import http.client
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from math import ceil, floor
from pathlib import Path
from typing import Any, Final

from coach.cues.cue import Cue
from coach.edge.files import lock_file, make_private_folder, write_atomically
from coach.live.ahead import LapLights
from coach.live.run import TimedOutput
from coach.problems import UsageProblem
from coach.quantities import Seconds
from coach.session.events import BoundaryMoved, PhaseChanged, StepEnded, StepStarted, Undone, WorkoutChanged

_LOG = logging.getLogger(__name__)


# --- lamps and strips as they are requested

_MOST_M: Final = 2000.0
"""The end of a strip is at most here: two laps of the longest track."""


@dataclass(frozen=True, slots=True)
class LampAddress:
    """The address of a lamp."""

    host: str
    port: int = 80

    def __str__(self) -> str:
        """The address as typed."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 80 else f"{host}:{self.port}"


def parse_lamp(text: str) -> LampAddress:
    """Read the address of a lamp: `192.168.1.40`, `wled-line.local`, `192.168.1.40:8080`, `[fe80::1]`.

    Raises:
        UsageProblem: it is none.
    """
    bare = text.strip().removeprefix("http://").removesuffix("/")
    match = re.fullmatch(
        r"(\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[A-Za-z0-9_.-]{1,253}))(:(?P<port>\d{1,5}))?", bare
    )
    port = int(match["port"] or 80) if match is not None else 0
    if match is None or not 0 < port < 65_536:
        raise UsageProblem(
            f"--wled: {text!r} is not an address of a lamp", "Write it as 192.168.1.40 or wled.local."
        )
    if match["six"] is not None:
        try:
            ip_address(match["six"])
        except ValueError:
            raise UsageProblem(
                f"--wled: {text!r} is not an address of a lamp", "Write it as [fe80::1]."
            ) from None
    return LampAddress(match["six"] or match["name"], port)


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


# --- what a lamp shows

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class LampLook:
    """The look of a lamp."""

    colour: Colour
    """Red, green and blue, 0 to 255."""
    level: float = 1.0
    """Brightness, 0 to 1 of the allowed maximum."""
    filled: float = 1.0
    """The lit share of its length, 0 to 1."""

    def body(self, lights: int, brightness: int, extra: Sequence[int] = ()) -> dict[str, Any]:
        """Make the request for WLED: one segment over the whole length, its lights set one by one.

        The segments in `extra` are removed.
        """
        lit = min(lights, ceil(self.filled * lights - 1e-9))
        colour = "".join(f"{round(each * self.level):02X}" for each in self.colour)
        runs = [(0, lit, colour), (lit, lights, "000000")]
        segment = {
            "id": 0,
            "start": 0,
            "stop": lights,
            "grp": 1,
            "spc": 0,
            "of": 0,
            "on": True,
            "bri": 255,
            "fx": 0,
            "rev": False,
            "mi": False,
            "i": [value for run in runs if run[0] < run[1] for value in run],
        }
        removed = [{"id": each, "stop": 0} for each in extra]
        # `tt`: at once, this time; `nn`: do not notify other lamps that follow this one
        return {"on": True, "bri": brightness, "tt": 0, "udpn": {"nn": True}, "seg": [segment, *removed]}


@dataclass(frozen=True, slots=True)
class LiveLook:
    """A lamp that shows live data light by light, as a strip gets them; nothing else is changed."""

    def body(self, lights: int, brightness: int, extra: Sequence[int] = ()) -> dict[str, Any]:
        """Make the request for WLED: on, as bright as allowed, with nothing that hides live data."""
        del lights, extra
        return {"on": True, "bri": brightness, "tt": 0, "udpn": {"nn": True}, "lor": 0}


Look = LampLook | LiveLook
"""What a lamp shows."""


# --- the connection to a lamp

_TIMEOUT_S: Final = 2.0
_LARGEST_ANSWER: Final = 65_536
"""Most bytes of an answer; 32 segments take some 8,000."""
_MOST_LIGHTS: Final = 20_000
_RESTORED: Final = ("on", "bri", "transition", "mainseg", "lor")
"""Fields of the state of a lamp that are restored."""
_NOT_SET_BACK: Final = frozenset({"i", "len", "lc"})
"""Fields of a segment that cannot be set, or that follow from the others."""


class LampError(Exception):
    """Raised when the lamp cannot be reached; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class _Lamp:
    """A lamp as it was found."""

    lights: int
    before: Mapping[str, Any]
    """The request that restores its previous state."""
    extra: tuple[int, ...]
    """Ids of the segments that are removed while it shows a run."""


class _Wled:
    """The connection to one lamp; every call blocks, for a bounded time."""

    def __init__(self, address: LampAddress) -> None:
        self._address = address

    def find(self) -> _Lamp:
        """Ask for its description and its state.

        Raises:
            LampError: it does not answer, or is no WLED.
        """
        answer = self._call("GET", "/json/si")
        try:
            state, lights = answer["state"], answer["info"]["leds"]["count"]
            segments = [each for each in state["seg"] if each.get("stop", 0) > each.get("start", 0)]
            if not isinstance(lights, int) or not 0 < lights <= _MOST_LIGHTS:
                raise ValueError("no lights")
            return _Lamp(lights, _restoring_request(state, segments), _extra_segments(segments))
        except (AttributeError, KeyError, TypeError, ValueError):
            raise LampError("the device there is not a WLED") from None

    def set(self, body: Mapping[str, Any]) -> None:
        """Send a look.

        Raises:
            LampError: it does not take it.
        """
        self._call("POST", "/json/state", json.dumps(body, separators=(",", ":")).encode())

    def _call(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        link = http.client.HTTPConnection(self._address.host, self._address.port, timeout=_TIMEOUT_S)
        try:
            link.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = link.getresponse()
            data = answer.read(_LARGEST_ANSWER)
        except TimeoutError:
            raise LampError("it does not answer") from None
        except (OSError, http.client.HTTPException) as error:
            raise LampError(getattr(error, "strerror", None) or type(error).__name__) from None
        finally:
            link.close()
        if answer.status >= 300:
            raise LampError(f"it answers with status {answer.status}")
        try:
            read = json.loads(data)
        except (ValueError, RecursionError):
            raise LampError("the device there is not a WLED") from None
        if not isinstance(read, dict):
            raise LampError("the device there is not a WLED")
        return read


def _restoring_request(state: Mapping[str, Any], segments: list[dict[str, Any]]) -> dict[str, Any]:
    """The request that restores a lamp; a playlist is restarted, because its position is unknown."""
    fields_to_set = {key: state[key] for key in _RESTORED if key in state}
    playlist = state.get("pl", -1)
    if isinstance(playlist, int) and playlist > 0:
        return {"on": fields_to_set.get("on", True), "bri": fields_to_set.get("bri", 128), "ps": playlist}
    back = [
        {**{key: value for key, value in each.items() if key not in _NOT_SET_BACK}, "id": place, "frz": False}
        for place, each in ((each.get("id", place), each) for place, each in enumerate(segments))
    ]
    if all(each["id"] != 0 for each in back):
        back.append({"id": 0, "stop": 0})
    return {**fields_to_set, "tt": 0, "seg": back}


def _extra_segments(segments: list[dict[str, Any]]) -> tuple[int, ...]:
    """The ids of all segments but the first."""
    ids = [each.get("id", place) for place, each in enumerate(segments)]
    return tuple(each for each in ids if isinstance(each, int) and each != 0)


# --- the previous state of a lamp


class _StateFile:
    """The file with the previous state of a lamp; locked while this program uses it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None

    def take(self) -> bool:
        """Lock the lamp; returns False if another program uses it."""
        make_private_folder(self._path.parent)
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            lock_file(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def read(self) -> tuple[LampAddress, dict[str, Any]] | None:
        """Read the state left by a run that crashed; None if there is none, or it is unusable."""
        try:
            document = json.loads(self._path.read_bytes())
            address, before = LampAddress(str(document["host"]), int(document["port"])), document["before"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return (address, before) if isinstance(before, dict) else None

    def write(self, address: LampAddress, before: Mapping[str, Any]) -> None:
        """Store the state of a lamp."""
        document = {"host": address.host, "port": address.port, "before": before}
        write_atomically(self._path, json.dumps(document).encode())

    def forget(self) -> None:
        """Delete the stored state, once it is restored."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def let_go(self) -> None:
        """Unlock the lamp; the empty lock file stays, because a deleted file locks nothing."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _file_of(folder: Path, address: LampAddress) -> Path:
    return folder / f"lamp-{sha256(str(address).casefold().encode()).hexdigest()[:12]}.json"


def set_back(folder: Path, *, but: Sequence[str] = ()) -> None:
    """Restore the lamps that a crashed run left lit; one that does not answer stays for the next start.

    `but` are lamps, as typed, that are in use again and that their own run restores.
    """
    in_use = set[Path]()
    for each in but:
        with suppress(UsageProblem):
            in_use.add(_file_of(folder, parse_lamp(each.partition("=")[0])))
    for path in sorted(folder.glob("lamp-*.json")):
        state_file = _StateFile(path)
        if path in in_use:
            continue
        try:
            if not state_file.take():
                continue  # another program uses it
            state = state_file.read()
            if state is not None:
                _Wled(state[0]).set(state[1])
                _LOG.info("the lamp at %s shows what it showed before a run that was cut off", state[0])
            state_file.forget()
        except (LampError, OSError) as error:
            _LOG.info("a lamp could not be set back: %s", error)
        finally:
            state_file.let_go()


# --- the state of a run on a lamp

LEAST_GAP_S: Final = 0.2
"""Least time between two updates: five a second, which an ESP8266 handles without falling behind. Judged."""
_ALIVE_S: Final = 5.0
"""An unchanged look is repeated after this time: a lamp that was switched off and on shows it again."""
_RETRY_S: Final = 2.0
"""Seconds between two attempts to find a lost lamp."""
_CLOSE_S: Final = 3.0
"""How long the end of a run waits for the lamp."""
_CHANGES: Final = (Cue, StepStarted, StepEnded, PhaseChanged, BoundaryMoved, Undone, WorkoutChanged)


class LampSink:
    """Shows one run on a lamp."""

    def __init__(
        self,
        address: LampAddress,
        look: Callable[[], Look],
        *,
        folder: Path,
        brightness: int,
        say: Callable[[str], None],
    ) -> None:
        """Show what `look` returns, on the running loop; no brighter than `brightness` of 255.

        `folder` stores the previous state of the lamp; `say` reports when it is lost and when it is back.
        """
        self._address = address
        self._wled = _Wled(address)
        self._look = look
        self._stored = _StateFile(_file_of(folder, address))
        self._brightness = brightness
        self._say = say
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._newest: Look | None = None
        self._ready = threading.Condition()
        self._is_closing = False
        self._lamp: _Lamp | None = None
        self._is_gone = self._is_taken = False
        self.sent = 0
        """Number of looks the lamp accepted."""
        self._thread = threading.Thread(target=self._work, name="lamp", daemon=True)
        self._thread.start()
        self._ticking = self._loop.create_task(self._tick())

    @property
    def lights(self) -> int | None:
        """Its number of lights; None until it is found, and while another run uses it."""
        return None if self._lamp is None else self._lamp.lights

    def offer(self, output: TimedOutput) -> None:
        """Look again at once after a cue or a change of the run."""
        if isinstance(output.output, _CHANGES):
            self._changed.set()

    async def close(self) -> None:
        """Restore the lamp, within a bounded time; if it does not answer the next start does it."""
        self._ticking.cancel()
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, _CLOSE_S)
        if self._stored.read() is not None and not self._is_taken:
            self._say(f"The lamp at {self._address} could not be set back. The next start tries it again.")

    async def _tick(self) -> None:
        """Look at the run five times a second, and after each cue."""
        while True:
            try:
                self._show(self._look())
            except Exception:  # noqa: BLE001 - whatever a look meets, the run goes on
                _LOG.exception("the lamp has no look")
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LEAST_GAP_S):
                    await self._changed.wait()

    def _show(self, look: Look) -> None:
        with self._ready:
            self._newest = look
            self._ready.notify()

    # --- on the thread

    def _work(self) -> None:
        """Send the newest look whenever it differs from the last, until the run ends; then restore the lamp."""
        current: Look | None = None
        try:
            if not self._stored.take():
                self._is_taken = True
                self._notify(
                    f"The lamp at {self._address} shows another run already; this one goes on without it."
                )
                return
            while (look := self._next(current)) is not None:
                current = look if self._send(look) else None
                self._pause(LEAST_GAP_S if current is not None else _RETRY_S)
            if self._lamp is not None or self._stored.read() is not None:
                self._set_back()
        except Exception:  # noqa: BLE001 - whatever it is, the run goes on without a lamp
            _LOG.exception("the lamp is not used any more")
        finally:
            self._stored.let_go()

    def _next(self, current: Look | None) -> Look | None:
        """Wait for a new look, or for the time to repeat it; None at the end."""
        with self._ready:
            self._ready.wait_for(
                lambda: self._is_closing or self._newest not in (None, current), timeout=_ALIVE_S
            )
            while self._newest is None and not self._is_closing:
                self._ready.wait()
            return None if self._is_closing else self._newest

    def _pause(self, seconds: float) -> None:
        with self._ready:
            self._ready.wait_for(lambda: self._is_closing, seconds)

    def _send(self, look: Look) -> bool:
        """Send a look, after finding the lamp; returns False if it is lost."""
        try:
            if self._lamp is None:
                self._lamp = self._find()
            self._wled.set(look.body(self._lamp.lights, self._brightness, self._lamp.extra))
        except (LampError, OSError) as error:
            if not self._is_gone:
                self._notify(f"No lamp at {self._address}: {error}. The run goes on; it is tried again.")
            self._is_gone = True
            return False
        if self._is_gone:
            self._notify(f"The lamp at {self._address} is there.")
        self._is_gone = False
        self.sent += 1
        return True

    def _find(self) -> _Lamp:
        """Find the lamp, and store its state; the state left by a crashed run has priority."""
        lamp = self._wled.find()
        state = self._stored.read()
        if state is not None:
            return _Lamp(lamp.lights, state[1], lamp.extra)
        self._stored.write(self._address, lamp.before)
        return lamp

    def _set_back(self) -> None:
        """Restore the lamp; the stored state stays if it does not answer."""
        before = self._lamp.before if self._lamp is not None else (self._stored.read() or (None, {}))[1]
        if isinstance(self._newest, LiveLook):
            before = {"live": False, **before}  # else it shows the last live data for some seconds more
        for attempt in range(1 if self._is_gone else 2):
            time.sleep(attempt * LEAST_GAP_S)
            try:
                self._wled.set(before)
            except LampError as error:
                _LOG.info("the lamp could not be set back: %s", error)
            else:
                self._stored.forget()
                return

    def _notify(self, text: str) -> None:
        with suppress(RuntimeError):  # the loop has closed
            self._loop.call_soon_threadsafe(self._say, text)


# --- the pace lights of a run on a strip

PORT: Final = 4048
"""The port of DDP, by its specification (3waylabs.com/ddp)."""
FRAMES_PER_S: Final = 30
"""Frames a second while a light runs. Judged, not measured: at 5 m/s it moves by 17 cm between two frames, five lights
of a strip with 30 a metre.
"""
_KEEP_S: Final = 1.0
"""An unchanged frame is repeated after this time: WLED drops live data after 2.5 s."""
_COUNT_EVERY_S: Final = 0.2
"""Seconds between two checks whether the strip was found."""
_MOST_BYTES: Final = 1440
"""Most bytes of a packet, by the specification: 480 lights."""
_VERSION, _PUSH = 0x40, 0x01
_RGB: Final = 0x0B
"""The DDP data type: three bytes a light, eight bits each."""
_DISPLAY: Final = 1


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
        for lap in range(floor((end_m - begin_m) / lights.track_m) + 2):  # its end may be a lap ahead
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
                self._ready.wait(_COUNT_EVERY_S)
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
