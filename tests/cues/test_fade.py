"""Fading within a rep: a second half under the target after a first half on it."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import CueClass, CueKind
from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, CoachBy, Quantity, StepTarget
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts

FADE = CueKind.FADE
LEARNT = 160
"""Seconds of even running before, from which the noise of the pod is learnt."""


def faded(*reps, first=4.1, last=3.8, seconds=60, surface="track", source=Source.POD, factor_sd=0.01):
    """A rep (of 1000 m by the light unless said otherwise) run 2.5 % fast to its half, then slower for so long."""
    steps = reps or (by_light(),)
    rests = [one for each in steps for one in (rest(60), each)]
    bench = Bench(rep(800, steer=CoachBy.TIME), *rests, surface=surface, factor_sd=factor_sd)
    bench.start(0, came_from=Kind.RECOVERY)
    bench.run(LEARNT, 4.05, source=source)
    bench.end()
    for place in range(len(steps)):
        bench.run(60, 2.5, source=source)
        bench.start(2 * place + 2)
        bench.run(half_of(steps[place]) / first, first, source=source)
        bench.run(seconds, last, source=source)
        bench.end()
    return bench


def by_light(metres=1000, **more):
    """A rep coached in seconds against the light: four seconds up at its half, nothing is behind for long."""
    return rep(metres, steer=CoachBy.TIME, **more)


def half_of(one):
    """Metres of half a step at 4 m/s."""
    return (one.until.distance() or 4.1 * (one.until.time() or 0.0)) / 2.0


def fades(bench):
    """What was called a fade."""
    return [cue for cue in bench.cues if cue.kind is FADE]


def test_a_fade_is_called_with_its_evidence():
    """5 % under the target in the second half: one word, with all that is behind it."""
    bench = faded()
    (cue,) = fades(bench)
    assert (cue.text, cue.cue_class, cue.spoken) == ("Fading. Relax, quick feet.", CueClass.COACH, True)
    why = cue.why
    assert (why.rule, why.quantity) == ("pace_band", "speed_mps")
    assert why.value < why.low <= 4.0 * 0.982
    assert 5 < why.window_s < 60
    assert why.sample_age_s == 0
    assert 0.0 < why.noise < 0.05


def test_it_is_called_in_the_second_half_after_it_has_held():
    """No sooner than ten seconds after the half, no later than forty."""
    bench = faded()
    (cue,) = fades(bench)
    half = LEARNT + 60 + 500 / 4.1
    assert half + 10 <= cue.at <= half + 40


def test_an_even_rep_is_no_fade():
    """An even rep is no fade, nor is one that ends 3 % slower than it began."""
    assert fades(faded(first=4.0, last=4.0)) == []
    assert fades(faded(first=4.0, last=3.88)) == []


def test_on_target_nobody_fades():
    """Who began six per cent up and comes back to the pace of the band is right, not tired."""
    assert fades(faded(first=4.24, last=3.95)) == []


def test_who_was_told_to_ease_is_not_told_that_he_fades():
    """Speeds before "Too fast" are no baseline."""
    bench = Bench(rep(800), rep(1600, rep=2, of=3))
    bench.start(0, came_from=Kind.RECOVERY)
    bench.run(LEARNT, 4.0)
    bench.end()
    bench.start(1, came_from=Kind.RECOVERY)
    assert CueKind.TOO_FAST in kinds(bench.run(190, 4.3))
    bench.run(100, 3.85)
    assert fades(bench) == []


def test_it_is_called_in_every_rep_in_other_words():
    """Three reps of a set are three words, none of them said twice."""
    bench = faded(*[by_light(set_id="a")] * 3)
    words = [cue.text for cue in fades(bench)]
    assert len(words) == len(set(words)) == 3


@pytest.mark.parametrize(
    "one",
    [
        by_light(400),
        step(seconds=100, target=pace(), steer=CoachBy.TIME),
        step(Kind.STRIDE, metres=1000, target=pace()),
        step(Kind.HILL, metres=1000, target=pace()),
        step(Kind.FLOAT, metres=1000, target=pace()),
        step(Kind.WARM_UP, metres=1000, target=pace()),
        by_light(target=pace(ramp=Band(3.5, 3.6, 3.7))),
        by_light(target=pace(estimated=True)),
        by_light(target=StepTarget(Quantity.SPEED, Band(None, None, 4.2), "no faster")),
        by_light(target=StepTarget(Quantity.EFFORT, Band(), "hard")),
    ],
)
def test_where_nobody_is_asked_to_hold_a_pace_nobody_fades(one):
    """Short reps, strides, hills, floats, warm-ups, ramps, guessed paces, caps and steps by feel."""
    assert fades(faded(one)) == []


def test_a_rep_by_time_fades_too():
    """A fade is called in reps by time from two minutes on."""
    assert len(fades(faded(step(seconds=240, target=pace(), steer=CoachBy.TIME)))) == 1


def test_who_stops_before_our_line_does_not_fade():
    """Who is 40 % slower at once is at a line that we do not know of."""
    assert fades(faded(last=2.4)) == []


def test_on_a_belt_the_belt_decides():
    """No fade is called on a treadmill."""
    assert fades(faded(surface="treadmill")) == []


def test_an_unproven_pod_takes_twice_the_hold_and_a_wider_band():
    """The same fade is called ten seconds later; one that only a proven pod can tell from the band is not called."""
    proven, unproven = fades(faded(last=3.7))[0], fades(faded(last=3.7, factor_sd=0.03))[0]
    assert unproven.at >= proven.at
    assert fades(faded(last=3.83)) != []
    assert fades(faded(last=3.87, first=4.12, factor_sd=0.03)) == []


def test_a_first_half_from_another_source_is_no_measure():
    """A pod and a watch may be two per cent apart by themselves."""
    bench = Bench(by_light())
    bench.start(0, came_from=Kind.RECOVERY)
    bench.run(122, 4.1)
    bench.run(60, 3.8, source=Source.WATCH)
    assert fades(bench) == []


def test_a_bridged_stretch_is_not_judged():
    """Nobody fades in an estimate, even if a strap goes on telling the speed."""
    bench = Bench(by_light())
    bench.start(0, came_from=Kind.RECOVERY)
    for second in range(147):
        speed = 4.1 if second < 122 else 3.7
        bench.now += 1.0
        bench.metres += speed
        if second < 122:
            bench.report(Source.POD, distance=bench.metres)
        bench.report(Source.STRAP, speed=speed)
    assert bench.session.is_estimated(bench.now)
    assert fades(bench) == []


def test_after_a_pause_a_rep_says_nothing_of_fading():
    """A pause breaks the rep, so no fade is called after it."""
    bench = Bench(by_light())
    bench.start(0, came_from=Kind.RECOVERY)
    bench.run(122, 4.1)
    bench.press(Button.PAUSE)
    bench.press(Button.RESUME)
    bench.run(60, 3.7)
    assert fades(bench) == []


def test_who_was_advised_to_rest_is_spared():
    """After two slow reps nobody is pushed for the rest of the set, by whatever name."""
    bench = Bench(*[by_light(set_id="a", rep=place + 1, of=3) for place in range(3)])
    for place in range(2):
        bench.start(place, came_from=Kind.RECOVERY)
        bench.finish(3.8)
    assert "Two slow reps. Rest longer, or call it a day." in texts(bench.cues)
    bench.start(2, came_from=Kind.RECOVERY)
    bench.run(122, 4.1)
    bench.run(60, 3.7)
    assert fades(bench) == []
