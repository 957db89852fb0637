"""The question whether footpod or belt is right, asked once."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"

from coach.cues.cue import CueKind
from coach.signals.readings import Source
from tests.cues.bench import Bench, pace, step, texts

BELT = 14 / 3.6


def on_belt(pod, seconds=120, *, surface="treadmill", told=None, target=None):
    """Ten minutes at 14 km/h on a belt, by a pod that says something else."""
    bench = Bench(step(seconds=600, target=target or pace(BELT)), surface=surface)
    bench.start()
    for _ in range(seconds):
        if told is not None:
            bench.report(Source.TREADMILL, speed=told)
        bench.run(1, pod)
    return bench


def questions(bench):
    """What was asked."""
    return [text for text in texts(bench.cues, CueKind.PROMPT) if "belt" in text]


def test_four_per_cent_apart_for_a_minute_is_one_question():
    """Asked once however long it lasts, with both speeds as belts show them."""
    assert questions(on_belt(BELT * 0.95, 400)) == [
        "Footpod says thirteen three, belt fourteen. Which is right?"
    ]


def test_three_per_cent_are_a_pods_own():
    """A difference of 3 % is within the error of an uncalibrated pod."""
    assert questions(on_belt(BELT * 0.975, 400)) == []


def test_a_speed_of_the_range_asked_for_is_no_question():
    """A belt to be set to 13.3 to 14.7 km/h may run at 13.4; at 12.9 the pod and the plan disagree."""
    wide = pace(BELT, 0.05, 0.05)

    assert questions(on_belt(BELT * 0.96, 400, target=wide)) == []
    assert len(questions(on_belt(BELT * 0.92, 400, target=wide))) == 1


def test_a_minute_is_waited_for():
    """The belt may still be changing: settle time and a minute."""
    assert questions(on_belt(BELT * 0.95, 80)) == []


def test_the_belts_own_speed_counts_before_the_one_it_was_to_have():
    """A pod that agrees with the belt's own speed leads to no question."""
    assert questions(on_belt(BELT * 0.95, 400, told=BELT * 0.95)) == []


def test_off_the_belt_nobody_is_asked():
    """On a track there is no belt to compare with."""
    assert questions(on_belt(BELT * 0.95, 400, surface="track")) == []
