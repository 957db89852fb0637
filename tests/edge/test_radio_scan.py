"""What a scan finds, what a sensor says of itself, and what each trouble of the radio means."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)

from coach.edge.paired_sensors import DiscoveredSensor, RadioTimings, SensorLocks
from coach.edge.radio import Radio
from coach.edge.radio_scanner import sensor_problem
from coach.gatt.running_speed_cadence import RunningFeatures
from coach.problems import SensorProblem, SensorTrouble
from coach.quantities import Seconds
from tests.edge.doubles import FakeClock, settle_down
from tests.edge.fake_bluetooth import (
    BATTERY,
    BEAT,
    HEART_RATE,
    INFORMATION,
    LEVEL,
    RUNNING,
    SERIAL,
    STEP,
    FakeBluetooth,
    FakeSensor,
    sig,
)

FITNESS_MACHINE = sig(0x1826)


@asynccontextmanager
async def near(*things: FakeSensor, **options):
    """A radio among these things."""
    bluetooth, clock = FakeBluetooth(*things), FakeClock()
    async with Radio(clock=clock, **bluetooth.backends, **options) as radio:
        yield bluetooth, clock, radio


@asynccontextmanager
async def scanning(radio: Radio, seconds: float = 10.0):
    """A list that fills with what a scan names."""
    found: list[DiscoveredSensor] = []

    async def take() -> None:
        async for each in radio.scan(seconds):
            found.append(each)  # noqa: PERF401 - looked at while it fills

    task = asyncio.create_task(take())
    await settle_down()
    try:
        yield found, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.asyncio
async def test_a_scan_names_a_sensor_with_what_it_measures():
    """A sensor is named at its first advertisement: id, name, measures, signal and advertised battery."""
    strap = FakeSensor("AA", "Polar H10", rssi=-64, says={BATTERY: b"\x50"})
    async with near(strap) as (bluetooth, _, radio), scanning(radio) as (found, _):
        bluetooth.advertise()
        await settle_down()

        assert found == [DiscoveredSensor("AA", "Polar H10", "AA", ("heart_rate", "battery"), -64, 80)]


@pytest.mark.asyncio
async def test_a_scan_ends_after_its_time():
    """A scan of 10 s ends after 10 s, and nothing scans afterwards."""
    async with near() as (bluetooth, clock, radio), scanning(radio) as (_, task):
        await clock.advance(9.9)
        assert not task.done()
        await clock.advance(0.2)
        assert task.done()
        assert not bluetooth.scanners


@pytest.mark.asyncio
async def test_a_sensor_is_named_again_only_when_it_noticeably_changed():
    """5 dB more are no news, 6 dB are, and so is a name that came with a later advertisement."""
    strap = FakeSensor("AA", "", rssi=-64)
    async with near(strap) as (bluetooth, _, radio), scanning(radio) as (found, _):
        for rssi, name in ((-64, ""), (-69, ""), (-70, ""), (-70, "Polar")):
            strap.rssi, strap.name = rssi, name
            bluetooth.advertise()
            await settle_down()

        assert [(one.rssi_dbm, one.name) for one in found] == [(-64, ""), (-70, ""), (-70, "Polar")]


@pytest.mark.asyncio
async def test_sensors_the_system_holds_come_first():
    """A held sensor is named before anything is heard, as held, without a signal, with all that it measures."""
    both = FakeSensor("AA", "Both", {HEART_RATE: {}, RUNNING: {}}, held_by_system=True)
    async with near(both) as (_, _, radio), scanning(radio) as (found, _):
        assert found == [DiscoveredSensor("AA", "Both", "AA", ("heart_rate", "running"), is_held=True)]


@pytest.mark.asyncio
async def test_two_hundred_devices_are_all_heard():
    """Among 200 devices that advertise, each sensor of ours is named once and nothing else is."""
    things = [FakeSensor(f"{number:03}", f"HR {number}") for number in range(100)]
    others = [FakeSensor(f"X{number:03}", "earphones", {BATTERY: {LEVEL: b"\x10"}}) for number in range(100)]
    async with near(*things, *others) as (bluetooth, _, radio), scanning(radio) as (found, _):
        for _ in range(3):
            bluetooth.advertise()
        await settle_down()

        assert sorted(one.id for one in found) == [thing.address for thing in things]


@pytest.mark.parametrize("name", ["\x1b[2J\x07", "\u202eparts", "H" * 10_000, "a\nb\0c", "\ud800"])
@pytest.mark.asyncio
async def test_a_name_may_hold_anything_and_is_never_longer_than_the_specification(name):
    """Control characters, right-to-left marks and 10 kB names come through as they are, at most 248 characters."""
    async with near(FakeSensor("AA", name)) as (bluetooth, _, radio), scanning(radio) as (found, _):
        bluetooth.advertise()
        await settle_down()

        assert found[0].name == name[:248]


@pytest.mark.parametrize(("said", "named"), [(b"", ["AA"]), (b"\1\1\0", ["AA"]), (b"\1\x20\0", [])])
@pytest.mark.asyncio
async def test_a_fitness_machine_that_is_no_treadmill_is_not_named(said, named):
    """A bike's fitness machine service is not taken for a treadmill, where the advertisement says what it is."""
    machine = FakeSensor("AA", "Machine", {FITNESS_MACHINE: {}}, says={FITNESS_MACHINE: said})
    async with near(machine) as (bluetooth, _, radio), scanning(radio) as (found, _):
        bluetooth.advertise()
        await settle_down()

        assert [one.id for one in found] == named


