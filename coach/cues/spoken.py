"""How numbers are said: for the ear, as runners say them to each other."""

from typing import Final

from coach.quantities import METRES_PER_KM

_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


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


def pace(speed: float) -> str:
    """Say a speed in m/s as a pace per kilometre: "four oh five"."""
    return clock(METRES_PER_KM / speed)


def belt(speed: float) -> str:
    """Say a speed in m/s as a belt shows it, in km/h: "fourteen one", "twelve"."""
    whole, tenth = divmod(round(speed * 36), 10)
    return f"{number(whole)} {_ONES[tenth]}" if tenth else number(whole)


def _two_digits(value: int) -> str:
    return f"oh {_ONES[value]}" if value < 10 else number(value)
