"""A review as one JSON object, and how a number of it is made; what is not known is absent."""

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Final

from coach.quantities import rounded
from coach.review.formulas import FORMULAS, UNITS, Formula, Written, formula_lines
from coach.review.guided_tests import GuidedFinding
from coach.review.review import CueReview, Review, ReviewValue, StepReview
from coach.review.sections import row_of

FORMAT: Final = "coach-review/1"

_DIGITS: Final[Mapping[Written, int]] = {
    Written.CLOCK: 2,
    Written.TENTHS: 2,
    Written.SIGNED_TENTHS: 2,
    Written.DISTANCE: 1,
    Written.PACE: 3,
    Written.BEATS: 1,
    Written.SIGNED_BEATS: 1,
    Written.SHARE: 4,
    Written.SIGNED_SHARE: 4,
    Written.COUNT: 0,
    Written.YES: 0,
    Written.LOAD: 1,
    Written.WATTS: 1,
    Written.CADENCE: 1,
    Written.HUNDREDTHS: 3,
    Written.THOUSANDTHS: 4,
    Written.AMOUNT: 1,
}


def review_tree(review: Review) -> dict[str, Any]:
    """A review as one JSON object; what is not known is absent."""
    summary = review.summary
    tree: dict[str, Any] = {"v": 1, "format": FORMAT, "run": summary.run, "workout": review.title}
    tree |= _known({"day": review.day, "athlete": summary.athlete, "surface": review.surface})
    tree |= {"unit": review.unit, "completed": summary.completed, "verdict": list(review.verdict)}
    tree["values"] = {name: _value_tree(kept) for name, kept in review.values.items()}
    tree["steps"] = [_step_tree(step) for step in review.steps]
    tree |= _known({"zones": _zones_tree(review)})
    if review.thirds is not None:
        thirds = {"time_s": review.thirds.seconds, "distance_m": review.thirds.metres}
        tree["thirds"] = {name: [round(each) for each in row] for name, row in thirds.items() if row}
    tree["splits"] = [
        _known(
            {
                "metres": round(split.metres, 1),
                "time_s": round(split.time_s, 2),
                "total_s": round(split.total_s, 2),
                "mean_heart_rate_bpm": rounded(split.heart_rate, 0),
            }
        )
        for split in review.splits
    ]
    tree["cues"] = [_cue_tree(each) for each in review.cues]
    tree["sensors"] = [
        _known(
            {
                "sensor": each.source.value,
                "live_fraction": round(each.live, 4),
                "gaps": each.gaps,
                "longest_gap_s": rounded(each.longest_gap_s, 1),
            }
        )
        for each in review.sensors
    ]
    tree["calibrations"] = [
        _known(
            {
                "sensor": each.sensor.value,
                "at_s": rounded(each.at, 2),
                "day": each.day,
                "factor": round(each.factor, 4),
                "sd": round(each.sd, 4),
                "from": each.origin,
            }
        )
        for each in review.calibrations
    ]
    tree["red_kilometres"] = [
        {"metres": round(each.metres), "time_s": round(each.seconds)} for each in review.red
    ]
    tree |= _known({"gates": dict(review.gates), "findings": [_finding(each) for each in review.findings]})
    notes = review.notes
    said = {name: getattr(notes, name) for name in ("rpe", "text", "worked", "failed", "shoe", "answered_at")}
    return tree | _known({"note": _known(said)})


def _zones_tree(review: Review) -> dict[str, Any]:
    rows = [
        _known(
            {
                "name": each.zone.name,
                "meaning": each.zone.meaning,
                "from_bpm": rounded(each.zone.low, 1),
                "to_bpm": rounded(each.zone.high, 1),
            }
        )
        | {"time_s": round(each.seconds), "fraction": round(each.share, 4)}
        for each in review.zones
    ]
    return {"model": review.zone_model, "rows": rows} if rows else {}


def _finding(finding: GuidedFinding) -> dict[str, str]:
    return {"test": finding.test, "words": finding.words}


