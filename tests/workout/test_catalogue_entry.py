"""Entries of workouts in a list: their contents, the search for them, and the advice of their tags."""

import json

import pytest

from coach.workout.describe import CatalogueEntry, SearchFilter, item_text, race_tag, read_limit
from coach.workout.document import advice, written_document
from coach.workout.model import Tags
from tests.workout.building import document, load, outline, tree, work
from tests.workout.test_library import LIBRARY
from tests.workout.test_refusals import refused

TAGS = {
    "level": "beginner",
    "focus": ["5k", "10k"],
    "phase": "base",
    "other_phases": ["build"],
    "system": "speed",
}
STRIDES = CatalogueEntry(
    "strides", "Strides", "Strides: 45 min.", "Fast legs", "Ramp up.", TAGS, 2700, 6700, 17, 0
)
BARE = CatalogueEntry("mine", "Mine", "Mine: open.", "", "", {}, 0, 0, 1, 1)


@pytest.mark.parametrize(
    ("wanted", "strides", "bare"),
    [
        (SearchFilter(), True, True),
        (SearchFilter(focus="10k"), True, False),
        (SearchFilter(focus="marathon"), False, False),
        (SearchFilter(levels=("beginner", "advanced")), True, False),
        (SearchFilter(levels=("advanced",)), False, False),
        (SearchFilter(phase="base"), True, True),
        (SearchFilter(phase="build"), True, True),
        (SearchFilter(phase="peak"), False, True),
        (SearchFilter(system="speed"), True, False),
        (SearchFilter(under_s=2700), True, True),
        (SearchFilter(under_s=2699), False, True),
        (SearchFilter(words=("FAST", "10k")), True, False),
        (SearchFilter(words=("ramp", "marathon")), False, False),
        (SearchFilter(focus="10k", phase="build", levels=("beginner",), under_s=3600), True, False),
    ],
)
def test_a_card_fits_what_is_wanted_in_every_respect(wanted, strides, bare):
    """All that is asked must fit; no phase fits every phase, no known time fits every limit."""
    assert wanted.fits(STRIDES) == strides
    assert wanted.fits(BARE) == bare


def test_a_card_says_how_long_and_how_far_only_if_it_knows():
    """An open workout is "open", one with an open part has a plus, no distance is blank."""
    assert (STRIDES.minutes, STRIDES.distance()) == ("45 min", "6.7 km")
    assert (BARE.minutes, BARE.distance()) == ("open", "")
    assert CatalogueEntry("a", "A", "", "", "", {}, 1500, 0, 3, 2).minutes == "25 min+"
    assert not BARE.opt_in
    assert "purpose" not in BARE.as_json()
    assert BARE.as_json()["tags"] == {}


def test_a_card_survives_being_kept():
    """An entry that is written to a file is read back the same; anything else is refused."""
    assert CatalogueEntry.from_tree(json.loads(json.dumps(STRIDES.tree()))) == STRIDES
    with pytest.raises(TypeError):
        CatalogueEntry.from_tree({"name": "half a card"})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("60min", 3600),
        ("45", 2700),
        ("1h", 3600),
        ("1h30", 5400),
        ("1 h 30 min", 5400),
        ("1:30:00", 5400),
        ("90 m", 5400),
    ],
)
def test_a_limit_of_time_is_read(text, seconds):
    """A number without a unit is in minutes."""
    assert read_limit(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "0", "-5", "1:30", "h"])
def test_what_is_no_limit_is_refused(text):
    """1:30 could be minutes or hours, so it is not guessed."""
    with pytest.raises(ValueError, match="not a length of time"):
        read_limit(text)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("10K", "10k"),
        ("10 km", "10k"),
        ("HM", "half"),
        ("Half-Marathon", "half"),
        ("1500m", "mile"),
        ("ultra", "ultra"),
    ],
)
def test_a_race_has_many_names(text, tag):
    """Usual names of a race give its tag; others are unchanged."""
    assert race_tag(text) == tag


def test_tags_advise_in_sentences():
    """Each tag that asks something of the runner or the week is one sentence."""
    tags = Tags.model_validate_json(
        json.dumps(
            {
                "needs": "a base",
                "at_most": {"times": 1, "days": 7},
                "fresh_legs": True,
                "not_with": ["hamstring", "Achilles"],
                "weekly_share_percent": 10,
                "opt_in": True,
            }
        )
    )
    assert advice(tags) == (
        "Opt-in: the rule in it rests on a claim, not on evidence. Read the caution.",
        "First: a base.",
        "At most once in 7 days.",
        "Only with fresh legs, not the day after a hard one.",
        "Not with a history of hamstring or Achilles trouble.",
        "Its hard part should be no more than 10 % of the week's running.",
    )
    assert advice(Tags()) == ()


