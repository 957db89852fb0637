"""The words of every kind of cue, in every language."""
# mypy: disable-error-code="arg-type, no-any-return"
# Bare numbers read better here than quantities with their names.

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import pytest

from coach.cues.arbiter import CUES
from coach.cues.config import CueSettings, LanguageCode
from coach.cues.cue import CueClass, CueKind, Phrases
from coach.cues.language import ENGLISH, LANGUAGES, Language, Words
from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.kinds import KINDS, Kind
from coach.workout.timeline import StepReminder
from tests.cases import case
from tests.cues.bench import Bench, pace, rep, rest, step
from tests.screen.builders import cue, rep_four, shown
from tests.screen.test_cue_box import box

SPEED = 1000 / 257
"""4:17/km, whose words are long in every language."""
LONG_REP = rep(1000, rep=5, of=8, target=pace(SPEED))
SMALLEST = (37, 9)
"""The cue box of 80x24."""
IN_BLOCKS = 16
"""Words up to this length are painted in block letters."""
SAME: frozenset[str] = frozenset({"in_time", "rep_number", "belt_ahead"})
"""Fields that are the same in English and German."""
FIELDS = [field.name for field in fields(Language)]
FIGURE = re.compile(r"\{\w+\}")

PHRASES: Mapping[CueKind, Callable[[Phrases], list[str | Words]]] = {
    CueKind.TOO_FAST: lambda p: [
        *(p.too_fast(0, turn, SPEED) for turn in range(3)),
        *(p.too_fast(times, 0, SPEED) for times in range(1, 5)),
        p.ahead_of_target(27),
    ],
    CueKind.TOO_SLOW: lambda p: [
        *(p.too_slow(0, turn, SPEED) for turn in range(3)),
        *(p.too_slow(times, 0, SPEED) for times in range(1, 3)),
        p.behind_target(27),
    ],
    CueKind.BACK_ON_TARGET: lambda p: [
        p.language.on_pace,
        p.language.cadence_right,
        p.language.power_right,
    ],
    CueKind.BEHIND_LIGHT: lambda p: [p.behind(27), p.behind(27, 1), p.behind_again(27)],
    CueKind.AHEAD_OF_LIGHT: lambda p: [p.ahead(27, turn) for turn in range(3)],
    CueKind.HEART_RATE_HIGH: lambda p: [
        *(p.heart_rate_high(times, 177, 3) for times in range(5)),
        p.heart_rate_rising(177),
        p.heading_for(177),
        p.language.effort_first,
    ],
    CueKind.HEART_RATE_LOW: lambda p: [p.heart_rate_low(times, 177) for times in range(2)],
    CueKind.HEART_RATE_CEILING: lambda p: [p.language.ceiling],
    CueKind.CADENCE_LOW: lambda p: [p.cadence_low(times, 177) for times in range(2)],
    CueKind.CADENCE_HIGH: lambda p: [p.cadence_high(times, 177) for times in range(2)],
    CueKind.POWER_HIGH: lambda p: [p.power_high(times, 277) for times in range(3)],
    CueKind.POWER_LOW: lambda p: [p.power_low(times, 277) for times in range(2)],
    CueKind.START_TOO_FAST: lambda p: [p.too_fast_by(by, turn) for by in (0.5, 3) for turn in range(3)],
    CueKind.FLOAT_TOO_FAST: lambda p: [p.float_too_fast(turn) for turn in range(3)],
    CueKind.FLOAT_TOO_SLOW: lambda p: [p.float_too_slow(turn) for turn in range(3)],
    CueKind.FADE: lambda p: [
        *(p.fade(turn) for turn in range(3)),
        p.slower_than_first(7, may_rest=True),
        p.slower_than_first(7, may_rest=False),
    ],
    CueKind.STEP: lambda p: [
        p.first_words(LONG_REP, LONG_REP.target),
        p.upcoming(LONG_REP, LONG_REP.target, ""),
        p.like_before(LONG_REP, p.start_at("B")),
        *(p.first_words(step(kind, seconds=90), None) for kind in (Kind.WARM_UP, Kind.FLOAT, Kind.COOL_DOWN)),
        p.language.minimum,
        p.language.finished,
        p.language.halfway,
        p.effort_day(9.5, 4.5),
        *(p.changed(button) for button in Button),
        p.turn(77, to_easy=True),
        p.fartlek(777, 977),
        p.belt_ahead(10, 3.9),
    ],
    CueKind.COUNTDOWN: lambda p: [
        *(p.seconds_left(left) for left in (30, 10, 3, 2, 1)),
        p.language.go,
        p.language.end_of_stride,
        p.language.fifty_to_go,
        p.language.last_200,
        p.beep(300),
    ],
    CueKind.SPLIT: lambda p: [
        p.split(400, 97, tenths=False, about=True),
        p.split(200, 47.7, tenths=True, about=False),
        f"{p.lap(97, 400, per_m=400)} {p.off_by(27)}",
    ],
    CueKind.SENSOR_GONE: lambda p: [
        words for source in Source for words in (p.sensor_gone(source), p.sensor_missing(source))
    ],
    CueKind.SENSOR_BACK: lambda p: [p.sensor_back(source) for source in Source],
    CueKind.SENSOR_LOW_BATTERY: lambda p: [p.low_battery(source, 12) for source in Source],
    CueKind.FUEL: lambda p: [p.reminder(StepReminder("gel", amount=37, unit="g"), 97)],
    CueKind.FORM: lambda p: [*p.language.form, p.reminder(StepReminder("shoulders loose"), None)],
    CueKind.PROMPT: lambda p: [p.question("Talk test?", ("yes", "unsure", "no")), p.pod_against_belt(3.9, 4.1)],
    CueKind.GATE: lambda p: ["Red minutes."],
    CueKind.METRIC_HIGH: lambda p: [p.metric(name, high=True) for name in p.language.metrics],
    CueKind.METRIC_LOW: lambda p: [p.metric(name, high=False) for name in p.language.metrics],
    CueKind.WAITING: lambda p: [p.language.waiting],
    CueKind.HEAT: lambda p: [p.language.too_hot],
    CueKind.RECORDING_FAILING: lambda p: [p.recording_failing(""), p.recording_failing("no space left")],
    CueKind.RECORDING_BACK: lambda p: [p.language.recording_back],
    CueKind.CALIBRATION: lambda p: [
        p.pod_reads(0.98),
        p.pod_reads(1.02, Source.POSITIONS),
        p.pod_at_line(386, 400),
        p.line_hint(20),
        p.line_hint(-20),
    ],
    CueKind.ADVICE: lambda p: [
        p.language.rest_longer,
        p.heart_rate_over(177, 3),
        p.language.keep_jogging,
        p.language.not_recovered,
        *(p.offer(what) for what in p.language.offers),
    ],
    CueKind.NEW_LIGHT: lambda p: [p.new_light(SPEED)],
    CueKind.PAUSED: lambda p: [p.language.paused, p.language.still_paused, p.language.resumed],
}  # fmt: skip
"""Every phrase of each kind, with long figures."""
SHOWN_ONLY = frozenset({CueKind.SENSOR_LOW_BATTERY, CueKind.CALIBRATION})
"""Kinds that are not spoken: their words have digits."""


