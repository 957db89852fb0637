"""What a run came to, as a table for people and as JSON for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from coach.cli.text import table
from coach.live.encoding import put_measure
from coach.quantities import format_clock, format_metres, format_pace
from coach.review.guided_tests import Finding
from coach.review.summary import Summary
from coach.review.two_pods import PodDifference, TwoPods
from coach.session.events import StepEnded
from coach.workout.describe import target_text

_HEAD = ("", "step", "time", "distance", "pace", "target", "on target", "heart rate", "light", "")


def summary_lines(summary: Summary, unit: str) -> Iterator[str]:
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


def summary_tree(summary: Summary) -> dict[str, Any]:
    """The summary with the keys of the events; what is not known is absent."""
    tree: dict[str, Any] = {"v": 1, "run": summary.run, "workout": summary.workout}
    if summary.athlete:
        tree["athlete"] = summary.athlete
    tree |= {"completed": summary.completed, "steps_done": summary.steps_done}
    put_measure(tree, "time_s", summary.time_s)
    put_measure(tree, "distance_m", summary.distance)
    tree["cues"] = {kind.value: count for kind, count in summary.cues.items()}
    tree["steps"] = [_row_tree(row) for row in summary.rows]
    return tree


def finding_lines(findings: Sequence[Finding], athlete: str, day: str) -> Iterator[str]:
    """Say what a guided test found, and the commands that would save it: nothing is saved by itself."""
    for finding in findings:
        yield ""
        yield f"Test, {finding.test}: {finding.words}"
        if finding.options:
            yield f"  to save it: {finding.command(athlete, day)}"


def finding_tree(findings: Sequence[Finding], athlete: str, day: str) -> dict[str, Any]:
    """What a guided test found, under `findings`; nothing where there was no test."""
    rows = [
        {"test": finding.test, "words": finding.words}
        | ({"command": finding.command(athlete, day)} if finding.options else {})
        for finding in findings
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
    tree: dict[str, Any] = {"time_s": round(pods.seconds, 2)}
    for name, difference in (("speed", pods.speed), ("step_length", pods.step_length)):
        if difference is not None:
            tree[f"{name}_difference_fraction"] = round(difference.share, 4)
            tree[f"{name}_difference_sd"] = round(difference.sd, 4)
    return {"two_pods": tree | {"calibration_sd": round(pods.calibration_sd, 4)}}


def _difference(difference: PodDifference) -> str:
    return f"{100 * difference.share:+.1f} % ± {100 * difference.sd:.1f} %"


def _cells(place: int, row: StepEnded, unit: str) -> tuple[str, ...]:
    about = "~" if row.estimated else ""
    notes = [word for word, is_so in (("broken", row.broken), ("cut", row.cut)) if is_so]
    if row.hard_s is not None and row.easy_s is not None:
        notes.append(f"hard {format_clock(row.hard_s)}, easy {format_clock(row.easy_s)}")
    if row.moving_time_s is not None:
        notes.append(f"moving {format_clock(row.moving_time_s, tenths=True)}")
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
    tree: dict[str, Any] = {
        "step_id": row.step.step_id,
        "path": row.step.path,
        "kind": row.step.kind.value,
        "reason": row.reason.value,
        "estimated": row.estimated,
    }
    tree |= {name: True for name, is_so in (("broken", row.broken), ("cut", row.cut)) if is_so}
    put_measure(tree, "time_s", row.time_s)
    put_measure(tree, "moving_time_s", row.moving_time_s)
    put_measure(tree, "distance_m", row.distance)
    put_measure(tree, "mean_speed_mps", row.mean_speed)
    put_measure(tree, "moving_speed_mps", row.moving_speed if row.stopped_s > 0 else None)
    put_measure(tree, "mean_heart_rate_bpm", row.mean_heart_rate)
    put_measure(tree, "max_heart_rate_bpm", row.max_heart_rate)
    put_measure(tree, "cadence_spm", row.cadence)
    put_measure(tree, "in_band_fraction", row.in_band_fraction)
    put_measure(tree, "light_s", row.light_s)
    put_measure(tree, "hard_s", row.hard_s)
    put_measure(tree, "easy_s", row.easy_s)
    return tree
