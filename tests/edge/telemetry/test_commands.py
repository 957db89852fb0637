"""Tests of buttons and timing gates through a real mosquitto, with a run that is conducted."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from coach.app.telemetry import PORTS, MqttPlan, Port
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.edge.remote_buttons import LONGEST, RemoteButtons
from coach.edge.settings import Settings
from coach.live.run import LiveRun
from coach.session.phases import Origin, Pressed
from tests.edge.doubles import KeptJournal
from tests.edge.telemetry.brokers import Linked, Listener, Mosquitto, needs_mosquitto
from tests.patience import wait_until
from tests.session.builders import Track, rest, work_time

pytestmark = [needs_mosquitto, pytest.mark.asyncio]

CMD, ACK = "coach/v1/track/ana/cmd", "/cmd/ack"


class RunMode:
    """A run that takes buttons from a broker, and a device that presses them."""

    def __init__(self, mosquitto: Mosquitto, listener: Listener) -> None:
        self.run: Any = LiveRun(
            Track(work_time(60.0), work_time(60.0, "again"), rest(30.0), opened=False).setup
        )
        self.journal, self.said = KeptJournal(), list[str]()
        self.clock = MachineClock()
        self.conductor = Conductor(self.run, self.clock, journal=self.journal)
        self.linked, self.device = Linked(mosquitto.address), listener

    def attach(self, *, has_control: bool = True) -> None:
        """Subscribe as the ports do."""
        buttons = RemoteButtons("run", self.conductor, self.clock)
        plan = MqttPlan(self.linked.bus._address, has_control)
        port = Port(
            self.linked.bus, self.conductor, self.clock, "run", "ana", Settings(), self.said.append, lambda: buttons,
        )  # fmt: skip
        for row in PORTS:
            if row.is_wanted(plan):
                row.attach(port)

    async def press(self, tx: str, button: str = "mark", **keys: Any) -> dict[str, Any]:
        """Press a button as a device does, and wait for the answer."""
        options = {"retain": keys.pop("retain", False)}
        before = len(self.device.of(ACK))
        message = {"tx": tx, "run": "run", "button": button, "age_s": 0.0, **keys}
        self.device.send(CMD, json.dumps(message), qos=1, **options)
        await wait_until(lambda: len(self.device.of(ACK)) > before)
        return self.device.of(ACK)[-1]

    def pressed(self) -> list[Pressed]:
        """Every press that the journal holds."""
        return [event for event in self.journal.inputs if isinstance(event, Pressed)]


@asynccontextmanager
async def linked_run(mosquitto, listener, *, has_control=True) -> AsyncIterator[RunMode]:
    """A conducted run with its link."""
    stage = RunMode(mosquitto, listener)
    stage.attach(has_control=has_control)
    conducting = asyncio.create_task(stage.conductor.conduct())
    async with stage.linked:
        await stage.linked.until_up()
        yield stage
    stage.conductor.leave()
    await conducting


async def test_a_command_is_taken_once_and_answered(mosquitto, listener):
    """The answer carries the envelope; the same tx again presses nothing."""
    async with linked_run(mosquitto, listener) as stage:
        ack = await stage.press("1", "next", expect_step="work", _type="cmd", seq=1, ttl_ms=5000)
        again = await stage.press("1", "next", expect_step="work")
    assert {key: ack[key] for key in ("_type", "v", "tx", "run", "button", "status")} == {
        "_type": "ack", "v": 1, "tx": "1", "run": "run", "button": "next", "status": "confirmed",
    }  # fmt: skip
    assert {"seq", "ts", "ttl_ms"} <= set(ack)
    assert (again["status"], again["is_repeat"]) == ("confirmed", True)
    assert [(event.origin, event.expected_step) for event in stage.pressed()] == [(Origin.MQTT, "work")]


async def test_two_people_who_press_next_skip_one_rep(mosquitto, listener):
    """Two devices, one broker."""
    second = Listener(mosquitto.port, "none")
    async with linked_run(mosquitto, listener) as stage:
        message = {"run": "run", "button": "next", "age_s": 0.0, "expect_step": "work"}
        listener.client.publish(CMD, json.dumps({"tx": "a", **message}), qos=1)
        second.client.publish(CMD, json.dumps({"tx": "b", **message}), qos=1)
        await wait_until(lambda: len(listener.of(ACK)) == 2)
        assert sorted(each["status"] for each in listener.of(ACK)) == ["confirmed", "rejected"]
        assert stage.run.session.step.step_id == "again"
    second.close()


async def test_retained_stale_malformed_and_huge_commands_are_refused(mosquitto, listener):
    """Each with its answer; nothing of them reaches the run."""
    listener.send(
        CMD, json.dumps({"tx": "old", "run": "run", "button": "mark", "age_s": 0.0}), qos=1, retain=True
    )
    async with linked_run(mosquitto, listener) as stage:
        await wait_until(lambda: len(listener.of(ACK)) == 1)
        assert (listener.of(ACK)[0]["tx"], listener.of(ACK)[0]["code"]) == ("old", "retained")
        listener.send(CMD, b"", qos=1, retain=True)
        await wait_until(lambda: len(listener.of(ACK)) == 2)  # taking it off the broker is no press either
        assert (await stage.press("2", age_s=6.0))["code"] == "stale"
        assert (await stage.press("3", run="another"))["code"] == "other_run"
        assert (await stage.press("4", button="next"))["code"] == "expect_step"
        assert (await stage.press("5", "mark", filling="x" * LONGEST))["code"] == "too_long"
        assert stage.pressed() == []


async def test_a_gate_marks_and_a_stranger_does_not(mosquitto, listener):
    """`gate/<id>` of the site; what is no message is told once."""
    async with linked_run(mosquitto, listener) as stage:
        await wait_until(lambda: stage.conductor.now() > 0.1)  # the run is older than the crossing
        listener.send("coach/v1/track/gate/line", '{"age_s": 0.05}', qos=1)
        await wait_until(lambda: len(stage.pressed()) == 1)
        listener.send("coach/v1/track/gate/line", "{", qos=1)
        listener.send("coach/v1/other/gate/line", '{"age_s": 0}', qos=1)
        await wait_until(lambda: stage.said)
    press = stage.pressed()[0]
    assert (press.origin, press.gate.name if press.gate else "") == (Origin.GATE, "line")
    assert press.pressed_at is not None
    assert 0.03 <= press.at - press.pressed_at <= 1.0
    assert stage.said == ["Timing gate 'line': It is not JSON."]
    assert len(stage.pressed()) == 1


async def test_nothing_is_taken_unless_it_was_asked_for(mosquitto, listener):
    """Without `--mqtt-control` no topic is read."""
    async with linked_run(mosquitto, listener, has_control=False) as stage:
        listener.send(CMD, '{"tx": "1", "run": "run", "button": "mark", "age_s": 0}', qos=1)
        listener.send("coach/v1/track/gate/line", '{"age_s": 0}', qos=1)
        await asyncio.sleep(0.1)
        assert stage.linked.bus._subscriptions == []
    assert (stage.pressed(), listener.of(ACK)) == ([], [])


def started_run(url: str, home: str) -> "subprocess.Popen[str]":
    """`coach run` with a broker that may press its buttons."""
    command = [
        sys.executable, "-m", "coach", "run", "3x400 @ 4:00/km / 90s", "--sensors", "none", "--json",
        "--mqtt", url, "--mqtt-control",
    ]  # fmt: skip
    pipes: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
    }
    return subprocess.Popen(command, env={**os.environ, "COACH_HOME": home}, text=True, **pipes)


async def test_a_whole_run_is_steered_through_a_broker(mosquitto, listener, tmp_path):
    """`coach run --mqtt-control`: its run id from `info`, its step from `state`, and `finish` ends it."""
    process = started_run(mosquitto.url, str(tmp_path))
    try:
        await wait_until(lambda: listener.of("/info") and listener.of("/state"))
        run, step = listener.of("/info")[0]["run"], listener.of("/state")[-1]["step_id"]
        topic = "coach/v1/track/athlete/cmd"
        message = {"run": run, "age_s": 0.0}
        listener.send(topic, json.dumps({"tx": "a", "button": "next", "expect_step": step, **message}), qos=1)
        await wait_until(lambda: len(listener.of(ACK)) == 1)
        listener.send(topic, json.dumps({"tx": "b", "button": "finish", **message}), qos=1)
        await wait_until(lambda: len(listener.of(ACK)) == 2)
        out, err = await asyncio.to_thread(process.communicate, timeout=20)
    finally:
        process.kill()
    events = [json.loads(line) for line in out.splitlines()]
    assert [each["status"] for each in listener.of(ACK)] == ["confirmed", "confirmed"], err
    assert [event["reason"] for event in events if event["event"] == "step_ended"][:1] == ["next"]
    assert events[-1]["event"] == "run_ended"
    assert process.returncode == 0, err


async def test_every_command_of_a_flood_that_is_taken_is_answered(mosquitto, listener):
    """Sixty at once, which come in two turns of the run's loop: sixty answers, each with the `tx` it is for."""
    async with linked_run(mosquitto, listener) as stage:
        sent = [f"tx-{number}" for number in range(60)]
        for tx in sent:
            message = {"tx": tx, "run": "another", "button": "mark", "age_s": 0.0}
            listener.client.publish(CMD, json.dumps(message), qos=1)
        await wait_until(lambda: len(listener.of(ACK)) >= len(sent))

        assert sorted(each["tx"] for each in listener.of(ACK)) == sorted(sent)
        assert {each["status"] for each in listener.of(ACK)} == {"rejected"}
        assert not any("ack" in key for key in stage.linked.bus.dropped)
