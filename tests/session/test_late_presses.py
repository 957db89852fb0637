"""Presses that arrive later than they were made: from a phone, a broker or a gate."""

from dataclasses import dataclass
from random import Random

import pytest

from coach.cues.cue import Cue
from coach.live.contract import Closed, Input, Opened, RunSetup, encode_event, encode_line
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.review.journaled import journaled_run
from coach.review.summary import summarize
from coach.session.config import SessionSettings, StartPolicy
from coach.session.events import (
    Answered,
    BoundaryMoved,
    EndReason,
    MovedBy,
    Split,
    StepEnded,
    StepStarted,
    Undone,
)
from coach.session.phases import Button, Origin, Phase, Pressed, SplitRole, TimingGate
from coach.signals.readings import Rejected, Reported, Source
from coach.workout.timeline import Context, DelayStart, PressStart, Step, Timeline
from tests.recording.journals import journaled
from tests.session.builders import (
    BY_PRESS,
    Track,
    float_,
    jog,
    open_,
    prompt,
    recover_below,
    rest,
    work,
    work_time,
)

LENGTHS = (200.0, 400.0, 600.0, 800.0, 1000.0)


def press_late(track, pressed_at, at, button=Button.MARK, **more):
    """Press a button at a moment; it arrives at another."""
    return track.feed(Pressed(Seconds(at), button, Origin.PHONE, pressed_at=Seconds(pressed_at), **more))


# --- the property: late presses come to what the same presses come to at once


@dataclass
class Outing:
    """A workout, what its sensor sent, and when marks were pressed and arrived."""

    setup: RunSetup
    samples: list[Reported]
    marks: list[tuple[float, float]]
    ends_at: float

    def inputs(self, *, late) -> list[Input]:
        """What the run receives, in order, its marks late or at once."""
        presses = [
            Pressed(Seconds(arrived), Button.MARK, Origin.PHONE, pressed_at=Seconds(at))
            if late
            else Pressed(Seconds(at), Button.MARK, Origin.PHONE)
            for at, arrived in self.marks
        ]
        inputs: list[Input] = [
            Opened(Seconds(0.0)),
            *self.samples,
            *presses,
            Closed(Seconds(self.ends_at + 6.0)),
        ]
        return sorted(inputs, key=lambda event: (event.at, isinstance(event, Pressed)))

    def run(self, *, late):
        """Fold a run of these inputs."""
        run, events = LiveRun(self.setup), []
        for event in self.inputs(late=late):
            events += run.receive(event)
        return run, events


def outing(seed, surface="track", settings=None):
    """Two to four reps with every kind of rest, run unevenly, marked a little off the lines and now and then astray."""
    random = Random(seed)
    steps, legs = [], []
    for place in range(random.randint(2, 4)):
        length = random.choice(LENGTHS)
        after = random.choice(["rest", "jog", "float", "none", "a few seconds"])
        steps.append(work(length, f"work {place}"))
        legs.append((length, 4.0 * random.uniform(0.93, 1.07), 0.0))
        if after == "jog":
            steps.append(jog(200.0, f"jog {place}"))
            legs.append((200.0, 2.6, 0.0))
        elif after == "float":
            steps.append(float_(200.0, f"float {place}"))
            legs.append((200.0, 3.2, 0.0))
        elif after != "none":
            seconds = random.choice([30.0, 60.0, 90.0] if after == "rest" else [3.0, 4.0, 6.0])
            steps.append(rest(seconds, f"rest {place}"))
            legs.append((seconds, 1.0, seconds))
    is_measured, factor = random.random() < 0.75, random.uniform(0.97, 1.03)
    marks, stretches, at, metres = [], [], 0.0, 0.0
    for length, mps, by_time in legs:
        lines = (
            () if by_time else [line for line in range(200, int(length) + 1, 200) if random.random() < 0.7]
        )
        marks += [round(at + line / mps + random.gauss(0.0, 0.4), 3) for line in lines]
        if random.random() < 0.15:
            marks.append(round(at + random.uniform(0.5, length / mps), 3))
        stretches.append((at, metres, mps))
        at, metres = at + length / mps, metres + length
    stretches.append((at, metres, 1.0))
    ends_at = at + 20.0
    marks = [mark + 0.001 if mark == int(mark) else mark for mark in sorted(marks)]
    arrived, pairs = 0.0, []
    for mark in marks:
        arrived = max(arrived + 0.001, round(mark + random.choice([0.0, random.uniform(0.0, 4.9)]), 3))
        if arrived - mark < 5.0:
            pairs.append((mark, arrived))
    moments = sorted([*map(float, range(int(ends_at))), *(mark for mark, _ in pairs)])
    # A sample with each mark, as between two samples a press at once is measured by the speed before it, a late one
    # by the samples on either side of it.
    samples = [_sample(moment, stretches, factor) for moment in moments] if is_measured else []
    starts = BY_PRESS if random.random() < 0.3 else StartPolicy()
    setup = RunSetup(
        "run", Timeline("workout", tuple(steps), Context(surface=surface)), starts=starts,
        by_hand=not is_measured, session=settings or SessionSettings(),
    )  # fmt: skip
    return Outing(setup, samples, pairs, ends_at)


