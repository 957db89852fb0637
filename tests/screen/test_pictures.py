"""Pictures of the screen, named after what it shows; `pytest --snapshot-update` takes them anew."""

from dataclasses import replace

import pytest

from coach.cues.cue import CueKind
from coach.live.snapshot import SplitRow
from coach.quantities import Metres, Seconds
from coach.screen.app import CoachApp
from coach.screen.ports import LibraryEntry
from coach.session.facts import SplitRole
from coach.session.phases import Phase
from coach.signals.readings import Freshness, SensorState, SensorStatus, Source
from coach.workout.timeline import ChecklistItem, Kind, OpenEnd, Until
from tests.screen.builders import (
    FakeDesk,
    FakeLibrary,
    FakeRun,
    cue,
    listed,
    rep_four,
    session_8x400,
    shown,
    some_sensors,
    step,
)

SIZES = [(80, 24), (120, 40), (200, 60)]
THEMES = ["sun", "night"]
NOTHING = {"left_m": None, "judged": None, "band": None, "light": None, "cue": None}


@pytest.fixture(autouse=True)
def colours_on(monkeypatch):
    """Take every picture in colour, whatever the terminal the tests run in says."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")


def live(snapshot, theme="sun"):
    """Make an app whose clock stands."""
    return CoachApp(FakeRun(snapshot), theme=theme, is_ticking=False)


def resting():
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


def by_hand():
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


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_rep_too_fast_says_ease(snap_compare, size, theme):
    """The bright box, its arrow and the needle at the right say the same."""
    assert snap_compare(live(rep_four(), theme), terminal_size=size)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_rep_too_slow_says_faster(snap_compare, size, theme):
    """The dark box, its arrow and the needle at the left say the same."""
    slow = rep_four(cue=cue(CueKind.TOO_SLOW, "Two seconds behind."), speed=shown(4.1))
    assert snap_compare(live(slow, theme), terminal_size=size)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_rep_on_target_is_an_outline(snap_compare, size, theme):
    """No fill, no arrow: nothing asks for attention."""
    assert snap_compare(live(rep_four(cue=None, speed=shown(1000 / 231)), theme), terminal_size=size)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_rest_counts_down_and_ages_its_sensors(snap_compare, size, theme):
    """What is left is the hero; what is stale is grey with its age; an offer takes a line."""
    assert snap_compare(live(resting(), theme), terminal_size=size)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_timed_by_hand_the_splits_take_the_room(snap_compare, size, theme):
    """Clock and laps in tenths; nothing that has no source."""
    assert snap_compare(live(by_hand(), theme), terminal_size=size)


@pytest.mark.parametrize("speed", [1000 / 212, 1000 / 231, 4.1], ids=["fast", "on", "slow"])
def test_without_colour_words_arrows_and_place_remain(snap_compare, monkeypatch, speed):
    """With NO_COLOR the three states are still three pictures."""
    monkeypatch.setenv("NO_COLOR", "1")
    kinds = {1000 / 212: cue(), 4.1: cue(CueKind.TOO_SLOW, "Two seconds behind.")}
    assert snap_compare(live(rep_four(cue=kinds.get(speed), speed=shown(speed))), terminal_size=(80, 24))


def test_a_small_terminal_keeps_pace_and_cue(snap_compare):
    """Below 60x18 nothing else is left."""
    assert snap_compare(live(rep_four()), terminal_size=(50, 15))


def test_before_the_start_the_delay_is_the_hero(snap_compare):
    """The walk to the line is counted down."""
    timeline = session_8x400()
    ready = rep_four(
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
    assert snap_compare(live(ready), terminal_size=(80, 24))


def test_a_question_shows_its_answers(snap_compare):
    """Question and numbered answers, and the clock goes on."""
    asked = step(
        Kind.PROMPT, question="Could you talk?", answers=("yes", "unsure", "no"), until=Until((OpenEnd(),))
    )
    assert snap_compare(live(rep_four(phase=Phase.PROMPT, step=asked, **NOTHING)), terminal_size=(120, 40))


def test_a_checklist_shows_the_item_under_way(snap_compare):
    """One exercise at a time, with its set."""
    items = (
        ChecklistItem("A-skips", sets=3, metres=Metres(20)),
        ChecklistItem("Leg swings", reps=20, each_side=True),
    )
    listed = step(Kind.CHECKLIST, items=items, until=Until((OpenEnd(),)))
    assert snap_compare(
        live(rep_four(phase=Phase.CHECKLIST, step=listed, item=3, **NOTHING)), terminal_size=(80, 24)
    )


@pytest.mark.parametrize(("name", "key"), [("quit", "q"), ("keys", "question_mark"), ("why", "w")])
def test_an_overlay_leaves_the_run_in_sight(snap_compare, name, key):
    """The way out, the keys and the reason of a cue lie over the run."""
    assert snap_compare(live(rep_four()), terminal_size=(80, 24), press=[key]), name


@pytest.mark.parametrize("theme", THEMES)
def test_the_library_shows_what_a_workout_is(snap_compare, theme):
    """List, profile, sentence and purpose."""
    names = ["5 × 1000 m at 5k pace", "8 × 400 m at 5k pace", "Hill sprints", "Easy hour"]
    entries = [
        LibraryEntry(
            name, name, "52 minutes, about 11 km, hard.", "Speed that lasts.", ("5k",), session_8x400()
        )
        for name in names
    ]
    app = CoachApp(library=FakeLibrary(entries), theme=theme, is_ticking=False)
    assert snap_compare(app, terminal_size=(120, 40), press=["down"])


@pytest.mark.parametrize("theme", THEMES)
def test_the_library_is_filtered(snap_compare, theme):
    """The filters stand between the search and the list, each with its key."""
    entries = [
        listed("5 × 1000 m at 5k pace", level="intermediate", focus=["5k", "10k"], phase="build"),
        listed("8 × 20 s strides", level="beginner", focus=["5k"], phase="base"),
    ]
    app = CoachApp(library=FakeLibrary(entries), theme=theme, is_ticking=False)
    assert snap_compare(app, terminal_size=(80, 24), press=["f4", "f4", "f6", "f6"])


@pytest.mark.parametrize("theme", THEMES)
def test_the_summary_is_a_table_of_steps(snap_compare, theme):
    """Every step with time, pace, band, heart rate and light, and what to do next."""
    run = FakeRun(rep_four(phase=Phase.FINISHED, step=None, next_step=None, **NOTHING), ended=True)
    app = CoachApp(run, theme=theme, what_next=["coach review 01J9ZK shows the whole run"], is_ticking=False)
    assert snap_compare(app, terminal_size=(120, 40))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_sensors_are_listed_with_their_signals(snap_compare, size, theme):
    """One's own first, each with a minute of signal, battery and whose it is; the chosen one in full."""
    desk = FakeDesk(some_sensors(), "Remembered: my strap (Polar H10 A1B2C3D4), a strap.")
    app = CoachApp(library=FakeLibrary([listed("8x400")]), sensors=desk, theme=theme, is_ticking=False)
    assert snap_compare(app, terminal_size=size, press=["f8"])


