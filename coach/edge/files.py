"""The folders of the program; reads files with a size limit, and writes private files atomically.

The folders follow the platform's conventions, unless `COACH_HOME` names one folder for everything. A path from a
command line may be missing, empty, a folder, a pipe, a device, far too large, or unreadable. Only regular files are
opened, and never more than the limit is read. What is written can be read by its owner alone.
"""

import io
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import coach
from coach.problems import CoachProblem

if TYPE_CHECKING:
    from zipfile import ZipInfo


NO_SETTINGS: Final = frozenset({"COACH_HOME", "COACH_DEBUG", "COACH_MQTT_PASSWORD"})
"""Variables of the environment that are not settings."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of this runner; they may not exist yet."""

    config: Path
    """Holds `settings.toml`."""
    data: Path
    """Holds `workouts/`, `athletes/`, `plans/`, `runs/` and `sensors.json`."""
    state: Path
    """Holds the debug log and the index of the runs."""
    cache: Path
    """Holds what can be recreated."""

    @property
    def voice_cache(self) -> Path:
        """The words synthesised by a voice."""
        return self.cache / "voice"

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.config / "settings.toml"

    @property
    def workouts(self) -> Path:
        """The runner's own workouts; they take precedence over the library."""
        return self.data / "workouts"

    @property
    def athletes(self) -> Path:
        """One document per athlete."""
        return self.data / "athletes"

    @property
    def plans(self) -> Path:
        """One folder per athlete who has a plan."""
        return self.data / "plans"

    @property
    def runs(self) -> Path:
        """One folder per run."""
        return self.data / "runs"

    @property
    def squads(self) -> Path:
        """One folder per session of a squad, with the runs of its runners."""
        return self.data / "squads"

    @property
    def by_hand(self) -> Path:
        """One file per session timed by hand."""
        return self.data / "by-hand"

    @property
    def mornings(self) -> Path:
        """One journal of measurements and answers per athlete, and the recorded measurements."""
        return self.data / "mornings"

    @property
    def sensors(self) -> Path:
        """The file of paired sensors."""
        return self.data / "sensors.json"

    @property
    def sensor_locks(self) -> Path:
        """One small lock file per sensor in use."""
        return self.data / "holds"

    @property
    def letters_seen(self) -> Path:
        """An empty file: the height of the letters was reported before the first run."""
        return self.state / "letters-seen"

    @property
    def recorded_into(self) -> Path:
        """A file that names the last folder recorded into instead of the usual one."""
        return self.state / "recorded-into"

    @property
    def history(self) -> Path:
        """The index of the runs, which can be deleted at any time."""
        return self.state / "history.sqlite"

    @property
    def log(self) -> Path:
        """The debug log."""
        return self.state / "coach.log"


def runner_paths() -> Paths:
    """The folders, by the environment."""
    home = os.environ.get("COACH_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root / "config", root / "data", root / "state", root / "cache")
    import platformdirs

    dirs = platformdirs.PlatformDirs("trackside-coach", appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)


def is_anything_set(settings: Path, environment: Mapping[str, str]) -> bool:
    """Return whether there may be a setting: a file of settings, or a variable that could be one."""
    variables = {name for name in environment if name.startswith("COACH_")}
    return settings.exists() or bool(variables - NO_SETTINGS)


def library_path() -> Path:
    """The workouts that come with the program: in the package, or beside it in a checkout."""
    package = Path(coach.__file__).parent
    packaged = package / "_workouts"
    return packaged if packaged.is_dir() else package.parent / "workouts"


# --- reading and writing

RECORDING_LIMIT: Final = 64 << 20
"""64 MB: twenty hours of journal, or any activity file."""
WORKOUT_LIMIT: Final = 1 << 20
"""1 MB: ten thousand steps written out."""
SMALL_LIMIT: Final = 1 << 20
"""1 MB for athletes and settings."""

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_file(path: Path, *, limit: int, what: str, problem: type[CoachProblem], hint: str) -> bytes:
    """Read a regular file of 1 to `limit` bytes; in messages the file is called a `what`.

    Raises:
        CoachProblem: as `problem`, with a sentence that names the path and the reason, and with `hint`.
    """
    name = plain(path)
    try:
        _refuse(path.stat(), name, limit=limit, what=what, problem=problem, hint=hint)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise problem(f"{name} does not exist", hint) from None
    except NotADirectoryError:
        raise problem(f"{name} does not exist: part of its path is a file", hint) from None
    except PermissionError:
        raise problem(f"no permission to read {name}", "Allow it: chmod u+r FILE") from None
    except (OSError, ValueError) as error:  # names that are too long or hold a NUL, and circular links
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise problem(f"{name} cannot be opened: {reason}", hint) from None
    try:
        status = os.fstat(descriptor)
        _refuse(status, name, limit=limit, what=what, problem=problem, hint=hint)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(status.st_size)  # allocating the whole limit costs more than the reading
    except OSError as error:
        raise problem(f"{name} cannot be read: {error.strerror}", hint) from None
    finally:
        os.close(descriptor)


def read_standard_input(*, limit: int, what: str, problem: type[CoachProblem]) -> bytes:
    """Read piped input of 1 to `limit` bytes; messages call it a `what`.

    Raises:
        CoachProblem: as `problem`, if nothing is piped in, or too much.
    """
    hint = f"Pipe the {what} in, such as: < FILE"
    if sys.stdin is None or sys.stdin.isatty():
        raise problem("nothing is piped into standard input", hint)
    try:
        data = sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise problem(f"standard input cannot be read: {error.strerror}", hint) from None
    if not data:
        raise problem("standard input is empty", hint)
    if len(data) > limit:
        raise problem(f"standard input is too large for a {what}: the limit is {limit >> 20} MB", hint)
    return data


def plain(path: Path | str) -> str:
    """A path or a name as a message has it: no line breaks or control characters, at most 200 characters."""
    text = str(path)
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return text if len(text) <= 200 else f"{text[:80]}…{text[-80:]}"


def _refuse(
    status: os.stat_result, name: str, *, limit: int, what: str, problem: type[CoachProblem], hint: str
) -> None:
    """Raise `problem` unless this is a regular file of 1 to `limit` bytes."""
    kind = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), None)
    if kind is not None:
        raise problem(f"{name} is {kind}, not a {what}", hint)
    if status.st_size == 0:
        raise problem(f"{name} is empty", hint)
    if status.st_size > limit:
        size = f"{status.st_size / (1 << 20):,.0f} MB"
        raise problem(f"{name} is too large for a {what}: {size}, the limit is {limit >> 20} MB", hint)


