"""The setup of a run depends on its place and its athlete, and its journal restores it."""

import json
from dataclasses import replace

import pytest

from coach.app.live_run import RunRequest
from coach.app.setup import foreign_setup, header_of, live_setup, recorded_setup
from coach.app.terminal import SILENT, RunMode
from coach.app.workouts import compile_embedded, compile_text
from coach.athlete import Athlete
from coach.edge.clock import MachineClock, WallTime
from coach.edge.paired_sensors import PairedSensor, SensorKind
from coach.edge.settings import Settings
from coach.interchange.recordings.common import ForeignRecording
from coach.quantities import Seconds
from coach.recording.codec import encode_header, read_journal
from coach.signals.readings import Source
from coach.workout.timeline import AutoStart, DelayStart, PressStart

SHORT = {
    "format": "coach-workout/1",
    "name": "Half a second",
    "sections": [{"name": "Main", "steps": [{"kind": "work", "until": {"time": "0:01"}}]}],
}
WORKOUT = compile_embedded(SHORT, None, SILENT, name="short")


@pytest.mark.parametrize(
    ("run_mode", "marks", "simulated", "first", "after_rest"),
    [
        (RunMode.SCREEN, False, False, DelayStart, AutoStart),
        (RunMode.SCREEN, True, False, PressStart, PressStart),
        (RunMode.SCREEN, True, True, AutoStart, AutoStart),
        (RunMode.SCREEN, False, True, AutoStart, AutoStart),
        (RunMode.UNATTENDED, False, False, AutoStart, AutoStart),
        (RunMode.UNATTENDED, True, False, AutoStart, PressStart),
        (RunMode.UNATTENDED, False, True, AutoStart, AutoStart),
    ],
)
def test_an_unwritten_start_depends_on_where_it_is_run(run_mode, marks, simulated, first, after_rest):
    """It is a minute on a terminal, a press with --marks, and at once without a person."""
    setup = live_setup(WORKOUT, Settings(), "01", run_mode, marks=marks, simulated=simulated)

    assert isinstance(setup.starts.first, first)
    assert isinstance(setup.starts.after_rest, after_rest)
    assert setup.ends_after_s == Seconds(60.0 if run_mode is RunMode.SCREEN else 0.0)
    assert setup.by_hand == marks


@pytest.mark.parametrize(("marks", "first"), [(False, AutoStart), (True, PressStart)])
def test_a_run_without_a_plan_starts_at_once(marks, first):
    """A free run has no walk to the line; by hand the first press starts the clock."""
    workout = compile_text("Free", None, SILENT)
    setup = live_setup(workout, Settings(), "01", RunMode.SCREEN, marks=marks)

    assert isinstance(setup.starts.first, first)
    assert not setup.starts.holds_for_standing


def test_only_a_stopwatch_is_always_by_hand():
    """`time` is timed by hand whatever the command line says; other runs are as requested."""
    request = RunRequest(None, None, requires_sensor=False, marks=False, record=None, is_recorded=False)

    assert request.for_workout("time").marks
    assert not request.for_workout("free").marks
    assert not request.for_workout("6x800-5k").marks


@pytest.mark.parametrize("run_mode", RunMode)
@pytest.mark.parametrize("marks", [False, True])
def test_a_setup_survives_its_journal(run_mode, marks):
    """The setup of a run is restored from the header of its journal without loss."""
    setup = live_setup(WORKOUT, Settings(), "01", run_mode, marks=marks)
    header = read_journal(encode_header(header_of(setup, WORKOUT, MachineClock()))).header

    assert recorded_setup(header, SILENT) == setup


