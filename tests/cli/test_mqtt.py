"""Runs that are published on a real broker: what a device gets of them, and that the run does not mind the broker."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from coach.edge.mqtt_topics import TOPICS, Envelope, decode
from tests.edge.telemetry.brokers import Listener, Mosquitto, free_port, needs_mosquitto
from tests.patience import block_until

STEPS = "1s @ 5:00/km + 1s @ 5:10/km + 1s @ 5:20/km"


def started(*words: object) -> "subprocess.Popen[str]":
    """Start the real program."""
    command = [sys.executable, "-m", "coach", *(str(word) for word in words)]
    return subprocess.Popen(
        command,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def events(printed: str) -> list[tuple[str, str | None]]:
    """Return the events of a run without their times, which differ by milliseconds."""
    lines = [json.loads(line) for line in printed.splitlines()]
    return [
        (each["event"], each.get("text") or each.get("label") or each.get("step_id"))
        for each in lines
        if each["event"] != "sensor"
    ]


@needs_mosquitto
def test_a_device_gets_all_of_a_run(home, tmp_path):
    """Birth, state, values, cues, laps and how it ended; each is what its topic says, and few are retained."""
    broker = Mosquitto(tmp_path).start()
    device = Listener(broker.port, "coach/#")
    run = started("run", STEPS, "--sensors", "sim", "--mqtt", broker.url, "--json")
    printed, told = run.communicate(timeout=60)
    block_until(lambda: [each["state"] for each in device.of("/status")] == ["online", "offline"])
    late = Listener(broker.port, "coach/#")
    time.sleep(0.2)
    device.close()
    late.close()
    broker.stop()

    assert run.returncode == 0, told
    assert f"MQTT: connected to 127.0.0.1:{broker.port}, MQTT 5." in told
    plans = [payload for topic, payload in device.messages if topic.endswith("/plan")]
    assert list(dict.fromkeys(each.get("label") for each in plans)) == [
        "0:01 at 5:00/km",
        "0:01 at 5:10/km",
        "0:01 at 5:20/km",
        None,
    ]
    assert plans[-1] == {"raw": b""}
    for topic, payload in device.messages:
        row = TOPICS["light" if topic.endswith("/plan") else topic.rpartition("/")[2]]
        if payload == {"raw": b""}:
            continue
        message = decode(row.payload, json.dumps(payload).encode())
        assert isinstance(message, Envelope)
        assert message.type == row.payload.model_fields["type"].default
        assert message.ttl_ms > 0
        assert "null" not in json.dumps(payload)
    for name in ("tm", "cue", "state", "hb"):
        seqs = [each["seq"] for each in device.of(f"/{name}")]
        assert seqs == sorted(set(seqs))
    laps = device.of("/lap")
    assert [each["seq"] for each in laps] == list(range(1, len(laps) + 1))
    assert [each["change"] for each in laps if each["event"] != "split"] == ["new", "end"] * 3
    said = [each["text"] for each in map(json.loads, printed.splitlines()) if each["event"] == "cue"]
    assert [each["text"] for each in device.of("/cue")] == said
    assert len(device.of("/tm")) >= 3
    assert device.of("/state")[0]["label"]
    assert device.of("/state")[-1]["phase"] == "finished"
    (summary,) = device.of("/summary")
    journal = next((home / "data" / "runs").glob("*/recording.jsonl"))
    assert summary["completed"] is True
    assert summary["laps"] == len(laps)
    assert summary["recording_sha256"] == sha256(journal.read_bytes()).hexdigest()
    assert {topic.rpartition("/")[2] for topic, _ in late.messages} == {"status", "info", "state"}


@needs_mosquitto
def test_a_broker_that_is_lost_for_a_while_gets_the_laps_from_the_recording(tmp_path):
    """The run says what it says without a broker; laps of the outage come again by number, values do not."""
    words = ("run", f"{STEPS} + 5min @ 5:00/km", "--sensors", "none", "--json")
    plain = started(*words)
    broker = Mosquitto(tmp_path).start()
    device = Listener(broker.port, "coach/#")
    run = started(*words, "--mqtt", broker.url)
    block_until(lambda: device.of("/lap"))
    broker.stop()
    device.close()
    time.sleep(2.2)  # a step of a second ends in it, however busy the machine is
    broker.start()
    again = Listener(broker.port, "coach/#")
    block_until(lambda: any(each["step"] == 3 for each in again.of("/lap")))
    printed, told = run.communicate("finish\n", timeout=60)
    usual, _ = plain.communicate("finish\n", timeout=60)
    block_until(lambda: again.of("/summary"))
    again.close()
    broker.stop()

    assert events(printed) == events(usual)
    assert told.count("MQTT: no link to") == 1
    assert told.count("MQTT: connected to") == 2
    before, after = ([each["seq"] for each in one.of("/lap")] for one in (device, again))
    assert after == sorted(after)
    assert set(before) | set(after) == set(range(1, again.of("/summary")[0]["laps"] + 1))
    outage = [each for each in again.of("/lap") if each["at_s"] < again.of("/tm")[0]["at_s"]]
    assert outage


@needs_mosquitto
def test_a_run_that_is_not_recorded_sends_the_laps_again_from_memory(tmp_path):
    """A broker that comes late gets every lap all the same."""
    broker = Mosquitto(tmp_path)
    words = ("run", f"{STEPS} + 1s @ 5:00/km", "--sensors", "none", "--no-record", "--json")
    run = started(*words, "--mqtt", broker.url)
    assert run.stdout is not None
    first = run.stdout.readline()
    run.send_signal(signal.SIGSTOP)  # else it may link, and send its first lap, before the device listens
    broker.start()
    device = Listener(broker.port, "coach/#")
    run.send_signal(signal.SIGCONT)
    draining = threading.Thread(target=run.communicate)
    draining.start()
    block_until(lambda: device.of("/summary"))
    draining.join()
    device.close()
    broker.stop()

    assert '"run_started"' in first
    assert [each["seq"] for each in device.of("/lap")] == list(range(1, device.of("/summary")[0]["laps"] + 1))
    assert "recording_sha256" not in device.of("/summary")[0]


def test_without_any_broker_the_run_is_whole_and_says_what_is_missing():
    """Without a broker at the address, the run ends at its time and reports the messages that did not arrive."""
    words = ("run", "1s @ 5:00/km", "--sensors", "none", "--json")
    run = started(*words, "--mqtt", f"mqtt://127.0.0.1:{free_port()}")
    plain = started(*words)
    printed, told = run.communicate(timeout=60)
    usual, _ = plain.communicate(timeout=60)

    assert run.returncode == 0
    assert events(printed) == events(usual)
    assert told.count("no link to 127.0.0.1") == 1
    assert "The run continues" in told
    assert "did not reach the broker. The next run with a broker sends them." in told


@needs_mosquitto
def test_the_next_run_sends_what_the_last_could_not(home, tmp_path):
    """Its laps and how it ended, once; the runs that are deleted meanwhile are forgotten."""
    words = ("run", "1s @ 5:00/km", "--sensors", "none", "--json")
    nowhere = f"mqtt://127.0.0.1:{free_port()}"
    lost, deleted = (started(*words, "--mqtt", nowhere) for _ in range(2))
    ids = [json.loads(each.communicate(timeout=60)[0].splitlines()[0])["run"] for each in (lost, deleted)]
    unsent = home / "state" / "mqtt-unsent"
    folders = [str(home / "data" / "runs" / each) for each in ids]
    unsent.write_text(json.dumps(dict.fromkeys(folders, 0)))  # the two ended at once
    shutil.rmtree(folders[1])
    broker = Mosquitto(tmp_path).start()
    device = Listener(broker.port, "coach/#")
    run = started(*words, "--mqtt", broker.url)
    run.communicate(timeout=60)
    block_until(lambda: len(device.of("/summary")) == 2)
    device.close()
    broker.stop()

    old = [each for each in device.of("/lap") if each["run"] == ids[0]]
    assert [each["seq"] for each in old] == list(range(1, len(old) + 1))
    summaries = {each["run"]: each for each in device.of("/summary")}
    assert ids[0] in summaries
    assert summaries[ids[0]]["laps"] == len(old) > 0
    assert ids[1] not in summaries
    assert json.loads(unsent.read_text()) == {}


@needs_mosquitto
def test_a_run_that_goes_on_counts_on(tmp_path):
    """After a crash of the laptop its laps come again with the numbers they had, and no number is used twice."""
    broker = Mosquitto(tmp_path).start()
    device = Listener(broker.port, "coach/#")
    run = started("run", f"1s @ 5:00/km + {STEPS}", "--sensors", "none", "--mqtt", broker.url, "--json")
    block_until(lambda: len(device.of("/lap")) >= 2)
    run.kill()
    run.communicate(timeout=60)
    block_until(lambda: [each["state"] for each in device.of("/status")] == ["online", "offline"])
    first = device.messages[:]
    device.messages.clear()
    resumed = started("runs", "resume", "--json", "--mqtt", broker.url)
    _, told = resumed.communicate(timeout=60)
    assert resumed.returncode == 0, told
    block_until(lambda: device.of("/summary"))
    device.close()
    broker.stop()

    earlier = [payload for topic, payload in first if topic.endswith("/lap")]
    laps = device.of("/lap")
    assert [each["seq"] for each in laps] == list(range(1, len(laps) + 1))
    assert [(each["seq"], each["event"], each["at_s"]) for each in laps[: len(earlier)]] == [
        (each["seq"], each["event"], each["at_s"]) for each in earlier
    ]
    assert min(each["seq"] for each in device.of("/tm")) > max(
        payload["seq"] for topic, payload in first if not topic.endswith("/lap")
    )
    assert {each["run"] for each in laps} == {each["run"] for each in earlier}


@needs_mosquitto
def test_a_wrist_gets_the_cues_of_a_run_that_no_sound_device_speaks(tmp_path):
    """Without a loudspeaker, the screen and the broker still show every cue."""
    broker = Mosquitto(tmp_path).start()
    device = Listener(broker.port, "coach/#")
    words = ("run", "1s @ 5:00/km", "--sensors", "none", "--voice", "clips", "--json", "--mqtt", broker.url)
    run = started(*words)
    printed, _ = run.communicate(timeout=60)
    block_until(lambda: device.of("/summary"))
    device.close()
    broker.stop()

    said = [each["text"] for each in map(json.loads, printed.splitlines()) if each["event"] == "cue"]
    assert said
    assert [each["text"] for each in device.of("/cue")] == said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--mqtt", "mqtt://192.0.2.1"], "TLS (mqtts://) and credentials are missing"),
        (["--mqtt", "mqtt://me:hunter2@127.0.0.1"], "do not put a password in an address"),
        (["--mqtt-control"], "need a broker"),
        (["--mqtt", "mqtts://127.0.0.1", "--mqtt-ca", "nowhere.crt"], "nowhere.crt"),
    ],
)
def test_what_may_not_be_is_refused_before_the_run(coach, words, told):
    """As a usage error, with what to do."""
    refused = coach("run", "free", "--sensors", "none", "--no-record", *words)

    assert refused.exit_code == 2
    assert told in refused.stderr
    assert "hunter2" not in refused.output


@pytest.mark.parametrize(
    ("key", "value"), [("site", "My Club"), ("site", "a/b"), ("root", "+/x"), ("root", "#"), ("athlete", "A")]
)
def test_what_cannot_be_in_a_topic_is_refused(coach, monkeypatch, key, value):
    """The message names the setting."""
    monkeypatch.setenv(f"COACH_MQTT_{key.upper()}", value)
    refused = coach("run", "free", "--sensors", "none", "--no-record", "--mqtt", "mqtt://127.0.0.1")

    assert refused.exit_code == 2
    assert f"mqtt.{key}" in refused.stderr


def test_no_password_is_a_setting(coach, monkeypatch):
    """The password is neither in `config show` nor in a recording; its variable is not a setting."""
    monkeypatch.setenv("COACH_MQTT_PASSWORD", "hunter2")
    shown = coach("config", "show", "--all")

    assert shown.exit_code == 0, shown.stderr
    assert "password_file" in shown.stdout
    assert "hunter2" not in shown.stdout


@needs_mosquitto
def test_a_button_of_home_assistant_is_pressed(home, tmp_path, monkeypatch):
    """The real program tells what there is; what its button sends, filled in as there, is confirmed."""
    monkeypatch.setenv("COACH_MQTT_HOME_ASSISTANT", "true")
    broker = Mosquitto(tmp_path).start()
    house = Listener(broker.port, "#")
    run = started(
        "run", "free", "--sensors", "none", "--no-record", "--mqtt", broker.url, "--mqtt-control", "--json"
    )
    block_until(lambda: house.of("/home") and house.of("/config"))
    mark = house.of("/config")[0]["components"]["mark"]
    shown, now = house.of("/home")[-1], datetime.now(tz=UTC)
    sent = mark["command_template"]
    for there, filled in (
        ("{{ (now().timestamp() * 1000) | int }}", str(int(now.timestamp() * 1000))),
        ("{{ states('sensor.coach_athlete_step_id') }}", shown["step_id"]),
        ("{{ utcnow().isoformat() }}", now.isoformat()),
    ):
        assert there in sent
        sent = sent.replace(there, filled)
    house.send(mark["command_topic"], sent, qos=1)
    block_until(lambda: house.of("/cmd/ack"))
    house.send(mark["command_topic"], sent, qos=1)
    block_until(lambda: len(house.of("/cmd/ack")) > 1)
    run.communicate("finish\n", timeout=60)
    house.close()
    broker.stop()

    assert shown["state"]
    assert [each["status"] for each in house.of("/cmd/ack")] == ["confirmed", "confirmed"]
    assert house.of("/cmd/ack")[1]["is_repeat"] is True


@needs_mosquitto
@pytest.mark.parametrize("is_linked", [True, False], ids=["linked", "without a broker"])
def test_a_discarded_run_is_told_as_one_and_leaves_nothing(home, tmp_path, is_linked):
    """Its summary comes before its folder goes, and names no recording; what did not arrive is not sent later."""
    broker = Mosquitto(tmp_path)
    device = Listener(broker.start().port, "coach/#") if is_linked else None
    run = started("run", "5min @ 5:00/km", "--sensors", "none", "--json", "--mqtt", broker.url)
    assert run.stdout is not None
    assert run.stdin is not None
    while '"step_started"' not in run.stdout.readline():
        pass
    if device is not None:
        block_until(lambda: device.of("/lap"))
    run.stdin.write("discard\ndiscard\n")
    _, told = run.communicate(timeout=30)
    summaries = [] if device is None else device.of("/summary")
    if device is not None:
        device.close()
    broker.stop()

    assert run.returncode == 0, told
    assert not list((home / "data" / "runs").glob("*"))
    assert not (home / "state" / "mqtt-unsent").exists()
    if is_linked:
        (summary,) = summaries
        assert (summary["discarded"], summary["completed"]) == (True, False)
        assert "recording_sha256" not in summary
    else:
        assert "They are lost: the run is not recorded." in told
