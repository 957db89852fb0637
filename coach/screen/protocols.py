"""Protocols between the screens and the rest: a run to show, buttons to press, a library to choose from.

The edge implements these; the screen knows no clock, no file and no loop of its own but through them. All calls
come from the thread of the screen's event loop, and none may block.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from coach.quantities import MetresPerSecond, Seconds

if TYPE_CHECKING:  # these load the readers of documents, which a run in progress never needs
    from coach.athlete import Athlete
    from coach.live.snapshot import Snapshot
    from coach.review.comparison import Comparison
    from coach.review.journaled import JournaledRep, WayOn
    from coach.review.lessons import PaceOffer
    from coach.review.review import Review
    from coach.review.season import Season
    from coach.review.summary import RunCurves, Summary
    from coach.session.phases import Button
    from coach.workout.describe import CatalogueEntry
    from coach.workout.model import WorkoutDocument
    from coach.workout.resolve import AthleteProfile
    from coach.workout.timeline import Timeline


class LiveFeed(Protocol):
    """A run as the screen sees it."""

    def now(self) -> Seconds:
        """Return the time on the run's own clock, seconds since its first input; in playback the log's."""
        ...

    def snapshot(self, at: Seconds) -> "Snapshot":
        """Return the state of the run, its clocks as of `at`, without changing it."""
        ...

    def press(self, button: "Button", answer: int | None = None) -> None:
        """Press a button, stamped by the run, origin key; `answer` is 1 to 10, for `ANSWER` only."""
        ...

    def summary(self) -> "Summary":
        """Return the summary of the run so far."""
        ...

    def curves(self) -> "RunCurves":
        """Return speed and heart rate over the whole run."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed`, on the loop's thread, after every input of the run. One subscriber."""
        ...

    def has_ended(self) -> bool:
        """Return whether the run has emitted `run_ended`; nothing can change any more."""
        ...

    def mute(self, muted: bool) -> None:
        """Mute or unmute the voice; cues are still shown."""
        ...


class ReviewActions(Protocol):
    """A recorded run for the Review screen; every call may wait for the disk, and is made off the loop."""

    def review(self) -> "Review":
        """Read the run and review it.

        Raises:
            CoachProblem: it cannot be read.
        """
        ...

    def compare(self) -> "Comparison | None":
        """Compare it with the previous run of its workout; None without one.

        Raises:
            CoachProblem: one of them cannot be read.
        """
        ...

    def export(self) -> str:
        """Write it to a file for other programs and return its place.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...


LONGEST_NOTE: Final = 400
"""Characters of a note on a run."""


class RunNotes(Protocol):
    """The runner's notes on a recorded run."""

    @property
    def is_simulated(self) -> bool:
        """True if the runner was simulated, so that their times set no paces."""
        ...

    def actions(self) -> ReviewActions:
        """Return the actions of the Review screen for the run."""
        ...

    def when(self) -> str:
        """Return the start of the run: `Tue 26 May   18:36`."""
        ...

    def effort_and_note(self) -> tuple[int | None, str]:
        """Return the effort, 1 to 10, and the note as stored so far."""
        ...

    def keep(self, effort: int | None = None, text: str | None = None) -> None:
        """Store one or the other; may wait for the disk, so it is called off the loop.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def shoes(self) -> Sequence[tuple[str, str]]:
        """List the runner's shoes in use: slug and name; called off the loop."""
        ...

    def worn(self) -> str:
        """Return the slug of the shoes of the run, as noted or by its pod; empty if unknown."""
        ...

    def keep_shoe(self, slug: str) -> None:
        """Store the shoes of the run; called off the loop.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def keep_pace(self, offer: "PaceOffer") -> None:
        """Store a pace that was run by effort with the athlete; called off the loop.

        Raises:
            CoachProblem: the athlete is not saved, or it cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link that lets somebody see the run, or do more."""

    kind: str
    """Its purpose: `phone`, `buttons`, `relay`."""
    url: str
    rows: tuple[str, ...]
    """Its QR code in half blocks; a full block is a white module."""
    says: str
    """The rights of whoever opens it, and how often it works."""


class ShareActions(Protocol):
    """The links of a run that is shared."""

    def links(self) -> Sequence[ShownLink]:
        """Return the open link of every kind; a used one is replaced."""
        ...

    def renew(self, kind: str) -> None:
        """Replace the link of a kind; the one before no longer works."""
        ...

    def where(self) -> str:
        """Return a sentence on where the run is shared."""
        ...


class PlaybackControls(Protocol):
    """The speed of a playback; it changes the time at which events are shown, never the events."""

    def is_paused(self) -> bool:
        """Return whether the playback is paused."""
        ...

    def speed(self) -> float:
        """Return the speed as a multiple of real time; infinite for `max`."""
        ...

    def toggle_pause(self) -> None:
        """Pause or resume."""
        ...

    def faster(self) -> None:
        """Take the next higher speed, up to the highest."""
        ...

    def slower(self) -> None:
        """Take the next lower speed, down to the lowest."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One workout in a list."""

    workout: "CatalogueEntry"
    """Its entry in the catalogue, made without reading the whole document."""
    last_day: date | None = None
    """The day it was run last; None for never."""
    runs: int = 0
    """Number of runs of it."""

    @property
    def slug(self) -> str:
        """The name it is started by, such as `5x1000-5k`."""
        return self.workout.name

    @property
    def title(self) -> str:
        """Its name in the document; may hold any characters."""
        return self.workout.title


