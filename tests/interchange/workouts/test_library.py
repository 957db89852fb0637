"""Every library workout through every format and back: the same run, and every loss reported that the table expects."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from coach.interchange.workouts import ExportFormat
from coach.interchange.workouts.converting import SUPPORT, Exported, Support, WorkoutPart, import_workout
from coach.interchange.workouts.planner import USUAL_SECTIONS
from coach.problems import WorkoutProblem
from coach.workout.document import document_from, outline
from coach.workout.kinds import KINDS, Kind
from coach.workout.timeline import DistanceEnd, Quantity, Step, TimeEnd
from tests.cases import case
from tests.conftest import ROOT
from tests.interchange.workouts.exporting import ALL, RUNNER, exported

NAMES = sorted(path.stem for path in (ROOT / "workouts").glob("*.json"))
"""Every workout of the library."""
ENDS = {
    "time": WorkoutPart.TIME,
    "distance": WorkoutPart.DISTANCE,
    "mark": WorkoutPart.LAP_KEY,
    "open": WorkoutPart.LAP_KEY,
}
KIND_PARTS = {
    part.name.lower(): part for part in WorkoutPart if part.name.lower() in set(Kind) - {"recovery"}
}
SIMPLE = {
    "start": WorkoutPart.START,
    "steer": WorkoutPart.STEER,
    "else_time": WorkoutPart.ELSE_TIME,
    "calibrate": WorkoutPart.CALIBRATE,
    "reminders": WorkoutPart.REMINDER,
    "says": WorkoutPart.SAYS,
    "gates": WorkoutPart.GATE,
    "purpose": WorkoutPart.NOTES,
    "notes": WorkoutPart.NOTES,
    "name": WorkoutPart.NAME,
}
SPEEDS = {"pace", "speed"}
DEPENDING = {WorkoutPart.LENGTH, WorkoutPart.OTHER_UNIT}
"""Parts that rest on a workout as a whole; tested by themselves."""


@cache
def tree_of(name: str) -> dict[str, Any]:
    """A library workout as it is written."""
    tree: dict[str, Any] = json.loads((ROOT / "workouts" / f"{name}.json").read_text(encoding="utf-8"))
    return tree


@cache
def out_of(name: str, to: ExportFormat, *, is_known: bool = True) -> Exported | None:
    """A library workout exported; None where nothing of it can be run there."""
    try:
        return exported(tree_of(name), to, RUNNER if is_known else None)
    except WorkoutProblem:
        return None


def said_of(tree: dict[str, Any], to: ExportFormat) -> Iterator[WorkoutPart]:
    """The parts that a document says, found by walking its JSON: nothing of the exporters is asked."""
    if tree.get("tags"):
        yield WorkoutPart.TAGS
    if tree.get("context", {}).get("surface"):
        yield WorkoutPart.SURFACE
    if tree.get("reminders"):
        yield WorkoutPart.RUN_REMINDER
    if tree.get("gates"):
        yield WorkoutPart.GATE
    for section in tree["sections"]:
        if section["name"].casefold() not in USUAL_SECTIONS:
            yield WorkoutPart.SECTION_NAME
        for node in section["steps"]:
            yield from said_by(node, tree, to)


def said_by(node: dict[str, Any], tree: dict[str, Any], to: ExportFormat) -> Iterator[WorkoutPart]:
    """The parts that an entry of a list of steps says."""
    if "use" in node:
        for inner in tree["blocks"][node["use"]]:
            yield from said_by(inner, tree, to)
    elif "repeat" in node:
        if isinstance(node["repeat"], dict):
            yield WorkoutPart.RANGE
        if "send_off" in node:
            yield WorkoutPart.SEND_OFF
        if "name" in node:
            yield WorkoutPart.REPEAT_NAME
        for inner in (*node["steps"], *([node["between"]] if "between" in node else [])):
            yield from said_by(inner, tree, to)
    elif node["kind"] == "prompt":
        yield WorkoutPart.PROMPT
    elif node["kind"] == "checklist":
        yield WorkoutPart.CHECKLIST
        yield from (SIMPLE[key] for key in ("start", "gates") if key in node)
    else:
        yield from said_by_step(node, to)


def said_by_step(node: dict[str, Any], to: ExportFormat) -> Iterator[WorkoutPart]:
    """The parts that a step says."""
    yield from (part for key, part in SIMPLE.items() if node.get(key))
    if node["kind"] in KIND_PARTS:
        yield KIND_PARTS[node["kind"]]
    if node["kind"] == "recovery":
        yield WorkoutPart.RECOVERY
        move = node.get("move", "jog")
        if move != "jog" and to is not ExportFormat.ZWO:
            yield WorkoutPart.WALK if move == "walk" else WorkoutPart.STAND
    until = node.get("until", {"open": True})
    yield from (ENDS[key] for key in until if key in ENDS)
    if any(key.startswith("heart_rate") for key in until):
        yield WorkoutPart.HEART_END
        if SUPPORT[WorkoutPart.HEART_END][to] is Support.NEAR:
            yield WorkoutPart.LAP_KEY
    yield from (
        part
        for key, part in (
            ("any", WorkoutPart.FIRST_OF),
            ("not_before", WorkoutPart.FLOOR),
            ("cap", WorkoutPart.LATEST),
        )
        if key in until
    )
    target, ramp = node.get("target", {}), node.get("ramp")
    yield from said_by_target(target, is_ramp=ramp is not None, to=to)
    is_paced = bool(SPEEDS & target.keys())
    if node["kind"] in {"warm_up", "cool_down"} and not is_paced:
        yield WorkoutPart.FREE_WARM_UP
    caps = node.get("caps", [])
    kept = {
        part for part in said_by_target(target, is_ramp=False, to=to) if SUPPORT[part][to] is Support.FULL
    }
    plain = [cap for cap in caps if "metric" not in cap]
    if plain:
        yield WorkoutPart.LIMIT if kept else WorkoutPart.LONE_LIMIT
    if len(caps) > min(1, len(plain)):
        yield WorkoutPart.MORE_LIMITS


def said_by_target(target: dict[str, Any], *, is_ramp: bool, to: ExportFormat) -> Iterator[WorkoutPart]:
    """The parts that a target says, of an athlete who has every number."""
    if not target:
        return
    ((key, value),) = target.items()
    if key in {"effort", "metric", "cadence", "power"}:
        yield WorkoutPart[key.upper()]
    elif key == "heart_rate":
        text = " ".join(value.values()) if isinstance(value, dict) else value
        yield WorkoutPart.HEART_SHARE if "%max" in text or "%lthr" in text else WorkoutPart.HEART_RATE
    else:
        yield WorkoutPart.NAMED_PACE if isinstance(value, dict) and "ref" in value else WorkoutPart.PACE
        if not is_ramp and value == {"ref": "easy"}:
            yield WorkoutPart.ONE_SIDED
        elif not is_ramp and isinstance(value, dict) and "ref" not in value:
            yield WorkoutPart.ONE_SIDED if len(value) == 1 else WorkoutPart.PACE_RANGE
        elif not is_ramp and isinstance(value, str) and "-" in value:
            yield WorkoutPart.PACE_RANGE
    quantity = WorkoutPart[key.upper()] if key in {"cadence", "power"} else WorkoutPart.PACE
    if is_ramp and SUPPORT[quantity][to] is Support.FULL:
        yield WorkoutPart.RAMP


@pytest.mark.parametrize("to", ALL)
def test_the_losses_are_those_of_the_table(to: ExportFormat):
    """The report of a library workout has exactly the parts that the format lacks."""
    for name in NAMES:
        with case(name):
            out = out_of(name, to)
            if out is None:
                assert to is ExportFormat.ZWO
                assert not any(KINDS[step.kind].is_run for step in steps_of(tree_of(name)))
                continue
            expected = {part for part in said_of(tree_of(name), to) if SUPPORT[part][to] is not Support.FULL}
            if to is ExportFormat.INTERVALS and named_steps(name):
                expected.add(WorkoutPart.NAME)  # "First 10 minutes" would be read as a length
            assert out.lost - DEPENDING == expected - DEPENDING
            assert bool(out.report.losses) == bool(out.lost)


@pytest.mark.parametrize("to", ALL)
def test_the_run_is_the_same_there_and_back(to: ExportFormat):
    """Our own importer makes the same run of the file: the steps in their order, their ends and their targets."""
    for name in NAMES:
        with case(name):
            out = out_of(name, to)
            if out is None:
                continue
            back = import_workout(out.data, name=name)
            assert not back.report.losses, "the importer loses what the exporter has written"
            (tree,) = back.documents
            written = [step for step in steps_of(tree_of(name)) if is_written(step, to)]
            read = steps_of(tree)

            assert len(read) == len(written)
            for one, other in zip(written, read, strict=True):
                assert_same_end(one, other, out, to)
                assert_same_target(one, other, to)


@pytest.mark.parametrize("to", ALL)
def test_without_an_athlete_it_is_exported_all_the_same(to: ExportFormat):
    """Names that nobody gives numbers for are reported with the fix, and the file can be read."""
    for name in NAMES:
        with case(name):
            out = out_of(name, to, is_known=False)
            if out is None:
                continue
            import_workout(out.data, name=name)
            if WorkoutPart.UNKNOWN_PACE in out.lost:
                assert any("--athlete" in entry.text for entry in out.report.losses)


def named_steps(name: str) -> list[Step]:
    """The steps of a library workout that have a name of their own with a number in it."""
    text = json.dumps([section["steps"] for section in tree_of(name)["sections"]])
    return [
        step
        for step in steps_of(tree_of(name))
        if f'"name": "{step.name}"' in text and any(letter.isdigit() for letter in step.name)
    ]


def steps_of(tree: dict[str, Any]) -> list[Step]:
    """The steps of a document in running order, for the runner."""
    return list(outline(document_from(tree, name="it"), RUNNER).steps)


def is_written(step: Step, to: ExportFormat) -> bool:
    """Return whether it is a step of its own there: a question has no time, and Zwift has no lists of exercises."""
    return step.kind is not Kind.PROMPT and (step.kind is not Kind.CHECKLIST or to is not ExportFormat.ZWO)


def assert_same_end(written: Step, read: Step, out: Exported, to: ExportFormat) -> None:
    """Times to the half second and distances to the half metre, except where the file has the other unit."""
    ends = [end for end in written.until.ends if isinstance(end, TimeEnd | DistanceEnd)]
    if not ends or (to is ExportFormat.ZWO and WorkoutPart.OTHER_UNIT in out.lost):
        return
    (end,) = read.until.ends
    assert type(end) is type(ends[0])
    if isinstance(end, TimeEnd):
        assert end.seconds == pytest.approx(written.until.time(), abs=0.5)
    elif isinstance(end, DistanceEnd):
        assert end.metres == pytest.approx(written.until.distance(), abs=0.5)


def assert_same_target(written: Step, read: Step, to: ExportFormat) -> None:
    """A target that is kept is the same quantity, and no side of it is stricter, or looser by more than a second."""
    target, other = written.target, read.target
    part = {Quantity.CADENCE: WorkoutPart.CADENCE, Quantity.POWER: WorkoutPart.POWER}.get(
        target.quantity if target else Quantity.EFFORT
    )
    if target is None or target.quantity in {Quantity.EFFORT, Quantity.METRIC}:
        return
    if target.quantity is Quantity.HEART_RATE or (part and SUPPORT[part][to] is not Support.FULL):
        return
    assert other is not None
    assert other.quantity is target.quantity
    if target.quantity is not Quantity.SPEED or target.ramp is not None:
        return
    aim, band = target.band.aim, other.band
    is_open = target.is_range and None in {target.band.low, target.band.high}
    if is_open and SUPPORT[WorkoutPart.ONE_SIDED][to] is Support.NEAR:
        return
    if to in {ExportFormat.ZWO, ExportFormat.INTERVALS} and not target.is_range:
        assert aim is not None
        assert band.aim is not None
        assert 1000 / band.aim == pytest.approx(1000 / aim, abs=0.6)
        return
    if to is ExportFormat.ZWO:
        return
    if target.band.high is not None and band.high is not None:
        assert -0.1 <= 1000 / target.band.high - 1000 / band.high <= 1.1
    if target.band.low is not None:
        assert band.low is not None
        assert -0.1 <= 1000 / band.low - 1000 / target.band.low <= 1.1


def test_zwift_files_are_told_to_have_one_unit_exactly_where_there_were_two():
    """A conversion of times to distances, or back, is reported of each workout that has both, and of no other."""
    for name in NAMES:
        out = out_of(name, ExportFormat.ZWO)
        steps = [step for step in steps_of(tree_of(name)) if KINDS[step.kind].is_run]
        if out is None:
            continue
        ends = {
            type(
                next(
                    iter(sorted(step.until.ends, key=lambda end: not isinstance(end, TimeEnd | DistanceEnd)))
                )
            )
            for step in steps
        }
        has_both = {TimeEnd, DistanceEnd} <= ends
        assert (WorkoutPart.OTHER_UNIT in out.lost) == has_both, name
