"""Workouts made from a few numbers: ladders, blocks, progressions, alternations, cruise intervals, reversals.

Each function gives a workout document as plain data, with an easy warm-up and cool-down around it. Lengths are
times or distances as documents spell them, paces reference names or paces.
"""

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, Final, Literal, get_args

from coach.athlete import PaceName
from coach.documents.spelling import Misspelt, read_distance, read_pace, read_time
from coach.quantities import METRES_PER_MILE, format_clock, format_metres, read_duration
from coach.workout.kinds import EASY, RESTS, RUN

Tree = dict[str, Any]
Shape = Literal["given", "up", "down", "pyramid"]

BLOCK_S: Final = (120.0, 300.0)
"""Blocks near race pace last two to five minutes; shorter ones are strides, longer ones tempo."""
CRUISE_SHARE: Final = 5
"""Cruise intervals are five parts of work to one of rest (Daniels)."""
MOST: Final = 100
"""A higher count of repeats is a typing mistake."""
_REST_WORD: Final = re.compile(r"\b(?:rest|recovery|jog|jogging|walk|walking|stand|standing)\b")
_MOVES: Final = {"walk": "walk", "stand": "stand"}
"""How the runner moves in a rest, by the beginning of its word; jogging by default."""
_BARE_METRES: Final = 100
"""A bare number from here on is metres, as in 400 800 1200; a smaller one may be seconds."""
_GEARS: Final = ((400.0, "mile"), (800.0, "3k"), (1200.0, "5k"))
"""The pace of a rung by the next longer length; longer rungs are at 10k pace."""


def ladder(
    rungs: Sequence[str], *, shape: Shape = "given", pace: str | None = None, rest: str | None = None
) -> Tree:
    """Make a ladder: reps of different lengths with a jog after each.

    Args:
        rungs: at least two lengths, all distances or all times.
        shape: `given` keeps their order, `up` and `down` sort them, `pyramid` goes up and down again.
        pace: of every rung; without it distances take the gears mile, 3k, 5k and 10k by their length.
        rest: jogged after each rung but the last; without it half the rung.

    Raises:
        Misspelt: a length or pace that cannot be read, or too few or too many rungs.
    """
    if not 2 <= len(rungs) <= MOST:
        raise Misspelt("a ladder has at least two rungs", "For example: 400m 800m 1200m.")
    sizes = [_size(rung) for rung in rungs]
    if len({is_time for is_time, _ in sizes}) > 1:
        raise Misspelt("the rungs mix times and distances", "Write all of them as one or the other.")
    if shape != "given":
        sizes.sort(reverse=shape == "down")
    if shape == "pyramid":
        sizes += sizes[-2::-1]
    steps: list[Tree] = []
    for place, (is_time, size) in enumerate(sizes):
        aim = _target(pace) if pace else None if is_time else _target(_gear(size))
        steps.append(_step("work", _until(is_time, size), aim or {"effort": "quick, even"}))
        if place < len(sizes) - 1:
            steps.append(_rest(rest) if rest else _jog(_until(is_time, _round(size / 2, is_time))))
    lengths = ", ".join(_words(is_time, size) for is_time, size in sizes)
    name = {"up": "Ladder up", "down": "Ladder down", "pyramid": "Pyramid"}.get(shape, "Ladder")
    return _document(f"{name}: {lengths}"[:120], "Change gear while tired", steps, "vo2max", "build")


def blocks(count: int, length: str, *, pace: str = "10k", ratio: float = 1.0) -> Tree:
    """Make blocks near race pace with easy running of `ratio` times their length between.

    Raises:
        Misspelt: blocks outside two to five minutes, or less easy running than hard.
    """
    is_time, seconds = _size(length)
    if not is_time:
        raise Misspelt(f'"{length[:40]}" is not a time', 'Write it as "3:00", "180s" or "3min".')
    if not BLOCK_S[0] <= seconds <= BLOCK_S[1]:
        raise Misspelt("blocks near race pace last 2:00 to 5:00", "Shorter are strides, longer are tempo.")
    if not 1 <= ratio <= 5:
        raise Misspelt("the easy part must be 1 to 5 times as long as the block", "For example: 1 or 1.5.")
    rest = _jog({"time": format_clock(_round(seconds * ratio, is_time=True))})
    steps = [_repeat(count, _step("work", {"time": format_clock(seconds)}, _target(pace)), rest)]
    name = f"{count} x {format_clock(seconds)} at {_pace_words(pace)}"
    return _document(
        name, "Race pace in blocks, with all the easy running it needs", steps, "vo2max", "build"
    )


