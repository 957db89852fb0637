"""The folders and files of the program on this machine.

They follow the platform's conventions, unless `COACH_HOME` names one folder for everything.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import coach

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
    """Holds what can be made again."""

    @property
    def voice_cache(self) -> Path:
        """The words that a voice has made."""
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
        """One file per session that was timed by hand."""
        return self.data / "by-hand"

    @property
    def mornings(self) -> Path:
        """What was measured and answered in the mornings: one journal per athlete, and the recorded measurements."""
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
        """An empty file: how high the letters are was said before the first run."""
        return self.state / "letters-seen"

    @property
    def recorded_into(self) -> Path:
        """A file that names the last folder that was recorded into in place of the usual one."""
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
    """The folders, according to the environment."""
    home = os.environ.get("COACH_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root / "config", root / "data", root / "state", root / "cache")
    import platformdirs

    dirs = platformdirs.PlatformDirs("trackside-coach", appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)


def is_anything_set(settings: Path, environment: Mapping[str, str]) -> bool:
    """Tell whether there may be a setting: a file of settings, or a variable that could be one."""
    named = {name for name in environment if name.startswith("COACH_")}
    return settings.exists() or bool(named - NO_SETTINGS)


def library_path() -> Path:
    """The workouts that come with the program: in the package, or beside it in a checkout."""
    package = Path(coach.__file__).parent
    packaged = package / "_workouts"
    return packaged if packaged.is_dir() else package.parent / "workouts"
