"""A run is set up in one module and put together in one function, whoever asks for it."""

import ast

import pytest

from tests.architecture.source import modules


@pytest.mark.parametrize(
    ("name", "place"),
    [("RunSetup", "coach.app.setup"), ("Conductor", "coach.app.live_run"), ("json_lines", "coach.app.feeds")],
)
def test_it_is_made_in_one_place(name, place):
    """Only one module of the program makes setups, conductors, and the sinks of lines."""
    makers = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    }

    assert makers == {place}
