"""The wording of a run on the screen: clocks, paces, places in the workout; and the coach's judgement in a word.

Unknown is `--`, estimated has a `~`, and everything is rounded to what can be seen, so that equal looks are equal
values. Words that advise are not here: they come with the cues.
"""

from enum import Enum
from math import ceil, floor
from typing import Final, NamedTuple

from coach.cues.cue import Cue, CueKind, SuppressionReason, Why
from coach.live.snapshot import PressReply, Snapshot, SplitRow
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, format_metres, format_pace, signed
from coach.screen.base import ACCEPT, MARK, PAUSE, UNDO, key_word
from coach.screen.paint import sanitise
from coach.session.events import Light, Split
from coach.session.phases import Button, ItemPart, Phase, SplitRole
from coach.signals.readings import (
    DISTANCE_PRIORITY,
    DisplayValue,
    Freshness,
    SensorState,
    SensorStatus,
    Source,
)
from coach.workout.kinds import COUNTED, HARD, KINDS, RESTS
from coach.workout.timeline import Band, CoachBy, Move, Quantity, SlotEnd, Step, StepTarget

UNKNOWN: Final = "--"


# --- values


def countdown(left_s: float) -> str:
    """Write a remaining time; a second counts until it is over, so 0.2 s left is `0:01`; overtime is `+0:07`."""
    if left_s <= -1:
        return "+" + format_clock(floor(-left_s))
    return format_clock(max(0, ceil(left_s - 1e-6)))


def running_clock(seconds: float | None) -> str:
    """Write a running clock in whole seconds, rounded down."""
    return UNKNOWN if seconds is None else format_clock(floor(seconds + 1e-6))


def stopwatch_time(seconds: float) -> str:
    """Write a time of the stopwatch in tenths: `44.2`, `1:31.3`."""
    return f"{seconds:.1f}" if round(seconds, 1) < 60 else format_clock(seconds, tenths=True)


def pace(speed: float | None, unit: str = "km") -> str:
    """Write a speed as minutes and seconds per `km` or `mile`, without the unit."""
    return UNKNOWN if speed is None else format_pace(speed, unit=unit, with_unit=False)


def amount(value: float, quantity: Quantity | None, unit: str = "km") -> str:
    """Write a value of a quantity as short as possible: a pace per `unit`, or a whole number."""
    return pace(value, unit) if quantity is Quantity.SPEED else str(round(value))


def band_text(band: Band | None, quantity: Quantity | None, unit: str = "km") -> str:
    """Write a band with the fast side first, as runners say paces: `3:45-3:55`, `over 3:55`, `under 150`."""
    if band is None or quantity is None:
        return ""
    low = None if band.low is None else amount(band.low, quantity, unit)
    high = None if band.high is None else amount(band.high, quantity, unit)
    is_pace = quantity is Quantity.SPEED
    if low is not None and high is not None:
        return f"{high}-{low}" if is_pace else f"{low}-{high}"
    if high is not None:
        return f"slower than {high}" if is_pace else f"under {high}"
    if low is not None:
        return f"faster than {low}" if is_pace else f"over {low}"
    return ""


def bounds(band: Band, unit: str = "km") -> str:
    """Write the known sides of a pace band in words, with the unit: `no faster than 8:00/mile`."""
    sides = (("no faster than", band.high), ("no slower than", band.low))
    return ", ".join(f"{word} {format_pace(side, unit=unit)}" for word, side in sides if side is not None)


def seconds_off(seconds: float) -> str:
    """Write seconds against the light to a tenth, with their sign: `+1.2` is behind."""
    return signed(seconds, 1)


def judged_value(snapshot: Snapshot) -> DisplayValue | None:
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


def age(reading: DisplayValue | None) -> str:
    """Write the age of a value that is no longer live: `6 s old`; empty for a live one."""
    if reading is None or reading.freshness in {Freshness.LIVE, Freshness.HELD}:
        return ""
    return f"{floor(reading.age_s)} s old"


def is_stale(reading: DisplayValue | None) -> bool:
    """Return whether a value is shown only with its age."""
    return reading is not None and reading.freshness is Freshness.STALE


# --- steps

_MOVES: Final = {Move.JOG: "JOG", Move.WALK: "WALK", Move.STAND: "STAND"}
RESTING: Final = frozenset({Phase.RECOVERY, Phase.SEND_OFF_REST, Phase.OVERTIME})
"""Phases in which the remaining time or distance matters more than the speed."""


def kind_word(step: Step) -> str:
    """Write the kind of a step in a word: `REP`, `FLOAT`; a recovery by its way of moving."""
    return _MOVES[step.move] if step.kind in RESTS else KINDS[step.kind].label


