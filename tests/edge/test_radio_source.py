"""What the remembered sensors send into a run, and how their links are kept."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from bleak.exc import BleakError

from coach.edge.paired_sensors import PairedSensor, RadioTimings, SensorKind, SensorLocks, assign_sources
from coach.edge.radio import Radio
from coach.edge.radio_source import RadioSource
from coach.problems import SensorProblem
from coach.quantities import Seconds
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source
from tests.edge.doubles import FakeClock, KeptInbox, settle_down
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
)

pytestmark = pytest.mark.asyncio

STRAP = PairedSensor("AA", "Strap", SensorKind.STRAP)
POD = PairedSensor("BB", "Pod", SensorKind.POD)


def pod(address: str = "BB") -> FakeSensor:
    """A footpod without a battery."""
    return FakeSensor(address, "Pod", {RUNNING: {STEP: b""}})


@asynccontextmanager
async def listening(bluetooth: FakeBluetooth, *sensors: PairedSensor, **options):
    """A radio on the ether, and a source that listens to the sensors (the strap, if none is named)."""
    clock = FakeClock()
    inbox = KeptInbox(clock)
    note = options.pop("on_problem", lambda _: None)
    async with Radio(clock=clock, **bluetooth.backends, **options) as radio:
        radio.start(RadioSource(radio, sensors or (STRAP,), on_problem=note).listen(inbox))
        await settle_down()
        yield radio, clock, inbox


async def meet(bluetooth: FakeBluetooth, *things: FakeSensor) -> None:
    """Let sensors advertise, and the radio act on it."""
    bluetooth.advertise(*things)
    await settle_down()


async def test_a_remembered_sensor_is_found_connected_and_heard():
    """A sensor that advertises is connected, told, and its bytes come raw with the time they were heard."""
    strap = FakeSensor("AA")
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, inbox):
        await meet(bluetooth)
        await clock.advance(1.0)
        strap.send(b"\x00\x78")

        assert inbox.states() == [LinkState.SEARCHING, LinkState.CONNECTED]
        assert inbox.events[-1] == Notified(
            Seconds(0.0),
            Source.STRAP,
            Characteristic.HEART_RATE_MEASUREMENT,
            b"\x00\x78",
            heard_at=Seconds(1.0),
        )


async def test_a_found_sensor_is_told_with_its_name_and_signal():
    """What is told of a link that came up names the sensor and how strongly it was heard."""
    bluetooth = FakeBluetooth(FakeSensor("AA", "Polar H10", rssi=-71))
    async with listening(bluetooth) as (_, _, inbox):
        await meet(bluetooth)

        up = next(one for one in inbox.events if isinstance(one, LinkChanged) and one.state == "connected")
        assert (up.name, up.rssi_dbm) == ("Polar H10", -71)

        bluetooth.things[0].hang_up()
        await settle_down()
        assert isinstance(inbox.events[-1], LinkChanged)
        assert (inbox.events[-1].state, inbox.events[-1].rssi_dbm) == (LinkState.LOST, None)


async def test_a_lost_link_is_built_again_with_a_fresh_client():
    """After each loss the sensor is searched, connected by a new client and subscribed anew; none is left open."""
    strap = FakeSensor("AA")
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, inbox):
        for lap in range(5):
            await clock.advance(1.0)
            await meet(bluetooth)
            strap.send(bytes((0, 100 + lap)))
            strap.hang_up()
            await settle_down()

        assert inbox.beats() == [bytes((0, 100 + lap)) for lap in range(5)]
        assert inbox.states() == [LinkState.SEARCHING, *[LinkState.CONNECTED, LinkState.LOST] * 5]
        assert len(bluetooth.clients) == 5
        assert bluetooth.open == 0


async def test_a_run_begins_with_what_is_there_and_takes_the_rest_when_it_comes():
    """A strap streams while the pod is still looked for, and goes on streaming once the pod is there."""
    strap, shoe = FakeSensor("AA"), pod()
    shoe.in_range = False
    bluetooth = FakeBluetooth(strap, shoe)
    async with listening(bluetooth, STRAP, POD) as (_, clock, inbox):
        await meet(bluetooth)
        strap.send(b"\x00\x78")
        assert (inbox.states(), inbox.states(Source.POD)) == (
            [LinkState.SEARCHING, LinkState.CONNECTED],
            [LinkState.SEARCHING],
        )

        await clock.advance(60.0)  # the strap says nothing for a minute: its own affair
        shoe.in_range = True
        await meet(bluetooth)
        strap.send(b"\x00\x79")
        shoe.send(b"\x00\x00\x04\x5a", STEP)

        assert inbox.states(Source.POD)[-1] is LinkState.CONNECTED
        assert inbox.events[-1].source is Source.POD


async def test_sensors_are_connected_one_after_the_other_while_no_scan_goes_on():
    """Two sensors heard at once wait for each other's connection, and the scan stands still meanwhile."""
    bluetooth = FakeBluetooth(FakeSensor("AA"), pod())
    async with listening(bluetooth, STRAP, POD) as (_, _, inbox):
        await meet(bluetooth)
        await meet(bluetooth)

        assert [inbox.states(each)[-1] for each in (Source.STRAP, Source.POD)] == [LinkState.CONNECTED] * 2
        assert bluetooth.most_connecting == 1
        assert not bluetooth.scanned_while_connecting


