"""How times, distances, paces, days and names are spelt, in documents and by runners.

A fault names the right spelling. It needs no pydantic: documents that are checked as models are in `coach.documents`.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import Final, NamedTuple

from coach.quantities import (
    METRES_PER_KM,
    METRES_PER_MILE,
    Metres,
    MetresPerSecond,
    Seconds,
    format_clock,
    parse_clock,
    parse_pace,
)

# --- as documents spell it: a slug, a text, a time, a distance, a pace


class Misspelt(ValueError):
    """Raised inside validators for a value that cannot be read; the reader of the document adds the place."""

    def __init__(self, reason: str, fix: str = "", *, key: str = "") -> None:
        """Keep the reason and the fix, and the key inside the object if the fault lies in one of its values."""
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
        self.key = key


RESERVED_SLUGS: Final = frozenset({"node", "raw", "light", "shard"})
"""Names kept free for the topics of an MQTT broker."""
SLUG_PATTERN: Final = r"^[a-z0-9][a-z0-9_-]{0,31}$"
LONGEST_NAME: Final = 120
"""Most characters of a name, or of another text that is shown in one line."""
LONGEST_PROSE: Final = 4000
"""Most characters of a longer text."""
FASTEST_S_PER_KM: Final = 80.0
"""1:20/km, faster than anyone has run 100 m (96 s/km)."""
SLOWEST_S_PER_KM: Final = 3600.0
"""60:00/km, slower than a stroll."""
LONGEST_S: Final = 24 * 3600.0
"""One step is at most a day."""
LONGEST_M: Final = 500_000.0
"""One step is at most 500 km."""
METRES_PER_YARD: Final = 0.9144
_DISTANCE = re.compile(r"(\d{1,7}(?:\.\d{1,4})?)\s*(m|km|miles?|mi|yd)")
_UNIT_M: Final = {
    "m": 1.0,
    "km": METRES_PER_KM,
    "mile": METRES_PER_MILE,
    "miles": METRES_PER_MILE,
    "mi": METRES_PER_MILE,
    "yd": METRES_PER_YARD,
}
_BARE_SECONDS = re.compile(r"(\d{1,5})\s*(?:s|sec|seconds?|)")
_MINUTES = re.compile(r"(\d{1,4})\s*(?:min|minutes?|m)")


def read_time(text: str) -> Seconds:
    """Read a duration above 0 and up to a day, `1:30` or `1:02:03`.

    Raises:
        Misspelt: with the right spelling where it can be guessed.
    """
    try:
        seconds = parse_clock(text)
    except ValueError:
        raise Misspelt(f'"{text[:40]}" is not a time', f"Write it as {_guess_time(text)}.") from None
    if seconds <= 0:
        raise Misspelt("a time of zero", 'Write how long, such as "1:30", or leave it out.')
    if seconds > LONGEST_S:
        raise Misspelt(
            f'"{text}" is longer than a day', "Times are minutes:seconds or hours:minutes:seconds."
        )
    return seconds


def read_distance(text: str) -> Metres:
    """Read a distance above 0 and up to 500 km: `400 m`, `5 km`, `1 mile`, `220 yd`.

    Raises:
        Misspelt: not a distance, zero, or too long.
    """
    match = _DISTANCE.fullmatch(text.strip())
    if match is None:
        raise Misspelt(f'"{text[:40]}" is not a distance', 'Write it as "400 m", "5 km" or "1 mile".')
    metres = float(match[1]) * _UNIT_M[match[2]]
    if metres < 1:
        raise Misspelt(f'"{text}" is a distance of zero', 'Write how far, such as "400 m".')
    if metres > LONGEST_M:
        raise Misspelt(f'"{text}" is longer than 500 km', "Is the unit right?")
    return Metres(metres)


def read_pace(text: str) -> MetresPerSecond:
    """Read one pace, `4:00/km` or `6:30/mile`, between 1:20 and 60:00 per km.

    Raises:
        Misspelt: not a pace, or an impossible one.
    """
    try:
        speed = parse_pace(text)
    except ValueError:
        raise Misspelt(f'"{text[:40]}" is not a pace', 'Write it as "4:00/km" or "6:30/mile".') from None
    return possible_speed(speed, f'"{text}"')


def read_pace_range(text: str) -> tuple[MetresPerSecond, MetresPerSecond]:
    """Read a pace or a range of paces, `3:55-4:05/km`, as (slowest, fastest) speed; equal for one pace.

    Raises:
        Misspelt: not such paces, or impossible ones.
    """
    first, dash, second = text.replace("–", "-").partition("-")
    if not dash:
        speed = read_pace(text)
        return speed, speed
    unit = second.partition("/")[2]
    both = (read_pace(first if "/" in first else f"{first.strip()}/{unit}"), read_pace(second))
    return min(both), max(both)


def possible_speed(speed: float, label: str) -> MetresPerSecond:
    """Return the speed if a runner could run it.

    Raises:
        Misspelt: faster than 1:20/km or slower than 60:00/km.
    """
    pace = METRES_PER_KM / speed if speed > 0 else float("inf")
    if not FASTEST_S_PER_KM <= pace <= SLOWEST_S_PER_KM:
        why = "no runner is so fast" if pace < FASTEST_S_PER_KM else "that is slower than a stroll"
        raise Misspelt(f"{label} is not possible: {why}", "Paces lie between 1:20/km and 60:00/km.")
    return MetresPerSecond(speed)


def _guess_time(text: str) -> str:
    """Guess the right spelling of a time: `90 s` is `1:30`."""
    bare, minutes = _BARE_SECONDS.fullmatch(text.strip()), _MINUTES.fullmatch(text.strip())
    seconds = int(bare[1]) if bare else int(minutes[1]) * 60 if minutes else 0
    return f'"{format_clock(seconds)}"' if seconds else '"1:30" or "1:02:03"'


# --- names as names of files and topics
#
# A file keeps the letters of any script. A slug has a-z and digits alone, as topics and other programs need it: letters
# whose sound is known without a dictionary are written as such, which a Chinese character or a letter without vowels
# is not.

_NO_LATIN: Final = re.compile(r"[^a-z0-9]+")
_ACCENTS: Final = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
_LONGEST_BYTES: Final = 120
"""Bytes of a file's name at most: encrypted folders allow 143, with its ending and a temporary one. Judged."""


