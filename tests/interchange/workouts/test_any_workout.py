"""Every format takes any document, and our importers read the file back without a loss."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.athlete import Athlete
from coach.interchange.workouts import ExportFormat
from coach.interchange.workouts.converting import ExportRequest, WorkoutPart, export_workout, import_workout
from coach.problems import WorkoutProblem
from coach.workout.document import document_from, outline
from coach.workout.kinds import KINDS, Kind
from tests.interchange.workouts.exporting import ALL, NOON, RUNNER

TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=60
).filter(str.strip)
CLOCK = st.integers(1, 7200).map(lambda s: f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}")
DISTANCE = st.one_of(
    st.integers(1, 30_000).map(lambda m: f"{m} m"),
    st.sampled_from(["1 mile", "0.5 mile", "21.0975 km", "220 yd"]),
)
PACE = st.integers(150, 420).map(lambda s: f"{s // 60}:{s % 60:02d}/km")
NAMED = st.fixed_dictionaries(
    {"ref": st.sampled_from(["easy", "marathon", "half", "threshold", "10k", "5k", "3k", "mile", "goal"])},
    optional={"offset": st.sampled_from(["+20 s/km", "-10 s/mile", "+3 %", "-2 %"])},
)
NUMBERS = st.one_of(
    st.fixed_dictionaries({"pace": PACE}),
    st.fixed_dictionaries({"pace": NAMED}),
    st.sampled_from(
        [
            {"pace": "3:55-4:05/km"},
            {"pace": {"fastest": "4:00/km"}},
            {"pace": {"slowest": "6:30/mile"}},
            {"speed": "12-14 km/h"},
            {"speed": "95 %threshold"},
            {"speed": {"max": "9 km/h"}},
            {"heart_rate": "150 bpm"},
            {"heart_rate": "140-150 bpm"},
            {"heart_rate": "75 %max"},
            {"heart_rate": "zone 2"},
            {"heart_rate": {"min": "60 %reserve", "max": "70 %reserve"}},
            {"heart_rate": {"max": "88 %LTHR"}},
            {"cadence": "176 spm"},
            {"cadence": {"min": "170 spm"}},
            {"power": "250-270 W"},
            {"metric": {"name": "core", "max": 38.5, "unit": "°C"}},
        ]
    ),
)
TARGET = st.one_of(NUMBERS, st.fixed_dictionaries({"effort": TEXT}))
UNTIL = st.one_of(
    st.fixed_dictionaries({"time": CLOCK}),
    st.fixed_dictionaries({"distance": DISTANCE}),
    st.sampled_from(
        [
            {"mark": True},
            {"open": True},
            {"mark": True, "not_before": "1:00", "cap": "4:00"},
            {"heart_rate_below": "120 bpm", "cap": "3:00"},
            {"heart_rate_above": "80 %max"},
            {"heart_rate_below": "60 %reserve"},
            {"any": [{"mark": True}, {"time": "15:00"}]},
            {"any": [{"heart_rate_below": "65 %max"}, {"distance": "400 m"}]},
        ]
    ),
)
RUN = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([kind.value for kind in Kind if KINDS[kind].is_run and kind != "recovery"]),
        "until": UNTIL,
    },
    optional={
        "name": TEXT,
        "target": TARGET,
        "caps": st.lists(NUMBERS, min_size=1, max_size=3),
        "start": st.sampled_from(["auto", "press", "movement", {"delay": "0:30"}]),
        "purpose": TEXT,
        "notes": TEXT,
        "says": st.lists(
            st.fixed_dictionaries({"text": TEXT, "at": st.sampled_from(["0:01", "100 m", "2:00:00"])}),
            max_size=2,
        ),
        "reminders": st.just([{"text": "Gel", "after": "10:00", "every": "5:00", "amount": 25, "unit": "g"}]),
        "gates": st.just([{"rule": "r", "when": "during", "text": "t", "pace": {"faster": "4:00/km"}}]),
    },
)


def with_sense(node: Any) -> dict[str, Any]:
    """A recovery without a time in place of a distance that it does not have."""
    return node if "distance" in node["until"] else {key: node[key] for key in node if key != "else_time"}


REST: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"kind": st.just("recovery"), "until": UNTIL, "move": st.sampled_from(["jog", "walk", "stand"])},
    optional={"name": TEXT, "else_time": st.just("1:00")},
).map(with_sense)
OTHER = st.one_of(
    st.fixed_dictionaries({"kind": st.just("checklist"), "items": st.just([{"do": "A-skips", "sets": 3}])}),
    st.fixed_dictionaries({"kind": st.just("prompt"), "question": TEXT}),
)


def repeats(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Steps repeated, with whatever a repeat may say."""
    plain = st.fixed_dictionaries(
        {
            "repeat": st.one_of(st.integers(1, 4), st.just({"min": 2, "max": 3})),
            "steps": st.lists(inner, min_size=1, max_size=3),
        },
        optional={"between": REST, "name": TEXT, "notes": TEXT, "change": st.just({"time": "+0:01"})},
    )
    rested = st.builds(
        lambda count, node, rest: {"repeat": count, "steps": [node, rest], "skip_last_recovery": True},
        st.integers(1, 4),
        RUN,
        REST,
    )
    slot = st.builds(lambda node: {"repeat": 3, "send_off": "23:00:00", "steps": [node]}, RUN)
    return st.one_of(plain, rested, slot)


NODE = st.recursive(st.one_of(RUN, RUN, REST, OTHER), repeats, max_leaves=6)
DOCUMENT = st.fixed_dictionaries(
    {
        "format": st.just("coach-workout/1"),
        "name": TEXT,
        "sections": st.lists(
            st.fixed_dictionaries(
                {"name": TEXT, "steps": st.lists(NODE, min_size=1, max_size=4)}, optional={"notes": TEXT}
            ),
            min_size=1,
            max_size=3,
        ),
    },
    optional={"purpose": TEXT, "description": TEXT, "tags": st.just({"level": "beginner"})},
)


@settings(max_examples=60)
@given(DOCUMENT, st.sampled_from(ALL), st.sampled_from([RUNNER, None]))
def test_any_workout_goes_there_and_back(tree: dict[str, Any], to: ExportFormat, athlete: Athlete | None):
    """The file is read without a loss, and has as many steps as are run, but for what Zwift has no step for."""
    try:
        document = document_from(tree, name="it")
        steps = outline(document, athlete).steps
    except WorkoutProblem:
        return  # two parts of it do not go together
    try:
        out = export_workout(ExportRequest(document, athlete, NOON), to)
    except WorkoutProblem:
        assert not any(KINDS[step.kind].is_run for step in steps)
        return
    back = import_workout(out.data, name="it")
    (read,) = back.documents
    has_a_step = {kind for kind in Kind if KINDS[kind].is_run}
    has_a_step |= {Kind.CHECKLIST} if to is not ExportFormat.ZWO else set()

    assert not back.report.losses
    assert len(outline(document_from(read, name="it"), athlete).steps) == sum(
        step.kind in has_a_step for step in steps
    )
    assert bool(out.report.losses) == bool(out.lost)
    assert WorkoutPart.TAGS in out.lost or "tags" not in tree
