"""All words of cues: numbers, steps, sensors, verdicts.

The workout's own: reminders, questions, checklists, texts of gates. The screen's own are in `coach.screen.words`.

Spoken words are short, and numbers are written as they are said: "four oh five" and not "4:05". Words that are only
shown (coach mode, calibration) have digits.
"""

from typing import Final

from coach.cues.config import LapFigure
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock, format_metres
from coach.session.buttons import Button
from coach.signals.readings import Source
from coach.workout.kinds import KINDS, RESTS
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    EndConditions,
    HeartRateEnd,
    Move,
    Quantity,
    Steer,
    Step,
    StepReminder,
    StepTarget,
)

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MARKS: Final = {
    "A": "the line",
    "100": "the one hundred",
    "B": "the two hundred",
    "300": "the three hundred",
}
_MOVES: Final = {Move.JOG: "Jog", Move.WALK: "Walk", Move.STAND: "Stand"}
NEXT: Final = "Next"
_SENSORS: Final = {
    Source.POD: "Footpod",
    Source.POD_2: "Second footpod",
    Source.STRAP: "Heart rate",
    Source.TREADMILL: "Treadmill",
    Source.CORE: "Core temperature",
    Source.MUSCLE: "Muscle oxygen",
    Source.WATCH: "Watch",
    Source.POSITIONS: "Position",
    Source.SIM: "Sensor",
}
_CHANGES: Final = {
    Button.EXTEND: "Extended",
    Button.ADD_REP: "One more",
    Button.DROP_REP: "One less",
    Button.ENOUGH: "Enough",
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
MINIMUM: Final = "That was the minimum."
FORM: Final = ("Tall. Quick feet.", "Loose shoulders. Quick feet.", "Hips forward. Quick feet.")
"""Cues about form, which are said in turn; a runner can do each of them at once."""
_METRICS: Final = {
    "smo2_percent": "Muscle oxygen",
    "core_temperature_c": "Core temperature",
    "skin_temperature_c": "Skin temperature",
}
_STRAINED: Final = frozenset(
    {("smo2_percent", False), ("core_temperature_c", True), ("skin_temperature_c", True)}
)
"""Metrics with the side of the limit (True is high) that only less effort corrects."""
GO: Final = "Go."
END_OF_STRIDE: Final = "And easy."
FIFTY_TO_GO: Final = "Fifty to go."
LAST_200: Final = "Last two hundred."
ON: Final = "On pace."
KEEP_JOGGING: Final = "Keep jogging."
_START_TOO_FAST: Final = ("Relax.", "Hold back.", "Easy now.")
_TOO_FAST: Final = ("Too fast. Ease off.", "Fast again. Ease off.", "Quick. Relax a little.")
"""The first call of an error, in turn."""
_TOO_FAST_STILL: Final = (
    "Still too fast. Back to {pace}.",
    "Ease off now. You will need it later.",
    "Still fast. {Pace} is the pace.",
    "Slow down now, to {pace}.",
)
"""The calls that follow while the error goes on, in turn; {pace} is the target."""
_TOO_SLOW: Final = ("A little faster.", "Slow again. Lift it a little.", "Pick it up a little.")
_TOO_SLOW_STILL: Final = ("Still slow. {Pace}, if you can.", "Slower now. Hold what you have.")
_FADE: Final = (
    "Fading. Relax, quick feet.",
    "Fading again. Tall, quick feet.",
    "Slowing. Arms and quick feet.",
)
_FLOAT_TOO_FAST: Final = ("Float easier.", "Easier still. The float is your rest.", "Slow the float down.")
_FLOAT_TOO_SLOW: Final = ("Keep the float rolling.", "Roll on. A little quicker.", "Keep the float moving.")
_AHEAD: Final = ("Relax.", "Ease back to the light.", "You will need it later.")
CADENCE_LOW: Final = "Quicker feet."
CADENCE_HIGH: Final = "Slower feet."
CADENCE_RIGHT: Final = "Cadence is right."
POWER_LOW: Final = "A little more power."
POWER_HIGH: Final = "Less power."
POWER_RIGHT: Final = "Power is right."
HEART_RATE_HIGH: Final = "Heart rate high. Ease off."
EFFORT_FIRST: Final = "On pace, but heart rate high. Effort first: ease off."
HEART_RATE_WALK: Final = "Heart rate high. Walk a minute."
HEART_RATE_LOW: Final = "Heart rate low. A little more."
HEART_RATE_CEILING: Final = "Heart rate at your ceiling. Slow down."
NOT_RECOVERED: Final = "Recovery not complete."
FADING: Final = "Two slow reps. Rest longer, or call it a day."
EFFORT_DAY_OFF: Final = "Effort day off. Paces as written."
TOO_HOT: Final = "Dangerous heat. No hard running today: run easy, in the shade, or not at all."
PAUSED: Final = "Paused."
STILL_PAUSED: Final = "Still paused."
RESUMED: Final = "Clock runs."
WAITING: Final = "Waiting for you."
RECORDING_FAILING: Final = "The recording is failing{}."
RECORDING_BACK: Final = "Recording again. Nothing is lost."
FINISHED: Final = "Finished. Well done."


def sentence(text: str) -> str:
    """Return text as a sentence, with a capital and a full stop; empty text stays empty."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.?!' else '.'}"


def number(value: float) -> str:
    """Return a whole number from 0 to 999,999 in words."""
    whole = round(value)
    if whole < 20:
        return _ONES[whole]
    if whole < 100:
        tens, ones = divmod(whole, 10)
        return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]
    if whole < 1000:
        hundreds, rest = divmod(whole, 100)
        return f"{_ONES[hundreds]} hundred {number(rest)}" if rest else f"{_ONES[hundreds]} hundred"
    thousands, rest = divmod(whole, 1000)
    return f"{number(thousands)} thousand {number(rest)}" if rest else f"{number(thousands)} thousand"


def decimal(value: float) -> str:
    """Return a number to the tenth in words: "three", "three point eight"."""
    whole, tenth = divmod(round(value * 10), 10)
    return f"{number(whole)} point {_ONES[tenth]}" if tenth else number(whole)


def beats(bpm: float) -> str:
    """Return a heart rate or cadence as runners say it: 98 "ninety-eight", 105 "one oh five", 150 "one fifty"."""
    hundreds, rest = divmod(round(bpm), 100)
    if not hundreds:
        return number(rest)
    if not rest:
        return f"{number(hundreds)} hundred"
    return f"{number(hundreds)} {_two_digits(rest)}"


def clock(seconds: float) -> str:
    """Return a time of a run or a pace: 48 "forty-eight", 245 "four oh five", 240 "four flat"."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{number(hours)} {_two_digits(minute)} {_two_digits(second)}"
    if not minute:
        return number(second)
    return f"{number(minute)} {_two_digits(second) if second else 'flat'}"


def clock_tenths(seconds: float) -> str:
    """Return a time to the tenth: 48.2 "forty-eight point two"."""
    whole, tenth = divmod(round(seconds * 10), 10)
    return f"{clock(whole)} point {_ONES[tenth]}"


def duration(seconds: float) -> str:
    """Return a duration: "forty-five seconds", "two minutes", "one thirty", "one hour"."""
    whole = round(seconds)
    if whole < 60:
        return "one second" if whole == 1 else f"{number(whole)} seconds"
    minutes, second = divmod(whole, 60)
    if second:
        return clock(whole)
    hours, minute = divmod(minutes, 60)
    if not hours:
        return "one minute" if minute == 1 else f"{number(minute)} minutes"
    hours_words = "one hour" if hours == 1 else f"{number(hours)} hours"
    return f"{hours_words} {number(minute)}" if minute else hours_words


def metres(value: float) -> str:
    """Return a distance: "four hundred metres", "one mile", "five k", "one point two k"."""
    if is_miles(value):
        return _miles(value)
    whole = round(value)
    if whole < 2000:
        return f"{number(whole)} metres"
    kilometres, rest = divmod(round(value / 100), 10)
    return f"{number(kilometres)} point {_ONES[rest]} k" if rest else f"{number(kilometres)} k"


def is_miles(value: float) -> bool:
    """Return True if a distance is a whole or half number of miles, which nobody says in metres."""
    halves = value / METRES_PER_MILE * 2
    return round(halves) > 0 and abs(halves - round(halves)) * METRES_PER_MILE < 1.0


def _miles(value: float) -> str:
    whole, half = divmod(round(value / METRES_PER_MILE * 2), 2)
    if not whole:
        return "half a mile"
    return f"{number(whole)}{' and a half' if half else ''} mile{'' if whole == 1 and not half else 's'}"


def pace(speed: float, unit: str = "km") -> str:
    """Return a speed in m/s as a pace per kilometre or mile: "four oh five"."""
    return clock((METRES_PER_MILE if unit == "mile" else METRES_PER_KM) / speed)


def belt(speed: float) -> str:
    """Return a speed in m/s as a belt shows it, in km/h: "fourteen one", "twelve"."""
    whole, tenth = divmod(round(speed * 36), 10)
    return f"{number(whole)} {_ONES[tenth]}" if tenth else number(whole)


def until(end: EndConditions) -> str:
    """Return the distance, time or heart rate that ends a step, in this order; empty if somebody ends it."""
    if (distance := end.distance()) is not None:
        return metres(distance)
    if (seconds := end.time()) is not None:
        return duration(seconds)
    for end_condition in end.ends:
        if isinstance(end_condition, HeartRateEnd):
            return f"until {beats(end_condition.bpm)}"
    return ""


def target_words(target: StepTarget, step: Step, *, belt_speed: bool = False, unit: str = "km") -> str:
    """Return a target: "at four ten", "under one fifty", "at one eighty steps", or its label."""
    band = target.band
    if target.quantity is Quantity.SPEED:
        return _speed_words(band, step, belt_speed=belt_speed, unit=unit)
    if target.quantity is Quantity.HEART_RATE:
        return _between(band, "heart rate ")
    if target.quantity is Quantity.CADENCE:
        return _between(band, "cadence ")
    if target.quantity is Quantity.POWER:
        return _between(band, "power ")
    return target.label


def _speed_words(band: Band, step: Step, *, belt_speed: bool, unit: str) -> str:
    aim = band.aim
    if aim is None:
        return _pace_range(band, unit)
    if belt_speed:
        return f"at {belt(aim)}"
    distance = step.until.distance()
    if distance is not None and step.steer is Steer.TIME:
        return f"in {clock(distance / aim)}"
    return f"at {pace(aim, unit)}"


def _pace_range(band: Band, unit: str) -> str:
    if band.low is not None and band.high is not None:
        return f"at {pace(band.high, unit)} to {pace(band.low, unit)}"
    if band.high is not None:
        return f"no faster than {pace(band.high, unit)}"
    return "" if band.low is None else f"at {pace(band.low, unit)} or faster"


def _between(band: Band, what: str) -> str:
    if band.low is not None and band.high is not None:
        return f"{what}{beats(band.low)} to {beats(band.high)}"
    if band.high is not None:
        return f"{what}under {beats(band.high)}"
    if band.low is not None:
        return f"{what}over {beats(band.low)}"
    return "" if band.aim is None else f"{what}{beats(band.aim)}"


def _two_digits(value: int) -> str:
    return f"oh {_ONES[value]}" if value < 10 else number(value)


def first_words(step: Step, target: StepTarget | None, *, belt_speed: bool = False, unit: str = "km") -> str:
    """Return the first words of a step: which rep, how far or long, and at what target."""
    words = [_naming(step)]
    if step.first_of_set and step.kind not in RESTS and (group := _set_of(step.path)):
        words.insert(0, group)
    extent = until(step.until)
    aim = "" if target is None else target_words(target, step, belt_speed=belt_speed, unit=unit)
    joint = " " if aim.startswith(("at ", "in ")) else ", "
    words.append(sentence(joint.join(part for part in (extent, aim) if part)))
    return " ".join(part for part in words if part)


def like_before(step: Step, start: str = "") -> str:
    """Return the words of a step that is run like the one before: "Two. Start at the two hundred.", "Jog.".

    Without a place to start from it is "Rep two.": a bare number would sound like a countdown. Empty for a step that
    has no number and is no rest.
    """
    if step.kind in RESTS:
        return _naming(step)
    word = KINDS[step.kind].rep_word
    if step.rep is None or not word:
        return ""
    return f"{sentence(number(step.rep))} {start}" if start else sentence(f"{word} {number(step.rep)}")


def upcoming(step: Step, target: StepTarget | None, start: str, unit: str = "km") -> str:
    """Return the announcement of the next step and of where it starts: "Next: rep two of five. ..."."""
    words = first_words(step, target, unit=unit)
    place = f" {start}" if start else ""
    return f"{NEXT}: {words[0].lower()}{words[1:]}{place}"


def start_at(mark: str, before_m: float = 0.0) -> str:
    """Return the place on the track to start from: "Start at the two hundred." or so many metres before it."""
    place = _MARKS.get(mark, mark)
    if not round(before_m):
        return f"Start at {place}."
    return f"Start {metres(abs(before_m))} {'before' if before_m > 0 else 'after'} {place}."


def question(text: str, answers: tuple[str, ...]) -> str:
    """Return a question with its numbered answers: "Talk test? One yes, two unsure, three no."."""
    if not answers:
        return text
    numbered_answers = ", ".join(f"{number(place)} {answer}" for place, answer in enumerate(answers, 1))
    return f"{text} {sentence(numbered_answers)}"


def name(text: str) -> str:
    """Return the name of a step: "Drills."."""
    return sentence(text)


def item(what: ChecklistItem) -> str:
    """Return an item of a checklist: "A-skips, three times twenty metres."."""
    amount = ""
    if what.metres is not None:
        amount = metres(what.metres)
    elif what.seconds is not None:
        amount = duration(what.seconds)
    elif what.reps is not None:
        amount = number(what.reps)
    if what.sets > 1:
        amount = f"{number(what.sets)} times {amount}".strip()
    side = "each side" if what.each_side else ""
    return sentence(", ".join(part for part in (what.do, amount, side) if part))


def _naming(step: Step) -> str:
    count = "" if step.rep is None or step.of is None else f" {number(step.rep)} of {number(step.of)}"
    traits = KINDS[step.kind]
    if traits.is_rest:
        return f"{_MOVES[step.move]}."
    if count and traits.rep_word:
        return f"{traits.rep_word.capitalize()}{count}."
    if traits.is_named_aloud:
        return f"{traits.name.capitalize()}."
    # a name such as "11 km" would repeat the end of the step
    return "" if any(letter.isdigit() for letter in step.name) else sentence(step.name)


def _set_of(path: str) -> str:
    for part in path.split(" / "):
        words = part.split()
        if (
            len(words) == 4
            and words[0] == "set"
            and words[2] == "of"
            and words[1].isdigit()
            and words[3].isdigit()
        ):
            return f"Set {number(int(words[1]))} of {number(int(words[3]))}."
    return ""


def sensor_gone(source: Source) -> str:
    """Return the words for a lost sensor: "Footpod lost."."""
    return f"{_SENSORS.get(source, 'Sensor')} lost."


def sensor_back(source: Source) -> str:
    """Return the words for a sensor that is back: "Footpod back."."""
    return f"{_SENSORS.get(source, 'Sensor')} back."


def low_battery(source: Source, percent: int) -> str:
    """Return a low charge for the screen: `Footpod battery 12 %.`."""
    return f"{_SENSORS.get(source, 'Sensor')} battery {percent} %."


def pod_reads(factor: float, source: Source = Source.POD) -> str:
    """Return a learnt factor for the screen: `Pod reads long 2 %, factor 0.980.`; positions have theirs too."""
    error_percent = (1.0 - factor) * 100.0
    whose = "Positions read" if source is Source.POSITIONS else "Pod reads"
    reading = (
        f"{'long' if error_percent > 0 else 'short'} {abs(error_percent):.0f} %"
        if abs(error_percent) >= 0.5
        else "true"
    )
    return f"{whose} {reading}, factor {factor:.3f}."


def pod_at_line(measured: float, metres: float) -> str:
    """Return, for the screen, what the pod had where the runner stopped: `Pod reads short: 386 m at your line.`."""
    return f"Pod reads {'short' if measured < metres else 'long'}: {measured:.0f} m at your line."


def pod_against_belt(pod: float, belt_speed: float) -> str:
    """Ask which speed is right, in km/h: "Footpod says thirteen two, belt fourteen. Which is right?"."""
    return f"Footpod says {belt(pod)}, belt {belt(belt_speed)}. Which is right?"


def line_hint(metres: float) -> str:
    """Return where the runner eases off, in metres after (minus: before) the planned line, and which key moves it."""
    key, side = ("]", "after") if metres > 0 else ("[", "before")
    return f"You ease about {5 * round(abs(metres) / 5):.0f} m {side} our line. Key {key} moves it 5 m."


def seconds_left(seconds: int) -> str:
    """Return a mark of a countdown: "Thirty seconds.", "Ten.", "Three."."""
    return "Thirty seconds." if seconds == 30 else f"{number(seconds).capitalize()}."


def belt_ahead(seconds: float, speed: float) -> str:
    """Announce a belt speed: "In ten: fourteen one."."""
    return f"In {number(seconds)}: {belt(speed)}."


def beep(value: float) -> str:
    """Return the metres of the pacing light in clock mode: "Two hundred."."""
    return f"{number(value).capitalize()}."


def too_fast_by(seconds: float, turn: int = 0) -> str:
    """Return how far ahead a start is: "Two fast. Relax."; under a second without a number."""
    advice = _in_turn(_START_TOO_FAST, turn)
    return f"{number(seconds).capitalize()} fast. {advice}" if seconds >= 1 else f"Too fast. {advice}"


def _in_turn(words: tuple[str, ...], turn: int) -> str:
    return words[turn % len(words)]


def _with_pace(words: str, aim: float, unit: str) -> str:
    target = pace(aim, unit)
    return words.format(pace=target, Pace=target.capitalize())


def too_fast(repeats: int, turn: int, aim: float, unit: str = "km") -> str:
    """Return the first call of an error ("Too fast. Ease off."), or a later one with the pace to come back to.

    Args:
        repeats: how often this error was called already.
        turn: how many errors were called before it in this run.
        aim: the target in m/s.
        unit: the unit that paces are said per.
    """
    words = _in_turn(_TOO_FAST_STILL, repeats - 1) if repeats else _in_turn(_TOO_FAST, turn)
    return _with_pace(words, aim, unit)


def too_slow(repeats: int, turn: int, aim: float, unit: str = "km") -> str:
    """Return the first call of an error ("A little faster."), or a later one; the arguments are those of `too_fast`."""
    words = _in_turn(_TOO_SLOW_STILL, repeats - 1) if repeats else _in_turn(_TOO_SLOW, turn)
    return _with_pace(words, aim, unit)


def fade(turn: int) -> str:
    """Return the words for a runner who slows down in a rep: "Fading. Relax, quick feet."."""
    return _in_turn(_FADE, turn)


def float_too_fast(turn: int) -> str:
    """Return the words for a float that is too fast: "Float easier."."""
    return _in_turn(_FLOAT_TOO_FAST, turn)


def float_too_slow(turn: int) -> str:
    """Return the words for a float that is too slow: "Keep the float rolling."."""
    return _in_turn(_FLOAT_TOO_SLOW, turn)


def behind_target(seconds: float) -> str:
    """Return the drift of a slow rep: "Three seconds slow so far."."""
    return f"{_seconds(seconds)} slow so far."


def ahead_of_target(seconds: float) -> str:
    """Return the drift of a fast rep: "Three seconds fast so far."."""
    return f"{_seconds(seconds)} fast so far."


def behind(seconds: float, repeats: int = 0) -> str:
    """Return the seconds behind the pacing light: "Two behind."; later "Three behind. Lift it, if you can."."""
    words = number(max(1, seconds)).capitalize()
    return f"{words} behind. Lift it, if you can." if repeats else f"{words} behind."


def behind_again(seconds: float) -> str:
    """Return the seconds behind a light that was set back to the runner: "Two behind again. Hold what you have."."""
    return f"{number(max(1, seconds)).capitalize()} behind again. Hold what you have."


def ahead(seconds: float, turn: int = 0) -> str:
    """Return the seconds ahead of the pacing light: "Two ahead. Relax."."""
    return f"{number(max(1, seconds)).capitalize()} ahead. {_in_turn(_AHEAD, turn)}"


def new_light(speed: float, unit: str = "km") -> str:
    """Announce a pacing light set to the runner: "New light. Hold four fifteen."."""
    return f"New light. Hold {pace(speed, unit)}."


def split(at_metres: float | None, seconds: float, *, tenths: bool, about: bool) -> str:
    """Return a split: "Four hundred, one thirty-six."; with "about" if it was not measured."""
    time = clock_tenths(seconds) if tenths else clock(seconds)
    time = f"about {time}" if about else time
    if at_metres is None:
        return sentence(time)
    place = number(at_metres) if at_metres < 2000 and not is_miles(at_metres) else metres(at_metres)
    return sentence(f"{place}, {time}")


def lap(seconds: float, lap_m: float, figure: LapFigure, *, about: bool = False) -> str:
    """Return a lap by its time, "Ninety-eight.", or by its pace per kilometre or mile, "Four oh five."."""
    per_m = {LapFigure.KM: METRES_PER_KM, LapFigure.MILE: METRES_PER_MILE}.get(figure, lap_m)
    time_s = seconds / lap_m * per_m
    time = number(time_s) if time_s < 99.5 else clock(time_s)
    return sentence(f"about {time}" if about else time)


def turn(seconds: float, *, to_easy: bool) -> str:
    """Return what a mark in a fartlek turns to, and how long it was: "Easy. Forty-five seconds hard."."""
    what, was = ("Easy", "hard") if to_easy else ("Hard", "easy")
    return f"{what}. {duration(seconds).capitalize()} {was}."


def fartlek(hard_s: float, easy_s: float) -> str:
    """Return the totals of a fartlek: "Hard six minutes, easy eight ten in all."."""
    return f"Hard {duration(hard_s)}, easy {duration(easy_s)} in all."


def off_by(seconds: float) -> str:
    """Return by how much a lap or a rep was off, + is slow: "Two slow.", "One fast."."""
    return f"{number(max(1, abs(seconds))).capitalize()} {'slow' if seconds > 0 else 'fast'}."


def split_shown(
    at_metres: float | None,
    seconds: float,
    *,
    about: bool,
    behind_s: float | None = None,
    projected_s: float | None = None,
    lap_s: float | None = None,
    off_s: float | None = None,
) -> str:
    """Return a split for the screen: `400 m 1:36.4, 0.8 s behind, for 4:01`, or `~1:36.4` if it was not measured.

    A lap that is not the first has its own time, and one that is off its plan its error:
    `800 m 3:16.2, lap 1:38.4, 2.4 s slow, 4.2 s behind`.
    """
    time = format_clock(seconds, tenths=True)
    time = f"~{time}" if about else time
    text = time if at_metres is None else f"{format_metres(at_metres)} {time}"
    if lap_s is not None and round(lap_s - seconds, 1):
        text += f", lap {format_clock(lap_s, tenths=True)}"
    if off_s is not None:
        text += f", {abs(off_s):.1f} s {'slow' if off_s > 0 else 'fast'}"
        if behind_s is not None and round(behind_s - off_s, 1) == 0:
            behind_s = None  # of the first lap both are one
    if behind_s is not None and round(behind_s, 1):
        text += f", {abs(behind_s):.1f} s {'behind' if behind_s > 0 else 'ahead'}"
    return text if projected_s is None else f"{text}, for {format_clock(round(projected_s))}"


def cadence_low(repeats: int, edge: float) -> str:
    """Return the first cue, "Quicker feet.", or a later one, with the number."""
    return CADENCE_LOW if repeats == 0 else f"Still slow feet. {beats(edge).capitalize()} steps or more."


def cadence_high(repeats: int, edge: float) -> str:
    """Return the first cue, "Slower feet.", or a later one, with the number."""
    return CADENCE_HIGH if repeats == 0 else f"Still quick feet. {beats(edge).capitalize()} steps at most."


def power_low(repeats: int, edge: float) -> str:
    """Return the first cue, "A little more power.", or the second, with the watts."""
    return POWER_LOW if repeats == 0 else f"Still low. {beats(edge).capitalize()} watts, if you can."


def power_high(repeats: int, edge: float) -> str:
    """Return the first cue, "Less power.", the second, with the watts, or a later one."""
    if repeats == 0:
        return POWER_HIGH
    if repeats == 1:
        return f"Still too much power. {beats(edge).capitalize()} watts at most."
    return _TOO_FAST_STILL[1]


def heart_rate_high(repeats: int, edge: float, walk_from: int) -> str:
    """Return the first cue, "Heart rate high. Ease off.", the second, with the number, or one that asks for a walk.

    From the `walk_from`th on a walk is asked for, in two ways by turns.
    """
    if repeats + 1 >= walk_from:
        is_first = (repeats + 1 - walk_from) % 2 == 0
        return HEART_RATE_WALK if is_first else f"Still high. Walk until it is under {beats(edge)}."
    return HEART_RATE_HIGH if repeats == 0 else f"Heart rate still high. Slow down to under {beats(edge)}."


def heart_rate_low(repeats: int, edge: float) -> str:
    """Return the first cue, "Heart rate low. A little more.", or the second, with the number."""
    return (
        HEART_RATE_LOW if repeats == 0 else f"Heart rate still low. {beats(edge).capitalize()}, if you can."
    )


def heart_rate_over(edge: float, reps: int) -> str:
    """Advise on a cap that every rep crosses: "Over one seventy in each of three reps. Slower reps, ..."."""
    return f"Over {beats(edge)} in each of {number(reps)} reps. Slower reps, or longer rests."


def heart_rate_rising(edge: float) -> str:
    """Warn of a heart rate that has just crossed its cap and goes on: "Over one seventy and rising. Ease now."."""
    return f"Over {beats(edge)} and rising. Ease now."


def heading_for(bpm: float) -> str:
    """Warn of a forecast heart rate: "Heading for one eighty-two. Ease now."."""
    return f"Heading for {beats(bpm)}. Ease now."


def slower_than_first(percent: float, *, may_rest: bool) -> str:
    """Compare a rep with the first ones: "Last one was three per cent off your first. Longer rest?"."""
    question = " Longer rest?" if may_rest else ""
    return f"Last one was {number(percent)} per cent off your first.{question}"


def metric(name: str, *, high: bool) -> str:
    """Return the words for a metric beyond its limit: "Core temperature high. Ease off."."""
    words = _METRICS.get(name, name.replace("_", " "))
    advice = " Ease off." if (name, high) in _STRAINED else ""
    return sentence(f"{words} {'high' if high else 'low'}") + advice


def offer(what: str) -> str:
    """Return an offer as a question for the screen; empty for an offer without words."""
    return _OFFERS.get(what, "")


def reminder(what: StepReminder, total: float | None) -> str:
    """Return a reminder with its amount and the total: "Gel. Thirty g, ninety in all."."""
    words = sentence(what.text)
    if what.amount is None or total is None:
        return words
    unit = f" {what.unit}" if what.unit else ""
    amount = f"{number(what.amount).capitalize()}{unit}"
    return f"{words} {amount}." if total <= what.amount else f"{words} {amount}, {number(total)} in all."


def gate(rule: str, text: str) -> str:
    """Return the words of a gate, or its rule if it has none."""
    return sentence(text or rule)


def effort_day(percent: float, reps_percent: float) -> str:
    """Return by how much paces are slower: "Effort day. Paces four per cent slower, short reps two."; 0 ends it."""
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
