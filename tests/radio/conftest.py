"""The fake BlueZ is for Linux alone: elsewhere bleak asks another system, and D-Bus is not installed."""

import sys
from pathlib import Path

import pytest

from tests.patience import TEST_LIMIT_S

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test here a limit that the waits within it cannot reach on a busy machine."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            item.add_marker(pytest.mark.timeout(TEST_LIMIT_S))
