"""A timing gate is a mark where the runner was expected, and is only listed elsewhere."""

from random import Random

import pytest

from coach.live.contract import Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.session.events import EndReason, MovedBy, Split
from coach.session.marks import expected_mark, gate_marks
from coach.session.phases import Button, Origin, Phase, Pressed, TimingGate
from coach.signals.readings import Calibrated, Rejected, Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Context, EndConditions, OpenEnd, Timeline, with_marks
from tests.session.builders import (
    BY_PRESS,
    Track,
    checklist,
    jog,
    pace,
    rest,
    step,
    work,
    work_time,
)

LINE = TimingGate("line")
BACK = TimingGate("back", Metres(200.0))
TRACK = Context("track")


def track_of(*steps, **more):
    """A run on a track whose steps know where they start."""
    return Track(*with_marks(steps, TRACK), **more)


def passed(track, at, gate=LINE, pressed_at=None):
    """The beam of a gate is broken; returns what that was taken for."""
    moment = None if pressed_at is None else Seconds(pressed_at)
    said = track.feed(Pressed(Seconds(at), Button.MARK, Origin.GATE, pressed_at=moment, gate=gate))
    return [(event.role.value, event.metres) for event in said if isinstance(event, Split)]


@pytest.mark.parametrize(
    ("lengths", "gate", "marks"),
    [
        ([400.0], LINE, [400.0]),
        ([400.0], BACK, [200.0]),
        ([1000.0], LINE, [400.0, 800.0]),
        ([1000.0], BACK, [200.0, 600.0, 1000.0]),
        ([1000.0, 1000.0], LINE, [200.0, 600.0, 1000.0]),  # the second begins half a lap on
        ([1609.344], LINE, [9.344, 409.344, 809.344, 1209.344, 1609.344]),
        ([100.0], LINE, []),
        ([100.0], TimingGate("bend", Metres(100.0)), [100.0]),
        ([400.0], TimingGate("odd", Metres(130.0)), [130.0]),
    ],
)
def test_where_in_a_step_a_gate_is_passed(lengths, gate, marks):
    """Once a lap from where the step begins; at its end only if it stands there."""
    steps = with_marks([work(length, f"{place}") for place, length in enumerate(lengths)], TRACK)
    assert gate_marks(steps[-1], TRACK, gate) == pytest.approx(marks)


def test_a_gate_in_another_lane():
    """In another lane a half lap is half a lap of that lane."""
    context = Context("track", Metres(400.0), 4)
    lane = with_marks([work(422.36)], context)
    assert gate_marks(lane[0], context, BACK) == pytest.approx([211.18], abs=0.01)


def test_off_the_track_a_gate_stands_where_reps_end():
    """Off the track there is no lap, so a gate stands where reps end."""
    assert gate_marks(work(300.0), Context("grass"), BACK) == [300.0]
    assert gate_marks(work_time(60.0), Context("grass"), BACK) == []


def test_where_a_step_begins_nobody_knows_no_gate_is_expected():
    """After a step by time the place of the next start is unknown."""
    steps = with_marks([work_time(90.0), work(400.0, "again")], TRACK)
    assert (steps[1].start_mark, gate_marks(steps[1], TRACK, LINE)) == ("", [])


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (85.0, 400.0), (84.9, None), (115.0, 400.0), (115.1, None), (170.0, 800.0), (169.9, None), (230.0, 800.0),
        (300.0, 1200.0), (20.0, None),
    ],
)  # fmt: skip
def test_within_15_per_cent_of_the_predicted_crossing(run, expected):
    """With 100 s a lap; one that was missed is credited with the next."""
    assert expected_mark([Metres(400.0), Metres(800.0), Metres(1200.0)], Metres(0.0), run, 0.25) == expected


def test_a_gate_at_the_line_times_a_rep_by_hand():
    """Without a distance the pace predicts the crossing; the step ends there, and the light is told."""
    track = track_of(work(800.0), rest(60.0), by_hand=True)
    assert passed(track, 97.0) == [("split", 400.0)]
    assert passed(track, 197.5) == [("end", 800.0)]
    ended = track.ended("work")
    assert (ended.reason, ended.ended_at, ended.distance) == (EndReason.MARK, 197.5, 800.0)
    assert ended.light_s == pytest.approx(-2.5)
    split = track.all(Split)[0]
    assert (split.gate, split.light.behind_s) == ("line", pytest.approx(-3.0))


def test_others_on_the_track_are_listed_and_count_for_nothing():
    """Whoever breaks the beam far from the predicted crossing is doubtful; undo has nothing to take back."""
    track = track_of(work(800.0), by_hand=True)
    assert passed(track, 60.0) == [("doubtful", None)]
    assert passed(track, 140.0) == [("doubtful", None)]
    assert isinstance(track.press(Button.UNDO, 141.0)[0], Rejected)
    assert passed(track, 197.0) == [("end", 800.0)]  # the first lap was missed


