"""Goes through the tokens of a line from left to right, and keeps what was guessed and what was wrong."""

from collections.abc import Iterable
from typing import Final

from coach.documents.faults import did_you_mean
from coach.workout.kinds import PACED_REPS, REPS
from coach.workout.notation import words
from coach.workout.notation.lexer import NotationFault, Token


class Cursor:
    """A place among the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        """Begin at the first token."""
        self.tokens = tokens
        self.at = 0
        self.guesses: list[str] = []
        self.faults: list[NotationFault] = []
        self.depth = 0
        """How deep in brackets and sets the place is."""

    def peek(self, ahead: int = 0) -> Token:
        """Give the token here, or some tokens ahead; behind the end there is only the end."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Give the token here and step behind it."""
        token = self.peek()
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *texts: str, ahead: int = 0) -> bool:
        """Is one of these signs or words here?"""
        token = self.peek(ahead)
        return token.kind in {"sign", "word"} and token.text in texts

    def accept(self, *texts: str) -> Token | None:
        """Take the sign or word here if it is one of these."""
        return self.take() if self.sees(*texts) else None

    def phrase(self, table: Iterable[str], ahead: int = 0) -> tuple[str, int]:
        """The longest phrase of a table that begins here, and how many tokens it takes; empty for none."""
        best, size = "", 0
        text = ""
        for number in range(4):
            token = self.peek(ahead + number)
            if token.kind != "word" and not (number and token.text == "/" and not token.is_spaced):
                break
            text = f"{text} {token.text}" if text else token.text
            if text in table:
                best, size = text, number + 1
        return best, size

    def accept_phrase(self, table: Iterable[str]) -> str:
        """Take the longest phrase of a table that begins here; empty for none."""
        phrase, size = self.phrase(table)
        for _ in range(size):
            self.take()
        return phrase

    def shown(self, start: int, end: int) -> str:
        """The tokens between two places, as typed but for the width of their spaces."""
        inside = [token for token in self.tokens if start <= token.start < end]
        return "".join(f"{' ' * (token.is_spaced and token is not inside[0])}{token.raw}" for token in inside)

    def fault(self, reason: str, token: Token, fix: str = "", *, replacement: str = "") -> NotationFault:
        """Make a fault at a token."""
        return NotationFault(reason, token.start, token.end, fix, replacement=replacement)

    def stranger(self, token: Token) -> NotationFault:
        """What to say of a token that means nothing here."""
        if token.kind == "word":
            known = {*words.PACES, *words.EFFORTS, *words.KIND_WORDS, *words.MOVES, "rest"}
            known = {word for word in known if len(word) > 3}
            if token.text in known:
                return self.fault(f"“{token.raw[:30]}” does not fit here", token, self._fix_of_word(token))
            near = did_you_mean(token.text, known)
            fix = near if near.startswith("Did") else self._fix_of_word(token)
            return self.fault(f"“{token.raw[:30]}” means nothing here", token, fix)
        return self.fault(
            f"“{token.raw.strip()[:30] or 'a new line'}” means nothing here", token, "Take it out."
        )

    def _fix_of_word(self, token: Token) -> str:
        """What to write in place of a word that means nothing: behind a number it is no step without one."""
        before = [each for each in self.tokens if each.end <= token.start]
        if not before or before[-1].text in {"+", ";", ",", "\n", "(", "[", ".", "→", *words.THEN_WORDS}:
            return "A step begins with a number: 6x800, 20min easy, 400."
        return f'Take it out, or write it as words of your own: 800 @ "{token.raw[:30]}".'

    def guess(self, text: str) -> None:
        """Keep how something was taken that the line left open."""
        self.guesses.append(text)


MOST: Final = 1000
"""More repeats than this are a slip of the finger."""
MINUTES_UNDER: Final = 50.0
"""`m` behind a smaller number is minutes: nobody repeats 8 m, and a sprint of 40 m says that it is one. Judged."""


class CountReader:
    """Reads how often something is done."""

    def __init__(self, cursor: Cursor) -> None:
        """Read at a cursor."""
        self._cursor = cursor

    def read(self) -> tuple[int, int | None] | None:
        """Read a count and its sign, if there is one here: `6x`, `8-12x`, `3 sets of`, `6 strides`."""
        first = self._cursor.peek()
        if first.kind != "number":
            return None
        size, most = 1, None
        if self._cursor.sees("-", "to", "bis", "à", "a", ahead=1) and self._cursor.peek(2).kind == "number":
            if not self.is_sign(3):
                return None
            size, most = 3, self._cursor.peek(2)
        if not self.is_sign(size):
            return None
        is_length = first.value >= MINUTES_UNDER and self._cursor.peek(size).text != "x"
        if is_length and self._cursor.peek(size).text not in words.SET_WORDS | words.REP_WORDS:
            return None  # `100 stride` is a length, `8 strides` a count
        if first.value >= MINUTES_UNDER and size == 1 and self._is_swapped():
            return None  # `400 x 10`
        for _ in range(size):
            self._cursor.take()
        self._take_sign()
        low = self.whole(first)
        if most is None:
            return low, None
        high = self.whole(most)
        if high <= low:
            raise self._cursor.fault(
                f"{low}-{high} runs backwards", most, f"Write {high}-{low}x, or one number."
            )
        return low, high

    def _take_sign(self) -> None:
        """Take the sign of a count; the words for strides and hills are left to the part."""
        is_sign = self._cursor.accept("x") is not None
        is_word = self._cursor.accept(*words.SET_WORDS, *words.REP_WORDS) is not None
        if is_word and not is_sign:
            self._cursor.accept(*words.OF_WORDS)

    def _is_swapped(self) -> bool:
        """Does a count stand behind its length here, as in `400 x 10`?"""
        number, after = self._cursor.peek(2), self._cursor.peek(3)
        is_small = (
            self._cursor.sees("x", ahead=1) and number.kind == "number" and number.value < MINUTES_UNDER
        )
        return is_small and after.text not in {*words.UNITS, "'", '"', "x", "-"}

    def is_sign(self, ahead: int) -> bool:
        """Does a sign or word of a count stand here?"""
        token = self._cursor.peek(ahead)
        if token.kind == "sign":
            return token.text == "x"
        if token.kind != "word":
            return False
        if token.text in words.SET_WORDS - words.SET_RESTS | words.REP_WORDS:
            after = self._cursor.peek(ahead + 1)
            return after.kind in {"number", "clock"} or after.text in words.OF_WORDS | {"("}
        phrase, size = self._cursor.phrase(words.KIND_WORDS, ahead)
        if not phrase or words.KIND_WORDS[phrase] not in REPS - PACED_REPS:
            return False
        return size > 0

    def whole(self, token: Token) -> int:
        """A count as a whole number."""
        if token.value != int(token.value) or not 1 <= token.value <= MOST:
            reason = f"{token.raw} repeats cannot be run"
            raise self._cursor.fault(reason, token, f"Between 1 and {MOST}.")
        return int(token.value)

    def is_part_ahead(self, ahead: int) -> bool:
        """Does a counted part begin here?"""
        if self._cursor.peek(ahead).kind != "number":
            return False
        if self._cursor.sees("-", "to", ahead=ahead + 1) and self._cursor.peek(ahead + 2).kind == "number":
            return self.is_sign(ahead + 3) or not self._cursor.sees("/", ahead=ahead + 3)
        return self.is_sign(ahead + 1)