def _spelling(letters: str, sounds: str) -> dict[int, str]:
    return {ord(letter): sound for letter, sound in zip(letters, sounds.split(), strict=True)}


_BASIC: Final = _spelling("æœøłđðþħŋ\u0131", "ae oe o l d d th h ng i")
"""Latin letters that are no letter with an accent."""
_SOUNDS: Final = (
    _BASIC
    | _spelling("абвгдеёжзийклмнопрсту", "a b v g d e e zh z i y k l m n o p r s t u")
    | _spelling("фхцчшщыэюяієїґў", "f kh ts ch sh shch y e yu ya i ye yi g u")
    | _spelling("ђјљњћџѓќѕ", "dj j lj nj c dz g k dz")
    | {ord("ъ"): "", ord("ь"): ""}
    | _spelling("αβγδεζηθικλμνξοπρσςτυφχψω", "a b g d e z i th i k l m n x o p r s s t u f ch ps o")
)
"""Cyrillic and Greek letters by their usual sound; those with an accent are found without it."""
_SYLLABLE: Final = re.compile(r"(?:HIRAGANA|KATAKANA) LETTER (?:SMALL )?([A-Z]+)|HANGUL SYLLABLE ([A-Z]+)")
"""The Unicode names of syllables contain their sound."""


def file_name(text: str, most: int) -> str:
    """The letters and digits of a text in small letters, joined by hyphens; empty without any.

    Accents of Latin letters are left out. The result is the same if it is made again, and `most` letters long at most.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", folded).translate(_BASIC))
    letters = ""
    for letter in unicodedata.normalize("NFC", bare):
        category = unicodedata.category(letter)
        is_kept = (
            category[0] == "L" or category == "Nd" or (category[0] == "M" and letters[-1:] not in {"", "-"})
        )
        letters += letter if is_kept else "-"
    joined = re.sub("-+", "-", letters).strip("-")[:most]
    return joined.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip("-")


def latin(text: str) -> str:
    """The text in small letters, with a-z in place of the letters whose sound is known; others stay."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SOUNDS)
    syllables = ""
    for letter in folded:
        syllable = None if letter.isascii() else _SYLLABLE.fullmatch(unicodedata.name(letter, ""))
        syllables += letter if syllable is None else (syllable[1] or syllable[2]).lower()
    bare = (each for each in unicodedata.normalize("NFKD", syllables) if not unicodedata.combining(each))
    return "".join(bare).translate(_SOUNDS)


