"""Starts a live run as requested, conducts it to its end on the screen or as lines, and reports how it ended.

The parts of a run and the readers of documents are imported in the functions that need them, because the library and
the demonstration paint their first picture before that.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from coach.app.feeds import (
    ConductedFeed,
    Look,
    ObservableRun,
    OpeningFeed,
    RecordedNotes,
    SinkRequest,
    keymap_of,
    sinks_for,
)
from coach.app.terminal import (
    Announcer,
    Console,
    RunMode,
    collect_as_usual,
    drop_gone_terminal,
    first_sizing,
    is_piped,
    keep_awake,
    keep_log_off_the_terminal,
    run_mode_here,
)
from coach.edge.clock import Clock, MachineClock
from coach.edge.files import plain, runner_paths
from coach.edge.machine import ShutdownSignals, Watchdog, start_log, without_reader
from coach.problems import FAILURE, INTERRUPTED, CoachProblem, TerminalProblem, UsageProblem
from coach.quantities import Seconds, format_clock
from coach.session.phases import Phase
from coach.workout.timeline import JUST_TIME

if TYPE_CHECKING:
    from coach.app.sensors import RunSources, SensorChoice
    from coach.app.sharing import SharedRun, Sharing
    from coach.app.telemetry import LinkReport, MqttPlan
    from coach.app.workouts import CompiledWorkout
    from coach.athlete import Athlete
    from coach.edge.conductor import Conductor, Ending, Resumption
    from coach.edge.paired_sensors import PairedSensor
    from coach.edge.recorder import Recorder, RecordingResult
    from coach.edge.relay import RelaySource
    from coach.edge.remote_buttons import RemoteButtons
    from coach.edge.settings import Settings, VoiceMode
    from coach.edge.sinks import Fanout, Sink
    from coach.edge.sources import SensorSource
    from coach.edge.speech import SpeechSink
    from coach.edge.telemetry.address import MqttRequest
    from coach.edge.telemetry.sink import RunTelemetry
    from coach.live.contract import Output, RunSetup
    from coach.live.run import LiveRun
    from coach.live.snapshot import Snapshot
    from coach.plan.today import DayLimits
    from coach.screen.app import CoachApp  # Textual loads when a screen is opened
    from coach.screen.calendar_page import SeasonActions
    from coach.screen.protocols import Interrupted, Library, PastRuns, People, SensorActions
    from coach.session.events import ResumeChoice
    from coach.signals.readings import Source


Load = Callable[[], "tuple[LiveRun, RunSources, RunContext]"]
"""Creates a run, its sources and its context."""
Begin = Callable[[], Awaitable["Recorder | None"]]
"""Waits for the sensors of a run, and opens its recording; returns None for a run that is not recorded."""
_DISCARD_S: Final = 5.0
"""How long a discarded run may take to end, in seconds."""


# --- the request for a run


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """Other viewers of a run, as requested on the command line."""

    address: str | None = None
    """The address for phones as typed; empty to be asked for, None for none."""
    has_control: bool = False
    """True if phones may press buttons."""
    has_board: bool = False
    """True to open the board in this laptop's own browser."""
    has_relay: bool = False
    """True if phones may forward sensor values."""
    webhook: str | None = None
    """The URL that each cue is posted to, if any."""
    webhook_with: frozenset[str] = frozenset()
    """Extra contents of posted cues: `names`, `heart-rate`."""
    lamps: tuple[str, ...] = ()
    """The lamps and pacing strips as typed."""

    @property
    def is_shared(self) -> bool:
        """True if phones may connect; the board alone is served to this laptop only."""
        return self.address is not None or self.has_control or self.has_relay

    @property
    def is_served(self) -> bool:
        """True if a server is needed."""
        return self.is_shared or self.has_board


