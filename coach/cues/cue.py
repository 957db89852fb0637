"""Cues, the evidence behind them, and the reasons why none was emitted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from coach.quantities import Seconds
from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.timeline import Move


class CueKind(StrEnum):
    """Every kind of cue."""

    TOO_FAST = "too_fast"
    TOO_SLOW = "too_slow"
    BACK_ON_TARGET = "back_on_target"
    BEHIND_LIGHT = "behind_light"
    AHEAD_OF_LIGHT = "ahead_of_light"
    HEART_RATE_HIGH = "heart_rate_high"
    HEART_RATE_LOW = "heart_rate_low"
    HEART_RATE_CEILING = "heart_rate_ceiling"
    CADENCE_LOW = "cadence_low"
    CADENCE_HIGH = "cadence_high"
    POWER_HIGH = "power_high"
    POWER_LOW = "power_low"
    START_TOO_FAST = "start_too_fast"
    FLOAT_TOO_FAST = "float_too_fast"
    FLOAT_TOO_SLOW = "float_too_slow"
    FADE = "fade"
    STEP = "step"
    COUNTDOWN = "countdown"
    SPLIT = "split"
    SENSOR_GONE = "sensor_gone"
    SENSOR_BACK = "sensor_back"
    SENSOR_LOW_BATTERY = "sensor_low_battery"
    FUEL = "fuel"
    FORM = "form"
    PROMPT = "prompt"
    GATE = "gate"
    METRIC_HIGH = "metric_high"
    METRIC_LOW = "metric_low"
    WAITING = "waiting"
    HEAT = "heat"
    RECORDING_FAILING = "recording_failing"
    RECORDING_BACK = "recording_back"
    CALIBRATION = "calibration"
    ADVICE = "advice"
    NEW_LIGHT = "new_light"
    PAUSED = "paused"


VERDICTS: Final = frozenset(
    {
        CueKind.TOO_FAST,
        CueKind.TOO_SLOW,
        CueKind.BACK_ON_TARGET,
        CueKind.BEHIND_LIGHT,
        CueKind.AHEAD_OF_LIGHT,
        CueKind.HEART_RATE_HIGH,
        CueKind.HEART_RATE_LOW,
        CueKind.HEART_RATE_CEILING,
        CueKind.CADENCE_LOW,
        CueKind.CADENCE_HIGH,
        CueKind.POWER_HIGH,
        CueKind.POWER_LOW,
        CueKind.START_TOO_FAST,
        CueKind.FLOAT_TOO_FAST,
        CueKind.FLOAT_TOO_SLOW,
        CueKind.FADE,
        CueKind.METRIC_HIGH,
        CueKind.METRIC_LOW,
    }
)
"""The kinds that judge the runner; they need fresh data and carry a full `Why`."""


class CueClass(StrEnum):
    """How a sink treats a cue; earlier classes pre-empt later ones."""

    SAFETY = "safety"
    COUNTDOWN = "countdown"
    STEP = "step"
    COACH = "coach"
    INFO = "info"


class Sound(StrEnum):
    """The tone of a cue; three of them mean an action without words."""

    NONE = "none"
    """No tone."""
    FASTER = "faster"
    """Two tones that rise."""
    EASE = "ease"
    """Two tones that fall."""
    ON = "on"
    """One tone: it is right."""
    GO = "go"
    """One long tone: the step begins now."""
    BEEP = "beep"
    """One short tone: a second of a countdown, or a hundred metres of the pacing light."""
    LOW = "low"
    """One low tone: something is missing or refused."""


@dataclass(frozen=True, slots=True)
class Why:
    """The evidence behind a cue; what does not apply is None."""

    rule: str
    """The rule that fired, such as `pace_band` or `too_fast_at_200`."""
    value: float | None = None
    """The value judged, in the unit of `quantity`."""
    quantity: str = ""
    """What the value is: `speed_mps`, `heart_rate_bpm`, `light_s`, `cadence_spm`, ..."""
    low: float | None = None
    """The low side of the band it was compared with."""
    high: float | None = None
    """The high side of the band."""
    window_s: Seconds | None = None
    """How long the value was averaged or held."""
    sample_age_s: Seconds | None = None
    """The age of the newest sample behind it."""
    noise: float | None = None
    """The relative noise of the source, where known (0.02 = 2 %)."""
    state: str = ""
    """The state of a sensor that has never been heard: `searching`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something to say or show now."""

    at: Seconds
    kind: CueKind
    cue_class: CueClass
    text: str
    """The words on the screen."""
    why: Why
    ttl_s: Seconds
    """Seconds for which the cue is valid; a sink that is later drops it."""
    spoken: bool = True
    """True if it is for the runner's ears, False for the screen alone; `speech` and `sound` say what is heard of it."""
    speech: str = ""
    """The words to speak; empty for a tone alone."""
    sound: Sound = Sound.NONE
    """The tone before the words, or in their place."""

    @property
    def is_heard(self) -> bool:
        """Return True if a runner with a voice or tones in their ears hears anything of it."""
        return bool(self.speech) or self.sound is not Sound.NONE