async def test_nothing_is_scanned_once_every_sensor_is_there():
    """The scan stops with the last sensor found, and starts again with the first one lost."""
    strap = FakeSensor("AA")
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth):
        assert bluetooth.scanners
        await meet(bluetooth)
        assert not bluetooth.scanners
        strap.send(b"\x00\x78")
        strap.hang_up()
        await settle_down()
        assert bluetooth.scanners


async def test_the_services_of_ours_are_always_asked_for():
    """Every scan filters for our services, and every connection asks for ours only."""
    bluetooth = FakeBluetooth(FakeSensor("AA"))
    async with listening(bluetooth):
        await meet(bluetooth)

        assert all(asked and HEART_RATE in asked and BATTERY not in asked for asked in bluetooth.asked)
        assert {HEART_RATE, RUNNING, BATTERY, INFORMATION} <= (bluetooth.clients[0].asked or set())


async def test_a_link_that_will_not_come_is_tried_again_later_and_later():
    """Errors while connecting lead to rests of 0.25, 0.5 and 1 s, each followed by a new search and a new try."""
    strap = FakeSensor("AA", faults=[BleakError("busy"), TimeoutError(), EOFError("bus")])
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, inbox):
        for rest_s in (0.25, 0.5, 1.0):
            await meet(bluetooth)
            await clock.advance(rest_s - 0.01)
            await meet(bluetooth)
            tries = len(bluetooth.clients)
            await clock.advance(0.02)
            await meet(bluetooth)
            assert len(bluetooth.clients) == tries + 1

        assert inbox.states() == [LinkState.SEARCHING, LinkState.CONNECTED]
        assert bluetooth.open == 1


async def test_a_connection_may_take_longer_after_it_failed():
    """The first try may take 5 s, for a sensor that went by must not hold up the others; later ones 10 and 15 s."""
    strap = FakeSensor("AA", faults=[TimeoutError() for _ in range(3)])
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, _):
        for _ in range(4):
            await meet(bluetooth)
            await clock.advance(1.1)

        assert [client._timeout for client in bluetooth.clients] == [5.0, 10.0, 15.0, 15.0]


