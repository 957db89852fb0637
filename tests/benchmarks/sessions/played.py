"""A session run whole: a scripted runner, their sensors and a real run, one second after the other.

The runner has a will of their own: a rep ends at their own line, whatever the coach believes, and the next begins
when the coach says so, or 20 s after their own watch said it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp
from random import Random
from types import MappingProxyType
from typing import Final

from coach.cues.cue import SuppressionReason
from coach.live.contract import Closed, Input, Opened, Output, RunSetup
from coach.live.run import LiveRun
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.session.events import StepStarted
from coach.session.phases import Button, Origin, Pressed
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import PODS, Reported, Source
from coach.simulate import STEP_S, Heart, Locomotion, Rng, RunnerProfile, natural_cadence
from coach.workout.document import compile_workout, document_from
from coach.workout.kinds import PACED_REPS, RESTS
from coach.workout.timeline import CoachBy, Move, Quantity, Step, Timeline
from tests.benchmarks.cue_quality.classes import CLASSES
from tests.benchmarks.cue_quality.noise import Colour, shares
from tests.benchmarks.sessions.scripts import SCRIPTS, STANDS, Place, Script, luck_of

NOISES: Final = ("quiet", "usual", "rough")
_SIZES: Final = MappingProxyType(
    {
        Source.POD: (("treadmill", 0.008), ("outdoor", 0.016), ("slow", 0.030)),
        Source.WATCH: (("smooth", 0.012), ("smooth", 0.020), ("rough", 0.035)),
        Source.POSITIONS: (("positions", 0.015), ("positions", 0.025), ("positions", 0.040)),
    }
)
"""The class of source whose noise it is, and its size as a share of the speed, for each of `NOISES`.

What recordings show (1.9 to 3.0 % for a pod outdoors) is the source and the runner together; the runner's own 1 % is
in the truth here.
"""
_LAGS_S: Final = MappingProxyType({Source.POD: 1.5, Source.WATCH: 3.5, Source.POSITIONS: 0.5})
"""A source smooths its speed by this time constant; a pod is some 2 s quicker than a watch."""
OF_DISTANCE: Final = 0.25
"""The share of a source's noise that its metres have too: most of it is gone where they are counted.

Judged. Recorded pods add up their speeds, so that it is 1 for them; `--metres-noise 1` shows what that changes.
"""
_RUNNER: Final = RunnerProfile(wobble=0.01, wobble_s=Seconds(12.0), pick_up_s=Seconds(2.0))
_KNOWN_SD: Final = 0.01
"""A pod that was calibrated once; a pod with a factor of its own never was."""
_PATIENCE_S: Final = 20.0
"""The runner waits so long for a go that does not come."""
_QUARTERS: Final = round(1.0 / STEP_S)
_WARM_UP: Final = 2.75
"""m/s."""
_PRESS_SD_S: Final = 0.25
_LAP_M: Final = 400.0
_LOST_AT_M: Final = 240.0
"""Where on the lap the radio is weakest."""
_LOOKED_EVERY_S: Final = 5


@dataclass
class Truth:
    """What the runner truly did, at whole seconds."""

    speeds: list[float] = field(default_factory=list)
    """m/s, the mean of each second."""
    metres: list[float] = field(default_factory=list)
    """Run since the beginning, at the end of each second."""
    own: list[int] = field(default_factory=list)
    """Index of the runner's own step."""
    began: dict[int, float] = field(default_factory=dict)
    """When each own step began."""
    ended: dict[int, float] = field(default_factory=dict)
    """When each own step ended: a rep at the runner's own line."""


@dataclass(frozen=True)
class Session:
    """A session with all that was said and done in it."""

    name: str
    timeline: Timeline
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    truth: Truth
    silences: tuple[tuple[float, tuple[SuppressionReason, ...]], ...]
    """What `coach explain` names as reasons for silence, every 5 s."""
    script: Script | None = None
    set_back: tuple[float, ...] = ()
    """When the pacing light was set back to the runner: seconds are counted from there."""


def run_script(
    kind: str,
    steer: CoachBy = CoachBy.RATE,
    noise: str = "usual",
    seed: int = 0,
    source: Source = Source.POD,
    *,
    of_distance: float = OF_DISTANCE,
) -> Session:
    """Run one scripted session.

    Args:
        kind: A name in `SCRIPTS`.
        steer: How its paced steps are judged.
        noise: One of `NOISES`.
        seed: The runner's luck and the sensor's noise; seed 0 is the script to the letter.
        source: What measures the speed: `POD`, `WATCH` or `POSITIONS`.
        of_distance: The share of its noise that its metres have too.
    """
    script = SCRIPTS[kind]
    document = script.workout(luck_of(seed), steer)
    timeline = compile_workout(document_from(dict(document), name=kind), None)
    learnt = (LearntFactor(source, 1.0, _KNOWN_SD),) if source in PODS and script.factor == 1.0 else ()
    setup = RunSetup(kind, timeline, signals=SignalSettings(learnt=learnt))
    name = f"{kind}, {steer.value}, {noise} {source.value}, seed {seed}"
    sensor = _Sensor(source, noise, script.factor, f"{kind} {noise} {seed}", of_distance)
    return _Played(script, setup, sensor, seed).play(name)


