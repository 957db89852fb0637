"""A squad: its runners, groups, start times and teams, and the reading of rosters.

A roster is read from a document (`coach-squad/1`), a table of runners, or a pasted list of names; a fault is reported
with its place and a correct spelling. A runner has a key at the line: the digits 1 to 8 while a squad is coached, the
letters a to z and then A to N where more are timed by hand.
"""

import codecs
import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from coach.documents import (
    Day,
    Fault,
    Faulty,
    PaceText,
    Prose,
    Slug,
    Strict,
    TimeText,
    check_format,
    did_you_mean,
    faults_of,
    read_tree,
)
from coach.problems import CoachProblem
from coach.quantities import Seconds
from coach.spelling import RESERVED_SLUGS, Misspelt, read_time, slug_like
from coach.workout.model import AfterPartner

FORMAT: Final = "coach-squad/1"
"""The format that is written, and the newest that is read."""
MOST_RUNNERS: Final = 40
"""The number of keys that can be told apart at the line."""
MOST_COACHED: Final = 8
"""Most runners that one laptop coaches: two hands, one voice, and eight digits. More are timed by hand."""
DIGITS: Final = "12345678"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"
"""The keys of runners who are timed by hand, in order; no letter is a command there."""


class RosterProblem(CoachProblem):
    """The roster is wrong, or names nobody; the coach can fix it."""

    exit_code = 3


# --- a squad


class Consent(StrEnum):
    """Where a runner's heart rate and pace may be shown."""

    LAPTOP = "laptop"
    """On this laptop alone."""
    BOARD = "board"
    """Also on the board, which others look at."""
    CLUB = "club"
    """Also in the club."""


class RestUntil(StrEnum):
    """The end of a group's recovery."""

    OWN = "own"
    """Each runner's recovery begins when they finish."""
    FIRST = "first"
    """All recoveries begin when the first of the group has finished."""
    LAST = "last"
    """All recoveries begin when the last of the group has finished."""


@dataclass(frozen=True, slots=True)
class SquadRunner:
    """One runner of a squad."""

    slug: str
    name: str
    key: str
    """The key at the line: a digit, or a letter."""
    group: str = ""
    athlete: str = ""
    """A saved athlete's slug or a path; empty for an unknown athlete."""
    sensors: tuple[str, ...] = ()
    consent: Consent = Consent.LAPTOP


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a squad."""

    name: str
    workout: str = ""
    """As named in the roster; empty for the workout of the command line."""
    pace: str = ""
    """One threshold pace for all; empty for each athlete's own."""
    lane: int | None = None
    rest_until: RestUntil = RestUntil.OWN


@dataclass(frozen=True, slots=True)
class Waves:
    """Start times, in seconds after the start of the session."""

    every_s: Seconds | None = None
    at: Mapping[str, Seconds] = field(default_factory=dict)
    is_handicap: bool = False

    def starts(self, runners: Sequence[SquadRunner], takes: Mapping[str, Seconds]) -> dict[str, Seconds]:
        """The start of each runner; a handicap uses `takes`, the predicted time of each.

        In a handicap a runner without a prediction starts with the slowest.
        """
        if self.every_s is not None:
            return {runner.slug: Seconds(place * self.every_s) for place, runner in enumerate(runners)}
        if self.is_handicap:
            longest = max(takes.values(), default=Seconds(0.0))
            return {runner.slug: Seconds(longest - takes.get(runner.slug, longest)) for runner in runners}
        return {runner.slug: self.at.get(runner.slug, Seconds(0.0)) for runner in runners}


@dataclass(frozen=True, slots=True)
class Roster:
    """A squad: its runners, groups, start times and teams."""

    name: str
    runners: tuple[SquadRunner, ...]
    groups: tuple[Group, ...] = ()
    waves: Waves = field(default_factory=Waves)
    teams: tuple[tuple[str, ...], ...] = ()
    """Slugs of those who run in turn, in their order."""
    notes: tuple[tuple[str, str, str, str], ...] = ()
    """Notes between coach and athlete: day, runner, author, text."""

    def runner(self, slug: str) -> SquadRunner:
        """The runner of a slug.

        Raises:
            KeyError: there is none.
        """
        for runner in self.runners:
            if runner.slug == slug:
                return runner
        raise KeyError(slug)

    def by_key(self, key: str) -> SquadRunner | None:
        """The runner of a key; None without one."""
        return next((runner for runner in self.runners if runner.key == key), None)

    def group(self, name: str) -> Group:
        """The group of a name; one without a workout if it is not in the roster."""
        return next((group for group in self.groups if group.name == name), Group(name))

    def members(self, group: str) -> tuple[SquadRunner, ...]:
        """The runners of a group, in the order of the roster."""
        return tuple(runner for runner in self.runners if runner.group == group)

    def team_of(self, slug: str) -> tuple[str, ...]:
        """The team a runner takes turns in; empty without one."""
        return next((team for team in self.teams if slug in team), ())

    def with_group(self, slug: str, group: str) -> "Roster":
        """The roster with a runner in another group."""
        runners = tuple(
            replace(runner, group=group) if runner.slug == slug else runner for runner in self.runners
        )
        return replace(self, runners=runners)


