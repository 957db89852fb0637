"""Timing by hand: the clock, the journal and the keys, on a screen of its own or as lines.

Actions at the line become inputs of a fold (`coach.squad.by_hand`). Each is written before it is folded, so that what
was shown survives a killed program. The clock of a resumed session has run on in the meantime.

Without a screen, lines take the place of keys: `space`, `b`, `give b 17`, `undo`. A time before a line is when it
happened, so that a list on paper can be typed in later.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from coach.app.terminal import (
    Announcer,
    Console,
    RunMode,
    drop_gone_terminal,
    keep_awake,
    keep_log_off_the_terminal,
    run_mode_here,
)
from coach.edge.clock import Clock, MachineClock, just_before, local_iso
from coach.edge.files import is_locked, plain, runner_paths, write_atomically
from coach.edge.machine import ShutdownSignals
from coach.edge.run_folder import new_ulid
from coach.edge.squad_files import (
    HAND_SUFFIX,
    HandJournal,
    HandSession,
    earlier_splits,
    find_hand_session,
    hand_sessions,
    read_hand_session,
)
from coach.live.contract import encode_line
from coach.problems import INTERRUPTED, CoachProblem, TerminalProblem
from coach.quantities import Metres, Seconds, format_clock, parse_clock
from coach.session.phases import Button, Pressed
from coach.signals.readings import Rejected
from coach.squad.by_hand import (
    LAP_M,
    HandEvent,
    HandInput,
    HandPress,
    HandSetup,
    HandTiming,
    HandUndone,
    PastSplits,
    PressesTakenBack,
    PressGiven,
    PressSource,
    RunnerNamed,
    TimingEnded,
    heats_of,
    sheet_csv,
    sheet_lines,
    split_words,
)
from coach.squad.roster import MOST_RUNNERS, Roster, roster_of_numbers

if TYPE_CHECKING:
    from coach.edge.settings import Settings
    from coach.edge.telemetry.address import MqttRequest
    from coach.edge.telemetry.bus import Bus
    from coach.live.contract import Input, Output
    from coach.session.phases import Origin


_OFFERED_S: Final = 3 * 3600.0
"""Seconds after its last press in which a session is offered to resume: the length of a meeting. Judged."""
_LONGEST_NAME: Final = 40
"""Letters of a name, as in a roster."""


@dataclass(frozen=True, slots=True)
class HandRequest:
    """Timing by hand as requested on the command line."""

    roster: Roster | None = None
    runners: int | None = None
    """The count of numbers without a roster; None for the most there can be."""
    distance_m: float | None = None
    lap_m: float = LAP_M
    heats: int | None = None
    record: str | None = None
    is_recorded: bool = True
    resume: str | None = None
    """The session to resume."""
    mqtt: "MqttRequest | None" = None
    """The broker that gates and phones at the line send to."""

    @property
    def folder(self) -> Path:
        """The folder of the sessions."""
        return runner_paths().by_hand if self.record is None else Path(self.record).expanduser()


# --- the session


class HandTimingService:
    """A session that is timed by hand, and the actions at the line."""

    def __init__(
        self,
        setup: HandSetup,
        clock: Clock,
        *,
        journal: HandJournal | None = None,
        past: PastSplits | None = None,
        session: HandSession | None = None,
    ) -> None:
        """Time from now on, or resume a session, whose clock has run on."""
        self.timing = HandTiming(setup)
        self.past = past or {}
        self.is_kept = journal is not None
        self._journal = journal
        self.clock = clock
        elapsed = 0.0
        self._least = Seconds(0.0)
        if session is not None:
            self.timing = session.timing()
            self._least = session.until
            elapsed = max(session.until, clock.wall().epoch_s - setup.started_s)
        self._epoch = clock.monotonic() - elapsed
        self._subscribers: list[Callable[[], None]] = []
        self._listeners: list[Callable[[HandEvent], None]] = []
        self.chosen: int | None = None
        """The press that the next key names, if one was chosen from the list."""
        self.is_over = False

    def begin(self) -> None:
        """Start the clock before the gun, unless it runs already."""
        if not self.timing.clocks:
            self.take(self.timing.early_clock(Seconds(0.0)))

    def now(self) -> Seconds:
        """Return the seconds since the session began, at least the time of the newest input."""
        return Seconds(max(self._least, self.clock.monotonic() - self._epoch))

    def set_least(self, moment: Seconds) -> None:
        """Set the least value of `now`: times from a paper list are ahead of the clock."""
        self._least = max(self._least, moment)

    def moment_of(self, monotonic: float) -> Seconds:
        """Return the time of the session at a moment of the machine's monotonic clock."""
        return just_before(self.now(), monotonic, self.clock)

    def day_words(self) -> str:
        """Return the time of day, `18:05`."""
        return local_iso(self.clock.wall())[11:16]

    @property
    def trouble(self) -> str:
        """The reason that something could not be saved; empty if everything was."""
        return "" if self._journal is None else self._journal.trouble

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there is something new to show."""
        self._subscribers.append(changed)

    def listen(self, listener: Callable[[HandEvent], None]) -> None:
        """Call `listener` with each event."""
        self._listeners.append(listener)

    def take(self, *inputs: HandInput) -> None:
        """Write inputs to the journal, then fold them."""
        for event in inputs:
            self._least = max(self._least, event.at)
            if self._journal is not None:
                self._journal.append(event)
            for output in self.timing.receive(event):
                self._emit(output)
        for changed in self._subscribers:
            changed()

    def _emit(self, event: HandEvent) -> None:
        runner, press = event.get("runner"), event.get("press")
        if runner and press:
            crossing = next((each for each in self.timing.crossings(runner) if each.press == press), None)
            words = "" if crossing is None else split_words(self.timing, crossing, self.past)
            event = {**event, "word": words} if words else event
        for listener in self._listeners:
            listener(event)

    # --- actions at the line

    def cross(self, moment: Seconds | None = None, *, is_loose: bool = False) -> int:
        """Press for a crossing of the line; return the number of the press."""
        now = self.now()
        self.take(self.timing.line_press(now, now if moment is None else moment, is_loose=is_loose))
        return len(self.timing.presses)

    def name(self, runner: str, moment: Seconds | None = None) -> int | None:
        """Apply a runner's key; return the number of its press if it was a press itself."""
        now, before = self.now(), len(self.timing.presses)
        chosen, self.chosen = self.chosen, None
        self.take(*self.timing.inputs_of_key(runner, now, now if moment is None else moment, chosen))
        after = len(self.timing.presses)
        return after if after > before else None

    def give(self, runner: str, press: int | None = None) -> None:
        """Assign a press to a runner: this one, else the oldest unassigned, else the last assigned one."""
        loose = self.timing.loose()
        number = press or (loose[0].number if loose else None)
        if number is None:
            self.swap(runner)
        elif number in self.timing.owners:
            self.take(*self.timing.inputs_of_key(runner, self.now(), self.now(), number))
        else:
            self.timing.message = f"There is no press {number}."

    def give_by_order(self) -> None:
        """Assign the chosen or oldest unassigned press to the runner most likely at the line then."""
        loose = self.timing.loose()
        press = next((each for each in loose if each.number == self.chosen), loose[0] if loose else None)
        names = [] if press is None else self.timing.candidates(press)
        if press is None or not names:
            self.timing.message = (
                "No runner is known to have been near then." if press else "No press is unassigned."
            )
            self.take()
            return
        self.chosen = None
        self.take(PressGiven(self.now(), press.number, names[0]))

    def swap(self, runner: str) -> None:
        """Assign the last assigned press, or the chosen one, to this runner instead."""
        chosen, self.chosen = self.chosen, None
        self.take(*self.timing.inputs_of_swap(runner, self.now(), chosen))

    def undo(self) -> None:
        """Undo the last action by hand."""
        self.chosen = None
        self.take(HandUndone(self.now()))

    def next_heat(self, moment: Seconds | None = None) -> None:
        """Start the next heat: the gun."""
        now = self.now()
        self.take(self.timing.next_heat(now, now if moment is None else moment))

    def drop(self, runner: str | None = None) -> None:
        """Take a runner out of the order, by default the next one: they stopped or were lapped."""
        self.take(*self.timing.inputs_of_drop(self.now(), runner))

    def take_back(self, *presses: int, is_held_key: bool = False) -> None:
        """Take presses back that were no crossing."""
        self.chosen = None
        self.take(PressesTakenBack(self.now(), presses, is_held_key))

    def call(self, runner: str, name: str) -> None:
        """Name a runner."""
        from coach.screen.paint import sanitise

        name = sanitise(name, _LONGEST_NAME)
        if name:
            self.take(RunnerNamed(self.now(), runner, name))
        else:
            self.timing.message = "That is not a name."

    def choose(self, step: int) -> None:
        """Move the choice among the presses by a step; it begins at the oldest unassigned one."""
        numbers = [press.number for press in self.listed()]
        if not numbers:
            return
        loose = self.timing.loose()
        at = self.chosen if self.chosen is not None else loose[0].number if loose else None
        place = numbers.index(at) + step if at in numbers else len(numbers) - 1 if step < 0 else 0
        self.chosen = numbers[min(len(numbers) - 1, max(0, place))]
        self.take()

    def listed(self) -> list[HandPress]:
        """Return every press in order of time."""
        return sorted(self.timing.presses, key=lambda press: (press.moment, press.number))

    def end(self) -> None:
        """End the timing."""
        if not self.is_over:
            self.is_over = True
            self.take(TimingEnded(self.now()))

    def put(self, event: "Input", answer: "Callable[[Input, Sequence[Output]], None] | None" = None) -> None:
        """Apply a button from elsewhere at the line: `mark` is a press with its own time, `undo` undoes."""
        outputs: Sequence[Output] = ()
        if isinstance(event, Pressed) and event.button is Button.MARK:
            self.pass_gate(event.at if event.pressed_at is None else event.pressed_at, "", is_phone=True)
        elif isinstance(event, Pressed) and event.button is Button.UNDO:
            self.undo()
        else:
            outputs = (Rejected(event.at, "button", "Only mark and undo work in timing by hand."),)
        if answer is not None:
            answer(event, outputs)

    def put_from_thread(self, event: "Input") -> None:
        """Do nothing: no button comes from a thread."""

    def press(self, button: "Button", answer: int | None = None, origin: "Origin | None" = None) -> None:
        """Do nothing: there is no run with buttons."""

    def pass_gate(self, moment: Seconds, place: str, tag: str = "", *, is_phone: bool = False) -> None:
        """Press for a runner at a gate; a tag may identify them."""
        source = PressSource.PHONE if is_phone else PressSource.GATE
        self.take(self.timing.device_press(self.now(), moment, source, place, tag))

    def save_table(self) -> str:
        """Save the table of the session in the working directory; return a message about it."""
        path = Path(f"by-hand-{self.timing.setup.started[:16].replace(':', '')}.csv")
        try:
            write_atomically(path, sheet_csv(self.timing, self.past))
        except OSError as error:
            return f"{path} cannot be written: {error.strerror}"
        return f"Saved as {path}"

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()


