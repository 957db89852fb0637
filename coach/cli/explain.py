"""`coach explain`: the explanation of one moment of a recording."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from coach.cli.group import CoachCommand
from coach.cli.parameters import ClockType, athlete_option, race_option
from coach.cli.text import CONSOLE, out, out_json
from coach.problems import RecordingProblem
from coach.quantities import Seconds, format_clock, format_metres, format_pace

if TYPE_CHECKING:
    from coach.app.playback import RecordingRequest
    from coach.cues.cue import Suppression
    from coach.edge.sinks import TextFormatter
    from coach.live.outputs import Event
    from coach.live.run import TimedOutput
    from coach.live.snapshot import Snapshot
    from coach.review.explain import Moment
    from coach.signals.readings import DisplayValue

# --- One moment of a recording: for people as lines, for programs as one JSON object.


def explain(request: "RecordingRequest", at: Seconds, *, as_json: bool) -> None:
    """Print the story of a moment.

    Raises:
        CoachProblem: the recording cannot be played, or ends before that moment.
    """
    from coach.app.playback import load_recording
    from coach.edge.files import runner_paths
    from coach.edge.playback import close_inputs
    from coach.edge.settings import load_settings
    from coach.live.run import LiveRun
    from coach.review.explain import moment_of

    settings = load_settings(runner_paths().settings, os.environ)
    playable = load_recording(request, settings, CONSOLE)
    inputs = close_inputs(playable.inputs)
    end = inputs[-1].at
    if at > end:
        raise RecordingProblem(
            f"the recording ends at {format_clock(end)}, before {format_clock(at)}",
            "Name a moment within it; coach replay RECORDING --speed max prints the time before each line.",
        )
    moment = moment_of(LiveRun(playable.setup), inputs, at)
    if as_json:
        out_json(tree_of(moment))
        return
    for line in lines_of(moment, playable.setup.unit):
        out(line)


def lines_of(moment: "Moment", unit: str) -> Iterator[str]:
    """A moment as lines: where, what was known, what was said around it, and why."""
    from coach.edge.sinks import TextFormatter
    from coach.review.explain import evidence, held_back

    yield from _where(moment)
    if moment.gap is not None:
        since, until = moment.gap
        yield f"The run was cut off from {format_clock(since)} to {format_clock(until)}: this is how it was before."
    yield ""
    yield "What was known"
    rows = list(_known(moment.snapshot, unit))
    yield from (f"  {name:<12}{words}" for name, words in rows or [("", "nothing: no sensor had spoken")])
    if moment.judged is not None:
        named = ", ".join(f"{name} {words}" for name, words in evidence(moment.judged, unit))
        yield f"  {'judged':<12}{named}"
    yield from (f"  {'silent':<12}{held_back(silence)}" for silence in moment.silences)
    yield ""
    yield "What was said"
    narrator = TextFormatter(unit=unit)
    yield from _around(moment.before, narrator, unit) or ["          nothing in the minute before"]
    yield f"{format_clock(moment.snapshot.at):>8}  ---- this moment ----"
    yield from _around(moment.after, narrator, unit) or ["          nothing in the next quarter of a minute"]


def tree_of(moment: "Moment") -> "Event":
    """A moment with the keys of the events; what was not known is absent."""
    from coach.live.outputs import encode_event, encode_why, put_band, put_measure

    snapshot = moment.snapshot
    tree: Event = {"v": 1}
    put_measure(tree, "at_s", snapshot.at)
    put_measure(tree, "run_s", moment.run_s)
    if moment.gap is not None:
        put_measure(tree, "from_s", moment.gap[0])
        put_measure(tree, "to_s", moment.gap[1])
    tree["phase"] = snapshot.phase.value
    if snapshot.step is not None:
        tree |= {"step_id": snapshot.step.step_id, "path": snapshot.step.path}
        put_measure(tree, "time_s", snapshot.step_time_s)
        put_measure(tree, "distance_m", snapshot.step_m)
        tree["estimated"] = snapshot.estimated
    for name, shown in _values(snapshot):
        tree[name] = _shown(shown)
    if snapshot.judged_quantity is not None and snapshot.band_in_force is not None:
        tree["band"] = put_band({"quantity": snapshot.judged_quantity.value}, snapshot.band_in_force, "")
    if snapshot.light is not None:
        put_measure(tree, "light_s", snapshot.light.behind_s)
        if snapshot.light.set_back_s:
            tree["light_set_back_s"] = round(snapshot.light.set_back_s, 2)
    tree["silences"] = [_silence(silence) for silence in moment.silences]
    if moment.judged is not None:
        tree["judged"] = encode_why(moment.judged)
    tree["before"] = [encode_event(said.output, said.run_s) for said in moment.before]
    tree["after"] = [encode_event(said.output, said.run_s) for said in moment.after]
    return tree


def _where(moment: "Moment") -> Iterator[str]:
    from coach.workout.describe import step_label

    snapshot, step = moment.snapshot, moment.snapshot.step
    clock = "before the start" if moment.run_s is None else f"running time {format_clock(moment.run_s)}"
    yield f"{format_clock(snapshot.at)}, {clock}, {snapshot.phase.value.replace('_', ' ')}"
    if step is None:
        return
    parts = [f"{step.path}: {step_label(step)}"]
    if snapshot.step_time_s is not None:
        parts.append(f"{format_clock(snapshot.step_time_s, tenths=True)} into it")
    if snapshot.step_m is not None:
        parts.append(
            ("about " if snapshot.estimated else "") + f"{format_metres(snapshot.step_m, snapshot.unit)} done"
        )
    yield ", ".join(parts)


def _known(snapshot: "Snapshot", unit: str) -> Iterator[tuple[str, str]]:
    from coach.signals.readings import SensorState
    from coach.workout.describe import target_text

    for name, shown in _values(snapshot):
        yield _name(name), f"{_amount(name, shown.value, unit)} from the {shown.source}, {_age(shown)}"
    if snapshot.step is not None and snapshot.step.target is not None:
        yield "target", target_text(snapshot.step.target)
    if snapshot.light is not None:
        behind, set_back_s = snapshot.light.behind_s, snapshot.light.set_back_s
        side = "behind" if behind > 0 else "ahead"
        text = f"{abs(behind):.1f} s, {format_metres(abs(snapshot.light.behind_m), unit)} {side}"
        if set_back_s:
            text += f", a new light, {set_back_s:.1f} s after that of the plan"
        yield "light", text
    if snapshot.distance_source is not None:
        yield "distance", f"from the {snapshot.distance_source}"
    for row in snapshot.sensors:
        if row.state is not SensorState.LIVE:
            silent = "" if row.age_s is None else f", silent for {row.age_s:.0f} s"
            yield row.source.value, f"{row.state}{silent}"


def _around(outputs: "Sequence[TimedOutput]", narrator: "TextFormatter", unit: str) -> list[str]:
    return [*(line for said in outputs for line in _output_lines(said, narrator, unit)), *narrator.flush()]


def _output_lines(said: "TimedOutput", narrator: "TextFormatter", unit: str) -> Sequence[str]:
    """The lines of one output, and below a cue that judges or advises its evidence."""
    from coach.cues.cue import Cue
    from coach.review.explain import evidence

    lines = narrator.lines(said.output)
    cue = said.output
    if not lines or not isinstance(cue, Cue):
        return lines
    reasons = evidence(cue.why, unit)
    lines = [*lines[:-1], lines[-1] + ("" if cue.spoken else " (shown, not spoken)")]
    if len(reasons) > 1:
        lines.append(
            f"            {cue.kind.value}: " + ", ".join(f"{name} {words}" for name, words in reasons)
        )
    return lines


def _values(snapshot: "Snapshot") -> "list[tuple[str, DisplayValue]]":
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


def _age(shown: "DisplayValue") -> str:
    from coach.signals.readings import Freshness

    old = f"{shown.age_s:.1f} s old"
    return old if shown.freshness in {Freshness.LIVE, Freshness.HELD} else f"{old}, greyed"


def _silence(silence: "Suppression") -> "Event":
    tree: Event = {"reason": silence.reason.value}
    if silence.for_s is not None:
        tree["for_s"] = round(silence.for_s, 1)
    return tree


def _shown(shown: "DisplayValue") -> "Event":
    from coach.live.outputs import put_measure

    tree: Event = {}
    put_measure(tree, "value", shown.value)
    put_measure(tree, "age_s", shown.age_s)
    return tree | {"freshness": shown.freshness.value, "sensor": shown.source.value}


@click.command(cls=CoachCommand)
@click.argument("recording")
@click.option(
    "--at", type=ClockType(), required=True, metavar="TIME", help="The moment, such as 12:34 or 754.2."
)
@click.option("--workout", metavar="WORKOUT", help="Coach this workout instead of the one in the recording.")
@athlete_option("Coach this athlete.")
@race_option()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    recording: str, *, at: Seconds, workout: str | None, athlete: str | None, race: str | None, as_json: bool
) -> None:
    """Explain one moment of a recording.

    TIME is the time that stands before each line of `coach replay`, and `at_s` in its --json. Told are the step,
    what was known of the runner then and how old it was, what was said in the minute before and just after, and
    the evidence behind each cue: the value, the band it was held against, over how long, how old the newest
    sample was, the noise of the sensor, and the rule that spoke.
    """
    from coach.app.playback import RecordingRequest

    explain(RecordingRequest(recording, workout, athlete, race), at, as_json=as_json)
