"""Wording of a snapshot's values on the screen: clocks, paces, metres, places in the workout.

Unknown is `--`, estimated has a `~`, and everything is rounded to what can be seen, so that equal looks are equal
values. Words that advise are not here: they come with the cues.
"""

import math
from typing import TYPE_CHECKING, Final

from coach.quantities import format_clock, format_metres, format_pace, signed
from coach.screen.keys import ACCEPT, UNDO, key_word
from coach.screen.paint import sanitise
from coach.session.buttons import Button, SplitRole
from coach.session.light import Light
from coach.session.phases import Phase
from coach.signals.readings import DisplayValue, Freshness, SensorState, SensorStatus
from coach.workout.kinds import COUNTED, HARD, KINDS, RESTS
from coach.workout.timeline import Band, Move, Quantity, SlotEnd, Step, StepTarget

if TYPE_CHECKING:
    from coach.live.snapshot import PressReply, Snapshot, SplitRow
    from coach.session.events import Split

UNKNOWN: Final = "--"

RESTING: Final = frozenset({Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.OVERTIME})
"""Phases in which the remaining time or distance matters more than the speed."""

_MOVES: Final = {Move.JOG: "JOG", Move.WALK: "WALK", Move.STAND: "STAND"}


def countdown(left_s: float) -> str:
    """Write a remaining time; a second counts until it is over, so 0.2 s left is `0:01`; overtime is `+0:07`."""
    if left_s <= -1:
        return "+" + format_clock(math.floor(-left_s))
    return format_clock(max(0, math.ceil(left_s - 1e-6)))


def effort_day(percent: float, *, is_by_effort: bool = False) -> str:
    """Write the slowdown of an effort day: `effort day +3 %`; or that no pace counts: `by effort`."""
    if is_by_effort:
        return "by effort"
    return f"effort day +{round(percent, 1):g} %" if percent else "effort day"


def running(seconds: float | None) -> str:
    """Write a running clock in whole seconds, rounded down."""
    return UNKNOWN if seconds is None else format_clock(math.floor(seconds + 1e-6))


def stopped(seconds: float) -> str:
    """Write a time of the stopwatch in tenths: `44.2`, `1:31.3`."""
    return f"{seconds:.1f}" if round(seconds, 1) < 60 else format_clock(seconds, tenths=True)


def pace(speed: float | None, unit: str = "km") -> str:
    """Write a speed as minutes and seconds per `km` or `mile`, without the unit."""
    return UNKNOWN if speed is None else format_pace(speed, unit=unit, with_unit=False)


def metres_left(snapshot: "Snapshot") -> str | None:
    """Write the metres left in steps of 5 (`~` where bridged); None when the step has no distance."""
    if snapshot.left_m is None:
        return None
    near = max(0, 5 * math.ceil(snapshot.left_m / 5 - 1e-6))
    return f"~{near}" if snapshot.estimated else str(near)


def left(snapshot: "Snapshot") -> tuple[str, str]:
    """Write the remainder of the step and its unit: metres, else a clock, else unknown."""
    metres = metres_left(snapshot)
    if metres is not None:
        return metres, "m"
    if snapshot.left_s is not None:
        return countdown(snapshot.left_s), ""
    return UNKNOWN, ""


def seconds_off(seconds: float) -> str:
    """Write seconds against the light to a tenth, with their sign: `+1.2` is behind."""
    return signed(seconds, 1)


def against_light(light: Light | None) -> str:
    """Write the runner's place against the light: `1.7 s ahead`, or `1.7 s behind the new light`.

    It is nothing where no light runs or level with it.
    """
    if light is None or not round(light.behind_s, 1):
        return ""
    is_behind = light.behind_s > 0
    side = "behind" if is_behind else "ahead"
    if light.set_back_s:
        side += " the new light" if is_behind else " of the new light"
    return f"{abs(light.behind_s):.1f} s {side}"


def metres_off(light: Light | None) -> str:
    """Write the distance from the light: `12 m behind the light`; empty without one."""
    if light is None:
        return ""
    name = "new light" if light.set_back_s else "light"
    side = "behind" if light.behind_m > 0 else "ahead of"
    return f"{abs(light.behind_m):.0f} m {side} the {name}"


