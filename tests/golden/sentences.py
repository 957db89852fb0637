"""What the sentences of the scenarios mean: checks of what was said."""

from itertools import pairwise

from tests.golden.scenarios import Log


def fast_start(log: Log) -> bool:
    """Called once within 20 s of the go, and "on" said once in that rep."""
    starts, on = log.cues("start_too_fast"), log.cues("back_on_target", path="rep 1")
    return len(starts) == 1 and starts[0]["at_s"] - log.start("rep 1") <= 20.0 and len(on) == 1


def silent(log: Log) -> bool:
    """No verdict, no "on", no advice."""
    return not log.verdicts() and not log.cues("back_on_target", "advice")


def fade_called(log: Log) -> bool:
    """Slow is the first verdict, at most 35 s after the fade at 240 s."""
    slow = log.cues("too_slow")
    return (
        bool(slow) and 240.0 < slow[0]["at_s"] - log.start("Main") <= 275.0 and log.verdicts()[0] is slow[0]
    )


def fade_called_first(log: Log) -> bool:
    """Once or twice, in the second half of the rep when the heart shows no hill; nothing else is said of being slow."""
    fades, slow = log.cues("fade"), log.cues("too_slow", "behind_light")
    return 1 <= len(fades) <= 2 and log.start("Main") + 125.0 < fades[0]["at_s"] < 240.0 and not slow


def fade_of_reps_told(log: Log) -> bool:
    """Once, in the rest after the third rep."""
    fades, in_third = log.cues("fade"), log.cues("fade", path="rep 3 of 4 / recovery")
    return len(fades) == 1 and fades == in_third and "off your first" in fades[0]["text"]


def growing_silence(log: Log) -> bool:
    """At least 20, 40, 80 and 160 s apart, and no words twice in a row."""
    cues = log.cues("too_fast", "start_too_fast")
    gaps = [later["at_s"] - sooner["at_s"] for sooner, later in pairwise(cues)]
    others = all(sooner["text"] != later["text"] for sooner, later in pairwise(cues))
    return (
        len(cues) > 3
        and others
        and all(gap >= least for gap, least in zip(gaps, (20, 40, 80, 160), strict=False))
    )


def small_error_in_seconds(log: Log) -> bool:
    """Every verdict says slow, or seconds."""
    said = log.verdicts()
    return bool(said) and all("second" in cue["text"] or "slow" in cue["kind"] for cue in said)


def spared(log: Log) -> bool:
    """One advice, and nobody is hurried after it."""
    advice = log.cues("advice")
    if len(advice) != 1:
        return False
    return not [
        cue for cue in log.cues("too_slow", "behind_light", "new_light") if cue["at_s"] > advice[0]["at_s"]
    ]


def no_heart_cue(log: Log) -> bool:
    """Nothing of the heart."""
    return not log.cues("heart_rate_high", "heart_rate_low")


def heart_warned(log: Log) -> bool:
    """Something of the heart in a rep."""
    return bool(log.cues("heart_rate_high", path="rep"))


def gap_is_no_verdict(log: Log) -> bool:
    """The pod does go, it is not spoken of, and nobody is judged."""
    gone = [event for event in log.events if event["event"] == "sensor" and event["state"] == "gone"]
    spoken = [cue for cue in log.cues("sensor_gone") if cue["spoken"]]
    return bool(gone) and not spoken and not log.verdicts()


def quiet_before_the_line(log: Log) -> bool:
    """There are verdicts, none of them in the last 3 s of a step."""
    ends = [event["at_s"] for event in log.events if event["event"] == "step_ended"]
    said = [cue["at_s"] for cue in log.verdicts()]
    return bool(said) and not [at for at in said for end in ends if 0.0 < end - at < 3.0]


def float_called(log: Log) -> bool:
    """Floats are called slow, in their own words."""
    return bool(log.cues("float_too_slow", path="float")) and not log.cues("too_slow", path="float")


def one_new_light(log: Log) -> bool:
    """Behind first, then one new light."""
    return len(log.cues("new_light")) == 1 and len(log.cues("behind_light")) >= 1


def ceiling(log: Log) -> bool:
    """The ceiling, at most once a minute."""
    said = [cue["at_s"] for cue in log.cues("heart_rate_ceiling")]
    return bool(said) and all(later - sooner >= 60.0 for sooner, later in pairwise(said))


def effort_first(log: Log) -> bool:
    """The heart is said to come before the pace, and nobody is hurried."""
    said = log.cues("heart_rate_high", "too_slow")
    return any(cue["why"]["rule"] == "effort_first" for cue in said) and not log.cues("too_slow")


def standing_told_once(log: Log) -> bool:
    """One advice, about standing."""
    said = log.cues("advice")
    return len(said) == 1 and said[0]["why"]["rule"] == "standing_rest"


def belt(log: Log) -> bool:
    """Belt speeds are told ahead, and nobody is hurried or told of a light."""
    texts = [event for event in log.events if event["event"] == "cue" and event["text"].startswith("In ten")]
    return len(texts) >= 2 and not log.cues("too_slow", "behind_light", "ahead_of_light")


def walk_left_alone(log: Log) -> bool:
    """At most one word, in the 5 s after the run became a walk at 120 s."""
    said = [cue["at_s"] - log.start("Main") for cue in log.verdicts()]
    return len(said) <= 1 and all(120.0 < at < 125.0 for at in said)