@dataclass(frozen=True, slots=True)
class DayRequest:
    """The options for today's session."""

    is_as_planned: bool = False
    """True to run the session as planned, without the suggested change."""
    limits: "DayLimits | None" = None
    """The limits of the day, if any."""
    wind_mps: float | None = None
    is_hilly: bool = False

    @property
    def is_asked(self) -> bool:
        """True if any option was given."""
        return self != DayRequest()


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run as requested on the command line."""

    athlete: str | None
    sensors: str | None
    """`ble`, `sim`, `none` or `relay`, or several with commas; None if not given."""
    requires_sensor: bool
    """True to start only once a sensor is found."""
    marks: bool
    record: str | None
    is_recorded: bool
    race: str | None = None
    """A race whose paces replace the athlete's."""
    weather: tuple[float, float] | None = None
    """Temperature and dew point in Celsius; None for those of the settings."""
    voice: str | None = None
    """The voice: `clips`, `neural`, `system` or `off`; None if not given."""
    listening: str | None = None
    """`ears` or `speaker`; None for the setting."""
    adapter: str | None = None
    """The Bluetooth adapter, by name or address; None for the setting."""
    halfway: bool = False
    """True to call the middle of an easy run, whatever the settings say."""
    light: str = "plan"
    """The reps of the pacing light, as in `LightOf`: those of the plan, or of an earlier run."""
    day: DayRequest = DayRequest()
    """The options for today's session."""
    mqtt: "MqttRequest | None" = None
    """The broker of the command line; None for that of the settings."""
    sharing: ShareRequest | None = None
    """The other viewers of the run, if any."""

    @property
    def relays(self) -> bool:
        """True if phones may forward values, which the run then takes."""
        return self.sharing is not None and self.sharing.has_relay

    def under(self, settings: "Settings") -> "Settings":
        """Return the settings with the weather and listening of the command line."""
        from coach.cues.config import Listening

        cues = settings.cues
        listening = cues.listening if self.listening is None else Listening(self.listening)
        cues = replace(cues, listening=listening, halfway=cues.halfway or self.halfway)
        settings = replace(settings, cues=cues)
        if self.weather is None:
            return settings
        temperature, dew_point = self.weather
        session = replace(settings.session, temperature_c=temperature, dew_point_c=dew_point)
        return replace(settings, session=session)

    def for_workout(self, workout: str) -> "RunRequest":
        """Return the request for a workout by name: `time` is always timed by hand."""
        return replace(self, marks=True) if workout.casefold() == JUST_TIME else self

    def runs(self, usual: Path) -> Path | None:
        """Return the folder to record into; None to record nothing."""
        if not self.is_recorded:
            return None
        return usual if self.record is None else Path(self.record).expanduser()


# --- the surroundings of a run


@dataclass(slots=True)
class RunContext:
    """The surroundings of a live run: settings, clock, run mode, console and the requested outputs."""

    settings: "Settings"
    clock: Clock
    run_mode: RunMode
    console: Console
    as_json: bool = False
    """True for lines as JSON."""
    voice: "VoiceMode | None" = None
    """The voice of the cues; None for a silent run."""
    mqtt: "MqttPlan | None" = None
    """The broker that the run is published on, if any."""
    sharing: "Sharing | None" = None
    """The server of the pages for phones, if any."""
    announcer: Announcer = field(init=False)
    """Prints while the run goes on: on the console, or on the screen that covers it."""

    def __post_init__(self) -> None:
        self.announcer = Announcer(self.console)


@contextmanager
def shared(request: ShareRequest | None, context: RunContext) -> Iterator[None]:
    """Share the runs of a context during the block, if requested; reset a lamp that a crash left lit.

    Raises:
        CoachProblem: the address cannot be used, or none is given and the console cannot ask.
    """
    state = runner_paths().state
    if any(state.glob("lamp-*.json")):
        from coach.edge.lamp import set_back

        used = () if request is None else request.lamps
        Thread(target=set_back, args=(state,), kwargs={"but": used}, daemon=True).start()
    if request is None:
        yield
        return
    from coach.app.sharing import open_sharing

    with open_sharing(request, context.settings, context.console, context.run_mode) as context.sharing:
        yield


def voice_for(settings: "Settings", option: str | None, run_mode: RunMode) -> "VoiceMode | None":
    """Return the voice of a run: the one of the command line, else on the live screen the one of the settings.

    A run that prints lines is silent unless a voice was requested: a program that reads them is not a runner.
    """
    from coach.edge.settings import VoiceMode

    default = settings.sound.voice if run_mode is RunMode.SCREEN else VoiceMode.OFF
    mode = default if option is None else VoiceMode(option)
    return None if mode is VoiceMode.OFF else mode


