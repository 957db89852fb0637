"""The generated pages are what the code says today."""

from tests.cases import case
from tools.docs import PAGES, pages


def test_a_generated_page_is_current() -> None:
    """Every page in the tree is what `make docs` writes."""
    for name, text in pages().items():
        with case(name, "run `make docs`"):
            assert (PAGES / name).read_text(encoding="utf-8") == text
