"""What is wrong in a document, where, and how to mend it: one sentence each, never pydantic's own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

_SHOWN: Final = 10
"""More faults than this are counted, not listed: nobody mends twenty at once."""
_NAMED: Final = 20
"""A step has 17 keys; a longer list helps nobody."""
_READ: Final = 50
"""More of pydantic's findings than this are not even worded."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a document."""

    where: str
    """The JSON path, such as `sections[1].steps[0].until`; empty for the document itself."""
    reason: str
    """What is wrong, a sentence without a full stop."""
    fix: str = ""
    """What to write instead."""


class Faulty(Exception):
    """A document cannot be used; `faults` holds at least one reason, in the order of the document."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults, dropping repetitions."""
        super().__init__(faults[0].reason)
        self.faults = tuple(dict.fromkeys(faults))

    @property
    def hint(self) -> str:
        """The fix of the first fault and, a line each, the other faults."""
        lines = [self.faults[0].fix] if self.faults[0].fix else []
        rest = self.faults[1:]
        lines += [f"Also {fault.where or 'the document'}: {fault.reason}" for fault in rest[:_SHOWN]]
        if len(rest) > _SHOWN:
            lines.append(f"And {len(rest) - _SHOWN} more like these.")
        return "\n  ".join(lines)


class Misspelt(ValueError):
    """A value cannot be read; raised inside validators, so the place is added by who reads the document."""

    def __init__(self, reason: str, fix: str = "", *, key: str = "") -> None:
        """Keep reason and fix, and the key inside the object when the fault lies in one of its values."""
        super().__init__(reason)
        self.reason = reason
        self.fix = fix
        self.key = key


class Strict(BaseModel):
    """The base of every document model: frozen, no unknown key, no silent conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def path_of(parts: Iterable[str | int]) -> str:
    """Write a place in a document the way people say it: `sections[1].steps[0].until`."""
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
    """The path of a part such as `caps[0]` of what stands at a path; the path itself without a key."""
    return f"{where}.{key}" if where and key else where or key


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Name the known word nearest to a misspelt one, or list what is known: one sentence."""
    names = sorted(known)
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.7)
    if near:
        return f'Did you mean "{near[0]}"?'
    more = ", ..." if len(names) > _NAMED else ""
    return "Known here: " + ", ".join(names[:_NAMED]) + more + "."


def faults_of(error: ValidationError, tree: object) -> list[Fault]:
    """Turn what pydantic found in `tree` into our own sentences, with paths of the document as written."""
    found = [details for details in error.errors(include_url=False) if not _is_echo(details)]
    return [_fault(details, tree) for details in found[:_READ]]


def _is_echo(details: ErrorDetails) -> bool:
    """Does it call a list too short only because it left out entries that are faulty themselves?"""
    value = details["input"]
    if details["type"] != "too_short" or not isinstance(value, list):
        return False
    return bool(len(value) >= details.get("ctx", {}).get("min_length", 0))


def _fault(details: ErrorDetails, tree: object) -> Fault:
    """Say one finding of pydantic in words."""
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
    return Fault(path_of(parts), _words(kind, context, value, details["msg"]))


def _words(kind: str, context: Mapping[str, object], value: object, message: str) -> str:
    """Word one of pydantic's standard findings."""
    shown = _shown(value)
    noun = _EXPECTED.get(kind)
    if noun:
        return f"{shown} is not {noun}"
    if kind in {"literal_error", "enum"}:
        expected = str(context.get("expected", "")).replace("'", '"').replace("True", "true")
        return f"{shown} is not {'one of ' if ' or ' in expected else ''}{expected}"
    template = _LIMITS.get(kind)
    if template is None:
        return f"{shown} cannot be used here: {message}"
    return template.format(shown=shown, **context)


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


def _shown(value: object) -> str:
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
    """Follow pydantic's location through the document, leaving out the names of a union's branches."""
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


def _vocabulary(written: Mapping[str, object]) -> set[str]:
    """The keys known where these were written: those of the models that share most of them."""
    fields = [{field.alias or name for name, field in m.model_fields.items()} for m in _models(Strict)]
    score = max(len(keys & written.keys()) for keys in fields)
    return set().union(*(keys for keys in fields if len(keys & written.keys()) == score))


def _models(base: type[BaseModel]) -> Iterable[type[BaseModel]]:
    """Every document model there is."""
    for model in base.__subclasses__():
        yield model
        yield from _models(model)