def slug_like(text: str, most: int) -> str:
    """A slug of a-z and digits that reads like a text; empty if nothing of it can be written so."""
    return _NO_LATIN.sub("-", latin(text)).strip("-")[:most].strip("-")


# --- as runners write it: a race result
#
# `5k=22:30`, `half 1:35`, `10 miles in 1:12:40`, `I ran a parkrun in 22.30`.

_RACE_NAMES: Final = {
    "parkrun": "5 km",
    "mile": "1 mile",
    "half": "21.0975 km",
    "half marathon": "21.0975 km",
    "half-marathon": "21.0975 km",
    "halfmarathon": "21.0975 km",
    "hm": "21.0975 km",
    "marathon": "42.195 km",
    "full marathon": "42.195 km",
    "fm": "42.195 km",
    "full": "42.195 km",
}
"""The names of distances, and how documents spell them; the lengths are those of World Athletics."""
_COUNT_WORDS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_RACE_DISTANCE: Final = re.compile(
    r"(\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)\s*-?\s*(k|kms?|kilomet(?:er|re)s?|m|met(?:er|re)s?|mi|miles?)"
)
_BARE_METRES: Final = frozenset({"400", "800", "1000", "1500", "2000", "3000", "5000", "10000"})
"""Track races that are named by their metres alone: `1500 in 4:30`."""
_RACE_UNITS: Final = {"k": "km", "m": "m", "mi": "mile", "mile": "mile"}
_RACE_HOURS: Final = re.compile(
    r"(\d{1,2})\s*(?:h|hrs?|hours?)\s*(?:(\d{1,2})(?:\s*(?:m|min|mins|minutes?)?)?)?"
    r"(?:\s*(\d{1,2})\s*(?:s|sec|secs|seconds?)?)?"
)
_RACE_MINUTES: Final = re.compile(
    r"(\d{1,3})\s*(?:m|min|mins|minutes?|'|\u2032|\u2019)\s*"
    r"(?:(\d{1,2})\s*(?:s|sec|secs|seconds?|\"|\u2033|\u201d|'')?)?"
)
_BARE_NUMBER: Final = re.compile(r"\d{1,3}(?:[.,]\d)?")
_RACE_CLOCK: Final = re.compile(
    r"(\d{1,3})([:.,])(\d{2})(?:\2(\d{2}))?(?:[.,](\d)\d?)?\s*(h|hrs?|hours?|min|mins|minutes?)?"
)
_GAP: Final = re.compile(
    r"\s*[=;@]\s*|(?<=[a-z])\s*[:/–—-]\s*(?=\d)|\s+(?:in|for|at|is|was|of)\s+|\s*,\s+|\s+[-–—]\s+|\s+|(?<=[a-z])(?=\d)"
)
_WORDS_BEFORE: Final = re.compile(
    r"^(?:(?:i|my|last|recent|ran|raced|did|run|a|an|the|race|pb|pr|best|time)\s+)+"
)
_WORDS_BEHIND: Final = re.compile(r"(?:\s+(?:race|pb|pr|best|track|road|run|time|was|is|of|in|for))+$|[.!]+$")
_FEWEST_M: Final = 60
"""Shortest distance of a race; `22m 30s` is a time."""
FASTEST_MPS: Final = 7.5
"""Faster than anyone has run a kilometre or more (2:11.96 for 1000 m are 7.58 m/s, 3:43.13 for a mile 7.2)."""
SLOWEST_MPS: Final = 1.2
"""13:53/km, a marathon in 9:46 h. A slower reading of hours and minutes is not meant either. Judged."""
FASTEST_SPRINT_MPS: Final = 10.5
"""Faster than anyone has run 100 m or more (9.58 s are 10.44 m/s): a bare number that gives more is minutes."""
SHORTEST_M: Final = 1000.0
"""A time for a shorter distance may be minutes and seconds whatever the pace."""


