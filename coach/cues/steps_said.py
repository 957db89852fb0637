"""How a step is announced: what it is, how far or long, and at what; how its items and questions are put.

With `phrases` the only place of words.
"""

from typing import Final

from coach.cues.spoken import duration, metres, number, sentence, target_words, until
from coach.workout.kinds import KINDS, RESTS
from coach.workout.timeline import ChecklistItem, Move, Step, Target

_MARKS: Final = {
    "A": "the line",
    "100": "the one hundred",
    "B": "the two hundred",
    "300": "the three hundred",
}
_MOVES: Final = {Move.JOG: "Jog", Move.WALK: "Walk", Move.STAND: "Stand"}
NEXT: Final = "Next"


def first_words(step: Step, target: Target | None, *, belt_speed: bool = False, unit: str = "km") -> str:
    """Say the first words of a step: which rep, how far or long, and at what."""
    said = [_naming(step)]
    if step.first_of_set and step.kind not in RESTS and (group := _set_of(step.path)):
        said.insert(0, group)
    extent = until(step.until)
    aim = "" if target is None else target_words(target, step, belt_speed=belt_speed, unit=unit)
    joint = " " if aim.startswith(("at ", "in ")) else ", "
    said.append(sentence(joint.join(part for part in (extent, aim) if part)))
    return " ".join(part for part in said if part)


def upcoming(step: Step, target: Target | None, start: str, unit: str = "km") -> str:
    """Name the step to come, and where to start where that changes: "Next: rep two of five. ..."."""
    words = first_words(step, target, unit=unit)
    place = f" {start}" if start else ""
    return f"{NEXT}: {words[0].lower()}{words[1:]}{place}"


def start_at(mark: str) -> str:
    """Say where on the track to start: "Start at the two hundred."."""
    return f"Start at {_MARKS.get(mark, mark)}."


def question(text: str, answers: tuple[str, ...]) -> str:
    """Ask, and name the answers with their numbers: "Talk test? One yes, two unsure, three no."."""
    if not answers:
        return text
    named = ", ".join(f"{number(place)} {answer}" for place, answer in enumerate(answers, 1))
    return f"{text} {sentence(named)}"


def name(text: str) -> str:
    """Say the name of a step: "Drills."."""
    return sentence(text)


def item(what: ChecklistItem) -> str:
    """Say an item of a checklist: "A-skips, three times twenty metres."."""
    amount = ""
    if what.metres is not None:
        amount = metres(what.metres)
    elif what.seconds is not None:
        amount = duration(what.seconds)
    elif what.reps is not None:
        amount = number(what.reps)
    if what.sets > 1:
        amount = f"{number(what.sets)} times {amount}".strip()
    side = "each side" if what.each_side else ""
    return sentence(", ".join(part for part in (what.do, amount, side) if part))


def _naming(step: Step) -> str:
    counted = "" if step.rep is None or step.of is None else f" {number(step.rep)} of {number(step.of)}"
    traits = KINDS[step.kind]
    if traits.is_rest:
        return f"{_MOVES[step.move]}."
    if counted and traits.rep_word:
        return f"{traits.rep_word.capitalize()}{counted}."
    if traits.is_named_aloud:
        return f"{traits.name.capitalize()}."
    # a name such as "11 km" only says again what its end says
    return "" if any(letter.isdigit() for letter in step.name) else sentence(step.name)


def _set_of(path: str) -> str:
    for part in path.split(" / "):
        words = part.split()
        if (
            len(words) == 4
            and words[0] == "set"
            and words[2] == "of"
            and words[1].isdigit()
            and words[3].isdigit()
        ):
            return f"Set {number(int(words[1]))} of {number(int(words[3]))}."
    return ""