def age(reading: DisplayValue | None) -> str:
    """Write the age of a value that is no longer live: `6 s old`; empty for a live one."""
    if reading is None or reading.freshness in {Freshness.LIVE, Freshness.HELD}:
        return ""
    return f"{math.floor(reading.age_s)} s old"


def is_stale(reading: DisplayValue | None) -> bool:
    """Return whether a value is shown only with its age."""
    return reading is not None and reading.freshness is Freshness.STALE


def judged(snapshot: "Snapshot") -> DisplayValue | None:
    """Return the value of the needle."""
    match snapshot.judged_quantity:
        case Quantity.SPEED:
            return snapshot.speed
        case Quantity.HEART_RATE:
            return snapshot.heart_rate
        case Quantity.CADENCE:
            return snapshot.cadence
        case Quantity.POWER:
            return snapshot.power
        case _:
            return None


def amount(value: float, quantity: Quantity | None, unit: str = "km") -> str:
    """Write a value of a quantity as short as possible: a pace per `unit`, or a whole number."""
    return pace(value, unit) if quantity is Quantity.SPEED else str(round(value))


def band_text(band: Band | None, quantity: Quantity | None, unit: str = "km") -> str:
    """Write a band with the fast side first, as runners say paces: `3:45-3:55`, `over 3:55`, `under 150`."""
    if band is None or quantity is None:
        return ""
    low = None if band.low is None else amount(band.low, quantity, unit)
    high = None if band.high is None else amount(band.high, quantity, unit)
    paced = quantity is Quantity.SPEED
    if low is not None and high is not None:
        return f"{high}-{low}" if paced else f"{low}-{high}"
    if high is not None:
        return f"slower than {high}" if paced else f"under {high}"
    if low is not None:
        return f"faster than {low}" if paced else f"over {low}"
    return ""


def kind_word(step: Step) -> str:
    """Write the kind of a step in a word: `REP`, `FLOAT`; a recovery by its way of moving."""
    return _MOVES[step.move] if step.kind in RESTS else KINDS[step.kind].label


def where(step: Step) -> str:
    """Write the place in the workout: `REP 4/8`, `FLOAT 2/8`, `WARM-UP`."""
    word = kind_word(step)
    counted = step.kind in COUNTED
    if counted and step.rep is not None and step.of is not None:
        return f"{word} {step.rep}/{step.of}"
    return word


def until(step: Step) -> str:
    """Write the end of a step: `400 m`, `1:30`, `mark`, `120 bpm`; the first of several."""
    metres, seconds = step.until.distance(), step.until.time()
    if metres is not None:
        return format_metres(metres)
    if seconds is not None:
        return format_clock(seconds)
    for end in step.until.ends:
        if isinstance(end, SlotEnd):
            return f"go every {format_clock(end.every_s)}"
    return ""


def aim(target: StepTarget | None, unit: str = "km") -> str:
    """Write a target as short as possible: `3:50` per `unit`, else its own words; bounds converted to the unit."""
    if target is None:
        return ""
    if target.quantity is not Quantity.SPEED:
        return sanitise(target.label, 40)
    band = target.band
    if band.aim is not None:
        return pace(band.aim, unit)
    is_foreign = ("/km" if unit == "mile" else "/mi") in target.label
    return sanitise((bounds(band, unit) if is_foreign else "") or target.label, 40)


def bounds(band: Band, unit: str = "km") -> str:
    """Write the known sides of a pace band in words, with the unit: `no faster than 8:00/mile`."""
    sides = (("no faster than", band.high), ("no slower than", band.low))
    return ", ".join(f"{word} {format_pace(side, unit=unit)}" for word, side in sides if side is not None)


def what(step: Step, unit: str = "km") -> str:
    """Write a step in one line of ordinary text: `REP 5/8  400 m at 3:50`, a pace per `unit`."""
    parts = [where(step), until(step)]
    aimed = aim(step.target, unit)
    return "  ".join(part for part in parts if part) + (f" at {aimed}" if aimed else "")


def rest_word(step: Step | None) -> str:
    """Write the way of moving in a recovery: `JOG`, `WALK`, `STAND`."""
    return _MOVES[step.move] if step is not None else "REST"


