"""What is in the air: straps, footpods and strangers, each with its services and its moods.

A mood is a field: set `stalled` and the link stays up in silence, set `resolves_after_s` to None and services
never resolve. What happens between a peripheral and the laptop is in `bluez`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds

_NUMBERS = count(1)


def uuid(short: int) -> str:
    """Write a 16-bit UUID of the Bluetooth SIG in full."""
    return f"0000{short:04x}-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class Fault:
    """An error in place of an answer."""

    text: str
    name: str = "org.bluez.Error.Failed"

    @classmethod
    def att(cls, code: int) -> "Fault":
        """BlueZ's words for an error of the attribute protocol."""
        return cls(f"Operation failed with ATT error: 0x{code:02x}")


ABORTED = Fault("Software caused connection abort")
ABORTED_BY_LOCAL = Fault("le-connection-abort-by-local")
"""bleak tries again by itself after this one."""
BUSY = Fault("br-connection-busy")
IN_PROGRESS = Fault("Operation already in progress", "org.bluez.Error.InProgress")
NOT_READY = Fault("Resource Not Ready", "org.bluez.Error.NotReady")
NOT_PERMITTED = Fault("Not paired", "org.bluez.Error.NotPermitted")
"""What straps say that want bonding first."""


@dataclass(slots=True)
class Characteristic:
    """A characteristic as the peripheral offers it."""

    uuid: str
    flags: tuple[str, ...]
    """BlueZ's words: `read`, `write`, `notify`, `indicate`."""
    value: bytes = b""
    """What a read gives."""
    fault: Fault | None = None
    """What every read, write and subscription gets instead of an answer."""
    notify_fault: Fault | None = None
    """What a subscription gets instead of an answer, while reads are answered."""
    never_answers: bool = False
    """A subscription gets no answer at all."""
    never_reads: bool = False
    """A read gets no answer at all."""
    on_write: Callable[[bytes], Fault | bytes | None] | None = None
    """What a write does: it fails, it indicates something, or it is simply taken."""

    @property
    def notifies(self) -> bool:
        """Can it be subscribed to?"""
        return "notify" in self.flags or "indicate" in self.flags


@dataclass(slots=True)
class Service:
    """A service and what is in it."""

    uuid: str
    characteristics: tuple[Characteristic, ...]


@dataclass(eq=False, slots=True)
class Peripheral:
    """One thing in the air; a strap or a pod is one with services."""

    name: str | None
    services: tuple[Service, ...] = ()
    address: str = field(
        default_factory=lambda: "C0:AC:00:00:{:02X}:{:02X}".format(*divmod(next(_NUMBERS), 256))
    )
    rssi_dbm: int = -60
    rssi_by: dict[str, int | None] = field(default_factory=dict)
    """The signal at an adapter, by its name, where it is another than `rssi_dbm`; None: that one cannot hear it."""
    linked_to: str = ""
    """The adapter it is connected to; a sensor has one link."""
    advertises_uuids: bool = True
    """Does the advertisement name its services?"""
    in_range: bool = True
    """Can the laptop hear it? `FakeBlueZ.leave` and `come_back` change it together with the link."""
    is_taken: bool = False
    """Held by a watch or a telephone: it neither advertises nor lets itself be connected."""
    stalled: bool = False
    """Up, but silent: nothing is notified and nobody says why."""
    connect_faults: list[Fault] = field(default_factory=list)
    """What the next attempts get, one each, before one succeeds."""
    connects_after_s: float = 0.0
    resolves_after_s: float | None = 0.0
    """From connected to `ServicesResolved`; None: never."""
    notify: Callable[[str, bytes], bool] = lambda _uuid, _value: False
    """Send a value to whoever is subscribed, by characteristic UUID; True if it went out.
    The BlueZ it is in front of sets this."""

    def characteristic(self, short: int) -> Characteristic:
        """Find a characteristic by its 16-bit UUID.

        Raises:
            KeyError: there is none.
        """
        for service in self.services:
            for each in service.characteristics:
                if each.uuid == uuid(short):
                    return each
        raise KeyError(f"{short:04x}")

    @property
    def uuids(self) -> list[str]:
        """The services it offers."""
        return [service.uuid for service in self.services]

    def set_battery(self, percent: int) -> None:
        """Have this much left, 0 to 100, and say so to whoever is subscribed."""
        self.characteristic(0x2A19).value = bytes((percent,))
        self.notify(uuid(0x2A19), bytes((percent,)))


