"""`coach sensors`, `coach doctor` and a run with sensors: the real program against a BlueZ of our own."""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, load_sensors
from tests.patience import wait_until
from tests.radio.peripherals import Characteristic, Service, pod, stranger, strap, uuid

SHORT = {
    "format": "coach-workout/1",
    "name": "Three seconds",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "0:03"}}]}],
}


@dataclass
class Ran:
    """A program that ended."""

    code: int
    out: str
    err: str

    def objects(self):
        """Its lines as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


@asynccontextmanager
async def started(*words):
    """Start the real program."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "coach",
        *(str(word) for word in words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
            await program.communicate()


async def typed(*words):
    """Type a command and wait for its end."""
    async with started(*words) as program:
        out, err = await program.communicate()
        return Ran(program.returncode, out.decode(), err.decode())


def remember(*sensors):
    """Let the runner have sensors already."""
    mine = load_sensors(runner_paths().sensors)
    for sensor in sensors:
        mine.add(sensor)


def own(peripheral, kind=SensorKind.STRAP, label=""):
    """A peripheral as the runner's own."""
    return PairedSensor(peripheral.address, peripheral.name, kind, label=label)


@pytest.mark.asyncio
async def test_a_scan_lists_what_is_near(bluez):
    """Each sensor is one object with its values, signal, owner and holder; other devices are left out."""
    mine, foot = strap(), pod()
    bluez.add(mine, foot, stranger())
    remember(own(mine, label="my strap"))
    scanned = await typed("sensors", "scan", "--json", "--seconds", "0.6")
    assert scanned.code == 0, scanned.err
    first = {told["id"]: told for told in reversed(scanned.objects())}
    assert set(first) == {mine.address, foot.address}
    assert first[mine.address]["measures"] == ["heart_rate", "battery"]
    assert first[mine.address]["remembered"] is True
    assert first[mine.address]["label"] == "my strap"
    assert first[foot.address]["remembered"] is False
    assert first[foot.address]["rssi_dbm"] < 0
    # our own is asked for its battery at the end, and told once more; a stranger's is never connected
    assert scanned.objects()[-1] == first[mine.address] | {"battery_percent": 80}
    assert not [call for call in bluez.calls if call.startswith("Connect") and "Stryd" in call]


@pytest.mark.asyncio
async def test_a_scan_reads_as_a_table_and_names_cannot_harm(bluez):
    """Control characters, right-to-left marks and endless names stay within their column."""
    evil = strap("\x1b[31m\u202eevil" + "x" * 10_000)
    bluez.add(evil)
    scanned = await typed("sensors", "scan", "--seconds", "0.3")
    head, line = scanned.out.splitlines()
    assert head.split() == ["name", "measures", "signal", "battery", "id"]
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert evil.address in line
    assert len(line) < 110


@pytest.mark.asyncio
async def test_a_scan_in_vain_leaves_with_4(bluez):
    """And says how to wake sensors up."""
    scanned = await typed("sensors", "scan", "--seconds", "0.2")
    assert (scanned.code, scanned.out) == (4, "")
    assert "no sensor was found in 0.2 s, and no other device either" in scanned.err
    assert "the adapter receives nothing: coach doctor lists the adapters" in scanned.err
    assert "The adapter works" not in scanned.err
    assert "shake the pod" in scanned.err


@pytest.mark.asyncio
async def test_bluetooth_that_is_off_is_said(bluez):
    """Switched off, nothing can be scanned, and doctor fails; every other check is made all the same."""
    bluez.power(False)
    scanned = await typed("sensors", "scan", "--seconds", "0.2")
    assert scanned.code == 4
    assert "switched off" in scanned.err
    checked = await typed("doctor", "--json")
    verdicts = {told["check"]: told["verdict"] for told in checked.objects()}
    assert checked.code == 1
    assert verdicts["bluetooth"] == "FAIL"
    assert verdicts["python"] == verdicts["settings"] == "ok"


@pytest.mark.asyncio
async def test_pairing_by_id_asks_nothing(bluez, coach):
    """The sensor is asked who it is and remembered; list and forget know it by label, name and id."""
    mine = strap()
    bluez.add(mine, strap())
    paired = await typed("sensors", "pair", mine.address, "--label", "my strap", "--location", "in-shoe")
    assert paired.code == 0, paired.err
    assert "Paired: my strap (Polar H10 A1B2C3D4), a strap." in paired.err
    assert "battery 80 %" in paired.err
    (told,) = [json.loads(line) for line in coach("sensors", "list", "--json").stdout.splitlines()]
    assert told == {
        "v": 1,
        "id": mine.address,
        "name": "Polar H10 A1B2C3D4",
        "kind": "strap",
        "platform": "linux",
        "label": "my strap",
        "serial": "A1B2C3D4",
        "location": "in shoe",
        "use": "always",
    }
    assert mine.address in coach("sensors", "list").stdout
    assert "my strap" in coach("sensors", "forget", "polar h10 a1b2c3d4").stderr
    assert "No sensor is paired" in coach("sensors", "list").stderr


@pytest.mark.asyncio
async def test_neighbours_of_one_name_are_never_guessed(bluez):
    """Two straps of a name about as near exit with 4 and their ids; nothing is remembered."""
    bluez.add(strap(), strap())
    paired = await typed("sensors", "pair", "Polar H10 A1B2C3D4", "--seconds", "1")
    assert paired.code == 4
    assert "Give its ID" in paired.err
    assert load_sensors(runner_paths().sensors).all() == ()


async def typed_while_beating(worn, *words):
    """Type a command while a strap beats all the time."""

    async def beat():
        while True:
            worn.beat(150)
            await asyncio.sleep(0.05)

    beating = asyncio.create_task(beat())
    ran = await typed(*words)
    beating.cancel()
    return ran


async def logged(worn, *words):
    """Return the log of a strap that beats all the time."""
    return await typed_while_beating(worn, "sensors", "log", *words, "--seconds", "0.3")


@pytest.mark.asyncio
async def test_a_log_is_raw(bluez):
    """Lines of time, kind and bytes below a head; neither address nor serial number is in it."""
    worn = strap("Strap X", serial="SECRET")
    bluez.add(worn)
    ran = await logged(worn, "strap x")
    head, lines = ran.out.splitlines()[:4], ran.out.splitlines()[4:]
    assert ran.code == 0, ran.err
    assert all(line.startswith("# ") for line in head)
    assert "Polar Electro Oy H10, firmware 1.0.0" in head[1]
    assert {" ".join(line.split()[1:]) for line in lines} == {"heart_rate_measurement 06 96"}
    assert f"{len(lines)} notifications." in ran.err
    assert "SECRET" not in ran.out
    assert worn.address not in ran.out


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "serial", "shown"),
    [
        ("Polar H10 A1B2C3D4", "A1B2C3D4", "Polar H10 (left out): Polar Electro Oy H10"),
        ("HRM-Dual:512345", "", "HRM-Dual:(left out): Polar Electro Oy H10"),
        ("TICKR 7C45", "0099887C45", "TICKR (left out): Polar Electro Oy H10"),
        ("Band 7 QXYZ", "77QXYZ", "Band 7 (left out): Polar Electro Oy H10"),
        ("Mi Band 7", "", "Mi Band 7: Polar Electro Oy H10"),
    ],
)
async def test_a_log_names_no_single_sensor(bluez, name, serial, shown):
    """Makers put the serial number, or its end, into the name and into what is advertised: both are left out."""
    worn = strap(name, serial=serial)
    secret = Service(uuid(0xFEEE), (Characteristic(uuid(0xFEE1), ("read",), f"id {serial}".encode()),))
    worn.services = (*worn.services, secret)
    bluez.add(worn)
    ran = await logged(worn, worn.address, "--all")
    assert ran.code == 0, ran.err
    assert f"# {shown}" in ran.out
    if len(serial) >= 4:
        assert serial not in ran.out
        assert serial.encode().hex(" ") not in ran.out
        assert f"{uuid(0xFEE1)}  read  (left out)" in ran.out