def where(step: Step) -> str:
    """Write the place in the workout: `REP 4/8`, `FLOAT 2/8`, `WARM-UP`."""
    word = kind_word(step)
    if step.kind in COUNTED and step.rep is not None and step.of is not None:
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


def planned_s(step: Step) -> int | None:
    """Return the seconds of a step by distance at its target pace; None without one."""
    metres, target = step.until.distance(), step.target
    speed = target.band.aim if target is not None and target.quantity is Quantity.SPEED else None
    if metres is None or not speed or step.until.time() is not None:
        return None
    return round(metres / speed)


def what(step: Step, unit: str = "km") -> str:
    """Write a step in one line of ordinary text: `REP 5/8  400 m at 3:50`, a pace per `unit`."""
    parts = [where(step), until(step)]
    aimed = aim(step.target, unit)
    return "  ".join(part for part in parts if part) + (f" at {aimed}" if aimed else "")


def task_texts(step: Step, unit: str = "km") -> tuple[str, ...]:
    """Write the task of a step, the fullest first: `800 m at 4:30, that is 3:36`; a pace per `unit`."""
    length, aimed, seconds = until(step), aim(step.target, unit), planned_s(step)
    at = f"{length} at {aimed}" if length and aimed else length or aimed or kind_word(step).lower()
    return (at,) if seconds is None else (f"{at}, that is {format_clock(seconds)}", at)


def rest_word(step: Step | None) -> str:
    """Write the way of moving in a recovery: `JOG`, `WALK`, `STAND`."""
    return _MOVES[step.move] if step is not None else "REST"


def effort_day(percent: float, *, is_by_effort: bool = False) -> str:
    """Write the slowdown of an effort day: `effort day +3 %`; or that no pace counts: `by effort`."""
    if is_by_effort:
        return "by effort"
    return f"effort day +{round(percent, 1):g} %" if percent else "effort day"


def metres_left(snapshot: Snapshot) -> str | None:
    """Write the metres left in steps of 5 (`~` where bridged); None when the step has no distance."""
    if snapshot.left_m is None:
        return None
    near = max(0, 5 * ceil(snapshot.left_m / 5 - 1e-6))
    return f"~{near}" if snapshot.estimated else str(near)


def remainder(snapshot: Snapshot) -> tuple[str, str]:
    """Write the remainder of the step and its unit: metres, else a clock, else unknown."""
    metres = metres_left(snapshot)
    if metres is not None:
        return metres, "m"
    if snapshot.left_s is not None:
        return countdown(snapshot.left_s), ""
    return UNKNOWN, ""


def rest_so_far(snapshot: Snapshot) -> str:
    """Write the elapsed part of a rest: `JOG ON: 185 m OF 400 m`, `JOG ON: 0:37 OF 1:00`."""
    step = snapshot.step
    if step is None or snapshot.phase is Phase.OVERTIME:
        return ""
    on, metres, seconds = f"{rest_word(step)} ON:", step.until.distance(), step.until.time()
    if metres is not None and snapshot.step_m is not None:
        so_far = 5 * floor(min(snapshot.step_m, metres) / 5)
        return f"{on} {so_far} m OF {format_metres(metres)}"
    if seconds is not None and snapshot.step_time_s is not None:
        return f"{on} {running_clock(snapshot.step_time_s)} OF {format_clock(seconds)}"
    return ""


def plan_metres(snapshot: Snapshot) -> int | None:
    """Return the place in the step at exactly the target pace, in steps of 5 m; None without a pace."""
    step, time_s = snapshot.step, snapshot.step_time_s
    target = None if step is None else step.target
    if step is None or target is None or target.quantity is not Quantity.SPEED or time_s is None:
        return None
    if not target.band.aim:
        return None
    metres, length = target.band.aim * time_s, step.until.distance()
    return 5 * floor((metres if length is None else min(metres, length)) / 5)


# --- the light


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


# --- sensors


def sensor_name(sensor: SensorStatus) -> str:
    """Write the part of a sensor in a word: `strap`, `pod`."""
    return sensor.source.value.replace("_", " ")


def trouble(snapshot: Snapshot) -> str:
    """Write which sensors are not live, and for how long: `pod lost 12 s   strap 87 %`; empty if all are."""
    lost = [sensor for sensor in snapshot.sensors if sensor.state is not SensorState.LIVE]
    if not lost:
        return ""
    parts = [
        f"{sensor_name(sensor)} {'lost' if sensor.age_s is not None else sensor.state.value}"
        + ("" if sensor.age_s is None else f" {floor(sensor.age_s)} s")
        for sensor in lost
    ]
    parts += [
        f"{sensor_name(sensor)} {sensor.battery_percent} %"
        for sensor in snapshot.sensors
        if sensor not in lost and sensor.battery_percent is not None
    ]
    return "   ".join(parts)


