"""What a run came to, as a table for people and as JSON for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from coach.cli.text import table
from coach.live.encoding import put_measure
from coach.quantities import format_clock, format_metres, format_pace
from coach.review.guided_tests import Finding
from coach.review.summary import Summary
from coach.review.two_pods import Difference, TwoPods
from coach.session.facts import StepEnded
from coach.workout.describe import target_text

_HEAD = ("", "step", "time", "distance", "pace", "target", "on target", "heart rate", "light", "")


def lines_of(summary: Summary, unit: str) -> Iterator[str]:
    """Say the totals, then a line for every step; what was not measured stays blank."""
    yield summary.workout
    parts = ["completed" if summary.completed else "not completed"]
    if summary.time_s is not None:
        parts.append(format_clock(summary.time_s))
    if summary.distance is not None:
        parts.append(format_metres(summary.distance))
    parts.append(f"{summary.verdicts} corrections" if summary.verdicts != 1 else "1 correction")
    yield ", ".join(parts)
    yield ""
    rows = [_cells(place, row, unit) for place, row in enumerate(summary.rows, 1)]
    yield from table(_HEAD, rows)


def as_tree(summary: Summary) -> dict[str, Any]:
    """The summary with the keys of the events; what is not known is absent."""
    told: dict[str, Any] = {"v": 1, "run": summary.run, "workout": summary.workout}
    if summary.athlete:
        told["athlete"] = summary.athlete
    told |= {"completed": summary.completed, "steps_done": summary.steps_done}
    put_measure(told, "time_s", summary.time_s)
    put_measure(told, "distance_m", summary.distance)
    told["cues"] = {kind.value: count for kind, count in summary.cues.items()}
    told["steps"] = [_row_tree(row) for row in summary.rows]
    return told


def found_lines(found: Sequence[Finding], athlete: str, day: str) -> Iterator[str]:
    """Say what a guided test found, and the commands that would save it: nothing is saved by itself."""
    for one in found:
        yield ""
        yield f"Test, {one.test}: {one.words}"
        if one.options:
            yield f"  to save it: {one.command(athlete, day)}"


def found_tree(found: Sequence[Finding], athlete: str, day: str) -> dict[str, Any]:
    """What a guided test found, under `findings`; nothing where there was no test."""
    rows = [
        {"test": one.test, "words": one.words}
        | ({"command": one.command(athlete, day)} if one.options else {})
        for one in found
    ]
    return {"findings": rows} if rows else {}


def pods_lines(pods: TwoPods | None) -> Iterator[str]:
    """Say how far apart two pods were, and how sure that is; nothing where there were not two."""
    if pods is None:
        return
    yield ""
    yield f"Two pods, over {format_clock(pods.seconds)} of running; the second against the first:"
    yield f"  speed {_difference(pods.speed)}"
    if pods.step_length is not None:
        yield f"  step length {_difference(pods.step_length)}"
    open_share = f"{100 * pods.calibration_sd:.1f} %"
    yield f"  their calibration alone leaves ± {open_share} open; compare it with other runs of the same two pods"


def pods_tree(pods: TwoPods | None) -> dict[str, Any]:
    """How far apart two pods were, under `two_pods`; nothing where there were not two."""
    if pods is None:
        return {}
    told: dict[str, Any] = {"time_s": round(pods.seconds, 2)}
    for name, one in (("speed", pods.speed), ("step_length", pods.step_length)):
        if one is not None:
            told[f"{name}_difference_fraction"] = round(one.share, 4)
            told[f"{name}_difference_sd"] = round(one.sd, 4)
    return {"two_pods": told | {"calibration_sd": round(pods.calibration_sd, 4)}}


def _difference(one: Difference) -> str:
    return f"{100 * one.share:+.1f} % ± {100 * one.sd:.1f} %"


def _cells(place: int, row: StepEnded, unit: str) -> tuple[str, ...]:
    about = "~" if row.estimated else ""
    notes = [word for word, said in (("broken", row.broken), ("cut", row.cut)) if said]
    return (
        str(place),
        row.step.path,
        format_clock(row.time_s, tenths=True),
        "" if row.distance is None else about + format_metres(row.distance),
        "" if row.mean_speed is None else format_pace(row.mean_speed, unit=unit),
        target_text(row.step.target),
        "" if row.in_band_fraction is None else f"{100 * row.in_band_fraction:.0f} %",
        "" if row.mean_heart_rate is None else f"{row.mean_heart_rate:.0f}",
        "" if row.light_s is None else f"{row.light_s:+.1f} s",
        " ".join(notes),
    )


def _row_tree(row: StepEnded) -> dict[str, Any]:
    told: dict[str, Any] = {
        "step_id": row.step.step_id,
        "path": row.step.path,
        "kind": row.step.kind.value,
        "reason": row.reason.value,
        "estimated": row.estimated,
    }
    told |= {name: True for name, said in (("broken", row.broken), ("cut", row.cut)) if said}
    put_measure(told, "time_s", row.time_s)
    put_measure(told, "distance_m", row.distance)
    put_measure(told, "mean_speed_mps", row.mean_speed)
    put_measure(told, "mean_heart_rate_bpm", row.mean_heart_rate)
    put_measure(told, "max_heart_rate_bpm", row.max_heart_rate)
    put_measure(told, "cadence_spm", row.cadence)
    put_measure(told, "in_band_fraction", row.in_band_fraction)
    put_measure(told, "light_s", row.light_s)
    return told
