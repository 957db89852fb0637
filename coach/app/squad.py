"""A squad, live: a conductor for each runner, one clock for all, and the coach's keys at the line.

Each runner has a run, sources and a recording of their own, assembled by `coach.app.live_run` like any run. This module
joins them: presses at the line, starts by the clock or after a partner, the lines that are printed, the voice.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from coach.app.feeds import ConductedFeed
from coach.app.live_run import AssembledRun, RunContext, SideBySide, assemble
from coach.app.sensors import RunSources
from coach.app.terminal import (
    Console,
    RunMode,
    SilentConsole,
    collect_as_usual,
    is_piped,
    keep_log_off_the_terminal,
)
from coach.cues.cue import Cue
from coach.edge.clock import Clock, just_before, local_iso, wait_until
from coach.edge.conductor import Ending
from coach.edge.files import plain
from coach.edge.machine import ShutdownSignals, without_reader
from coach.edge.sinks import LineSink, TextFormatter
from coach.edge.sources import StdinButtons
from coach.live.contract import WorkoutSwitched, encode_line
from coach.live.run import LiveRun, TimedOutput
from coach.live.snapshot import Snapshot
from coach.problems import FAILURE, INTERRUPTED, CoachProblem, UsageProblem
from coach.quantities import Seconds, format_clock
from coach.session.phases import BUTTON_NAMES, PAST_S, Button, Origin, Phase, Pressed
from coach.squad.board import Board, BoardStanding, SquadVoice
from coach.squad.roster import Consent, Roster, SquadRunner
from coach.squad.run import (
    Expected,
    LineEvent,
    OrderChanged,
    PressAssigner,
    RunnerInput,
    RunnerLeft,
    RunnerMoved,
    RunnerOutput,
    SplitGiven,
    SplitMoved,
    SquadInput,
    SquadOutput,
    SquadPressed,
    SquadRun,
    WaveStarted,
    encode_squad_event,
)
from coach.workout.describe import estimate
from coach.workout.edits import rest_of
from coach.workout.kinds import REPS
from coach.workout.timeline import Timeline

if TYPE_CHECKING:
    from coach.app.sharing import Sharing
    from coach.app.squad_sessions import SquadRadio
    from coach.edge.conductor import Resumption
    from coach.edge.recorder import Recorder
    from coach.edge.settings import VoiceMode
    from coach.edge.speech import SpeechSink
    from coach.edge.squad_files import SquadJournal
    from coach.live.contract import Input, Output, RunSetup
    from coach.screen.protocols import ShareActions
    from coach.screen.squad_board import SquadApp

_LATE_S: Final = 0.02
"""Seconds that an input may be stamped late before it carries its own moment."""
_ROOM: Final = 32_768
"""Most lines that wait for a slow reader: an hour of eight runners."""


WorkoutFor = Callable[[SquadRunner, str], Timeline]
"""Finds the workout of a group, compiled for a runner; raises `CoachProblem` if there is none."""


@dataclass(slots=True)
class Member:
    """One runner of a live squad: their run, and what measures and records it."""

    runner: SquadRunner
    run: LiveRun
    sources: RunSources = field(default_factory=RunSources)
    recorder: "Recorder | None" = None
    resumption: "Resumption | None" = None
    earlier: "Sequence[Output]" = ()
    """The outputs so far of a run that is resumed."""


class NamedConsole(SilentConsole):
    """A console that puts the name of a runner before each line, and asks nothing."""

    def __init__(self, console: Console, name: str) -> None:
        self._console = console
        self._name = name

    def say(self, text: str) -> None:
        """Print a line."""
        self._console.say(f"{plain(self._name)}: {text}")


class _RunnerSink:
    """Passes the outputs of one runner's run to the squad."""

    def __init__(self, runner: str, take: Callable[[str, TimedOutput], None]) -> None:
        self._runner = runner
        self._take = take

    def offer(self, output: TimedOutput) -> None:
        """Pass an output on."""
        self._take(self._runner, output)

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""


