"""The screens that are kept as text: each a sentence, an app, and the sizes and themes it is looked at in."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from textual.pilot import Pilot
from textual.widgets import Input

from coach.app.athletes import SavedAthletes, effect_words, read_answer
from coach.athlete import athlete_from
from coach.cues.cue import CueKind, Opinion, Settling
from coach.live.snapshot import Snapshot, SplitRow
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.screen.app import CoachApp
from coach.screen.protocols import AthleteEdit, PastRun, WorkoutDetail
from coach.session.events import Light
from coach.session.phases import ItemPart, ItemTimer, Phase, SplitRole
from coach.session.state import StepMark
from coach.signals.readings import Freshness, SensorState, SensorStatus, Source
from coach.workout import notation
from coach.workout.document import outline
from coach.workout.kinds import Kind
from coach.workout.resolve import AthleteProfile, profile_of
from coach.workout.timeline import ChecklistItem, EndConditions, OpenEnd
from tests.screen.builders import (
    FakeActions,
    FakeInterrupted,
    FakeLibrary,
    FakePlayback,
    FakeRun,
    cue,
    listed,
    rep_four,
    session_8x400,
    shown,
    some_sensors,
    step,
    without_plan,
)
from tests.screen.mornings import ILL, TIRED, FakeMorning, FakeState, low_mornings, morning
from tests.screen.past_runs import FakeRuns, history
from tests.screen.render import text_of
from tests.screen.reviews import REVIEWS
from tests.screen.seasons import PLANNED, FakeSeasons, calendar, crowded
from tests.workout.notation.documents import ATHLETE

FOLDER: Final = Path(__file__).parent / "screens"
"""One text for each view."""
PICTURES: Final = Path(__file__).parent / "pictures"
"""A handful of views as SVG, for the eye."""
SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
SIZES: Final = (SMALL, MIDDLE, LARGE)
BOTH: Final = ("sun", "night")
NOTHING: Final[dict[str, Any]] = {
    "left_m": None,
    "judged_quantity": None,
    "band": None,
    "light": None,
    "cue": None,
}
TROUBLE: Final = "Bluetooth is switched off. Switch Bluetooth on; the coach then continues."


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen worth keeping."""

    name: str
    sentence: str
    """The visible text."""
    app: Callable[[str], CoachApp]
    """Makes the app in a theme, its clock standing."""
    sizes: tuple[tuple[int, int], ...] = (SMALL,)
    themes: tuple[str, ...] = ("sun",)
    press: tuple[str, ...] = ()
    before: Callable[[Pilot[Any]], Awaitable[None]] | None = None
    """Something to do before the keys are pressed."""
    has_colour: bool = True
    """False: `NO_COLOR` is set."""


@dataclass(frozen=True, slots=True)
class View:
    """A screen at one size in one theme."""

    screen: Screen
    size: tuple[int, int]
    theme: str

    @property
    def name(self) -> str:
        """Name the view, and its file."""
        columns, lines = self.size
        return f"{self.screen.name}.{columns}x{lines}.{self.theme}"

    async def render(self, *, is_picture: bool) -> tuple[str, str]:
        """Start the app and press the keys; gives the screen as text and, if that is wanted, as SVG."""
        app = self.screen.app(self.theme)
        async with app.run_test(size=self.size, notifications=True) as pilot:
            if self.screen.before is not None:
                await self.screen.before(pilot)
            await pilot.pause()
            await pilot.press(*self.screen.press)
            await pilot.wait_for_scheduled_animations()
            await pilot.pause()
            picture = app.export_screenshot(simplify=True) if is_picture else ""
            return f"{text_of(app)}\n{self.screen.sentence}\n", picture


def live(snapshot: Snapshot) -> Callable[[str], CoachApp]:
    """Show a snapshot on the live screen."""
    return lambda theme: CoachApp(FakeRun(snapshot), theme=theme, is_ticking=False)


