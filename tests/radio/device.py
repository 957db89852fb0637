"""One peripheral as bluetoothd sees it: a `Device1` with a link that comes and goes.

As measured on bluetoothd 5.66: a lost link is one `PropertiesChanged` with `ServicesResolved` and `Connected`
both false, the GATT objects stay, only `Battery1` goes. A disconnect of our own is answered at once, the battery
goes, and a while later the link goes down in two signals. A device that stops advertising stays known.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from dbus_fast import Message, Variant

from tests.patience import wait_until
from tests.radio.gatt import NOT_CONNECTED, GattTable
from tests.radio.objects import BATTERY, DEVICE, ObjectTree
from tests.radio.peripherals import IN_PROGRESS, Fault, Peripheral, uuid

CANCELLED: Final = Fault("br-connection-canceled")


@dataclass(frozen=True, slots=True)
class AirTimings:
    """How long things take in the air; a real bluetoothd's value stands behind each."""

    advertise_every_s: float = 0.02
    """0.1 to 1 s."""
    supervision_s: float = 0.02
    """Silence after which a link counts as lost: 0.4 to 6 s, as the sensor asked for."""
    disconnect_s: float = 0.0
    """From the answer to `Disconnect` to the link's end: 2.1 s."""


class Device:
    """A peripheral, its object path and its link."""

    def __init__(self, tree: ObjectTree, peripheral: Peripheral, adapter: str, timings: AirTimings) -> None:
        """Stand in front of the peripheral; nothing is on the bus before `hear` or `connect`."""
        self.peripheral = peripheral
        self.path = f"{adapter}/dev_{peripheral.address.replace(':', '_')}"
        self.gatt = GattTable(tree, peripheral, self.path)
        self.is_connected = False
        self._subscriptions_before = 0
        self._adapter = adapter
        self._tree = tree
        self._timings = timings
        self._connecting: asyncio.Task[Fault | None] | None = None
        self._later: set[asyncio.TimerHandle] = set()
        self._wobble = 0
        peripheral.linked_to = ""

    @property
    def is_known(self) -> bool:
        """Is it among bluetoothd's objects?"""
        return self.path in self._tree

    @property
    def is_reachable(self) -> bool:
        """Would it answer?"""
        return self.peripheral.in_range and not self.peripheral.is_taken and self.rssi_dbm is not None

    @property
    def rssi_dbm(self) -> int | None:
        """Its signal at this adapter; None where it cannot be heard."""
        return self.peripheral.rssi_by.get(self._adapter.rpartition("/")[2], self.peripheral.rssi_dbm)

    @property
    def is_advertising(self) -> bool:
        """Is it to be heard? A sensor that is connected to anything does not advertise."""
        return self.is_reachable and not self.peripheral.linked_to

    @property
    def is_heard(self) -> bool:
        """Is there a link with a subscription on it? One from before the link is of a program that has yet to leave."""
        is_new = self.gatt.subscriptions > self._subscriptions_before
        return self.is_connected and self.gatt.is_subscribed and is_new

    def hear(self) -> None:
        """Take one advertisement: a new object, or another signal strength."""
        self._wobble = 1 - self._wobble
        assert self.rssi_dbm is not None
        rssi = Variant("n", self.rssi_dbm - self._wobble)
        if self.is_known:
            self._tree.change(self.path, DEVICE, {"RSSI": rssi})
        else:
            self._tree.add(self.path, DEVICE, self._values() | {"RSSI": rssi})

    def unhear(self) -> None:
        """The scan is over: the signal strength is withdrawn."""
        if self._tree.read(self.path, DEVICE, "RSSI") is not None:
            self._tree.change(self.path, DEVICE, {}, gone=["RSSI"])

    async def connect(self) -> Fault | None:
        """Connect, waiting for as long as the peripheral does not answer; what went wrong, if anything."""
        if self._connecting is not None:
            return IN_PROGRESS
        self._cancel_timers()  # a disconnect that is not through yet is called off
        if self.is_connected:
            return None
        self._connecting = asyncio.current_task()
        try:
            await asyncio.sleep(self.peripheral.connects_after_s)
            await wait_until(lambda: self.is_reachable, limit_s=None)
            if self.peripheral.connect_faults:
                return self._refused(self.peripheral.connect_faults.pop(0))
        except asyncio.CancelledError:
            return CANCELLED
        finally:
            self._connecting = None
        self.come_up()
        return None

    def come_up(self) -> None:
        """Be connected, and resolve the services in the peripheral's own time."""
        if not self.is_known:
            self._tree.add(self.path, DEVICE, self._values())
        self.is_connected = True
        self.peripheral.linked_to = self._adapter
        self._subscriptions_before = self.gatt.subscriptions
        self._tree.change(self.path, DEVICE, {"Connected": Variant("b", True)})
        if self.peripheral.resolves_after_s is not None:
            self._in(self.peripheral.resolves_after_s, self._resolve)

    def disconnect(self) -> Fault | None:
        """Do what `Disconnect` asks for: call off an attempt, or end the link a while later."""
        if self._connecting is not None:
            self._connecting.cancel()
        elif self.is_connected:
            self._tree.remove(self.path, BATTERY)
            self._in(self._timings.disconnect_s, self._let_go)
        else:
            return Fault("Not Connected", "org.bluez.Error.NotConnected")
        return None

    def fall_silent(self) -> None:
        """The peripheral is gone without a word: the link is lost when the supervision time is over."""
        self._in(self._timings.supervision_s, self.go_down)

    def go_down(self) -> None:
        """Be without a link: one signal, the battery's removal, and the GATT objects stay."""
        if self._ends():
            down = {"ServicesResolved": Variant("b", False), "Connected": Variant("b", False)}
            self._tree.change(self.path, DEVICE, down)
            self._tree.remove(self.path, BATTERY)

    def forget(self) -> None:
        """Leave bluetoothd's objects altogether, the link first, GATT with it."""
        self.go_down()
        self._tree.remove_below(self.path)
        self.gatt = GattTable(self._tree, self.peripheral, self.path)

    def stop(self) -> None:
        """Let nothing more happen."""
        self._cancel_timers()
        if self._connecting is not None:
            self._connecting.cancel()

    def notify(self, characteristic: str, value: bytes) -> bool:
        """Send a value over the link; True if it went out."""
        if not self.is_connected or not self.peripheral.in_range or self.peripheral.stalled:
            return False
        if characteristic == uuid(0x2A19) and len(value) == 1 and self._tree.has(self.path, BATTERY):
            self._tree.change(self.path, BATTERY, {"Percentage": Variant("y", value[0])})
        return self.gatt.notify(characteristic, value)

    def take(self, call: Message) -> Message | Fault | bool:
        """Carry out a method of one of its characteristics."""
        return self.gatt.take(call) if self.is_connected else NOT_CONNECTED

    def _let_go(self) -> None:
        """End the link as we asked for; two signals, for services and link."""
        if self._ends():
            self._tree.change(self.path, DEVICE, {"ServicesResolved": Variant("b", False)})
            self._tree.change(self.path, DEVICE, {"Connected": Variant("b", False)})

    def _ends(self) -> bool:
        """Was there a link, which is no more?"""
        self._cancel_timers()
        was_connected, self.is_connected = self.is_connected, False
        if was_connected:
            self.peripheral.linked_to = ""
        return was_connected

    def _refused(self, fault: Fault) -> Fault:
        if fault.text == "le-connection-abort-by-local":
            # The link was there for a moment, and its end is told too: bleak waits for that.
            self._tree.change(self.path, DEVICE, {"Connected": Variant("b", True)})
            self._tree.change(self.path, DEVICE, {"Connected": Variant("b", False)})
        return fault

    def _resolve(self) -> None:
        with suppress(KeyError):
            percent = self.peripheral.characteristic(0x2A19).value[0]
            self._tree.add(self.path, BATTERY, {"Percentage": Variant("y", percent)})
        if self.gatt.show():
            self._tree.change(self.path, DEVICE, {"UUIDs": Variant("as", sorted(self.peripheral.uuids))})
        self._tree.change(self.path, DEVICE, {"ServicesResolved": Variant("b", True)})

    def _values(self) -> dict[str, Variant]:
        peripheral = self.peripheral
        named = {} if peripheral.name is None else {"Name": Variant("s", peripheral.name)}
        return named | {
            "Address": Variant("s", peripheral.address),
            "AddressType": Variant("s", "random"),
            "Alias": Variant("s", peripheral.name or peripheral.address.replace(":", "-")),
            "Paired": Variant("b", False),
            "Bonded": Variant("b", False),
            "Trusted": Variant("b", False),
            "Blocked": Variant("b", False),
            "LegacyPairing": Variant("b", False),
            "Connected": Variant("b", False),
            "UUIDs": Variant("as", sorted(peripheral.uuids) if peripheral.advertises_uuids else []),
            "Adapter": Variant("o", self._adapter),
            "ServicesResolved": Variant("b", False),
        }

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        self._later.add(asyncio.get_running_loop().call_later(seconds, act))

    def _cancel_timers(self) -> None:
        for timer in self._later:
            timer.cancel()
        self._later.clear()
