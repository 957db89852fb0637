"""Tests of the sink that speaks: priorities, dropped cues, and devices that fail."""

import asyncio
import sys
import threading
from array import array

import pytest

from coach.app.feeds import SinkRequest, sinks_for
from coach.app.terminal import RunMode
from coach.cues.cue import CueClass, Sound
from coach.edge import speech as sink_module
from coach.edge.audio import RATE, OutputLevel, frames, tones
from coach.edge.settings import SoundSettings
from coach.edge.sinks import Fanout
from coach.edge.speech import RANKS, WAITING, Speaker, SpeechJob, SpeechQueue, SpeechSink, beat_of
from coach.live.contract import RunEnded
from coach.quantities import Seconds
from coach.session.events import PhaseChanged, StepStarted
from coach.session.phases import Phase
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, EndConditions, Quantity, Step, StepTarget, TimeEnd
from tests.edge.sound.doubles import WORD, OneWordVoice, SteppedPlayer, cue, timed, until

QUICK = SoundSettings(wake_ms=0.0)


def job(words: str, cue_class: CueClass = CueClass.COACH, at: float = 0.0, ttl_s: float = 6.0) -> SpeechJob:
    """A cue as the queue takes it."""
    made = SpeechJob.of(cue(at, words, cue_class, ttl_s=ttl_s))
    assert made is not None
    return made


# --- the queue


def test_the_classes_pre_empt_downwards():
    """Safety, countdown, step, coach, info: each may cut off those after it, and none before it."""
    order = [CueClass.SAFETY, CueClass.COUNTDOWN, CueClass.STEP, CueClass.COACH, CueClass.INFO]

    assert sorted(RANKS, key=lambda cue_class: RANKS[cue_class]) == order
    for playing in order:
        for waiting in order:
            queue = SpeechQueue()
            queue.add(job("words", waiting), Seconds(0.0))
            is_taken = queue.take(Seconds(0.0), RANKS[playing]) is not None
            cuts_in = order.index(waiting) < order.index(playing)
            assert is_taken == (cuts_in or waiting is playing is CueClass.COUNTDOWN)


def test_the_queue_is_of_two_and_the_lowest_goes():
    """Of a third cue the oldest of the lowest class is dropped, be it the new one."""
    queue = SpeechQueue()
    for words, cue_class in (("split", CueClass.INFO), ("step", CueClass.STEP), ("ease", CueClass.COACH)):
        queue.add(job(words, cue_class), Seconds(0.0))
    queue.add(job("late split", CueClass.INFO), Seconds(0.0))

    assert len(queue) == WAITING
    assert queue.dropped == 2
    assert [taken.words for taken in iter(lambda: queue.take(Seconds(0.0), None), None)] == ["step", "ease"]


def test_what_is_late_is_never_said():
    """A cue whose time to live is over is dropped and counted."""
    queue = SpeechQueue()
    queue.add(job("three", CueClass.COUNTDOWN, at=10.0, ttl_s=1.0), Seconds(10.0))

    assert queue.take(Seconds(11.01), None) is None
    assert queue.late == 1


def test_a_newer_number_of_a_countdown_replaces_the_older():
    """A "two" drops a "three" that still waits; what is given at the same moment stays."""
    queue = SpeechQueue()
    queue.add(job("three", CueClass.COUNTDOWN, at=7.0), Seconds(7.0))
    queue.add(job("two", CueClass.COUNTDOWN, at=8.0), Seconds(8.0))

    assert [taken.words for taken in iter(lambda: queue.take(Seconds(8.0), None), None)] == ["two"]


def test_a_cue_storm_stays_small():
    """A thousand cues at once leave two, of the highest class, and cost no memory."""
    speaker = Speaker(OneWordVoice(), QUICK)
    for number in range(1000):
        speaker.add(cue(words=f"cue {number}", cue_class=list(CueClass)[number % 5]), Seconds(0.0))

    assert len(speaker.queue) == WAITING
    assert speaker.queue.dropped == 998
    taken = speaker.queue.take(Seconds(0.0), None)
    assert taken is not None
    assert taken.cue_class is CueClass.SAFETY


