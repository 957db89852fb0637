"""What the screen needs of the world: a run to show, buttons to press, a library to pick from.

The edge implements these; the screen knows no clock, no file and no loop of its own but through them. All calls
come from the thread of the screen's event loop, and none may block.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from coach.quantities import MetresPerSecond, Seconds

if TYPE_CHECKING:  # what these are made from reads documents, which a run in progress never does
    from coach.athlete import Athlete
    from coach.live.snapshot import Snapshot
    from coach.review.comparison import Comparison
    from coach.review.journaled import JournaledRep, WayOn
    from coach.review.lessons import PaceOffer
    from coach.review.review import Review
    from coach.review.season import Season
    from coach.review.summary import RunCurves, Summary
    from coach.session.buttons import Button
    from coach.workout.athlete_profile import AthleteProfile
    from coach.workout.catalogue_entry import CatalogueEntry
    from coach.workout.model import WorkoutDocument
    from coach.workout.timeline import Timeline


class Leaving(StrEnum):
    """How the person left the screen; `CoachApp.run` returns it."""

    FINISHED = "finished"
    """The run is over and its summary was seen."""
    LEFT = "left"
    """The run stays open and can be resumed."""
    DISCARDED = "discarded"
    """The run was thrown away; `discard` was pressed twice."""
    GO_ON = "go_on"
    """The run had ended and its review was seen; the end was a slip, and the run goes on."""
    INTERRUPTED = "interrupted"
    """Ctrl-C: the run stays open, and the exit code is that of an interrupt."""
    GONE = "gone"
    """The terminal went away: the run stays open, and the exit code says so."""
    NOTHING = "nothing"
    """No run had begun (or only a recording was watched)."""


class LiveFeed(Protocol):
    """A run as the screen sees it."""

    def now(self) -> Seconds:
        """Tell the time on the run's own clock, seconds since its first input; in playback the log's."""
        ...

    def snapshot(self, at: Seconds) -> "Snapshot":
        """Give the run as it stands, its clocks as of `at`, without changing it."""
        ...

    def press(self, button: "Button", answer: int | None = None) -> None:
        """Put a button into the run, stamped by the run, origin key; `answer` is 1 to 10, with `answer` only."""
        ...

    def summary(self) -> "Summary":
        """Tell what the run came to so far."""
        ...

    def curves(self) -> "RunCurves":
        """Give speed and heart rate over the whole run."""
        ...

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called, on the loop's thread, after every input the run has taken. One subscriber."""
        ...

    def has_ended(self) -> bool:
        """Tell whether the run has said `run_ended`; nothing can change any more."""
        ...

    def mute(self, muted: bool) -> None:
        """Silence the voice, or let it speak again; cues are still shown."""
        ...


class ReviewDesk(Protocol):
    """A recorded run as the Review screen asks about it; every call may wait for the disk, and is off the loop."""

    def review(self) -> "Review":
        """Read the run and review it.

        Raises:
            CoachProblem: it cannot be read.
        """
        ...

    def compare(self) -> "Comparison | None":
        """Hold it against the last run of its workout before it; None where there is none.

        Raises:
            CoachProblem: one of them cannot be read.
        """
        ...

    def export(self) -> str:
        """Write it to a file that other programs take; tells where.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...


class RunNotes(Protocol):
    """What the runner says of a run that is recorded."""

    @property
    def is_simulated(self) -> bool:
        """Whether the runner was made up, so that what they ran is nobody's pace."""
        ...

    def desk(self) -> ReviewDesk:
        """Give what the Review screen needs of the run."""
        ...

    def when(self) -> str:
        """Tell when the run was begun: `Tue 26 May   18:36`."""
        ...

    def said(self) -> tuple[int | None, str]:
        """Give the effort, 1 to 10, and the remark as said so far."""
        ...

    def keep(self, effort: int | None = None, text: str | None = None) -> None:
        """Keep one or the other; may wait for the disk, so it is called off the loop.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def shoes(self) -> Sequence[tuple[str, str]]:
        """List the pairs of the runner that are not put away: slug and name; called off the loop."""
        ...

    def worn(self) -> str:
        """Tell the slug of the pair the run was run in, as said or by its pod; empty where nobody knows."""
        ...

    def keep_shoe(self, slug: str) -> None:
        """Keep in which pair it was run; called off the loop.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def keep_pace(self, offer: "PaceOffer") -> None:
        """Keep a pace that was run by effort with the athlete; called off the loop.

        Raises:
            CoachProblem: the athlete is not saved, or it cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link that lets somebody see the run, or more."""

    kind: str
    """Who it is for: `phone`, `buttons`, `relay`."""
    url: str
    rows: tuple[str, ...]
    """Its QR code in half blocks; a full block is a white module."""
    says: str
    """What whoever opens it sees or may do, and how often it works."""


