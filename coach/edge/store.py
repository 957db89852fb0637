"""Finds workouts, athletes and runs by name, and reads the files named on a command line."""

import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coach.edge.files import (
    RECORDING_LIMIT,
    SMALL_LIMIT,
    WORKOUT_LIMIT,
    Opener,
    Paths,
    library_path,
    plain,
    read_file,
    read_standard_input,
    runner_paths,
    write_document,
)
from coach.edge.run_folder import (
    JOURNAL,
    MANIFEST,
    Manifest,
    RunState,
    is_held,
    is_surely_finished,
    is_ulid,
    read_manifest,
    read_run,
    sessions_in,
)
from coach.interchange.recordings import FOREIGN_SUFFIXES, OURS, SUFFIXES_LISTED
from coach.problems import AthleteProblem, CoachProblem, RecordingProblem, WorkoutProblem, suggestion
from coach.spelling import file_name, slug_like

if TYPE_CHECKING:
    from coach.edge.history import History

WORKOUT_HINT: Final = "coach workout list shows the library; coach workout new writes one to start from."
_RECORDING_HINT: Final = (
    f"Name a run (coach runs list), its folder, or a {SUFFIXES_LISTED.replace(',', '')} file."
)
_ATHLETE_HINT: Final = "coach athlete list shows them; coach athlete set --race 5k=22:30 makes one."

FIRST_SLUG: Final = "me"
"""The slug of the first athlete, if none is given."""
LAST: Final = "last"
"""The newest run, where a run is named."""
_RUN_NUMBER: Final = re.compile(r"[1-9][0-9]{0,6}")  # a ULID begins with 0 for centuries

STANDARD_INPUT: Final = "-"
"""The name of standard input in place of a file."""
_WORKOUT_FILES: Final = (".json", ".fit", ".zwo", ".tcx", ".txt")
_WORKOUTS: Final = Opener("workout", WORKOUT_LIMIT, _WORKOUT_FILES, WorkoutProblem)
_WORKOUT_SUFFIXES: Final = frozenset({*_WORKOUT_FILES, ".gz", ".zip"})
_RECORDINGS: Final = Opener("recording", RECORDING_LIMIT, (OURS, *FOREIGN_SUFFIXES), RecordingProblem)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The content of a file, with its name in messages."""

    name: str
    """The path as it was given, or the name in the library."""
    path: Path
    data: bytes
    note: str = ""
    """What is wrong with its archive; empty if nothing is."""

    def tree(self) -> Mapping[str, Any]:
        """Return the JSON object in the file, unchecked; empty if there is none."""
        try:
            tree = json.loads(self.data)
        except (ValueError, RecursionError):
            return {}
        return tree if isinstance(tree, dict) else {}


@dataclass(frozen=True, slots=True)
class StoredWorkout:
    """A workout in the library or the runner's own folder."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run in the runs folder."""

    path: Path
    manifest: Manifest
    """As on disk, except that a run no program is writing is `interrupted` instead of `recording`."""


