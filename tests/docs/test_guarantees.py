"""Every promise of a run names a test that is there."""

import ast
import re

import pytest

from tests.docs.test_docs import ROOT

PAGE = (ROOT / "docs" / "reference" / "guarantees.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([a-z_/]+\.py)::(test_\w+)`", PAGE)


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED)))
def test_a_test_that_a_promise_names_exists(file, test):
    """The file is there, and the function in it."""
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    functions = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert test in functions


def test_every_promise_names_a_test():
    """Each row of a table ends with at least one test, and each is written as the pattern above reads it."""
    rows = [
        line
        for line in PAGE.splitlines()
        if line.startswith("| ") and not line.startswith(("| promise |", "| fault |"))
    ]

    assert len(rows) > 20
    assert all(re.search(r"`[a-z_/]+\.py::test_\w+`[^|]*\|$", row) for row in rows)
    assert PAGE.count("::") == len(NAMED)
