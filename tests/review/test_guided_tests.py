"""Guided tests are read for what they found; it is offered with its error, and never saved by itself."""
# mypy: disable-error-code="arg-type,union-attr"
# plain numbers stand for quantities here

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.athlete import athlete_from
from coach.cli.group import root
from coach.live.contract import RunSetup
from coach.live.run import LiveRun, refold
from coach.review.lessons import evenness, findings, pace_offer
from coach.session.events import EndReason, StepEnded
from coach.simulate import RunnerProfile, VirtualRunner, simulate
from coach.workout.document import compile_workout, load_document
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, DistanceEnd, EndConditions, Quantity, Step, StepTarget, TimeEnd

LIBRARY = Path(__file__).parents[2] / "workouts"
RUNNER = athlete_from(
    {
        "format": "coach-athlete/1",
        "slug": "ada",
        "name": "Ada",
        "history": [{"from": "2026-01-01", "threshold_pace": "4:10/km", "goal": {"pace": "4:00/km"}}],
    },
    name="ada",
)


def timeline_of(name):
    """A workout of the library, compiled."""
    document = load_document((LIBRARY / f"{name}.json").read_bytes(), name=name)
    return compile_workout(document, RUNNER)


def results(name, *, kinds=(Kind.WORK, Kind.HILL), **of_each):
    """The ends of a test's steps: `of_each` holds a list of values for each thing that was measured."""
    steps = [
        step for step in timeline_of(name).steps if step.section in {"Test", "Ramp"} and step.kind in kinds
    ]
    for place, step in enumerate(steps):
        told = {key: values[place] for key, values in of_each.items() if place < len(values)}
        seconds = told.pop("time_s", step.until.time() or 100.0)
        reason = told.pop("reason", EndReason.DONE)
        yield StepEnded(place, place, step, reason, place, seconds, **told)


def found(name, **of_each):
    """The findings of such results."""
    return findings(results(name, **of_each))


def test_the_threshold_trial_reads_its_last_20_minutes():
    """Mean heart rate and mean speed of the last 20 minutes, not of all 30, are offered, each with a command."""
    heart, pace = found("test-threshold-30min", mean_heart_rate=[160.0, 171.6], mean_speed=[4.3, 4.0])
    assert heart.options == ("--threshold-heart-rate 172",)
    assert "good to 2 to 4 bpm" in heart.words
    assert pace.options == ("--threshold-pace 4:10/km",)
    assert heart.command("ada", "2026-05-31") == (
        "coach athlete set ada --threshold-heart-rate 172 --from 2026-05-31"
    )
    assert heart.command() == "coach athlete set --threshold-heart-rate 172"


def test_a_trial_that_was_not_run_whole_offers_nothing():
    """Cut short or paused, a trial has no threshold; without a strap it has only a pace."""
    for wrong in (
        {"cut": [False, True]},
        {"broken": [False, True]},
        {"reason": [EndReason.DONE, EndReason.NEXT]},
    ):
        (said,) = found("test-threshold-30min", mean_heart_rate=[160, 170], **wrong)
        assert said.command() == ""
        assert "not run whole" in said.words
    said, pace = found("test-threshold-30min", mean_speed=[4.0, 4.0])
    assert (said.options, pace.options) == ((), ("--threshold-pace 4:10/km",))


def test_the_three_runs_give_critical_speed():
    """714, 462 and 216 s are 4.82 m/s and 164 m, both with their error; the trials themselves are offered."""
    (said,) = found("test-critical-speed", time_s=[714.0, 462.0, 216.0])
    assert "4.82 ± 0.14 m/s" in said.words
    assert "164 ± 88 m" in said.words
    assert said.options == ('--trial "3600 m=11:54.0"', '--trial "2400 m=7:42.0"', '--trial "1200 m=3:36.0"')


@pytest.mark.parametrize(
    ("of_each", "reason"),
    [
        ({"time_s": [640.0, 462.0, 216.0]}, "not a full effort"),
        ({"time_s": [714.0, 462.0, 216.0], "cut": [True]}, "Not every run was run whole"),
    ],
)
def test_runs_that_do_not_fit_offer_nothing(of_each, reason):
    """A long run as fast as a short one, or one that was cut, is no test; the reason is given."""
    (said,) = found("test-critical-speed", **of_each)
    assert (said.options, reason in said.words) == ((), True)


def test_a_bridged_end_is_spoken_of():
    """If the line was crossed in a gap the time is a guess, and the runner is asked to press next time."""
    (said,) = found("test-critical-speed", time_s=[714.0, 462.0, 216.0], estimated=[True])
    assert "press at the line" in said.words


