"""The scenarios: each a sentence, a run, and the check that the sentence is true."""

from dataclasses import replace
from typing import Any, Final

from coach.quantities import Metres, Seconds
from tests.golden.scenarios import EVEN, Event, Scenario
from tests.golden.sentences import (
    belt,
    ceiling,
    effort_first,
    fade_called,
    fade_called_first,
    fade_of_reps_told,
    fast_start,
    float_called,
    gap_is_no_verdict,
    growing_silence,
    heart_warned,
    no_heart_cue,
    one_new_light,
    quiet_before_the_line,
    silent,
    small_error_in_seconds,
    spared,
    standing_told_once,
    walk_left_alone,
)

_PACE: Final = {"pace": "4:00/km"}
_DEAF: Final = replace(EVEN, obedience=0.0)


def _rep(until: str, steer: str, target: dict[str, Any] | None = None, **more: Any) -> Event:
    end = {"distance" if until.endswith("m") else "time": until}
    return {"kind": "work", "until": end, "target": target or _PACE, "steer": steer, **more}


def _rest(time: str, move: str = "jog") -> Event:
    return {"kind": "recovery", "move": move, "until": {"time": time}}


def _main(*steps: Event) -> list[Event]:
    return [{"name": "Main", "steps": list(steps)}]


def _reps(count: int, *steps: Event) -> Event:
    return {"repeat": count, "skip_last_recovery": True, "steps": list(steps)}


def _warm_up(time: str = "6:00") -> Event:
    return {"kind": "warm_up", "until": {"time": time}}