class RaceText(NamedTuple):
    """A race result as documents spell it."""

    distance: str
    """`5 km`, `1 mile`, `21.0975 km`."""
    time: str
    """`22:30`, `1:35:00`."""
    guess: str = ""
    """How the time was read if it could be read in two ways, as a sentence; else empty."""


def read_race(text: str) -> RaceText:
    """Read a distance and a time in either order, with `=`, `in`, a comma or a space between.

    A time that cannot be meant as minutes and seconds, such as `half=1:35`, is read as hours and minutes.

    Raises:
        Misspelt: it names no distance or no time; the reason says which of the two was read.
    """
    plain = _without_filler(text)
    halves = [(plain[: gap.start()], plain[gap.end() :]) for gap in _GAP.finditer(plain)]
    for first, second in halves:
        for distance, time in ((first, second), (second, first)):
            length, seconds = _race_distance(distance), _race_seconds(time)
            if length is not None and seconds is not None:
                return _race_text(length, seconds, _without_filler(time))
    label, fix = f'"{text[:40]}"', 'Write it as "5k=22:30" or "half=1:35:00".'
    parts = [plain, *(part for half in halves for part in half)]
    if _race_distance(plain) is not None or any(
        _race_seconds(part) is None and _race_distance(part) is not None for part in parts
    ):
        raise Misspelt(f"{label} is not a race result: the time is not clear", fix)
    if any(_race_seconds(part) is not None for part in parts):
        raise Misspelt(f"{label} is not a race result: the distance is not clear", fix)
    raise Misspelt(f"{label} is not a race result", fix)


_BEFORE_DAY: Final = re.compile(
    r"\s*@\s*|\s+on\s+|\s*[,(]\s*|\s+(?=\d{4}-\d\d-\d\d|last\b|in\s+[a-z]|yesterday|today|about\b|an?\s|\d{1,2}\s+[a-z]|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|couple)\s|[a-z]+\s+ago)",
    re.IGNORECASE,
)


def read_dated_race(text: str, today: str) -> tuple[RaceText, str]:
    """Read a result with the day it was run on behind it, `5k=22:30@2026-05-31`, `5k 22:30 on 10 May`.

    The day is `2026-05-31`, and empty where none is told.

    Raises:
        Misspelt: as `read_race` and `read_day`.
    """
    try:
        return read_race(text), ""
    except Misspelt as wrong:
        problem = wrong
    for gap in _BEFORE_DAY.finditer(text):
        try:
            race = read_race(text[: gap.start()])
        except Misspelt:
            continue
        day_text = text[gap.end() :].strip(" )")
        # Leave a whole date to the document, which accepts it whatever the clock of this computer says.
        return race, day_text if re.fullmatch(r"\d{4}-\d\d-\d\d", day_text) else read_day(day_text, today)
    raise problem


def race_name(distance: str) -> str:
    """The name of a distance as documents spell it: `half`, `marathon`, `5 km`."""
    return {"21.0975 km": "half", "42.195 km": "marathon", "1 mile": "mile"}.get(distance, distance)


def _without_filler(text: str) -> str:
    """Lower case, one blank between words, without the words around a result: `I ran a 5k PB of 22:30`."""
    plain = " ".join(text.casefold().split())
    return _WORDS_BEHIND.sub("", _WORDS_BEFORE.sub("", plain)).strip()


def _race_text(distance: str, seconds: Seconds, time_text: str) -> RaceText:
    metres = read_distance(distance)
    is_guess = _BARE_NUMBER.fullmatch(time_text) is not None
    if is_guess and metres < SHORTEST_M and 60 * metres / seconds < FASTEST_SPRINT_MPS:
        seconds = Seconds(seconds / 60)
    if metres >= SHORTEST_M and metres / seconds > FASTEST_MPS and metres / (60 * seconds) >= SLOWEST_MPS:
        seconds, is_guess = Seconds(60 * seconds), True
    time = format_clock(seconds, tenths=seconds % 1 > 0)
    return RaceText(distance, time, f"{time_text} for {distance} was read as {time}." if is_guess else "")


