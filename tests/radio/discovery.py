"""Who scans for what, and who hears which advertisement.

As bluetoothd has it: each program on the bus has its own session and its own filter; an advertisement is taken
if any of them asks for it, and then everybody is told. A connected sensor is never heard.
"""

import asyncio
from collections.abc import Callable, Iterable

from dbus_fast import Variant

from tests.radio.device import Device
from tests.radio.objects import ADAPTER, ObjectTree
from tests.radio.peripherals import IN_PROGRESS, Fault

NOT_STARTED = Fault("No discovery started")


class Discovery:
    """The scans of one adapter."""

    def __init__(
        self, tree: ObjectTree, adapter: str, devices: Callable[[], Iterable[Device]], every_s: float
    ) -> None:
        """Let every advertising device be heard once in `every_s` while anybody scans."""
        self._tree = tree
        self._adapter = adapter
        self._devices = devices
        self._every_s = every_s
        self._filters: dict[str, frozenset[str]] = {}
        self._sessions: set[str] = set()
        self._next: asyncio.Handle | None = None

    @property
    def is_on(self) -> bool:
        """Does anybody scan?"""
        return bool(self._sessions)

    def set_filter(self, client: str, wanted: dict[str, Variant]) -> None:
        """What a program wants to hear of; without UUIDs it is everything."""
        uuids = wanted.get("UUIDs")
        self._filters[client] = frozenset(uuids.value if uuids else ())

    def start(self, client: str) -> Fault | None:
        """Begin a program's session."""
        if client in self._sessions:
            return IN_PROGRESS
        self._sessions.add(client)
        if self._next is None:
            self._tree.change(self._adapter, ADAPTER, {"Discovering": Variant("b", True)})
            self._next = asyncio.get_running_loop().call_soon(self._listen)
        return None

    def stop(self, client: str) -> Fault | None:
        """End a program's session."""
        if client not in self._sessions:
            return NOT_STARTED
        self.leave(client)
        return None

    def leave(self, client: str) -> None:
        """A program scans no more, because it said so or because it has left the bus."""
        self._sessions.discard(client)
        self._filters.pop(client, None)
        if not self._sessions:
            self.silence()

    def silence(self) -> None:
        """End every session, and withdraw the signal strengths."""
        self._sessions.clear()
        if self._next is None:
            return
        self._next.cancel()
        self._next = None
        for device in self._devices():
            device.unhear()
        self._tree.change(self._adapter, ADAPTER, {"Discovering": Variant("b", False)})

    def _listen(self) -> None:
        for device in self._devices():
            if device.is_advertising and self._is_wanted(device):
                device.hear()
        self._next = asyncio.get_running_loop().call_later(self._every_s, self._listen)

    def _is_wanted(self, device: Device) -> bool:
        """Does any session ask for it? A filter looks at the advertisement, not at what is known besides."""
        told = frozenset(device.peripheral.uuids if device.peripheral.advertises_uuids else ())
        wishes = [self._filters.get(client, frozenset()) for client in self._sessions]
        return any(not wish or wish & told for wish in wishes)