# --- splits and presses


def at_line(split: SplitRow) -> str:
    """Name the line of a split: `200 m`, or `the last split` if it is unknown."""
    return "the last split" if split.metres is None else f"{round(split.metres)} m"


def split_sentence(row: SplitRow) -> str:
    """Write a split with its error: `200 m was 51.1, 3.1 s slow`."""
    text = f"{at_line(row)} was {stopwatch_time(row.lap_s)}"
    if row.light_s is None or not round(row.light_s, 1):
        return text
    return f"{text}, {abs(row.light_s):.1f} s {'slow' if row.light_s > 0 else 'fast'}"


def reps_by_hand(snapshot: Snapshot) -> str:
    """Write the last two reps, the newest first: `REP 2  200 47.9  400 48.3  1:36.2  +0.2     REP 1  1:35.1  -0.9`."""
    reps = [result for result in reversed(snapshot.results) if result.step.kind in HARD][:2]
    parts = []
    for place, result in enumerate(reps):
        name = where(result.step).partition("/")[0]
        own = [row for row in snapshot.splits if row.rep == result.step.rep and row.metres is not None]
        current = snapshot.step
        is_current = current is not None and current.rep == result.step.rep and current.kind in HARD
        is_last = not place and not is_current
        splits = [f"{round(row.metres or 0)} {stopwatch_time(row.lap_s)}" for row in own] if is_last else []
        off = "" if result.light_s is None else seconds_off(result.light_s)
        parts.append("   ".join(part for part in (name, *splits, stopwatch_time(result.time_s), off) if part))
    return "        ".join(parts)


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
WHICH_LINE: Final = "no distance yet: which line was it?"
"""The question after a press whose line is unknown."""
PRESS_AGAIN_S: Final = 2.0
"""Within this time a second press counts a doubtful one (`press_twice_s` of the session)."""


def reply_text(reply: PressReply, snapshot: Snapshot) -> str:
    """Write the effect of a button: `longer: 900 m`, `undone: a rep more`, or the reason of its refusal."""
    if reply.refusal:
        return sanitise(reply.refusal, 100)
    if reply.button is Button.UNDO:
        effect = "" if reply.undone is None else _DONE.get(reply.undone, reply.undone.value.replace("_", " "))
        return f"undone: {effect}" if effect else "undone: the step goes on"
    if reply.mark is not None and reply.mark.role in {SplitRole.DOUBTFUL, SplitRole.IGNORED}:
        return doubt_text(reply.mark, snapshot)
    done, step = _DONE.get(reply.button, ""), snapshot.step
    if reply.button is Button.EXTEND:
        length = "" if step is None else until(step)
        has_slot = step is not None and step.send_off_s is not None
        if snapshot.go_in_s is not None and (has_slot or not length):
            length = f"go in {countdown(snapshot.go_in_s)}"
        return f"{done}: {length}".rstrip(": ")
    if reply.button in {Button.FASTER, Button.SLOWER}:
        steps = (each for each in (step, snapshot.next_step) if each is not None)
        aims = (aim(each.target, snapshot.unit) for each in steps)
        return f"target {done}: {next(filter(None, aims), '')}".rstrip(": ")
    if reply.button in {Button.ADD_REP, Button.DROP_REP} and step is not None and step.of is not None:
        return f"{done}: {step.of} in all"
    return done


def doubt_text(mark: Split, snapshot: Snapshot) -> str:
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


def lines_of(snapshot: Snapshot) -> str:
    """Write the possible lines of a press, with their answers: `1 400 m   2 300 m   3 leave out`."""
    choices = [*(f"{round(line)} m" for line in snapshot.lines_asked), "leave out"]
    return "   ".join(f"{number} {choice}" for number, choice in enumerate(choices, 1))


def may_press_again(snapshot: Snapshot) -> bool:
    """Return whether a second press would count the doubtful one."""
    return snapshot.doubtful is not None and snapshot.at - snapshot.doubtful.at <= PRESS_AGAIN_S


# --- the coach's judgement
#
# The look of the box has one meaning each: a fill asks to act now, an outline is good or resting, corners say that the
# coach waits, a filled chip between corners is a cue that is not answered yet. The needle is hollow if it does not
# agree with the box, so that the two never disagree; and the box is never empty beside a needle.


class Frame(Enum):
    """The drawing of the box."""

    FILL = "fill"
    """A cue to act now."""
    CHIP = "chip"
    """A cue that is not answered yet."""
    OUTLINE = "outline"
    """On target, or resting."""
    CORNERS = "corners"
    """The coach waits."""