def _sample(at, stretches, factor):
    since, metres, mps = [stretch for stretch in stretches if stretch[0] <= at][-1]
    total = (metres + mps * (at - since)) * factor
    return Reported(
        Seconds(at),
        Source.POD,
        Seconds(1.0),
        MetresPerSecond(mps * factor),
        Metres(total),
        StepsPerMinute(170.0),
    )


def results_of(run):
    """What the steps came to; why one ended is as it was announced, and what a rest measured is not compared."""
    return [
        (
            result.step.step_id, result.ended_at, result.time_s, result.distance_source, result.cut, result.estimated,
            result.light_s, result.distance if result.step.until.distance() else None,
        )
        for result in run.session.results
    ]  # fmt: skip


def splits_of(events):
    """Role, metres and step time of every press."""
    return [
        (event.role, event.metres, event.time_s)
        for event in events
        if isinstance(event, Split) and event.pressed
    ]


def alike(one, other, tolerance):
    """Return True if these are the same, numbers within the tolerance."""
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(alike(a, b, tolerance) for a, b in zip(one, other, strict=True))
    return (
        abs(one - other) <= tolerance if isinstance(one, float) and isinstance(other, float) else one == other
    )


@pytest.mark.parametrize("seed", range(24))
def test_late_marks_come_to_what_they_come_to_at_once(seed):
    """With a distance that nothing corrects, late marks give the same results and splits to the millisecond."""
    day = outing(seed, surface="grass", settings=SessionSettings(stop_ends_rep=False))
    (at_once, said), (late, said_late) = day.run(late=False), day.run(late=True)
    assert alike(results_of(late), results_of(at_once), 0.002)
    assert alike(splits_of(said_late), splits_of(said), 0.002)
    assert [event.at for event in said_late] == sorted(event.at for event in said_late)


@pytest.mark.parametrize("seed", range(100, 112))
def test_late_marks_on_a_track_differ_by_what_they_teach_later(seed):
    """A factor that a late mark teaches, and a stop found meanwhile, count from when it arrives."""
    day = outing(seed)
    (at_once, said), (late, said_late) = day.run(late=False), day.run(late=True)
    assert alike([row[:3] for row in results_of(late)], [row[:3] for row in results_of(at_once)], 0.2)
    assert alike(splits_of(said_late), splits_of(said), 0.2)


def test_the_property_can_fail():
    """Without their own time the same marks come to something else."""

    def differs(seed):
        day = outing(seed, surface="grass", settings=SessionSettings(stop_ends_rep=False))
        at_once = day.run(late=False)[0]
        day.marks = [(arrived, arrived) for _, arrived in day.marks]
        return not alike(results_of(day.run(late=True)[0]), results_of(at_once), 0.002)

    assert any(differs(seed) for seed in range(5))


@pytest.mark.parametrize("seed", range(200, 208))
def test_late_marks_replay_the_same_however_often_the_run_is_woken(seed):
    """Live, a deadline fires when it is due; from a journal, with the next input. The lines are the same."""
    day = outing(seed)
    replayed = [encode_line(encode_event(event)) for event in day.run(late=True)[1]]
    live, lines = LiveRun(day.setup), []
    for event in journaled(day.inputs(late=True)):
        while (due := live.wake_at()) is not None and due <= event.at:
            lines += live.fire(Seconds(max(due, live._now)))
        lines += live.receive(event)
    assert [encode_line(encode_event(event)) for event in lines] == replayed