def test_a_header_tells_the_moment_and_the_sensors():
    """The first line has both clocks, the zone and the paired sensors, under their keys."""

    class WinterClock(MachineClock):
        """A clock that stands still in Central Europe."""

        def monotonic(self):
            """Return twenty minutes after the start of the machine."""
            return 1234.5

        def wall(self):
            """Return a time an hour ahead of UTC."""
            return WallTime(1780000000.0, "CET", 3600)

    pod = PairedSensor(
        "D4:22", "Stride", SensorKind.POD, label="left one", serial="S-77", location="left", shoe="racers"
    )
    setup = live_setup(WORKOUT, Settings(), "01", RunMode.SCREEN)
    header = header_of(setup, WORKOUT, WinterClock(), {Source.POD: pod})
    record = json.loads(encode_header(header).partition(b"\t")[0])

    assert list(record) == [
        "format", "run", "version", "workout", "athlete", "settings", "learnt",
        "wall_epoch", "monotonic_epoch", "zone", "utc_offset_s", "devices", "sensors",
    ]  # fmt: skip
    assert (record["wall_epoch"], record["monotonic_epoch"]) == (1780000000.0, 1234.5)
    assert (record["zone"], record["utc_offset_s"]) == ("CET", 3600)
    assert record["devices"] == [
        {
            "sensor": "pod",
            "id": "D4:22",
            "name": "Stride",
            "label": "left one",
            "location": "left",
            "shoe": "racers",
            "serial": "S-77",
        }
    ]


@pytest.mark.parametrize(
    ("units", "athlete", "unit"),
    [
        ("km", None, "km"),
        ("mile", None, "mile"),
        ("km", "mile", "mile"),
        ("mile", "km", "mile"),
        ("km", "km", "km"),
    ],
)
def test_paces_are_in_the_unit_of_the_settings_or_the_athlete(units, athlete, unit):
    """Miles in the settings win, else the athlete's unit counts; a replay keeps its unit."""
    runner = None if athlete is None else Athlete(slug="ida", name="Ida", units=athlete)
    workout = compile_embedded(SHORT, runner, SILENT, name="short")
    setup = live_setup(workout, Settings(units=units), "01", RunMode.SCREEN)
    header = read_journal(encode_header(header_of(setup, workout, MachineClock()))).header

    assert setup.unit == unit
    assert recorded_setup(header, SILENT) == setup
    assert recorded_setup(header, SILENT, WORKOUT, Settings(units="mile")).unit == unit


def test_a_journal_that_tells_no_unit_is_in_kilometres():
    """A journal older than the unit replays in kilometres, also for a mile runner."""
    workout = compile_embedded(SHORT, Athlete(slug="ida", name="Ida", units="mile"), SILENT, name="short")
    header = header_of(live_setup(workout, Settings(), "01", RunMode.SCREEN), workout, MachineClock())
    old = {name: told for name, told in header.settings.items() if name != "unit"}

    assert recorded_setup(replace(header, settings=old), SILENT).unit == "km"


def test_the_weather_of_the_command_line_is_frozen_into_the_run():
    """Temperature and dew point are in the settings of the run and in its journal."""
    wanted = RunRequest(None, None, requires_sensor=False, marks=False, record=None, is_recorded=False)
    assert wanted.under(Settings()) == Settings()
    told = replace(wanted, weather=(30.0, 20.0)).under(Settings())
    workout = compile_embedded(None, None, SILENT, name="free")
    setup = live_setup(workout, told, "01", RunMode.SCREEN)
    assert (setup.session.temperature_c, setup.session.dew_point_c) == (30.0, 20.0)
    kept = read_journal(encode_header(header_of(setup, workout, MachineClock()))).header
    assert recorded_setup(kept, SILENT) == setup


@pytest.mark.parametrize(("timer_s", "start"), [(0.0, AutoStart()), (12.0, DelayStart(Seconds(12.0)))])
def test_a_written_delay_in_the_replay_of_a_file(timer_s, start):
    """A delay of the first step ends when the file or its timer begins."""
    tree = {
        "format": "coach-workout/1",
        "name": "Delayed",
        "sections": [
            {
                "name": "Main",
                "steps": [{"kind": "work", "until": {"time": "1:00"}, "start": {"delay": "1:00"}}],
            }
        ],
    }
    workout = compile_embedded(tree, None, SILENT, name="delayed")
    recording = ForeignRecording("fit", "file-0", (), {}, first_timer_start_s=Seconds(timer_s))
    setup = foreign_setup(workout, Settings(), recording)
    assert setup.starts.of(setup.timeline.steps[0], None, Seconds(0.0)) == start
