"""Rosters: a document, a table and a list of names, and what is wrong with them."""

import json
from typing import Any

import pytest

from coach.squad.roster import (
    Consent,
    Group,
    RestUntil,
    Roster,
    RosterProblem,
    SquadRunner,
    Waves,
    read_roster,
    roster_from,
    roster_of_names,
    roster_tree,
    slugs_of,
    squad_schema,
)
from tests.squad.squads import at

WHOLE = {
    "format": "coach-squad/1",
    "name": "Tuesday",
    "runners": [
        {"name": "Ana", "group": "fast", "athlete": "ana", "sensors": ["strap 1"], "consent": "board"},
        {"name": "Ben", "slug": "benno", "key": "5", "group": "new"},
    ],
    "groups": [
        {"name": "fast", "workout": "6x800 @ 5k / 400 jog", "lane": 1, "recovery": "last"},
        {"name": "new", "pace": "5:00/km"},
    ],
    "waves": {"every": "0:10"},
    "teams": [{"runners": ["ana", "benno"], "start": {"after": "partner"}}],
    "notes": [{"date": "2026-05-31", "runner": "ana", "text": "Calf again."}],
}


def read(tree: object) -> Roster:
    """Read a tree as a file called squad.json."""
    return read_roster(json.dumps(tree).encode(), name="squad.json")


def test_a_whole_document():
    """Everything a roster may say is kept, and written back the same."""
    roster = read(WHOLE)
    assert roster.runners[0] == SquadRunner("ana", "Ana", "1", "fast", "ana", ("strap 1",), Consent.BOARD)
    assert roster.runners[1] == SquadRunner("benno", "Ben", "5", "new")
    assert roster.groups[0] == Group("fast", "6x800 @ 5k / 400 jog", "", 1, RestUntil.LAST)
    assert roster.group("new").pace == "5:00/km"
    assert roster.waves.starts(roster.runners, {}) == {"ana": 0.0, "benno": 10.0}
    assert roster.team_of("benno") == ("ana", "benno")
    assert roster.team_of("zoe") == ()
    assert roster.by_key("5") is roster.runners[1]
    assert roster.by_key("8") is None
    assert [one.slug for one in roster.members("fast")] == ["ana"]
    assert roster_from(roster_tree(roster), name="kept") == roster


def test_waves():
    """Own times, none, and a handicap in which the predicted finishes meet."""
    runners = read({"format": "coach-squad/1", "runners": [{"name": "Ana"}, {"name": "Ben"}]}).runners
    assert Waves().starts(runners, {}) == {"ana": 0.0, "ben": 0.0}
    assert Waves(at={"ben": at(20.0)}).starts(runners, {}) == {"ana": 0.0, "ben": 20.0}
    takes = {"ana": at(1200.0), "ben": at(1500.0)}
    starts = Waves(is_handicap=True).starts(runners, takes)
    assert {slug: starts[slug] + takes[slug] for slug in takes} == {"ana": 1500.0, "ben": 1500.0}
    assert Waves(is_handicap=True).starts(runners, {"ana": at(1200.0)})["ben"] == 0.0


@pytest.mark.parametrize("waves", [{"at": {"ana": "0:00", "ben": "0:20.5"}}, {"handicap": True}])
def test_waves_are_written_back(waves):
    """Starts of every form are written and read back."""
    roster = read({"format": "coach-squad/1", "runners": [{"name": "Ana"}, {"name": "Ben"}], "waves": waves})
    assert roster_from(roster_tree(roster), name="kept") == roster


def test_moving_between_groups():
    """One runner moves; the others stay where they are."""
    roster = read(WHOLE).with_group("ana", "new")
    assert [one.group for one in roster.runners] == ["new", "new"]
    with pytest.raises(KeyError):
        roster.runner("zoe")


RUNNER = {"name": "Ana"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"runners": []}, "runners: nobody is in it"),
        ({"runners": [{"name": f"R{n}"} for n in range(41)]}, "41 runners, and at most 40"),
        (
            {"runners": [{"name": "Ana", "key": "3"}, {"name": "Ben", "key": "3"}]},
            'Ana and Ben have the same key "3"',
        ),
        (
            {"runners": [{"name": "Ana", "sensors": ["H10 A1"]}, {"name": "Ben", "sensors": ["h10 a1"]}]},
            'Ana and Ben have the same sensor "h10 a1"',
        ),
        ({"runners": [{"name": "Ana", "slug": "x"}, {"name": "Ben", "slug": "x"}]}, 'the same slug "x"'),
        (
            {"runners": [{"name": "Ana", "group": "fats"}], "groups": [{"name": "fast"}]},
            'there is no group "fats" (Ana)',
        ),
        ({"runners": [RUNNER], "groups": [{"name": "a"}, {"name": "a"}]}, 'two groups are called "a"'),
        ({"runners": [{"name": "Ana\u200f"}]}, "a mark that cannot be seen (U+200F)"),
        ({"runners": [{"name": "\u00adAna"}]}, "a character that cannot be shown (U+00AD)"),
        ({"runners": [{"name": " "}]}, "the name is empty"),
        ({"runners": [{"name": "A" * 10_000}]}, "longer than 40 characters"),
        ({"runners": [{"name": "A\u0007na"}]}, "control"),
        ({"runners": [{"name": "Ana", "key": "9"}]}, '"9" is not a key for a runner'),
        ({"runners": [{"name": "Ana", "grup": "x"}]}, 'the key "grup" is not known here'),
        ({"runners": [RUNNER], "waves": {"every": "0:10", "handicap": True}}, "more than one way"),
        ({"runners": [RUNNER], "waves": {"at": {"zoe": "0:10"}}}, 'nobody here has the slug "zoe"'),
        ({"runners": [RUNNER], "waves": {"at": {"ana": "soon"}}}, '"soon" is not a time'),
        (
            {"runners": [RUNNER], "teams": [{"runners": ["ana", "ana"], "start": {"after": "partner"}}]},
            '"ana" runs in more than one place',
        ),
        ({"format": "coach-squad/2", "runners": [RUNNER]}, "newer than this program"),
        ({"format": "coach-workout/1", "runners": [RUNNER]}, "another kind of document"),
    ],
)
def test_what_is_wrong_is_named(change, words):
    """Each fault with its place and what to write; nothing half-read."""
    with pytest.raises(RosterProblem) as caught:
        read({"format": "coach-squad/1", **change})
    assert words in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.message.startswith("squad.json")