@dataclass(frozen=True, slots=True)
class Settling:
    """The wait before a step may be judged."""

    left_s: Seconds
    """Seconds of it that are left; 0 if it is over and the value is still changing."""
    of_s: Seconds
    """Its whole length."""


class SuppressionReason(StrEnum):
    """Why the coach says nothing about pace."""

    NO_TARGET = "no_target"
    """The step has no target pace, or only an estimated one."""
    UNJUDGED = "unjudged"
    """Strides, hills and lists get no verdicts."""
    NOT_RUNNING = "not_running"
    """No step with a running clock is under way."""
    NOT_FRESH = "not_fresh"
    """No speed is fresh enough to judge."""
    WALKING = "walking"
    """The cadence says that the runner walks or stands."""
    STOPPED = "stopped"
    """The runner stands, or is getting going again."""
    SETTLING = "settling"
    """The speed is still changing towards the target, or the settle time is not over."""
    SHORT = "short"
    """The rep is so short that only a much too fast start is called."""
    SPENT = "spent"
    """The budget of the step is used up."""
    SAID_TWICE = "said_twice"
    """More speed was asked for twice without an answer, so it is not asked for again."""
    QUIET = "quiet"
    """The last cue is too recent."""
    SPARED = "spared"
    """Rest was advised in this set, or the heart rate is over its cap, so more speed is not asked for."""
    AWAITS_LAP = "awaits_lap"
    """Positions on a track may read short, so no runner is called slow before a lap of it has shown their factor."""
    UNHURRIED = "unhurried"
    """More speed is not asked for outside work or on a belt."""
    EFFORT = "effort"
    """The heart rate is what the target usually costs, so more speed is not asked for: a hill, wind, tired legs."""
    WIND = "wind"
    """The runner was as slow or fast at this place a lap before, so it is the wind."""
    FIRST_LAP = "first_lap"
    """The runner may be slow by the wind: no lap was run here yet, and that has not lasted for half of one."""
    OUT_OF_EARSHOT = "out_of_earshot"
    """Cues come from a speaker, and the runner is not near it."""
    BOUNDARY = "boundary"
    """The last seconds of a step belong to the countdown."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One reason why nothing is said."""

    reason: SuppressionReason
    for_s: Seconds | None = None
    """How much longer it holds, where known."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the coach thinks of the step under way, said or not; the screen shows it."""

    is_judging: bool = False
    """True if a rule judges the quantity of the step's target in this step."""
    settling: Settling | None = None
    """The wait before it may be judged; None when it is over."""
    open_verdict: Cue | None = None
    """The last verdict of the step that the runner has not answered yet."""
    suppressions: tuple[Suppression, ...] = ()
    """The reasons why nothing would be said now; of a pace that is judged all, of other quantities the common ones."""


# --- The words of a language that cues are said in; the defaults are English
#
# `coach.cues.phrases` puts the figures in. Another language is one `Language` in a module of its own, with every
# field given, and a row in `coach.cues.phrases.LANGUAGES`; tests compare its fields and placeholders with these.
#
# Words are short, and numbers are written as they are said: "four oh five" and not "4:05". What is only shown has
# digits. Where the words for the ears are others than those on the screen, `Words` has both: for the ears a coach's
# cue begins with what to do, and has at most four words beside its figures.


