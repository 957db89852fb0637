"""The files of an athlete's training: the plan with every earlier version, and the journal of mornings.

Both keep a journal whose lines are those of a run's (`coach.recording.lines`): JSON, a tab, its CRC-32. Lines are only
appended, and damage costs only the lines it touches.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from coach.edge.clock import MachineClock, local_iso
from coach.edge.files import (
    append_lines,
    lock_file,
    make_private_folder,
    plain,
    read_file,
    sync_folder,
    write_atomically,
)
from coach.plan.config import Posture
from coach.plan.mornings import (
    AcuteSign,
    CheckIn,
    DebriefAnswer,
    GutSign,
    LegFeel,
    LifeStress,
    Morning,
    Niggle,
    RaceLook,
    RecoveryLine,
    RedFlag,
    merge_check_ins,
)
from coach.problems import CoachProblem, PlanProblem, RecordingProblem
from coach.recording.lines import encode_record, read_lines, record_of, sign

# --- the plan
#
#     plans/anna/plan.json                the plan; may be edited by hand
#     plans/anna/versions/000007.json     every state it was in, as it was, byte for byte
#     plans/anna/journal.jsonl            a line for each change: which version, after which, by whom, what
#
# A change is kept in this order: its version, its line in the journal, the file. The file is replaced in one step, so
# a kill at any moment leaves it as it was before or as it is after. Which line of the journal holds is decided by the
# file: a line whose version never became the file is passed over, and a file that is no version was edited by hand,
# which becomes one line the next time it is looked at.

_PLAN_FORMAT: Final = "coach-plan-journal/1"
KEPT: Final = 60
"""Number of versions that are kept: 15 MB at most. Judged: a season of weekly changes has fewer."""
_PLAN_LIMIT: Final = 1_000_000
"""Bytes of a plan; a year takes about 200 kB."""
HAND: Final = "by hand"
"""The author of a file that no command wrote."""
_PLAN, _JOURNAL, _VERSIONS, _LOCK = "plan.json", "journal.jsonl", "versions", "lock"
_JOURNAL_LIMIT: Final = 16 << 20
_PLAN_HINT: Final = "Make one: coach plan new --race 2027-05-16:10k:A"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One line of the journal: a state of the plan."""

    version: int
    parent: int
    """The previous version; 0 for the first."""
    sha256: str
    who: str
    """The command, or `by hand`."""
    what: str
    """The change, in a sentence or more."""
    at: str
    """The time by the clock of the machine, `2026-11-21T18:04:05+01:00`."""
    undid: int = 0
    """The version that this line undid, by restoring `version`; 0 if it is no undo."""


