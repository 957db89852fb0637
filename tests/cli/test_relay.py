"""Runs whose sensors are forwarded: by a phone that posts, and by a gateway on a broker."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from tests.edge.telemetry.brokers import Listener, Mosquitto, free_port

COACH = Path(sys.executable).with_name("coach")


class Program:
    """A free run in a process of its own, which is told to finish at the end."""

    def __init__(self, *words: str) -> None:
        """Begin it."""
        self.lines: list[str] = []
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [COACH, "run", "free", "--json", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        pairs = ((self.process.stdout, self.lines), (self.process.stderr, self.said))
        self._readers = [
            threading.Thread(target=lambda a, b: b.extend(a), args=pair, daemon=True) for pair in pairs
        ]
        for reader in self._readers:
            reader.start()

    def until(self, kept: list[str], word: str) -> str:
        """Wait for a line with a word in it."""
        ends_at = time.monotonic() + 20.0
        while time.monotonic() < ends_at:
            found = next((line for line in list(kept) if word in line), None)
            if found is not None:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no {word} in {self.said} {self.lines}")

    def events(self, kind: str) -> list[dict[str, object]]:
        """The events of a kind so far."""
        return [event for event in map(json.loads, list(self.lines)) if event["event"] == kind]

    def finish(self) -> int:
        """End the run."""
        assert self.process.stdin is not None
        self.process.stdin.write("finish\n")
        self.process.stdin.close()
        code = self.process.wait(20)
        for reader in self._readers:
            reader.join(5)
        return code


@contextmanager
def program(*words: str) -> Iterator[Program]:
    """A run that is stopped if the test fails."""
    run = Program(*words)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.process.kill()
            run.process.wait()
        for pipe in (run.process.stdin, run.process.stdout, run.process.stderr):
            if pipe is not None:
                pipe.close()


def post(url: str, body: bytes, *, method: str = "POST") -> tuple[int, str]:
    """Send a body as an app does."""
    request = urllib.request.Request(url, data=body, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_phone_posts_into_a_run_and_a_replay_says_the_same(coach, home):
    """JSON, a form and a PUT are taken at the address with the token, nothing is without; the journal folds alike."""
    with program("--sensors", "relay", "--relay", f"--share=127.0.0.1:{free_port()}") as run:
        url = run.until(run.said, "For the relay: ").split()[-1]
        run.until(run.lines, '"sensor":"relay"')
        for second in range(3):
            sent_s = time.time()
            body = {"bpm": 150 + second, "speed_mps": 4.0, "distance_m": 4.0 * second, "sent_s": sent_s}
            assert post(url, json.dumps(body).encode()) == (204, "")
        assert post(f"{url}/watch", b"bpm=149") == (204, "")
        assert post(f"{url}/hds/strap", b'{"data": "heartRate:151"}', method="PUT") == (204, "")
        assert post(url, b"{") == (400, "it is not JSON\n")
        assert post(url[:-3] + "abc", b"bpm=150")[0] == 403
        run.until(run.lines, '"sensor":"strap"')
        assert run.finish() == 0
        by = {event["sensor"]: event["by"] for event in run.events("sensor") if event["state"] == "live"}
        assert by == {"relay": "phone", "watch": "phone", "strap": "hds"}
        ended = run.events("step_ended")[0]
        assert (ended["distance_source"], ended["max_heart_rate_bpm"]) == ("relay", 152)
        told = [line for line in run.said if line.startswith("Relay: ")]
        assert len(told) == 1
        folder = next(home.rglob("recording.jsonl")).parent
        again = coach("replay", folder, "--speed", "max", "--json")
        assert again.stdout.splitlines() == [line.rstrip("\n") for line in run.lines]


def test_a_gateway_publishes_into_a_run(mosquitto: Mosquitto) -> None:
    """Bytes and values on the broker come into the run; what the broker kept and what is malformed does not."""
    device = Listener(mosquitto.port)
    with program("--sensors", "relay", "--mqtt", mosquitto.url) as run:
        run.until(run.said, "MQTT: connected")
        running = bytes(RunningSpeedCadenceMeasurement(4.0, 88, None, 12.0, True, b"")).hex()
        device.send("coach/v1/track/raw/gw1/foot/rsc", json.dumps({"hex": running, "sent_ms": 5}))
        device.send("coach/v1/track/raw/gw1/chest/hr", "0096")
        device.send("coach/v1/track/raw/gw1/chest/batt", "4b")
        device.send("coach/v1/track/raw/gw1/chest/other", "4b")
        device.send("coach/v1/track/value/phone/wrist", json.dumps({"bpm": 148}))
        device.send("coach/v1/track/value/phone/wrist", "x" * 9000)
        for sensor in ("pod", "strap", "relay"):
            run.until(run.lines, f'"sensor":"{sensor}","state":"live"')
        run.until(run.lines, '"battery_percent":75')
        run.until(run.said, "longer than 4096 bytes")
        assert run.finish() == 0
    device.close()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that lets everybody do everything."""
    broker = Mosquitto(tmp_path).start()
    yield broker
    broker.stop()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--sensors", "relay"), "needs a source of values"),
        (("--sensors", "ble,sim"), "exclude each other"),
        (("--sensors", "none,relay"), "exclude each other"),
        (("--sensors", "radio"), "is not what measures a run"),
        (("--sensors", "relay", "--require-sensor", "--relay"), "exclude each other"),
    ],
)
def test_what_cannot_be_is_refused(coach, words, problem):
    """A relay that nothing leads to, and modes that exclude each other, are mistakes of usage."""
    ended = coach("run", "free", "--no-record", *words)
    assert ended.exit_code == 2
    assert problem in ended.stderr


def test_a_run_without_it_imports_none_of_it():
    """The source of forwarded values loads only where it is asked for."""
    code = (
        "import sys\nfrom coach.cli.group import root\n"
        "try: root(['run', 'free', '--sensors', 'none', '--no-record', '--json'])\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        input="finish\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "coach.edge.conductor" in ended.stderr
    assert "coach.edge.relay" not in ended.stderr