class ShareDesk(Protocol):
    """The links of a run that is shared."""

    def links(self) -> Sequence[ShownLink]:
        """Give the open link of every kind; one that was used is made anew."""
        ...

    def renew(self, kind: str) -> None:
        """Make another link of a kind; the one before lets nobody in any more."""
        ...

    def where(self) -> str:
        """Say where the run is shared, in a sentence."""
        ...


class PlaybackControls(Protocol):
    """The pace of a playback; it changes when things are shown, never what."""

    def is_paused(self) -> bool:
        """Tell whether the playback stands still."""
        ...

    def speed(self) -> float:
        """Tell how many times faster than life it plays; infinite for `max`."""
        ...

    def toggle_pause(self) -> None:
        """Stand still, or go on."""
        ...

    def faster(self) -> None:
        """Take the next higher speed, up to the highest there is."""
        ...

    def slower(self) -> None:
        """Take the next lower speed, down to the lowest there is."""
        ...


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One workout to pick, as a list shows it."""

    card: "CatalogueEntry"
    """What is known of it without reading it."""
    last_day: date | None = None
    """The day it was run last; None for never."""
    runs: int = 0
    """How often it was run."""

    @property
    def slug(self) -> str:
        """The name it is started by, such as `5x1000-5k`."""
        return self.card.name

    @property
    def title(self) -> str:
        """Its name in the document; may hold any characters."""
        return self.card.title


@dataclass(frozen=True, slots=True)
class PastRun:
    """What a workout came to on a day."""

    day: date
    reps: int
    """How many of its hard steps were run whole."""
    mean_speed: MetresPerSecond | None = None
    """Of those reps; None where it was not measured."""
    light_s: Seconds | None = None
    """Seconds a rep behind the pacing light, ahead of it below 0; None where there was none."""


@dataclass(frozen=True, slots=True)
class WorkoutDetail:
    """A workout as it is seen before it is run, read from its document."""

    timeline: "Timeline | None" = None
    """Compiled for the athlete as far as known; None when it cannot be compiled."""
    problem: str = ""
    """Why it cannot be started, and what to do about it; empty when it can."""
    particulars: tuple[str, ...] = ()
    """What it asks for besides its steps: cautions, how often at most, limits, rules, reminders."""
    past: tuple[PastRun, ...] = ()
    """The last runs of it, the newest first."""


@dataclass(frozen=True, slots=True)
class TypedWorkout:
    """A workout as far as a line that is being typed says it."""

    line: str
    """As typed; may hold any characters."""
    title: str = ""
    """What it is, in few words."""
    timeline: "Timeline | None" = None
    """What was understood, for the runner as far as known; of a faulty line what is right in it."""
    guesses: tuple[str, ...] = ()
    """What the line left open and how it was taken."""
    problem: str = ""
    """Why the line cannot be read; empty when it can, and can be started."""
    fix: str = ""
    place: int | None = None
    """The character the problem is about, from 0."""
    corrected: str = ""
    """The line as it was probably meant; empty where nobody can tell."""
    is_name: bool = False
    """True if it is no line, but a name that no workout has."""
    unit: str = "km"
    """What distances are told in: `km` or `mile`."""


class CutOffRun(Protocol):
    """A run that was cut off a short while ago, as it is offered."""

    @property
    def title(self) -> str:
        """Where it was: `Rep 4 of 10, 0:43 in`."""
        ...

    @property
    def since(self) -> str:
        """What it is and since when; may hold any characters."""
        ...

    @property
    def ways(self) -> "tuple[tuple[WayOn, str], ...]":
        """How it can go on, in words."""
        ...


class NameUse(StrEnum):
    """Whose a name is that a workout is to be saved under."""

    FREE = "free"
    OWN = "own"
    """A workout of the runner has it."""
    LIBRARY = "library"
    """A workout of the library has it, which is never replaced."""


class EditDesk(Protocol):
    """What the editor needs of the world."""

    @property
    def athlete(self) -> "Athlete | None":
        """Whose paces the workout is seen with."""
        ...

    def name_use(self, name: str) -> NameUse:
        """Tell whose a name is."""
        ...

    def save(self, document: "WorkoutDocument") -> str:
        """Keep a workout among the runner's own, in place of one of that name; gives what it is run by.

        Raises:
            CoachProblem: the name is the library's or cannot be one, or it cannot be written.
        """
        ...


class Library(EditDesk, Protocol):
    """The workouts there are, and the way to begin one."""

    def entries(self) -> Sequence[LibraryEntry]:
        """List the runs without a plan, then the workouts; the screen sorts these."""
        ...

    def detail(self, slug: str) -> WorkoutDetail:
        """Read a workout to be described; a problem is a part of it."""
        ...

    def prepare(self) -> Callable[[], None] | None:
        """Give what is to be loaded, on a thread, before `detail` answers at once; None for nothing."""
        ...

    def now(self) -> datetime:
        """Tell the local time."""
        ...

    @property
    def who(self) -> str:
        """Who is about to run; empty if nobody is known."""
        ...

    @property
    def hint(self) -> str:
        """What is worth saying under the list; empty for nothing."""
        ...

    @property
    def unit(self) -> str:
        """`km` or `mile`."""
        ...

    def today(self) -> str:
        """Tell what the plan answers for today, in a row; empty without one. It reads files: called on a thread."""
        ...

    def start(self, slug: str, *, by_effort: bool = False) -> LiveFeed:
        """Begin a run of a workout; `by_effort` leaves what nobody has told to effort.

        Raises:
            MissingNumber: it needs a number; the screen asks whether it is to be run by effort.
            CoachProblem: it cannot be started; the screen shows message and hint.
        """
        ...

    def understand(self, line: str) -> TypedWorkout:
        """Read a workout that is written in a line, as far as it goes; called with every key."""
        ...

    def open(self, slug: str) -> "tuple[WorkoutDocument, bool]":
        """Read a workout to be edited, and whether it is the runner's own.

        Raises:
            CoachProblem: it cannot be read.
        """
        ...

    def open_line(self, line: str) -> "WorkoutDocument":
        """Read a line as a workout to be edited.

        Raises:
            CoachProblem: it cannot be read.
        """
        ...

    def start_document(self, document: "WorkoutDocument", *, by_effort: bool = False) -> LiveFeed:
        """Begin a run of a workout that was edited; problems as of `start`."""
        ...

    def start_line(self, line: str, *, by_effort: bool = False) -> LiveFeed:
        """Begin a run of exactly the workout that `understand` gives of the line; problems as of `start`."""
        ...


@dataclass(frozen=True, slots=True)
class AthleteEdit:
    """A change of an athlete as it would be kept."""

    profile: "AthleteProfile"
    """What is known of them with it."""
    effect: str
    """What would change, in a sentence: `5k pace 4:30 would be 4:26`."""
    lacks_day: bool = False
    """True for a race whose day was not told."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One recorded run, as a list shows it; its words may hold any characters, and what is not known is None."""

    run: str
    """Its id."""
    number: int
    """What commands find it by, 1 for the newest."""
    workout: str
    day: date | None
    """The day it began on where it was run."""
    clock: str = ""
    """The time of day it began at: `18:04`."""
    athlete: str = ""
    kind: str = ""
    """What its workout trains, or `free`."""
    is_simulated: bool = False
    """Whether its runner was made up, so that it counts for nothing."""
    is_cut_off: bool = False
    """Whether it was left or cut off, so that it can be gone on with."""
    is_under_way: bool = False
    """Whether a program records it now."""
    time_s: float | None = None
    distance_m: float | None = None
    hard_m: float | None = None
    """Metres of its hard steps."""
    light_s: float | None = None
    """Seconds a rep against the plan, + is slow."""
    effort: int | None = None
    note: str = ""


