"""The kinds of runners, rests and sensors whose lines must be found."""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from random import Random
from typing import Final, NamedTuple

from coach.signals.readings import Source
from tests.benchmarks.lines.runners import Script, Slow

LENGTHS: Final = (200.0, 300.0, 400.0, 600.0, 800.0, 1000.0, 1200.0, 1600.0, 2000.0)


class Row(NamedTuple):
    """A kind of runner, of which a seed draws one."""

    name: str
    draw: Callable[[Random], Script]
    target: float
    """The share of reps that must end within the tolerance; 0 where none can be said to end, 1 where all must."""
    tolerance_s: float = 2.0
    is_float: bool = False
    """Whether a float follows each rep, before which no stop ends it."""


def _script(random: Random, rest: str | float, **changes: object) -> Script:
    speed = random.uniform(3.0, 5.8)
    share = {"stand": 0.0, "walk": random.uniform(1.2, 1.8) / speed}[rest] if isinstance(rest, str) else rest
    length = random.choice(LENGTHS)
    values: dict[str, object] = {
        "lengths": (length,) * 3,
        "speed": speed,
        "rest": rest if isinstance(rest, str) else "jog",
        "rest_speed": share * speed,
        "factor": random.uniform(0.97, 1.03),
        "noise": random.uniform(0.008, 0.03),
        "rest_s": random.choice((60.0, 90.0, 120.0)),
    }
    return Script(**(values | changes))  # type: ignore[arg-type]


def _row(
    name: str, *rests: str | float, target: float = 0.9, tolerance_s: float = 2.0, is_float: bool = False,
    **changes: object,
) -> Row:  # fmt: skip
    def draw(random: Random) -> Script:
        return _script(random, random.choice(rests), **changes)

    return Row(name, draw, target, tolerance_s, is_float)


def _with_slots(random: Random) -> Script:
    script = _script(random, random.choice(EASY))
    return replace(script, send_off_s=float(round(script.lengths[0] / script.speed + script.rest_s)))


STILL: Final = ("stand", "walk")
EASY: Final = ("stand", "walk", 0.6, 0.65)
"""The rests that a 1 Hz pod must tell from rep 1 on."""
LATE_S: Final = 5.0
"""The tolerance of a watch and of positions at 1 Hz: max(2 s, 2 P + 3 s)."""
ROWS: Final = (
    _row("stood", "stand", target=1.0),
    _row("walked", "walk", target=1.0),
    _row("jogged at 60 %", 0.60, target=1.0),
    _row("jogged at 65 %", 0.65, target=1.0),
    _row("jogged at 70 %", 0.70),
    _row("jogged at 75 %", 0.75),
    _row("no metre run on", *EASY, target=1.0, overrun_m=(0.0, 0.0)),
    _row("8 m run on", *EASY, target=1.0, overrun_m=(8.0, 8.0)),
    _row("400, 800, 1200, 800, 400", *EASY, target=1.0, lengths=(400.0, 800.0, 1200.0, 800.0, 400.0)),
    _row("reps of 150 m", *EASY, lengths=(150.0,) * 4),
    _row("reps of 3 km", *EASY, lengths=(3000.0,) * 2),
    _row("10 m early by habit", *STILL, lengths=(400.0,) * 8, early_m=10.0, overrun_m=(0.0, 1.0)),
    _row("a stumble", *EASY, target=1.0, slow=Slow(20.0, 0.35, 1.5)),
    _row("a dodge of 4 s", *EASY, target=1.0, slow=Slow(20.0, 0.5, 4.0)),
    _row("a halt of 4 s", *EASY, slow=Slow(20.0, 0.0, 4.0)),
    _row("a halt of 8 s, 60 m before", *EASY, slow=Slow(60.0, 0.0, 8.0)),
    _row("two slow steps, then on", *EASY, slow=Slow(8.0, 0.5, 1.0)),
    _row("last bend 12 % faster", *EASY, target=1.0, slow=Slow(110.0, 1.12, inf)),
    _row("last bend 15 % slower", *EASY, slow=Slow(110.0, 0.85, inf)),
    _row("last bend 25 % slower, stood", *STILL, slow=Slow(110.0, 0.75, inf)),
    _row("last bend 25 % slower, jogged", 0.6, 0.65, slow=Slow(110.0, 0.75, inf)),
    _row("last bend 30 % slower, walked", "walk", slow=Slow(110.0, 0.7, inf)),
    _row("slow to stop", *EASY, ease_s=(2.0, 3.0)),
    _row("rest of a set", *EASY, target=1.0, rest_s=240.0),
    Row("send-off", _with_slots, 1.0),
    _row("lost from 8 s before to 6 s after", *EASY, lost=(8.0, 6.0)),
    _row("lost from 2 s before to 15 s after", *EASY, lost=(2.0, 15.0)),
    _row("lost from 15 s before to 10 s after", *EASY, lost=(15.0, 10.0)),
    _row("lost from 20 s before to 5 s after", *EASY, lost=(20.0, 5.0)),
    _row("lost from 5 s before to 20 s after", *EASY, lost=(5.0, 20.0)),
    _row("cadence only at first", *EASY, target=1.0, cadence="only_at_first"),
    _row("no cadence", *EASY, target=1.0, cadence="none"),
    _row("heavy noise", *EASY, noise=0.06),
    _row("distance alone", *EASY, has_speed=False),
    _row("speed alone", *EASY, has_distance=False),
    _row("a sample each 2 s", *EASY, period_s=2.0),
    _row("a watch", *EASY, tolerance_s=LATE_S, source=Source.WATCH, lag_s=(1.5, 4.0)),
    _row("positions", *EASY, tolerance_s=LATE_S, source=Source.POSITIONS, lag_s=(1.0, 3.0)),
    _row("a float after", 0.8, target=0.0, is_float=True),
    _row(
        "gave up at 2,880 of 3,000",
        *STILL,
        target=0.0,
        lengths=(3000.0,),
        gives_up_at=(0, 2880.0),
        factor=1.0,
    ),
    _row(
        "walked from 2,880 of 3,000",
        "walk",
        target=0.0,
        lengths=(3000.0,),
        slow=Slow(120.0, 0.4, inf),
        factor=1.0,
    ),
)
"""The rows of the table. The target is what issue 10 asked for; a target of 0 asks only that nothing is cut short."""
