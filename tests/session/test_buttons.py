"""Every button in every row: the table of the track semantics, walked through real sessions."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest

from coach.live.contract import Output, RunEnded
from coach.quantities import Seconds
from coach.session.config import StartPolicy
from coach.session.events import Answered, PhaseChanged, Split, StepEnded, StepStarted, Undone, WorkoutChanged
from coach.session.phases import BUTTONS, TRANSITIONS, Action, Button, ButtonContext, Phase, context_of
from coach.signals.readings import Rejected
from coach.workout.kinds import Kind
from coach.workout.timeline import DelayStart, SlotEnd, Step, TimeEnd, free_run
from tests.cases import case
from tests.session.builders import (
    BY_PRESS,
    Track,
    by_mark,
    checklist,
    float_,
    jog,
    prompt,
    recover_below,
    rest,
    step,
    work,
    work_time,
)

IN_SET: dict[str, Any] = {"rep": 2, "of": 3, "set_id": "s"}
T = 70.5
"""When the button is pressed: 50 s and 200 m into the step under test."""


def first() -> Step:
    """The first rep: 20 s."""
    return work_time(20.0, "rep 1", rep=1, of=3, set_id="s")


def last() -> tuple[Step, Step]:
    """The last rep and the cool-down."""
    return work(400.0, "rep 3", rep=3, of=3, set_id="s"), step(
        "cool", Kind.COOL_DOWN, TimeEnd(Seconds(600.0))
    )


def reach(*steps: Step, starts: StartPolicy | None = None, until: float = T) -> Track:
    """Run at 4 m/s up to the press."""
    track = Track(*steps, starts=starts)
    track.run_at(4.0, 0.0, until)
    return track


def during(tested: Step, *, until: float = T, starts: StartPolicy | None = None) -> Track:
    """The step under test between the first rep and a rest."""
    return reach(first(), tested, rest(30.0, "after"), *last(), until=until, starts=starts)


def resting(tested: Step, *, until: float = T, starts: StartPolicy | None = None) -> Track:
    """The rest under test between two reps."""
    return reach(first(), tested, *last(), until=until, starts=starts)


def paused() -> Track:
    """A rep paused ten seconds before the press."""
    track = during(work(1000.0, "it", **IN_SET), until=T - 10)
    track.press(Button.PAUSE, T - 10)
    return track


def slot(name: str) -> Step:
    """A rest to the next slot of 100 s."""
    return step(name, Kind.RECOVERY, SlotEnd(Seconds(100.0)), **IN_SET)


def send_off_rest() -> Track:
    """The rest after a rep of 20 s that goes every 100 s."""
    rep = work_time(20.0, "rep 1", send_off_s=Seconds(100.0), rep=1, of=3, set_id="s")
    return reach(rep, slot("it"), *last())


ROWS: dict[ButtonContext, Callable[[], Track]] = {
    ButtonContext.READY: lambda: during(work(1000.0, "it", start=DelayStart(Seconds(120.0)), **IN_SET)),
    ButtonContext.WORK_BY_DISTANCE: lambda: during(work(1000.0, "it", **IN_SET)),
    ButtonContext.WORK_BY_TIME: lambda: during(work_time(300.0, "it", **IN_SET)),
    ButtonContext.WORK_OPEN: lambda: during(by_mark("it", **IN_SET)),
    ButtonContext.FARTLEK: lambda: during(step("it", Kind.FARTLEK, TimeEnd(Seconds(300.0)), **IN_SET)),
    ButtonContext.FREE_RUN: lambda: during(replace(free_run().steps[0], step_id="it")),
    ButtonContext.FLOAT_BY_DISTANCE: lambda: during(float_(1000.0, "it", **IN_SET)),
    ButtonContext.RECOVERY_BY_TIME: lambda: resting(rest(300.0, "it", **IN_SET)),
    ButtonContext.RECOVERY_BY_DISTANCE: lambda: resting(jog(1000.0, "it", **IN_SET)),
    ButtonContext.RECOVERY_OPEN: lambda: resting(recover_below(120.0, "it", **IN_SET), until=50.5),
    ButtonContext.SEND_OFF_REP: lambda: reach(
        first(), work(1000.0, "it", send_off_s=Seconds(400.0), **IN_SET), slot("after"), *last()
    ),
    ButtonContext.SEND_OFF_REST: send_off_rest,
    ButtonContext.OVERTIME: lambda: resting(rest(30.0, "it", **IN_SET), starts=BY_PRESS),
    ButtonContext.CHECKLIST: lambda: during(checklist("it")),
    ButtonContext.PROMPT: lambda: during(prompt("it", TimeEnd(Seconds(300.0)))),
    ButtonContext.PAUSED: paused,
    ButtonContext.FINISHED: lambda: reach(first()),
}

ANYWHERE = {
    Button.ADD_REP: "edit",
    Button.DROP_REP: "edit",
    Button.ENOUGH: "no range",
    Button.SHORTEN: "edit",
    Button.FASTER: "edit",
    Button.SLOWER: "edit",
    Button.EFFORT_DAY: "edit",
    Button.BY_EFFORT: "edit",
    Button.COOL_DOWN: "to the cool-down",
    Button.ACCEPT: "nothing on offer",
    Button.ANSWER: "no question",
    Button.LINE_EARLIER: "no line",
    Button.LINE_LATER: "no line",
    Button.FINISH: "ends the run",
    Button.DISCARD: "asks for a second",
    Button.GO: "-",
    Button.RESUME: "-",
    Button.UNDO: "un-ends",
    Button.BACK: "back",
    Button.PAUSE: "freeze",
}
NO_SET = {"add_rep": "no reps", "drop_rep": "no reps", "shorten": "no reps"}


def cells(space: str, n: str, r: str, x: str, e: str, **more: str) -> dict[Button, str]:
    """A line of the table, SPACE n r x e, and what differs from what holds anywhere."""
    line = {Button.MARK: space, Button.NEXT: n, Button.RESTART: r, Button.ABANDON: x, Button.EXTEND: e}
    return ANYWHERE | line | {Button(name): effect for name, effect in more.items()}


TABLE: dict[ButtonContext, dict[Button, str]] = {
    ButtonContext.READY: cells(
        "starts it", "skips it", "re-arms", "-", "+30 s", go="starts it", pause="no delay", back="back, unstarted"
    ),
    ButtonContext.WORK_BY_DISTANCE: cells("credits 200 m", "ends by next", "false start", "abandons", "+100 m"),
    ButtonContext.WORK_BY_TIME: cells("split", "ends by next", "false start", "abandons", "+30 s"),
    ButtonContext.WORK_OPEN: cells("ends by mark", "ends by next", "false start", "abandons", "-"),
    ButtonContext.FARTLEK: cells("turns", "ends by next", "false start", "abandons", "+30 s"),
    ButtonContext.FREE_RUN: cells("lap", "ends by next", "-", "-", "-", back="-", cool_down="ends by next", **NO_SET),
    ButtonContext.FLOAT_BY_DISTANCE: cells("credits 200 m", "ends by next", "restarts", "to a jog", "+100 m"),
    ButtonContext.RECOVERY_BY_TIME: cells("split", "goes by next", "restarts", "-", "+30 s"),
    ButtonContext.RECOVERY_BY_DISTANCE: cells("credits 200 m", "goes by next", "restarts", "-", "+100 m"),
    ButtonContext.RECOVERY_OPEN: cells(
        "goes at the second", "goes by next", "restarts", "-", "+30 s cap", go="goes at the second"
    ),
    ButtonContext.SEND_OFF_REP: cells("credits 200 m", "ends by next", "false start", "abandons", "slides"),
    ButtonContext.SEND_OFF_REST: cells("ignored", "goes by next", "re-slots", "-", "slides the rest"),
    ButtonContext.OVERTIME: cells("goes", "goes by next", "restarts", "-", "back to rest", go="goes"),
    ButtonContext.CHECKLIST: cells("ticks", "ends by next", "list again", "-", "-", **NO_SET),
    ButtonContext.PROMPT: cells("-", "ends by next", "-", "-", "-", answer="answers", **NO_SET),
    ButtonContext.PAUSED: cells(
        "-", "counts as done", "false start", "abandons", "-", pause="resumes", resume="resumes", back="-"
    ),
    ButtonContext.FINISHED: dict.fromkeys(Button, "-") | {
        Button.MARK: "free lap", Button.UNDO: "un-ends", Button.EXTEND: "free five minutes",
        Button.ANSWER: "no question", Button.FINISH: "ends the run", Button.DISCARD: "asks for a second",
    },
}  # fmt: skip


@dataclass
class Before:
    """How things stood before the press."""

    phase: Phase
    index: int
    left_s: float | None
    left_m: float | None
    revision: int


Check = Callable[[Track, list[Output], Before], None]


def of(events: list[Output], kind: type) -> list[Any]:
    """What was said of one type."""
    return [event for event in events if isinstance(event, kind)]


def refused(track: Track, events: list[Output], before: Before) -> None:
    """Nothing happened, and it was said why."""
    assert len(of(events, Rejected)) == 1
    assert (track.phase, track.session.index) == (before.phase, before.index)
    assert track.session.timeline.revision == before.revision


def starts(offset: int) -> Check:
    """A step started now, so many places on."""

    def check(track: Track, events: list[Output], before: Before) -> None:
        (started,) = of(events, StepStarted)
        assert started.index == before.index + offset == track.session.index
        assert track.session.step_time(Seconds(T)) == pytest.approx(0.0) or track.now != T
        assert track.phase is not Phase.READY

    return check


def ends(reason: str, offset: int = 1) -> Check:
    """The step ended for a reason, and the step so many places on was reached."""

    def check(track: Track, events: list[Output], before: Before) -> None:
        (ended,) = of(events, StepEnded)
        assert (ended.reason.value, ended.index) == (reason, before.index)
        assert track.session.index == before.index + offset

    return check


def both(*checks: Check) -> Check:
    """Each of some checks."""

    def check(track: Track, events: list[Output], before: Before) -> None:
        for each in checks:
            each(track, events, before)

    return check


def splits(role: str, metres: float | None) -> Check:
    """A mark was kept with a role, and nothing ended."""

    def check(track: Track, events: list[Output], before: Before) -> None:
        (kept,) = of(events, Split)
        assert (kept.role.value, kept.metres) == (role, metres)
        assert not of(events, StepEnded)
        assert track.phase is before.phase

    return check


def comes_to(phase: Phase, offset: int = 0) -> Check:
    """It is in a phase, at a step so many places on."""

    def check(track: Track, events: list[Output], before: Before) -> None:
        assert (track.phase, track.session.index) == (phase, before.index + offset)

    return check


def more(seconds: float = 0.0, metres: float = 0.0) -> Check:
    """There is so much more left of the same step."""

    def check(track: Track, events: list[Output], before: Before) -> None:
        assert track.session.index == before.index
        if seconds:
            assert track.session.left_s(Seconds(track.now)) == pytest.approx((before.left_s or 0.0) + seconds)
        if metres:
            assert track.session.left_m(Seconds(track.now)) == pytest.approx((before.left_m or 0.0) + metres)

    return check


def left(seconds: float | None) -> Check:
    """So much time is left now."""

    def check(track: Track, events: list[Output], before: Before) -> None:
        assert track.session.left_s(Seconds(track.now)) == (
            None if seconds is None else pytest.approx(seconds)
        )

    return check


def edited(track: Track, events: list[Output], before: Before) -> None:
    """A new revision was made and said."""
    (changed,) = of(events, WorkoutChanged)
    assert changed.revision == before.revision + 1 == track.session.timeline.revision
    assert changed.steps_left == len(track.session.timeline.steps) - track.session.index


def un_ended(track: Track, events: list[Output], before: Before) -> None:
    """The step before goes on."""
    (undone,) = of(events, Undone)
    assert (undone.button, undone.step_id) == (None, "rep 1")
    assert track.session.step is not None
    assert track.session.step.step_id == "rep 1"
    assert track.session.step_time(Seconds(30.0)) == 30.0


def ended_run(track: Track, events: list[Output], before: Before) -> None:
    """The last line was said."""
    assert isinstance(events[-1], RunEnded)
    assert track.run.has_ended


def silent(track: Track, events: list[Output], before: Before) -> None:
    """Nothing was said and nothing changed."""
    assert events == []
    assert (track.phase, track.session.index) == (before.phase, before.index)


def at_the_second(track: Track, events: list[Output], before: Before) -> None:
    """The first press before the floor is ignored; a second one within 2 s goes."""
    splits("ignored", None)(track, events, before)
    again = track.press(Button.MARK, track.now + 1.5)
    starts(1)(track, again, before)


def cap_later(track: Track, events: list[Output], before: Before) -> None:
    """The cap of 3:00 is now at 3:30."""
    track.wait(20.0 + 209.9)
    assert track.session.index == before.index
    track.wait(20.0 + 210.0)
    assert track.ended("it").reason.value == "cap"


def ticked(track: Track, events: list[Output], before: Before) -> None:
    """An item is done."""
    assert track.session.item == 1
    assert track.session.index == before.index


def slid(track: Track, events: list[Output], before: Before) -> None:
    """The rest after this rep ends 30 s later than the slot of 100 s, which began at 20 s."""
    track.press(Button.NEXT, T + 1)
    assert track.session.left_s(Seconds(T + 1)) == pytest.approx(20.0 + 100.0 + 30.0 - (T + 1))


def jogs(track: Track, events: list[Output], before: Before) -> None:
    """The float is a jog now, with as many metres left as before."""
    edited(track, events, before)
    assert track.session.step is not None
    assert (track.session.step.kind, track.session.step.target) == (Kind.RECOVERY, None)
    assert track.session.left_m(Seconds(track.now)) == pytest.approx(before.left_m)
    assert not of(events, StepEnded)


def answered(track: Track, events: list[Output], before: Before) -> None:
    """The question has its answer, and is over."""
    (answer,) = of(events, Answered)
    assert (answer.answer, answer.step_id) == (2, "it")
    assert track.session.index == before.index + 1


def to_cool_down(track: Track, events: list[Output], before: Before) -> None:
    """The cool-down runs; what lay between was skipped."""
    assert track.session.step is not None
    assert track.session.step.step_id == "cool"
    assert track.session.step_time(Seconds(track.now)) == 0.0
    assert track.is_in(Phase.WORK)
    reasons = {event.reason.value for event in of(events, StepEnded)}
    assert reasons <= {"skipped", "cool_down"}
    assert len(of(events, StepEnded)) == track.session.index - before.index


EFFECTS: dict[str, Check] = {
    "-": refused,
    "nothing on offer": refused,
    "no question": refused,
    "no range": refused,
    "no line": refused,
    "no reps": refused,
    "edit": edited,
    "to the cool-down": to_cool_down,
    "ends the run": ended_run,
    "asks for a second": silent,
    "un-ends": un_ended,
    "back": both(ends("back", -1), comes_to(Phase.READY, -1)),
    "back, unstarted": both(comes_to(Phase.READY, -1), left(None)),
    "freeze": comes_to(Phase.PAUSED),
    "starts it": both(starts(0), comes_to(Phase.WORK)),
    "skips it": ends("skipped"),
    "re-arms": both(comes_to(Phase.READY), left(120.0)),
    "+30 s": more(seconds=30.0),
    "+100 m": both(edited, more(metres=100.0)),
    "no delay": both(comes_to(Phase.READY), left(None)),
    "credits 200 m": splits("split", 200.0),
    "ends by next": ends("next"),
    "false start": both(ends("false_start", 0), comes_to(Phase.READY)),
    "abandons": ends("abandoned"),
    "split": splits("split", 200.0),
    "turns": splits("split", None),
    "lap": splits("split", 202.0),
    "ends by mark": ends("mark"),
    "restarts": both(ends("restarted", 0), starts(0)),
    "to a jog": jogs,
    "goes": both(ends("done"), starts(1)),
    "goes by next": both(ends("next"), starts(1)),
    "goes at the second": at_the_second,
    "+30 s cap": cap_later,
    "slides": slid,
    "slides the rest": more(seconds=30.0),
    "ignored": splits("ignored", None),
    "re-slots": both(ends("restarted", 0), left(80.0)),
    "back to rest": both(edited, comes_to(Phase.RECOVERY), left(30.0)),
    "ticks": ticked,
    "list again": silent,
    "answers": answered,
    "counts as done": both(ends("done"), comes_to(Phase.RECOVERY, 1)),
    "resumes": comes_to(Phase.WORK),
    "free lap": both(starts(0), comes_to(Phase.WORK)),
    "free five minutes": both(starts(0), left(300.0)),
}


@pytest.mark.parametrize("row", ButtonContext)
def test_rows_are_reached(row):
    """Each arrangement of this file really stands in its row."""
    track = ROWS[row]()
    assert context_of(track.phase, track.session.step) is row


def test_every_button_in_every_row():
    """The button does in this row what the table of the track semantics says."""
    for row, button in product(ButtonContext, Button):
        with case(row, button):
            track = ROWS[row]()
            at = 50.5 if row is ButtonContext.RECOVERY_OPEN else T
            track.wait(at)
            session = track.session
            now = Seconds(at)
            before = Before(
                session.phase,
                session.index,
                session.left_s(now),
                session.left_m(now),
                session.timeline.revision,
            )
            events = track.press(button, at, answer=2 if button is Button.ANSWER else None)
            EFFECTS[TABLE[row][button]](track, events, before)


def test_phases_follow_the_transitions():
    """Whatever the button, a phase is followed by one that the table allows, or undo gave back."""
    for row in ButtonContext:
        for button in Button:
            track = ROWS[row]()
            before = track.phase
            track.press(button, T)
            for changed in [event for event in track.all(PhaseChanged) if event.at == T]:
                if changed.button is not Button.UNDO:
                    assert changed.phase in TRANSITIONS[before], (row, button, before, changed)
                before = changed.phase


def test_every_phase_and_row_is_listed():
    """Every phase stands in the transitions, every row lists every button, and every action is used."""
    assert set(TRANSITIONS) == set(Phase)
    assert set(BUTTONS) == set(ButtonContext)
    assert all(set(line) == set(Button) for line in BUTTONS.values())
    assert {action for line in BUTTONS.values() for action in line.values()} == set(Action)


def test_the_table_and_the_test_agree_on_what_is_refused():
    """What this file calls refused is what the program's table rejects, a missing offer or set aside."""
    for row, line in TABLE.items():
        for button, effect in line.items():
            if (row, button) != (
                ButtonContext.RECOVERY_BY_TIME,
                Button.GO,
            ):  # go only where the next start is by press
                assert (effect == "-") == (BUTTONS[row][button] is Action.REJECT), (row, button)


def test_pressed_twice_discard_throws_the_run_away():
    """A second discard within 5 s ends the run as thrown away; one after 6 s only asks again."""
    track = ROWS[ButtonContext.WORK_BY_TIME]()
    track.press(Button.DISCARD, T)
    track.press(Button.DISCARD, T + 6)
    assert not track.run.has_ended
    track.press(Button.DISCARD, T + 10)
    assert track.run.has_ended
    assert isinstance(track.events[-1], RunEnded)


def test_a_discard_is_not_forgotten_when_the_step_ends():
    """A second discard within 5 s throws the run away, though the step ended between the two."""
    track = Track(work_time(60.0), rest(30.0))
    track.press(Button.DISCARD, 58.0)
    track.press(Button.DISCARD, 62.0)
    assert track.session.has_ended
