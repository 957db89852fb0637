"""Outputs as events: keys in order, numbers rounded by one table, unknown keys absent, and a true reference page."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.cues import cue
from coach.cues.cue import CueClass, CueKind
from coach.live import contract as live_outputs
from coach.live.contract import (
    EVENTS,
    ROUNDING,
    Output,
    encode_event,
    encode_line,
    encode_target,
    encode_until,
)
from coach.quantities import Seconds
from coach.session import events as session_facts
from coach.session import events as session_light
from coach.session.events import EndReason, MovedBy, SessionEvent
from coach.session.phases import Button, Phase, SplitRole
from coach.signals import readings as signal_readings
from coach.signals.readings import SensorState, Source
from coach.workout import timeline
from coach.workout.describe import step_label
from coach.workout.kinds import Kind
from coach.workout.timeline import Quantity

# Quantities are floats with a name; taken as Any, what a run says can be written with bare numbers here.
cues: Any = cue
facts: Any = session_facts
lights: Any = session_light
outputs: Any = live_outputs
plan: Any = timeline
readings: Any = signal_readings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "events.md"

PACE = plan.StepTarget(Quantity.SPEED, plan.Band(4.1, 4.166667, 4.2), "4:00/km", ref="threshold")

STEP = plan.Step(
    step_id="1/0.0/0",
    path="Main / rep 1 of 5 / work",
    section="Main",
    kind=Kind.WORK,
    name="1000 m",
    until=plan.EndConditions((plan.DistanceEnd(1000.0),), cap_s=420.0),
    target=PACE,
    rep=1,
    of=5,
)

BY_EFFORT = replace(STEP, target=plan.StepTarget(Quantity.EFFORT, plan.Band(), "effort of threshold"))

BARE = plan.Step("0", "Run", "Run", Kind.OPEN, "Run", plan.EndConditions((plan.OpenEnd(),)))

WHY = cues.Why("pace_band", 4.44444, "speed_mps", 4.1, 4.2, 12.0, 0.3333, 0.02123, "searching")

FULL: dict[Any, dict[str, Any]] = {
    outputs.RunStarted(0.0, "01X", "5 × 1000 m", "ada"): {
        "run": "01X",
        "workout": "5 × 1000 m",
        "athlete": "ada",
    },
    facts.StepStarted(9.0, 3, STEP, 8.54321): {
        "step": 3,
        "step_id": "1/0.0/0",
        "path": "Main / rep 1 of 5 / work",
        "kind": "work",
        "rep": 1,
        "of": 5,
        "until": {"distance_m": 1000.0, "cap_s": 420.0},
        "target": {
            "text": "4:00/km",
            "quantity": "speed",
            "low_mps": 4.1,
            "aim_mps": 4.167,
            "high_mps": 4.2,
        },
        "label": step_label(STEP),
        "effective_at_s": 8.543,
    },
    facts.StepEnded(
        *(300.0, 3, BY_EFFORT, EndReason.DONE, 299.87654, 239.87654, 1000.04, Source.POD),
        estimated=True,
        broken=True,
        cut=True,
        mean_speed=4.16899,
        mean_heart_rate=171.26,
        max_heart_rate=179.6,
        cadence=184.44,
        in_band_fraction=0.87654,
        light_s=-0.126,
        measured=984.96,
        turns=(60.004, 100.0),
        stopped_s=34.0,
        stopped_m=6.0,
        items_done=3,
    ): {
        "step": 3,
        "step_id": "1/0.0/0",
        "reason": "done",
        "broken": True,
        "cut": True,
        "ended_at_s": 299.877,
        "time_s": 239.88,
        "moving_time_s": 207.12,
        "distance_m": 1000.0,
        "estimated": True,
        "mean_speed_mps": 4.169,
        "moving_speed_mps": 4.828,
        "mean_heart_rate_bpm": 171.3,
        "max_heart_rate_bpm": 180,
        "cadence_spm": 184.4,
        "in_band_fraction": 0.877,
        "light_s": -0.13,
        "hard_s": 199.88,
        "easy_s": 40.0,
        "distance_source": "pod",
        "measured_m": 985.0,
        "by_effort": True,
        "items_done": 3,
        "items": 0,
    },
    facts.BoundaryMoved(9.0, "1/0", 8.1, 7.98765, MovedBy.MARK, 998.76, 985.04): {
        "step_id": "1/0",
        "from_s": 8.1,
        "to_s": 7.988,
        "by": "mark",
        "distance_m": 998.8,
        "measured_m": 985.0,
    },
    facts.Undone(9.0, Button.NEXT, "1/0"): {"button": "next", "step_id": "1/0"},
    facts.RunResumed(129.0, 9.0, facts.ResumeChoice.RESTART, "1/0"): {
        "from_s": 9.0,
        "gap_s": 120.0,
        "choice": "restart",
        "step_id": "1/0",
    },
    facts.WorkoutChanged(9.0, Button.EFFORT_DAY, 3, 7, facts.EffortDay(3.777, 1.888), True, "200s"): {
        "button": "effort_day",
        "revision": 3,
        "steps_left": 7,
        "slower_percent": 3.78,
        "reps_slower_percent": 1.89,
        "by_effort": True,
        "workout": "200s",
    },
    facts.Split(
        9.0,
        SplitRole.SPLIT,
        400.0,
        96.04999,
        lights.Light(0.046, 0.19164, 240.12475, 4.17123),
        pressed=False,
        effective_at=8.54321,
        step_id="0.1",
        gate="line",
    ): {
        "metres": 400.0,
        "time_s": 96.05,
        "light_s": 0.05,
        "light_m": 0.2,
        "projected_s": 240.12,
        "needed_mps": 4.171,
        "role": "split",
        "pressed": False,
        "effective_at_s": 8.543,
        "step_id": "0.1",
        "gate": "line",
    },
    cues.Cue(
        9.0, CueKind.TOO_FAST, CueClass.COACH, "Ease. Three fast.", WHY, 4.0, True, "Ease.", cues.Sound.EASE
    ): {
        "kind": "too_fast",
        "class": "coach",
        "text": "Ease. Three fast.",
        "state": "searching",
        "why": {
            "rule": "pace_band",
            "value": 4.444,
            "quantity": "speed_mps",
            "band": {"low": 4.1, "high": 4.2},
            "window_s": 12.0,
            "sample_age_s": 0.33,
            "noise": 0.0212,
        },
        "ttl_s": 4.0,
        "spoken": True,
        "speech": "Ease.",
        "sound": "ease",
    },
    readings.SensorChanged(9.0, Source.STRAP, SensorState.STALE, 3.0004, 80, "phone", 0.26): {
        "sensor": "strap",
        "state": "stale",
        "age_s": 3.0,
        "battery_percent": 80,
        "by": "phone",
        "delay_s": 0.3,
    },
    readings.Calibrated(9.0, 0.980049, 0.01, "mark", readings.Source.POD): {
        "factor": 0.98,
        "sd": 0.01,
        "from": "mark",
        "sensor": "pod",
    },
    readings.Learnt(9.0, Source.POD, "factor", 0.98049, 0.01): {
        "sensor": "pod",
        "what": "factor",
        "value": 0.98,
        "sd": 0.01,
    },
    facts.PhaseChanged(9.0, Phase.PAUSED, Button.PAUSE): {"phase": "paused", "button": "pause"},
    facts.Waiting(9.0, "1/0"): {"step_id": "1/0"},
    facts.Stopped(9.0, "1/0", 2.00049, 8.5, 6.49951): {
        "step_id": "1/0",
        "from_s": 2.0,
        "to_s": 8.5,
        "time_s": 6.5,
    },
    facts.Asked(9.0, "clock_mode", "1/0"): {"offer": "clock_mode", "step_id": "1/0"},
    facts.Answered(9.0, "1/0", "RPE?", 7): {"step_id": "1/0", "question": "RPE?", "answer": 7},
    readings.Rejected(9.0, "go", "paused"): {"what": "go", "reason": "paused"},
    outputs.RunEnded(9.0, True, 12, 3599.999, 10000.06, 4.756): {
        "completed": True,
        "steps_done": 12,
        "time_s": 3600.0,
        "distance_m": 10000.1,
        "unused_s": 4.76,
    },
}
"""One output of each kind with everything known, and the keys its event has behind the first ones."""

SPARSE: dict[Any, dict[str, Any]] = {
    outputs.RunStarted(0.0, "01X", "Free run", ""): {"run": "01X", "workout": "Free run"},
    facts.StepStarted(0.0, 0, BARE): {
        "step": 0,
        "step_id": "0",
        "path": "Run",
        "kind": "open",
        "until": {"open": True},
    },
    facts.StepEnded(9.0, 0, BARE, EndReason.SKIPPED, 9.0, 0.0): {
        "step": 0,
        "step_id": "0",
        "reason": "skipped",
        "ended_at_s": 9.0,
        "time_s": 0.0,
        "estimated": False,
    },
    facts.BoundaryMoved(9.0, "0", 8.0, 7.0, MovedBy.LINE): {
        "step_id": "0",
        "from_s": 8.0,
        "to_s": 7.0,
        "by": "line",
    },
    facts.Undone(9.0, None, "0"): {"step_id": "0"},
    facts.RunResumed(12.0, 9.0, facts.ResumeChoice.CONTINUE, ""): {
        "from_s": 9.0,
        "gap_s": 3.0,
        "choice": "continue",
    },
    facts.Split(9.0, SplitRole.IGNORED): {"role": "ignored", "pressed": True},
    cues.Cue(9.0, CueKind.STEP, CueClass.STEP, "Go", cues.Why("step"), 5.0, spoken=False): {
        "kind": "step",
        "class": "step",
        "text": "Go",
        "why": {"rule": "step"},
        "ttl_s": 5.0,
        "spoken": False,
    },
    readings.SensorChanged(9.0, Source.POD_2, SensorState.SEARCHING): {
        "sensor": "pod_2",
        "state": "searching",
    },
    readings.Learnt(9.0, Source.POD, "cadence_count", 2): {
        "sensor": "pod",
        "what": "cadence_count",
        "value": 2.0,
    },
    facts.PhaseChanged(9.0, Phase.WORK): {"phase": "work"},
    facts.Stopped(9.0, "0", 2.0): {"step_id": "0", "from_s": 2.0},
    outputs.RunEnded(9.0, False, 0, None, None): {"completed": False, "steps_done": 0},
}
"""Outputs with nothing known but what must be, and the keys their events then have."""


def _rest(event: dict[str, Any]) -> dict[str, Any]:
    """The keys behind the first ones."""
    return {key: value for key, value in event.items() if key not in {"v", "at_s", "run_s", "event"}}


def _outputs_of(union: Any) -> set[type]:
    """The kinds of output there are."""
    return {kind for one in get_args(union) for kind in (get_args(one) or (one,))}


def test_every_kind_of_output_has_a_name():
    """No output is without an event, and no event without an output, and this file tries each."""
    assert EVENTS.keys() == _outputs_of(Output)
    assert {type(output) for output in FULL} == set(EVENTS)
    assert set(get_args(SessionEvent)) <= set(EVENTS)


@pytest.mark.parametrize("output", FULL, ids=lambda output: EVENTS[type(output)])
def test_everything_known_is_told_in_order(output):
    """With everything known, the keys and their order are these, every number rounded."""
    event = encode_event(output, Seconds(5.00049))

    assert list(event)[:4] == ["v", "at_s", "run_s", "event"]
    assert (event["v"], event["run_s"], event["event"]) == (1, 5.0, EVENTS[type(output)])
    assert list(_rest(event).items()) == list(FULL[output].items())


@pytest.mark.parametrize("output", SPARSE, ids=lambda output: EVENTS[type(output)])
def test_what_is_not_known_is_absent(output):
    """With nothing known but what must be, no key is null or 0 in its place."""
    event = _rest(encode_event(output))
    event.pop("label", None)

    assert list(event.items()) == list(SPARSE[output].items())


def test_running_time_is_absent_before_the_start():
    """Before the start there is no running time; afterwards it stands behind at_s."""
    output = facts.PhaseChanged(3.14159, Phase.READY)

    assert list(encode_event(output)) == ["v", "at_s", "event", "phase"]
    assert encode_event(output)["at_s"] == 3.142


UNTILS: list[tuple[Any, dict[str, Any]]] = [
    (plan.EndConditions((plan.TimeEnd(90.0),)), {"time_s": 90.0}),
    (plan.EndConditions((plan.MarkEnd(),), not_before_s=45.0), {"mark": True, "not_before_s": 45.0}),
    (plan.EndConditions((plan.HeartRateEnd(120.0, below=True),)), {"heart_rate_below_bpm": 120.0}),
    (plan.EndConditions((plan.HeartRateEnd(150.0, below=False),)), {"heart_rate_above_bpm": 150.0}),
    (plan.EndConditions((plan.SlotEnd(120.0),)), {"slot_s": 120.0}),
    (plan.EndConditions((plan.MarkEnd(), plan.TimeEnd(900.0))), {"any": [{"mark": True}, {"time_s": 900.0}]}),
]

TARGETS: list[tuple[Any, dict[str, Any]]] = [
    (plan.StepTarget(Quantity.HEART_RATE, plan.Band(high=150.0), "under 150 bpm"), {"high_bpm": 150.0}),
    (plan.StepTarget(Quantity.CADENCE, plan.Band(low=176.0), "176 spm"), {"low_spm": 176.0}),
    (
        plan.StepTarget(Quantity.POWER, plan.Band(250.4, 260.0, 270.0), "260 W"),
        {"low_w": 250, "aim_w": 260, "high_w": 270},
    ),
    (
        plan.StepTarget(Quantity.METRIC, plan.Band(high=38.5), "cool", metric="core"),
        {"metric": "core", "high": 38.5},
    ),
    (plan.StepTarget(Quantity.EFFORT, plan.Band(), "fast, smooth"), {}),
    (
        plan.StepTarget(Quantity.SPEED, plan.Band(3.0), "faster", ramp=plan.Band(4.0)),
        {"low_mps": 3.0, "ramp_to": {"low_mps": 4.0}},
    ),
]


@pytest.mark.parametrize(("until", "told"), UNTILS)
def test_ends_are_told(until, told):
    """Each end has its own key; several stand in `any`."""
    assert encode_until(until) == told


@pytest.mark.parametrize(("target", "told"), TARGETS)
def test_targets_are_told_in_their_unit(target, told):
    """A target has its words, its quantity, and the sides of its band that are not open."""
    assert encode_target(target) == {"text": target.label, "quantity": target.quantity.value} | told


def test_a_line_is_compact_and_keeps_its_script():
    """One line, no spaces, keys in order, names in their own script, control characters escaped."""
    line = encode_line(encode_event(outputs.RunStarted(0.0, "01X", "操场 5 × 1000\n\x1b[0m", "")))

    assert (
        line == '{"v":1,"at_s":0.0,"event":"run_started","run":"01X","workout":"操场 5 × 1000\\n\\u001b[0m"}'
    )


def test_half_a_character_does_no_harm():
    """A name with half a surrogate pair, as JSON can carry it, still becomes UTF-8."""
    line = encode_line(encode_event(readings.Rejected(0.0, "\ud800x", "é")))

    assert json.loads(line.encode())["what"] == "?x"


def test_minus_zero_is_zero():
    """A light of -0.001 s is told as 0.0, never as -0.0."""
    event = encode_event(facts.Split(1.0, SplitRole.SPLIT, light=lights.Light(-0.001, -0.004, None, None)))

    assert str(event["light_s"]) == "0.0"


@settings(max_examples=200, deadline=None)
@given(st.floats(), st.none() | st.floats())
def test_any_number_makes_a_line(at, value):
    """Whatever number a run came to, the line is JSON, and what is no number is absent."""
    event = encode_event(readings.SensorChanged(at, Source.POD, SensorState.LIVE, value), value)

    assert None not in event.values()
    assert json.loads(encode_line(event), parse_constant=pytest.fail) == event


def _pairs(told: Any) -> list[tuple[str, Any]]:
    """Every key of an event with its value, however deep."""
    if isinstance(told, dict):
        return [*told.items(), *(pair for value in told.values() for pair in _pairs(value))]
    return [pair for value in told for pair in _pairs(value)] if isinstance(told, list) else []


def _rows(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of the page, cells apart."""
    part = PAGE.read_text(encoding="utf-8").partition(f"\n{heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert table is not None, heading
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]]


