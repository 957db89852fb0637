"""The rest of a run as far as the clock decides it: coming steps, coming tones, and lights round the track.

A phone that loses the coach continues with it: countdowns, go and the pacing light are known ahead, verdicts are not.
The look ahead ends where the future is unknown: at a step that a mark, a press or a heart rate ends. Lights round the
track get their start and their speeds, and then run on their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import ceil
from typing import Final

from coach.cues.config import CueSettings
from coach.cues.cue import Phrases, Sound
from coach.cues.language import LANGUAGES
from coach.cues.splits import STARTED_BY_GO, countdown_marks, has_end_tone
from coach.live.contract import RunSetup
from coach.live.snapshot import Snapshot
from coach.physiology.surroundings import lap_in_lane, mark_m
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.config import only_asks, step_after
from coach.session.events import light_metres, light_time
from coach.session.phases import Phase
from coach.workout.describe import likely_seconds, planned_speed, typical_speed
from coach.workout.kinds import HARD, RUN
from coach.workout.timeline import (
    AutoStart,
    DelayStart,
    DistanceEnd,
    SlotEnd,
    Step,
    TimeEnd,
)

HORIZON_S: Final = 600.0
"""How far it looks ahead: a phone without news for ten minutes is no longer coached. Judged."""
MOST_STEPS: Final = 40
MOST_BEATS: Final = 200
_NOT_UNDER_WAY: Final = frozenset({Phase.PAUSED, Phase.FINISHED})
_DUST_S: Final = 1e-6


@dataclass(frozen=True, slots=True)
class StepAhead:
    """A step that is under way or still to come, by the clock."""

    step: Step
    starts_at: Seconds
    ends_at: Seconds | None
    """None if it is unknown; then it is the last step of the look ahead."""
    is_timed: bool = False
    """Whether the clock ends it, so that there is a countdown."""
    is_start_estimated: bool = False
    """Whether its start is estimated from a pace."""
    is_estimated: bool = False
    """Whether its end is estimated from a pace."""
    light_from: Seconds | None = None
    """When the pacing light set out, or would have if it was moved to the runner; None without one."""
    speed: MetresPerSecond | None = None
    """The mean speed of the light."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A tone or a word that is due at a time."""

    at: Seconds
    sound: Sound
    text: str
    speech: str = ""
    """What is spoken; empty for a tone alone."""
    is_light: bool = False
    """Whether the pacing light passes a hundred metres at that time."""
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """The known future: the steps in order, and the beats in order of time."""

    steps: tuple[StepAhead, ...] = ()
    beats: tuple[Beat, ...] = ()


def look_ahead(setup: RunSetup, snapshot: Snapshot) -> Ahead:
    """Return the known future from a moment of a run; empty while it is paused, over, or waits for a press."""
    steps = tuple(_steps(setup, snapshot))
    phrases = Phrases(LANGUAGES[setup.cues.language])
    is_belt = snapshot.timeline.context.surface == "treadmill"
    beats: list[Beat] = []
    if snapshot.phase is Phase.READY and steps:
        marks = setup.cues.countdown_delay_s
        beats += _counted(setup.cues, phrases, marks, steps[0].starts_at, steps[0])
    for place, ahead in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        beats += _ends(setup.cues, phrases, ahead, following, is_belt=is_belt)
        beats += _delay(setup.cues, phrases, ahead, following)
        beats += _light(setup.cues, phrases, ahead)
    coming = sorted((beat for beat in beats if beat.at > snapshot.at + _DUST_S), key=lambda beat: beat.at)
    return Ahead(steps, tuple(coming[:MOST_BEATS]))


# --- steps


def _steps(setup: RunSetup, snapshot: Snapshot) -> Iterator[StepAhead]:
    """Yield the step under way and the next ones, to the first with an unknown end or to the horizon."""
    now, step = snapshot.at, snapshot.step
    if step is None or snapshot.phase in _NOT_UNDER_WAY or only_asks(step):
        return
    if snapshot.phase is Phase.READY:
        if snapshot.left_s is None:
            return
        starts_at = Seconds(now + max(0.0, snapshot.left_s))
        slot_at = None if step.send_off_s is None else Seconds(starts_at + step.send_off_s)
        current = _with_light(_planned(step, starts_at, slot_at))
    else:
        starts_at = Seconds(now - (snapshot.step_time_s or 0.0))
        slot_at = None if snapshot.go_in_s is None else Seconds(now + snapshot.go_in_s)
        current = _under_way(snapshot, step, starts_at)
        current = _with_light(current, _light_delay(snapshot))
    yield current
    yield from _following(setup, snapshot, current, slot_at)


