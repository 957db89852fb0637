"""Two adapters in one laptop: bleak takes one of them by the hash seed, the coach does not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from coach.edge import radio_scanner
from coach.edge.clock import MachineClock
from coach.edge.diagnostics import check_bluetooth
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from coach.edge.radio import Radio
from coach.edge.radio_scanner import AdapterChoice
from coach.edge.radio_source import RadioSource
from coach.problems import SensorProblem
from coach.quantities import Seconds
from tests.architecture.source import ROOT
from tests.patience import wait_until
from tests.pty.terminal import COACH
from tests.radio.bluez import FakeBlueZ, address_of
from tests.radio.daemon import VARIABLE
from tests.radio.fixtures import needed
from tests.radio.outside import Outside
from tests.radio.peripherals import pod, strap
from tests.radio.track import QUICK, Track, on_track, remembered

SEEDS = 8
BELT = "C0:AC:00:00:00:77"
LOOK = """
import asyncio
from contextlib import aclosing
from coach.edge.clock import MachineClock
from coach.edge.radio import Radio

async def look():
    async with Radio(clock=MachineClock()) as radio, aclosing(radio.scan(60)) as sensors:
        async for sensor in sensors:
            return sensor.name

print(asyncio.run(look()))
"""
"""One scan of the program's own, up to the first sensor."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A strap that only the second adapter hears, in another process."""
    needed()
    with Outside() as outside:
        monkeypatch.setenv(VARIABLE, outside.address)
        outside.do("plug hci1", f"strap belt address={BELT} name=Belt", "deaf belt hci0", "stream belt 10")
        yield outside


def test_a_strap_is_found_whatever_the_hash_seed(world: Outside) -> None:
    """In each of eight processes with a hash seed of its own the strap at the second adapter is found."""

    def scan(seed: int) -> str:
        environment = os.environ | {"PYTHONHASHSEED": str(seed * 7919)}
        command = [sys.executable, "-c", LOOK]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout.strip()

    with ThreadPoolExecutor(5) as at_once:  # they mostly wait for the strap
        found = list(at_once.map(scan, range(1, SEEDS + 1)))
    assert found == ["Belt"] * SEEDS