@pytest.mark.parametrize("seed", range(300, 308))
def test_who_reads_the_events_knows_what_the_session_knows(seed):
    """A step that was re-timed is read as it is in the results."""
    run, said = outing(seed).run(late=True)
    rows = {row.step.step_id: (row.ended_at, row.time_s) for row in summarize(said).rows}
    results = {result.step.step_id: (result.ended_at, result.time_s) for result in run.session.results}
    assert {name: rows[name] for name in rows} == pytest.approx({name: results[name] for name in rows})
    reps = journaled_run({}, [encode_event(event) for event in said]).reps
    assert {rep.step_id: rep.time_s for rep in reps} == pytest.approx(
        {name: row[1] for name, row in rows.items() if name.startswith("work")}, abs=0.03
    )


@pytest.mark.parametrize("seed", range(400, 412))
def test_no_press_however_late_upsets_a_run(seed):
    """Sixty presses of any button, up to 6 s late and in any order: nothing raises, and a journal replays the same."""
    random, day = Random(seed), outing(seed)
    presses = []
    for _ in range(60):
        at = random.uniform(0.5, day.ends_at)
        pressed_at = random.choice([None, Seconds(at - random.uniform(0.0, 6.0))])
        origin = random.choice([Origin.PHONE, Origin.MQTT, Origin.KEY, Origin.GATE])
        if origin is Origin.GATE:
            gate = TimingGate("gate", Metres(random.choice([0.0, 100.0, 200.0])))
            presses.append(Pressed(Seconds(at), Button.MARK, origin, pressed_at=pressed_at, gate=gate))
        else:
            button = random.choice([*[Button.MARK] * 8, *_HARMLESS])
            late = None if origin is Origin.KEY else pressed_at
            presses.append(Pressed(Seconds(at), button, origin, pressed_at=late))
    inputs = sorted([*day.inputs(late=True), *presses], key=lambda event: event.at)
    run, said, live, lines = LiveRun(day.setup), [], LiveRun(day.setup), []
    for event in inputs:
        said += run.receive(event)
        run.snapshot()
    for event in journaled(inputs):
        while (due := live.wake_at()) is not None and due <= event.at:
            lines += live.fire(Seconds(max(due, live._now)))
        lines += live.receive(event)
    assert list(map(encode_event, lines)) == list(map(encode_event, said))
    assert [event.at for event in said] == sorted(event.at for event in said)
    assert all(result.time_s >= 0 for result in run.session.results)
    summarize(said)


_HARMLESS = [button for button in Button if button not in {Button.FINISH, Button.DISCARD, Button.ANSWER}]


# --- one by one


def measured(*steps: Step, until=100.9, mps=4.0, **more):
    """A run on grass with a pod that measures evenly up to a moment."""
    track = Track(*steps, surface="grass", **more)
    track.run_at(mps, 0.0, until)
    return track


def test_a_late_split_has_its_own_time():
    """A split is told when it arrives, with the step time at which it was pressed."""
    track = measured(work(400.0), until=54.0)
    split = press_late(track, 50.2, 53.5)[0]
    assert (split.at, split.effective_at, split.time_s, split.metres) == (53.5, 50.2, 50.2, 200.0)
    assert split.light.behind_s == pytest.approx(0.2)


def test_a_press_that_arrives_at_once_says_nothing_of_its_time():
    """Only what was pressed earlier than it was received says so."""
    track = measured(work(400.0), until=54.0)
    assert press_late(track, 53.5, 53.5)[0].effective_at is None


def test_a_late_mark_re_times_a_step_that_ended_by_itself():
    """The end was announced: it moves to the mark, the rest begins there, and nothing is told again."""
    track = measured(work(400.0), rest(60.0), until=103.0)
    assert track.ended("work").ended_at == 100.0
    said = press_late(track, 99.4, 102.5)
    assert [type(event) for event in said] == [Split, BoundaryMoved]
    assert (said[0].role, said[0].step_id, said[0].effective_at) == (SplitRole.END, "work", 99.4)
    assert (said[1].from_s, said[1].to_s, said[1].by) == (100.0, 99.4, MovedBy.MARK)
    assert track.session.step_started_at == 99.4
    result = track.session.results[0]
    assert (result.time_s, result.distance, result.reason) == (99.4, 400.0, EndReason.DONE)