# --- words and tones


def test_the_tone_comes_before_its_words():
    """The two tones of "faster" are followed by the words, 60 ms later."""
    samples = Speaker(OneWordVoice(), QUICK).samples(
        SpeechJob("lift it", Sound.FASTER, CueClass.COACH, Seconds(0.0), Seconds(6.0))
    )
    tone = tones("faster")

    assert samples[: len(tone)] == tone
    assert samples[len(tone) + frames(0.06) :] == WORD + WORD


def test_text_without_clip_and_no_extra_has_a_tone():
    """Words that cannot be said are told by a beep, and kept for the log."""
    speaker = Speaker(OneWordVoice(), QUICK)

    assert speaker.samples(job("rep 7")) == tones("beep")
    assert list(speaker.unsaid) == ["rep 7"]


def test_language_without_a_phrase_has_the_tones_of_the_cues():
    """Without any voice a cue has its tone, and a beep where it has none."""
    speaker = Speaker(None, QUICK)
    eased = SpeechJob("Langsamer.", Sound.EASE, CueClass.COACH, Seconds(0.0), Seconds(6.0))

    assert speaker.samples(eased) == tones("ease")
    assert speaker.samples(job("Weiter.")) == tones("beep")


def test_a_cue_that_is_only_shown_is_not_heard():
    """Neither words nor a tone: nothing is queued."""
    speaker = Speaker(OneWordVoice(), QUICK)

    assert not speaker.add(cue(words=""), Seconds(0.0))
    assert len(speaker.queue) == 0


# --- the metronome


def step(target: StepTarget | None, kind: Kind = Kind.WORK) -> Step:
    """A step of a minute."""
    return Step("0", "Main", "Main", kind, "Minute", EndConditions((TimeEnd(Seconds(60.0)),)), target)


def test_the_metronome_follows_cadence_targets_where_it_is_switched_on():
    """It ticks at the aim or the middle of the band, in steps with a cadence target alone."""
    on = SoundSettings(metronome=True)
    cadence = step(StepTarget(Quantity.CADENCE, Band(178.0, 180.0, 182.0), ""))
    between = step(StepTarget(Quantity.CADENCE, Band(170.0, None, 180.0), ""))
    pace = step(StepTarget(Quantity.SPEED, Band(None, 4.0, None), ""))

    assert [beat_of(each, on) for each in (cadence, between, pace, step(None))] == [180.0, 175.0, None, None]
    assert beat_of(cadence, SoundSettings()) is None


def test_phrases_to_speak_along_come_at_170_on_easy_runs():
    """They are opt-in, for warm-up and cool-down."""
    along = SoundSettings(speak_along=True)

    assert beat_of(step(None, Kind.WARM_UP), along) == 170.0
    assert beat_of(step(None, Kind.WORK), along) is None


def test_a_pause_stops_the_metronome():
    """It stops with the clock and at the end, and goes on where the run does."""
    speaker = Speaker(OneWordVoice(), SoundSettings(metronome=True))
    beats = []
    cadence = step(StepTarget(Quantity.CADENCE, Band(None, 180.0, None), ""))
    for output in (
        PhaseChanged(Seconds(0.0), Phase.WORK, None),
        StepStarted(Seconds(0.0), 0, cadence),
        PhaseChanged(Seconds(5.0), Phase.PAUSED, None),
        PhaseChanged(Seconds(9.0), Phase.WORK, None),
        RunEnded(Seconds(20.0), True, 1, None, None),
    ):
        speaker.add(output, output.at)
        beats.append(speaker.apply_beat())

    assert beats == [False, True, False, True, False]


# --- devices


