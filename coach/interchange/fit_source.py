"""Whose the speed of a FIT file is: the watch's, a foot pod's or a treadmill's."""

from itertools import pairwise
from typing import Final

from coach.interchange.fit_file import File
from coach.signals.readings import Source

SUMS_WITHIN: Final = 0.02
"""Distance and summed speed may differ by this share of the way."""


def native_source(file: File, sub_sport: str) -> Source:
    """Whose the watch's own speed and distance are, in a run of this sub-sport."""
    placed = any("position_lat" in message.values for message, _ in file.records)
    has_pod_speed = any("speed" in message.developer for message, _ in file.records)
    if file.has_pod() and (not placed or (not has_pod_speed and _sums_its_speed(file))):
        return Source.POD
    belt = any(device.get("antplus_device_type") == "fitness_equipment" for device in file.devices)
    if belt and sub_sport == "treadmill":
        return Source.TREADMILL
    return Source.WATCH


def _sums_its_speed(file: File) -> bool:
    """Does the distance grow, second by second, by the very speed told?

    Where a pod is known to be the source the two differ by 0.2 % of the way, summed second by second; where
    a watch measured by positions by 14 % and more (the recordings of `tests/interchange`).
    """
    way = apart = 0.0
    for (one, _), (two, _) in pairwise(file.records):
        metres, before, speed = (
            two.number("distance"),
            one.number("distance"),
            two.speed(),
        )
        if metres is None or before is None or speed is None:
            continue
        if two.values["timestamp"] - one.values["timestamp"] == 1:
            way += abs(metres - before)
            apart += abs(metres - before - speed)
    return way > 100.0 and apart < SUMS_WITHIN * way
