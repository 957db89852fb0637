"""The journal of mornings: what is added is read again, damage costs its lines only, and is set aside and said."""

import stat
from datetime import date

import pytest

from coach.edge.training_files import TORN, MorningJournal, decode_fact, encode_fact
from coach.plan.config import Posture
from coach.plan.mornings import (
    AcuteSign,
    CheckIn,
    DebriefAnswer,
    GutSign,
    LegFeel,
    LifeStress,
    Morning,
    Niggle,
    RaceLook,
    RecoveryLine,
    RedFlag,
)
from coach.problems import CoachProblem, RecordingProblem
from coach.recording.lines import encode_record

DAY = date(2026, 11, 30)
AT = "2026-11-30T06:41:07+01:00"
WHOLE = CheckIn(
    DAY,
    frozenset({AcuteSign.FEVER}),
    frozenset({RedFlag.DREAD, RedFlag.APPETITE}),
    frozenset({GutSign.WIRED}),
    LegFeel.STALE,
    2,
    LifeStress.HIGH,
    6.5,
    20.0,
    has_eaten=False,
    niggle=Niggle("left calf", 3, changes_gait=False),
    yesterday_rpe=8,
    cycle_day=12,
)
MORNING = Morning(DAY, 401, 3.912345, 48.25, Posture.LYING, corrected_share=0.012, run="01J")


@pytest.fixture
def journal(tmp_path):
    """A journal that is not there yet."""
    return MorningJournal(tmp_path / "mornings" / "anna.jsonl")


@pytest.mark.parametrize(
    "fact",
    [
        WHOLE,
        MORNING,
        CheckIn(DAY, acute=frozenset()),
        Morning(DAY, source="csv:hrv", unit="ln"),
        DebriefAnswer(DAY, "fade", "accepted", 2, (DAY,), 7),
        DebriefAnswer(DAY, "fade", "off"),
        RaceLook(DAY, "City run", "the light", "", "even"),
        RecoveryLine(DAY, "tired", "", "a walk"),
    ],
)
def test_a_fact_is_the_same_after_it_was_kept(fact):
    """Every field comes back, and what was not known stays unknown."""
    record = encode_fact(fact)
    assert decode_fact(record) == fact
    assert None not in next(iter(record.values())).values()


def test_a_later_line_of_a_day_and_a_later_look_at_a_race_replace_the_earlier(journal):
    """Answers are kept in their order; what misses its rule is no answer."""
    answers = [DebriefAnswer(DAY, "fade", "refused", 1), DebriefAnswer(DAY, "fade", "off")]
    journal.append([RecoveryLine(DAY, "tired"), RaceLook(DAY, "City run"), *answers], AT)
    journal.append([RecoveryLine(DAY, "rested"), RaceLook(DAY, "City run", pacing="even")], AT)
    kept = journal.read()
    assert kept.answers == tuple(answers)
    assert kept.races == (RaceLook(DAY, "City run", pacing="even"),)
    assert kept.lines == (RecoveryLine(DAY, "rested"),)
    assert decode_fact({"debrief": {"day": "2026-11-30"}}) is None
    assert decode_fact({"debrief": {"day": "2026-11-30", "rule": "x", "answer": "off", "days": [3]}}) is None
    assert decode_fact({"line": {"day": "2026-11-30", "body": 3}}) == RecoveryLine(DAY)


def test_what_is_added_is_read_and_can_be_read_by_its_owner_alone(journal):
    """Two days, three facts; folder 0700, file 0600."""
    assert journal.read().mornings == ()
    journal.append([MORNING, WHOLE], AT)
    journal.append([CheckIn(date(2026, 12, 1), mood=4)], AT)
    kept = journal.read()

    assert kept.mornings == (MORNING,)
    assert kept.by_day == {DAY: WHOLE, date(2026, 12, 1): CheckIn(date(2026, 12, 1), mood=4)}
    assert kept.trouble == ()
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_a_later_import_of_a_date_replaces_the_earlier_one(journal):
    """A measurement never does: the first usable of a day counts, whatever follows."""
    old, new = Morning(DAY, None, 3.8, source="csv:hrv"), Morning(DAY, None, 3.9, source="csv:hrv")
    journal.append([old, MORNING], AT)
    journal.append([new], AT)
    assert journal.read().mornings == (MORNING, new)