def resting() -> Snapshot:
    """Make a rest with a strap gone stale, a pod sought and an offer."""
    timeline = session_8x400()
    return rep_four(
        phase=Phase.RECOVERY,
        index=8,
        step=timeline.steps[8],
        next_step=timeline.steps[9],
        left_s=Seconds(23.4),
        step_time_s=Seconds(36.6),
        heart_rate=shown(154, Source.STRAP, 6.2, Freshness.STALE),
        speed=None,
        cadence=None,
        offer="calibration",
        sensors=(
            SensorStatus(Source.STRAP, "Polar H10", SensorState.STALE, Seconds(6.2), 87, -61),
            SensorStatus(Source.POD, "Stryd", SensorState.SEARCHING, None, None, None),
        ),
        **NOTHING,
    )


def by_hand() -> Snapshot:
    """Make a rep timed with the space bar."""
    marks = ((200, 45.1, 45.1, -0.9), (400, 91.3, 46.2, -0.7), (200, 44.2, 44.2, -1.8))
    splits = tuple(
        SplitRow(4, Metres(at), Seconds(time), Seconds(lap), Seconds(off), SplitRole.SPLIT)
        for at, time, lap, off in marks
    )
    return rep_four(
        coach_mode=True,
        speed=None,
        heart_rate=None,
        cadence=None,
        sensors=(),
        distance_source=Source.MARKS,
        splits=splits,
        **NOTHING,
    )


def at_the_start() -> Snapshot:
    """Make a delayed start."""
    timeline = session_8x400()
    return rep_four(
        phase=Phase.READY,
        run_s=None,
        step_time_s=None,
        left_s=Seconds(47.2),
        splits=(),
        results=(),
        index=0,
        step=timeline.steps[0],
        next_step=timeline.steps[1],
        speed=None,
        cadence=None,
        **NOTHING,
    )


def asked() -> Snapshot:
    """Make a question."""
    answers = ("yes", "unsure", "no")
    question = step(
        Kind.PROMPT, question="Could you talk?", answers=answers, until=EndConditions((OpenEnd(),))
    )
    return rep_four(phase=Phase.PROMPT, step=question, question=question, **NOTHING)


def judged(**changes: Any) -> Snapshot:
    """Make a rep without a current cue."""
    return rep_four(**{"cue": None, **changes})


KEPT: Final = judged(opinion=Opinion(True, open_verdict=cue(at=Seconds(1072))))
SETTLING: Final = judged(opinion=Opinion(True, Settling(Seconds(8), Seconds(20))))
LIGHT_FIRST: Final = judged(
    speed=shown(1000 / 254), light=Light(Seconds(-4.1), Metres(-15.2), Seconds(88), MetresPerSecond(4.2))
)
LOST: Final = judged(
    speed=None,
    cadence=None,
    light=None,
    left_m=None,
    sensors=(
        SensorStatus(Source.STRAP, "Polar H10", SensorState.LIVE, Seconds(0.4), 87, -61),
        SensorStatus(Source.POD, "Stryd", SensorState.GONE, Seconds(12.2), 64, None),
    ),
)
PAUSED: Final = judged(phase=Phase.PAUSED, paused_s=Seconds(42.4))
BY_CLOCK: Final = rep_four(
    **{
        **NOTHING,
        "speed": None,
        "heart_rate": None,
        "cadence": None,
        "distance_source": None,
        "left_s": Seconds(50.7),
        "is_by_clock": True,
        "sensors": (),
    }
)


def doubted() -> Snapshot:
    """Make a press that came too soon for the line."""
    mark = StepMark(Seconds(1085), Seconds(60.4), Metres(400), SplitRole.DOUBTFUL)
    return replace(by_hand(), doubtful=mark, go_in_s=Seconds(88.2))


def drills() -> Snapshot:
    """Make a checklist at its last item."""
    items = (
        ChecklistItem("A-skips", sets=3, metres=Metres(20)),
        ChecklistItem("Leg swings", reps=20, each_side=True),
    )
    checklist = step(Kind.CHECKLIST, items=items, until=EndConditions((OpenEnd(),)))
    return rep_four(phase=Phase.CHECKLIST, step=checklist, item=3, **NOTHING)