# --- gates and phones at the line


class LineLink:
    """A context with a link to gates and phones; without a broker there is none."""

    def __init__(self, service: HandTimingService, request: HandRequest, name: str, console: Console) -> None:
        """Find the broker.

        Raises:
            CoachProblem: the connection is refused, such as a password without encryption.
        """
        from coach.app.live_run import mqtt_plan
        from coach.edge.settings import load_settings

        self._service = service
        self._name = name
        self.announcer = Announcer(console)
        self.settings: Settings = load_settings(runner_paths().settings, os.environ)
        self._plan = mqtt_plan(request.mqtt, self.settings)
        self._bus: Bus | None = None

    async def __aenter__(self) -> Self:
        if self._plan is not None:
            from coach.app.telemetry import Port, line_link
            from coach.edge.remote_buttons import RemoteButtons

            service, clock = self._service, self._service.clock
            buttons = RemoteButtons(self._name, service, clock)

            def port(bus: "Bus") -> Port:
                return Port(
                    bus, service, clock, self._name, "", self.settings, self.announcer, lambda: buttons,
                    crossed=lambda gate, moment, tag: service.pass_gate(moment, gate, tag),
                )  # fmt: skip

            self._bus = line_link(
                self._plan,
                port,
                settings=self.settings,
                clock=clock,
                run=self._name,
                announcer=self.announcer,
            )
            self._bus.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._bus is not None:
            await self._bus.close()


