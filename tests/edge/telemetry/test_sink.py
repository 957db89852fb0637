"""What is published of a run: only what is known, only what has changed, and every lap of every recording."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from coach.edge.clock import MachineClock
from coach.edge.telemetry.address import BrokerAddress
from coach.edge.telemetry.bus import Bus
from coach.edge.telemetry.messages import Presence, Topics, athlete_level
from coach.edge.telemetry.sink import KeptMessages, RunTelemetry, laps_in, messages_after
from coach.quantities import Seconds
from coach.recording.codec import read_records
from coach.recording.replay import TimedOutput
from coach.session.events import PhaseChanged
from coach.session.phases import Phase
from coach.signals.readings import Freshness
from tests.screen.builders import cue, rep_four

JOURNALS = sorted((Path(__file__).parents[2] / "golden" / "journals").glob("*/recording.jsonl"))
TOPICS = Topics("track", "ida", "n1")


class Screen:
    """A run that shows what a test wants."""

    def __init__(self) -> None:
        self.shows = rep_four()

    def now(self) -> Seconds:
        """When it is shown."""
        return self.shows.at

    def snapshot(self, at):
        """What is shown."""
        return replace(self.shows, at=at)


class Published:
    """What a run publishes on a bus that has no link: the newest of each topic, and the cues."""

    def __init__(self) -> None:
        clock = MachineClock()
        self.screen = Screen()
        self.bus = Bus(BrokerAddress("127.0.0.1", 1), Presence(TOPICS, clock, run="R"), clock)
        self.telemetry = RunTelemetry(self.bus, clock, lambda: self.screen, run="R")

    def newest(self, name: str) -> dict[str, Any]:
        """The newest payload of a topic."""
        payload: dict[str, Any] = json.loads(self.bus._slots[TOPICS.of(name)].message.payload)
        return payload

    def cues(self) -> list[dict[str, Any]]:
        """The cues that wait."""
        return [json.loads(each.message.payload) for each in self.bus._events.get(TOPICS.of("cue"), ())]


@pytest.fixture
def published():
    """A run on its way."""
    return Published()


def test_only_what_is_known_is_published(published):
    """A value that was never measured is absent, one that is too old is marked, and none is null."""
    heart_rate = published.screen.shows.heart_rate
    assert heart_rate is not None
    stale = replace(heart_rate, freshness=Freshness.STALE)
    published.screen.shows = rep_four(heart_rate=stale, cadence=None, light=None)
    published.telemetry._tick(lag_s=0.0012)
    values = published.newest("tm")

    assert values["heart_rate_bpm"] == 171
    assert values["stale"] == ["heart_rate_bpm"]
    assert not {"cadence_spm", "power_w", "light_s", "left_s"} & set(values)
    assert values["speed_mps"] == pytest.approx(4.717)
    assert values["left_distance_m"] == 213.2
    assert None not in values.values()
    assert published.newest("hb")["lag_ms"] == 1.2


@pytest.mark.asyncio
async def test_where_the_run_is_is_published_once_for_each_change(published):
    """However many outputs belong to it; a second look that sees the same publishes nothing."""
    for _ in range(3):
        published.telemetry.offer(TimedOutput(PhaseChanged(Seconds(1086.0), Phase.WORK), None))
    await asyncio.sleep(0)
    first = published.newest("state")
    published.telemetry.offer(TimedOutput(PhaseChanged(Seconds(1086.0), Phase.WORK), None))
    await asyncio.sleep(0)
    same = published.newest("state")
    published.screen.shows = rep_four(phase=Phase.PAUSED, left_s=Seconds(20.0))
    published.telemetry.offer(TimedOutput(PhaseChanged(Seconds(1087.0), Phase.PAUSED), None))
    await asyncio.sleep(0)

    assert (first["phase"], first["rep"], first["step"]) == ("work", 4, 7)
    assert first["next_label"]
    assert same["seq"] == first["seq"]
    assert published.newest("state")["phase"] == "paused"
    assert "step_ends_at" not in published.newest("state")  # nobody knows when a pause ends


def test_a_cue_carries_the_rest_of_its_life_and_a_late_one_is_not_sent(published):
    """What held it up before it came here counts."""
    published.telemetry._look()
    said = cue()
    published.telemetry.offer(TimedOutput(replace(said, at=Seconds(1085.0)), None))
    published.telemetry.offer(TimedOutput(replace(said, at=Seconds(1086.0 - said.ttl_s - 0.1)), None))

    (sent,) = published.cues()
    assert sent["ttl_ms"] == round((said.ttl_s - 1.0) * 1000)
    assert (sent["kind"], sent["text"], sent["class"]) == (said.kind.value, said.text, said.cue_class.value)


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.parent.name)
def test_every_lap_of_a_recording_can_be_sent_again(journal):
    """With the number it had, after any number that was taken; then how the run ended."""
    data = journal.read_bytes()
    presence = Presence(TOPICS, MachineClock(), run="later")
    laps = laps_in(data)
    all_of_it = messages_after(data, 0, presence, TOPICS, athlete_level)
    rest = messages_after(data, 2, presence, TOPICS, athlete_level)

    payloads = [json.loads(each.payload) for each in all_of_it]
    assert [each["seq"] for each in payloads if each["_type"] == "lap"] == list(range(1, len(laps) + 1))
    assert payloads[-1]["_type"] == "summary"
    assert payloads[-1]["laps"] == len(laps)
    assert len({each["run"] for each in payloads}) == 1
    assert payloads[0]["run"] != "later"
    assert len(rest) == len(all_of_it) - 2


def test_a_lap_that_comes_again_says_when_it_happened(published):
    """Not when it was sent: the next run may send it days later. The same after an outage of its own run."""
    headers = ((path.read_bytes(), next(read_records(path.read_bytes()))) for path in JOURNALS)
    data, began = next((data, each["wall_epoch"]) for data, each in headers if each["wall_epoch"])
    published.telemetry._read_journal = lambda: data
    replayed = [message for _, message in published.telemetry.replay(0)]
    presence = Presence(TOPICS, MachineClock(), run="later")
    later = messages_after(data, 0, presence, TOPICS, athlete_level)[: len(replayed)]

    assert replayed
    for message in (*replayed, *later):
        lap = json.loads(message.payload)
        happened = datetime.fromisoformat(lap["ts"]).timestamp()
        assert happened == pytest.approx(began + lap["at_s"], abs=0.002)


def test_what_is_no_journal_has_nothing_to_send():
    """A folder that was emptied, or a file of something else."""
    presence = Presence(TOPICS, MachineClock(), run="later")

    assert messages_after(b"", 0, presence, TOPICS, athlete_level) == []
    assert messages_after(b"nonsense\n" * 9, 0, presence, TOPICS, athlete_level) == []


def test_laps_of_a_run_that_is_not_recorded_come_from_memory(published):
    """As many as a workout has."""
    kept = KeptMessages(published.bus.presence, TOPICS, "R")
    published.telemetry._recent.extend(
        (seq, kept.lap(seq, {"v": 1, "at_s": 1.0, "event": "split"})) for seq in (1, 2, 3)
    )

    assert [seq for seq, _ in published.telemetry.replay(1)] == [2, 3]
