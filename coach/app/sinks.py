"""The table of the sinks of a run, which receive its outputs. A new sink is one more row.

The screen is no sink: it is notified of every input, also of one without output, and reads snapshots
(`coach.app.feeds`).
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from coach.app.terminal import RunMode
from coach.edge.playback import SimulatedRunner
from coach.edge.sinks import Sink, json_lines, plain_lines
from coach.quantities import Seconds

_LINE_LIMIT: Final = 4096
"""Lines that may wait for a slow reader: an hour of events."""


@dataclass(frozen=True, slots=True)
class SinkRequest:
    """What decides which sinks a run has, and what they need."""

    run_mode: RunMode
    unit: str = "km"
    """What paces are written per: `km` or `mile`."""
    as_json: bool = False
    """True for lines as JSON."""
    runner: SimulatedRunner | None = None
    """The simulated runner of the run, who reacts to the cues."""
    now: Callable[[], Seconds] | None = None
    """The time of a live run, by which cues that come late are left out; None in a playback, which says all."""
    speech: Sink | None = None
    """What speaks the cues; None for a run that nobody hears."""
    telemetry: Sink | None = None
    """What publishes the run on a broker; None for none."""
    share: Sink | None = None
    """What shows the run to phones; None for nothing."""
    webhook: Sink | None = None
    """What posts the cues; None for nothing."""
    lamp: Sink | None = None
    """What shows the state on lamps and the pace lights on strips; None for nothing."""
    lines: Sink | None = None
    """What prints the outputs of one of several runs; None for a run that has lines of its own."""
    line_limit: int = _LINE_LIMIT
    """Lines that may wait; the oldest are dropped beyond."""


@dataclass(frozen=True, slots=True)
class SinkRow:
    """One kind of sink."""

    name: str
    is_wanted: Callable[[SinkRequest], bool]
    make: Callable[[SinkRequest], Sink]


def _prints(request: SinkRequest) -> bool:
    """Whether a run has lines of its own: nobody looks at a screen, and nothing else prints them."""
    return request.run_mode is RunMode.UNATTENDED and request.lines is None


def _given(name: str, sink_of: Callable[[SinkRequest], Sink | None]) -> SinkRow:
    """The row of a sink that was made already: it is wanted where there is one."""

    def make(request: SinkRequest) -> Sink:
        sink = sink_of(request)
        assert sink is not None  # it is wanted only where there is one
        return sink

    return SinkRow(name, lambda request: sink_of(request) is not None, make)


SINKS: Final = (
    _given("simulated runner", lambda request: request.runner),
    _given("voice", lambda request: request.speech),
    _given("mqtt", lambda request: request.telemetry),
    _given("share", lambda request: request.share),
    _given("webhook", lambda request: request.webhook),
    _given("lamp", lambda request: request.lamp),
    _given("lines of several", lambda request: request.lines),
    SinkRow(
        "json lines",
        lambda request: _prints(request) and request.as_json,
        lambda request: json_lines(sys.stdout.buffer, room=request.line_limit),
    ),
    SinkRow(
        "plain lines",
        lambda request: _prints(request) and not request.as_json,
        lambda request: plain_lines(
            sys.stdout.buffer, unit=request.unit, room=request.line_limit, now=request.now
        ),
    ),
)
"""Every sink there is: its name, when it is wanted, and how it is made. Outputs are offered in this order."""


def sinks_for(request: SinkRequest) -> list[Sink]:
    """Make the sinks a run is to have."""
    return [row.make(request) for row in SINKS if row.is_wanted(request)]