class Tone(Enum):
    """The runner's side of the target: too slow, on target, too fast, or none."""

    SLOW = "slow"
    ON = "on"
    FAST = "fast"
    NONE = "none"


class Needle(Enum):
    """The drawing of the needle of the tape."""

    SOLID = "solid"
    """It agrees with the box."""
    HOLLOW = "hollow"
    """It is not judged."""
    ABSENT = "absent"
    """There is no fresh value, or no target."""


class Judgement(NamedTuple):
    """The coach's judgement: its drawing, its word, and its meaning."""

    frame: Frame
    wordings: tuple[str, ...]
    """The word in block letters, the fullest first."""
    foot: tuple[str, ...] = ()
    """The meaning in ordinary text at the foot of the box, the fullest first."""
    tone: Tone = Tone.NONE
    arrow: str = ""
    says: str = ""
    """The words of the cue, as spoken."""
    progress: int | None = None
    """The elapsed part of a wait, in `PROGRESS_STEPS`; None without a bar."""
    is_quiet: bool = False
    """True if it is a state rather than a cue, so that its word is not emphasised."""
    needle: Needle = Needle.ABSENT


PROGRESS_STEPS: Final = 24
"""Steps of the bar of a wait."""
FAR_M: Final = 10.0
"""Further than this from the pacing light the box is never `ON`: two seconds at 5 m/s. Judged."""
_FRESH: Final = frozenset({Freshness.LIVE, Freshness.HELD})


def judgement(snapshot: Snapshot) -> Judgement:
    """Return the coach's judgement, and the state of the needle."""
    result = _judgement(snapshot)
    side = needle_side(snapshot)
    if side is None or snapshot.phase is Phase.PAUSED:
        return result
    agrees = result.tone is side and (result.tone is not Tone.NONE)
    return result._replace(needle=Needle.SOLID if agrees else Needle.HOLLOW)


def needle_side(snapshot: Snapshot) -> Tone | None:
    """Return the side of the judged value outside its band; None without a fresh value or a band."""
    reading, band = judged_value(snapshot), snapshot.band_in_force
    if reading is None or band is None or reading.freshness not in _FRESH:
        return None
    if band.contains(reading.value):
        return Tone.ON
    return Tone.SLOW if band.low is not None and reading.value < band.low else Tone.FAST


def state_line(snapshot: Snapshot) -> str:
    """Write the state in a line, for the key `w`: its word and its meaning."""
    state = judgement(snapshot)
    word = state.wordings[0].replace("\n", ", ")
    meaning = state.says or (state.foot[0] if state.foot else "")
    return (
        f"{state.arrow} {word}: {meaning}".strip().rstrip(":") if meaning else f"{state.arrow} {word}".strip()
    )


def _judgement(snapshot: Snapshot) -> Judgement:
    cue, step = snapshot.cue, snapshot.step
    if snapshot.phase is Phase.PAUSED:
        long = "" if snapshot.paused_s is None else f"{running_clock(snapshot.paused_s)} long: "
        return Judgement(Frame.OUTLINE, ("PAUSED", "PAUSE"), (f"{long}{key_word(PAUSE)} goes on",))
    if cue is not None and _is_worth_showing(cue, snapshot):
        return _of_cue(cue, snapshot)
    if snapshot.phase is Phase.FINISHED or step is None:
        return _calm("DONE", f"run time {running_clock(snapshot.run_s)}")
    if snapshot.phase is Phase.PROMPT:
        return _calm(_answers(step), "answer with its number")
    if snapshot.phase is Phase.READY:
        return _calm("READY", *_sensor_texts(snapshot))
    if snapshot.phase is Phase.CHECKLIST:
        return _checklist(snapshot)
    last_verdict = _last_verdict(snapshot)
    if last_verdict is not None:
        return last_verdict
    if snapshot.phase in RESTING:
        result = _resting(snapshot)
        is_on = snapshot.opinion.is_judging and needle_side(snapshot) is Tone.ON
        return result._replace(tone=Tone.ON) if is_on else result
    return _working(snapshot, step)


def _checklist(snapshot: Snapshot) -> Judgement:
    """The action in a checklist: rest, get ready, hold, or an exercise to be ticked off."""
    done = f"{key_word(MARK)}: done, the next item"
    timer = snapshot.item_timer
    if timer is None:
        return _calm("DO", done)
    if timer.part is ItemPart.REST:
        return _calm("REST", f"{key_word(MARK)}: go on now")
    if timer.part is ItemPart.READY:
        return _calm("READY", done)
    return _calm("HOLD", done) if timer.left_s > 0 else _calm("DONE", done)