@pytest.mark.asyncio
async def test_a_log_can_be_read_by_programs(bluez):
    """Each notification is one object, of a sensor named by its label."""
    worn = strap()
    bluez.add(worn)
    remember(own(worn, label="mine"))
    (first, *_) = (await logged(worn, "mine", "--json")).objects()
    assert first.pop("at_s") >= 0
    assert first == {"v": 1, "characteristic": "heart_rate_measurement", "bytes": "06 96"}


@pytest.mark.asyncio
async def test_a_log_says_when_the_link_is_lost(bluez):
    """The log before the loss is kept, and the command ends at once."""
    worn = strap()
    bluez.add(worn)
    async with started("sensors", "log", worn.address, "--seconds", "60") as program:
        await wait_until(lambda: bluez.called("StartNotify") >= 2)
        worn.beat(150)
        lines = [await program.stdout.readline() for _ in range(5)]
        bluez.lose(worn)
        _, err = await program.communicate()
    assert program.returncode == 0, (err, lines)
    assert b"06 96" in lines[-1]
    assert b"The connection was lost." in err


@pytest.mark.asyncio
async def test_a_whole_log_lists_every_service_and_value(bluez):
    """The advertisement, a maker's own service and each readable value are there; the serial number is not."""
    worn = strap("Strap X", serial="SECRET")
    own_service = Service(uuid(0xFEEE), (Characteristic(uuid(0xFEE1), ("read",), b"\x01\xab"),))
    worn.services = (*worn.services, own_service)
    bluez.add(worn)
    ran = await logged(worn, "strap x", "--all")
    assert ran.code == 0, ran.err
    assert f"# advertises services {', '.join(sorted(worn.uuids))}" in ran.out
    assert f"# {uuid(0xFEEE)}  {uuid(0xFEE1)}  read  01 ab" in ran.out
    assert f"{uuid(0x2A25)}  read  (left out)" in ran.out
    assert "SECRET" not in ran.out
    assert b"SECRET".hex(" ") not in ran.out
    told = await logged(worn, "strap x", "--all", "--json")
    trees = [json.loads(line) for line in told.out.splitlines()]
    assert trees[0]["advertisement"]["services"] == sorted(worn.uuids)
    assert [tree["service"] for tree in trees if tree.get("bytes") == "01 ab"] == [uuid(0xFEEE)]