def _race_distance(text: str) -> str | None:
    """A distance as documents spell it; None if the text is not one."""
    text = _without_filler(text)
    if text in _RACE_NAMES:
        return _RACE_NAMES[text]
    if text in _BARE_METRES:
        return f"{text} m"
    word, _, unit_word = text.partition(" ")
    if word in _COUNT_WORDS:
        text = f"{_COUNT_WORDS[word]} {unit_word}"
    match = _RACE_DISTANCE.fullmatch(text)
    if match is None:
        return None
    word = match[2]
    unit = _RACE_UNITS.get(word) or (
        "km" if word.startswith("k") else "mile" if word.startswith("mi") else "m"
    )
    amount = match[1].replace(",", "" if unit == "m" else ".")
    if float(amount) <= 0 or (unit == "m" and float(amount) < _FEWEST_M):
        return None
    return f"{amount} {unit}s" if unit == "mile" and float(amount) != 1 else f"{amount} {unit}"


def _race_seconds(text: str) -> Seconds | None:
    """A duration in seconds, to a tenth; None if the text is not one."""
    text = _without_filler(text)
    clock = _RACE_CLOCK.fullmatch(text)
    if clock is not None:
        first, second, third, tenth = (int(clock[group] or 0) for group in (1, 3, 4, 5))
        has_hours = clock[4] is not None or (clock[6] or "").startswith("h")
        seconds = first * 3600 + second * 60 + third if has_hours else first * 60 + second
        fits = max(second, third) < 60
        return Seconds(seconds + tenth / 10) if fits and seconds else None
    if _BARE_NUMBER.fullmatch(text):
        return Seconds(60.0 * float(text.replace(",", "."))) or None
    match = _RACE_HOURS.fullmatch(text) or _RACE_MINUTES.fullmatch(text)
    if match is None:
        return None
    parts = [int(part or 0) for part in match.groups()]
    seconds = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    return Seconds(float(seconds)) if seconds and max(parts[1:], default=0) < 60 else None


# --- as runners write it: a pace
#
# `4:10`, `4.10/km`, `6:42 a mile`.

_PACE: Final = re.compile(
    r"(\d{1,2})\s*(?::|\.|'|\u2032|\u2019|m|min)\s*(\d{2})\s*(?:\"|\u2033|\u201d|''|s|sec|min)?\s*"
    r"(?:(?:/|per|an?|each)\s*(?P<unit>k|kms?|kilomet(?:er|re)s?|mi|miles?))?"
)


def read_spoken_pace(text: str, unit: str = "km") -> str:
    """Read a pace as it is said, `4:10`, `4.10/km`, `6:42 a mile`; gives `4:10/km`, per `unit` if none is said.

    Raises:
        Misspelt: it is no pace, or an impossible one.
    """
    plain = " ".join(text.casefold().replace("min/", "/").split())
    plain = re.sub(r"^(?:my\s+)?(?:threshold(?:\s+pace)?|pace)\s*[=:]?\s*|\s*\(?threshold\)?$", "", plain)
    match = _PACE.fullmatch(plain)
    if match is None or int(match[2]) >= 60:
        example = "4:10/km" if unit == "km" else "6:42/mile"
        raise Misspelt(f'"{text[:40]}" is not a pace', f'Write it as "{example}".')
    per = match["unit"]
    pace = f"{int(match[1])}:{match[2]}/{unit if per is None else 'km' if per.startswith('k') else 'mile'}"
    read_pace(pace)
    return pace