def replayed(name: str, setup: RunSetup, inputs: Sequence[Input], truth: Truth) -> Session:
    """Fold inputs that were recorded."""
    run, outputs, silences = LiveRun(setup), [], []
    light = _LightWatch(run)
    looked = 0.0
    for event in inputs:
        while looked < event.at:
            outputs += run.fire(Seconds(looked))
            silences.append((looked, _silences(run, looked)))
            looked += _LOOKED_EVERY_S
        outputs += run.receive(event)
        light.look(event.at)
    set_back = tuple(light.set_back)
    return Session(
        name, setup.timeline, tuple(inputs), tuple(outputs), truth, tuple(silences), set_back=set_back
    )


class _LightWatch:
    """Notes when a run sets its pacing light back to the runner; most of the time nothing is said of it."""

    def __init__(self, run: LiveRun) -> None:
        self._session = run.session
        self._last = (-1, 0.0)
        self.set_back: list[float] = []

    def look(self, at: float) -> None:
        """Compare the light with that of the input before."""
        light = self._session.light(Seconds(at))
        if light is None:
            return
        last, self._last = self._last, (self._session.index, light.set_back_s)
        if light.set_back_s and last != self._last:
            self.set_back.append(at)


def _silences(run: LiveRun, at: float) -> tuple[SuppressionReason, ...]:
    return tuple(one.reason for one in run.coach.suppressions(Seconds(at)))


class _Sensor:
    """What a source makes of the true speed: late, with a factor, and with the noise of its class."""

    def __init__(self, source: Source, noise: str, factor: float, seed: str, of_distance: float) -> None:
        name, sd = _SIZES[source][NOISES.index(noise)]
        colour: Colour = next(one.colour for one in CLASSES if one.name == name)
        self.source = source
        self._shares = shares(colour, sd, Random(seed))
        self._share = next(self._shares)
        self._factor = factor
        self._of_distance = of_distance
        self._follows = 1.0 - exp(-STEP_S / _LAGS_S[source])
        self._speed = 0.0
        self._metres = 0.0

    def feel(self, speed: float, gone: float) -> None:
        """Live a quarter of a second."""
        self._speed += (speed - self._speed) * self._follows
        self._metres += gone * self._factor * (1.0 + self._of_distance * (self._share - 1.0))

    def tell(self, at: float, speed: float) -> Reported:
        """The report of this second."""
        said = max(0.0, self._speed * self._factor * self._share)
        self._share = next(self._shares)
        cadence = StepsPerMinute(round(natural_cadence(speed)))
        return Reported(
            Seconds(at),
            self.source,
            speed=MetresPerSecond(round(said, 3)),
            distance=Metres(round(self._metres, 2)),
            cadence=cadence,
        )