def roster_of_numbers(count: int = MOST_RUNNERS) -> Roster:
    """Return a roster of numbers in place of names."""
    keys = DIGITS if count <= MOST_COACHED else LETTERS
    names = [str(number) for number in range(1, count + 1)]
    runners = tuple(SquadRunner(name, name, key, "all") for name, key in zip(names, keys, strict=False))
    return Roster("Numbers", runners, (Group("all"),))


# --- the document

_LONGEST_NAME: Final = 40
"""Most letters of a name: the widest column of a board. Judged."""
_MARKS: Final = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u061c")
"""Characters without a width, and marks of the writing direction: two names that differ by one look the same."""


def _check_name(text: str) -> str:
    wrong = next((letter for letter in text if not _may_be_in_name(letter)), "")
    if wrong:
        word = "a mark that cannot be seen" if wrong in _MARKS else "a character that cannot be shown"
        raise Misspelt(f"the name holds {word} (U+{ord(wrong):04X})", "Type the name again.")
    if not text.strip():
        raise Misspelt("the name is empty", "Write what is called at the line.")
    return text


def _may_be_in_name(letter: str) -> bool:
    return letter not in _MARKS and unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _check_key(text: str) -> str:
    if text not in DIGITS and text not in LETTERS:
        raise Misspelt(f'"{text}" is not a key for a runner', "1 to 8, a to z or A to N.")
    return text


def _check_start(text: str) -> str:
    read_start(text)
    return text


def read_start(text: str) -> Seconds:
    """Read a start time, `0:00` or later.

    Raises:
        Misspelt: with the right spelling where it can be guessed.
    """
    return Seconds(0.0) if re.fullmatch(r"0+(:00)?(:00)?", text) else read_time(text)


RunnerName = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME), AfterValidator(_check_name)]
RunnerKey = Annotated[str, Field(min_length=1, max_length=1), AfterValidator(_check_key)]
StartText = Annotated[str, Field(examples=["0:00", "0:20"]), AfterValidator(_check_start)]
GroupName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,15}$")]


