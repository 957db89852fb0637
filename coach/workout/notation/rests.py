"""Reads the rest behind a rep, and decides whether the next tokens still belong to the part."""

from dataclasses import dataclass
from typing import Final

from coach.quantities import METRES_PER_KM
from coach.workout.kinds import ALONE
from coach.workout.notation import words
from coach.workout.notation.lengths import LengthReader
from coach.workout.notation.lexer import (
    Aim,
    CountReader,
    Cursor,
    Length,
    NotationFault,
    Part,
    Rest,
    Token,
    pace_text,
)
from coach.workout.notation.targets import TargetReader

# --- Whether the next tokens belong to the current part, or begin another


class Lookahead:
    """Looks at the tokens ahead without taking them."""

    def __init__(
        self, cursor: Cursor, counts: CountReader, aims: TargetReader, lengths: LengthReader
    ) -> None:
        """Look from a cursor."""
        self._cursor = cursor
        self._counts = counts
        self._aims = aims
        self._lengths = lengths

    def is_part_word(self, ahead: int) -> bool:
        """Return whether a word that begins a part stands here, such as `CD 10'`."""
        phrase, size = self._cursor.phrase(words.KIND_WORDS, ahead)
        if phrase and words.KIND_WORDS[phrase] in ALONE:
            return True
        if phrase:
            return self._cursor.peek(ahead + size).kind in {"number", "clock"}
        for table in (words.PACES, words.EFFORTS):
            phrase, size = self._cursor.phrase(table, ahead)
            if (
                phrase
                and self._cursor.peek(ahead + size).kind in {"number", "clock"}
                and phrase not in {"r", "on"}
            ):
                return True
        return False

    def is_rest(self, part: Part, ahead: int) -> bool:
        """Return whether the length here is the rest of the part, and not a part of its own."""
        if self._counts.is_part_ahead(ahead):
            return False
        token, size = self._cursor.peek(ahead), self._lengths.size(ahead)
        after = self._cursor.peek(ahead + size)
        if self._aims.is_measure_ahead(ahead):
            return True
        has_rest = bool(part.rests) or (part.is_nested and len(part.rests) > 1)
        phrase, _ = self._cursor.phrase({*words.MOVES, *words.REST_WORDS}, ahead + size)
        if part.is_nested and len(part.rests) == 1 and (phrase or after.text in words.BETWEEN_WORDS):
            return True
        if has_rest or part.kind in ALONE or part.kind in words.MOVES.values():
            return False
        if phrase:
            return part.count is not None or not self._is_easy(part)
        if part.count is None and len(part.inner.lengths) == 1:
            return False
        if after.text in words.EASE or (
            after.text == "at" and self._cursor.peek(ahead + size + 1).text in words.EASE
        ):
            return self.is_short(part, token, ahead)
        if after.text in {"@", "in"} or (
            self._cursor.phrase(words.PACES, ahead + size)[1] and after.text not in words.THEN_WORDS
        ):
            return False
        return self.is_short(part, token, ahead, most_m=1600.0, most_s=600.0)

    def is_short(
        self, part: Part, token: Token, ahead: int, *, most_m: float = 800.0, most_s: float = 300.0
    ) -> bool:
        """Return whether the length is short enough for a rest: no longer than the rep, or a few minutes."""
        place, guesses = self._cursor.at, len(self._cursor.guesses)
        self._cursor.at += ahead
        try:
            length = self._lengths.resolved(*self._lengths.raw(), is_rest=True)
        except NotationFault:
            return True
        finally:
            self._cursor.at = place
            del self._cursor.guesses[guesses:]
        reps = part.inner.lengths
        if length.metres is not None:
            longest = max([most_m, *(0.0 if rep.metres is None else min(rep.metres, 1600.0) for rep in reps)])
            return length.metres <= longest and token.kind == "number"
        longest = max(
            [most_s, *(rep.seconds or 0.0 for rep in reps if most_s > 300 or (rep.seconds or 0) <= 600)]
        )
        return (length.seconds or 0.0) <= longest

    @staticmethod
    def _is_easy(part: Part) -> bool:
        return any(aim.tree == {"pace": {"ref": "easy"}} for aim in part.inner.aims)

    def is_strides(self) -> bool:
        """Return whether the reps here are strides."""
        for ahead in range(8):
            token = self._cursor.peek(ahead)
            if token.kind == "end" or token.text in {"+", ";", "\n"}:
                return False
            if words.KIND_WORDS.get(token.text) == "stride":
                return True
        return False

    def is_limit(self, ahead: int) -> bool:
        """Return whether a limit stands behind a word such as `under`."""
        token = self._cursor.peek(ahead)
        if token.kind == "word":
            return token.text in {"z", "zone", "hr"}
        return token.kind == "number" and (self._aims.is_measure_ahead(ahead) or token.value >= 100)


