"""What an athlete's days say together: seasons of races, trials of one test, heart rates that fit."""

import pytest

from coach.athlete import Athlete, athlete_from
from coach.problems import AthleteProblem


def an_athlete(*entries, **more) -> Athlete:
    """An athlete with a history."""
    tree = {"format": "coach-athlete/1", "slug": "anna", "name": "Anna", "history": list(entries)}
    return athlete_from(tree | more, name="anna")


def entry(day, **told):
    """What was told on a day."""
    return {"from": day, **told}


def result(day, distance="5 km", time="20:00"):
    """A result."""
    return {"date": day, "distance": distance, "time": time}


def test_races_of_eight_weeks_count_together():
    """The newest race and those up to 56 days before it are known, oldest first, whichever entry they are in."""
    anna = an_athlete(
        entry("2025-12-31", races=[result("2025-12-31")]),
        entry("2026-03-06", races=[result("2026-03-06"), result("2026-01-09")]),
    )
    assert [race.date for race in anna.now.races] == ["2026-01-09", "2026-03-06"]


def test_trials_of_six_weeks_are_one_test():
    """A trial of spring is not laid beside those of autumn, for it was another runner's."""
    anna = an_athlete(
        entry("2026-03-01", trials=[result("2026-03-01", "1200 m", "4:00")]),
        entry(
            "2026-09-01",
            trials=[result("2026-09-01", "3600 m", "13:00"), result("2026-08-01", "2400 m", "8:20")],
        ),
    )
    assert [trial.distance for trial in anna.now.trials] == ["2400 m", "3600 m"]
    assert [trial.distance for trial in anna.as_of("2026-03-01").now.trials] == ["1200 m"]


def test_the_first_day_of_the_calendar_is_a_day():
    """Dates at the edge of the calendar break nothing."""
    anna = an_athlete(entry("0001-01-01", races=[result("0001-01-01")]))
    assert len(anna.now.races) == 1


def test_weight_is_optional_and_the_newest_counts():
    """Nothing needs a weight; told twice, the later one is true."""
    assert an_athlete().now.weight_kg is None
    anna = an_athlete(entry("2026-01-01", weight_kg=62.5), entry("2026-02-01", weight_kg=61.0))
    assert anna.now.weight_kg == 61.0
    assert anna.as_of("2026-01-31").now.weight_kg == 62.5


def rate(bpm):
    """A measured heart rate."""
    return {"bpm": bpm, "source": "measured"}


@pytest.mark.parametrize(
    ("rates", "reason"),
    [
        ({"rest": rate(175)}, "less than 30 above the resting one"),
        ({"threshold": rate(195)}, "not below the maximum"),
        ({"rest": rate(155), "threshold": rate(170)}, "less than 20 above the resting one"),
    ],
)
def test_a_later_heart_rate_is_held_against_the_earlier_ones(rates, reason):
    """What is told on another day must still fit the maximum of 190; the place of the fault is named."""
    with pytest.raises(AthleteProblem, match=rf"anna, history\[1\]\.heart_rate: .*{reason}"):
        an_athlete(entry("2026-01-01", heart_rate={"max": rate(190)}), entry("2026-02-01", heart_rate=rates))


def test_a_maximum_may_be_corrected():
    """A later, higher maximum makes room for what would not have fitted before."""
    anna = an_athlete(
        entry("2026-01-01", heart_rate={"max": rate(180)}),
        entry("2026-02-01", heart_rate={"max": rate(196), "threshold": rate(182)}),
    )
    assert anna.now.heart_rate.threshold is not None
    assert anna.now.heart_rate.threshold.bpm == 182