class Run:
    """A sink on a device, and the time of its run."""

    def __init__(
        self, player: SteppedPlayer, settings: SoundSettings = QUICK, voice=None, level=None
    ) -> None:
        self.at = 0.0
        self.told: list[str] = []
        self.bells = 0
        self.player = player
        self.sink = SpeechSink(
            lambda: voice or OneWordVoice(),
            player,
            settings,
            now=lambda: Seconds(self.at),
            tell=self.told.append,
            bell=self.ring,
            level=lambda: level,
        )

    def ring(self) -> None:
        """Count a bell."""
        self.bells += 1

    def say(self, words: str = "one two", **keywords) -> None:
        """Offer a cue of now."""
        self.sink.offer(timed(cue(self.at, words, **keywords)))


@pytest.fixture(autouse=True)
def _ends_soon(monkeypatch):
    """No end of a run waits long for a device that a test plays by hand."""
    monkeypatch.setattr(sink_module, "CLOSE_S", 0.3)


@pytest.fixture
def soon(monkeypatch):
    """Retries and stalls that take no time."""
    monkeypatch.setattr(sink_module, "RETRY_S", 0.0)
    monkeypatch.setattr(sink_module, "STALLED_S", 0.15)
    monkeypatch.setattr(sink_module, "STARTING_S", 0.15)
    monkeypatch.setattr(sink_module, "_LOOK_S", 0.02)
    monkeypatch.setattr(sink_module, "BLOCKED_S", 0.0)


@pytest.mark.asyncio
async def test_a_cue_is_heard():
    """It is offered on the loop, said on the thread of the sound, and played by the device from its first sample."""
    run = Run(SteppedPlayer())
    run.say()
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    heard = run.player.play(0.5)
    await run.sink.close()

    assert heard[: 2 * len(WORD)] == WORD + WORD
    assert run.told == []
    assert run.player.closed == 1


@pytest.mark.asyncio
async def test_no_device_is_told_once_and_the_run_goes_on(soon):
    """Every cue is dropped in silence, and one sentence says why."""
    player = SteppedPlayer()
    player.refusal = "there is no sound device"
    run = Run(player)
    for _ in range(20):
        run.say()
        await asyncio.sleep(0.005)
    await until(lambda: bool(run.told))
    await run.sink.close()

    assert run.told == ["No sound: there is no sound device. Cues are on the screen."]
    assert run.bells == 0


@pytest.mark.asyncio
async def test_the_bell_is_the_last_resort(soon):
    """Where it is switched on, the terminal rings for a cue that no device plays."""
    player = SteppedPlayer()
    player.refusal = "there is no sound device"
    run = Run(player, SoundSettings(wake_ms=0.0, bell=True))
    run.say()
    await until(lambda: run.bells == 1)
    await run.sink.close()

    assert len(run.told) == 1


@pytest.mark.asyncio
async def test_a_device_that_is_lost_in_a_word_is_told_and_comes_back(soon):
    """A device that stops asking is given up; the next cue opens it anew, wakes the earphones, and is heard whole."""
    run = Run(SteppedPlayer(), SoundSettings(wake_ms=100.0))
    run.say("a long sentence of many words")
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    run.player.play(0.2)
    await until(lambda: run.player.closed == 1)  # nobody plays on
    await until(lambda: bool(run.told))
    run.say("back again")
    await until(lambda: run.player.opened == 2 and run.sink._speaker.mixer.rank is not None)
    heard = run.player.play(0.6)
    await run.sink.close()

    assert run.told == ["No sound: the sound device went away. Cues are on the screen."]
    assert heard[frames(0.1) : frames(0.1) + 2 * len(WORD)] == WORD + WORD


@pytest.mark.asyncio
async def test_a_device_that_starts_slowly_is_not_lost(soon, monkeypatch):
    """A server that was started again asks for a block, and for the next one long after: the cue is heard then."""
    monkeypatch.setattr(sink_module, "STARTING_S", 60.0)
    run = Run(SteppedPlayer())
    run.say()
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    begun = run.player.play(0.04)
    await asyncio.sleep(0.4)
    heard = begun + run.player.play(0.5)
    await run.sink.close()

    assert heard[: 2 * len(WORD)] == WORD + WORD
    assert (run.told, run.player.opened) == ([], 1)


