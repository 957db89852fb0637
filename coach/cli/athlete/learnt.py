"""`coach athlete learnt`: what runs have taught about an athlete, and taking it back."""

import click

from coach.cli.group import CoachCommand


@click.command(cls=CoachCommand)
@click.argument("athlete", required=False)
@click.option("--forget", metavar="RUN", help="Take back what this run taught; its first letters do.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a run.")
def command(athlete: str | None, forget: str | None, as_json: bool) -> None:
    """Show what runs have taught, or take it back.

    Listed oldest first: pod factors, how a sensor counts, cadence at speed, how the heart follows. Each recorded
    run of a saved athlete with remembered sensors may teach something. It counts from the next run on; --forget
    takes it back, and what was known before counts again. Recordings are not changed.
    """
    from coach.athlete import dump_athlete
    from coach.cli.errors import narrate
    from coach.cli.learning import forget_lesson, habit_words, words_of
    from coach.cli.people import find_athlete
    from coach.cli.text import out, out_json
    from coach.edge.store import Store
    from coach.problems import AthleteProblem

    shelf = Store()
    found = find_athlete(athlete, shelf)
    if found is None:
        raise AthleteProblem(
            "no athlete is saved yet", "Save one: coach athlete set --threshold-pace 4:10/km"
        )
    if forget is not None:
        meant = [lesson.run for lesson in found.learnt if lesson.run.startswith(forget)]
        if len(meant) != 1 or found.slug not in shelf.athletes():
            raise AthleteProblem(
                f"{forget!r} is {'no run' if not meant else 'more than one run'} that taught {found.slug} anything",
                "coach athlete learnt lists them.",
            )
        shelf.save_athlete(found.slug, dump_athlete(forget_lesson(found, meant[0])))
        narrate(f"Taken back what run {meant[0]} taught.")
        return
    for lesson in found.learnt:
        if as_json:
            out_json(lesson.model_dump(mode="json", exclude_defaults=True))
            continue
        out(f"{lesson.day}  run {lesson.run}")
        for words in words_of(lesson):
            out(f"  {words}")
    if not found.learnt:
        narrate("No run has taught anything yet.")
    elif not as_json:
        out(habit_words(found.learnt))
