"""Strict reading of documents: bytes to a JSON object, checks of its texts, and faults with their place and fix.

It loads pydantic. How times, distances and days are spelt is in `coach.spelling`, which does not.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Final, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from coach.spelling import (
    LONGEST_NAME,
    LONGEST_PROSE,
    RESERVED_SLUGS,
    SLUG_PATTERN,
    Misspelt,
    read_distance,
    read_pace,
    read_pace_range,
    read_time,
)

# --- faults: one sentence each, in our own words, with their places

_MOST_LISTED: Final = 10
"""Further faults are counted, not listed: a list of more than twenty is not read."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document."""

    where: str
    """The JSON path, such as `sections[1].steps[0].until`; empty for the whole document."""
    reason: str
    """What is wrong, as a sentence without a full stop."""
    fix: str = ""
    """What to write instead."""


class Faulty(Exception):
    """Raised for a document that cannot be used; `faults` holds at least one reason, in the order of the document."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults, without repetitions."""
        super().__init__(faults[0].reason)
        self.faults = tuple(dict.fromkeys(faults))

    @property
    def hint(self) -> str:
        """The fix of the first fault, then each further fault on a line."""
        lines = [self.faults[0].fix] if self.faults[0].fix else []
        rest = self.faults[1:]
        lines += [f"Also {fault.where or 'the document'}: {fault.reason}" for fault in rest[:_MOST_LISTED]]
        if len(rest) > _MOST_LISTED:
            lines.append(f"And {len(rest) - _MOST_LISTED} more like these.")
        return "\n  ".join(lines)


def _refuse(where: str, reason: str, fix: str = "") -> NoReturn:
    """Refuse the document for one reason."""
    raise Faulty([Fault(where, reason, fix)])


def path_of(parts: Iterable[str | int]) -> str:
    """Write a place in a document as people write it: `sections[1].steps[0].until`."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.isidentifier():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def inside(where: str, key: str) -> str:
    """The path of a part such as `caps[0]` inside a path; the path itself without a key."""
    return f"{where}.{key}" if where and key else where or key


_MOST_KEYS: Final = 20
"""The longest list of known keys in a hint: a step has 17."""


def did_you_mean(word: str, vocabulary: Iterable[str]) -> str:
    """Name the known word nearest to a misspelt one, or list the known words, as a sentence."""
    names = sorted(vocabulary)
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.7)
    if near:
        return f'Did you mean "{near[0]}"?'
    more = ", ..." if len(names) > _MOST_KEYS else ""
    return "Known here: " + ", ".join(names[:_MOST_KEYS]) + more + "."


# --- bytes to a JSON object; refuses what JSON readers accept: duplicate keys, NaN, deep nesting, other encodings

MAX_BYTES: Final = 1_000_000
"""A document of a thousand steps is under 200 kB; a larger file is not a document."""
MAX_DEPTH: Final = 64
"""Deepest nesting of brackets: eight nested repeats with their targets need about 30."""
MAX_NUMBER: Final = 1e12
"""Largest number: no quantity of a run is larger, and a larger one could overflow."""
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A text or a bracket; the closing quotation mark is optional so that the search stays linear."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line separators, direction overrides and lone surrogates, which garble a screen."""


class _Twice(dict[str, object]):
    """An object in which a key occurs twice."""

    twice: str = ""


def read_tree(data: bytes, *, what: str) -> dict[str, object]:
    """Read a JSON object from UTF-8 bytes.

    Args:
        data: the bytes of the file.
        what: the kind of document, such as `workout`.

    Raises:
        Faulty: too large, empty, not UTF-8, not JSON, not an object, nested too deep, or with a duplicate
            key, a number that is none, or a control character in a text.
    """
    text = _decode(data, what)
    _check_depth(text)
    try:
        tree = json.loads(text, object_pairs_hook=_object_of)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        _refuse(
            "", f"this is not JSON: {error.msg} at {place}", "A missing or extra comma is the usual cause."
        )
    except ValueError:  # a number of more than 4300 digits
        _refuse("", "a number in it is far too long")
    if not isinstance(tree, dict):
        article = "an" if what[0] in "aeiou" else "a"
        _refuse("", f"this is {_noun(tree)}, not {article} {what} in {{ }}")
    check_tree(tree)
    return tree


def check_tree(tree: object) -> None:
    """Refuse duplicate keys, numbers that are none and control characters anywhere in a tree.

    Raises:
        Faulty: with every such place.
    """
    faults: list[Fault] = []
    _walk(tree, [], faults)
    if faults:
        raise Faulty(faults)


