"""The library is found by words: a name first, numbers however they are written."""

import pytest

from coach.workout.describe import CatalogueEntry, Query


def card(title, name="", purpose="", **tags):
    """A card with a title."""
    return CatalogueEntry(
        name or title.casefold().replace(" ", "-"), title, "", purpose, "", tags, 0, 0, 1, 0
    )


LIBRARY = [
    card("8 x 800 m, marathon sharpener"),
    card("Half-mile reps, 4 x 805 m"),
    card("6 × 800 m at 5k pace", "6x800-5k"),
    card("800s, then 15 min tempo"),
    card("5 x 3 min hard", purpose="Like 6 x 800 m without a track."),
    card("7 x 1 km at 10k pace", focus=["10k"]),
    card("Hills, 10 x 90 s"),
    card("Easy run", focus=["half"]),
    card("Easy run with strides", purpose="Legs that turn over."),
    card("Cruise intervals", system="threshold"),
]


def titles(text):
    """The matches, the best first."""
    return [each.title for each in Query(text).best_first(LIBRARY)]


@pytest.mark.parametrize(
    "text",
    ["6 x 800", "6x800", "6 × 800", "6*800", "6X800 m", "6x800m", "6 x 800 meters", "6x800-5k", "6 x 0.8 km"],
)
def test_a_session_is_found_however_it_is_written(text):
    """Its own row comes first, then the names with reps of its length, and last what only mentions it."""
    found = titles(text)
    assert found[0] == "6 × 800 m at 5k pace"
    assert "Hills, 10 x 90 s" not in found
    if text != "6x800-5k":
        assert found[-1] == "5 x 3 min hard"
        assert set(found[1:-1]) == {
            "8 x 800 m, marathon sharpener",
            "Half-mile reps, 4 x 805 m",
            "800s, then 15 min tempo",
        }


@pytest.mark.parametrize("text", ["800s", "800", "800 m", "x800", "800 metres"])
def test_reps_of_a_length_are_found_by_it(text):
    """Every name with such reps fits as well, so they stay in their order, those that begin with them first."""
    assert titles(text)[:4] == [
        "8 x 800 m, marathon sharpener",
        "6 × 800 m at 5k pace",
        "800s, then 15 min tempo",
        "Half-mile reps, 4 x 805 m",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("1k", "7 x 1 km at 10k pace"),
        ("1000s", "7 x 1 km at 10k pace"),
        ("90s", "Hills, 10 x 90 s"),
        ("90 sec", "Hills, 10 x 90 s"),
        ("3min", "5 x 3 min hard"),
        ("3'", "5 x 3 min hard"),
        ("6x8", "6 × 800 m at 5k pace"),
        ("7 x", "7 x 1 km at 10k pace"),
        ("hill", "Hills, 10 x 90 s"),
        ("easy run", "Easy run"),
        ("EASY", "Easy run"),
        ("strides easy", "Easy run with strides"),
        ("thresh", "Cruise intervals"),
        ("turn over", "Easy run with strides"),
    ],
)
def test_the_best_match_is_first(text, first):
    """Units, plurals, beginnings and tags are understood, in any order of words."""
    assert titles(text)[0] == first


@pytest.mark.parametrize("text", ["6x800 hills", "zzz", "4321", "8 min"])
def test_every_word_must_be_said(text):
    """Otherwise nothing is found: a count is no length."""
    assert titles(text) == []


def test_signs_alone_look_for_nothing():
    """There is no word to rank by."""
    assert not Query("@ /").has_words
    assert titles("") == [each.title for each in LIBRARY]
