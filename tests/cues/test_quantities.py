"""A target is judged in its own quantity, and every cap of a step in the cap's."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from itertools import permutations

import pytest

from coach.cues.cue import VERDICTS, CueKind
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, CoachBy, Quantity, StepTarget
from tests.cases import case
from tests.cues.bench import Bench, kinds, pace, step

CORE = "core_temperature_c"
ON_TARGET = {"speed": 4.0, "heart": 150, "power": 280, "feet": 180}
"""What a runner does who is right in every quantity."""
PACED = {Quantity.SPEED: pace(4.0)}
OTHERS = {
    Quantity.HEART_RATE: StepTarget(Quantity.HEART_RATE, Band(145, None, 155), "145-155 bpm"),
    Quantity.POWER: StepTarget(Quantity.POWER, Band(270, None, 290), "270-290 W"),
    Quantity.CADENCE: StepTarget(Quantity.CADENCE, Band(176, 180, 184), "180 spm"),
    Quantity.METRIC: StepTarget(Quantity.METRIC, Band(None, None, 39.0), "core", metric=CORE),
}
RAMPS = {
    Quantity.HEART_RATE: StepTarget(
        Quantity.HEART_RATE, Band(130, None, 152), "up", ramp=Band(148, None, 170)
    ),
    Quantity.POWER: StepTarget(Quantity.POWER, Band(250, None, 285), "up", ramp=Band(275, None, 310)),
    Quantity.CADENCE: StepTarget(Quantity.CADENCE, Band(170, 178, 182), "up", ramp=Band(178, 182, 190)),
}
CAPS = {
    Quantity.SPEED: (StepTarget(Quantity.SPEED, Band(high=3.7), "no faster than 4:30/km"), CueKind.TOO_FAST),
    Quantity.POWER: (StepTarget(Quantity.POWER, Band(high=250.0), "under 250 W"), CueKind.POWER_HIGH),
    Quantity.CADENCE: (StepTarget(Quantity.CADENCE, Band(high=170.0), "under 170 spm"), CueKind.CADENCE_HIGH),
    Quantity.HEART_RATE: (
        StepTarget(Quantity.HEART_RATE, Band(high=140.0), "under 140 bpm"),
        CueKind.HEART_RATE_HIGH,
    ),
}


def run_all(*steps, seconds=200.0, **runner):
    """What is judged while somebody runs through steps, each so many seconds long."""
    bench = Bench(*steps)
    bench.start()
    cues = []
    for _ in range(round(len(steps) * seconds)):
        cues += bench.run(1, **{**ON_TARGET, **runner})
        cues += bench.report(Source.CORE, metrics=((CORE, 38.0),))
    return [cue for cue in cues if cue.kind in VERDICTS]


@pytest.mark.parametrize("quantity", OTHERS)
def test_nobody_on_target_is_told_anything(quantity):
    """Whatever is steered by, and wherever it stands among paced steps."""
    for kind in [Kind.WORK, Kind.FLOAT, Kind.RECOVERY, Kind.WARM_UP]:
        for order in ["alone", "before", "after", "between"]:
            with case(kind, order):
                own = step(kind, seconds=200, target=OTHERS[quantity])
                paced = [
                    step(seconds=200, target=pace(4.0), steer=steer) for steer in (CoachBy.RATE, CoachBy.TIME)
                ]
                steps = {"alone": [own], "before": [own, *paced], "after": [*paced, own]}
                steps["between"] = [paced[0], own, paced[1]]
                assert run_all(*steps[order]) == []


def test_quantities_follow_each_other_in_any_order():
    """Heart rate, power, cadence and pace: all 24 orders, ramps among them."""
    for order in permutations([*RAMPS, Quantity.SPEED]):
        targets = [RAMPS.get(quantity) or PACED[quantity] for quantity in order]
        assert run_all(*(step(seconds=120, target=target) for target in targets), seconds=120) == []


@pytest.mark.parametrize("quantity", CAPS)
def test_every_cap_is_watched(quantity):
    """In any kind of step but a stride, and beside any target; nothing else is said."""
    for kind in [Kind.WORK, Kind.FLOAT, Kind.RECOVERY, Kind.WARM_UP, Kind.HILL, Kind.OPEN]:
        for target in [None, *OTHERS, *PACED]:
            with case(kind, target):
                cap, expected = CAPS[quantity]
                aims = {**OTHERS, **PACED}
                more = {} if target is None else {"target": aims[target]}
                steps = [step(Kind.WARM_UP, seconds=120), step(kind, seconds=240, caps=(cap,), **more)]
                if kind is Kind.FLOAT and expected is CueKind.TOO_FAST:
                    expected = CueKind.FLOAT_TOO_FAST
                assert {cue.kind for cue in run_all(*steps, seconds=180)} == {expected}


@pytest.mark.parametrize("quantity", CAPS)
def test_nobody_within_a_cap_is_told_anything(quantity):
    """A cap above what is run says nothing, and in a stride no cap says anything."""
    edges = {Quantity.SPEED: 4.05, Quantity.POWER: 285.0, Quantity.CADENCE: 182.0, Quantity.HEART_RATE: 153.0}
    high = StepTarget(quantity, Band(high=edges[quantity]), "")
    assert run_all(step(seconds=700, caps=(high,)), seconds=700) == []
    assert run_all(step(Kind.STRIDE, seconds=100, caps=(CAPS[quantity][0],)), seconds=100) == []


def test_the_strictest_of_several_caps_counts():
    """Of 300, 260 and 290 W the 260; each quantity for itself."""
    watts = tuple(StepTarget(Quantity.POWER, Band(high=float(high)), "") for high in (300, 260, 290))
    feet = (StepTarget(Quantity.CADENCE, Band(high=170.0), ""),)
    told = run_all(step(seconds=400, caps=(*watts, *feet)), seconds=400)
    assert {cue.kind for cue in told} == {CueKind.POWER_HIGH, CueKind.CADENCE_HIGH}
    assert next(cue for cue in told if cue.kind is CueKind.POWER_HIGH).why.high == 260.0


def test_a_cap_narrows_a_target_of_its_own_quantity():
    """Within 270-290 W and over the cap of 275 it is the cap that speaks; the words never name more than the cap."""
    cap = StepTarget(Quantity.POWER, Band(high=275.0), "")
    told = run_all(step(seconds=200, target=OTHERS[Quantity.POWER], caps=(cap,)))
    assert {(cue.kind, cue.why.rule, cue.why.high) for cue in told} == {
        (CueKind.POWER_HIGH, "power_cap", 275.0)
    }
    slower = StepTarget(Quantity.SPEED, Band(high=3.7), "")
    told = run_all(step(seconds=300, target=pace(4.0), steer=CoachBy.RATE, caps=(slower,)), seconds=300)
    assert {cue.why.rule for cue in told} == {"pace_cap"}
    assert told[1].text == "Still too fast. Back to four thirty."


def test_a_low_cap_is_a_floor():
    """A bound may be written with its low side: no less than 300 W."""
    floor = StepTarget(Quantity.POWER, Band(low=300.0), "at least 300 W")
    assert {cue.kind for cue in run_all(step(seconds=200, caps=(floor,)))} == {CueKind.POWER_LOW}
    assert run_all(step(Kind.RECOVERY, seconds=200, caps=(floor,))) == []


def test_a_cap_of_pace_holds_in_a_rep_judged_by_the_light():
    """The light counts seconds; the cap is watched all the same."""
    cap = StepTarget(Quantity.SPEED, Band(high=3.8), "")
    told = run_all(step(seconds=300, target=pace(4.0), steer=CoachBy.TIME, caps=(cap,)), seconds=300)
    assert "pace_cap" in {cue.why.rule for cue in told}


def test_an_estimated_cap_says_nothing():
    """A number guessed from age makes no cue."""
    cap = StepTarget(Quantity.HEART_RATE, Band(high=140.0), "", estimated=True)
    assert run_all(step(seconds=700, caps=(cap,)), seconds=700) == []


def test_a_target_of_another_quantity_tells_nothing_of_the_end():
    """A rep of 400 m at 280 W is not expected to end at once: power too low is called in it."""
    rep = step(metres=400, target=OTHERS[Quantity.POWER])
    bench = Bench(rep)
    bench.start()
    assert CueKind.POWER_LOW in kinds(bench.run(60, speed=4.0, power=240))
