"""Names the case that fails in a test that goes through many."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def case(*names: object) -> Iterator[None]:
    """Add the names of a case to whatever is raised within it.

    A rule that holds for hundreds of cases is one test: as a test each, most of their time is pytest's own.
    """
    try:
        yield
    except BaseException as error:
        error.add_note("the case: " + ", ".join(map(str, names)))
        raise