class PlanFiles:
    """The plan of one athlete on disk."""

    def __init__(self, folder: Path) -> None:
        """Use this folder, which need not exist."""
        self.folder = folder
        self.path = folder / _PLAN
        self._versions = folder / _VERSIONS

    @property
    def exists(self) -> bool:
        """Whether there is a plan, even an unreadable one."""
        return self.path.exists()

    def read(self) -> bytes:
        """The bytes of the plan.

        Raises:
            PlanProblem: there is none, or it cannot be read.
        """
        if not self.exists:
            raise PlanProblem("there is no plan yet", _PLAN_HINT)
        return read_file(self.path, limit=_PLAN_LIMIT, what="plan", problem=PlanProblem, hint=_PLAN_HINT)

    def changes(self) -> list[PlanChange]:
        """The states of the plan, the oldest first; a line whose version never became the file is left out."""
        lines = self._lines()
        if not lines:
            return []
        present = self.current()
        before = [each.undid or each.parent for each in lines[1:]]
        return [
            line
            for line, base in zip(lines, [*before, None], strict=True)
            if base == line.version or line == present
        ]

    def current(self) -> PlanChange | None:
        """The line of the file's state; None if it was edited by hand since, or there is no plan."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        return _last_of(self._lines(), _sum(data))

    def is_own(self, data: bytes) -> bool:
        """Whether a command wrote the bytes of the file each time; a file edited by hand may hold anything."""
        sha256 = _sum(data)
        writers = {line.who for line in self._lines() if line.sha256 == sha256}
        return bool(writers) and HAND not in writers

    def note_hand_edit(self) -> PlanChange | None:
        """Store the file as a version if it is not one yet; returns its line, and None if it was not edited."""
        with self._held():
            return self._note_hand_edit()

    def save(self, data: bytes, *, who: str, what: str, base: bytes | None) -> PlanChange:
        """Make `data` the plan, and keep the previous state.

        Args:
            data: the new document.
            who: the command that did it.
            what: the change in words.
            base: the bytes the change was made from; None if there was no plan, or if it is replaced whole.

        Raises:
            PlanProblem: the file was changed since `base` was read.
            CoachProblem: nothing can be written; then the plan is as it was.
        """
        with self._held():
            if base is not None and self.read() != base:
                raise PlanProblem(
                    "the plan was changed elsewhere meanwhile", "Do it again: the file was read again."
                )
            self._note_hand_edit()
            parent = self.current()
            return self._become(data, parent=parent.version if parent else 0, who=who, what=what)

    def undo(self, who: str) -> tuple[PlanChange, PlanChange]:
        """Restore the previous version, byte for byte; returns what was undone and the new state.

        Raises:
            PlanProblem: there is no version before it.
            CoachProblem: nothing can be written; then the plan is as it was.
        """
        with self._held():
            self._note_hand_edit()
            lines = self._lines()
            present = self.current()
            if present is None and not lines:
                raise PlanProblem("there is no plan, and nothing to undo", _PLAN_HINT)
            if present is None:  # the file was deleted, or is empty: restore its last state
                before: PlanChange | None = lines[-1]
                undone = PlanChange(
                    0, lines[-1].version, "", HAND, "The file was deleted or emptied.", _now()
                )
            else:
                undone = _first_of(lines, present.version)
                before = _first_of(lines, undone.parent) if undone.parent else None
            if before is None or not self._version_path(before.version).exists():
                raise PlanProblem(
                    "there is nothing to undo: this is the first version that is kept", "See coach plan log."
                )
            data = self._version_path(before.version).read_bytes()
            if _sum(data) != before.sha256:
                raise PlanProblem(
                    f"version {before.version} is damaged, and was not put back",
                    f"It is {plain(self._version_path(before.version))}.",
                )
            what = f"Undone: {undone.what}"
            line = PlanChange(
                before.version,
                before.parent,
                before.sha256,
                who,
                what,
                _now(),
                undone.version or before.version,
            )
            self._write(data, line)
            return undone, before

    # --- internals

    def _note_hand_edit(self) -> PlanChange | None:
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        lines = self._lines()
        if not data or _last_of(lines, _sum(data)) is not None:
            return None
        # The last line may never have become the file; the edited file was the one before.
        whole = [each for each in lines if self._version_path(each.version).exists()]
        parent = whole[-1].version if whole else 0
        return self._become(data, parent=parent, who=HAND, what="The file was edited by hand.")

    def _become(self, data: bytes, *, parent: int, who: str, what: str) -> PlanChange:
        version = max((each.version for each in self._lines()), default=0) + 1
        line = PlanChange(version, parent, _sum(data), who, what, _now())
        self._write(data, line, is_new=True)
        self._forget_oldest(version)
        return line

    def _write(self, data: bytes, line: PlanChange, *, is_new: bool = False) -> None:
        """Write version, line and file, in this order."""
        try:
            make_private_folder(self._versions)
            if is_new:
                write_atomically(self._version_path(line.version), data)
            self._append(line)
            write_atomically(self.path, data)
        except OSError as error:
            raise CoachProblem(
                f"the plan cannot be written: {plain(self.folder)}: {error.strerror}",
                "Free some space, or set COACH_HOME to a folder you may write in.",
            ) from None

    def _append(self, line: PlanChange) -> None:
        payload = json.dumps(_change_record(line), ensure_ascii=True).encode()
        append_lines(self.folder / _JOURNAL, sign(payload))
        sync_folder(self.folder)

    def _lines(self) -> list[PlanChange]:
        """The lines of the journal; damaged ones are skipped."""
        journal = self.folder / _JOURNAL
        try:
            with journal.open("rb") as file:
                data = file.read(_JOURNAL_LIMIT)
        except OSError:
            return []
        records = (record_of(payload) for payload in read_lines(data).payloads)
        return [line for record in records if (line := _plan_change(record)) is not None]

    def _version_path(self, version: int) -> Path:
        return self._versions / f"{version:06d}.json"

    def _forget_oldest(self, version: int) -> None:
        for path in sorted(self._versions.glob("[0-9]*.json"))[:-KEPT]:
            if path != self._version_path(version):
                path.unlink(missing_ok=True)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Allow one program at a time to change the plan; without file locks every program may."""
        with ExitStack() as lock:
            with suppress(OSError):
                make_private_folder(self.folder)
                lock.enter_context(_locked(self.folder / _LOCK))
            yield


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _now() -> str:
    return local_iso(MachineClock().wall())