async def test_a_hanging_connection_is_called_off():
    """A connection that hangs ends with its limit, and the sensor is tried anew."""
    strap = FakeSensor("AA", faults=[None])
    bluetooth = FakeBluetooth(strap)
    quick = RadioTimings(connect_s=Seconds(0.01), disconnect_guard_s=Seconds(0.01))
    async with listening(bluetooth, timings=quick) as (_, clock, inbox):
        await meet(bluetooth)
        while bluetooth.connecting:  # noqa: ASYNC110  # a limit of the loop's own time, 20 ms of it
            await asyncio.sleep(0.005)
        await clock.advance(1.0)
        await meet(bluetooth)

        assert inbox.states() == [LinkState.SEARCHING, LinkState.CONNECTED]


async def test_a_sensor_that_will_not_send_is_tried_again():
    """A refused subscription is a failed try; once the sensor lets us, it streams."""
    strap = FakeSensor("AA", refuses={BEAT: BleakError("NotPermitted")})
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, inbox):
        await meet(bluetooth)
        assert (inbox.states(), bluetooth.open) == ([LinkState.SEARCHING], 0)

        strap.refuses.clear()
        await clock.advance(0.3)
        await meet(bluetooth)
        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_a_sensor_without_our_measurement_is_let_go():
    """A remembered strap that offers no heart rate after all is disconnected again."""
    bluetooth = FakeBluetooth(FakeSensor("AA", services={RUNNING: {STEP: b""}}))
    async with listening(bluetooth) as (_, _, inbox):
        await meet(bluetooth)

        assert (inbox.states(), bluetooth.open, len(bluetooth.clients)) == ([LinkState.SEARCHING], 0, 1)


async def test_a_silent_link_is_torn_down_and_rebuilt():
    """A link that is up but brings nothing for 8 s is disconnected by us and built again; 7.9 s are borne."""
    strap = FakeSensor("AA")
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, inbox):
        await meet(bluetooth)
        await clock.advance(5.0)
        strap.send(b"\x00\x78")
        await clock.advance(7.9)
        assert inbox.states()[-1] is LinkState.CONNECTED

        await clock.advance(0.2)
        assert (inbox.states()[-1], bluetooth.open) == (LinkState.LOST, 0)
        await meet(bluetooth)
        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_the_battery_alone_does_not_keep_a_link_alive():
    """A sensor that tells its battery and nothing else counts as silent."""
    strap = FakeSensor("AA", services={HEART_RATE: {BEAT: b""}, BATTERY: {LEVEL: b""}})
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, inbox):
        await meet(bluetooth)
        for _ in range(9):
            await clock.advance(1.0)
            strap.send(b"\x0a", LEVEL)

        assert inbox.states()[-1] is LinkState.LOST


async def test_the_battery_is_read_at_every_connection():
    """The charge comes as bytes after each connection; a sensor that refuses it is used all the same."""
    strap = FakeSensor("AA")
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, _, inbox):
        await meet(bluetooth)
        strap.send(b"\x00\x78")
        charges = [
            one.payload for one in inbox.events if isinstance(one, Notified) and one.payload == b"\x5a"
        ]
        assert charges == [b"\x5a"]

        strap.refuses[LEVEL] = BleakError("ATT error: 0x0e")
        strap.hang_up()
        await settle_down()
        await meet(bluetooth)
        strap.send(b"\x00\x79")
        assert inbox.beats() == [b"\x00\x78", b"\x00\x79"]


async def test_a_sensor_the_system_holds_is_adopted():
    """A sensor that is connected to this machine already never advertises, and is taken all the same."""
    strap = FakeSensor("AA", held_by_system=True)
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, _, inbox):
        strap.send(b"\x00\x78")

        assert inbox.states() == [LinkState.SEARCHING, LinkState.CONNECTED]
        assert inbox.beats() == [b"\x00\x78"]