def mqtt_plan(request: "MqttRequest | None", settings: "Settings") -> "MqttPlan | None":
    """Return the broker of a run; None without one, and then nothing for it is imported.

    Raises:
        CoachProblem: the connection would be unsafe, or the options contradict each other.
    """
    if request is None and not settings.mqtt.url:
        return None
    from coach.app.telemetry import plan_for

    return plan_for(request, settings)


def heard_settings(settings: "Settings", voice: "VoiceMode | None") -> "Settings":
    """Start countdowns earlier by the delay of the sound device, in a run with a voice."""
    if voice is None or not settings.sound.latency_ms:
        return settings
    lead_s = Seconds(settings.sound.latency_ms / 1000)
    return replace(settings, cues=replace(settings.cues, countdown_lead_s=lead_s))


def slug_of(athlete: "Athlete | None") -> str:
    """Return the slug of an athlete; empty without one."""
    return "" if athlete is None else athlete.slug


# --- a new run


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is set up and has not started."""

    setup: "RunSetup"
    workout: "CompiledWorkout"
    sensors: "Mapping[Source, PairedSensor]"
    sources: "RunSources"
    mode: str
    """The sources as in `--sensors`."""
    pool: "Mapping[int, PairedSensor]"
    """The sensors that may be behind a source, by their number."""

    def record(
        self, runs: Path | None, clock: Clock, announcer: Announcer, *, is_offered: bool = True
    ) -> "Recorder | None":
        """Start the recording in a folder of runs, and warn if there is little room; None without a folder.

        Args:
            runs: the folder.
            clock: the clock it is timed by.
            announcer: prints the warning.
            is_offered: True if it is offered again after it was cut off; a measurement is not, it is repeated.

        Raises:
            RecordingProblem: nothing can be recorded there.
        """
        if runs is None:
            return None
        from coach.app.setup import header_of
        from coach.edge.recorder import start_recording
        from coach.edge.run_folder import room_warning
        from coach.edge.store import remember_folder

        if warning := room_warning(runs):
            announcer(f"Note: {warning}")
        if is_offered:
            remember_folder(runs, runner_paths())
        return start_recording(
            runs,
            header_of(self.setup, self.workout, clock, self.sensors, self.mode, pool=self.pool),
            clock,
            workout=self.setup.timeline.name,
            athlete=self.setup.athlete,
            steps=len(self.setup.timeline.steps),
        )


def run_workout(workout: str, request: RunRequest, console: Console, *, as_json: bool) -> int:
    """Run a workout live, recorded unless requested otherwise; return the exit code.

    Raises:
        CoachProblem: the workout or athlete cannot be found or read, a required sensor is not found, or nothing
            can be recorded.
    """
    from coach.app.athletes import runner_for
    from coach.app.sensors import choose_sensors, require_sensor, say_default
    from coach.app.today import day_of
    from coach.edge.settings import load_settings
    from coach.live.run import LiveRun

    paths = runner_paths()
    clock = MachineClock()
    run_mode = run_mode_here(as_json=as_json)
    settings = request.under(load_settings(paths.settings, os.environ))
    voice = voice_for(settings, request.voice, run_mode)
    settings = heard_settings(settings, voice)
    runner = runner_for(request.athlete, request.race, console=console)
    request = request.for_workout(workout)
    day = day_of(workout, request, console)
    compiled = day.compiled(runner, console, by_hand=request.marks)
    settings = day.under(settings)
    start_log(paths.log)
    context = RunContext(
        settings, clock, run_mode, console, as_json, voice, mqtt_plan(request.mqtt, settings)
    )
    choice = choose_sensors(
        request.sensors,
        console,
        slug_of(compiled.athlete),
        adapter=request.adapter,
        relays=request.relays,
    )
    if request.sensors is None:
        say_default(choice, console)
    new = set_up(compiled, request, choice, context)
    new = replace(new, sources=day.with_presses(new.sources))

    async def begin() -> "Recorder | None":
        if request.requires_sensor:
            await require_sensor(choice, context.clock, console)
        day.begin()
        return new.record(request.runs(paths.runs), context.clock, context.announcer)

    with shared(request.sharing, context), keep_awake(console) as warning:
        code = run_here(LiveRun(new.setup), new.sources, context, begin=begin, warning=warning)
    day.keep(new.setup.run, request.runs(paths.runs), console)
    return code


def set_up(
    workout: "CompiledWorkout", request: RunRequest, choice: "SensorChoice", context: RunContext
) -> NewRun:
    """Set up a run of a workout as requested, with the lessons of earlier runs.

    Raises:
        AthleteProblem: an enabled rule needs a number that the athlete lacks.
        CoachProblem: the pacing light should repeat an earlier run, and there is none.
        UsageProblem: forwarded values are requested, and nothing forwards them.
    """
    if choice.relays and not request.relays and context.mqtt is None:
        raise UsageProblem(
            "--sensors relay needs a source of values",
            "--relay opens an address for phones; with --mqtt gateways publish to a broker.",
        )
    from coach.app.sensors import pooled_sensors, sensors_by_source, sources_for
    from coach.app.setup import by_light, live_setup, with_lessons
    from coach.edge.run_folder import new_ulid

    run = new_ulid(context.clock.wall().epoch_s)
    sensors, pool = sensors_by_source(choice.sensors), pooled_sensors(choice.sensors)
    setup = live_setup(
        workout, context.settings, run, context.run_mode, marks=request.marks, simulated=choice.is_simulated
    )
    setup = with_lessons(setup, workout.athlete, sensors, pool)
    if request.light != "plan":
        from coach.app.library import LightOf, earlier_light

        light = earlier_light(setup, LightOf(request.light))
        context.announcer(light.words)
        setup = by_light(setup, light.speeds)
    sources = sources_for(choice, setup, context.clock, context.announcer)
    return NewRun(setup, workout, sensors, sources, choice.words, pool)


# --- the parts of a run


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The parts that runs side by side share."""

    epoch: float
    """The clock time that is second 0 for all of them."""
    lines: "Sink"
    """The sink that collects the outputs of all of them."""