class Store:
    """The runner's workouts, athletes and runs; the folders may not exist yet."""

    def __init__(self, paths: Paths | None = None) -> None:
        """Use these paths, by default those of the environment."""
        self.paths = paths or runner_paths()

    # --- workouts

    def workouts(self) -> list[StoredWorkout]:
        """Every workout by name; the runner's own replace those of the library."""
        library_workouts = {name: StoredWorkout(name, path) for name, path in _named(library_path()).items()}
        own_workouts = {name: StoredWorkout(name, path) for name, path in _named(self.paths.workouts).items()}
        return [workout for _, workout in sorted((library_workouts | own_workouts).items())]

    def workout(self, name: str) -> StoredFile:
        """Read a workout by path or library name; `-` is standard input, and archives are opened.

        Raises:
            WorkoutProblem: there is none, or its file cannot be read.
        """
        file = self.find_workout(name)
        if file is None:
            names = [workout.name for workout in self.workouts()]
            raise WorkoutProblem(
                f"there is no workout {plain(name)!r}{suggestion(name, names)}", WORKOUT_HINT
            )
        return file

    def find_workout(self, name: str) -> StoredFile | None:
        """As `workout`, but None for a text that names neither a file nor a workout: it may be a line of the notation.

        Raises:
            WorkoutProblem: its file is not there or cannot be read.
        """
        if name == STANDARD_INPUT:
            data = read_standard_input(limit=WORKOUT_LIMIT, what="workout", problem=WorkoutProblem)
            return StoredFile("standard input", Path(name), *_WORKOUTS.unpack(data, "standard input"))
        paths_by_name = {workout.name: workout.path for workout in self.workouts()}
        path = paths_by_name.get(unicodedata.normalize("NFC", name))
        if path is None:
            path = _path_of(name)
            if not _exists(path) and not _is_file_name(name):
                return None
        data = read_file(path, limit=WORKOUT_LIMIT, what="workout", problem=WorkoutProblem, hint=WORKOUT_HINT)
        return StoredFile(plain(name), path, *_WORKOUTS.unpack(data, plain(name)))

    def library_names(self) -> frozenset[str]:
        """The names of the workouts that come with the program."""
        return frozenset(_named(library_path()))

    def own_names(self) -> frozenset[str]:
        """The names of the runner's own workouts."""
        return frozenset(_named(self.paths.workouts))

    def save_workout(self, slug: str, data: bytes) -> Path:
        """Write a workout among the runner's own, atomically, in place of one of that name.

        Raises:
            CoachProblem: the name is none, or one of the library's, or the folder cannot be written.
        """
        if not slug or workout_slug(slug) != slug:
            raise WorkoutProblem(
                f"{plain(slug)!r} is not a valid workout name", "Use small letters, digits and -."
            )
        if slug in self.library_names():
            raise WorkoutProblem(f"{slug} is a workout of the library", "Save it under another name.")
        path = self.paths.workouts / f"{slug}.json"
        write_document(path, data)
        return path

    # --- athletes

    def athletes(self) -> list[str]:
        """The slugs of the saved athletes."""
        return sorted(path.stem for path in _files(self.paths.athletes, ".json"))

    def athlete(self, name: str | None = None) -> StoredFile | None:
        """Read an athlete by slug or path; without a name the default one, else the only one, or None if there is none.

        Raises:
            AthleteProblem: there is no such athlete, or there are several and none was named.
            SettingsProblem: the settings, which may choose one, cannot be read.
        """
        slugs = self.athletes()
        name = name or self.chosen_athlete()
        if not name:
            if len(slugs) > 1:
                raise AthleteProblem(
                    f"several athletes are saved: {', '.join(slugs)}",
                    f"Choose one with --athlete {slugs[0]}, or set a default: coach config set athlete {slugs[0]}",
                )
            if not slugs:
                return None
            name = slugs[0]
        path = self.paths.athletes / f"{name}.json"
        if name not in slugs:
            path = _path_of(name)
            if not _looks_like_path(name) and not _exists(path):
                raise AthleteProblem(
                    f"there is no athlete {plain(name)!r}{suggestion(name, slugs)}", _ATHLETE_HINT
                )
        data = read_file(path, limit=SMALL_LIMIT, what="athlete", problem=AthleteProblem, hint=_ATHLETE_HINT)
        return StoredFile(plain(name), path, data)

    def chosen_athlete(self) -> str:
        """The slug or path of the default athlete in the settings; empty if there is none.

        Raises:
            AthleteProblem: there is no such athlete.
            SettingsProblem: the settings cannot be read.
        """
        name = self.athlete_of_settings()
        if name and name not in self.athletes() and not _exists(_path_of(name)):
            raise AthleteProblem(
                f"the settings choose the athlete {plain(name)!r}, who is not saved",
                "Choose another: coach config set athlete SLUG (coach athlete list shows them).",
            )
        return name

    def athlete_of_settings(self) -> str:
        """The default athlete in the settings, saved or not; empty if there is none.

        Raises:
            SettingsProblem: the settings cannot be read.
        """
        if not self.paths.settings.exists() and "COACH_ATHLETE" not in os.environ:
            return ""
        from coach.edge.settings import load_settings  # most lists need no settings

        return load_settings(self.paths.settings, os.environ).athlete

    def save_athlete(self, slug: str, data: bytes) -> Path:
        """Write an athlete's document atomically.

        Raises:
            CoachProblem: the slug is not valid, or the folder cannot be written.
        """
        check_slug(slug)
        path = self.paths.athletes / f"{slug}.json"
        write_document(path, data)
        return path

    def remove_athlete(self, slug: str) -> None:
        """Delete a saved athlete; their runs stay.

        Raises:
            AthleteProblem: there is none of this slug, or the file cannot be deleted.
        """
        slugs = self.athletes()
        if slug not in slugs:
            raise AthleteProblem(
                f"there is no athlete {plain(slug)!r}{suggestion(slug, slugs)}",
                "coach athlete list shows them.",
            )
        path = self.paths.athletes / f"{slug}.json"
        try:
            path.unlink()
        except OSError as error:
            raise AthleteProblem(
                f"{plain(path)} cannot be deleted: {error.strerror}", "Delete it by hand."
            ) from None

    # --- runs and recordings

    def runs(self) -> list[StoredRun]:
        """Every run, the newest first."""
        return stored_runs(self.paths.runs)

    def history(self) -> "History":
        """The index of these runs; the caller closes it."""
        from coach.edge.history import History  # SQLite loads with it

        return History(self.paths.runs, self.paths.history, self.paths.squads, self.athletes())

    def index_run(self, path: Path) -> None:
        """Add a run that has ended to the index, if it is one of these; trouble with the index is ignored."""
        if self.paths.runs == path.parent or self.paths.squads == path.parent.parent:
            with suppress(CoachProblem, OSError), self.history() as history:
                history.take_run(path)

    def run_path(self, run: str) -> Path:
        """The folder of a run by its whole id: one of the runs, else in the session of a squad."""
        path = self.paths.runs / run
        if _exists(path):
            return path
        return next((own for each in sessions_in(self.paths.squads) if _exists(own := each / run)), path)

    def run(self, name: str, athlete: str = "") -> StoredRun:
        """Find a run: `last`, its number in the list (1 is the newest), its id or first letters of it, or its folder.

        With the slug of an athlete, `last` is the newest run of theirs; a run of nobody is none.

        Raises:
            RecordingProblem: there is none, or more than one.
        """
        path = _path_of(name)
        if _is_folder(path) and (_looks_like_path(name) or _exists(path / JOURNAL)):
            return _stored_run(_run_in(path))
        folders = {path.name: path for path in self._run_folders()}
        if name.casefold() == LAST or _RUN_NUMBER.fullmatch(name):
            runs = sorted(folders, reverse=True)
            if athlete and runs and name.casefold() == LAST:
                return _stored_run(folders[_newest_of(athlete, runs, folders)])
            return _stored_run(folders[_numbered(name, runs)])
        if name == "0":  # every id begins with it
            raise RecordingProblem("there is no run 0: 1 is the newest", _RECORDING_HINT)
        matches = [run for run in folders if name and run.startswith(name.upper())]
        if not matches:
            raise RecordingProblem(
                f"there is no run {plain(name)!r}{suggestion(name.upper(), folders)}", _RECORDING_HINT
            )
        if len(matches) > 1:
            raise RecordingProblem(
                f"{len(matches)} runs have an ID that begins with {plain(name)!r}, "
                f"from {min(matches)} to {max(matches)}",
                "Type more letters of the ID.",
            )
        return _stored_run(folders[matches[0]])

    def recording(self, name: str, athlete: str = "") -> StoredFile:
        """Read a recording as `run` finds it, by a folder that holds one run, or by a file.

        `-` is standard input, and archives are opened.

        Raises:
            RecordingProblem: there is none, or it cannot be read.
        """
        if name == STANDARD_INPUT:
            data = read_standard_input(limit=RECORDING_LIMIT, what="recording", problem=RecordingProblem)
            return StoredFile("standard input", Path(name), *_RECORDINGS.unpack(data, "standard input"))
        path = _path_of(name)
        if not _looks_like_path(name) and not _exists(path):
            path = self.run(name, athlete).path
        if _is_folder(path):
            path = _run_in(path) / JOURNAL
        if path.name == JOURNAL and _exists(path):
            data = read_run(path.parent)
        else:
            data = read_file(
                path, limit=RECORDING_LIMIT, what="recording", problem=RecordingProblem, hint=_RECORDING_HINT
            )
        return StoredFile(plain(name), path, *_RECORDINGS.unpack(data, plain(name)))

    def delete_run(self, name: str) -> StoredRun:
        """Delete a run; returns the deleted run.

        Raises:
            RecordingProblem: there is none, it is being recorded, or it cannot be deleted.
        """
        run = self.run(name)
        if is_held(run.path):
            raise RecordingProblem(f"{run.manifest.run} is being recorded", "Leave that run first.")
        remove_run(run.path)
        return run

    def set_run_aside(self, name: str) -> StoredRun:
        """Hide a run from every list; `put_run_back` undoes it, `purge_runs` makes it permanent.

        Raises:
            RecordingProblem: there is none, it is being recorded, or it cannot be taken away.
        """
        run = self.run(name)
        if is_held(run.path):
            raise RecordingProblem(f"{run.manifest.run} is being recorded", "Leave that run first.")
        _rename(run.path, run.path.with_name(f"{_ASIDE}{run.path.name}"), "deleted")
        return run

    def put_run_back(self, run: str) -> None:
        """Undo `set_run_aside` for the run of this id.

        Raises:
            RecordingProblem: it has gone, or cannot be put back.
        """
        folders = (self.paths.runs, *sessions_in(self.paths.squads))
        folder = next((each for each in folders if _exists(each / f"{_ASIDE}{run}")), self.paths.runs)
        _rename(folder / f"{_ASIDE}{run}", folder / run, "put back")

    def purge_runs(self) -> None:
        """Delete the hidden runs, also those that a killed program left hidden."""
        for folder in (self.paths.runs, *sessions_in(self.paths.squads)):
            for path in _folders(folder):
                if path.name.startswith(_ASIDE) and is_ulid(path.name.removeprefix(_ASIDE)):
                    shutil.rmtree(path, ignore_errors=True)

    def _run_folders(self) -> Iterable[Path]:
        """The runs that lists have: one's own, and of squads those of saved athletes."""
        sessions = sessions_in(self.paths.squads)
        athletes = self.athletes() if sessions else []
        paths: list[Path] = []
        for folder in (self.paths.runs, *sessions):
            with suppress(OSError):
                runs = _runs_in(folder)
                is_squad = folder != self.paths.runs
                paths += [run for run in runs if not is_squad or read_manifest(run).athlete in athletes]
        return paths