def test_a_late_mark_is_said_by_no_second_cue():
    """The words of the rest are said once: when it began by itself."""
    track = measured(work(400.0), rest(60.0), until=103.0)
    before = len(track.all(Cue))
    press_late(track, 99.4, 102.5)
    assert len(track.all(Cue)) == before


def test_a_late_mark_is_read_in_the_step_it_was_made_in():
    """The split of a rep that had ended by then stands with that rep."""
    track = measured(work(400.0), rest(60.0), until=103.0)
    press_late(track, 99.4, 102.5)
    splits = summarize(track.events).splits
    assert [(split.role, split.time_s) for split in splits["work"] if split.pressed] == [
        (SplitRole.END, 99.4)
    ]
    assert not [split for split in splits.get("rest", ()) if split.pressed]
    track.press(Button.UNDO, 104.0)
    assert not [split for split in summarize(track.events).splits.get("work", ()) if split.pressed]


def test_a_late_mark_re_times_the_end_of_the_run():
    """It had ended its last step by itself; that it is finished is not told again."""
    track = measured(work(400.0), until=102.0)
    assert track.is_in(Phase.FINISHED)
    said = press_late(track, 99.5, 101.9)
    assert [type(event) for event in said] == [Split, BoundaryMoved]
    assert (track.session.finished_at, track.session.results[0].time_s) == (99.5, 99.5)
    assert track.is_in(Phase.FINISHED)


def test_a_question_behind_a_late_mark_is_put_once():
    """It was asked when the rep ended by itself, and can still be answered."""
    track = measured(work(400.0), prompt(), rest(60.0), until=103.0)
    said = press_late(track, 99.4, 102.5)
    assert [type(event) for event in said] == [Split, BoundaryMoved]
    assert said[1].step_id == "work"
    assert track.session.question is not None
    assert [type(event) for event in track.press(Button.ANSWER, 104.0, answer=2)] == [Answered]


def test_nothing_is_said_of_a_split_whose_step_has_ended():
    """Its time would be heard as one of the rep under way."""
    track = measured(work_time(60.0), work(400.0, "again"), until=63.0)
    said = press_late(track, 58.5, 62.5)
    assert [(event.role, event.step_id) for event in said if isinstance(event, Split)] == [
        (SplitRole.SPLIT, "work")
    ]
    assert not [event for event in said if isinstance(event, Cue)]


def test_undo_takes_a_late_mark_back():
    """The step ends by itself again, at its own time."""
    track = measured(work(400.0), rest(60.0), until=103.0)
    press_late(track, 99.4, 102.5)
    said = track.press(Button.UNDO, 104.0)
    assert isinstance(said[0], Undone)
    assert said[0].button is Button.MARK
    assert track.ended("work").ended_at == 100.0
    assert track.session.step_started_at == 100.0


def test_a_late_end_before_the_step_ended_by_itself_is_the_end():
    """Where nothing came by itself the step ends at the press, and the next one begins there."""
    track = measured(work(400.0), rest(60.0), until=99.5)
    press_late(track, 98.5, 99.2)
    ended, started = track.ended("work"), track.started("rest")
    assert (ended.at, ended.ended_at, ended.reason) == (99.2, 98.5, EndReason.MARK)
    assert (started.at, started.effective_at) == (99.2, 98.5)


def test_a_mark_that_ends_a_step_late_brings_what_was_due_since():
    """A rest of two seconds that a late mark begins is over when the mark arrives."""
    track = measured(work(400.0), rest(2.0), work(400.0, "again"), until=102.0)
    press_late(track, 98.0, 99.5)
    track.wait(101.0)
    assert track.ended("rest").ended_at == 100.0
    assert track.started("again").effective_at in {None, 100.0}


def test_no_mark_is_credited_before_the_one_that_was_taken_last():
    """A mark that overtakes another counts where that one did, and the split says so."""
    track = measured(work(1000.0), until=50.2)
    track.mark(50.3)
    track.run_at(4.0, 51.0, 53.0)
    assert press_late(track, 49.9, 53.0)[0].effective_at == 50.3


def test_no_press_is_credited_more_than_five_seconds_back():
    """What is older was refused before; in a journal by another hand it counts five seconds back."""
    track = measured(work(1000.0), until=54.0)
    assert press_late(track, 40.0, 53.0)[0].effective_at == 48.0


