"""What a snapshot holds of the coach's opinion, of pauses, questions and presses, of whole runs."""
# mypy: disable-error-code="arg-type, comparison-overlap"

from coach.cues.arbiter import VERDICT_SHOWN_S
from coach.cues.cue import CueKind, SuppressionReason
from coach.quantities import Seconds
from coach.session.phases import Button, Phase, SplitRole
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepTarget
from tests.cues.bench import Bench, rep, rest, step
from tests.session.builders import BY_PRESS, Track, prompt, send_off, work, work_time
from tests.session.builders import rest as rest_of


def a_rep(*steps, **more):
    """A rep of 1600 m at 4 m/s out of a jog, or other steps, about to be run."""
    bench = Bench(*(steps or (rep(1600), rep(1600))), **more)
    bench.start(came_from=Kind.RECOVERY)
    return bench


def opinion(bench):
    """What the coach thinks now."""
    return bench.live.snapshot(Seconds(bench.now)).opinion


def test_the_settle_time_counts_down_and_ends():
    """Fifteen seconds out of a jog; then nothing is left to wait for."""
    bench = a_rep()
    bench.run(6, 4.0)
    settling = opinion(bench).settling
    assert settling is not None
    assert (round(settling.left_s), settling.of_s) == (9, 15.0)
    bench.run(20, 4.0)
    assert opinion(bench).settling is None
    assert opinion(bench).is_judging


def test_a_speed_that_still_changes_has_no_seconds_left_and_waits():
    """After the settle time a runner who still speeds up is not judged, and nobody knows for how long."""
    bench = a_rep()
    for speed in (2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.2):
        bench.run(3, speed)
    settling = opinion(bench).settling
    assert settling is not None
    assert settling.left_s == 0.0


def test_a_verdict_is_open_until_it_is_answered():
    """It stays in the opinion while the runner is too fast, and goes once they are on the target."""
    bench = a_rep()
    bench.run(60, 4.5)
    verdict = opinion(bench).open_verdict
    assert verdict is not None
    assert verdict.kind is CueKind.TOO_FAST
    bench.run(120, 4.0)
    assert opinion(bench).open_verdict is None


def test_an_open_verdict_ends_with_its_step():
    """The next step begins with nothing said."""
    bench = a_rep(rep(400), rest(), rep(400))
    bench.run(60, 4.6)
    assert opinion(bench).open_verdict is not None
    bench.finish(4.6)
    assert opinion(bench).open_verdict is None


def test_a_verdict_is_shown_for_eight_seconds():
    """Longer than it is worth saying; a split or a countdown is not."""
    bench = a_rep()
    while not any(cue.kind is CueKind.TOO_FAST for cue in bench.cues):
        bench.run(1, 4.5)
    cue = next(cue for cue in bench.cues if cue.kind is CueKind.TOO_FAST)
    shown_at = [cue.at + after for after in (0.0, 6.5, VERDICT_SHOWN_S - 0.1)]
    assert all(bench.live.coach.cue_to_show(Seconds(at)) == cue for at in shown_at)
    assert bench.live.coach.cue_to_show(Seconds(cue.at + VERDICT_SHOWN_S)) != cue


def test_the_reasons_of_a_silence_are_in_the_snapshot():
    """Of a pace all of them; in a step nobody judges there is no judge."""
    bench = a_rep(rep(300), rep(300))
    bench.run(30, 4.5)
    assert SuppressionReason.SHORT in {silence.reason for silence in opinion(bench).suppressions}
    stride = a_rep(step(Kind.STRIDE, seconds=60))
    stride.run(10, 6.0)
    assert not opinion(stride).is_judging
    assert opinion(stride).settling is None


def test_each_quantity_has_its_own_wait():
    """A heart rate follows for five minutes of the run and ninety seconds of the step, power for eight seconds."""

    def target(quantity, low, high):
        return StepTarget(quantity, Band(low, (low + high) / 2, high), "target")

    heart = a_rep(step(seconds=1200, target=target(Quantity.HEART_RATE, 140, 150)))
    heart.run(60, 4.0, heart=145)
    settling = opinion(heart).settling
    assert settling is not None
    assert (round(settling.left_s), settling.of_s) == (240, 300.0)
    heart.run(300, 4.0, heart=145)
    assert opinion(heart).settling is None
    power = a_rep(step(seconds=300, target=target(Quantity.POWER, 280, 300)))
    power.run(5, 4.0, power=290)
    settling = opinion(power).settling
    assert settling is not None
    assert round(settling.left_s) == 3
    power.run(10, 4.0, power=290)
    assert opinion(power).settling is None
    feet = a_rep(step(seconds=300, target=target(Quantity.CADENCE, 176, 184)))
    feet.run(5, 4.0, feet=180)
    assert opinion(feet).settling is not None
    effort = a_rep(step(seconds=300))
    assert opinion(effort).settling is None


def test_a_heart_rate_that_came_back_closes_its_verdict():
    """Over the cap it is called; back under it for a while, the verdict is answered."""
    cap = StepTarget(Quantity.HEART_RATE, Band(None, None, 150), "under 150")
    bench = a_rep(step(Kind.OPEN, seconds=3000, target=cap))
    bench.run(320, 3.0, heart=140)
    bench.run(120, 3.0, heart=158)
    verdict = opinion(bench).open_verdict
    assert verdict is not None
    assert verdict.kind is CueKind.HEART_RATE_HIGH
    bench.run(60, 3.0, heart=140)
    assert opinion(bench).open_verdict is None


