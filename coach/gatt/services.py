"""The services that sensors offer, the short characteristics in them, and the peculiarities of known sensors.

Heart rate, and running with its kin, have modules of their own. The table `SERVICES` decides what a scan filters for,
which services a connected sensor is asked for, and the subscriptions.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Final, TypeVar

from coach.gatt import Malformed, PayloadFault, heart_rate, running_speed_cadence, too_short

# --- texts: maker, model, serial number, firmware
#
# Device Information Service 1.1, 0x180A. The texts are UTF-8 without an end marker, yet some sensors pad them with
# zero bytes or use another encoding. They may hold any characters, so the code that displays them sanitises them.

MANUFACTURER: Final = 0x2A29
MODEL: Final = 0x2A24
SERIAL: Final = 0x2A25
FIRMWARE: Final = 0x2A26

LONGEST_TEXT: Final = 512
"""Bytes an attribute can hold (Core Specification, Vol 3 Part F, clause 3.2.9)."""


def text_of(payload: bytes) -> str:
    """Read any bytes of one of these characteristics as text; empty if there is none. Never raises."""
    return payload[:LONGEST_TEXT].partition(b"\0")[0].decode("utf-8", "replace").strip()


# --- the place on the body
#
# Body Sensor Location, 0x2A38 (Heart Rate Service 1.0, clause 3.2) and Sensor Location, 0x2A5D (Running Speed and
# Cadence Service 1.0, clause 3.3): one byte each, and two different lists.

BODY_NAME: Final = "body_sensor_location"
BODY_UUID: Final = 0x2A38
SENSOR_NAME: Final = "sensor_location"
SENSOR_UUID: Final = 0x2A5D


class BodyLocation(IntEnum):
    """Where a heart-rate sensor sits."""

    OTHER = 0
    CHEST = 1
    WRIST = 2
    FINGER = 3
    HAND = 4
    EAR_LOBE = 5
    FOOT = 6


class SensorLocation(IntEnum):
    """Where a footpod (or a bike's sensor, which shares the list) sits."""

    OTHER = 0
    TOP_OF_SHOE = 1
    IN_SHOE = 2
    HIP = 3
    FRONT_WHEEL = 4
    LEFT_CRANK = 5
    RIGHT_CRANK = 6
    LEFT_PEDAL = 7
    RIGHT_PEDAL = 8
    FRONT_HUB = 9
    REAR_DROPOUT = 10
    CHAINSTAY = 11
    REAR_WHEEL = 12
    REAR_HUB = 13
    CHEST = 14
    SPIDER = 15
    CHAIN_RING = 16


Location = TypeVar("Location", BodyLocation, SensorLocation)


def body_location(payload: bytes) -> BodyLocation | Malformed:
    """Read any bytes of a Body Sensor Location. Never raises."""
    return _location(BodyLocation, BODY_NAME, payload)


def sensor_location(payload: bytes) -> SensorLocation | Malformed:
    """Read any bytes of a Sensor Location. Never raises."""
    return _location(SensorLocation, SENSOR_NAME, payload)


def location_words(location: BodyLocation | SensorLocation) -> str:
    """A location in words: `top of shoe`."""
    return location.name.lower().replace("_", " ")


def _location(kind: type[Location], name: str, payload: bytes) -> Location | Malformed:
    if not payload:
        return too_short(name, payload, 1)
    try:
        return kind(payload[0])
    except ValueError:
        return Malformed(name, PayloadFault.OUT_OF_RANGE, f"location {payload[0]} is on no list")


# --- the battery
#
# Battery Level, 0x2A19 (Battery Service 1.0, clause 3.1): one byte, 0 to 100 per cent.

BATTERY_NAME: Final = "battery_level"
BATTERY_UUID: Final = 0x2A19


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """The charge of a sensor's battery."""

    percent: int
    """0 to 100."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "BatteryLevel | Malformed":
        """Read any bytes: a level, or what is wrong with them. Never raises."""
        if not payload:
            return too_short(BATTERY_NAME, payload, 1)
        if payload[0] > 100:
            return Malformed(BATTERY_NAME, PayloadFault.OUT_OF_RANGE, f"a charge of {payload[0]} %")
        if len(payload) > 1:  # it is unknown which of them is the level; a wrong 100 % can cost a run
            return Malformed(BATTERY_NAME, PayloadFault.TOO_LONG, f"{len(payload)} bytes, and one is a level")
        return cls(payload[0])

    def __bytes__(self) -> bytes:
        """Write the level as one byte.

        Raises:
            ValueError: the level does not fit a byte.
        """
        return bytes((self.percent,))


# --- core temperature, by CORE's own service
#
# Core Body Temperature, 00002101-5B1E-4347-B07C-97B514DAE121 (CORE's specification 2.2), is little endian: flags u8,
# core temperature s16 in 0.01 degrees, [skin s16], [reserved s16], [quality and state u8], [heart rate u8],
# [heat-strain index u8 in tenths]. The degrees are Fahrenheit where the flags say so.

CORE_NAME: Final = "core_body_temperature"
CORE_UUID: Final = 0x00002101_5B1E_4347_B07C_97B514DAE121

_SKIN: Final = 0x01
_RESERVED: Final = 0x02
_QUALITY: Final = 0x04
_FAHRENHEIT: Final = 0x08
_HEART_RATE: Final = 0x10
_STRAIN: Final = 0x20

_OPTIONAL: Final = ((_SKIN, 2), (_RESERVED, 2), (_QUALITY, 1), (_HEART_RATE, 1), (_STRAIN, 1))
"""The optional fields in the order in which they stand, with their bytes."""

_S16: Final = Struct("<h")
_UNKNOWN: Final = 0x7FFF
"""The code for a temperature that the sensor does not know yet."""
_PER_DEGREE: Final = 100.0
_PER_STRAIN: Final = 10.0
_QUALITY_BITS: Final = 0x07


class Quality(IntEnum):
    """How well the sensor measures."""

    INVALID = 0
    POOR = 1
    FAIR = 2
    GOOD = 3
    EXCELLENT = 4


@dataclass(frozen=True, slots=True)
class CoreBodyTemperature:
    """One notification of a CORE sensor."""

    core: float | None
    """Core temperature, in degrees of `is_fahrenheit`; None when it is not known."""
    skin: float | None = None
    """Skin temperature in the same degrees; None when it is not known."""
    is_fahrenheit: bool = False
    reserved: int | None = None
    """A field the maker reserves."""
    quality_and_state: int | None = None
    """As sent: three bits of quality, two (at bit 4) of the heart rate's state."""
    heart_rate: int | None = None
    """The heart rate it received from a strap, in beats per minute; not its own measurement."""
    heat_strain: float | None = None
    """Heat-strain index, 0 to 25.4 in tenths."""
    has_skin: bool = False
    """Whether the packet has a field for the skin, even one without a value."""
    trailing: bytes = b""
    """Bytes behind the last field."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "CoreBodyTemperature | Malformed":
        """Read any bytes: temperatures, or what is wrong with them. Never raises."""
        size = len(payload)
        if size < 3:
            return too_short(CORE_NAME, payload, 3)
        flags = payload[0]
        at = {bit: 0 for bit, _ in _OPTIONAL}
        rest = 3
        for bit, wide in _OPTIONAL:
            if flags & bit:
                at[bit] = rest
                rest += wide
        if size < rest:
            return too_short(CORE_NAME, payload, rest)

        def byte(bit: int) -> int | None:
            return payload[at[bit]] if at[bit] else None

        strain = byte(_STRAIN)
        return cls(
            core=_degrees(payload, 1),
            skin=_degrees(payload, at[_SKIN]) if at[_SKIN] else None,
            is_fahrenheit=flags & _FAHRENHEIT != 0,
            reserved=_S16.unpack_from(payload, at[_RESERVED])[0] if at[_RESERVED] else None,
            quality_and_state=byte(_QUALITY),
            heart_rate=byte(_HEART_RATE),
            heat_strain=None if strain is None else strain / _PER_STRAIN,
            has_skin=at[_SKIN] != 0,
            trailing=payload[rest:],
        )

    def __bytes__(self) -> bytes:
        """Write the temperatures as a CORE would.

        Raises:
            struct.error, ValueError: a field does not fit its clause.
        """
        has_skin = self.has_skin or self.skin is not None
        flags = (
            (_SKIN if has_skin else 0)
            | (_RESERVED if self.reserved is not None else 0)
            | (_QUALITY if self.quality_and_state is not None else 0)
            | (_FAHRENHEIT if self.is_fahrenheit else 0)
            | (_HEART_RATE if self.heart_rate is not None else 0)
            | (_STRAIN if self.heat_strain is not None else 0)
        )
        strain = None if self.heat_strain is None else round(self.heat_strain * _PER_STRAIN)
        return (
            bytes((flags,))
            + _ticks(self.core)
            + (_ticks(self.skin) if has_skin else b"")
            + (b"" if self.reserved is None else _S16.pack(self.reserved))
            + bytes(byte for byte in (self.quality_and_state, self.heart_rate, strain) if byte is not None)
            + self.trailing
        )

    @property
    def quality(self) -> Quality | None:
        """The quality of its measurement; None if it sends none."""
        if self.quality_and_state is None:
            return None
        code = self.quality_and_state & _QUALITY_BITS
        return Quality(code) if code <= Quality.EXCELLENT else None

    @property
    def core_c(self) -> float | None:
        """Core temperature in degrees Celsius."""
        return self._celsius(self.core)

    @property
    def skin_c(self) -> float | None:
        """Skin temperature in degrees Celsius."""
        return self._celsius(self.skin)

    def _celsius(self, degrees: float | None) -> float | None:
        if degrees is None or not self.is_fahrenheit:
            return degrees
        return (degrees - 32.0) / 1.8


def _degrees(payload: bytes, at: int) -> float | None:
    (ticks,) = _S16.unpack_from(payload, at)
    return None if ticks == _UNKNOWN else ticks / _PER_DEGREE


def _ticks(degrees: float | None) -> bytes:
    return _S16.pack(_UNKNOWN if degrees is None else round(degrees * _PER_DEGREE))


# --- muscle oxygen, by Moxy's own service
#
# 6404D804-4CB9-11E8-B566-0800200C9A66. The maker publishes no layout; this one was read off captured frames
# (dvmarinoff/Auuki). Little endian: counter u16, SmO2 u16 in 0.1 %, the previous SmO2 u16, total haemoglobin u16 in
# 0.01 g/dL, [a byte of flags].

MUSCLE_NAME: Final = "muscle_oxygen"
MUSCLE_UUID: Final = 0x6404D804_4CB9_11E8_B566_0800200C9A66

_OXYGEN: Final = Struct("<HHHH")
_PER_PERCENT: Final = 10.0
_PER_G_DL: Final = 100.0


@dataclass(frozen=True, slots=True)
class MuscleOxygen:
    """One notification of a muscle oxygen sensor."""

    counter: int
    """Number of measurements so far, u16."""
    smo2_percent: float
    """Muscle oxygen saturation in steps of 0.1 %; over 100 where there is none."""
    previous_smo2_percent: float
    """The value before it, in the same unit."""
    haemoglobin_g_dl: float
    """Total haemoglobin in g/dL, in steps of 0.01; only its changes mean something."""
    rest: bytes = b""
    """Bytes behind the haemoglobin: a byte of flags, or nothing."""

    @classmethod
    def from_bytes(cls, payload: bytes) -> "MuscleOxygen | Malformed":
        """Read any bytes: a saturation, or what is wrong with them. Never raises."""
        if len(payload) < _OXYGEN.size:
            return too_short(MUSCLE_NAME, payload, _OXYGEN.size)
        counter, now, before, haemoglobin = _OXYGEN.unpack_from(payload)
        return cls(
            counter,
            now / _PER_PERCENT,
            before / _PER_PERCENT,
            haemoglobin / _PER_G_DL,
            payload[_OXYGEN.size :],
        )

    def __bytes__(self) -> bytes:
        """Write the saturation as the sensor would.

        Raises:
            struct.error: a field does not fit its place.
        """
        head = _OXYGEN.pack(
            self.counter,
            round(self.smo2_percent * _PER_PERCENT),
            round(self.previous_smo2_percent * _PER_PERCENT),
            round(self.haemoglobin_g_dl * _PER_G_DL),
        )
        return head + self.rest


# --- the table of services

_BASE: Final = "-0000-1000-8000-00805f9b34fb"
"""The Bluetooth Base UUID, which every number of 16 bits abbreviates (Core Specification, Vol 3 Part B, 2.5.1)."""


def uuid_text(number: int) -> str:
    """Write the number of a service or characteristic as a whole UUID, lower case, as platforms report it."""
    if number < 1 << 32:
        return f"{number:08x}{_BASE}"
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def uuid_number(text: str) -> int | None:
    """Read a UUID of 4, 8 or 32 hex digits as a number; None if it is not one. Never raises."""
    digits = text.strip().lower().removesuffix(_BASE).replace("-", "")
    if len(digits) not in {4, 8, 32} or not digits.isascii() or not digits.isalnum():
        return None
    try:
        return int(digits, 16)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Service:
    """A known service."""

    number: int
    """Its UUID, 16 or 128 bits."""
    measures: str
    """What it measures, as `coach sensors` prints it; empty if it only describes the sensor."""
    notifies: tuple[int, ...] = ()
    """Characteristics to subscribe to; what they send enters the run."""
    reads: tuple[int, ...] = ()
    """Characteristics to read when the sensor is inspected."""
    is_sought: bool = True
    """Whether a scan looks for it; a battery alone does not make a sensor."""

    @property
    def uuid(self) -> str:
        """Its UUID in full, lower case."""
        return uuid_text(self.number)


SERVICES: Final = (
    Service(0x180D, "heart_rate", (heart_rate.UUID,), (BODY_UUID,)),
    Service(
        0x1814, "running", (running_speed_cadence.UUID,), (running_speed_cadence.FEATURE_UUID, SENSOR_UUID)
    ),
    Service(0x1818, "power", (running_speed_cadence.POWER_UUID,)),
    Service(0x1826, "treadmill", (running_speed_cadence.TREADMILL_UUID,)),
    Service(0x00002100_5B1E_4347_B07C_97B514DAE121, "core_temperature", (CORE_UUID,)),
    Service(0x6404D801_4CB9_11E8_B566_0800200C9A66, "smo2", (MUSCLE_UUID,)),
    Service(0x180F, "battery", (BATTERY_UUID,), (BATTERY_UUID,), is_sought=False),
    Service(0x180A, "", reads=(MANUFACTURER, MODEL, SERIAL, FIRMWARE), is_sought=False),
)
"""Most useful first: a strap and a pod, then power and treadmill, then the rest."""

SOUGHT: Final = tuple(service.uuid for service in SERVICES if service.is_sought)
"""The services a scan filters for, and which the system is asked for sensors that it already holds."""

OURS: Final = tuple(service.uuid for service in SERVICES)
"""The services discovered on a connected sensor; the others are left alone, because some break the discovery."""


def measures_of(uuids: Iterable[str]) -> tuple[str, ...]:
    """What a sensor with these services measures, in the order of the table, each word once.

    Power beside the running service is a runner's, never a bike's.
    """
    numbers = {uuid_number(text) for text in uuids}
    return tuple(service.measures for service in SERVICES if service.measures and service.number in numbers)


# --- peculiarities of known sensors (`docs/reference/quirks.md`)
#
# A name does not prove what a sensor is: a sensor can have any name, and makers change what they send. So a name only
# suggests a first guess, and what the sensor sends decides. Peculiarities that any sensor may have are handled where
# they are decoded: an odd byte at the end of a packet (kept apart by the codecs), a counter of a lifetime (only
# differences are used), a heart rate of 0 (a dropout, never a value), a contact bit that is wrong (a hint, never a
# filter).


@dataclass(frozen=True, slots=True)
class Quirk:
    """The peculiarities of sensors with similar names."""

    name: str
    """A regular expression that is searched for in the name, in lower case."""
    cadence_count: int | None = None
    """1 if they are reported to count both feet, 2 if one; None if unknown."""
    shunned: tuple[int, ...] = ()
    """Services that must not be discovered or subscribed to, because they break the rest; no run needs one."""
    advice: str = ""
    """What the runner can do about it, in one sentence."""
    seen: str = ""
    """Where it was reported."""


QUIRKS: Final = (
    Quirk("stryd", 2, seen="OpenTracks lists it as tested and reads its cadence as one foot's"),
    Quirk("polar (run|stride)", 2, seen="Polar V800 manual: steps of the foot with the sensor"),
    Quirk(
        "zwift|runpod",
        2,
        (0xFFF0, 0xF000FFC0_0451_4000_B000_000000000000),
        seen="QZ strydrunpowersensor.cpp and #1099, #2187",
    ),
    Quirk("tickr ?x", 1, seen="OpenTracks #1164, #1170: counts both feet"),
    Quirk("technogym|myrun", 1, seen="TrackMyIndoorWorkout #465, #461; QZ #626: cadence drops out above 164"),
    Quirk(r"\brunn\b", 1, seen="TrackMyIndoorWorkout runn_rsc_test.dart; QZ #4052: no cadence at a walk"),
    Quirk(
        "polar h7",
        advice="If it goes silent after half a minute, let it rest a minute without its strap clipped on.",
        seen="bluepy #53, gattlib #144, node-heartrate #1",
    ),
    Quirk(
        "polar h10",
        advice="A watch that holds it leaves no room: allow two receivers in the maker's app.",
        seen="polar-ble-sdk #8, pygatt #259",
    ),
    Quirk(
        "tickr",
        advice="If it drops to nothing in a run, wear its transmitter towards the laptop and wet the strap.",
        seen="runnerup #44, zwiftalizer #10",
    ),
    Quirk(
        "amazfit|mi band|mi smart band|huami",
        advice="Switch on heart-rate sharing on the watch; without it every reading is refused.",
        seen="bleak #558, runnerup #1027",
    ),
)
"""One row for each family of sensors; the first row that matches and has a value counts."""

_PATTERNS: Final = tuple((re.compile(quirk.name), quirk) for quirk in QUIRKS)
_LONGEST_NAME: Final = 248
"""Bytes a Bluetooth device name can have (Core Specification, Vol 3 Part C, clause 12.1)."""


def quirks_of(name: str) -> tuple[Quirk, ...]:
    """Every quirk of sensors with such a name; the name may be any text."""
    plain = name[:_LONGEST_NAME].lower()
    return tuple(quirk for pattern, quirk in _PATTERNS if pattern.search(plain))


def advice_for(name: str) -> str:
    """The advice for sensors of such a name; empty if there is none."""
    return " ".join(quirk.advice for quirk in quirks_of(name) if quirk.advice)


def usual_cadence_count(name: str) -> int | None:
    """How sensors of that name are reported to count: 1 for both feet, 2 for one, None if unknown."""
    counts = (quirk.cadence_count for quirk in quirks_of(name))
    return next((count for count in counts if count is not None), None)
