"""What the options of `coach athlete set` say, as an athlete document writes it. The document checks the values."""

from collections.abc import Mapping
from typing import Any, Final

import click

from coach.physiology.heart_rate import estimated_maximum
from coach.problems import AthleteProblem

RATES: Final = ("max", "rest", "threshold")
TYPED_SD: Final = 0.01
"""A factor that was typed comes from a measured stretch: good to about 1 %."""


def about_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of the athlete for good; what was not given is absent."""
    told = {
        "name": given["name"],
        "units": given["units"],
        "ceiling_bpm": given["ceiling"],
        "gear_border_percent": given["gear_border"],
    }
    shoes = _shoes(given["shoe"], given["pod_factor"])
    return {key: value for key, value in told.items() if value is not None} | (
        {"shoes": shoes} if shoes else {}
    )


def entry_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry of the history says; empty if nothing.

    Raises:
        AthleteProblem: an age nobody has.
        click.UsageError: an option that wants two values has one, or two options contradict each other.
    """
    entry: dict[str, Any] = {}
    rates = _rates(given)
    if rates:
        entry["heart_rate"] = rates
    for option, key in (
        ("threshold_pace", "threshold_pace"),
        ("top_speed", "top_speed_mps"),
        ("weight", "weight_kg"),
    ):
        if given[option] is not None:
            entry[key] = given[option]
    for option, key in (("race", "races"), ("trial", "trials")):
        if given[option]:
            entry[key] = [result_of(text, f"--{option}") for text in given[option]]
    goal = _goal(given["goal"], given["goal_pace"])
    if goal:
        entry["goal"] = goal
    if given["cadence"]:
        entry["cadence"] = dict(_cadence(text) for text in given["cadence"])
    if given["pace"]:
        entry["paces"] = dict(_pair(text, "--pace") for text in given["pace"])
    return entry


def result_of(text: str, option: str) -> dict[str, str]:
    """Read a distance with its time and, behind @, its day: `5 km=20:15@2026-05-31`.

    Raises:
        click.UsageError: there are not two values.
    """
    distance, behind = _pair(text, option)
    time, _, day = behind.partition("@")
    result = {"distance": distance, "time": time.strip()}
    return result | {"date": day.strip()} if day else result


def _rates(given: Mapping[str, Any]) -> dict[str, Any]:
    source = "estimated" if given["estimated"] else "measured"
    rates = {name: {"bpm": given[name], "source": source} for name in RATES if given[name] is not None}
    if given["age"] is not None:
        if "max" in rates:
            raise click.UsageError(
                "--age estimates the highest heart rate: leave --max-heart-rate or --age out."
            )
        try:
            bpm = round(estimated_maximum(given["age"]))
        except ValueError as reason:
            raise AthleteProblem(str(reason), "Give the age in years, such as --age 42.") from None
        rates["max"] = {"bpm": bpm, "source": "estimated"}
    return rates


def _goal(race: str | None, pace: str | None) -> dict[str, str]:
    if race is not None and pace is not None:
        raise click.UsageError("Give --goal or --goal-pace, not both.")
    if pace is not None:
        return {"pace": pace}
    if race is None:
        return {}
    return result_of(race, "--goal")


def _cadence(text: str) -> tuple[str, float]:
    how, value = _pair(text, "--cadence")
    return how, _number(value, "--cadence")


def _shoes(shoes: tuple[str, ...], factors: tuple[str, ...]) -> list[dict[str, Any]]:
    """Pairs of shoes with what was told of each; those only named by a factor have no name."""
    told: dict[str, dict[str, Any]] = {}
    for text in shoes:
        slug, name = _pair(text, "--shoe")
        told[slug] = {"slug": slug, "name": name}
    for text in factors:
        where, value = _pair(text, "--pod-factor")
        slug, sign, pod = where.partition("/")
        if not sign or not slug.strip() or not pod.strip():
            raise click.UsageError(
                f"--pod-factor names a shoe and a pod, as in racer/Stryd=0.98, not {text!r}."
            )
        factor = {"pod": pod.strip(), "factor": _number(value, "--pod-factor"), "sd": TYPED_SD}
        told.setdefault(slug.strip(), {"slug": slug.strip()}).setdefault("factors", []).append(factor)
    return list(told.values())


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise click.UsageError(f"{option} takes two values with = between, not {text!r}.")
    return name.strip(), value.strip()


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"{option} takes a number behind the =, not {text!r}.") from None