class SquadLines:
    """The lines of a squad on standard output: events with their runner, or words with a name before them."""

    def __init__(
        self, roster: Roster, *, as_json: bool, unit: str, now: Callable[[], Seconds] | None
    ) -> None:
        """Write for a reader who may be slow; late cues are left out of words if `now` returns the time."""
        self._as_json = as_json
        late = None if as_json else now
        self._sink = LineSink(sys.stdout.buffer, lambda _: [], room=_ROOM, now=late)
        self._words = SquadWords(roster, unit)

    @property
    def trouble(self) -> str:
        """The reason that lines could not be written; empty if they were."""
        return self._sink.trouble

    def offer(self, output: SquadOutput) -> None:
        """Queue the lines of an output."""
        timed = TimedOutput(output.output, output.run_s) if isinstance(output, RunnerOutput) else None
        lines = [encode_line(encode_squad_event(output))] if self._as_json else self._words.lines(output)
        self._sink.queue(timed, lines)

    async def close(self) -> None:
        """Write what is queued."""
        await self._sink.close()


class SquadWords:
    """Outputs of a squad as lines of words, the runner's name before each."""

    def __init__(self, roster: Roster, unit: str) -> None:
        """Name the runners of a roster; paces are per `km` or `mile`."""
        self._names = {runner.slug: plain(runner.name) for runner in roster.runners}
        self._width = max(map(len, self._names.values()))
        self._formatters = {runner.slug: TextFormatter(unit=unit) for runner in roster.runners}

    def lines(self, output: SquadOutput) -> list[str]:
        """Return the lines for an output, most often none or one."""
        name = self._names.get(output.runner, output.runner)
        if isinstance(output, RunnerOutput):
            lines = self._formatters[output.runner].lines(output.output)
            return [f"{name:<{self._width}}  {line}" for line in lines]
        return [f"{name:<{self._width}}  {line_words(output)}"]


def line_words(event: LineEvent) -> str:
    """Describe the result of a press at the line."""
    at = format_clock(event.moment, tenths=True)
    if isinstance(event, SplitGiven):
        return f"{at:>8}  | press {event.press}, by the {event.by.value}"
    if isinstance(event, SplitMoved):
        return f"{at:>8}  | press {event.press} was theirs, not {event.before}'s"
    return f"{at:>8}  | press {event.press} is taken back"


# --- the live squad


