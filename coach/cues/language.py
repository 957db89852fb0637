"""The words of the languages that cues are said in: English and German.

`Phrases` puts the figures in. Another language is one more `Language`, with every field given, and a row in
`LANGUAGES`; tests compare its fields and placeholders with those of English, which are the defaults.

Words are short, and numbers are written as they are said: "four oh five" and not "4:05". What is only shown has
digits. Where the words for the ears are others than those on the screen, `Words` has both: for the ears a coach's
cue begins with what to do, and has at most four words beside its figures.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.timeline import Move


class Words(NamedTuple):
    """The words of a cue where those for the ears differ from those on the screen."""

    text: str
    """The words on the screen."""
    speech: str
    """The words to speak; empty for a tone alone."""


_ENGLISH_ONES: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _english_number(whole: int) -> str:
    if whole < 20:
        return _ENGLISH_ONES[whole]
    if whole < 100:
        tens, ones = divmod(whole, 10)
        return f"{_ENGLISH_TENS[tens]}-{_ENGLISH_ONES[ones]}" if ones else _ENGLISH_TENS[tens]
    if whole < 1000:
        hundreds, rest = divmod(whole, 100)
        words = f"{_ENGLISH_ONES[hundreds]} hundred"
    else:
        thousands, rest = divmod(whole, 1000)
        words = f"{_english_number(thousands)} thousand"
    return f"{words} {_english_number(rest)}" if rest else words


def _english_beats(whole: int) -> str:
    hundreds, rest = divmod(whole, 100)
    if not hundreds:
        return _english_number(rest)
    return f"{_english_number(hundreds)} {_english_two_digits(rest) if rest else 'hundred'}"


def _english_two_digits(value: int) -> str:
    return f"oh {_ENGLISH_ONES[value]}" if value < 10 else _english_number(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The words of one language. `Phrases` replaces the parts in braces; tuples are said in turn."""

    # --- numbers and amounts
    number: Callable[[int], str] = field(default=_english_number)
    """A whole number from 0 to 999,999."""
    beats: Callable[[int], str] = field(default=_english_beats)
    """A heart rate, a cadence or watts as runners say it: 150 "one fifty"."""
    two_digits: Callable[[int], str] = field(default=_english_two_digits)
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

# --- German

