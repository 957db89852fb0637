"""Snapshots made up for tests: a believable evening, changed where a test wants it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from coach.app.workouts import read_typed
from coach.athlete import Athlete
from coach.cues.cue import Cue, CueClass, CueKind, Opinion, Why
from coach.edge.files import library_path
from coach.edge.store import workout_slug
from coach.live.contract import Output
from coach.live.snapshot import Snapshot, SplitRow
from coach.problems import CoachProblem, RecordingProblem
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute
from coach.review.journaled import WayOn
from coach.review.summary import RunCurves, Summary, summarize
from coach.screen.protocols import LibraryEntry, NameUse, SensorLine, TypedWorkout, WorkoutDetail
from coach.session.events import EndReason, Light, StepEnded
from coach.session.phases import Button, Phase, SplitRole
from coach.signals.readings import DisplayValue, Freshness, SensorState, SensorStatus, Source
from coach.workout import notation
from coach.workout.describe import CatalogueEntry
from coach.workout.document import load_document
from coach.workout.kinds import Kind
from coach.workout.model import WorkoutDocument
from coach.workout.resolve import MissingNumber, Number
from coach.workout.timeline import (
    JUST_RUN,
    JUST_TIME,
    Band,
    CoachBy,
    DistanceEnd,
    EndConditions,
    MarkEnd,
    Move,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
    Timeline,
)

PACE_350 = StepTarget(
    Quantity.SPEED, Band(low=1000 / 235, aim=1000 / 230, high=1000 / 225), "3:50/km", ref="5k"
)
EASY = StepTarget(Quantity.SPEED, Band(aim=1000 / 360, high=1000 / 330), "easy", ref="easy")


def step(kind: Kind = Kind.WORK, *, step_id: str = "0", **changes: Any) -> Step:
    """Make a step, 400 m of work at 3:50 unless changed."""
    result = Step(
        step_id=step_id,
        path=f"Main / {kind.value}",
        section="Main",
        kind=kind,
        name=kind.value,
        until=EndConditions((DistanceEnd(Metres(400)),)),
        target=PACE_350 if kind is Kind.WORK else None,
        steer=CoachBy.TIME if kind is Kind.WORK else None,
    )
    return replace(result, **changes)


@cache
def session_8x400() -> Timeline:
    """Make 8 x 400 m at 3:50 with 60 s jogs, a warm-up before and a cool-down after."""
    steps = [step(Kind.WARM_UP, step_id="w", until=EndConditions((TimeEnd(Seconds(720)),)), target=EASY)]
    for rep in range(1, 9):
        steps.append(
            step(step_id=f"m{rep}", rep=rep, of=8, purpose="Fast enough to make race pace feel slow")
        )
        if rep < 8:
            rest = EndConditions((TimeEnd(Seconds(60)),))
            steps.append(step(Kind.RECOVERY, step_id=f"r{rep}", rep=rep, of=8, until=rest, move=Move.JOG))
    steps.append(
        step(
            Kind.COOL_DOWN, step_id="c", until=EndConditions((MarkEnd(), TimeEnd(Seconds(600)))), target=EASY
        )
    )
    return Timeline("8 × 400 m at 5k pace, 60 s jog", tuple(steps), purpose="Speed that lasts.")


def shown(
    value: float, source: Source = Source.POD, age: float = 0.4, state: Freshness = Freshness.LIVE
) -> DisplayValue:
    """Make a value with its age."""
    return DisplayValue(value, Seconds(age), state, source)


def sensors() -> tuple[SensorStatus, ...]:
    """Make a strap and a pod, both live."""
    return (
        SensorStatus(Source.STRAP, "Polar H10", SensorState.LIVE, Seconds(0.4), 87, -61),
        SensorStatus(Source.POD, "Stryd", SensorState.LIVE, Seconds(0.4), 64, -72),
    )


def cue(kind: CueKind = CueKind.TOO_FAST, text: str = "Ease off. Three fifty.", **changes: Any) -> Cue:
    """Make a cue; too fast with its evidence unless changed."""
    why = Why("pace_band", 4.72, "speed_mps", 1000 / 235, 1000 / 225, Seconds(8), Seconds(0.4), 0.021)
    return replace(Cue(Seconds(1084), kind, CueClass.COACH, text, why, Seconds(6)), **changes)


def ended(of: Step, seconds: float, **changes: Any) -> StepEnded:
    """Make the result of a step run well."""
    metres = of.until.distance()
    result = StepEnded(
        at=Seconds(1000),
        index=0,
        step=of,
        reason=EndReason.DONE,
        ended_at=Seconds(1000),
        time_s=Seconds(seconds),
        distance=metres,
        distance_source=Source.POD if metres else None,
        mean_speed=MetresPerSecond(metres / seconds) if metres else None,
        mean_heart_rate=BeatsPerMinute(168),
        max_heart_rate=BeatsPerMinute(175),
        cadence=StepsPerMinute(178),
        in_band_fraction=0.86,
        light_s=Seconds(seconds - 92) if metres else None,
    )
    return replace(result, **changes)


def rep_four(**changes: Any) -> Snapshot:
    """Make the fourth rep, 41 s in: a little fast, with a cue."""
    timeline = session_8x400()
    results = tuple(ended(one, 91.4 if one.kind is Kind.WORK else 60.0) for one in timeline.steps[1:7])
    result = Snapshot(
        at=Seconds(1086),
        phase=Phase.WORK,
        timeline=timeline,
        index=7,
        step=timeline.steps[7],
        next_step=timeline.steps[8],
        athlete="ida",
        run_s=Seconds(1050.2),
        step_time_s=Seconds(41.3),
        left_s=None,
        left_m=Metres(213.2),
        step_m=Metres(186.8),
        estimated=False,
        distance_source=Source.POD,
        speed=shown(1000 / 212),
        heart_rate=shown(171, Source.STRAP),
        cadence=shown(182),
        power=None,
        judged_quantity=Quantity.SPEED,
        band=PACE_350.band,
        light=Light(Seconds(-1.7), Metres(-7.3), Seconds(88.4), MetresPerSecond(4.2)),
        rep_mean_speed=MetresPerSecond(1000 / 221),
        cue=cue(),
        last_verdict=cue(),
        sensors=sensors(),
        splits=(SplitRow(4, Metres(200), Seconds(44.2), Seconds(44.2), Seconds(-1.8), SplitRole.SPLIT),),
        results=results,
        offer="",
        item=0,
        coach_mode=False,
        is_effort_day=False,
        opinion=Opinion(is_judging=True),
    )
    return replace(result, **changes)


@dataclass
class FakeRun:
    """A run that shows what a test says and remembers what was pressed."""

    shows: Snapshot
    pressed: list[tuple[Button, int | None]] = field(default_factory=list)
    muted: list[bool] = field(default_factory=list)
    ended: bool = False
    changed: Callable[[], None] | None = None
    said: Sequence[Output] = ()
    """The outputs of the run; without them, the results of the snapshot."""
    measured: RunCurves = field(default_factory=lambda: RunCurves((), ()))

    def summary(self) -> Summary:
        """Add up the outputs."""
        return summarize(self.said or self.shows.results, self.shows.timeline)

    def curves(self) -> RunCurves:
        """Give what the test has set."""
        return self.measured

    def now(self) -> Seconds:
        """Return the snapshot's time."""
        return self.shows.at

    def snapshot(self, at: Seconds) -> Snapshot:
        """Give the snapshot the test has set."""
        return self.shows

    def press(self, button: Button, answer: int | None = None) -> None:
        """Remember a press."""
        self.pressed.append((button, answer))

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Store the subscriber."""
        self.changed = changed

    def has_ended(self) -> bool:
        """Return the test's value."""
        return self.ended

    def mute(self, muted: bool) -> None:
        """Remember it."""
        self.muted.append(muted)

    def show(self, snapshot: Snapshot) -> None:
        """Set the snapshot and notify the screen."""
        self.shows = snapshot
        if self.changed is not None:
            self.changed()