def planned_s(step: Step) -> int | None:
    """Return the seconds of a step by distance at its target pace; None without one."""
    metres, target = step.until.distance(), step.target
    speed = target.band.aim if target is not None and target.quantity is Quantity.SPEED else None
    if metres is None or not speed or step.until.time() is not None:
        return None
    return round(metres / speed)


def task_texts(step: Step, unit: str = "km") -> tuple[str, ...]:
    """Write the task of a step, the fullest first: `800 m at 4:30, that is 3:36`; a pace per `unit`."""
    length, aimed, seconds = until(step), aim(step.target, unit), planned_s(step)
    at = f"{length} at {aimed}" if length and aimed else length or aimed or kind_word(step).lower()
    return (at,) if seconds is None else (f"{at}, that is {format_clock(seconds)}", at)


def split_sentence(row: "SplitRow") -> str:
    """Write a split with its error: `200 m was 51.1, 3.1 s slow`."""
    text = f"{at_line(row)} was {stopped(row.lap_s)}"
    if row.light_s is None or not round(row.light_s, 1):
        return text
    return f"{text}, {abs(row.light_s):.1f} s {'slow' if row.light_s > 0 else 'fast'}"


def sensor_name(sensor: SensorStatus) -> str:
    """Write the part of a sensor in a word: `strap`, `pod`."""
    return sensor.source.value.replace("_", " ")


def rest_so_far(snapshot: "Snapshot") -> str:
    """Write the elapsed part of a rest: `JOG ON: 185 m OF 400 m`, `JOG ON: 0:37 OF 1:00`."""
    step = snapshot.step
    if step is None or snapshot.phase is Phase.OVERTIME:
        return ""
    on, metres, seconds = f"{rest_word(step)} ON:", step.until.distance(), step.until.time()
    if metres is not None and snapshot.step_m is not None:
        so_far = 5 * math.floor(min(snapshot.step_m, metres) / 5)
        return f"{on} {so_far} m OF {format_metres(metres)}"
    if seconds is not None and snapshot.step_time_s is not None:
        return f"{on} {running(snapshot.step_time_s)} OF {format_clock(seconds)}"
    return ""


def plan_metres(snapshot: "Snapshot") -> int | None:
    """Return the place in the step at exactly the target pace, in steps of 5 m; None without a pace."""
    step, time_s = snapshot.step, snapshot.step_time_s
    target = None if step is None else step.target
    if step is None or target is None or target.quantity is not Quantity.SPEED or time_s is None:
        return None
    if not target.band.aim:
        return None
    metres, length = target.band.aim * time_s, step.until.distance()
    return 5 * math.floor((metres if length is None else min(metres, length)) / 5)


def trouble(snapshot: "Snapshot") -> str:
    """Write which sensors are not live, and for how long: `pod lost 12 s   strap 87 %`; empty if all are."""
    lost = [sensor for sensor in snapshot.sensors if sensor.state is not SensorState.LIVE]
    if not lost:
        return ""
    parts = [
        f"{sensor_name(sensor)} {'lost' if sensor.age_s is not None else sensor.state.value}"
        + ("" if sensor.age_s is None else f" {math.floor(sensor.age_s)} s")
        for sensor in lost
    ]
    parts += [
        f"{sensor_name(sensor)} {sensor.battery_percent} %"
        for sensor in snapshot.sensors
        if sensor not in lost and sensor.battery_percent is not None
    ]
    return "   ".join(parts)


_DONE: Final = {
    Button.EXTEND: "longer",
    Button.ADD_REP: "a rep more",
    Button.DROP_REP: "a rep less",
    Button.SHORTEN: "reps left are shorter",
    Button.ENOUGH: "the set ends after this rep",
    Button.FASTER: "faster",
    Button.SLOWER: "slower",
    Button.LINE_EARLIER: "the line came 5 m earlier",
    Button.LINE_LATER: "the line came 5 m later",
    Button.EFFORT_DAY: "effort day",
    Button.BY_EFFORT: "by effort",
    Button.ACCEPT: "accepted",
    Button.ANSWER: "answered",
    Button.ABANDON: "rep given up",
    Button.BACK: "back a step",
    Button.RESTART: "started again",
    Button.NEXT: "next step",
    Button.COOL_DOWN: "cool-down",
}
"""The effect of a button in a few words; a button whose effect fills the screen has none."""


