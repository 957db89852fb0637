"""A scripted laptop, and its pages in a real Chromium whose clock only a test moves."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import coach  # noqa: F401 - a fixture
from tests.review.chromium import Browser
from tests.share.laptop import Laptop, laptop
from tests.share.page import Page, page_in


@pytest.fixture
def scripted() -> Iterator[Laptop]:
    """A laptop that sends what a test tells it to."""
    with laptop() as phone:
        yield phone


@pytest.fixture
def page(chromium: Browser, scripted: Laptop) -> Iterator[Page]:
    """Pages of the laptop in Chromium."""
    with page_in(chromium, scripted) as result:
        yield result
