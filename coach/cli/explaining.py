"""One moment of a recording, told: for people as lines, for programs as one JSON object."""

import os
from collections.abc import Iterator, Sequence

from coach.cli.playing import load_tape
from coach.cli.text import out, out_json
from coach.cues.cue import Cue, Silence
from coach.edge.paths import runner_paths
from coach.edge.playback import close_inputs
from coach.edge.settings import load_settings
from coach.edge.text_output import TextFormatter
from coach.live.encoding import Event, encode_event, encode_why, put_band, put_measure
from coach.live.run import LiveRun
from coach.live.snapshot import Snapshot
from coach.problems import RecordingProblem
from coach.quantities import Seconds, format_clock, format_metres, format_pace
from coach.recording.replay import TimedOutput
from coach.review.explain import Moment, moment_of
from coach.review.reasons import evidence, held_back
from coach.signals.readings import DisplayValue, Freshness, SensorState
from coach.workout.describe import step_label, target_text


def explain(recording: str, at: Seconds, *, workout: str | None, athlete: str | None, as_json: bool) -> None:
    """Print the story of a moment.

    Raises:
        CoachProblem: the recording cannot be played, or ends before that moment.
    """
    tape = load_tape(
        recording, load_settings(runner_paths().settings, os.environ), workout=workout, athlete=athlete
    )
    inputs = close_inputs(tape.inputs)
    end = inputs[-1].at
    if at > end:
        raise RecordingProblem(
            f"the recording ends at {format_clock(end)}, before {format_clock(at)}",
            "Name a moment within it; coach replay RECORDING --speed max prints the time before each line.",
        )
    moment = moment_of(LiveRun(tape.setup), inputs, at)
    if as_json:
        out_json(tree_of(moment))
        return
    for line in lines_of(moment, tape.setup.unit):
        out(line)


def lines_of(moment: Moment, unit: str) -> Iterator[str]:
    """Tell a moment: where, what was known, what was said around it, and why."""
    yield from _where(moment)
    yield ""
    yield "What was known"
    rows = list(_known(moment.snapshot, unit))
    yield from (f"  {name:<12}{words}" for name, words in rows or [("", "nothing: no sensor had spoken")])
    if moment.judged is not None:
        named = ", ".join(f"{name} {words}" for name, words in evidence(moment.judged, unit))
        yield f"  {'judged':<12}{named}"
    yield from (f"  {'silent':<12}{held_back(one)}" for one in moment.silences)
    yield ""
    yield "What was said"
    narrator = TextFormatter(unit=unit)
    yield from _around(moment.before, narrator, unit) or ["          nothing in the minute before"]
    yield f"{format_clock(moment.snapshot.at):>8}  ---- this moment ----"
    yield from _around(moment.after, narrator, unit) or ["          nothing in the next quarter of a minute"]


def tree_of(moment: Moment) -> Event:
    """Tell a moment with the keys of the events; what was not known is absent."""
    snapshot = moment.snapshot
    told: Event = {"v": 1}
    put_measure(told, "at_s", snapshot.at)
    put_measure(told, "run_s", moment.run_s)
    told["phase"] = snapshot.phase.value
    if snapshot.step is not None:
        told |= {"step_id": snapshot.step.step_id, "path": snapshot.step.path}
        put_measure(told, "time_s", snapshot.step_time_s)
        put_measure(told, "distance_m", snapshot.step_m)
        told["estimated"] = snapshot.estimated
    for name, shown in _values(snapshot):
        told[name] = _shown(shown)
    if snapshot.judged is not None and snapshot.band is not None:
        told["band"] = put_band({"quantity": snapshot.judged.value}, snapshot.band, "")
    if snapshot.light is not None:
        put_measure(told, "light_s", snapshot.light.behind_s)
    told["silences"] = [_silence(one) for one in moment.silences]
    if moment.judged is not None:
        told["judged"] = encode_why(moment.judged)
    told["before"] = [encode_event(one.output, one.run_s) for one in moment.before]
    told["after"] = [encode_event(one.output, one.run_s) for one in moment.after]
    return told