def progression(
    length: str, *, start: str = "easy", finish: str = "threshold", last: str | None = None
) -> Tree:
    """Make a run that stays at one pace and slides to another over its last part (by default a third of it).

    Raises:
        Misspelt: a length or pace that cannot be read, or a last part as long as the run.
    """
    is_time, whole = _size(length)
    last_is_time, part = _size(last) if last else (is_time, _round(whole / 3, is_time))
    if last_is_time != is_time:
        raise Misspelt("the run and its last part mix times and distances", "Write both as one or the other.")
    if part >= whole:
        raise Misspelt("the last part must be shorter than the run", "Write a shorter one, or leave it out.")
    steady = _step("open", _until(is_time, whole - part), _target(start))
    slide = _step("work", _until(is_time, part), _target(start)) | {"ramp": _target(finish)}
    name = f"{_words(is_time, whole)} from {_pace_words(start)} to {_pace_words(finish)}"
    tree = _document(name, "Finish faster than you start", [steady, slide], "threshold", "base")
    tree["sections"] = [part for part in tree["sections"] if part["name"] == "Main"]
    return tree


def alternation(
    count: int, fast: str, steady: str, *, fast_pace: str = "5k", steady_pace: str = "marathon"
) -> Tree:
    """Make two paces in turn without a stop.

    Raises:
        Misspelt: a length or pace that cannot be read, or an impossible count.
    """
    quick = _step("work", _length(fast), _target(fast_pace))
    slow = _step("float", _length(steady), _target(steady_pace))
    name = (
        f"{count} x ({_words(*_size(fast))} {_pace_words(fast_pace)}, {_words(*_size(steady))} {steady_pace})"
    )
    steps = [_repeat(count, quick, slow, skip=False)]
    return _document(name, "Recover without slowing to a jog", steps, "vo2max", "build")


def cruise(count: int, length: str, *, pace: str = "threshold", rest: str | None = None) -> Tree:
    """Make cruise intervals: threshold with a jog of a fifth of the work, a minute at least.

    Raises:
        Misspelt: a length or pace that cannot be read, or an impossible count.
    """
    is_time, size = _size(length)
    typical = size if is_time else size / METRES_PER_MILE * 360  # six minutes a mile, for the rest alone
    short = max(60.0, _round(typical / CRUISE_SHARE, is_time=True))
    jog = _rest(rest) if rest else _jog({"time": format_clock(short)})
    steps = [_repeat(count, _step("work", _until(is_time, size), _target(pace)), jog)]
    name = f"Cruise intervals {count} x {_words(is_time, size)}"
    return _document(name, "More time at threshold than one run would give", steps, "threshold", "build")


def reverse(tree: Tree) -> Tree:
    """Reverse the hard part of a workout; repeats keep their own order.

    The sections between the warm-up and the cool-down are reversed, and so are their steps. A rest or a question that
    would come first goes to the end.

    Raises:
        Misspelt: there is nothing to reverse.
    """
    turned = deepcopy(tree)
    sections = turned["sections"]
    hard = [
        place for place, section in enumerate(sections) if any(_is_hard(node) for node in section["steps"])
    ]
    if not hard or sum(len(sections[place]["steps"]) for place in hard) < 2:
        raise Misspelt("the workout has nothing to reverse", "It needs two different parts.")
    order = [sections[place] for place in reversed(hard)]
    for place, section in zip(hard, order, strict=True):
        nodes = section["steps"]
        end = next(end for end in range(len(nodes), 0, -1) if _is_hard(nodes[end - 1]))
        sections[place] = section | {"steps": [*map(_flipped, reversed(nodes[:end])), *nodes[end:]]}
    turned["name"] = f"{tree['name']}, reversed"[:120]
    return turned


def _document(name: str, purpose: str, steps: list[Tree], system: str, phase: str) -> Tree:
    """Put a main part between a warm-up and a cool-down."""
    easy = {"pace": {"ref": "easy"}}
    track = any(_has_metres(one) for one in steps)
    return {
        "format": "coach-workout/1",
        "name": name,
        "purpose": purpose,
        "tags": {"phase": phase, "system": system},
        **({"context": {"surface": "track", "lap_m": 400, "lane": 1}} if track else {}),
        "sections": [
            {"name": "Warm-up", "steps": [{"kind": "warm_up", "until": {"time": "12:00"}, "target": easy}]},
            {"name": "Main", "steps": steps},
            {
                "name": "Cool-down",
                "steps": [{"kind": "cool_down", "until": {"time": "10:00"}, "target": easy}],
            },
        ],
    }


