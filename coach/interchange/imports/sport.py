"""The sport a foreign workout is for, and what of it a runner can use."""

from enum import Enum
from typing import Final

from coach.interchange.report import Reporter
from coach.problems import WorkoutProblem


class Sport(Enum):
    """What a workout was written for, as far as it matters to a runner."""

    RUN = "running"
    BIKE = "cycling and the like"
    """Times and heart rates can be used; its distances, speeds, powers and cadences cannot."""
    GYM = "exercises"
    """Becomes checklists and rests."""


_RUNNING: Final = frozenset(
    [
        "run",
        "running",
        "trail_running",
        "trail",
        "treadmill_running",
        "track_running",
        "street_running",
        "indoor_running",
        "virtualrun",
        "virtual_run",
        "trailrun",
        "treadmill",
        "ultra_run",
    ]
)
_ON_FOOT: Final = frozenset(["walk", "walking", "hike", "hiking", "other", "generic", "unknown", "all"])
_BIKE: Final = frozenset(
    [
        "bike",
        "biking",
        "cycling",
        "ride",
        "virtualride",
        "road_biking",
        "mountain_biking",
        "gravel_cycling",
        "indoor_cycling",
        "e_biking",
        "mtb",
        "rowing",
        "row",
        "nordicski",
        "cross_country_skiing",
        "elliptical",
        "ebikeride",
        "mountainbikeride",
        "gravelride",
    ]
)
_GYM: Final = frozenset(
    [
        "strength_training",
        "strength",
        "cardio",
        "cardio_training",
        "yoga",
        "pilates",
        "hiit",
        "mobility",
        "training",
        "fitness_equipment",
        "weighttraining",
        "crossfit",
        "workout",
        "floor_climbing",
        "cross_training",
        "crosstrain",
    ]
)


def read_sport(name: str, where: str, report: Reporter) -> Sport:
    """Say what can be made of a workout of this sport, and tell the report what that costs.

    Raises:
        WorkoutProblem: nothing a runner could do: swimming, and sports nobody here knows.
    """
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    if key in _RUNNING:
        return Sport.RUN
    if not key:
        report.approximated(where, "the file does not say for which sport it is; it was taken for running")
        return Sport.RUN
    if key in _ON_FOOT:
        report.approximated(where, f'its sport is "{key}"; it was taken for running')
        return Sport.RUN
    if key in _BIKE:
        text = f'it was written for another sport ("{key}"): its times and heart rates are kept, nothing else'
        report.dropped(where, text)
        return Sport.BIKE
    if key in _GYM:
        text = f'it was written for another sport ("{key}"): exercises become checklists'
        report.approximated(where, text)
        return Sport.GYM
    raise WorkoutProblem(
        f'this workout is for another sport ("{key[:40]}"), of which a runner can use nothing',
        "Only workouts for running are imported whole.",
        where=where,
    )