def _calm(word: str, *foot: str) -> Judgement:
    return Judgement(Frame.OUTLINE, (word,), foot, is_quiet=True)


def _waits(wordings: tuple[str, ...], *foot: str) -> Judgement:
    return Judgement(Frame.CORNERS, wordings, foot, is_quiet=True)


def _answers(step: Step) -> str:
    """Word the answers of a question with their numbers; without words, their range."""
    named = [f"{number} {sanitise(answer, 24)}" for number, answer in enumerate(step.answers[:10], 1)]
    return "\n".join(named) or "1-10"


def _sensor_texts(snapshot: Snapshot) -> tuple[str, ...]:
    """Name the sensors that are live: `strap and pod are live`; else the one that is awaited."""
    live = [kind for sensor in snapshot.sensors if (kind := sensor_name(sensor))]
    missing = [sensor_name(sensor) for sensor in snapshot.sensors if sensor.state is not SensorState.LIVE]
    if not live:
        return ("no sensors: timed by the line",) if snapshot.coach_mode else ("no sensors",)
    if missing:
        return (f"{' and '.join(missing)} not heard yet",)
    return (f"{' and '.join(live)} {'are' if len(live) > 1 else 'is'} live",)


# --- the judgement of a cue


class VerdictLook(NamedTuple):
    """The look of a kind of verdict: on target is an outline, slow a dark fill, fast a bright one."""

    tone: Tone
    wordings: tuple[str, ...]

    @property
    def arrow(self) -> str:
        """Up for too slow, down for too fast."""
        return {Tone.SLOW: "↑", Tone.FAST: "↓"}.get(self.tone, "")


VERDICT_LOOKS: Final = {
    CueKind.TOO_FAST: VerdictLook(Tone.FAST, ("EASE",)),
    CueKind.TOO_SLOW: VerdictLook(Tone.SLOW, ("FASTER",)),
    CueKind.BACK_ON_TARGET: VerdictLook(Tone.ON, ("ON",)),
    CueKind.BEHIND_LIGHT: VerdictLook(Tone.SLOW, ("BEHIND",)),
    CueKind.AHEAD_OF_LIGHT: VerdictLook(Tone.FAST, ("AHEAD",)),
    CueKind.HEART_RATE_HIGH: VerdictLook(Tone.FAST, ("HR HIGH", "HR")),
    CueKind.HEART_RATE_LOW: VerdictLook(Tone.SLOW, ("HR LOW", "HR")),
    CueKind.HEART_RATE_CEILING: VerdictLook(Tone.FAST, ("HR MAX", "HR")),
    CueKind.CADENCE_LOW: VerdictLook(Tone.SLOW, ("STEPS",)),
    CueKind.CADENCE_HIGH: VerdictLook(Tone.FAST, ("STEPS",)),
    CueKind.POWER_HIGH: VerdictLook(Tone.FAST, ("POWER",)),
    CueKind.POWER_LOW: VerdictLook(Tone.SLOW, ("POWER",)),
    CueKind.START_TOO_FAST: VerdictLook(Tone.FAST, ("RELAX",)),
    CueKind.FLOAT_TOO_FAST: VerdictLook(Tone.FAST, ("EASE",)),
    CueKind.FLOAT_TOO_SLOW: VerdictLook(Tone.SLOW, ("FASTER",)),
    CueKind.FADE: VerdictLook(Tone.SLOW, ("HOLD",)),
    CueKind.METRIC_HIGH: VerdictLook(Tone.FAST, ("HIGH",)),
    CueKind.METRIC_LOW: VerdictLook(Tone.SLOW, ("LOW",)),
}
"""Tone and word of every kind that judges; a test walks all verdicts."""
NEWS: Final = {
    CueKind.FUEL: "FUEL",
    CueKind.FORM: "FORM",
    CueKind.SENSOR_GONE: "SENSOR",
    CueKind.SENSOR_BACK: "BACK",
    CueKind.SENSOR_LOW_BATTERY: "POWER",
    CueKind.GATE: "STOP?",
    CueKind.PROMPT: "?",
    CueKind.WAITING: "WAIT",
    CueKind.HEAT: "HEAT",
    CueKind.RECORDING_FAILING: "DISK!",
    CueKind.RECORDING_BACK: "DISK OK",
    CueKind.CALIBRATION: "POD",
    CueKind.ADVICE: "!",
    CueKind.NEW_LIGHT: "LIGHT",
    CueKind.PAUSED: "PAUSED",
}
"""The word of each other kind that has one; steps, splits and countdowns show their numbers."""
_SHORT: Final = 16
"""Characters of a cue that are read at a glance; a longer one shows its word, and its text small."""
_ANNOUNCED: Final = frozenset({Phase.READY, Phase.OVERTIME, Phase.CHECKLIST, Phase.SEND_OFF_REST})
"""Phases in which the first cue of a step does not show GO."""