@pytest.mark.asyncio
async def test_device_back_is_used_by_the_next_cue(soon):
    """A speaker that is connected in the middle of a run is heard from the next cue on, without a word."""
    player = SteppedPlayer()
    player.refusal = "there is no sound device"
    run = Run(player)
    run.say("unheard")
    await until(lambda: bool(run.told))
    player.refusal = ""
    run.say("heard now")
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    heard = player.play(0.5)
    await run.sink.close()

    assert heard[: 2 * len(WORD)] == WORD + WORD
    assert len(run.told) == 1


@pytest.mark.asyncio
async def test_a_cue_that_is_late_when_the_device_opens_is_not_said(soon):
    """Opening hangs until the moment of the cue is over: it is counted as late, and the next one is said."""
    player = SteppedPlayer()
    player.blocks = threading.Event()
    run = Run(player)
    run.say("too late")
    await until(lambda: run.sink._opening_since is not None)
    run.at += 60.0
    player.blocks.set()
    await until(lambda: run.sink._speaker.queue.late == 1)
    assert run.sink._speaker.mixer.rank is None
    run.say("in time")
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    await run.sink.close()

    assert run.sink._speaker.queue.late == 1


@pytest.mark.asyncio
async def test_the_metronome_comes_back_with_its_device(soon):
    """A device that was refused when the beat began is asked again without a cue."""
    player = SteppedPlayer()
    player.refusal = "there is no sound device"
    run = Run(player, SoundSettings(metronome=True))
    run.sink._speaker._beat_spm = 180.0
    run.say("unheard")
    await until(lambda: bool(run.told))
    player.refusal = ""
    await until(lambda: player.is_open)
    await run.sink.close()

    assert player.opened >= 1


@pytest.mark.asyncio
async def test_a_device_that_blocks_delays_nothing(soon):
    """While opening hangs for good, cues are taken and dropped, other sinks get theirs, and the run can end."""
    player = SteppedPlayer()
    player.blocks = threading.Event()
    run = Run(player)

    class Other:
        def __init__(self) -> None:
            self.taken = 0

        def offer(self, output) -> None:
            self.taken += 1

        async def close(self) -> None:
            pass

    other = Other()
    fanout = Fanout([run.sink, other])
    fanout.emit([timed(cue())])
    await until(lambda: run.sink._opening_since is not None)
    fanout.emit([timed(cue(words=f"cue {number}")) for number in range(500)])
    await until(lambda: bool(run.told))
    await fanout.close()
    player.blocks.set()

    assert other.taken == 501
    assert fanout.failures == 0
    assert len(run.sink._speaker.queue) <= WAITING
    assert run.told == ["No sound: the sound device does not answer. Cues are on the screen."]


@pytest.mark.asyncio
async def test_a_voice_that_breaks_breaks_nothing(soon):
    """An exception in the thread of the sound is told once, and the next cue is said."""

    class Broken(OneWordVoice):
        def say(self, text):
            if text == "bad":
                raise RuntimeError(text)
            return super().say(text)

    run = Run(SteppedPlayer(), voice=Broken())
    run.say("bad")
    await until(lambda: bool(run.told))
    run.say("good")
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    await run.sink.close()

    assert run.told == ["No sound: the sound failed. Cues are on the screen."]


@pytest.mark.asyncio
async def test_a_higher_class_cuts_in_on_the_device():
    """A countdown is played at once though the coach is speaking."""
    run = Run(SteppedPlayer())
    run.say("many words of the coach")
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    run.player.play(0.1)
    run.say("", cue_class=CueClass.COUNTDOWN, sound=Sound.BEEP)
    await until(lambda: run.sink._speaker.mixer.rank == RANKS[CueClass.COUNTDOWN])
    heard = run.player.play(0.3)
    await run.sink.close()

    beep = tones("beep")
    assert heard[frames(0.01) : frames(0.01) + len(beep)] == beep


