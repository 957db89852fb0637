"""A workout in one line: read as coaches write it, and printed in one canonical form.

`read` makes a document of a line for an athlete, `write` a line of a document. The grammar and its table are in
`docs/reference/notation.md`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from coach.athlete import Athlete
from coach.problems import WorkoutProblem
from coach.workout.document import document_from
from coach.workout.kinds import ALONE, EASY, PACED_REPS, REPS
from coach.workout.model import WorkoutDocument
from coach.workout.notation import lexer
from coach.workout.notation.building import Builder, OpenTime
from coach.workout.notation.lengths import LengthReader, RestReader
from coach.workout.notation.lexer import (
    CountReader,
    Cursor,
    Length,
    NotationFault,
    ParsedLine,
    Part,
    Rest,
    Token,
    tokens_of,
)
from coach.workout.notation.targets import TargetReader, read_change
from coach.workout.notation.writing import name_of, say, write, write_aim, write_until
from coach.workout.resolve import Numbers

WHAT = "the line"
"""The name of a document from a line in messages."""


class NotationProblem(WorkoutProblem):
    """Raised for a line that cannot be read; `start` and `end` delimit the characters at fault."""

    def __init__(
        self,
        line: str,
        fault: NotationFault,
        *,
        so_far: WorkoutDocument | None = None,
        question: OpenTime | None = None,
    ) -> None:
        """Keep the line and the fault, the document of the rest, and the question that would settle it."""
        excerpt, at = _window(line, fault.start)
        hint = f"{excerpt}\n  {' ' * at}^"
        if fault.fix:
            hint += f"\n  {fault.fix}"
        super().__init__(fault.reason, hint)
        self.line = line
        self.reason = fault.reason
        self.fix = fault.fix
        self.start = fault.start
        self.end = fault.end
        self.replacement = fault.replacement
        self.so_far = so_far
        self.question = question

    @property
    def corrected(self) -> str:
        """The line with the fix in place; empty if the fix is not a text."""
        if not self.replacement:
            return ""
        return f"{self.line[: self.start]}{self.replacement}{self.line[self.end :]}"


@dataclass(frozen=True, slots=True)
class Notation:
    """A line that was read."""

    line: str
    document: WorkoutDocument
    text: str
    """Its canonical form."""
    sentence: str
    guesses: tuple[str, ...]
    """How the open points of the line were read, a phrase each."""


def read(line: str, athlete: Athlete | None = None, *, takes_times: bool = False) -> Notation:
    """Read a line for an athlete, whose paces decide whether a time is that of the rep.

    Args:
        line: what was typed.
        athlete: the athlete of the workout; None without one.
        takes_times: true if the runner has confirmed that a bare time is the rep's.

    Raises:
        NotationProblem: it cannot be read; with the place and the fix.
    """
    parsed = parse(line)
    builder = Builder(Numbers.of(athlete), takes_times, list(parsed.guesses), list(parsed.faults))
    tree = builder.document(parsed.parts) if parsed.parts else None
    faults = sorted(builder.faults, key=lambda fault: fault.start)
    if faults:
        raise NotationProblem(
            line, faults[0], so_far=_so_far(tree), question=builder.question if len(faults) == 1 else None
        )
    assert tree is not None
    document = _document(line, tree)
    text, _ = write(document)
    return Notation(line, document, text, say(document.workout), tuple(dict.fromkeys(builder.guesses)))


def _document(line: str, tree: dict[str, Any]) -> WorkoutDocument:
    """Check a document made from a line, and name it.

    Raises:
        NotationProblem: the parts fit together to something impossible.
    """
    try:
        document = document_from(tree, name=WHAT)
    except WorkoutProblem as problem:
        reason = problem.message.removeprefix(f"{problem.where}: ").removesuffix(f" (in {WHAT})")
        fault = NotationFault(reason, 0, len(line), problem.hint.partition("\n")[0])
        raise NotationProblem(line, fault) from None
    name = name_of(document.workout)
    workout = document.workout.model_copy(update={"name": name})
    return replace(document, workout=workout, source=document.source | {"name": name})


def _so_far(tree: dict[str, Any] | None) -> WorkoutDocument | None:
    """The document of the readable parts of a faulty line; None if there are none."""
    if tree is None or not tree["sections"]:
        return None
    try:
        return _document("", tree)
    except WorkoutProblem:
        return None


def _window(line: str, place: int, width: int = 90) -> tuple[str, int]:
    """The part of the line around a place that fits one row, and the position of the place in it."""
    row_start = line.rfind("\n", 0, place) + 1
    row_end = line.find("\n", place)
    row = line[row_start : row_end if row_end >= 0 else len(line)]
    at = place - row_start
    cut = max(0, at - width + 20)
    excerpt = "".join(letter if letter.isprintable() else " " for letter in row[cut : cut + width])
    return ("…" + excerpt[1:] if cut else excerpt), at - cut


# --- the grammar of a line
#
# workout = part { ( "+" | ";" | "," | new line | "then" ) part }
# part    = [ count "x" ] ( length | ladder | "(" workout ")" ) { suffix }
# suffix  = "@" target | "in" time | "/" rest | "on" time | "<" cap | "down" time "each" | words of kind and effort
#
# It is a recursive descent over the tokens. After a fault it goes on behind it, so that an editor can show the
# readable parts; a line with a fault is refused all the same.

DEEPEST: Final = 6
"""Deepest nesting of sets; coaches write three. A document may have eight levels, two of which alternations use."""


def parse(line: str) -> ParsedLine:
    """Read a line into parts; `faults` holds what is wrong, the first one first."""
    try:
        return _Parser(Cursor(tokens_of(line))).parse()
    except NotationFault as fault:
        return ParsedLine([], [], [fault])


class _Parser:
    """Reads parts with everything that belongs to them."""

    def __init__(self, cursor: Cursor) -> None:
        """Begin at the position of the cursor."""
        self._cursor = cursor
        self._counts = CountReader(cursor)
        self._aims = TargetReader(cursor, self._counts)
        self._lengths = LengthReader(cursor, self._counts, self._aims)
        self._rests = RestReader(cursor, self._counts, self._lengths, self._aims)
        self._ahead = _Lookahead(cursor, self._counts, self._aims, self._lengths)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        """Go one level down, and refuse deeper nesting than any workout has."""
        token = self._cursor.peek()
        if self._cursor.depth >= DEEPEST:
            raise NotationFault(
                f"sets are nested more than {DEEPEST} deep",
                token.start,
                token.end,
                "Write the inner ones out.",
            )
        self._cursor.depth += 1
        try:
            yield
        finally:
            self._cursor.depth -= 1

    def parse(self) -> ParsedLine:
        """Read the whole line."""
        parts = self._parts(closing="")
        if not parts and not self._cursor.faults:
            self._cursor.faults.append(
                NotationFault("there is no step here", 0, 1, "For example: 6x800 @ 5k / 400 jog")
            )
        self._cursor.faults.sort(key=lambda fault: fault.start)
        return ParsedLine(parts, list(dict.fromkeys(self._cursor.guesses)), self._cursor.faults)

    def _parts(self, closing: str) -> list[Part]:
        """Read parts up to the end or a closing bracket."""
        parts: list[Part] = []
        is_apart = True
        while True:
            begin = self._cursor.at
            while (
                self._cursor.accept("+", ";", ",", "\n", "&", ".", "→", "-")
                or self._cursor.accept(*lexer.THEN_WORDS)
                or (closing and parts and self._cursor.accept("/"))
            ):
                is_apart = True
            token = self._cursor.peek()
            if token.kind == "end" or (closing and token.text == closing):
                return parts
            place = self._cursor.at
            try:
                self._refuse_closing(token)
                part = self._part()
                part.is_chained = not is_apart
                part.is_listed = all(each.text == "," for each in self._cursor.tokens[begin:place])
                if part.is_chained and token.kind in {"number", "clock"}:
                    self._say_own(parts[-1], part, token)
                parts.append(part)
                is_apart = False
            except NotationFault as fault:
                self._cursor.faults.append(fault)
                if self._cursor.at == place:
                    self._cursor.take()
                self._skip_to_part(closing)
                is_apart = True

    def _refuse_closing(self, token: Token) -> None:
        """Refuse a closing bracket without an opening one of its kind.

        Raises:
            NotationFault: at the bracket.
        """
        opening = {")": "(", "]": "["}.get(token.text)
        if opening is not None:
            reason = f'a "{token.raw}" without a "{opening}"'
            raise self._cursor.fault(
                reason, token, f'Take it out, or write "{opening}" where the set begins.'
            )

    def _say_own(self, before: Part, part: Part, first: Token) -> None:
        """Record the guess that a length without a sign before it is a step, where it might be the rest or a target."""
        if part.count is None and part.lengths and (before.inner.aims or before.rests or before.inner.rests):
            text = self._cursor.shown(first.start, part.lengths[-1].end)
            self._cursor.guess(f"{text} is read as a step of its own")

    def _skip_to_part(self, closing: str) -> None:
        """Skip to the beginning of the next part after a fault."""
        while self._cursor.peek().kind != "end" and not self._cursor.sees("+", ";", "\n", closing or "+"):
            self._cursor.take()

    def _part(self) -> Part:
        """Read one part with everything that belongs to it."""
        part = Part(self._cursor.peek().start)
        self._leading_words(part)
        counted = self._counts.read()
        if counted is not None:
            self._counted(part, *counted)
        elif self._cursor.sees("(", "["):
            self._group(part)
        else:
            self._length_or_words(part)
        self._suffixes(part)
        part.end = self._cursor.tokens[max(0, self._cursor.at - 1)].end
        return part

    def _leading_words(self, part: Part) -> None:
        """Read the words in front of a part: `WU 15'`, `easy 8k`, `tempo 20 min`, `pyramid 1-2-3`."""
        if self._cursor.sees("yasso", "yassos"):
            self._cursor.take()
            if self._cursor.peek().value == 800 and self._cursor.sees("s", ahead=1):
                self._cursor.take()
                self._cursor.take()
        begin = self._cursor.at
        while True:
            if self._cursor.at > begin:
                self._cursor.accept(":", "=")
            if (
                self._cursor.peek().kind == "word"
                and self._cursor.peek().text in lexer.LADDER_WORDS | lexer.OF_WORDS - {"x"}
            ):
                self._cursor.take()
            elif self._kind_word(part) or (
                self._cursor.phrase(lexer.MOVES)[1]
                and not part.kind
                and self._cursor.peek(self._cursor.phrase(lexer.MOVES)[1]).kind in {"number", "clock"}
                and self._move_kind(part)
            ):
                continue
            elif self._is_number_ahead_of_words():
                aim = self._aims.read_words()
                if aim is None:
                    return
                self._aims.give(part, aim)
            else:
                return

    def _is_number_ahead_of_words(self) -> bool:
        """Return whether a target in words stands here with a number behind it, as in `easy 8k`."""
        for table in (lexer.PACES, lexer.EFFORTS):
            size = self._cursor.phrase(table)[1]
            if size and (
                self._cursor.peek(size).kind in {"number", "clock"}
                or self._cursor.peek(size).text in {"for", ":", "("}
            ):
                return True
        return False

    def _kind_word(self, part: Part) -> bool:
        """Read a word for the kind of a part."""
        phrase = self._cursor.accept_phrase(lexer.KIND_WORDS)
        if not phrase:
            return False
        kind = lexer.KIND_WORDS[phrase]
        if kind == "open" and part.kind:
            return True
        part.inner.kind = kind
        return True

    def _move_kind(self, part: Part) -> bool:
        """Read a move that makes a part of its own, as in `10 min jog`."""
        phrase = self._cursor.accept_phrase(lexer.MOVES)
        if phrase:
            part.kind = lexer.MOVES[phrase]
        return bool(phrase)

    def _counted(self, part: Part, count: int, most: int | None) -> None:
        """Read what is repeated."""
        part.count, part.most = (None if count == 1 and most is None else count), most
        self._leading_words(part)
        inner = self._counts.read()
        if inner is not None:
            set_part = Part(self._cursor.peek().start)
            with self._deeper():
                self._counted(set_part, *inner)
            set_part.end = self._cursor.tokens[self._cursor.at - 1].end
            set_part.kind, part.kind = set_part.kind or part.kind, ""
            set_part.aims, part.aims = set_part.aims or part.aims, []
            part.body = [set_part]
        elif self._cursor.sees("(", "["):
            self._group(part)
        else:
            self._length_or_words(part)

    def _group(self, part: Part) -> None:
        """Read parts in brackets."""
        opening, kind = self._cursor.take(), part.kind
        closing = ")" if opening.text == "(" else "]"
        with self._deeper():
            part.body = self._parts(closing)
        if not self._cursor.accept(closing):
            raise self._cursor.fault(
                f'the "{opening.raw}" is not closed', opening, f'Write "{closing}" where the set ends.'
            )
        if not part.body and self._cursor.faults:
            raise self._cursor.faults.pop()
        if not part.body:
            raise self._cursor.fault(
                "there is nothing in the brackets", opening, "For example: 3x(400 @ mile / 60s)."
            )
        part.is_group = True
        if part.count is None and self._cursor.sees("x") and self._cursor.peek(1).kind == "number":
            self._cursor.take()
            part.count = self._counts.whole(self._cursor.take())
        if kind:
            part.kind = ""
            for each in part.body:
                each.kind = each.kind or kind

    def _length_or_words(self, part: Part) -> None:
        """Read the length or ladder of a part; strides without one get a guess."""
        if self._lengths.is_here():
            is_listed = part.count is None and not part.kind and not part.aims
            part.lengths = self._lengths.read(is_counted=part.count is not None, is_listed=is_listed)
            if part.count is None and self._cursor.sees("x") and self._cursor.peek(1).kind == "number":
                self._cursor.take()
                part.count = self._counts.whole(self._cursor.take())
            return
        if not part.kind:
            self._kind_word(part)
        if part.kind == "stride":
            if self._cursor.accept(*lexer.OF_WORDS, "for") and self._lengths.is_here():
                part.lengths = self._lengths.read()
                return
            token = self._cursor.peek(-1) if self._cursor.at else self._cursor.peek()
            part.lengths = [Length({"time": "0:20"}, token.start, token.end, seconds=20.0)]
            self._cursor.guess("strides of 20 s")
            return
        if (
            part.kind == "hill"
            and self._cursor.accept(*lexer.OF_WORDS, "for", ":")
            and self._lengths.is_here()
        ):
            part.lengths = self._lengths.read()
            return
        token = self._cursor.peek()
        if token.kind == "end" or token.text in {"+", ";", ",", "\n", ")", "]", "@", "/"}:
            what = "of what" if part.count is not None else "how long"
            example = f"{part.count}x800" if part.count is not None else "20min easy"
            raise self._cursor.fault(f"it does not say {what}", token, f"For example: {example}.")
        raise self._cursor.unknown_word(token)

    def _suffixes(self, part: Part) -> None:
        """Read all suffixes of a part; after a fault the next one is read."""
        while True:
            place = self._cursor.at
            try:
                if not self._suffix(part):
                    return
            except NotationFault as fault:
                self._cursor.faults.append(fault)
                if self._cursor.at == place:
                    self._cursor.take()
                while self._cursor.peek().kind != "end" and not self._cursor.sees(
                    "@", "/", "<", "+", ";", "\n", ")", "]", ","
                ):
                    self._cursor.take()

    def _suffix(self, part: Part) -> bool:
        """Read one suffix of a part; returns whether there was one."""
        token = self._cursor.peek()
        if token.kind == "end":
            return False
        if token.text == "," and token.kind == "sign":
            return self._comma(part)
        if token.kind == "sign":
            return self._sign_suffix(part, token)
        if token.kind in {"number", "clock", "ratio"}:
            return self._number_suffix(part)
        if token.kind == "text":
            self._aims.give(part, self._aims.read())
            return True
        return self._word_suffix(part)

    def _sign_suffix(self, part: Part, token: Token) -> bool:
        """Read a suffix that begins with a sign."""
        if token.text == "@":
            self._cursor.take()
            if not self._aims.read_times_of_reps(part):
                self._aims.read_for(part)
            return True
        if token.text == "/":
            if self._cursor.depth and part.count is None and part.rests:
                return False  # `(1200 / 200 jog / 400)`: a slash between two parts
            self._cursor.take()
            self._rests.give(part, self._rests.read(part))
            return True
        if token.text in {"(", "["}:
            self._bracket(part)
            return True
        if token.text == "<":
            self._cursor.take()
            part.inner.caps.append(self._aims.read())
            return True
        if token.text == "→" and part.inner.aims:
            self._cursor.take()
            part.inner.ramp = self._aims.read()
            return True
        if token.text == "x" and part.count is None and part.rests and self._cursor.peek(1).kind == "number":
            self._cursor.take()
            part.count = self._counts.whole(self._cursor.take())
            return True
        if token.text == "&" and part.rests:
            self._cursor.take()
            self._rests.give(part, self._rests.read(part))
            return True
        return False

    def _comma(self, part: Part) -> bool:
        """Decide whether what follows a comma belongs to the part."""
        ahead = 1
        while self._cursor.sees(",", "\n", ahead=ahead):
            ahead += 1
        if self._cursor.peek(ahead).kind == "end":
            return False
        if self._cursor.peek(ahead).kind in {"number", "clock"} and not self._ahead.is_rest(part, ahead):
            return False
        if self._cursor.peek(ahead).kind == "word" and self._ahead.is_part_word(ahead):
            return False
        if self._cursor.sees("(", ahead=ahead):
            return False
        place = self._cursor.at
        self._cursor.take()
        if self._suffix(part):
            return True
        self._cursor.at = place
        return False

    def _number_suffix(self, part: Part) -> bool:
        """Read a number beside a part: its rest (`6x800 2'`), or a target (`6x800 5kp`)."""
        if self._cursor.peek().kind == "ratio":
            self._rests.give(part, self._rests.read(part))
            return True
        if self._counts.is_part_ahead(0):
            return False
        if self._aims.is_measure_ahead(0):
            self._aims.read_for(part)
            return True
        race = lexer.RACES.get(f"{self._cursor.peek().value:g}") if self._cursor.sees("k", ahead=1) else None
        size = self._lengths.token_count(0)
        is_moved = self._cursor.phrase({*lexer.MOVES, *lexer.REST_WORDS}, size)[1] > 0
        if race is not None and part.count is not None and not part.inner.aims and not is_moved:
            self._cursor.guess(f"{self._cursor.peek().raw}k is read as {race} pace")
            self._aims.read_for(part)
            return True
        if not self._ahead.is_rest(part, 0):
            return False
        self._rests.give(part, self._rests.read(part))
        return True

    def _word_suffix(self, part: Part) -> bool:
        """Read a suffix that begins with a word, by the first reader that knows it."""
        return any(
            read(part)
            for read in (
                self._time_of_rep,
                self._no_rest,
                self._send_off,
                self._remark,
                partial(read_change, self._cursor),
                self._cap,
                self._with,
                self._rest_word,
                self._move,
                self._off_half,
                self._target,
                self._filler,
                self._kind_suffix,
            )
        )

    def _time_of_rep(self, part: Part) -> bool:
        """Read `in 72`."""
        if not (self._cursor.sees("in") and self._cursor.peek(1).kind in {"number", "clock"}):
            return False
        self._cursor.take()
        if not self._aims.read_times_of_reps(part):
            self._aims.read_for(part)
        part.inner.aims = [replace(aim, is_clock=False) for aim in part.inner.aims]
        return True

    def _no_rest(self, part: Part) -> bool:
        """Read `no rest`."""
        if not (self._cursor.sees("no") and self._cursor.peek(1).text in lexer.REST_WORDS):
            return False
        start = self._cursor.take().start
        self._rests.give(part, Rest(start, self._cursor.take().end, is_none=True))
        return True

    def _send_off(self, part: Part) -> bool:
        """Read a send-off: `on 1:15`, `every 1:15`, `on the minute`; `on 1 min off` is not one."""
        if (
            self._cursor.sees("on")
            and self._cursor.sees("the", ahead=1)
            and self._cursor.sees("minute", ahead=2)
        ):
            start = self._cursor.take().start
            self._cursor.take()
            part.inner.send_off = Length({"time": "1:00"}, start, self._cursor.take().end, seconds=60.0)
            return True
        phrase, size = self._cursor.phrase(lexer.SEND_OFF_WORDS)
        if not phrase or self._cursor.peek(size).kind not in {"number", "clock"}:
            return False
        after = self._cursor.peek(size + self._lengths.token_count(size))
        if after.text in lexer.EASE or self._counts.is_part_ahead(size):
            return False
        self._cursor.accept_phrase(lexer.SEND_OFF_WORDS)
        part.inner.send_off = self._lengths.read_send_off()
        return True

    def _cap(self, part: Part) -> bool:
        """Read a limit in words: `under 150 bpm`, `cap 75%max`."""
        phrase, size = self._cursor.phrase(lexer.CAP_WORDS)
        if not phrase or not self._ahead.is_limit(size):
            return False
        self._cursor.accept_phrase(lexer.CAP_WORDS)
        part.inner.caps.append(self._aims.read())
        return True

    def _rest_word(self, part: Part) -> bool:
        """Read a rest marked as such: `r=2:00`, `rest 90s`, `sets 4:00`; an `R` alone is a pace."""
        token = self._cursor.peek()
        if token.text in lexer.REST_WORDS and self._rests.begins_here():
            self._rests.give(part, self._rests.read(part))
            return True
        if token.raw == "R" and not part.inner.aims:
            self._aims.give(part, self._aims.read())
            return True
        if self._rests.is_of_sets_here() and (part.is_nested or part.rests):
            self._cursor.take()
            self._cursor.accept("=", ":")
            self._rests.give(part, replace(self._rests.read(part), whose="sets"))
            return True
        return False

    def _target(self, part: Part) -> bool:
        """Read a target in words, with `at` or without: `at 5k pace`, `a ritmo de 10k`."""
        size = 0
        while size < 3 and self._cursor.peek(size).text in lexer.AT_WORDS | lexer.OF_WORDS - {"x"} | {"for"}:
            size += 1
        if size and self._aims.is_here(size):
            texts = {self._cursor.take().text for _ in range(size)}
            if "tempo" in texts:  # which English coaches use for an effort
                self._cursor.guess('"tempo" before a pace is read as "at"')
            self._aims.read_for(part)
            return True
        return self._aims.is_here(0) and self._target_words(part)

    def _filler(self, part: Part) -> bool:
        """Skip a word that adds nothing: `6x800 reps`."""
        is_filler = not part.rests and self._cursor.peek().text in lexer.REP_WORDS | lexer.SET_WORDS - {"by"}
        return is_filler and bool(self._cursor.take())

    def _kind_suffix(self, part: Part) -> bool:
        """Read a word of kind behind the length: `60s hill`, `20s strides`, `15' WU`."""
        phrase, size = self._cursor.phrase(lexer.KIND_WORDS)
        if not phrase:
            return False
        kind = lexer.KIND_WORDS[phrase]
        is_new = self._cursor.peek(size).kind in {"number", "clock"} and (part.inner.kind or kind in EASY)
        if is_new and not (self._cursor.peek(size).kind == "number" and self._counts.is_sign(size + 1)):
            return False
        return self._kind_word(part)

    def _with(self, part: Part) -> bool:
        """Read `w/ 2' jog`, `with 400 m jog`, `w/ jog back`."""
        if self._cursor.peek().text not in lexer.WITH_WORDS or self._cursor.peek(1).kind == "end":
            return False
        self._cursor.take()
        self._cursor.accept("/")
        self._cursor.accept("a", "an", "un", "une", "eine", "einer", "je")
        if self._cursor.peek().text in lexer.LAST_WORDS:
            return self._remark(part)
        if self._cursor.sees("(", "["):
            self._bracket(part)
            return True
        phrase, _ = self._cursor.phrase(lexer.KIND_WORDS)
        first = self._cursor.peek()
        if self._cursor.peek().kind == "number" and self._counts.is_part_ahead(0):
            if part.count is None and not self._ahead.is_strides():
                raise self._cursor.fault(
                    "it is not clear whether these are inside or behind",
                    self._cursor.peek(),
                    "Write a + between steps that follow each other.",
                )
            return True
        if phrase and lexer.KIND_WORDS[phrase] in EASY:
            return True
        targets = len(part.inner.aims)
        rest = self._rests.read(part)
        is_aimed = rest.aim is not None or len(part.inner.aims) > targets
        if part.count is None and len(part.inner.lengths) == 1 and is_aimed:
            raise self._cursor.fault(
                "it is not clear whether this is inside or behind",
                first,
                "Write a + between steps that follow each other: 6mi easy + 6mi @ marathon.",
            )
        self._rests.give(part, rest)
        return True

    def _move(self, part: Part) -> bool:
        """Read a move behind a part: `10 min jog`, or the rest of reps: `8x200, walk back`."""
        phrase, size = self._cursor.phrase(lexer.MOVES)
        if not phrase:
            return False
        after = self._cursor.peek(size)
        begins_rest = (
            after.kind in {"number", "clock", "ratio"}
            or after.text in {"down", "=", "for", "until"} | lexer.SAME_WORDS | lexer.BACK_WORDS
            or part.count is not None
            or bool(part.inner.aims)
            or part.inner.kind in REPS - PACED_REPS
        )
        if (
            part.count is None
            and not part.inner.aims
            and part.inner.kind in {"", "work"}
            and after.text not in lexer.BACK_WORDS | {"down"}
        ):
            begins_rest = False
        if begins_rest:
            if part.rests and not part.is_nested:
                return False
            if after.kind in {"number", "clock"} and not self._ahead.is_short(
                part, after, size, most_m=1600.0, most_s=600.0
            ):
                return False  # `6x400, jog 15 min`: a part of its own
            self._rests.give(part, self._rests.read(part))
            return True
        if part.inner.kind in EASY and phrase != "float":
            return bool(self._cursor.accept_phrase(lexer.MOVES))  # `CD 10' jog`
        if part.inner.kind == "" and not part.is_group:
            self._cursor.accept_phrase(lexer.MOVES)
            part.inner.kind = lexer.MOVES[phrase]
            return True
        return False

    def _off_half(self, part: Part) -> bool:
        """Read `1 min off` behind `1 min on`, if the part is counted and has no rest; returns whether it was there."""
        if not (self._cursor.sees("off") and part.count is not None and not part.rests):
            return False
        token = self._cursor.take()
        if self._cursor.peek().kind in {"number", "clock"}:
            self._rests.give(part, replace(self._rests.read(part), is_ease=True))
            return True
        raise self._cursor.fault(
            "it does not say how long off", token, "For example: 10x(1min on / 1min off)."
        )

    def _remark(self, part: Part) -> bool:
        """Read a coach's remark on the last rep, which is kept in words."""
        start = self._cursor.peek()
        if start.text not in lexer.LAST_WORDS | {"the"}:
            return False
        tokens = []
        while self._cursor.peek().kind in {"word", "number"} and not (
            self._cursor.peek().kind == "number" and self._counts.is_sign(1)
        ):
            tokens.append(self._cursor.take())
        if not any(token.text in lexer.LAST_WORDS for token in tokens):
            raise self._cursor.unknown_word(start)
        if any(token.kind == "number" for token in tokens) or self._cursor.sees("@"):
            raise self._cursor.fault(
                "a last part of its own is a step",
                start,
                "For example: 7mi easy + 3mi @ marathon; or say: last one fast.",
            )
        if len(tokens) < 2:
            raise self._cursor.fault(
                "it does not say what the last one is", start, "For example: last one fast."
            )
        text = " ".join(token.raw for token in tokens)
        part.notes.append(text)
        self._cursor.guess(f"“{text}” is noted in words, not coached")
        return True

    def _target_words(self, part: Part) -> bool:
        """Read a target that is given in words, without a sign: `20' tempo`, `1' on`, `8k easy`."""
        if self._cursor.sees("pace"):
            self._cursor.take()
            return True
        phrase, size = self._cursor.phrase((*lexer.PACES, *lexer.EFFORTS))
        after = self._cursor.peek(size)
        if phrase and part.inner.aims and not self._aims.can_take(part):
            is_same = part.inner.aims[0].tree == {"pace": {"ref": lexer.PACES.get(phrase)}}
            return is_same and bool(self._cursor.accept_phrase(lexer.PACES))
        if phrase == "r" or (phrase in {"m", "t", "i", "e"} and after.kind in {"number", "clock"}):
            return False
        is_easy = phrase in lexer.EASE
        if phrase in lexer.EASE and after.kind in {"number", "clock"} and part.inner.aims:
            return False
        aim = self._aims.read()
        self._aims.refuse_range(part, aim)
        if is_easy:
            part.inner.is_easy_word = True
        self._aims.give(part, aim)
        while part.inner.lengths and len(part.inner.lengths) > 1 and self._aims.is_here(0):
            self._aims.give(part, self._aims.read())
        self._aims.read_slope(part)
        return True

    def _bracket(self, part: Part) -> None:
        """Read the brackets behind a part: a rest, a target, or a time that may be either."""
        opening = self._cursor.take()
        closing = ")" if opening.text == "(" else "]"
        before_rests = len(part.rests) + len(part.inner.rests)
        while not self._cursor.sees(closing):
            token = self._cursor.peek()
            if token.kind == "end":
                raise self._cursor.fault(f'the "{opening.raw}" is not closed', opening, f'Write "{closing}".')
            if self._cursor.accept(",", "&", "/", "+"):
                continue
            if self._aims.read_times_of_reps(part) or self._kind_word(part):
                continue
            if token.text == "@" or (
                token.kind == "word" and self._aims.is_here(0) and not self._rests.begins_here()
            ):
                self._cursor.accept("@")
                self._aims.read_for(part)
                continue
            if token.text in {"in", "on", "down", "last", "each", "every"} and self._word_suffix(part):
                continue
            is_range = self._cursor.sees("-", ahead=1) and self._cursor.peek(2).kind in {"number", "clock"}
            if self._aims.is_measure_ahead(0) or (is_range and not part.inner.aims):
                self._aims.read_for(part)
                continue
            rest = self._rests.read(part)
            is_plain = (
                rest.length is not None
                and rest.length.seconds is not None
                and not rest.move
                and not rest.whose
                and not rest.is_ease
                and rest.aim is None
                and token.kind in {"number", "clock"}
            )
            alone = (
                opening.text == "("
                and self._cursor.sees(closing)
                and before_rests == len(part.rests) + len(part.inner.rests)
            )
            if is_plain and alone and rest.length is not None and not part.is_nested:
                part.doubtful.append(rest.length)
            else:
                self._rests.give(part, rest)
        self._cursor.take()


