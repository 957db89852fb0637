"""The lessons of runs: learnt from a recording when it is over, kept with the athlete, put into words, and forgotten.

`coach.app.setup` sets the next run up with them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from coach.app.athletes import find_athlete, save_changes
from coach.app.header import recorded_day
from coach.app.setup import recorded_setup
from coach.app.terminal import Console
from coach.athlete import Athlete, dump_athlete
from coach.edge.playback import close_inputs
from coach.edge.store import FIRST_SLUG, Store
from coach.learnt import Lesson
from coach.live.run import LiveRun, refold
from coach.physiology.cadence import FEWEST_RUNS, cadence_line
from coach.problems import AthleteProblem, CoachProblem
from coach.recording.codec import Header, read_journal
from coach.review.guided_tests import PaceOffer, pace_offer
from coach.review.journaled import is_simulated
from coach.review.lessons import Pod, lesson_of
from coach.review.summary import summarize
from coach.signals.readings import Source

_MOST_LESSONS: Final = 1000
"""The most lessons in an athlete document, which are those of years."""


def learn_from(path: Path, console: Console) -> None:
    """Learn from a recorded run, keep the lesson with its athlete, and say what was learnt; never fails.

    Nothing is learnt without an athlete, from a simulated runner, or twice from a run.
    """
    try:
        lines = list(_learn(path, console))
    except CoachProblem as problem:
        console.say(f"Note: nothing was learnt from this run: {problem.message}")
        return
    for line in lines:
        console.say(line)


def offer_pace(path: Path, console: Console) -> None:
    """After a run by effort, ask whether what was run is to be kept as a pace; never fails.

    Where nobody can be asked, what was run and the command that keeps it are said. What a simulated runner ran is
    nobody's pace.
    """
    try:
        journal = read_journal(Store().recording(str(path)).data, name=path.name)
        is_made_up = is_simulated({"sensors": journal.header.sensors})
        if journal.header.settings.get("by_effort") is not True or is_made_up:
            return
        setup = recorded_setup(journal.header, console)
        outputs = refold(LiveRun(setup), close_inputs(journal.inputs)).outputs
        offer = pace_offer(summarize(outputs).rows, unit=setup.unit)
        if offer is None:
            return
        if not _may_keep(setup.athlete) or not console.can_ask():
            command = " ".join(["coach athlete set", *offer.options])
            console.say(f"{offer.reps} averaged {offer.pace}. To keep it as your {offer.ref} pace: {command}")
        elif not _is_kept(setup.athlete, offer) and console.confirm(offer.question):
            keep_pace(setup.athlete, offer)
            console.say(f"Kept: coach athlete show {setup.athlete or FIRST_SLUG}")
    except CoachProblem as problem:
        console.say(f"Note: nothing was kept of this run: {problem.message}")


def keep_pace(athlete: str, offer: PaceOffer) -> None:
    """Keep a pace that was run by effort with its athlete; for a run of nobody with the first athlete.

    Raises:
        CoachProblem: the athlete is not saved, or it cannot be written.
    """
    if not _may_keep(athlete):
        command = " ".join(["coach athlete set SLUG", *offer.options])
        raise AthleteProblem("It is not known whose pace it is.", f"Keep it with: {command}")
    save_changes(athlete or FIRST_SLUG, {}, offer.entry)


def _may_keep(athlete: str) -> bool:
    saved = Store().athletes()
    return not saved or (athlete or FIRST_SLUG) in saved


def _is_kept(athlete: str, offer: PaceOffer) -> bool:
    """Tell whether the pace was kept already, on the screen."""
    store, slug = Store(), athlete or FIRST_SLUG
    known = find_athlete(slug, store) if slug in store.athletes() else None
    if known is None:
        return False
    return offer.pace in {known.now.threshold_pace, *known.now.paces.values()}


def forget_lesson(athlete: Athlete, run: str) -> Athlete:
    """The athlete without what one run taught."""
    lessons = tuple(lesson for lesson in athlete.learnt if lesson.run != run)
    return athlete.model_copy(update={"learnt": lessons})


def lesson_words(lesson: Lesson) -> Iterator[str]:
    """Say what a run taught, a sentence each."""
    for pod in lesson.pods:
        error_percent = (1.0 / pod.factor - 1.0) * 100.0
        reading = (
            f"reads {'long' if error_percent > 0 else 'short'} {abs(error_percent):.1f} %"
            if abs(error_percent) >= 0.05
            else "reads true"
        )
        shoe = f" on {pod.shoe}" if pod.shoe else ""
        yield f"pod {pod.pod}{shoe} {reading}, factor {pod.factor:.3f} ± {pod.sd:.3f}"
    for count in lesson.counts:
        count_words = "both feet" if count.factor == 1 else "one foot, so it is doubled"
        yield f"sensor {count.sensor} counts {count_words}"
    if lesson.heart is not None:
        yield (
            f"heart rate follows after {lesson.heart.delay_up_s:.0f} + {lesson.heart.tau_up_s:.0f} s up, "
            f"{lesson.heart.delay_down_s:.0f} + {lesson.heart.tau_down_s:.0f} s down"
        )
    if lesson.cadence is not None:
        cadence = lesson.cadence
        yield (
            f"cadence {cadence.cadence_spm:.0f} at {cadence.speed_mps:.2f} m/s, "
            f"over {cadence.stretches} even stretches"
        )


def habit_words(lessons: Sequence[Lesson]) -> str:
    """Say which cadence the runs show together, or what is still missing for it."""
    line = cadence_line(lessons)
    if line is None:
        return f"Cadence at speed is known from {FEWEST_RUNS} runs with ten minutes of even running on."
    return (
        f"Own cadence: {line.cadence_spm:.0f} ± {line.sd_spm:.0f} at {line.speed_mps:.2f} m/s, "
        f"{line.slope:+.1f} for each m/s."
    )


def _learn(path: Path, console: Console) -> Iterator[str]:
    store = Store()
    journal = read_journal(store.recording(str(path)).data, name=path.name)
    athlete = _athlete_of(journal.header, store)
    if athlete is None or any(lesson.run == journal.header.run for lesson in athlete.learnt):
        return
    pods: dict[Source | int, Pod] = {}
    for device in journal.header.devices:
        pod = Pod(str(device.get("id", "")), device.get("shoe", ""))
        if pod.id and isinstance(device.get("number"), int):
            pods[device["number"]] = pod
        elif pod.id and device.get("sensor") in set(Source):
            pods[Source(device["sensor"])] = pod
    setup = recorded_setup(journal.header, console)
    lesson = lesson_of(
        LiveRun(setup),
        close_inputs(journal.inputs),
        day=recorded_day(journal.header),
        pods=pods,
        kinetics=setup.heart_rate_kinetics,
    )
    if lesson.is_empty:
        return
    athlete = athlete.model_copy(update={"learnt": (*athlete.learnt, lesson)[-_MOST_LESSONS:]})
    store.save_athlete(athlete.slug, dump_athlete(athlete))
    yield from (f"Learnt: {words}." for words in lesson_words(lesson))
    yield f"  to take it back: coach athlete learnt --forget {lesson.run}"


def _athlete_of(header: Header, store: Store) -> Athlete | None:
    """The saved athlete of a run with sensors of its own; None for everybody else."""
    slug = None if header.athlete is None else str(header.athlete.get("slug", ""))
    if not header.devices or slug not in store.athletes():
        return None
    return find_athlete(slug, store)