def test_a_press_from_the_future_counts_now():
    """A clock that runs ahead adds no time."""
    track = measured(work(1000.0), until=52.0)
    split = press_late(track, 60.0, 51.0)[0]
    assert (split.at, split.effective_at) == (51.0, None)


def test_a_mark_made_before_a_pause_counts():
    """Somebody paused while the mark was on its way."""
    track = measured(work(400.0), rest(60.0), until=99.5)
    track.press(Button.PAUSE, 99.3)
    said = press_late(track, 98.9, 101.0)
    assert not [event for event in said if isinstance(event, Rejected)]
    assert track.ended("work").ended_at == 98.9
    assert track.is_in(Phase.PAUSED)
    track.press(Button.RESUME, 111.0)
    assert track.is_in(Phase.RECOVERY)
    assert track.session.step_time(Seconds(111.0)) == pytest.approx(0.4)


@pytest.mark.parametrize("origin", [Origin.PHONE, Origin.MQTT])
def test_two_who_pause_at_once_do_pause(origin):
    """Only a key toggles the pause; a second press from elsewhere leaves it."""
    track = measured(work(1000.0), until=40.0)
    track.press(Button.PAUSE, 40.0, origin=origin)
    said = track.press(Button.PAUSE, 40.5, origin=origin)
    assert [event.reason for event in said] == ["It is paused already."]
    assert track.is_in(Phase.PAUSED)
    track.press(Button.RESUME, 44.0, origin=origin)
    assert track.is_in(Phase.WORK)


def test_a_mark_made_before_a_pause_can_end_the_run():
    """A run that has ended is no longer paused."""
    track = measured(work(400.0), until=99.5)
    track.press(Button.PAUSE, 99.3)
    press_late(track, 98.9, 101.0)
    assert track.is_in(Phase.FINISHED)
    assert track.session.results[0].ended_at == 98.9
    assert isinstance(track.press(Button.ABANDON, 102.0)[0], Rejected)


def test_a_mark_made_in_a_pause_is_refused_though_it_is_over():
    """It is refused as it would have been in the pause."""
    track = measured(work(1000.0), until=40.0)
    track.press(Button.PAUSE, 40.0)
    track.press(Button.RESUME, 44.0)
    said = press_late(track, 42.0, 45.0)
    assert [event.reason for event in said] == ["Paused: press pause again to go on."]
    assert track.is_in(Phase.WORK)


def test_a_go_made_before_its_count_down_ended_starts_the_step_earlier():
    """The step had started by itself: it is told again with its true beginning, and nothing is said again."""
    track = Track(work(400.0), starts=StartPolicy(first=DelayStart(Seconds(10.0))), surface="grass")
    track.wait(12.0)
    assert track.session.step_started_at == 10.0
    said = press_late(track, 8.5, 12.0)
    started = [event for event in said if isinstance(event, StepStarted)]
    assert [(event.at, event.effective_at) for event in started] == [(12.0, 8.5)]
    assert not [event for event in said if isinstance(event, Cue)]
    assert track.session.step_started_at == 8.5


def test_a_go_made_before_the_rest_was_over_starts_the_next_rep_then():
    """In overtime by now; the press was made in the rest."""
    track = measured(work(200.0), rest(10.0), work(200.0, "again"), until=62.0, starts=BY_PRESS)
    assert track.is_in(Phase.OVERTIME)
    press_late(track, 58.0, 61.5)
    assert track.ended("rest").ended_at == 58.0
    assert track.session.step_started_at == 58.0
    assert track.is_in(Phase.WORK)


def test_a_late_mark_in_a_rest_by_heart_rate_ends_it():
    """A heart rate that ended the rest meanwhile is overtaken."""
    track = Track(work_time(60.0), recover_below(120.0), work_time(60.0, "again"), surface="grass")
    track.heart(150.0, 0.0, 100.0)
    track.heart(110.0, 110.0, 118.0)
    assert track.ended("rest").ended_at == 115.0
    press_late(track, 114.0, 117.5)
    assert track.session.results[1].ended_at == 114.0
    assert track.session.step_started_at == 114.0