def test_a_damaged_journal_keeps_what_is_whole_and_sets_the_rest_aside(journal):
    """The good prefix is kept, so is what follows the damage; the bytes are set aside, which is said once."""
    journal.append([MORNING, CheckIn(DAY, mood=4)], AT)
    journal.append([CheckIn(DAY, legs=LegFeel.SHARP)], AT)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    damaged = lines[1].replace(b'"mood":4', b'"mood":5')
    journal.path.write_bytes(lines[0] + damaged + lines[2] + b'{"format":"coach-mor')
    kept = journal.read()

    assert kept.mornings == (MORNING,)
    assert kept.by_day == {DAY: CheckIn(DAY, legs=LegFeel.SHARP)}
    (said,) = kept.trouble
    assert (
        f"{len(damaged) + 20} bytes are set aside in anna.jsonl.torn; what is whole is kept, 2 lines." in said
    )
    assert journal.path.with_name("anna.jsonl" + TORN).read_bytes() == damaged + b'{"format":"coach-mor'
    assert journal.path.read_bytes() == lines[0] + lines[2]
    assert journal.read().trouble == ()


def test_a_line_that_was_cut_off_never_joins_the_next(journal):
    """What is added behind a torn end begins on a line of its own."""
    journal.append([CheckIn(DAY, mood=4)], AT)
    journal.path.write_bytes(journal.path.read_bytes()[:-5])
    journal.append([CheckIn(DAY, legs=LegFeel.SHARP)], AT)

    assert journal.read().by_day == {DAY: CheckIn(DAY, legs=LegFeel.SHARP)}


def test_a_newer_journal_is_refused_and_left_alone(journal):
    """A version this program does not know is never rewritten."""
    journal.append([WHOLE], AT)
    line = encode_record({"format": "coach-mornings/2", "check_in": {"day": "2026-11-30"}})
    with journal.path.open("ab") as file:
        file.write(line)
    before = journal.path.read_bytes()
    with pytest.raises(RecordingProblem, match="a newer program wrote it"):
        journal.read()
    assert journal.path.read_bytes() == before


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"morning": {"ln_rmssd": 4.0}},
        {"check_in": {"day": "2026-13-01"}},
        {"check_in": ["2026-11-30"]},
        {"something": {"day": "2026-11-30"}},
    ],
)
def test_a_record_that_is_no_fact_is_passed_over(record):
    """Without a day nothing is known of it."""
    assert decode_fact(record) is None


def test_values_that_cannot_be_are_not_known():
    """A mood of nine, true for a number, a sign of a newer program: unknown, never 0 and never fine."""
    said = {
        "day": "2026-11-30",
        "mood": 9,
        "sleep_h": True,
        "acute": ["plague"],
        "flags": ["dread", "plague"],
    }
    fact = decode_fact({"check_in": said})
    assert fact == CheckIn(DAY, flags=frozenset({RedFlag.DREAD}))


def test_a_folder_that_cannot_be_made_is_a_problem(journal):
    """The path and what to do are named."""
    journal.path.parent.write_text("no folder")
    with pytest.raises(CoachProblem, match="the morning cannot be saved"):
        journal.append([WHOLE], AT)


def test_a_folder_in_place_of_the_journal_is_a_problem(journal):
    """It is named, with what to do."""
    journal.path.mkdir(parents=True)
    with pytest.raises(CoachProblem, match="the morning cannot be saved"):
        journal.append([WHOLE], AT)
