"""The season as a page: weeks, fitness, how easy, best efforts, heart rate at one pace; unknown weeks stay empty."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from coach.review.season import SEASON, LoadKind, Season, SeasonRun, season
from coach.review.season_report import season_report
from tests.review.chromium import Browser
from tests.review.test_html_page import Reader

TODAY = date(2026, 5, 26)
"""A Tuesday."""


def a_run(day: date, number: int, **known: Any) -> SeasonRun:
    """Make a run of an hour and 10 km with all that can be known of it."""
    values: dict[str, Any] = {
        "time_s": 3600.0,
        "distance_m": 10_000.0,
        "loads": {LoadKind.TRIMP: 80.0},
        "zone_s": (3000.0, 240.0, 360.0),
        "zone_m": (8000.0, 800.0, 1200.0),
        "hard_m": 2000.0,
        "is_hard": number % 3 == 0,
        "bests": {"400": 90.0 - 0.1 * number, "5k": 1380.0 - number},
        "heart_at_pace": {340: (150.0 - 0.1 * number, 900.0)},
    }
    return SeasonRun(f"R{number}", day, **values | known)


def weeks_of(*days: date, **known: Any) -> Season:
    """Make the season of these runs."""
    return season([a_run(day, 1, **known) for day in days], today=TODAY)


def a_season(**known: Any) -> Season:
    """Make a season of three runs a week, the fourth week before now without any."""
    days = [TODAY - timedelta(days=back) for back in range(150, 0, -2) if not 21 <= back < 30]
    return season([a_run(day, number, **known) for number, day in enumerate(days)], today=TODAY)


def test_the_page_has_all_of_the_season():
    """Figures, sentences, a column a week, both curves, shares in words, best efforts, months and formulas."""
    found = Reader(season_report(a_season()))
    assert found.open == []
    for words in (
        "km a week",
        "easy, by time",
        "pace /km",
        "fitness (CTL)",
        "load (TRIMP for men)",
        "easy 83 %, steady 7 %, hard 10 %",
        "by distance: easy 80 %, steady 8 %, hard 12 %",
        "Heart rate at 5:40/km",
        "Jan 2026",
        "Every week",
        "Distance a week",
    ):
        assert words in found.text
    assert found.text.count("Holds for:") == len(SEASON)


def test_a_week_of_nothing_has_no_height_and_an_unknown_one_no_column():
    """A week without a run is a week of no load; one whose load is not known is left out of the picture."""
    page = season_report(a_season())
    assert 'height="0.0"><title>week from 27 Apr 2026: load 0, 0 runs' in page
    made = season([a_run(TODAY, 1), a_run(TODAY - timedelta(days=14), 2, loads={})], today=TODAY)
    picture = season_report(made).partition("Distance a week")[0]
    columns = re.findall('class="bar" x="[0-9.]+" y="[0-9.]+" width=".8"', picture)
    assert len(columns) == sum(week.load is not None for week in made.weeks) == 23


def test_what_is_not_known_is_left_out():
    """No load, no heart rate, no best efforts: the page says what is missing instead."""
    page = season_report(
        a_season(loads={}, zone_s=None, zone_m=None, bests={}, heart_at_pace={}, hard_m=None)
    )
    text = Reader(page).text
    for heading in (
        "Load a week",
        "Fitness and fatigue",
        "Easy and hard",
        "Best this season",
        "Heart rate at",
    ):
        assert heading not in text
    assert "No run has a load" in text


def test_a_young_season_has_no_weeks_before():
    """A whole week is held against nothing, and one of unknown length has no figure."""
    day = TODAY - timedelta(days=4)
    begin = TODAY - timedelta(days=8)
    text = Reader(season_report(season([a_run(day, 1, zone_m=None)], today=TODAY, since=begin))).text
    assert "the last whole week" in text
    assert "before" not in text.partition("Load a week")[0]
    assert "by distance: easy" not in text
    unknown = [a_run(day, 1, distance_m=None), a_run(TODAY, 2)]
    assert "km a week" not in Reader(season_report(season(unknown, today=TODAY, since=begin))).text
    assert "Distance a week" not in season_report(season(unknown[:1], today=TODAY, since=begin))


def test_a_season_without_a_run_says_so():
    """An empty page has one sentence."""
    text = Reader(season_report(season([], today=TODAY))).text
    assert "Nothing was run in these weeks." in text
    assert not re.search(r"\b(nan|None(?! foretells)|inf)\b", text)


def test_one_pace_is_per_mile_where_paces_are():
    """The unit of the runner."""
    text = Reader(season_report(replace(a_season(), unit="mile"))).text
    assert "miles a week" in text
    assert "9:07/mile" in text


def test_words_agree_with_their_number():
    """One run is no runs, a season is no last season, and the last column is now."""
    text = Reader(season_report(weeks_of(TODAY))).text
    assert "to 26 May 2026, 1 run\n" in text
    assert "1 runs" not in text
    since = TODAY - timedelta(days=8)
    short = season([a_run(TODAY - timedelta(days=4), 1), a_run(TODAY, 2)], today=TODAY, since=since)
    figures = season_report(short).partition("Load a week")[0]
    assert "this season" in figures
    assert "last season" not in figures
    assert re.search(r"<text[^>]*>now</text>", season_report(short))


def test_an_unmeasured_run_is_no_run_of_no_metres():
    """The week says of how many runs its distance is, and the mean how many are not in it."""
    day = TODAY - timedelta(days=4)
    season_ = season(
        [a_run(day, 1), a_run(day, 2, distance_m=None, hard_m=None, hard_s=600.0)],
        today=TODAY,
        since=TODAY - timedelta(days=8),
    )
    text = Reader(season_report(season_)).text
    assert "without 1 not measured" in text
    assert "1 of 2 runs" in season_report(season_)
    assert "10 km+" in text
    assert "2 km+" in text


def test_the_last_day_of_a_long_season_is_seen():
    """Of over a year every second or third day is drawn, and always the last one."""
    first = TODAY - timedelta(days=800)
    days = [first + timedelta(days=each) for each in range(0, 801, 7)]
    made = season([a_run(day, 1) for day in days], today=TODAY, since=first)
    assert (len(made.fitness) - 1) % 3  # or every third day from the first on has the last
    page = season_report(made).partition("Fitness and fatigue")[2].partition("Easy and hard")[0]
    assert "26 May 2026" in page


def test_the_data_of_the_page_is_the_season():
    """As `coach review --season --json` prints it."""
    found = re.search('id="data">(.*?)</script>', season_report(a_season()), re.DOTALL)
    assert found
    tree = json.loads(found[1])
    assert (tree["format"], len(tree["season"]["weeks"])) == ("coach-season/1", 24)


@pytest.mark.parametrize("dark", [False, True])
def test_a_season_fits_a_phone_and_a_sheet(chromium: Browser, tmp_path: Path, dark: bool):
    """Nothing is asked, nothing is wider than the window, and it prints on one page."""
    file = tmp_path / "season.html"
    file.write_text(season_report(a_season()), encoding="utf-8")
    chromium.show(file, 390, 844, dark=dark)
    assert chromium.requests == [file.as_uri()]
    assert chromium.errors == []
    assert chromium.ask("document.documentElement.scrollWidth") <= 390
    assert len(re.findall(rb"/Type\s*/Page\b", chromium.printed())) == 1
