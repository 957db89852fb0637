"""Cuts a line into tokens, each with its place: numbers, clocks, words, quoted texts and signs.

Whatever keyboard the line was typed on, the signs come out the same: `×` and `*` are `x`, every kind of prime is a
minute or a second, every dash a hyphen. A quote sign behind a digit is a time; anywhere else it opens a text.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

LONGEST_LINE: Final = 2000
"""Characters of a line; a page of a coach's book is less. Judged."""

TokenKind = Literal["number", "clock", "ratio", "word", "text", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line."""

    kind: TokenKind
    text: str
    """As the grammar knows it: words in lower case, signs in their one form."""
    start: int
    end: int
    value: float = 0.0
    """Of a number; seconds of a clock; parts of rest to one of work of a ratio."""
    is_spaced: bool = False
    """Is there a space in front of it?"""
    raw: str = ""
    """As typed."""


class NotationFault(Exception):
    """A line cannot be read at a place; `fix` says what to write there."""

    def __init__(self, reason: str, start: int, end: int, fix: str = "", *, replacement: str = "") -> None:
        """Keep the reason, the characters it is about, and what could stand there instead."""
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end
        self.fix = fix
        self.replacement = replacement


_SIGNS: Final = {
    "×": "x", "✕": "x", "✖": "x", "*": "x", "⋅": "x",
    "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "‒": "-", "~": "-",  # noqa: RUF001 - dashes people type
    "’": "'", "‘": "'", "′": "'", "´": "'", "`": "'", "‛": "'", "ʹ": "'",  # noqa: RUF001 - primes
    "”": '"', "“": '"', "″": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "ʺ": '"',
    "→": "→", "⇒": "→", "➔": "→", "➜": "→",
    "≤": "<", "≥": ">", "，": ",", "；": ";", "：": ":", "（": "(", "）": ")",  # noqa: RUF001 - wide signs
    "{": "(", "}": ")", "|": "/", "∕": "/", "⁄": "/", "\r": "\n", "＋": "+", "＠": "@",  # noqa: RUF001
}  # fmt: skip
"""What else is typed for a sign. One character each, so that places stay true."""
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_SPACE: Final = re.compile(r"[^\S\n]+")
_CLOCK: Final = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,3}))?(?!\d)")
_RATIO: Final = re.compile(r"(\d):(\d)(?!\d)")
_FRACTION: Final = re.compile(r"([1357])/([248])(?=\s*mi(?:les?)?\b)")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS: Final = re.compile(r"\d{1,2}[.,]\d{3}")
_ABBREVIATED: Final = re.compile(r"w/up|w/u|w\.u\.|c/down|c/d|c\.d\.|w/d|r/i", re.IGNORECASE)
_HYPHENATED: Final = re.compile(
    r"warm-up|cool-down|warm-down|send-off|time-trial|half-marathon|all-out|walk-back|jog-back|walk-down|jog-down|"
    r"walk-jog|vo2-max|vo2max|tempo-run|mid-5k|w-up|c-down|ga ?1",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+\.?(?![^\W\d_])")
_TIME_SIGNS: Final = "'\""


def tokens_of(line: str) -> list[Token]:
    """Cut a line into tokens; the last of them is the end.

    Raises:
        NotationFault: the line is empty or too long, or holds a sign that means nothing here.
    """
    if len(line) > LONGEST_LINE:
        raise NotationFault(
            f"the line is longer than {LONGEST_LINE} characters",
            LONGEST_LINE,
            LONGEST_LINE + 1,
            "Write it as a file: coach workout new FILE.json",
        )
    plain = "".join(_SIGNS.get(letter, letter) for letter in line)
    tokens: list[Token] = []
    place, is_spaced = 0, True
    while place < len(plain):
        space = _SPACE.match(plain, place)
        if space:
            place, is_spaced = space.end(), True
            continue
        token = _token(line, plain, place, is_spaced=is_spaced, before=tokens[-1] if tokens else None)
        tokens.append(token)
        place, is_spaced = token.end, False
    if all(token.text == "\n" for token in tokens):
        raise NotationFault(
            "there is nothing to read", 0, 1, "Such as: 2km easy + 6x800 @ 5k / 400 jog + 1km easy"
        )
    tokens.append(Token("end", "", len(line.rstrip()), len(line.rstrip()) + 1, is_spaced=True))
    return tokens


def _token(line: str, plain: str, place: int, *, is_spaced: bool, before: Token | None) -> Token:
    """Cut the token that begins at a place."""

    def made(kind: TokenKind, text: str, end: int, value: float = 0.0) -> Token:
        return Token(kind, text, place, end, value, is_spaced, line[place:end])

    letter = plain[place]
    if letter.isdecimal() or letter in _FRACTIONS:
        return _number(line, plain, place, is_spaced=is_spaced)
    for pattern in (_ABBREVIATED, _HYPHENATED):
        match = pattern.match(plain, place)
        if match and not plain[match.end() : match.end() + 1].isalnum():
            return made("word", match[0].casefold(), match.end())
    if letter.isalpha():
        match = _WORD.match(plain, place)
        assert match is not None
        word = match[0].casefold().removesuffix(".")
        return made("sign" if word == "x" else "word", word, match.end())
    if letter in _TIME_SIGNS:
        is_time = (
            not is_spaced
            and before is not None
            and (before.kind in {"number", "clock"} or before.text == "'")
        )
        if is_time and plain[place : place + 2] == "''":
            return made("sign", '"', place + 2)
        if is_time:
            return made("sign", letter, place + 1)
        close = plain.find(letter, place + 1)
        if close < 0:
            raise NotationFault(
                "a text begins here that does not end",
                place,
                place + 1,
                f"Close it with {letter}, or take the sign out.",
            )
        return made("text", line[place + 1 : close].strip(), close + 1)
    if plain.startswith(("->", "=>"), place):
        return made("sign", "→", place + 2)
    if letter in "+;,/@()[]<>%=&-\n:→.#":
        return made("sign", letter, place + 1)
    raise NotationFault(f"{line[place]!r} means nothing here", place, place + 1, "Take it out.")


def _number(line: str, plain: str, place: int, *, is_spaced: bool) -> Token:
    """Cut a number, a clock or a ratio."""

    def made(kind: TokenKind, end: int, value: float) -> Token:
        return Token(kind, plain[place:end], place, end, value, is_spaced, line[place:end])

    if plain[place] in _FRACTIONS:
        return made("number", place + 1, _FRACTIONS[plain[place]])
    clock = _CLOCK.match(plain, place)
    if clock:
        big, small, last, part = clock[1], clock[2], clock[3], clock[4]
        if int(small) >= 60 or int(last or 0) >= 60:
            raise NotationFault(
                f"{clock[0]} is no time: seconds go to 59", place, clock.end(), "Such as 1:30."
            )
        seconds = int(big) * 60.0 + int(small)
        seconds = seconds * 60 + int(last) if last else seconds
        return made("clock", clock.end(), seconds + (float(f"0.{part}") if part else 0.0))
    ratio = _RATIO.match(plain, place)
    if ratio and int(ratio[1]):
        return made("ratio", ratio.end(), int(ratio[2]) / int(ratio[1]))
    fraction = _FRACTION.match(plain, place)
    if fraction:
        return made("number", fraction.end(), int(fraction[1]) / int(fraction[2]))
    match = _NUMBER.match(plain, place)
    if match is None:  # a digit of another script
        raise NotationFault(f"{line[place]!r} is no digit here", place, place + 1, "Write 0 to 9.")
    is_in_list = plain[place - 1 : place] == "," and plain[place - 2 : place - 1].isdecimal()
    value, end = _value(match[0].partition(",")[0] if is_in_list else match[0])
    end += place
    if plain[end : end + 1] in _FRACTIONS:
        value, end = value + _FRACTIONS[plain[end]], end + 1
    return made("number", end, value)


def _value(digits: str) -> tuple[float, int]:
    """The value of digits with points and commas, and how many characters of them it takes.

    `1,5` is one and a half, `1.000` a thousand, and of `400,800,1200` the first is taken.
    """
    parts = re.split(r"[.,]", digits)
    first = parts[0]
    if len(first) > 7:
        first = first[:7]
    is_thousands = _THOUSANDS.fullmatch(digits) is not None and int(first) > 0
    if is_thousands:
        return float(first + parts[1]), len(digits)
    is_list = len(parts) > 2 or (len(first) >= 3 and "," in digits)
    if len(parts) == 1 or is_list:
        return float(first), len(parts[0])
    return float(f"{first}.{parts[1][:4]}"), len(digits)


__all__ = ["LONGEST_LINE", "NotationFault", "Token", "tokens_of"]