def test_a_table():
    """From a spreadsheet, with commas, semicolons or tabs, in UTF-8 or as Windows saves it."""
    text = "Name;Group;Key;Sensors\nAna;fast;2;strap 1 | pod 1\nZoë;new;;\n;;;\n"
    for data in (text.encode(), text.encode("cp1252"), text.replace(";", ",").encode()):
        roster = read_roster(data, name="squad.csv")
        assert [(one.name, one.group, one.key) for one in roster.runners] == [
            ("Ana", "fast", "2"),
            ("Zoë", "new", "1"),
        ]
        assert roster.runners[0].sensors == ("strap 1", "pod 1")
        assert [group.name for group in roster.groups] == ["fast", "new"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,shoe size\nAna,38\n", 'there is no column "shoe size"'),
        ("group,key\nfast,1\n", 'there is no column "name"'),
        ("name\n", "nobody is in it"),
        ("", "nobody is in it"),
        ("Ana\n" + "B" * 50 + "\n", "a name of 50 letters"),
    ],
)
def test_a_table_or_list_that_is_wrong(text, words):
    """The line of the fault is named."""
    with pytest.raises(RosterProblem) as caught:
        read_roster(text.encode(), name="squad.csv")
    assert words in caught.value.message


def test_unicode_text_of_windows():
    """An editor there saves two bytes a letter, after a mark that is part of no name."""
    for encoding in ("utf-16", "utf-16-be"):
        mark = "\ufeff" if encoding == "utf-16-be" else ""
        names = read_roster(f"{mark}Ana\nZoë\n".encode(encoding), name="names.txt").runners
        assert [one.name for one in names] == ["Ana", "Zoë"]
    with pytest.raises(RosterProblem, match="not text"):
        read_roster(b"\xff\xfeA", name="names.txt")


def test_bytes_that_are_no_text():
    """A file that is no text is refused."""
    with pytest.raises(RosterProblem):
        read_roster(b"\x89PNG\x81\x8d\x00", name="squad.png")


def test_names_as_they_are_pasted():
    """Numbers, bullets, tabs and marks that cannot be seen are taken off; namesakes get slugs of their own."""
    roster = roster_of_names(["1. Ana", " - Ben  Cole", "", "\u200eTom", "(3) Tom", "李雷", "Node"])
    assert [one.name for one in roster.runners] == ["Ana", "Ben Cole", "Tom", "Tom", "李雷", "Node"]
    assert [one.slug for one in roster.runners] == [
        "ana",
        "ben-cole",
        "tom",
        "tom-2",
        "runner",
        "runner-node",
    ]
    assert [one.key for one in roster.runners] == list("123456")
    assert [one.name for one in roster_of_names(["Ana, Ben, Cleo"]).runners] == ["Ana", "Ben", "Cleo"]


def test_more_than_eight_have_letters():
    """Digits for those one laptop coaches, letters where more are timed by hand."""
    keys = [one.key for one in roster_of_names([f"R{n}" for n in range(40)]).runners]
    assert keys[0] == "a"
    assert keys[26] == "A"
    assert len(set(keys)) == 40


def test_slugs_that_are_given_stay():
    """A slug that is made never takes one that is written."""
    assert slugs_of(["tom", "Tom"], ["tom", None]) == ["tom", "tom-2"]


def test_slugs_are_read_in_any_script():
    """By the sound of the letters; a script without one, and a reserved word, get what can be told apart."""
    names = ["Ольга", "Łukasz", "민수", "山田", "佐藤", "Raw"]
    assert slugs_of(names) == ["olga", "lukasz", "minsu", "runner", "runner-2", "runner-raw"]


def test_the_schema_names_every_key():
    """The schema has every key of a roster."""
    schema: Any = squad_schema()
    assert schema["title"] == "coach-squad/1"
    assert set(schema["properties"]) == {"format", "name", "runners", "groups", "waves", "teams", "notes"}


def test_a_plain_roster_is_written_back():
    """Without waves, teams and notes; of two teams the second is found."""
    people = [{"name": name} for name in ("Ana", "Ben", "Cleo", "Dan")]
    teams = [
        {"runners": ["ana", "ben"], "start": {"after": "partner"}},
        {"runners": ["cleo", "dan"], "start": {"after": "partner"}},
    ]
    roster = read({"format": "coach-squad/1", "runners": people, "teams": teams})
    assert roster_from(roster_tree(roster), name="kept") == roster
    assert roster.team_of("dan") == ("cleo", "dan")