def test_strangers_stand_in_the_events_alone():
    """Twenty of them push no split of the runner's off the screen, and the last answer to a button stays."""
    track = track_of(work(800.0), by_hand=True)
    track.press(Button.SLOWER, 10.0)
    for at in range(20, 60, 2):
        passed(track, float(at))
    assert track.session.marks == ()
    assert track.run.snapshot(Seconds(60.0)).reply.button is Button.SLOWER
    assert len(track.all(Split)) == 20


def test_a_late_stranger_changes_nothing():
    """The rep has ended by itself meanwhile; that a bad message is late brings nothing back."""
    track = track_of(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 104.0)
    before = track.session.results
    assert passed(track, 103.5, BACK, pressed_at=99.62) == [("doubtful", None)]
    assert track.session.results == before
    assert track.session.step_started_at == 100.0


def test_a_doubtful_gate_is_counted_by_no_second_one_and_by_no_accept():
    """Two people in a row are two people, not one who presses twice."""
    track = track_of(work(800.0), by_hand=True)
    passed(track, 60.0)
    assert passed(track, 61.0) == [("doubtful", None)]
    assert isinstance(track.press(Button.ACCEPT, 62.0)[0], Rejected)


def test_the_beam_at_the_start_is_ignored():
    """A runner who starts behind the gate passes it with the first stride."""
    track = track_of(work(400.0), by_hand=True)
    assert passed(track, 0.8) == [("ignored", None)]


def test_measured_metres_predict_better_than_a_pace():
    """Much slower than planned, with a pod: the gate counts all the same."""
    track = track_of(work(800.0))
    track.run_at(2.8, 0.0, 143.5)
    assert passed(track, 143.2) == [("split", 400.0)]


def test_a_gate_teaches_a_pod_as_a_key_does():
    """The pod reads 3 % short over the second lap."""
    steps = work(1200.0), rest(60.0)
    track = track_of(*steps)
    track.run_at(3.88, 0.0, 100.5)
    passed(track, 100.0)
    track.run_at(3.88, 100.5, 200.5)
    passed(track, 200.0)
    by_gate = [event.factor for event in track.all(Calibrated)]
    other = track_of(*steps)
    other.run_at(3.88, 0.0, 100.5)
    other.mark(100.0)
    other.run_at(3.88, 100.5, 200.5)
    other.mark(200.0)
    assert by_gate == [event.factor for event in other.all(Calibrated)] != []


def test_gates_at_two_places_of_the_track():
    """Each is credited to its own marks; a gate half a lap from the end ends nothing."""
    track = track_of(work(800.0), rest(60.0), by_hand=True)
    said = [
        passed(track, at, gate) for at, gate in ((50.0, BACK), (100.2, LINE), (150.1, BACK), (200.4, LINE))
    ]
    assert said == [[("split", 200.0)], [("split", 400.0)], [("split", 600.0)], [("end", 800.0)]]
    assert track_of(work(400.0), by_hand=True).session is not None
    short = track_of(work(400.0), by_hand=True)
    assert passed(short, 100.0, BACK) == [("doubtful", None)]
    assert short.is_in(Phase.WORK)


def test_a_gate_re_times_the_rep_that_ended_by_itself():
    """A pod that reads long: the gate is passed 2 s after the step was said to end."""
    track = track_of(work(400.0), rest(60.0))
    track.run_at(4.08, 0.0, 101.0)
    assert passed(track, 100.3) == [("confirm", None)]
    move = track.moves()[-1]
    assert (move.to_s, move.by) == (100.3, MovedBy.MARK)


def test_a_gate_elsewhere_confirms_no_end():
    """A gate away from the end of the rep does not confirm it."""
    track = track_of(work(400.0), rest(60.0))
    track.run_at(4.08, 0.0, 101.0)
    assert passed(track, 100.3, BACK) == [("ignored", None)]
    assert track.moves() == []


def test_a_late_gate_is_credited_at_its_own_time():
    """The message arrives 3 s later, when the rep has ended by itself."""
    track = track_of(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 104.0)
    assert passed(track, 103.5, pressed_at=99.62) == [("end", 400.0)]
    assert track.session.results[0].ended_at == 99.62
    assert track.session.step_started_at == 99.62


def test_undo_takes_a_gate_back():
    """An undo takes a crossing back as it does a press of a key."""
    track = track_of(work(400.0), rest(60.0), by_hand=True)
    passed(track, 100.0)
    assert track.is_in(Phase.RECOVERY)
    track.press(Button.UNDO, 101.0)
    assert track.is_in(Phase.WORK)


