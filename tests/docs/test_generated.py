"""The generated pages are what the code says today."""

import pytest

from tools.docs import PAGES, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_current(name: str) -> None:
    """The page in the tree is what `make docs` writes."""
    assert (PAGES / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"
