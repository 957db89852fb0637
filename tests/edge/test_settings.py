"""Settings: where each value comes from, and what is said of one that does not fit."""

from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum

import pytest

from coach.edge.settings import InvalidSetting, Settings, dataclass_from_dict, load_settings, value_from_text
from coach.problems import SettingsProblem
from coach.workout.edits import OptIn


@pytest.fixture
def write(tmp_path):
    """Write a settings file."""

    def write(text):
        path = tmp_path / "settings.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_without_a_file_the_defaults_hold(tmp_path):
    """Nothing set is nothing changed."""
    assert load_settings(tmp_path / "none.toml", {}) == Settings()


def test_the_environment_wins_over_the_file(write):
    """Each source overrules the one below it, value by value."""
    path = write(
        'format = "coach-settings/1"\nunits = "mile"\ntheme = "sun"\nmute = true\n[cues]\nhold_s = 10\n'
    )
    settings = load_settings(path, {"COACH_THEME": "night", "COACH_MUTE": "no", "HOME": "/"})
    assert (settings.units, settings.theme, settings.mute, settings.cues.hold_s) == (
        "mile",
        "night",
        False,
        10.0,
    )


def test_a_table_is_reached_from_the_environment(tmp_path):
    """COACH_CUES_HOLD_S is hold_s of [cues]."""
    settings = load_settings(
        tmp_path / "none", {"COACH_CUES_HOLD_S": "12.5", "COACH_SESSION_UNDO_DEPTH": "3"}
    )
    assert (settings.cues.hold_s, settings.session.undo_depth) == (12.5, 3)


def test_rules_are_off_until_they_are_switched_on(write):
    """The table [gates] of the file and COACH_GATES_... switch on rules that are off by default."""
    path = write("[gates]\nred_minutes_per_km = 3\n")
    off, on = (
        load_settings(path.parent / "none", {}),
        load_settings(path, {"COACH_GATES_FALLBACK_BPM": "130"}),
    )
    assert off.gates == OptIn(0.0, 0.0, 0.0)
    assert on.gates == OptIn(red_minutes_per_km=3.0, fallback_bpm=130.0)


def test_home_and_debug_are_no_settings(tmp_path):
    """COACH_HOME and COACH_DEBUG are read elsewhere, and what is like none of ours is somebody else's."""
    environment = {"COACH_HOME": "/x", "COACH_DEBUG": "1", "COACH_VERSION": "3", "COACH_": "x"}
    assert load_settings(tmp_path / "none", environment) == Settings()


@pytest.mark.parametrize("word", ["mile", "miles", "mi"])
def test_miles_are_understood_as_runners_write_them(write, word):
    """In the file and in the environment; kept as one word."""
    assert load_settings(write(f"units = '{word}'"), {}).units == "mile"
    assert load_settings(write(""" theme = "sun" """), {"COACH_UNITS": word}).units == "mile"


def test_keys_can_be_moved(write):
    """The key map takes buttons and what the screen does."""
    settings = load_settings(write('[keymap]\n"ctrl+n" = "next"\nF2 = "theme"\n'), {})
    assert settings.keymap == {"ctrl+n": "next", "F2": "theme"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("unit = 'km'", "unit: there is no such setting; did you mean units?"),
        ("units = 'yards'", "units: 'yards' is none of km, mile"),
        ("mute = 1", "mute: must be true or false, not 1"),
        ("units = 3", "units: must be a text in quotes, not 3"),
        ("cues = 3", "cues: is a table of settings, not 3"),
        ("[cues]\nhold = 3", "cues.hold: there is no such setting; did you mean "),
        ("[cues]\nhold_s = '3'", "cues.hold_s: must be a number, not '3'"),
        ("[cues]\nhold_s = nan", "cues.hold_s: must be a number, not nan"),
        ("[cues]\nhold_s = true", "cues.hold_s: must be a number, not True"),
        ("[session]\nundo_depth = 2.5", "session.undo_depth: must be a whole number, not 2.5"),
        (
            "[gates]\nred_minutes = 3",
            "gates.red_minutes: there is no such setting; did you mean red_minutes_per_km?",
        ),
        ("[gates]\nfallback_bpm = 5", "gates.fallback_bpm: the fallback must be 0 (off) or 25 to 240 bpm"),
        ("[keymap]\n'ctrl+c' = 'mark'", "keymap.ctrl+c: that key always quits and cannot be reassigned"),
        ("[keymap]\nx = 'jump'", "keymap.x: 'jump' is not an action of a key"),
        ("format = 'coach-settings/2'", "format: 'coach-settings/2' is newer than this program"),
        ("format = 'other/1'", "format: 'other/1' is not known"),
        ("format = 'coach-settings/²'", "format: 'coach-settings/²' is not known"),
        ("units = ", "is not TOML: Invalid value"),
        (b"\xff\xfe", "is not TOML: 'utf-8' codec"),
        ("", "settings.toml is empty"),
    ],
)
def test_says_file_key_reason_and_fix(write, text, reason):
    """A value that does not fit is told with its file, its key and what it should be; nothing is rewritten."""
    path = write(text)
    before = path.read_bytes()
    with pytest.raises(SettingsProblem) as caught:
        load_settings(path, {})
    assert reason in caught.value.message
    assert "settings.toml" in caught.value.message
    assert caught.value.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("COACH_UNITS", "furlong", "COACH_UNITS: units: 'furlong' is none of km, mile"),
        ("COACH_MUTE", "maybe", "COACH_MUTE: 'maybe' is neither true nor false"),
        ("COACH_CUES_HOLD_S", "long", "COACH_CUES_HOLD_S: 'long' is not a number"),
        ("COACH_CUES_HOLD_S", "inf", "COACH_CUES_HOLD_S: cues.hold_s: must be a number"),
        ("COACH_THEEM", "sun", "COACH_THEEM: there is no such setting; did you mean theme?"),
    ],
)
def test_says_which_variable_does_not_fit(tmp_path, name, value, reason):
    """A variable of the environment is named as it is written."""
    with pytest.raises(SettingsProblem) as caught:
        load_settings(tmp_path / "none", {name: value})
    assert caught.value.message.startswith(reason)


