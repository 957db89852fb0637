"""What the session has said and nobody has taken yet."""

from coach.quantities import Seconds
from coach.session.buttons import Button
from coach.session.facts import Fact, PhaseChanged
from coach.session.phases import Phase
from coach.signals.readings import Calibrated


class Told:
    """Facts in the order they were said, with calibrations after them; the phase is said when it changes."""

    def __init__(self) -> None:
        """Start with nothing said."""
        self.facts: list[Fact] = []
        self.notes: list[Calibrated] = []
        self._phase: Phase | None = None

    def say(self, *facts: Fact) -> None:
        """Say facts."""
        self.facts += facts

    def say_phase(self, phase: Phase, at: Seconds, button: Button | None) -> None:
        """Say the phase, if it is not the one said last."""
        if phase is not self._phase:
            self._phase = phase
            self.facts.append(PhaseChanged(at, phase, button))

    def taken(self) -> list[Fact | Calibrated]:
        """Everything said since it was last taken."""
        if not self.facts and not self.notes:
            return []
        said: list[Fact | Calibrated] = [*self.facts, *self.notes]
        self.facts, self.notes = [], []
        return said
