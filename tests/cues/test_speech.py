"""How cues are heard: tones, words, how many of them, and from where."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator, union-attr"
# Bare numbers read better here than quantities with their names.

from dataclasses import replace

import pytest

from coach.cues.arbiter import CUES, TTL_S, WORDS_PER_S, stand_in
from coach.cues.config import CueSettings, Listening
from coach.cues.cue import VERDICTS, CueClass, CueKind, Sound, SuppressionReason
from coach.cues.language import ENGLISH, read_out
from coach.screen.words import NEWS, VERDICT_LOOKS
from coach.session.phases import Button
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, CoachBy, EndConditions, HeartRateEnd, Quantity, StepTarget
from tests.cues.bench import Bench, pace, rep, rest, step

BY_NUMBER = frozenset({CueKind.STEP, CueKind.COUNTDOWN, CueKind.SPLIT})
"""Kinds that the screen shows by their number or the word of their step."""
SPEAKER = CueSettings(listening=Listening.SPEAKER)


def effort(label):
    """A target by effort, in the words of who wrote it."""
    return StepTarget(Quantity.EFFORT, Band(), label)


def heard(cues):
    """What is heard: the tone and the words of each cue that has one."""
    return [(cue.sound, cue.speech) for cue in cues if cue.is_heard]


def words(cues):
    """How many words are spoken."""
    return sum(len(cue.speech.split()) for cue in cues)


@pytest.mark.parametrize("kind", CueKind)
def test_every_kind_has_a_class_a_time_to_live_a_look_and_a_tone(kind):
    """A kind that somebody adds has a row in each table, and a tone to stand in for its words."""
    traits = CUES[kind]

    assert TTL_S[traits.cue_class] > 0
    assert kind in VERDICT_LOOKS or kind in NEWS or kind in BY_NUMBER
    assert stand_in(traits.sound) is not Sound.NONE


def test_only_what_threatens_is_of_the_first_class():
    """A ceiling of the heart, heat, and a recording that fails pre-empt everything; nothing else does."""
    safety = {kind for kind, traits in CUES.items() if traits.cue_class is CueClass.SAFETY}

    assert safety == {CueKind.HEART_RATE_CEILING, CueKind.HEAT, CueKind.RECORDING_FAILING}


@pytest.mark.parametrize("kind", sorted(VERDICTS))
def test_a_verdict_tells_its_side_by_its_tone_alone(kind):
    """Two tones that rise ask for more, two that fall for less, one says that it is right, as the look does."""
    tones = {"slow": Sound.FASTER, "fast": Sound.EASE, "on": Sound.ON}
    if kind is CueKind.METRIC_LOW:
        assert CUES[kind].sound is Sound.EASE  # muscle oxygen is low when the effort is high
    else:
        assert CUES[kind].sound is tones[VERDICT_LOOKS[kind].tone.value]


def test_a_countdown_is_two_calls_and_beeps_and_a_long_tone():
    """Thirty and ten are words, three, two and one are beeps at their own seconds, and the start is a tone."""
    bench = Bench(rest(90), rep(400, steer=CoachBy.TIME))
    bench.start()
    cues = [*bench.run(89), *bench.run(1.5)]
    counted = [cue for cue in cues if cue.kind is CueKind.COUNTDOWN]

    assert [(cue.text, cue.speech, cue.sound) for cue in counted] == [
        ("Thirty seconds.", "Thirty.", Sound.NONE),
        ("Ten.", "Ten.", Sound.NONE),
        ("Three.", "", Sound.BEEP),
        ("Two.", "", Sound.BEEP),
        ("One.", "", Sound.BEEP),
        ("Go.", "", Sound.GO),
    ]


def test_a_stride_ends_with_falling_tones():
    """Nobody counts a stride down, and its end needs no word."""
    bench = Bench(step(Kind.STRIDE, seconds=20), rest(60))
    bench.start()

    assert (Sound.EASE, "") in heard(bench.run(21))


def thirty_twenty_ten(reps=2):
    """30-20-10: a jog, a rep at a pace and a rep by effort, that all belong to one turn."""
    parts = []
    for number in range(1, reps + 1):
        turn, work = {"rep": number, "of": reps}, f"Main / rep {number} of {reps} / work"
        parts += [
            rest(30, path=f"Main / rep {number} of {reps} / recovery", **turn),
            step(seconds=20, target=pace(4.5), steer=CoachBy.RATE, path=work, **turn),
            step(seconds=10, target=effort("hard"), path=work, **turn),
        ]
    return parts


def test_in_half_a_minute_there_is_one_word():
    """One word that tells something by itself: the rest, the number of the turn, the effort; never "Rep." alone."""
    bench = Bench(*thirty_twenty_ten())
    told = [*bench.start(), *bench.run(119, 4.5)]

    assert [cue.speech for cue in told if cue.speech] == ["Jog.", "Hard.", "Jog.", "Two.", "Hard."]
    assert any(len(cue.text.split()) > 5 for cue in told)
    assert (Sound.BEEP, "") in heard(told)


@pytest.mark.parametrize(
    ("kind", "said"),
    [(Kind.STRIDE, "Stride."), (Kind.HILL, "Hill."), (Kind.FLOAT, "Float."), (Kind.OPEN, "")],
)
def test_a_short_step_is_called_by_its_kind(kind, said):
    """A stride, a hill and a float have a word of their own, with a number and without; an open step has none."""
    for turn in ({}, {"rep": 3, "of": 4}):
        bench = Bench(step(kind, seconds=20, target=effort("fast, smooth"), name="Two words", **turn))

        assert bench.start()[0].speech == (said if kind is not Kind.OPEN or not turn else "Three.")


def test_a_start_that_had_its_tone_is_not_beeped_too():
    """The first turn has no word of its own, and "go" was told already."""
    bench = Bench(*thirty_twenty_ten())
    told = [*bench.start(), *bench.run(30.5, 4.5)]

    assert [cue.sound for cue in told if 29.9 < cue.at < 30.6 and cue.is_heard] == [Sound.GO]


def test_a_time_is_told_whole_or_not_at_all():
    """The half of "One thirty-seven." is another time; in a short rest the figure comes before its word."""
    bench = Bench(rep(600, target=pace(4.0), rep=1, of=2), rest(15))
    bench.start()
    bench.run(149, 4.0)
    ended = [cue for cue in bench.end() if cue.is_heard]

    assert [cue.speech for cue in ended if cue.kind is CueKind.SPLIT] == ["Two twenty-nine."]
    assert [cue.speech for cue in ended if cue.kind is CueKind.STEP] == ["Jog."]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Three minutes, hard, about 5k effort", "Three minutes, hard, about five k effort"),
        ("3x400 m @ 1:32 -- relaxed", "Three times four hundred metres at one thirty-two, relaxed"),
        ("Loosen, 2-3 min", "Loosen, two to three minutes"),
        ("85% HR & 30 g", "Eighty-five per cent heart rate and thirty grams"),
        ("5' + 20\"", "Five minutes plus twenty seconds"),
        ("1 km/h more, 2.5 in all", "One kilometre an hour more, two point five in all"),
        ("\N{RUNNER} go (easy) #2", "Go easy two"),
        ("12,000 or 0012 or 1234567", "Twelve thousand or zero zero one two or one two three four five six seven"),
        ("Ninety-eight, two slow.", "Ninety-eight, two slow."),
        ("Half in 1:35:00, 1:00:00 easy", "Half in one hour thirty-five minutes, one hour easy"),
        ("1:05:01 or 0:45", "One oh five oh one or forty-five"),
        ("1:05:00 or 1:00:07", "One hour five minutes or one hour seven seconds"),
    ],
)  # fmt: skip
def test_what_is_written_in_a_workout_is_read_out(written, said):
    """Digits, signs and units of a name, a label or a reminder are words for the ears; the screen keeps them."""
    bench = Bench(step(Kind.OPEN, seconds=1800, target=effort(written)))
    first = bench.start()[0]

    assert read_out(written, ENGLISH) == said
    assert read_out(said, ENGLISH) == said
    assert said.lower().removesuffix(".") in first.speech.lower()
    assert written.removesuffix(".") in first.text


def test_the_words_of_a_step_take_at_most_their_share_of_it():
    """Where the words are more than 15 % of the time, the first sentence is spoken, then nothing but a tone."""
    settings = CueSettings(speech_share=0.05)
    long = rep(400, target=pace(4.0), steer=CoachBy.TIME, rep=1, of=8, start_mark="B")
    bench = Bench(long, settings=settings)
    first = bench.start()[0]
    room = 0.05 * 100 * WORDS_PER_S

    assert first.text == "Rep one of eight. Four hundred metres in one forty. Start at the two hundred."
    assert (first.speech, first.sound) == ("Rep one of eight.", Sound.NONE)
    assert words(bench.cues) <= room


def test_a_step_without_room_for_a_word_has_a_tone():
    """A step cue without words is a beep; information without words is nothing."""
    bench = Bench(rep(400, rep=1, of=2), rest(60), settings=CueSettings(speech_share=0.0))
    first = bench.start()
    bench.run(97, 4.0)
    ended = bench.end()

    assert heard(first) == [(Sound.BEEP, "")]
    assert [cue for cue in ended if cue.kind is CueKind.SPLIT and cue.is_heard] == []


def test_safety_is_spoken_whatever_was_said():
    """A ceiling is told in full in a step whose words are spent."""
    bench = Bench(step(seconds=600), settings=CueSettings(speech_share=0.0), ceiling_bpm=180)
    bench.start()
    told = bench.run(10, heart=190)

    assert (Sound.EASE, "Slow down. Heart ceiling.") in heard(told)


def test_with_nobody_to_hear_nothing_is_heard():
    """`nowhere`, as in a run of a version without a voice: the same cues, without a word and a tone."""
    bench = Bench(rest(40), rep(400, rep=1, of=2), settings=CueSettings(listening=Listening.NOWHERE))
    bench.start()
    told = bench.run(60, 4.0)

    assert any(cue.spoken for cue in told)
    assert heard(told) == []


# --- an open speaker


def too_fast_at(metres, *, settings=SPEAKER, **context):
    """The first verdict of a rep of 2000 m that is run 9 % too fast from a place on, with where the runner was."""
    bench = Bench(rep(2000, start_mark="A", steer=CoachBy.RATE), settings=settings, **context)
    bench.start(came_from=Kind.FLOAT)
    bench.run(metres / 4.0, 4.0)
    while not (told := [cue for cue in bench.run(1, 4.36) if cue.kind in VERDICTS]):
        assert bench.metres < 1990
    return told[0], bench.metres


def test_on_a_speaker_a_verdict_waits_until_the_runner_comes_by():
    """In the ears it is said at once, on the far side of the track; from a speaker within 40 m of the laptop."""
    at_once, there = too_fast_at(300, settings=CueSettings())
    waited, here = too_fast_at(300)

    assert at_once.is_heard
    assert min(there % 400, 400 - there % 400) > 40
    assert waited.speech
    assert min(here % 400, 400 - here % 400) <= 44


def test_the_laptop_may_stand_elsewhere():
    """Its place is a setting."""
    there = CueSettings(listening=Listening.SPEAKER, speaker_at_m=200.0)
    _, here = too_fast_at(300, settings=there)

    assert abs(here % 400 - 200) <= 44


def test_where_nobody_knows_the_place_a_verdict_is_shown():
    """On the road nothing tells when the runner is near; the screen has the verdict at once."""
    told, _ = too_fast_at(300, surface="road")

    assert told.spoken
    assert not told.is_heard


def test_beside_a_treadmill_everything_is_near():
    """The belt stands where the laptop stands."""
    told, _ = too_fast_at(300, surface="treadmill")

    assert told.is_heard


@pytest.mark.parametrize("settings", [CueSettings(), SPEAKER])
def test_a_speaker_says_nothing_of_the_heart(settings):
    """In the ears a ceiling has words, on a speaker its tone alone."""
    bench = Bench(step(seconds=600), settings=settings, ceiling_bpm=180)
    bench.start()
    told = [cue for cue in bench.run(10, heart=190) if cue.kind is CueKind.HEART_RATE_CEILING]

    assert told[0].sound is Sound.EASE
    assert bool(told[0].speech) is (settings is not SPEAKER)


def test_a_speaker_names_no_heart_rate_in_a_step():
    """A target or an end by heart rate is for the runner's own ears, and on the screen as ever."""
    heart = StepTarget(Quantity.HEART_RATE, Band(120, None, 150), "120 to 150 bpm")
    ends = EndConditions((HeartRateEnd(120, below=True),), cap_s=180)
    said = {}
    for settings in (CueSettings(), SPEAKER):
        jog = replace(rest(60), until=ends)
        bench = Bench(step(Kind.WARM_UP, seconds=600, target=heart), jog, settings=settings)
        cues = [*bench.start(), *bench.start(1)]
        said[settings.listening] = [cue.speech for cue in cues if cue.kind is CueKind.STEP]
        assert "one fifty" in cues[0].text

    assert said[Listening.EARS] == [
        "Warm-up. Ten minutes, heart rate one twenty to one fifty.",
        "Jog. Until one twenty.",
    ]
    assert said[Listening.SPEAKER] == ["Warm-up. Ten minutes.", "Jog."]


