"""Tests of `coach broker`: it serves this machine, and a run links to it with MQTT 3.1.1."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from coach.cli.group import EXAMPLES, root
from coach.edge.telemetry.address import BrokerAddress
from coach.edge.telemetry.bus import BusState, Policy
from coach.edge.telemetry.topics import Outgoing, Protocol
from tests.edge.telemetry.brokers import Linked, Listener, free_port
from tests.patience import wait_until

pytest.importorskip("amqtt")


def started(*words: str) -> "subprocess.Popen[str]":
    """Start the real program."""
    command = [sys.executable, "-m", "coach", *words]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


@pytest.mark.asyncio
async def test_a_run_links_to_it_and_says_what_it_cannot():
    """The broker does not answer MQTT 5, so 3.1.1 is used, and the runner is told that nothing expires."""
    port = free_port()
    broker = started("broker", "--port", str(port), "--json")
    assert broker.stdout is not None
    said = json.loads(broker.stdout.readline())
    device = Listener(port, "coach/v1/#", protocol="3.1.1")
    async with Linked(BrokerAddress("127.0.0.1", port)) as linked:
        await linked.until_up()
        cue = Outgoing("coach/v1/track/ana/cue", b'{"_type": "cue", "seq": 1}', qos=1, expiry_s=4.0)
        linked.bus.send(cue, Policy.EVENT, ttl_s=4.0)
        await wait_until(lambda: device.of("/cue"))
        await wait_until(lambda: not linked.bus._awaited)
    device.close()
    broker.send_signal(signal.SIGINT)
    broker.communicate(timeout=20)

    assert said == {"v": 1, "url": f"mqtt://127.0.0.1:{port}", "protocol": "3.1.1"}
    assert broker.returncode == 0
    assert linked.states == [BusState.UP]
    assert "has no expiry" in linked.words
    assert linked.bus.protocol is Protocol.V311
    assert linked.bus.refused == ()
    assert device.of("/status")[0]["state"] == "online"


def test_a_port_that_is_taken_is_told():
    """The message names another port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = started("broker", "--port", str(taken.getsockname()[1]))
        _, told = ended.communicate(timeout=30)

    assert ended.returncode == 1
    assert "--port 1884" in told


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    """The message names the extra to install."""
    monkeypatch.setitem(sys.modules, "amqtt.broker", None)
    ended = CliRunner().invoke(root, ["broker"])

    assert ended.exit_code == 1
    assert "trackside-coach[broker]" in ended.stderr


def test_the_example_of_its_help_serves():
    """Typed as it stands but for the port, which may be taken here, it says where it is and ends with Ctrl-C."""
    (example,) = EXAMPLES["coach broker"]
    *words, option, _ = shlex.split(example)[1:]
    port = free_port()
    broker = started(*words, option, str(port))
    assert broker.stdout is not None
    url = broker.stdout.readline().strip()
    broker.send_signal(signal.SIGINT)
    _, told = broker.communicate(timeout=20)

    assert (url, broker.returncode) == (f"mqtt://127.0.0.1:{port}", 0), told
    assert option == "--port"