def _value_tree(kept: ReviewValue) -> dict[str, Any]:
    written = FORMULAS[kept.name].written
    tree: dict[str, Any] = {"standing": kept.standing.value}
    if kept.value is not None and isfinite(kept.value):
        digits = _DIGITS[written]
        tree |= {
            "value": round(kept.value, digits) + 0.0 if digits else round(kept.value),
            "unit": UNITS[written],
        }
    return tree | _known({"reason": kept.reason}) | ({} if kept.applies else {"applies": False})


def _step_tree(step: StepReview) -> dict[str, Any]:
    result = step.result
    planned = {
        "time_s": rounded(step.plan_time_s, 2),
        "distance_m": rounded(step.plan_distance, 1),
        "mean_speed_mps": rounded(step.plan_speed, 3),
    }
    done = {
        "time_s": rounded(result.time_s, 2),
        "moving_time_s": rounded(result.moving_time_s, 2),
        "distance_m": rounded(result.distance, 1),
        "mean_speed_mps": rounded(result.mean_speed, 3),
        "in_band_fraction": rounded(result.in_band_fraction, 3),
        "light_s": rounded(result.light_s, 2),
        "mean_heart_rate_bpm": rounded(result.mean_heart_rate, 0),
        "max_heart_rate_bpm": rounded(result.max_heart_rate, 0),
        "heart_rate_drop_bpm": rounded(result.heart_rate_drop, 0),
        "cadence_spm": rounded(result.cadence, 0),
        "power_w": rounded(step.power, 0),
        "fade_fraction": rounded(step.fade, 4),
    }
    tree: dict[str, Any] = {
        "step_id": result.step.step_id,
        "path": result.step.path,
        "kind": result.step.kind.value,
        "reason": result.reason.value,
        "standing": step.standing.value,
        "ended_at_s": round(result.ended_at, 2),
    }
    tree |= _known({"rep": step.rep, "cut": result.cut, "broken": result.broken})
    tree |= {"planned": _known(planned), "done": _known(done)}
    splits = [
        _known(
            {
                "metres": rounded(split.metres, 0),
                "time_s": round(split.time_s, 2),
                "lap_s": rounded(lap, 2),
                "role": split.role.value,
                "pressed": split.pressed,
            }
        )
        for split, lap in zip(step.splits, step.laps, strict=True)
    ]
    return tree | _known({"splits": splits, "answer": step.answer})


def _cue_tree(each: CueReview) -> dict[str, Any]:
    return {"at_s": round(each.cue.at, 2), "kind": each.cue.kind.value, "text": each.cue.text} | _known(
        {
            "run_s": rounded(each.run_s, 2),
            "step_id": each.step_id,
            "came": None if each.came is None else each.came.value.replace(" ", "_"),
            "after_s": rounded(each.after_s, 0),
        }
    )


def _known(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A tree without the keys whose value is not known, empty or false; 0 stays."""
    return {key: value for key, value in tree.items() if value or (value == 0 and value is not False)}


def explained(rows: Mapping[str, Formula]) -> Iterator[str]:
    """The names of all numbers of a table with their labels, for `--explain list`."""
    width = max(len(name) for name in rows)
    for name, row in rows.items():
        yield f"{name:<{width}}  {row.label}"


def formula_tree(name: str, rows: Mapping[str, Formula] = FORMULAS) -> dict[str, Any]:
    """A row of a table as one JSON object."""
    row = rows[name]
    parts = ("label", "formula", "inputs", "source", "valid")
    return {"v": 1, "name": name} | {part: getattr(row, part) for part in parts}


def explanation(review: Review, name: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """How a number is made and what it is in this run, as lines and as one JSON object."""
    tree = formula_tree(name)
    lines = formula_lines(name)
    kept = review.values.get(name)
    if kept is None:
        return (*lines, "  here     it stands in a table, one for each row"), tree
    row = row_of(kept, review.unit)
    note = f" ({row.note})" if row.note else ""
    standing = kept.standing.value.replace("_", " ")
    here = f"{row.text}, {standing}{note}" if kept.value is not None else f"{standing}: {row.note}"
    return (*lines, f"  here     {here}"), tree | {"here": _value_tree(kept)}
