"""The coach's current judgement, in one place for the box, the needle and the key `w`.

The look of the box has one meaning each: a fill asks to act now, an outline is good or resting, corners say that the
coach waits, a filled chip between corners is a cue that is not answered yet. The needle is hollow if it does not agree
with the box, so that the two never disagree; and the box is never empty beside a needle.
"""

from enum import Enum
from math import ceil, floor
from typing import TYPE_CHECKING, Final, NamedTuple

from coach.cues.cue import Cue, CueKind, SuppressionReason, Why
from coach.quantities import METRES_PER_KM, METRES_PER_MILE
from coach.screen import words
from coach.screen.keys import MARK, PAUSE, key_word
from coach.screen.paint import sanitise
from coach.session.phases import ItemPart, Phase
from coach.signals.readings import DISTANCE_PRIORITY, DisplayValue, Freshness, SensorState, Source
from coach.workout.kinds import HARD
from coach.workout.timeline import CoachBy, Quantity, Step

if TYPE_CHECKING:
    from coach.live.snapshot import Snapshot


class Frame(Enum):
    """The drawing of the box."""

    FILL = "fill"
    """A cue to act now."""
    CHIP = "chip"
    """A cue that is not answered yet."""
    OUTLINE = "outline"
    """On target, or resting."""
    CORNERS = "corners"
    """The coach waits."""


class Tone(Enum):
    """The runner's side of the target: too slow, on target, too fast, or none."""

    SLOW = "slow"
    ON = "on"
    FAST = "fast"
    NONE = "none"


class Needle(Enum):
    """The drawing of the needle of the tape."""

    SOLID = "solid"
    """It agrees with the box."""
    HOLLOW = "hollow"
    """It is not judged."""
    ABSENT = "absent"
    """There is no fresh value, or no target."""


class Judgement(NamedTuple):
    """The coach's judgement: its drawing, its word, and its meaning."""

    frame: Frame
    wordings: tuple[str, ...]
    """The word in block letters, the fullest first."""
    foot: tuple[str, ...] = ()
    """The meaning in ordinary text at the foot of the box, the fullest first."""
    tone: Tone = Tone.NONE
    arrow: str = ""
    says: str = ""
    """The words of the cue, as spoken."""
    progress: int | None = None
    """The elapsed part of a wait, in `PROGRESS_STEPS`; None without a bar."""
    is_quiet: bool = False
    """True if it is a state rather than a cue, so that its word is not emphasised."""
    needle: Needle = Needle.ABSENT


PROGRESS_STEPS: Final = 24
"""Steps of the bar of a wait."""
FAR_M: Final = 10.0
"""Further than this from the pacing light the box is never `ON`: two seconds at 5 m/s. Judged."""
UP: Final = "↑"
DOWN: Final = "↓"


class VerdictLook(NamedTuple):
    """The look of a kind of verdict: on target is an outline, slow a dark fill, fast a bright one."""

    tone: Tone
    wordings: tuple[str, ...]

    @property
    def arrow(self) -> str:
        """Up for too slow, down for too fast."""
        return {Tone.SLOW: UP, Tone.FAST: DOWN}.get(self.tone, "")


