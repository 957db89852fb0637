"""What a run will be by the clock alone: the steps that come and the tones that fall due, if nothing more is heard.

A phone that loses the coach goes on by it: countdowns, go and the pacing light are known ahead, verdicts are not. The
look ahead ends where nobody can know what follows: at a step that a mark, a press or a heart rate ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from coach.cues.config import CueSettings
from coach.cues.countdown import STARTED_BY_GO, countdown_marks, has_end_tone
from coach.cues.cue import Sound
from coach.cues.phrases import LANGUAGES, Phrases
from coach.live.inputs import RunSetup
from coach.live.snapshot import Snapshot
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.config import only_asks, step_after
from coach.session.light import light_time
from coach.session.phases import Phase
from coach.workout.estimate import likely_seconds, planned_speed, typical_speed
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
"""How far ahead is looked: a phone that has heard nothing for ten minutes is not coached by us. Judged."""
MOST_STEPS: Final = 40
MOST_BEATS: Final = 200
_NOT_UNDER_WAY: Final = frozenset({Phase.PAUSED, Phase.FINISHED})
_DUST_S: Final = 1e-6


@dataclass(frozen=True, slots=True)
class StepAhead:
    """A step that is under way or comes, by the clock."""

    step: Step
    starts_at: Seconds
    ends_at: Seconds | None
    """None where nobody can know; then it is the last."""
    is_timed: bool = False
    """Whether the clock ends it, so that it is counted down."""
    is_start_estimated: bool = False
    """Whether its start rests on a pace."""
    is_estimated: bool = False
    """Whether its end rests on a pace."""
    light_from: Seconds | None = None
    """When the pacing light set out, or would have that was set back to the runner; None without one."""
    speed: MetresPerSecond | None = None
    """The mean speed of the light."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A tone or a word that falls due."""

    at: Seconds
    sound: Sound
    text: str
    speech: str = ""
    """What is spoken; empty for a tone alone."""
    is_light: bool = False
    """Whether the pacing light passes a hundred metres."""
    is_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes, as far as it is known: the steps in order, and the beats in order of time."""

    steps: tuple[StepAhead, ...] = ()
    beats: tuple[Beat, ...] = ()


def look_ahead(setup: RunSetup, snapshot: Snapshot) -> Ahead:
    """Tell what comes after a moment of a run; nothing while it is paused, over, or waits for a press."""
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


# --- steps -----------------------------------------------------------------------------------------------------------


def _steps(setup: RunSetup, snapshot: Snapshot) -> Iterator[StepAhead]:
    """Go from the step under way to the one whose end nobody knows, or to the horizon."""
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
        current = _with_light(current, 0.0 if snapshot.light is None else snapshot.light.set_back_s)
    yield current
    yield from _following(setup, snapshot, current, slot_at)


def _following(
    setup: RunSetup, snapshot: Snapshot, current: StepAhead, slot_at: Seconds | None
) -> Iterator[StepAhead]:
    """Go on from the step under way; `slot_at` is when the next slot of a send-off begins."""
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


def _with_light(ahead: StepAhead, set_back_s: float = 0.0) -> StepAhead:
    """Add the pacing light of a hard step."""
    step, speed = ahead.step, planned_speed(ahead.step)
    if step.kind not in HARD or speed is None or light_time(step, Metres(0.0), step.until.time()) is None:
        return ahead
    return replace(ahead, light_from=Seconds(ahead.starts_at + set_back_s), speed=MetresPerSecond(speed))


def _planned(
    step: Step, starts_at: Seconds, slot_at: Seconds | None, *, is_start_estimated: bool = False
) -> StepAhead:
    """Look at a step that comes; `slot_at` is when the next slot of a send-off begins."""
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
    """Look at the step under way: it ends by the clock, or as the runner has run so far."""
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


# --- beats -----------------------------------------------------------------------------------------------------------


def _ends(
    settings: CueSettings, phrases: Phrases, ahead: StepAhead, following: StepAhead | None, *, is_belt: bool
) -> Iterator[Beat]:
    """Count down to the end of a step that ends by the clock."""
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
    """Count down to a moment, and say "go" there where a step begins that is told so."""
    for mark in marks:
        words = phrases.seconds_left(mark)
        is_beep = mark <= settings.beep_to_s
        sound, speech = (Sound.BEEP, "") if is_beep else (Sound.NONE, words.said)
        yield Beat(Seconds(to - mark), sound, words.shown, speech, is_estimated=is_estimated)
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