class PastRuns(Protocol):
    """The recorded runs, and what can be done with them."""

    @property
    def who(self) -> str:
        """Who is about to run; empty if nobody is known."""
        ...

    @property
    def unit(self) -> str:
        """`km` or `mile`."""
        ...

    def now(self) -> datetime:
        """Tell the local time."""
        ...

    def rows(self, progress: Callable[[int, int], None]) -> Sequence[HistoryRow]:
        """List the runs, the newest first; may read journals, so it is called off the loop."""
        ...

    def reps(self, run: str) -> "Sequence[JournaledRep]":
        """Give the hard steps of a run."""
        ...

    def open(self, run: str) -> "tuple[LiveFeed, RunNotes]":
        """Fold a run for its review; called off the loop.

        Raises:
            CoachProblem: nothing of it can be replayed; the screen shows message and hint.
        """
        ...

    def desk(self, run: str, *, against: str = "") -> ReviewDesk:
        """Give what the Review screen needs of a run.

        Args:
            run: its id.
            against: the run it is compared with; empty for the last one of its workout before it.
        """
        ...

    def note(self, run: str, text: str) -> None:
        """Keep a remark.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def delete(self, run: str) -> None:
        """Take a run away; until `close` it can be had back.

        Raises:
            CoachProblem: it is being recorded, or cannot be deleted.
        """
        ...

    def undo(self) -> str:
        """Put the run back that was taken away last; gives its id, empty if there is none.

        Raises:
            CoachProblem: it cannot be put back.
        """
        ...

    def close(self) -> None:
        """Delete for good what was taken away."""
        ...

    def season(self, progress: Callable[[int, int], None]) -> "Season":
        """Add up the weeks up to today; folds runs, so it is called off the loop."""
        ...


class Interrupted(Protocol):
    """The runs that were cut off."""

    def offered(self) -> CutOffRun | None:
        """Tell which run is offered; None if none is."""
        ...

    def go_on(self, way: "WayOn") -> LiveFeed | None:
        """Go on with the run that is offered; None for one that is ended where it was cut off.

        Raises:
            CoachProblem: it cannot be gone on with; the screen shows message and hint.
        """
        ...


class People(Protocol):
    """The athletes who are saved, and how they are changed. A change is seen before it is kept."""

    def profiles(self) -> Sequence["AthleteProfile"]:
        """Work out everything that is known of them, the one who is about to run first.

        Raises:
            CoachProblem: a document cannot be read; the screen shows message and hint.
        """
        ...

    def today(self) -> str:
        """Tell the local day, `2026-05-31`."""
        ...

    def understand(self, slug: str, what: str, text: str, day: str | None = None) -> AthleteEdit:
        """Read what was typed for an athlete; an empty slug is somebody new.

        Args:
            slug: whom it is about.
            what: `race` for one more, or a threshold pace; `race 2` for the second of all races, the newest first;
                `pace 5k`, `heart`, `name` or `units`.
            text: as typed.
            day: when a race was, as typed; None where that was not asked yet.

        Raises:
            CoachProblem: it cannot be read, or cannot be true.
        """
        ...

    def without(self, slug: str, what: str) -> AthleteEdit:
        """Take something of an athlete away, as it would be kept; `what` as for `understand`.

        Raises:
            CoachProblem: there is nothing to take away.
        """
        ...

    def keep(self, edit: AthleteEdit) -> None:
        """Save a change.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def undo(self) -> str:
        """Take the last change back that was kept; tells whose, empty if there is none.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class SensorLine:
    """One sensor on the Sensors screen; all its words come from outside and may hold any characters."""

    id: str
    name: str
    """As it calls itself; empty where it does not."""
    label: str = ""
    """What the runner calls it."""
    kind: str = ""
    """What it is to the runner: `strap`, `pod`, ...; empty for a stranger's."""
    measures: tuple[str, ...] = ()
    """What it measures, as words."""
    signals: tuple[int, ...] = ()
    """Its last signals in dBm, the newest last; empty where it is not heard."""
    battery_percent: int | None = None
    location: str = ""
    shoe: str = ""
    is_remembered: bool = False
    wearer: str = ""
    """The athlete who wears it, where it is not the one who is about to run; empty else."""
    absence: str = "not near"
    """What is said of one that was not heard: it is looked for, or it is not near."""
    is_near: bool = False
    """True if it was heard since the screen was opened, or is held by the system."""
    is_held: bool = False
    """True if the system holds it; then it is near and has no signal."""


class SensorDesk(Protocol):
    """The sensors nearby and the runner's own, and what can be done with them."""

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to listen; `changed` is called, on the loop's thread, when there is something new to show."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...

    def lines(self) -> Sequence[SensorLine]:
        """List the remembered sensors as they were paired, also before `open`, then the others as they were met."""
        ...

    def message(self) -> str:
        """Tell what is to be said at the moment: what was done last, or what is wrong with Bluetooth."""
        ...

    def alike(self, id_: str) -> Sequence[SensorLine]:
        """List the sensors that may be meant by this one: itself alone, unless neighbours share its name."""
        ...

    def pair(self, id_: str) -> None:
        """Begin to remember a sensor that is near; `said` tells how it went."""
        ...

    def rename(self, id_: str, label: str) -> None:
        """Give a remembered sensor a label; an empty one takes it away.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def can_give(self) -> bool:
        """Tell whether there are athletes to choose from who wear a sensor."""
        ...

    def give(self, id_: str) -> None:
        """Give a remembered sensor to the next athlete; after the last one anybody may wear it.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def forget(self, id_: str) -> None:
        """Forget a remembered sensor.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...
