"""Fixtures of the command-line tests: a function that types commands."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from coach.cli.group import root

Typed = Callable[..., Result]


@pytest.fixture
def coach() -> Typed:
    """Types a command: its words as arguments, what is piped into it as `stdin`."""

    def typed(*words: Any, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(root, [str(word) for word in words], input=stdin)

    return typed
