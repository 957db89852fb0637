"""A morning: ten years of them judged, kept and read again, and five minutes of beats corrected."""

import random
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from math import log
from pathlib import Path

from coach.edge.training_files import MorningJournal
from coach.physiology import heart_rate
from coach.plan.config import ReadinessSettings
from coach.plan.mornings import CheckIn, LegFeel, Morning
from coach.plan.readiness import ReadinessFacts, readiness
from tests.benchmarks.table import drawn, spread

TODAY = date(2026, 11, 30)
DAYS = 3650


def table(unit: float) -> str:
    """Ten years of mornings with their answers, of a made-up runner, and beats at 60 a minute."""
    draw = random.Random(1)
    days = [TODAY - timedelta(days=DAYS - 1 - at) for at in range(DAYS)]
    rates = [50 + 2 * draw.gauss(0, 1) for _ in days]
    mornings = tuple(
        Morning(day, 400, log(50) + 0.1 * draw.gauss(0, 1), rate)
        for day, rate in zip(days, rates, strict=True)
    )
    said = {day: CheckIn(day, legs=LegFeel.SHARP, mood=4) for day in days}
    facts = ReadinessFacts(mornings, said, tuple(days[::2]))
    beats = [1000 + 30 * draw.gauss(0, 1) for _ in range(300)]
    every = ReadinessSettings(on=("hrv_within", "fallback", "ratio"))
    rows = [
        _row("verdict over 10 years", lambda: readiness(facts, TODAY), unit, "20 ms"),
        _row(
            "verdict over 10 years, opt-in rules too", lambda: readiness(facts, TODAY, every), unit, "20 ms"
        ),
        _row(
            "RMSSD with correction, 5 min",
            lambda: heart_rate.rmssd(heart_rate.correct_beats(beats).intervals_ms),
            unit,
            "2 ms",
        ),
        _row("5 min judged as they are shown", lambda: heart_rate.at_rest(beats, 300.0), unit, ""),
    ]
    with tempfile.TemporaryDirectory() as folder:
        journal = MorningJournal(Path(folder) / "mornings.jsonl")
        journal.append([*mornings, *said.values()], "2026-11-30T06:41:00+01:00")
        rows.append(_row("journal of 10 years read", journal.read, unit, ""))
    return drawn("Mornings", ["what", "least", "median", "budget"], rows)


def _row(name: str, work: Callable[[], object], unit: float, budget: str) -> list[str]:
    work()
    least, middle = spread(work, 15)
    return [name, f"{1000 * least:.2f} ms", f"{1000 * middle:.2f} ms ({middle / unit:.2f} units)", budget]