@dataclass(frozen=True, slots=True)
class PastRun:
    """The result of a workout on a day."""

    day: date
    reps: int
    """Number of its hard steps that were run whole."""
    mean_speed: MetresPerSecond | None = None
    """Of those reps; None if not measured."""
    light_s: Seconds | None = None
    """Seconds a rep behind the pacing light, ahead of it below 0; None without one."""


@dataclass(frozen=True, slots=True)
class WorkoutDetail:
    """A workout before it is run, read from its document."""

    timeline: "Timeline | None" = None
    """Compiled for the athlete as far as known; None if it cannot be compiled."""
    problem: str = ""
    """The reason why it cannot be started, with a hint; empty if it can."""
    particulars: tuple[str, ...] = ()
    """Requirements besides its steps: cautions, how often at most, limits, rules, reminders."""
    past: tuple[PastRun, ...] = ()
    """The last runs of it, the newest first."""


@dataclass(frozen=True, slots=True)
class TypedWorkout:
    """A workout read from a line while it is typed."""

    line: str
    """As typed; may hold any characters."""
    title: str = ""
    """A short title."""
    timeline: "Timeline | None" = None
    """The part that was understood, for the athlete as far as known; of a faulty line the valid part."""
    guesses: tuple[str, ...] = ()
    """Assumptions about parts that the line leaves open."""
    problem: str = ""
    """The reason why the line cannot be read; empty if it can be read and started."""
    fix: str = ""
    place: int | None = None
    """The character the problem is about, from 0."""
    corrected: str = ""
    """The line as it was probably meant; empty if unknown."""
    is_name: bool = False
    """True if it is no line, but a name that no workout has."""
    unit: str = "km"
    """Unit of distances: `km` or `mile`."""


class CutOffRun(Protocol):
    """A recently interrupted run that can go on."""

    @property
    def title(self) -> str:
        """The place in its workout: `Rep 4 of 10, 0:43 in`."""
        ...

    @property
    def since(self) -> str:
        """Its workout and the time since; may hold any characters."""
        ...

    @property
    def ways(self) -> "tuple[tuple[WayOn, str], ...]":
        """The ways to go on, in words."""
        ...


class NameUse(StrEnum):
    """The owner of a name under which a workout is to be saved."""

    FREE = "free"
    OWN = "own"
    """One of the runner's workouts has it."""
    LIBRARY = "library"
    """A workout of the library has it, which is never replaced."""


class EditActions(Protocol):
    """The services of the editor."""

    @property
    def athlete(self) -> "Athlete | None":
        """The athlete whose paces are shown."""
        ...

    def name_use(self, name: str) -> NameUse:
        """Return the owner of a name."""
        ...

    def save(self, document: "WorkoutDocument") -> str:
        """Save a workout among the runner's own, replacing one of that name; returns the name it is run by.

        Raises:
            CoachProblem: the name is the library's or cannot be one, or it cannot be written.
        """
        ...


