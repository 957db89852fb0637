"""A SQLite file with replaceable contents: created if missing, rebuilt if damaged, else left alone.

Its contents can be recreated at any time, so no fault of the file is a reason to fail. A file that is damaged, of an
older version or another program's is replaced. One that is locked, of a newer version, or on a read-only disk is copied
into memory as far as it can be read, and left as it is.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from coach.edge.files import make_private_folder

BUSY_S: Final = 0.5
"""How long another program may hold the file before it is left alone. Judged: a list that waits longer seems stuck."""
_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_MISMATCH")
"""The errors of a file that is damaged or another program's; a missing table is a SQLITE_ERROR."""
T = TypeVar("T")


class IndexFile:
    """A database of some tables, on disk if possible, used by one thread."""

    def __init__(self, path: Path, tables: Mapping[str, str], *, application: int, version: int) -> None:
        """Open the file, or create it.

        Args:
            path: the file, in a folder that is made.
            tables: the columns of each table.
            application: the application id in SQLite's header.
            version: the version of the tables; a file of a lower one is rebuilt.
        """
        self.path = path
        self.trouble = ""
        """Why it is not kept on disk this time; empty if it is."""
        self.fill: Callable[[sqlite3.Connection], None] = lambda _: None
        """Fills an empty or older database with the contents of the previous one."""
        self._tables = tables
        self._application = application
        self._version = version
        self._connection = self._open()

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the database; if it is faulty, rebuild or leave it, and do it again."""
        for recover in (self._recover, self._begin_in_memory):
            try:
                return work(self._connection)
            except sqlite3.Error as error:
                recover(error)
        return work(self._connection)

    def replace(self) -> None:
        """Begin an empty database in place of the existing one."""
        self.close()
        try:
            _remove(self.path)
        except OSError as error:
            self._connection = self._in_memory()
            self.trouble = f"it cannot be replaced: {error.strerror}"
        else:
            self._connection = self._open()

    def _recover(self, error: sqlite3.Error) -> None:
        """Rebuild a damaged file; copy one that cannot be written."""
        try:
            if _is_damage(error):
                self.replace()
            else:
                self.close()
                self.trouble = str(error)
                self._connection = self._copied()
            self.fill(self._connection)
        except sqlite3.Error as again:
            self._begin_in_memory(again)

    def _begin_in_memory(self, error: sqlite3.Error) -> None:
        self.close()
        self.trouble = self.trouble or str(error)
        self._connection = self._in_memory()
        self.fill(self._connection)

    def _open(self) -> sqlite3.Connection:
        """Open the file, or create it; in memory if that fails."""
        try:
            make_private_folder(self.path.parent)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            return self._opened()
        except OSError as error:
            self.trouble = error.strerror or str(error)
        except sqlite3.Error as error:
            if _is_damage(error):
                with suppress(OSError, sqlite3.Error):
                    _remove(self.path)
                    os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
                    return self._opened()
            self.trouble = str(error)
        return self._copied()

    def _opened(self) -> sqlite3.Connection:
        """Open the file and check that it is of this version.

        Raises:
            sqlite3.Error: it is none, it is damaged, of another version, or locked.
        """
        index = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        try:
            version = self._version_of(index)
            if version is None:
                index.execute("PRAGMA journal_mode = WAL")
                self._make_tables(index)
            elif version > self._version:
                raise _NewerIndex("a newer program made it")
            elif version < self._version:
                raise _OlderIndex("an older program made it")
            index.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            index.close()
            raise
        return index

    def _copied(self) -> sqlite3.Connection:
        """A copy of the file in memory, as far as it can be read; else an empty database."""
        memory = self._in_memory()
        has_unwritten = _size(self.path.with_name(f"{self.path.name}-wal")) > 0
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        for way in (uri,) if has_unwritten else (uri, f"{uri}&immutable=1"):
            with suppress(sqlite3.Error), closing(sqlite3.connect(way, uri=True, timeout=BUSY_S)) as index:
                if self._version_of(index) == self._version:
                    index.backup(memory)
                    return memory
        return memory

    def _in_memory(self) -> sqlite3.Connection:
        memory = sqlite3.connect(":memory:", isolation_level=None)
        self._make_tables(memory)
        return memory

    def _version_of(self, index: sqlite3.Connection) -> int | None:
        """The version of a file; None for an empty one, 0 for another program's.

        Raises:
            sqlite3.Error: it is no database.
        """
        (application,) = index.execute("PRAGMA application_id").fetchone()
        (version,) = index.execute("PRAGMA user_version").fetchone()
        (tables,) = index.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            return None
        return int(version) if application == self._application else 0

    def _make_tables(self, index: sqlite3.Connection) -> None:
        with writing(index):
            if index.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                return  # another program was quicker
            for name, columns in self._tables.items():
                index.execute(f"CREATE TABLE {name} ({columns}) WITHOUT ROWID")
            index.execute(f"PRAGMA application_id = {self._application}")
            index.execute(f"PRAGMA user_version = {self._version}")


@contextmanager
def writing(index: sqlite3.Connection) -> Iterator[None]:
    """A transaction that locks the file for writing at its start, so that no other one can make it fail half-way."""
    index.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if index.in_transaction:
            with suppress(sqlite3.Error):
                index.execute("ROLLBACK")
        raise
    index.execute("COMMIT")


class _NewerIndex(sqlite3.OperationalError):
    """A newer program made the index, which is left as it is."""


class _OlderIndex(sqlite3.DatabaseError):
    """An older or another program made the index, which is rebuilt."""


def _is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error means that the file is no index of this version, so that it is rebuilt.

    SQLite names no error for a text that is not UTF-8, nor for a value of the wrong type.
    """
    if isinstance(error, _NewerIndex):
        return False
    name = getattr(error, "sqlite_errorname", None)
    return name is None or any(name.startswith(each) for each in _DAMAGED)


def _remove(path: Path) -> None:
    """Delete an index and what SQLite keeps beside it.

    Raises:
        OSError: it cannot be deleted.
    """
    for name in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + name).unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
