"""The runner's sensors in a run: a radio that opens and closes with it, and says what troubles it."""

import asyncio
import subprocess
import sys

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from coach.edge import radio_source
from coach.edge.paired_sensors import PairedSensor, SensorKind, SensorLocks
from coach.edge.radio import Radio
from coach.edge.radio_source import BleSource
from coach.signals.readings import LinkState
from tests.edge.doubles import FakeClock, KeptInbox, settle_down
from tests.edge.fake_bluetooth import FakeBluetooth, FakeSensor

STRAP = PairedSensor("AA", "Strap", SensorKind.STRAP)


@pytest.mark.asyncio
async def test_a_run_hears_its_sensors_until_it_ends(monkeypatch, tmp_path):
    """A radio that is off is said, and that it works again; links are let go when the source is cancelled."""
    off = BleakBluetoothNotAvailableError("no", BleakBluetoothNotAvailableReason.POWERED_OFF)
    bluetooth = FakeBluetooth(FakeSensor("AA"))
    bluetooth.scan_faults.append(off)
    monkeypatch.setattr(radio_source, "Radio", lambda **options: Radio(**options, **bluetooth.backends))
    clock = FakeClock()
    said: list[str] = []
    inbox = KeptInbox(clock)
    listening = asyncio.create_task(
        BleSource([STRAP], clock, SensorLocks(tmp_path, "01"), said.append).listen(inbox)
    )
    await settle_down()
    assert said == ["Bluetooth is switched off. Switch Bluetooth on; the coach then continues."]
    await clock.advance(10.0)
    bluetooth.advertise()
    await settle_down()
    assert said[1:] == ["Bluetooth works again."]
    assert inbox.states()[-1] is LinkState.CONNECTED
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert bluetooth.open == 0


def test_a_run_without_sensors_loads_no_radio(tmp_path):
    """Nobody who runs by the clock waits for a library that is not used."""
    workout = tmp_path / "one.json"
    workout.write_text(
        '{"format": "coach-workout/1", "name": "One", "sections":'
        ' [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "0:01"}}]}]}'
    )
    code = (
        "import sys\nfrom coach.cli import main\n"
        f"sys.argv = ['coach', 'run', {str(workout)!r}, '--no-record', '--sensors', 'none']\n"
        "try:\n    main()\nexcept SystemExit:\n    print('bleak' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "False"
