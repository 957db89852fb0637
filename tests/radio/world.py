"""A world to be told what to do, a line at a time: who is in the air, how fast he runs, what goes wrong.

| line | what happens |
|---|---|
| `strap NAME [key=value ...]`, `pod`, `stranger` | it enters the air; keys are its fields, such as `name=` |
| `crowd 200` | so many strangers enter |
| `stream NAME HZ` | it notifies so often from now on; a pod counts its metres by the clock, heard or not |
| `speed NAME MPS`, `bpm NAME BPM`, `battery NAME PERCENT` | what it measures |
| `notify NAME UUID HEX` | it sends these bytes, whatever they mean |
| `lose NAME`, `leave NAME`, `back NAME` | the link is lost; it goes out of range; it comes back |
| `stall NAME`, `talk NAME` | it falls silent with the link up; it speaks again |
| `hold NAME`, `take NAME`, `give NAME` | another program of the laptop holds it; a watch takes it, gives it back |
| `forget NAME`, `power on`, `power off`, `restart` | what bluetoothd and its adapter do |
| `heard NAME` | answers as soon as somebody is subscribed to it |
| `lost NAME` | answers as soon as it has no link |
| `sleep SECONDS` | answers after so long |
| `state` | who is connected, metres, methods called |

An answer is one line of JSON: `{}`, or what was asked for, or `{"error": ...}`.
"""

import asyncio
import shlex
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.patience import wait_until
from tests.radio.bluez import FakeBlueZ
from tests.radio.peripherals import Peripheral, Pod, Strap, pod, stranger, strap, uuid


class World:
    """The air in front of one BlueZ, by name."""

    def __init__(self, bluez: FakeBlueZ) -> None:
        """Begin with nothing in the air."""
        self._bluez = bluez
        self._named: dict[str, Peripheral] = {}
        self._speeds: dict[str, float] = {}
        self._beats: dict[str, int] = {}
        self._streams: dict[str, asyncio.Task[None]] = {}

    async def do(self, line: str) -> dict[str, Any]:
        """Carry out one line; what is wrong with it is an answer too."""
        word, *rest = shlex.split(line)
        try:
            if word in {"strap", "pod", "stranger"}:
                self._enter(word, *rest)
                return {}
            order: Callable[..., Any] | None = getattr(self, f"do_{word}", None)
            if order is None:
                return {"error": f"what is {word!r}?"}
            answer = order(*rest)
            return (await answer if asyncio.iscoroutine(answer) else answer) or {}
        except (KeyError, TypeError, ValueError, TimeoutError) as wrong:
            return {"error": f"{line}: {wrong!r}"}

    async def close(self) -> None:
        """Stop every stream."""
        for task in self._streams.values():
            task.cancel()
        await asyncio.gather(*self._streams.values(), return_exceptions=True)

    def _enter(self, kind: str, name: str, *settings: str) -> None:
        makers: dict[str, Callable[[], Peripheral]] = {"strap": strap, "pod": pod, "stranger": stranger}
        made = makers[kind]()
        for setting in settings:
            key, _, value = setting.partition("=")
            if key not in {
                "name",
                "address",
                "rssi_dbm",
                "advertises_uuids",
                "connects_after_s",
                "resolves_after_s",
            }:
                raise ValueError(f"no field {key!r}")
            was = getattr(made, key)
            setattr(made, key, value if isinstance(was, str) else type(was)(float(value)))
        self._named[name] = made
        self._bluez.add(made)

    def do_crowd(self, count: str) -> None:
        """Let strangers enter."""
        self._bluez.add(*(stranger(f"Stranger {number}") for number in range(int(count))))

    def do_stream(self, name: str, hz: str) -> None:
        """Let a sensor notify regularly from now on."""
        if name in self._streams:
            self._streams.pop(name).cancel()
        self._streams[name] = asyncio.create_task(self._stream(name, 1 / float(hz)))

    async def _stream(self, name: str, every_s: float) -> None:
        peripheral, clock = self._named[name], asyncio.get_running_loop().time
        now = clock()
        while True:
            before = now
            await asyncio.sleep(every_s)
            now = clock()
            self._measure(name, peripheral, now - before)

    def _measure(self, name: str, peripheral: Peripheral, seconds: float) -> None:
        if isinstance(peripheral, Pod):
            speed = self._speeds.get(name, 4.0)
            peripheral.run(speed * seconds, speed)
        elif isinstance(peripheral, Strap):
            bpm = self._beats.get(name, 150)
            peripheral.beat(bpm, (60 / bpm,))

    def do_speed(self, name: str, mps: str) -> None:
        """Run at another speed."""
        self._speeds[name] = float(mps)

    def do_bpm(self, name: str, bpm: str) -> None:
        """Have another heart rate."""
        self._beats[name] = int(bpm)

    def do_battery(self, name: str, percent: str) -> None:
        """Have so much left."""
        self._named[name].set_battery(int(percent))

    def do_notify(self, name: str, short: str, payload: str) -> dict[str, Any]:
        """Send any bytes."""
        return {"sent": self._named[name].notify(uuid(int(short, 16)), bytes.fromhex(payload))}

    def do_lose(self, name: str) -> None:
        """Lose the link."""
        self._bluez.lose(self._named[name])

    def do_leave(self, name: str) -> None:
        """Leave the range."""
        self._bluez.leave(self._named[name])

    def do_back(self, name: str) -> None:
        """Come back into range."""
        self._bluez.come_back(self._named[name])

    def do_stall(self, name: str) -> None:
        """Fall silent with the link up."""
        self._named[name].stalled = True

    def do_talk(self, name: str) -> None:
        """Speak again."""
        self._named[name].stalled = False

    def do_hold(self, name: str) -> None:
        """Be connected to another program of this laptop."""
        self._bluez.hold(self._named[name])

    def do_take(self, name: str) -> None:
        """Be taken by a watch."""
        self._named[name].is_taken = True

    def do_give(self, name: str) -> None:
        """Be given back by the watch."""
        self._named[name].is_taken = False

    def do_forget(self, name: str) -> None:
        """Drop it from bluetoothd's memory."""
        self._bluez.forget(self._named[name])

    def do_plug(self, adapter: str) -> None:
        """Plug in another adapter."""
        self._bluez.plug(adapter)

    def do_deaf(self, name: str, adapter: str) -> None:
        """Be out of reach of one adapter."""
        self._named[name].rssi_by[adapter] = None

    def do_power(self, state: str) -> None:
        """Switch the adapter."""
        self._bluez.power({"on": True, "off": False}[state])

    async def do_restart(self) -> None:
        """Restart bluetoothd."""
        await self._bluez.stop()
        await self._bluez.start()

    async def do_heard(self, name: str) -> None:
        """Wait until somebody is subscribed."""
        await wait_until(lambda: self._bluez.is_heard(self._named[name]))

    async def do_lost(self, name: str) -> None:
        """Wait until there is no link."""
        await wait_until(lambda: not self._bluez.is_connected(self._named[name]))

    async def do_sleep(self, seconds: str) -> None:
        """Let time pass."""
        await asyncio.sleep(float(seconds))

    def do_state(self) -> dict[str, Any]:
        """Tell what is."""
        return {
            "connected": [name for name, each in self._named.items() if self._bluez.is_connected(each)],
            "metres": {name: each.metres for name, each in self._named.items() if isinstance(each, Pod)},
            "calls": Counter(call.split(" ", 1)[0] for call in self._bluez.calls),
        }
