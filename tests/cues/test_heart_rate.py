"""Heart rate: caps, targets, the ceiling, and recoveries."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import itertools
from dataclasses import replace

from coach.cues.cue import CueClass, CueKind
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, EndConditions, HeartRateEnd, Quantity, StepTarget
from tests.cues.bench import Bench, kinds, pace, step, texts

HIGH, LOW, CEILING = CueKind.HEART_RATE_HIGH, CueKind.HEART_RATE_LOW, CueKind.HEART_RATE_CEILING


def cap(bpm=150.0, **more) -> StepTarget:
    """A heart-rate cap."""
    return StepTarget(Quantity.HEART_RATE, Band(high=bpm), "under", **more)


def easy(seconds=3600, **more):
    """An easy run with a cap."""
    return step(Kind.OPEN, seconds=seconds, caps=(cap(**more),))


def test_nothing_in_the_first_five_minutes():
    """The first word comes after 5 min and 30 s."""
    bench = Bench(easy())
    bench.start()
    said = [cue for cue in bench.run(600, heart=165) if cue.kind is HIGH]
    assert said[0].at == 330
    assert (said[0].why.rule, said[0].why.value, said[0].why.high) == ("heart_rate_cap", 165, 150)
    assert said[0].why.window_s == 30


def test_it_repeats_after_two_four_and_eight_minutes_and_then_asks_to_walk():
    """Ever more rarely; from the third time on: walk a minute."""
    bench = Bench(easy())
    bench.start()
    said = [cue for cue in bench.run(2400, heart=165) if cue.kind is HIGH]
    gaps = [later.at - sooner.at for sooner, later in itertools.pairwise(said)]
    assert gaps == [120, 240, 480, 480, 480]
    assert [("Walk" in cue.text) for cue in said] == [False, False, True, True, True, True]


def test_two_beats_over_are_needed_for_thirty_seconds():
    """151 is no reason, and neither are 29 s."""
    bench = Bench(easy(), pod=False)
    bench.start()
    assert bench.run(900, heart=152) == []
    bench.run(29, heart=160)
    assert bench.run(60, heart=150) == []


def test_after_a_hole_the_thirty_seconds_begin_anew():
    """Half a minute without a hole is wanted."""
    bench = Bench(easy())
    bench.start()
    bench.run(400, heart=140)
    bench.run(20, heart=160)
    bench.run(10)
    assert HIGH not in kinds(bench.run(25, heart=160))
    assert HIGH in kinds(bench.run(10, heart=160))


def test_estimated_limits_never_cue():
    """A cap from an age-estimated maximum is silent."""
    bench = Bench(easy(estimated=True))
    bench.start()
    assert HIGH not in kinds(bench.run(900, heart=190))


def test_short_work_is_not_steered_by_the_heart():
    """None in work steps under two minutes, none before the heart rate was trusted for 30 s in longer ones."""
    for seconds, expected in ((119, False), (240, True)):
        bench = Bench(step(Kind.WARM_UP, seconds=600), step(seconds=seconds, caps=(cap(),)))
        bench.start()
        bench.run(600)
        bench.start(1, came_from=Kind.WARM_UP)
        said = [cue for cue in bench.run(seconds, heart=170) if cue.kind is HIGH]
        assert bool(said) is expected
        assert all(cue.at >= 600 + 30 for cue in said)


def test_short_work_is_known_by_its_distance_and_pace_too():
    """400 m at 4 m/s are under two minutes."""
    bench = Bench(step(Kind.WARM_UP, seconds=600), step(metres=400, target=pace(), caps=(cap(),)))
    bench.start()
    bench.run(600)
    bench.start(1, came_from=Kind.WARM_UP)
    assert HIGH not in kinds(bench.run(200, heart=180))


def test_strides_mute_it_and_90_s_after():
    """No word in a stride, none until 90 s after it."""
    bench = Bench(easy(1200), step(Kind.STRIDE, seconds=100, caps=(cap(),)), easy())
    bench.start()
    bench.run(400, heart=140)
    bench.start(1, came_from=Kind.OPEN)
    assert HIGH not in kinds(bench.run(100, heart=180))
    bench.end()
    bench.start(2, came_from=Kind.STRIDE)
    said = [cue for cue in bench.run(300, heart=180) if cue.kind is HIGH]
    assert said[0].at >= 500 + 90 + 30


def test_a_heart_rate_target_has_a_low_side_but_not_on_a_belt():
    """A little more - nobody is told to hurry on a treadmill."""
    target = StepTarget(Quantity.HEART_RATE, Band(140, 145, 150), "140-150")
    for surface, expected in (("road", True), ("treadmill", False)):
        bench = Bench(step(seconds=1200, target=target), surface=surface)
        bench.start()
        assert (LOW in kinds(bench.run(600, heart=125))) is expected


def test_the_ceiling_is_immediate_and_safety():
    """Two believed readings at the ceiling, even in the first minute, and then once a minute."""
    bench = Bench(easy(), ceiling_bpm=185)
    bench.start()
    bench.run(10, heart=150)
    said = [cue for cue in bench.run(70, heart=186) if cue.kind is CEILING]
    assert [cue.at for cue in said] == [13, 73]
    assert said[0].cue_class is CueClass.SAFETY
    assert said[0].why.high == 185


def test_one_spike_is_no_ceiling():
    """A single wild reading says nothing."""
    bench = Bench(easy(), ceiling_bpm=185)
    bench.start()
    bench.run(10, heart=150)
    bench.run(1, heart=220)
    assert CEILING not in kinds(bench.run(10, heart=150))


def test_a_recovery_that_ran_into_its_cap_was_not_complete():
    """Said once, if the heart is known."""
    for heart, words in ((150, ["Recovery not complete."]), (None, [])):
        until = EndConditions((HeartRateEnd(120, below=True),), cap_s=180.0)
        bench = Bench(replace(step(Kind.RECOVERY), until=until), step(seconds=60), pod=False)
        bench.start(came_from=Kind.WORK)
        bench.run(180, heart=heart)
        assert texts(bench.end(), CueKind.ADVICE) == words


def test_half_a_minute_over_the_cap_must_be_a_clean_one():
    """An artefact on the way, over at once, makes the half minute of trust begin anew."""
    bench = Bench(easy())
    bench.start()
    bench.run(400, heart=140)
    bench.run(20, heart=160)
    bench.report(Source.STRAP, heart_rate=220)
    assert HIGH not in kinds(bench.run(28, heart=160))
    assert HIGH in kinds(bench.run(5, heart=160))