# --- whether the next tokens belong to the current part, or begin another


class _Lookahead:
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
        phrase, size = self._cursor.phrase(lexer.KIND_WORDS, ahead)
        if phrase and lexer.KIND_WORDS[phrase] in ALONE:
            return True
        if phrase:
            return self._cursor.peek(ahead + size).kind in {"number", "clock"}
        for table in (lexer.PACES, lexer.EFFORTS):
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
        token, size = self._cursor.peek(ahead), self._lengths.token_count(ahead)
        after = self._cursor.peek(ahead + size)
        if self._aims.is_measure_ahead(ahead):
            return True
        has_rest = bool(part.rests) or (part.is_nested and len(part.rests) > 1)
        phrase, _ = self._cursor.phrase({*lexer.MOVES, *lexer.REST_WORDS}, ahead + size)
        if part.is_nested and len(part.rests) == 1 and (phrase or after.text in lexer.BETWEEN_WORDS):
            return True
        if has_rest or part.kind in ALONE or part.kind in lexer.MOVES.values():
            return False
        if phrase:
            return part.count is not None or not self._is_easy(part)
        if part.count is None and len(part.inner.lengths) == 1:
            return False
        if after.text in lexer.EASE or (
            after.text == "at" and self._cursor.peek(ahead + size + 1).text in lexer.EASE
        ):
            return self.is_short(part, token, ahead)
        if after.text in {"@", "in"} or (
            self._cursor.phrase(lexer.PACES, ahead + size)[1] and after.text not in lexer.THEN_WORDS
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
            length = self._lengths.length_of(*self._lengths.read_amount(), is_rest=True)
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
            if lexer.KIND_WORDS.get(token.text) == "stride":
                return True
        return False

    def is_limit(self, ahead: int) -> bool:
        """Return whether a limit stands behind a word such as `under`."""
        token = self._cursor.peek(ahead)
        if token.kind == "word":
            return token.text in {"z", "zone", "hr"}
        return token.kind == "number" and (self._aims.is_measure_ahead(ahead) or token.value >= 100)


__all__ = ["Notation", "NotationProblem", "read", "write", "write_aim", "write_until"]