def _is_worth_showing(cue: Cue, snapshot: Snapshot) -> bool:
    """Return whether a cue still holds: "on pace" does not for a runner who has left it since."""
    if cue.kind is not CueKind.BACK_ON_TARGET:
        return True
    return needle_side(snapshot) in {Tone.ON, None} and not _is_far(snapshot)


def _of_cue(cue: Cue, snapshot: Snapshot) -> Judgement:
    says = sanitise(cue.text, 160)
    look = VERDICT_LOOKS.get(cue.kind)
    if cue.kind is CueKind.FADE and snapshot.phase in RESTING:
        return Judgement(Frame.OUTLINE, (NEWS[CueKind.ADVICE],), says=says)  # the rep is over
    if look is not None:
        frame = Frame.OUTLINE if look.tone is Tone.ON else Frame.FILL
        return Judgement(frame, look.wordings, tone=look.tone, arrow=look.arrow, says=says)
    if cue.kind is CueKind.COUNTDOWN and snapshot.left_s is not None and 0 < snapshot.left_s < 60:
        return Judgement(Frame.OUTLINE, (str(ceil(snapshot.left_s - 1e-6)),))
    if cue.kind is CueKind.SPLIT and cue.spoken:  # few words; other splits have the seconds in their text
        says = "   ".join(part for part in (says, _tenths(cue.why) or against_light(snapshot.light)) if part)
    word = _number_or_word(cue.kind, snapshot)
    if not word or len(says) <= _SHORT:
        return Judgement(Frame.OUTLINE, (says, word) if word else (says,))
    return Judgement(Frame.OUTLINE, (word,), says=says)


def _tenths(why: Why) -> str:
    """Write a lap between two presses and its error in tenths: `1:38.1  +2.1 s`; nothing for another split."""
    if why.quantity != "lap_off_s" or why.value is None or why.window_s is None:
        return ""
    return f"{stopwatch_time(why.window_s)}  {seconds_off(why.value)} s"


def _number_or_word(kind: CueKind, snapshot: Snapshot) -> str:
    if kind is CueKind.STEP and snapshot.step is not None:
        is_off = snapshot.phase not in _ANNOUNCED and snapshot.step.kind in HARD
        return "GO" if is_off else kind_word(snapshot.step)
    if kind is CueKind.SPLIT and snapshot.splits:
        return stopwatch_time(snapshot.splits[-1].lap_s)
    return NEWS.get(kind, "")


def _last_verdict(snapshot: Snapshot) -> Judgement | None:
    """The last verdict, small, while it holds and is not answered; None without one."""
    cue = snapshot.opinion.open_verdict
    look = None if cue is None else VERDICT_LOOKS.get(cue.kind)
    if cue is None or look is None or look.tone is Tone.ON or snapshot.stopped_s is not None:
        return None
    still = _still(cue, look.tone, snapshot)
    if not still:
        return None
    ago = f"said {running_clock(max(0.0, snapshot.at - cue.at))} ago, {still}"
    return Judgement(Frame.CHIP, look.wordings, (ago, still), tone=look.tone, arrow=look.arrow)


_SIDES: Final = {
    Quantity.SPEED: ("slow", "fast"),
    Quantity.HEART_RATE: ("bpm low", "bpm high"),
    Quantity.CADENCE: ("spm low", "spm high"),
    Quantity.POWER: ("W low", "W high"),
}


def _still(cue: Cue, tone: Tone, snapshot: Snapshot) -> str:
    """Write by how much a verdict still holds: `still 9 s/km fast`; empty if it does not, or if unknown."""
    side, light = needle_side(snapshot), snapshot.light
    if cue.why.quantity == "light_s":
        behind_s = 0.0 if light is None else light.behind_s
        is_so = behind_s >= 0.5 if tone is Tone.SLOW else behind_s <= -0.5
        is_against = side is not None and side not in {tone, Tone.ON}
        if not is_so or is_against or (side is Tone.ON and not _is_far(snapshot)):
            return ""
        return f"still {against_light(light)}"
    quantity, reading = _of_why(cue.why, snapshot)
    if quantity is snapshot.judged_quantity:
        return f"still {_off(snapshot)}" if side is tone else ""
    if reading is None or reading.freshness not in _FRESH:
        return ""
    high, low = cue.why.high, cue.why.low
    if tone is Tone.FAST and high is not None and reading.value > high:
        return f"still {round(reading.value - high) or 1} over"
    if tone is Tone.SLOW and low is not None and reading.value < low:
        return f"still {round(low - reading.value) or 1} under"
    return ""


