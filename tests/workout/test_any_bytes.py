"""Nothing that can be written in a file makes a traceback."""

import copy
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.problems import WorkoutProblem
from coach.workout.document import document_from, load_document
from tests.workout.building import estimate, jog, outline, tree, work

LIBRARY = [
    json.loads(path.read_text()) for path in sorted((Path(__file__).parents[2] / "workouts").glob("*.json"))
]
TEXTS = st.sampled_from(
    [
        "",
        "0:00",
        "1:30",
        "99:99",
        "400 m",
        "0 m",
        "4:00/km",
        "0:01/km",
        "-10 s/km",
        "-200 %",
        "120 bpm",
        "zone 5b",
    ]
) | st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(allow_nan=True) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def places(node, path=()):
    """Every place in a tree."""
    yield path
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield from places(value, (*path, key))


def read_or_refuse(data):
    """A document is understood and laid out, or refused with a sentence; nothing else may happen."""
    try:
        document = load_document(data, name="x.json")
    except WorkoutProblem as problem:
        return problem
    return estimate(outline(document))


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_refused_with_a_sentence(data):
    """Noise is a workout problem that names the file."""
    assert "x.json" in str(read_or_refuse(data))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_value_in_any_place_is_understood_or_refused(data):
    """A library workout with one value replaced, added or taken out never makes a traceback."""
    plan = copy.deepcopy(data.draw(st.sampled_from(LIBRARY)))
    path = data.draw(st.sampled_from(list(places(plan))[1:]))
    node = plan
    for key in path[:-1]:
        node = node[key]
    if data.draw(st.booleans()) and isinstance(node, dict):
        node[data.draw(TEXTS)] = node.pop(path[-1])
    else:
        node[path[-1]] = data.draw(VALUES)
    result = read_or_refuse(json.dumps(plan).encode())
    if isinstance(result, WorkoutProblem):
        assert str(result)


@given(st.integers(0, 9999), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_a_flipped_byte_is_understood_or_refused(place, value):
    """A file with one byte damaged never makes a traceback."""
    text = bytearray(json.dumps(LIBRARY[0]).encode())
    text[place % len(text)] = value
    assert read_or_refuse(bytes(text)) is not None


LEAVES = st.sampled_from([work(), jog(), work({"time": "0:30"}), {"kind": "prompt", "question": "?"}])
NODES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda count, steps, change: {"repeat": count, "steps": steps} | change,
        st.integers(1, 4) | st.just({"min": 1, "max": 3}),
        st.lists(inner, min_size=1, max_size=3),
        st.sampled_from([{}, {"between": jog()}, {"change": {"distance": "+100 m"}}]),
    ),
    max_leaves=6,
)


def count(nodes):
    """How many steps come out, reckoned independently."""
    total = 0
    for node in nodes:
        if "repeat" not in node:
            total += 1
            continue
        times = node["repeat"]["max"] if isinstance(node["repeat"], dict) else node["repeat"]
        total += times * count(node["steps"]) + (times - 1) * ("between" in node)
    return total


@given(st.lists(NODES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_nesting_comes_out_complete_and_named(nodes):
    """Repeats of any nesting give as many steps as they should, each with an id of its own, twice the same."""
    document = document_from(tree(*nodes), name="x.json")
    timeline = outline(document)
    assert len(timeline.steps) == count(nodes)
    assert len({step.step_id for step in timeline.steps}) == len(timeline.steps)
    assert all(step.rep is None or 1 <= step.rep <= step.of for step in timeline.steps)
    assert outline(document) == timeline