@pytest.mark.asyncio
async def test_a_sensor_that_hides_its_service_is_paired_by_id(bluez):
    """The device is connected to and read; one that measures nothing is refused, and a scan counts both."""
    hidden, earphones = strap("Mi Band 7"), stranger()
    hidden.advertises_uuids = False
    bluez.add(hidden, earphones)
    scanned = await typed("sensors", "scan", "--seconds", "0.5")
    assert scanned.code == 4
    assert "2 other devices were found" in scanned.err
    assert "The adapter works" in scanned.err
    paired = await typed("sensors", "pair", hidden.address)
    assert paired.code == 0, paired.err
    assert "Paired: Mi Band 7, a strap." in paired.err
    assert "Switch on heart-rate sharing" in paired.err
    (entry,) = load_sensors(runner_paths().sensors).all()
    assert entry.hides_services
    refused = await typed("sensors", "pair", earphones.address)
    assert refused.code == 4
    assert "was not paired: it measures nothing a run can use" in refused.err
    checked = await typed_while_beating(hidden, "doctor", "--json", "--seconds", "1")
    (told,) = [each for each in checked.objects() if each["check"] == "sensor"]
    assert told["said"].startswith("150 bpm from Mi Band 7")


@pytest.mark.asyncio
async def test_a_run_takes_the_remembered_sensors(bluez, tmp_path):
    """A run uses the paired sensors by default, and says so; another strap of the same name is left alone."""
    mine = strap()
    bluez.add(mine, strap())
    remember(own(mine))
    path = tmp_path / "short.json"
    path.write_text(json.dumps(SHORT))
    async with started("run", path, "--json", "--require-sensor", "--no-record") as program:
        told: list[dict[str, str]] = []
        while not told or told[-1].get("state") != "live":
            mine.beat(150)
            told += await _lines(program)
        rest, err = await program.communicate()
    assert program.returncode == 0
    assert "Sensors: Polar H10 A1B2C3D4." in err.decode()
    assert "Found Polar H10 A1B2C3D4." in err.decode()
    assert json.loads(rest.splitlines()[-1])["completed"]
    connected = [call for call in bluez.calls if call.startswith("Connect")]
    assert len(connected) == 1