async def test_a_sensor_that_the_system_takes_later_is_adopted_within_a_second():
    """While a sensor is searched the system is asked again each second."""
    strap = FakeSensor("AA", in_range=False)
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (_, clock, inbox):
        await clock.advance(3.0)
        strap.held_by_system = strap.in_range = True
        await clock.advance(1.0)

        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_a_sensor_heard_too_long_ago_does_not_hold_up_the_others():
    """A sensor whose turn to connect comes 3 s after it was heard is listened for again instead of tried."""
    strap, shoe = FakeSensor("AA", faults=[None]), pod()
    bluetooth = FakeBluetooth(strap, shoe)
    quick = RadioTimings(connect_s=Seconds(0.01), disconnect_guard_s=Seconds(0.01))
    async with listening(bluetooth, STRAP, POD, timings=quick) as (_, clock, inbox):
        await meet(bluetooth)
        await clock.advance(3.1)
        while bluetooth.connecting:  # noqa: ASYNC110  # a limit of the loop's own time, 20 ms of it
            await asyncio.sleep(0.005)
        await settle_down()
        assert shoe.connections == 0

        await clock.advance(0.3)
        await meet(bluetooth)
        assert inbox.states(Source.POD)[-1] is LinkState.CONNECTED


async def test_a_stranger_of_the_same_name_is_never_taken():
    """A sensor of the same name and model under another id is not even connected to, however long it is there."""
    bluetooth = FakeBluetooth(FakeSensor("ZZ", "Strap"))
    async with listening(bluetooth) as (_, clock, inbox):
        for _ in range(20):
            await clock.advance(1.0)
            await meet(bluetooth)

        assert (inbox.states(), bluetooth.clients) == ([LinkState.SEARCHING], [])


def _numbered(address: str, serial: bytes) -> FakeSensor:
    return FakeSensor(address, "Strap", {HEART_RATE: {BEAT: b""}, INFORMATION: {SERIAL: serial}})


async def test_a_namesake_is_taken_if_its_serial_number_is_ours():
    """Under another id, the serial number decides: the stranger is let go and not asked again, ours is taken."""
    stranger, ours = _numbered("YY", b"1111"), _numbered("ZZ", b"2222\0")
    bluetooth = FakeBluetooth(stranger, ours)
    async with listening(bluetooth, replace(STRAP, serial="2222")) as (_, clock, inbox):
        await meet(bluetooth)
        assert bluetooth.clients == []  # our own id may still turn up

        for _ in range(10):
            await clock.advance(1.0)
            await meet(bluetooth)
        ours.send(b"\x00\x78")
        assert inbox.beats() == [b"\x00\x78"]
        assert (stranger.connections, ours.connections) == (1, 1)


async def test_a_namesake_that_does_not_say_its_number_is_asked_three_times():
    """A serial number that was not said may have been lost with the link: it is asked again, but not for ever."""
    shy = _numbered("ZZ", b"2222")
    shy.refuses[SERIAL] = BleakError("ATT error: 0x0e")
    bluetooth = FakeBluetooth(shy)
    async with listening(bluetooth, replace(STRAP, serial="2222")) as (_, clock, inbox):
        for _ in range(30):
            await clock.advance(1.0)
            await meet(bluetooth)

        assert (shy.connections, bluetooth.open, inbox.states()) == (3, 0, [LinkState.SEARCHING])


async def test_on_another_platform_a_namesake_is_asked_at_once():
    """An id of another platform is worth nothing here, so the serial number is asked without waiting."""
    ours = _numbered("6E-UUID", b"2222")
    bluetooth = FakeBluetooth(ours)
    async with listening(bluetooth, replace(STRAP, serial="2222", platform="darwin")) as (_, _, inbox):
        await meet(bluetooth)

        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_once_our_own_was_there_a_namesake_is_asked_and_never_used():
    """After our own sensor was met a namesake is asked for its number, once, in case ours has a new id; no more."""
    ours, stranger = _numbered("AA", b"2222"), _numbered("YY", b"1111")
    bluetooth = FakeBluetooth(ours, stranger)
    async with listening(bluetooth, replace(STRAP, serial="2222")) as (_, clock, inbox):
        await meet(bluetooth, ours)
        ours.in_range = False
        ours.hang_up()
        for _ in range(10):
            await clock.advance(1.0)
            await meet(bluetooth)

        assert stranger.connections == 1
        assert inbox.beats() == []