def test_the_ramp_has_an_honest_error_bar():
    """A ramp that ended half-way through 16.5 km/h gives about 13.7 km/h, and says what else is as likely."""
    whole = [60.0] * 17
    threshold, heart = found(
        "test-ramp",
        time_s=[*whole, 30.0],
        cut=[False] * 17 + [True] + [True] * 7,
        reason=[EndReason.DONE] * 17 + [EndReason.COOL_DOWN] + [EndReason.SKIPPED] * 7,
        max_heart_rate=[*([150.0] * 17), 188.4],
    )
    assert "ended at 16.3 km/h" in threshold.words
    assert threshold.options == ("--threshold-pace 4:24/km",)
    assert "from 4:06/km to 4:44/km" in threshold.words
    assert heart.options == ("--max-heart-rate 188",)


def test_a_ramp_of_four_stages_is_no_ramp():
    """A runner who stops in the fifth minute gets no result."""
    reasons = [EndReason.DONE] * 4 + [EndReason.COOL_DOWN] + [EndReason.SKIPPED] * 20
    (said,) = found("test-ramp", reason=reasons, cut=[False] * 4 + [True])
    assert (said.options, "too few" in said.words) == ((), True)


def test_the_hill_gives_the_highest_heart_rate():
    """The highest value of the hills is offered; two that lie far apart are questioned."""
    (said,) = found("test-max-heart-rate", max_heart_rate=[181.0, 187.0, 191.0])
    assert said.options == ("--max-heart-rate 191",)
    assert "that or a few more" in said.words
    (doubtful,) = found("test-max-heart-rate", max_heart_rate=[181.0, 182.0, 211.0])
    assert "strap's mistake" in doubtful.words
    (nothing,) = found("test-max-heart-rate")
    assert nothing.options == ()


def test_the_best_flying_sixty_is_the_top_speed():
    """The best stretch pressed at both ends counts, with the error of a thumb."""
    (said,) = found(
        "test-top-speed", time_s=[8.4, 8.0, 15.0], reason=[EndReason.MARK, EndReason.MARK, EndReason.CAP]
    )
    assert said.options == ("--top-speed 7.50",)
    assert "good to 2%" in said.words or "good to 3%" in said.words
    (nothing,) = found("test-top-speed", time_s=[15.0] * 3, reason=[EndReason.CAP] * 3)
    assert nothing.options == ()


def test_the_taste_of_the_race_is_told_and_not_saved():
    """Twelve minutes at goal pace say how it went; there is no number to save."""
    (said,) = found("taste-test", mean_speed=[4.1])
    assert (said.options, "12 minutes at 4:04/km" in said.words) == ((), True)
    (nothing,) = found("taste-test")
    assert "nothing measured them" in nothing.words


def test_other_workouts_are_no_tests():
    """A run of 5 x 1000 m finds nothing."""
    timeline = timeline_of("5x1000-5k")
    ends = [StepEnded(1, 0, step, EndReason.DONE, 1, 240.0) for step in timeline.steps]
    assert findings(ends) == ()


@pytest.mark.parametrize(
    "name", ["test-threshold-30min", "test-critical-speed", "test-max-heart-rate", "taste-test"]
)
def test_a_virtual_runner_finds_what_he_is_made_of(name):
    """A whole test run by the virtual runner ends in findings that can be saved as they are offered."""
    timeline = timeline_of(name)
    runner = VirtualRunner(RunnerProfile(), 3, timeline=timeline, presses=True)
    run = simulate(LiveRun(RunSetup("test", timeline, ends_after_s=0.0)), runner)
    folded = refold(LiveRun(RunSetup("test", timeline, ends_after_s=0.0)), run.inputs, snapshots=True)
    said = findings(folded.outputs, folded.snapshots)
    assert said
    if name == "taste-test":
        assert "bpm in the last minute" in said[0].words
        assert "quarters within" in said[0].words
    for one in said:
        if one.options:
            program, *words = shlex.split(one.command("ada", "2026-05-31"))
            saved = CliRunner().invoke(root, words)
            assert (program, saved.exit_code) == ("coach", 0), saved.output


def test_nothing_is_even_that_was_not_measured():
    """Without snapshots, or for a step by distance, there is no evenness."""
    timed = next(step for step in timeline_of("taste-test").steps if step.kind is Kind.WORK)
    assert evenness(timed, ()).variation is None
    assert evenness(timed, ()).last_heart_rate is None


