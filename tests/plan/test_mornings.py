"""Answers as they are typed: each is read, written so that it is read again, or refused with what can be answered."""

from datetime import date

import pytest

from coach.plan.mornings import (
    CYCLE,
    QUESTIONS,
    AcuteSign,
    CheckIn,
    GutSign,
    LegFeel,
    LifeStress,
    Niggle,
    RedFlag,
    answer_text,
    merge_check_ins,
    question_of,
    read_answer,
)

TODAY = date(2026, 11, 30)


def read(line):
    """Read a line that begins with the word of its question."""
    question, answer = question_of(line)
    assert question is not None
    return read_answer(question, answer, TODAY)


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("acute none", {"acute": frozenset()}),
        ("acute no", {"acute": frozenset()}),
        ("acute fever", {"acute": frozenset({AcuteSign.FEVER})}),
        ("Acute: chest pain, fever", {"acute": frozenset({AcuteSign.FEVER, AcuteSign.CHEST_PAIN})}),
        ("acute ill below the neck", {"acute": frozenset({AcuteSign.BELOW_THE_NECK})}),
        ("acute 2 and 4", {"acute": frozenset({AcuteSign.CHEST_PAIN, AcuteSign.FAINTNESS})}),
        ("flags dead legs for days; often ill", {"flags": frozenset({RedFlag.DEAD_LEGS, RedFlag.OFTEN_ILL})}),
        ("flags morning heart rate up 10 %", {"flags": frozenset({RedFlag.HIGH_PULSE})}),
        ("gut heavy wired", {"gut": frozenset({GutSign.HEAVY, GutSign.WIRED})}),
        ("legs sharp", {"legs": LegFeel.SHARP}),
        ("mood 4/5", {"mood": 4}),
        ("stress high", {"stress": LifeStress.HIGH}),
        ("sleep 7", {"sleep_h": 7.0}),
        ("sleep 7,5 h", {"sleep_h": 7.5}),
        ("sleep 7h30", {"sleep_h": 7.5}),
        ("sleep 6:45 nap 20 min", {"sleep_h": 6.75, "nap_min": 20.0}),
        ("sleep nap 20", {"nap_min": 20.0}),
        ("food yes", {"has_eaten": True}),
        ("food no", {"has_eaten": False}),
        ("niggle none", {"niggle": Niggle("", 0, changes_gait=False)}),
        ("niggle left calf 3", {"niggle": Niggle("left calf", 3)}),
        ("niggle left calf, 3 of 10, no gait", {"niggle": Niggle("left calf", 3, changes_gait=False)}),
        ("niggle knee 6 limping", {"niggle": Niggle("knee", 6, changes_gait=True)}),
        (
            "niggle left calf 3 does not change my gait",
            {"niggle": Niggle("left calf", 3, changes_gait=False)},
        ),
        ("niggle calf 2, doesn't change gait", {"niggle": Niggle("calf", 2, changes_gait=False)}),
        ("niggle calf 2 without limping", {"niggle": Niggle("calf", 2, changes_gait=False)}),
        ("niggle calf 2 gait unchanged", {"niggle": Niggle("calf", 2, changes_gait=False)}),
        ("niggle calf 2 gait: no", {"niggle": Niggle("calf", 2, changes_gait=False)}),
        ("niggle calf 2 changes how I run", {"niggle": Niggle("calf", 2, changes_gait=True)}),
        ("niggle calf 2 changes my gait", {"niggle": Niggle("calf", 2, changes_gait=True)}),
        ("acute fever, chills", {"acute": frozenset({AcuteSign.FEVER})}),
        ("acute none, but chest pain", {"acute": frozenset({AcuteSign.CHEST_PAIN})}),
        ("legs sh", {"legs": LegFeel.SHARP}),
        ("stress h", {"stress": LifeStress.HIGH}),
        ("niggle gait", {"niggle": Niggle("", None, changes_gait=True)}),
        ("rpe 8", {"yesterday_rpe": 8}),
        ("cycle 12", {"cycle_day": 12}),
    ],
)
def test_an_answer_is_read_and_written_so_that_it_is_read_again(line, answers):
    """Typed answers become facts, and can be written back."""
    check_in = read(line)
    question, _ = question_of(line)
    assert question is not None
    text = answer_text(check_in, question)
    assert text is not None

    assert check_in == CheckIn(TODAY, **answers)
    assert read_answer(question, text, TODAY) == check_in


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("acute perhaps", "'perhaps' is none of fever"),
        ("acute 9", "there is no sign 9"),
        ("flags", "answer as in: flags"),
        ("legs so-so", "answer sharp or stale"),
        ("mood 6", "answer 1 to 5"),
        ("mood good", "answer 1 to 5"),
        ("sleep 25", "0 to 24 hours"),
        ("legs s", "sharp or stale"),
        ("acute no chest pain", "'no' is none of"),
        ("acute fever is gone", "is none of"),
        ("sleep well", "is not a number of hours"),
        ("sleep 7 nap 999", "a nap is 0 to 300"),
        ("niggle knee 11", "0 to 10"),
        ("rpe 0", "answer 1 to 10"),
        ("food some", "answer yes or no"),
    ],
)
def test_what_answers_something_else_is_refused(line, reason):
    """The reason says what can be answered."""
    with pytest.raises(ValueError, match=reason):
        read(line)


def test_there_are_ten_questions_and_each_example_answers_its_own():
    """Ten, all optional, each with an example that is read; the cycle is never asked for."""
    assert len(QUESTIONS) == 10
    assert CYCLE not in QUESTIONS
    for question in (*QUESTIONS, CYCLE):
        assert question_of(question.example)[0] is question
        assert not read(question.example).is_empty
        assert answer_text(CheckIn(TODAY), question) is None


def test_a_later_answer_to_the_same_question_counts_and_others_stay():
    """Dated facts: what was not asked again is kept, and another day is another check-in."""
    days = merge_check_ins(
        [read("legs sharp"), read("mood 4"), read("legs stale"), CheckIn(date(2026, 11, 29), mood=1)]
    )

    assert days[TODAY] == CheckIn(TODAY, legs=LegFeel.STALE, mood=4)
    assert days[date(2026, 11, 29)].mood == 1
