"""Power, treadmills, temperature, muscle oxygen: captured bytes where there are any, and every other byte there is."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from struct import error as struct_error
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gatt import Malformed, PayloadFault
from coach.gatt.running_speed_cadence import RunningPowerMeasurement, TreadmillData
from coach.gatt.services import CoreBodyTemperature, MuscleOxygen, Quality

CODECS: tuple[Any, ...] = (RunningPowerMeasurement, TreadmillData, CoreBodyTemperature, MuscleOxygen)

# payload, watts, where it was found
POWERS = [
    ("2c006700d1b5e4004855", 103, "TrackMyIndoorWorkout power_meter_sensor_test.dart"),
    ("2c0000009f000c00e542", 0, "4iiii, btsnoop, OpenTracks #1352"),
    ("2c000000df002b0039f6", 0, "4iiii, btsnoop, OpenTracks #1352"),
]
# payload, what was published of it, where it was found
BELTS: list[tuple[str, dict[str, float | None], str]] = [
    (
        "8c05640014000000000000 0500e700030 05b00".replace(" ", ""),
        {"speed_kmh": 1.0, "distance_m": 20, "incline_percent": 0, "energy_kcal": 5, "elapsed_s": 91},
        "Kettler, knallfahrrad.de p=1236",
    ),
    (
        "0c0496000600000000ff7f1400",
        {"speed_kmh": 1.5, "distance_m": 6, "incline_percent": 0, "ramp_deg": None, "elapsed_s": 20},
        "Technogym MyRun, QZ #3253",
    ),
    (
        "1f0084012a00000000000001000000",
        {"speed_kmh": None, "average_speed_kmh": 3.88, "distance_m": 42},
        "Technogym MyRun, technogym_myrun_test.dart",
    ),
]


@pytest.mark.parametrize(("payload", "watts", "found"), POWERS)
def test_only_the_power_of_a_power_meter_is_read(payload, watts, found):
    """Bytes 2 and 3 are the power; torque and crank behind it are kept, unread."""
    raw = bytes.fromhex(payload)
    read = RunningPowerMeasurement.from_bytes(raw)
    assert isinstance(read, RunningPowerMeasurement), found
    assert read.power == watts
    assert bytes(read) == raw


def test_a_power_may_be_below_zero_on_the_wire():
    """The field is signed (synthetic): what a runner's power can be is for others to say."""
    read = RunningPowerMeasurement.from_bytes(bytes.fromhex("0000ffff"))
    assert read == RunningPowerMeasurement(-1)


@pytest.mark.parametrize(("payload", "said", "found"), BELTS)
def test_reads_what_treadmills_sent(payload, said, found):
    """Each captured packet reads as its finder published, and is written back as it was."""
    raw = bytes.fromhex(payload)
    read = TreadmillData.from_bytes(raw)
    assert isinstance(read, TreadmillData), found
    assert {name: getattr(read, name) for name in said} == said
    assert bytes(read) == raw


def test_every_field_of_a_treadmill_has_its_place():
    """A packet with all of them (synthetic) reads in the order of the clause."""
    data = TreadmillData(
        speed_kmh=14.1,
        average_speed_kmh=12.05,
        distance_m=70_000.0,
        incline_percent=-1.5,
        ramp_deg=2.5,
        ascent_m=12.3,
        descent_m=0.4,
        pace_km_per_min=0.2,
        average_pace_km_per_min=0.3,
        energy_kcal=512.0,
        energy_kcal_per_hour=700.0,
        energy_kcal_per_min=12.0,
        heart_rate_bpm=151.0,
        metabolic_equivalent=11.5,
        elapsed_s=3600.0,
        remaining_s=60.0,
        belt_force_n=-20.0,
        power_w=310.0,
        announced=0x1FFE,
    )
    assert bytes(data).hex() == (
        "fe1f 8205 b504 701101 f1ff 1900 7b00 0400 02 03 0002 bc02 0c 97 73 100e 3c00 ecff 3601".replace(
            " ", ""
        )
    )
    assert TreadmillData.from_bytes(bytes(data)) == data


def test_a_treadmill_packet_that_is_cut_gives_what_came_whole():
    """A long packet cut at the 20 bytes of a small MTU has speed, distance and incline; a cut speed is no packet."""
    whole = TreadmillData(
        speed_kmh=14.1, average_speed_kmh=12.05, distance_m=700.0, incline_percent=1.5, ramp_deg=0.5, ascent_m=1.0,
        descent_m=2.0, pace_km_per_min=0.2, energy_kcal=512.0, energy_kcal_per_hour=700.0, energy_kcal_per_min=12.0,
        announced=0b10111110,
    )  # fmt: skip
    raw = bytes(whole)
    assert len(raw) > 20
    for size in range(4, len(raw) + 1):
        read = TreadmillData.from_bytes(raw[:size])
        assert isinstance(read, TreadmillData)
        assert read.speed_kmh == 14.1
        assert read.distance_m == (700.0 if size >= 9 else None)
        assert read.incline_percent == (1.5 if size >= 11 else None)
        assert read.energy_kcal_per_min == (12.0 if size == len(raw) else None)
        assert bytes(read) == raw[:size]
    assert isinstance(TreadmillData.from_bytes(raw[:3]), Malformed)


