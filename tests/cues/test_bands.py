"""Cadence and power against their bands."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from coach.cues.cue import VERDICTS, CueKind
from coach.workout.timeline import Band, Quantity, StepTarget
from tests.cues.bench import Bench, step

FAST, SLOW, ON = CueKind.TOO_FAST, CueKind.TOO_SLOW, CueKind.BACK_ON_TARGET


def verdicts(cues):
    """What was judged."""
    return [cue for cue in cues if cue.kind in VERDICTS]


def test_cadence_and_power_targets_are_simple():
    """Quicker feet, less power: after settle and a hold of 15 s."""
    feet = Bench(step(seconds=600, target=StepTarget(Quantity.CADENCE, Band(175, 180, 185), "180")))
    feet.start()
    cue = verdicts(feet.run(120, feet=165))[0]
    assert (cue.kind, cue.why.quantity) == (CueKind.CADENCE_LOW, "cadence_spm")
    assert cue.at >= 35
    watts = Bench(step(seconds=600, target=StepTarget(Quantity.POWER, Band(240, 250, 260), "250 W")))
    watts.start()
    assert verdicts(watts.run(120, power=290))[0].kind is CueKind.POWER_HIGH
