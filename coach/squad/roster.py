"""A squad: its runners, groups, start times and teams.

A runner has a key at the line: the digits 1 to 8 while a squad is coached, the letters a to z and then A to N where
more are timed by hand. `coach.squad.document` reads rosters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from coach.problems import CoachProblem
from coach.quantities import Seconds

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
        return next((runner for runner in self.runners if runner.slug == slug), None) or _nobody(slug)

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

    def moved(self, slug: str, group: str) -> "Roster":
        """The roster with a runner in another group."""
        runners = tuple(
            replace(runner, group=group) if runner.slug == slug else runner for runner in self.runners
        )
        return replace(self, runners=runners)


def _nobody(slug: str) -> SquadRunner:
    raise KeyError(slug)


# --- written


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


def numbered(count: int = MOST_RUNNERS) -> Roster:
    """Return a roster of numbers in place of names."""
    keys = DIGITS if count <= MOST_COACHED else LETTERS
    names = [str(number) for number in range(1, count + 1)]
    runners = tuple(SquadRunner(name, name, key, "all") for name, key in zip(names, keys, strict=False))
    return Roster("Numbers", runners, (Group("all"),))