# --- from start to end


def time_by_hand(request: HandRequest, console: Console, *, as_json: bool) -> int:
    """Time runners by hand; return the exit code.

    Raises:
        CoachProblem: the folder cannot be written, or there is no session to resume.
    """
    clock = MachineClock()
    mode = run_mode_here(as_json=as_json)
    folder = request.folder
    session = _cut_off(request, folder, clock, console, mode)
    if session is None:
        setup = _setup(request, clock)
        name = new_ulid(clock.wall().epoch_s)
        journal = HandJournal(folder / f"{name}{HAND_SUFFIX}", setup) if request.is_recorded else None
    else:
        setup, name = session.setup, session.name
        journal = HandJournal(session.path)
        for problem in session.problems:
            console.say(problem)
    service = HandTimingService(
        setup, clock, journal=journal, past=earlier_splits(folder, name, setup), session=session
    )
    try:
        link = LineLink(service, request, name, console)
        if mode is RunMode.SCREEN:
            with keep_awake(console):
                code = _on_screen(service, link)
        else:
            code = asyncio.run(by_lines(service, link, console, as_json=as_json))
    finally:
        service.close()
    if journal is not None and service.is_over and not service.timing.presses:
        journal.path.unlink(missing_ok=True)
        console.say("Nothing was timed or saved.")
        return code
    _close_words(service, name, console, as_json=as_json)
    return code