def _repeat(count: int, *steps: Tree, skip: bool = True) -> Tree:
    """Repeat steps, without the last of them in the last repeat."""
    if not 2 <= count <= MOST:
        raise Misspelt(f"{count} is not a possible number of repeats", f"Choose 2 to {MOST}.")
    return {"repeat": count, **({"skip_last_recovery": True} if skip else {}), "steps": list(steps)}


def _step(kind: str, until: Tree, target: Tree) -> Tree:
    return {"kind": kind, "until": until, "target": target}


def _jog(until: Tree) -> Tree:
    return {"kind": "recovery", "move": "jog", "until": until}


def _rest(text: str) -> Tree:
    """A rest as typed: `200m`, `90s rest`, `400 jog`, `2min walk`; jogged by default."""
    words = _REST_WORD.findall(text.casefold())
    length = _REST_WORD.sub("", text.casefold())
    rest = _jog(_length(length if length.strip() else text))
    move = next((move for word in words for start, move in _MOVES.items() if word.startswith(start)), "jog")
    return rest | {"move": move}


def _size(text: str) -> tuple[bool, float]:
    """Read a length as typed: whether it is a time, and the amount. `1:30`, `90s`, `400m` and `1mile` are lengths.

    Raises:
        Misspelt: it is none, or of a size no step has.
    """
    plain = text.strip().casefold()
    if plain.isdecimal() and int(plain) >= _BARE_METRES:
        return False, read_distance(f"{plain} m")
    if ":" in plain:
        return True, read_time(plain)
    try:
        return False, read_distance(plain)
    except Misspelt:
        if plain.isdecimal():
            fix = f"Write {plain}s, {plain}min or {plain}m."
            raise Misspelt(f'"{text[:40]}" is a length without a unit', fix) from None
    try:
        seconds = read_duration(plain)
    except ValueError:
        raise Misspelt(
            f'"{text[:40]}" is not a length', 'Write it as "400m", "5 km", "1 mile", "90s" or "1:30".'
        ) from None
    return True, read_time(format_clock(seconds))


def _until(is_time: bool, size: float) -> Tree:
    """An end, whole and half miles written as miles."""
    if is_time:
        return {"time": format_clock(size)}
    return {"distance": _words(False, size) if _miles(size) else f"{size:.10g} m"}


def _length(text: str) -> Tree:
    """An end from a length as written."""
    return _until(*_size(text))


def _miles(metres: float) -> float:
    """Miles, if the metres are whole or half miles; else 0."""
    halves = round(metres / METRES_PER_MILE * 2)
    return halves / 2 if abs(halves * METRES_PER_MILE / 2 - metres) < 0.01 else 0.0


def _words(is_time: bool, size: float) -> str:
    """A length as documents spell it."""
    miles = 0.0 if is_time else _miles(size)
    if miles:
        return f"{miles:g} mile" + ("s" if miles > 1 else "")
    return format_clock(size) if is_time else format_metres(size)


def _round(size: float, is_time: bool) -> float:
    """Round to 5 s or 100 m, never to 0."""
    unit = 5.0 if is_time else 100.0
    return max(unit, round(size / unit) * unit)


def _target(pace: str) -> Tree:
    """A target from the name of a pace or from a pace."""
    if pace in get_args(PaceName):
        return {"pace": {"ref": pace}}
    if "/" not in pace:
        raise Misspelt(
            f'"{pace[:20]}" is not a pace', "One of " + ", ".join(get_args(PaceName)) + ', or "4:00/km".'
        )
    read_pace(pace)
    return {"pace": pace}


def _pace_words(pace: str) -> str:
    return pace if "/" in pace else f"{pace} pace"


def _gear(metres: float) -> str:
    """The pace of a rung by its length."""
    return next((pace for limit, pace in _GEARS if metres <= limit), "10k")


def _has_metres(node: Tree) -> bool:
    return any(_has_metres(one) for one in node.get("steps", ())) or "distance" in node.get("until", {})


_MAIN: Final = RUN - EASY - RESTS
"""Kinds that are neither warming up, resting nor cooling down."""


def _is_hard(node: Tree) -> bool:
    """Return whether it is a rep, a float, or holds one. The use of a block may hold one."""
    inside = node.get("steps")
    if inside is not None:
        return any(_is_hard(one) for one in inside)
    return "use" in node or node.get("kind") in _MAIN


def _flipped(node: Tree) -> Tree:
    """The same entry; a used block is reversed too."""
    if "use" not in node:
        return node
    return {"use": node["use"]} if node.get("reverse") else {"use": node["use"], "reverse": True}