@pytest.mark.parametrize("theme", THEMES)
def test_without_bluetooth_the_sensors_say_what_to_do(snap_compare, theme):
    """Nobody is near, and the reason stands where the eye is."""
    desk = FakeDesk([], "Bluetooth is switched off. Switch Bluetooth on; the coach goes on by itself.")
    app = CoachApp(library=FakeLibrary([listed("8x400")]), sensors=desk, theme=theme, is_ticking=False)
    assert snap_compare(app, terminal_size=(80, 24), press=["f8"])


@pytest.mark.parametrize("theme", THEMES)
def test_neighbours_of_one_name_are_picked_by_their_signals(snap_compare, theme):
    """Each by its address, with half a minute of signal."""
    twins = [
        replace(some_sensors()[2], id=f"D4:22:1A:00:00:0{number}", signals=tuple(signals))
        for number, signals in ((3, range(-80, -50)), (4, [-70, -72] * 15))
    ]
    desk = FakeDesk(twins, namesakes=twins)
    app = CoachApp(library=FakeLibrary([listed("8x400")]), sensors=desk, theme=theme, is_ticking=False)
    assert snap_compare(app, terminal_size=(80, 24), press=["f8", "enter"])


def test_a_sensor_is_labelled_over_the_list(snap_compare):
    """The field holds the label there is."""
    app = CoachApp(library=FakeLibrary([listed("8x400")]), sensors=FakeDesk(some_sensors()), is_ticking=False)
    assert snap_compare(app, terminal_size=(80, 24), press=["f8", "l"])


def test_trouble_is_told_over_the_run(snap_compare):
    """Something of the moment stands over the foot of the screen, and the title says what may happen."""
    app = CoachApp(FakeRun(rep_four()), warning="laptop may sleep", is_ticking=False)

    async def tell(pilot):
        pilot.app.tell("Bluetooth is switched off. Switch Bluetooth on; the coach goes on by itself.")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 40), run_before=tell)