def _following(
    setup: RunSetup, snapshot: Snapshot, current: StepAhead, slot_at: Seconds | None
) -> Iterator[StepAhead]:
    """Yield the steps after the one under way; `slot_at` is when the next slot of a send-off begins."""
    steps, before = snapshot.timeline.steps, current
    for _ in range(MOST_STEPS - 1):
        step = step_after(steps, steps.index(before.step))
        if step is None or before.ends_at is None or before.ends_at > snapshot.at + HORIZON_S:
            return
        start = setup.starts.of(step, before.step, before.ends_at)
        if isinstance(start, DelayStart):
            starts_at = Seconds(before.ends_at + start.seconds)
        elif isinstance(start, AutoStart):
            starts_at = before.ends_at
        else:
            return
        if step.send_off_s is not None:
            slot_at = Seconds(starts_at + step.send_off_s)
        before = _with_light(_planned(step, starts_at, slot_at, is_start_estimated=before.is_estimated))
        yield before


def _light_delay(snapshot: Snapshot) -> Seconds:
    """How much later than the step under way its pacing light set out: it was moved back, or waited."""
    light = snapshot.light
    return Seconds(0.0) if light is None else Seconds(light.set_back_s + light.waited_s)


def _with_light(ahead: StepAhead, delay_s: float = 0.0) -> StepAhead:
    """Add the pacing light of a hard step."""
    step, speed = ahead.step, planned_speed(ahead.step)
    if step.kind not in HARD or speed is None or light_time(step, Metres(0.0), step.until.time()) is None:
        return ahead
    return replace(ahead, light_from=Seconds(ahead.starts_at + delay_s), speed=MetresPerSecond(speed))


def _planned(
    step: Step, starts_at: Seconds, slot_at: Seconds | None, *, is_start_estimated: bool = False
) -> StepAhead:
    """Look at a coming step; `slot_at` is when the next slot of a send-off begins."""
    ahead = StepAhead(step, starts_at, None, is_start_estimated=is_start_estimated)
    if slot_at is not None and any(isinstance(end, SlotEnd) for end in step.until.ends):
        return replace(ahead, ends_at=slot_at, is_timed=True)
    seconds = likely_seconds(step)
    is_by_plan = all(isinstance(end, TimeEnd | DistanceEnd) for end in step.until.ends)
    if seconds is None or step.kind not in RUN or not is_by_plan:
        return ahead
    is_timed = step.until.distance() is None
    is_estimated = is_start_estimated or not is_timed
    return replace(ahead, ends_at=Seconds(starts_at + seconds), is_timed=is_timed, is_estimated=is_estimated)


def _under_way(snapshot: Snapshot, step: Step, starts_at: Seconds) -> StepAhead:
    """Look at the step under way: it ends by the clock, or by the runner's progress so far."""
    ahead = StepAhead(step, starts_at, None)
    if snapshot.left_s is not None:
        is_timed = snapshot.is_by_clock or all(isinstance(end, TimeEnd | SlotEnd) for end in step.until.ends)
        if not is_timed or snapshot.left_s < 0:
            return ahead
        return replace(ahead, ends_at=Seconds(snapshot.at + snapshot.left_s), is_timed=True)
    if snapshot.left_m is None:
        return ahead
    if snapshot.light is not None and snapshot.light.projected_s is not None:
        ends_at = max(snapshot.at, starts_at + snapshot.light.projected_s)
    else:
        speed = snapshot.rep_mean_speed or planned_speed(step) or typical_speed(step)
        ends_at = snapshot.at + max(0.0, snapshot.left_m) / speed
    return replace(ahead, ends_at=Seconds(ends_at), is_estimated=True)


# --- tones and words


def _ends(
    settings: CueSettings, phrases: Phrases, ahead: StepAhead, following: StepAhead | None, *, is_belt: bool
) -> Iterator[Beat]:
    """Count down to the end of a step that the clock ends."""
    step, ends_at = ahead.step, ahead.ends_at
    if ends_at is None or not ahead.is_timed:
        return
    if has_end_tone(settings, step):
        text = phrases.language.end_of_stride
        yield Beat(ends_at, Sound.EASE, text, is_estimated=ahead.is_estimated)
        return
    length_s = ends_at - ahead.starts_at + _DUST_S
    marks = countdown_marks(settings, length_s, is_belt=is_belt)
    yield from _counted(settings, phrases, marks, ends_at, following, is_estimated=ahead.is_estimated)


def _delay(
    settings: CueSettings, phrases: Phrases, ahead: StepAhead, following: StepAhead | None
) -> Iterator[Beat]:
    """Count down to the start of a step that begins after a delay."""
    if following is not None and ahead.ends_at is not None and following.starts_at > ahead.ends_at:
        marks = settings.countdown_delay_s
        yield from _counted(
            settings, phrases, marks, following.starts_at, following, is_estimated=ahead.is_estimated
        )


