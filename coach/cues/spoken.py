"""How numbers, ends and targets are said: for the ear, as runners say them to each other."""

from typing import Final

from coach.quantities import METRES_PER_KM, METRES_PER_MILE
from coach.workout.timeline import Band, HeartRateEnd, Quantity, Steer, Step, Target, Until

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def sentence(text: str) -> str:
    """Make a sentence of some words: a capital in front, a full stop behind; nothing of nothing."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.?!' else '.'}"


def number(value: float) -> str:
    """Say a whole number from 0 to 999,999."""
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
    """Say a number to the tenth, without one where it is whole: "three", "three point eight"."""
    whole, tenth = divmod(round(value * 10), 10)
    return f"{number(whole)} point {_ONES[tenth]}" if tenth else number(whole)


def beats(bpm: float) -> str:
    """Say a heart rate or cadence as runners do: 98 "ninety-eight", 105 "one oh five", 150 "one fifty"."""
    hundreds, rest = divmod(round(bpm), 100)
    if not hundreds:
        return number(rest)
    if not rest:
        return f"{number(hundreds)} hundred"
    return f"{number(hundreds)} {_two_digits(rest)}"


def clock(seconds: float) -> str:
    """Say a time of a run or a pace: 48 "forty-eight", 245 "four oh five", 240 "four flat"."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{number(hours)} {_two_digits(minute)} {_two_digits(second)}"
    if not minute:
        return number(second)
    return f"{number(minute)} {_two_digits(second) if second else 'flat'}"


def clock_tenths(seconds: float) -> str:
    """Say a time to the tenth: 48.2 "forty-eight point two"."""
    whole, tenth = divmod(round(seconds * 10), 10)
    return f"{clock(whole)} point {_ONES[tenth]}"


def duration(seconds: float) -> str:
    """Say how long something takes: "forty-five seconds", "two minutes", "one thirty", "one hour"."""
    whole = round(seconds)
    if whole < 60:
        return "one second" if whole == 1 else f"{number(whole)} seconds"
    minutes, second = divmod(whole, 60)
    if second:
        return clock(whole)
    hours, minute = divmod(minutes, 60)
    if not hours:
        return "one minute" if minute == 1 else f"{number(minute)} minutes"
    spoken = "one hour" if hours == 1 else f"{number(hours)} hours"
    return f"{spoken} {number(minute)}" if minute else spoken


def metres(value: float) -> str:
    """Say a distance: "four hundred metres", "one thousand metres", "five k", "one point two k"."""
    whole = round(value)
    if whole < 2000:
        return f"{number(whole)} metres"
    kilometres, rest = divmod(round(value / 100), 10)
    return f"{number(kilometres)} point {_ONES[rest]} k" if rest else f"{number(kilometres)} k"


def pace(speed: float, unit: str = "km") -> str:
    """Say a speed in m/s as a pace per kilometre or mile: "four oh five"."""
    return clock((METRES_PER_MILE if unit == "mile" else METRES_PER_KM) / speed)


def belt(speed: float) -> str:
    """Say a speed in m/s as a belt shows it, in km/h: "fourteen one", "twelve"."""
    whole, tenth = divmod(round(speed * 36), 10)
    return f"{number(whole)} {_ONES[tenth]}" if tenth else number(whole)


def until(end: Until) -> str:
    """Say what ends a step, distance before time; empty when somebody will say so."""
    if (distance := end.distance()) is not None:
        return metres(distance)
    if (seconds := end.time()) is not None:
        return duration(seconds)
    for one in end.ends:
        if isinstance(one, HeartRateEnd):
            return f"until {beats(one.bpm)}"
    return ""


def target_words(target: Target, step: Step, *, belt_speed: bool = False, unit: str = "km") -> str:
    """Say a target: "at four ten", "under one fifty", "at one eighty steps", or its own words."""
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