def test_a_settings_file_that_is_a_folder_is_refused(tmp_path):
    """A folder in its place is told."""
    with pytest.raises(SettingsProblem, match="is a folder"):
        load_settings(tmp_path, {})


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Sample:
    """Every kind of field a settings table may have."""

    number: float = 1.0
    maybe: float | None = None
    colour: Colour = Colour.RED
    names: tuple[str, ...] = ()
    shares: dict[Colour, float] = field(default_factory=dict)
    odd: object = None

    def __post_init__(self) -> None:
        if self.number > 9:
            raise ValueError("must be 9 at most")


def test_fills_every_kind_of_field():
    """Choices, optional numbers, lists and tables are read by the field's own type."""
    values = {"number": 3, "maybe": 4, "colour": "blue", "names": ["a"], "shares": {"red": 1}}
    assert dataclass_from_dict(Sample(), values) == Sample(3.0, 4.0, Colour.BLUE, ("a",), {Colour.RED: 1.0})


def test_a_table_of_shares_keeps_what_is_not_named():
    """Setting one entry of a table leaves its others as they were."""
    settings = dataclass_from_dict(Sample(shares={Colour.RED: 1.0, Colour.BLUE: 2.0}), {"shares": {"red": 3}})
    assert settings.shares == {Colour.RED: 3.0, Colour.BLUE: 2.0}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"colour": "green"}, "colour: 'green' is none of red, blue"),
        ({"names": ["a", 3]}, "names[1]: must be a text in quotes, not 3"),
        ({"names": "a"}, "names: cannot be set to 'a'"),
        ({"shares": {"red": "much"}}, "shares.red: must be a number, not 'much'"),
        ({"odd": 1}, "odd: cannot be set to 1"),
        ({"number": 10}, "number: must be 9 at most"),
    ],
)
def test_names_the_place_of_what_does_not_fit(values, reason):
    """The key is named down to the place in a list or table."""
    with pytest.raises(InvalidSetting) as caught:
        dataclass_from_dict(Sample(), values)
    assert str(caught.value) == reason


def test_a_text_for_an_optional_number_is_a_number():
    """The environment's texts are read as what the field may be."""
    assert value_from_text(Sample, "maybe", "2.5") == 2.5
    with pytest.raises(InvalidSetting, match="no such setting"):
        value_from_text(Sample, "nothing", "2.5")


@pytest.mark.parametrize(
    ("table", "key", "limits"),
    [
        ("session", "mark_every", "10 to 100000"),
        ("session", "mark_every_off_track", "10 to 100000"),
        ("cues", "settle_from_jog_s", "1 to 600"),
        ("cues", "smooth_s", "1 to 600"),
        ("cues", "beep_m", "10 to 100000"),
        ("signals", "pod_noise_s", "1 to 3600"),
    ],
)
def test_a_setting_that_would_stop_a_run_is_refused_with_its_range(write, table, key, limits):
    """Marks every 0 m are without number, and a mean over 0 s is none: file, key, range and value are named."""
    path = write(f'format = "coach-settings/1"\n[{table}]\n{key} = 0\n')
    with pytest.raises(SettingsProblem) as caught:
        load_settings(path, {})
    message = str(caught.value)
    assert "settings.toml" in message
    assert f"{key} must lie within {limits}, not 0" in message
    with pytest.raises(SettingsProblem, match=f"{key} must lie within {limits}, not 0"):
        load_settings(path.with_name("none.toml"), {f"COACH_{table.upper()}_{key.upper()}": "0"})


@pytest.mark.parametrize("table", ["signals", "session", "cues"])
def test_every_number_of_a_table_has_a_range(table):
    """Minus one, a million and an endless number are none that any setting may have."""
    defaults = getattr(Settings(), table)
    tables = [defaults, *(value for value in vars_of(defaults).values() if is_dataclass(value))]
    numbers = [
        (each, name, value)
        for each in tables
        for name, value in vars_of(each).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    assert numbers
    for each, name, value in numbers:
        for wrong in (-41.0, 1_000_000.0, float("inf"), float("nan")):
            with pytest.raises(ValueError, match=f"{name.split('_')[0]}|range|outside|lies"):
                replace(each, **{name: wrong})
        assert replace(each, **{name: value}) == each


def test_a_list_that_needs_a_number_is_not_empty():
    """Silences of a coach that has none are one silence of 0."""
    with pytest.raises(InvalidSetting, match="gaps_s must have a number from 0"):
        dataclass_from_dict(Settings().cues, {"gaps_s": []})


def vars_of(settings):
    """The fields of a dataclass with their values."""
    return {each.name: getattr(settings, each.name) for each in fields(settings)}