@dataclass(frozen=True, slots=True)
class AssembledRun:
    """A live run with its sources, sinks and recorder, ready to be conducted."""

    watched: ObservableRun
    conductor: "Conductor"
    sources: "Sequence[SensorSource]"
    recorder: "Recorder | None"
    context: RunContext
    speech: "SpeechSink | None" = None
    """The sink that speaks its cues."""
    link: "LinkReport | None" = None
    """Reports the state of the link to a broker."""
    is_alone: bool = True
    """True unless the run has others beside it."""

    async def conduct(self) -> "tuple[Ending, int]":
        """Conduct the run to its end; return how it ended, and the exit code."""
        from coach.edge.conductor import run_live

        return await run_live(
            self.conductor, sources=self.sources, recorder=self.recorder, catches_signals=self.is_alone
        )

    @property
    def notes(self) -> RecordedNotes | None:
        """Return the place for effort and remark; None if nothing is recorded."""
        folder = None if self.recorder is None else self.recorder.folder
        if folder is None:
            return None
        return RecordedNotes.of(folder.path, folder.manifest)


def assemble(
    run: "LiveRun",
    sources: "RunSources",
    context: RunContext,
    *,
    recorder: "Recorder | None" = None,
    resumption: "Resumption | None" = None,
    earlier: "Sequence[Output]" = (),
    side_by_side: SideBySide | None = None,
) -> AssembledRun:
    """Connect a run with its sources, sinks and recording. No other function creates a live conductor.

    `earlier` are the earlier outputs of a resumed run; `side_by_side` is what it shares with other runs.
    """
    from coach.edge.conductor import Conductor

    watched = ObservableRun(run, earlier)
    speech = _speech(run, context, lambda: conductor.now())  # noqa: PLW0108 - as below
    buttons = _remote_buttons(run.setup.run, context, lambda: conductor)
    telemetry, link = _telemetry(
        watched,
        context,
        lambda: conductor,
        buttons,
        relay=sources.relay,
        recorder=recorder,
        resumption=resumption,
    )
    share, webhook, lamp = _shared_sinks(watched, sources, context, lambda: conductor)
    request = SinkRequest(
        context.run_mode,
        run.setup.unit,
        as_json=context.as_json,
        runner=sources.runner,
        now=lambda: conductor.now(),  # noqa: PLW0108 - the conductor is made below, with its sinks
        speech=speech,
        telemetry=telemetry,
        share=share,
        webhook=webhook,
        lamp=lamp,
        lines=None if side_by_side is None else side_by_side.lines,
    )
    conductor = Conductor(
        watched,
        context.clock,
        journal=recorder,
        sinks=sinks_for(request),
        resumption=resumption,
        watchdog=Watchdog(context.clock),
        choose=lambda gap_s: choose_way_on(run, context, gap_s),
        epoch=None if side_by_side is None else side_by_side.epoch,
    )
    if share is not None and context.sharing is not None:
        feed = ConductedFeed(watched, conductor)
        relay = None if sources.relay is None else sources.relay.answer
        context.sharing.serve(share, feed, buttons, context.announcer, relay=relay)
    fed = [*sources.sources, telemetry] if telemetry is not None else sources.sources
    return AssembledRun(watched, conductor, fed, recorder, context, speech, link, side_by_side is None)