class _Played:
    """The session under way."""

    def __init__(self, script: Script, setup: RunSetup, sensor: _Sensor, seed: int) -> None:
        self._script = script
        self._luck = luck_of(seed)
        self._steps = setup.timeline.steps
        self._run = LiveRun(setup)
        rng = Rng(seed)
        self._press_rng = Rng(seed + 1)
        self._legs = Locomotion(_RUNNER, rng, STEP_S)
        self._heart = Heart(replace(_RUNNER, heart_drift_bpm=script.drift_bpm), STEP_S)
        self._sensor = sensor
        self._inputs: list[Input] = []
        self._outputs: list[Output] = []
        self._silences: list[tuple[float, tuple[SuppressionReason, ...]]] = []
        self._light = _LightWatch(self._run)
        self._truth = Truth()
        self._index = 0
        self._since = 0.0
        self._from_m = 0.0
        self._rep = 0
        self._told = 0
        self._laps = 0
        self._presses: list[float] = []

    def play(self, name: str) -> Session:
        """Run from the first second to the end of the last step."""
        self._receive(Opened(Seconds(0.0)))
        self._truth.began[0] = 0.0
        now, quarter = 0.0, 0
        while self._index < len(self._steps):
            before = self._legs.metres
            for _ in range(_QUARTERS):
                now = quarter * STEP_S
                self._live(now)
                quarter += 1
            self._truth.speeds.append(self._legs.metres - before)
            self._truth.metres.append(self._legs.metres)
            self._truth.own.append(self._index)
            now = quarter * STEP_S
            self._tell(now)
        self._receive(Closed(Seconds(now + 2.0)))
        return Session(
            name,
            self._run.session.timeline,
            tuple(self._inputs),
            tuple(self._outputs),
            self._truth,
            tuple(self._silences),
            self._script,
            tuple(self._light.set_back),
        )

    def _live(self, now: float) -> None:
        """A quarter of a second of will, locomotion and heart."""
        if self._index >= len(self._steps):
            return
        step, locomotion = self._steps[self._index], self._legs
        goal, effort = self._goal(step, now)
        before = locomotion.metres
        gone = locomotion.move(goal)
        self._heart.beat(effort)
        self._sensor.feel(locomotion.speed, gone)
        line = self._line(step)
        if line is not None and locomotion.metres >= line:
            self._end(now + STEP_S * (line - before) / max(gone, 1e-9))
        elif line is None and (self._told > self._index or self._is_patience_over(step, now)):
            self._end(now + STEP_S)
        self._mark_laps(now + STEP_S)

    def _line(self, step: Step) -> float | None:
        """Where the runner ends a step by distance, in true metres since the beginning."""
        length = step.until.distance()
        if length is None:
            return None
        return self._from_m + length + (self._script.line_m if step.kind in PACED_REPS else 0.0)

    def _is_patience_over(self, step: Step, now: float) -> bool:
        time = step.until.time()
        return time is not None and now - self._since >= time + _PATIENCE_S

    def _end(self, at: float) -> None:
        if self._steps[self._index].kind in PACED_REPS:
            self._rep += 1
        self._truth.ended[self._index] = at
        length = self._line(self._steps[self._index])
        self._from_m = self._legs.metres if length is None else length
        self._index += 1
        self._since = at
        self._laps = 0
        self._truth.began[self._index] = at

    def _goal(self, step: Step, now: float) -> tuple[float, float]:
        """The speed the runner goes for, and the speed their heart feels."""
        aim = aim_of(step)
        if aim is None:
            return (speed := _unpaced(step)), speed
        place = self._place(step, now)
        off = self._script.off(place)
        goal = 0.0 if off == STANDS else aim * (1.0 + off)
        effort = goal if self._script.effort is None else aim * (1.0 + self._script.effort(place))
        return goal, effort

    def _place(self, step: Step, now: float) -> Place:
        gone, since = self._legs.metres - self._from_m, now - self._since
        length, time = step.until.distance(), step.until.time()
        share = gone / length if length else since / time if time else 0.0
        return Place(self._rep, since, gone, share, self._script.start_m + gone, self._luck)

    def _mark_laps(self, now: float) -> None:
        """A press a lap at the line, within a quarter of a second of it."""
        if not self._script.marks or self._index >= len(self._steps):
            return
        if self._steps[self._index].kind not in PACED_REPS:
            return
        past = self._legs.metres - self._from_m + self._script.start_m - _LAP_M * (self._laps + 1)
        if past >= 0.0:
            self._laps += 1
            at = now - past / max(self._legs.speed, 0.1) + abs(self._press_rng.normal(_PRESS_SD_S))
            self._presses.append(max(at, now))

    def _tell(self, now: float) -> None:
        """What the sensors send of this second, what is pressed, and what the runner hears."""
        strap = Reported(Seconds(now - 0.5), Source.STRAP, heart_rate=BeatsPerMinute(round(self._heart.rate)))
        self._receive(strap)
        for at in self._presses:
            self._receive(Pressed(Seconds(min(max(at, now - 0.5), now)), Button.MARK, Origin.KEY))
        self._presses.clear()
        lap = (self._script.start_m + self._legs.metres - self._from_m) % _LAP_M
        report = self._sensor.tell(now, self._legs.speed)
        if not abs(lap - _LOST_AT_M) < self._script.lost_m / 2:
            self._receive(report)
        if round(now) % _LOOKED_EVERY_S == 0:
            self._silences.append((now, _silences(self._run, now)))

    def _receive(self, event: Input) -> None:
        self._inputs.append(event)
        outputs = self._run.receive(event)
        self._outputs += outputs
        self._light.look(event.at)
        for output in outputs:
            if isinstance(output, StepStarted):
                self._told = max(self._told, output.index)


def aim_of(step: Step) -> float | None:
    """The speed a step asks for in m/s; None where it asks for none."""
    target = step.target
    if target is None or target.estimated or target.quantity is not Quantity.SPEED:
        return None
    return target.band.aim


def _unpaced(step: Step) -> float:
    if step.kind in RESTS:
        return {Move.JOG: 2.4, Move.WALK: 1.4, Move.STAND: 0.0}[step.move]
    return _WARM_UP