def both(words: str | Words) -> Words:
    """The words for the screen and for the ears."""
    return words if isinstance(words, Words) else Words(words, words)


def templates(value: Any) -> list[str]:
    """Every text of a field."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in templates(one)]
    return [text for one in value for text in templates(one)] if isinstance(value, tuple) else []


@pytest.mark.parametrize("language", LanguageCode)
def test_every_kind_has_words_that_fit_their_box(language):
    """What the smallest box of the live screen shows of a cue is all of it, its word on top."""
    for kind in CueKind:
        with case(kind):
            on_pace = {"speed": shown(1000 / 231), "light": None} if kind is CueKind.BACK_ON_TARGET else {}
            for words in PHRASES[kind](Phrases(LANGUAGES[language])):
                text = both(words).text
                painted = box(rep_four(cue=cue(kind, text), **on_pace), *SMALLEST)
                seen = "".join(strip.text for strip in painted)
                if kind is not CueKind.COUNTDOWN and len(text) > IN_BLOCKS:
                    assert text.replace(" ", "") in "".join(seen.replace("│", "").split())


@pytest.mark.parametrize("language", LanguageCode)
def test_every_kind_has_words_that_can_be_spoken(language):
    """No digit and no sign is spoken, and nothing is left to be put in."""
    for kind in CueKind:
        with case(kind):
            for words in PHRASES[kind](Phrases(LANGUAGES[language])):
                text, said = both(words)
                assert text[0].isupper()
                assert not set("{}") & set(text + said)
                if kind not in SHOWN_ONLY:
                    assert said
                    assert not any(letter.isdigit() for letter in said)


@pytest.mark.parametrize("language", LanguageCode)
def test_a_word_for_the_ears_is_short(language):
    """Where the ears have words of their own they are at most four, and never more than on the screen."""
    for name in FIELDS:
        with case(name):
            value = getattr(LANGUAGES[language], name)
            for words in value if isinstance(value, tuple) and not isinstance(value, Words) else (value,):
                if isinstance(words, Words):
                    said = FIGURE.sub("", words.speech).split()
                    most = 6 if name == "too_hot" else 4  # safety may explain itself
                    assert len([word for word in said if word.strip(".,?")]) <= most, words
                    assert len(words.speech.split()) <= max(len(words.text.split()), 4), words


def test_a_language_has_every_field_of_its_own():
    """No text of another language is left in it, and each takes the same figures."""
    for field in FIELDS:
        with case(field):
            for code, language in LANGUAGES.items():
                if code == LanguageCode.EN:
                    continue
                ours, english = getattr(language, field), getattr(ENGLISH, field)
                assert ours != english or field in SAME
                assert type(ours) is type(english)
                if isinstance(english, Mapping) and english:
                    assert ours.keys() == english.keys()
                figures, known = (
                    {name.lower() for text in templates(value) for name in FIGURE.findall(text)}
                    for value in (ours, english)
                )
                assert figures == known or field == "start_too_fast"


def test_a_language_names_every_kind_that_is_said():
    """What is read from the table of kinds is English: the reps that are counted, and the steps that are named."""
    said = {traits.rep_word for traits in KINDS.values() if traits.rep_word} | {
        traits.name for traits in KINDS.values() if traits.is_named_aloud and not traits.rep_word
    }

    assert all(
        language.kinds.keys() >= said for code, language in LANGUAGES.items() if code != LanguageCode.EN
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "null"), (1, "eins"), (21, "einundzwanzig"), (30, "dreißig"), (99, "neunundneunzig"), (100, "einhundert"),
        (101, "einhunderteins"), (321, "dreihunderteinundzwanzig"), (1000, "eintausend"),
        (1609, "eintausendsechshundertneun"), (201_000, "zweihunderteintausend"),
    ],
)  # fmt: skip
def test_numbers_in_german(value, words):
    """Ones before tens, in one word."""
    assert Phrases(LANGUAGES[LanguageCode.DE]).number(value) == words


def test_a_run_in_german_is_shown_and_spoken_in_german():
    """A rest and a rep from the first words to the split: no English word is left."""
    steps = (rest(90), rep(400, rep=2, of=8, start_mark="B", steer=None))
    bench = Bench(*steps, settings=CueSettings(language=LanguageCode.DE))
    bench.start()
    bench.run(91)
    bench.run(100, 4.0)
    told = [(cue.text, cue.speech) for cue in bench.cues if cue.spoken]

    assert told[0] == ("Traben. Eins dreißig.", "Traben. Eins dreißig.")
    assert (
        "Gleich: Lauf zwei von acht. Vierhundert Meter mit vier zehn. Start an der Zweihundert.",
    ) * 2 in told
    assert ("Zehn.", "Zehn.") in told
    assert ("Los.", "") in told


def test_what_names_a_step_is_spoken_as_it_is_shown():
    """Only what coaches, counts and warns has words of its own for the ears."""
    for kind, traits in CUES.items():
        if traits.cue_class is CueClass.STEP:
            assert not any(isinstance(words, Words) for words in PHRASES[kind](Phrases()))