def _remote_buttons(
    run: str, context: RunContext, conductor: "Callable[[], Conductor]"
) -> "Callable[[], RemoteButtons]":
    """Return a factory of the buttons from phones and a broker: both get the same object, made at the first call."""

    @cache
    def buttons() -> "RemoteButtons":
        from coach.edge.remote_buttons import RemoteButtons

        return RemoteButtons(run, conductor(), context.clock)

    return buttons


def _speech(run: "LiveRun", context: RunContext, now: Callable[[], Seconds]) -> "SpeechSink | None":
    """Create the sink that speaks the cues; None for a silent run."""
    if context.voice is None:
        return None
    from coach.app.sound import speech_sink

    return speech_sink(context.voice, context.settings, run.setup, now=now, announcer=context.announcer)


def _telemetry(
    watched: ObservableRun,
    context: RunContext,
    conductor: "Callable[[], Conductor]",
    buttons: "Callable[[], RemoteButtons]",
    *,
    recorder: "Recorder | None",
    resumption: "Resumption | None",
    relay: "RelaySource | None",
) -> "tuple[RunTelemetry | None, LinkReport | None]":
    """Create the MQTT publisher of a run and the report of its link; None without a broker."""
    if context.mqtt is None:
        return None, None
    from coach.app.telemetry import telemetry_for

    return telemetry_for(
        context,
        watched.setup,
        lambda: ConductedFeed(watched, conductor()),
        buttons,
        recorder=recorder,
        resumption=resumption,
        relay=relay,
    )


def _shared_sinks(
    watched: ObservableRun, sources: "RunSources", context: RunContext, conductor: "Callable[[], Conductor]"
) -> "tuple[SharedRun | None, Sink | None, Sink | None]":
    """Create the sinks for phones, the webhook and the lamp; None for those not requested."""
    if context.sharing is None:
        return None, None, None
    setup = watched.setup
    share = context.sharing.begin(setup, is_simulated=sources.runner is not None)
    webhook = context.sharing.begin_posting(
        setup, lambda: conductor().now(), watched.snapshot, context.announcer
    )
    lamp = context.sharing.begin_lighting(
        setup,
        lambda: ConductedFeed(watched, conductor()),
        context.settings.lamp,
        context.announcer,
    )
    return share, webhook, lamp


