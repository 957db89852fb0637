"""Decides whether what stands ahead belongs to the part that is being read, or begins another."""

from coach.workout.kinds import ALONE
from coach.workout.notation import words
from coach.workout.notation.cursor import CountReader, Cursor
from coach.workout.notation.lengths import LengthReader
from coach.workout.notation.lexer import NotationFault, Token
from coach.workout.notation.syntax import Part
from coach.workout.notation.targets import TargetReader


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
        """Does a word that begins a part stand here, such as `CD 10'`?"""
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
        """Is the length that stands here the rest of the part, and not a part of its own?"""
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
        """Is the length short enough to be a rest: no longer than the rep, or a few minutes?"""
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
        """Is the part easy running?"""
        return any(aim.tree == {"pace": {"ref": "easy"}} for aim in part.inner.aims)

    def is_strides(self) -> bool:
        """Are the reps that stand here strides?"""
        for ahead in range(8):
            token = self._cursor.peek(ahead)
            if token.kind == "end" or token.text in {"+", ";", "\n"}:
                return False
            if words.KIND_WORDS.get(token.text) == "stride":
                return True
        return False

    def is_limit(self, ahead: int) -> bool:
        """Does a limit stand behind a word such as `under`?"""
        token = self._cursor.peek(ahead)
        if token.kind == "word":
            return token.text in {"z", "zone", "hr"}
        return token.kind == "number" and (self._aims.is_measure_ahead(ahead) or token.value >= 100)
