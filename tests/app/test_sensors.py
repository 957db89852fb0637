"""A run is measured by the sensors of its athlete only."""

import pytest

from coach.app.athletes import athlete_called, usual_athlete
from coach.app.sensors import choose_sensors, say_default
from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, SensorMode, load_sensors
from coach.problems import AthleteProblem, SensorProblem

IDAS = PairedSensor("AA", "H10", SensorKind.STRAP, athlete="ida")
SHARED = PairedSensor("BB", "Stryd", SensorKind.POD)


@pytest.fixture
def mine(home):
    """Pair a strap of Ida's, and a pod of everyone's."""
    sensors = load_sensors(runner_paths().sensors)
    sensors.add(IDAS)
    sensors.add(SHARED)
    return sensors


def save(*slugs):
    """Save these athletes."""
    runner_paths().athletes.mkdir(parents=True, exist_ok=True)
    for slug in slugs:
        text = f'{{"format": "coach-athlete/1", "slug": "{slug}"}}'
        (runner_paths().athletes / f"{slug}.json").write_text(text)


@pytest.mark.parametrize(
    ("athlete", "chosen"), [("ida", (IDAS, SHARED)), ("ben", (SHARED,)), ("", (IDAS, SHARED))]
)
def test_a_sensor_measures_the_runs_of_its_athlete(mine, console, athlete, chosen):
    """A shared sensor measures all runs; all sensors measure a run without an athlete."""
    choice = choose_sensors(None, console, athlete)
    assert (choice.mode, choice.sensors) == (SensorMode.BLE, chosen)


def test_a_run_without_a_sensor_says_how_to_pair_one(home, console):
    """The sensors of other athletes do not count; `ble` without a sensor is refused."""
    say_default(choose_sensors(None, console), console)
    assert console.lines[0].startswith("No sensors (--sensors none): no sensor is paired.")
    assert console.lines[0].endswith("coach sensors pair")
    load_sensors(runner_paths().sensors).add(IDAS)
    console.lines.clear()
    say_default(choose_sensors(None, console, "ben"), console)
    assert "none of the paired sensors is ben's" in console.lines[0]
    with pytest.raises(SensorProblem, match="is ben's"):
        choose_sensors("ble", console, "ben")


def test_a_sensor_becomes_that_of_who_usually_runs(home, monkeypatch):
    """That is the only athlete, or the one in the settings; else the sensor is everyone's."""
    assert usual_athlete() == ""
    save("ida")
    assert usual_athlete() == "ida"
    save("ben")
    assert usual_athlete() == ""
    monkeypatch.setenv("COACH_ATHLETE", "ben")
    assert usual_athlete() == "ben"


def test_whose_a_sensor_is_names_somebody_who_is_saved(home):
    """`everyone` is no athlete; a misspelt name is refused with the right one."""
    save("ida")
    assert (athlete_called("ida"), athlete_called("everyone")) == ("ida", "")
    with pytest.raises(AthleteProblem, match="did you mean ida"):
        athlete_called("idda")
    with pytest.raises(AthleteProblem, match="is not a saved athlete"):
        athlete_called(str(runner_paths().athletes / "ida.json"))
