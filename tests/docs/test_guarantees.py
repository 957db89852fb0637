"""Every promise of a run names a test that is there."""

import re

from tests.docs.test_docs import ROOT

PAGE = (ROOT / "docs" / "reference" / "guarantees.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([a-z_/]+\.py)::(test_\w+)`", PAGE)


def test_a_test_that_a_promise_names_exists():
    """The file is there, and the function in it."""
    files = sorted({file for file, _ in NAMED})
    tests = {
        (file, name)
        for file in files
        for name in re.findall(
            r"^(?:async )?def (test_\w+)\(", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE
        )
    }

    assert sorted(set(NAMED) - tests) == []


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