@pytest.mark.parametrize(
    ("steps", "more", "at"),
    [
        ([rest(60.0), work(400.0)], {"starts": BY_PRESS}, 30.0),  # a jog over the line starts no rep
        ([rest(10.0), work(400.0)], {"starts": BY_PRESS}, 30.0),  # nor in overtime
        ([checklist(), work(400.0)], {}, 30.0),
        ([step("fartlek", Kind.FARTLEK, *work_time(600.0).until.ends)], {}, 30.0),
    ],
)
def test_where_nobody_is_expected_a_gate_does_nothing(steps, more, at):
    """It starts no rep, ends no rest, ticks off no item, and turns no fartlek."""
    track = track_of(*steps, **more)
    track.wait(at - 0.1)
    before, phase = track.session.step, track.phase
    assert passed(track, at) == [("ignored", None)]
    assert (track.session.step, track.phase, track.session.results) == (before, phase, ())


def test_an_open_step_is_ended_by_no_gate():
    """A warm-up until a mark goes round more than once."""
    by_mark = step("warm-up", Kind.WARM_UP, until=EndConditions((OpenEnd(ends_at_mark=True),)))
    track = track_of(by_mark, work(400.0))
    passed(track, 150.0)
    assert track.session.step.step_id == "warm-up"


def test_in_a_free_run_a_gate_keeps_laps():
    """Every crossing keeps a lap of a free run."""
    track = track_of(step("free", Kind.OPEN, OpenEnd(ends_at_mark=False)))
    assert passed(track, 100.0) == [("split", None)]


def test_a_paused_run_refuses_a_gate():
    """A crossing in a pause is refused, as a press of a key is."""
    track = track_of(work(400.0), by_hand=True)
    track.press(Button.PAUSE, 50.0)
    said = track.feed(Pressed(Seconds(99.0), Button.MARK, Origin.GATE, gate=LINE))
    assert [event.reason for event in said] == ["Paused: press pause again to go on."]


def test_a_jog_by_distance_ends_at_its_gate():
    """A lap of jogging from line to line."""
    track = track_of(work(400.0), jog(400.0, target=pace(2.6)), work(400.0, "again"), by_hand=True)
    passed(track, 100.0)
    assert passed(track, 255.0) == [("end", 400.0)]
    assert track.session.step.step_id == "again"


def test_a_rep_without_pace_or_distance_takes_the_first_crossing_that_can_be_run():
    """Without a pace or a distance no crossing is predicted."""
    track = track_of(work(400.0, mps=None), rest(60.0), by_hand=True)
    assert passed(track, 30.0) == [("doubtful", None)]
    assert passed(track, 66.0) == [("end", 400.0)]


@pytest.mark.parametrize("seed", range(4))
def test_a_gate_times_every_rep_to_a_twentieth_of_a_second(seed):
    """6 x 400 m with a pod up to 3 % off and a gate whose messages take 20 to 900 ms: each end within 0.05 s."""
    random = Random(seed)
    steps = [part for rep in range(6) for part in (work(400.0, f"rep {rep}"), rest(60.0, f"rest {rep}"))]
    setup = RunSetup("run", Timeline("reps", with_marks(steps, TRACK), TRACK))
    run, factor = LiveRun(setup), random.uniform(0.97, 1.03)
    run.receive(Opened(Seconds(0.0)))
    at, metres, crossings, pending = 0.0, 0.0, [], []
    for _ in range(6):
        mps = 4.0 * random.uniform(0.96, 1.04)
        crossing = at + 400.0 / mps
        crossings.append(crossing)
        pending.append((crossing + random.uniform(0.02, 0.9), crossing + random.gauss(0.0, 0.01)))
        while at < crossing + 60.0:
            speed = mps if at < crossing else 1.2
            due = [press for press in pending if press[0] <= at]
            for press in due:
                pending.remove(press)
                run.receive(
                    Pressed(
                        Seconds(press[0]), Button.MARK, Origin.GATE, pressed_at=Seconds(press[1]), gate=LINE
                    )
                )
            total = metres + (400.0 if at >= crossing else mps * (400.0 / mps - (crossing - at)))
            total += max(0.0, at - crossing) * 1.2
            run.receive(
                Reported(
                    Seconds(at), Source.POD, Seconds(1.0), MetresPerSecond(speed * factor), Metres(total * factor),
                    StepsPerMinute(170.0 if speed > 2 else 100.0),
                )
            )  # fmt: skip
            at += 1.0
        begun = run.session.step_started_at
        at, metres = max(at, begun or 0.0), metres + 400.0 + 72.0
    ends = {result.step.step_id: result.ended_at for result in run.session.results}
    off_s = [ends[f"rep {rep}"] - crossings[rep] for rep in range(6)]
    assert max(map(abs, off_s)) <= 0.05, off_s
