"""The verdicts of whole runs: scripted samples go through real signals and a real session to the rules."""

import pytest

from coach.cues.cue import VERDICTS, Cue, CueKind
from coach.quantities import Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.signals.readings import Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, CoachBy, Quantity, Step, StepTarget, TimeEnd
from tests.session.builders import Track, pace, rest, step, work

AIM = 4.0
"""The pace of every rep here, in m/s."""
CADENCE = StepTarget(Quantity.CADENCE, Band(178.0, 180.0, 182.0), "180 spm")
POWER = StepTarget(Quantity.POWER, Band(245.0, 250.0, 255.0), "250 W")


def a_rep(*, steer: CoachBy = CoachBy.RATE, rep: int | None = None) -> Step:
    """3 km at 4 m/s; the second of three reps where its number is said."""
    return work(3000.0, "rep", AIM, steer=steer, rep=rep, of=None if rep is None else 3)


def on_the_road(*steps: Step) -> Track:
    """A run on the road, where neither lines nor the factor of a pod matter."""
    return Track(*steps, surface="road")


def run(track: Track, mps: float, seconds: float) -> None:
    """Run on evenly for so long."""
    track.run_at(mps, track.now + 1.0, track.now + 1.0 + seconds, source=Source.WATCH)


def waver(track: Track, mps: float, seconds: int) -> None:
    """Run on at a mean of `mps`, 5 % over and under it in turns of 10 s, as on a rough road."""
    for _ in range(seconds):
        run(track, mps * (1.05 if track.now % 20 < 10 else 0.95), 1.0)


def verdicts(track: Track, rule: str = "") -> list[Cue]:
    """What was judged, by one rule or by any."""
    return [cue for cue in track.all(Cue) if cue.kind in VERDICTS and rule in {"", cue.why.rule}]


@pytest.mark.parametrize("kind", [Kind.WORK, Kind.HILL])
@pytest.mark.parametrize(
    ("target", "speed", "cadence", "power"),
    [
        (pace(AIM), 4.6, 180.0, 250.0),
        (pace(AIM), 3.4, 180.0, 250.0),
        (CADENCE, 4.0, 165.0, 250.0),
        (POWER, 4.0, 180.0, 320.0),
    ],
)
def test_hills_get_no_verdicts(kind, target, speed, cadence, power):
    """Pace, cadence and power off their targets are told of in work and not on a hill."""
    track = on_the_road(step("up", kind, target=target))
    for second in range(120):
        track.feed(
            Reported(
                Seconds(second),
                Source.WATCH,
                speed=MetresPerSecond(speed),
                distance=Metres(second * speed),
                cadence=StepsPerMinute(cadence),
                power=Watts(power),
            )
        )
    assert bool(verdicts(track)) == (kind is Kind.WORK)


@pytest.mark.parametrize(("speed", "kind"), [(1.04, CueKind.TOO_FAST), (0.96, CueKind.TOO_SLOW)])
def test_seconds_on_pace_are_no_credit_against_seconds_lost(speed, kind):
    """An error of 4 % is told within 90 s, although the pace was right for two minutes before it."""
    track = on_the_road(a_rep())
    waver(track, AIM, 120)
    assert verdicts(track) == []
    waver(track, AIM * speed, 90)
    assert [(cue.kind, cue.why.rule) for cue in verdicts(track)] == [(kind, "pace_ledger")]


def test_a_drop_out_is_not_charged():
    """A gap adds no more than the time of two samples to the seconds lost; here 9 s of each 25 are gaps."""
    track = on_the_road(a_rep())
    for _ in range(9):
        waver(track, AIM * 0.96, 16)
        track.unseen(AIM * 0.96, 9.0)
        track.now += 9.0
    (cue,) = verdicts(track)
    assert (cue.kind, cue.why.rule) == (CueKind.TOO_SLOW, "pace_ledger")
    assert cue.at > 100.0
    assert cue.why.window_s is not None
    assert cue.why.window_s <= (17.0 / 25.0) * (cue.at + 25.0)


@pytest.mark.parametrize(("side", "kind"), [(1.0, CueKind.TOO_FAST), (-1.0, CueKind.TOO_SLOW)])
@pytest.mark.parametrize("is_mending", [True, False])
def test_a_runner_who_is_mending_the_pace_hears_no_second_word(side, kind, is_mending):
    """A runner told of 12 % hears nothing more if they come back to 1.5 %, and a second word if they do not.

    When the second word is due, the smoothed speed is still wrong but the last few seconds are better.
    """
    track = on_the_road(rest(5.0), a_rep(rep=2))
    run(track, AIM, 64.0)
    while not verdicts(track):
        run(track, AIM * (1.0 + side * 0.12), 1.0)
    run(track, AIM * (1.0 + side * 0.12), 9.0)
    for share in (0.085, 0.05, *[0.015] * 40) if is_mending else [0.12] * 42:
        run(track, AIM * (1.0 + side * share), 1.0)
    assert [cue.kind for cue in verdicts(track)] == ([kind] if is_mending else [kind, kind])


@pytest.mark.parametrize("is_mending", [True, False])
def test_a_runner_who_is_mending_a_fade_does_not_hear_of_it(is_mending):
    """A rep 11 % slower in its second half is a fade, unless the runner quickens again within 5 s."""
    track = on_the_road(
        step("warm-up", Kind.WARM_UP, TimeEnd(Seconds(160.0))), work(1000.0, "rep", AIM, steer=CoachBy.TIME)
    )
    run(track, AIM, 160.0 + 125.0)
    run(track, AIM * 0.8875, 5.0)
    for second in range(30):
        run(track, min(4.1, AIM * 0.8875 + 0.2 * second) if is_mending else AIM * 0.8875, 1.0)
    assert [cue.kind for cue in verdicts(track)][:1] == ([] if is_mending else [CueKind.FADE])