def test_needs_that_a_plan_is_checked_against_are_said_too():
    """Each part of them in its words; `fresh` is the same as `fresh_legs`, days apart are how often."""
    needs = {"words": "strides", "level": "advanced", "seasons": 2, "base_weeks": 1, "warm_up": 15}
    tags = Tags.model_validate_json(json.dumps({"needs": needs, "at_most_every_days": 10, "fresh": True}))
    assert advice(tags) == (
        "First: strides; advanced level; 2 seasons of running; 1 week of regular running; 15 minutes of warm-up.",
        "At most once in 10 days.",
        "Only with fresh legs, not the day after a hard one.",
    )
    assert tags.first is not None
    assert tags.first.base_weeks == 1
    words_alone = Tags.model_validate_json('{"needs": "a base", "at_most": {"times": 2, "days": 7}}')
    assert words_alone.first is not None
    assert (words_alone.first.words, words_alone.first.base_weeks) == ("a base", None)
    assert words_alone.often == words_alone.at_most
    assert Tags().first is None
    assert Tags().often is None


@pytest.mark.parametrize(
    ("times", "days", "words"),
    [(7, 7, "once a day"), (2, 7, "twice in 7 days"), (3, 14, "3 times in 14 days")],
)
def test_how_often_is_said_as_people_say_it(times, days, words):
    """Once, twice, so many times; every day is once a day."""
    tags = Tags.model_validate_json(json.dumps({"at_most": {"times": times, "days": days}}))
    assert advice(tags) == (f"At most {words}.",)


@pytest.mark.parametrize(
    ("tags", "where"),
    [
        ({"minutes": 0}, "tags.minutes"),
        ({"at_most": {"times": 1}}, "tags.at_most"),
        ({"at_most": {"times": 0, "days": 7}}, "tags.at_most.times"),
        ({"weekly_share_percent": 120}, "tags.weekly_share_percent"),
        ({"fresh_legs": "yes"}, "tags.fresh_legs"),
        ({"fresh": 1}, "tags.fresh"),
        ({"needs": {}}, "tags.needs"),
        ({"needs": 4}, "tags.needs"),
        ({"needs": {"weeks": 4}}, "tags.needs"),
        ({"needs": {"base_weeks": 0}}, "tags.needs.base_weeks"),
        ({"needs": {"warm_up": 500}}, "tags.needs.warm_up"),
        ({"at_most_every_days": 0}, "tags.at_most_every_days"),
        ({"at_most_every_days": 7, "at_most": {"times": 2, "days": 7}}, "tags.at_most_every_days"),
        ({"share": 3}, "tags"),
        ({"opt_in": True}, "caution"),
    ],
)
def test_tags_are_checked(tags, where):
    """Tags out of range, misspelt, or opt-in without a caution are refused with their place."""
    assert where in str(refused(tree(work(), tags=tags)))


def test_exercises_are_said_in_short():
    """Sets, repetitions, seconds, metres and sides, as far as they are given."""
    items = [
        {"do": "Squats", "sets": 3, "reps": 6},
        {"do": "Side plank", "seconds": 30, "each_side": True},
        {"do": "Bounding", "sets": 2, "metres": 30},
        {"do": "Breathe"},
    ]
    step = outline(document({"kind": "checklist", "name": "Gym", "items": items})).steps[0]
    assert [item_text(one) for one in step.items] == [
        "Squats, 3 x 6 reps",
        "Side plank, 30 s each side",
        "Bounding, 2 x 30 m",
        "Breathe",
    ]


def test_the_library_is_written_the_way_documents_are_written():
    """Every workout of the library is what the writer makes of it, so that a change shows as itself."""
    for path in sorted(LIBRARY.glob("*.json")):
        data = path.read_bytes()
        assert written_document(json.loads(data)) == data, path.name
        assert load(json.loads(data)).name


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", 3),
        ("description", None),
        ("seconds", "x"),
        ("metres", float("inf")),
        ("steps", -1),
        ("seconds", float("nan")),
        ("tags", "x"),
        ("tags", {"focus": 3}),
        ("tags", {"focus": [{}]}),
    ],
)
def test_a_kept_card_that_makes_no_sense_is_none(key, value):
    """A cache may hold anything: what no card has is refused, and the card is made again."""
    kept = CatalogueEntry("a", "A", "A.", "", "", {"focus": ["5k"], "opt_in": True}, 60.0, 400.0, 1, 0).tree()
    assert CatalogueEntry.from_tree(kept).tree() == kept
    with pytest.raises(TypeError):
        CatalogueEntry.from_tree(kept | {key: value})