VERDICT_LOOKS: Final = {
    CueKind.TOO_FAST: VerdictLook(Tone.FAST, ("EASE",)),
    CueKind.TOO_SLOW: VerdictLook(Tone.SLOW, ("FASTER",)),
    CueKind.BACK_ON_TARGET: VerdictLook(Tone.ON, ("ON",)),
    CueKind.BEHIND_LIGHT: VerdictLook(Tone.SLOW, ("BEHIND",)),
    CueKind.AHEAD_OF_LIGHT: VerdictLook(Tone.FAST, ("AHEAD",)),
    CueKind.HEART_RATE_HIGH: VerdictLook(Tone.FAST, ("HR HIGH", "HR")),
    CueKind.HEART_RATE_LOW: VerdictLook(Tone.SLOW, ("HR LOW", "HR")),
    CueKind.HEART_RATE_CEILING: VerdictLook(Tone.FAST, ("HR MAX", "HR")),
    CueKind.CADENCE_LOW: VerdictLook(Tone.SLOW, ("STEPS",)),
    CueKind.CADENCE_HIGH: VerdictLook(Tone.FAST, ("STEPS",)),
    CueKind.POWER_HIGH: VerdictLook(Tone.FAST, ("POWER",)),
    CueKind.POWER_LOW: VerdictLook(Tone.SLOW, ("POWER",)),
    CueKind.START_TOO_FAST: VerdictLook(Tone.FAST, ("RELAX",)),
    CueKind.FLOAT_TOO_FAST: VerdictLook(Tone.FAST, ("EASE",)),
    CueKind.FLOAT_TOO_SLOW: VerdictLook(Tone.SLOW, ("FASTER",)),
    CueKind.FADE: VerdictLook(Tone.SLOW, ("HOLD",)),
    CueKind.METRIC_HIGH: VerdictLook(Tone.FAST, ("HIGH",)),
    CueKind.METRIC_LOW: VerdictLook(Tone.SLOW, ("LOW",)),
}
"""Tone and word of every kind that judges; a test walks all verdicts."""

NEWS: Final = {
    CueKind.FUEL: "FUEL",
    CueKind.FORM: "FORM",
    CueKind.SENSOR_GONE: "SENSOR",
    CueKind.SENSOR_BACK: "BACK",
    CueKind.SENSOR_LOW_BATTERY: "POWER",
    CueKind.GATE: "STOP?",
    CueKind.PROMPT: "?",
    CueKind.WAITING: "WAIT",
    CueKind.HEAT: "HEAT",
    CueKind.RECORDING_FAILING: "DISK!",
    CueKind.RECORDING_BACK: "DISK OK",
    CueKind.CALIBRATION: "POD",
    CueKind.ADVICE: "!",
    CueKind.NEW_LIGHT: "LIGHT",
    CueKind.PAUSED: "PAUSED",
}
"""The word of each other kind that has one; steps, splits and countdowns show their numbers."""

_SHORT: Final = 16
"""Characters of a cue that are read at a glance; a longer one shows its word, and its text small."""
_ANNOUNCED: Final = frozenset({Phase.READY, Phase.OVERTIME, Phase.CHECKLIST, Phase.SEND_OFF_REST})
"""Phases in which the first cue of a step does not show GO."""
_FRESH: Final = frozenset({Freshness.LIVE, Freshness.HELD})


def judgement(snapshot: "Snapshot") -> Judgement:
    """Return the coach's judgement, and the state of the needle."""
    result = _judgement(snapshot)
    side = needle_side(snapshot)
    if side is None or snapshot.phase is Phase.PAUSED:
        return result
    agrees = result.tone is side and (result.tone is not Tone.NONE)
    return result._replace(needle=Needle.SOLID if agrees else Needle.HOLLOW)


def needle_side(snapshot: "Snapshot") -> Tone | None:
    """Return the side of the judged value outside its band; None without a fresh value or a band."""
    reading, band = words.judged(snapshot), snapshot.band_in_force
    if reading is None or band is None or reading.freshness not in _FRESH:
        return None
    if band.contains(reading.value):
        return Tone.ON
    return Tone.SLOW if band.low is not None and reading.value < band.low else Tone.FAST


def state_line(snapshot: "Snapshot") -> str:
    """Write the state in a line, for the key `w`: its word and its meaning."""
    state = judgement(snapshot)
    word = state.wordings[0].replace("\n", ", ")
    meaning = state.says or (state.foot[0] if state.foot else "")
    return (
        f"{state.arrow} {word}: {meaning}".strip().rstrip(":") if meaning else f"{state.arrow} {word}".strip()
    )