async def _lines(program):
    """Return the lines printed within a tenth of a second, if any."""
    try:
        line = await asyncio.wait_for(program.stdout.readline(), 0.1)
    except TimeoutError:
        return []
    return [json.loads(line)]


@pytest.mark.asyncio
async def test_a_run_that_requires_a_sensor_leaves_with_4_without_bluetooth(bluez, tmp_path):
    """Before anything is recorded."""
    bluez.power(False)
    remember(own(strap()))
    path = tmp_path / "short.json"
    path.write_text(json.dumps(SHORT))
    ran = await typed("run", path, "--require-sensor")
    assert (ran.code, ran.out) == (4, "")
    assert not runner_paths().runs.exists()


@pytest.mark.asyncio
async def test_doctor_finds_the_sensors(bluez):
    """Near and charged, each with its number; a sensor that is not there is a warning, not a failure."""
    mine, away = strap(), pod("Away")
    bluez.add(mine)
    remember(own(mine, label="my strap"), own(away, SensorKind.POD))
    checked = await typed_while_beating(mine, "doctor", "--json", "--seconds", "1")
    sensors = [told for told in checked.objects() if told["check"] == "sensor"]
    assert checked.code == 0, checked.out
    assert [told["verdict"] for told in sensors] == ["ok", "warn"]
    assert sensors[0]["battery_percent"] == 80
    assert sensors[0]["said"].startswith("150 bpm from my strap")
    assert "Away" in sensors[1]["said"]


def test_nobody_can_be_asked_without_a_terminal(coach):
    """Without a terminal, pairing needs an ID."""
    paired = coach("sensors", "pair")
    assert paired.exit_code == 2
    assert "coach sensors scan --json" in paired.stderr


def test_what_is_not_remembered_cannot_be_forgotten(coach):
    """The way to see who is stands beside it; a name that two sensors share is not guessed either."""
    assert coach("sensors", "forget", "nobody").exit_code == 4
    remember(PairedSensor("AA", "H10", SensorKind.STRAP), PairedSensor("BB", "H10", SensorKind.STRAP))
    asked = coach("sensors", "forget", "h10")
    assert asked.exit_code == 4
    assert "AA, BB" in asked.stderr
    assert coach("sensors", "forget", "aa").exit_code == 0
    assert coach("sensors", "forget", "h10").exit_code == 0


def test_a_damaged_file_of_sensors_is_set_aside_and_said(coach):
    """A damaged file of sensors is not fatal, and its content is kept beside it."""
    runner_paths().sensors.parent.mkdir(parents=True)
    runner_paths().sensors.write_text("{oops")
    listed = coach("sensors", "list")
    assert listed.exit_code == 0
    assert "set aside" in listed.stderr


def test_a_stranger_is_never_taken(coach, tmp_path):
    """Asking for Bluetooth with no sensor remembered exits with 4 and says how to remember one."""
    path = tmp_path / "short.json"
    path.write_text(json.dumps(SHORT))
    for words in (["--sensors", "ble"], ["--require-sensor"]):
        ran = coach("run", path, *words)
        assert (ran.exit_code, ran.stdout) == (4, "")
        assert "coach sensors pair" in ran.stderr
    assert coach("run", path, "--require-sensor", "--sensors", "none").exit_code == 2
