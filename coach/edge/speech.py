"""The sink that speaks: cues wait in a short queue, a thread turns them into speech, and a device plays them.

`coach.cues` decides whether a cue is spoken at all; here it only pre-empts or is dropped, by its class and its time to
live. A cue of a higher class interrupts the current one. A late cue is never spoken.

The thread opens the device for a cue and closes it after some seconds of silence, so that silence costs nothing. A
device that blocks, fails or goes away stops this thread or this sink, and never the run.
"""

import asyncio
import logging
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from coach.cues.arbiter import stand_in
from coach.cues.cue import Cue, CueClass, Sound
from coach.edge.audio import (
    RATE,
    DeviceError,
    Mixer,
    OutputLevel,
    Player,
    PlayingUtterance,
    Samples,
    Utterance,
    frames,
    output_level,
    silence,
    tones,
)
from coach.edge.settings import SoundSettings
from coach.edge.voices import Voice
from coach.live.contract import Output, RunEnded
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from coach.session.events import PhaseChanged, StepEnded, StepStarted
from coach.session.phases import Phase
from coach.workout.kinds import KINDS
from coach.workout.timeline import Quantity, Step

_LOG = logging.getLogger(__name__)

RANKS: Final = {cue_class: rank for rank, cue_class in enumerate(CueClass)}
"""The classes by priority; the metronome is below all of them."""
WAITING: Final = 2
"""Cues that may wait during speech; more are useless at the track."""
HOLD_S: Final = 5.0
"""How long the device stays open after the last sound: earphones sleep after about as much silence."""
HOLD_COUNTING_S: Final = 21.0
"""The same after a countdown or the words of a step: from "Thirty" to "Ten" it is 20 s, and 3-2-1 cannot wait."""
RETRY_S: Final = 5.0
"""Seconds between two attempts to open a device."""
STALLED_S: Final = 1.0
"""A device that has requested no samples for this long is lost: it requests 50 blocks a second."""
STARTING_S: Final = 5.0
"""The same for a device that was just opened: a PulseAudio server that slept requests a block or two, and the next
after up to 2.5 s (measured with a null sink, after the server was restarted).
"""
_BEGUN: Final = RATE // 5
"""Samples that a device has requested once it plays steadily: 200 ms."""
BLOCKED_S: Final = 3.0
"""Opening a device takes 10 ms to a second; a longer time is reported to the runner."""
CLOSE_S: Final = 3.0
"""Longest time that speech may continue at the end of a run."""
VOICE_AFTER_S: Final = 2.0
"""The voice is loaded this long after the start, or with the first cue: the screen comes first."""
_LOOK_S: Final = 0.25
"""Time between two checks of an open device."""
_TONE_GAP: Final = RATE * 60 // 1000
"""Samples between a tone and its words: 60 ms. Judged."""
ALONG_SPM: Final = 170.0
"""Beat of the phrases to speak along on an easy run: the talk test of `docs/explanation/claims.md`."""
ALONG: Final = ("quick", "feet", "light", "feet.")
"""The clips of such a phrase, one a step."""


@dataclass(frozen=True, slots=True)
class SpeechJob:
    """A cue to be spoken."""

    words: str
    sound: Sound
    cue_class: CueClass
    at: Seconds
    until: Seconds
    """The time after which it is not worth saying."""

    @classmethod
    def of(cls, cue: Cue) -> "SpeechJob | None":
        """Make one of a cue; None for a cue that is only shown."""
        if not cue.is_heard:
            return None
        return cls(cue.speech, cue.sound, cue.cue_class, cue.at, Seconds(cue.at + cue.ttl_s))

    @property
    def rank(self) -> int:
        """Its place among the classes, 0 for the highest."""
        return RANKS[self.cue_class]