def test_a_speaker_still_counts_and_names_steps():
    """Countdown and start are heard wherever the runner is."""
    bench = Bench(rest(40), rep(400, rep=1, of=2), settings=SPEAKER)
    told = [*bench.start(), *bench.run(41)]

    assert (Sound.GO, "") in heard(told)
    assert any("rep one" in cue.speech for cue in told)


@pytest.mark.parametrize(
    ("settings", "is_beeped"),
    [
        (CueSettings(), True),
        (SPEAKER, False),
        (CueSettings(listening=Listening.SPEAKER, speaker_light_beeps=True), True),
    ],
)
def test_the_light_beeps_in_the_ears_and_on_a_speaker_by_request(settings, is_beeped):
    """In clock mode each hundred metres of the light are a beep."""
    bench = Bench(rep(400, steer=CoachBy.TIME), settings=settings, pod=False)
    bench.start()
    told = [cue for cue in bench.run(80) if cue.why.rule == "light_calls"]

    assert [cue.text for cue in told] == ["One hundred.", "Two hundred.", "Three hundred."]
    assert heard(told) == ([(Sound.BEEP, "")] * 3 if is_beeped else [])


def test_in_clock_mode_the_light_tells_the_place():
    """Without any distance the runner is taken to be where the light is."""
    bench = Bench(rep(1200, start_mark="A", steer=CoachBy.TIME), settings=SPEAKER, pod=False, ceiling_bpm=200)
    bench.start()
    speech = bench.coach.speech
    near = {round(bench.now) for _ in range(110) if bench.run(1) is not None
            and not speech.is_out_of_earshot(bench.now, CueKind.TOO_FAST)}  # fmt: skip

    assert min(near) == 1
    assert {*range(1, 11), *range(90, 111)} == near


