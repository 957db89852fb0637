"""Bytes to a JSON object, refusing what JSON readers let pass: duplicate keys, NaN, bombs, encodings."""

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, NoReturn

from coach.documents.faults import Fault, Faulty, path_of

MAX_BYTES: Final = 1_000_000
"""A thousand-step workout is under 200 kB; a larger file is something else."""
MAX_DEPTH: Final = 64
"""Brackets within brackets: eight nested repeats with their targets need about 30."""
MAX_NUMBER: Final = 1e12
"""No quantity a runner writes is larger; a larger one would overflow somewhere."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A text or a bracket; the closing quotation mark is optional so that the search stays linear."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line separators, direction overrides, lone surrogates: they would garble a screen."""


class _Twice(dict[str, object]):
    """An object in which a key was written twice."""

    twice: str = ""


def read_tree(data: bytes, *, what: str) -> dict[str, object]:
    """Read a JSON object from UTF-8 bytes.

    Args:
        data: the file as it is.
        what: what it should be, such as `workout`.

    Raises:
        Faulty: too large, empty, not UTF-8, not JSON, not an object, nested too deep, or with a duplicate
            key, a number that is none, or a control character in a text.
    """
    text = _text(data, what)
    _check_depth(text)
    try:
        tree = json.loads(text, object_pairs_hook=_object)
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
    wanted = f"{family}/{version}"
    found = tree.get("format")
    if found == wanted:
        return
    if found is None:
        near = get_close_matches("format", tree, n=1, cutoff=0.6)
        fix = f'Begin the file with "format": "{wanted}"' + (f', not "{near[0]}".' if near else ".")
        _refuse("format", f'"format" is missing, so this may be no {what}', fix)
    if not isinstance(found, str):
        _refuse("format", "the format is not a text", f'Write "{wanted}".')
    kind, _, number = found.partition("/")
    if kind == family and number.isascii() and number.isdigit() and len(number) < 6 and int(number) > version:
        reason = f'"{found}" is newer than this program, which knows {what}s up to "{wanted}"'
        _refuse("format", reason, "Update Trackside Coach; the file is left as it is.")
    if kind.startswith("coach-") and kind != family:
        _refuse("format", f'"{found[:40]}" is another kind of document, not a {what}')
    _refuse("format", f'"{found[:40]}" is not a {what} format', f'Write "{wanted}".')


def _text(data: bytes, what: str) -> str:
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
    """Refuse brackets nested deeper than any document needs, before a parser climbs them."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                _refuse("", f"brackets are nested more than {MAX_DEPTH} deep", "Blocks make nesting shorter.")
        elif token[0] in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object and remember a key written twice."""
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    marked = _Twice(made)
    for key, _ in pairs:
        if key in seen:
            marked.twice = key
        seen.add(key)
    return marked


def _walk(node: object, parts: list[str | int], faults: list[Fault]) -> None:
    """Collect what is wrong anywhere in a tree; its depth was checked before."""
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
    """Say what a tree is when it is no object."""
    if isinstance(tree, list):
        return "a list"
    return "a text" if isinstance(tree, str) else "a single value"


def _refuse(where: str, reason: str, fix: str = "") -> NoReturn:
    """Refuse the document for one reason."""
    raise Faulty([Fault(where, reason, fix)])