SCENARIOS: Final = (
    Scenario(
        "fast-start",
        'A rep begun 12 % too fast is called once within 20 s of the go, and "on" is said once when it settles.',
        _main(_warm_up(), _rest("1:30", "stand"), _reps(2, _rep("1000 m", "rate"), _rest("2:00"))),
        fast_start,
        replace(EVEN, eagerness=0.12, eagerness_s=Seconds(90.0), obedience=0.9),
    ),
    Scenario(
        "on-pace",
        "Whoever runs a whole session on pace hears no verdict, standing starts included.",
        _main(
            _warm_up("3:00"), _reps(3, _rep("800 m", "rate"), _rest("1:30", "stand")), _rep("2000 m", "rate")
        ),
        silent,
    ),
    Scenario(
        "slow-to-get-going",
        "A runner who takes 12 s to reach the pace from standing is not told to hurry.",
        _main(_reps(4, _rep("1000 m", "rate"), _rest("1:30", "stand"))),
        silent,
        replace(EVEN, pick_up_s=Seconds(4.5)),
    ),
    Scenario(
        "fade-in-a-long-rep",
        "A fade of 8 % in the fifth minute of a 3 km rep is called within 35 s, as the first thing said of pace.",
        _main(_rep("3000 m", "rate")),
        fade_called,
        _DEAF,
        lambda kind, rep, since: 0.92 if since > 240.0 else 1.0,
        surface="track",
    ),
    Scenario(
        "fade-by-the-light",
        "Who is up on the light and then loses 7 % in the second half of a rep hears first that it fades.",
        _main(_rep("1200 m", "time")),
        fade_called_first,
        _DEAF,
        lambda kind, rep, since: 0.95 if since > 160.0 else 1.02,
    ),
    Scenario(
        "fade-from-rep-to-rep",
        "A third rep 5 % slower than the first two is told in the rest, once, with a longer one on offer.",
        _main(_reps(4, _rep("600 m", "time"), _rest("1:30"))),
        fade_of_reps_told,
        _DEAF,
        lambda kind, rep, since: 0.96 if kind == "work" and rep == 3 else 1.01,
    ),
    Scenario(
        "deaf-to-cues",
        "Who does not respond to 8 % is told again in other words, after silences that grow.",
        _main(_warm_up("3:00"), _rest("1:30", "stand"), _rep("3000 m", "rate")),
        growing_silence,
        _DEAF,
        lambda kind, rep, since: 1.08,
    ),
    Scenario(
        "three-per-cent-slow",
        "Three per cent slow in a 5 km tempo is said, as seconds or as slow.",
        _main(_rep("5000 m", "rate")),
        small_error_in_seconds,
        _DEAF,
        lambda kind, rep, since: 0.97,
    ),
    Scenario(
        "two-slow-reps",
        "Two reps over 4 % slow in a row bring the advice to rest, once, and nobody is hurried in that set any more.",
        _main(_reps(5, _rep("600 m", "time"), _rest("1:30"))),
        spared,
        _DEAF,
        lambda kind, rep, since: 0.93 if kind == "work" and rep > 1 else 1.0,
    ),
    Scenario(
        "short-reps-and-the-heart",
        "Reps of 200 m bring no heart-rate cue, whatever the heart does.",
        _main(
            _warm_up(),
            _reps(
                10,
                _rep("200 m", "time", {"pace": "3:20/km"}, caps=[{"heart_rate": {"max": "150 bpm"}}]),
                _rest("1:00"),
            ),
        ),
        no_heart_cue,
    ),
    Scenario(
        "long-reps-and-the-heart",
        "Reps of 5 min that lead the heart over its cap are warned of it.",
        _main(
            _warm_up(),
            _reps(3, _rep("5:00", "rate", caps=[{"heart_rate": {"max": "155 bpm"}}]), _rest("2:00")),
        ),
        heart_warned,
        _DEAF,
    ),
    Scenario(
        "heart-under-its-cap",
        "Reps of 5 min that end 8 bpm under the cap hear nothing of the heart.",
        _main(
            _warm_up(),
            _reps(3, _rep("5:00", "rate", caps=[{"heart_rate": {"max": "172 bpm"}}]), _rest("2:00")),
        ),
        no_heart_cue,
        _DEAF,
    ),
    Scenario(
        "pod-out-of-reach",
        "A pod that is not heard for 10 s of each lap brings no verdict, and its loss is shown, not spoken.",
        _main(_reps(3, _rep("1200 m", "rate"), _rest("1:30"))),
        gap_is_no_verdict,
        replace(EVEN, pod_lost_m=Metres(42.0)),
    ),
    Scenario(
        "quiet-before-the-line",
        "Nothing is said of pace in the last 3 s of a rep, however wrong it is.",
        _main(_reps(6, _rep("400 m", "rate"), _rest("1:00"))),
        quiet_before_the_line,
        _DEAF,
        lambda kind, rep, since: 0.93 if kind == "work" else 1.0,
    ),
    Scenario(
        "strides",
        "Strides are not judged, fast or slow.",
        _main(
            _warm_up("5:00"),
            _reps(
                6,
                {"kind": "stride", "until": {"time": "0:20"}, "target": {"effort": "fast, smooth"}},
                _rest("1:00", "walk"),
            ),
        ),
        silent,
    ),
    Scenario(
        "float-too-slow",
        "A float run 15 % too slow is called as a float.",
        _main(
            _reps(
                3,
                _rep("1000 m", "rate"),
                {"kind": "float", "until": {"distance": "400 m"}, "target": {"pace": "4:40/km"}},
            )
        ),
        float_called,
        _DEAF,
        lambda kind, rep, since: 0.85 if kind == "float" else 1.0,
    ),
    Scenario(
        "a-new-light",
        "A rep coached in time that has run away gets one new light.",
        _main(_rep("1600 m", "time")),
        one_new_light,
        _DEAF,
        lambda kind, rep, since: 0.93,
    ),
    Scenario(
        "jog-turned-to-standing",
        "A jog between reps that turns into standing is told once a set.",
        _main(_reps(4, _rep("800 m", "rate"), _rest("2:00"))),
        standing_told_once,
        _DEAF,
        lambda kind, rep, since: 0.0 if kind == "recovery" and since > 15.0 else 1.0,
    ),
    Scenario(
        "walked-rest",
        "A walk between reps may turn into standing: nothing is said of it.",
        _main(_reps(4, _rep("800 m", "rate"), _rest("2:00", "walk"))),
        silent,
        _DEAF,
        lambda kind, rep, since: 0.0 if kind == "recovery" and since > 15.0 else 1.0,
    ),
    Scenario(
        "walking-in-a-rep",
        "Who walks in a rep may hear once that it got slow, and is not hurried while walking or on running again.",
        _main(_rep("2000 m", "rate")),
        walk_left_alone,
        _DEAF,
        lambda kind, rep, since: 0.36 if 120.0 < since < 180.0 else 1.0,
    ),
    Scenario(
        "effort-first",
        "When the heart is too high and the pace is right in a threshold step, effort wins and the reason is told.",
        _main(
            _warm_up(),
            _rep("12:00", "rate", {"pace": {"ref": "threshold"}}, caps=[{"heart_rate": {"max": "152 bpm"}}]),
        ),
        effort_first,
        _DEAF,
    ),
    Scenario(
        "ceiling",
        "The athlete's own ceiling is called at once, and once a minute while the heart stays there.",
        _main(_rep("8:00", "rate")),
        ceiling,
        _DEAF,
        ceiling_bpm=150.0,
    ),
    Scenario(
        "treadmill",
        "On a belt every new speed is told ten seconds ahead, and nobody is told to hurry.",
        _main(_warm_up("2:00"), _reps(3, _rep("2:00", "rate"), _rest("1:00"))),
        belt,
        replace(_DEAF, on_treadmill=True),
        lambda kind, rep, since: 0.95 if kind == "work" else 1.0,
        surface="treadmill",
    ),
)