# --- as runners write it: a day, and a race that is still to come
#
# `10 May`, `3 weeks ago`, `last Saturday`; `10k 16 May`, `half in 12 weeks`.

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS_OF: Final = {"day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.4, "year": 365.25}
_AGO: Final = re.compile(
    r"(?:about\s+)?(\d{1,3}|[a-z]+)(?:\s+of)?\s+(day|week|fortnight|month|year)s?(?:\s+ago)?"
)
_LAST_PERIOD: Final = re.compile(r"(this|last|the other)\s+(day|week|weekend|month|year)")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s*(?:of\s+)?([a-z]{3,9})\.?,?(?:\s+(\d{4}))?")
_MONTH_DAY: Final = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?")
_MONTH: Final = re.compile(r"(?:early |mid |late |last )?([a-z]{3,9})\.?(?:\s+(\d{4}))?")
_DAY_NUMBERS: Final = re.compile(r"(\d{1,2})([./])\s?(\d{1,2})\2?\s?(\d{4})?")
_ISO: Final = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_YEAR: Final = re.compile(r"(\d{4})")
_DAY_FIX: Final = 'Write it as "10 May", "3 weeks ago" or 2026-05-10.'
_HALF_A_YEAR: Final = frozenset({"half a year", "half a year ago", "half year ago", "six months"})
_MOST_YEARS: Final = 90
"""Earliest day: a year so far back is a typing mistake. Judged."""


def read_day(text: str, today: str) -> str:
    """Read the day something was on, as told on the day `today` (`2026-05-31`), and give it in that form too.

    A day without its year is the last one there was; a month alone stands for its middle, a year for its summer.
    Nothing said is today.

    Raises:
        Misspelt: it is no day, may be two, or is still to come.
    """
    now = date.fromisoformat(today)
    plain = " ".join(text.casefold().split()).strip(" .!")
    plain = re.sub(r"^(?:on|in|it was|was|about|around)\s+(?:the\s+)?", "", plain)
    day = _past_day(plain, now)
    if day is None:
        raise Misspelt(f'"{text[:40]}" is not a date', _DAY_FIX)
    if day > now:
        raise Misspelt(f'"{text[:40]}" is still to come', _DAY_FIX)
    if now.year - day.year > _MOST_YEARS:
        raise Misspelt(f'"{text[:40]}" is over {_MOST_YEARS} years ago', _DAY_FIX)
    return day.isoformat()


def _past_day(plain: str, now: date) -> date | None:
    if plain in {"", "today", "now", "just now", "this morning", "lately", "recently"}:
        return now
    if plain == "tomorrow" or plain.startswith(("next ", "in a ")):
        return now + timedelta(days=1)
    if plain in {"yesterday", "last night"}:
        return now - timedelta(days=1)
    if plain in _HALF_A_YEAR:
        return now - timedelta(days=182)
    weekday = plain.removeprefix("last ").removeprefix("this ")
    names = [name for name in _WEEKDAYS if len(weekday) >= 3 and name.startswith(weekday)]
    if names:
        return now - timedelta(days=(now.weekday() - _WEEKDAYS.index(names[0])) % 7 or 7)
    return _days_ago(plain, now) or _calendar_day(plain, now)


def _days_ago(plain: str, now: date) -> date | None:
    last = _LAST_PERIOD.fullmatch(plain)
    if last is not None:
        if last[2] == "weekend":
            return now - timedelta(days=(now.weekday() - 6) % 7 or 7)
        return now - timedelta(days=0 if last[1] == "this" else round(_DAYS_OF[last[2]]))
    match = _AGO.fullmatch(re.sub(r"^an? (?=few|couple)", "", plain))
    if match is None:
        return None
    counts = _COUNT_WORDS | {"few": 3, "couple": 2, "some": 3}
    count = int(match[1]) if match[1].isdigit() else counts.get(match[1])
    return None if count is None else now - timedelta(days=round(count * _DAYS_OF[match[2]]))


def _calendar_day(plain: str, now: date) -> date | None:
    """A day of the calendar; one without a year is the most recent."""
    iso = _ISO.fullmatch(plain)
    if iso is not None:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if (year := _YEAR.fullmatch(plain)) is not None and int(year[1]) > 1900:
        return min(now, date(int(year[1]), 7, 1)) if int(year[1]) == now.year else date(int(year[1]), 7, 1)
    if (numbers := _DAY_NUMBERS.fullmatch(plain)) is not None:
        return _numbers_day(numbers, now)
    for pattern, day_group, month_group in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1), (_MONTH, 0, 1)):
        match = pattern.fullmatch(plain)
        month = None if match is None else _month(match[month_group])
        if match is None or month is None:
            continue
        written_year = match[match.re.groups]
        day = int(match[day_group]) if day_group else 15
        if written_year:
            return _date(int(written_year), month, day)
        if not day_group and month == now.month:
            return min(now, date(now.year, month, 15))
        return _latest(month, day, now)
    return None