@dataclass(eq=False, slots=True)
class Strap(Peripheral):
    """A heart-rate strap."""

    def beat(self, bpm: int, rr_s: tuple[float, ...] = ()) -> bytes:
        """Notify one measurement, in contact with the skin; its bytes."""
        rr = tuple(Seconds(each) for each in rr_s)
        payload = bytes(HeartRateMeasurement(BeatsPerMinute(bpm), Contact.DETECTED, rr_s=rr))
        self.notify(uuid(0x2A37), payload)
        return payload


@dataclass(eq=False, slots=True)
class Pod(Peripheral):
    """A footpod; its distance is cumulative and goes on whether or not anybody hears it."""

    metres: float = 0.0
    cadence: int = 90
    """Per minute of one foot."""

    def run(self, metres: float, speed_mps: float = 4.0) -> bytes:
        """Cover some metres, then notify one measurement; its bytes."""
        self.metres += metres
        stride = Metres(round(speed_mps * 60 / self.cadence, 2))
        payload = bytes(
            RunningSpeedCadenceMeasurement(
                MetresPerSecond(speed_mps),
                self.cadence,
                stride,
                Metres(round(self.metres, 1)),
                is_running=True,
            )
        )
        self.notify(uuid(0x2A53), payload)
        return payload


def strap(name: str | None = "Polar H10 A1B2C3D4", *, serial: str = "A1B2C3D4", battery: int = 80) -> Strap:
    """A heart-rate strap with its battery and what it says of itself."""
    heart_rate = Service(
        uuid(0x180D),
        (
            Characteristic(uuid(0x2A37), ("notify",)),
            Characteristic(uuid(0x2A38), ("read",), b"\x01"),
            Characteristic(uuid(0x2A39), ("write",), on_write=_reset_energy),
        ),
    )
    return Strap(name, (heart_rate, _battery(battery), _information("Polar Electro Oy", "H10", serial)))


def pod(name: str = "Stryd", *, serial: str = "S-0001", battery: int = 70) -> Pod:
    """A footpod on top of the shoe, with a battery, a control point and what it says of itself."""
    control = Characteristic(uuid(0x2A55), ("write", "indicate"))
    running = Service(
        uuid(0x1814),
        (
            Characteristic(uuid(0x2A53), ("notify",)),
            Characteristic(uuid(0x2A54), ("read",), b"\x07\x00"),
            Characteristic(uuid(0x2A5D), ("read",), b"\x01"),
            control,
        ),
    )
    made = Pod(name, (running, _battery(battery), _information("Stryd", "Stryd 4", serial)))

    def take(value: bytes) -> Fault | bytes:
        """Set the cumulative value (RSC Service 1.0, clause 3.4); every other procedure is not supported."""
        if len(value) == 5 and value[0] == 1:
            made.metres = int.from_bytes(value[1:], "little") / 10
            return b"\x10\x01\x01"
        return bytes((0x10, value[0] if value else 0, 2))

    control.on_write = take
    return made


def stranger(name: str | None = "Somebody's earphones", rssi_dbm: int = -70) -> Peripheral:
    """Something nearby that is none of ours: it offers a battery and no more."""
    return Peripheral(name, (_battery(50),), rssi_dbm=rssi_dbm)


def _battery(percent: int) -> Service:
    return Service(uuid(0x180F), (Characteristic(uuid(0x2A19), ("read", "notify"), bytes((percent,))),))


def _information(maker: str, model: str, serial: str) -> Service:
    said = {0x2A29: maker, 0x2A24: model, 0x2A25: serial, 0x2A26: "1.0.0"}
    read = (Characteristic(uuid(short), ("read",), text.encode()) for short, text in said.items())
    return Service(uuid(0x180A), tuple(read))


def _reset_energy(value: bytes) -> Fault | None:
    """Take the one value of the control point (Heart Rate Service 1.0, clause 3.3), refuse any other."""
    return None if value == b"\x01" else Fault.att(0x80)