def _of_why(why: Why, snapshot: Snapshot) -> tuple[Quantity | None, DisplayValue | None]:
    """The quantity of a verdict, and its value now."""
    match why.quantity:
        case "speed_mps":
            return Quantity.SPEED, snapshot.speed
        case "heart_rate_bpm":
            return Quantity.HEART_RATE, snapshot.heart_rate
        case "cadence_spm":
            return Quantity.CADENCE, snapshot.cadence
        case "power_w":
            return Quantity.POWER, snapshot.power
        case _:
            return None, None


def _off(snapshot: Snapshot) -> str:
    """Write the distance of the judged value from its band: `9 s/km fast`, `6 bpm high`."""
    reading, band, quantity = judged_value(snapshot), snapshot.band_in_force, snapshot.judged_quantity
    side = needle_side(snapshot)
    if reading is None or band is None or quantity not in _SIDES or side not in {Tone.SLOW, Tone.FAST}:
        return ""
    edge = band.low if side is Tone.SLOW else band.high
    if edge is None:
        return ""
    name = _SIDES[quantity][side is Tone.FAST]
    if quantity is not Quantity.SPEED:
        return f"{max(1, round(abs(reading.value - edge)))} {name}"
    if reading.value <= 0:
        return name
    per_m = METRES_PER_MILE if snapshot.unit == "mile" else METRES_PER_KM
    seconds = abs(round(per_m / reading.value) - round(per_m / edge))
    return f"{max(1, seconds)} s/{snapshot.unit} {name}"


# --- the judgement without a cue


def _resting(snapshot: Snapshot) -> Judgement:
    """During a rest: the next step."""
    following = snapshot.next_step
    if snapshot.phase is Phase.OVERTIME:
        return Judgement(Frame.OUTLINE, ("GO?",), (f"the rest is over: {key_word(MARK)} is GO",))
    if following is None:
        return _calm("LAST", "this is the last step")
    word = kind_word(following)
    word = f"{word} {following.rep}" if following.kind in HARD and following.rep is not None else word
    task = task_texts(following, snapshot.unit)
    return Judgement(Frame.OUTLINE, (word, "NEXT"), tuple(f"next: {text}" for text in task), is_quiet=True)


def _working(snapshot: Snapshot, step: Step) -> Judgement:
    """During a step without a cue: on target, or the reason for the silence."""
    if snapshot.stopped_s is not None:
        return _waits(("STOPPED", "STOP"), "" if snapshot.light is None else "the light waits")
    word = kind_word(step)
    if snapshot.is_by_clock:
        return _waits(("BY TIME", "TIME"), "no distance: runs by the clock")
    if snapshot.judged_quantity is None or snapshot.band is None:
        label = "" if step.target is None else sanitise(step.target.label, 32)
        return _calm(word, label or "no target: nothing is judged")
    side = needle_side(snapshot)
    if side is None:
        return _unmeasured(snapshot)
    if not snapshot.opinion.is_judging and side is not Tone.ON:
        return _waits((word,), f"{word.lower()}: not judged")
    if snapshot.opinion.settling is not None:
        return _settling(snapshot)
    if side is Tone.ON and not _is_far(snapshot):
        return _calm("ON", *_on_texts(snapshot))._replace(tone=Tone.ON)
    return _silent(snapshot, step, side)


def _is_far(snapshot: Snapshot) -> bool:
    return snapshot.light is not None and abs(snapshot.light.behind_m) > FAR_M


def _on_texts(snapshot: Snapshot) -> tuple[str, ...]:
    if snapshot.judged_quantity is not Quantity.SPEED:
        return ("on target",)
    against = against_light(snapshot.light)
    return (f"on pace, {against}", "on pace") if against else ("on pace",)


def _settling(snapshot: Snapshot) -> Judgement:
    settling = snapshot.opinion.settling
    assert settling is not None  # the caller has checked
    left_s, share = ceil(settling.left_s - 1e-6), 1.0 - settling.left_s / max(settling.of_s, 1e-6)
    left = f"settling {left_s} s" if left_s < 100 else f"settling {countdown(left_s)}"
    foot = f"{left if left_s else 'settling'}: no verdict yet"
    result = _waits(("SETTLING", "SETTLE"), foot, foot.partition(":")[0])
    return result._replace(progress=floor(PROGRESS_STEPS * min(1.0, share)))


_GONE: Final = {
    Source.POD: "POD",
    Source.POD_2: "POD",
    Source.SIM: "POD",
    Source.TREADMILL: "BELT",
    Source.WATCH: "WATCH",
    Source.RELAY: "RELAY",
    Source.POSITIONS: "GPS",
    Source.STRAP: "STRAP",
}