def _last_of(lines: list[PlanChange], sha256: str) -> PlanChange | None:
    """The line of a state; of several with the same bytes the last."""
    return next((each for each in reversed(lines) if each.sha256 == sha256), None)


def _first_of(lines: list[PlanChange], version: int) -> PlanChange:
    """The line that made a version; lines of an undo name it again.

    Raises:
        PlanProblem: the journal does not know it any more.
    """
    line = next((each for each in lines if each.version == version and not each.undid), None)
    if line is None:
        raise PlanProblem(
            "there is nothing to undo: the journal of the plan is damaged", "See coach plan log."
        )
    return line


def _change_record(line: PlanChange) -> dict[str, Any]:
    record = {"format": _PLAN_FORMAT, **asdict(line)}
    return record if line.undid else {key: value for key, value in record.items() if key != "undid"}


def _plan_change(record: dict[str, Any]) -> PlanChange | None:
    """A line of the journal; None if it is not a valid one."""
    version, parent = record.get("version"), record.get("parent")
    if record.get("format") != _PLAN_FORMAT or type(version) is not int or type(parent) is not int:
        return None
    undid = record.get("undid")
    sha256, who, what, at = (str(record.get(key, "")) for key in ("sha256", "who", "what", "at"))
    return PlanChange(version, parent, sha256, who, what, at, undid if type(undid) is int else 0)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of this file during the block, so that no other program does; it is waited for, except on Windows.

    Raises:
        OSError: the file cannot be made, or not be locked.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock_file(descriptor, waits=True)
        yield
    finally:
        os.close(descriptor)


# --- the journal of mornings
#
# {"format":"coach-mornings/1","said_at":"2026-11-30T06:41:07+01:00","check_in":{"day":"2026-11-30","legs":"sharp"}}
#
# A line holds one measurement or answer with its day. On reading, a later fact replaces an earlier one of the same
# question, or of the same import and date. Damaged bytes are set aside in a file beside it, which is reported.

_MORNINGS: Final = "coach-mornings"
_MORNINGS_VERSION: Final = 1
_MORNINGS_FORMAT: Final = f"{_MORNINGS}/{_MORNINGS_VERSION}"
_MORNINGS_LIMIT: Final = 64 << 20
"""64 MB: more than a thousand years of mornings."""
TORN: Final = ".torn"
"""The end of the name of the file for damaged bytes."""
_SAVE_HINT: Final = "Set COACH_HOME to a folder you may write in, or free some space."
MorningFact = Morning | CheckIn | DebriefAnswer | RaceLook | RecoveryLine
"""The contents of a line of the journal."""


