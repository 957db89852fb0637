"""Fixtures of tests that start the app."""

from collections.abc import Iterator
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


@pytest.fixture(autouse=True, scope="session")
def _styles_parsed_once() -> Iterator[None]:
    """The styles of a theme are parsed once for all apps: a seventh of the start of each."""
    parse = Stylesheet._parse_rules
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_once(sheet: Stylesheet, css: str, **named: Any) -> list[RuleSet]:
        key = (css, *named.values(), *sheet._variables.items())
        if key not in parsed:
            parsed[key] = parse(sheet, css, **named)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield
