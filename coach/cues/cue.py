"""What a cue is, the evidence behind it, the reasons why none was emitted, and the words that a cue is said in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.cues.language import ENGLISH, Language, Words, clock_words
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, Seconds, format_clock, format_metres
from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.kinds import KINDS, RESTS
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    CoachBy,
    EndConditions,
    HeartRateEnd,
    Quantity,
    Step,
    StepReminder,
    StepTarget,
)


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


# --- words: numbers, paces, steps and sensors in the phrases of a language
#
# The workout's own words stay as they are written: reminders, questions, checklists, texts of gates, labels of
# targets. The screen's own are in `coach.screen.words`.

_STRAINED: Final = frozenset(
    {("smo2_percent", False), ("core_temperature_c", True), ("skin_temperature_c", True)}
)
"""Metrics with the side of the limit (True is high) that only less effort corrects."""


def sentence(text: str) -> str:
    """Return text as a sentence, with a capital and a full stop; empty text stays empty."""
    text = text.strip()
    if not text:
        return ""
    return f"{_capital(text)}{'' if text[-1] in '.?!' else '.'}"


def is_miles(value: float) -> bool:
    """Return True if a distance is a whole or half number of miles, which is not said in metres."""
    halves = value / METRES_PER_MILE * 2
    return round(halves) > 0 and abs(halves - round(halves)) * METRES_PER_MILE < 1.0


class Phrases:
    """The words of cues in one language; phrases without a figure are read from `language`."""

    __slots__ = ("language",)

    def __init__(self, language: Language = ENGLISH) -> None:
        """Speak a language."""
        self.language = language

    # --- numbers and amounts

    def number(self, value: float) -> str:
        """Return a whole number from 0 to 999,999 in words."""
        return self.language.number(round(value))

    def decimal(self, value: float) -> str:
        """Return a number to the tenth in words: "three", "three point eight"."""
        whole, tenth = divmod(round(value * 10), 10)
        return self._with_tenth(self.number(whole), tenth) if tenth else self.number(whole)

    def beats(self, bpm: float) -> str:
        """Return a heart rate or cadence as runners say it: 98 "ninety-eight", 105 "one oh five", 150 "one fifty"."""
        return self.language.beats(round(bpm))

    def clock(self, seconds: float) -> str:
        """Return a time of a run or a pace: 48 "forty-eight", 245 "four oh five", 240 "four flat"."""
        return clock_words(round(seconds), self.language)

    def clock_tenths(self, seconds: float) -> str:
        """Return a time to the tenth: 48.2 "forty-eight point two"."""
        whole, tenth = divmod(round(seconds * 10), 10)
        return self._with_tenth(self.clock(whole), tenth)

    def duration(self, seconds: float) -> str:
        """Return a duration: "forty-five seconds", "two minutes", "one thirty", "one hour"."""
        language, whole = self.language, round(seconds)
        if whole < 60:
            return self._counted(whole, language.second, language.seconds)
        minutes, second = divmod(whole, 60)
        if second:
            return self.clock(whole)
        hours, minute = divmod(minutes, 60)
        if not hours:
            return self._counted(minute, language.minute, language.minutes)
        hours_words = self._counted(hours, language.hour, language.hours)
        return f"{hours_words} {language.number(minute)}" if minute else hours_words

    def metres(self, value: float) -> str:
        """Return a distance: "four hundred metres", "one mile", "five k", "one point two k"."""
        language = self.language
        if is_miles(value):
            return self._miles(value)
        whole = round(value)
        if whole < 2000:
            return language.metres.format(n=language.number(whole))
        return language.kilometres.format(n=self.decimal(round(value / 100) / 10))

    def pace(self, speed: float, unit: str = "km") -> str:
        """Return a speed in m/s as a pace per kilometre or mile: "four oh five"."""
        return self.clock((METRES_PER_MILE if unit == "mile" else METRES_PER_KM) / speed)

    def belt(self, speed: float) -> str:
        """Return a speed in m/s as a belt shows it, in km/h: "fourteen one", "twelve"."""
        whole, tenth = divmod(round(speed * 36), 10)
        number = self.language.number
        return f"{number(whole)} {number(tenth)}" if tenth else number(whole)

    def _miles(self, value: float) -> str:
        language = self.language
        whole, half = divmod(round(value / METRES_PER_MILE * 2), 2)
        if not whole:
            return language.half_mile
        if half:
            return language.miles_and_half.format(n=language.number(whole))
        return self._counted(whole, language.mile, language.miles)

    def _counted(self, count: int, one: str, many: str) -> str:
        return one if count == 1 else many.format(n=self.language.number(count))

    def _with_tenth(self, whole: str, tenth: int) -> str:
        return self.language.with_tenth.format(whole=whole, tenth=self.language.number(tenth))

    # --- targets

    def until(self, end: EndConditions, *, tells_heart: bool = True) -> str:
        """Return the distance, time or heart rate that ends a step, in this order; empty if a press ends it."""
        if (distance := end.distance()) is not None:
            return self.metres(distance)
        if (seconds := end.time()) is not None:
            return self.duration(seconds)
        for end_condition in end.ends:
            if isinstance(end_condition, HeartRateEnd) and tells_heart:
                return self.language.until_beats.format(beats=self.beats(end_condition.bpm))
        return ""

    def target_words(
        self, target: StepTarget, step: Step, *, belt_speed: bool = False, unit: str = "km"
    ) -> str:
        """Return a target: "at four ten", "under one fifty", "at one eighty steps", or its label."""
        band, language = target.band, self.language
        if target.quantity is Quantity.SPEED:
            return self._speed_words(band, step, belt_speed=belt_speed, unit=unit)
        template = {
            Quantity.HEART_RATE: language.heart_rate,
            Quantity.CADENCE: language.cadence,
            Quantity.POWER: language.power,
        }.get(target.quantity)
        if template is None:
            return target.label
        between = self._between(band)
        return template.format(range=between) if between else ""

    def _speed_words(self, band: Band, step: Step, *, belt_speed: bool, unit: str) -> str:
        aim, language = band.aim, self.language
        if aim is None:
            return self._pace_range(band, unit)
        if belt_speed:
            return language.at_pace.format(pace=self.belt(aim))
        distance = step.until.distance()
        if distance is not None and step.steer is CoachBy.TIME:
            return language.in_time.format(time=self.clock(distance / aim))
        return language.at_pace.format(pace=self.pace(aim, unit))

    def _pace_range(self, band: Band, unit: str) -> str:
        language = self.language
        if band.low is not None and band.high is not None:
            return language.pace_between.format(
                fast=self.pace(band.high, unit), slow=self.pace(band.low, unit)
            )
        if band.high is not None:
            return language.no_faster.format(pace=self.pace(band.high, unit))
        return "" if band.low is None else language.or_faster.format(pace=self.pace(band.low, unit))

    def _between(self, band: Band) -> str:
        language = self.language
        if band.low is not None and band.high is not None:
            return language.between.format(low=self.beats(band.low), high=self.beats(band.high))
        if band.high is not None:
            return language.under.format(high=self.beats(band.high))
        if band.low is not None:
            return language.over.format(low=self.beats(band.low))
        return "" if band.aim is None else self.beats(band.aim)

    # --- steps

    def one_word(self, step: Step, target: StepTarget | None, *, is_new: bool) -> str:
        """Return the one word that names a short step: "Jog.", "Stride.", "Hard.", "Three."; empty for none.

        A rep is named by its number, from the second on; a step within it, as the "hard" of a 30-20-10, by its effort.
        `is_new` is True for the first step of a rep that is run.
        """
        traits = KINDS[step.kind]
        if traits.is_rest:
            return self._naming(step)
        if traits.is_brief or traits.is_uphill or traits.is_named_aloud:
            return sentence(self._kind(traits.rep_word or traits.name))
        label = target.label if target is not None and target.quantity is Quantity.EFFORT else ""
        if label.isalpha() and (not is_new or step.rep is None):
            return sentence(label)
        return sentence(self.number(step.rep)) if step.rep is not None and step.rep > 1 and is_new else ""

    def first_words(
        self,
        step: Step,
        target: StepTarget | None,
        *,
        belt_speed: bool = False,
        unit: str = "km",
        tells_heart: bool = True,
    ) -> str:
        """Return the first words of a step: which rep, how far or long, and at what target.

        Without `tells_heart` no heart rate is in them, as for an open speaker.
        """
        words = [self._naming(step)]
        if step.first_of_set and step.kind not in RESTS and (group := self._set_of(step.path)):
            words.insert(0, group)
        extent, aim = self.until(step.until, tells_heart=tells_heart), ""
        if target is not None and (tells_heart or target.quantity is not Quantity.HEART_RATE):
            aim = self.target_words(target, step, belt_speed=belt_speed, unit=unit)
        joint = " " if aim.startswith(self.language.attaches) else ", "
        words.append(sentence(joint.join(part for part in (extent, aim) if part)))
        return " ".join(part for part in words if part)

    def like_before(self, step: Step, start: str = "") -> str:
        """Return the words of a step that is run like the one before: "Two. Start at the two hundred.", "Jog.".

        Without a place to start from it is "Rep two.": a bare number would sound like a countdown. Empty for a step
        that has no number and is no rest.
        """
        if step.kind in RESTS:
            return self._naming(step)
        word = self._kind(KINDS[step.kind].rep_word)
        if step.rep is None or not word:
            return ""
        number = self.number(step.rep)
        if start:
            return f"{sentence(number)} {start}"
        return sentence(self.language.rep_number.format(rep=word, n=number))

    def upcoming(
        self,
        step: Step,
        target: StepTarget | None,
        start: str,
        unit: str = "km",
        *,
        tells_heart: bool = True,
    ) -> str:
        """Return the announcement of the next step and of where it starts: "Next: rep two of five. ..."."""
        words = self.first_words(step, target, unit=unit, tells_heart=tells_heart) or step.name
        if self.language.has_small_initials:
            words = f"{words[:1].lower()}{words[1:]}"
        place = f" {start}" if start else ""
        return self.language.next_step.format(words=f"{words}{place}")

    def start_at(self, mark: str, before_m: float = 0.0) -> str:
        """Return the place on the track to start from: "Start at the two hundred." or so many metres before it."""
        language = self.language
        place = language.marks.get(mark, mark)
        if not round(before_m):
            return language.start_at.format(place=place)
        template = language.start_before if before_m > 0 else language.start_after
        return template.format(metres=self.metres(abs(before_m)), place=place)

    def question(self, text: str, answers: tuple[str, ...]) -> str:
        """Return a question with its numbered answers: "Talk test? One yes, two unsure, three no."."""
        if not answers:
            return text
        numbered_answers = ", ".join(
            f"{self.number(place)} {answer}" for place, answer in enumerate(answers, 1)
        )
        return f"{text} {sentence(numbered_answers)}"

    def item(self, what: ChecklistItem) -> str:
        """Return an item of a checklist: "A-skips, three times twenty metres."."""
        language, amount = self.language, ""
        if what.metres is not None:
            amount = self.metres(what.metres)
        elif what.seconds is not None:
            amount = self.duration(what.seconds)
        elif what.reps is not None:
            amount = self.number(what.reps)
        if what.sets > 1:
            amount = language.sets.format(n=self.number(what.sets), amount=amount).strip()
        side = language.each_side if what.each_side else ""
        return sentence(", ".join(part for part in (what.do, amount, side) if part))

    def changed(self, button: Button) -> str:
        """Confirm a change of the workout: "One more."."""
        return f"{self.language.changes.get(button, self.language.changed)}."

    def effort_day(self, percent: float, reps_percent: float) -> str:
        """Return by how much paces are slower: "Effort day. Paces four per cent slower, short reps two."; 0 ends it."""
        language = self.language
        if not percent:
            return language.effort_day_off
        if reps_percent == percent:
            return language.effort_day.format(percent=self.decimal(percent))
        return language.effort_day_reps.format(percent=self.decimal(percent), reps=self.decimal(reps_percent))

    def reminder(self, what: StepReminder, total: float | None) -> str:
        """Return a reminder with its amount and the total: "Gel. Thirty grams, ninety in all."."""
        words = sentence(what.text)
        if what.amount is None or total is None:
            return words
        one, many = self.language.units.get(what.unit.lower(), (what.unit, what.unit))
        unit = f" {one if what.amount == 1 else many}" if what.unit else ""
        amount = f"{_capital(self.number(what.amount))}{unit}"
        if total <= what.amount:
            return f"{words} {amount}."
        return self.language.in_all.format(words=words, amount=amount, total=self.number(total))

    def turn(self, seconds: float, *, to_easy: bool) -> str:
        """Return what a mark in a fartlek turns to, and how long it was: "Easy. Forty-five seconds hard."."""
        template = self.language.to_easy if to_easy else self.language.to_hard
        return template.format(time=_capital(self.duration(seconds)))

    def fartlek(self, hard_s: float, easy_s: float) -> str:
        """Return the totals of a fartlek: "Hard six minutes, easy eight ten in all."."""
        return self.language.fartlek.format(hard=self.duration(hard_s), easy=self.duration(easy_s))

    def _kind(self, word: str) -> str:
        return self.language.kinds.get(word, word)

    def _naming(self, step: Step) -> str:
        traits = KINDS[step.kind]
        if traits.is_rest:
            return f"{self.language.moves[step.move]}."
        if step.rep is not None and step.of is not None and traits.rep_word:
            rep = _capital(self._kind(traits.rep_word))
            return self.language.count.format(rep=rep, n=self.number(step.rep), of=self.number(step.of))
        if traits.is_named_aloud:
            return f"{_capital(self._kind(traits.name))}."
        # a name such as "11 km" would repeat the end of the step
        return "" if any(letter.isdigit() for letter in step.name) else sentence(step.name)

    def _set_of(self, path: str) -> str:
        for part in path.split(" / "):
            words = part.split()
            is_set = len(words) == 4 and words[0] == "set" and words[2] == "of"
            if is_set and words[1].isdigit() and words[3].isdigit():
                return self.language.set_count.format(
                    n=self.number(int(words[1])), of=self.number(int(words[3]))
                )
        return ""

    # --- countdowns and splits

    def seconds_left(self, seconds: int) -> Words:
        """Return a mark of a countdown: "Thirty seconds.", "Ten.", "Three."; for the ears the number alone."""
        spoken_words = sentence(self.number(seconds))
        return Words(self.language.thirty_seconds if seconds == 30 else spoken_words, spoken_words)

    def belt_ahead(self, seconds: float, speed: float) -> str:
        """Announce a belt speed: "In ten: fourteen one."."""
        return self.language.belt_ahead.format(seconds=self.number(seconds), belt=self.belt(speed))

    def beep(self, value: float) -> str:
        """Return the metres of the pacing light in clock mode: "Two hundred."."""
        return sentence(self.number(value))

    def split(self, at_metres: float | None, seconds: float, *, tenths: bool, about: bool) -> str:
        """Return a split: "Four hundred, one thirty-six."; with "about" if it was not measured."""
        time = self._about(self.clock_tenths(seconds) if tenths else self.clock(seconds), is_about=about)
        if at_metres is None:
            return sentence(time)
        is_short = at_metres < 2000 and not is_miles(at_metres)
        return sentence(f"{self.number(at_metres) if is_short else self.metres(at_metres)}, {time}")

    def lap(self, seconds: float, lap_m: float, per_m: float, *, about: bool = False) -> str:
        """Return a lap by its time, "Ninety-eight.", or by its pace per kilometre or mile, "Four oh five."."""
        time_s = seconds / lap_m * per_m
        return sentence(
            self._about(self.number(time_s) if time_s < 99.5 else self.clock(time_s), is_about=about)
        )

    def off_by(self, seconds: float) -> str:
        """Return by how much a lap or a rep was off, + is slow: "Two slow.", "One fast."."""
        template = self.language.slow_by if seconds > 0 else self.language.fast_by
        return template.format(n=self._figure(abs(seconds)))

    def split_shown(
        self,
        at_metres: float | None,
        seconds: float,
        *,
        about: bool,
        behind_s: float | None = None,
        projected_s: float | None = None,
        lap_s: float | None = None,
        off_s: float | None = None,
    ) -> str:
        """Return a split for the screen: `400 m 1:36.4, 0.8 s behind, for 4:01`, or `~1:36.4` if it was not measured.

        A lap that is not the first has its own time, and one that is off its plan its error:
        `800 m 3:16.2, lap 1:38.4, 2.4 s slow, 4.2 s behind`.
        """
        language, time = self.language, format_clock(seconds, tenths=True)
        time = f"~{time}" if about else time
        text = time if at_metres is None else f"{format_metres(at_metres)} {time}"
        if lap_s is not None and round(lap_s - seconds, 1):
            text += language.lap_shown.format(time=format_clock(lap_s, tenths=True))
        if off_s is not None:
            template = language.slow_shown if off_s > 0 else language.fast_shown
            text += template.format(seconds=f"{abs(off_s):.1f}")
            if behind_s is not None and round(behind_s - off_s, 1) == 0:
                behind_s = None  # of the first lap both are one
        if behind_s is not None and round(behind_s, 1):
            template = language.behind_shown if behind_s > 0 else language.ahead_shown
            text += template.format(seconds=f"{abs(behind_s):.1f}")
        if projected_s is None:
            return text
        return text + language.projected_shown.format(time=format_clock(round(projected_s)))

    def _about(self, words: str, *, is_about: bool) -> str:
        return self.language.about.format(words=words) if is_about else words

    def _figure(self, seconds: float) -> str:
        """Return at least one second, with a capital: "Two"."""
        return _capital(self.number(max(1, seconds)))

    # --- pace

    def too_fast_by(self, seconds: float, turn: int = 0) -> Words:
        """Return how far ahead a start is: "Two fast. Relax."; under a second without a number."""
        figure = self._figure(seconds) if seconds >= 1 else self.language.too
        return _filled(_in_turn(self.language.start_too_fast, turn), n=figure)

    def too_fast(self, repeats: int, turn: int, aim: float, unit: str = "km") -> Words:
        """Return the first call of an error ("Too fast. Ease off."), or a later one with the pace to come back to.

        Args:
            repeats: how often this error was called already.
            turn: how many errors were called before it in this run.
            aim: the target in m/s.
            unit: the unit that paces are said per.
        """
        language = self.language
        words = (
            _in_turn(language.too_fast_still, repeats - 1) if repeats else _in_turn(language.too_fast, turn)
        )
        return self._with_pace(words, aim, unit)

    def too_slow(self, repeats: int, turn: int, aim: float, unit: str = "km") -> Words:
        """Return the first call of an error ("A little faster."), or a later one; see `too_fast`."""
        language = self.language
        words = (
            _in_turn(language.too_slow_still, repeats - 1) if repeats else _in_turn(language.too_slow, turn)
        )
        return self._with_pace(words, aim, unit)

    def fade(self, turn: int) -> Words:
        """Return the words for a runner who slows down in a rep: "Fading. Relax, quick feet."."""
        return _in_turn(self.language.fade, turn)

    def float_too_fast(self, turn: int) -> Words:
        """Return the words for a float that is too fast: "Float easier."."""
        return _in_turn(self.language.float_too_fast, turn)

    def float_too_slow(self, turn: int) -> Words:
        """Return the words for a float that is too slow: "Keep the float rolling."."""
        return _in_turn(self.language.float_too_slow, turn)

    def behind_target(self, seconds: float) -> Words:
        """Return the drift of a slow rep: "Three seconds slow so far."."""
        return self._so_far(self.language.slow_so_far, seconds)

    def ahead_of_target(self, seconds: float) -> Words:
        """Return the drift of a fast rep: "Three seconds fast so far."."""
        return self._so_far(self.language.fast_so_far, seconds)

    def behind(self, seconds: float, repeats: int = 0) -> Words:
        """Return the seconds behind the pacing light: "Two behind."; later "Three behind. Lift it, if you can."."""
        words = self.language.behind_still if repeats else self.language.behind
        return _filled(words, n=self._figure(seconds))

    def behind_again(self, seconds: float) -> Words:
        """Return the seconds behind a light set back to the runner: "Two behind again. Hold what you have."."""
        return _filled(self.language.behind_again, n=self._figure(seconds))

    def ahead(self, seconds: float, turn: int = 0) -> Words:
        """Return the seconds ahead of the pacing light: "Two ahead. Relax."."""
        return _filled(_in_turn(self.language.ahead, turn), n=self._figure(seconds))

    def new_light(self, speed: float, unit: str = "km") -> Words:
        """Announce a pacing light set to the runner: "New light. Hold four fifteen."."""
        return self._with_pace(self.language.new_light, speed, unit)

    def slower_than_first(self, percent: float, *, may_rest: bool) -> Words:
        """Compare a rep with the first ones: "Last one was three per cent off your first. Longer rest?"."""
        words = self.language.slower_longer_rest if may_rest else self.language.slower_than_first
        figure = self.number(percent)
        return Words(
            words.text.format(percent=figure), sentence(words.speech.format(percent=_capital(figure)))
        )

    def _so_far(self, words: Words, seconds: float) -> Words:
        whole = max(1, round(seconds))
        return _filled(words, seconds=_capital(self.duration(whole)), n=self._figure(whole))

    def _with_pace(self, words: Words, aim: float, unit: str) -> Words:
        target = self.pace(aim, unit)
        return _filled(words, pace=target, Pace=_capital(target))

    # --- cadence, power, heart rate, metrics

    def cadence_low(self, repeats: int, edge: float) -> str | Words:
        """Return the first cue, "Quicker feet.", or a later one, with the number."""
        return self.language.quicker_feet if not repeats else self._at(self.language.quicker_feet_still, edge)

    def cadence_high(self, repeats: int, edge: float) -> str | Words:
        """Return the first cue, "Slower feet.", or a later one, with the number."""
        return self.language.slower_feet if not repeats else self._at(self.language.slower_feet_still, edge)

    def power_low(self, repeats: int, edge: float) -> str | Words:
        """Return the first cue, "A little more power.", or the second, with the watts."""
        return self.language.more_power if not repeats else self._at(self.language.more_power_still, edge)

    def power_high(self, repeats: int, edge: float) -> str | Words:
        """Return the first cue, "Less power.", the second, with the watts, or a later one."""
        if repeats > 1:
            return self.language.too_fast_still[1]
        return self._at(self.language.less_power_still, edge) if repeats else self.language.less_power

    def heart_rate_high(self, repeats: int, edge: float, walk_from: int) -> Words:
        """Return the first cue, "Heart rate high. Ease off.", the second, with the number, or one that asks for a walk.

        From the `walk_from`th on a walk is asked for, in two ways by turns.
        """
        language = self.language
        if repeats + 1 >= walk_from:
            is_first = (repeats + 1 - walk_from) % 2 == 0
            return language.heart_rate_walk if is_first else self._at(language.heart_rate_walk_still, edge)
        return self._at(language.heart_rate_still, edge) if repeats else language.heart_rate_high

    def heart_rate_low(self, repeats: int, edge: float) -> Words:
        """Return the first cue, "Heart rate low. A little more.", or the second, with the number."""
        return self._at(self.language.heart_rate_low_still, edge) if repeats else self.language.heart_rate_low

    def heart_rate_over(self, edge: float, reps: int) -> Words:
        """Advise on a cap that every rep crosses: "Over one seventy in each of three reps. Slower reps, ..."."""
        return _filled(self.language.heart_rate_over, edge=self.beats(edge), n=self.number(reps))

    def heart_rate_rising(self, edge: float) -> Words:
        """Warn of a heart rate that just crossed its cap and goes on: "Over one seventy and rising. Ease now."."""
        return _filled(self.language.heart_rate_rising, edge=self.beats(edge))

    def heading_for(self, bpm: float) -> Words:
        """Warn of a forecast heart rate: "Heading for one eighty-two. Ease now."."""
        return _filled(self.language.heading_for, bpm=self.beats(bpm))

    def metric(self, name: str, *, high: bool) -> str:
        """Return the words for a metric beyond its limit: "Core temperature high. Ease off."."""
        language = self.language
        template = language.metric_high if high else language.metric_low
        words = sentence(template.format(metric=language.metrics.get(name, name.replace("_", " "))))
        return f"{words} {language.ease_off}" if (name, high) in _STRAINED else words

    def _at(self, words: Words, edge: float) -> Words:
        """Put an edge in: with a capital where it begins a sentence, small within one."""
        return Words(*(_begun(form, "edge", self.beats(edge)) for form in words))

    # --- sensors

    def sensor_gone(self, source: Source) -> str:
        """Return the words for a lost sensor: "Footpod lost."."""
        return self.language.sensor_lost.format(sensor=self._sensor(source))

    def sensor_back(self, source: Source) -> str:
        """Return the words for a sensor that is back: "Footpod back."."""
        return self.language.sensor_back.format(sensor=self._sensor(source))

    def sensor_missing(self, source: Source) -> str:
        """Return the words for a sensor that is missing before the start: "Footpod missing."."""
        return self.language.sensor_missing.format(sensor=self._sensor(source))

    def sensor_unheard(self, source: Source, *, is_worn_badly: bool) -> Words:
        """Return the words for a sensor that was never heard, with what to do: "Footpod missing. Shake it; ..."."""
        missing = self.sensor_missing(source)
        if is_worn_badly:
            return Words(self.language.not_worn.format(sensor=self._sensor(source)), missing)
        return Words(f"{missing} {self.language.unheard_help.get(source, '')}".strip(), missing)

    def low_battery(self, source: Source, percent: int) -> str:
        """Return a low charge for the screen: `Footpod battery 12 %.`."""
        return self.language.low_battery.format(sensor=self._sensor(source), percent=percent)

    def pod_reads(self, factor: float, source: Source = Source.POD) -> str:
        """Return a learned factor for the screen: `Pod reads long 2 %, factor 0.980.`; positions have theirs too."""
        language, error_percent = self.language, (1.0 - factor) * 100.0
        template = language.positions_read if source is Source.POSITIONS else language.pod_reads
        how = language.reads_true
        if abs(error_percent) >= 0.5:
            side = language.reads_long if error_percent > 0 else language.reads_short
            how = side.format(percent=f"{abs(error_percent):.0f}")
        return template.format(how=how, factor=f"{factor:.3f}")

    def pod_at_line(self, measured: float, metres: float) -> str:
        """Return, for the screen, what the pod had where the runner stopped: `Pod reads short: 386 m at your line.`."""
        template = self.language.pod_short if measured < metres else self.language.pod_long
        return template.format(metres=f"{measured:.0f}")

    def pod_against_belt(self, pod: float, belt_speed: float) -> str:
        """Ask which speed is right, in km/h: "Footpod says thirteen two, belt fourteen. Which is right?"."""
        return self.language.pod_against_belt.format(pod=self.belt(pod), belt=self.belt(belt_speed))

    def line_hint(self, metres: float) -> str:
        """Return where the runner eases off, in metres after (minus: before) the planned line, and the key for it."""
        template = self.language.line_after if metres > 0 else self.language.line_before
        return template.format(metres=f"{5 * round(abs(metres) / 5):.0f}")

    def recording_failing(self, reason: str) -> str:
        """Return that the recording fails, and why if that is known: "The recording is failing: disk full."."""
        return self.language.recording_failing.format(reason=f": {reason}" if reason else "")

    def offer(self, what: str) -> str:
        """Return an offer as a question for the screen; empty for an offer without words."""
        return self.language.offers.get(what, "")

    def _sensor(self, source: Source) -> str:
        return self.language.sensors.get(source, self.language.sensor)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _in_turn(words: tuple[Words, ...], turn: int) -> Words:
    return words[turn % len(words)]


def _filled(words: Words, **figures: str) -> Words:
    return Words(words.text.format(**figures), words.speech.format(**figures))


def _begun(form: str, name: str, figure: str) -> str:
    """Put a figure into a form, with a capital after a full stop and at its beginning."""
    place = form.find("{" + name + "}")
    begins = place == 0 or (place > 1 and form[place - 2] in ".?!")
    return form.format(**{name: _capital(figure) if begins else figure})