def _judgement(snapshot: "Snapshot") -> Judgement:
    cue, step = snapshot.cue, snapshot.step
    if snapshot.phase is Phase.PAUSED:
        long = "" if snapshot.paused_s is None else f"{words.running(snapshot.paused_s)} long: "
        return Judgement(Frame.OUTLINE, ("PAUSED", "PAUSE"), (f"{long}{key_word(PAUSE)} goes on",))
    if cue is not None and _is_worth_showing(cue, snapshot):
        return _of_cue(cue, snapshot)
    if snapshot.phase is Phase.FINISHED or step is None:
        return _calm("DONE", f"run time {words.running(snapshot.run_s)}")
    if snapshot.phase is Phase.PROMPT:
        return _calm(answers(step), "answer with its number")
    if snapshot.phase is Phase.READY:
        return _calm("READY", *sensor_texts(snapshot))
    if snapshot.phase is Phase.CHECKLIST:
        return _checklist(snapshot)
    last_verdict = _last_verdict(snapshot)
    if last_verdict is not None:
        return last_verdict
    if snapshot.phase in words.RESTING:
        result = _resting(snapshot)
        is_on = snapshot.opinion.is_judging and needle_side(snapshot) is Tone.ON
        return result._replace(tone=Tone.ON) if is_on else result
    return _working(snapshot, step)


def _checklist(snapshot: "Snapshot") -> Judgement:
    """The action in a checklist: rest, get ready, hold, or an exercise to be ticked off."""
    done = f"{key_word(MARK)}: done, the next item"
    timer = snapshot.item_timer
    if timer is None:
        return _calm("DO", done)
    if timer.part is ItemPart.REST:
        return _calm("REST", f"{key_word(MARK)}: go on now")
    if timer.part is ItemPart.READY:
        return _calm("READY", done)
    return _calm("HOLD", done) if timer.left_s > 0 else _calm("DONE", done)


def _calm(word: str, *foot: str) -> Judgement:
    return Judgement(Frame.OUTLINE, (word,), foot, is_quiet=True)


def _waits(wordings: tuple[str, ...], *foot: str) -> Judgement:
    return Judgement(Frame.CORNERS, wordings, foot, is_quiet=True)


def answers(step: Step) -> str:
    """Word the answers of a question with their numbers; without words, their range."""
    named = [f"{number} {sanitise(answer, 24)}" for number, answer in enumerate(step.answers[:10], 1)]
    return "\n".join(named) or "1-10"


def sensor_texts(snapshot: "Snapshot") -> tuple[str, ...]:
    """Name the sensors that are live: `strap and pod are live`; else the one that is awaited."""
    live = [kind for sensor in snapshot.sensors if (kind := words.sensor_name(sensor))]
    missing = [
        words.sensor_name(sensor) for sensor in snapshot.sensors if sensor.state is not SensorState.LIVE
    ]
    if not live:
        return ("no sensors: timed by the line",) if snapshot.coach_mode else ("no sensors",)
    if missing:
        return (f"{' and '.join(missing)} not heard yet",)
    return (f"{' and '.join(live)} {'are' if len(live) > 1 else 'is'} live",)


# --- cues -------------------------------------------------------------------------------------------------


def _is_worth_showing(cue: Cue, snapshot: "Snapshot") -> bool:
    """Return whether a cue still holds: "on pace" does not for a runner who has left it since."""
    if cue.kind is not CueKind.BACK_ON_TARGET:
        return True
    return needle_side(snapshot) in {Tone.ON, None} and not _is_far(snapshot)


def _of_cue(cue: Cue, snapshot: "Snapshot") -> Judgement:
    says = sanitise(cue.text, 160)
    look = VERDICT_LOOKS.get(cue.kind)
    if cue.kind is CueKind.FADE and snapshot.phase in words.RESTING:
        return Judgement(Frame.OUTLINE, (NEWS[CueKind.ADVICE],), says=says)  # the rep is over
    if look is not None:
        frame = Frame.OUTLINE if look.tone is Tone.ON else Frame.FILL
        return Judgement(frame, look.wordings, tone=look.tone, arrow=look.arrow, says=says)
    if cue.kind is CueKind.COUNTDOWN and snapshot.left_s is not None and 0 < snapshot.left_s < 60:
        return Judgement(Frame.OUTLINE, (str(ceil(snapshot.left_s - 1e-6)),))
    if (
        cue.kind is CueKind.SPLIT and cue.spoken
    ):  # spoken in few words; other splits have the seconds in their text
        says = "   ".join(
            part for part in (says, _tenths(cue.why) or words.against_light(snapshot.light)) if part
        )
    word = _number_or_word(cue.kind, snapshot)
    if not word or len(says) <= _SHORT:
        return Judgement(Frame.OUTLINE, (says, word) if word else (says,))
    return Judgement(Frame.OUTLINE, (word,), says=says)


