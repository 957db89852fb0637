"""Buttons from elsewhere: what is taken, what is refused and why, and when a press is confirmed."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from coach.edge.conductor import Conductor
from coach.edge.remote_buttons import LONGEST, Ack, AckCode, AckStatus, PressMessage, RemoteButtons
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.events import StepEnded
from coach.session.phases import Button, Origin, Phase, Pressed
from tests.edge.doubles import FakeClock, KeptJournal, settle_down
from tests.session.builders import Track, prompt, rest, work, work_time

pytestmark = pytest.mark.asyncio


class RunMode:
    """A run that is conducted, and the buttons of it that others press."""

    def __init__(self, *steps) -> None:
        self.clock = FakeClock()
        self.run: Any = LiveRun(Track(*steps, opened=False).setup)
        self.journal = KeptJournal()
        self.conductor = Conductor(self.run, self.clock, journal=self.journal)
        self.buttons = RemoteButtons("run", self.conductor, self.clock, answer_within_s=0.05)
        self.count = 0

    def message(self, button="mark", **keys) -> dict[str, Any]:
        """A message that presses a button now; a key given as None is left out."""
        self.count += 1
        whole = {"tx": f"tx-{self.count}", "run": "run", "button": button, "age_s": 0.0, **keys}
        return {key: value for key, value in whole.items() if value is not None}

    async def send(self, message, origin=Origin.PHONE, **more) -> Ack:
        """Send a message, and wait for its answer."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return await self.buttons.press(body, origin, **more)

    async def press(self, button="mark", **keys) -> Ack:
        """Press a button on the phone."""
        return await self.send(self.message(button, **keys))

    def pressed(self) -> list[Pressed]:
        """Every press that the journal holds."""
        return [event for event in self.journal.inputs if isinstance(event, Pressed)]


@asynccontextmanager
async def conducted(*steps) -> AsyncIterator[RunMode]:
    """A run that is conducted until the end of the block; by default two reps by time with their rests."""
    default = (work_time(60.0), rest(30.0), work_time(60.0, "again"), rest(30.0, "end"))
    stage = RunMode(*(steps or default))
    conducting = asyncio.create_task(stage.conductor.conduct())
    await stage.clock.advance(10.0)
    try:
        yield stage
    finally:
        stage.conductor.leave()
        await conducting


async def test_the_page_tells_every_code_and_its_example_is_a_message():
    """The reference page is what others program by."""
    page = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) >= {*AckCode, *AckStatus}
    message, ack = re.findall(r"```json\n(.*?)\n```", page)
    assert PressMessage.model_validate_json(message).button == "mark"
    assert set(PressMessage.model_fields) == set(
        re.findall(r"^\| `(\w+)` \| (?:always|with|one|\|)", page, re.MULTILINE)
    )
    assert set(json.loads(ack)) <= set(
        Ack(AckStatus.CONFIRMED, "1", "r", "b", None, "", Seconds(1), Seconds(1)).to_json()
    )


async def test_a_press_is_confirmed_by_what_the_run_made_of_it():
    """The journal holds it with its origin; the answer says when the run took it."""
    async with conducted() as stage:
        ack = await stage.press("next", expect_step="work")
        assert ack.to_json() == {
            "v": 1, "tx": "tx-1", "run": "run", "button": "next", "status": "confirmed", "at_s": 10.0,
        }  # fmt: skip
        assert stage.pressed() == [Pressed(Seconds(10.0), Button.NEXT, Origin.PHONE, expected_step="work")]
        assert stage.run.session.step.step_id == "rest"


async def test_a_press_counts_when_it_was_made():
    """By the run's own clock, by its age or by the calendar; the journal keeps both moments."""
    async with conducted() as stage:
        wall = "2027-01-15T09:23:26.500+00:00"  # the clock's calendar at 6.5 s
        assert (await stage.press(age_s=None, pressed_at_s=5.25)).credited_at == 5.25
        assert (await stage.press(age_s=4.5)).credited_at == 5.5
        assert (await stage.press(age_s=None, ts=wall)).credited_at == pytest.approx(6.5)
        assert [event.pressed_at for event in stage.pressed()] == [5.25, 5.5, pytest.approx(6.5)]


async def test_the_time_a_message_has_waited_is_part_of_its_age():
    """A broker's thread takes it before the loop does."""
    async with conducted() as stage:
        ack = await stage.send(stage.message(age_s=1.0), waited_s=0.5)
        assert ack.credited_at == 8.5