@pytest.mark.asyncio
async def test_the_device_is_closed_after_silence(monkeypatch):
    """It stays open for some seconds after a cue, longer in a countdown, and then costs nothing."""
    monkeypatch.setattr(sink_module, "_LOOK_S", 0.01)
    run = Run(SteppedPlayer())
    run.say()
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    run.player.play(4.0)
    assert run.player.is_open
    run.player.play(2.0)
    await until(lambda: run.player.closed == 1)
    run.say("", cue_class=CueClass.COUNTDOWN, sound=Sound.BEEP)
    await until(lambda: run.player.opened == 2)
    run.player.play(20.0)
    assert run.player.is_open
    run.player.play(2.0)
    await until(lambda: run.player.closed == 2)
    await run.sink.close()


@pytest.mark.asyncio
async def test_m_mutes_and_what_was_queued_is_gone():
    """While muted the device is not even opened; the next cue after it is heard."""
    run = Run(SteppedPlayer())
    run.sink.mute(is_muted=True)
    run.say("unheard")
    await asyncio.sleep(0.02)
    assert run.player.opened == 0
    run.sink.mute(is_muted=False)
    run.say("heard")
    await until(lambda: run.player.opened == 1)
    await run.sink.close()


@pytest.mark.parametrize(
    ("level", "word"), [(OutputLevel(40, True), "muted"), (OutputLevel(0), "turned down to zero")]
)
@pytest.mark.asyncio
async def test_an_output_that_is_muted_or_at_zero_is_told(level, word):
    """The first cue finds out, once."""
    run = Run(SteppedPlayer(), level=level)
    for _ in range(3):
        run.say()
    await until(lambda: bool(run.told))
    await run.sink.close()

    assert run.told == [f"The sound of this machine is {word}: turn it up to hear the cues."]


@pytest.mark.asyncio
async def test_the_voice_is_a_sink_like_the_others():
    """It is a row of the table, made beside the lines."""
    run = Run(SteppedPlayer())
    request = SinkRequest(RunMode.SCREEN, speech=run.sink)

    assert sinks_for(request) == [run.sink]
    await run.sink.close()


@pytest.mark.asyncio
async def test_what_is_being_said_at_the_end_is_said_to_its_end():
    """The last words, "Finished. Well done.", are not cut off by the end of the run."""
    run = Run(SteppedPlayer())
    run.say("finished well done")
    await until(lambda: run.sink._speaker.mixer.rank is not None)
    closing = asyncio.ensure_future(run.sink.close())
    await asyncio.sleep(0.05)
    heard = run.player.play(1.0)
    await closing

    assert heard.count(WORD[0]) == 3 * len(WORD)


def test_an_hour_of_a_run_costs_no_memory():
    """An hour of metronome and cues on a device that plays to nobody keeps nothing of what it played."""
    speaker = Speaker(OneWordVoice(array("h", [9000] * 2400)), SoundSettings(metronome=True))
    speaker.add(PhaseChanged(Seconds(0.0), Phase.WORK, None), Seconds(0.0))
    speaker.add(
        StepStarted(Seconds(0.0), 0, step(StepTarget(Quantity.CADENCE, Band(None, 180.0, None), ""))),
        Seconds(0.0),
    )
    speaker.apply_beat()
    sizes = []
    for second in range(3600):
        if second % 20 == 0:
            speaker.add(cue(second), Seconds(second))
            taken = speaker.queue.take(Seconds(second), speaker.mixer.rank)
            assert taken is not None
            speaker.say(taken, speaker.samples(taken))
        speaker.mixer.read(RATE)
        if second in {600, 3599}:
            sizes.append(sys.getallocatedblocks())

    assert speaker.mixer.position == 3600 * RATE
    assert abs(sizes[1] - sizes[0]) < 200