def replied(reply: "PressReply", snapshot: "Snapshot") -> str:
    """Write the effect of a button: `longer: 900 m`, `undone: a rep more`, or the reason of its refusal."""
    if reply.refusal:
        return sanitise(reply.refusal, 100)
    if reply.button is Button.UNDO:
        effect = "" if reply.undone is None else _DONE.get(reply.undone, reply.undone.value.replace("_", " "))
        return f"undone: {effect}" if effect else "undone: the step goes on"
    if reply.mark is not None and reply.mark.role in {SplitRole.DOUBTFUL, SplitRole.IGNORED}:
        return doubted(reply.mark, snapshot)
    done, step = _DONE.get(reply.button, ""), snapshot.step
    if reply.button is Button.EXTEND and snapshot.go_in_s is not None and (step is None or not until(step)):
        return f"{done}: go in {countdown(snapshot.go_in_s)}"
    if reply.button is Button.EXTEND and step is not None:
        go_in = (
            ""
            if step.send_off_s is None or snapshot.go_in_s is None
            else f"go in {countdown(snapshot.go_in_s)}"
        )
        return f"{done}: {go_in or until(step)}".rstrip(": ")
    if reply.button in {Button.FASTER, Button.SLOWER}:
        aimed = next(
            (
                text
                for step in (snapshot.step, snapshot.next_step)
                if step and (text := aim(step.target, snapshot.unit))
            ),
            "",
        )
        return f"target {done}: {aimed}".rstrip(": ")
    if reply.button in {Button.ADD_REP, Button.DROP_REP} and step is not None and step.of is not None:
        return f"{done}: {step.of} in all"
    return done


def doubted(mark: "Split", snapshot: "Snapshot") -> str:
    """Write why a press was not counted, and how it can be: `not counted (26.2 s): press again to count it`."""
    if mark.role is SplitRole.IGNORED:
        return "this press changes nothing"
    if mark.metres is not None:
        return f"late for {round(mark.metres)} m, counted as that: {key_word(UNDO)} undoes it"
    if snapshot.doubtful is not None:
        return f"too soon for the line: {key_word(ACCEPT)} counts it"
    if snapshot.lines_asked:
        return f"{WHICH_LINE}   {lines_of(snapshot)}"
    return "a press was left out: too soon for the line"


WHICH_LINE: Final = "no distance yet: which line was it?"
"""The question after a press whose line is unknown."""


def lines_of(snapshot: "Snapshot") -> str:
    """Write the possible lines of a press, with their answers: `1 400 m   2 300 m   3 leave out`."""
    choices = [*(f"{round(line)} m" for line in snapshot.lines_asked), "leave out"]
    return "   ".join(f"{number} {choice}" for number, choice in enumerate(choices, 1))


def at_line(split: "SplitRow") -> str:
    """Name the line of a split: `200 m`, or `the last split` if it is unknown."""
    return "the last split" if split.metres is None else f"{round(split.metres)} m"


def reps_by_hand(snapshot: "Snapshot") -> str:
    """Write the last two reps, the newest first: `REP 2  200 47.9  400 48.3  1:36.2  +0.2     REP 1  1:35.1  -0.9`."""
    reps = [result for result in reversed(snapshot.results) if result.step.kind in HARD][:2]
    parts = []
    for place, result in enumerate(reps):
        name = where(result.step).partition("/")[0]
        own = [row for row in snapshot.splits if row.rep == result.step.rep and row.metres is not None]
        under_way = (
            snapshot.step is not None and snapshot.step.rep == result.step.rep and snapshot.step.kind in HARD
        )
        splits = (
            [] if place or under_way else [f"{round(row.metres or 0)} {stopped(row.lap_s)}" for row in own]
        )
        off = "" if result.light_s is None else seconds_off(result.light_s)
        parts.append("   ".join(part for part in (name, *splits, stopped(result.time_s), off) if part))
    return "        ".join(parts)


PRESS_AGAIN_S: Final = 2.0
"""Within this time a second press counts a doubtful one (`press_twice_s` of the session)."""


def may_press_again(snapshot: "Snapshot") -> bool:
    """Return whether a second press would count the doubtful one."""
    return snapshot.doubtful is not None and snapshot.at - snapshot.doubtful.at <= PRESS_AGAIN_S