def choose_way_on(run: "LiveRun", context: RunContext, gap_s: Seconds) -> "ResumeChoice":
    """Decide how a run continues after a gap too long to ignore, and print it.

    On a screen the runner decides; otherwise the step starts again, as in a run resumed without a question.
    """
    from coach.session.events import ResumeChoice

    session = run.session
    how_long = format_clock(gap_s)
    if session.phase is Phase.PAUSED or session.step_started_at is None:
        context.announcer(f"There are no values for the last {how_long}: the laptop slept or was stopped.")
        return ResumeChoice.CONTINUE
    if context.run_mode is RunMode.UNATTENDED:
        context.announcer(f"The laptop slept or was stopped for {how_long}: the step starts again.")
        return ResumeChoice.RESTART
    keymap = keymap_of(context.settings)
    next_key, restart_key, pause_key = (
        keymap.get(name, key) for name, key in (("next", "n"), ("restart", "r"), ("pause", "p"))
    )
    context.announcer(
        f"The laptop slept or was stopped for {how_long}, and the run is paused. "
        f"{next_key}: count the step as done. {restart_key}: start it again. {pause_key}: continue."
    )
    return ResumeChoice.PAUSE


# --- the run until its end


def run_here(
    run: "LiveRun",
    sources: "RunSources",
    context: RunContext,
    *,
    begin: Begin | None = None,
    resumption: "Resumption | None" = None,
    earlier: "Sequence[Output]" = (),
    warning: str = "",
) -> int:
    """Conduct a run to its end, print how it ended, and return its exit code.

    `begin` waits for what the run needs and opens its recording. `warning` is shown in the title bar during the run.
    """
    keep_log_off_the_terminal()

    async def conduct() -> "tuple[Ending, int, Recorder | None]":
        recorder = None if begin is None else await begin()
        fed = _with_buttons(sources, context)
        assembled = assemble(run, fed, context, recorder=recorder, resumption=resumption, earlier=earlier)
        if context.run_mode is RunMode.UNATTENDED:
            collect_as_usual()
            is_heard_by_stdout_alone = recorder is None
            with without_reader(1, assembled.conductor.leave) if is_heard_by_stdout_alone else nullcontext():
                ending, code = await assembled.conduct()
            return ending, code or say_unwritten(assembled.conductor.fanout, context.console), recorder
        screen = LiveScreen.of(context, warning)
        feed = screen.begin(assembled)
        return *await screen.show(screen.app(feed, assembled.notes)), recorder

    ending, code, recorder = asyncio.run(conduct())
    drop_gone_terminal()
    report_ending(run.setup.run, ending, recorder, context.console)
    return code


def _with_buttons(sources: "RunSources", context: RunContext) -> "RunSources":
    """Add the buttons of a piped stdin to a run without a screen; unknown button names are reported."""
    if context.run_mode is not RunMode.UNATTENDED or not is_piped(0):
        return sources
    from coach.edge.sources import StdinButtons

    sharing = context.sharing
    words = {} if sharing is None else {"share": lambda: sharing.say_new_links(context.console)}
    buttons = StdinButtons(context.console.say, words=words)
    return replace(sources, sources=[*sources.sources, buttons])


def say_unwritten(fanout: "Fanout", console: Console) -> int:
    """Print why the lines of a run could not be written; return 1 if they could not, else 0."""
    if not fanout.trouble:
        return 0
    console.say(f"Not everything could be printed: {fanout.trouble}.")
    return FAILURE


def run_opened(opening: "Snapshot", look: Look, load: Load, console: Console) -> int:
    """Show a run on the screen as it opens, and load and conduct it once that is painted; return its exit code.

    Nothing of it is recorded.
    """
    keep_log_off_the_terminal()

    async def conduct() -> int:
        screen = LiveScreen(Announcer(console), look)
        _, code = await screen.show(screen.app(screen.begin_later(opening, load)))
        return code

    code = asyncio.run(conduct())
    drop_gone_terminal()
    return code