def test_in_a_rest_the_runner_is_where_the_rep_ended():
    """A rest by time is spent near the mark at which the rep ended."""
    reps = (
        rep(400, start_mark="A", finish_mark="A"),
        rest(60),
        rep(200, start_mark="A", finish_mark="B"),
        rest(60),
    )
    bench = Bench(*reps, settings=SPEAKER)
    bench.start(1)
    at_line = bench.coach.speech.is_out_of_earshot(bench.now, CueKind.TOO_FAST)
    bench.start(3)
    across = bench.coach.speech.is_out_of_earshot(bench.now, CueKind.TOO_FAST)

    assert (at_line, across) == (False, True)


# --- what is asked for, and what is missing


def halfway(bench):
    """When the middle of the run was called."""
    return [(cue.at, cue.speech, cue.sound) for cue in bench.cues if cue.why.rule == "halfway"]


def test_the_middle_of_an_easy_run_is_called_by_request():
    """By distance at the first sample past it, by time at its own moment, and only for who asked."""
    easy = pace(3.0, ref="easy")
    asked = CueSettings(halfway=True)
    by_metres = Bench(rep(3000, target=easy), settings=asked, surface="road")
    by_time = Bench(step(Kind.OPEN, seconds=900), settings=asked, surface="grass")
    unasked = Bench(rep(3000, target=easy), surface="road")
    for bench in (by_metres, by_time, unasked):
        bench.start()
        bench.run(850, 3.0)

    assert halfway(by_metres) == [(500.0, "Halfway. Turn around.", Sound.ON)]
    assert halfway(by_time) == [(450.0, "Halfway. Turn around.", Sound.ON)]
    assert halfway(unasked) == []