def test_reads_a_frame_of_a_muscle_oxygen_sensor():
    """A captured frame (Auuki, moxy.js): 53.3 %, before it 53.4 %, 12.16 g/dL; its ninth byte is kept."""
    raw = bytes.fromhex("cb0615021602c00400")
    assert MuscleOxygen.from_bytes(raw) == MuscleOxygen(1739, 53.3, 53.4, 12.16, b"\0")
    assert bytes(MuscleOxygen(1739, 53.3, 53.4, 12.16, b"\0")) == raw


def test_reads_every_field_of_a_core_sensor():
    """Flags 0x37 (synthetic): core, skin, reserved, quality with the heart rate's state, heart rate, strain."""
    read = CoreBodyTemperature.from_bytes(bytes.fromhex("37 a10e 480d 0100 23 96 17"))
    assert isinstance(read, CoreBodyTemperature)
    assert (read.core_c, read.skin_c, read.reserved) == (37.45, 34.0, 1)
    assert (read.quality, read.heart_rate, read.heat_strain) == (Quality.GOOD, 150, 2.3)


def test_a_temperature_the_sensor_does_not_know_is_none():
    """0x7FFF is no temperature (synthetic), neither of the core nor of the skin, and is written back."""
    raw = bytes.fromhex("01ff7fff7f")
    read = CoreBodyTemperature.from_bytes(raw)
    assert isinstance(read, CoreBodyTemperature)
    assert (read.core_c, read.skin_c, read.quality) == (None, None, None)
    assert bytes(read) == raw


def test_fahrenheit_becomes_celsius():
    """100.40 degrees Fahrenheit (synthetic) are 38 degrees Celsius."""
    read = CoreBodyTemperature.from_bytes(bytes.fromhex("083827"))
    assert isinstance(read, CoreBodyTemperature)
    assert read.core_c == pytest.approx(38.0)
    assert bytes(read).hex() == "083827"


def test_a_reserved_quality_is_no_quality():
    """The codes 5 to 7 say nothing (synthetic)."""
    read = CoreBodyTemperature.from_bytes(bytes.fromhex("04a10e07"))
    assert isinstance(read, CoreBodyTemperature)
    assert read.quality is None


@pytest.mark.parametrize(
    ("codec", "payload", "fault"),
    [
        (RunningPowerMeasurement, "", PayloadFault.EMPTY),
        (RunningPowerMeasurement, "000064", PayloadFault.TOO_SHORT),
        (TreadmillData, "", PayloadFault.EMPTY),
        (TreadmillData, "00", PayloadFault.TOO_SHORT),
        (TreadmillData, "000064", PayloadFault.TOO_SHORT),
        (TreadmillData, "05000100", PayloadFault.TOO_SHORT),
        (CoreBodyTemperature, "", PayloadFault.EMPTY),
        (CoreBodyTemperature, "00a1", PayloadFault.TOO_SHORT),
        (CoreBodyTemperature, "01a10e48", PayloadFault.TOO_SHORT),
        (MuscleOxygen, "", PayloadFault.EMPTY),
        (MuscleOxygen, "cb0615021602c0", PayloadFault.TOO_SHORT),
    ],
)
def test_names_what_is_wrong(codec, payload, fault):
    """Bytes too few for their flags are a named rejection."""
    read = codec.from_bytes(bytes.fromhex(payload))
    assert isinstance(read, Malformed)
    assert read.fault is fault
    assert read.text


def test_a_value_that_does_not_fit_is_our_own_mistake():
    """Writing beyond a field raises instead of wrapping round."""
    with pytest.raises(struct_error):
        bytes(RunningPowerMeasurement(40_000))
    with pytest.raises(OverflowError):
        bytes(TreadmillData(distance_m=2.0**24))
    with pytest.raises(struct_error):
        bytes(MuscleOxygen(0, 7000.0, 0.0, 0.0))


@given(st.sampled_from(CODECS), st.binary(max_size=48))
def test_any_bytes_give_an_answer(codec, payload):
    """Any bytes are a value, which reads the same when written again, or a named rejection."""
    read = codec.from_bytes(payload)
    if isinstance(read, Malformed):
        assert read.fault in PayloadFault
    else:
        assert codec.from_bytes(bytes(read)) == read
        assert len(bytes(read)) == len(payload)


@given(st.builds(RunningPowerMeasurement, st.integers(-0x8000, 0x7FFF), st.integers(0, 0xFFFF), st.binary()))
def test_a_power_comes_back_as_it_was(measurement):
    """Writing and reading any power gives it back."""
    assert RunningPowerMeasurement.from_bytes(bytes(measurement)) == measurement