class Library(EditActions, Protocol):
    """The workouts, and the ways to start one."""

    def entries(self) -> Sequence[LibraryEntry]:
        """List the runs without a plan, then the workouts; the screen sorts these."""
        ...

    def detail(self, slug: str) -> WorkoutDetail:
        """Read a workout for its description; a problem is part of the result."""
        ...

    def prepare(self) -> Callable[[], None] | None:
        """Return a function for a thread that loads what `detail` needs; None if nothing is missing."""
        ...

    def now(self) -> datetime:
        """Return the local time."""
        ...

    @property
    def who(self) -> str:
        """Name of the athlete; empty if unknown."""
        ...

    @property
    def hint(self) -> str:
        """A hint under the list; may be empty."""
        ...

    @property
    def unit(self) -> str:
        """`km` or `mile`."""
        ...

    def today(self) -> str:
        """Return today's session in a row; empty without a plan. It reads files: called on a thread."""
        ...

    def start(self, slug: str, *, by_effort: bool = False) -> LiveFeed:
        """Start a run of a workout; `by_effort` runs unknown paces by effort.

        Raises:
            MissingNumber: it needs a number; the screen asks whether it is to be run by effort.
            CoachProblem: it cannot be started; the screen shows message and hint.
        """
        ...

    def understand(self, line: str) -> TypedWorkout:
        """Read a workout from a line, as far as possible; called with every key."""
        ...

    def open(self, slug: str) -> "tuple[WorkoutDocument, bool]":
        """Read a workout for the editor, and whether it is the runner's own.

        Raises:
            CoachProblem: it cannot be read.
        """
        ...

    def open_line(self, line: str) -> "WorkoutDocument":
        """Read a line as a workout for the editor.

        Raises:
            CoachProblem: it cannot be read.
        """
        ...

    def start_document(self, document: "WorkoutDocument", *, by_effort: bool = False) -> LiveFeed:
        """Start a run of an edited workout; problems as of `start`."""
        ...

    def start_line(self, line: str, *, by_effort: bool = False) -> LiveFeed:
        """Start a run of exactly the workout that `understand` reads from the line; problems as of `start`."""
        ...


@dataclass(frozen=True, slots=True)
class AthleteEdit:
    """A change of an athlete before it is stored."""

    profile: "AthleteProfile"
    """The athlete's profile with the change."""
    effect: str
    """The effect in a sentence: `5k pace 4:30 would be 4:26`."""
    lacks_day: bool = False
    """True for a race without a day."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One recorded run in a list; its words may hold any characters, and unknown values are None."""

    run: str
    """Its id."""
    number: int
    """Its number in commands, 1 for the newest."""
    workout: str
    day: date | None
    """The local day on which it began."""
    clock: str = ""
    """The local time at which it began: `18:04`."""
    athlete: str = ""
    kind: str = ""
    """The purpose of its workout, or `free`."""
    is_simulated: bool = False
    """True if its runner was simulated, so that it is left out of all sums."""
    is_cut_off: bool = False
    """True if it was left or cut off, so that it can go on."""
    is_under_way: bool = False
    """True if it is being recorded now."""
    time_s: float | None = None
    distance_m: float | None = None
    hard_m: float | None = None
    """Metres of its hard steps."""
    light_s: float | None = None
    """Seconds a rep against the plan, + is slow."""
    effort: int | None = None
    note: str = ""


