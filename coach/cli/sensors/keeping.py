"""The runner's own sensors, as the commands find and describe them."""

from dataclasses import asdict
from typing import Any

from coach.cli.errors import narrate
from coach.edge.paired_sensors import PairedSensor, PairedSensors, load_sensors, no_such_sensor
from coach.edge.paths import runner_paths
from coach.problems import SensorProblem, SensorTrouble


def my_sensors() -> PairedSensors:
    """Read who is remembered; a damaged file is told on stderr and remembers nobody.

    Raises:
        SettingsProblem: the file is newer than this program, or may not be read.
    """
    found = load_sensors(runner_paths().sensors)
    if found.trouble:
        narrate(f"Note: {found.trouble}")
    return found


def called(sensors: PairedSensors, word: str) -> PairedSensor:
    """Find a remembered sensor by its id or label, or by its own name where only one has it.

    Raises:
        SensorProblem: there is none, or several share the name.
    """
    found = sensors.find(word)
    if found is not None:
        return found
    alike = [each for each in sensors.all() if each.name.casefold() == word.casefold()]
    if not alike:
        raise no_such_sensor(word)
    if len(alike) > 1:
        raise SensorProblem(
            f"{len(alike)} remembered sensors are called {word}",
            "Say which by its id: " + ", ".join(each.id for each in alike),
            reason=SensorTrouble.NOT_FOUND,
        )
    return alike[0]


def title(sensor: PairedSensor) -> str:
    """What to call a remembered sensor: `my strap (Polar H10)`."""
    name = sensor.name or sensor.id
    return f"{sensor.label} ({name})" if sensor.label else name


def as_json_object(sensor: PairedSensor) -> dict[str, Any]:
    """A remembered sensor for `--json`; what is not known is absent."""
    known = {key: value for key, value in asdict(sensor).items() if value not in ("", None)}
    return {"v": 1, **known, "kind": sensor.kind.value}