def test_a_pause_moves_the_middle():
    """A run by time is half over when half of its running time is."""
    bench = Bench(step(Kind.OPEN, seconds=900), settings=CueSettings(halfway=True), surface="road")
    bench.start()
    bench.run(100, 3.0)
    bench.press(Button.PAUSE)
    bench.run(60, 0.0)
    bench.press(Button.RESUME)
    bench.run(400, 3.0)

    assert [at for at, *_ in halfway(bench)] == [510.0]


@pytest.mark.parametrize(
    ("made", "surface"),
    [
        (step(Kind.OPEN, seconds=900), "track"),
        (step(Kind.OPEN, seconds=900), "treadmill"),
        (step(Kind.OPEN, seconds=300), "road"),
        (step(Kind.WARM_UP, seconds=900), "road"),
        (rep(3000, target=pace(3.0)), "road"),
        (rep(3000, target=pace(3.0, ref="easy"), rep=1, of=2), "road"),
    ],
)
def test_nobody_turns_around_elsewhere(made, surface):
    """Not on a track or a belt, in a short run, a warm-up, a tempo or a rep."""
    bench = Bench(made, rest(60), settings=CueSettings(halfway=True), surface=surface)
    bench.start()
    bench.run(880, 3.0)

    assert halfway(bench) == []


