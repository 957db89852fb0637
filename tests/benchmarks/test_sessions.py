"""The benchmark of whole sessions is itself right: what its runners run, what its sensors say, and how it judges."""

from dataclasses import replace
from pathlib import Path
from statistics import fmean, pstdev

import pytest

from coach.cues.cue import Cue, CueClass, CueKind, Why
from coach.quantities import Seconds
from coach.session.events import StepStarted
from coach.signals.readings import Reported, Source
from coach.workout.timeline import CoachBy
from tests.benchmarks.sessions.judge import Error, Figures, judged, large_errors
from tests.benchmarks.sessions.played import Session, run_script
from tests.benchmarks.sessions.recorded import recorded_names, run_recorded
from tests.benchmarks.sessions.report import table
from tests.benchmarks.sessions.scripts import SCRIPTS, luck_of, seeds

AIM = 4.0
"""The pace of the first seed, in m/s."""
REP = 1
"""The index of the first rep: the warm-up lies before it."""


def _with(session: Session, *words: tuple[float, CueKind]) -> Session:
    """The same session in which nothing but these verdicts was said."""
    why = Why("pace_band", AIM, "speed_mps")
    cues = tuple(
        Cue(Seconds(at), kind, CueClass.COACH, f"a word at {at:.0f}", why, Seconds(6.0)) for at, kind in words
    )
    return replace(session, outputs=cues)


def _worths(session: Session) -> list[str]:
    return [word.worth for word in judged(session)]


def _mean(session: Session, index: int) -> float:
    """The mean speed of an own step after its first 15 s."""
    truth = session.truth
    return fmean(truth.speeds[int(truth.began[index]) + 15 : int(truth.ended[index])])


@pytest.fixture(scope="module")
def fading() -> Session:
    """A runner who runs 8 % too fast and then fades to 9 % too slow in every rep."""
    return run_script("fast_then_fade")


@pytest.mark.parametrize(("kind", "off"), [("even", 0.0), ("slow_5", -0.05), ("fast_9", 0.09)])
def test_a_runner_runs_as_the_script_says(kind, off):
    """The mean of a rep is off its pace by what the script says, and the rep is a thousand true metres long."""
    session = run_script(kind)
    truth = session.truth

    assert _mean(session, REP) == pytest.approx(AIM * (1 + off), rel=0.01)
    began, ended = int(truth.began[REP]), int(truth.ended[REP])
    assert truth.metres[ended] - truth.metres[began] == pytest.approx(1000.0, abs=8.0)


@pytest.mark.parametrize(("kind", "metres"), [("early", 990.0), ("through", 1015.0), ("pod_short", 1000.0)])
def test_a_rep_ends_at_the_runners_own_line(kind, metres):
    """Whoever stops early or runs through does so, whatever the pod counts and the coach believes."""
    truth = run_script(kind).truth
    began, ended = int(truth.began[REP]), int(truth.ended[REP])
    assert truth.metres[ended] - truth.metres[began] == pytest.approx(metres, abs=8.0)


def test_a_runner_goes_when_told_and_not_before():
    """The second rep begins within a second of the coach's go."""
    session = run_script("even")
    go = next(one.at for one in session.outputs if isinstance(one, StepStarted) and one.index == REP + 2)
    assert 0.0 <= session.truth.began[REP + 2] - go <= 1.0


@pytest.mark.parametrize("source", [Source.POD, Source.WATCH])
def test_a_louder_source_is_louder_and_counts_its_metres_all_the_same(source):
    """Each noise is larger than the one before, and a rep's metres are right within 1 % with all of them."""
    sizes = []
    for noise in ("quiet", "usual", "rough"):
        session = run_script("even", noise=noise, source=source)
        truth = session.truth
        told = [one for one in session.inputs if isinstance(one, Reported) and one.source is source]
        rep = [one for one in told if truth.began[REP] + 20 < one.at < truth.ended[REP]]
        sizes.append(pstdev(one.speed / AIM for one in rep if one.speed is not None))
        counted = (rep[-1].distance or 0.0) - (rep[0].distance or 0.0)
        ran = truth.metres[int(rep[-1].at) - 1] - truth.metres[int(rep[0].at) - 1]
        assert counted == pytest.approx(ran, rel=0.01)
    assert sizes[0] < sizes[1] < sizes[2]


def test_the_same_seed_is_the_same_session_and_another_is_another_runner():
    """A session can be run again to the byte; tuning and held-out seeds share no runner."""
    assert run_script("surges", seed=3).inputs == run_script("surges", seed=3).inputs
    assert luck_of(3) != luck_of(1003)
    assert not set(seeds(50, held_out=False)) & set(seeds(50, held_out=True))


