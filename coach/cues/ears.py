"""Which samples are listened to, and by whom: what no rule wants in this step and phase is not looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

from coach.cues.rule import Channel, Rule
from coach.cues.scene import Scene
from coach.quantities import Seconds
from coach.signals.readings import Freshness, Reading, freshness


@dataclass(slots=True)
class _Line:
    """One channel with the rules that listen to it now."""

    newest: Callable[[], Reading | None]
    is_speed: bool = False
    rules: tuple[Rule, ...] = ()
    heard_at: float = -inf


class Ears:
    """Hands each new sample, once and only while it is fresh, to the rules that want it."""

    __slots__ = ("_lines", "_lookers", "_metres_at", "_metrics", "_open", "_rules", "_scene", "_travellers")

    def __init__(self, scene: Scene, rules: Sequence[Rule]) -> None:
        """Begin deaf; `tune` opens the channels."""
        signals = scene.signals
        self._scene = scene
        self._rules = rules
        self._lines = {
            Channel.SPEED: _Line(signals.speed, is_speed=True),
            Channel.HEART_RATE: _Line(signals.heart_rate),
            Channel.CADENCE: _Line(signals.cadence),
            Channel.POWER: _Line(signals.power),
        }
        self._metrics: dict[str, _Line] = {}
        self._open: tuple[_Line, ...] = ()
        self._travellers: tuple[Rule, ...] = ()
        self._lookers: tuple[Rule, ...] = ()
        self._metres_at = -inf

    def tune(self) -> None:
        """Listen to no more channels than the rules want in this step and phase."""
        wanted: dict[Channel, list[Rule]] = {}
        for rule in self._rules:
            for channel in rule.listens():
                wanted.setdefault(channel, []).append(rule)
        for channel, line in self._lines.items():
            line.rules = tuple(wanted.get(channel, ()))
        self._open = tuple(line for line in self._lines.values() if line.rules)
        if Channel.METRIC in wanted:
            self._open += self._tuned(wanted[Channel.METRIC])
        self._travellers = tuple(wanted.get(Channel.DISTANCE, ()))
        self._lookers = tuple(wanted.get(Channel.STATE, ()))

    def _tuned(self, rules: Sequence[Rule]) -> tuple[_Line, ...]:
        """The lines of the external metrics that are wanted, one for each name."""
        names = sorted({name for rule in rules for name in rule.metrics()})
        for name in names:
            line = self._metrics.setdefault(name, _Line(partial(self._scene.signals.metric, name)))
            line.rules = tuple(rule for rule in rules if name in rule.metrics())
        return tuple(self._metrics[name] for name in names)

    def listen(self, now: Seconds) -> None:
        """Take what came since the last time."""
        for line in self._open:
            reading = line.newest()
            if reading is not None and reading.at > line.heard_at:
                line.heard_at = reading.at
                if freshness(now - reading.at, reading.period_s) is Freshness.LIVE:
                    self._judge(line, reading, now)
        if self._travellers:
            self._travel(now)
        for rule in self._lookers:
            rule.look(now)

    def _judge(self, line: _Line, reading: Reading, now: Seconds) -> None:
        if line.is_speed:
            self._scene.take_speed(reading, now)
        for rule in line.rules:
            rule.judge(reading, now)

    def _travel(self, now: Seconds) -> None:
        newest = self._scene.signals.distance.latest()
        if newest is None or newest[0] <= self._metres_at:
            return
        self._metres_at = newest[0]
        metres = self._scene.session.step_metres(now)
        if metres is not None:
            for rule in self._travellers:
                rule.travel(metres, now)
