"""Reads how a part changes from rep to rep."""

from coach.quantities import format_clock
from coach.workout.notation import words
from coach.workout.notation.cursor import Cursor
from coach.workout.notation.syntax import Part


def read_change(cursor: Cursor, part: Part) -> bool:
    """Read a change from rep to rep: `down 2s each`, `each -10s/mi`, `each +200m`, `each -0:30`."""
    if cursor.peek().text not in {"down", "each", "every", "cutting"}:
        return False
    place = cursor.at
    is_down = cursor.take().text in {"down", "cutting"}
    cursor.accept("down")
    cursor.accept("by")
    sign = 1.0 if cursor.accept("+") else -1.0
    cursor.accept("-")
    if cursor.peek().kind == "clock":
        part.change = {"time": f"{'+' if sign > 0 else '-'}{format_clock(cursor.take().value)}"}
        return True
    if cursor.peek().kind != "number" or not _change_by(cursor, part, sign, is_down=is_down):
        cursor.at = place
        return False
    return True


def _change_by(cursor: Cursor, part: Part, sign: float, *, is_down: bool) -> bool:
    """Read by how much each rep changes: seconds a rep, seconds a kilometre or mile, per cent, metres."""
    number = cursor.take()
    if cursor.sees("m", "km") and not cursor.peek().is_spaced:
        part.change = {"distance": f"{sign * number.value:+g} {cursor.take().text}"}
        return True
    unit = "%" if cursor.accept("%") else ""
    if not unit and not cursor.accept("s", "sec", "secs", "seconds", '"', "sek") and is_down:
        raise cursor.fault("it does not say by how much", number, "Such as down 2s each.")
    if cursor.sees("/", "per") and cursor.sees("km", "k", "mi", "mile", ahead=1):
        cursor.take()
        unit = "s/km" if cursor.take().text in {"km", "k"} else "s/mile"
    if cursor.accept("slower"):
        sign = 1.0
    elif cursor.accept("faster"):
        sign = -1.0
    while cursor.accept(*words.EACH_WORDS):
        pass
    if unit:
        part.change = {"pace": f"{sign * number.value:+g} {unit}"}
    else:
        part.change_s = sign * number.value
    return True