def _counted(
    settings: CueSettings,
    phrases: Phrases,
    marks: tuple[int, ...],
    to: Seconds,
    following: StepAhead | None,
    *,
    is_estimated: bool = False,
) -> Iterator[Beat]:
    """Count down to a moment, and say "go" there if a step begins that is announced so."""
    for mark in marks:
        words = phrases.seconds_left(mark)
        is_beep = mark <= settings.beep_to_s
        sound, speech = (Sound.BEEP, "") if is_beep else (Sound.NONE, words.speech)
        yield Beat(Seconds(to - mark), sound, words.text, speech, is_estimated=is_estimated)
    begins_then = following is not None and following.starts_at == to
    if marks and begins_then and following is not None and following.step.kind in STARTED_BY_GO:
        yield Beat(to, Sound.GO, phrases.language.go, is_estimated=is_estimated)


def _light(settings: CueSettings, phrases: Phrases, ahead: StepAhead) -> Iterator[Beat]:
    """Beep where the pacing light passes every hundred metres of a rep."""
    distance = ahead.step.until.distance()
    if ahead.light_from is None or distance is None:
        return
    metres = settings.beep_m
    while metres < distance - 1.0:
        at = light_time(ahead.step, metres, ahead.step.until.time())
        assert at is not None  # the step has a light
        text, is_guess = phrases.beep(metres), ahead.is_start_estimated
        yield Beat(Seconds(ahead.light_from + at), Sound.BEEP, text, is_light=True, is_estimated=is_guess)
        metres = Metres(metres + settings.beep_m)


# --- lights round the track


_DUST_M: Final = 1e-6
_POINTS_S: Final = 10.0
"""Seconds between two points of an uneven light: one that gains 0.5 m/s in 200 s is 3 cm off between them."""
_MOST_POINTS: Final = 100
_SEEN_S: Final = 0.1
"""A light that is earlier or later by less than this is the same: half a metre; clocks of lights differ by some
hundredths. Judged.
"""


@dataclass(frozen=True, slots=True)
class LapLight:
    """A light that runs round the track on its own, once its start is known."""

    step: Step
    is_ghost: bool
    """Whether it runs as in an earlier run; else it shows the target of the workout."""
    share: float
    """Its speed as a share of the speed of the step's pacing light."""
    starts_at: Seconds
    """When it sets out. While it stands, the start that would have brought it to its place by now."""
    delay_s: Seconds = Seconds(0.0)
    """How much later than the step it set out: it was moved back to the runner, or waited for them."""
    stands_s: Seconds | None = None
    """How many seconds of its way it has covered while it stands; None while it runs."""

    def metres_at(self, at: Seconds) -> Metres | None:
        """How many metres of its way it has covered: 0 before it sets out; None once it has covered all."""
        metres = self.metres_after(
            self.stands_s if self.stands_s is not None else Seconds(at - self.starts_at)
        )
        length_m = self.length_m
        return None if length_m is not None and metres > length_m + _DUST_M else metres

    def metres_after(self, seconds: float) -> Metres:
        """How many metres of its way it has covered after so many seconds, wherever it ends."""
        is_by_distance = self.step.until.distance() is not None
        time_s = max(0.0, seconds) * (self.share if is_by_distance else 1.0)
        metres = light_metres(self.step, time_s)
        assert metres is not None  # the step has a light
        return metres if is_by_distance else Metres(metres * self.share)

    def points(self) -> list[tuple[float, float]]:
        """Metres and seconds of its way, close enough together that it runs evenly between them."""
        length_m, time_s = self.step.until.distance(), self.step.until.time()
        end_s = light_time(self.step, length_m, None) if length_m is not None else time_s
        assert end_s is not None  # a step with a ramp has an end
        whole_s = end_s / self.share if length_m is not None else end_s
        count = min(_MOST_POINTS, ceil(whole_s / _POINTS_S))
        times = [whole_s * place / count for place in range(count + 1)]
        return [(round(self.metres_after(time_s), 2), round(time_s, 3)) for time_s in times]

    @property
    def length_m(self) -> Metres | None:
        """The length of its way in metres; None if unknown."""
        length, time_s = self.step.until.distance(), self.step.until.time()
        if length is not None:
            return length
        return None if time_s is None else self.metres_after(time_s)

    @property
    def speed(self) -> MetresPerSecond:
        """Its mean speed."""
        return MetresPerSecond((planned_speed(self.step) or 0.0) * self.share)

    @property
    def is_even(self) -> bool:
        """Whether it runs at one speed."""
        until, target = self.step.until, self.step.target
        is_ramp = target is not None and target.ramp is not None
        return not is_ramp or (until.distance() is None and until.time() is None)