def _setup(request: HandRequest, clock: Clock) -> HandSetup:
    roster = request.roster or roster_of_numbers(request.runners or MOST_RUNNERS)
    wall = clock.wall()
    heats = heats_of(roster, request.heats)
    distance = None if request.distance_m is None else Metres(request.distance_m)
    return HandSetup(
        roster,
        Metres(request.lap_m),
        distance,
        heats,
        request.roster is None,
        local_iso(wall),
        round(wall.epoch_s, 3),
    )


def _cut_off(
    request: HandRequest, folder: Path, clock: Clock, console: Console, mode: RunMode
) -> HandSession | None:
    """Return the session to resume: the one requested, or the newest that was cut off, if the coach confirms."""
    if request.resume is not None:
        return read_hand_session(find_hand_session(request.resume, folder))
    for path in hand_sessions(folder)[:1]:
        with suppress(CoachProblem):
            session = read_hand_session(path)
            ago = max(0.0, clock.wall().epoch_s - session.setup.started_s - session.until)
            if session.is_finished or is_locked(path) or ago > _OFFERED_S:
                return None
            count = len(session.timing().presses)
            if not count:
                return None
            what = f"A timing with {count} presses was cut off {format_clock(ago)} ago."
            if mode is not RunMode.SCREEN or not console.can_ask():
                console.say(f"{what} Resume it: coach squad time --resume={session.name}")
                return None
            return session if console.confirm(f"{what} Resume it?") else None
    return None


def _on_screen(service: HandTimingService, link: LineLink) -> int:
    """Time on the screen; return the exit code."""
    from coach.screen.by_hand import HandApp

    keep_log_off_the_terminal()

    async def conduct() -> int:
        app = HandApp(service, theme=link.settings.theme)
        link.announcer.use_screen(app.tell, app.bell)
        service.begin()
        with ShutdownSignals(app.leave) as signals:
            async with link:
                is_ended = await app.run_async(mouse=False)
        link.announcer.use_console()
        if drop_gone_terminal():
            return TerminalProblem.exit_code
        if is_ended:
            service.end()
        return signals.exit_code or (0 if is_ended else INTERRUPTED)

    return asyncio.run(conduct())


