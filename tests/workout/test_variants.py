"""Tests of workouts in an easier, a shorter or another form, over the whole library and on what coaches write."""

from functools import cache

import pytest

from coach.edge.files import library_path
from coach.workout import variants
from coach.workout.describe import estimate
from coach.workout.document import compile_workout, document_from, load_document, outline
from coach.workout.kinds import CROSS, HARD
from coach.workout.notation import read
from coach.workout.timeline import Quantity
from coach.workout.variants import size_of
from tests.cases import case
from tests.workout.building import athlete

NAMES = sorted(path.stem for path in library_path().glob("*.json"))
MAKERS = {
    "warm-up": variants.longer_warm_up,
    "rests": variants.longer_rests,
    "reps": variants.fewer_reps,
    "road": variants.off_the_track,
    "treadmill": variants.on_treadmill,
    "35 min": lambda document, runner=None: variants.within_minutes(document, 35, runner),
}


@cache
def workout(name):
    """A workout of the library."""
    return load_document((library_path() / f"{name}.json").read_bytes(), name=name)


def made_by(make, document):
    """The variant of a workout."""
    return make(document, None)


def line(text):
    """A workout in one line."""
    return read(text).document


def test_no_variant_asks_for_more():
    """Of no workout of the library does a variant take longer, run longer hard, or run a pace faster."""
    for name in NAMES:
        with case(name):
            document = workout(name)
            before = size_of(document)
            fastest = _fastest(document)
            for words, make in MAKERS.items():
                made = make(document, None)
                if made is None:
                    continue
                assert size_of(made.document).is_within(before), words
                assert _fastest(made.document) <= fastest + 1e-9, words
                assert document_from(dict(made.document.source), name="it").source == made.document.source


def _fastest(document):
    """The fastest speed that a step asks for."""
    targets = [step.target for step in outline(document, athlete()).steps]
    sides = [
        side
        for target in targets
        if target is not None and target.quantity is Quantity.SPEED
        for side in (target.band.aim, target.band.high)
        if side is not None
    ]
    return max(sides, default=0.0)


@pytest.mark.parametrize(
    ("name", "maker", "says"),
    [
        ("6x800-5k", "reps", "4 instead of 6 reps"),
        ("8-12x400-5k", "reps", "6-9 instead of 8-12 reps"),
        ("2x5x1000-threshold-float", "reps", "4 instead of 5 reps"),
        ("ladder", "reps", "without the last rep (400)"),
        ("tempo-3-miles", "reps", "2mi instead of 3mi"),
        ("long-8-miles", "reps", "6mi instead of 8mi"),
        ("12x400-5k", "rests", "rests of 0:55 instead of 0:45, the cool-down as much shorter"),
        ("6x800-5k", "rests", "rests of 500 m instead of 400 m, the cool-down as much shorter"),
        ("6x800-5k", "warm-up", "warm-up 17min instead of 12min, the cool-down as much shorter"),
        ("10x200-mile", "35 min", "35 min instead of 45 min"),
        ("6x800-5k", "35 min", "32 min instead of 57 min"),
        ("6x800-5k", "road", "by time instead of by the lines of a track"),
    ],
)
def test_one_thing_changes(name, maker, says):
    """The change is described in a few words, and the name of the workout contains it."""
    made = made_by(MAKERS[maker], workout(name))

    assert made.says == says
    assert made.document.name.startswith(f"{workout(name).name}, ")


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("alternations", "rests"),  # what lies between is a float, which is no rest
        ("8x400-send-off", "rests"),  # the clock says when the next one goes
        ("hills-6x1min", "treadmill"),
        ("8x150-all-out", "treadmill"),  # a belt is not up to speed before they are over
        ("drills", "treadmill"),
        ("easy-run", "road"),
        ("5x3min-hard", "road"),  # it is not measured on a track
        ("gentle-sprints-10s", "warm-up"),  # the cool-down has nothing to give
        ("michigan", "35 min"),  # under half of it would be left
    ],
)
def test_what_a_workout_does_not_have(name, maker):
    """There is no variant where nothing could be changed so, or the point would be lost."""
    assert MAKERS[maker](workout(name), None) is None


def test_off_the_track_keeps_the_paces():
    """800 m at 4:00/km are 3:10, the time to whole 5 s below; the pace stays, and no track is left."""
    made = made_by(variants.off_the_track, line("10min easy + 6x800 @ 4:00/km / 400 jog + 10min easy"))
    assert made is None  # nobody said that it is on a track

    tree = dict(line("10min easy + 6x800 @ 4:00/km / 400 jog + 10min easy").source)
    on_track = document_from(tree | {"context": {"surface": "track"}}, name="it")
    made = made_by(variants.off_the_track, on_track)
    reps = [step for step in outline(made.document).steps if step.kind in HARD]

    assert {step.until.time() for step in reps} == {190.0}
    assert {step.target and step.target.label for step in reps} == {"4:00/km"}
    assert made.document.workout.context.surface == "road"


def test_by_distance_as_plans_write_it():
    """Warm-ups and cool-downs by distance give and take as those by time do, to a hundred metres."""
    document = line("3.1km easy + 6x800m @ 5k / 2:00 jog + 2.4km easy")
    warm, rests = made_by(variants.longer_warm_up, document), made_by(variants.longer_rests, document)

    assert warm.says == "warm-up 3.9km instead of 3.1km, the cool-down as much shorter"
    assert rests.says == "rests of 2:30 instead of 2:00, the cool-down as much shorter"
    assert size_of(warm.document).is_within(size_of(document))
    strides = line('5.8km easy + 6x20s stride @ "fast, smooth" / 1:00 walk')
    short = made_by(MAKERS["35 min"], strides)
    assert short.says == "35 min instead of 42 min"
    assert size_of(short.document).hard_s == size_of(strides).hard_s


def test_fewer_of_everything():
    """A share leaves at least one rep less, and never none."""
    for count in range(3, 21):
        document = line(f"10min easy + {count}x400 @ 5k / 200 jog + 10min easy")
        made = made_by(variants.fewer_reps, document)
        reps = [step for step in outline(made.document).steps if step.kind in HARD]
        assert 1 <= len(reps) < count
        assert len(reps) >= count / 2


@pytest.mark.parametrize("minutes", [20, 25, 30, 35, 45, 60, 90, 120])
@pytest.mark.parametrize("name", ["8x400-5k", "tempo-3-miles", "easy-run", "long-12-miles-hmp-finish"])
def test_minutes_are_kept(name, minutes):
    """A workout fits into the minutes there are, or says that it cannot; one that fits is left alone."""
    document = workout(name)
    made = variants.within_minutes(document, minutes)
    if made is None:
        assert size_of(document).hard_s
    else:
        assert size_of(made.document).seconds <= minutes * 60
        assert size_of(made.document).hard_s >= variants.FEWEST_SHARE * size_of(document).hard_s - 1
        assert (made.document is document) == (size_of(document).seconds <= minutes * 60)


def test_easy_instead():
    """An easy run and a swim have their minutes, and the cap where one is known; a swim is no running."""
    easy, swim = variants.easy_run(25, 141.6), variants.cross_training("swim", 40)

    assert float(estimate(outline(easy)).seconds) == 1500.0
    assert [cap.label for cap in compile_workout(easy, None).steps[0].caps] == ["under 142 bpm"]
    assert (swim.name, swim.workout.tags.system) == ("Swim, 40 min", CROSS)
    assert not compile_workout(variants.easy_run(30), None).steps[0].caps