async def test_a_scan_that_cannot_start_is_told_once_and_heals():
    """Trouble of the radio is noted once in words, tried again each second, and the sensor found after it."""
    noted: list[SensorProblem] = []
    bluetooth = FakeBluetooth(FakeSensor("AA"))
    bluetooth.scan_faults = [OSError("no bus")] * 3
    async with listening(bluetooth, on_problem=noted.append) as (radio, clock, inbox):
        assert radio.trouble is noted[0]
        await clock.advance(3.0)
        await meet(bluetooth)

        assert [str(one.message) for one in noted] == ["the Bluetooth service cannot be reached"]
        assert inbox.states()[-1] is LinkState.CONNECTED
        assert str(radio.trouble) == "None"


async def test_whoever_breaks_when_told_of_trouble_stops_nothing(tmp_path):
    """A listener that raises when it is told of trouble, or of a held sensor, costs itself only: both are counted."""

    def breaks(_: SensorProblem) -> None:
        raise RuntimeError("the screen is gone")

    bluetooth = FakeBluetooth(FakeSensor("AA"))
    bluetooth.scan_faults = [OSError("no bus")]
    async with listening(bluetooth, on_problem=breaks, locks=SensorLocks(tmp_path)) as (radio, clock, inbox):
        assert radio.callback_errors.count == 1
        await clock.advance(1.0)
        await meet(bluetooth)
        assert inbox.states()[-1] is LinkState.CONNECTED
        async with listening(bluetooth, on_problem=breaks, locks=SensorLocks(tmp_path)) as (second, again, _):
            await again.advance(10.0)
            assert second.callback_errors.count == 1


async def test_a_platform_bleak_does_not_know_is_trouble_like_any_other(monkeypatch):
    """Where bleak has no scanner at all the problem is told, and nothing breaks."""

    def no_backend(*_: object, **__: object) -> None:
        raise BleakError("Unsupported backend")

    noted: list[SensorProblem] = []
    monkeypatch.setattr("coach.edge.radio_scanner.BleakScanner", no_backend)
    async with listening(FakeBluetooth(), on_problem=noted.append) as (_, clock, _):
        await clock.advance(5.0)

        assert ["Unsupported backend" in one.message for one in noted] == [True]


async def test_a_scan_is_started_afresh_every_few_seconds():
    """A scan that died unnoticed finds nothing for 5 s at most: then a new one begins."""
    bluetooth = FakeBluetooth(FakeSensor("AA"))
    async with listening(bluetooth) as (_, clock, inbox):
        bluetooth.scanners.clear()  # bluetoothd crashed
        await meet(bluetooth)
        assert inbox.states() == [LinkState.SEARCHING]

        await clock.advance(5.0)
        await meet(bluetooth)
        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_an_adapter_that_cannot_be_asked_stops_nobody():
    """When the system does not tell whom it holds, sensors that advertise are found all the same."""
    bluetooth = FakeBluetooth(FakeSensor("AA"))
    bluetooth.adapter_fault = BleakError("no")
    async with listening(bluetooth) as (_, _, inbox):
        await meet(bluetooth)

        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_a_mistake_in_a_callback_is_counted_and_the_stream_goes_on(caplog):
    """An inbox that breaks on one packet costs that packet: it is counted, logged, and the next one comes."""
    strap = FakeSensor("AA")
    bluetooth = FakeBluetooth(strap)
    async with listening(bluetooth) as (radio, _, inbox):
        await meet(bluetooth)
        kept, inbox.events = inbox.events, None
        strap.send(b"\x00\x78")
        inbox.events = kept
        strap.send(b"\x00\x79")

        assert radio.callback_errors.count == 1
        assert inbox.beats() == [b"\x00\x79"]
        assert "a callback of the radio broke" in caplog.text