def test_a_sensor_that_is_missing_is_a_low_tone_half_a_minute_before_the_start():
    """The strap is lost while the runner walks to the line; the pod is live, and is not told of."""
    bench = Bench(rep(1000))
    bench.delay(60)
    bench.run(5, 1.0, heart=80)
    bench.run(35, 1.0)
    told = [cue for cue in bench.cues if cue.why.rule == "sensor_missing"]

    assert [(cue.at, cue.text, cue.speech, cue.sound) for cue in told] == [
        (30.0, "Heart rate missing.", "", Sound.LOW)
    ]


@pytest.mark.parametrize(("delay_s", "settings"), [(25, CueSettings()), (60, CueSettings(missing_s=0.0))])
def test_a_short_delay_and_an_old_run_look_for_nothing(delay_s, settings):
    """Less than half a minute before the start nothing can be mended."""
    bench = Bench(rep(1000), settings=settings)
    bench.delay(delay_s)
    bench.run(5, 1.0, heart=80)
    bench.run(35, 1.0)

    assert not any(cue.why.rule == "sensor_missing" for cue in bench.cues)


def test_with_every_sensor_there_nothing_is_missing():
    """The tone is for what can be mended."""
    bench = Bench(rep(1000))
    bench.delay(60)
    bench.run(40, 1.0, heart=80)

    assert not any(cue.why.rule == "sensor_missing" for cue in bench.cues)


def test_the_place_of_an_end_is_spoken_once():
    """Of reps as long as the one before the time alone is spoken; the screen keeps the place."""
    bench = Bench(rep(400), rest(60), rep(400), rest(60), rep(600))
    bench.start()
    bench.run(100 + 60 + 100 + 60 + 151, 4.0)
    told = [(cue.text, cue.speech) for cue in bench.cues if cue.kind is CueKind.SPLIT and cue.speech]
    ends = [words for words in told if "forty" in words[0] or "thirty" in words[0]]

    assert ends == [
        ("Four hundred, one forty.", "Four hundred, one forty."),
        ("Four hundred, one forty.", "One forty."),
        ("One forty.", "One forty."),  # a lap of the next one
        ("Six hundred, two thirty.", "Six hundred, two thirty."),
    ]


def test_a_verdict_that_waits_says_why():
    """Who looks at the box or asks `explain` learns that the runner is not near the speaker."""
    bench = Bench(rep(2000, start_mark="A", steer=CoachBy.RATE), settings=SPEAKER)
    bench.start(came_from=Kind.FLOAT)
    bench.run(50, 4.0)
    reasons = {suppression.reason for suppression in bench.coach.suppressions(bench.now)}
    bench.run(50, 4.0)
    near = {suppression.reason for suppression in bench.coach.suppressions(bench.now)}

    assert SuppressionReason.OUT_OF_EARSHOT in reasons
    assert SuppressionReason.OUT_OF_EARSHOT not in near