@pytest.mark.asyncio
async def test_an_unknown_signal_is_not_made_up():
    """Apple's 127 means that the signal is not known; bleak's -127 that nothing was advertised at all."""
    strap = FakeSensor("AA", rssi=127)
    async with near(strap) as (bluetooth, _, radio), scanning(radio) as (found, _):
        bluetooth.advertise()
        strap.rssi = -127
        bluetooth.advertise()
        await settle_down()

        assert [one.rssi_dbm for one in found] == [None]


@pytest.mark.asyncio
async def test_a_start_is_never_broken_off():
    """A radio that is left while its scan is only starting stops that scan: the system does not go on with it."""
    bluetooth, clock = FakeBluetooth(), FakeClock()
    bluetooth.may_start.clear()
    async with Radio(clock=clock, **bluetooth.backends) as radio:
        with radio.scanner.subscribe(lambda _: None):
            await settle_down()
        leaving = asyncio.create_task(radio.__aexit__(None, None, None))
        await settle_down()
        assert not leaving.done()
        bluetooth.may_start.set()
        await leaving

    assert (bluetooth.starts, bluetooth.scanners) == (1, [])


@pytest.mark.asyncio
async def test_a_start_that_takes_long_is_told_and_waited_for():
    """A Bluetooth service that does not answer is told after a while, and used when it answers at last."""
    told: list[SensorProblem | None] = []
    bluetooth, clock = FakeBluetooth(FakeSensor("AA")), FakeClock()
    bluetooth.may_start.clear()
    quick = RadioTimings(connect_s=Seconds(0.005))
    async with Radio(clock=clock, timings=quick, **bluetooth.backends) as radio:
        found: list[DiscoveredSensor] = []
        with radio.subscribe_trouble(told.append), radio.scanner.subscribe(found.append):
            while not told:  # noqa: ASYNC110  # a limit of the loop's own time, 5 ms of it
                await asyncio.sleep(0.001)
            bluetooth.may_start.set()
            await asyncio.sleep(0.01)
            await settle_down()
            bluetooth.advertise()

    assert [one and one.message for one in told] == ["the radio failed: it does not answer in time", None]
    assert (bluetooth.starts, [one.id for one in found]) == (1, ["AA"])


def _off() -> Exception:
    return BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)


