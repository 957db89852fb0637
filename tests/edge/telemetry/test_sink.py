"""Tests of what is published of a run: known values, changes, and every lap of every recording."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from coach.edge.clock import MachineClock
from coach.edge.telemetry.address import BrokerAddress
from coach.edge.telemetry.bus import Bus
from coach.edge.telemetry.sink import KeptMessages, LightPublisher, RunTelemetry, laps_in, messages_after
from coach.edge.telemetry.topics import Outgoing, Presence, Topics, athlete_level
from coach.live.ahead import lap_lights
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from coach.recording.lines import read_records
from coach.session.events import PhaseChanged
from coach.session.phases import Button, Phase, Pressed
from coach.signals.readings import Freshness
from coach.workout.kinds import Kind
from tests.edge.doubles import FakeClock
from tests.live.test_ahead import RAMP, paced, run_of, timed
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

    def was_discarded(self) -> bool:
        """Nobody throws it away."""
        return False


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


# --- pace lights


class Lit:
    """A run whose pace lights are published on a bus without a link, by a clock and a calendar that a test sets."""

    def __init__(self, *steps: Any, **changes: Any) -> None:
        self.setup, self.fold = run_of(*steps)
        self.setup = replace(self.setup, **changes)
        self.clock = FakeClock(0.0)
        self.sent: list[Any] = []
        bus = Bus(BrokerAddress("127.0.0.1", 1), Presence(TOPICS, self.clock, run="R"), self.clock)
        bus.send = self.take  # type: ignore[method-assign, assignment]
        self.lights = LightPublisher(
            bus,
            self.clock,
            "R",
            lambda snapshot: lap_lights(self.setup, snapshot),
            target_colour="#00ff00",
            ghost_colour="#FF00FF",
        )

    def take(self, message: Outgoing, **_: Any) -> None:
        """Keep what is published: the payload, None for an empty one."""
        assert message.is_retained
        assert message.topic == "coach/v1/track/light/ida/plan"
        assert message.qos == 1
        self.sent.append(json.loads(message.payload) if message.payload else None)

    def look(self, at: float) -> int:
        """Look at a moment of the run; returns how many plans were published."""
        before = len(self.sent)
        self.clock.time = at
        self.fold.fire(Seconds(at))
        self.lights.look(self.fold.snapshot(Seconds(at)), Seconds(at))
        return len(self.sent) - before


def place_of(light: dict[str, Any], epoch_s: float, lap_m: float) -> float:
    """Where a device has the light at a moment, in metres on its way, by the words of the page."""
    if "stands_at_m" in light:
        return float(light["stands_at_m"])
    seconds = epoch_s - light["start_epoch_s"]
    if "points" in light:
        points = light["points"]
        one, other = next(pair for pair in pairwise(points) if pair[1][1] >= seconds)
        return float(one[0] + (other[0] - one[0]) * (seconds - one[1]) / (other[1] - one[1]))
    return float(min(max(0.0, seconds) / light["lap_s"] * lap_m, light["length_m"]))


def test_a_device_runs_the_light_by_its_plan_alone():
    """One message for a whole rep says where it is at every moment; a new one for the next, an empty one last."""
    lit = Lit(paced("a", 800.0), timed(Kind.RECOVERY, "r", 60), timed(Kind.WORK, "b", 60, target=RAMP))
    for second in range(100):
        lit.look(second)
    (plan,) = lit.sent
    (light,) = plan["lights"]
    went = [place_of(light, lit.clock.epoch + second, plan["lap_m"]) for second in (0, 10, 100, 300)]
    lit.fold.receive(Pressed(Seconds(100.0), Button.NEXT))
    resting = lit.look(101.0)
    later = lit.look(161.0), lit.look(170.0)
    (uneven,) = lit.sent[-1]["lights"]
    lit.fold.receive(Pressed(Seconds(180.0), Button.PAUSE))
    paused = lit.look(181.0), lit.look(185.0)
    (standing,) = lit.sent[-1]["lights"]
    lit.fold.receive(Pressed(Seconds(190.0), Button.RESUME))
    resumed = lit.look(190.5)
    lit.fold.receive(Pressed(Seconds(195.0), Button.FASTER))
    shifted = lit.look(195.5)
    lit.look(400.0)

    assert (plan["_type"], plan["step_id"], plan["athlete"], plan["run"]) == ("light_plan", "a", "ida", "R")
    assert (light["who"], light["colour"], light["lap_s"], light["start_m"]) == (
        "target",
        "#00FF00",
        100.0,
        0.0,
    )
    assert went == pytest.approx([0.0, 40.0, 400.0, 800.0])
    assert (resting, later, paused, resumed, shifted) == (1, (0, 0), (1, 0), 1, 1)
    assert place_of(uneven, lit.clock.epoch + 170.0, 400.0) == pytest.approx(4 * 10 + 1 / 60 * 50, abs=0.1)
    assert standing["stands_at_m"] == pytest.approx(4 * 20 + 1 / 60 * 200, abs=0.1)
    assert lit.sent[-1] is None


def test_what_an_earlier_run_has_left_is_put_out():
    """A run without a light says so once; at the end each says so."""
    lit = Lit(timed(Kind.WARM_UP, "w", 60))
    published = lit.look(1.0), lit.look(2.0)
    lit.lights.clear()

    assert published == (1, 0)
    assert lit.sent == [None, None]


def test_the_ghost_has_its_own_colour_and_lap():
    """The one that the coach tells of is the first."""
    lit = Lit(paced("a", 800.0), light={"a": 4.0}, planned={"a": 3.8})
    lit.look(1.0)
    ghost, target = lit.sent[0]["lights"]

    assert (ghost["who"], ghost["colour"], ghost["lap_s"]) == ("ghost", "#FF00FF", 100.0)
    assert (target["who"], target["colour"], target["lap_s"]) == ("target", "#00FF00", pytest.approx(105.263))


def test_a_calendar_that_is_put_right_moves_the_start():
    """And a plan is told again before it is worth nothing any more."""
    lit = Lit(paced("a", 20_000.0))
    lit.look(1.0)
    lit.clock.epoch += 0.05
    within = lit.look(2.0)
    lit.clock.epoch += 2.0
    beyond = lit.look(3.0)
    again = lit.look(3.0 + 1700), lit.look(3.0 + 1900)
    first, second = (plan["lights"][0]["start_epoch_s"] for plan in lit.sent[:2])

    assert (within, beyond, again) == (0, 1, (0, 1))
    assert second - first == pytest.approx(2.05)
