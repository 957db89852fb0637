"""A radio for a command, and the problems of looking for one sensor in vain."""

from coach.edge.clock import MachineClock
from coach.edge.debug_log import start_log
from coach.edge.paths import runner_paths
from coach.edge.radio.discovery import Ambiguous, DiscoveredSensor
from coach.edge.radio.radio import Radio
from coach.edge.radio.sensor_lock import SensorLocks
from coach.problems import SensorProblem, SensorTrouble


def opened_radio(doing: str) -> Radio:
    """Make the radio of a command; other coaches are told that it is `doing` so. Its log goes to the usual file."""
    where = runner_paths()
    start_log(where.log)
    return Radio(clock=MachineClock(), locks=SensorLocks(where.sensor_locks, doing))


def the_one(found: DiscoveredSensor | Ambiguous | None, wanted: str, seconds: float) -> DiscoveredSensor:
    """The sensor that was looked for by id or name.

    Raises:
        SensorProblem: there is none, or several are about as near.
    """
    if found is None:
        raise SensorProblem(
            f"{wanted} was not found in {seconds:g} s",
            "See who is there: coach sensors scan",
            reason=SensorTrouble.NOT_FOUND,
        )
    if isinstance(found, Ambiguous):
        raise SensorProblem(
            f"{len(found.candidates)} sensors called {wanted} are about as near",
            "Say which by its id: " + ", ".join(each.id for each in found.candidates),
            reason=SensorTrouble.NOT_FOUND,
        )
    return found


def nobody(seconds: float) -> SensorProblem:
    """Make the problem of a scan in vain."""
    return SensorProblem(
        f"no sensor was found in {seconds:g} s",
        "Wear the strap (wet its electrodes) and shake the pod, so that they wake up.\n"
        "Leave the watch or phone app that may hold them: a held sensor does not show.",
        reason=SensorTrouble.NOT_FOUND,
    )
