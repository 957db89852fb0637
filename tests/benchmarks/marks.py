"""How sure a press at the line is: `python -m tests.benchmarks.marks`.

Somebody presses at the line once a lap, 0.25 s early or late (SD), as measured with the space bar, at the start of a
rep too. The runner is even, or is 2 % off from some line on. Counted is what is said at the first line after that, and
what is said to the even runner. No pod is needed; with one that reads up to 3 % wrong the same presses count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt
from random import Random

from coach.cues.cue import Cue, CueKind
from coach.live.contract import Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.config import StartPolicy
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    CoachBy,
    Context,
    DistanceEnd,
    EndConditions,
    PressStart,
    Quantity,
    Step,
    StepTarget,
    Timeline,
)

PRESS_SD_S = 0.25
"""How far presses are off the line, in seconds: what `SignalSettings` takes a press for. Judged."""
POD_SD = 0.03
"""How far an uncalibrated pod is off."""
LAP_M = 400.0
LAPS = 10
"""Laps of a rep: 4 km."""
EVEN_S = 10 * 3600.0
"""How long the even runner runs in all."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told at a line."""

    lap: int
    """Its place in the rep, from 1."""
    off_s: float | None
    """The error that was named; None for none."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    count: int

    def __str__(self) -> str:
        """Give the share with its 95 % interval (Wilson), both in per cent."""
        low, high = self.interval()
        return f"{100 * self.hits / self.count:.1f} % ({100 * low:.1f} to {100 * high:.1f})"

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        z, n, p = 1.96, self.count, self.hits / self.count
        middle, room = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - room) / (1 + z * z / n), (middle + room) / (1 + z * z / n)


def lines_of(rep: "Rep", rng: Random) -> Iterator[tuple[float, float]]:
    """When a rep starts and passes each line, truly and as pressed, in seconds since its start."""
    at = 0.0
    yield at, abs(rng.gauss(0.0, PRESS_SD_S))
    for lap in range(1, LAPS + 1):
        at += rep.lap_s * (1.0 + rep.error if lap > rep.even_laps else 1.0)
        yield at, at + rng.gauss(0.0, PRESS_SD_S)


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep of ten laps."""

    lap_s: float
    """The lap that is planned, in seconds."""
    error: float = 0.0
    """The share by which the runner is off; + is slow."""
    even_laps: int = 0
    """The laps before that."""
    steer: CoachBy = CoachBy.TIME
    has_pod: bool = False
    in_coach_mode: bool = True


def told_of(rep: Rep, rng: Random) -> list[Told]:
    """What is told at the lines of one rep, by a real run."""
    aim = LAP_M / rep.lap_s
    target = StepTarget(Quantity.SPEED, Band(aim * 0.98, aim, aim * 1.02), "pace")
    step = Step("0", "Main", "Main", Kind.WORK, "rep", EndConditions((DistanceEnd(Metres(LAPS * LAP_M + 100)),)),
                target=target, steer=rep.steer, start=PressStart())  # fmt: skip
    setup = RunSetup("benchmark", Timeline("marks", (step,), Context("track")), starts=StartPolicy(),
                     by_hand=rep.in_coach_mode)  # fmt: skip
    run, factor = LiveRun(setup), 1.0 + rng.gauss(0.0, POD_SD)
    run.receive(Opened(Seconds(0.0)))
    lines = list(lines_of(rep, rng))
    presses = sorted((10.0 + pressed, lap) for lap, (_, pressed) in enumerate(lines))
    second, told = 0, []
    for pressed_at, lap in presses:
        while rep.has_pod and second <= pressed_at:
            metres, speed = _place(lines, second - 10.0)
            run.receive(_sample(second, metres * factor, speed * factor * (1.0 + rng.gauss(0.0, 0.01))))
            second += 1
        outputs = run.receive(Pressed(Seconds(pressed_at), Button.MARK, Origin.STDIN))
        told += [Told(lap, _named(output)) for output in outputs if _is_split(output) and lap]
    return told


def _place(lines: list[tuple[float, float]], at: float) -> tuple[float, float]:
    """Where the runner truly is, and how fast."""
    for lap, ((since, _), (until, _)) in enumerate(pairwise(lines)):
        if since <= at < until:
            return LAP_M * (lap + (at - since) / (until - since)), LAP_M / (until - since)
    return (0.0, 0.0) if at < 0 else (LAP_M * LAPS, 0.0)


def _sample(second: int, metres: float, speed: float) -> Reported:
    return Reported(Seconds(float(second)), Source.POD, Seconds(1.0), MetresPerSecond(speed), Metres(metres))


def _is_split(output: object) -> bool:
    return isinstance(output, Cue) and output.kind is CueKind.SPLIT


def _named(output: object) -> float | None:
    """The error a split named: it has its words, spoken or on the screen."""
    assert isinstance(output, Cue)
    words = output.text.rstrip(".").replace(",", "").split()
    return output.why.value if "slow" in words or "fast" in words else None


def right_at_the_first_line(rep: Rep, count: int, seed: int = 1) -> Share:
    """How often 2 % are named with their side, and within a second, at the first line after they began."""
    rng, hits = Random(seed), 0
    for number in range(count):
        off = replace(rep, error=0.02 if number % 2 else -0.02, even_laps=number // 2 % 4)
        first = next((told for told in told_of(off, rng) if told.lap == off.even_laps + 1), None)
        hits += (
            first is not None and first.off_s is not None and abs(first.off_s - off.error * rep.lap_s) < 1.0
        )
    return Share(hits, count)


def false_when_even(rep: Rep, seconds: float, seed: int = 2) -> tuple[int, int]:
    """How many errors are named in so many seconds of even laps, and of how many laps."""
    rng, ran_s, laps, named = Random(seed), 0.0, 0, 0
    while ran_s < seconds:
        told = told_of(rep, rng)
        laps, named = laps + len(told), named + sum(one.off_s is not None for one in told)
        ran_s += LAPS * rep.lap_s
    return named, laps


def main() -> None:
    """Print the table."""
    print(
        f"Marks at each lap, presses {PRESS_SD_S} s off (SD); 2 % off from the 1st, 2nd, 3rd or 4th lap on.\n"
    )
    print("| laps of | timed | right at the first line | false in 10 h of even laps |\n|---|---|---|---|")
    for lap_s in (72.0, 84.0, 96.0, 108.0, 120.0):
        for name, rep in (
            ("by hand", Rep(lap_s)),
            ("with a pod", Rep(lap_s, has_pod=True, in_coach_mode=False)),
            ("both", Rep(lap_s, steer=CoachBy.RATE, has_pod=True)),
        ):
            right = right_at_the_first_line(rep, 100 if rep.has_pod else 800)
            named, laps = false_when_even(rep, EVEN_S)
            print(f"| {lap_s:.0f} s | {name} | {right} | {named} of {laps} |", flush=True)


if __name__ == "__main__":
    main()