def check_format(tree: Mapping[str, object], *, family: str, version: int, what: str) -> None:
    """Refuse a document of another kind, or of a version newer than this program knows.

    Raises:
        Faulty: with the place `format`.
    """
    newest = f"{family}/{version}"
    format_ = tree.get("format")
    if format_ == newest:
        return
    if format_ is None:
        near = get_close_matches("format", tree, n=1, cutoff=0.6)
        fix = f'Begin the file with "format": "{newest}"' + (f', not "{near[0]}".' if near else ".")
        _refuse("format", f'"format" is missing, so this may not be a {what}', fix)
    if not isinstance(format_, str):
        _refuse("format", "the format is not a text", f'Write "{newest}".')
    kind, _, number = format_.partition("/")
    if kind == family and number.isascii() and number.isdigit() and len(number) < 6 and int(number) > version:
        reason = f'"{format_}" is newer than this program, which knows {what}s up to "{newest}"'
        _refuse("format", reason, "Update Trackside Coach; the file is left as it is.")
    if kind.startswith("coach-") and kind != family:
        _refuse("format", f'"{format_[:40]}" is another kind of document, not a {what}')
    _refuse("format", f'"{format_[:40]}" is not a {what} format', f'Write "{newest}".')


def _decode(data: bytes, what: str) -> str:
    """Decode the bytes of a document."""
    if len(data) > MAX_BYTES:
        _refuse("", f"the file is larger than 1 MB, which no {what} is", "Is it the right file?")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:4].count(0) >= 2:
        _refuse("", "the file is not UTF-8 text (it looks like UTF-16)", "Save it again as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse("", f"byte {error.start} is not UTF-8 text", "Save it as UTF-8, or give the right file.")
    if not text.strip():
        _refuse("", "the file is empty")
    return text


def _check_depth(text: str) -> None:
    """Refuse brackets nested deeper than any document needs, before a parser recurses."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                _refuse("", f"brackets are nested more than {MAX_DEPTH} deep", "Blocks make nesting shorter.")
        elif token[0] in "]}":
            depth -= 1


def _object_of(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object and remember a key that occurs twice."""
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    keys: set[str] = set()
    marked = _Twice(result)
    for key, _ in pairs:
        if key in keys:
            marked.twice = key
        keys.add(key)
    return marked


def _walk(node: object, parts: list[str | int], faults: list[Fault]) -> None:
    """Collect the faults anywhere in a tree, whose depth was checked before."""
    match node:
        case dict():
            if isinstance(node, _Twice):
                reason = f'the key "{node.twice[:40]}" is written twice'
                faults.append(Fault(path_of(parts), reason, "Keep one of them."))
            for key, value in node.items():
                if _FORBIDDEN.search(key):
                    faults.append(Fault(path_of(parts), "a key holds a control character"))
                    continue
                _walk(value, [*parts, key], faults)
        case list():
            for place, value in enumerate(node):
                _walk(value, [*parts, place], faults)
        case str():
            if _FORBIDDEN.search(node):
                faults.append(Fault(path_of(parts), "the text holds a control character", "Take it out."))
        case int() | float() if not abs(node) <= MAX_NUMBER:  # NaN too
            faults.append(Fault(path_of(parts), "this is not a usable number", "Write an ordinary number."))


def _noun(tree: object) -> str:
    """Name what a tree is when it is not an object."""
    if isinstance(tree, list):
        return "a list"
    return "a text" if isinstance(tree, str) else "a single value"


# --- models, and texts that are checked as they are read


class Strict(BaseModel):
    """The base of every document model: frozen, no unknown key, no silent conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _check_time(text: str) -> str:
    read_time(text)
    return text


def _check_distance(text: str) -> str:
    read_distance(text)
    return text


def _check_pace(text: str) -> str:
    read_pace(text)
    return text


def _check_pace_range(text: str) -> str:
    read_pace_range(text)
    return text


TimeText = Annotated[str, Field(examples=["1:30", "1:02:03"]), AfterValidator(_check_time)]
"""A duration as written."""
DistanceText = Annotated[str, Field(examples=["400 m", "5 km", "1 mile"]), AfterValidator(_check_distance)]
"""A distance as written."""
PaceText = Annotated[str, Field(examples=["4:00/km", "6:30/mile"]), AfterValidator(_check_pace)]
"""One pace as written."""
PaceRangeText = Annotated[str, Field(examples=["3:55-4:05/km"]), AfterValidator(_check_pace_range)]
"""A pace or a range of paces as written."""


def _check_slug(slug: str) -> str:
    if slug in RESERVED_SLUGS:
        raise Misspelt(f'"{slug}" is reserved for the topic tree', "Choose another short name.")
    return slug


def _check_day(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() != text:
            raise ValueError
    except ValueError:
        raise Misspelt(f'"{text[:40]}" is not a date', 'Write it as year-month-day, "2026-05-31".') from None
    return text


Slug = Annotated[str, Field(pattern=SLUG_PATTERN), AfterValidator(_check_slug)]
"""A short name of lower-case letters, digits, - and _, safe in file names and topics."""
Day = Annotated[str, Field(examples=["2026-05-31"]), AfterValidator(_check_day)]
"""A date as written, year-month-day; such texts sort as dates do."""
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
"""A short text that is shown in one line."""
Prose = Annotated[str, Field(min_length=1, max_length=LONGEST_PROSE)]
"""A longer text."""


# --- what pydantic finds, as faults

_MOST_FINDINGS: Final = 50
"""More of pydantic's findings than this are not worded."""


def faults_of(error: ValidationError, tree: object) -> list[Fault]:
    """Turn pydantic's findings in `tree` into faults, with paths of the document as written."""
    errors = [details for details in error.errors(include_url=False) if not _is_echo(details)]
    return [_fault(details, tree) for details in errors[:_MOST_FINDINGS]]


def _is_echo(details: ErrorDetails) -> bool:
    """Return whether a list is called too short only because faulty entries were left out."""
    value = details["input"]
    if details["type"] != "too_short" or not isinstance(value, list):
        return False
    return bool(len(value) >= details.get("ctx", {}).get("min_length", 0))


def _fault(details: ErrorDetails, tree: object) -> Fault:
    """Turn one finding of pydantic into a fault."""
    parts, parent = _place(details["loc"], tree)
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    cause = context.get("error")
    if isinstance(cause, Misspelt):
        return Fault(inside(path_of(parts), cause.key), cause.reason, cause.fix)
    if kind == "missing":
        lacking = str(details["loc"][-1])
        return Fault(path_of(parts), f'"{lacking}" is missing', f'Add "{lacking}" here.')
    if kind == "extra_forbidden":
        key = str(details["loc"][-1])
        fix = did_you_mean(key, _vocabulary(parent)) if isinstance(parent, Mapping) else ""
        return Fault(path_of(parts), f'the key "{key}" is not known here', fix)
    return Fault(path_of(parts), _reason_words(kind, context, value, details["msg"]))


_EXPECTED: Final = {
    "string_type": "a text in quotation marks",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list in [ ]",
    "tuple_type": "a list in [ ]",
    "dict_type": "an object in { }",
    "model_type": "an object in { }",
    "model_attributes_type": "an object in { }",
}
_LIMITS: Final = {
    "greater_than": "{shown} must be more than {gt}",
    "greater_than_equal": "{shown} must be at least {ge}",
    "less_than": "{shown} must be less than {lt}",
    "less_than_equal": "{shown} must be at most {le}",
    "too_short": "the list has too few entries: {min_length} at least",
    "too_long": "the list has more than {max_length} entries",
    "string_too_short": "the text is empty",
    "string_too_long": "the text is longer than {max_length} characters",
    "string_pattern_mismatch": "{shown} has characters that are not allowed here",
}


def _reason_words(kind: str, context: Mapping[str, object], value: object, message: str) -> str:
    """Word one of pydantic's standard findings."""
    label = _value_words(value)
    noun = _EXPECTED.get(kind)
    if noun:
        return f"{label} is not {noun}"
    if kind in {"literal_error", "enum"}:
        expected = str(context.get("expected", "")).replace("'", '"').replace("True", "true")
        return f"{label} is not {'one of ' if ' or ' in expected else ''}{expected}"
    template = _LIMITS.get(kind)
    if template is None:
        return f"{label} cannot be used here: {message}"
    return template.format(shown=label, **context)


def _value_words(value: object) -> str:
    """Show a value in a sentence, shortened."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    short = text if len(text) <= 40 else text[:37] + "..."
    return f'"{short}"' if isinstance(value, str) else short


def _place(loc: tuple[int | str, ...], tree: object) -> tuple[list[int | str], object]:
    """Follow pydantic's location through the document, without the names of a union's branches."""
    parts: list[int | str] = []
    here: Any = tree
    parent: Any = tree
    for part in loc:
        try:
            inside = here[part]
        except (TypeError, LookupError):
            continue
        parent, here = here, inside
        parts.append(part)
    return parts, parent


def _vocabulary(tree: Mapping[str, object]) -> set[str]:
    """The known keys for these: those of the models that share most of them."""
    fields = [{field.alias or name for name, field in m.model_fields.items()} for m in _models(Strict)]
    score = max(len(keys & tree.keys()) for keys in fields)
    return set().union(*(keys for keys in fields if len(keys & tree.keys()) == score))


def _models(base: type[BaseModel]) -> Iterable[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)
