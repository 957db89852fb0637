"""A run keeps no more descriptors, threads and memory than at its start: a short one here, two hours by `make soak`."""

from dataclasses import replace

import pytest

from tests.soak import LOOKS, Look, growth, soaked, table

pytestmark = pytest.mark.pty

FLAT = [Look(10.0 * number, 20, 5, 60.0 + number / 10, 1.0 * number, 30.0) for number in range(1, LOOKS + 1)]


@pytest.mark.long
@pytest.mark.timeout(180)
def test_nothing_grows_in_a_quarter_of_an_hour(home):
    """Fifteen minutes at sixty times their speed, in a real terminal, recorded: no descriptor and no thread more."""
    seen = soaked(home, minutes=15.0, looks=5)

    assert growth(seen) == [], table(seen)


@pytest.mark.parametrize(
    ("grown", "word"),
    [({"descriptors": 21}, "descriptors"), ({"threads": 6}, "threads"), ({"memory_mb": 80.0}, "memory")],
)
def test_what_grows_is_named(grown, word):
    """One descriptor or thread more at the end is seen, and memory that grows faster than a run's results."""
    assert growth(FLAT) == []
    assert [line.split(":")[0] for line in growth([*FLAT[:-1], replace(FLAT[-1], **grown)])] == [word]