def _close_words(service: HandTimingService, name: str, console: Console, *, as_json: bool) -> None:
    """Print the sheet to stdout, and the name of the session to stderr."""
    if not as_json:
        for line in sheet_lines(service.timing, service.past):
            sys.stdout.write(plain(line) + "\n" if len(line) < 200 else f"{line}\n")
        sys.stdout.flush()
    if service.trouble:
        console.say(f"Not everything could be saved: {service.trouble}.")
    if service.is_kept:
        ended = "coach squad sheet" if service.is_over else f"coach squad time --resume={name}"
        console.say(f"Saved as {name}. {'Print it again' if service.is_over else 'Resume it'}: {ended}")


# --- lines in place of keys

_MOST_UNKNOWN: Final = 20
"""Most unreadable lines that are reported: with more it is another kind of file. Judged."""
_LONGEST_LINE: Final = 4096
"""Bytes of a line that are read; the rest is ignored. Judged: commands are shorter."""


class HandLines:
    """Reads the actions at the line as lines of text, and prints a line for each event."""

    def __init__(self, service: HandTimingService, console: Console, *, as_json: bool) -> None:
        """Drive a session; lines that cannot be read are reported on the console."""
        self._service = service
        self._console = console
        self._as_json = as_json
        self._unknown = 0
        service.listen(self._print)

    def read(self, line: str) -> None:
        """Apply a line: `space`, `b`, `give b`, `@72.3 space`, `undo`, `swap b`, `heat`, `out b`, `end`."""
        service = self._service
        words = line.split()
        if not words or words[0].startswith("#"):
            return
        moment: Seconds | None = None
        if words[0].startswith("@"):
            moment = _moment_of(words.pop(0)[1:])
            if moment is None or not words:
                self._console.say(f"{plain(line.strip())[:80]}: after @ comes a time, such as @1:12.3 space")
                return
            service.set_least(moment)
        word, rest = words[0], words[1:]
        if not self._do(word.casefold(), word, rest, moment):
            self._unknown += 1
            if self._unknown > _MOST_UNKNOWN:
                return
            if self._unknown == _MOST_UNKNOWN:
                self._console.say("Many lines are not understood; no more of them are reported.")
                return
            self._console.say(
                f"{plain(line.strip())[:80]}: not understood. space, enter, a runner's key, give b, give b 17, undo, "
                "swap b, heat, out b, take 17, call b NAME, end"
            )
        elif service.timing.message:
            self._console.say(service.timing.message)

    def _do(self, word: str, spelt: str, rest: Sequence[str], moment: Seconds | None) -> bool:
        """Apply one word; return False if it has no meaning."""
        service = self._service
        service.timing.message = ""
        if word in _PLAIN and not rest:
            _PLAIN[word](service, moment)
            return True
        runner = self._runner(rest[0]) if rest else None
        number = (
            int(rest[-1])
            if rest and rest[-1].isascii() and rest[-1].isdigit() and len(rest[-1]) < 6
            else None
        )
        if word in {"give", "."} and runner and len(rest) <= 2 and (len(rest) == 1 or number is not None):
            service.give(runner, number if len(rest) == 2 else None)
        elif word in {"swap", "was"} and runner and len(rest) == 1:
            service.swap(runner)
        elif word in {"out", "-"} and runner and len(rest) == 1:
            service.drop(runner)
        elif word == "take" and number is not None and len(rest) == 1:
            if number in service.timing.owners:
                service.take_back(number)
            else:
                service.timing.message = f"There is no press {number}."
        elif word in {"call", "name"} and runner and len(rest) > 1:
            service.call(runner, " ".join(rest[1:]))
        elif not rest and (own := self._runner(spelt)):
            service.name(own, moment)
        else:
            return False
        return True

    def _runner(self, word: str) -> str | None:
        """Return the slug of the runner that a key, a slug or a name means; None if unknown."""
        timing = self._service.timing
        runner = timing.by_key(word)
        if runner is not None:
            return runner.slug
        name = word.casefold()
        return next(
            (
                each.slug
                for each in timing.setup.roster.runners
                if name in {each.slug, timing.name_of(each.slug).casefold()}
            ),
            None,
        )

    def _print(self, event: HandEvent) -> None:
        text = encode_line(event) if self._as_json else self._words(event)
        if text:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def _words(self, event: HandEvent) -> str:
        kind, press = event["event"], event.get("press")
        name = plain(self._service.timing.name_of(event["runner"])) if "runner" in event else ""
        if kind == "clock_started":
            return f"{format_clock(event['from_s'], tenths=True):>8}  | heat {event['heat']}"
        if kind == "timing_ended":
            return ""
        if press is None:
            verbs = {
                "left_order": "out of the order",
                "back_in_order": "back in the order",
                "undone": "undone",
            }
            text = verbs.get(kind, f"called {plain(str(event.get('name')))}")
            return f"{format_clock(event['at_s'], tenths=True):>8}  | {name}{' ' if name else ''}{text}"
        lap = (
            f"lap {event['lap']}  {event['lap_s']:.1f}  {format_clock(event['time_s'], tenths=True)}"
            if "lap" in event
            else ""
        )
        what = {"line_moved": "moved to ", "line_loose": "nobody's", "line_taken_back": "taken back"}.get(
            kind, ""
        )
        parts = [f"press {press}", what + name, lap, str(event.get("word", ""))]
        return f"{format_clock(event['effective_at_s'], tenths=True):>8}  | {'  '.join(filter(None, parts))}"