@dataclass(frozen=True, slots=True)
class StoredMornings:
    """The contents of the journals."""

    mornings: tuple[Morning, ...] = ()
    check_ins: Mapping[date, CheckIn] | None = None
    """One a day; None is the same as none."""
    answers: tuple[DebriefAnswer, ...] = ()
    """In the order they were given."""
    races: tuple[RaceLook, ...] = ()
    """One a race, by date."""
    lines: tuple[RecoveryLine, ...] = ()
    """One a day, by date."""
    trouble: tuple[str, ...] = ()
    """The damage of a journal and how it was handled, in sentences."""

    @property
    def by_day(self) -> Mapping[date, CheckIn]:
        """The check-ins by day."""
        return self.check_ins or {}


class MorningJournal:
    """The journal of one athlete's mornings; the file may not exist yet."""

    def __init__(self, path: Path) -> None:
        """Use the file at this path."""
        self.path = path

    def append(self, facts: Sequence[MorningFact], said_at: str) -> None:
        """Append facts; they are on disk on return.

        Raises:
            CoachProblem: they cannot be written.
        """
        lines = b"".join(
            encode_record({"format": _MORNINGS_FORMAT, "said_at": said_at, **encode_fact(fact)})
            for fact in facts
        )
        try:
            make_private_folder(self.path.parent)
            is_new = not self.path.exists()
            with _locked(self.path.with_name(f".{self.path.name}.lock")):
                append_lines(self.path, lines)
            if is_new:
                sync_folder(self.path.parent)
        except OSError as error:
            raise CoachProblem(
                f"the morning cannot be saved: {self.path}: {error.strerror}", _SAVE_HINT
            ) from None

    def read(self, *, sets_aside: bool = True) -> StoredMornings:
        """Read every intact fact; damage is set aside and reported.

        Args:
            sets_aside: False for a reader without a report, which leaves the damage in place.

        Raises:
            RecordingProblem: it cannot be read, or a newer program wrote it.
        """
        if not self.path.exists() or self.path.stat().st_size == 0:
            return StoredMornings()
        data = read_file(
            self.path,
            limit=_MORNINGS_LIMIT,
            what="journal of mornings",
            problem=RecordingProblem,
            hint=_SAVE_HINT,
        )
        lines = read_lines(data)
        mornings: list[Morning] = []
        imported: dict[tuple[date, tuple[str, str, str]], Morning] = {}
        check_ins: list[CheckIn] = []
        answers: list[DebriefAnswer] = []
        races: dict[tuple[date, str], RaceLook] = {}
        recovery: dict[date, RecoveryLine] = {}
        for payload in lines.payloads:
            fact = decode_fact(self._checked(record_of(payload)))
            if isinstance(fact, CheckIn):
                check_ins.append(fact)
            elif isinstance(fact, DebriefAnswer):
                answers.append(fact)
            elif isinstance(fact, RaceLook):
                races[fact.day, fact.race] = fact
            elif isinstance(fact, RecoveryLine):
                recovery[fact.day] = fact
            elif fact is not None and not fact.run:
                imported[fact.day, fact.stream] = fact
            elif fact is not None:
                mornings.append(fact)
        trouble = (self._set_aside(),) if lines.damaged and sets_aside else ()
        return StoredMornings(
            (*mornings, *imported.values()),
            merge_check_ins(check_ins),
            tuple(answers),
            tuple(races[key] for key in sorted(races)),
            tuple(recovery[day] for day in sorted(recovery)),
            trouble,
        )

    def _checked(self, record: dict[str, Any]) -> dict[str, Any]:
        name, _, version = str(record.get("format", "")).partition("/")
        if name == _MORNINGS and version.isdigit() and int(version) > _MORNINGS_VERSION:
            raise RecordingProblem(
                f"{self.path}: a newer program wrote it; this one reads {_MORNINGS_FORMAT}",
                "Upgrade Trackside Coach; the file was left as it is.",
            )
        return record if name == _MORNINGS else {}

    def _set_aside(self) -> str:
        """Keep the damaged bytes beside the journal and the journal without them; returns the report."""
        torn = self.path.with_name(self.path.name + TORN)
        try:
            with _locked(self.path.with_name(f".{self.path.name}.lock")):
                lines = read_lines(
                    self.path.read_bytes()
                )  # another program may have appended to it meanwhile
                damaged = b"".join(each for _, each in lines.damaged)
                write_atomically(torn, (torn.read_bytes() if torn.exists() else b"") + damaged)
                write_atomically(self.path, lines.whole())
        except OSError as error:
            return f"{self.path} is damaged, which could not be set aside: {error.strerror}. What is whole counts."
        first, whole = lines.damaged[0][0] if lines.damaged else 0, len(lines.payloads)
        where = "in its first line" if first == 0 else f"behind line {first}"
        result = (
            "no line is whole"
            if whole == 0
            else f"what is whole is kept, {whole} line{'s' if whole > 1 else ''}"
        )
        return (
            f"{self.path} was damaged {where}. {len(damaged)} bytes are set aside in {torn.name}; {result}."
        )