class SpeechQueue:
    """The waiting cues: few, the highest class first, none of them late."""

    def __init__(self) -> None:
        """Start empty."""
        self._jobs: list[SpeechJob] = []
        self.dropped = 0
        """Number of cues without room, or replaced by a newer one of a countdown."""
        self.late = 0
        """Number of cues that were late before they could be spoken."""

    def __len__(self) -> int:
        return len(self._jobs)

    def add(self, job: SpeechJob, now: Seconds) -> None:
        """Add a cue; without room the oldest of the lowest class is dropped."""
        self._drop_late(now)
        if job.cue_class is CueClass.COUNTDOWN:  # "two" makes a "three" that still waits wrong; "go" does not
            remaining = [
                other
                for other in self._jobs
                if other.cue_class is not CueClass.COUNTDOWN or other.at == job.at
            ]
            self.dropped += len(self._jobs) - len(remaining)
            self._jobs = remaining
        self._jobs.append(job)
        if len(self._jobs) > WAITING:
            lowest = max(other.rank for other in self._jobs)
            self._jobs.remove(next(other for other in self._jobs if other.rank == lowest))
            self.dropped += 1

    def take(self, now: Seconds, rank: int | None) -> SpeechJob | None:
        """Take the next cue that may be spoken while one of a rank is being spoken; None if there is none.

        A higher class interrupts, and a countdown interrupts itself.
        """
        self._drop_late(now)
        job = min(self._jobs, key=lambda other: other.rank, default=None)
        if job is None:
            return None
        if rank is not None and not (job.rank < rank or job.rank == rank == RANKS[CueClass.COUNTDOWN]):
            return None
        self._jobs.remove(job)
        return job

    def clear(self) -> None:
        """Drop all cues."""
        self._jobs.clear()

    def _drop_late(self, now: Seconds) -> None:
        fresh = [job for job in self._jobs if now <= job.until]
        self.late += len(self._jobs) - len(fresh)
        self._jobs = fresh


class Speaker:
    """Turns cues and steps into what the mixer plays; it has no thread, no device and no clock of its own."""

    def __init__(
        self, voice: Voice | None, settings: SoundSettings, on_idle: Callable[[], None] = lambda: None
    ) -> None:
        """Speak by a voice; without one, by tones."""
        self.voice = voice
        """The voice."""
        self._settings = settings
        self.queue = SpeechQueue()
        self.mixer = Mixer(wake_s=settings.wake_ms / 1000, on_idle=on_idle)
        self.unsaid: deque[str] = deque(maxlen=16)
        """The last sentences that were replaced by a tone."""
        self.hold_s = HOLD_S
        """How long the device should stay open after the last utterance."""
        self._step: Step | None = None
        self._is_halted = True
        self._beat_spm: float | None = None
        """The beat of the metronome, in steps a minute."""
        self._along: list[Samples] | None = None

    def add(self, output: Output, now: Seconds) -> bool:
        """Add an output; returns True if something is to be played."""
        if isinstance(output, Cue):
            job = SpeechJob.of(output)
            if job is None or self.mixer.is_muted:
                return False
            self.queue.add(job, now)
            return True
        return self._follow(output)

    def samples(self, job: SpeechJob) -> Samples:
        """Return the tone and the words of a cue; a tone replaces words that cannot be spoken."""
        speech, missing = (array("h"), [job.words]) if self.voice is None else self.voice.say(job.words)
        sound = job.sound
        if job.words and missing:
            self.unsaid.extend(missing)
            sound = stand_in(sound)
        samples: Samples = array("h", tones(sound.value))
        if samples and speech:
            samples.extend(silence(_TONE_GAP))
        samples.extend(speech)
        return samples

    def say(self, job: SpeechJob, samples: Samples) -> PlayingUtterance:
        """Put a cue into the mixer, with its tone and words as `samples`."""
        words = " ".join(
            part
            for part in (f"({job.sound.value})" if job.sound is not Sound.NONE else "", job.words)
            if part
        )
        counts = job.cue_class in {CueClass.COUNTDOWN, CueClass.STEP}
        self.hold_s = HOLD_COUNTING_S if counts else HOLD_S
        return self.mixer.put(Utterance(samples, job.rank, words))

    @property
    def is_done(self) -> bool:
        """True once the silence is long enough to close the device."""
        mixer = self.mixer
        return not mixer.has_beat and mixer.rank is None and mixer.silent >= frames(self.hold_s)

    def mute(self, *, is_muted: bool) -> None:
        """Be silent, or speak again from the next cue on."""
        self.mixer.is_muted = is_muted
        if is_muted:
            self.queue.clear()
            self.mixer.stop()

    def apply_beat(self) -> bool:
        """Start, change or stop the metronome for the current step; returns True if it is on."""
        spm, mixer = self._beat_spm, self.mixer
        if spm is None:
            if mixer.has_beat:
                mixer.set_beat(None)
            return False
        if spm != mixer.steps_per_minute:
            mixer.set_beat(spm, self._phrase() if self._settings.speak_along else ())
        return True

    @property
    def wants_beat(self) -> bool:
        """True while the metronome should be heard."""
        return self._beat_spm is not None

    def _follow(self, output: Output) -> bool:
        """Follow the steps for the metronome; returns True if it must change."""
        match output:
            case StepStarted(step=step):
                self._step = step
            case StepEnded() | RunEnded():
                self._step = None
            case PhaseChanged(phase=phase):
                self._is_halted = phase in {Phase.PAUSED, Phase.FINISHED, Phase.READY}
            case _:
                return False
        is_off = self._step is None or self._is_halted
        spm = None if is_off or self._step is None else beat_of(self._step, self._settings)
        has_changed, self._beat_spm = spm != self._beat_spm, spm
        return has_changed

    def _phrase(self) -> list[Samples]:
        """The words of the phrase to speak along; none if they are not in the bank."""
        if self.voice is None:
            return []
        if self._along is None:
            clips = [self.voice.say(word.removesuffix("."))[0] for word in ALONG]
            self._along = clips if all(clips) else []
        return self._along