def test_next_is_credited_when_it_was_pressed():
    """Next ends the step at the moment it was pressed, as every button that ends a step does."""
    track = measured(work(1000.0), rest(60.0), until=53.0)
    press_late(track, 49.5, 52.0, Button.NEXT)
    ended = track.ended("work")
    assert (ended.ended_at, ended.time_s, ended.distance) == (49.5, 49.5, pytest.approx(198.0))


def test_a_late_next_ends_no_step_that_has_ended():
    """Pressed before the step ended by itself, it would end the next one: never before that began."""
    track = measured(work(400.0), rest(60.0), until=103.0)
    said = press_late(track, 99.4, 102.0, Button.NEXT, expected_step="work")
    assert [type(event) for event in said] == [Rejected]
    assert track.is_in(Phase.RECOVERY)


def test_a_late_pause_begins_when_it_was_pressed():
    """The metres and seconds since belong to the pause."""
    track = measured(work(1000.0), until=53.0)
    press_late(track, 49.0, 52.0, Button.PAUSE)
    assert track.session.paused_s(Seconds(52.0)) == 3.0
    assert track.session.step_time(Seconds(60.0)) == 49.0


def test_a_button_without_a_moment_counts_as_it_arrives():
    """A slower target is slower from now on."""
    track = measured(work(1000.0), until=53.0)
    changed = press_late(track, 49.0, 52.0, Button.SLOWER)[0]
    assert changed.at == 52.0


def test_no_press_is_credited_across_a_gap():
    """The run went on from where it was resumed."""
    track = measured(work(1000.0), until=50.0)
    track.resume(60.0, since=50.0)
    assert press_late(track, 57.0, 61.0)[0].effective_at == 60.0


def test_a_refused_late_press_leaves_everything_as_it_was():
    """A go before the end of a rep is refused, and the rest that began since goes on."""
    track = measured(work(400.0), rest(60.0), until=103.0)
    before = track.session.results
    said = press_late(track, 99.4, 102.5, Button.GO)
    assert [type(event) for event in said] == [Rejected]
    assert said[0].at == 102.5
    assert track.session.results == before
    assert track.session.step_started_at == 100.0
    track.wait(170.0)
    assert track.is_in(Phase.FINISHED)


@pytest.mark.parametrize("expected", ["work", "#0"])
def test_a_press_is_for_the_step_it_was_meant_for(expected):
    """Two people pressing next skip one rep."""
    track = measured(work(1000.0), work(1000.0, "again"), rest(10.0), until=30.0)
    first = track.feed(Pressed(Seconds(30.0), Button.NEXT, Origin.MQTT, expected_step=expected))
    second = track.feed(Pressed(Seconds(30.4), Button.NEXT, Origin.PHONE, expected_step=expected))
    assert [event.step.step_id for event in first if isinstance(event, StepEnded)] == ["work"]
    assert [event.reason for event in second] == [
        "That was for another step, which is not under way any more."
    ]
    assert track.session.step.step_id == "again"


def test_a_mark_is_for_no_step():
    """It says where the runner is, whatever whoever pressed saw."""
    track = measured(work(400.0), open_(), until=50.5)
    assert (
        track.feed(Pressed(Seconds(50.1), Button.MARK, Origin.PHONE, expected_step="other"))[0].metres
        == 200.0
    )


def test_a_late_mark_that_lengthens_a_short_rest_brings_it_back():
    """The rest of three seconds began later than it seemed: it is under way again, and ends at its own time."""
    track = measured(work(400.0), rest(3.0), work(400.0, "again"), until=104.0)
    assert track.session.step.step_id == "again"
    said = press_late(track, 102.5, 103.9)
    assert track.session.step.step_id == "rest"
    assert [event.step.step_id for event in said if isinstance(event, StepStarted)] == ["rest"]
    assert [(move.step_id, move.to_s) for move in said if isinstance(move, BoundaryMoved)] == [
        ("work", 102.5)
    ]
    track.run_at(4.0, 104.0, 107.0)
    assert track.ended("rest").ended_at == 105.5
    assert track.session.step.step_id == "again"


def test_starts_by_press_are_late_too():
    """A rep that waits for its press starts when that was made."""
    track = Track(rest(10.0), work(400.0), starts=StartPolicy(after_rest=PressStart()), surface="grass")
    track.wait(14.0)
    press_late(track, 12.0, 14.0, Button.GO)
    assert (track.session.step_started_at, track.started("work").effective_at) == (12.0, 12.0)
