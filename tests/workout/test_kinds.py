"""The table of kinds: a row for every kind, and no second table anywhere."""

import ast
from collections.abc import Iterable, Iterator
from typing import get_args

import pytest

from coach.session.phases import Phase
from coach.workout import kinds
from coach.workout.kinds import (
    COUNTED,
    EASING_OFF,
    HARD,
    JUDGED,
    KINDS,
    ON_LANE,
    REPS,
    RESTS,
    RUN,
    TIMED,
    Kind,
    RunKind,
)
from tests.architecture.source import modules

TABLE = "coach.workout.kinds"


def kinds_listed(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, set[str]]]:
    """Every node that names two kinds or more at once: its line and the kinds."""
    for node in nodes:
        match node:
            case ast.Set() | ast.List() | ast.Tuple():
                parts = node.elts
            case ast.Dict():
                parts = [key for key in node.keys if key is not None]
            case ast.BoolOp():
                compared = [part for part in node.values if isinstance(part, ast.Compare)]
                parts = [side for each in compared for side in (each.left, *each.comparators)]
            case ast.MatchOr():
                parts = [each.value for each in node.patterns if isinstance(each, ast.MatchValue)]
            case ast.Match():
                parts = [
                    each.pattern.value for each in node.cases if isinstance(each.pattern, ast.MatchValue)
                ]
            case _:
                continue
        named = {name for part in parts if (name := kind_named(part))}
        if len(named) > 1:
            yield node.lineno, named


def kind_named(node: ast.expr) -> str | None:
    """The kind a literal stands for: `Kind.WORK`, or `"work"`."""
    match node:
        case ast.Attribute(value=ast.Name(id="Kind"), attr=name) if name in Kind.__members__:
            return name.lower()
        case ast.Constant(value=str(name)) if name in set(Kind):
            return name
    return None


def test_every_kind_has_a_row() -> None:
    """No kind is without traits, and a block has a height in the profile."""
    assert set(KINDS) == set(Kind)
    assert all(0.0 < traits.height <= 1.0 for traits in KINDS.values())


def test_words_of_kinds_are_their_own() -> None:
    """No two kinds are called the same on the screen or in a sentence."""
    for words in ([each.name for each in KINDS.values()], [each.label for each in KINDS.values()]):
        assert len(set(words)) == len(Kind)


def test_a_document_takes_the_kinds_that_are_run() -> None:
    """The type of a running step's kind names what the table calls running."""
    assert set(get_args(RunKind)) == RUN


def test_a_kind_is_run_in_a_phase_of_the_session() -> None:
    """The phase a row names is one the session has."""
    assert all(traits.phase in set(Phase) for traits in KINDS.values())


SETS = {
    "RUN": "warm_up work float recovery stride hill cool_down open fartlek",
    "HARD": "work stride hill fartlek",
    "REPS": "work stride hill",
    "FLOATS": "float",
    "RESTS": "recovery",
    "EASY": "warm_up cool_down",
    "BRIEF": "stride",
    "UPHILL": "hill",
    "EASING_OFF": "float recovery cool_down",
    "ENDLESS": "cool_down open fartlek",
    "QUICK": "work float stride hill fartlek",
    "LIMITED": "warm_up work float recovery hill cool_down open fartlek",
    "JUDGED": "warm_up work float recovery cool_down open fartlek",
    "TIMED": "work hill",
    "COUNTED": "work float stride hill",
    "PACED_REPS": "work",
    "ON_LANE": "work float",
    "PLAIN": "work open",
    "PAUSES": "float recovery",
    "ALONE": "warm_up cool_down open fartlek",
}
"""The sets of kinds, written out: a trait changed in passing shows here."""


@pytest.mark.parametrize("name", SETS)
def test_every_set_has_the_kinds_it_is_meant_for(name: str) -> None:
    """The table decides what is judged, counted and spoken, so each set is written out here once more."""
    assert [kind.value for kind in Kind if kind in getattr(kinds, name)] == SETS[name].split()


def test_sets_follow_from_the_rows() -> None:
    """The sets agree: every rep is hard, every hard kind is run, no hard kind is a rest."""
    assert REPS < HARD < RUN
    assert TIMED < REPS < COUNTED
    assert ON_LANE < JUDGED < RUN
    assert RESTS < EASING_OFF < RUN
    assert not HARD & (RESTS | EASING_OFF)


GERMAN = "coach.cues.language"
"""The words of a language name the kinds, and decide nothing by them."""


def test_no_module_but_the_table_lists_kinds() -> None:
    """Whoever needs a set of kinds asks the table for a trait; a language has a word for each."""
    listed = [
        f"{module.path}:{line}: {', '.join(sorted(kinds))}"
        for module in modules()
        if module.name not in {TABLE, GERMAN}
        for line, kinds in kinds_listed(module.nodes)
    ]
    assert not listed, "make a trait of it in coach/workout/kinds.py"


@pytest.mark.parametrize(
    "source",
    [
        "frozenset({Kind.WORK, Kind.HILL})",
        "{Kind.WORK: 1, Kind.FLOAT: 2}",
        "kind in ('stride', 'hill')",
        "step.kind is Kind.WORK or step.kind is Kind.HILL",
        "match kind:\n    case Kind.WORK | Kind.HILL:\n        pass",
        "match kind:\n    case Kind.WORK:\n        pass\n    case Kind.HILL:\n        pass",
    ],
)
def test_a_list_of_kinds_is_found(source: str) -> None:
    """The check sees every form a list of kinds can take."""
    assert list(kinds_listed(ast.walk(ast.parse(source))))