# --- Rests: their length, the move, and whether they belong to the reps or the sets

LONGEST_BARE_M: Final = 2000.0
"""A longer rest names its move: `6x800 @ 5k/3k` means a pace by it. Judged."""

_NO_LENGTH: Final = Length({}, 0, 0)


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
        if after.text in {"=", ":", "is", "of", "until"} or after.text in words.SAME_WORDS:
            return True
        return bool(self._cursor.phrase(words.MOVES, 1)[1]) or after.text in words.BETWEEN_WORDS

    def is_of_sets_here(self) -> bool:
        """Return whether a word for sets stands here with their rest behind it: `SP 4min`, `sets: 4:00`."""
        size = 2 if self._cursor.sees("=", ":", ahead=1) else 1
        return (
            self._cursor.peek().text in words.SET_WORDS
            and self._cursor.peek(size).kind in {"number", "clock"}
            and not self._counts.is_part_ahead(size)
        )

    def give(self, part: Part, rest: Rest) -> None:
        """Give a rest to the part it belongs to: the first to the reps, the second to the sets."""
        nested = part.is_nested
        inner = part.inner
        if not nested:
            if part.rests:
                token = Token("sign", "", rest.start, rest.end)
                raise self._cursor.fault(
                    "it has a rest already",
                    token,
                    "One rest for the reps; for sets write 3x(4x400 / 60s) / 3:00.",
                )
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
            token = Token("sign", "", rest.start, rest.end)
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
        if self._cursor.accept(*words.NO_REST) or (
            self._cursor.sees("no") and self._cursor.accept("no") and self._cursor.accept(*words.REST_WORDS)
        ):
            return Rest(start.start, self._cursor.tokens[self._cursor.at - 1].end, is_none=True)
        move = self._rest_move()
        size = self._size(start, move, is_said=is_rest_said)
        tail = self._rest_tail()
        move = move or tail.move
        aim = self._rest_aim(part, move) or self._rest_time(part, size.length)
        length = size.length
        if (
            self._cursor.sees("min", "max")
            and length is not None
            and self._cursor.peek(1).kind in {"number", "clock"}
        ):
            length = Length(self._lengths.bounded(length.until), length.start, length.end)
        more = self._rest_tail()
        if length is not None and (length.metres or 0) >= LONGEST_BARE_M and not (move or more.move or aim):
            raise NotationFault(
                "a rest this long needs its move",
                length.start,
                length.end,
                "For example: / 3km jog; a target goes after @.",
            )
        return Rest(
            start.start,
            self._cursor.tokens[max(0, self._cursor.at - 1)].end,
            length,
            move or more.move,
            aim,
            size.ratio,
            size.is_back or tail.is_back,
            size.is_down or tail.is_down,
            whose=whose or tail.whose or more.whose,
            is_letter=start.raw in {"R", "r"},
            is_ease=tail.is_ease,
        )

    def _size(self, start: Token, move: str, *, is_said: bool) -> "_Size":
        """Read the length of a rest: a length, as long as the rep, back, or down the hill."""
        while self._cursor.accept("for", "of", "about", "=", ":", "a", "the"):
            pass
        if self._cursor.peek().kind == "ratio":
            return _Size(ratio=self._cursor.take().value)
        if self._cursor.accept(*words.SAME_WORDS):
            self._cursor.accept("time", "as", "work", "rep", "recovery", "rest")
            return _Size(ratio=1.0)
        if self._cursor.sees("until", "open") or self._cursor.peek().kind in {"number", "clock"}:
            return _Size(self._rest_length())
        if self._cursor.accept(*words.BACK_WORDS):
            return _Size(is_back=True, is_down=self._cursor.accept("down") is not None)
        if self._cursor.accept("down"):
            self._cursor.accept("hill")
            return _Size(is_down=True)
        if move:
            return _Size()
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
            phrase, size = self._cursor.phrase(words.MOVES)
            if phrase and size > 1:
                return whose, is_said
            if token.text in words.REST_WORDS and not phrase:
                self._cursor.take()
                is_said = True
                whose = {"R": "sets", "r": "reps"}.get(token.raw, whose)
            elif token.text in words.SET_WORDS:
                self._cursor.take()
                whose, is_said = "sets", True
            elif token.text in words.BETWEEN_WORDS:
                whose = self._owner()
            elif is_said and token.text in {"=", ":", "is", "of"}:
                self._cursor.take()
            else:
                return whose, is_said

    def _owner(self) -> str:
        """Read the owner of a rest behind `between`."""
        self._cursor.take()
        self._cursor.accept("the", "les", "den", "le", "las", "los", *words.OF_WORDS)
        owner = self._cursor.accept(*words.SET_WORDS, *words.REP_WORDS)
        if owner is None:
            return ""
        return "sets" if owner.text in words.SET_WORDS else "reps"

    def _rest_move(self) -> str:
        """Read a move in front of the length of a rest."""
        phrase = self._cursor.accept_phrase(words.MOVES)
        return words.MOVES[phrase] if phrase else ""

    def _rest_length(self) -> Length:
        if self._cursor.sees("until", "open"):
            return self._lengths.until()
        return self._lengths.resolved(*self._lengths.raw(), is_rest=True)

    def _rest_tail(self) -> "_Tail":
        """Read the words behind the length of a rest: `400 m jog recovery between reps`."""
        tail = _Tail()
        while self._tail_word(tail):
            pass
        return tail

    def _tail_word(self, tail: "_Tail") -> bool:
        """Read one word behind a rest; returns whether there was one."""
        token = self._cursor.peek()
        phrase, size = self._cursor.phrase(words.MOVES)
        is_last = self._cursor.peek(1).kind not in {"number", "clock"}
        if phrase and not tail.move and self._cursor.peek(size).kind not in {"number", "clock"}:
            self._cursor.accept_phrase(words.MOVES)
            tail.move = words.MOVES[phrase]
        elif token.text in words.BETWEEN_WORDS and (is_last or token.text not in words.REST_WORDS):
            tail.whose = tail.whose or self._owner()
        elif token.text in words.EASE and is_last and self._cursor.peek(1).text != "pace":
            self._cursor.take()
            tail.is_ease = True
        elif token.text in words.REST_WORDS - {"p", "r"} and is_last:
            self._cursor.take()
        elif self._cursor.accept(*words.BACK_WORDS):
            tail.is_back = True
        elif token.text == "down" and self._cursor.peek(1).kind != "number":
            self._cursor.take()
            tail.is_down = True
        elif token.text in words.SET_WORDS and not self.is_of_sets_here():
            self._cursor.take()
            self._cursor.accept(*words.REST_WORDS)
            tail.whose = "sets"
        else:
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Size:
    """The length of a rest; empty means until a press."""

    length: Length | None = None
    ratio: float | None = None
    is_back: bool = False
    is_down: bool = False


@dataclass(slots=True)
class _Tail:
    """The words behind the length of a rest."""

    whose: str = ""
    move: str = ""
    is_ease: bool = False
    is_back: bool = False
    is_down: bool = False