async def test_a_message_sent_again_presses_nothing_again():
    """The same tx gets the same answer, whatever its age is by now."""
    async with conducted() as stage:
        message = stage.message("next", expect_step="work")
        first = await stage.send(message)
        again = await stage.send(message | {"age_s": 3.0})
        assert again.to_json() == first.to_json() | {"is_repeat": True}
        assert len(stage.pressed()) == 1


async def test_a_message_sent_twice_at_once_presses_once():
    """The second waits for the answer of the first."""
    async with conducted() as stage:
        message = stage.message()
        first, again = await asyncio.gather(stage.send(message), stage.send(message))
        assert (first.status, again.status) == ("confirmed", "confirmed")
        assert (first.is_repeat, again.is_repeat, len(stage.pressed())) == (False, True, 1)


async def test_another_press_of_the_same_tx_is_refused():
    """A sender that counts from 1 again after a restart."""
    async with conducted() as stage:
        message = stage.message()
        await stage.send(message)
        ack = await stage.send(message | {"button": "pause"})
        assert (ack.status, ack.code, ack.is_repeat) == ("rejected", "duplicate", False)


async def test_two_people_who_press_next_skip_one_rep():
    """Both saw the same step; the phone and the broker are one queue."""
    async with conducted() as stage:
        first, second = await asyncio.gather(
            stage.send(stage.message("next", expect_step="work"), Origin.PHONE),
            stage.send(stage.message("next", expect_step=0), Origin.MQTT),
        )
        assert (first.status, second.status, second.code) == ("confirmed", "rejected", "expect_step")
        assert second.reason == "That was for another step, which is not under way any more."
        ends = [output for output in stage.journal.outputs if isinstance(output, StepEnded)]
        assert [end.step.step_id for end in ends] == ["work"]


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        ({"run": "another"}, "other_run", "It is for another run than the one under way."),
        ({"age_s": 5.1}, "stale", "It was pressed 5.1 s ago; 5 s is the most."),
        ({"age_s": None, "pressed_at_s": 4.0}, "stale", "It was pressed 6.0 s ago; 5 s is the most."),
        (
            {"age_s": 0.0, "ts": "2026-11-30T18:04:05Z"},
            "stale",
            " s ago; 5 s is the most. Or the two clocks differ: age_s needs none.",
        ),
        ({"age_s": None}, "malformed", "It does not say when it was pressed: pressed_at_s, age_s or ts."),
        ({"button": "next"}, "expect_step", "next leaves the step: say in expect_step which one is meant."),
        ({"button": "abandon"}, "expect_step", "abandon leaves the step"),
        ({"button": "back"}, "expect_step", "back leaves the step"),
        ({"button": "restart"}, "expect_step", "restart leaves the step"),
        ({"button": "finish"}, "not_allowed", "The run is ended on the laptop, not by a phone."),
        ({"button": "discard"}, "not_allowed", "The run is ended on the laptop, not by a phone."),
        ({"button": "answer"}, "malformed", '"answer" is only for the button answer, which needs it.'),
        ({"answer": 2}, "malformed", '"answer" is only for the button answer, which needs it.'),
        ({"button": "lap"}, "malformed", "'lap' is not a button."),
        ({"button": None}, "malformed", "button is missing."),
        ({"tx": None}, "malformed", "tx is missing."),
        ({"tx": "a b"}, "malformed", "tx: string should match pattern"),
        ({"tx": "x" * 65}, "malformed", "tx: string should match pattern"),
        ({"tx": 7}, "malformed", "tx: input should be a valid string."),
        ({"age_s": "0"}, "malformed", "age_s: input should be a valid number."),
        ({"age_s": -1.0}, "malformed", "age_s: input should be greater than or equal to 0."),
        ({"age_s": float("nan")}, "malformed", "age_s: input should be a finite number."),
        ({"age_s": float("inf")}, "malformed", "age_s: input should be a finite number."),
        ({"ts": "yesterday"}, "malformed", "'yesterday' is not a time such as 2026-11-30T18:04:05Z."),
        ({"ts": "2026-11-30T18:04:05"}, "malformed", "is not a time such as 2026-11-30T18:04:05Z."),
        ({"button": "answer", "answer": 11}, "malformed", "answer: input should be less than or equal to 10."),
        ({"button": "go"}, "refused", "The button go does nothing here (work by time)."),
    ],
)  # fmt: skip
async def test_what_is_refused_is_told_why_in_plain_words(change, code, reason):
    """Nothing of it reaches the run, but what the run refuses itself."""
    async with conducted() as stage:
        ack = await stage.press(**change)
        assert (ack.status, ack.code) == ("rejected", code)
        assert reason in ack.reason
        assert stage.run.session.phase is Phase.WORK
        assert len(stage.pressed()) == (1 if code == "refused" else 0)
        assert stage.buttons.refused == {AckCode(code): 1}


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        (b"", "malformed", "It is not JSON."),
        (b"mark", "malformed", "It is not JSON."),
        (b"[1]", "malformed", "It is not a JSON object."),
        (b'{"tx": "1", "answer": null}', "malformed", "answer is null: leave unknown keys out."),
        (b"\xff\xfe", "malformed", "It is not JSON."),
        (b"[" * 8000, "malformed", "It is not JSON."),
        (b'{"tx":"' + b"x" * LONGEST + b'"}', "too_long", "Over 8192 bytes."),
    ],
)
async def test_nonsense_is_refused(body, code, reason):
    """Whatever the bytes are, there is an answer."""
    async with conducted() as stage:
        ack = await stage.send(body)
        assert (ack.status, ack.code, ack.reason) == ("rejected", code, reason)
        assert ack.tx == ("1" if b'"tx": "1"' in body else "")


