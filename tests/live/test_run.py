"""The fold: how a run begins and ends, and that its outputs depend on its inputs alone."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.cues.cue import Cue, CueKind
from coach.live.contract import (
    Closed,
    Input,
    Opened,
    Output,
    RecorderTrouble,
    Resumed,
    RunEnded,
    RunSetup,
    RunStarted,
    encode_event,
)
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.config import StartPolicy
from coach.session.events import (
    Asked,
    EndReason,
    PhaseChanged,
    ResumeChoice,
    StepEnded,
    StepStarted,
    StepUnderWay,
    Undone,
)
from coach.session.phases import TRANSITIONS, Button, Origin, Phase, Pressed
from coach.signals.readings import (
    Characteristic,
    LinkChanged,
    LinkState,
    Notified,
    Rejected,
    Reported,
    SensorChanged,
    Source,
)
from coach.workout.kinds import Kind
from coach.workout.timeline import Context, DelayStart, MovementStart, PressStart, TimeEnd, Timeline
from tests.session.builders import (
    Track,
    by_mark,
    checklist,
    float_,
    prompt,
    recover_below,
    rest,
    send_off,
    step,
    work,
    work_time,
)


def test_the_first_and_the_last_line():
    """A run says run_started first and run_ended last, once, and nothing after it."""
    track = Track(work_time(20.0), ends_after_s=0.0)
    track.wait(30.0)
    assert track.events[0] == RunStarted(Seconds(0.0), "run", "workout", "")
    last = track.events[-1]
    assert last == RunEnded(Seconds(20.0), completed=True, steps_done=1, time_s=Seconds(20.0), distance=None)
    assert track.run.has_ended
    assert track.run.wake_at() is None
    assert track.close(40.0) == []
    assert track.wait(50.0) == []


def test_a_run_closes_a_minute_after_its_last_step():
    """On a terminal a run closes 60 s after its last step, and its time is that of its steps."""
    track = Track(work_time(20.0), ends_after_s=60.0)
    track.wait(79.9)
    assert not track.run.has_ended
    track.wait(80.0)
    last = track.events[-1]
    assert isinstance(last, RunEnded)
    assert (last.at, last.time_s) == (80.0, 20.0)


def test_un_finishing_stops_the_closing():
    """Within that minute undo goes on with the last step, and the run stays open."""
    track = Track(work_time(20.0), ends_after_s=60.0)
    track.press(Button.UNDO, 70.0)
    track.wait(200.0)
    assert not track.run.has_ended


def test_a_free_lap_stops_the_closing():
    """A free lap after the end keeps the run open until a minute after it."""
    track = Track(work_time(20.0), ends_after_s=60.0)
    track.mark(70.0)
    track.wait(300.0)
    assert not track.run.has_ended
    track.mark(300.0)
    track.wait(360.0)
    assert track.run.has_ended


def test_closed_in_mid_step():
    """A run closed in a step ends the step first, reason finished, and is not completed."""
    track = Track(work_time(20.0), rest(30.0), work_time(20.0, "second"))
    track.wait(25.0)
    track.close(30.0)
    assert track.ended("rest").reason.value == "finished"
    last = track.events[-1]
    assert isinstance(last, RunEnded)
    assert (last.completed, last.steps_done, last.time_s) == (False, 1, 30.0)


def test_closed_before_the_start():
    """A run that never started has no time and no step ended."""
    track = Track(work_time(20.0, start=PressStart()))
    track.close(30.0)
    assert track.all(StepEnded) == []
    last = track.events[-1]
    assert isinstance(last, RunEnded)
    assert (last.completed, last.steps_done, last.time_s, last.distance) == (False, 0, None, None)


def test_closed_after_the_last_step():
    """A run closed in finished is completed."""
    track = Track(work_time(20.0))
    track.close(30.0)
    last = track.events[-1]
    assert isinstance(last, RunEnded)
    assert last.completed


def test_the_distance_of_a_run_is_that_of_its_steps():
    """The distance of a run is the sum of what its steps measured, a repeated step once."""
    track = Track(work(200.0), rest(10.0), ends_after_s=0.0)
    track.run_at(4.0, 0.0, 20.0)
    track.press(Button.RESTART, 20.0)
    track.go(20.0)
    track.run_at(4.0, 20.0, 90.0)
    last = track.events[-1]
    assert isinstance(last, RunEnded)
    assert last.distance == pytest.approx(240.0, abs=0.5)


def test_one_reading_measures_no_distance():
    """A pod that was heard once tells no metres of the run, not even none of them."""
    track = Track(work_time(20.0), ends_after_s=0.0)
    track.run_at(4.0, 0.0, 0.5)
    track.wait(60.0)
    last = track.events[-1]
    assert isinstance(last, RunEnded)
    assert last.distance is None


def test_a_gap_of_the_program_is_taken_out_like_a_pause():
    """A run cut off at 30 s and reopened at 100 s has 70 s taken out of its clocks."""
    track = Track(work_time(60.0), rest(30.0))
    track.run_at(4.0, 0.0, 30.5)
    track.reopen(100.0)
    assert track.session.step_time(Seconds(100.0)) == 30.0
    track.wait(131.0)
    ended = track.ended("work")
    assert (ended.ended_at, ended.time_s, ended.broken) == (130.0, 60.0, True)


def test_a_gap_of_the_program_stops_a_countdown():
    """A count-down goes on where it was when the program was cut off."""
    track = Track(work_time(60.0), starts=StartPolicy(first=DelayStart(Seconds(60.0))))
    track.feed(LinkChanged(Seconds(20.0), Source.POD, LinkState.SEARCHING))
    track.reopen(100.0)
    assert track.session.left_s(Seconds(100.0)) == 40.0
    track.wait(141.0)
    assert track.started("work").at == 140.0


@pytest.mark.parametrize("choice", [ResumeChoice.RESTART, ResumeChoice.DONE, ResumeChoice.CONTINUE])
def test_what_a_radio_kept_for_a_program_that_stood_still_belongs_to_no_step(choice):
    """Ninety samples that waited for the program arrive at once: 360 m of the gap, and none of them is of a step."""

    def pod(at: float, metres: float) -> Notified:
        payload = bytes([0x06, 0, 4, 90]) + round(metres * 10).to_bytes(4, "little")
        heard_at = Seconds(at)
        return Notified(heard_at, Source.POD, Characteristic.RSC_MEASUREMENT, payload, heard_at=heard_at)

    track = Track(work_time(60.0, "rep 1"), work_time(20.0, "rep 2"))
    for second in range(11):
        track.feed(pod(second + 0.5, 4.0 * second))
    track.resume(100.0, choice)
    for second in range(11, 100):
        track.feed(pod(100.0 + second / 1000, 4.0 * second))
    for second in range(100, 180):
        track.feed(pod(second + 0.5, 4.0 * second))
    track.close(181.0)
    whole = [one for one in track.all(StepEnded) if one.reason is EndReason.DONE and one.distance is not None]
    assert whole
    assert all(one.distance == pytest.approx(4.0 * one.time_s, abs=8.0) for one in whole)


def test_a_gap_in_a_pause_stays_a_pause():
    """Cut off in a pause, the run is paused when it is reopened."""
    track = Track(work_time(60.0))
    track.press(Button.PAUSE, 20.0)
    track.reopen(100.0)
    assert track.is_in(Phase.PAUSED)


def test_time_never_runs_backwards():
    """An input stamped before the one before it is taken as of that one."""
    track = Track(work_time(60.0))
    track.wait(30.0)
    said = track.mark(20.0)
    assert [one.at for one in said] == [30.0] * len(said)


def test_a_late_wake_says_the_due_time():
    """Woken late, a run says what was due with the times it was due at."""
    track = Track(work_time(20.0), rest(30.0), work_time(20.0, "second"))
    track.wait(500.0)
    assert [one.at for one in track.all(StepEnded)] == [20.0, 50.0, 70.0]


def test_trouble_of_the_recorder_is_a_cue():
    """A recorder that cannot write is a safety cue."""
    track = Track(work_time(60.0))
    said = track.feed(RecorderTrouble(Seconds(5.0), "disk full"))
    assert [one.kind for one in said if isinstance(one, Cue)] == [CueKind.RECORDING_FAILING]


def test_bad_bytes_are_an_output():
    """Bytes that mean nothing are rejected in an output."""
    track = Track(work_time(60.0))
    said = track.feed(Notified(Seconds(5.0), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, b""))
    assert [type(one) for one in said] == [Rejected]


def test_a_second_opening_changes_nothing():
    """A run that is open cannot be opened again."""
    track = Track(work_time(60.0))
    track.wait(30.0)
    assert track.feed(Opened(Seconds(30.0))) == []
    assert track.session.step_time(Seconds(30.0)) == 30.0


def test_the_snapshot():
    """A snapshot shows the step, its clocks as of a later moment, and changes nothing."""
    track = Track(work(400.0, rep=1, of=2), rest(60.0))
    track.run_at(4.0, 0.0, 50.5)
    track.heart(150.0, 50.6, 51.6)
    track.mark(50.7)
    shot = track.run.snapshot(Seconds(51.0))
    assert (shot.at, shot.phase, shot.index, shot.run_s, shot.step_time_s) == (
        51.0,
        Phase.WORK,
        0,
        51.0,
        51.0,
    )
    assert (shot.left_m, shot.step_m, shot.estimated) == (pytest.approx(200.0), pytest.approx(200.0), False)
    assert shot.heart_rate is not None
    assert shot.heart_rate.value == 150.0
    assert shot.distance_source is Source.POD
    assert [(row.metres, row.time_s, row.rep) for row in shot.splits] == [(200.0, 50.7, 1)]
    assert shot.next_step is not None
    assert shot.next_step.step_id == "rest"
    assert track.run.snapshot(Seconds(51.0)) == shot
    assert track.run.snapshot(Seconds(10.0)).at == 50.7


def test_the_snapshot_after_the_end():
    """After the last step nothing is left to show but the results."""
    track = Track(work_time(20.0))
    track.wait(50.0)
    shot = track.run.snapshot()
    assert (shot.step, shot.next_step, shot.left_s, shot.step_time_s, shot.run_s) == (
        None,
        None,
        None,
        None,
        20.0,
    )
    assert len(shot.results) == 1


# --- properties --------------------------------------------------------------------------------------------

STEPS = (
    step("warm", Kind.WARM_UP, TimeEnd(Seconds(15.0))),
    prompt(),
    work(100.0, "rep a", rep=1, of=2, set_id="s"),
    rest(12.0, "rest a", rep=1, of=2, set_id="s"),
    work(100.0, "rep b", rep=2, of=2, set_id="s", start=MovementStart()),
    float_(60.0),
    checklist(),
    *send_off(40.0, 100.0, 2),
    by_mark("hill", start=PressStart()),
    recover_below(120.0, "easy"),
    step("cool", Kind.COOL_DOWN, TimeEnd(Seconds(30.0))),
)
SAMPLES = st.sampled_from(["pod", "speed", "strap", "standing", "link", "bytes"])
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.05, 0.4, 1.0, 1.0, 1.0, 2.0, 5.0, 14.0, 47.0]),
        st.one_of(SAMPLES, SAMPLES, st.sampled_from(Button)),
        st.integers(0, 60),
    ),
    max_size=80,
)
POLICIES = st.sampled_from(
    [
        StartPolicy(),
        StartPolicy(first=DelayStart(Seconds(20.0)), after_rest=PressStart(), holds_for_standing=True),
        StartPolicy(holds_for_standing=True),
        StartPolicy(presses_until=Seconds(60.0), counts_delays=False),
    ]
)
SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def resumed(now: Seconds, number: int) -> Resumed:
    """Go on after a gap, in one of the ways there are, now and then at a step of the journal."""
    choice = (None, *ResumeChoice)[number // 2 % 4]
    place = number % len(STEPS)
    under_way = StepUnderWay(STEPS[place].step_id, place, Seconds(now / 2) if number % 3 else None)
    return Resumed(now, None, choice, under_way if number % 5 == 0 else None)


def inputs_of(events: list[tuple[float, str | Button, int]]) -> list[Input]:
    """Make inputs of drawn events: a gap before each, what it is, and a number to make its values of."""
    at, metres = 0.0, 0.0
    made: list[Input] = [Opened(Seconds(0.0))]
    for gap, what, number in events:
        at += gap
        now, speed = Seconds(at), number / 8.0
        metres += speed * gap
        match what:
            case Button():
                origin = Origin.KEY if number % 2 else Origin.STDIN
                made.append(Pressed(now, what, origin, number % 4))
            case "pod":
                made.append(Reported(now, Source.POD, Seconds(1.0), speed, metres, 170.0))  # type: ignore[arg-type]
            case "speed":
                made.append(Reported(now, Source.WATCH, Seconds(1.0), speed))  # type: ignore[arg-type]
            case "strap":
                made.append(Reported(now, Source.STRAP, heart_rate=90.0 + number))  # type: ignore[arg-type]
            case "standing":
                made.append(Reported(now, Source.POD, cadence=float(number)))  # type: ignore[arg-type]
            case "link":
                made.append(
                    LinkChanged(now, Source.STRAP, LinkState.LOST) if number % 2 else resumed(now, number)
                )
            case _:
                payload = bytes([number, number, 0, 3])
                made.append(Notified(now, Source.POD, Characteristic.RSC_MEASUREMENT, payload))
    return [*made, Closed(Seconds(at + 1.0))]


def folded(
    inputs: list[Input], policy: StartPolicy, wakes: list[float] | None = None, *, by_hand: bool = False
) -> list[Output]:
    """Everything a run says of these inputs, woken at some more moments between them.

    Before `reopened` the program was not running, so nobody woke it.
    """
    timeline = Timeline("any", STEPS, Context())
    run = LiveRun(RunSetup("run", timeline, starts=policy, by_hand=by_hand))
    said: list[Output] = []
    extra = sorted(wakes or [])
    for event in inputs:
        while extra and extra[0] < event.at:
            wake = Seconds(extra.pop(0))
            said += [] if isinstance(event, Resumed) else run.fire(wake)
        said += run.receive(event)
    return said


@SLOW
@given(EVENTS, POLICIES, st.booleans())
def test_any_presses_and_samples_keep_the_invariants(events, policy, by_hand):
    """Whatever is pressed and received: no exception, times in order, legal phases, every start with its end."""
    timeline = Timeline("any", STEPS, Context())
    run = LiveRun(RunSetup("run", timeline, starts=policy, by_hand=by_hand))
    said: list[Output] = []
    for event in inputs_of(events):
        new = run.receive(event)
        said += new
        assert 0 <= run.session.index <= len(run.session.timeline.steps)
        assert run.session.step is not None or run.session.index == len(run.session.timeline.steps)
        run.snapshot(Seconds(event.at + 0.3))
        for one in new:
            encode_event(one, run.run_s(one.at))
    assert all(before.at <= after.at for before, after in pairwise(said))
    assert isinstance(said[0], RunStarted)
    assert [place for place, one in enumerate(said) if isinstance(one, RunEnded)] == [len(said) - 1]
    phase: Phase | None = None
    running: str | None = None
    for one in said:
        if isinstance(one, PhaseChanged):
            if phase is not None and one.button is not Button.UNDO:
                assert one.phase in TRANSITIONS[phase], (phase, one)
            phase = one.phase
        elif isinstance(one, StepStarted):
            running = one.step.step_id
            assert one.effective_at is None or one.effective_at <= one.at
        elif isinstance(one, StepEnded):
            assert one.time_s >= -1e-9
            assert one.ended_at <= one.at + 1e-9
            if one.step.step_id == running:
                running = None
        elif isinstance(one, Undone):
            running = None
    assert running is None
    assert phase is Phase.FINISHED


@SLOW
@given(EVENTS, POLICIES)
def test_run_time_never_falls(events, policy):
    """Running time never falls while the run is under way, and is not there before its start."""
    timeline = Timeline("any", STEPS, Context())
    run = LiveRun(RunSetup("run", timeline, starts=policy))
    highest = None
    for event in inputs_of(events):
        run.receive(event)
        run_s = run.run_s(event.at)
        if run_s is None or highest is None:
            highest = run_s
            continue
        if not (isinstance(event, Pressed) and event.button is Button.UNDO):
            assert run_s >= highest - 1e-9
        highest = run_s


@SLOW
@given(EVENTS, POLICIES, st.lists(st.floats(0.0, 400.0), max_size=30))
def test_the_number_of_wakes_changes_nothing(events, policy, wakes):
    """Woken at any other moments too, a run says the same."""
    inputs = inputs_of(events)
    assert folded(inputs, policy, wakes) == folded(inputs, policy)


def test_the_same_inputs_say_the_same():
    """Two runs of the same inputs say the same."""
    events: list[tuple[float, str | Button, int]] = [(1.0, "pod", 32)] * 200
    assert folded(inputs_of(events), StartPolicy()) == folded(inputs_of(events), StartPolicy())


def test_sensors_are_told():
    """A sensor is live with its first bytes, stale and gone when it falls silent, whoever asks."""
    track = Track(work_time(60.0))
    track.heart(150.0, 1.0, 2.0)
    track.wait(30.0)
    assert [one.state.value for one in track.all(SensorChanged)] == ["live", "stale", "gone"]


def test_reps_that_get_slower_bring_an_offer_a_key_accepts():
    """Two good reps and one 5 % slower: told in the rest, offered after it, taken by accept, the same each time."""

    def evening() -> Track:
        reps = []
        for rep in range(1, 5):
            reps += [work(400.0, f"rep {rep}", rep=rep, of=4, set_id="s"), rest(60.0, f"rest {rep}")]
        track = Track(*reps)
        at = 0.0
        for mps in (4.0, 4.0, 3.8):
            track.run_at(mps, at, at + 400 / mps, period=0.5)
            at += 400 / mps
            track.stand(at, at + 60.0, cadence=80.0)
            at += 60.0
        return track

    track = evening()
    said = [one for one in track.events if isinstance(one, Cue | Asked)]
    fade = next(one for one in said if isinstance(one, Cue) and one.kind is CueKind.FADE)
    assert fade.text == "Last one was five per cent off your first. Longer rest?"
    offers = [one for one in said if isinstance(one, Asked)]
    assert [(one.at, one.offer, one.step_id) for one in offers] == [(fade.at, "longer_rest", "rest 3")]
    assert encode_event(offers[0])["offer"] == "longer_rest"
    assert track.events == evening().events