class PastRuns(Protocol):
    """The recorded runs, and the actions on them."""

    @property
    def who(self) -> str:
        """Name of the athlete; empty if unknown."""
        ...

    @property
    def unit(self) -> str:
        """`km` or `mile`."""
        ...

    def now(self) -> datetime:
        """Return the local time."""
        ...

    def rows(self, progress: Callable[[int, int], None]) -> Sequence[HistoryRow]:
        """List the runs, the newest first; may read journals, so it is called off the loop."""
        ...

    def reps(self, run: str) -> "Sequence[JournaledRep]":
        """Return the hard steps of a run."""
        ...

    def open(self, run: str) -> "tuple[LiveFeed, RunNotes]":
        """Fold a run for its review; called off the loop.

        Raises:
            CoachProblem: nothing of it can be replayed; the screen shows message and hint.
        """
        ...

    def actions(self, run: str, *, against: str = "") -> ReviewActions:
        """Return the actions of the Review screen for a run.

        Args:
            run: its id.
            against: the run it is compared with; empty for the last one of its workout before it.
        """
        ...

    def note(self, run: str, text: str) -> None:
        """Store a note.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def delete(self, run: str) -> None:
        """Delete a run; until `close` it can be restored.

        Raises:
            CoachProblem: it is being recorded, or cannot be deleted.
        """
        ...

    def undo(self) -> str:
        """Restore the run that was deleted last; returns its id, empty if there is none.

        Raises:
            CoachProblem: it cannot be restored.
        """
        ...

    def close(self) -> None:
        """Delete for good the runs deleted so far."""
        ...

    def season(self, progress: Callable[[int, int], None]) -> "Season":
        """Add up the weeks up to today; folds runs, so it is called off the loop."""
        ...


class Interrupted(Protocol):
    """The interrupted runs."""

    def offered(self) -> CutOffRun | None:
        """Return the run that is offered; None without one."""
        ...

    def go_on(self, way: "WayOn") -> LiveFeed | None:
        """Go on with the offered run; None if it is ended where it was cut off.

        Raises:
            CoachProblem: it cannot be resumed; the screen shows message and hint.
        """
        ...


class People(Protocol):
    """The saved athletes, and changes to them. A change is shown before it is stored."""

    def profiles(self) -> Sequence["AthleteProfile"]:
        """Return the profiles, that of the athlete about to run first.

        Raises:
            CoachProblem: a document cannot be read; the screen shows message and hint.
        """
        ...

    def today(self) -> str:
        """Return the local day, `2026-05-31`."""
        ...

    def understand(self, slug: str, what: str, text: str, day: str | None = None) -> AthleteEdit:
        """Read typed text for an athlete; an empty slug is a new athlete.

        Args:
            slug: the athlete.
            what: `race` for one more, or a threshold pace; `race 2` for the second of all races, the newest first;
                `pace 5k`, `heart`, `name` or `units`.
            text: as typed.
            day: the day of a race, as typed; None until it is typed.

        Raises:
            CoachProblem: it cannot be read, or cannot be true.
        """
        ...

    def without(self, slug: str, what: str) -> AthleteEdit:
        """Remove an item of an athlete, not yet stored; `what` as for `understand`.

        Raises:
            CoachProblem: there is nothing to remove.
        """
        ...

    def keep(self, edit: AthleteEdit) -> None:
        """Store a change.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def undo(self) -> str:
        """Undo the last stored change; returns the athlete's name, empty if there is none.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class SensorLine:
    """One sensor on the Sensors screen; all its words come from outside and may hold any characters."""

    id: str
    name: str
    """The name it advertises; may be empty."""
    label: str = ""
    """The runner's name for it."""
    kind: str = ""
    """Its part in a run: `strap`, `pod`, ...; empty for a stranger's."""
    measures: tuple[str, ...] = ()
    """Its quantities in words."""
    signals: tuple[int, ...] = ()
    """Its last signals in dBm, the newest last; empty without a signal."""
    battery_percent: int | None = None
    location: str = ""
    shoe: str = ""
    is_remembered: bool = False
    wearer: str = ""
    """The athlete who wears it, if it is not the one about to run; else empty."""
    absence: str = "not near"
    """Text for a sensor without a signal: it is being looked for, or not near."""
    is_near: bool = False
    """True if it sent something since the screen was opened, or is connected by the system."""
    is_held: bool = False
    """True if the system is connected to it; then it is near and has no signal."""


class SensorActions(Protocol):
    """The sensors nearby and the paired ones, and the actions on them."""

    def open(self, changed: Callable[[], None]) -> None:
        """Start to listen; `changed` is called, on the loop's thread, when there is something new to show."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...

    def lines(self) -> Sequence[SensorLine]:
        """List the paired sensors in the order of pairing, also before `open`, then the others in that of discovery."""
        ...

    def message(self) -> str:
        """Return the current message: the result of the last action, or a problem of Bluetooth."""
        ...

    def alike(self, id_: str) -> Sequence[SensorLine]:
        """List the sensors that may be meant by this one: itself alone, unless neighbours share its name."""
        ...

    def pair(self, id_: str) -> None:
        """Start pairing a sensor that is near; `message` reports the result."""
        ...

    def rename(self, id_: str, label: str) -> None:
        """Set the label of a paired sensor; an empty one removes it.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def can_give(self) -> bool:
        """Return whether there are athletes to assign a sensor to."""
        ...

    def give(self, id_: str) -> None:
        """Assign a paired sensor to the next athlete; after the last one, to anybody.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def forget(self, id_: str) -> None:
        """Forget a paired sensor.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...