@dataclass(frozen=True, slots=True)
class LapLights:
    """The lights of the current or the next step; the first is the pacing light of the run."""

    step: Step
    track_m: Metres
    """The length of the lap in lane 1."""
    lap_m: Metres
    """The length of the lap in the lane of the run."""
    start_m: Metres
    """Where on the lap, in that lane, they set out, in metres after the finish line; 0 if unknown."""
    lights: tuple[LapLight, ...]

    def place(self, metres: float) -> float:
        """The place of a light on the lap, as a share of the lap from the finish line on."""
        return (self.start_m + metres) / self.lap_m % 1.0

    def is_like(self, other: "LapLights | None") -> bool:
        """Return whether another plan shows the same lights at the same places, to the eye."""
        if other is None or len(self.lights) != len(other.lights):
            return False
        if (self.step, self.lap_m, self.start_m) != (other.step, other.lap_m, other.start_m):
            return False
        return all(map(_is_like, self.lights, other.lights))


def lap_lights(setup: RunSetup, snapshot: Snapshot) -> LapLights | None:
    """Return the lights of the step under way, or those that wait for the next; None if there are none.

    In a pause they stand, and while the runner stands the pacing light does too. A light that waits has a start if the
    clock starts its step; else it stands at its start until the step begins.
    """
    step, context = snapshot.step, snapshot.timeline.context
    if step is None or context.surface == "treadmill" or snapshot.phase is Phase.FINISHED:
        return None
    lights: tuple[LapLight, ...] | None = None
    if snapshot.phase is not Phase.READY and snapshot.step_time_s is not None:
        if _has_light(step):
            lights = _running(setup, snapshot, step, snapshot.step_time_s)
        elif snapshot.next_step is not None and _has_light(snapshot.next_step):
            step = snapshot.next_step
            lights = _waiting(setup, snapshot, step)
    elif _has_light(step):
        lights = _waiting(setup, snapshot, step)
    if lights is None:
        return None
    lap_m = lap_in_lane(context.lap_m, context.lane)
    start_m = Metres(mark_m(step.start_mark, lap_m) - step.line_m) if step.start_mark else Metres(0.0)
    return LapLights(step, context.lap_m, lap_m, start_m, lights)


def _has_light(step: Step) -> bool:
    return step.kind in HARD and light_metres(step, 0.0) is not None


def _running(setup: RunSetup, snapshot: Snapshot, step: Step, step_time_s: float) -> tuple[LapLight, ...]:
    """The lights of the step under way: the pacing light, and the plan's beside that of an earlier run."""
    pacing, delay_s = snapshot.light, _light_delay(snapshot)
    on_way_s, is_paused = step_time_s - delay_s, snapshot.phase is Phase.PAUSED
    if pacing is not None and snapshot.stopped_s is not None:
        on_way_s = pacing.on_way_s
    own, *others = _lights(setup, step, Seconds(snapshot.at - step_time_s))
    is_standing = is_paused or snapshot.stopped_s is not None
    return (
        replace(
            own,
            starts_at=Seconds(snapshot.at - on_way_s),
            delay_s=delay_s,
            stands_s=Seconds(on_way_s) if is_standing else None,
        ),
        *(replace(light, stands_s=Seconds(step_time_s) if is_paused else None) for light in others),
    )


def _waiting(setup: RunSetup, snapshot: Snapshot, step: Step) -> tuple[LapLight, ...]:
    """The lights of a coming step: they stand at its start."""
    coming = next((each for each in islice(_steps(setup, snapshot), 2) if each.step is step), None)
    if coming is not None and not coming.is_start_estimated:
        return _lights(setup, step, coming.starts_at)
    return tuple(replace(light, stands_s=Seconds(0.0)) for light in _lights(setup, step, snapshot.at))


def _lights(setup: RunSetup, step: Step, starts_at: Seconds) -> tuple[LapLight, ...]:
    ghost, plan_speed = setup.light.get(step.step_id), setup.planned.get(step.step_id)
    own = LapLight(step, ghost is not None, 1.0, starts_at)
    if ghost is None or plan_speed is None:
        return (own,)
    return own, LapLight(step, is_ghost=False, share=plan_speed / ghost, starts_at=starts_at)


def _is_like(light: LapLight, other: LapLight) -> bool:
    """Return whether two lights look the same."""
    if (light.is_ghost, light.share) != (other.is_ghost, other.share):
        return False
    if light.stands_s is None or other.stands_s is None:
        return light.stands_s is other.stands_s and abs(light.starts_at - other.starts_at) <= _SEEN_S
    return abs(light.stands_s - other.stands_s) <= _SEEN_S