def _where(moment: Moment) -> Iterator[str]:
    snapshot, step = moment.snapshot, moment.snapshot.step
    clock = "before the start" if moment.run_s is None else f"running time {format_clock(moment.run_s)}"
    yield f"{format_clock(snapshot.at)}, {clock}, {snapshot.phase.value.replace('_', ' ')}"
    if step is None:
        return
    parts = [f"{step.path}: {step_label(step)}"]
    if snapshot.step_time_s is not None:
        parts.append(f"{format_clock(snapshot.step_time_s, tenths=True)} into it")
    if snapshot.step_m is not None:
        parts.append(("about " if snapshot.estimated else "") + f"{format_metres(snapshot.step_m)} done")
    yield ", ".join(parts)


def _known(snapshot: Snapshot, unit: str) -> Iterator[tuple[str, str]]:
    for name, shown in _values(snapshot):
        yield _name(name), f"{_amount(name, shown.value, unit)} from the {shown.source}, {_age(shown)}"
    if snapshot.step is not None and snapshot.step.target is not None:
        yield "target", target_text(snapshot.step.target)
    if snapshot.light is not None:
        behind = snapshot.light.behind_s
        side = "behind" if behind > 0 else "ahead"
        yield "light", f"{abs(behind):.1f} s, {format_metres(abs(snapshot.light.behind_m))} {side}"
    if snapshot.distance_source is not None:
        yield "distance", f"from the {snapshot.distance_source}"
    for row in snapshot.sensors:
        if row.state is not SensorState.LIVE:
            silent = "" if row.age_s is None else f", silent for {row.age_s:.0f} s"
            yield row.source.value, f"{row.state}{silent}"


def _around(said: Sequence[TimedOutput], narrator: TextFormatter, unit: str) -> list[str]:
    return [line for one in said for line in _told(one, narrator, unit)]


def _told(said: TimedOutput, narrator: TextFormatter, unit: str) -> Sequence[str]:
    """The lines of one output, and below a cue that judges or advises its evidence."""
    lines = narrator.lines(said.output)
    cue = said.output
    if not lines or not isinstance(cue, Cue):
        return lines
    reasons = evidence(cue.why, unit)
    told = [lines[0] + ("" if cue.spoken else " (shown, not spoken)")]
    if len(reasons) > 1:
        told.append(
            f"            {cue.kind.value}: " + ", ".join(f"{name} {words}" for name, words in reasons)
        )
    return told


def _values(snapshot: Snapshot) -> list[tuple[str, DisplayValue]]:
    """The values that were known, under the keys of the events."""
    values = {
        "speed_mps": snapshot.speed,
        "heart_rate_bpm": snapshot.heart_rate,
        "cadence_spm": snapshot.cadence,
        "power_w": snapshot.power,
    }
    return [(name, shown) for name, shown in values.items() if shown is not None]


def _name(key: str) -> str:
    return key.rpartition("_")[0].replace("_", " ")


def _amount(key: str, value: float, unit: str) -> str:
    return format_pace(value, unit=unit) if key == "speed_mps" else f"{value:.0f} {key.rpartition('_')[2]}"


def _age(shown: DisplayValue) -> str:
    old = f"{shown.age_s:.1f} s old"
    return old if shown.freshness in {Freshness.LIVE, Freshness.HELD} else f"{old}, greyed"


def _silence(silence: Silence) -> Event:
    told: Event = {"reason": silence.reason.value}
    if silence.for_s is not None:
        told["for_s"] = round(silence.for_s, 1)
    return told


def _shown(shown: DisplayValue) -> Event:
    told: Event = {}
    put_measure(told, "value", shown.value)
    put_measure(told, "age_s", shown.age_s)
    return told | {"freshness": shown.freshness.value, "sensor": shown.source.value}