def test_the_page_has_every_event_with_its_keys():
    """The table of events names each event and exactly the keys it may have, in order."""
    page = {cells[0].strip("`"): re.findall(r"`(\w+)`", cells[1]) for cells in _rows("## The events")}

    assert list(page) == list(EVENTS.values())
    for output, keys in FULL.items():
        assert page[EVENTS[type(output)]] == list(keys)


def test_the_page_has_every_rounding():
    """The table of rounding is the table of the code."""
    assert {cells[0].strip("`"): int(cells[1]) for cells in _rows("## Rounding")} == ROUNDING


def test_the_page_names_every_key():
    """Every key of every event, and every rounded one, is explained somewhere on the page."""
    text = PAGE.read_text(encoding="utf-8")
    keys = {key for output in FULL for key, _ in _pairs(encode_event(output, Seconds(1.0)))} | set(ROUNDING)

    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_every_rounded_key_is_in_use():
    """The keys that are rounded are the keys with measured values, those of ends and targets included."""
    told: list[Any] = [encode_event(output, Seconds(1.0)) for output in FULL]
    told += [encode_until(until) for until, _ in UNTILS] + [encode_target(target) for target, _ in TARGETS]
    bands = [
        encode_target(plan.StepTarget(quantity, plan.Band(1.0, 2.0, 3.0), ""))
        for quantity in set(Quantity) - {Quantity.EFFORT}
    ]
    measured = {
        key
        for one in [*told, *bands]
        for key, value in _pairs(one)
        if isinstance(value, int | float) and key not in COUNTS
    }

    assert measured == set(ROUNDING)


COUNTS = {
    "v",
    "step",
    "rep",
    "of",
    "revision",
    "steps_left",
    "steps_done",
    "answer",
    "battery_percent",
    "items",
    "items_done",
} | {*("broken", "cut", "estimated", "pressed", "spoken", "completed", "mark", "open", "by_effort")}
"""Keys whose values count or are true, and are not rounded."""
