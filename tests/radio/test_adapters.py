"""Two adapters in one laptop: bleak takes one of them by the hash seed, the coach does not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.edge.clock import MachineClock
from coach.edge.diagnostics import check_bluetooth
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from coach.edge.paths import runner_paths
from coach.edge.radio.adapters import AdapterChoice, list_adapters
from coach.edge.radio.radio import Radio
from coach.problems import SensorProblem
from tests.architecture.source import ROOT
from tests.pty.terminal import COACH
from tests.radio.bluez import FakeBlueZ, address_of
from tests.radio.daemon import VARIABLE
from tests.radio.fixtures import needed
from tests.radio.outside import Outside
from tests.radio.patience import wait_until
from tests.radio.peripherals import strap
from tests.radio.track import QUICK, on_track

SEEDS = 20
BELT = "C0:AC:00:00:00:77"
LOOK = """
import asyncio
from contextlib import aclosing
from coach.edge.clock import MachineClock
from coach.edge.radio.radio import Radio

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
    """In each of twenty processes with a hash seed of its own the strap at the second adapter is found."""
    found = []
    for seed in range(1, SEEDS + 1):
        environment = os.environ | {"PYTHONHASHSEED": str(seed * 7919)}
        command = [sys.executable, "-c", LOOK]
        scan = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        found.append(scan.stdout.strip())
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
async def test_an_adapter_that_is_plugged_in_during_a_run_is_used(bluez: FakeBlueZ) -> None:
    """The built-in one hears nothing; the strap is heard as soon as there is another, without a restart."""
    belt = strap()
    belt.rssi_by = {"hci0": None}
    async with on_track(bluez, belt) as track:
        await wait_until(lambda: bluez.called("StartDiscovery") >= 2)
        bluez.plug("hci1")
        await track.hears(belt)


@pytest.mark.asyncio
async def test_an_adapter_that_is_off_is_not_asked(bluez: FakeBlueZ) -> None:
    """Of two adapters the one that is on scans, and doctor says which is which."""
    bluez.plug("hci1", is_powered=False)
    assert await AdapterChoice().names() == ("hci0",)
    assert [adapter.state for adapter in await list_adapters()] == ["on", "off"]
    async with Radio(clock=MachineClock(), timings=QUICK) as radio:
        texts = [finding.text async for finding in check_bluetooth(radio, (), 0.1)]
    assert f"hci1 ({address_of('hci1')}): off, not used" in texts
    with pytest.raises(SensorProblem, match="no Bluetooth adapter hci9"):
        await AdapterChoice("hci9").names()
