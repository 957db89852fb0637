"""Every word that is spoken or advised; how a step is announced is in `steps_said`, news of sensors in `notices`.

Short, kind, and made for the ear: numbers are written as they are said (`coach.cues.spoken`), "four oh five" and
not "4:05". Only what stays silent on the screen (coach mode, calibration) has digits.
"""

from typing import Final

from coach.cues.spoken import (
    beats,
    belt,
    clock,
    clock_tenths,
    decimal,
    metres,
    number,
    pace,
    sentence,
)
from coach.quantities import format_clock, format_metres
from coach.session.buttons import Button
from coach.workout.timeline import Reminder

_CHANGES: Final = {
    Button.EXTEND: "Extended",
    Button.ADD_REP: "One more",
    Button.DROP_REP: "One less",
    Button.SHORTEN: "Shorter reps from here",
    Button.COOL_DOWN: "Cool-down",
    Button.FASTER: "Target faster",
    Button.SLOWER: "Target slower",
    Button.ACCEPT: "Agreed",
}
_OFFERS: Final = {
    "press_at_line": "No distance. Press at the line.",
    "clock_mode": "No distance. Run this one by the clock?",
    "press_to_start": "Press to start.",
    "calibration": "Take what the pod just learnt?",
}

FORM: Final = ("Tall. Quick feet.", "Loose shoulders. Quick feet.", "Hips forward. Quick feet.")
"""Said in turn; each of them something one can do at once."""
_METRICS: Final = {
    "smo2_percent": "Muscle oxygen",
    "core_temperature_c": "Core temperature",
    "skin_temperature_c": "Skin temperature",
}
_STRAINED: Final = frozenset(
    {("smo2_percent", False), ("core_temperature_c", True), ("skin_temperature_c", True)}
)
"""Metrics beyond a limit on this side (high: True) that only less effort brings back."""

GO: Final = "Go."
END_OF_STRIDE: Final = "And easy."
FIFTY_TO_GO: Final = "Fifty to go."
LAST_200: Final = "Last two hundred."
TOO_FAST: Final = "Too fast. Ease off."
TOO_SLOW: Final = "A little faster."
TOO_FAST_AGAIN: Final = "Ease off now. You will need it later."
TOO_SLOW_AGAIN: Final = "Hold what you have."
ON: Final = "On pace."
FLOAT_TOO_FAST: Final = "Float easier."
FLOAT_TOO_SLOW: Final = "Keep the float rolling."
KEEP_JOGGING: Final = "Keep jogging."
START_TOO_FAST: Final = "Too fast. Relax."
CADENCE_LOW: Final = "Quicker feet."
CADENCE_HIGH: Final = "Slower feet."
POWER_LOW: Final = "A little more power."
POWER_HIGH: Final = "Less power."
HEART_RATE_HIGH: Final = "Heart rate high. Ease off."
EFFORT_FIRST: Final = "On pace, but heart rate high. Effort first: ease off."
HEART_RATE_WALK: Final = "Heart rate high. Walk a minute."
HEART_RATE_LOW: Final = "Heart rate low. A little more."
HEART_RATE_CEILING: Final = "Heart rate at your ceiling. Slow down."
NOT_RECOVERED: Final = "Recovery not complete."
FADE: Final = "Fading. Relax, quick feet."
FADING: Final = "Two slow reps. Rest longer, or call it a day."
EFFORT_DAY_OFF: Final = "Effort day off. Paces as written."
TOO_HOT: Final = "Dangerous heat. No hard running today: run easy, in the shade, or not at all."
PAUSED: Final = "Paused."
STILL_PAUSED: Final = "Still paused."
RESUMED: Final = "Clock runs."
WAITING: Final = "Waiting for you."
RECORDING_FAILING: Final = "The recording is failing."
FINISHED: Final = "Finished. Well done."


def seconds_left(seconds: int) -> str:
    """Say a mark of a countdown: "Thirty seconds.", "Ten.", "Three."."""
    return "Thirty seconds." if seconds == 30 else f"{number(seconds).capitalize()}."


def belt_ahead(seconds: float, speed: float) -> str:
    """Tell a belt speed ahead: "In ten: fourteen one."."""
    return f"In {number(seconds)}: {belt(speed)}."


def beep(value: float) -> str:
    """Call the light's metres in clock mode: "Two hundred."."""
    return f"{number(value).capitalize()}."


def too_fast_by(seconds: float) -> str:
    """Say how far up a start is: "Two fast. Relax."; under a second without a number."""
    return f"{number(seconds).capitalize()} fast. Relax." if seconds >= 1 else START_TOO_FAST