def test_a_pause_has_its_length():
    """From the press on; None while the clock runs."""
    track = Track(work_time(60.0))
    track.press(Button.PAUSE, 20.0)
    assert track.run.snapshot(Seconds(62.0)).paused_s == 42.0
    track.press(Button.RESUME, 70.0)
    assert track.run.snapshot(Seconds(75.0)).paused_s is None


def test_the_next_go_of_a_send_off_is_known_while_the_rep_is_run():
    """It is counted from the slot, and slides with it at once."""
    track = Track(*send_off(186.0, 400.0, 3), by_hand=True)
    assert track.run.snapshot(Seconds(60.0)).go_in_s == 126.0
    track.press(Button.EXTEND, 61.0)
    assert track.run.snapshot(Seconds(61.0)).go_in_s == 155.0
    alone = Track(work(400), rest_of(60.0), work(400), starts=BY_PRESS)
    assert alone.run.snapshot(Seconds(5.0)).go_in_s is None
    alone.press(Button.NEXT, 90.0)
    assert alone.run.snapshot(Seconds(100.0)).go_in_s == 50.0


def test_a_doubtful_press_waits_to_be_counted():
    """The snapshot has it until the next mark, for a minute at most; pressed again within 2 s it is a split."""
    track = Track(work(800), rest_of(60.0), by_hand=True)
    track.mark(48.0)
    track.mark(73.0)
    doubtful = track.run.snapshot(Seconds(74.5)).doubtful
    assert doubtful is not None
    assert (doubtful.time_s, doubtful.metres) == (73.0, 400.0)
    assert track.run.snapshot(Seconds(133.5)).doubtful is None
    track.mark(74.9)
    assert track.run.snapshot(Seconds(75.0)).doubtful is None
    assert [row.metres for row in track.run.snapshot(Seconds(75.0)).splits] == [200.0, None, 400.0]


def test_accept_counts_a_doubtful_press_later_too():
    """At the time it was pressed; undo takes it back, and the last mark of a rep ends it there."""
    track = Track(work(400, "rep 1"), rest_of(60.0), work(400, "rep 2"), by_hand=True)
    track.mark(48.0)
    track.mark(73.0)
    track.press(Button.ACCEPT, 80.0)
    snapshot = track.run.snapshot(Seconds(80.0))
    assert snapshot.phase is Phase.RECOVERY
    assert [result.time_s for result in snapshot.results] == [73.0]
    assert snapshot.step_time_s == 7.0
    track.press(Button.UNDO, 82.0)
    again = track.run.snapshot(Seconds(82.0))
    assert (again.phase, again.step_time_s) == (Phase.WORK, 82.0)
    track.press(Button.ACCEPT, 134.0)
    assert track.run.snapshot(Seconds(134.0)).reply.refusal == "Nothing is on offer."


def test_a_press_where_nobody_can_be_waits_for_nothing():
    """200 m in twelve seconds are never counted, so a second press is not asked for."""
    track = Track(work(800), rest_of(60.0), by_hand=True)
    track.mark(48.0)
    track.mark(60.0)
    assert track.run.snapshot(Seconds(60.5)).doubtful is None


def test_splits_know_the_metres_since_the_mark_before():
    """A second split of 200 m is one of 200 m; a mark nobody can place leaves the next unknown."""
    track = Track(work(800), rest_of(60.0), by_hand=True)
    track.mark(48.0)
    track.mark(97.0)
    assert [row.lap_m for row in track.run.snapshot(Seconds(98.0)).splits] == [200.0, 200.0]
    timed = Track(work_time(300.0), by_hand=True, surface="road")
    timed.mark(48.0)
    timed.mark(97.0)
    assert [row.lap_m for row in timed.run.snapshot(Seconds(98.0)).splits] == [None, None]


def test_an_open_question_has_its_age():
    """From the moment it was put, whatever runs meanwhile; answered it is gone."""
    track = Track(work_time(20.0), prompt(), work_time(60.0))
    track.wait(35.0)
    snapshot = track.run.snapshot(Seconds(35.0))
    assert snapshot.question is not None
    assert (snapshot.phase, snapshot.question_age_s) == (Phase.WORK, 15.0)
    track.press(Button.ANSWER, 36.0, answer=1)
    after = track.run.snapshot(Seconds(37.0))
    assert (after.question, after.question_age_s) == (None, None)


def test_every_button_has_its_reply():
    """What it did, what it took back, or why it did nothing."""
    track = Track(work(400, "rep 1"), rest_of(60.0), work(400, "rep 2"), by_hand=True)

    def reply():
        return track.run.snapshot(Seconds(track.now)).reply

    assert reply() is None
    track.press(Button.EXTEND, 10.0)
    assert (reply().button, reply().refusal, reply().at) == (Button.EXTEND, "", 10.0)
    track.press(Button.UNDO, 11.0)
    assert reply().undone is Button.EXTEND
    track.press(Button.ACCEPT, 12.0)
    assert reply().refusal == "Nothing is on offer."
    track.mark(48.0)
    assert reply().mark.role is SplitRole.SPLIT
