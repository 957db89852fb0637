"""The largest thing on the screen: pace, or what is left, or a clock, by what is known and what matters now."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from textual.geometry import Size
from textual.strip import Strip

from coach.quantities import format_clock
from coach.screen import words
from coach.screen.keys import MARK, key_word
from coach.screen.paint import beside, blank, lettered, stack, text_row
from coach.screen.palette import Palette
from coach.screen.sanitise import sanitise
from coach.screen.widgets.figures import last_valid
from coach.screen.widgets.strip_widget import StripWidget
from coach.session.phases import ItemPart, Phase, item_turn, items_of
from coach.signals.readings import DISTANCE_PRIORITY, DisplayValue, SensorState
from coach.workout.timeline import HeartRateEnd, Quantity, Step

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot

_BETWEEN: Final = "   "
"""What stands between the parts of the line, the more important first."""


@dataclass(frozen=True, slots=True)
class Hero:
    """The large text, from the one to prefer to the shortest, and the line below it."""

    texts: tuple[str, ...]
    below: str
    is_stale: bool = False
    cadence: str = ""
    """The cadence, for the line of a pace where the figures have no room for it."""


_CADENCE_FIGURE: Final = range(60, 100)
"""Columns of this field on terminals whose figures have the cadence."""


class HeroBox(StripWidget[Hero]):
    """Block letters as large as the room allows, and one line that says what they are."""

    def look(self, snapshot: "Snapshot") -> Hero:
        """Choose what matters most at this moment."""
        return hero(snapshot)

    def paint(self, value: Hero, width: int, height: int, colours: Palette) -> list[Strip]:
        """Paint the letters over their line; text too long for letters stays ordinary."""
        pair = colours.stale if value.is_stale else colours.plain
        rows = lettered(value.texts, Size(width - 2, max(1, height - 1)), pair)
        rows = beside([[blank(1, pair)] * len(rows), rows, [blank(1, pair)] * len(rows)])
        label = value.below
        if value.cadence and width not in _CADENCE_FIGURE:
            first, *others = label.split(_BETWEEN)
            label = _BETWEEN.join([first, *others[:1], value.cadence, *others[1:]])
        below = text_row(" " + _fitted(label, width - 1), width, colours.plain)
        return [*stack(rows, width, height - 1, pair), below]


def hero(snapshot: "Snapshot") -> Hero:
    """Choose the hero of a snapshot: what is asked, what is left, how fast, or how long."""
    step = snapshot.step
    if snapshot.phase is Phase.FINISHED or step is None:
        return Hero(("DONE",), f"run time {words.running(snapshot.run_s)}")
    if snapshot.phase is Phase.PROMPT:
        return Hero((sanitise(step.question, 60),), "answer with its number")
    if snapshot.phase is Phase.CHECKLIST:
        return _checklist(snapshot, step)
    if snapshot.phase is Phase.READY:
        return _ready(snapshot, step)
    if snapshot.phase in words.RESTING:
        return _rest(snapshot, step)
    if snapshot.phase is Phase.PAUSED:
        return Hero((words.UNKNOWN,), "NO PACE   paused, nothing is judged")
    return _work(snapshot)


def _fitted(below: str, width: int) -> str:
    """Leave out parts of the line from its end until it fits; never the first."""
    while len(below) > width and _BETWEEN in below:
        below = below.rpartition(_BETWEEN)[0]
    return below


def _checklist(snapshot: "Snapshot", step: Step) -> Hero:
    count = items_of(step.items)
    place = min(max(snapshot.item, 0), count - 1)
    turn, timer = item_turn(step.items, place), snapshot.item_timer
    if turn is None:
        return Hero(("LIST",), "")
    item = turn.item
    amounts = [
        f"{item.reps} times" if item.reps else "",
        f"{words.running(item.seconds)}" if item.seconds else "",
        f"{round(item.metres)} m" if item.metres else "",
        turn.side,
        f"set {turn.number} of {item.sets}" if item.sets > 1 else "",
        f"item {place + 1} of {count}",
    ]
    name = sanitise(item.do, 40)
    below = _BETWEEN.join(part for part in amounts if part)
    if timer is None:
        return Hero((name, name.partition(" ")[0]), below)
    return Hero((words.countdown(timer.left_s),), _BETWEEN.join((f"{_PARTS[timer.part]}{name}", below)))


_PARTS: Final = {ItemPart.REST: "REST, then ", ItemPart.READY: "GET READY: ", ItemPart.HOLD: ""}
"""What stands before the exercise while its timer counts."""


def _offset(before_m: float) -> str:
    """How far before or after its mark a step begins: `9 m before `; empty at the mark."""
    metres = round(before_m)
    return f"{abs(metres)} m {'before' if metres > 0 else 'after'} " if metres else ""


_PRESS: Final = "PRESS"
"""What stands large for a key that is no short word."""


def _ready(snapshot: "Snapshot", step: Step) -> Hero:
    place = f"   {_offset(step.line_m)}mark {sanitise(step.start_mark, 8)}" if step.start_mark else ""
    if snapshot.left_s is not None:
        return Hero((words.countdown(snapshot.left_s),), f"START IN   {key_word(MARK)} starts now{place}")
    word = key_word(MARK).upper()
    large = word if word.isalnum() and len(word) <= len(_PRESS) else _PRESS
    return Hero((large,), f"TO START{place or '   at the line'}")


def _rest(snapshot: "Snapshot", step: Step) -> Hero:
    label = f"LEFT OF THE {words.rest_word(step)}"
    if step.target is not None:
        label += f"   {words.aim(step.target, snapshot.unit)}"
    if snapshot.phase is Phase.OVERTIME:
        label = f"OVER TIME   {key_word(MARK)} is GO"
    if snapshot.left_s is not None:
        return Hero((words.countdown(snapshot.left_s),), label)
    metres = words.metres_left(snapshot)
    if metres is not None:
        return Hero((f"{metres} M", metres), label)
    by_heart = next((end for end in step.until.ends if isinstance(end, HeartRateEnd)), None)
    if by_heart is not None:
        side = "under" if by_heart.below else "over"
        return _value(
            snapshot.heart_rate, Quantity.HEART_RATE, f"HEART RATE bpm   until {side} {round(by_heart.bpm)}"
        )
    return Hero(
        (words.running(snapshot.step_time_s),), f"{words.rest_word(step)} TIME   {key_word(MARK)} is GO"
    )


def _work(snapshot: "Snapshot") -> Hero:
    if snapshot.coach_mode:
        return Hero((words.running(snapshot.step_time_s),), f"REP TIME   {_said_by_hand(snapshot)}")
    quantity = snapshot.judged_quantity
    if quantity in {Quantity.HEART_RATE, Quantity.CADENCE, Quantity.POWER}:
        return _value(words.judged(snapshot), quantity, _label(snapshot, quantity))
    if snapshot.speed is not None:
        made = _value(snapshot.speed, Quantity.SPEED, _label(snapshot, Quantity.SPEED), snapshot.unit)
        steps = snapshot.cadence
        return (
            made
            if steps is None or words.is_stale(steps)
            else replace(made, cadence=f"{round(steps.value)} spm")
        )
    if snapshot.is_by_clock and snapshot.left_s is not None:
        return Hero((words.countdown(snapshot.left_s),), f"LEFT   by the clock{_aim_of(snapshot)}")
    pulse = "" if snapshot.heart_rate is None else f"   HR {round(snapshot.heart_rate.value)}"
    return Hero((words.UNKNOWN,), f"NO PACE   {_silent(snapshot)}{pulse}")


def _said_by_hand(snapshot: "Snapshot") -> str:
    """The last split of the rep under way, and how it was; before the first, the key that makes one."""
    rep = None if snapshot.step is None else snapshot.step.rep
    last = last_valid(snapshot.splits)
    if last is None or last.rep != rep or last.time_s > (snapshot.step_time_s or 0.0):
        return f"{key_word(MARK)} at the line"
    return words.split_told(last)


def _aim_of(snapshot: "Snapshot") -> str:
    target = None if snapshot.step is None else snapshot.step.target
    aimed = words.aim(target, snapshot.unit)
    return f"   target {aimed}" if aimed else ""


def _silent(snapshot: "Snapshot") -> str:
    """Why there is no pace: the first source of one that is silent, and for how long."""
    for source in DISTANCE_PRIORITY:
        for sensor in snapshot.sensors:
            if sensor.source is source and sensor.state is not SensorState.LIVE:
                age = "" if sensor.age_s is None else f" for {math.floor(sensor.age_s)} s"
                return f"{words.sensor_name(sensor)} silent{age}"
    return "nothing measures it"


_NAMES = {
    Quantity.SPEED: "PACE",
    Quantity.HEART_RATE: "HEART RATE bpm",
    Quantity.CADENCE: "CADENCE spm",
    Quantity.POWER: "POWER W",
}


def _label(snapshot: "Snapshot", quantity: Quantity) -> str:
    unit = snapshot.unit
    name = _NAMES[quantity]
    parts = [f"{name} /{unit}" if quantity is Quantity.SPEED else name]
    if snapshot.judged_quantity is quantity:
        band = words.band_text(snapshot.band, quantity, unit)
        parts.append(f"target {band}" if band else "")
        if band and snapshot.leave:
            parts.append(f"pod ±{100 * snapshot.leave:g} %")
    if quantity is Quantity.SPEED and snapshot.light is not None and snapshot.light.projected_s is not None:
        parts.append(f"on course for {format_clock(round(snapshot.light.projected_s))}")
    if quantity is Quantity.SPEED and snapshot.rep_mean_speed is not None:
        parts.append(f"mean {words.pace(snapshot.rep_mean_speed, unit)}")
    return _BETWEEN.join(part for part in parts if part)


def _value(shown: DisplayValue | None, quantity: Quantity, label: str, unit: str = "km") -> Hero:
    if shown is None:
        return Hero((words.UNKNOWN,), label)
    made = Hero((words.amount(shown.value, quantity, unit),), label)
    if not words.is_stale(shown):
        return made
    return replace(made, is_stale=True, below=f"{words.age(shown).upper()}   {label}")