@pytest.mark.parametrize(
    ("share", "kind", "worth"),
    [
        (0.3, CueKind.TOO_FAST, "right"),
        (0.3, CueKind.TOO_SLOW, "opposite"),
        (0.8, CueKind.TOO_SLOW, "right"),
        (0.8, CueKind.TOO_FAST, "opposite"),
        (0.8, CueKind.FADE, "right"),
        (0.8, CueKind.AHEAD_OF_LIGHT, "opposite"),
        (0.44, CueKind.BACK_ON_TARGET, "bad on"),
        (1.1, CueKind.TOO_SLOW, "wrong"),
    ],
)
def test_a_word_is_held_against_the_truth_of_its_moment(fading, share, kind, worth):
    """First fast, then slow: each word is right on its side, and wrong in the rest."""
    truth = fading.truth
    at = truth.began[REP] + share * (truth.ended[REP] - truth.began[REP])
    assert _worths(_with(fading, (at, kind))) == [worth]


def test_an_even_runner_is_neither_fast_nor_slow_and_on_pace_is_good():
    """Nothing is right but the good news."""
    session = run_script("even", noise="quiet")
    speeds = session.truth.speeds
    at = next(
        s
        for s in range(350, 500)
        if all(abs(fmean(speeds[s - n : s]) / AIM - 1) < 0.008 for n in (5, 10, 20))
    )
    words = [(at + 0.1, CueKind.TOO_FAST), (at + 0.2, CueKind.TOO_SLOW), (at + 0.3, CueKind.BACK_ON_TARGET)]
    assert _worths(_with(session, *words)) == ["wrong", "wrong", "on"]
    assert not list(large_errors(session))


def test_seconds_lost_at_a_stop_are_no_word_of_the_light():
    """Thirty seconds at a traffic light are not behind the light."""
    session = run_script("light")
    stopped = [at for at in range(700, 800) if session.truth.speeds[at] < 0.5]
    said = _with(session, (stopped[-1] + 40.0, CueKind.BEHIND_LIGHT)).outputs[0]
    assert isinstance(said, Cue)
    thirty = replace(said, why=Why("light", 30.0, "light_s"))
    assert len(stopped) >= 27
    assert _worths(replace(session, outputs=(thirty,))) == ["wrong"]


def test_seconds_are_counted_from_where_the_light_was_set_back(fading):
    """A runner 9 % slow since the light was set back half a minute ago is three seconds behind it, not six."""
    truth = fading.truth
    at = truth.began[REP] + 0.8 * (truth.ended[REP] - truth.began[REP])
    said = _with(fading, (at, CueKind.BEHIND_LIGHT)).outputs[0]
    assert isinstance(said, Cue)

    def worth(seconds: float, *set_back: float) -> str:
        cue = replace(said, why=Why("light", seconds, "light_s"))
        return _worths(replace(fading, outputs=(cue,), set_back=set_back))[0]

    assert worth(3.0, at - 30.0) == "right"
    assert worth(3.0) == "wrong"
    assert worth(6.0, at - 30.0) == "wrong"


@pytest.mark.parametrize(("seconds", "worth"), [(1.9, "right"), (4.8, "wrong")])
def test_easing_off_to_a_stop_and_getting_going_belong_to_it(seconds, worth):
    """A runner who stood for half a minute is behind by their standing start, not by the 3 s around the stop too."""
    session = run_script("light", noise="quiet")
    last = max(at for at in range(700, 800) if session.truth.speeds[at] < 0.5)
    said = _with(session, (last + 40.0, CueKind.BEHIND_LIGHT)).outputs[0]
    assert isinstance(said, Cue)
    behind = replace(said, why=Why("light", seconds, "light_s"))
    assert _worths(replace(session, outputs=(behind,))) == [worth]


def test_a_large_error_is_called_or_not(fading):
    """Each rep has one on either side; a word on the side of one calls it, and no other."""
    silent = list(large_errors(_with(fading)))
    slow = [one for one in silent if one.off < 0]
    called = list(large_errors(_with(fading, (slow[1].start + 9.0, CueKind.TOO_SLOW))))

    assert len(slow) == luck_of(0).count <= len(silent) - len(slow)
    assert not any(one.called for one in silent)
    assert [one for one in called if one.called] == [called[silent.index(slow[1])]]
    assert all(one.reasons for one in silent)