@pytest.mark.asyncio
async def test_a_scan_without_bluetooth_says_why():
    """A scan ends with the problem when Bluetooth is off, before it began or on its way."""
    async with near() as (bluetooth, clock, radio):
        bluetooth.adapter_fault = _off()
        async with scanning(radio) as (_, task):
            assert task.exception().reason is SensorTrouble.POWERED_OFF
        bluetooth.adapter_fault = None
        async with scanning(radio) as (_, task):
            bluetooth.scan_faults = [_off()]
            await clock.advance(5.0)
            assert task.exception().reason is SensorTrouble.POWERED_OFF


@pytest.mark.asyncio
async def test_the_doctor_can_ask_for_bluetooth():
    """Asking whether there is Bluetooth says nothing when there is, and the problem when there is none."""
    async with near() as (bluetooth, _, radio):
        await radio.check()
        bluetooth.adapter_fault = _off()
        with pytest.raises(SensorProblem, match="switched off"):
            await radio.check()


@pytest.mark.asyncio
async def test_a_bus_that_never_answers_is_not_waited_for(monkeypatch):
    """A bus that takes connections and says nothing is a problem like any other, and found out in time."""
    bluetooth = FakeBluetooth()
    timings = RadioTimings(read_s=Seconds(0.01))
    async with Radio(clock=FakeClock(), timings=timings, **bluetooth.backends) as radio:
        monkeypatch.setattr(radio.registry, "held_sensors", asyncio.Event().wait)
        with pytest.raises(SensorProblem, match="does not answer"):
            await radio.check()


@pytest.mark.asyncio
async def test_a_radio_of_another_backend_never_asks_this_system():
    """With a scanner of its own and no adapter of its own, the radio does not ask the machine whom it holds."""
    bluetooth, clock = FakeBluetooth(FakeSensor("AA", held_by_system=True)), FakeClock()
    backends = {key: each for key, each in bluetooth.backends.items() if key != "adapter_backend"}
    async with Radio(clock=clock, **backends) as radio:
        await radio.check()
        assert await radio.registry.held_sensors() == []


def _reason(name: str) -> Exception:
    return BleakBluetoothNotAvailableError("", BleakBluetoothNotAvailableReason[name])


@pytest.mark.parametrize(
    ("error", "reason", "says"),
    [
        (_reason("NO_BLUETOOTH"), SensorTrouble.NOT_SUPPORTED, "no Bluetooth adapter"),
        (_reason("NO_BLE_CENTRAL_ROLE"), SensorTrouble.NOT_SUPPORTED, "cannot connect to sensors"),
        (_reason("POWERED_OFF"), SensorTrouble.POWERED_OFF, "switched off"),
        (_reason("DENIED_BY_USER"), SensorTrouble.DENIED, "may not be used"),
        (_reason("DENIED_BY_SYSTEM"), SensorTrouble.DENIED, "may not be used"),
        (_reason("UNKNOWN"), SensorTrouble.NOT_SUPPORTED, "not available"),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", [""]), SensorTrouble.DENIED, "may not"),
        (BleakDBusError("org.bluez.Error.NotReady", [""]), SensorTrouble.POWERED_OFF, "switched off"),
        (
            BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", [""]),
            SensorTrouble.NOT_SUPPORTED,
            "service is not running",
        ),
        (
            BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"]),
            SensorTrouble.FAILED,
            "already in progress",
        ),
        (FileNotFoundError("/run/dbus"), SensorTrouble.NOT_SUPPORTED, "cannot be reached"),
        (TimeoutError(), SensorTrouble.FAILED, "does not answer in time"),
        (BleakError("device \x1b[2J not found"), SensorTrouble.FAILED, "not found"),
        (AssertionError(), SensorTrouble.FAILED, "AssertionError"),
    ],
)
def test_every_error_has_a_sentence_and_a_way_out(error, reason, says):
    """Each error of the radio becomes one problem with its reason, a plain sentence and what to do next."""
    problem = sensor_problem(error)

    assert problem.reason is reason
    assert says in problem.message
    assert problem.message.isprintable()
    assert problem.hint