def test_a_step_by_distance_has_no_minutes_to_compare():
    """Evenness is for steps that end by time; hearts without a strap and quarters without a pod stay unknown."""
    timeline = timeline_of("taste-test")
    runner = VirtualRunner(RunnerProfile(), 3, timeline=timeline, presses=True)
    run = simulate(LiveRun(RunSetup("test", timeline, ends_after_s=0.0)), runner)
    shots = refold(
        LiveRun(RunSetup("test", timeline, ends_after_s=0.0)), run.inputs, snapshots=True
    ).snapshots
    taste = next(step for step in timeline.steps if step.kind is Kind.WORK)
    blind = [replace(shot, heart_rate=None, step_m=None) for shot in shots]
    assert evenness(taste, shots).variation is not None
    assert evenness(taste, blind).variation is None
    assert evenness(taste, blind).last_heart_rate is None
    assert evenness(taste, shots[: len(shots) // 2]).variation is None
    still = [replace(shot, step_m=0.0) for shot in shots]
    assert evenness(taste, still).variation is None
    measured = timeline_of("test-critical-speed").steps
    assert evenness(next(step for step in measured if step.kind is Kind.WORK), shots).variation is None


def test_a_taste_without_a_strap_says_what_it_can():
    """If only the mean speed is known, only the pace is given."""
    (said,) = findings(results("taste-test", mean_speed=[4.1]), unit="mile")
    assert said.words == "12 minutes at 6:33/mile."


def test_a_ramp_without_a_strap_has_no_maximum():
    """Without a heart rate the ramp gives a pace only; run to its end it counts the last stage whole."""
    (said,) = found("test-ramp")
    assert "ended at 20.0 km/h" in said.words


def test_a_step_of_a_test_without_a_target_is_read_all_the_same():
    """A stage that lost its target counts for nothing in a ramp, and breaks nothing."""
    ends = [replace(end, step=replace(end.step, target=None)) for end in results("test-ramp")]
    assert findings(ends) == ()
    (one,) = findings([next(iter(results("test-max-heart-rate", max_heart_rate=[188.0])))])
    assert one.words == "The highest heart rate was 188 bpm; your maximum is that or a few more."


# --- reps that were run by effort


def by_effort(*seconds, ref="5k", metres=800.0, **fields):
    """The ends of reps that were run by effort, one a time in seconds."""
    ends = EndConditions((DistanceEnd(metres),)) if metres else EndConditions((TimeEnd(300.0),))
    target = StepTarget(Quantity.EFFORT, Band(), f"{ref} effort", ref=ref)
    for place, time_s in enumerate(seconds):
        step = Step(f"0.{place}", "Main", "Main", Kind.WORK, "work", ends, target=target)
        length = metres or 1000.0
        told = {"distance": length, "mean_speed": length / time_s} | fields
        yield StepEnded(place, place, step, EndReason.DONE, place, time_s, **told)


def test_what_was_run_by_effort_is_offered_as_its_pace():
    """The mean of all reps, in the runner's unit, with the words and what would be saved."""
    offer = pace_offer(by_effort(213, 215, 216))
    assert offer.question == "Your 800s averaged 4:28/km: keep as 5k pace?"
    assert offer.options == ("--pace", "5k=4:28/km")
    assert offer.entry == {"paces": {"5k": "4:28/km"}}
    assert "7:12/mile" in pace_offer(by_effort(213, 215, 216), unit="mile").question
    assert CliRunner().invoke(root, ["athlete", "set", *offer.options]).exit_code == 0


def test_a_threshold_is_offered_as_what_it_is():
    """One long rep is enough for it."""
    offer = pace_offer(by_effort(300, ref="threshold", metres=None))
    assert offer.question == "Your 5:00 averaged 5:00/km: keep as threshold pace?"
    assert offer.options == ("--threshold-pace", "5:00/km")
    assert offer.entry == {"threshold_pace": "5:00/km"}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        list(by_effort(213)),
        list(by_effort(213, 215, ref="easy")),
        list(by_effort(14, 15, metres=60.0)),
        list(by_effort(213, 215, ref="")),
        list(by_effort(213, 215, cut=True)),
        list(by_effort(213, 215, broken=True)),
        list(by_effort(213, 215, estimated=True)),
        list(by_effort(213, 215, mean_speed=None)),
        [replace(row, reason=EndReason.ABANDONED) for row in by_effort(213, 215)],
    ],
)
def test_what_tells_no_pace_is_not_offered(rows):
    """A lone short rep, an easy run, broken and unmeasured reps are no pace to keep."""
    assert pace_offer(rows) is None


def test_the_most_metres_are_offered():
    """Of two kinds of reps the longer part of the run counts."""
    offer = pace_offer([*by_effort(40, 41, ref="mile", metres=200.0), *by_effort(213, 215)])
    assert offer.ref == "5k"