def stored_runs(folder: Path) -> list[StoredRun]:
    """Every run in a folder of runs, the newest first; none if it cannot be listed."""
    try:
        return [_stored_run(path) for path in sorted(_runs_in(folder), reverse=True)]
    except OSError:
        return []


def has_interrupted_run(folder: Path) -> bool:
    """Return whether a run in a folder of runs was cut off, and can be resumed.

    The library calls it before its first paint, so of thousands of finished runs it reads hardly more than their state.
    """
    try:
        with os.scandir(folder) as entries:
            paths = [
                folder / entry.name
                for entry in entries
                if is_ulid(entry.name) and not is_surely_finished(f"{entry.path}/{MANIFEST}")
            ]
    except OSError:
        return False
    return any(
        _exists(path / JOURNAL) and _stored_run(path).manifest.state is RunState.INTERRUPTED for path in paths
    )


def remember_folder(runs: Path, paths: Paths) -> None:
    """Remember a folder with recordings, so that a run cut off there is offered too."""
    if runs != paths.runs:
        with suppress(CoachProblem, OSError):  # it is only a help
            write_document(paths.recorded_into, str(runs.absolute()).encode())


def folders_of_runs(paths: Paths) -> list[Path]:
    """The folders where a run may have been cut off: the usual one, and the last other one that was recorded into."""
    try:
        other = [Path(paths.recorded_into.read_text())]
    except (OSError, ValueError):
        other = []
    return [paths.runs, *(folder for folder in other if folder.is_absolute())]