_GERMAN_ONES: Final = (
    *("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf"),
    *("zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_GERMAN_TENS: Final = (
    "",
    "",
    "zwanzig",
    "dreißig",
    "vierzig",
    "fünfzig",
    "sechzig",
    "siebzig",
    "achtzig",
    "neunzig",
)


def _german_number(whole: int) -> str:
    if whole < 20:
        return _GERMAN_ONES[whole]
    if whole < 100:
        tens, ones = divmod(whole, 10)
        return f"{_german_joined(ones)}und{_GERMAN_TENS[tens]}" if ones else _GERMAN_TENS[tens]
    if whole < 1000:
        hundreds, rest = divmod(whole, 100)
        return f"{_german_joined(hundreds)}hundert{_german_number(rest) if rest else ''}"
    thousands, rest = divmod(whole, 1000)
    return f"{_german_before_thousand(thousands)}tausend{_german_number(rest) if rest else ''}"


def _german_joined(ones: int) -> str:
    return "ein" if ones == 1 else _GERMAN_ONES[ones]


def _german_before_thousand(thousands: int) -> str:
    words = _german_number(thousands)
    return words.removesuffix("s") if words.endswith("eins") else words


def _german_two_digits(value: int) -> str:
    return f"null {_GERMAN_ONES[value]}" if value < 10 else _german_number(value)


GERMAN: Final = Language(
    number=_german_number,
    beats=_german_number,
    two_digits=_german_two_digits,
    flat="{minutes} glatt",
    with_tenth="{whole} Komma {tenth}",
    second="eine Sekunde",
    seconds="{n} Sekunden",
    minute="eine Minute",
    minutes="{n} Minuten",
    hour="eine Stunde",
    hours="{n} Stunden",
    metres="{n} Meter",
    kilometres="{n} Kilometer",
    half_mile="eine halbe Meile",
    mile="eine Meile",
    miles="{n} Meilen",
    miles_and_half="{n} Komma fünf Meilen",
    about="etwa {words}",
    units={
        "s": ("Sekunde", "Sekunden"),
        "sec": ("Sekunde", "Sekunden"),
        '"': ("Sekunde", "Sekunden"),
        "\N{DOUBLE PRIME}": ("Sekunde", "Sekunden"),
        "min": ("Minute", "Minuten"),
        "'": ("Minute", "Minuten"),
        "\N{PRIME}": ("Minute", "Minuten"),
        "h": ("Stunde", "Stunden"),
        "m": ("Meter", "Meter"),
        "km": ("Kilometer", "Kilometer"),
        "mi": ("Meile", "Meilen"),
        "k": ("Kilometer", "Kilometer"),
        "g": ("Gramm", "Gramm"),
        "mg": ("Milligramm", "Milligramm"),
        "ml": ("Milliliter", "Milliliter"),
        "l": ("Liter", "Liter"),
        "kcal": ("Kilokalorie", "Kilokalorien"),
        "%": ("Prozent", "Prozent"),
        "°": ("Grad", "Grad"),
        "°c": ("Grad", "Grad"),
        "w": ("Watt", "Watt"),
        "bpm": ("Schlag", "Schläge"),
        "spm": ("Schritt", "Schritte"),
        "km/h": ("Kilometer pro Stunde", "Kilometer pro Stunde"),
        "/km": ("pro Kilometer", "pro Kilometer"),
        "/mi": ("pro Meile", "pro Meile"),
        "x": ("mal", "mal"),
        "\N{MULTIPLICATION SIGN}": ("mal", "mal"),
    },
    signs={"&": "und", "@": "mit", "+": "plus", "=": "ist", "<": "unter", ">": "über"},
    up_to="bis",
    heart_rate_word="Herzfrequenz",
    kinds={
        "rep": "Lauf",
        "stride": "Steigerung",
        "hill": "Hügel",
        "warm-up": "Einlaufen",
        "float": "Schwebe",
        "cool-down": "Auslaufen",
    },
    moves={Move.JOG: "Traben", Move.WALK: "Gehen", Move.STAND: "Stehen"},
    count="{rep} {n} von {of}.",
    set_count="Serie {n} von {of}.",
    rep_number="{rep} {n}.",
    next_step="Gleich: {words}",
    has_small_initials=False,
    until_beats="bis {beats}",
    attaches=("mit ", "in "),
    at_pace="mit {pace}",
    in_time="in {time}",
    pace_between="mit {fast} bis {slow}",
    no_faster="nicht schneller als {pace}",
    or_faster="mit {pace} oder schneller",
    heart_rate="Puls {range}",
    cadence="Schrittfrequenz {range}",
    power="Leistung {range}",
    between="{low} bis {high}",
    under="unter {high}",
    over="über {low}",
    marks={"A": "der Linie", "100": "der Hundert", "B": "der Zweihundert", "300": "der Dreihundert"},
    start_at="Start an {place}.",
    start_before="Start {metres} vor {place}.",
    start_after="Start {metres} hinter {place}.",
    sets="{n} mal {amount}",
    each_side="jede Seite",
    minimum="Das Minimum ist geschafft.",
    finished="Fertig. Gut gemacht.",
    waiting="Ich warte auf dich.",
    paused="Pause.",
    still_paused="Noch Pause.",
    resumed="Die Uhr läuft.",
    to_easy="Locker. {time} hart.",
    to_hard="Hart. {time} locker.",
    fartlek="Hart {hard}, locker {easy} insgesamt.",
    effort_day="Tag nach Gefühl. Tempo {percent} Prozent langsamer.",
    effort_day_reps="Tag nach Gefühl. Tempo {percent} Prozent langsamer, kurze Läufe {reps}.",
    effort_day_off="Wieder das Tempo wie geplant.",
    by_effort="Nach Gefühl und Puls. Kein Tempo zählt.",
    by_effort_off="Wieder nach Tempo.",
    halfway="Halbzeit. Umdrehen.",
    changes={
        Button.EXTEND: "Verlängert",
        Button.ADD_REP: "Einer mehr",
        Button.DROP_REP: "Einer weniger",
        Button.ENOUGH: "Genug",
        Button.SHORTEN: "Ab jetzt kürzere Läufe",
        Button.COOL_DOWN: "Auslaufen",
        Button.FASTER: "Ziel schneller",
        Button.SLOWER: "Ziel langsamer",
        Button.ACCEPT: "Einverstanden",
    },
    changed="Training geändert",
    thirty_seconds="Dreißig Sekunden.",
    go="Los.",
    end_of_stride="Und locker.",
    fifty_to_go="Noch fünfzig.",
    last_200="Letzte zweihundert.",
    belt_ahead="In {seconds}: {belt}.",
    slow_by="{n} zu langsam.",
    fast_by="{n} zu schnell.",
    lap_shown=", Runde {time}",
    slow_shown=", {seconds} s zu langsam",
    fast_shown=", {seconds} s zu schnell",
    behind_shown=", {seconds} s zurück",
    ahead_shown=", {seconds} s voraus",
    projected_shown=", wird {time}",
    on_pace="Tempo passt.",
    start_too_fast=(
        Words("{n} zu schnell. Locker.", "Locker. {n} voraus."),
        Words("{n} zu schnell. Zurückhalten.", "Zurückhalten. {n} voraus."),
        Words("{n} zu schnell. Ruhig bleiben.", "Ruhig bleiben. {n} voraus."),
    ),
    too="Viel",
    too_fast=(
        Words("Zu schnell. Locker lassen.", "Locker lassen. Zu schnell."),
        Words("Wieder schnell. Locker lassen.", "Locker lassen. Wieder schnell."),
        Words("Zu flott. Etwas lockerer.", "Etwas lockerer. Zu flott."),
    ),
    too_fast_still=(
        Words("Noch zu schnell. Zurück auf {pace}.", "Zurück auf {pace}."),
        Words("Jetzt locker. Du brauchst es später.", "Jetzt locker lassen."),
        Words("Noch schnell. {Pace} ist das Tempo.", "Lockerer, auf {pace}."),
        Words("Langsamer jetzt, auf {pace}.", "Langsamer. {Pace}."),
    ),
    too_slow=(
        Words("Etwas schneller.", "Etwas schneller."),
        Words("Wieder langsam. Etwas zulegen.", "Zulegen. Wieder langsam."),
        Words("Leg ein wenig zu.", "Leg zu."),
    ),
    too_slow_still=(
        Words("Noch langsam. {Pace}, wenn es geht.", "Zulegen auf {pace}."),
        Words("Langsamer geworden. Halte, was du hast.", "Halte das Tempo."),
    ),
    fade=(
        Words("Du wirst langsamer. Locker, schnelle Füße.", "Locker. Schnelle Füße."),
        Words("Wieder langsamer. Aufrecht, schnelle Füße.", "Aufrecht. Schnelle Füße."),
        Words("Langsamer. Arme und schnelle Füße.", "Arme einsetzen."),
    ),
    float_too_fast=(
        Words("Lockerer schweben.", "Lockerer schweben."),
        Words("Noch lockerer. Das ist deine Pause.", "Noch lockerer schweben."),
        Words("Die Schwebe langsamer.", "Langsamer schweben."),
    ),
    float_too_slow=(
        Words("Im Schwung bleiben.", "Im Schwung bleiben."),
        Words("Weiter rollen. Etwas flotter.", "Rollen. Etwas flotter."),
        Words("In Bewegung bleiben.", "In Bewegung bleiben."),
    ),
    ahead=(
        Words("{n} voraus. Locker.", "Locker. {n} voraus."),
        Words("{n} voraus. Zurück zum Licht.", "Zurücknehmen. {n} voraus."),
        Words("{n} voraus. Du brauchst es später.", "Kraft sparen. {n} voraus."),
    ),
    behind=Words("{n} zurück.", "Zulegen. {n} zurück."),
    behind_still=Words("{n} zurück. Zulegen, wenn es geht.", "Zulegen, wenn es geht."),
    behind_again=Words("Wieder {n} zurück. Halte, was du hast.", "Halte das Tempo."),
    slow_so_far=Words("Bisher {seconds} zu langsam.", "Zulegen. {n} zurück."),
    fast_so_far=Words("Bisher {seconds} zu schnell.", "Locker lassen. {n} voraus."),
    new_light=Words("Neues Licht. Halte {pace}.", "Halte {pace}."),
    slower_than_first=Words(
        "Der letzte war {percent} Prozent langsamer als dein erster.", "{percent} Prozent langsamer."
    ),
    slower_longer_rest=Words(
        "Der letzte war {percent} Prozent langsamer als dein erster. Längere Pause?",
        "Längere Pause? {percent} Prozent.",
    ),
    rest_longer=Words(
        "Zwei langsame Läufe. Länger Pause, oder Schluss für heute.", "Länger Pause, oder Schluss."
    ),
    keep_jogging="Weiter traben.",
    quicker_feet="Schnellere Füße.",
    quicker_feet_still=Words(
        "Noch zu wenig Schritte. {edge} oder mehr.", "Schnellere Füße. {edge} Schritte."
    ),
    slower_feet="Ruhigere Füße.",
    slower_feet_still=Words("Noch zu viele Schritte. Höchstens {edge}.", "Ruhigere Füße. {edge} Schritte."),
    cadence_right="Schrittfrequenz passt.",
    more_power=Words("Etwas mehr Leistung.", "Etwas mehr Druck."),
    more_power_still=Words("Noch zu wenig. {edge} Watt, wenn es geht.", "Mehr Druck. {edge} Watt."),
    less_power=Words("Weniger Leistung.", "Weniger Druck."),
    less_power_still=Words("Noch zu viel Leistung. Höchstens {edge} Watt.", "Weniger Druck. {edge} Watt."),
    power_right="Leistung passt.",
    form=(
        "Aufrecht. Schnelle Füße.",
        "Schultern locker. Schnelle Füße.",
        "Hüfte vor. Schnelle Füße.",
    ),
    heart_rate_high=Words("Puls hoch. Locker lassen.", "Locker lassen. Puls hoch."),
    heart_rate_still=Words("Puls noch hoch. Langsamer, unter {edge}.", "Langsamer. Unter {edge}."),
    heart_rate_walk=Words("Puls hoch. Eine Minute gehen.", "Eine Minute gehen."),
    heart_rate_walk_still=Words("Noch hoch. Gehen, bis er unter {edge} ist.", "Gehen bis unter {edge}."),
    effort_first=Words("Tempo passt, aber Puls hoch. Locker lassen.", "Locker lassen. Puls hoch."),
    heart_rate_low=Words("Puls niedrig. Etwas mehr.", "Etwas mehr. Puls niedrig."),
    heart_rate_low_still=Words("Puls noch niedrig. {edge}, wenn es geht.", "Zulegen auf {edge}."),
    heart_rate_over=Words(
        "Über {edge} in {n} Läufen. Langsamer laufen oder länger Pause.", "Langsamer, oder länger Pause."
    ),
    heart_rate_rising=Words("Über {edge} und steigt. Jetzt locker.", "Locker jetzt. Über {edge}."),
    heading_for=Words("Puls geht auf {bpm}. Jetzt locker.", "Locker. Puls wird {bpm}."),
    ceiling=Words("Puls an deiner Obergrenze. Langsamer.", "Langsamer. Puls am Limit."),
    not_recovered="Noch nicht erholt.",
    too_hot=Words(
        "Gefährliche Hitze. Heute kein hartes Laufen: locker, im Schatten, oder gar nicht.",
        "Gefährliche Hitze. Heute kein hartes Laufen.",
    ),
    metrics={
        "smo2_percent": "Muskelsauerstoff",
        "core_temperature_c": "Körpertemperatur",
        "skin_temperature_c": "Hauttemperatur",
    },
    metric_high="{metric} hoch.",
    metric_low="{metric} niedrig.",
    ease_off="Locker lassen.",
    sensors={
        Source.POD: "Laufsensor",
        Source.POD_2: "Zweiter Laufsensor",
        Source.STRAP: "Puls",
        Source.TREADMILL: "Laufband",
        Source.CORE: "Körpertemperatur",
        Source.MUSCLE: "Muskelsauerstoff",
        Source.WATCH: "Uhr",
        Source.RELAY: "Weitergeleiteter Fühler",
        Source.POSITIONS: "Ortung",
        Source.SIM: "Fühler",
    },
    sensor="Fühler",
    sensor_lost="{sensor} verloren.",
    sensor_back="{sensor} wieder da.",
    sensor_missing="{sensor} fehlt.",
    unheard_help={
        Source.POD: "Schüttle ihn; ist seine Batterie leer?",
        Source.POD_2: "Schüttle ihn; ist seine Batterie leer?",
        Source.STRAP: "Mach den Gurt nass; hält ihn eine Uhr?",
        Source.TREADMILL: "Ist es an, und hält es eine andere App?",
    },
    not_worn="{sensor}: Der Gurt ist da und sendet keinen. Mach ihn nass, er muss auf der Haut liegen.",
    low_battery="{sensor}: Batterie {percent} %.",
    pod_reads="Laufsensor misst {how}, Faktor {factor}.",
    positions_read="Ortung misst {how}, Faktor {factor}.",
    reads_long="{percent} % zu lang",
    reads_short="{percent} % zu kurz",
    reads_true="richtig",
    pod_short="Laufsensor misst kurz: {metres} m an deiner Linie.",
    pod_long="Laufsensor misst lang: {metres} m an deiner Linie.",
    pod_against_belt="Laufsensor sagt {pod}, Band {belt}. Was stimmt?",
    line_after="Du wirst etwa {metres} m hinter unserer Linie langsamer. Taste ] verschiebt sie um 5 m.",
    line_before="Du wirst etwa {metres} m vor unserer Linie langsamer. Taste [ verschiebt sie um 5 m.",
    recording_failing="Die Aufzeichnung schlägt fehl{reason}.",
    recording_back="Die Aufzeichnung läuft wieder. Nichts ging verloren.",
    offers={
        "press_at_line": "Keine Distanz. Drück an der Linie.",
        "clock_mode": "Keine Distanz. Diesen nach der Uhr laufen?",
        "press_to_start": "Drück zum Start.",
        "calibration": "Übernehmen, was der Laufsensor gelernt hat?",
    },
    in_all="{words} {amount}, insgesamt {total}.",
)

LANGUAGES: Final[Mapping[str, Language]] = {"en": ENGLISH, "de": GERMAN}
"""The languages cues can be said in, by their `LanguageCode` (the first picture needs no settings)."""

# --- what a workout's author wrote, read out

_LARGEST: Final = 999_999
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
    if int(digits) > _LARGEST or (digits.startswith("0") and len(digits) > 1):
        return " ".join(language.number(int(digit)) for digit in digits)
    words = language.number(int(digits))
    if match["part"] is None:
        return words
    part = " ".join(language.number(int(digit)) for digit in match["part"])
    return language.with_tenth.format(whole=words, tenth=part)
