"""Whether a file counts one foot or both is found from its values as a whole, by one rule for every format."""

from pathlib import Path

import pytest

from coach.interchange.recordings.common import Findings, Row, count_both_feet, read_recording
from coach.signals.readings import Reported, Source
from tests.cases import case

Stretch = tuple[int, float, float | None]
"""Seconds, cadence of both feet, and m/s; None where no speed is known."""
WALK_AND_RUN: tuple[Stretch, ...] = ((60, 116.0, 1.3), (60, 176.0, 3.0))


def cadences_of(
    stretches: tuple[Stretch, ...], feet: int, factor: float | None, *, by_distance: bool = False
) -> set[float | None]:
    """The cadences that come out of a file which counts so many feet."""
    found, at, metres = Findings(cadence_factor=factor), 0, 0.0
    for seconds, cadence, speed in stretches:
        for _ in range(seconds):
            distance = metres if by_distance else None
            found.add(
                Row(float(at), Source.WATCH, None if by_distance else speed, distance, cadence * feet / 2)
            )
            at += 1
            metres += speed or 0.0
    count_both_feet(found)
    return {row.cadence for row in found.rows}


@pytest.mark.parametrize(
    "stretches",
    [
        ((100, 170.0, 3.0),),
        ((3, 160.0, 3.1),),
        ((100, 112.0, 1.4),),
        ((100, 96.0, 1.1),),
        ((100, 150.0, 1.9),),
        ((100, 205.0, 5.5),),
        WALK_AND_RUN,
        ((90, 116.0, 1.3), (30, 176.0, 3.0)),
        ((100, 0.0, 0.0), (20, 170.0, 3.0)),
    ],
    ids=["run", "short", "walk", "slow walk", "shuffle", "fast", "both", "mostly walked", "mostly stood"],
)
def test_the_feet_are_found_from_the_values(stretches: tuple[Stretch, ...]) -> None:
    """However a format usually counts, running and walking at a known speed tell how this file does."""
    for feet in [1, 2]:
        for factor in [1.0, 2.0]:
            for by_distance in [False, True]:
                with case(feet, factor, by_distance):
                    expected = {cadence for _, cadence, _ in stretches}
                    assert cadences_of(stretches, feet, factor, by_distance=by_distance) == expected


@pytest.mark.parametrize(
    ("stretches", "feet", "factor", "expected"),
    [
        (((60, 170.0, None),), 1, 2.0, {170.0}),
        (((60, 170.0, None),), 2, 2.0, {170.0}),
        (((90, 116.0, None), (30, 176.0, None)), 2, 2.0, {116.0, 176.0}),
        (((90, 116.0, None), (30, 176.0, None)), 1, 2.0, {116.0, 176.0}),
        (((60, 112.0, None),), 2, 2.0, {112.0}),
        (((60, 112.0, None),), 1, 2.0, {112.0}),
        (((60, 100.0, None),), 2, 1.0, {100.0}),
    ],
)
def test_without_any_speed(
    stretches: tuple[Stretch, ...], feet: int, factor: float, expected: set[float]
) -> None:
    """Values above 120 are of both feet, a median above 108 too; else the format's usual count holds."""
    assert cadences_of(stretches, feet, factor) == expected


def test_another_sport_is_left_alone() -> None:
    """A ride's cadence is of no feet."""
    assert cadences_of(((60, 170.0, 8.0),), 1, None) == {85.0}


@pytest.mark.parametrize(
    ("name", "cadences"),
    [
        ("tcx_cadence_both_feet_walk_run.tcx", {116.0, 118.0, 176.0}),
        ("fit_cadence_of_both_feet.fit", {172.0}),
    ],
)
def test_files_of_both_feet_are_not_doubled(shared_data: Path, name: str, cadences: set[float]) -> None:
    """A walk of 116 and a run of 176 in one TCX, and 172 in a FIT, are kept and reported."""
    read = read_recording((shared_data / "wild" / "files" / name).read_bytes(), name=name)

    values = {each.cadence for each in read.inputs if isinstance(each, Reported) and each.cadence is not None}
    assert values <= cadences
    assert max(values) == max(cadences)
    assert "The file's cadence counts both feet already; it was not doubled." in read.problems