class LiveSquad:
    """The runs of a squad under way, and the coach's keys."""

    def __init__(
        self,
        roster: Roster,
        members: Sequence[Member],
        context: RunContext,
        *,
        epoch: float | None = None,
        journal: "SquadJournal | None" = None,
        radio: "SquadRadio | None" = None,
        sharings: "Mapping[str, Sharing] | None" = None,
        workout_for: WorkoutFor | None = None,
        keys: Sequence[SquadInput] = (),
    ) -> None:
        """Assemble the runs on the running loop; `epoch` is the moment of the clock at which the session began.

        Keys for several runners are kept in `journal`; `radio` receives the sensors of all, and `sharings` show each
        runner's own run to their phone. `workout_for` finds a runner's workout in another group (by default that of its
        members), and `keys` are those so far in a session that is resumed.
        """
        self._sharings = sharings or {}
        self._radio = radio
        self._goes_on = epoch is not None
        self._context = context
        self._clock: Clock = context.clock
        self._epoch = self._clock.monotonic() if epoch is None else epoch
        self._journal = journal
        self._workout_for = workout_for or self._as_members_run
        self.run = SquadRun(roster)
        self.board = Board(self.run, context.settings.session)
        names = {runner.slug: runner.name for runner in roster.runners}
        count = max((key.press for key in keys if isinstance(key, LineEvent)), default=0)
        self.assigner = PressAssigner(self.board.crossings, names=names, count=count)
        self._listeners: list[Callable[[str, TimedOutput], None]] = []
        self._has_start = asyncio.Event()
        self._subscribers: list[Callable[[], None]] = []
        self.members = {member.runner.slug: member for member in members}
        unit = members[0].run.setup.unit
        self._lines: SquadLines | None = None
        if context.run_mode is RunMode.UNATTENDED:
            self._lines = SquadLines(roster, as_json=context.as_json, unit=unit, now=self.now)
        self.assembled: dict[str, AssembledRun] = {}
        self.feeds: dict[str, ConductedFeed] = {}
        self._speech: SpeechSink | None = None
        for slug, member in self.members.items():
            self._assemble(slug, member, self._own_context(member, context))
        if context.voice is not None:
            self._speak(context, context.voice, members[0].run.setup)
        self._refold(keys)

    def _refold(self, keys: Sequence[SquadInput]) -> None:
        """Fold the keys and outputs so far; their effects on the runs are in the journals of the runs."""
        outputs = [
            RunnerOutput(slug, output) for slug, member in self.members.items() for output in member.earlier
        ]
        for event in sorted((*keys, *outputs), key=lambda each: each.at):
            self.run.receive(event)
            self.board.receive(event)

    def _own_context(self, member: Member, context: RunContext) -> RunContext:
        """Return the context of one runner: without a voice, with their own link, topics and consent."""
        slug, mqtt = member.runner.slug, context.settings.mqtt
        client = f"{mqtt.client_id}-{slug}" if mqtt.client_id else ""
        settings = replace(context.settings, mqtt=replace(mqtt, athlete=slug, client_id=client))
        is_published = member.runner.consent is Consent.CLUB or member.sources.relay is not None
        own = replace(
            context,
            settings=settings,
            voice=None,  # one voice speaks for all
            mqtt=context.mqtt if is_published else None,
            sharing=self._sharings.get(slug),
        )
        own.announcer = context.announcer
        return own

    def _assemble(self, slug: str, member: Member, context: RunContext) -> None:
        sink = _RunnerSink(slug, self._take)
        assembled = assemble(
            member.run,
            member.sources,
            context,
            recorder=member.recorder,
            resumption=member.resumption,
            earlier=member.earlier,
            side_by_side=SideBySide(self._epoch, sink),
        )
        self.assembled[slug] = assembled
        feed = ConductedFeed(assembled.watched, assembled.conductor)
        feed.subscribe(self._changed)
        self.feeds[slug] = feed

    def _speak(self, context: RunContext, mode: "VoiceMode", setup: "RunSetup") -> None:
        """Let one voice speak the cues of all, as far as there is time, with the name of the runner."""
        from coach.app.sound import speech_sink

        voice = SquadVoice()
        speech = self._speech = speech_sink(
            mode, context.settings, setup, now=self.now, announcer=context.announcer
        )

        def say(runner: str, timed: TimedOutput) -> None:
            if isinstance(timed.output, Cue):
                cue = voice.select(self.roster.runner(runner), timed.output)
                if cue is not None:
                    speech.offer(TimedOutput(cue, timed.run_s))

        self.listen(say)

    @property
    def roster(self) -> Roster:
        """The runners of the squad, in the groups they are in now."""
        return self.run.roster

    @property
    def is_over(self) -> bool:
        """True if every run has ended."""
        return all(each.conductor.is_over for each in self.assembled.values())

    def now(self) -> Seconds:
        """Return the seconds since the session began."""
        return Seconds(max(0.0, self._clock.monotonic() - self._epoch))

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there may be something new to show."""
        self._subscribers.append(changed)

    def listen(self, listener: Callable[[str, TimedOutput], None]) -> None:
        """Call `listener` with each output and the slug of its runner."""
        self._listeners.append(listener)

    def _changed(self) -> None:
        for changed in self._subscribers:
            changed()

    # --- the runs on the loop

    async def conduct(self) -> tuple[dict[str, Ending], int]:
        """Conduct every run to its end; return how each ended, and the exit code of all."""
        keys = list(self.assembled)
        beside = [asyncio.ensure_future(self._start_when_due())]
        if self._radio is not None:
            beside.append(asyncio.ensure_future(self._radio.run()))
        if self._context.run_mode is RunMode.UNATTENDED:
            beside.append(asyncio.ensure_future(self._without_keys()))
        try:
            with ShutdownSignals(self.leave) as signals:
                results = await asyncio.gather(*(self.assembled[slug].conduct() for slug in keys))
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            for sink in (self._lines, self._speech):
                if sink is not None:
                    await sink.close()
            if self._journal is not None:
                await self._journal.close()
        endings = {slug: ending for slug, (ending, _) in zip(keys, results, strict=True)}
        code = signals.exit_code or max((code for _, code in results), default=0)
        if not code and self._lines is not None and self._lines.trouble:
            self._context.console.say(f"Not everything could be printed: {self._lines.trouble}.")
            code = FAILURE
        return endings, code

    def leave(self) -> None:
        """Stop conducting without ending the runs, so that they can be resumed."""
        for each in self.assembled.values():
            each.conductor.leave()

    def close(self) -> None:
        """End every run."""
        for each in self.assembled.values():
            each.conductor.close()

    async def _without_keys(self) -> None:
        """Start the wave of all runners, and read keys as lines from a piped standard input: there is no screen."""
        if not self._goes_on:
            await asyncio.sleep(0)  # every run is opened by then
            self.start_wave(list(self.members))
        if is_piped(0):
            await StdinButtons(self._context.console.say, words=self.words()).listen(self)

    def put(self, event: "Input") -> None:
        """Apply a button to all runners: its line names none."""
        if isinstance(event, Pressed):
            self.command(list(self.members), event.button)

    def put_from_thread(self, event: "Input") -> None:
        """Do nothing: no button comes from a thread."""

    def press(self, button: Button, answer: int | None = None, origin: Origin = Origin.KEY) -> None:
        """Press a button for all runners."""
        del answer, origin  # a question is answered for one runner
        self.command(list(self.members), button)

    def words(self) -> dict[str, Callable[[], None]]:
        """Return the lines that may be typed: `space`, `undo`, `was ben`, `fast pause`, `all cut 6`, `wave new`."""
        words: dict[str, Callable[[], None]] = {"space": self.cross, "line": self.cross, "undo": self.undo}
        words["wave"] = partial(self._wave, tuple(self.members))
        whole = {
            group.name: tuple(runner.slug for runner in self.roster.members(group.name))
            for group in self.roster.groups
        }
        for who, slugs in {
            "all": tuple(self.members),
            **whole,
            **{slug: (slug,) for slug in self.members},
        }.items():
            name = who.replace("-", "_")
            words[f"wave_{name}"] = partial(self._wave, slugs)
            words |= {
                f"{name}_{word}": partial(self.command, slugs, button)
                for word, button in BUTTON_NAMES.items()
            }
            words |= {f"{name}_cut_{reps}": partial(self.cut_to, slugs, reps) for reps in range(1, 41)}
        for runner in self.roster.runners:
            name = runner.slug.replace("-", "_")
            for key in (runner.key.casefold(), name):
                words[key] = partial(self.name, runner.slug)
                words[f"was_{key}"] = partial(self.give_last_to, runner.slug)
            words[f"{name}_drop_out"] = partial(self.drop_out, runner.slug)
            words[f"{name}_out"] = partial(self.leave_out, runner.slug)
            words |= {
                f"{name}_to_{group}".replace("-", "_"): partial(self._move, runner.slug, group)
                for group in whole
            }
        return words

    def _move(self, runner: str, group: str) -> None:
        refusal = self.move(runner, group)
        if refusal:
            self._context.console.say(refusal)

    def _wave(self, runners: Sequence[str]) -> None:
        if not self.start_wave(runners):
            self._context.console.say("None of them waits for the start.")

    async def _start_when_due(self) -> None:
        """Give the runs the starts that are due by the clock, each at its own time."""
        while True:
            self._has_start.clear()
            due_at = self.run.wake_at()
            moment = None if due_at is None else self._epoch + due_at
            await wait_until(self._has_start, self._clock, moment)
            if due_at is not None and self.now() >= due_at:
                self._give(self.run.fire(self.now()))
            self._changed()

    def _take(self, runner: str, timed: TimedOutput) -> None:
        """Take an output of a run: print it, pass it to listeners, and give other runs the inputs it causes."""
        output = RunnerOutput(runner, timed.output, timed.run_s)
        if self._lines is not None:
            self._lines.offer(output)
        for listener in self._listeners:
            listener(runner, timed)
        self.board.receive(output)
        self._give(self.run.receive(output))
        self._has_start.set()

    def _give(self, inputs: Sequence[RunnerInput]) -> None:
        """Put inputs into the conductors of their runs, with their own time if that has passed."""
        for routed in inputs:
            event = routed.event
            if isinstance(event, Pressed) and event.pressed_at is None and self.now() - event.at > _LATE_S:
                event = replace(event, pressed_at=event.at)
            self.assembled[routed.runner].conductor.put(event)

    def receive(self, event: SquadInput) -> None:
        """Take an input of the squad: write it to the journal, and give the runs the inputs it causes."""
        if self._journal is not None:
            self._journal.append(event)
        if self._lines is not None and isinstance(event, LineEvent):
            self._lines.offer(event)
        self.board.receive(event)
        self._give(self.run.receive(event))
        self._has_start.set()
        self._changed()

    # --- keys

    def cross(self, moment: Seconds | None = None) -> None:
        """Press for a crossing of the line: by the next runner, or the one whose key follows."""
        now = self.now()
        self.board.expect(self.snapshots())
        for event in self.assigner.press(now, moment):
            self.receive(event)
        self._changed()

    def name(self, runner: str, moment: Seconds | None = None) -> None:
        """Press for a runner by their own key; it puts them back into the order of crossing."""
        if self.board.crossings.is_out(runner) and not self.run.is_gone(runner):
            self.receive(OrderChanged(self.now(), runner, is_out=False))
        for event in self.assigner.name(runner, self.now(), moment):
            self.receive(event)
        self._changed()

    def undo(self) -> None:
        """Undo the last press at the line."""
        for event in self.assigner.undo(self.now()):
            self.receive(event)
        self._changed()

    def command(self, runners: Sequence[str], button: Button, times: int = 1) -> None:
        """Press a button for some runners."""
        self.receive(SquadPressed(self.now(), tuple(runners), button, times))

    def start_wave(self, runners: Sequence[str]) -> int:
        """Start those of some runners who wait for it, each at their own offset; return their number.

        Partners start in turn, unless a single runner is named.
        """
        now = self.now()
        waiting = [slug for slug in runners if self.phase(slug) in {Phase.READY, Phase.OVERTIME}]
        if len(runners) > 1:
            before_a_rep = [slug for slug in waiting if self._waits_for_rep(slug)]
            held = set(before_a_rep) - set(self.run.in_turn(before_a_rep))
            waiting = [slug for slug in waiting if slug not in held]
        offsets = self.offsets(waiting)
        starts = tuple((slug, Seconds(now + offsets.get(slug, 0.0))) for slug in waiting)
        if starts:
            self.receive(WaveStarted(now, starts))
        return len(starts)

    def _waits_for_rep(self, runner: str) -> bool:
        """Return True if a start would be that of a rep, not of a warm-up that partners run together."""
        step = self.members[runner].run.session.step
        return step is not None and (step.kind in REPS or self.phase(runner) is Phase.OVERTIME)

    def offsets(self, runners: Sequence[str]) -> dict[str, Seconds]:
        """Return the seconds from the call of a wave to the start of each runner; 0 for the first."""
        unstarted = [slug for slug in runners if self.snapshot(slug).run_s is None]
        takes = {slug: seconds for slug in unstarted if (seconds := self.predicted(slug)) is not None}
        starters = [self.roster.runner(slug) for slug in unstarted]
        starts = self.roster.waves.starts(starters, takes)
        least = min(starts.values(), default=Seconds(0.0))
        return {slug: Seconds(at - least) for slug, at in starts.items()}

    def predicted(self, runner: str) -> Seconds | None:
        """Return the planned time of a runner; None if part of the plan has no pace."""
        return estimate(self.members[runner].run.setup.timeline).seconds or None

    def drop_out(self, runner: str) -> None:
        """End a runner's run; its recording stays."""
        self.receive(RunnerLeft(self.now(), runner))

    def leave_out(self, runner: str) -> None:
        """Take a runner out of the order of crossing, or put them back."""
        self.receive(OrderChanged(self.now(), runner, not self.board.crossings.is_out(runner)))

    def give_last_to(self, runner: str) -> None:
        """Assign the last press to this runner: it was Ana, not Ben."""
        last = self.assigner.last()
        if last is None:
            return
        now = self.now()
        if now - last.moment > PAST_S:
            self.assigner.message = f"Too late to move it: {PAST_S:g} s is the most. Undo takes it back."
            return
        for event in self.assigner.move(last.press, runner, now):
            self.receive(event)
        self._changed()

    def cut_to(self, runners: Sequence[str], reps: int) -> None:
        """Drop reps of the set under way, down to this number."""
        for slug in runners:
            steps = self.members[slug].run.session.timeline.steps
            most = max((step.of or 0 for step in steps), default=0)
            if most > reps:
                self.command([slug], Button.DROP_REP, most - reps)

    def move(self, runner: str, group: str) -> str:
        """Move a runner to another group, whose workout they join at its next rep; return a refusal, or an empty text.

        The step under way is finished first. They start with the first of the group who begins that rep.
        """
        now = self.now()
        try:
            switch, reps = self._joined(runner, group, now)
        except CoachProblem as problem:
            return " ".join(part for part in (problem.message, problem.hint) if part)
        self.receive(RunnerMoved(now, runner, group, reps, switch))
        return ""

    def _as_members_run(self, _one: SquadRunner, group: str) -> Timeline:
        members = [each.slug for each in self.roster.members(group)]
        if not members:
            raise UsageProblem(f"Nobody runs in {group}.")
        return self.members[members[0]].run.setup.timeline

    def _joined(self, runner: str, group: str, now: Seconds) -> tuple[WorkoutSwitched, int]:
        """Return the switch to the workout of another group, and the number of its reps that are over.

        Raises:
            CoachProblem: the group has no workout for them, or no rep left, or they cannot leave their own group.
        """
        member = self.roster.runner(runner)
        if self.run.is_gone(runner):
            raise UsageProblem(f"The run of {member.name} is over.")
        if self.roster.team_of(runner):
            raise UsageProblem(f"{member.name} is in a relay team, which cannot change group.")
        timeline = self._workout_for(member, group)
        place = self.run.place_of(group, without=runner)
        has_begun = self.snapshot(runner).run_s is not None
        whole = place is None and not has_begun
        rest = timeline if whole else rest_of(timeline, place or 0)
        if rest is None:
            raise UsageProblem(f"{group} has no rep left that {member.name} could join.")
        return WorkoutSwitched(now, rest), place or 0

    # --- for the screen

    def moment_of(self, monotonic: float) -> Seconds:
        """Return the time of the session at a moment of the machine's monotonic clock."""
        return just_before(self.now(), monotonic, self._clock)

    def clock_words(self) -> str:
        """Return the time of day, `18:05:30`, for the title."""
        return local_iso(self._clock.wall())[11:19]

    def mute(self, *, is_muted: bool) -> None:
        """Mute the voice, or unmute it."""
        if self._speech is not None:
            self._speech.mute(is_muted=is_muted)

    def links_of(self, runner: str) -> "ShareActions | None":
        """Return the links to a runner's run for their phone; None if it is not shared."""
        sharing = self._sharings.get(runner)
        return None if sharing is None else sharing.actions

    def feed_of(self, runner: str) -> ConductedFeed:
        """Return the run of one runner."""
        return self.feeds[runner]

    def phase(self, runner: str) -> Phase:
        """Return the phase of a runner's run."""
        return self.snapshot(runner).phase

    def snapshots(self) -> dict[str, Snapshot]:
        """Return the newest snapshot of every run that may be shown."""
        return {slug: self.snapshot(slug) for slug in self.members}

    def snapshot(self, runner: str) -> Snapshot:
        """Return the newest snapshot of a run that may be shown."""
        feed = self.feeds[runner]
        return feed.snapshot(feed.now())

    def standings(self) -> list[BoardStanding]:
        """Return the state of every runner, the one who needs the coach most first."""
        return self.board.standings(self.snapshots(), self.now())

    def following(self) -> tuple[Expected, ...]:
        """Return the runners who are expected at the line next."""
        return self.board.crossings.following(self.now())