@pytest.mark.parametrize(
    "change", [{"button": "skip"}, {"age_s": "0"}, {"run": ""}, {"answer": 99}, {"ts": "yesterday"}]
)
async def test_a_malformed_message_is_answered_by_its_tx(change):
    """Whoever waits for an answer can tell that it is theirs; a tx that cannot be one is not handed back."""
    async with conducted() as stage:
        message = {**stage.message(tx="b3f0-17"), **change}
        assert (await stage.send(message)).tx == "b3f0-17"
        assert (await stage.send({**message, "tx": "<b>"})).tx == ""
        assert (await stage.send({**message, "tx": ["b3f0-17"]})).tx == ""


async def test_any_bytes_are_answered():
    """No message raises, and none that is spoilt is taken."""
    random = Random(17)
    async with conducted() as stage:
        whole = json.dumps(stage.message()).encode()
        for _ in range(300):
            body = bytearray(whole)
            for _ in range(random.randint(1, 4)):
                body[random.randrange(len(body))] = random.randrange(256)
            assert (await stage.send(bytes(body))).status in {"rejected", "confirmed"}


async def test_a_retained_message_is_refused_and_may_be_sent_anew():
    """It is an old one that the broker kept."""
    async with conducted() as stage:
        message = stage.message()
        ack = await stage.send(message, Origin.MQTT, is_retained=True)
        assert (ack.code, ack.reason) == (
            "retained", "A retained message is an old one: publish presses without retain.",
        )  # fmt: skip
        assert (await stage.send(message, Origin.MQTT)).status == "confirmed"


async def test_a_clock_that_is_ahead_counts_as_now_and_is_told():
    """No press is credited in the future."""
    async with conducted() as stage:
        ack = await stage.press(age_s=None, pressed_at_s=13.0)
        assert (ack.at, ack.credited_at) == (10.0, None)
        assert ack.reason.startswith("Its clock is 3.0 s ahead: it counts as now.")


async def test_a_press_is_not_credited_before_another_and_that_is_told():
    """A mark that was overtaken."""
    async with conducted(work(400.0)) as stage:
        await stage.press()
        await stage.clock.advance(2.0)
        ack = await stage.press(age_s=3.0)
        assert (ack.status, ack.credited_at) == ("confirmed", 10.0)
        assert (
            "It counts 1.0 s later than it was pressed, because later data had already been used."
            in ack.reason
        )


async def test_a_doubtful_mark_says_that_it_is():
    """It was taken; whoever pressed is told that it counts for nothing."""
    async with conducted(work(400.0)) as stage:
        ack = await stage.press()
        assert ack.status == "confirmed"
        assert ack.reason == "Doubtful: no line was expected there, so it does not count yet."


async def test_by_broker_the_run_is_thrown_away_by_two():
    """The first is answered with what is still to do."""
    async with conducted() as stage:
        first = await stage.send(stage.message("discard"), Origin.MQTT)
        assert first.reason == "Press discard again within 5 s to throw the run away."
        assert (await stage.send(stage.message("discard"), Origin.MQTT)).status == "confirmed"
        assert stage.conductor.is_over
        ended = await stage.send(stage.message(), Origin.MQTT)
        assert (ended.code, ended.reason) == ("ended", "The run is over.")