def _moment_of(text: str) -> Seconds | None:
    with suppress(ValueError, CoachProblem):
        seconds = float(text) if ":" not in text else float(parse_clock(text))
        if 0 <= seconds < 360_000:
            return Seconds(seconds)
    return None


_PLAIN: Final[dict[str, Callable[["HandTimingService", Seconds | None], object]]] = {
    "space": lambda service, moment: service.cross(moment),
    "line": lambda service, moment: service.cross(moment),
    "press": lambda service, moment: service.cross(moment),
    "enter": lambda service, moment: service.cross(moment, is_loose=True),
    "loose": lambda service, moment: service.cross(moment, is_loose=True),
    "undo": lambda service, _: service.undo(),
    "backspace": lambda service, _: service.undo(),
    "tab": lambda service, _: service.give_by_order(),
    "order": lambda service, _: service.give_by_order(),
    "heat": lambda service, moment: service.next_heat(moment),
    "gun": lambda service, moment: service.next_heat(moment),
    "]": lambda service, moment: service.next_heat(moment),
    "out": lambda service, _: service.drop(),
    "-": lambda service, _: service.drop(),
    "end": lambda service, _: service.end(),
    "esc": lambda service, _: service.end(),
}
"""Words without arguments."""


def _typed_lines() -> Iterator[bytes]:
    """Yield the lines of standard input as they arrive; a thread blocked in its buffer would delay the exit."""
    if sys.stdin is None:  # it was closed before the program began
        return
    try:
        descriptor = sys.stdin.fileno()
    except (OSError, ValueError):  # it is a buffer in memory
        yield from sys.stdin.buffer
        return
    rest = b""
    while chunk := os.read(descriptor, 65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line[:_LONGEST_LINE] for line in lines)
        rest = rest[:_LONGEST_LINE]
    if rest:
        yield rest


async def by_lines(service: HandTimingService, link: LineLink, console: Console, *, as_json: bool) -> int:
    """Read lines from standard input until it ends; return the exit code."""
    lines = HandLines(service, console, as_json=as_json)
    loop = asyncio.get_running_loop()
    end = asyncio.Event()

    def read_all() -> None:
        with suppress(RuntimeError, OSError, ValueError):  # the loop has closed, or the input has gone
            for line in _typed_lines():
                loop.call_soon_threadsafe(take, line.decode("utf-8", "replace"))
            loop.call_soon_threadsafe(end.set)

    def take(line: str) -> None:
        if not service.is_over:
            lines.read(line)
        if service.is_over:
            end.set()

    service.begin()
    with ShutdownSignals(end.set) as signals:
        async with link:
            threading.Thread(target=read_all, name="keys", daemon=True).start()
            await end.wait()
    if not signals.exit_code:
        service.end()
    return signals.exit_code or 0
