"""Reads the length of a step (a distance, a time, the rungs of a ladder, or another end), and the rest behind it."""

from dataclasses import dataclass
from typing import Final

from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock
from coach.spelling import LONGEST_M, LONGEST_S, METRES_PER_YARD
from coach.workout.kinds import EASY
from coach.workout.notation import lexer
from coach.workout.notation.lexer import (
    MINUTES_UNDER,
    Aim,
    CountReader,
    Cursor,
    Length,
    NotationFault,
    Part,
    Rest,
    Token,
    Tree,
    pace_text,
)
from coach.workout.notation.targets import LAP_M, TargetReader

_FACTORS: Final = {
    "m": 1.0,
    "km": 1000.0,
    "mi": METRES_PER_MILE,
    "yd": METRES_PER_YARD,
    "lap": LAP_M,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
}
_TIMES: Final = frozenset({"s", "min", "h"})
_ON_OFF_S: Final = frozenset({10.0, 15.0, 20.0, 30.0, 40.0, 45.0, 60.0, 90.0})
"""Numbers that are seconds in `30/30`, `90/90`. Judged."""
SHORTEST_LADDER: Final = 3
"""Fewest rungs of a ladder; two lengths are two steps, or a mistake."""


class LengthReader:
    """Reads lengths."""

    def __init__(self, cursor: Cursor, counts: CountReader, aims: TargetReader) -> None:
        """Read at a cursor; a heart rate that ends a step is read like a target."""
        self._cursor = cursor
        self._counts = counts
        self._aims = aims

    def is_here(self, ahead: int = 0) -> bool:
        """Return whether a length begins here."""
        return (
            self._cursor.peek(ahead).kind in {"number", "clock"}
            or self._cursor.sees("until", "open", ahead=ahead)
            or self._is_unit_alone(ahead)
        )

    def _is_unit_alone(self, ahead: int) -> bool:
        """Return whether a unit stands here for one of it, as in `5 x mile`."""
        token = self._cursor.peek(ahead)
        is_written_out = token.kind == "word" and len(token.text) > 1
        return is_written_out and lexer.UNITS.get(token.text) in {"km", "mi", "lap"}

    def read(self, *, is_counted: bool = False, is_listed: bool = False) -> list[Length]:
        """Read a length, or the rungs of a ladder; with `is_listed` several lengths in a row are one ladder."""
        if self._cursor.sees("until", "open"):
            return [self.read_until()]
        in_a_row = self._rungs_in_a_row() if is_listed else 0
        amounts = [self.read_amount()]
        if in_a_row >= SHORTEST_LADDER and (self._cursor.sees(",") or amounts[0][1] not in {"", "m"}):
            self._cursor.guess("the lengths in a row are one ladder: target and rest hold for all of them")
        while len(amounts) < in_a_row >= SHORTEST_LADDER or self._is_rung_next(
            len(amounts), is_counted=is_counted
        ):
            self._cursor.accept("-", ",", "/")
            amounts.append(self.read_amount())
        if len(amounts) == 2:
            raise self._no_range(*amounts)
        unit = amounts[-1][1]
        return [
            self.length_of(value, each or self._unit_of_ladder(value, unit), start, end)
            for value, each, start, end in amounts
        ]

    def _no_range(
        self, first: tuple[float, str, int, int], second: tuple[float, str, int, int]
    ) -> NotationFault:
        """The fault of two lengths with a dash between: only one can end the step."""
        token = Token("number", "", second[2], second[3])
        last = self._cursor.shown(second[2], second[3])
        unit = last.removeprefix(self._cursor.shown(second[2], second[2] + 1))
        first_text = self._cursor.shown(first[2], first[3]) + ("" if first[1] else unit)
        return self._cursor.fault(
            "two lengths are neither a ladder nor a range",
            token,
            f"Write one length, {first_text} or {last}; three or more for a ladder; or a + between two steps.",
        )

    @staticmethod
    def _unit_of_ladder(value: float, unit: str) -> str:
        """The unit of a rung without one: that of the last rung, if it fits."""
        return unit if value < MINUTES_UNDER else ""

    def _is_rung_next(self, rungs: int, *, is_counted: bool) -> bool:
        """Return whether another rung follows after so many rungs."""
        token = self._cursor.peek()
        if token.text == "-" and is_counted and token.is_spaced and self._cursor.peek(1).is_spaced:
            return False  # a dash between two parts
        if token.text == "-" and self._cursor.peek(1).kind in {"number", "clock"}:
            return not self._counts.is_sign(2)
        if token.text == "/" and not token.is_spaced and self._cursor.peek(1).kind == "number":
            return self._slashed_rungs() >= 2
        if token.text == "," and self._cursor.peek(1).kind == "number":
            return self._bare_rungs(1) >= 2 or (rungs > 1 and self._bare_rungs(1) >= 1)
        if token.kind == "number" and self._cursor.at:
            return self._bare_rungs(0) >= 2 or (rungs > 1 and self._bare_rungs(0) >= 1)
        return False

    def _slashed_rungs(self) -> int:
        """The numbers that follow with slashes and no space between: the count ahead, and the count behind."""
        number = 0
        while (
            self._cursor.sees("/", ahead=2 * number)
            and not self._cursor.peek(2 * number).is_spaced
            and self._cursor.peek(2 * number + 1).kind == "number"
            and not self._cursor.peek(2 * number + 1).is_spaced
        ):
            number += 1
        if number and self._cursor.at > 2 and self._cursor.tokens[self._cursor.at - 2].text == "/":
            number += 1
        return number

    def _rungs_in_a_row(self) -> int:
        """The number of times or distances in a row here, with commas or nothing between, before what applies to all.

        0 if they are of two measures, or if no target and no rest follows them: then they are steps.
        """
        number, ahead, measures = 0, 0, set()
        while self._cursor.peek(ahead).kind in {"number", "clock"} and not self._counts.is_part_ahead(ahead):
            measures.add(self._measure(ahead))
            ahead += self.token_count(ahead)
            number += 1
            if self._cursor.sees(",", ahead=ahead):
                ahead += 1
        is_held = self._cursor.sees("@", "/", *lexer.WITH_WORDS, *lexer.REST_WORDS - {"off"}, ahead=ahead)
        return number if is_held and len(measures) == 1 and "" not in measures else 0

    def _measure(self, ahead: int) -> str:
        """The measure of the length here, `time` or `distance`; empty for a small number without a unit."""
        token, size = self._cursor.peek(ahead), self.token_count(ahead)
        unit = self._cursor.peek(ahead + 1).text if size > 1 else ""
        name = lexer.UNITS.get(unit, "")
        if token.kind == "clock" or unit in {"'", '"'} or name in _TIMES:
            return "time"
        if name == "m" or not name:
            return "distance" if token.value >= MINUTES_UNDER else "time" if name else ""
        return "distance"

    def _bare_rungs(self, ahead: int) -> int:
        """The number of bare numbers of metres in a row here, with or without commas."""
        number = 0
        while True:
            token = self._cursor.peek(ahead)
            if token.kind != "number" or token.value < MINUTES_UNDER or self._counts.is_sign(ahead + 1):
                return number
            after = self._cursor.peek(ahead + 1)
            if after.kind == "word" and after.text in lexer.UNITS and after.text != "m":
                return number
            number += 1
            ahead += 1
            if after.text == "m":
                ahead += 1
            if self._cursor.sees(",", ahead=ahead):
                ahead += 1

    def read_amount(self) -> tuple[float, str, int, int]:
        """Read a number with its unit, or a clock: value, unit (empty if there is none), and the place."""
        token = self._cursor.take()
        if token.kind != "number":
            return self._amount_without_number(token)
        if self._is_on_off(token):
            self._cursor.guess(f"{token.raw}/{self._cursor.peek(1).raw} is read as seconds")
            return token.value, "s", token.start, token.end
        unit, end = "", token.end
        sign = self._cursor.peek()
        if token.value >= 200 and token.value % 100 == 0 and self._is_plural(sign):
            self._cursor.guess(f"{token.raw}s is read as {token.raw} m")
            end = (
                self._cursor.take().end
                if sign.text == "s"
                else (self._cursor.take(), self._cursor.take())[1].end
            )
            return token.value, "m", token.start, end
        if sign.text in {"'", '"'} and sign.kind == "sign":
            self._cursor.take()
            value, end = token.value * (60 if sign.text == "'" else 1), sign.end
            if (
                sign.text == "'"
                and self._cursor.peek().kind == "number"
                and not self._cursor.peek().is_spaced
            ):
                part = self._cursor.take()
                value, end = value + part.value, part.end
                closing = self._cursor.accept('"', "'", "s", "sec")
                end = closing.end if closing else end
            return value, "s", token.start, end
        phrase, size = self._cursor.phrase(lexer.UNITS)
        if not phrase:
            return token.value, "", token.start, end
        unit = lexer.UNITS[phrase]
        for _ in range(size):
            end = self._cursor.take().end
        if phrase == "m" and self._cursor.peek().kind == "number" and not self._cursor.peek().is_spaced:
            unit = "min"
        value = token.value
        if unit in {"min", "h"}:
            more = self._more_time(unit)
            if more is not None:
                return value * _FACTORS[unit] + more[0], "s", token.start, more[1]
        return value, ("m?" if phrase == "m" and value < MINUTES_UNDER else unit), token.start, end

    def _amount_without_number(self, token: Token) -> tuple[float, str, int, int]:
        """Read a clock, or a unit alone, which means one of it."""
        if token.kind == "clock":
            return self._clock_amount(token)
        if self._is_unit_alone(-1):
            return 1.0, lexer.UNITS[token.text], token.start, token.end
        raise self._cursor.fault(
            "a length is missing here", token, "For example: 800, 1km, 1mi, 2:00 or 20min."
        )

    def _is_on_off(self, token: Token) -> bool:
        """Return whether this is the first of `30/30`, seconds of work and of rest."""
        slash, rest = self._cursor.peek(), self._cursor.peek(1)
        is_glued = slash.text == "/" and rest.kind == "number" and not slash.is_spaced and not rest.is_spaced
        are_seconds = {token.value, rest.value} <= _ON_OFF_S
        return is_glued and are_seconds and self._cursor.peek(2).text not in {*lexer.UNITS, "'", '"', "/"}

    def _is_plural(self, sign: Token) -> bool:
        """Return whether this is the plural of a distance, as in `10 x 400s` and `400's`."""
        if sign.is_spaced:
            return False
        return sign.text == "s" or (sign.text == "'" and self._cursor.sees("s", ahead=1))

    def _clock_amount(self, token: Token) -> tuple[float, str, int, int]:
        """Read the unit behind a clock: `2:00 min`, `1:30 h`."""
        end = token.end
        if self._cursor.sees("h", "hr", "hrs", "std"):
            end = self._cursor.take().end
            value = token.value * 60 if token.text.count(":") == 1 else token.value
            return value, "s", token.start, end
        if self._cursor.sees("min", "mins", "minutes", "minuten", "minuti", "m") or self._cursor.sees(
            "'", '"'
        ):
            end = self._cursor.take().end
        return token.value, "s", token.start, end

    def _more_time(self, unit: str) -> tuple[float, int] | None:
        """Read the smaller half of a time: `1m30`, `1 min 30 s`, `1h15`."""
        token = self._cursor.peek()
        if token.kind != "number" or token.value >= 60 or self._counts.is_sign(1):
            return None
        smaller = self._cursor.peek(1)
        factor = 1.0 if unit == "min" else 60.0
        names = {"s", "sec", "secs", "seconds", "sek", '"'} if unit == "min" else {"min", "mins", "m", "'"}
        is_named = smaller.text in names and not (unit == "min" and smaller.text == "'")
        if token.is_spaced and not is_named:
            return None
        self._cursor.take()
        end = self._cursor.take().end if is_named else token.end
        return token.value * factor, end

    def length_of(self, value: float, unit: str, start: int, end: int, *, is_rest: bool = False) -> Length:
        """Make a length of a value and its unit; a missing or doubtful unit is decided here."""
        shown = f"{value:g}"
        token = Token("number", shown, start, end, value, raw=shown)
        if unit == "m?":
            if self._cursor.peek().text in lexer.RUN_BY_METRES:
                unit = "m"
            else:
                unit = "min"
                self._cursor.guess(f"{shown}m is read as {shown} minutes")
        if not unit:
            unit = self._bare_rest_unit(value, token) if is_rest else self._bare_unit(value, token)
        amount = value * _FACTORS[unit]
        if unit == "lap":
            self._cursor.guess(f"a lap is taken as {LAP_M:.0f} m")
        if unit in _TIMES:
            if not 1 <= amount <= LONGEST_S:
                raise self._cursor.fault(
                    "that is not a possible time" if amount < 1 else "that is longer than a day",
                    token,
                    "For example: 90s, 2:00 or 20min.",
                )
            return Length({"time": format_clock(amount)}, start, end, seconds=float(round(amount)))
        if not 1 <= amount <= LONGEST_M:
            raise self._cursor.fault(
                "that is not a possible distance" if amount < 1 else "that is longer than 500 km",
                token,
                "For example: 400, 1km or 1mi.",
            )
        text = f"{amount:.10g} m"
        if unit == "km":
            text = f"{value:.10g} km"
        elif unit == "mi":
            text = f"{value:.4g} mile" + ("s" if value > 1 else "")
        elif unit == "yd":
            text = f"{value:.10g} yd"
        return Length({"distance": text}, start, end, metres=amount)

    def _bare_unit(self, value: float, token: Token) -> str:
        """The unit of a bare number: metres, if plausible."""
        if value >= MINUTES_UNDER:
            return "m"
        beside = (self._cursor.peek().text, self._cursor.tokens[max(0, self._cursor.at - 2)].text)
        if value and any(lexer.KIND_WORDS.get(text) in EASY for text in beside):
            self._cursor.guess(f"{token.raw} is read as {token.raw} minutes")
            return "min"
        if value == 0:
            raise self._cursor.fault("a step of length zero", token, "For example: 800, 2:00 or 20min.")
        amount = token.raw
        raise self._cursor.fault(
            f"{amount} of what",
            token,
            f"Write {amount}min, {amount}km or {amount}s.",
            replacement=f"{amount}min",
        )

    def _bare_rest_unit(self, value: float, token: Token) -> str:
        """The unit of a bare rest: 100, 150, 200 are metres, 45, 90, 120 seconds, less than 10 minutes."""
        if value == 0:
            raise self._cursor.fault(
                "a rest of length zero", token, "Write none, or how long: 400 jog, 90s, 2:00."
            )
        text = f"{value:g}"
        if value >= 100 and value % 50 == 0:
            return "m"
        if value < 10:
            self._cursor.guess(f"a rest of {text} is read as {text} minutes")
            return "min"
        self._cursor.guess(f"a rest of {text} is read as {text} seconds")
        return "s"

    def read_until(self) -> Length:
        """Read another end than a length: `until mark`, `until <120bpm or 3:00 min 1:00 max 4:00`."""
        start = self._cursor.peek().start
        is_until = self._cursor.take().text == "until"
        ends: list[Tree] = [self._one_end() if is_until else {"open": True}]
        while self._cursor.accept("or"):
            ends.append(self._one_end())
        until: Tree = ends[0] if len(ends) == 1 else {"any": ends}
        return Length(self.read_bounds(until), start, self._cursor.tokens[self._cursor.at - 1].end)

    def _one_end(self) -> Tree:
        if self._cursor.accept("mark", "press", "pressed", "line"):
            return {"mark": True}
        if self._cursor.accept("open", "stopped"):
            return {"open": True}
        sign = self._cursor.accept("<", ">", "under", "over", "below", "above")
        token = self._cursor.peek()
        if sign is not None or (token.kind == "number" and self._cursor.peek(1).text in {"bpm", "%"}):
            rate = self._aims.read()
            if rate.tree is None or "heart_rate" not in rate.tree:
                raise self._cursor.fault("this is not a heart rate", token, "For example: until <120bpm.")
            above = sign is not None and sign.text in {">", "over", "above"}
            return {"heart_rate_above" if above else "heart_rate_below": rate.tree["heart_rate"]}
        value, unit, begin, end = self.read_amount()
        return self.length_of(value, unit, begin, end).until

    def read_bounds(self, until: Tree) -> Tree:
        """Read `min 0:45 max 3:00` behind an end."""
        bounds = {}
        while self._cursor.sees("min", "max") and self._cursor.peek(1).kind in {"number", "clock"}:
            key = "not_before" if self._cursor.take().text == "min" else "cap"
            value, unit, start, end = self.read_amount()
            length = self.length_of(value, unit or "s", start, end)
            if length.seconds is None:
                raise NotationFault("this is not a time", start, end, "For example: min 0:45.")
            bounds[key] = length.until["time"]
        return until | bounds

    def token_count(self, ahead: int) -> int:
        """The number of tokens of the length here."""
        place, guesses = self._cursor.at, len(self._cursor.guesses)
        self._cursor.at += ahead
        try:
            self.read_amount()
            return self._cursor.at - place - ahead
        except NotationFault:
            return 1
        finally:
            self._cursor.at = place
            del self._cursor.guesses[guesses:]

    def read_send_off(self) -> Length:
        """Read the length of a send-off, which must be a time; a bare number is in seconds."""
        value, unit, start, end = self.read_amount()
        unit = "min" if unit == "m?" else unit or "s"
        if unit not in _TIMES:
            raise NotationFault("a send-off is a time", start, end, "For example: on 1:15.")
        return self.length_of(value, unit, start, end)


