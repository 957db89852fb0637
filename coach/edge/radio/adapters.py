"""Lists the machine's Bluetooth adapters, and decides which of them scan.

bleak takes one of several adapters by the order of a set, which is another in every process. So with several of
them each scan names its adapter: the one that was chosen, else all that are switched on. A link is made over the
adapter that heard the sensor best, because the device that bleak connects belongs to an adapter.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from coach.edge.files import plain
from coach.problems import SensorProblem, SensorTrouble

_LOG = logging.getLogger(__name__)
_BLUEZ: Final = "org.bluez"
_ADAPTER: Final = "org.bluez.Adapter1"
_NAME: Final = re.compile(r"hci\d+", re.IGNORECASE)
"""A name of BlueZ, in contrast to an address."""
_ANSWER_S: Final = 5.0
"""How long the system is waited for (judged: it answers within milliseconds); then bleak says what is wrong."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """One Bluetooth adapter of this machine."""

    name: str
    """The system's name, such as `hci0`; it may be another after the next start."""
    address: str
    """Its own Bluetooth address, which stays."""
    is_on: bool
    """True if it is switched on."""
    is_central: bool = True
    """True if it can speak to sensors."""

    @property
    def is_usable(self) -> bool:
        """True if it can scan now."""
        return self.is_on and self.is_central

    @property
    def state(self) -> str:
        """Its state in words."""
        if not self.is_central:
            return "no Low Energy"
        return "on" if self.is_on else "off"

    def is_called(self, word: str) -> bool:
        """Tell whether `word` is its name or its address."""
        return word.casefold() in {self.name.casefold(), self.address.casefold()}


async def list_adapters() -> tuple[Adapter, ...] | None:
    """List the adapters by name; none where the system names none (macOS, Windows), None where it does not answer."""
    if sys.platform != "linux":
        return ()
    try:
        async with asyncio.timeout(_ANSWER_S):
            objects = await _managed_objects()
    except Exception as error:  # noqa: BLE001 - bleak meets the same error and its problem names the cause
        _LOG.info("the adapters cannot be listed: %r", error)
        return None
    adapters = [
        _adapter(path, interfaces[_ADAPTER]) for path, interfaces in objects.items() if _ADAPTER in interfaces
    ]
    return tuple(sorted(adapters, key=lambda adapter: (len(adapter.name), adapter.name)))


async def _managed_objects() -> dict[str, dict[str, dict[str, Any]]]:
    """Every object of BlueZ, with its interfaces and their properties.

    Raises:
        Exception: the bus or BlueZ cannot be asked.
    """
    from dbus_fast import BusType, Message, MessageType
    from dbus_fast.aio import MessageBus

    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        manager = "org.freedesktop.DBus.ObjectManager"
        answer = await bus.call(Message(_BLUEZ, "/", manager, "GetManagedObjects"))
        if answer is None or answer.message_type is not MessageType.METHOD_RETURN:
            raise OSError(f"BlueZ does not list its objects: {answer and answer.error_name}")
        objects: dict[str, dict[str, dict[str, Any]]] = answer.body[0]
        return objects
    finally:
        bus.disconnect()


def _adapter(path: str, values: dict[str, Any]) -> Adapter:
    def value(name: str, default: Any) -> Any:
        return values[name].value if name in values else default

    return Adapter(
        path.rpartition("/")[2],
        str(value("Address", "")),
        bool(value("Powered", False)),
        "central" in value("Roles", ["central"]),
    )


class AdapterChoice:
    """The adapters a radio scans with."""

    def __init__(self, wanted: str = "", *, asks_system: bool = True) -> None:
        """Scan with the adapter called `wanted`, by name or address; empty: with all that are on.

        `asks_system` is False if the radio is not the system's; it has one adapter without a name.
        """
        self.wanted = wanted
        self._asks_system = asks_system
        self._names: tuple[str | None, ...] | None = None
        self._left_out: set[str] = set()

    async def names(self) -> tuple[str | None, ...]:
        """The names of the adapters to scan with; None alone is the only one there is, whatever its name.

        Raises:
            SensorProblem: the one that was chosen is not there.
        """
        if not self._asks_system:
            return (None,)
        if self._names is not None:
            return self._names
        adapters = await list_adapters()
        if adapters is None:  # not kept: it may answer the next time, and then the choice counts
            return (self._unlisted_name(),)
        self._names = self._decide(adapters)
        return self._names

    async def listed(self) -> tuple[Adapter, ...]:
        """Every adapter of the machine, used or not; none where they cannot be listed."""
        return await list_adapters() or () if self._asks_system else ()

    def refresh(self) -> None:
        """Look again the next time: one may have been plugged in, taken out or switched on."""
        self._names = None

    def leave_out(self, name: str | None) -> None:
        """Use the others from now on: this one does not answer."""
        _LOG.warning("%s is left out: it does not answer", name)
        self._left_out |= {name} if name is not None else set()
        self.refresh()

    def _decide(self, adapters: Sequence[Adapter]) -> tuple[str | None, ...]:
        if self.wanted:
            return (self._wanted_name(adapters),)
        self._left_out &= {
            adapter.name for adapter in adapters
        }  # one that is plugged in again has another chance
        usable = [
            adapter.name for adapter in adapters if adapter.is_usable and adapter.name not in self._left_out
        ]
        if not usable:
            return (None,)  # bleak says what is wrong with those there are
        return tuple(usable)  # by name, also where it is one: another may be plugged in

    def _unlisted_name(self) -> str | None:
        """The name of the adapter to use while none can be listed; None for any, where none was chosen."""
        if not self.wanted or _NAME.fullmatch(self.wanted):
            return self.wanted.casefold() or None
        raise SensorProblem(
            f"the Bluetooth service does not list its adapters, so {plain(self.wanted)} is not found by its address",
            "Start it with: sudo systemctl start bluetooth",
            reason=SensorTrouble.NOT_SUPPORTED,
        )

    def _wanted_name(self, adapters: Sequence[Adapter]) -> str:
        """The name of the adapter that was chosen."""
        if sys.platform != "linux":
            raise SensorProblem(
                "this system has one Bluetooth adapter, and none can be chosen",
                "Leave --adapter out, and take the setting out: coach config set adapter ''",
                reason=SensorTrouble.NOT_SUPPORTED,
            )
        name = next((adapter.name for adapter in adapters if adapter.is_called(self.wanted)), None)
        if name is None:
            present = ", ".join(f"{adapter.name} ({adapter.address})" for adapter in adapters)
            there_are = f"There are: {present}." if present else "There is none at all: plug it in."
            raise SensorProblem(
                f"there is no Bluetooth adapter {plain(self.wanted)}",
                f"{there_are} Name one with --adapter or the setting adapter.",
                reason=SensorTrouble.NOT_SUPPORTED,
            )
        return name


def bluez_arguments(name: str | None) -> Any:
    """The argument `bluez` of bleak for an adapter's name."""
    return {} if name is None else {"adapter": name}


def adapter_of(details: Any) -> str:
    """The adapter that heard a device, from bleak's details of it; empty where the platform does not tell."""
    path = details.get("path", "") if isinstance(details, dict) else ""
    parts = str(path).split("/")
    return parts[3] if len(parts) > 4 else ""