def _tenths(why: Why) -> str:
    """Write a lap between two presses and its error in tenths: `1:38.1  +2.1 s`; nothing for another split."""
    if why.quantity != "lap_off_s" or why.value is None or why.window_s is None:
        return ""
    return f"{words.stopped(why.window_s)}  {words.seconds_off(why.value)} s"


def _number_or_word(kind: CueKind, snapshot: "Snapshot") -> str:
    if kind is CueKind.STEP and snapshot.step is not None:
        is_off = snapshot.phase not in _ANNOUNCED and snapshot.step.kind in HARD
        return "GO" if is_off else words.kind_word(snapshot.step)
    if kind is CueKind.SPLIT and snapshot.splits:
        return words.stopped(snapshot.splits[-1].lap_s)
    return NEWS.get(kind, "")


def _last_verdict(snapshot: "Snapshot") -> Judgement | None:
    """The last verdict, small, while it holds and is not answered; None without one."""
    cue = snapshot.opinion.open_verdict
    look = None if cue is None else VERDICT_LOOKS.get(cue.kind)
    if cue is None or look is None or look.tone is Tone.ON or snapshot.stopped_s is not None:
        return None
    still = _still(cue, look.tone, snapshot)
    if not still:
        return None
    ago = f"said {words.running(max(0.0, snapshot.at - cue.at))} ago, {still}"
    return Judgement(Frame.CHIP, look.wordings, (ago, still), tone=look.tone, arrow=look.arrow)


def _still(cue: Cue, tone: Tone, snapshot: "Snapshot") -> str:
    """Write by how much a verdict still holds: `still 9 s/km fast`; empty if it does not, or if unknown."""
    side, light = needle_side(snapshot), snapshot.light
    if cue.why.quantity == "light_s":
        behind_s = 0.0 if light is None else light.behind_s
        is_so = behind_s >= 0.5 if tone is Tone.SLOW else behind_s <= -0.5
        is_against = side is not None and side not in {tone, Tone.ON}
        if not is_so or is_against or (side is Tone.ON and not _is_far(snapshot)):
            return ""
        return f"still {words.against_light(light)}"
    quantity, reading = _of_why(cue.why, snapshot)
    if quantity is snapshot.judged_quantity:
        return f"still {_off(snapshot)}" if side is tone else ""
    if reading is None or reading.freshness not in _FRESH:
        return ""
    high, low = cue.why.high, cue.why.low
    if tone is Tone.FAST and high is not None and reading.value > high:
        return f"still {round(reading.value - high) or 1} over"
    if tone is Tone.SLOW and low is not None and reading.value < low:
        return f"still {round(low - reading.value) or 1} under"
    return ""


def _of_why(why: Why, snapshot: "Snapshot") -> tuple[Quantity | None, DisplayValue | None]:
    """The quantity of a verdict, and its value now."""
    match why.quantity:
        case "speed_mps":
            return Quantity.SPEED, snapshot.speed
        case "heart_rate_bpm":
            return Quantity.HEART_RATE, snapshot.heart_rate
        case "cadence_spm":
            return Quantity.CADENCE, snapshot.cadence
        case "power_w":
            return Quantity.POWER, snapshot.power
        case _:
            return None, None


_SIDES: Final = {
    Quantity.SPEED: ("slow", "fast"),
    Quantity.HEART_RATE: ("bpm low", "bpm high"),
    Quantity.CADENCE: ("spm low", "spm high"),
    Quantity.POWER: ("W low", "W high"),
}


def _off(snapshot: "Snapshot") -> str:
    """Write the distance of the judged value from its band: `9 s/km fast`, `6 bpm high`."""
    reading, band, quantity = words.judged(snapshot), snapshot.band_in_force, snapshot.judged_quantity
    side = needle_side(snapshot)
    if reading is None or band is None or quantity not in _SIDES or side not in {Tone.SLOW, Tone.FAST}:
        return ""
    edge = band.low if side is Tone.SLOW else band.high
    if edge is None:
        return ""
    name = _SIDES[quantity][side is Tone.FAST]
    if quantity is not Quantity.SPEED:
        return f"{max(1, round(abs(reading.value - edge)))} {name}"
    if reading.value <= 0:
        return name
    per_m = METRES_PER_MILE if snapshot.unit == "mile" else METRES_PER_KM
    seconds = abs(round(per_m / reading.value) - round(per_m / edge))
    return f"{max(1, seconds)} s/{snapshot.unit} {name}"