@dataclass
class FakePlayback:
    """The pace of a playback, remembered."""

    paused: bool = False
    pace: float = 1.0

    def is_paused(self) -> bool:
        """Return it."""
        return self.paused

    def speed(self) -> float:
        """Return it."""
        return self.pace

    def toggle_pause(self) -> None:
        """Change it."""
        self.paused = not self.paused

    def faster(self) -> None:
        """Double it."""
        self.pace *= 2

    def slower(self) -> None:
        """Halve it."""
        self.pace /= 2


@dataclass
class FakeLibrary:
    """A library of a few workouts."""

    holds: Sequence[LibraryEntry]
    started: list[str] = field(default_factory=list)
    athlete: Athlete | None = None
    saved: list[WorkoutDocument] = field(default_factory=list)
    documents: list[WorkoutDocument] = field(default_factory=list)
    """The edited workouts that were run."""
    details: dict[str, WorkoutDetail] = field(default_factory=dict)
    """The details of a workout; of another one, those of 8 x 400 m."""
    needs_pace: Collection[str] = ()
    """Workouts that need an unknown pace."""
    hint: str = ""
    answer: str = ""
    """The plan's answer for today."""
    who: str = "ida"
    unit: str = "km"
    work: Callable[[], None] | None = None
    """The work to load once the list is painted."""

    def prepare(self) -> Callable[[], None] | None:
        """Give what the test has set."""
        return self.work

    def now(self) -> datetime:
        """An evening in May."""
        return datetime(2026, 5, 26, 17, 30, tzinfo=UTC)

    def today(self) -> str:
        """Give what the test has set."""
        return self.answer

    def detail(self, slug: str) -> WorkoutDetail:
        """Give what the test has set."""
        return self.details.get(slug, WorkoutDetail(session_8x400()))

    def entries(self) -> Sequence[LibraryEntry]:
        """List them."""
        return self.holds

    def start(self, slug: str, *, by_effort: bool = False) -> FakeRun:
        """Begin one; one that needs a pace only by effort."""
        if slug in self.needs_pace and not by_effort:
            raise MissingNumber(Number.THRESHOLD_PACE, "for 5k pace")
        self.started.append(slug)
        return FakeRun(rep_four())

    def understand(self, line: str) -> TypedWorkout:
        """Read a line, as the program does."""
        return read_typed(line, self.athlete)

    def start_line(self, line: str, *, by_effort: bool = False) -> FakeRun:
        """Begin a workout that was written."""
        return self.start(line, by_effort=by_effort)

    def open(self, slug: str) -> tuple[WorkoutDocument, bool]:
        """Read a workout that comes with the program, or one that was saved."""
        own = {workout_slug(document.name): document for document in self.saved}
        if slug in own:
            return own[slug], True
        return load_document((library_path() / f"{slug}.json").read_bytes(), name=slug), False

    def open_line(self, line: str) -> WorkoutDocument:
        """Read a line."""
        return notation.read(line, self.athlete).document

    def name_use(self, name: str) -> NameUse:
        """Return the owner of a name."""
        if name in {value for entry in self.holds for value in (entry.slug, entry.title)}:
            return NameUse.LIBRARY
        return NameUse.OWN if name in {document.name for document in self.saved} else NameUse.FREE

    def save(self, document: WorkoutDocument) -> str:
        """Keep a workout."""
        self.saved.append(document)
        return workout_slug(document.name)

    def start_document(self, document: WorkoutDocument, *, by_effort: bool = False) -> FakeRun:
        """Begin a workout that was edited."""
        self.documents.append(document)
        return self.start(document.name, by_effort=by_effort)