# --- facts as records: what does not fit is left out, as nothing is known of it

Word = TypeVar("Word", bound=StrEnum)


def encode_fact(fact: MorningFact) -> dict[str, Any]:
    """A fact as a record under the name of its kind; unknown values are left out."""
    if isinstance(fact, Morning):
        return {"morning": _known(_morning_record(fact))}
    if isinstance(fact, CheckIn):
        return {"check_in": _known(_check_in_record(fact))}
    if isinstance(fact, DebriefAnswer):
        days = [day.isoformat() for day in fact.days]
        record = asdict(fact) | {"days": days, "day": fact.week.isoformat()}
        del record["week"]
        return {"debrief": {key: value for key, value in record.items() if value}}
    kind = "race" if isinstance(fact, RaceLook) else "line"
    record = {key: value for key, value in asdict(fact).items() if value}
    return {kind: record | {"day": fact.day.isoformat()}}


def decode_fact(record: Mapping[str, Any]) -> MorningFact | None:
    """Read a record; None if its kind is unknown or it has no day."""
    for key, decode in _DECODERS.items():
        part = record.get(key)
        if isinstance(part, dict):
            with suppress(ValueError, TypeError, KeyError):
                return decode(part, date.fromisoformat(str(part.get("day", ""))))
    return None


def _morning_record(fact: Morning) -> dict[str, Any]:
    return {
        "day": fact.day.isoformat(),
        "minute": fact.minute,
        "ln_rmssd": None if fact.ln_rmssd is None else round(fact.ln_rmssd, 6),
        "resting_bpm": None if fact.resting_bpm is None else round(fact.resting_bpm, 2),
        "posture": fact.posture,
        "source": fact.source,
        "unit": fact.unit,
        "corrected_share": None if fact.corrected_share is None else round(fact.corrected_share, 4),
        "is_usable": None if fact.is_usable else False,
        "run": fact.run or None,
    }


def _morning(record: Mapping[str, Any], day: date) -> Morning:
    return Morning(
        day,
        minute=_whole(record, "minute", 0, 1439),
        ln_rmssd=_number(record, "ln_rmssd", 0.0, 7.0),
        resting_bpm=_number(record, "resting_bpm", 20.0, 150.0),
        posture=_word(Posture, record.get("posture")),
        source=str(record.get("source", "")),
        unit=str(record.get("unit", "")),
        corrected_share=_number(record, "corrected_share", 0.0, 1.0),
        is_usable=record.get("is_usable") is not False,
        run=str(record.get("run", "")),
    )


