"""Reads the target of a step: a pace by name or in figures, a heart rate, a zone, a power, words, or times of reps."""

from typing import Final

from coach.athlete import PACE_NAMES
from coach.documents import did_you_mean
from coach.physiology.zones import FRIEL_ZONES
from coach.quantities import METRES_PER_KM, METRES_PER_MILE, format_clock
from coach.spelling import LONGEST_NAME
from coach.workout.notation import lexer
from coach.workout.notation.lexer import Aim, CountReader, Cursor, NotationFault, Part, Token, Tree, pace_text

_PACES_LISTED: Final = ", ".join(PACE_NAMES)
LAP_M: Final = 400.0
"""The lap of an outdoor track, if the line names none."""
CLOCK_UNDER: Final = 20.0
"""A bare number per kilometre below this is in minutes, with seconds behind its point: 20 s is impossible. Judged."""


class TargetReader:
    """Reads targets."""

    def __init__(self, cursor: Cursor, counts: CountReader) -> None:
        """Read at a cursor."""
        self._cursor = cursor
        self._counts = counts

    def is_measure_ahead(self, ahead: int) -> bool:
        """Return whether a target that begins with a number is here: `5kp`, `4:10/km`, `85%max`, `150 bpm`."""
        token = self._cursor.peek(ahead)
        after = self._cursor.peek(ahead + 1)
        if token.kind == "clock":
            if after.text == "-" and self._cursor.peek(ahead + 2).kind == "clock":
                return True
            return (
                after.text == "/"
                and self._cursor.peek(ahead + 2).text in {"km", "k", "mi", "mile", "lap", "m"}
            ) or (after.text == "min" and self._cursor.sees("/", ahead=ahead + 2))
        if token.kind != "number":
            return False
        if after.text in {"%", "bpm", "spm", "kmh", "kph", "mph", "w", "watt", "watts", "kp", "mp", "kmp"}:
            return not (
                after.text == "w"
                and (self._cursor.sees("/", ahead=ahead + 2) or self._cursor.peek(ahead + 1).is_spaced)
            )
        if after.text == "-" and self._cursor.peek(ahead + 2).kind == "number":
            return self._cursor.peek(ahead + 3).text in {
                "%",
                "bpm",
                "spm",
                "w",
                "watts",
                "km",
                "kmh",
            } and not (
                self._cursor.peek(ahead + 3).text == "km" and not self._cursor.sees("/", ahead=ahead + 4)
            )
        if after.text in {"k", "km", "mile", "mi", "m"}:
            tail = self._cursor.peek(ahead + 2)
            if after.text == "km" and tail.text == "/" and self._cursor.sees("h", ahead=ahead + 3):
                return True
            return tail.text in {"pace", "race", "effort", "rp", "p", "tempo"}
        return after.text == "'" and any(
            self._cursor.sees("/", ahead=ahead + n)
            and self._cursor.sees("km", "mi", "mile", ahead=ahead + n + 1)
            for n in (2, 3, 4)
        )

    def is_here(self, ahead: int) -> bool:
        """Return whether a target stands here."""
        token = self._cursor.peek(ahead)
        if token.kind == "text":
            return True
        if token.kind in {"number", "clock"}:
            return (
                self.is_measure_ahead(ahead)
                or (ahead > 0 and self._cursor.peek(ahead + 1).text == "k")
                or ahead > 0
            )
        if token.raw == "r":
            return False  # a small r is a rest
        phrases = (*lexer.PACES, *lexer.EFFORTS, "z", "zone", "rpe", "hr", "hf", "fc", "as", "pace")
        return bool(self._cursor.phrase(phrases, ahead)[1])

    def read_slope(self, part: Part) -> None:
        """Read the end of a changing target: `easy -> threshold`, `4:10 down to 3:50`."""
        is_slope = self._cursor.sees("to") or (self._cursor.sees("down") and self._cursor.sees("to", ahead=1))
        if self._cursor.sees("→") or (is_slope and self.is_here(1 if self._cursor.sees("to") else 2)):
            self._cursor.take()
            self._cursor.accept("to")
            part.inner.ramp = self.read()

    @staticmethod
    def can_take(part: Part) -> bool:
        """Return whether the part may take another target."""
        return len(part.inner.aims) < len(part.inner.lengths)

    def read_for(self, part: Part) -> None:
        """Read the target behind `@`: one, one for each rung, or one that changes into another."""
        self._cursor.accept("@", "at", "a", "an", "about", "~", "ca", "around", "circa")
        first = self.read()
        self.refuse_range(part, first)
        self.give(part, first)
        while (
            len(part.inner.lengths) > 1
            and (self.is_here(0) or self._cursor.peek().kind in {"number", "clock"})
            and not self._counts.is_part_ahead(0)
        ):
            self.give(part, self.read())
        while len(part.inner.lengths) > 1 and self._is_sign_between() and self._is_aim_behind():
            self._cursor.take()
            self.give(part, self.read())
        self.read_slope(part)
        self._cursor.accept("pace", "effort")

    def refuse_range(self, part: Part, aim: Aim) -> None:
        """Refuse a dash behind a target, or a slash between two: two targets are not a range, and a step needs a space.

        A dash with a space on both sides stands between steps, if a step can follow. In a ladder it stands between the
        targets of its rungs.

        Raises:
            NotationFault: at the dash.
        """
        dash, after = self._cursor.peek(), self._cursor.peek(1)
        is_glued = not (dash.is_spaced or after.is_spaced)
        is_dash = dash.text == "-" or (dash.text == "/" and is_glued and self._is_second_target())
        if len(part.inner.lengths) > 1 or not is_dash or self._counts.is_part_ahead(1):
            return
        is_apart = dash.is_spaced and after.is_spaced
        is_number = after.kind in {"number", "clock"}
        if not self._is_second_target() and (is_apart or not is_number):
            return
        if not self._is_second_target():
            fix = "Write + between two steps, or one unit behind a range: 3:40-3:50/km, 150-160bpm."
            raise self._cursor.fault("a dash joins no step to a target", dash, fix)
        is_pair = after.kind == "number" or after.text in {"z", "zone", "rpe"}
        before = self._cursor.shown(aim.start, dash.start)
        behind = self._cursor.shown(after.start, self._cursor.peek(2 if is_pair else 1).end)
        raise self._cursor.fault(
            "two targets by name are not a range",
            dash,
            f"Write {before} or {behind}, or figures such as 3:40-3:50/km; two steps stand with a + between.",
        )

    def _is_second_target(self) -> bool:
        """Return whether a target by name is behind the dash here, not a step such as `10k easy` or `easy 10 min`."""
        after = self._cursor.peek(1)
        if after.text in {"z", "zone", "rpe"}:
            return True
        if after.kind == "number":
            size = 3 if self._cursor.sees("k", "km", "kp", ahead=2) else 2
            if size == 3:
                is_race = f"{after.value:g}" in lexer.RACES or self._cursor.sees("kp", ahead=2)
            else:
                is_race = after.value >= 1500 and f"{after.value:g}" in lexer.RACES
        else:
            size = 1 + self._cursor.phrase(lexer.PACES, 1)[1]
            is_race = size > 1
        behind = self._cursor.peek(size)
        is_step = behind.kind in {"number", "clock"} or behind.text in {"@", "x", "for"}
        is_step = is_step or (
            after.kind == "number"
            and behind.text not in {"pace", "effort", "tempo", "rp", "race"}
            and any(
                self._cursor.phrase(table, size)[1]
                for table in (lexer.PACES, lexer.EFFORTS, lexer.KIND_WORDS, lexer.MOVES)
            )
        )
        return is_race and not is_step

    def _is_sign_between(self) -> bool:
        """Return whether a sign between the targets of a ladder stands here: `-`, `,` or a slash without a space."""
        sign, after = self._cursor.peek(), self._cursor.peek(1)
        return self._cursor.sees("-", ",") or (sign.text == "/" and not (sign.is_spaced or after.is_spaced))

    def _is_aim_behind(self) -> bool:
        """Return whether another target of a ladder stands behind a hyphen or comma."""
        after = self._cursor.peek(2)
        first = self._cursor.peek(1)
        is_race = first.kind == "number" and f"{first.value:g}" in lexer.RACES
        return (is_race and after.text in {"k", "kp"}) or bool(self._cursor.phrase(lexer.PACES, 1)[1])

    def read_times_of_reps(self, part: Part) -> bool:
        """Read a time for each of the reps, `6x400 (75, 74, 73, 72, 71, 70)`; returns whether there were any.

        Raises:
            NotationFault: there are more or fewer than reps.
        """
        sign, ahead = self._cursor.peek(1), 0
        if sign.text not in {",", "-", "/"} or (sign.text == "/" and sign.is_spaced):
            return False
        times = []
        while self._cursor.peek(ahead).kind in {"number", "clock"} and not self._has_unit(ahead):
            times.append(self._cursor.peek(ahead))
            if self._cursor.peek(ahead + 1).text != sign.text:
                ahead += 2
                break
            ahead += 2
        if len(times) <= 2 or part.count is None or part.most is not None or len(part.lengths) != 1:
            return False
        if len(times) != part.count:
            reason = f"{len(times)} times for {part.count} reps"
            fix = "Give each rep its time, or one time or range for all: (70-75)."
            raise self._cursor.fault(reason, times[0], fix)
        self._cursor.at += ahead - 1
        is_clock = any(token.kind == "clock" for token in times)
        aims = [Aim(each.start, each.end, None, each.value, each.value, is_clock=is_clock) for each in times]
        part.aims, part.lengths, part.count = aims, part.lengths * len(times), None
        return True

    def _has_unit(self, ahead: int) -> bool:
        """Return whether the number here has a unit, as in `2km`, `90s` and `2'`."""
        after = self._cursor.peek(ahead + 1)
        return after.text in {"'", '"', "x"} or self._cursor.phrase(lexer.UNITS, ahead + 1)[1] > 0

    @staticmethod
    def give(part: Part, aim: Aim) -> None:
        """Give a target to the part, or to the parts of its group that have none."""
        if part.is_group and len(part.body) > 1:
            for each in part.body:
                inner = each.inner
                if not inner.aims and inner.kind not in lexer.MOVES.values() and not inner.is_easy_word:
                    inner.aims.append(aim)
            return
        part.inner.aims.append(aim)

    def read_words(self) -> Aim | None:
        """Read a target in words, or nothing."""
        if self._cursor.phrase(lexer.PACES)[1] or self._cursor.phrase(lexer.EFFORTS)[1]:
            return self.read()
        return None

    def read(self) -> Aim:
        """Read one target."""
        token = self._cursor.peek()
        if token.kind == "text":
            self._cursor.take()
            if not token.text:
                raise self._cursor.fault("the words are missing", token, 'For example: "fast, smooth".')
            return Aim(token.start, token.end, {"effort": token.text[:LONGEST_NAME]})
        if token.kind in {"number", "clock"}:
            return self._aim_number()
        if token.text in {"<", ">"}:
            return self._limit()
        if token.kind == "word":
            aim = self._aim_word(token)
            if aim is not None:
                return aim
        raise self._no_aim(token)

    def _limit(self) -> Aim:
        """Read a one-sided target: `<75%max`, `>4:30/km`; the sign applies to the speed, not to the pace."""
        sign = self._cursor.take()
        limit = self.read()
        key, value = next(iter((limit.tree or {}).items()), ("", ""))
        if not isinstance(value, str) or key in {"", "effort"} or value.startswith("zone"):
            raise self._cursor.fault(
                "this cannot be a limit", sign, "For example: <75%max, <150bpm or <4:30/km."
            )
        is_most = sign.text == "<"
        side = ("fastest" if is_most else "slowest") if key == "pace" else "max" if is_most else "min"
        return Aim(sign.start, limit.end, {key: {side: value}})

    def _no_aim(self, token: Token) -> NotationFault:
        """The fault where a target is missing."""
        if token.kind == "end" or token.text in {"/", "+", ";", ",", "\n", ")", "]"}:
            return self._cursor.fault(
                "the target is missing", token, f"One of {_PACES_LISTED}; or 4:30/km, 150bpm, RPE8."
            )
        near = did_you_mean(token.text, [word for word in {*lexer.PACES, *lexer.EFFORTS} if len(word) > 2])
        replacement = near.split('"')[1] if near.startswith("Did") else ""
        fix = near if replacement else f"One of {_PACES_LISTED}; or 4:30/km, 150bpm, RPE8."
        return self._cursor.fault(f"“{token.raw[:30]}” is not a target", token, fix, replacement=replacement)

    def _aim_word(self, token: Token) -> Aim | None:
        """Read a target that begins with a word."""
        if token.text in {"z", "zone", "gear"}:
            return self._zone(token)
        if token.text == "rpe":
            self._cursor.take()
            self._cursor.accept("=", ":")
            return self._effort_number(token)
        if token.text in {"hr", "hf", "fc", "heart"} and (
            self._cursor.peek(1).kind == "number" or self._cursor.peek(1).text == "rate"
        ):
            self._cursor.take()
            self._cursor.accept("rate")
            return self._aim_number(unit="bpm")
        if token.text == "as" and self._cursor.peek(1).kind == "number":
            self._cursor.take()
            number = self._cursor.take()
            race = lexer.RACES.get(f"{number.value:g}")
            if race is None:
                raise self._cursor.fault(
                    f"AS{number.raw} is not a pace here", number, "AS5, AS10, AS21 or AS42; or 4:30/km."
                )
            return self._read_offset(Aim(token.start, number.end, {"pace": {"ref": race}}))
        pace, pace_size = self._cursor.phrase(lexer.PACES)
        effort, effort_size = self._cursor.phrase(lexer.EFFORTS)
        if effort_size > pace_size:
            self._cursor.accept_phrase(lexer.EFFORTS)
            end = self._cursor.tokens[self._cursor.at - 1].end
            self._cursor.accept("effort")
            return Aim(token.start, end, {"effort": lexer.EFFORTS[effort]})
        if not pace:
            return None
        self._cursor.accept_phrase(lexer.PACES)
        ref = lexer.PACES[pace]
        end = self._cursor.tokens[self._cursor.at - 1].end
        if self._cursor.accept("effort"):
            return Aim(token.start, end, {"effort": f"{ref} effort" if ref != "easy" else "easy"})
        if pace in lexer.GUESSED_PACES:
            self._cursor.guess(f"{token.raw} is taken as {ref} pace")
        self._cursor.accept("pace", "run", "tempo", "running")
        return self._read_offset(Aim(token.start, end, {"pace": {"ref": ref}}))

    def _zone(self, token: Token) -> Aim:
        """Read a heart-rate zone: `Z2`, `zone 5a`."""
        self._cursor.take()
        number = self._cursor.take()
        if number.kind != "number":
            raise self._cursor.fault("the zone is missing", token, "For example: Z2.")
        letter = self._cursor.accept("a", "b", "c") if not self._cursor.peek().is_spaced else None
        name = f"{number.value:g}{letter.text if letter else ''}"
        if self._cursor.sees("-") and self._cursor.peek(1).kind == "number":
            raise self._cursor.fault(
                "one zone is a target, two are not", number, f"Write Z{name}, or 140-150bpm."
            )
        if name not in FRIEL_ZONES:
            raise self._cursor.fault(
                f"there is no zone {name}", number, "The zones are " + ", ".join(FRIEL_ZONES) + "."
            )
        return Aim(token.start, (letter or number).end, {"heart_rate": f"zone {name}"})

    def _effort_number(self, token: Token) -> Aim:
        """Read `RPE 8`, `RPE 7-8`."""
        number = self._cursor.take()
        if number.kind != "number" or not 0 < number.value <= 20:
            raise self._cursor.fault("the number of the effort is missing", token, "For example: RPE8.")
        text, end = f"RPE {number.value:g}", number.end
        if self._cursor.sees("-") and self._cursor.peek(1).kind == "number":
            self._cursor.take()
            high = self._cursor.take()
            text, end = f"{text}-{high.value:g}", high.end
        if self._cursor.sees("/") and self._cursor.peek(1).value == 10 and not self._cursor.peek().is_spaced:
            self._cursor.take()
            end = self._cursor.take().end
        return Aim(token.start, end, {"effort": text})

    def _read_offset(self, aim: Aim) -> Aim:
        """Read an offset behind a pace by name: `5k-2s/km`, `10k+3%`."""
        sign = self._cursor.peek()
        if sign.text not in {"+", "-"} or self._cursor.peek(1).kind != "number":
            return aim
        if sign.is_spaced and self._cursor.peek(1).is_spaced and not self._has_pace_unit(2):
            return aim
        after = self._cursor.peek(2)
        if after.text not in {"%", "s", "sec", "secs", '"', "sek"}:
            return aim
        self._cursor.take()
        number = self._cursor.take()
        end = self._cursor.take().end
        unit = "%"
        if after.text != "%":
            unit = "s/km"
            if self._cursor.sees("/", "per") and self._cursor.sees("mi", "mile", "miles", "km", "k", ahead=1):
                self._cursor.take()
                if self._cursor.accept("mi", "mile", "miles"):
                    unit = "s/mile"
                else:
                    self._cursor.take()
                end = self._cursor.tokens[self._cursor.at - 1].end
            else:
                self._cursor.guess(f"{sign.text}{number.raw}s is taken per kilometre")
        assert aim.tree is not None
        offset = f"{sign.text}{number.value:g} {unit}"
        return Aim(aim.start, end, {"pace": aim.tree["pace"] | {"offset": offset}})

    def _has_pace_unit(self, ahead: int) -> bool:
        return self._cursor.sees("%", ahead=ahead) or (
            self._cursor.sees("s", "sec", '"', ahead=ahead) and self._cursor.sees("/", ahead=ahead + 1)
        )

    def _aim_number(self, unit: str = "") -> Aim:
        """Read a target that begins with a number or a clock."""
        first = self._cursor.take()
        low = self._seconds_of(first)
        high: tuple[float, bool] | None = None
        second = first
        is_range = self._cursor.sees("-", "to", "bis") and self._cursor.peek(1).kind in {"number", "clock"}
        if is_range and not (
            self._cursor.sees("-")
            and self._cursor.peek(2).text in {"k", "kp"}
            and self._cursor.peek(2).kind == "word"
        ):
            place = self._cursor.at
            self._cursor.take()
            second = self._cursor.take()
            high = self._seconds_of(second)
            if self._cursor.peek().text == "k" and second.kind == "number":  # the next target of a ladder
                self._cursor.at, second, high = place, first, None
        if first.kind == "clock" or low[1] or (high is not None and (second.kind == "clock" or high[1])):
            return self._time_aim(first, low, high or low)
        return self._measure(first, second if high is not None else None, unit)

    def _seconds_of(self, token: Token) -> tuple[float, bool]:
        """The seconds of a clock or of `3'45"`; for a number its value, and whether it is marked as a time."""
        if token.kind == "clock":
            return token.value, True
        if self._cursor.sees("'"):
            self._cursor.take()
            value = token.value * 60
            if self._cursor.peek().kind == "number" and not self._cursor.peek().is_spaced:
                value += self._cursor.take().value
                self._cursor.accept('"', "s")
            return value, True
        if self._cursor.sees('"', "s", "sec", "secs", "seconds", "sek", "sekunden"):
            self._cursor.take()
            return token.value, True
        if self._cursor.sees("min") and self._cursor.sees("/", ahead=1):
            return token.value * 60, True
        return token.value, False

    def _time_aim(self, first: Token, low: tuple[float, bool], high: tuple[float, bool]) -> Aim:
        """Make a target of a time: a pace if its length is named, else the time of the rep."""
        low_s, high_s = sorted((low[0], high[0]))
        if low_s <= 0:
            raise self._cursor.fault("a pace of zero", first, "For example: 4:30/km.")
        self._cursor.accept('"') or self._cursor.accept("s", "sec")
        self._cursor.accept("min")
        per = self._per()
        if per is not None and self._cursor.sees("-") and self._cursor.peek(1).kind == "clock":
            low_s, high_s = sorted((low_s, self._second_pace(per)))
        end = self._cursor.tokens[self._cursor.at - 1].end
        if per is not None:
            return Aim(first.start, end, self._pace_tree(low_s, high_s, per, first, end))
        is_pace = self._cursor.accept("pace") is not None
        has_primes = any(token.text == "'" for token in self._cursor.tokens if first.end <= token.start < end)
        is_clock = (
            has_primes or first.kind == "clock" or self._cursor.tokens[self._cursor.at - 1].kind == "clock"
        )
        return Aim(first.start, end, None, low_s, high_s, is_clock=is_clock or is_pace, is_pace=is_pace)

    def _second_pace(self, per: float) -> float:
        """Read the other end of a range whose first end has a unit: `4:00/km-4:10/km`; its seconds.

        Raises:
            NotationFault: at the dash, where the other end has another unit or none.
        """
        dash, second = self._cursor.take(), self._cursor.take()
        other = self._per()
        if other is None or abs(other - per) > 0.01:
            reason = "a range has its unit behind both ends" if other is None else "two units in one range"
            raise self._cursor.fault(reason, dash, "Write one unit, behind both: 4:00-4:10/km.")
        return second.value

    def _per(self) -> float | None:
        """Read the length of a pace: `/km`, `per mile`, `/lap`, `/400`; None if there is none."""
        sign = self._cursor.peek()
        if sign.text not in {"/", "per", "pro", "au", "al", "por"}:
            return None
        after = self._cursor.peek(1)
        if after.text in {"km", "k", "kilometer", "kilometre"}:
            metres = 1000.0
        elif after.text in {"mi", "mile", "miles"}:
            metres = METRES_PER_MILE
        elif after.text in {"lap", "runde", "tour", "giro", "vuelta"}:
            metres = LAP_M
            self._cursor.guess(f"a lap is taken as {LAP_M:.0f} m")
        elif (
            after.kind == "number"
            and after.value in {100, 200, 300, 400, 800, 1000}
            and not sign.is_spaced
            and not after.is_spaced
        ):
            metres = after.value
            self._cursor.take()
            self._cursor.take()
            self._cursor.accept("m")
            return metres
        else:
            return None
        self._cursor.take()
        self._cursor.take()
        return metres

    def _pace_tree(self, low_s: float, high_s: float, per: float, token: Token, end: int) -> Tree:
        """A pace as documents spell it."""
        unit = "mile" if per == METRES_PER_MILE else "km"
        factor = 1.0 if unit == "mile" else 1000.0 / per
        return {"pace": pace_text(low_s * factor, high_s * factor, unit, token.start, end)}

    def _measure(self, first: Token, second: Token | None, unit: str) -> Aim:
        """Read the unit of a number and make its target."""
        amount = f"{first.value:g}" + (f"-{second.value:g}" if second is not None else "")
        if self._cursor.accept("%"):
            return self._share(first, amount)
        tree = self._unit_tree(amount, unit)
        if tree is not None:
            return Aim(first.start, self._cursor.tokens[self._cursor.at - 1].end, tree)
        race = self._race(first) if second is None else None
        if race is not None:
            return race
        per = self._per()
        if per is not None:
            return self._bare_pace(first, second or first, per)
        is_of_ten = self._cursor.sees("/") and self._cursor.peek(1).value == 10
        if second is None and is_of_ten and first.value <= 10 and not self._cursor.peek().is_spaced:
            self._cursor.take()
            return Aim(first.start, self._cursor.take().end, {"effort": f"RPE {first.value:g}"})
        if first.value >= 10 and not self._cursor.sees("k", "km", "m", "mi", "mile"):
            low, high = sorted((first.value, (second or first).value))
            return Aim(first.start, (second or first).end, None, low, high)
        raise self._no_pace(first)

    def _unit_tree(self, amount: str, unit: str) -> Tree | None:
        """Read a unit behind a number and make its target; None if there is none."""
        if self._cursor.accept("bpm", "bpms", "beats", "schläge", "puls"):
            return {"heart_rate": f"{amount} bpm"}
        if self._cursor.accept("spm"):
            return {"cadence": f"{amount} spm"}
        is_with = self._cursor.sees("/", ahead=1) and not self._cursor.peek(1).is_spaced
        if not is_with and self._cursor.accept("w", "watt", "watts"):
            return {"power": f"{amount} W"}
        if self._cursor.accept("kmh", "kph"):
            return {"speed": f"{amount} km/h"}
        if self._cursor.accept("mph"):
            return {"speed": f"{amount} mph"}
        if self._cursor.sees("km", "m", "k") and self._cursor.sees("/", ahead=1):
            is_metres = self._cursor.sees("m")
            if self._cursor.sees("s" if is_metres else "h", ahead=2):
                for _ in range(3):
                    self._cursor.take()
                return {"speed": f"{amount} {'m/s' if is_metres else 'km/h'}"}
        return {"heart_rate": f"{amount} {unit}"} if unit else None

    def _bare_pace(self, first: Token, second: Token, per: float) -> Aim:
        """Make a pace of numbers: `72/lap`, `4.30/km` as some write a clock."""
        end = self._cursor.tokens[self._cursor.at - 1].end
        low, high = sorted((first.value, second.value))
        if per >= METRES_PER_KM and low < CLOCK_UNDER:
            self._cursor.guess(f"{first.raw} is read as minutes and seconds")
            low, high = (int(value) * 60.0 + round(value % 1 * 100) for value in (low, high))
        return Aim(first.start, end, self._pace_tree(low, high, per, first, end))

    def _no_pace(self, first: Token) -> NotationFault:
        """The fault of a number that is no pace: the nearest possible one."""
        after = self._cursor.peek()
        is_unit = after.kind == "word" and not after.is_spaced
        text = first.raw + (after.raw if is_unit else "")
        end = after.end if is_unit else first.end
        if is_unit:
            self._cursor.take()
        name = lexer.RACES.get(f"{first.value:g}")
        if not is_unit and name is not None:
            fix = f"Meant {name} pace? Write @ {name}, or {first.value:g}:00/km."
            return NotationFault(f"{text} is not a pace yet", first.start, end, fix, replacement=name)
        if not is_unit and 2 <= first.value < 10:
            fix = f"Meant {first.value:g}:00/km? Or one of {_PACES_LISTED}."
            return NotationFault(
                f"{text} is not a pace yet", first.start, end, fix, replacement=f"{first.value:g}:00/km"
            )
        fix = f"The paces are {_PACES_LISTED}; or write 4:30/km."
        return NotationFault(f"{text} is not a pace here", first.start, end, fix)

    def _race(self, number: Token) -> Aim | None:
        """Read the pace of a race: `5k`, `10 km pace`, `5kp`, `1500`, `1 mile`; None if it is no race."""
        unit = self._cursor.peek()
        tail = self._cursor.peek(1)
        if (unit.text in {"kp", "kmp"} and not unit.is_spaced) or (
            unit.text in {"k", "km"}
            and not (self._cursor.sees("/", ahead=1) and self._cursor.sees("h", ahead=2))
        ):
            name = lexer.RACES.get(f"{number.value:g}") if number.value < 100 else None
            size = 1
        elif (
            unit.text in {"mi", "mile", "m"}
            and number.value == 1
            and not unit.is_spaced | (unit.text == "mile")
        ):
            name, size = "mile", 1
        elif number.value >= 1500:
            name = lexer.RACES.get(f"{number.value:g}")
            size = 1 if unit.text == "m" else 0
        else:
            return None
        if name is None:
            return None
        for _ in range(size):
            self._cursor.take()
        end = self._cursor.tokens[self._cursor.at - 1].end
        self._cursor.accept("p", "rp", "race")
        if self._cursor.accept("effort"):
            return Aim(number.start, end, {"effort": f"{name} effort"})
        self._cursor.accept("pace", "tempo")
        if number.value in {1500, 1600}:
            self._cursor.guess(f"{number.raw} pace is taken as mile pace")
        del tail
        return self._read_offset(Aim(number.start, end, {"pace": {"ref": name}}))

    def _share(self, first: Token, amount: str) -> Aim:
        """Read the base of a percentage."""
        self._cursor.accept("of", "der", "de", "della", "del", "la", "the")
        pace = self._share_of_pace(first, amount)
        if pace is not None:
            return pace
        phrase, _ = self._cursor.phrase(lexer.HEART_SHARES)
        token = self._cursor.peek()
        if not phrase:
            raise self._cursor.fault(
                f"{amount} % of what",
                token if token.kind == "word" else first,
                "Write %max, %reserve, %LTHR, %threshold or %top.",
            )
        self._cursor.accept_phrase(lexer.HEART_SHARES)
        share = lexer.HEART_SHARES[phrase]
        end = self._cursor.tokens[self._cursor.at - 1].end
        key = "speed" if share in {"%threshold", "%top"} else "heart_rate"
        self._cursor.accept("pace", "hr")
        return Aim(first.start, end, {key: f"{amount} {share}"})

    def _share_of_pace(self, first: Token, amount: str) -> Aim | None:
        """Read a share of the speed of a race pace, `102% MP`, as an offset to the pace; None for anything else."""
        phrase, _ = self._cursor.phrase(lexer.PACES)
        ref = lexer.PACES.get(phrase, "")
        if self._cursor.peek().kind == "number":
            race = self._race(self._cursor.take())
            ref = (
                str(race.tree["pace"]["ref"])
                if race is not None and race.tree is not None and "pace" in race.tree
                else ""
            )
        elif ref in {"", "threshold", "easy"} or phrase == "r":
            return None
        else:
            self._cursor.accept_phrase(lexer.PACES)
        end = self._cursor.tokens[self._cursor.at - 1].end
        if phrase in lexer.GUESSED_PACES:
            self._cursor.guess(f"{phrase} is taken as {ref} pace")
        if "-" in amount or not ref or not 50 <= first.value <= 130:
            raise NotationFault(
                "a share of a pace is one number", first.start, end, "For example: 102% marathon."
            )
        self._cursor.accept("pace")
        by = round(100.0 / first.value * 100.0 - 100.0, 2)
        pace: Tree = {"ref": ref}
        if by:
            pace["offset"] = f"{by:+g} %"
            self._cursor.guess(
                f"{first.raw} % of {ref} pace is taken as {abs(by):g} % {'slower' if by > 0 else 'faster'}"
            )
        return Aim(first.start, end, {"pace": pace})


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
    """Read the change of each rep: seconds a rep, seconds a kilometre or mile, per cent, metres."""
    number = cursor.take()
    if cursor.sees("m", "km") and not cursor.peek().is_spaced:
        part.change = {"distance": f"{sign * number.value:+g} {cursor.take().text}"}
        return True
    unit = "%" if cursor.accept("%") else ""
    if not unit and not cursor.accept("s", "sec", "secs", "seconds", '"', "sek") and is_down:
        raise cursor.fault("it does not say by how much", number, "For example: down 2s each.")
    if cursor.sees("/", "per") and cursor.sees("km", "k", "mi", "mile", ahead=1):
        cursor.take()
        unit = "s/km" if cursor.take().text in {"km", "k"} else "s/mile"
    if cursor.accept("slower"):
        sign = 1.0
    elif cursor.accept("faster"):
        sign = -1.0
    while cursor.accept(*lexer.EACH_WORDS):
        pass
    if unit:
        part.change = {"pace": f"{sign * number.value:+g} {unit}"}
    else:
        part.change_s = sign * number.value
    return True
