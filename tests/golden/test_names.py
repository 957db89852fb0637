"""The names of the contract are extended, never renamed."""

import pytest

from tests.golden.names import FILE, extended, names, read, write

FROZEN = read(FILE.read_text(encoding="utf-8"))
CURRENT = names()


@pytest.mark.parametrize("kind", FROZEN)
def test_no_name_of_the_contract_is_renamed_or_removed(kind: str) -> None:
    """Every name in the frozen list is still a name of the program."""
    lost = sorted(FROZEN[kind] - CURRENT.get(kind, set()))

    assert not lost, (
        f"{kind}: {', '.join(lost)}. These names are contract: they stand in recorded journals, in people's files "
        "and in their scripts, and what is renamed there is silently lost. Extend, but never rename or remove: "
        "keep the old name (or read it beside the new one)."
    )


@pytest.mark.parametrize("kind", CURRENT)
def test_every_name_of_the_contract_is_in_the_frozen_list(kind: str) -> None:
    """A new name is written down, so that from then on it stays."""
    new = sorted(CURRENT[kind] - FROZEN.get(kind, set()))

    assert not new, (
        f"{kind}: {', '.join(new)}. New names are welcome, and are contract from now on. "
        "Write them down with `python -m tests.golden names`, and read the lines it adds."
    )


def test_the_list_is_in_order_and_comes_back() -> None:
    """The file is what writing it gives, so that its difference shows new names alone."""
    assert write(FROZEN) == FILE.read_text(encoding="utf-8")
    assert all(CURRENT.values())


def test_writing_the_list_again_loses_no_name() -> None:
    """A name the program lost stays in the list, where the test finds it; a new one joins."""
    assert extended({"buttons": {"go", "jump"}, "old": {"x"}}, {"buttons": {"go", "mark"}, "new": {"y"}}) == {
        "buttons": {"go", "jump", "mark"},
        "old": {"x"},
        "new": {"y"},
    }