def make_private_folder(folder: Path) -> Path:
    """Make a folder and its missing parents, each accessible to its owner only.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file at `path` with `data`; after a crash it holds the old content or the new, never a part.

    Raises:
        OSError: it cannot be written; what was there is unchanged.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def append_lines(path: Path, lines: bytes) -> None:
    """Append lines to a private file, never to a torn line; they are on disk on return.

    Raises:
        OSError: they cannot be written.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        _write_all(descriptor, b"\n" + lines if ends_torn(descriptor) else lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def ends_torn(descriptor: int) -> bool:
    """Return whether a file ends within a line."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _write_all(descriptor: int, data: bytes) -> None:
    with memoryview(data) as view:
        size = 0
        while size < len(data):
            size += os.write(descriptor, view[size:])


def sync_folder(folder: Path) -> None:
    """Sync the entries of a folder to disk, if the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def lock_file(descriptor: int, *, is_shared: bool = False, waits: bool = False) -> None:
    """Lock an open file until it is closed; on Windows nothing is locked.

    Raises:
        OSError: another program holds it and this one does not wait, or the file system has no locks.
    """
    if sys.platform != "win32":
        import fcntl

        kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, kind if waits else kind | fcntl.LOCK_NB)


def is_locked(path: Path) -> bool:
    """Return whether a program holds the lock of a file; never on Windows."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        lock_file(descriptor, is_shared=True)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def write_document(path: Path, data: bytes) -> None:
    """Write one of the runner's documents, and its folder if it is missing.

    Raises:
        CoachProblem: it cannot be written, with the reason.
    """
    try:
        make_private_folder(path.parent)
        write_atomically(path, data)
    except OSError as error:
        raise CoachProblem(
            f"{path} cannot be written: {error.strerror}",
            "Free some space, or set COACH_HOME to a folder you may write in.",
        ) from None


# --- archives: `.gz` files, and `.zip` files with one activity or workout in them
#
# They are detected by their contents, never by their names. Names of members are only displayed: nothing is written.

LARGEST_RATIO: Final = 400
"""Tracks repeated many times shrink to a hundredth at most; a bomb to a thousandth."""
NEVER_A_BOMB: Final = 1 << 20
"""Bytes that are unpacked whatever the ratio."""
MOST_MEMBERS: Final = 5_000
"""Most members of an archive of one activity; each of them takes time."""

_GZIP: Final = b"\x1f\x8b\x08"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ZIP_ENTRY: Final = b"PK\x01\x02"
_LOCKED: Final = 1
"""The bit of an entry that is encrypted (APPNOTE 4.4.4)."""
_METHODS: Final = frozenset({0, 8})
"""Stored and deflated, the methods that programs use."""
_PIECE: Final = 1 << 20
_NAMES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens archives that should contain one kind of file."""

    what: str
    """The kind of file in a sentence, `recording` or `workout`."""
    limit: int
    """The largest size in bytes."""
    suffixes: tuple[str, ...]
    """The suffixes of such files; they decide which file of a zip is meant."""
    problem: type[CoachProblem]
    """The exception to raise."""

    def unpack(self, data: bytes, name: str) -> tuple[bytes, str]:
        """Return the contents of an archive called `name`, and a sentence if it is damaged; other files as they are.

        Raises:
            CoachProblem: it holds nothing, several files, another archive or too much, or is locked.
        """
        if data.startswith(_GZIP):
            content, note = self._gunzip(data, name)
        elif data.startswith(_ZIP):
            content, note = self._unzip(data, name), ""
        else:
            return data, ""
        if content.startswith((_GZIP, *_ZIP)):
            raise self.problem(f"{name} holds another archive", self._by_itself)
        if not content:
            raise self.problem(f"{name} is an empty archive", self._by_itself)
        return content, note

    @property
    def _by_itself(self) -> str:
        return f"Unpack it, and name the {self.what} itself."

    def _gunzip(self, data: bytes, name: str) -> tuple[bytes, str]:
        from gzip import GzipFile
        from zlib import error as ZlibError  # noqa: N812 - a class whose name does not say so

        most = self._most(len(data))
        if data.count(_GZIP) > MOST_MEMBERS:
            raise self.problem(f"{name} is an archive of too many parts for a {self.what}", self._by_itself)
        pieces: list[bytes] = []
        size, note = 0, ""
        with GzipFile(fileobj=io.BytesIO(data)) as file:
            try:
                while size <= most and (piece := file.read1(_PIECE)):
                    pieces.append(piece)
                    size += len(piece)
            except (OSError, EOFError, ZlibError):
                note = "The archive is cut short or damaged; everything before was read."
        if size > most:
            raise self._too_large(name, most)
        if note and not pieces:
            raise self.problem(f"{name} is a damaged archive", f"Export or download the {self.what} again.")
        return b"".join(pieces), note

    def _unzip(self, data: bytes, name: str) -> bytes:
        from zipfile import BadZipFile, ZipFile
        from zlib import error as ZlibError  # noqa: N812 - a class whose name does not say so

        if data.count(_ZIP_ENTRY) > MOST_MEMBERS:
            raise self.problem(f"{name} is an archive of too many files", self._by_itself)
        try:
            with ZipFile(io.BytesIO(data)) as archive:
                member = self._meant(archive.infolist(), name)
                if member.flag_bits & _LOCKED:
                    raise self.problem(
                        f"{plain(member.filename)} in {name} is locked with a password", self._by_itself
                    )
                if member.compress_type not in _METHODS:
                    raise self.problem(f"{name} is packed in a way that cannot be opened", self._by_itself)
                most = self._most(member.compress_size)
                with archive.open(member) as file:
                    content = file.read(most + 1)
        except (BadZipFile, ZlibError, EOFError, OSError, ValueError, RuntimeError) as error:
            reason = plain(str(error)) or "it is cut short"
            raise self.problem(
                f"{name} is an archive that cannot be opened: {reason}", self._by_itself
            ) from None
        if len(content) > most:
            raise self._too_large(name, most)
        return content

    def _meant(self, members: "Sequence[ZipInfo]", name: str) -> "ZipInfo":
        """The only file, or the only one with a suffix of its kind."""
        files = [member for member in members if not member.is_dir() and not _is_junk(member.filename)]
        candidates = [member for member in files if member.filename.lower().endswith(self.suffixes)]
        if not files:
            raise self.problem(f"{name} is an archive without a {self.what}", self._by_itself)
        if len(files) == 1 or len(candidates) == 1:
            return (candidates or files)[0]
        names = [plain(member.filename) for member in candidates or files]
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        raise self.problem(
            f"{name} holds {len(names)} files: {', '.join(names[:_NAMES_SHOWN])}{more}",
            "Unpack it, and name one of them.",
        )

    def _most(self, packed: int) -> int:
        """The most bytes that so many may unpack to."""
        return min(self.limit, max(NEVER_A_BOMB, packed * LARGEST_RATIO))

    def _too_large(self, name: str, most: int) -> CoachProblem:
        if most < self.limit:
            reason = f"opens to more than {LARGEST_RATIO} times its size, which no {self.what} does"
        else:
            reason = f"is too large for a {self.what} when it is opened: the limit is {self.limit >> 20} MB"
        return self.problem(f"{name} {reason}", "Is it the right file?")


def _is_junk(path: str) -> bool:
    """Whether it is a file of another program's own: hidden files, those of macOS, thumbnails of Windows."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return any(
        part.startswith(".") or part.lower() in {"__macosx", "thumbs.db", "desktop.ini"} for part in parts
    )