async def test_a_link_that_breaks_by_our_own_mistake_is_begun_again(monkeypatch):
    """Whatever raises inside the keeping of a link, it is kept again two seconds later."""
    bluetooth = FakeBluetooth(FakeSensor("AA"))
    async with listening(bluetooth) as (_, clock, inbox):
        put, inbox.put = inbox.put, None
        await meet(bluetooth)
        inbox.put = put
        await clock.advance(2.1)
        await meet(bluetooth)
        await clock.advance(2.1)
        await meet(bluetooth)

        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_a_sensor_another_coach_holds_is_said_and_taken_when_it_is_free(tmp_path):
    """The second coach names the process that holds the strap, once, and takes it when it is let go."""
    noted: list[SensorProblem] = []
    bluetooth = FakeBluetooth(FakeSensor("AA"))
    others = SensorLocks(tmp_path, "01RUN")
    with others.lock("AA"):
        async with listening(bluetooth, on_problem=noted.append, locks=SensorLocks(tmp_path)) as (
            _,
            clock,
            inbox,
        ):
            await meet(bluetooth)
            await clock.advance(5.0)
            assert inbox.states() == []
            assert len(noted) == 1
            assert "Strap is held by" in noted[0].message
            assert "01RUN" in noted[0].message
    async with listening(bluetooth, locks=SensorLocks(tmp_path)) as (_, _, inbox):
        await meet(bluetooth)
        assert inbox.states()[-1] is LinkState.CONNECTED


async def test_leaving_lets_every_link_go():
    """When the radio is left every link is disconnected, every scan stopped, and nothing of it goes on."""
    strap, shoe = FakeSensor("AA"), pod()
    shoe.in_range = False
    bluetooth = FakeBluetooth(strap, shoe)
    before = len(asyncio.all_tasks())
    async with listening(bluetooth, STRAP, POD):
        await meet(bluetooth)
        assert bluetooth.open == 1

    assert (bluetooth.open, bluetooth.scanners, len(asyncio.all_tasks())) == (0, [], before)


async def test_a_link_that_cannot_be_let_go_keeps_nobody_waiting():
    """A disconnect that never ends is waited for no longer than its guard, and then called off."""
    strap = FakeSensor("AA", never_leaves=True)
    bluetooth = FakeBluetooth(strap)
    before = len(asyncio.all_tasks())
    async with listening(bluetooth, timings=RadioTimings(disconnect_guard_s=Seconds(0.01))):
        await meet(bluetooth)

    assert len(asyncio.all_tasks()) == before


async def test_a_run_ends_at_once_while_its_links_are_still_being_let_go():
    """Cancelling the source returns at once, though a disconnect takes seconds: the radio waits for it later."""
    strap = FakeSensor("AA", never_leaves=True)
    bluetooth = FakeBluetooth(strap)
    clock = FakeClock()
    quick = RadioTimings(disconnect_guard_s=Seconds(0.01))
    async with Radio(clock=clock, timings=quick, **bluetooth.backends) as radio:
        run = asyncio.create_task(RadioSource(radio, [STRAP]).listen(KeptInbox(clock)))
        await settle_down()
        await meet(bluetooth)
        run.cancel()
        await settle_down(3)

        assert run.done()
        assert bluetooth.open == 1


async def test_each_sensor_plays_its_part_and_a_third_pod_plays_none():
    """The first pod is the pod, the second the other foot's; who is left over is not used."""
    pods = [replace(POD, id=str(number)) for number in range(3)]

    assert assign_sources([STRAP, *pods, PairedSensor("T", "", SensorKind.TREADMILL)]) == [
        (STRAP, Source.STRAP),
        (pods[0], Source.POD),
        (pods[1], Source.POD_2),
        (PairedSensor("T", "", SensorKind.TREADMILL), Source.TREADMILL),
    ]