def run_name(path: Path, usual: Path) -> str:
    """The name by which commands find a run: its id in the usual folder of runs, else its folder."""
    return path.name if path.parent == usual else str(path)


def remove_run(path: Path) -> None:
    """Delete the folder of a run.

    Raises:
        RecordingProblem: it is not the folder of a run, or cannot be deleted.
    """
    if not is_ulid(path.name) or not ((path / JOURNAL).exists() or (path / MANIFEST).exists()):
        raise RecordingProblem(f"{plain(path)} is not the folder of a run", "coach runs list shows them.")
    try:
        shutil.rmtree(path)
    except OSError as error:
        raise RecordingProblem(
            f"{plain(path)} cannot be deleted: {error.strerror}", "Delete it by hand."
        ) from None


_ASIDE: Final = ".deleted-"
"""The prefix of the folder of a hidden run."""


def _rename(path: Path, other: Path, done: str) -> None:
    try:
        path.rename(other)
    except OSError as error:
        raise RecordingProblem(
            f"{plain(path)} cannot be {done}: {error.strerror}", "Do it by hand."
        ) from None


def _folders(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


_SLUG: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LONGEST_SLUG: Final = 64
"""Longest name of a workout: short enough for every file system and a row of a list. Judged."""


def check_slug(slug: str) -> None:
    """Check that the short name of an athlete is valid.

    Raises:
        AthleteProblem: it is not; the hint has a similar valid one.
    """
    if slug and len(slug) <= 32 and all(letter in _SLUG for letter in slug):
        return
    like = slug_like(slug, 32)
    hint = f'coach athlete set {like} --name "{plain(slug)}"' if like else "anna"
    raise AthleteProblem(f"{plain(slug)!r} is not a slug", f"Use up to 32 of a-z, 0-9 and -, such as: {hint}")


def workout_slug(name: str) -> str:
    """The file name of a workout: `6 × 800 m, my own` is `6x800-m-my-own`; empty without a letter and a digit."""
    plain_letters = unicodedata.normalize("NFKC", name).casefold().replace("×", "x")
    return file_name(re.sub(r"(?<=\d)\s*x\s*(?=\d)", "x", plain_letters), _LONGEST_SLUG)


def _named(folder: Path) -> dict[str, Path]:
    """The documents in a folder by name, in the form of Unicode that is typed; some systems list another one."""
    return {unicodedata.normalize("NFC", path.stem): path for path in _files(folder, ".json")}


def _numbered(name: str, runs: list[str]) -> str:
    """The id of a run by `last` or its number, of runs from the newest on.

    Raises:
        RecordingProblem: there are fewer.
    """
    number = 1 if name.casefold() == LAST else int(name)
    if not runs:
        raise RecordingProblem("there is no run yet", "Record one: coach run WORKOUT")
    if number > len(runs):
        count = "is only 1 run" if len(runs) == 1 else f"are only {len(runs)} runs"
        raise RecordingProblem(f"there is no run {number}: there {count}", _RECORDING_HINT)
    return runs[number - 1]


def _newest_of(athlete: str, runs: list[str], folders: Mapping[str, Path]) -> str:
    """The id of the first run of an athlete, of runs from the newest on.

    Raises:
        RecordingProblem: there is none.
    """
    own = next((run for run in runs if read_manifest(folders[run]).athlete == athlete), None)
    if own is None:
        raise RecordingProblem(
            f"there is no run of {plain(athlete)} yet",
            "Name another run by its number: coach runs list shows them.",
        )
    return own


def _stored_run(path: Path) -> StoredRun:
    manifest = read_manifest(path)
    if manifest.state is RunState.RECORDING and not is_held(path):
        manifest = replace(manifest, state=RunState.INTERRUPTED)
    return StoredRun(path, manifest)


def _files(folder: Path, suffix: str) -> list[Path]:
    """The files of a folder with this suffix; none if the folder is missing or unreadable."""
    try:
        return [path for path in folder.iterdir() if path.suffix == suffix and not path.name.startswith(".")]
    except OSError:
        return []


def _runs_in(folder: Path) -> list[Path]:
    """The run folders in a folder.

    Raises:
        OSError: it cannot be listed.
    """
    return [path for path in folder.iterdir() if is_ulid(path.name) and _exists(path / JOURNAL)]


def _run_in(folder: Path) -> Path:
    """The folder itself if it is a run, or the only run in it (as `--record DIR` leaves behind)."""
    if _exists(folder / JOURNAL):
        return folder
    try:
        runs = _runs_in(folder)
    except OSError as error:
        raise RecordingProblem(f"{plain(folder)} cannot be read: {error.strerror}", _RECORDING_HINT) from None
    if not runs:
        raise RecordingProblem(f"{plain(folder)} is a folder without a recording in it", _RECORDING_HINT)
    if len(runs) > 1:
        raise RecordingProblem(
            f"{plain(folder)} holds {len(runs)} recordings", f"Name one of them, such as {max(runs)}"
        )
    return runs[0]


def _looks_like_path(text: str) -> bool:
    """Return whether a text has a separator or a suffix, which no stored name has."""
    return any(letter in text for letter in "/\\.~\0")


def _is_file_name(text: str) -> bool:
    """Return whether a text without a file can only have meant a file: `6x800 / 400` and `5x1.5km` do not."""
    starts, suffix = ("/", "./", "../", "~"), Path(text).suffix.casefold()
    if text.startswith(starts) or "\\" in text or "\0" in text or suffix in _WORKOUT_SUFFIXES:
        return True
    is_line = text[:1].isdigit() or any(letter.isspace() for letter in text)
    return not is_line and _looks_like_path(text)


def _path_of(text: str) -> Path:
    """Make a path of a text, with `~` expanded for an existing user."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # there is no such user
        return Path(text)


def _exists(path: Path) -> bool:
    """Return whether a path exists; one that is too long or holds a NUL does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