def test_a_problem_stays_itself():
    """What is a problem already is told as it is."""
    problem = SensorProblem("held", reason=SensorTrouble.HELD)

    assert sensor_problem(problem) is problem


@pytest.mark.asyncio
async def test_a_look_tells_what_the_sensor_says_of_itself_and_lets_it_go():
    """A pod is connected once, its texts, battery, place and features are read, and the link is let go."""
    pod = FakeSensor(
        "BB",
        "Stryd",
        {
            RUNNING: {STEP: b"", sig(0x2A54): b"\x07\x00", sig(0x2A5D): b"\x01"},
            BATTERY: {LEVEL: b"\x46"},
            INFORMATION: {sig(0x2A29): b"Stryd\0\0", sig(0x2A24): b"4", SERIAL: b"S-1", sig(0x2A26): b"1.2"},
        },
    )
    async with near(pod) as (bluetooth, _, radio), scanning(radio) as (found, _):
        bluetooth.advertise()
        await settle_down()
        details = await radio.read_details(found[0])

        assert (details.maker, details.model, details.serial, details.firmware) == (
            "Stryd",
            "4",
            "S-1",
            "1.2",
        )
        assert (details.battery_percent, details.location) == (70, "top of shoe")
        assert details.features == RunningFeatures(7)
        assert (pod.connections, bluetooth.open) == (1, 0)


@pytest.mark.asyncio
async def test_what_a_sensor_does_not_say_stays_unknown():
    """A strap with an impossible charge, a refusal and nothing else has details without values."""
    strap = FakeSensor(
        "AA",
        "Strap",
        {
            HEART_RATE: {BEAT: b"", sig(0x2A38): b"\x01"},
            BATTERY: {LEVEL: b"\xff"},
            INFORMATION: {SERIAL: b"1"},
        },
        refuses={SERIAL: BleakError("ATT error: 0x0e")},
    )
    async with near(strap) as (bluetooth, _, radio), scanning(radio) as (found, _):
        bluetooth.advertise()
        await settle_down()
        details = await radio.read_details(found[0])

        assert (details.battery_percent, details.serial, details.features) == (None, "", None)
        assert details.location == "chest"


@pytest.mark.asyncio
async def test_a_look_at_somebody_not_met_searches_first():
    """A sensor that was paired in another session is searched before it is looked at; one that is gone is said."""
    strap = FakeSensor("AA")
    paired = DiscoveredSensor("AA", "Strap", "AA", ("heart_rate",))
    async with near(strap) as (bluetooth, clock, radio):
        look = asyncio.create_task(radio.read_details(paired))
        await settle_down()
        bluetooth.advertise()
        await settle_down()
        assert (await look).id == "AA"

    async with near() as (_, clock, radio):
        look = asyncio.create_task(radio.read_details(paired))
        await settle_down()
        await clock.advance(11.0)
        with pytest.raises(SensorProblem) as gone:
            await look
        assert gone.value.reason is SensorTrouble.NOT_FOUND


@pytest.mark.asyncio
async def test_a_look_that_fails_says_so(tmp_path):
    """An error while connecting, and another coach that holds the sensor, are told as problems."""
    strap = FakeSensor("AA", faults=[BleakError("busy")])
    found = DiscoveredSensor("AA", "Strap", "AA", ("heart_rate",), is_held=True)
    async with near(strap, locks=SensorLocks(tmp_path)) as (bluetooth, _, radio), scanning(radio):
        bluetooth.advertise()
        with pytest.raises(SensorProblem, match="busy"):
            await radio.read_details(found)
        with SensorLocks(tmp_path, "01RUN").lock("AA"), pytest.raises(SensorProblem) as held:
            await radio.read_details(found)
        assert held.value.reason is SensorTrouble.HELD
