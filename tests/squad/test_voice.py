"""One speaker for several runners: the runner first, a budget over all, the same words once."""

from dataclasses import replace

import pytest

from coach.cues.cue import Cue, CueClass, CueKind, Sound, Why
from coach.edge.voices import ClipBank
from coach.squad.board import SquadVoice, with_name
from tests.squad.squads import at, roster

ANA, BEN, CLEO = roster(3).runners


def cue(
    when: float, kind: CueKind = CueKind.TOO_FAST, of: CueClass = CueClass.COACH, speech: str = "Ease off."
) -> Cue:
    """A cue that is spoken."""
    return Cue(at(when), kind, of, speech, Why("test"), at(5.0), speech=speech)


def test_whose_it_is_comes_first():
    """The number of the key; the name where the key is a letter, or where only a tone is left."""
    assert with_name(CLEO, cue(1.0)).speech == "Three. Ease off."
    assert with_name(replace(CLEO, key="c"), cue(1.0)).speech == "Cleo. Ease off."
    assert with_name(ANA, cue(1.0, speech="")).speech == "One."


def test_the_recorded_voice_knows_the_numbers():
    """One to eight are in the bank, so that they are spoken without another voice."""
    bank = ClipBank.load()
    assert all(bank.sequence(with_name(one, cue(1.0)).speech.split()[0].lower()) for one in roster(8).runners)


def test_a_coachs_cue_each_fifteen_seconds():
    """Over all runners together."""
    voice = SquadVoice()
    heard = [
        voice.select(one, cue(when)) for one, when in ((ANA, 1.0), (BEN, 5.0), (CLEO, 15.9), (BEN, 16.0))
    ]
    assert [each is not None for each in heard] == [True, False, False, True]


def test_safety_and_countdowns_do_not_count():
    """They are spoken in between, safety with its runner."""
    voice = SquadVoice()
    assert voice.select(ANA, cue(1.0)) is not None
    safety = voice.select(BEN, cue(2.0, CueKind.HEART_RATE_CEILING, CueClass.SAFETY, "Ease now."))
    assert safety is not None
    assert safety.speech == "Two. Ease now."
    beep = replace(cue(3.0, CueKind.COUNTDOWN, CueClass.COUNTDOWN, ""), sound=Sound.BEEP)
    assert voice.select(ANA, beep) == beep
    assert voice.select(BEN, replace(beep, at=at(3.1))) is None


def test_a_group_hears_its_step_once():
    """Four who start together hear one announcement; the next has room after some seconds."""
    voice = SquadVoice()
    step = cue(10.0, CueKind.STEP, CueClass.STEP, "Rep two. Eight hundred.")
    heard = [
        voice.select(one, replace(step, at=at(10.0 + place))) for place, one in enumerate((ANA, BEN, CLEO))
    ]
    assert [each is not None for each in heard] == [True, False, False]
    other = replace(step, at=at(14.5), speech="Jog.")
    assert voice.select(BEN, other) is not None
    assert voice.select(BEN, replace(other, at=at(19.0))) is not None


@pytest.mark.parametrize(
    "one",
    [
        replace(cue(1.0), spoken=False),
        replace(cue(1.0), speech="", sound=Sound.NONE),
        cue(1.0, CueKind.SPLIT, CueClass.INFO, "Fifty-four."),
        replace(cue(1.0, CueKind.STEP, CueClass.STEP, ""), sound=Sound.EASE),
    ],
)
def test_what_is_for_the_runners_own_ears(one):
    """Splits and tones without words are not for everybody."""
    assert SquadVoice().select(ANA, one) is None
