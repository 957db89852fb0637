"""Who presses the keys of a made-up run? A coach at the line, who hits the moment within a quarter second."""

from heapq import heappop, heappush
from itertools import count
from math import ceil
from typing import Final

from coach.quantities import Seconds
from coach.session.buttons import Button, Origin, Pressed
from coach.session.phases import Phase
from coach.simulate.dice import Dice
from coach.simulate.mind import Mind
from coach.simulate.profile import RunnerProfile
from coach.workout.kinds import Kind
from coach.workout.timeline import MarkEnd, MovementStart, OpenEnd, Step, Timeline

_ITEM_S: Final = 5.0
"""How long an item of a checklist takes in a made-up run."""
_PATIENCE_S: Final = 30.0
"""Where the runner's moving should have begun a step and has not, somebody presses after all."""
_ANSWER_S: Final = 4.0
_UNTIL_MARKED_S: Final = 60.0
"""How long a step lasts that nothing but a press ends, and that names no time."""


class Presses:
    """The presses a run needs to go on, and the marks at the line where somebody times it by hand."""

    def __init__(self, profile: RunnerProfile, dice: Dice, timeline: Timeline | None) -> None:
        """Stand at the line."""
        self._profile = profile
        self._dice = dice
        self._timeline = timeline
        self._due: list[tuple[float, int, Pressed]] = []
        self._order = count()
        self._for: tuple[Phase, Step | None, float] | None = None
        self._marked = 0
        self._marks: list[tuple[float, int, Pressed]] = []
        self._line: float | None = None

    def up_to(self, now: float, mind: Mind, metres: float, speed: float) -> list[Pressed]:
        """The presses due by `now`, with the runner at `metres` true metres and `speed` m/s."""
        seen = (mind.phase, mind.step, mind.step_since)
        if seen != self._for:
            self._for = seen
            self._marked = 0
            self._due.clear()
            self._line = mind.line_ahead
        if not self._due:
            self._plan(now, mind)
        self._mark_the_line(now, mind, metres, speed)
        pressed = []
        for presses in (self._marks, self._due):
            while presses and presses[0][0] <= now:
                pressed.append(heappop(presses)[2])
        return pressed

    def _plan(self, now: float, mind: Mind) -> None:
        """Press, once more if need be, what this phase and step cannot do without."""
        step = mind.step
        if mind.phase is Phase.READY or mind.phase is Phase.OVERTIME:
            patience = _PATIENCE_S if self._starts_by_itself(mind.next_index) else 0.0
            gets_ready = self._profile.ready_s if mind.phase is Phase.READY else self._profile.reaction_s
            self._press(now + gets_ready + patience, Button.GO)
        elif step is None:
            return
        elif step.kind is Kind.CHECKLIST:
            self._press(now + _ITEM_S, Button.MARK)
        elif step.kind is Kind.PROMPT:
            self._press(now + _ANSWER_S, Button.ANSWER, answer=1)
        elif all(isinstance(end, MarkEnd | OpenEnd) for end in step.until.ends) and step.until.cap_s is None:
            self._press(now + (step.else_time_s or _UNTIL_MARKED_S), Button.MARK)

    def _starts_by_itself(self, index: int) -> bool:
        """Does the next step wait for the runner to move, not for a key? Without a pod nobody can tell."""
        if self._timeline is None or not self._profile.has_pod or index >= len(self._timeline.steps):
            return False
        return isinstance(self._timeline.steps[index].start, MovementStart)

    def _mark_the_line(self, now: float, mind: Mind, metres: float, speed: float) -> None:
        """Mark every so many true metres of a step, and its end, with a human thumb."""
        every, step = self._profile.marks_every_m, mind.step
        if not every:
            return
        if self._line is not None and metres >= self._line:
            self._mark(now, metres - self._line, speed)
            self._line = None
        length = step.until.distance() if step is not None else None
        gone = metres - mind.step_from_m
        while (
            length is not None
            and self._marked < ceil(length / every)
            and (line := min(every * (self._marked + 1), length)) <= gone
        ):
            self._marked += 1
            self._mark(now, gone - line, speed)

    def _mark(self, now: float, past_m: float, speed: float) -> None:
        """Press for a line that lies so many metres behind the runner."""
        at = max(now, now - past_m / max(speed, 0.1) + self._dice.normal(self._profile.press_sd_s))
        heappush(self._marks, (at, next(self._order), Pressed(Seconds(at), Button.MARK)))

    def _press(self, at: float, button: Button, *, answer: int | None = None) -> None:
        press = Pressed(Seconds(at), button, Origin.KEY, answer)
        heappush(self._due, (at, next(self._order), press))
