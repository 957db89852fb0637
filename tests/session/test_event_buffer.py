"""What a session emits is buffered in order, and its phases follow the transitions."""

import pytest

from coach.quantities import Seconds
from coach.session.events import EventBuffer, PhaseChanged, Waiting
from coach.session.phases import Button, Phase
from coach.signals.readings import Calibrated, Source

AT = Seconds(1.0)


def phases_of(buffer: EventBuffer) -> list[Phase]:
    """The phases that were emitted."""
    return [event.phase for event in buffer.drain() if isinstance(event, PhaseChanged)]


def test_calibrations_follow_the_events():
    """Events keep their order, calibrations follow them, and what was drained is gone."""
    buffer = EventBuffer()
    calibrated = Calibrated(AT, 0.98, 0.01, "mark", Source.POD)
    buffer.emit_calibration(calibrated)
    buffer.emit(Waiting(AT, "step"))
    buffer.emit_phase(Phase.READY, AT, None)
    assert buffer.drain() == [Waiting(AT, "step"), PhaseChanged(AT, Phase.READY), calibrated]
    assert buffer.drain() == []


def test_a_phase_is_emitted_when_it_changes():
    """The phase emitted last is not emitted again."""
    buffer = EventBuffer()
    for phase in (Phase.READY, Phase.READY, Phase.WORK, Phase.WORK):
        buffer.emit_phase(phase, AT, None)
    assert phases_of(buffer) == [Phase.READY, Phase.WORK]


def test_a_phase_follows_the_transitions():
    """A phase that may not follow the one before is our own mistake; an undo may go back to any."""
    buffer = EventBuffer()
    buffer.emit_phase(Phase.WORK, AT, None)
    with pytest.raises(AssertionError):
        buffer.emit_phase(Phase.OVERTIME, AT, None)
    buffer.emit_phase(Phase.OVERTIME, AT, Button.UNDO)
    assert phases_of(buffer) == [Phase.WORK, Phase.OVERTIME]