def _check_in_record(fact: CheckIn) -> dict[str, Any]:
    niggle = fact.niggle
    return {
        "day": fact.day.isoformat(),
        "acute": _sorted_words(fact.acute),
        "flags": _sorted_words(fact.flags),
        "gut": _sorted_words(fact.gut),
        "legs": fact.legs,
        "mood": fact.mood,
        "stress": fact.stress,
        "sleep_h": fact.sleep_h,
        "nap_min": fact.nap_min,
        "has_eaten": fact.has_eaten,
        "niggle": None
        if niggle is None
        else _known({"where": niggle.where, "level": niggle.level, "changes_gait": niggle.changes_gait}),
        "yesterday_rpe": fact.yesterday_rpe,
        "cycle_day": fact.cycle_day,
    }


def _check_in(record: Mapping[str, Any], day: date) -> CheckIn:
    return CheckIn(
        day,
        acute=_words(AcuteSign, record.get("acute")),
        flags=_words(RedFlag, record.get("flags")),
        gut=_words(GutSign, record.get("gut")),
        legs=_word(LegFeel, record.get("legs")),
        mood=_whole(record, "mood", 1, 5),
        stress=_word(LifeStress, record.get("stress")),
        sleep_h=_number(record, "sleep_h", 0.0, 24.0),
        nap_min=_number(record, "nap_min", 0.0, 300.0),
        has_eaten=_truth(record.get("has_eaten")),
        niggle=_niggle(record.get("niggle")),
        yesterday_rpe=_whole(record, "yesterday_rpe", 1, 10),
        cycle_day=_whole(record, "cycle_day", 1, 60),
    )


def _debrief(record: Mapping[str, Any], day: date) -> DebriefAnswer:
    return DebriefAnswer(
        day,
        str(record["rule"]),
        str(record["answer"]),
        _whole(record, "number", 0, 99) or 0,
        tuple(date.fromisoformat(str(each)) for each in record.get("days", ())),
        _whole(record, "version", 0, 1 << 40) or 0,
    )


def _race(record: Mapping[str, Any], day: date) -> RaceLook:
    names = ("race", "worked", "failed", "pacing", "endurance", "recovery")
    return RaceLook(day, *(_text(record, name) for name in names))


def _recovery_line(record: Mapping[str, Any], day: date) -> RecoveryLine:
    return RecoveryLine(day, *(_text(record, name) for name in ("body", "mind", "wish")))


_DECODERS: Final[Mapping[str, Callable[[Mapping[str, Any], date], MorningFact]]] = {
    "morning": _morning,
    "check_in": _check_in,
    "debrief": _debrief,
    "race": _race,
    "line": _recovery_line,
}
"""How a fact of each kind is read."""


def _known(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None}


def _niggle(record: object) -> Niggle | None:
    if not isinstance(record, dict):
        return None
    return Niggle(
        str(record.get("where", "")), _whole(record, "level", 0, 10), _truth(record.get("changes_gait"))
    )


def _sorted_words(signs: frozenset[Any] | None) -> list[str] | None:
    return None if signs is None else sorted(signs)


def _number(record: Mapping[str, Any], key: str, low: float, high: float) -> float | None:
    value = record.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and low <= value <= high else None  # type: ignore[arg-type, operator]


def _whole(record: Mapping[str, Any], key: str, low: int, high: int) -> int | None:
    value = record.get(key)
    return value if type(value) is int and low <= value <= high else None


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _word(kind: Callable[[str], Word], value: object) -> Word | None:
    with suppress(ValueError):
        return kind(value) if isinstance(value, str) else None
    return None


def _words(kind: Callable[[str], Word], values: object) -> frozenset[Word] | None:
    """The signs of an answer; None where it was not given. A sign of a newer program is passed over."""
    if not isinstance(values, list):
        return None
    signs = frozenset(sign for value in values if (sign := _word(kind, value)) is not None)
    return signs if signs or not values else None
