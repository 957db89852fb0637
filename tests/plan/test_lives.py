"""Simulated runners: a missed session touches hardly anything, and a year reads as a coach would have it."""

from pathlib import Path

from coach.plan.edit import conflicts
from coach.plan.ladder import RUNG_WORDS, Rung
from tests.plan.lives import BAD, FIRST, ILL, TRAVEL, Year, one_missed

YEAR = Path(__file__).parents[1] / "golden" / "seasons" / "a-year.txt"


def test_one_missed_session_touches_hardly_anything():
    """Over seasons of all kinds: at most one day in the median, three at most, and no spacing is broken anew."""
    touched = one_missed(120)

    assert touched.median <= 1
    assert max(touched.of_every) <= 3
    assert touched.changes
    for before, after, change in touched.changes:
        span = (min(change.touched), max(change.touched))
        assert conflicts(after, *span) <= conflicts(before, *span)
        changed = {new.date for new, old in zip(after.days, before.days, strict=True) if new != old}
        assert changed == set(change.touched)


def test_a_year():
    """52 weeks with a journey, an illness and a bad month give the log that a person has read.

    `python -m tests.golden a-year` writes it anew.
    """
    year = Year().live()
    assert year.lines == YEAR.read_text(encoding="utf-8").splitlines()
    assert max(year.touched) <= 3

    days = [day for day in year.plan.days if day.date >= FIRST]
    for first, last in (TRAVEL, ILL):
        off = days[first : last + 1]
        assert not any(session.is_done for day in off for session in day.sessions if day.off)
    choices = {session.choice for _, session in year.plan.sessions()}
    assert {Rung.LONGER_WARM_UP, Rung.LONGER_RESTS, Rung.FEWER_REPS, Rung.EFFORT_DAY, Rung.EASY} <= choices
    bad = [session.choice for day in days[BAD[0] : BAD[1]] for session in day.sessions if session.is_run]
    assert sum(bool(choice) for choice in bad) > len(bad) / 2
    assert any(RUNG_WORDS[Rung.EFFORT_DAY] in line for line in year.lines)