class LiveScreen:
    """Conducts a run under the live screen: one from the start, or one that is picked on the screen."""

    def __init__(
        self, announcer: Announcer, look: Look, warning: str = "", sharing: "Sharing | None" = None
    ) -> None:
        """Open no screen yet; `warning` is shown in the title bar of the run."""
        self._announcer = announcer
        self._look = look
        self._warning = warning
        self._sharing = sharing
        self._app: CoachApp | None = None
        self._conductor: Conductor | None = None
        self._assembled: AssembledRun | None = None
        self._conducting: asyncio.Future[tuple[Ending, int]] | None = None
        self._load: Callable[[], None] | None = None

    @classmethod
    def of(cls, context: RunContext, warning: str = "") -> "LiveScreen":
        """Make the screen of runs in a context."""
        return cls(context.announcer, Look.of(context.settings), warning, context.sharing)

    def begin_later(self, opening: "Snapshot", load: Load) -> OpeningFeed:
        """Show a run as it opens; `load` makes it once that is painted, and it is conducted from then on."""
        feed = OpeningFeed(opening)

        def begin() -> None:
            run, sources, context = load()
            context.announcer = self._announcer
            feed.open(self.begin(assemble(run, sources, context)))

        self._load = begin
        return feed

    def _on_painted(self) -> None:
        """Load the run after the first picture."""
        load, self._load = self._load, None
        if load is not None:
            load()
        collect_as_usual()

    def begin(self, assembled: AssembledRun) -> ConductedFeed:
        """Conduct a run on the loop; return its feed for the screen."""
        self._conductor, self._assembled = assembled.conductor, assembled
        self._conducting = asyncio.ensure_future(assembled.conduct())
        self._conducting.add_done_callback(self._close_unfinished)
        if self._app is not None:
            self._app.notes = assembled.notes
        return ConductedFeed(assembled.watched, assembled.conductor, assembled.speech)

    def app(
        self,
        feed: ConductedFeed | OpeningFeed | None = None,
        notes: RecordedNotes | None = None,
        *,
        library: "Library | None" = None,
        people: "People | None" = None,
        sensors: "SensorActions | None" = None,
        interrupted: "Interrupted | None" = None,
        past: "Callable[[], PastRuns] | None" = None,
        season: "Callable[[], SeasonActions] | None" = None,
        opens_season: bool = False,
    ) -> "CoachApp":
        """Create the screen of a run, or of a library to pick one from."""
        from coach.screen.app import CoachApp

        self._app = CoachApp(
            feed,
            library,
            theme=self._look.theme,
            keymap=self._look.keymap,
            notes=notes,
            people=people,
            sensors=sensors,
            interrupted=interrupted,
            past=past,
            season=season,
            opens_season=opens_season,
            warning=self._title_words,
            sizing=first_sizing,
            links=None if self._sharing is None else self._sharing.actions,
            is_muted=self._look.is_muted,
            on_loaded=self._on_painted,
        )
        self._announcer.use_screen(self._app.tell, self._app.bell)
        return self._app

    async def show(self, app: "CoachApp") -> "tuple[Ending, int]":
        """Show the screen until it is left, then end the run as the runner asked."""
        from coach.screen.app import Leaving

        try:
            # The screen is open before and after the run too, and a signal must not leave it as it is.
            with ShutdownSignals(self._leave) as signals:
                leaving = await app.run_async(mouse=not app.is_run)
                while leaving is Leaving.GO_ON and (again := await self._take_end_back()) is not None:
                    app, leaving = again, await again.run_async(mouse=False)
            self._announcer.use_console()
        except BaseException:
            if self._conductor is not None and self._conducting is not None:
                self._conductor.leave()
                await self._conducting
            raise
        from coach.edge.conductor import Ending  # after the first picture

        has_gone = drop_gone_terminal() or leaving is Leaving.GONE
        if self._conductor is None or self._conducting is None:
            exit_code = INTERRUPTED if leaving is Leaving.INTERRUPTED else FAILURE if app.return_code else 0
            return Ending.DISCARDED, signals.exit_code or (
                TerminalProblem.exit_code if has_gone else exit_code
            )
        if leaving is Leaving.DISCARDED:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._conducting), _DISCARD_S)
        is_done = leaving in {Leaving.FINISHED, Leaving.GO_ON}
        if is_done:
            self._conductor.close()
        else:
            self._conductor.leave()
        ending, code = await self._conducting
        if has_gone and ending is Ending.LEFT:
            return ending, TerminalProblem.exit_code
        if is_done and ending is Ending.FINISHED and self._assembled is not None:
            leave_table(self._assembled.watched)
        if app.return_code:
            return ending, FAILURE  # the screen failed, not the run
        is_interrupted = leaving is Leaving.INTERRUPTED and ending is Ending.LEFT
        return ending, code or (INTERRUPTED if is_interrupted else 0)

    def _title_words(self) -> str:
        """Return the warnings for the title bar: the laptop may sleep, the broker is lost."""
        link = None if self._assembled is None else self._assembled.link
        return "   ".join(word for word in (self._warning, "" if link is None else link.word) if word)

    def _leave(self) -> None:
        """Leave the run and the screen."""
        from coach.screen.app import Leaving

        if self._conductor is not None:
            self._conductor.leave()
        if self._app is not None:
            self._app.exit(Leaving.INTERRUPTED)

    async def _take_end_back(self) -> "CoachApp | None":
        """Resume a run that had ended, on a new screen; None, with the reason on the console, if that fails."""
        from coach.app.resume import take_end_back

        assembled = self._assembled
        if assembled is None or assembled.recorder is None or assembled.recorder.folder is None:
            return None
        if self._conducting is not None:
            await self._conducting  # its journal is still being closed
        self._announcer.use_console()
        try:
            reopened = take_end_back(assembled.recorder.folder.path, assembled.context)
        except CoachProblem as problem:
            assembled.context.console.say(str(problem))
            return None
        self._app = None
        again = reopened.assemble(assembled.context)
        return self.app(self.begin(again), again.notes)

    def _close_unfinished(self, task: "asyncio.Future[tuple[Ending, int]]") -> None:
        """Close the screen of a run that was left by a signal or that failed; a finished one shows its summary."""
        from coach.edge.conductor import Ending
        from coach.screen.app import Leaving

        if self._app is None:
            return
        if task.cancelled() or task.exception() is not None or task.result()[0] is Ending.LEFT:
            self._app.exit(Leaving.INTERRUPTED)