@dataclass
class FakeCutOff:
    """A run that was cut off; its workout came from outside."""

    title: str = "Rep 4 of 10, 0:43 in"
    since: str = "10 x 400 [b]m\x1b[0m, cut off 2 min ago"
    ways: tuple[tuple[WayOn, str], ...] = (
        (WayOn.RESTART, "restart the rep"),
        (WayOn.DONE, "count it as done and be in recovery"),
        (WayOn.FINISH, "finish"),
    )


@dataclass
class FakeInterrupted:
    """The runs that were cut off, of which one is offered."""

    run: FakeCutOff | None = field(default_factory=FakeCutOff)
    problem: str = ""
    went_on: list[WayOn] = field(default_factory=list)

    def offered(self) -> FakeCutOff | None:
        """Return the offered run."""
        return self.run

    def go_on(self, way: WayOn) -> FakeRun | None:
        """Go on with it, or say why not."""
        if self.problem:
            raise RecordingProblem(self.problem, "Close that program first.")
        self.went_on.append(way)
        return None if way is WayOn.FINISH else FakeRun(rep_four())


def listed(
    slug: str,
    seconds: float = 2400.0,
    *,
    title: str = "",
    purpose: str = "What it is for.",
    metres: float = 8000.0,
    hard: float = 3200.0,
    last: date | None = None,
    runs: int = 0,
    **tags: object,
) -> LibraryEntry:
    """A workout of the library with tags to filter by."""
    sentence = f"{title or slug}: {seconds / 60:.0f} min."
    card = CatalogueEntry(slug, title or slug, sentence, purpose, "", tags, seconds, metres, 3, 0, hard)
    return LibraryEntry(card, last, runs or int(last is not None))