class Words(NamedTuple):
    """The words of a cue where those for the ears differ from those on the screen."""

    text: str
    """The words on the screen."""
    speech: str
    """The words to speak; empty for a tone alone."""


_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _number(whole: int) -> str:
    if whole < 20:
        return _ONES[whole]
    if whole < 100:
        tens, ones = divmod(whole, 10)
        return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]
    if whole < 1000:
        hundreds, rest = divmod(whole, 100)
        return f"{_ONES[hundreds]} hundred {_number(rest)}" if rest else f"{_ONES[hundreds]} hundred"
    thousands, rest = divmod(whole, 1000)
    return f"{_number(thousands)} thousand {_number(rest)}" if rest else f"{_number(thousands)} thousand"


def _beats(whole: int) -> str:
    hundreds, rest = divmod(whole, 100)
    if not hundreds:
        return _number(rest)
    return f"{_number(hundreds)} {_two_digits(rest)}" if rest else f"{_number(hundreds)} hundred"


def _two_digits(value: int) -> str:
    return f"oh {_ONES[value]}" if value < 10 else _number(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The words of one language. `Phrases` replaces the parts in braces; tuples are said in turn."""

    # --- numbers and amounts
    number: Callable[[int], str] = field(default=_number)
    """A whole number from 0 to 999,999."""
    beats: Callable[[int], str] = field(default=_beats)
    """A heart rate, a cadence or watts as runners say it: 150 "one fifty"."""
    two_digits: Callable[[int], str] = field(default=_two_digits)
    """The seconds or minutes of a time, 1 to 59, after the part before: 5 "oh five"."""
    flat: str = "{minutes} flat"
    with_tenth: str = "{whole} point {tenth}"
    second: str = "one second"
    seconds: str = "{n} seconds"
    minute: str = "one minute"
    minutes: str = "{n} minutes"
    hour: str = "one hour"
    hours: str = "{n} hours"
    metres: str = "{n} metres"
    kilometres: str = "{n} k"
    half_mile: str = "half a mile"
    mile: str = "one mile"
    miles: str = "{n} miles"
    miles_and_half: str = "{n} and a half miles"
    about: str = "about {words}"
    units: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: {
            "s": ("second", "seconds"),
            "sec": ("second", "seconds"),
            '"': ("second", "seconds"),
            "\N{DOUBLE PRIME}": ("second", "seconds"),
            "min": ("minute", "minutes"),
            "'": ("minute", "minutes"),
            "\N{PRIME}": ("minute", "minutes"),
            "h": ("hour", "hours"),
            "m": ("metre", "metres"),
            "km": ("kilometre", "kilometres"),
            "mi": ("mile", "miles"),
            "k": ("k", "k"),
            "g": ("gram", "grams"),
            "mg": ("milligram", "milligrams"),
            "ml": ("millilitre", "millilitres"),
            "l": ("litre", "litres"),
            "kcal": ("calorie", "calories"),
            "%": ("per cent", "per cent"),
            "°": ("degree", "degrees"),
            "°c": ("degree", "degrees"),
            "w": ("watt", "watts"),
            "bpm": ("beat", "beats"),
            "spm": ("step", "steps"),
            "km/h": ("kilometre an hour", "kilometres an hour"),
            "/km": ("a kilometre", "a kilometre"),
            "/mi": ("a mile", "a mile"),
            "x": ("times", "times"),
            "\N{MULTIPLICATION SIGN}": ("times", "times"),
        }
    )
    """The units behind a figure, in small letters, with the words for one and for many."""
    signs: Mapping[str, str] = field(
        default_factory=lambda: {"&": "and", "@": "at", "+": "plus", "=": "is", "<": "under", ">": "over"}
    )
    """The words for signs."""
    up_to: str = "to"
    """The word between the two figures of a range."""
    heart_rate_word: str = "heart rate"
    """What "HR" stands for."""

    # --- steps
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The names of kinds of step and of their reps; what is not there is called as in `coach.workout.kinds`."""
    moves: Mapping[Move, str] = field(
        default_factory=lambda: {Move.JOG: "Jog", Move.WALK: "Walk", Move.STAND: "Stand"}
    )
    count: str = "{rep} {n} of {of}."
    set_count: str = "Set {n} of {of}."
    rep_number: str = "{rep} {n}."
    next_step: str = "Next: {words}"
    has_small_initials: bool = True
    """Whether the first word after a colon begins with a small letter."""
    until_beats: str = "until {beats}"
    attaches: tuple[str, ...] = ("at ", "in ")
    """How a target begins that follows the length of a step without a comma."""
    at_pace: str = "at {pace}"
    in_time: str = "in {time}"
    pace_between: str = "at {fast} to {slow}"
    no_faster: str = "no faster than {pace}"
    or_faster: str = "at {pace} or faster"
    heart_rate: str = "heart rate {range}"
    cadence: str = "cadence {range}"
    power: str = "power {range}"
    between: str = "{low} to {high}"
    under: str = "under {high}"
    over: str = "over {low}"
    marks: Mapping[str, str] = field(
        default_factory=lambda: {
            "A": "the line",
            "100": "the one hundred",
            "B": "the two hundred",
            "300": "the three hundred",
        }
    )
    start_at: str = "Start at {place}."
    start_before: str = "Start {metres} before {place}."
    start_after: str = "Start {metres} after {place}."
    sets: str = "{n} times {amount}"
    each_side: str = "each side"
    minimum: str = "That was the minimum."
    finished: str = "Finished. Well done."
    waiting: str = "Waiting for you."
    paused: str = "Paused."
    still_paused: str = "Still paused."
    resumed: str = "Clock runs."
    to_easy: str = "Easy. {time} hard."
    to_hard: str = "Hard. {time} easy."
    fartlek: str = "Hard {hard}, easy {easy} in all."
    effort_day: str = "Effort day. Paces {percent} per cent slower."
    effort_day_reps: str = "Effort day. Paces {percent} per cent slower, short reps {reps}."
    effort_day_off: str = "Effort day off. Paces as written."
    by_effort: str = "By effort and heart rate. No pace counts."
    by_effort_off: str = "By pace again."
    halfway: str = "Halfway. Turn around."
    changes: Mapping[Button, str] = field(
        default_factory=lambda: {
            Button.EXTEND: "Extended",
            Button.ADD_REP: "One more",
            Button.DROP_REP: "One less",
            Button.ENOUGH: "Enough",
            Button.SHORTEN: "Shorter reps from here",
            Button.COOL_DOWN: "Cool-down",
            Button.FASTER: "Target faster",
            Button.SLOWER: "Target slower",
            Button.ACCEPT: "Agreed",
        }
    )
    changed: str = "Workout changed"

    # --- countdowns and splits
    thirty_seconds: str = "Thirty seconds."
    go: str = "Go."
    end_of_stride: str = "And easy."
    fifty_to_go: str = "Fifty to go."
    last_200: str = "Last two hundred."
    belt_ahead: str = "In {seconds}: {belt}."
    slow_by: str = "{n} slow."
    fast_by: str = "{n} fast."
    lap_shown: str = ", lap {time}"
    slow_shown: str = ", {seconds} s slow"
    fast_shown: str = ", {seconds} s fast"
    behind_shown: str = ", {seconds} s behind"
    ahead_shown: str = ", {seconds} s ahead"
    projected_shown: str = ", for {time}"

    # --- pace
    on_pace: str = "On pace."
    start_too_fast: tuple[Words, ...] = (
        Words("{n} fast. Relax.", "Relax. {n} fast."),
        Words("{n} fast. Hold back.", "Ease. {n} fast."),
        Words("{n} fast. Easy now.", "Easy. {n} fast."),
    )
    too: str = "Too"
    """How much too fast a start is where that is under a second, in place of a number."""
    too_fast: tuple[Words, ...] = (
        Words("Too fast. Ease off.", "Ease off."),
        Words("Fast again. Ease off.", "Ease back."),
        Words("Quick. Relax a little.", "Relax."),
    )
    """The first call of an error."""
    too_fast_still: tuple[Words, ...] = (
        Words("Still too fast. Back to {pace}.", "Back to {pace}."),
        Words("Ease off now. You will need it later.", "Ease off now."),
        Words("Still fast. {Pace} is the pace.", "Slow down."),
        Words("Slow down now, to {pace}.", "Slow down now."),
    )
    """The calls that follow while the error goes on; {pace} is the target."""
    too_slow: tuple[Words, ...] = (
        Words("A little faster.", "Lift it."),
        Words("Slow again. Lift it a little.", "Lift it again."),
        Words("Pick it up a little.", "Pick it up."),
    )
    too_slow_still: tuple[Words, ...] = (
        Words("Still slow. {Pace}, if you can.", "Still slow. Lift."),
        Words("Slower now. Hold what you have.", "Hold what you have."),
    )
    fade: tuple[Words, ...] = (
        Words("Fading. Relax, quick feet.", "Quick feet."),
        Words("Fading again. Tall, quick feet.", "Run tall."),
        Words("Slowing. Arms and quick feet.", "Drive the arms."),
    )
    float_too_fast: tuple[Words, ...] = (
        Words("Float easier.", "Float easier."),
        Words("Easier still. The float is your rest.", "Float easier still."),
        Words("Slow the float down.", "Slow the float down."),
    )
    float_too_slow: tuple[Words, ...] = (
        Words("Keep the float rolling.", "Keep the float rolling."),
        Words("Roll on. A little quicker.", "Roll on. Quicker."),
        Words("Keep the float moving.", "Keep the float moving."),
    )
    ahead: tuple[Words, ...] = (
        Words("{n} ahead. Relax.", "Relax. {n} ahead."),
        Words("{n} ahead. Ease back to the light.", "Ease. {n} ahead."),
        Words("{n} ahead. You will need it later.", "Easy. {n} ahead."),
    )
    behind: Words = Words("{n} behind.", "Lift. {n} behind.")
    behind_still: Words = Words("{n} behind. Lift it, if you can.", "Lift, if you can.")
    behind_again: Words = Words("{n} behind again. Hold what you have.", "Hold what you have.")
    slow_so_far: Words = Words("{seconds} slow so far.", "Lift it. {n} slow.")
    fast_so_far: Words = Words("{seconds} fast so far.", "Ease off. {n} fast.")
    new_light: Words = Words("New light. Hold {pace}.", "Hold {pace}.")
    slower_than_first: Words = Words(
        "Last one was {percent} per cent off your first.", "{percent} per cent slower."
    )
    slower_longer_rest: Words = Words(
        "Last one was {percent} per cent off your first. Longer rest?", "Longer rest? {percent} off."
    )
    rest_longer: Words = Words("Two slow reps. Rest longer, or call it a day.", "Rest longer, or stop.")
    keep_jogging: str = "Keep jogging."

    # --- cadence, power, form
    quicker_feet: str = "Quicker feet."
    quicker_feet_still: Words = Words("Still slow feet. {edge} steps or more.", "Quicker feet. {edge} steps.")
    slower_feet: str = "Slower feet."
    slower_feet_still: Words = Words("Still quick feet. {edge} steps at most.", "Slower feet. {edge} steps.")
    cadence_right: str = "Cadence is right."
    more_power: Words = Words("A little more power.", "Push a little more.")
    more_power_still: Words = Words("Still low. {edge} watts, if you can.", "Push. {edge} watts.")
    less_power: Words = Words("Less power.", "Ease off the power.")
    less_power_still: Words = Words("Still too much power. {edge} watts at most.", "Ease. {edge} watts.")
    power_right: str = "Power is right."
    form: tuple[str, ...] = (
        "Tall. Quick feet.",
        "Loose shoulders. Quick feet.",
        "Hips forward. Quick feet.",
    )
    """A runner can do each of them at once."""

    # --- heart rate, heat, metrics
    heart_rate_high: Words = Words("Heart rate high. Ease off.", "Ease off. Heart high.")
    heart_rate_still: Words = Words(
        "Heart rate still high. Slow down to under {edge}.", "Slow down. Under {edge}."
    )
    heart_rate_walk: Words = Words("Heart rate high. Walk a minute.", "Walk a minute.")
    heart_rate_walk_still: Words = Words(
        "Still high. Walk until it is under {edge}.", "Walk until under {edge}."
    )
    effort_first: Words = Words(
        "On pace, but heart rate high. Effort first: ease off.", "Ease off. Effort first."
    )
    heart_rate_low: Words = Words("Heart rate low. A little more.", "Push a little. Low.")
    heart_rate_low_still: Words = Words("Heart rate still low. {edge}, if you can.", "Push to {edge}.")
    heart_rate_over: Words = Words(
        "Over {edge} in each of {n} reps. Slower reps, or longer rests.", "Run slower, rest longer."
    )
    heart_rate_rising: Words = Words("Over {edge} and rising. Ease now.", "Ease now. Over {edge}.")
    heading_for: Words = Words("Heading for {bpm}. Ease now.", "Ease. Heading for {bpm}.")
    ceiling: Words = Words("Heart rate at your ceiling. Slow down.", "Slow down. Heart ceiling.")
    not_recovered: str = "Recovery not complete."
    too_hot: Words = Words(
        "Dangerous heat. No hard running today: run easy, in the shade, or not at all.",
        "Dangerous heat. No hard running today.",
    )
    metrics: Mapping[str, str] = field(
        default_factory=lambda: {
            "smo2_percent": "Muscle oxygen",
            "core_temperature_c": "Core temperature",
            "skin_temperature_c": "Skin temperature",
        }
    )
    metric_high: str = "{metric} high."
    metric_low: str = "{metric} low."
    ease_off: str = "Ease off."

    # --- sensors and the recording
    sensors: Mapping[Source, str] = field(
        default_factory=lambda: {
            Source.POD: "Footpod",
            Source.POD_2: "Second footpod",
            Source.STRAP: "Heart rate",
            Source.TREADMILL: "Treadmill",
            Source.CORE: "Core temperature",
            Source.MUSCLE: "Muscle oxygen",
            Source.WATCH: "Watch",
            Source.RELAY: "Relayed sensor",
            Source.POSITIONS: "Position",
            Source.SIM: "Sensor",
        }
    )
    sensor: str = "Sensor"
    sensor_lost: str = "{sensor} lost."
    sensor_back: str = "{sensor} back."
    sensor_missing: str = "{sensor} missing."
    unheard_help: Mapping[Source, str] = field(
        default_factory=lambda: {
            Source.POD: "Shake it; check that its battery is not flat.",
            Source.POD_2: "Shake it; check that its battery is not flat.",
            Source.STRAP: "Wet the strap; check that no watch uses it.",
            Source.TREADMILL: "Check that it is on, and that no other app uses it.",
        }
    )
    not_worn: str = (
        "{sensor}: the strap was found but sends none. Wet it, and check that it lies on the skin."
    )
    low_battery: str = "{sensor} battery {percent} %."
    pod_reads: str = "Pod reads {how}, factor {factor}."
    positions_read: str = "Positions read {how}, factor {factor}."
    reads_long: str = "long {percent} %"
    reads_short: str = "short {percent} %"
    reads_true: str = "true"
    pod_short: str = "Pod reads short: {metres} m at your line."
    pod_long: str = "Pod reads long: {metres} m at your line."
    pod_against_belt: str = "Footpod says {pod}, belt {belt}. Which is right?"
    line_after: str = "You ease about {metres} m after our line. Key ] moves it 5 m."
    line_before: str = "You ease about {metres} m before our line. Key [ moves it 5 m."
    recording_failing: str = "The recording is failing{reason}."
    recording_back: str = "Recording again. Nothing is lost."
    offers: Mapping[str, str] = field(
        default_factory=lambda: {
            "press_at_line": "No distance. Press at the line.",
            "clock_mode": "No distance. Run this one by the clock?",
            "press_to_start": "Press to start.",
            "calibration": "Take what the pod just learnt?",
        }
    )
    in_all: str = "{words} {amount}, {total} in all."


ENGLISH: Final = Language()

_MOST: Final = 999_999
"""The largest number that is read as one, judged; of longer ones each digit is read."""
_WRITTEN: Final = re.compile(r"[^A-Za-z ,.?!:'-]|--|\s-|-\s|\bHR\b")
"""What is written and not said as it stands; a hyphen within a word stays."""
_RANGE: Final = re.compile(r"(?<=\d)(?:\s*[\N{EN DASH}\N{EM DASH}]\s*|-|\s+-\s+)(?=\d)")
_FIGURE: Final = re.compile(
    r"(?P<clock>\d{1,3}(?::\d\d){1,2})|(?P<whole>\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+)(?:[.,](?P<part>\d{1,2})(?!\d))?"
)
_UNIT: Final = re.compile(
    r"""\s?(/?[a-z]+(?:/h)?|[%'"\N{PRIME}\N{DOUBLE PRIME}]|°c?|\N{MULTIPLICATION SIGN})(?![^\W\d]|%)""",
    re.IGNORECASE,
)
_HEART: Final = re.compile(r"\bHR\b")
_DASHES: Final = re.compile(r"\s*(?:--+|[\N{EN DASH}\N{EM DASH}]|\s-\s)\s*")
_SILENT: Final = re.compile(r"[^\w\s.,;:?!'\N{RIGHT SINGLE QUOTATION MARK}-]|_")
_BLANKS: Final = re.compile(r"\s+")
_BEFORE_STOP: Final = re.compile(r"\s+(?=[.,;:?!])")


def read_out(text: str, language: Language) -> str:
    """Return a text as it is said: "800 m @ 3:12, about 5k effort" is words from end to end.

    Texts of cues are words already; names, reminders and questions of a workout are as their author wrote them.
    """
    if _WRITTEN.search(text) is None:
        return text
    text = _RANGE.sub(f" {language.up_to} ", _HEART.sub(language.heart_rate_word, text))
    parts: list[str] = []
    place = 0
    for match in _FIGURE.finditer(text):
        if match.start() < place:
            continue
        figure = _figure_words(match, language)
        parts += (text[place : match.start()], " " if text[: match.start()][-1:].isalpha() else "", figure)
        place = match.end()
        unit = _UNIT.match(text, place)
        unit_words = None if unit is None else language.units.get(unit[1].lower())
        if unit is not None and unit_words is not None:
            parts += (" ", unit_words[0 if match[0] == "1" else 1])
            place = unit.end()
        if text[place : place + 1].isalnum():
            parts.append(" ")
    result = "".join((*parts, text[place:]))
    result = _DASHES.sub(", ", result)
    for sign, word in language.signs.items():
        result = result.replace(sign, f" {word} ")
    result = _BEFORE_STOP.sub("", _BLANKS.sub(" ", _SILENT.sub(" ", result))).strip(" ,;")
    return f"{result[:1].upper()}{result[1:]}"


def clock_words(seconds: int, language: Language) -> str:
    """Return a time as runners say it: 48 "forty-eight", 245 "four oh five", 3723 "one oh two oh three"."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    if hours and minute and second:
        return " ".join((language.number(hours), *(language.two_digits(part) for part in (minute, second))))
    if hours:
        amounts = (
            (hours, language.hour, language.hours),
            (minute, language.minute, language.minutes),
            (second, language.second, language.seconds),
        )
        return " ".join(
            one if amount == 1 else many.format(n=language.number(amount))
            for amount, one, many in amounts
            if amount
        )
    if not minute:
        return language.number(second)
    if not second:
        return language.flat.format(minutes=language.number(minute))
    return f"{language.number(minute)} {language.two_digits(second)}"


def _figure_words(match: re.Match[str], language: Language) -> str:
    if match["clock"]:
        seconds = 0
        for part in match["clock"].split(":"):
            seconds = 60 * seconds + int(part)
        return clock_words(seconds, language)
    digits = match["whole"].replace(".", "").replace(",", "")
    if int(digits) > _MOST or (digits.startswith("0") and len(digits) > 1):
        return " ".join(language.number(int(digit)) for digit in digits)
    words = language.number(int(digits))
    if match["part"] is None:
        return words
    part = " ".join(language.number(int(digit)) for digit in match["part"])
    return language.with_tenth.format(whole=words, tenth=part)