def plank(part: ItemPart, left_s: float) -> Snapshot:
    """Make a checklist whose exercise is timed."""
    items = (ChecklistItem("Side plank", sets=2, seconds=Seconds(45), each_side=True, rest_s=Seconds(60)),)
    checklist = step(Kind.CHECKLIST, items=items, until=EndConditions((OpenEnd(),)))
    timer = ItemTimer(part, Seconds(left_s), Seconds(60))
    return rep_four(phase=Phase.CHECKLIST, step=checklist, item=2, item_timer=timer, **NOTHING)


def evening_library() -> FakeLibrary:
    """A dozen workouts, some of them run before, for a runner of 5 km in 20:00."""
    run_on = {"8x400": date(2026, 5, 19), "6x800": date(2026, 5, 12), "easy": date(2025, 6, 4)}
    entries = [
        listed("8x400", 3000, title="8 × 400 m at 5k pace", metres=8600, hard=3200, last=run_on["8x400"]),
        listed(
            "6x800",
            3900,
            title="6 × 800 m at 5k pace",
            purpose="Holds 5k pace for three minutes at a time, six times: the last one tells whether it is yours.",
            metres=10600,
            hard=4800,
            last=run_on["6x800"],
            runs=3,
            level="intermediate",
            focus=["5k", "10k"],
            phase="build",
        ),
        listed("easy", 2820, title="Easy run, 8 km", metres=8000, hard=0, last=run_on["easy"]),
        listed("2x5x1000", 5520, title="2 × (5 × 1000 m), 200 m float", metres=17200, hard=10000),
        listed("5x800", 3540, title="5 × 800 m at 5k pace", metres=9600, hard=4000),
        listed("tempo-800s", 3720, title="800s, then 15 min tempo", metres=11000, hard=5200),
        listed("half-miles", 3120, title="Half-mile reps, 4 × 805 m", metres=8900, hard=3200),
        listed("fartlek", 2400, title="Fartlek, free", metres=0, hard=0, level="beginner"),
        listed("ladder", 4140, title="Long way down, 1600 to 200", metres=11800, hard=5200, level="advanced"),
    ]
    line = "2km easy + 6x800 @ 5k / 400 jog + 1km easy"
    detail = WorkoutDetail(
        outline(notation.read(line, ATHLETE).document, ATHLETE),
        particulars=("Not more than once a week. Needs 30 km a week behind it.",),
        past=(
            PastRun(date(2026, 5, 12), 4, MetresPerSecond(1000 / 274), Seconds(3.1)),
            PastRun(date(2026, 4, 28), 6, MetresPerSecond(1000 / 271), Seconds(0.6)),
            PastRun(date(2025, 3, 31), 6, MetresPerSecond(1000 / 273)),
        ),
    )
    return FakeLibrary([*without_plan(), *entries], athlete=ATHLETE, details={"6x800": detail})


def library(theme: str) -> CoachApp:
    """Show a dozen workouts."""
    return CoachApp(library=evening_library(), theme=theme, is_ticking=False)


def library_of_a_runner(theme: str) -> CoachApp:
    """Show the library for an athlete who runs 5 km in 20:00."""
    entries = [listed("6x800-5k"), listed("tempo-3-miles"), listed("hills")]
    return CoachApp(library=FakeLibrary(entries, athlete=ATHLETE), theme=theme, is_ticking=False)


