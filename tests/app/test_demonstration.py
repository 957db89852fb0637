"""The demonstration is the workout of the library, and starts without loading what it does not need."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from coach.app.feeds import ConductedFeed, Look, ObservableRun, OpeningFeed
from coach.app.setup import demonstration_setup
from coach.app.simulation import FastClock, demonstration, opening, opening_look
from coach.app.terminal import RunMode
from coach.cues.cue import Opinion
from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.edge.settings import Settings
from coach.live.contract import Opened
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.phases import Button
from coach.simulate import RunnerProfile, VirtualRunner
from coach.workout.document import compile_workout, load_document
from coach.workout.timeline import Band, Step

LIBRARY = Path(__file__).parents[2] / "workouts"


def numbers(step: Step) -> list[float | None]:
    """The numbers of a step's band."""
    band = Band() if step.target is None else step.target.band
    return [band.low, band.aim, band.high]


def unnumbered(step: Step) -> Step:
    """Return a step without the numbers of its band, whose last digits may differ."""
    return step if step.target is None else replace(step, target=replace(step.target, band=Band()))


def test_it_is_the_workout_of_the_library():
    """Its compiled steps equal those of `workouts/demo.json`."""
    document = load_document((LIBRARY / "demo.json").read_bytes(), name="demo.json")
    compiled, ahead = compile_workout(document, None), demonstration()

    assert replace(ahead, steps=()) == replace(compiled, steps=())
    assert [unnumbered(step) for step in ahead.steps] == [unnumbered(step) for step in compiled.steps]
    for one, other in zip(ahead.steps, compiled.steps, strict=True):
        assert numbers(one) == pytest.approx(numbers(other))


def a_run() -> LiveRun:
    """Return a run of the demonstration with default settings."""
    return LiveRun(demonstration_setup(demonstration(), Settings(), "01", RunMode.SCREEN))


def test_it_opens_as_the_run_does():
    """The first picture equals the first moment of the run, except for the first words."""
    run = a_run()
    run.receive(Opened(Seconds(0.0)))
    for event in VirtualRunner(RunnerProfile(), timeline=demonstration()).advance(Seconds(0.0)):
        run.receive(event)

    first = run.snapshot(Seconds(0.0))
    assert first.cue is not None
    assert replace(first, cue=None, opinion=Opinion()) == opening()


def test_it_looks_as_nobody_has_set_it():
    """The look before the settings are read is that of their defaults."""
    assert Look() == Look.of(Settings())


@pytest.mark.parametrize(
    ("environment", "text", "look"),
    [
        ({"COACH_HOME": "/somewhere", "TERM": "xterm"}, None, Look()),
        ({"COACH_THEME": "sun", "COACH_MUTE": "1"}, None, Look("sun", {}, is_muted=True)),
        ({}, '[keymap]\nx = "mark"\n[sound]\nvoice = "off"', Look("night", {"mark": "x"})),
        ({"COACH_UNITS": "mile"}, None, None),
        ({}, "[cues]\nhold_s = 20", None),
        ({"COACH_SESSION_BRIDGE_S": "3"}, None, None),
    ],
)
def test_settings_that_change_what_it_shows_are_waited_for(tmp_path, environment, text, look):
    """Settings that change the look delay the screen; those of a run do not."""
    path = tmp_path / "settings.toml"
    if text is not None:
        path.write_text(text)

    assert opening_look(path, environment) == look


@pytest.mark.asyncio
async def test_what_is_pressed_before_the_run_is_loaded_waits_for_it():
    """The feed shows how the run opens; once it is loaded, the run gets the presses and is shown."""
    feed, changes = OpeningFeed(opening()), []
    feed.subscribe(lambda: changes.append(feed.now()))
    feed.press(Button.EXTEND)
    feed.mute(True)
    assert (feed.snapshot(Seconds(3.0)), feed.now(), feed.has_ended()) == (opening(), 0.0, False)
    with pytest.raises(RuntimeError):
        feed.summary()

    muted: list[bool] = []

    class Run(ConductedFeed):
        """A run that keeps how it was muted."""

        def mute(self, muted_now: bool) -> None:
            """Keep it."""
            muted.append(muted_now)

    watched = ObservableRun(a_run())
    conductor = Conductor(watched, MachineClock())
    feed.open(Run(watched, conductor))
    conducting = asyncio.ensure_future(conductor.conduct())
    while (shown := feed.snapshot(feed.now())).reply is None:  # noqa: ASYNC110 - the run tells it at some turn
        await asyncio.sleep(0)
    conductor.leave()
    await conducting

    assert muted == [True]
    assert len(changes) > 1
    assert shown.reply.button is Button.EXTEND
    assert feed.summary() == watched.summary()
    feed.press(Button.NEXT)
    feed.mute(False)
    assert muted == [True, False]


def test_it_reads_no_documents():
    """Before its first picture it loads no reader of documents or files, no library and no run."""
    unwanted = {
        "pydantic",
        "fitdecode",
        "http.client",
        "coach.athlete",
        "coach.edge.sinks",
        "coach.interchange.text",
        "coach.screen.pick",
        "coach.workout.document",
        "coach.cues.config",
        "coach.edge.settings",
        "coach.live.run",
        "coach.session.session",
        "coach.signals.signals",
        "coach.simulate",
        "coach.edge.audio",
        "coach.edge.speech",
        "coach.edge.voices",
    }
    script = (
        "import sys, coach.app.simulation, coach.screen.app, coach.screen.run\n"
        f"print(sorted({unwanted!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"


def test_a_fast_clock_runs_ahead():
    """At ten times the speed a second counts as ten, and a sleep of ten seconds takes one."""

    class Hand(MachineClock):
        """A clock that is set by hand."""

        at = 100.0

        def monotonic(self) -> float:
            """Return the time that was set."""
            return self.at

        async def sleep_until(self, moment: float) -> None:
            """Jump to the moment."""
            self.at = moment

    hand = Hand()
    clock = FastClock(hand, 10.0)
    hand.at = 101.0
    assert clock.monotonic() == 110.0

    asyncio.run(clock.sleep_until(150.0))
    assert hand.at == 105.0
    assert clock.monotonic() == 150.0
