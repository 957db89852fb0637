"""Rules that the settings switch on are in every run, and in its journal."""

from dataclasses import replace

import pytest

from coach.app.setup import foreign_setup, header_of, live_setup, recorded_setup
from coach.app.terminal import SILENT, RunMode
from coach.app.workouts import compile_embedded
from coach.athlete import Athlete, Entry, HeartRates, HeartRateValue
from coach.edge.clock import MachineClock
from coach.edge.settings import Settings
from coach.interchange.recordings.common import ForeignRecording
from coach.physiology.heart_rate import HeartRateKinetics
from coach.problems import AthleteProblem
from coach.quantities import Seconds
from coach.recording.codec import encode_header, read_journal
from coach.workout.edits import OptIn

BOTH = Settings(gates=OptIn(red_minutes_per_km=3.0, hrv_within_percent=3.0, fallback_bpm=130.0))
RULES = ["red minutes per km", "HRV within 3 % of the 30-day mean"]


def workout(source="measured"):
    """Return a free run of an athlete with this threshold heart rate."""
    rates = HeartRates(threshold=HeartRateValue(bpm=170, source=source))
    history = (Entry.model_validate({"from": "2026-05-01", "heart_rate": rates.model_dump()}),)
    return compile_embedded(None, Athlete(slug="ida", name="Ida", history=history), SILENT, name="free")


def rules(setup):
    """Return the names of the gates of the first step."""
    return [gate.rule for gate in setup.timeline.steps[0].gates]


def header(setup):
    """Return the header of its journal, written and read again."""
    return read_journal(encode_header(header_of(setup, workout(), MachineClock()))).header


def test_a_replay_keeps_the_rules_of_its_run():
    """A live run has the gates, and its journal restores them whatever the settings are."""
    setup = live_setup(workout(), BOTH, "01", RunMode.SCREEN)
    assert rules(setup) == RULES
    assert recorded_setup(header(setup), SILENT) == setup


def test_a_run_without_rules_is_replayed_without():
    """No rule is on by default, nor in a journal older than the rules."""
    setup = live_setup(workout(), Settings(), "01", RunMode.SCREEN)
    kept = header(setup)
    old = {name: told for name, told in kept.settings.items() if name != "gates"}
    assert rules(setup) == []
    assert recorded_setup(kept, SILENT) == recorded_setup(replace(kept, settings=old), SILENT) == setup


def test_settings_named_for_a_replay_win():
    """Given settings replace those of the header, with these rules."""
    kept = header(live_setup(workout(), Settings(), "01", RunMode.SCREEN))
    assert rules(recorded_setup(kept, SILENT, workout(), BOTH)) == RULES


def test_foreign_recordings_are_judged_by_them_too():
    """A recording without settings uses those in force."""
    recording = ForeignRecording("csv", "file-0", inputs=(), periods={})
    assert rules(foreign_setup(workout(), BOTH, recording)) == RULES


@pytest.mark.parametrize("who", [workout("estimated"), compile_embedded(None, None, SILENT, name="free")])
def test_red_minutes_without_a_measured_threshold_are_refused(who):
    """An estimated threshold makes no rule; the message names the command."""
    with pytest.raises(AthleteProblem) as caught:
        live_setup(who, BOTH, "01", RunMode.SCREEN)
    assert "coach athlete set --threshold-heart-rate 170" in caught.value.hint


def test_a_setting_this_version_has_not_is_left_out_and_told(console):
    """A journal of another version replays, and the unknown settings are named."""
    kept = header(live_setup(workout(), Settings(), "01", RunMode.SCREEN))
    other = {**kept.settings, "gates": {"blue_minutes": 1.0}, "cues": {"budget": 5, "shout": True}}
    setup = recorded_setup(replace(kept, settings=other), console)
    assert setup.cues.budget == 5
    (cues, gates) = console.lines
    assert "cues.shout" in cues
    assert "gates.blue_minutes" in gates


def test_a_journal_keeps_how_fast_the_heart_followed(console):
    """A replay uses the kinetics of the start of its run, and no later ones."""
    known = HeartRateKinetics(Seconds(6.0), Seconds(29.5), Seconds(13.0), Seconds(50.0), 8, 7)
    setup = replace(live_setup(workout(), Settings(), "01", RunMode.SCREEN), heart_rate_kinetics=known)
    assert recorded_setup(header(setup), SILENT) == setup
    odd = replace(header(setup), settings={"heart_rate_kinetics": {"tau_up_s": "long"}})
    assert recorded_setup(odd, console).heart_rate_kinetics == HeartRateKinetics()
    assert "heart_rate_kinetics.tau_up_s" in console.lines[0]