# --- states ----------------------------------------------------------------------------------------------


def _resting(snapshot: "Snapshot") -> Judgement:
    """During a rest: the next step."""
    following = snapshot.next_step
    if snapshot.phase is Phase.OVERTIME:
        return Judgement(Frame.OUTLINE, ("GO?",), (f"the rest is over: {key_word(MARK)} is GO",))
    if following is None:
        return _calm("LAST", "this is the last step")
    word = words.kind_word(following)
    word = f"{word} {following.rep}" if following.kind in HARD and following.rep is not None else word
    task = words.task_texts(following, snapshot.unit)
    return Judgement(Frame.OUTLINE, (word, "NEXT"), tuple(f"next: {text}" for text in task), is_quiet=True)


def _working(snapshot: "Snapshot", step: Step) -> Judgement:
    """During a step without a cue: on target, or the reason for the silence."""
    if snapshot.stopped_s is not None:
        return _waits(("STOPPED", "STOP"), "" if snapshot.light is None else "the light waits")
    word = words.kind_word(step)
    if snapshot.is_by_clock:
        return _waits(("BY TIME", "TIME"), "no distance: runs by the clock")
    if snapshot.judged_quantity is None or snapshot.band is None:
        label = "" if step.target is None else sanitise(step.target.label, 32)
        return _calm(word, label or "no target: nothing is judged")
    side = needle_side(snapshot)
    if side is None:
        return _unmeasured(snapshot)
    if not snapshot.opinion.is_judging and side is not Tone.ON:
        return _waits((word,), f"{word.lower()}: not judged")
    if snapshot.opinion.settling is not None:
        return _settling(snapshot)
    if side is Tone.ON and not _is_far(snapshot):
        return _calm("ON", *_on_texts(snapshot))._replace(tone=Tone.ON)
    return _silent(snapshot, step, side)


def _is_far(snapshot: "Snapshot") -> bool:
    return snapshot.light is not None and abs(snapshot.light.behind_m) > FAR_M


def _on_texts(snapshot: "Snapshot") -> tuple[str, ...]:
    if snapshot.judged_quantity is not Quantity.SPEED:
        return ("on target",)
    against = words.against_light(snapshot.light)
    return (f"on pace, {against}", "on pace") if against else ("on pace",)


def _settling(snapshot: "Snapshot") -> Judgement:
    settling = snapshot.opinion.settling
    assert settling is not None  # the caller has checked
    left_s, share = ceil(settling.left_s - 1e-6), 1.0 - settling.left_s / max(settling.of_s, 1e-6)
    left = f"settling {left_s} s" if left_s < 100 else f"settling {words.countdown(left_s)}"
    foot = f"{left if left_s else 'settling'}: no verdict yet"
    result = _waits(("SETTLING", "SETTLE"), foot, foot.partition(":")[0])
    return result._replace(progress=floor(PROGRESS_STEPS * min(1.0, share)))


_GONE: Final = {
    Source.POD: "POD",
    Source.POD_2: "POD",
    Source.SIM: "POD",
    Source.TREADMILL: "BELT",
    Source.WATCH: "WATCH",
    Source.RELAY: "RELAY",
    Source.POSITIONS: "GPS",
    Source.STRAP: "STRAP",
}