def _unmeasured(snapshot: Snapshot) -> Judgement:
    """Without a fresh value: the sensor that is gone, and how the step is timed meanwhile."""
    is_speed = snapshot.judged_quantity is Quantity.SPEED
    if snapshot.judged_quantity is Quantity.HEART_RATE:
        sources: tuple[Source, ...] = (Source.STRAP, Source.RELAY, Source.WATCH)
    else:
        sources = tuple(source for source in DISTANCE_PRIORITY if source in _GONE)
    lost = next(
        (sensor for source in sources for sensor in snapshot.sensors if sensor.source is source), None
    )
    if lost is None:
        word = "NO PACE" if is_speed else "NO HR" if Source.STRAP in sources else "NO POD"
        silent = ("nothing measures it",)
    else:
        word = f"NO {_GONE[lost.source]}"
        age = "" if lost.age_s is None else f" for {floor(lost.age_s)} s"
        silent = (f"{_GONE[lost.source].lower()} silent{age}",)
    step = snapshot.step
    if is_speed and step is not None and step.kind in HARD and step.until.distance() is not None:
        return _waits((word, "NO POD"), f"timed by the line: press {key_word(MARK)}", *silent)
    return _waits((word, "NO POD"), *silent)


_ONLY_SLOW: Final = frozenset(
    {
        SuppressionReason.SAID_TWICE,
        SuppressionReason.SPARED,
        SuppressionReason.AWAITS_LAP,
        SuppressionReason.UNHURRIED,
        SuppressionReason.EFFORT,
        SuppressionReason.FIRST_LAP,
    }
)
"""Reasons that only suppress cues to speed up."""
_QUIET: Final = (
    (SuppressionReason.WALKING, "walking: nothing is judged"),
    (SuppressionReason.STOPPED, "standing: nothing is judged"),
    (SuppressionReason.NOT_FRESH, "no new value: not judged"),
    (SuppressionReason.SHORT, "too short a rep to correct"),
    (SuppressionReason.SAID_TWICE, "quiet: said twice"),
    (SuppressionReason.SPARED, "no push: take the rest"),
    (SuppressionReason.UNHURRIED, "slow is fine here"),
    (SuppressionReason.EFFORT, "slow, but the effort is right"),
    (SuppressionReason.AWAITS_LAP, "quiet until a lap is measured"),
    (SuppressionReason.WIND, "wind: the same a lap before"),
    (SuppressionReason.FIRST_LAP, "first lap: may be wind"),
    (SuppressionReason.OUT_OF_EARSHOT, "waits until you come by"),
    (SuppressionReason.BOUNDARY, "last seconds: nothing new"),
    (SuppressionReason.SPENT, "quiet: said enough in this rep"),
    (SuppressionReason.QUIET, "quiet: just spoke"),
)
"""Reasons of a silence, the strongest first, in words for the foot of the box."""


def _silent(snapshot: Snapshot, step: Step, side: Tone) -> Judgement:
    """Off the target, or far from the light, without a cue: the reason."""
    reasons = {suppression.reason for suppression in snapshot.opinion.suppressions}
    if snapshot.is_let_be:
        reasons.add(SuppressionReason.SAID_TWICE)
    light = snapshot.light
    is_by_light = light is not None and step.steer is CoachBy.TIME
    if side is Tone.ON:
        return _waits(("LIGHT",), f"on pace, {metres_off(light)}", metres_off(light))
    reasons -= frozenset() if side is Tone.SLOW else _ONLY_SLOW
    reason_words = next((words_ for reason, words_ in _QUIET if reason in reasons), "")
    strong = reasons & {SuppressionReason.WALKING, SuppressionReason.SHORT, SuppressionReason.SAID_TWICE}
    if light is not None and (is_by_light or _is_far(snapshot)) and not strong:
        return _waits(("LIGHT",), *_light_texts(light.behind_s, side))
    if reason_words:
        return _waits(("QUIET",), reason_words)
    off = _off(snapshot)
    return _waits(("CHECKING", "CHECK"), f"{off}: not sure yet", off)


def _light_texts(behind_s: float, side: Tone) -> tuple[str, ...]:
    seconds = f"{abs(behind_s):.0f} s" if abs(behind_s) >= 1 else f"{abs(behind_s):.1f} s"
    if not round(behind_s, 1):
        return ("level with the pacing light",)
    if behind_s < 0:
        if side is Tone.SLOW:
            return (f"pacing light first: {seconds} in hand", f"{seconds} in hand")
        return (f"{seconds} up: let it come back",)
    return (f"{seconds} down: no rush",) if side is Tone.SLOW else (f"{seconds} down: coming back",)