def too_fast(again: int, aim: float | None, unit: str = "km") -> str:
    """Say it: "Too fast. Ease off.", again "Still too fast. Back to four fifteen.", then "Ease off now."."""
    if again == 0 or (again == 1 and aim is None):
        return TOO_FAST
    return f"Still too fast. Back to {pace(aim, unit)}." if again == 1 and aim else TOO_FAST_AGAIN


def too_slow(again: int, aim: float | None, unit: str = "km") -> str:
    """Say it: "A little faster.", again "Still slow. Four fifteen, if you can.", then "Hold what you have."."""
    if again == 0 or (again == 1 and aim is None):
        return TOO_SLOW
    return (
        f"Still slow. {pace(aim, unit).capitalize()}, if you can." if again == 1 and aim else TOO_SLOW_AGAIN
    )


def behind_target(seconds: float) -> str:
    """Say what has added up: "Three seconds slow so far."."""
    return f"{_seconds(seconds)} slow so far."


def ahead_of_target(seconds: float) -> str:
    """Say what has added up: "Three seconds fast so far."."""
    return f"{_seconds(seconds)} fast so far."


def behind(seconds: float) -> str:
    """Say how far behind the light: "Two behind."."""
    return f"{number(max(1, seconds)).capitalize()} behind."


def ahead(seconds: float) -> str:
    """Say how far ahead of the light: "Two ahead. Relax."."""
    return f"{number(max(1, seconds)).capitalize()} ahead. Relax."


def new_light(speed: float, unit: str = "km") -> str:
    """Set the light to the runner: "New light. Hold four fifteen."."""
    return f"New light. Hold {pace(speed, unit)}."


def split(at_metres: float | None, seconds: float, *, tenths: bool, about: bool) -> str:
    """Say a split: "Four hundred, one thirty-six."; "about" when it was not measured."""
    time = clock_tenths(seconds) if tenths else clock(seconds)
    time = f"about {time}" if about else time
    if at_metres is None:
        return sentence(time)
    place = number(at_metres) if at_metres < 2000 else metres(at_metres)
    return sentence(f"{place}, {time}")


def split_shown(
    at_metres: float | None,
    seconds: float,
    *,
    about: bool,
    behind_s: float | None = None,
    projected_s: float | None = None,
) -> str:
    """Write a split for the screen: `400 m 1:36.4, 0.8 s behind, for 4:01`, `~1:36.4`."""
    time = format_clock(seconds, tenths=True)
    time = f"~{time}" if about else time
    told = time if at_metres is None else f"{format_metres(at_metres)} {time}"
    if behind_s is not None and round(behind_s, 1):
        told += f", {abs(behind_s):.1f} s {'behind' if behind_s > 0 else 'ahead'}"
    return told if projected_s is None else f"{told}, for {format_clock(round(projected_s))}"


def heading_for(bpm: float) -> str:
    """Warn of a heart rate that is coming: "Heading for one eighty-two. Ease now."."""
    return f"Heading for {beats(bpm)}. Ease now."


def slower_than_first(percent: float, *, may_rest: bool) -> str:
    """Compare with the first reps: "Last one was three per cent off your first. Longer rest?"."""
    question = " Longer rest?" if may_rest else ""
    return f"Last one was {number(percent)} per cent off your first.{question}"


def metric(name: str, *, high: bool) -> str:
    """Say that an external metric is beyond its limit: "Core temperature high. Ease off."."""
    said = _METRICS.get(name, name.replace("_", " "))
    advice = " Ease off." if (name, high) in _STRAINED else ""
    return sentence(f"{said} {'high' if high else 'low'}") + advice


def offer(what: str) -> str:
    """Put an offer as a question, for the screen; empty for one without words."""
    return _OFFERS.get(what, "")


def reminder(what: Reminder, total: float | None) -> str:
    """Say a reminder, with its amount and what it adds up to: "Gel. Thirty g, ninety in all."."""
    words = sentence(what.text)
    if what.amount is None or total is None:
        return words
    unit = f" {what.unit}" if what.unit else ""
    amount = f"{number(what.amount).capitalize()}{unit}"
    return f"{words} {amount}." if total <= what.amount else f"{words} {amount}, {number(total)} in all."


def gate(rule: str, text: str) -> str:
    """Say a gate's words; its rule is what is said when it has none."""
    return sentence(text or rule)


def effort_day(percent: float, reps_percent: float) -> str:
    """Say by how much paces are slower: "Effort day. Paces four per cent slower, short reps two."; 0 takes it back."""
    if not percent:
        return EFFORT_DAY_OFF
    reps = "" if reps_percent == percent else f", short reps {decimal(reps_percent)}"
    return f"Effort day. Paces {decimal(percent)} per cent slower{reps}."


def changed(button: Button) -> str:
    """Confirm a change of the workout: "One more."."""
    return f"{_CHANGES.get(button, 'Workout changed')}."


def _seconds(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{number(whole).capitalize()} second{'' if whole == 1 else 's'}"
