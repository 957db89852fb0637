"""One browser for all pages."""

from collections.abc import Iterator

import pytest

from tests.review.chromium import Browser, browser, needed


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium without a window."""
    needed()
    with browser() as opened:
        yield opened
