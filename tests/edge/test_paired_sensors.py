"""Tests of the paired sensors, which are kept in a small file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.edge.files import runner_paths
from coach.edge.paired_sensors import (
    PairedSensor,
    PairedSensors,
    SensorKind,
    likely_kind,
    load_sensors,
    no_such_sensor,
)
from coach.gatt.services import SERVICES
from coach.problems import CoachProblem, SettingsProblem
from coach.signals.readings import Characteristic

STRAP = PairedSensor(
    "D4:22:1A:00:00:01", "Polar H10 A1B2C3D4", SensorKind.STRAP, "linux", label="my strap", serial="A1B2C3D4"
)
POD = PairedSensor(
    "C0:AC:01", "Stryd", SensorKind.POD, "linux", label="my pod", shoe="vapor", cadence_count=2
)


@pytest.fixture
def path() -> Path:
    """Where the file lies."""
    return runner_paths().sensors


def test_the_module_loads_no_radio():
    """Listing, naming and locking sensors loads neither bleak nor an event loop."""
    code = "import sys, coach.edge.paired_sensors; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert {"bleak", "asyncio"} & set(loaded.split()) == set()


def test_a_file_that_does_not_exist_remembers_nobody(path):
    """Before anything is paired there is no file and no sensor, and asking makes none."""
    assert load_sensors(path).all() == ()
    assert not path.exists()


def test_what_is_remembered_comes_back_in_the_order_it_was_paired(path):
    """Both sensors come back with every field after the program was left."""
    load_sensors(path).add(STRAP)
    load_sensors(path).add(POD)

    again = load_sensors(path)
    assert (again.all(), again.trouble) == ((STRAP, POD), "")


def test_only_the_runner_can_read_the_file(path):
    """The file is 0600: it tells who owns which sensor."""
    load_sensors(path).add(STRAP)

    assert path.stat().st_mode & 0o777 == 0o600


def test_the_file_carries_its_format_and_nothing_that_is_unknown(path):
    """The document names its format and version; a field without a value is absent."""
    load_sensors(path).add(STRAP)

    assert json.loads(path.read_text("utf-8")) == {
        "format": "coach-sensors/1",
        "sensors": [
            {
                "id": "D4:22:1A:00:00:01",
                "name": "Polar H10 A1B2C3D4",
                "kind": "strap",
                "platform": "linux",
                "label": "my strap",
                "serial": "A1B2C3D4",
            }
        ],
    }


def test_pairing_a_sensor_again_replaces_what_was_known_of_it(path):
    """The same id is one sensor, whatever it is called now."""
    sensors = load_sensors(path)
    sensors.add(STRAP)
    sensors.add(PairedSensor(STRAP.id, "Polar", SensorKind.STRAP, "linux"))

    assert [each.name for each in load_sensors(path).all()] == ["Polar"]


def test_a_sensor_can_be_changed_and_forgotten_by_id_or_label(path):
    """A label or an id means the sensor, in any case of letters; forgetting tells who is gone."""
    sensors = load_sensors(path)
    sensors.add(STRAP)
    sensors.add(POD)
    sensors.change(POD.id, label="left pod")

    assert [each.id for each in sensors.all() if each.is_called("LEFT POD")] == [POD.id]
    assert sensors.find("LEFT POD") == sensors.all()[1]
    assert sensors.forget("my strap") == STRAP
    assert sensors.forget("my strap") is None
    assert sensors.forget("c0:ac:01") is not None
    assert load_sensors(path).all() == ()


def test_nobody_is_meant_by_nothing(path):
    """A sensor without a label is not meant by an empty word."""
    sensors = load_sensors(path)
    sensors.add(PairedSensor("AA", "", SensorKind.STRAP))

    assert sensors.find("") is None


DAMAGED = [
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"{}",
    b'{"format": 1}',
    b'{"format": "coach-sensors/x", "sensors": []}',
    b'{"format": "other/1", "sensors": []}',
    b'{"format": "coach-sensors/1"}',
    b'{"format": "coach-sensors/1", "sensors": 3}',
    b'{"format": "coach-sensors/1", "sensors": [3]}',
    b'{"format": "coach-sensors/1", "sensors": [{"id": "AA"}]}',
    b'{"format": "coach-sensors/1", "sensors": [{"id": 1, "name": "", "kind": "pod"}]}',
    b'{"format": "coach-sensors/1", "sensors": [{"id": "AA", "name": "", "kind": "boat"}]}',
    b'{"format": "coach-sensors/1", "sensors": [{"id": "AA", "name": "", "kind": "pod", "cadence_count": 3}]}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("data", DAMAGED)
def test_a_damaged_file_is_set_aside_and_said(path, data):
    """What cannot be read is moved beside, byte for byte, told in one sentence, and is not fatal."""
    path.parent.mkdir(parents=True)
    path.write_bytes(data)

    sensors = load_sensors(path)

    assert sensors.all() == ()
    assert "sensors.damaged.json" in sensors.trouble
    assert "coach sensors pair" in sensors.trouble
    assert sensors.trouble.isprintable()
    assert path.with_name("sensors.damaged.json").read_bytes() == data
    assert not path.exists()
    sensors.add(STRAP)
    assert load_sensors(path).all() == (STRAP,)


def test_an_empty_file_is_set_aside_too(path):
    """An empty file is damage like any other."""
    path.parent.mkdir(parents=True)
    path.touch()

    assert load_sensors(path).trouble


def test_a_second_damaged_file_does_not_cost_the_first(path):
    """What was set aside once is kept when it happens again."""
    path.parent.mkdir(parents=True)
    for data in (b"one", b"two"):
        path.write_bytes(data)
        load_sensors(path)

    assert {file.read_bytes() for file in path.parent.iterdir()} == {b"one", b"two"}


def test_a_newer_file_is_refused_and_left_as_it_is(path):
    """A file of a newer program is refused with the way out, and neither moved nor rewritten."""
    path.parent.mkdir(parents=True)
    path.write_text('{"format": "coach-sensors/2", "sensors": []}')

    with pytest.raises(SettingsProblem, match="newer than this program"):
        load_sensors(path)
    assert "coach-sensors/2" in path.read_text()


def test_unknown_keys_are_no_damage(path):
    """A key this version does not know is passed over."""
    path.parent.mkdir(parents=True)
    sensor = {"id": "AA", "name": "", "kind": "pod", "platform": "linux", "colour": "red"}
    path.write_text(json.dumps({"format": "coach-sensors/1", "sensors": [sensor]}))

    assert load_sensors(path).all() == (PairedSensor("AA", "", SensorKind.POD, "linux"),)


def test_a_folder_that_cannot_be_written_is_said(path):
    """Pairing without a place to write is a problem with a way out; what was known stays known."""
    path.parent.parent.mkdir(parents=True)
    path.parent.write_text("in the way")
    sensors = PairedSensors(path, (STRAP,))

    with pytest.raises(CoachProblem, match="cannot be written"):
        sensors.add(POD)
    assert sensors.all() == (STRAP,)


_WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@settings(max_examples=20)  # each one is written to the disk for good
@given(
    st.builds(
        PairedSensor,
        st.just("AA"),
        _WORDS,
        st.sampled_from(SensorKind),
        label=_WORDS,
        serial=_WORDS,
        cadence_count=st.sampled_from([None, 1, 2]),
    )
)
def test_any_texts_survive_the_file(tmp_path_factory, sensor):
    """Whatever a sensor calls itself, half surrogate pairs aside, comes back as it was."""
    path = tmp_path_factory.mktemp("sensors") / "sensors.json"
    load_sensors(path).add(sensor)

    assert load_sensors(path).all() == (sensor,)


def test_half_a_surrogate_pair_in_a_name_does_not_stop_pairing(path):
    """A name with half a surrogate pair, which no UTF-8 can hold, is written all the same."""
    load_sensors(path).add(PairedSensor("AA", "\ud800x", SensorKind.STRAP, "linux"))

    assert load_sensors(path).all()[0].name.endswith("x")


@pytest.mark.parametrize(
    ("measures", "kind"),
    [
        (("heart_rate", "battery"), SensorKind.STRAP),
        (("running", "power"), SensorKind.POD),
        (("heart_rate", "running"), SensorKind.STRAP),
        (("running", "treadmill"), SensorKind.TREADMILL),
        (("core_temperature",), SensorKind.CORE),
        (("smo2",), SensorKind.MUSCLE),
        (("power",), None),
        (("battery",), None),
        ((), None),
    ],
)
def test_what_a_sensor_measures_tells_what_it_is_to_the_runner(measures, kind):
    """A strap that counts steps is a strap, a belt with a running service a treadmill, a power meter alone nothing."""
    assert likely_kind(measures) is kind


def test_every_kind_listens_to_something_and_every_measure_has_a_kind():
    """Each kind has measurements to ask for, and each sought service is some kind's."""
    assert all(kind.characteristics for kind in SensorKind)
    assert SensorKind.POD.characteristics == (Characteristic.RSC_MEASUREMENT, Characteristic.RUNNING_POWER)
    sought = {each.measures for each in SERVICES if each.is_sought}
    assert sought == {word for kind in SensorKind for word in kind.measures}


def test_asking_for_an_unknown_sensor_says_where_to_look():
    """The problem names the word that meant nobody, made safe, and the list."""
    problem = no_such_sensor("my\x1bstrap")

    assert problem.message.isprintable()
    assert "coach sensors list" in problem.hint
