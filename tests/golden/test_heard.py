"""What is heard in the golden evenings: every cue that is to be heard is, at its time, in its words."""

import wave

import pytest

from coach.cues.cue import Cue, CueClass
from coach.live.run import LiveRun, refold
from tests.golden.evenings import EVENINGS, setup_of, simulated
from tests.golden.heard import heard, listed

LATE_S = {
    CueClass.SAFETY: 0.6,
    CueClass.COUNTDOWN: 0.6,
    CueClass.STEP: 8.0,
    CueClass.COACH: 6.0,
    CueClass.INFO: 10.0,
}
"""How long after its cue something may begin to be heard: the wake-up of earphones, or what waits its turn."""


@pytest.mark.parametrize("evening", EVENINGS, ids=lambda evening: evening.name)
def test_every_cue_of_an_evening_is_heard_in_its_words(evening):
    """Nothing is dropped, nothing is cut off, no word is missing from the recorded voice, and all is as loud."""
    cues = [
        output.output
        for output in refold(LiveRun(setup_of(evening)), simulated(evening).inputs).timed_outputs
        if isinstance(output.output, Cue) and output.output.is_heard
    ]
    result = heard(evening)

    assert sorted((each.due, each.words.split(") ")[-1]) for each in result) == sorted(
        (cue.at, cue.speech or f"({cue.sound.value})") for cue in cues
    )
    assert [each.at for each in result] == sorted(each.at for each in result)
    for each in result:
        assert -0.01 <= each.at - each.due <= LATE_S[CueClass(each.cue_class)], listed([each])
        assert -23.0 < each.level_db < -12.0, listed([each])
        assert not each.is_cut, listed([each])


def test_beeps_are_a_second_apart_and_go_is_heard_at_the_start():
    """Three, two, one, go of an evening lie within 20 ms of their seconds: the device was held open for them."""
    evening = EVENINGS[0]
    counted = [each for each in heard(evening) if each.words in {"(beep)", "(go)"}]

    assert len(counted) > 10
    assert all(abs(each.at - each.due) <= 0.02 for each in counted)


def test_the_file_is_as_long_as_the_run(tmp_path):
    """What is heard at a time of the run stands at that time of the file."""
    evening = EVENINGS[-1]
    result = heard(evening, tmp_path / "evening.wav")

    with wave.open(str(tmp_path / "evening.wav"), "rb") as file:
        rate = file.getframerate()
        last = result[-1]
        file.setpos(round(last.at * rate))
        spoken = file.readframes(round(last.seconds * rate))
        assert file.getnframes() >= (last.at + last.seconds) * rate
    assert max(spoken[1::2]) > 20