# --- rests: their length, the move, and whether they belong to the reps or the sets

LONGEST_BARE_M: Final = 2000.0
"""A longer rest names its move: `6x800 @ 5k/3k` means a pace by it. Judged."""

_NO_LENGTH: Final = Length({}, 0, 0)


@dataclass(frozen=True, slots=True)
class _RestLength:
    """The length of a rest; empty means until a press."""

    length: Length | None = None
    ratio: float | None = None
    is_back: bool = False
    is_down: bool = False


@dataclass(slots=True)
class _RestTail:
    """The words behind the length of a rest."""

    whose: str = ""
    move: str = ""
    is_ease: bool = False
    is_back: bool = False
    is_down: bool = False


class RestReader:
    """Reads rests."""

    def __init__(
        self, cursor: Cursor, counts: CountReader, lengths: LengthReader, aims: TargetReader
    ) -> None:
        """Read at a cursor."""
        self._cursor = cursor
        self._counts = counts
        self._lengths = lengths
        self._aims = aims

    def begins_here(self) -> bool:
        """Return whether the rest word here begins a rest, and does not end one."""
        if self._cursor.peek().text == "recovery" and self._cursor.sees("run", "pace", ahead=1):
            return False
        after = self._cursor.peek(1)
        if after.kind in {"number", "clock", "ratio"}:
            return True
        if after.text in {"=", ":", "is", "of", "until"} or after.text in lexer.SAME_WORDS:
            return True
        return bool(self._cursor.phrase(lexer.MOVES, 1)[1]) or after.text in lexer.BETWEEN_WORDS

    def is_of_sets_here(self) -> bool:
        """Return whether a word for sets stands here with their rest behind it: `SP 4min`, `sets: 4:00`."""
        size = 2 if self._cursor.sees("=", ":", ahead=1) else 1
        return (
            self._cursor.peek().text in lexer.SET_WORDS
            and self._cursor.peek(size).kind in {"number", "clock"}
            and not self._counts.is_part_ahead(size)
        )

    def give(self, part: Part, rest: Rest) -> None:
        """Give a rest to the part it belongs to: the first to the reps, the second to the sets."""
        inner, token = part.inner, Token("sign", "", rest.start, rest.end)
        if not part.is_nested:
            if part.rests:
                fix = "One rest for the reps; for sets write 3x(4x400 / 60s) / 3:00."
                raise self._cursor.fault("it has a rest already", token, fix)
            part.rests.append(rest)
            return
        has_inner = bool(inner.rests) or inner.send_off is not None
        is_of_sets = rest.whose == "sets" or has_inner
        if rest.whose == "" and part.is_group:
            is_of_sets = not part.rests or part.rests[0].whose == ""
        if is_of_sets and part.rests and not has_inner and part.rests[0].whose == "" and len(part.body) == 1:
            inner.rests, part.rests = part.rests, [rest]  # the first of two belongs to the reps
            self._shorter_within(part)
            return
        target = part if is_of_sets or len(part.body) > 1 else inner
        if target.rests:
            raise self._cursor.fault("it has a rest already", token, "One for the reps and one for the sets.")
        target.rests.append(rest)
        self._shorter_within(part)

    def _shorter_within(self, part: Part) -> None:
        """Put the shorter of two rests within the set, if the line does not name their owners."""
        inner = part.inner
        if not (part.rests and inner.rests) or inner.rests[0].start < inner.end:
            return  # the rest stands within the brackets of the set
        within, between = inner.rests[0], part.rests[0]
        if within.whose or (between.whose and not between.is_letter):
            return
        sizes = [rest.length or _NO_LENGTH for rest in (within, between)]
        inside, outside = ([size.seconds, size.metres] for size in sizes)
        if any(a is not None and b is not None and a > b for a, b in zip(inside, outside, strict=True)):
            inner.rests, part.rests = part.rests, inner.rests
            self._cursor.guess("the shorter rest is taken within the set, the longer between sets")

    def read(self, part: Part) -> Rest:
        """Read a rest."""
        start = self._cursor.peek()
        whose, is_rest_said = self._rest_words()
        if self._cursor.accept(*lexer.NO_REST) or (
            self._cursor.sees("no") and self._cursor.accept("no") and self._cursor.accept(*lexer.REST_WORDS)
        ):
            return Rest(start.start, self._cursor.tokens[self._cursor.at - 1].end, is_none=True)
        phrase = self._cursor.accept_phrase(lexer.MOVES)
        move = lexer.MOVES[phrase] if phrase else ""
        rest_length = self._rest_length(start, move, is_said=is_rest_said)
        tail = self._rest_tail()
        move = move or tail.move
        aim = self._rest_aim(part, move) or self._rest_time(part, rest_length.length)
        length = rest_length.length
        if (
            self._cursor.sees("min", "max")
            and length is not None
            and self._cursor.peek(1).kind in {"number", "clock"}
        ):
            length = Length(self._lengths.read_bounds(length.until), length.start, length.end)
        more = self._rest_tail()
        if length is not None and (length.metres or 0) >= LONGEST_BARE_M and not (move or more.move or aim):
            fix = "For example: / 3km jog; a target goes after @."
            raise NotationFault("a rest this long needs its move", length.start, length.end, fix)
        return Rest(
            start.start,
            self._cursor.tokens[max(0, self._cursor.at - 1)].end,
            length,
            move or more.move,
            aim,
            rest_length.ratio,
            rest_length.is_back or tail.is_back,
            rest_length.is_down or tail.is_down,
            whose=whose or tail.whose or more.whose,
            is_letter=start.raw in {"R", "r"},
            is_ease=tail.is_ease,
        )

    def _rest_length(self, start: Token, move: str, *, is_said: bool) -> _RestLength:
        """Read the length of a rest: a length, as long as the rep, back, or down the hill."""
        while self._cursor.accept("for", "of", "about", "=", ":", "a", "the"):
            pass
        if self._cursor.peek().kind == "ratio":
            return _RestLength(ratio=self._cursor.take().value)
        if self._cursor.accept(*lexer.SAME_WORDS):
            self._cursor.accept("time", "as", "work", "rep", "recovery", "rest")
            return _RestLength(ratio=1.0)
        if self._cursor.sees("until", "open"):
            return _RestLength(self._lengths.read_until())
        if self._cursor.peek().kind in {"number", "clock"}:
            return _RestLength(self._lengths.length_of(*self._lengths.read_amount(), is_rest=True))
        if self._cursor.accept(*lexer.BACK_WORDS):
            return _RestLength(is_back=True, is_down=self._cursor.accept("down") is not None)
        if self._cursor.accept("down"):
            self._cursor.accept("hill")
            return _RestLength(is_down=True)
        if move:
            return _RestLength()
        example = "For example: / 400 jog, / 2:00 walk, / 90s stand or / 200 float."
        if is_said:
            raise self._cursor.fault("the rest is missing", self._cursor.peek(), example)
        is_end = start.kind == "end" or start.text in {"+", ")", ";"}
        reason = "the rest is missing" if is_end else f"“{start.raw.strip()[:30]}” is not a rest"
        raise self._cursor.fault(reason, start, example)

    def _rest_aim(self, part: Part, move: str) -> Aim | None:
        """Read the target of a rest; a race pace behind a jog is that of the reps."""
        is_signed = self._cursor.sees("@", "at") and self._aims.is_here(1)
        is_zone = self._cursor.sees("z", "zone") and bool(part.inner.aims)
        if not is_signed and not is_zone:
            return None
        if is_signed:
            self._cursor.take()
        aim = self._aims.read()
        ref = (aim.tree or {}).get("pace")
        is_race = ref is not None and ref != {"ref": "easy"}
        if is_race and move != "float" and not part.inner.aims:
            self._aims.give(part, aim)
            return None
        return aim

    def _rest_time(self, part: Part, length: Length | None) -> Aim | None:
        """Read the time of a rest by distance, which gives its pace: `200 in 60`; reps without a target take it."""
        if not (self._cursor.sees("in") and self._cursor.peek(1).kind in {"number", "clock"}):
            return None
        if length is None or length.metres is None or not part.inner.aims:
            return None
        self._cursor.take()
        aim = self._aims.read()
        if aim.tree is not None:
            return aim
        factor = METRES_PER_KM / length.metres
        pace = pace_text(aim.low_s * factor, aim.high_s * factor, "km", aim.start, aim.end)
        return Aim(aim.start, aim.end, {"pace": pace})

    def _rest_words(self) -> tuple[str, bool]:
        """Read the words in front of a rest: its owner, and whether it is marked as a rest."""
        whose, is_said = "", False
        while True:
            token = self._cursor.peek()
            phrase, size = self._cursor.phrase(lexer.MOVES)
            if phrase and size > 1:
                return whose, is_said
            if token.text in lexer.REST_WORDS and not phrase:
                self._cursor.take()
                is_said = True
                whose = {"R": "sets", "r": "reps"}.get(token.raw, whose)
            elif token.text in lexer.SET_WORDS:
                self._cursor.take()
                whose, is_said = "sets", True
            elif token.text in lexer.BETWEEN_WORDS:
                whose = self._owner()
            elif is_said and token.text in {"=", ":", "is", "of"}:
                self._cursor.take()
            else:
                return whose, is_said

    def _owner(self) -> str:
        """Read the owner of a rest behind `between`."""
        self._cursor.take()
        self._cursor.accept("the", "les", "den", "le", "las", "los", *lexer.OF_WORDS)
        owner = self._cursor.accept(*lexer.SET_WORDS, *lexer.REP_WORDS)
        if owner is None:
            return ""
        return "sets" if owner.text in lexer.SET_WORDS else "reps"

    def _rest_tail(self) -> _RestTail:
        """Read the words behind the length of a rest: `400 m jog recovery between reps`."""
        tail = _RestTail()
        while self._rest_tail_word(tail):
            pass
        return tail

    def _rest_tail_word(self, tail: _RestTail) -> bool:
        """Read one word behind a rest; returns whether there was one."""
        token = self._cursor.peek()
        phrase, size = self._cursor.phrase(lexer.MOVES)
        is_last = self._cursor.peek(1).kind not in {"number", "clock"}
        if phrase and not tail.move and self._cursor.peek(size).kind not in {"number", "clock"}:
            self._cursor.accept_phrase(lexer.MOVES)
            tail.move = lexer.MOVES[phrase]
        elif token.text in lexer.BETWEEN_WORDS and (is_last or token.text not in lexer.REST_WORDS):
            tail.whose = tail.whose or self._owner()
        elif token.text in lexer.EASE and is_last and self._cursor.peek(1).text != "pace":
            self._cursor.take()
            tail.is_ease = True
        elif token.text in lexer.REST_WORDS - {"p", "r"} and is_last:
            self._cursor.take()
        elif self._cursor.accept(*lexer.BACK_WORDS):
            tail.is_back = True
        elif token.text == "down" and self._cursor.peek(1).kind != "number":
            self._cursor.take()
            tail.is_down = True
        elif token.text in lexer.SET_WORDS and not self.is_of_sets_here():
            self._cursor.take()
            self._cursor.accept(*lexer.REST_WORDS)
            tail.whose = "sets"
        else:
            return False
        return True