def test_the_commands_take_an_adapter(world: Outside, home: Path) -> None:
    """`--adapter` by name or address, the setting, and a name that is none: what each scan says."""

    def coach(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [COACH, *arguments]
        return subprocess.run(
            command,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    deaf = coach("sensors", "scan", "--seconds", "0.5", "--adapter", "hci0")
    assert deaf.returncode == 4
    by_address = coach("sensors", "scan", "--seconds", "2", "--json", "--adapter", address_of("hci1"))
    assert json.loads(by_address.stdout)["name"] == "Belt"
    by_setting = coach("sensors", "scan", "--seconds", "0.5", COACH_ADAPTER="hci7")
    assert by_setting.returncode == 4
    assert "no Bluetooth adapter hci7" in by_setting.stderr
    assert f"hci1 ({address_of('hci1')})" in by_setting.stderr

    load_sensors(runner_paths().sensors).add(PairedSensor(BELT, "Belt", SensorKind.STRAP))
    doctor = coach("doctor", "--seconds", "0.5", "--adapter", "hci0").stdout
    assert f"hci0 ({address_of('hci0')}): on, used" in doctor
    assert f"hci1 ({address_of('hci1')}): on, not used" in doctor
    assert "not near" in doctor


@pytest.mark.asyncio
async def test_the_link_is_made_over_the_adapter_that_hears_best(bluez: FakeBlueZ) -> None:
    """Both hear it, the USB adapter on its pole by 30 dB more: the link is there."""
    bluez.plug("hci1")
    belt = strap()
    belt.rssi_by = {"hci0": -90, "hci1": -60}
    bluez.add(belt)
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        with radio.scanner.subscribe(lambda _: None):
            await wait_until(lambda: len(radio.registry._heard.get(belt.address, ())) == 2)
        device = radio.registry.device(belt.address)
        assert device is not None
        async with radio.connector.connected(device):
            assert belt.linked_to == "/org/bluez/hci1"


@pytest.mark.asyncio
@pytest.mark.parametrize("hears_others", [False, True])
async def test_an_adapter_that_is_plugged_in_during_a_run_is_used(
    bluez: FakeBlueZ, *, hears_others: bool
) -> None:
    """The built-in one hears nothing of the strap, or somebody else: it is heard once there is another adapter."""
    belt = strap()
    belt.rssi_by = {"hci0": None}
    if hears_others:
        bluez.add(strap("A stranger's"))
    async with on_track(bluez, belt) as track:
        await wait_until(lambda: bluez.called("StartDiscovery") >= 2)
        bluez.plug("hci1")
        await track.hears(belt)


@pytest.mark.asyncio
async def test_an_adapter_that_is_pulled_out_in_mid_run_is_done_without(bluez: FakeBlueZ) -> None:
    """The strap was linked over the USB adapter; without it the built-in one has it, and with it again it is heard."""
    bluez.plug("hci1")
    belt = strap()
    belt.rssi_by = {"hci0": -90, "hci1": -60}
    async with on_track(bluez, belt) as track:
        await track.hears(belt)
        assert belt.linked_to == "/org/bluez/hci1"
        bluez.unplug("hci1")
        await track.hears(belt)
        assert belt.linked_to == "/org/bluez/hci0"
        bluez.plug("hci1")
        belt.rssi_by = {"hci0": None}
        bluez.lose(belt)
        await track.hears(belt)
    assert track.notes == []


@pytest.mark.asyncio
async def test_a_chosen_adapter_that_is_pulled_out_is_said_and_waited_for(bluez: FakeBlueZ) -> None:
    """Nothing is linked over another one in its place: the runner chose."""
    bluez.plug("hci1")
    belt = strap()
    track = Track(bluez)
    bluez.add(belt)
    async with Radio(clock=MachineClock(), timings=QUICK, adapter=address_of("hci1")) as radio:
        source = RadioSource(radio, [remembered(belt)], on_problem=track.notes.append)
        radio.start(source.listen(track))
        await track.hears(belt)
        bluez.unplug("hci1")
        await wait_until(lambda: track.notes)
        assert f"There are: hci0 ({address_of('hci0')})" in track.notes[0].hint
        assert not bluez.is_connected(belt)
        bluez.plug("hci1")
        await track.hears(belt)
    assert belt.linked_to in {"", "/org/bluez/hci1"}


@pytest.mark.asyncio
@pytest.mark.parametrize("hung", ["hci0", "hci1"])
async def test_an_adapter_whose_scan_never_starts_holds_up_nobody(bluez: FakeBlueZ, hung: str) -> None:
    """One of two adapters never answers: it is left out, and the other one scans, connects and reconnects."""
    bluez.plug("hci1")
    bluez.never_starts = {hung}
    belt, foot = strap(), pod()
    async with on_track(bluez, belt, foot, timings=replace(QUICK, connect_s=Seconds(0.3))) as track:
        for _ in range(3):
            await track.hears(belt)
            await track.hears(foot)
            bluez.lose(belt)
            await wait_until(lambda: not bluez.is_heard(belt))
        await track.hears(belt)
    assert track.notes == []


@pytest.mark.asyncio
async def test_a_radio_that_is_cancelled_while_it_starts_leaves_no_scan(bluez: FakeBlueZ) -> None:
    """One adapter scans and the other one is starting when the radio is left: the first one does not go on."""
    bluez.plug("hci1")
    bluez.never_starts = {"hci1"}
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        with radio.scanner.subscribe(lambda _: None):
            await wait_until(lambda: bluez.is_scanning)
            bluez.never_starts.clear()
            radio._scanning.cancel()
            bluez.answer_starts()
            await wait_until(lambda: not bluez.is_scanning)


@pytest.mark.asyncio
async def test_a_chosen_adapter_is_kept_while_the_bus_does_not_answer(
    bluez: FakeBlueZ, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever named an adapter never gets another one, and what could not be listed is asked for again."""
    monkeypatch.setattr(radio_scanner, "_ANSWER_S", 0.05)
    bluez.plug("hci1")
    by_name, by_address, by_none = AdapterChoice("HCI1"), AdapterChoice(address_of("hci1")), AdapterChoice()
    bluez.is_mute = True
    assert await by_name.names() == ("hci1",)
    with pytest.raises(SensorProblem, match="does not list its adapters"):
        await by_address.names()
    assert await by_none.names() == (None,)
    assert await by_none.listed() == ()
    bluez.is_mute = False
    assert await by_address.names() == ("hci1",)
    assert await by_none.names() == ("hci0", "hci1")


@pytest.mark.asyncio
async def test_an_adapter_that_was_left_out_is_used_once_it_is_plugged_in_again(bluez: FakeBlueZ) -> None:
    """Pulling it out and putting it in is what helps one that hangs."""
    bluez.plug("hci1")
    choice = AdapterChoice()
    choice.leave_out("hci1")
    assert await choice.names() == ("hci0",)
    bluez.unplug("hci1")
    choice.refresh()
    await choice.names()
    bluez.plug("hci1")
    choice.refresh()
    assert await choice.names() == ("hci0", "hci1")


@pytest.mark.asyncio
async def test_an_adapter_that_is_off_is_not_asked(bluez: FakeBlueZ) -> None:
    """Of two adapters the one that is on scans, and doctor says which is which."""
    bluez.plug("hci1", is_powered=False)
    assert await AdapterChoice().names() == ("hci0",)
    assert [adapter.state for adapter in await AdapterChoice().listed()] == ["on", "off"]
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        texts = [finding.text async for finding in check_bluetooth(radio, (), 0.1)]
    assert f"hci1 ({address_of('hci1')}): off, not used" in texts
    with pytest.raises(SensorProblem, match="no Bluetooth adapter hci9"):
        await AdapterChoice("hci9").names()