async def test_an_answer_is_given_by_its_number():
    """The open question takes it."""
    async with conducted(prompt(), work_time(60.0)) as stage:
        assert (await stage.press("answer", answer=2)).status == "confirmed"
        assert (await stage.press("answer", answer=2)).reason == "No question is open."


async def test_nobody_knows_while_the_program_stands_still():
    """The answer is unknown, and the same tx asks again: it is never pressed a second time."""
    stage = RunMode(work_time(60.0), rest(30.0))
    message = stage.message("next", expect_step="work")
    ack = await stage.send(message)
    assert (ack.status, ack.reason) == (
        "unknown", "The run has not answered. Look at it before you press again.",
    )  # fmt: skip
    assert (await stage.send(message)).status == "unknown"
    conducting = asyncio.create_task(stage.conductor.conduct())
    await stage.clock.advance(1.0)
    again = await stage.send(message)
    assert (again.status, again.is_repeat, len(stage.pressed())) == ("confirmed", True, 1)
    stage.conductor.leave()
    await conducting


async def test_a_flood_is_bounded():
    """What waits for the run is at most 32 presses; the others are told, and may come again."""
    stage = RunMode(work_time(60.0))
    acks: list[Ack] = []
    messages = [stage.message("faster") for _ in range(40)]
    for message in messages:
        stage.buttons.take(json.dumps(message).encode(), Origin.MQTT, acks.append)
    assert [ack.code for ack in acks] == ["busy"] * 8
    assert acks[0].reason == "32 presses are waiting already."
    conducting = asyncio.create_task(stage.conductor.conduct())
    await settle_down(200)
    assert len(stage.pressed()) == 32
    assert (await stage.send(messages[-1])).code != "busy"
    stage.conductor.leave()
    await conducting


async def test_answers_are_kept_for_the_last_256():
    """Memory does not grow with the messages of an evening."""
    async with conducted() as stage:
        for _ in range(300):
            await stage.press(run="another")
        assert len(stage.buttons._requests) == 256


async def test_a_press_is_confirmed_once_it_is_written():
    """What a kill would take back was not confirmed before."""
    stage = RunMode(work_time(60.0), rest(30.0))
    is_written = False
    stage.journal.is_written = lambda _record, _written: is_written  # type: ignore[assignment]
    conducting = asyncio.create_task(stage.conductor.conduct())
    await stage.clock.advance(1.0)
    acks: list[Ack] = []
    body = json.dumps(stage.message("next", expect_step="work")).encode()
    stage.buttons.take(body, Origin.PHONE, acks.append)
    await settle_down()
    assert stage.run.session.step.step_id == "rest"
    assert acks == []
    await stage.clock.advance(0.05)
    assert [ack.status for ack in acks] == ["confirmed"]
    stage.conductor.leave()
    await stage.clock.advance(1.0)
    await conducting


@pytest.mark.asyncio
async def test_a_phone_at_the_line_is_a_further_press_where_a_class_is_timed():
    """With the time it was pressed at; once, however often it comes; other buttons mean nothing there."""
    from coach.app.by_hand import HandTimingService
    from tests.squad.hand_sessions import hand_setup

    clock = FakeClock()
    service = HandTimingService(hand_setup(3), clock)
    service.begin()
    clock.time += 70.0
    buttons = RemoteButtons("session", service, clock)
    press = b'{"tx": "1", "run": "session", "button": "mark", "age_s": 1.5}'
    for _ in range(2):
        ack = await buttons.press(press, Origin.PHONE)
        assert ack.status is AckStatus.CONFIRMED
    assert [each.moment for each in service.timing.presses] == [68.5]
    ack = await buttons.press(press.replace(b'"1"', b'"2"').replace(b"mark", b"pause"), Origin.PHONE)
    assert (ack.status, ack.reason) == (
        AckStatus.REJECTED, "Only mark and undo work in timing by hand."
    )  # fmt: skip
    await buttons.press(press.replace(b'"1"', b'"3"').replace(b"mark", b"undo"), Origin.PHONE)
    assert service.timing.message == "There is nothing to undo."
    service.end()
    ack = await buttons.press(press.replace(b'"1"', b'"4"'), Origin.PHONE)
    assert ack.status is AckStatus.REJECTED
