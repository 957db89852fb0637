"""Athlete documents: read strictly, dated, written back as they were."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.athlete import athlete_from, dump_athlete, load_athlete
from coach.problems import AthleteProblem
from coach.spelling import RESERVED_SLUGS

ANNA: Any = {
    "format": "coach-athlete/1",
    "slug": "anna",
    "name": "Anna Å.",
    "units": "km",
    "ceiling_bpm": 185.0,
    "history": [
        {
            "from": "2025-01-01",
            "threshold_pace": "4:20/km",
            "heart_rate": {
                "max": {"bpm": 190, "source": "measured"},
                "rest": {"bpm": 52, "source": "measured"},
            },
            "races": [{"date": "2024-10-05", "distance": "10 km", "time": "43:10"}],
            "paces": {"easy": "5:10-5:50/km"},
            "cadence": {"easy": 166, "fast": 182},
        },
        {
            "from": "2026-03-01",
            "threshold_pace": "4:10.5/km",
            "heart_rate": {"threshold": {"bpm": 172, "source": "estimated"}},
            "races": [{"date": "2026-02-20", "distance": "5 km", "time": "19:40"}],
            "goal": {"distance": "10 km", "time": "40:00", "date": "2026-09-01", "name": "City run"},
            "paces": {"5k": "3:55/km"},
            "top_speed_mps": 8.1,
        },
    ],
    "shoes": [
        {
            "slug": "racer",
            "name": "Racer",
            "factors": [{"pod": "pod", "factor": 0.98, "sd": 0.01, "speed_class": "fast"}],
        }
    ],
}


def changed(**changes):
    """Anna with some top-level keys changed; None takes a key away."""
    tree = json.loads(json.dumps(ANNA)) | changes
    return json.dumps({key: value for key, value in tree.items() if value is not None}).encode()


def refusal(data):
    """The problem a document is refused with, as it is printed."""
    with pytest.raises(AthleteProblem) as caught:
        load_athlete(data, name="anna.json")
    return str(caught.value)


def test_a_document_comes_back_as_it_was_written():
    """What is written is read back equal, and the paces keep their spelling."""
    athlete = athlete_from(ANNA, name="anna.json")
    assert load_athlete(dump_athlete(athlete), name="again") == athlete
    assert json.loads(dump_athlete(athlete))["history"][1]["threshold_pace"] == "4:10.5/km"


def test_new_entries_lie_over_old_ones():
    """Now is the newest word on everything, and what a new entry does not say stays."""
    now: Any = athlete_from(ANNA, name="anna.json").now
    assert now.threshold_pace == "4:10.5/km"
    assert now.heart_rate.max.bpm == 190
    assert now.heart_rate.threshold.source == "estimated"
    assert now.paces == {"easy": "5:10-5:50/km", "5k": "3:55/km"}
    assert [race.time for race in now.races] == ["19:40"]
    assert now.cadence.fast == 182


def test_an_old_run_sees_the_athlete_of_its_day():
    """As of a day, later entries do not exist; the day itself counts."""
    athlete = athlete_from(ANNA, name="anna.json")
    assert athlete.as_of("2026-02-28").now.threshold_pace == "4:20/km"
    assert athlete.as_of("2026-03-01").now.threshold_pace == "4:10.5/km"
    assert athlete.as_of("2020-01-01").now.threshold_pace is None


def test_an_athlete_of_whom_nothing_is_known_is_fine():
    """A name is enough; nothing is made up for the rest."""
    athlete = load_athlete(b'{"format":"coach-athlete/1","slug":"x","name":"X"}', name="x.json")
    assert athlete.now.heart_rate.max is None
    assert athlete.now.races == ()
    assert athlete.ceiling_bpm is None


def with_entry(entry):
    """Anna with one history entry."""
    return changed(history=[entry])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "anna.json: the file is empty"),
        (b"[]", "anna.json: this is a list, not an athlete document in { }"),
        (
            changed(format="coach-athlete/2"),
            'anna.json, format: "coach-athlete/2" is newer than this program',
        ),
        (changed(format="coach-workout/1"), 'format: "coach-workout/1" is another kind of document'),
        (changed(format=None), 'format: "format" is missing'),
        (changed(slug="Anna"), 'slug: "Anna" has characters that are not allowed here'),
        (changed(units="miles"), 'units: "miles" is not one of "km" or "mile"'),
        (changed(nmae="A"), 'nmae: the key "nmae" is not known here\n  Did you mean "name"?'),
        (changed(ceiling_bpm=20), "ceiling_bpm: 20 must be at least 100"),
        (changed(history=list(reversed(ANNA["history"]))), "history: the history is not in order"),
        (changed(shoes=ANNA["shoes"] * 2), "shoes: two pairs of shoes have one slug"),
        (with_entry({}), 'history[0]: "from" is missing'),
        (with_entry({"from": "1.5.2026"}), 'history[0].from: "1.5.2026" is not a date'),
        (with_entry({"from": "20260530"}), 'history[0].from: "20260530" is not a date'),
        (with_entry({"from": "2026-02-30"}), 'history[0].from: "2026-02-30" is not a date'),
        (
            with_entry({"from": "2026-01-01", "threshold_pace": "4:10"}),
            'history[0].threshold_pace: "4:10" is not a pace\n  Write it as "4:00/km" or "6:30/mile".',
        ),
        (
            with_entry({"from": "2026-01-01", "threshold_pace": "0:50/km"}),
            'history[0].threshold_pace: "0:50/km" is not possible: no runner is so fast',
        ),
        (
            with_entry({"from": "2026-01-01", "heart_rate": {"max": {"bpm": "190", "source": "measured"}}}),
            'history[0].heart_rate.max.bpm: "190" is not a number',
        ),
        (
            with_entry({"from": "2026-01-01", "heart_rate": {"max": {"bpm": 190}}}),
            'history[0].heart_rate.max: "source" is missing',
        ),
        (
            with_entry(
                {
                    "from": "2026-01-01",
                    "heart_rate": {
                        "max": {"bpm": 100, "source": "measured"},
                        "rest": {"bpm": 90, "source": "measured"},
                    },
                }
            ),
            "history[0].heart_rate: the maximum heart rate lies less than 30 above the resting one",
        ),
        (
            with_entry(
                {
                    "from": "2026-01-01",
                    "heart_rate": {
                        "max": {"bpm": 180, "source": "measured"},
                        "threshold": {"bpm": 180, "source": "measured"},
                    },
                }
            ),
            "history[0].heart_rate: the threshold heart rate is not below the maximum",
        ),
        (
            with_entry({"from": "2026-01-01", "goal": {"distance": "10 km"}}),
            "history[0].goal: a goal is a distance with a time, or a pace",
        ),
        (
            with_entry({"from": "2026-01-01", "paces": {"tempo": "4:10/km"}}),
            'history[0].paces.tempo: "tempo" is not one of "easy", "marathon"',
        ),
        (b'{"slug":"a","slug":"b"}', 'anna.json: the key "slug" is written twice'),
        (
            b'{"format":"coach-athlete/1","slug":"a","name":"A","ceiling_bpm":NaN}',
            "ceiling_bpm: this is not a usable number",
        ),
    ],
)
def test_refusals_name_place_reason_and_fix(data, message):
    """Whatever is wrong is refused with its place in the document and words a runner understands."""
    assert message in refusal(data)


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_names_of_the_topic_tree_are_reserved(slug):
    """A slug that the MQTT topic tree uses itself is refused."""
    assert f'slug: "{slug}" is reserved' in refusal(changed(slug=slug))


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_make_a_traceback(data):
    """Any bytes are refused with a problem that begins with the name of the file."""
    with pytest.raises(AthleteProblem, match=r"^noise"):
        load_athlete(data, name="noise")