def beat_of(step: Step, settings: SoundSettings) -> float | None:
    """The beat of the metronome in a step, in steps a minute; None for none.

    It follows a cadence target, and on an easy run the phrases to speak along, if they are switched on.
    """
    target = step.target
    if settings.metronome and target is not None and target.quantity is Quantity.CADENCE:
        band = target.band
        if band.aim is not None:
            return float(band.aim)
        edges = [float(edge) for edge in (band.low, band.high) if edge is not None]
        return sum(edges) / len(edges) if edges else None
    return ALONG_SPM if settings.speak_along and KINDS[step.kind].is_easy else None


class SpeechSink:
    """Speaks the cues of a run on a thread of its own."""

    def __init__(
        self,
        voice: Callable[[], Voice | None],
        player: Player,
        settings: SoundSettings,
        now: Callable[[], Seconds],
        *,
        tell: Callable[[str], None] = lambda _: None,
        bell: Callable[[], None] = lambda: None,
        level: Callable[[], OutputLevel | None] = output_level,
        prepared: Sequence[str] = (),
    ) -> None:
        """Speak the offered cues; `now` returns the time of the run.

        `voice` makes the voice, on the thread of the sound, for the first cue or some seconds after the start, because
        the screen comes first. `prepared` are texts that are synthesised ahead of time. `tell` shows a message to the
        runner and `bell` rings the terminal; both are called on the loop.
        """
        self._ready = threading.Condition()
        self._speaker = Speaker(None, settings, on_idle=self._on_idle)
        self._make_voice: Callable[[], Voice | None] | None = voice
        self._prepared = prepared
        self._player = player
        self._settings = settings
        self._now = now
        self._tell = tell
        self._bell = bell
        self._level = level
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closing = False
        self._has_news = False
        self._has_opened = False
        self._retry_at = 0.0
        self._moved = (0, 0.0)
        """The last position of the mixer that was a change, and its time."""
        self._opened_at = 0
        """The position of the mixer when the device was opened."""
        self._opening_since: float | None = None
        self._notices: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="sound", daemon=True)
        self._thread.start()

    # --- on the loop

    def offer(self, output: TimedOutput) -> None:
        """Queue a cue for speech, without blocking."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        opening = self._opening_since
        if opening is not None and time.monotonic() - opening > BLOCKED_S:
            self._notify("the sound device does not answer")
        with self._ready:
            if self._speaker.add(output.output, self._now()):
                self._has_news = True
                self._ready.notify()

    def mute(self, *, is_muted: bool) -> None:
        """Be silent, or speak again."""
        with self._ready:
            self._speaker.mute(is_muted=is_muted)

    async def close(self) -> None:
        """Let the current utterance end, within 3 s, and close the device."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, CLOSE_S)
        queue = self._speaker.queue
        if queue.dropped or queue.late or self._speaker.unsaid or self._thread.is_alive():
            texts = list(self._speaker.unsaid)
            _LOG.info("%d cues dropped, %d late, unsaid: %s", queue.dropped, queue.late, texts)

    # --- on the thread of the sound

    def _on_idle(self) -> None:
        with self._ready:
            self._has_news = True
            self._ready.notify()

    def _work(self) -> None:
        deadline: float | None = None
        while True:
            with self._ready:
                is_wanted = self._has_opened or self._is_closing or self._speaker.wants_beat
                patience = _LOOK_S if is_wanted else None
                if self._make_voice is not None:
                    patience = VOICE_AFTER_S
                self._ready.wait_for(lambda: self._has_news or self._is_closing, patience)
                is_closing, has_waited = self._is_closing, not (self._has_news or self._is_closing)
                self._has_news = False
                job = self._speaker.queue.take(self._now(), self._speaker.mixer.rank)
            try:
                if job is not None or has_waited:
                    self._make()
                self._turn(job)
            except Exception:  # noqa: BLE001 - whatever sound does, the run goes on
                _LOG.exception("the sound failed")
                self._notify("the sound failed")
            if is_closing:
                deadline = deadline or time.monotonic() + CLOSE_S
                if not self._is_speaking() or time.monotonic() > deadline:
                    break
                time.sleep(0.02)
        self._player.close()

    def _make(self) -> None:
        """Make the voice, and have it prepare the words of the workout on a thread of its own."""
        make, self._make_voice = self._make_voice, None
        if make is None:
            return
        self._speaker.voice = voice = make()
        if voice is not None and self._prepared:
            threading.Thread(target=voice.prepare, args=(self._prepared,), name="voice", daemon=True).start()

    def _is_speaking(self) -> bool:
        return self._has_opened and (self._speaker.mixer.rank is not None or len(self._speaker.queue) > 0)

    def _turn(self, job: SpeechJob | None) -> None:
        """Speak a cue if there is one, and check the device."""
        self._watch()
        if (job is not None or self._speaker.wants_beat) and not self._open():
            if job is not None and self._settings.bell:
                self._on_loop(self._bell)
            return
        self._speaker.apply_beat()
        if job is not None:
            samples = self._speaker.samples(job)
            if self._now() > job.until:  # opening a device and synthesis can take seconds
                self._speaker.queue.late += 1
            else:
                self._speaker.say(job, samples)
        elif self._has_opened and self._speaker.is_done:
            self._has_opened = False
            self._player.close()
            self._speaker.mixer.sleep()

    def _open(self) -> bool:
        """Open the device unless it is open or was tried a moment ago."""
        if self._has_opened:
            return True
        now = time.monotonic()
        if now < self._retry_at:
            return False
        self._opening_since = now
        try:
            self._player.open(self._speaker.mixer.read)
        except DeviceError as error:
            self._retry_at = time.monotonic() + RETRY_S
            self._notify(str(error))
            return False
        finally:
            self._opening_since = None
        self._has_opened = True
        self._opened_at = self._speaker.mixer.position
        self._moved = (self._opened_at, time.monotonic())
        threading.Thread(
            target=self._warn_if_silent, name="volume", daemon=True
        ).start()  # it runs up to four programs
        return True

    def _watch(self) -> None:
        """Detect a device that has gone: it reports so, or requests nothing any more."""
        if not self._has_opened:
            return
        position, now = self._speaker.mixer.position, time.monotonic()
        if position != self._moved[0]:
            self._moved = (position, now)
        is_starting = position - self._opened_at < _BEGUN
        is_stalled = now - self._moved[1] > (STARTING_S if is_starting else STALLED_S)
        if self._player.is_open and not is_stalled:
            return
        self._has_opened = False
        self._retry_at = now + RETRY_S
        # Closing may never return.
        threading.Thread(target=self._player.close, name="sound device", daemon=True).start()
        self._speaker.mixer.sleep()
        self._notify("the sound device went away")

    def _warn_if_silent(self) -> None:
        if "silent" in self._notices:
            return
        self._notices.add("silent")
        level = self._level()
        if level is not None and level.is_silent:
            what = "muted" if level.is_muted else "turned down to zero"
            self._on_loop(
                lambda: self._tell(f"The sound of this machine is {what}: turn it up to hear the cues.")
            )

    def _notify(self, reason: str) -> None:
        """Report once that there is no sound, and why."""
        if "lost" in self._notices:
            return
        self._notices.add("lost")
        _LOG.warning("no sound: %s", reason)
        self._on_loop(lambda: self._tell(f"No sound: {reason}. Cues are on the screen."))

    def tell(self, text: str) -> None:
        """Show a message to the runner, from any thread."""
        self._on_loop(lambda: self._tell(text))

    def _on_loop(self, call: Callable[[], None]) -> None:
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # the run is over
            _LOG.debug("the loop is closed; the message is dropped")
