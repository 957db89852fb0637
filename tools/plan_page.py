"""The reference page of plans: the numbers the planner goes by, its templates, and every key of the document."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from coach.plan import blocks
from coach.plan import volume as volumes
from coach.plan.document import plan_schema
from coach.plan.hard_sessions import CHAINS, Chain
from coach.plan.planner import QUIET_DAYS, SLEEP_NIGHTS
from coach.plan.templates import TEMPLATES, DayRole, WeekTemplate


def plan_page(describe: Callable[[str, dict[str, Any]], Iterator[str]]) -> str:
    """Every object of the plan document with its keys, the templates, and the numbers the planner goes by."""
    schema = cast("dict[str, Any]", plan_schema())
    definitions = schema.get("$defs", {})
    parts = [
        "# Plans\n\n",
        "<!-- Written by `make docs` from coach/plan. -->\n\n",
        "[Plan a season](../how-to/plan-a-season.md) explains it from the beginning. A plan is kept in\n",
        "`plans/ATHLETE/plan.json` in the data folder (`coach config path`); beside it lie older versions and a\n",
        "journal of who changed what. `coach plan schema` prints the schema, for editors that complete and check.\n",
        "\n",
        "## The numbers the planner goes by\n\n",
        "| what | number | source |\n|---|---|---|\n",
        *(f"| {what} | {number} | {source} |\n" for what, number, source in planner_numbers()),
        "\n## Templates\n\nAn opt-in is for those who ask for it; its note is printed with the plan.\n\n",
        "| template | Mon | Tue | Wed | Thu | Fri | Sat | Sun | what it is |\n",
        "|---|---|---|---|---|---|---|---|---|\n",
        *(_template_row(template) for template in TEMPLATES.values()),
        *(f"\n**{each.name}**: {each.note}\n" for each in TEMPLATES.values() if each.note),
        "\n## Hard sessions, and how they are built up\n\n",
        "Rests go from full to short and reps from few to many, one at a time; where both have gone as far as they ",
        "go, 800s and kilometres move to the pace of a 3 k, with few reps and full rests again. ",
        "The session says which moved.\n\n",
        "| session | workouts of the library | reps | rest | at most of a week |\n",
        "|---|---|---|---|---|\n",
        *(_chain_row(chain) for chain in CHAINS.values()),
        "\n## The document\n\n",
        *describe("PlanDocument", schema),
    ]
    for name in sorted(definitions):
        parts += [f"\n## {name}\n\n", *describe(name, definitions[name])]
    return "".join(parts)


def _template_row(template: WeekTemplate) -> str:
    roles = " | ".join(
        f"{role}{f' {miles:g} mi' if miles else ''}" if role is not DayRole.REST else ""
        for role, miles in zip(template.roles, template.miles or (0,) * 7, strict=True)
    )
    title = f"{template.title}{' (opt-in)' if template.is_opt_in else ''} ({template.source})"
    return f"| `{template.name}` | {roles} | {title} |\n"


def _chain_row(chain: Chain) -> str:
    full, short = chain.rest_s
    rest = f"{full:g} s" if full == short else f"{full:g} to {short:g} s"
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(chain.workouts.values()))
    return f"| {chain.what} | {names} | {chain.reps[0]} to {chain.reps[1]} | {rest} | {100 * chain.week_share:g} % |\n"


def planner_numbers() -> Iterator[tuple[str, str, str]]:
    """The numbers the planner goes by: what, how much, and where from."""
    practice, judged = "coaching practice", "judged"
    yield "base", f"{blocks.BASE_WEEKS[0]} to {blocks.BASE_WEEKS[1]} weeks", practice
    yield "build", f"{blocks.BUILD_WEEKS[0]} to {blocks.BUILD_WEEKS[1]} weeks", practice
    yield (
        "the speed part at its end",
        f"{blocks.SPEED_WEEKS[0]} to {blocks.SPEED_WEEKS[1]} weeks",
        practice,
    )
    yield (
        "peak, with the week of the race",
        f"{blocks.PEAK_WEEKS[0]} to {blocks.PEAK_WEEKS[1]} weeks",
        practice,
    )
    yield "shortest full cycle", f"{blocks.FULL_WEEKS} weeks", "8 + 6 + 2"
    yield "only sharpening and taper", f"under {blocks.SHARPEN_BELOW_WEEKS} weeks", judged
    for up_to, usual, least in blocks.RECOVERY_WEEKS:
        where = f"up to {up_to / 1000:g} km" if up_to < 1e8 else "beyond"
        yield (
            f"recovery after an A race {where}",
            f"{usual} week{'' if usual == 1 else 's'}, {least} at least",
            f"{practice}, {judged}",
        )
    yield "peaks a year", f"{blocks.PEAKS_A_YEAR}, {blocks.SHORT_PEAKS_A_YEAR} up to 10 k", practice
    yield "an up week", f"+{100 * volumes.GROWTH:g} %", practice
    yield "a down week", f"-{100 * volumes.DOWN:g} %, each {volumes.DOWN_EVERY}th", practice
    yield "days off that make a down week", f"{volumes.OFF_DAYS_OF_A_DOWN_WEEK}", judged
    for phase, share in volumes.PHASE_SHARE.items():
        yield f"volume in {phase}", f"{100 * share:g} % of what was reached", f"{practice}, {judged}"
    for up_to, days in volumes.TAPER_DAYS:
        where = f"up to {up_to / 1000:g} km" if up_to < 1e8 else "beyond"
        yield f"taper {where}", f"{days} days", "Bosquet 2007, Wang 2023"
    for style, cut in volumes.TAPER_CUTS.items():
        source = "Bosquet 2007: -41 to -60 %" if cut > 0.4 else f"{practice}: less than studies found best"
        yield f"taper `{style}`", f"-{100 * cut:g} %", source
    yield (
        "days without hard running before an A, B, C race",
        ", ".join(str(n) for n in QUIET_DAYS.values()),
        judged,
    )
    yield "bed 20 minutes earlier", f"the {SLEEP_NIGHTS} nights before an A race", practice