# --- the end of a run


def leave_table(watched: ObservableRun) -> None:
    """Print the table of the summary screen, so that it stays in the terminal."""
    from coach.review.tables import summary_lines

    width = shutil.get_terminal_size().columns
    lines = summary_lines(watched.summary(), watched.unit, width=width, has_steps=False)
    sys.stdout.write("".join(f"{plain(line)}\n" for line in lines))
    sys.stdout.flush()


def report_ending(run: str, ending: "Ending", recorder: "Recorder | None", console: Console) -> None:
    """Print where a run was recorded, what is missing of it, and the lessons learnt from it."""
    if recorder is None:
        return
    from coach.edge.conductor import Ending
    from coach.edge.store import Store, run_name

    if ending is Ending.DISCARDED:
        console.say("Discarded: nothing was kept.")
        return
    if recorder.folder is not None:
        run = run_name(recorder.folder.path, runner_paths().runs)
    result = recorder.result
    is_complete = result is None or result.is_complete
    if result is not None and result.written_until is None:
        console.say(f"Nothing was recorded: {result.reason}.")
        return
    how_far = "" if result is None or is_complete else f" only as far as {_how_far(result)}"
    if ending is Ending.LEFT:
        console.say(f"Run {run} is kept{how_far}. Resume it: coach runs resume {run}")
    elif is_complete:
        console.say(f"Recorded as {run}. Show it: coach runs show {run}")
    else:
        console.say(f"Recorded{how_far}. Show it: coach runs show {run}")
    if recorder.folder is None:
        return
    if result is not None and is_complete and not result.is_synced:
        console.say(
            f"The disk did not confirm the last records: {result.reason}. Copy {recorder.folder.path} to another disk."
        )
    Store().index_run(recorder.folder.path)
    if ending is Ending.FINISHED and is_complete:
        # They read documents, which the demonstration does not.
        from coach.app.reviews import learn_from, offer_pace

        learn_from(recorder.folder.path, console)
        offer_pace(recorder.folder.path, console)


def _how_far(result: "RecordingResult") -> str:
    """Say how much of a run was recorded, and why it ends there: `0:04 of 1:17, the disk is full`."""
    until, end = result.written_until or 0.0, result.ended_at or 0.0
    return f"{format_clock(until)} of {format_clock(end)}, {result.reason}"
