"""What runs have taught: laid over the next run's setup, frozen into its header, and drawn from it when it is over."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from coach.athlete import Athlete, dump_athlete
from coach.cli.errors import narrate
from coach.edge.paired_sensors import PairedSensor
from coach.edge.store import Store
from coach.gatt.quirks import usual_cadence_count
from coach.learnt import HeartLesson, Lesson, cadence_count, heart_lesson, pod_factor
from coach.live.inputs import RunSetup
from coach.physiology.cadence import CadenceLine
from coach.physiology.habit import FEWEST_RUNS, cadence_line
from coach.physiology.kinetics import HeartRateKinetics
from coach.problems import CoachProblem
from coach.quantities import Seconds
from coach.recording.records import Header
from coach.signals.config import LearntFactor
from coach.signals.readings import PODS, Source

_KEPT: Final = 1000
"""As many lessons as an athlete document holds: years of running."""


def taught(setup: RunSetup, athlete: Athlete | None, sensors: Mapping[Source, PairedSensor]) -> RunSetup:
    """Lay over a new run's setup what earlier runs taught of its athlete and its sensors.

    Of a sensor nothing was learnt of, its name may say where to begin.
    """
    said = {source: each.cadence_count for source, each in sensors.items() if each.cadence_count is not None}
    counted = {**setup.signals.cadence_counts, **said}
    usual = {source: count for source, each in sensors.items() if (count := usual_cadence_count(each.name))}
    setup = replace(
        setup, signals=replace(setup.signals, cadence_counts=counted, learnt_cadence_counts=usual)
    )
    if athlete is None or not athlete.learnt:
        return setup
    lessons = athlete.learnt
    factors, counts = [], usual
    for source, each in sensors.items():
        factor = pod_factor(lessons, each.id, each.shoe) if source in PODS else None
        if factor is not None:
            factors.append(LearntFactor(source, factor.factor, factor.sd))
        count = cadence_count(lessons, each.id)
        if count is not None:
            counts[source] = count
    return replace(
        setup,
        signals=replace(setup.signals, learnt=tuple(factors), learnt_cadence_counts=counts),
        heart_rate_kinetics=_kinetics(heart_lesson(lessons)),
        cadence_line=cadence_line(lessons),
    )


def learnt_tree(setup: RunSetup) -> tuple[Mapping[str, Any], ...]:
    """What earlier runs taught, as the header of a journal keeps it: one object each."""
    signals = setup.signals
    told: list[Mapping[str, Any]] = [
        {"what": "pod_factor", "sensor": one.source.value, "factor": one.factor, "sd": one.sd}
        for one in signals.learnt
    ]
    if setup.cadence_line is not None:
        told.append({"what": "cadence_line", **asdict(setup.cadence_line)})
    return tuple(told)


def with_learnt(setup: RunSetup, header: Header) -> RunSetup:
    """Lay over a thawed setup what its header says was learnt before; what cannot be read is left out."""
    factors, line = [], None
    for one in header.learnt:
        try:
            match one.get("what"):
                case "pod_factor":
                    factors.append(
                        LearntFactor(Source(one["sensor"]), float(one["factor"]), float(one["sd"]))
                    )
                case "cadence_line":
                    line = CadenceLine(**{key: float(value) for key, value in one.items() if key != "what"})
                case _:
                    raise ValueError(one)
        except (KeyError, TypeError, ValueError):
            narrate(f"Note: run {header.run} began with something learnt that this version cannot read.")
    signals = replace(setup.signals, learnt=tuple(factors))
    return replace(setup, signals=signals, cadence_line=line)


def devices_tree(sensors: Mapping[Source, PairedSensor]) -> tuple[Mapping[str, Any], ...]:
    """The sensors as they were remembered when the run began, for its header."""
    return tuple(
        {"sensor": source.value, "id": each.id, "name": each.name}
        | {key: value for key in ("label", "location", "shoe", "serial") if (value := getattr(each, key))}
        for source, each in sensors.items()
    )


def learn_from(path: Path) -> None:
    """Draw the lessons of a recorded run and keep them with its athlete; says what was learnt, and never fails.

    Nothing is learnt of nobody, of a simulated runner, or twice from one run.
    """
    try:
        told = list(_learn(path))
    except CoachProblem as problem:
        narrate(f"Note: nothing was learnt from this run: {problem.message}")
        return
    for line in told:
        narrate(line)


def forget_lesson(athlete: Athlete, run: str) -> Athlete:
    """The athlete without what one run taught."""
    return athlete.model_copy(update={"learnt": tuple(one for one in athlete.learnt if one.run != run)})


def words_of(lesson: Lesson) -> Iterator[str]:
    """Say what a run taught, a sentence each."""
    for pod in lesson.pods:
        off = (1.0 / pod.factor - 1.0) * 100.0
        reads = (
            f"reads {'long' if off > 0 else 'short'} {abs(off):.1f} %" if abs(off) >= 0.05 else "reads true"
        )
        shoe = f" on {pod.shoe}" if pod.shoe else ""
        yield f"pod {pod.pod}{shoe} {reads}, factor {pod.factor:.3f} ± {pod.sd:.3f}"
    for count in lesson.counts:
        how = "both feet" if count.factor == 1 else "one foot, so it is doubled"
        yield f"sensor {count.sensor} counts {how}"
    if lesson.heart is not None:
        yield (
            f"heart rate follows after {lesson.heart.delay_up_s:.0f} + {lesson.heart.tau_up_s:.0f} s up, "
            f"{lesson.heart.delay_down_s:.0f} + {lesson.heart.tau_down_s:.0f} s down"
        )
    if lesson.cadence is not None:
        one = lesson.cadence
        yield f"cadence {one.cadence_spm:.0f} at {one.speed_mps:.2f} m/s, over {one.stretches} even stretches"


def habit_words(lessons: Sequence[Lesson]) -> str:
    """Say which cadence the runs show together, or what is still missing for it."""
    line = cadence_line(lessons)
    if line is None:
        return f"Cadence at speed is known from {FEWEST_RUNS} runs with ten minutes of even running on."
    return (
        f"Own cadence: {line.cadence_spm:.0f} ± {line.sd_spm:.0f} at {line.speed_mps:.2f} m/s, "
        f"{line.slope:+.1f} for each m/s."
    )


def _learn(path: Path) -> Iterator[str]:
    from coach.cli.header import setup_from
    from coach.cli.playing import day_of
    from coach.edge.playback import close_inputs
    from coach.live.run import LiveRun
    from coach.recording.codec import read_journal
    from coach.review.lessons import Pod, lesson_of

    shelf = Store()
    journal = read_journal(shelf.recording(str(path)).data, name=path.name)
    athlete = _still_known(journal.header, shelf)
    if athlete is None or any(lesson.run == journal.header.run for lesson in athlete.learnt):
        return
    pods = {
        Source(each["sensor"]): Pod(each["id"], each.get("shoe", ""))
        for each in journal.header.devices
        if each.get("sensor") in set(Source) and each.get("id")
    }
    setup = setup_from(journal.header)
    lesson = lesson_of(
        LiveRun(setup),
        close_inputs(journal.inputs),
        day=day_of(journal.header),
        pods=pods,
        kinetics=setup.heart_rate_kinetics,
    )
    if lesson.is_empty:
        return
    kept = athlete.model_copy(update={"learnt": (*athlete.learnt, lesson)[-_KEPT:]})
    shelf.save_athlete(kept.slug, dump_athlete(kept))
    yield from (f"Learnt: {words}." for words in words_of(lesson))
    yield f"  to take it back: coach athlete learnt --forget {lesson.run}"


def _still_known(header: Header, shelf: Store) -> Athlete | None:
    """The saved athlete of a run with sensors of its own; None for everybody else."""
    from coach.cli.people import find_athlete

    slug = None if header.athlete is None else str(header.athlete.get("slug", ""))
    if not header.devices or slug not in shelf.athletes():
        return None
    return find_athlete(slug, shelf)


def _kinetics(lesson: HeartLesson | None) -> HeartRateKinetics:
    if lesson is None:
        return HeartRateKinetics()
    return HeartRateKinetics(
        Seconds(lesson.delay_up_s),
        Seconds(lesson.tau_up_s),
        Seconds(lesson.delay_down_s),
        Seconds(lesson.tau_down_s),
        lesson.ups,
        lesson.downs,
    )


def unlearned(athlete: Athlete) -> dict[str, Any]:
    """The athlete as a header keeps them: lessons stand beside, as far as they were in force."""
    tree: dict[str, Any] = json.loads(dump_athlete(athlete.model_copy(update={"learnt": ()})))
    return tree


def sensors_by_source(sensors: Sequence[PairedSensor]) -> dict[Source, PairedSensor]:
    """Which part each remembered sensor has in a run; without any, no radio is loaded to tell."""
    if not sensors:
        return {}
    from coach.edge.radio.source import assign_sources

    return {source: each for each, source in assign_sources(sensors)}