def _unmeasured(snapshot: "Snapshot") -> Judgement:
    """Without a fresh value: the sensor that is gone, and how the step is timed meanwhile."""
    is_speed = snapshot.judged_quantity is Quantity.SPEED
    if snapshot.judged_quantity is Quantity.HEART_RATE:
        sources: tuple[Source, ...] = (Source.STRAP, Source.RELAY, Source.WATCH)
    else:
        sources = tuple(source for source in DISTANCE_PRIORITY if source in _GONE)
    lost = next(
        (sensor for source in sources for sensor in snapshot.sensors if sensor.source is source), None
    )
    if lost is None:
        word = "NO PACE" if is_speed else "NO HR" if Source.STRAP in sources else "NO POD"
        silent = ("nothing measures it",)
    else:
        word = f"NO {_GONE[lost.source]}"
        age = "" if lost.age_s is None else f" for {floor(lost.age_s)} s"
        silent = (f"{_GONE[lost.source].lower()} silent{age}",)
    step = snapshot.step
    if is_speed and step is not None and step.kind in HARD and step.until.distance() is not None:
        return _waits((word, "NO POD"), f"timed by the line: press {key_word(MARK)}", *silent)
    return _waits((word, "NO POD"), *silent)


_ONLY_SLOW: Final = frozenset(
    {
        SuppressionReason.SAID_TWICE,
        SuppressionReason.SPARED,
        SuppressionReason.AWAITS_LAP,
        SuppressionReason.UNHURRIED,
        SuppressionReason.EFFORT,
        SuppressionReason.FIRST_LAP,
    }
)
"""Reasons that only suppress cues to speed up."""
_QUIET: Final = (
    (SuppressionReason.WALKING, "walking: nothing is judged"),
    (SuppressionReason.STOPPED, "standing: nothing is judged"),
    (SuppressionReason.NOT_FRESH, "no new value: not judged"),
    (SuppressionReason.SHORT, "too short a rep to correct"),
    (SuppressionReason.SAID_TWICE, "quiet: said twice"),
    (SuppressionReason.SPARED, "no push: take the rest"),
    (SuppressionReason.UNHURRIED, "slow is fine here"),
    (SuppressionReason.EFFORT, "slow, but the effort is right"),
    (SuppressionReason.AWAITS_LAP, "quiet until a lap is measured"),
    (SuppressionReason.WIND, "wind: the same a lap before"),
    (SuppressionReason.FIRST_LAP, "first lap: may be wind"),
    (SuppressionReason.OUT_OF_EARSHOT, "waits until you come by"),
    (SuppressionReason.BOUNDARY, "last seconds: nothing new"),
    (SuppressionReason.SPENT, "quiet: said enough in this rep"),
    (SuppressionReason.QUIET, "quiet: just spoke"),
)
"""Reasons of a silence, the strongest first, in words for the foot of the box."""


def _silent(snapshot: "Snapshot", step: Step, side: Tone) -> Judgement:
    """Off the target, or far from the light, without a cue: the reason."""
    reasons = {suppression.reason for suppression in snapshot.opinion.suppressions}
    if snapshot.is_let_be:
        reasons.add(SuppressionReason.SAID_TWICE)
    light = snapshot.light
    is_by_light = light is not None and step.steer is CoachBy.TIME
    if side is Tone.ON:
        return _waits(("LIGHT",), f"on pace, {words.metres_off(light)}", words.metres_off(light))
    reasons -= frozenset() if side is Tone.SLOW else _ONLY_SLOW
    reason_words = next((words_ for reason, words_ in _QUIET if reason in reasons), "")
    strong = reasons & {SuppressionReason.WALKING, SuppressionReason.SHORT, SuppressionReason.SAID_TWICE}
    if light is not None and (is_by_light or _is_far(snapshot)) and not strong:
        return _waits(("LIGHT",), *_light_texts(light.behind_s, side))
    if reason_words:
        return _waits(("QUIET",), reason_words)
    off = _off(snapshot)
    return _waits(("CHECKING", "CHECK"), f"{off}: not sure yet", off)


def _light_texts(behind_s: float, side: Tone) -> tuple[str, ...]:
    seconds = f"{abs(behind_s):.0f} s" if abs(behind_s) >= 1 else f"{abs(behind_s):.1f} s"
    if not round(behind_s, 1):
        return ("level with the pacing light",)
    if behind_s < 0:
        if side is Tone.SLOW:
            return (f"pacing light first: {seconds} in hand", f"{seconds} in hand")
        return (f"{seconds} up: let it come back",)
    return (f"{seconds} down: no rush",) if side is Tone.SLOW else (f"{seconds} down: coming back",)