def test_a_piece_of_an_error_is_told_before_unless_the_runner_came_back_between(fading):
    """A rep run 9 % fast: after one word early in it every later piece is told before, but none of another side."""
    session = _with(run_script("fast_9"))
    error = next(iter(large_errors(session)))
    early = session.truth.began[error.step] + 1.0

    def first_with(kind: CueKind) -> Error:
        return next(iter(large_errors(_with(session, (early, kind)))))

    assert not error.called
    assert not error.told_before
    assert first_with(CueKind.TOO_FAST).told_before
    assert not first_with(CueKind.TOO_SLOW).told_before
    speeds = list(session.truth.speeds)
    aim = speeds[error.start] / (1.0 + error.off)
    speeds[int(early) + 2 : int(early) + 10] = [aim] * 8
    back = replace(session, truth=replace(session.truth, speeds=speeds))
    assert not next(iter(large_errors(_with(back, (early, CueKind.TOO_FAST))))).told_before


def test_an_error_is_forgiven_where_nobody_may_speak():
    """A headwind is an error of no runner."""
    windy = list(large_errors(_with(run_script("wind"))))
    assert windy
    assert all(one.is_forbidden for one in windy if one.off < 0)


def test_words_said_again_and_pushes_are_counted(fading):
    """The same words in the same rep, and a push in the wind."""
    truth = fading.truth
    first = _with(fading, (truth.began[REP] + 60.0, CueKind.TOO_FAST)).outputs[0]
    assert isinstance(first, Cue)
    again = replace(fading, outputs=(first, replace(first, at=Seconds(first.at + 20.0))))
    pushed = Figures().add(_with(run_script("wind"), (400.0, CueKind.TOO_SLOW)))

    assert Figures().add(again).repeated == 1
    assert pushed.pushes == 1
    assert "| **all** | 1 |" in table("one", {"wind": pushed})


@pytest.mark.long
def test_every_script_runs_both_ways_to_its_end():
    """Each runner ends each of their own steps, and the coach comes to the last."""
    for kind in SCRIPTS:
        for steer in CoachBy:
            session = run_script(kind, steer)
            assert len(session.truth.ended) == len(session.timeline.steps), kind


def test_recordings_are_there_and_their_reps_are_found(recordings: Path):
    """Seven kilometres on a track are seven reps, and the truth of a file whose speed is short is its distance."""
    seven = run_recorded("track_7x1km_1hz.gpx", CoachBy.RATE, recordings)
    short = run_recorded("intervals_fenix6x_stryd_4xhalfmile.fit", CoachBy.RATE, recordings)
    told = [one.speed for one in short.inputs if isinstance(one, Reported) and one.speed is not None]

    assert len(recorded_names(recordings)) >= 10
    assert sum(step.target is not None for step in seven.timeline.steps) == 7
    assert fmean(short.truth.speeds) / fmean(told) == pytest.approx(1.08, abs=0.02)


def test_one_piece_without_a_speed_does_not_make_a_file_differ(recordings: Path):
    """The pod of one file tells no speed for its first minutes, and agrees with its metres in all the others."""
    session = run_recorded("stryd_app_pod_and_gps_speed.fit", CoachBy.RATE, recordings)
    pod = [
        one
        for one in session.inputs
        if isinstance(one, Reported) and one.source is Source.POD and one.speed is not None
    ]
    late = [one.speed or 0.0 for one in pod if 600.0 <= one.at < 1100.0]
    assert fmean(session.truth.speeds[598:1098]) == pytest.approx(fmean(late), rel=0.01)


def test_seconds_of_a_recording_are_counted_by_its_own_metres(recordings: Path):
    """A lap of 400 m by the watch's own count is 400 m of the truth; its late speed leaves up to 50 m of it out."""
    session = run_recorded("workout_10x400m_90s_smartrec.fit", CoachBy.TIME, recordings)
    truth = session.truth
    reps = [index for index, step in enumerate(session.timeline.steps) if step.target is not None][1:]
    metres = [
        truth.metres[int(truth.ended[one]) - 1] - truth.metres[int(truth.began[one]) - 1] for one in reps
    ]
    speeds = [sum(truth.speeds[int(truth.began[one]) : int(truth.ended[one])]) for one in reps]
    assert metres == pytest.approx([400.0] * len(reps), abs=2.0)
    assert min(speeds) < 350.0


def test_five_seconds_of_positions_are_not_believed_against_ten(recordings: Path):
    """A runner who slows down by 2 % is not told to be ahead because five noisy seconds of positions say so."""
    session = run_recorded("track_12x400m_1hz.gpx", CoachBy.TIME, recordings)
    assert "opposite" not in _worths(session)