def without_plan() -> list[LibraryEntry]:
    """The runs without a plan."""
    names = {JUST_RUN: "Just run", JUST_TIME: "Just time"}
    return [
        LibraryEntry(CatalogueEntry(slug, name, "It goes at once.", "Run as you like.", "", {}, 0, 0, 1, 1))
        for slug, name in names.items()
    ]


@dataclass
class FakeActions:
    """Sensors as a test says, and what was done with them."""

    shows: list[SensorLine]
    words: str = ""
    namesakes: Sequence[SensorLine] = ()
    done: list[tuple[str, ...]] = field(default_factory=list)
    changed: Callable[[], None] = lambda: None
    problem: CoachProblem | None = None
    athletes: int = 1

    def open(self, changed: Callable[[], None]) -> None:
        """Store the subscriber."""
        self.changed = changed
        self.done.append(("open",))

    def close(self) -> None:
        """Remember it."""
        self.done.append(("close",))

    def lines(self) -> Sequence[SensorLine]:
        """Give what the test has set."""
        return tuple(self.shows)

    def message(self) -> str:
        """Give what the test has set."""
        return self.words

    def alike(self, id_: str) -> Sequence[SensorLine]:
        """Give the namesakes the test has set, else the sensor alone."""
        return self.namesakes or [line for line in self.shows if line.id == id_]

    def pair(self, id_: str) -> None:
        """Remember it."""
        self._do("pair", id_)

    def rename(self, id_: str, label: str) -> None:
        """Remember it."""
        self._do("rename", id_, label)

    def can_give(self) -> bool:
        """Return whether the test has several athletes."""
        return self.athletes > 1

    def give(self, id_: str) -> None:
        """Remember it."""
        self._do("give", id_)

    def forget(self, id_: str) -> None:
        """Remember it."""
        self._do("forget", id_)

    def _do(self, *deed: str) -> None:
        if self.problem is not None:
            raise self.problem
        self.done.append(deed)


def some_sensors() -> list[SensorLine]:
    """A strap and a pod of one's own (the pod is not near), a stranger's strap, one that is held, a nameless one."""
    rising = tuple(range(-96, -52, 3))
    return [
        SensorLine(
            "D4:22:1A:00:00:01",
            "Polar H10 A1B2C3D4",
            "my strap",
            "strap",
            ("heart rate",),
            rising,
            80,
            "chest",
            is_remembered=True,
            is_near=True,
        ),
        SensorLine(
            "D4:22:1A:00:00:02",
            "Stryd",
            kind="pod",
            measures=("running", "power"),
            location="left",
            shoe="racer",
            is_remembered=True,
        ),
        SensorLine(
            "D4:22:1A:00:00:03",
            "TICKR X 88",
            measures=("heart rate", "running"),
            signals=(-71, -73, -70, -74),
            is_near=True,
        ),
        SensorLine("D4:22:1A:00:00:04", "HRM-Dual:123", measures=("heart rate",), is_near=True, is_held=True),
        SensorLine("D4:22:1A:00:00:05", "", measures=("running",), signals=(-99,), is_near=True),
    ]