class RunnerEntry(Strict):
    """One runner of a squad."""

    name: RunnerName
    """Spoken at the line and shown on the board."""
    slug: Slug | None = None
    """A short name for files; made from the name if missing."""
    key: RunnerKey | None = None
    """The key at the line; the next free one if missing."""
    group: GroupName | None = None
    """The runner's group; the first if missing."""
    athlete: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The slug of a saved athlete, or the path of an athlete's file; None to run by effort or the group's pace."""
    sensors: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=120)], ...], Field(max_length=4)
    ] = ()
    """Their strap and pod, by id or label, as `coach sensors list` shows them."""
    consent: Literal["laptop", "board", "club"] = "laptop"
    """Where their values may be shown."""


class GroupEntry(Strict):
    """One group: a workout, and its settings."""

    name: GroupName
    workout: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    """A file, a library name or one line; None for the workout of the command line."""
    pace: PaceText | None = None
    """One pace for everybody's threshold; None for each athlete's own."""
    lane: int | None = Field(default=None, ge=1, le=9)
    recovery: Literal["own", "first", "last"] = "own"
    """Start of the recovery after a rep: with each runner's own end, with the group's first, or with its last."""


class WavesEntry(Strict):
    """Start times after the start of the session."""

    every: TimeText | None = None
    """Time between two starts, in the order of the roster."""
    at: Mapping[str, StartText] = Field(default_factory=dict)
    """Start times by slug."""
    handicap: bool = False
    """True for a handicap: the slowest start first, so that the predicted finishes meet."""

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if sum((self.every is not None, bool(self.at), self.handicap)) > 1:
            raise Misspelt(
                "starts are given in more than one way", 'Keep one of "every", "at" and "handicap".'
            )
        return self


class TeamEntry(Strict):
    """Two to four runners in turn: each starts when the one before comes in."""

    runners: Annotated[tuple[Slug, ...], Field(min_length=2, max_length=4)]
    start: AfterPartner


class NoteEntry(Strict):
    """A note between coach and athlete."""

    date: Day
    runner: Slug
    by: Literal["coach", "athlete"] = "coach"
    text: Prose


class SquadDocument(Strict):
    """A roster as written."""

    format: Literal["coach-squad/1"]
    name: Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME), AfterValidator(_check_name)] = "Squad"
    runners: Annotated[tuple[RunnerEntry, ...], Field(min_length=1, max_length=MOST_RUNNERS)]
    groups: Annotated[tuple[GroupEntry, ...], Field(max_length=MOST_RUNNERS)] = ()
    waves: WavesEntry | None = None
    teams: Annotated[tuple[TeamEntry, ...], Field(max_length=20)] = ()
    notes: Annotated[tuple[NoteEntry, ...], Field(max_length=2000)] = ()


def squad_schema() -> dict[str, object]:
    """The JSON Schema of rosters, for editors that complete and check."""
    schema = SquadDocument.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT} | {
        key: value for key, value in schema.items() if key != "title"
    }


def roster_tree(roster: Roster) -> dict[str, object]:
    """The document of a roster, as stored with a session."""
    tree: dict[str, object] = {"format": FORMAT, "name": roster.name}
    tree["runners"] = [
        {
            key: value
            for key, value in (
                ("name", each.name),
                ("slug", each.slug),
                ("key", each.key),
                ("group", each.group),
                ("athlete", each.athlete),
                ("sensors", list(each.sensors)),
                ("consent", each.consent.value),
            )
            if value
        }
        for each in roster.runners
    ]
    tree["groups"] = [
        {
            key: value
            for key, value in (
                ("name", each.name),
                ("workout", each.workout),
                ("pace", each.pace),
                ("lane", each.lane),
                ("recovery", each.rest_until.value),
            )
            if value
        }
        for each in roster.groups
    ]
    if roster.waves.every_s is not None:
        tree["waves"] = {"every": _clock(roster.waves.every_s)}
    elif roster.waves.at:
        tree["waves"] = {"at": {slug: _clock(at) for slug, at in roster.waves.at.items()}}
    elif roster.waves.is_handicap:
        tree["waves"] = {"handicap": True}
    if roster.teams:
        tree["teams"] = [{"runners": list(team), "start": {"after": "partner"}} for team in roster.teams]
    if roster.notes:
        tree["notes"] = [
            {"date": day, "runner": slug, "by": by, "text": text} for day, slug, by, text in roster.notes
        ]
    return tree


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 3), 60)
    return (
        f"{minutes:.0f}:{rest:06.3f}".rstrip("0").rstrip(".") if rest % 1 else f"{minutes:.0f}:{rest:02.0f}"
    )


# --- reading


def read_roster(data: bytes, *, name: str) -> Roster:
    """Read a roster from the bytes of a file: a document, a CSV table, or a list of names.

    Raises:
        RosterProblem: with the place, the reason and the fix.
    """
    try:
        if data.lstrip()[:1] == b"{":
            return _of_document(read_tree(data, what="squad"))
        text = _decode(data)
        rows = _table(text)
        return roster_of_names(text.splitlines()) if rows is None else _of_table(rows)
    except Faulty as faulty:
        first = faulty.faults[0]
        place = f"{name}, {first.where}" if first.where else name
        raise RosterProblem(f"{place}: {first.reason}", faulty.hint) from None


def roster_from(tree: Mapping[str, object], *, name: str) -> Roster:
    """Make a roster from an object already read, such as that of a recorded session.

    Raises:
        RosterProblem: with the place, the reason and the fix.
    """
    return read_roster(json.dumps(tree).encode(), name=name)


def _of_document(tree: dict[str, object]) -> Roster:
    """Check the tree of a document, and make the roster of it.

    Raises:
        Faulty: with every fault and its place.
    """
    check_format(tree, family="coach-squad", version=1, what="squad")
    _check_count(tree.get("runners"))
    try:
        document = SquadDocument.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        raise Faulty(faults_of(error, tree)) from None
    runners = _runners_of(document.runners)
    groups = tuple(
        Group(entry.name, entry.workout or "", entry.pace or "", entry.lane, RestUntil(entry.recovery))
        for entry in document.groups
    )
    waves = document.waves or WavesEntry()
    return _with_groups(
        Roster(
            document.name,
            runners,
            groups,
            Waves(
                None if waves.every is None else read_time(waves.every),
                {slug: read_start(text) for slug, text in waves.at.items()},
                waves.handicap,
            ),
            tuple(team.runners for team in document.teams),
            tuple((note.date, note.runner, note.by, note.text) for note in document.notes),
        )
    )


def _check_count(runners: object) -> None:
    """Refuse a squad without runners, and one with more than there are keys, each with its own message."""
    if isinstance(runners, list) and not runners:
        raise Faulty([Fault("runners", "nobody is in it", 'Name somebody: "runners": [{"name": "Ana"}].')])
    if isinstance(runners, list) and len(runners) > MOST_RUNNERS:
        reason = f"{len(runners)} runners, and at most {MOST_RUNNERS} can be told apart by a key"
        raise Faulty([Fault("runners", reason, "Make two rosters of it.")])


def _runners_of(entries: Sequence[RunnerEntry]) -> tuple[SquadRunner, ...]:
    """The runners of the entries, with slugs and keys for those that have none."""
    slugs = slugs_of([entry.slug or entry.name for entry in entries], [entry.slug for entry in entries])
    keys = _keys([entry.key for entry in entries])
    return tuple(
        SquadRunner(
            slug,
            entry.name.strip(),
            key,
            entry.group or "",
            entry.athlete or "",
            entry.sensors,
            Consent(entry.consent),
        )
        for entry, slug, key in zip(entries, slugs, keys, strict=True)
    )


def slugs_of(names: Sequence[str], existing: Sequence[str | None] | None = None) -> list[str]:
    """A slug for each name, all different; existing ones stay."""
    existing = existing or [None] * len(names)
    in_use = {slug for slug in existing if slug}
    slugs: list[str] = []
    for name, own in zip(names, existing, strict=True):
        slug = own or _slug(name)
        number = 2
        stem = slug
        while not own and slug in in_use:
            slug, number = f"{stem[:28]}-{number}", number + 1
        in_use.add(slug)
        slugs.append(slug)
    return slugs


def _slug(name: str) -> str:
    """A short name for files and topics, of a name in any script."""
    slug = slug_like(name, 32)
    return slug if slug and slug not in RESERVED_SLUGS else f"runner-{slug}".rstrip("-")


def _keys(existing: Sequence[str | None]) -> list[str]:
    """The keys of the runners: existing ones, and for the others the next free ones."""
    pool = DIGITS if len(existing) <= MOST_COACHED else LETTERS
    free = iter(key for key in pool + LETTERS if key not in existing)
    return [next(free) if key is None else key for key in existing]


def _with_groups(roster: Roster) -> Roster:
    """The roster with a group for every runner, if it does not contradict itself.

    Raises:
        Faulty: with every fault and its place.
    """
    groups = roster.groups
    group_names = [group.name for group in groups]
    if not group_names:
        names = dict.fromkeys(runner.group for runner in roster.runners if runner.group)
        groups = tuple(Group(name) for name in names) or (Group("all"),)
        group_names = [group.name for group in groups]
    faults = [
        *_duplicates(roster.runners),
        *(
            Fault(
                f"runners[{place}].group",
                f'there is no group "{runner.group}" ({runner.name})',
                did_you_mean(runner.group, group_names),
            )
            for place, runner in enumerate(roster.runners)
            if runner.group and runner.group not in group_names
        ),
        *_unknown_slugs(roster),
    ]
    if len(set(group_names)) < len(group_names):
        name = next(name for name in group_names if group_names.count(name) > 1)
        faults.append(Fault("groups", f'two groups are called "{name}"', "Give one another name."))
    if faults:
        raise Faulty(faults)
    runners = tuple(replace(entry, group=entry.group or groups[0].name) for entry in roster.runners)
    return replace(roster, runners=runners, groups=groups)


def _duplicates(runners: Sequence[SquadRunner]) -> Iterable[Fault]:
    """Faults of values that must differ between runners: slug, key, sensor."""
    owners: dict[tuple[str, str], SquadRunner] = {}
    for place, runner in enumerate(runners):
        for what, value, fix in (
            ("slug", runner.slug, "Give one another slug."),
            ("key", runner.key, "Give one another key, or leave it out."),
            *(("sensors", sensor, "A sensor measures one runner.") for sensor in runner.sensors),
        ):
            owner = owners.setdefault((what, value.casefold() if what == "sensors" else value), runner)
            if owner is not runner:
                noun = "sensor" if what == "sensors" else what
                reason = f'{owner.name} and {runner.name} have the same {noun} "{value}"'
                yield Fault(f"runners[{place}].{what}", reason, fix)


def _unknown_slugs(roster: Roster) -> Iterable[Fault]:
    """Faults of slugs in waves, teams and notes that no runner has, and of runners in two teams."""
    slugs = [runner.slug for runner in roster.runners]
    references = [
        *((f"waves.at.{slug}", slug) for slug in roster.waves.at),
        *((f"teams[{at}].runners", slug) for at, team in enumerate(roster.teams) for slug in team),
        *((f"notes[{at}].runner", slug) for at, (_, slug, _, _) in enumerate(roster.notes)),
    ]
    for where, slug in references:
        if slug not in slugs:
            yield Fault(where, f'nobody here has the slug "{slug}"', did_you_mean(slug, slugs))
    teamed = [slug for team in roster.teams for slug in team]
    for slug in dict.fromkeys(slug for slug in teamed if teamed.count(slug) > 1):
        yield Fault("teams", f'"{slug}" runs in more than one place', "Name everybody once.")


# --- a table, and a list of names

_COLUMNS: Final = ("name", "slug", "key", "group", "athlete", "sensors", "consent")
_SEVERAL: Final = re.compile(r"[;|/]\s*")
_BULLET: Final = re.compile(r"^\s*(?:[-*•·]|\(?\d{1,3}[.):\]])\s*")
"""Characters before a name in a list copied from another program."""


def _decode(data: bytes) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # "Unicode text" on Windows
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):  # the encodings of a spreadsheet there
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Faulty([Fault("", "this is not text", "Save it as UTF-8.")])


def _table(text: str) -> list[dict[str, str]] | None:
    """The rows of a CSV table, by column; None if the first line has no column names.

    Raises:
        Faulty: it names columns, and none of them holds the names, or one is unknown.
    """
    head = text.splitlines()[0] if text.strip() else ""
    marks = max(",;\t", key=head.count)
    names = [name.strip().casefold() for name in next(csv.reader([head], delimiter=marks), [])]
    if "name" not in names:
        if len(names) > 1 and set(names) <= set(_COLUMNS):  # no two people are called group and key
            raise Faulty([Fault("line 1", 'there is no column "name"', "Call the column of the names so.")])
        return None
    unknown = next((name for name in names if name not in _COLUMNS), None)
    if unknown is not None:
        raise Faulty([Fault("line 1", f'there is no column "{unknown}"', did_you_mean(unknown, _COLUMNS))])
    rows = csv.reader(text.splitlines()[1:], delimiter=marks)
    return [
        {name: value.strip() for name, value in zip(names, row, strict=False)} for row in rows if any(row)
    ]


def _of_table(rows: Sequence[Mapping[str, str]]) -> Roster:
    entries: list[dict[str, Any]] = []
    for row in rows:
        entry: dict[str, Any] = {key: value for key, value in row.items() if value}
        if "sensors" in entry:
            entry["sensors"] = [part.strip() for part in _SEVERAL.split(entry["sensors"]) if part.strip()]
        entries.append(entry)
    return _of_document({"format": FORMAT, "runners": entries})


def roster_of_names(lines: Iterable[str]) -> Roster:
    """The roster of a pasted list of names: one a line, or several with commas.

    Bullets, numbers and invisible characters are removed. Runners of the same name get different slugs.

    Raises:
        Faulty: there is no name, there are too many, or one is invalid.
    """
    lines = list(lines)
    parts = lines[0].split(",") if len([line for line in lines if line.strip()]) == 1 else lines
    names = [name for part in parts if (name := _clean_name(part))]
    faults = [
        Fault(f"line {at}", f"a name of {len(name)} letters", f"{_LONGEST_NAME} letters are the most.")
        for at, name in enumerate(names, 1)
        if len(name) > _LONGEST_NAME
    ]
    if faults:
        raise Faulty(faults)
    _check_count(names)
    keys = _keys([None] * len(names))
    runners = tuple(
        SquadRunner(slug, name, key) for slug, name, key in zip(slugs_of(names), names, keys, strict=True)
    )
    return _with_groups(Roster("Squad", runners))


def _clean_name(text: str) -> str:
    plain = "".join(letter for letter in text.replace("\t", " ") if _may_be_in_name(letter))
    return " ".join(_BULLET.sub("", plain).split())
