"""The review of a session: everybody's reps beside each other, in words, as an object and as a page."""

from typing import Any

import pytest

from coach.review.summary import summarize
from coach.squad.board import ReviewedRunner, SquadReview, review_lines, review_tree, squad_page
from tests.session.builders import Track, rest, work
from tests.squad.squads import roster

ANA, BEN = roster(2).runners
REPS = [work(400.0, "a", rep=1, of=2), rest(10.0), work(400.0, "b", rep=2, of=2)]


def ran(*speeds: float) -> Any:
    """A run of reps at these speeds."""
    track = Track(*REPS, ends_after_s=0.0)
    now = 0.0
    for speed in speeds:
        track.run_at(speed, now, now + 400.0 / speed + 0.5)
        now += 400.0 / speed + 0.5
        track.run_at(0.0, now, now + 10.0, cadence=0.0)
        now += 10.0
    if not track.run.has_ended:
        track.close(now)
    return summarize(track.events, track.session.timeline)


@pytest.fixture(scope="module")
def review() -> SquadReview:
    """Ana ran both reps, Ben one; Cleo's run cannot be read."""
    runners = (ReviewedRunner(ANA, ran(4.0, 3.9)), ReviewedRunner(BEN, ran(4.0)))
    return SquadReview("Squad: 2x400", "2026-11-21 18:04", runners, ("Cleo: left out: it is damaged.",))


def test_in_words(review):
    """Completed and planned reps, mean, evenness and fade; then every rep; unfinished runners, and those left out."""
    lines = list(review_lines(review, 80))
    assert lines[0] == "Squad: 2x400   2026-11-21 18:04"
    text = "\n".join(lines)
    ana = next(line for line in lines if line.startswith("Ana"))
    assert "2 of 2" in ana
    assert "+" in ana
    assert "%" in ana
    ben = next(line for line in lines if line.startswith("Ben"))
    assert "1 of 2" in ben
    assert "–" in ben
    assert "Ben: ended early" in text
    assert lines[-1] == "Cleo: left out: it is damaged."


def test_a_rep_that_was_cut_is_not_in_the_mean():
    """Four seconds of a second rep change no mean; without a whole rep there is none."""
    for whole, mean in ((True, "1:40.0"), (False, "–")):
        track, began = Track(*REPS, ends_after_s=0.0), 110.5 if whole else 0.0
        if whole:
            track.run_at(4.0, 0.0, 100.5)
            track.run_at(0.0, 100.5, 110.5, cadence=0.0)
        track.run_at(4.0, began, began + 4.0)
        track.close(began + 4.0)
        ana = ReviewedRunner(ANA, summarize(track.events, track.session.timeline))
        line = next(each for each in review_lines(SquadReview("Squad", "", (ana,)), 80) if "Ana" in each)
        assert line.split()[:6] == ["Ana", "all", "1" if whole else "0", "of", "2", mean]


def test_more_reps_than_there_is_room_for(review):
    """The width decides how many reps are shown, with a remark."""
    assert "the first 1 of 2 reps" in list(review_lines(review, 20))


def test_without_any_rep():
    """Without reps there is no table of them."""
    track = Track(rest(10.0), ends_after_s=0.0)
    track.wait(11.0)
    nothing = ReviewedRunner(ANA, summarize(track.events))
    assert not any(line.startswith("reps") for line in review_lines(SquadReview("Squad", "", (nothing,)), 80))
    assert nothing.planned == "0"
    assert nothing.fade_s is None


def test_as_an_object(review):
    """Unknown values are absent."""
    tree = review_tree(review)
    assert [each["runner"] for each in tree["runners"]] == ["ana", "ben"]
    ana, ben = tree["runners"]
    assert [rep["rep"] for rep in ana["reps"]] == [1, 2]
    assert ana["fade_s"] == pytest.approx(2.5, abs=1.5)
    assert "fade_s" not in ben
    assert tree["left_out"] == ["Cleo: left out: it is damaged."]
    assert "left_out" not in review_tree(SquadReview("Squad", "", review.runners))


def test_as_a_page(review):
    """Names link to the report of their runner where there is one; hostile ones are text."""
    page = squad_page(review, {"ana": "squad-ana.html"})
    assert '<a href="squad-ana.html">' in page
    assert page.count("squad-ben") == 0
    hostile = SquadReview("<script>", "", review.runners)
    assert "<h1>&lt;script&gt;</h1>" in squad_page(hostile, {})