def write(line: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Put a line where workouts are searched and written."""

    async def put(pilot: Pilot[Any]) -> None:
        field = pilot.app.screen.query_one(Input)
        field.value = line
        field.cursor_position = len(line)
        await pilot.pause()

    return put


def search(text: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Type something into the line."""

    async def put(pilot: Pilot[Any]) -> None:
        await pilot.press("slash")
        await write(text)(pilot)

    return put


async def read(pilot: Pilot[Any]) -> None:
    """Wait for what is read on a thread."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()


def enter_race(line: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Type a race where there is no plan, and wait for what would come of it."""

    async def put(pilot: Pilot[Any]) -> None:
        await read(pilot)
        await write(line)(pilot)
        await pilot.app.workers.wait_for_complete()

    return put


def edit(entry: str, *keys: str, typed: str | None = None) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Open the editor on a workout and press keys, then type a text in place of what is in the field."""

    async def put(pilot: Pilot[Any]) -> None:
        await pilot.press("down", "up", *(["down"] if entry != "6x800-5k" else []), "e")
        await pilot.pause()
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        if typed is not None:
            field = pilot.app.screen.query_one(Input)
            field.value = typed
            field.cursor_position = len(typed)
            await pilot.pause()

    return put


def library_to_edit(theme: str) -> CoachApp:
    """Show a library whose workouts can be edited, for an athlete who runs 5 km in 20:00."""
    entries = [listed("6x800-5k"), listed("michigan")]
    return CoachApp(library=FakeLibrary(entries, athlete=ATHLETE), theme=theme, is_ticking=False)


OWN_LINE: Final = "2km easy + 2x(5x1000 @ threshold / 200 float) / 3:00 + 6x20s stride / walk 1:00 + 1km easy"


class People(SavedAthletes):
    """One athlete, on a day that is always the same."""

    def __init__(self, *documents: dict[str, Any]) -> None:
        super().__init__()
        self._known = [profile_of(athlete_from(document, name="an athlete")) for document in documents]

    def profiles(self) -> Sequence[AthleteProfile]:
        """Give the profiles."""
        return self._known

    def today(self) -> str:
        """Return a fixed day."""
        return "2026-06-01"

    def understand(self, slug: str, what: str, text: str, day: str | None = None) -> AthleteEdit:
        """Read a race for an athlete who is not on the disk."""
        del slug, what, day
        athlete = self._known[0].athlete if self._known else None
        answer = read_answer(text, athlete)
        after = profile_of(answer.athlete)
        return AthleteEdit(
            after, effect_words(self._known[0] if self._known else None, after), lacks_day=True
        )


def athletes(*documents: dict[str, Any]) -> Callable[[str], CoachApp]:
    """Show the library, with athletes behind it."""
    return lambda theme: CoachApp(
        library=FakeLibrary([listed("8x400")]), people=People(*documents), theme=theme, is_ticking=False
    )


def type_race(text: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Open the athlete's screen and type a race."""

    async def put(pilot: Pilot[Any]) -> None:
        await pilot.press("f9")
        await pilot.pause()
        await pilot.press("r")
        await pilot.pause()
        pilot.app.screen.query_one("#field", Input).value = text
        await pilot.pause()

    return put


IDA: Final[dict[str, Any]] = {
    "format": "coach-athlete/1",
    "slug": "ida",
    "name": "Ida",
    "history": [
        {
            "from": "2025-10-12",
            "races": [{"date": "2025-10-12", "distance": "21.0975 km", "time": "1:46:20"}],
        },
        {
            "from": "2026-03-01",
            "races": [{"date": "2026-03-01", "distance": "10 km", "time": "47:30"}],
            "heart_rate": {
                "max": {"bpm": 191, "source": "measured"},
                "rest": {"bpm": 48, "source": "measured"},
                "threshold": {"bpm": 172, "source": "measured"},
            },
            "cadence": {"easy": 168},
        },
        {"from": "2026-05-10", "races": [{"date": "2026-05-10", "distance": "5 km", "time": "22:30"}]},
    ],
}


def with_sensors(actions: Callable[[], FakeActions]) -> Callable[[str], CoachApp]:
    """Show the library, with the actions of sensors behind it."""
    return lambda theme: CoachApp(
        library=FakeLibrary([listed("8x400")]), sensors=actions(), theme=theme, is_ticking=False
    )


def twins() -> FakeActions:
    """Make two sensors of one name."""
    signals = {3: tuple(range(-80, -50)), 4: (-70, -72) * 15}
    lines = [
        replace(some_sensors()[2], id=f"D4:22:1A:00:00:0{number}", signals=strengths)
        for number, strengths in signals.items()
    ]
    return FakeActions(lines, namesakes=lines)


async def tell_trouble(pilot: Pilot[Any]) -> None:
    """Notify the screen of a current event."""
    assert isinstance(pilot.app, CoachApp)
    pilot.app.tell(TROUBLE)
    await pilot.pause()


SLOW: Final = rep_four(cue=cue(CueKind.TOO_SLOW, "Two seconds behind."), speed=shown(4.1))
ON_TARGET: Final = rep_four(cue=None, speed=shown(1000 / 231))
WITHOUT_COLOUR: Final = "Without colour the words, the arrows and the place of the needle remain."
OVER_THE_RUN: Final = "It lies over the run, which stays in sight."

SCREENS: Final = (
    Screen(
        "rep-too-fast",
        "The bright box, its arrow and the needle at the right say the same.",
        live(rep_four()),
        SIZES,
        BOTH,
    ),
    Screen(
        "rep-too-slow",
        "The dark box, its arrow and the needle at the left say the same.",
        live(SLOW),
        SIZES,
        BOTH,
    ),
    Screen(
        "rep-on-target",
        "The box is an outline without fill or arrow: nothing asks for attention.",
        live(ON_TARGET),
        SIZES,
        BOTH,
    ),
    Screen(
        "rest",
        "What is left is the largest figure; what is stale is grey with its age; an offer takes a line.",
        live(resting()),
        SIZES,
        BOTH,
    ),
    Screen(
        "timed-by-hand",
        "Clock and splits are in tenths; nothing is shown that has no source.",
        live(by_hand()),
        SIZES,
        BOTH,
    ),
    Screen(
        "rep-not-answered",
        "A small chip says what was said, how long ago, and that it still holds.",
        live(KEPT),
        (SMALL, MIDDLE),
        BOTH,
    ),
    Screen(
        "settling",
        "Corners and a bar: no verdict yet, and the needle is hollow.",
        live(SETTLING),
        (SMALL, MIDDLE),
        BOTH,
    ),
    Screen(
        "light-first",
        "Slow at the moment, four seconds in hand: the light judges, and the needle is hollow.",
        live(LIGHT_FIRST),
        (SMALL, MIDDLE),
    ),
    Screen(
        "pod-lost",
        "The pace is two dashes, never another number; the step time has a column of its own.",
        live(LOST),
        (SMALL, MIDDLE),
        BOTH,
    ),
    Screen(
        "paused",
        "Paused stands there large, with how long and how to go on.",
        live(PAUSED),
        (SMALL, MIDDLE),
        BOTH,
    ),
    Screen(
        "by-the-clock",
        "Nothing is measured: what is left is large, step time, last split and next are the figures.",
        live(BY_CLOCK),
        (SMALL, MIDDLE),
    ),
    Screen(
        "doubtful-press",
        "The field says how the press is counted; the last valid split stays.",
        live(doubted()),
        (SMALL, MIDDLE),
        BOTH,
    ),
    Screen("no-colour-too-fast", WITHOUT_COLOUR, live(rep_four()), has_colour=False),
    Screen("no-colour-on-target", WITHOUT_COLOUR, live(ON_TARGET), has_colour=False),
    Screen("no-colour-too-slow", WITHOUT_COLOUR, live(SLOW), has_colour=False),
    Screen("tiny", "Below 60 x 18 only pace and cue are left.", live(rep_four()), ((50, 15),)),
    Screen("delayed-start", "The seconds to the start are the largest figure.", live(at_the_start())),
    Screen(
        "question",
        "The question has its numbered answers, as large as they fit.",
        live(asked()),
        (SMALL, MIDDLE),
    ),
    Screen("checklist", "One exercise is shown at a time, with its set.", live(drills())),
    Screen("checklist-hold", "What is held stands large and counts down.", live(plank(ItemPart.HOLD, 31.2))),
    Screen(
        "checklist-rest",
        "A rest between two sets counts down, and says what follows.",
        live(plank(ItemPart.REST, 48.0)),
    ),
    Screen("quit", OVER_THE_RUN, live(rep_four()), press=("q",)),
    Screen("keys", OVER_THE_RUN, live(rep_four()), press=("question_mark",)),
    Screen(
        "playback-keys",
        "A playback has keys of its own, and says where the run's buttons come from.",
        lambda theme: CoachApp(FakeRun(rep_four()), playback=FakePlayback(), theme=theme, is_ticking=False),
        press=("question_mark",),
    ),
    Screen("why", OVER_THE_RUN, live(rep_four()), press=("w",)),
    Screen(
        "trouble",
        "The trouble stands over the foot of the screen, and the title says what may happen.",
        lambda theme: CoachApp(
            FakeRun(rep_four()), theme=theme, warning="laptop may sleep", is_ticking=False
        ),
        (MIDDLE,),
        before=tell_trouble,
    ),
    Screen(
        "library",
        "What was run last is on top; the chosen row says what it is, what it means today and how it went.",
        library,
        SIZES,
        BOTH,
        press=("down", "down", "down"),
    ),
    Screen(
        "library-searched",
        "The best match is on top and chosen; reps of the same length follow.",
        library,
        (SMALL, MIDDLE),
        BOTH,
        before=search("6 x 800"),
    ),
    Screen(
        "cut-off",
        "The run that was cut off is offered over the library, each way with its key.",
        lambda theme: CoachApp(
            library=FakeLibrary([listed("5x1000-5k")]),
            interrupted=FakeInterrupted(),
            theme=theme,
            is_ticking=False,
        ),
        (SMALL, MIDDLE),
        BOTH,
    ),
    Screen(
        "library-filtered",
        "While filters are chosen their letters are the keys; what they ask for stands under the list.",
        library,
        (SMALL, MIDDLE),
        BOTH,
        press=("f", "l", "l"),
    ),
    Screen(
        "library-sorted",
        "The column that is sorted by is bold, with its direction; what it does not know comes last.",
        library,
        press=("s", "s", "s", "s"),
    ),
    Screen(
        "own-workout",
        "The line is understood: name, guesses, profile, three totals, each step once with today's pace.",
        library_of_a_runner,
        SIZES,
        BOTH,
        before=write(OWN_LINE),
    ),
    Screen(
        "own-fault",
        "A caret stands under the character that is wrong, the fix below it; what is right is shown so far.",
        library_of_a_runner,
        (SMALL, MIDDLE),
        BOTH,
        before=write("2km easy + 6x800 @ 5 / 400 jog"),
    ),
    Screen(
        "own-nothing",
        "Words that are no workout's name are answered with the nearest, and how a line is written.",
        library_of_a_runner,
        before=write("tempo hill"),
    ),
    Screen(
        "editor",
        "One rep row is chosen, its length open; the profile, the totals and the line are those of what is typed.",
        library_to_edit,
        SIZES,
        BOTH,
        before=edit("6x800-5k", "down", "down", "space", typed="1km"),
    ),
    Screen(
        "editor-fault",
        "What cannot be read is said with its step and column; the totals stay those that are right.",
        library_to_edit,
        (SMALL, MIDDLE),
        BOTH,
        before=edit("6x800-5k", "down", "down", "right", "space", typed="4:3"),
    ),
    Screen(
        "editor-long",
        "More steps than rows scroll under their heads; a step keeps what is not shown, and says so.",
        library_to_edit,
        SIZES,
        before=edit("michigan", *("down",) * 5),
    ),
    Screen(
        "editor-adding",
        "Steps are added as in a line, seen before they are accepted; what the line leaves open is said.",
        library_to_edit,
        before=edit("6x800-5k", "down", "a", typed="4x200 @ mile"),
    ),
    Screen(
        "editor-saving",
        "The name of the library is refused, and another one offered.",
        library_to_edit,
        before=edit(
            "6x800-5k", "down", "8", "enter", "s", *("6", "x", "8", "0", "0", "minus", "5", "k", "enter")
        ),
    ),
    Screen(
        "editor-keys",
        "It lies over the editor, and speaks of no line to be marked.",
        library_to_edit,
        before=edit("6x800-5k", "question_mark"),
    ),
    *(
        Screen(name, sentence, app, sizes, themes, press)
        for name, sentence, app, sizes, themes, press in REVIEWS
    ),
    Screen(
        "athlete",
        "A pace is seen inside its zone: both stand on one axis. Half and marathon have their spread as a thin line.",
        athletes(IDA),
        SIZES,
        BOTH,
        press=("f9", *("down",) * 5),
    ),
    Screen(
        "athlete-race",
        "What a race would change is said while it is typed; nothing else moves.",
        athletes(IDA),
        (SMALL, MIDDLE),
        before=type_race("5k 22:08"),
    ),
    Screen(
        "athlete-races",
        "Where there is no room for both, races take the place of the zones.",
        athletes(IDA),
        press=("f9", *("down",) * 9),
    ),
    Screen(
        "athlete-miles",
        "Every pace is per mile, and so is the axis.",
        athletes(IDA | {"units": "mile"}),
        (MIDDLE,),
        press=("f9",),
    ),
    Screen(
        "athlete-nobody",
        "One question, and what is typed as paces below it.",
        athletes(),
        themes=BOTH,
        before=type_race("5k 22:30"),
    ),
    Screen(
        "sensors",
        "One's own come first, each with a minute of signal, battery and whose it is; the chosen one in full.",
        with_sensors(lambda: FakeActions(some_sensors(), "Paired: my strap (Polar H10 A1B2C3D4), a strap.")),
        SIZES,
        BOTH,
        press=("f8",),
    ),
    Screen(
        "sensors-without-bluetooth",
        "No sensor is near, and the reason stands where the eye is.",
        with_sensors(lambda: FakeActions([], TROUBLE)),
        themes=BOTH,
        press=("f8",),
    ),
    Screen(
        "sensors-of-one-name",
        "Each is listed by its address, with half a minute of signal.",
        with_sensors(twins),
        themes=BOTH,
        press=("f8", "enter"),
    ),
    Screen(
        "sensor-label",
        "The field holds the label there is.",
        with_sensors(lambda: FakeActions(some_sensors())),
        press=("f8", "l"),
    ),
    Screen(
        "history",
        "Runs by week with their figures, what the chosen one came to, and the kilometres of the weeks.",
        history(),
        SIZES,
        BOTH,
        ("down", "down"),
    ),
    Screen(
        "history-search",
        "What is typed keeps the runs that have every word; the head says how many.",
        history(),
        (SMALL, MIDDLE),
        press=("slash", *"800 apr"),
    ),
    Screen(
        "history-note",
        "A remark is typed in the row above the keys.",
        history(),
        press=("e",),
    ),
    Screen("history-delete", "A run is taken away after a question.", history(), press=("down", "d")),
    Screen(
        "history-sorted",
        "By hard metres, the most first; no weeks.",
        history(),
        (MIDDLE,),
        press=("s", "s", "s"),
    ),
    Screen("history-empty", "Before the first run the page says how one comes here.", history(FakeRuns(()))),
    Screen(
        "season",
        "Load of the weeks, how easy the easy running was, best efforts, heart rate at a pace, and what that says.",
        history(),
        SIZES,
        BOTH,
        press=("y",),
    ),
    Screen("season-easy", "One part at a time where there is little room.", history(), press=("y", "tab")),
    Screen("season-best", "Best efforts and heart rate.", history(), press=("y", "tab", "tab")),
    Screen(
        "season-bare",
        "Without a heart rate there is no load, and the page says what it needs.",
        history(FakeRuns(is_known=False)),
        (SMALL, MIDDLE),
        press=("y",),
    ),
    Screen("season-why", "Each number says how it is made.", history(), press=("y", "w")),
    Screen(
        "calendar",
        "The season by weeks, the week with its reasons, and what to run today because of what.",
        calendar(),
        SIZES,
        BOTH,
        before=read,
    ),
    Screen(
        "calendar-moving",
        "The session is on Friday for now: both days are marked, the check names the rule, and enter would keep it.",
        calendar(FakeSeasons(plan=crowded())),
        (SMALL, MIDDLE),
        BOTH,
        ("m", "down"),
        before=read,
    ),
    Screen(
        "calendar-month",
        "The month of the cursor, each day with its session in the colour of what it is to the legs.",
        calendar(),
        (SMALL, MIDDLE),
        press=("tab",),
        before=read,
    ),
    Screen(
        "calendar-off",
        "Three days are marked as off, what falls and what finds another day is seen, and a key says why.",
        calendar(),
        (SMALL, MIDDLE),
        press=("o", "down", "down"),
        before=read,
    ),
    Screen(
        "calendar-planned",
        "Nothing asks for less: as planned, one key, and what is not known.",
        calendar(FakeSeasons(given=PLANNED)),
        (SMALL, MIDDLE),
        before=read,
    ),
    Screen(
        "calendar-small",
        "The answer in a row, the week without what it came to.",
        calendar(),
        ((60, 18),),
        before=read,
    ),
    Screen("calendar-why", "Each rule with its limit and its source.", calendar(), press=("w",), before=read),
    Screen(
        "calendar-none",
        "Without a plan a race is entered, and what would come of it is seen.",
        calendar(FakeSeasons(None, None)),
        (SMALL, MIDDLE),
        BOTH,
        before=enter_race("10k 28 June"),
    ),
    Screen("no-colour-calendar", WITHOUT_COLOUR, calendar(), before=read, has_colour=False),
    Screen(
        "library-today",
        "The row above the keys says what the plan answers for today.",
        lambda theme: CoachApp(
            library=FakeLibrary(
                [*evening_library().holds],
                answer="2 × 8 min at threshold, instead of 20 min at threshold",
                hint="No sensor is paired yet: b pairs strap and pod.",
            ),
            season=FakeSeasons,
            theme=theme,
            is_ticking=False,
        ),
        (SMALL, MIDDLE),
        press=("down", "down", "down"),
        before=read,
    ),
    Screen(
        "morning-measured",
        "What is left, the heart rate, the beats that count and how many had to be corrected.",
        morning(lambda: FakeMorning(has_strap=True)),
        (SMALL, MIDDLE),
        BOTH,
    ),
    Screen(
        "morning-lost",
        "No beat comes any more, and the page says what helps.",
        morning(
            lambda: FakeMorning(has_strap=True, now=FakeState(bpm=None, is_lost=True, corrected_share=0.08))
        ),
    ),
    Screen(
        "morning-again",
        "What cannot be used may be measured once more.",
        morning(
            lambda: FakeMorning(
                has_strap=True,
                outcomes=[(False, "Not usable: 8% of the beats had to be corrected, 5% is the most.")],
            )
        ),
    ),
    Screen(
        "morning-questions",
        "Ten questions on one page; those of the chosen one can be answered by number or word.",
        morning(lambda: FakeMorning(said=TIRED)),
        (SMALL, MIDDLE),
        BOTH,
        press=("down", "4"),
    ),
    Screen(
        "morning-refused",
        "What answers something else says what can be answered, and keeps what was typed.",
        morning(),
        press=("down", "down", "down", "down", "9", "enter"),
    ),
    Screen(
        "morning-easy",
        "The week of mornings lies under the usual range; every rule that fired, and what is not known.",
        morning(lambda: FakeMorning(low_mornings(), TIRED)),
        SIZES,
        BOTH,
        press=("escape",),
    ),
    Screen(
        "morning-rest",
        "Rest, and see a doctor.",
        morning(lambda: FakeMorning(low_mornings(), ILL)),
        (SMALL, MIDDLE),
        press=("escape",),
    ),
    Screen("morning-unknown", "Nothing is known, and the page says so.", morning(), press=("escape",)),
    Screen(
        "morning-why",
        "Each rule with its source.",
        morning(lambda: FakeMorning(low_mornings(), TIRED)),
        press=("escape", "w"),
    ),
)


def views() -> Iterator[View]:
    """Give every screen at each of its sizes, in each of its themes."""
    for screen in SCREENS:
        for size in screen.sizes:
            for theme in screen.themes:
                yield View(screen, size, theme)
