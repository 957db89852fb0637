"""Mornings made up for tests of the screen, and their actions without a disk or a strap."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from coach.plan.mornings import (
    QUESTIONS,
    AcuteSign,
    CheckIn,
    CheckInQuestion,
    LegFeel,
    LifeStress,
    Morning,
    Niggle,
    RedFlag,
    merge_check_ins,
    read_answer,
)
from coach.plan.readiness import ReadinessAnswer, ReadinessFacts, readiness
from coach.screen.morning import MorningApp

DAY: Final = date(2026, 5, 26)
"""A Tuesday."""
_WEEK: Final = (3.86, 3.78, 3.90, 3.71, 3.82, 3.77, 3.74)


@dataclass(frozen=True, slots=True)
class FakeState:
    """A measurement as it stands."""

    is_settling: bool = False
    left_s: float | None = 118.2
    bpm: float | None = 48.0
    beats: int = 61
    corrected_share: float | None = 0.016
    is_lost: bool = False
    has_begun: bool = True


def low_mornings() -> tuple[Morning, ...]:
    """Ten weeks of mornings, the last week low, and a resting heart rate that is high today."""
    rows = [
        Morning(DAY - timedelta(days=69 - at), 401, 4.0 + (0.08 if at % 2 else -0.08), 48.0)
        for at in range(63)
    ]
    days = [DAY - timedelta(days=6 - at) for at in range(7)]
    rows += [
        Morning(day, 401, value, 54.0 if day == DAY else 48.0) for day, value in zip(days, _WEEK, strict=True)
    ]
    return tuple(rows)


@dataclass
class FakeMorning:
    """The actions of a morning, in memory."""

    mornings: tuple[Morning, ...] = ()
    said: CheckIn = field(default_factory=lambda: CheckIn(DAY))
    has_strap: bool = False
    now: FakeState = field(default_factory=FakeState)
    outcomes: list[tuple[bool, str]] = field(default_factory=list)
    """The results of measurements, one after the other; without any they go on."""
    day: date = DAY
    who: str = "ida"
    posture: str = "lying"
    questions: tuple[CheckInQuestion, ...] = tuple(QUESTIONS)
    measured: int = 0
    broken_off: int = 0
    is_left: asyncio.Event = field(default_factory=asyncio.Event)
    changed: Callable[[], None] = lambda: None

    def check_in(self) -> CheckIn:
        """The answers so far."""
        return self.said

    def state(self) -> FakeState:
        """The state of the measurement."""
        return self.now

    async def measure(self, changed: Callable[[], None]) -> tuple[bool, str]:
        """Come to the next outcome."""
        self.measured += 1
        self.changed = changed
        if self.outcomes:
            return self.outcomes.pop(0)
        await self.is_left.wait()
        return False, "It was broken off."

    def break_off(self) -> None:
        """End a measurement that goes on."""
        self.broken_off += 1
        self.is_left.set()

    def say(self, question: CheckInQuestion, text: str) -> None:
        """Take an answer."""
        self.said = merge_check_ins([self.said, read_answer(question, text, DAY)])[DAY]

    def answer(self) -> ReadinessAnswer:
        """The answer of the morning."""
        return readiness(ReadinessFacts(self.mornings, {DAY: self.said}), DAY)


ILL: Final = CheckIn(
    DAY,
    acute=frozenset({AcuteSign.CHEST_PAIN, AcuteSign.FEVER}),
    flags=frozenset({RedFlag.SLEEPLESS, RedFlag.DEAD_LEGS}),
    legs=LegFeel.STALE,
    sleep_h=5.5,
)
TIRED: Final = CheckIn(
    DAY,
    acute=frozenset(),
    flags=frozenset({RedFlag.SLEEPLESS}),
    legs=LegFeel.STALE,
    mood=2,
    stress=LifeStress.HIGH,
    sleep_h=6.5,
    nap_min=20.0,
    niggle=Niggle("left calf", 3, changes_gait=False),
)


def morning(actions: Callable[[], FakeMorning] = FakeMorning) -> Callable[[str], MorningApp]:
    """Makes the app of a morning."""
    return lambda theme: MorningApp(actions(), theme=theme, is_ticking=False)