def _numbers_day(match: re.Match[str], now: date) -> date | None:
    day, month = _day_and_month(match)
    return _date(int(match[4]), month, day) if match[4] else _latest(month, day, now)


def _day_and_month(match: re.Match[str]) -> tuple[int, int]:
    """`10.5.` is the tenth of May; `10/5` can be read in two ways and is refused unless only one is a date."""
    first, second = int(match[1]), int(match[3])
    if match[2] == "/" and first <= 12 and second <= 12 and first != second:
        months = f"{first} {_MONTHS[second - 1].title()} or {second} {_MONTHS[first - 1].title()}"
        raise Misspelt(f'"{match[0]}" may be {months}', "Write the month as a word.")
    return (second, first) if second > 12 else (first, second)


def _month(word: str) -> int | None:
    names = [place for place, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
    return 9 if word == "sept" else names[0] if names else None


_COMING_FIX: Final = 'Write it as "10k 16 May" or "half 2027-10-03".'


def read_coming_race(text: str, today: str) -> tuple[str, str]:
    """Read a race that is still to come, its distance and its day in either order: `10k 16 May`, `half in 12 weeks`.

    A day without its year is the next there is. The distance is given as documents spell it, the day as `2027-05-16`.

    Raises:
        Misspelt: it names no distance or no day, or the day is over.
    """
    now = date.fromisoformat(today)
    words = " ".join(text.casefold().replace(",", " ").split()).strip(" .!").split(" ")
    label, is_race = f'"{text[:40]}"', False
    for count in range(min(3, len(words)), 0, -1):
        for length, rest in ((words[:count], words[count:]), (words[-count:], words[:-count])):
            distance = _race_distance(" ".join(length))
            if distance is None:
                continue
            is_race = True
            race_text = re.sub(r"^(?:on|in|at|@)\s+(?:the\s+)?|\s+(?:the|on)$", "", " ".join(rest))
            day = _coming_day(race_text, now)
            if day is not None and day < now:
                raise Misspelt(f"{label} is over: {day:%a} {day.day} {day:%b %Y}", "Name a race to come.")
            if day is not None:
                return distance, day.isoformat()
    if is_race:
        raise Misspelt(f"{label} has no day yet", _COMING_FIX)
    raise Misspelt(f"{label} is not a race yet: it begins with a distance", _COMING_FIX)


def _coming_day(plain: str, now: date) -> date | None:
    """A day of the calendar, or in so many weeks; one without a year is the next."""
    if plain in {"today", "tomorrow"}:
        return now + timedelta(days=plain == "tomorrow")
    names = [place for place, name in enumerate(_WEEKDAYS) if len(plain) >= 3 and name.startswith(plain)]
    if names:
        return now + timedelta(days=(names[0] - now.weekday()) % 7 or 7)
    counted = re.fullmatch(r"(\d{1,3}|[a-z]+)\s+(day|week|month)s?", plain)
    if counted is not None:
        count = int(counted[1]) if counted[1].isdigit() else _COUNT_WORDS.get(counted[1], 0)
        return now + timedelta(days=round(count * _DAYS_OF[counted[2]])) if count else None
    iso, numbers = _ISO.fullmatch(plain), _DAY_NUMBERS.fullmatch(plain)
    if iso is not None:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if numbers is not None:
        day, month = _day_and_month(numbers)
        return _date(int(numbers[4]), month, day) if numbers[4] else _next(month, day, now)
    for pattern, day_group, month_group in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        match = pattern.fullmatch(plain)
        month_told = None if match is None else _month(match[month_group])
        if match is not None and month_told is not None:
            day = int(match[day_group])
            return _date(int(match[3]), month_told, day) if match[3] else _next(month_told, day, now)
    return None


def _next(month: int, day: int, now: date) -> date | None:
    """The next such day from `now` on; 29 February may be up to eight years ahead."""
    days = (_date(now.year + ahead, month, day) for ahead in range(9))
    return next((each for each in days if each is not None and each >= now), None)


def _latest(month: int, day: int, now: date) -> date | None:
    """The last such day up to `now`; 29 February may be up to eight years back."""
    days = (_date(now.year - back, month, day) for back in range(9))
    return next((each for each in days if each is not None and each <= now), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
