"""Opens `.gz` files, and `.zip` files with one activity or workout in them; never more than a limit of bytes.

They are known by what they hold, never by their names. Names of members are only ever shown: nothing is written.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from coach.edge.files import plain
from coach.problems import CoachProblem

if TYPE_CHECKING:
    from zipfile import ZipInfo

LARGEST_RATIO: Final = 400
"""Tracks written again and again shrink to a hundredth at most; a bomb to a thousandth."""
NEVER_A_BOMB: Final = 1 << 20
"""Bytes that are opened whatever the ratio."""
MOST_MEMBERS: Final = 5_000
"""More parts no archive of one activity has, and each of them takes time."""

_GZIP: Final = b"\x1f\x8b\x08"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ZIP_ENTRY: Final = b"PK\x01\x02"
_LOCKED: Final = 1
"""The bit of an entry that is encrypted (APPNOTE 4.4.4)."""
_METHODS: Final = frozenset({0, 8})
"""Stored and deflated, as every program packs unless asked otherwise."""
_PIECE: Final = 1 << 20
_NAMES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens archives in which one kind of file is looked for."""

    what: str
    """What such a file is called in a sentence, `recording` or `workout`."""
    limit: int
    """How large it may be, in bytes."""
    suffixes: tuple[str, ...]
    """What the names of such files end with; they tell which file of a zip is meant."""
    problem: type[CoachProblem]
    """What is raised."""

    def opened(self, data: bytes, name: str) -> tuple[bytes, str]:
        """Give what an archive called `name` holds, and a sentence if it is damaged; other files as they are.

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
            raise self.problem(f"{name} is an archive of nothing", self._by_itself)
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
        """The only file, or the only one that is called as such a file is."""
        files = [member for member in members if not member.is_dir() and not _is_junk(member.filename)]
        meant = [member for member in files if member.filename.lower().endswith(self.suffixes)]
        if not files:
            raise self.problem(f"{name} is an archive without a {self.what}", self._by_itself)
        if len(files) == 1 or len(meant) == 1:
            return (meant or files)[0]
        names = [plain(member.filename) for member in meant or files]
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        raise self.problem(
            f"{name} holds {len(names)} files: {', '.join(names[:_NAMES_SHOWN])}{more}",
            "Unpack it, and name one of them.",
        )

    def _most(self, packed: int) -> int:
        """How many bytes so many may come to."""
        return min(self.limit, max(NEVER_A_BOMB, packed * LARGEST_RATIO))

    def _too_large(self, name: str, most: int) -> CoachProblem:
        if most < self.limit:
            reason = f"opens to more than {LARGEST_RATIO} times its size, which no {self.what} does"
        else:
            reason = f"is too large for a {self.what} when it is opened: the limit is {self.limit >> 20} MB"
        return self.problem(f"{name} {reason}", "Is it the right file?")


def _is_junk(path: str) -> bool:
    """Whether a program put it there for itself: hidden files, those of macOS, thumbnails of Windows."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return any(
        part.startswith(".") or part.lower() in {"__macosx", "thumbs.db", "desktop.ini"} for part in parts
    )