def run_squad(
    make: Callable[[], LiveSquad], context: RunContext, *, is_recorded: bool
) -> tuple[dict[str, Ending], int]:
    """Conduct a squad to its end, on the board or as lines; return how each run ended, and the exit code."""
    keep_log_off_the_terminal()

    async def conduct() -> tuple[dict[str, Ending], int]:
        squad = make()
        if context.run_mode is RunMode.UNATTENDED:
            collect_as_usual()
            with without_reader(1, squad.leave) if not is_recorded else nullcontext():
                return await squad.conduct()
        from coach.screen.squad_board import SquadApp

        app = SquadApp(squad.roster, theme=context.settings.theme)
        return await conduct_under(app, asyncio.ensure_future(app.run_async(mouse=False)), squad, context)

    return asyncio.run(conduct())


async def conduct_under(
    app: "SquadApp", showing: asyncio.Future[bool | None], squad: LiveSquad, context: RunContext
) -> tuple[dict[str, Ending], int]:
    """Conduct a squad under a board that is shown already; return how each run ended, and the exit code."""
    app.coach(squad)
    conducting = asyncio.ensure_future(squad.conduct())
    context.announcer.use_screen(app.tell, app.bell)
    try:
        how = await showing
    finally:
        context.announcer.use_console()
        if not conducting.done():
            if app.is_finished:
                squad.close()
            else:
                squad.leave()
        endings, code = await conducting
    has_left = any(ending is Ending.LEFT for ending in endings.values())
    return endings, code or (INTERRUPTED if has_left and how is None else 0)
