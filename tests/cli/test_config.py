"""Settings are shown as they are in force, and the places where things are kept are told."""

import json
import tomllib

import pytest

from coach.edge.settings import toml_lines


def test_the_places_follow_the_home(coach, home):
    """Every place of the runner's own lies under COACH_HOME; asking makes none of them."""
    shown = json.loads(coach("config", "path", "--json").stdout)
    library = shown.pop("library")

    assert all(path.startswith(str(home)) for path in shown.values())
    assert not library.startswith(str(home))
    assert not home.exists()
    assert coach("config", "path").stdout.count("\n") == len(shown) + 1


@pytest.mark.parametrize("options", [(), ("--all",)])
def test_what_is_shown_can_be_saved(coach, home, options):
    """The settings as printed, saved as the settings file, give the same settings; what differs says its default."""
    shown = coach("config", "show", *options).stdout
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(shown.replace('theme = "night"', 'theme = "sun"'))

    again = coach("config", "show", *options)
    assert again.exit_code == 0, again.stderr
    assert again.stdout == shown.replace('theme = "night"', 'theme = "sun"  # default "night"')


def test_what_is_used_most_and_what_differs_is_shown(coach, home, monkeypatch):
    """Without --all the output has four settings, those that differ with their origin, and the command for all."""
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text("[cues]\nhold_s = 12\n[keymap]\nF4 = 'longer'\n")
    monkeypatch.setenv("COACH_UNITS", "mile")
    shown = coach("config", "show")

    assert shown.stdout.splitlines() == [
        'format = "coach-settings/1"',
        'units = "mile"  # default "km", from COACH_UNITS',
        'theme = "night"',
        "mute = false",
        'athlete = ""',
        "",
        "[keymap]",
        'F4 = "extend"',
        "",
        "[cues]",
        "hold_s = 12.0  # default 8.0",
    ]
    assert "coach config show --all" in shown.stderr
    assert coach("config", "show", "--all").stdout.count("\n") > 300


def test_json_and_toml_say_the_same(coach):
    """`--json` is the same tree."""
    assert json.loads(coach("config", "show", "--json").stdout) == tomllib.loads(
        coach("config", "show", "--all").stdout
    )


def test_the_environment_wins_over_the_file(coach, home, monkeypatch):
    """A COACH_ variable is stronger than the file, which is stronger than the default."""
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(
        'format = "coach-settings/1"\ntheme = "sun"\nunits = "mile"\n'
    )
    monkeypatch.setenv("COACH_UNITS", "km")
    shown = json.loads(coach("config", "show", "--json").stdout)

    assert (shown["theme"], shown["units"]) == ("sun", "km")


@pytest.mark.parametrize("text", ["theme = ", 'format = "coach-settings/9"', "colour = 1", "\udc80"])
def test_settings_that_do_not_fit_are_a_usage_error(coach, home, text):
    """A broken, newer or misspelt settings file exits with 2, and is never rewritten."""
    (home / "config").mkdir(parents=True)
    data = text.encode("utf-8", "surrogateescape")
    (home / "config" / "settings.toml").write_bytes(data)
    shown = coach("config", "show")

    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "settings.toml" in shown.stderr
    assert (home / "config" / "settings.toml").read_bytes() == data


SETTINGS = """\
# my settings
format = "coach-settings/1"
theme = "sun"   # bright

[cues]
# slower to speak
hold_s = 10
gaps_s = [
    20, # first
    40,
]
"""


def test_a_setting_is_changed_and_the_rest_of_the_file_stays(coach, home):
    """Comments, order and blank lines are kept; a table that is missing is added; --default takes a value out again."""
    path = home / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(SETTINGS)

    assert coach("config", "set", "cues.hold_s", "12s").exit_code == 0
    assert path.read_text() == SETTINGS.replace("hold_s = 10", "hold_s = 12.0")
    assert coach("config", "set", "session.mark_every", "0.1km").exit_code == 0
    assert path.read_text().startswith(SETTINGS.replace("hold_s = 10", "hold_s = 12.0"))
    assert coach("config", "set", "session.mark_every", "--default").exit_code == 0
    assert "mark_every" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_first_setting_makes_the_file(coach, home):
    """The first setting creates the file with its format, and the command prints its path."""
    done = coach("config", "set", "theme", "sun")

    assert (done.exit_code, done.stdout) == (0, "")
    assert (home / "config" / "settings.toml").read_text() == 'format = "coach-settings/1"\ntheme = "sun"\n'
    assert str(home) in done.stderr


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("cues.hold_s", "400m", "Set cues.hold_s = 24000.0 in"),
        ("cues.countdown_s", "10,3s,2", "Set cues.countdown_s = [10, 3, 2] in"),
        ("athlete", "Zoë", 'Set athlete = "Zoë" in'),
        ("mute", "yes", "Set mute = true in"),
        ("theme", "sun", 'Set theme = "sun" in'),
    ],
)
def test_what_was_understood_is_said(coach, key, typed, said):
    """In the setting's own unit: 400m are minutes where seconds stand."""
    assert coach("config", "set", key, typed).stderr.startswith(said)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("mute", "yes", True),
        ("units", "mile", "mile"),
        ("units", "miles", "mile"),
        ("cues.hold_s", "1:30", 90.0),
        ("cues.hold_s", "2min", 120.0),
        ("cues.heart_rate_repeat_s", "2min, 240s,480", [120.0, 240.0, 480.0]),
        ("cues.countdown_s", "10,3s,2,1", [10, 3, 2, 1]),
        ("cues.speak", "mile", "mile"),
        ("session.undo_depth", "3", 3),
        ("session.mark_every", "200m", 200.0),
        ("session.mark_every", "1 mile", 1609.344),
        ("session.movement_mps", "5:00/km", 1000 / 300),
        ("session.effort_day_percent", "4%", 4.0),
        ("session.movement_spm", "150spm", 150.0),
        ("session.temperature_c", "-5", -5.0),
        ("gates.fallback_bpm", "130 bpm", 130.0),
        ("keymap.ctrl+n", "longer", "longer"),
        ("signals.cadence_counts.pod", "2", 2),
    ],
)
def test_a_value_is_typed_with_or_without_its_unit(coach, home, key, typed, value):
    """Numbers, times, distances, paces, lists, words and keys are written as the file writes them, and are in force."""
    done = coach("config", "set", key, typed)
    assert done.exit_code == 0, done.stderr
    tree = tomllib.loads((home / "config" / "settings.toml").read_text())
    for name in key.split("."):
        tree = tree[name]
    assert tree == pytest.approx(value)
    assert coach("config", "show").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("colour", "red"), "there is no setting 'colour'"),
        (("hold_s", "3"), "did you mean cues.hold_s"),
        (("cues.hold", "3"), "did you mean cues.hold_s"),
        (("cues.hold_s.x", "3"), "there is no setting 'cues.hold_s.x'"),
        (("cues", "3"), "there is no setting 'cues'"),
        (("signals.learnt", "3"), "there is no setting 'signals.learnt'"),
        (("theme", "sn"), "theme: 'sn' is none of night, sun; did you mean sun?"),
        (("cues.speak", "laps"), "cues.speak: 'laps' is none of lap, km, mile, total; did you mean lap?"),
        (("cues.hold_s", "soon"), "cues.hold_s: 'soon' is not a number: write it as 10, 90s or 1:30"),
        (("cues.hold_s", "-5"), "must lie within 0 to 86400, not -5"),
        (("session.mark_every", "far"), "write it as 400, 400m or 1km"),
        (("cues.alarm_times", "much"), "cues.alarm_times: 'much' is not a number"),
        (("session.undo_depth", "2.5"), "is not a whole number"),
        (("mute", "maybe"), "'maybe' is neither true nor false"),
        (("cues.gaps_s", ""), "must have a number"),
        (("keymap.x", "jump"), "keymap.x: 'jump' is not an action of a key"),
        (("signals.cadence_counts.foot", "2"), "is none of"),
        (("theme", "--default"), "does not set theme"),
        (("a.b", "--default"), "does not set a.b"),
        (("theme",), "Give a VALUE"),
        (("theme", "sun", "--default"), "Give a VALUE"),
        (("theme", "--defalt"), "No such option"),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(coach, home, words, said):
    """The error names the key, what fits it and what was probably meant; there is no file afterwards."""
    refused = coach("config", "set", *words)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert not home.exists()


def test_what_does_not_fit_the_rest_of_the_file_is_refused(coach, home):
    """Values are checked together: a dew point above the temperature leaves the file as it was."""
    assert coach("config", "set", "session.temperature_c", "20").exit_code == 0
    before = (home / "config" / "settings.toml").read_bytes()

    assert coach("config", "set", "session.dew_point_c", "25").exit_code == 2
    assert (home / "config" / "settings.toml").read_bytes() == before


@pytest.mark.parametrize("text", ["theme = ", 'format = "coach-settings/9"', "cues = 3", "colour = 1"])
def test_a_broken_file_is_not_written(coach, home, text):
    """A file that is not TOML, is newer or does not fit is refused with its place, and stays as it is."""
    path = home / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    refused = coach("config", "set", "cues.hold_s", "3")

    assert refused.exit_code == 2
    assert "settings.toml" in refused.stderr
    assert path.read_text() == text


def test_a_misspelt_key_can_be_taken_out_of_the_file(coach, home):
    """--default mends a file that no longer fits, and keeps a link to it a link."""
    path = home / "config" / "settings.toml"
    path.parent.mkdir(parents=True)
    (home / "dotfile.toml").write_text('colour = "red"\ntheme = "sun"\n')
    path.symlink_to(home / "dotfile.toml")

    assert coach("config", "set", "colour", "--default").exit_code == 0
    assert path.is_symlink()
    assert (home / "dotfile.toml").read_text() == 'theme = "sun"\n'


def test_what_will_not_count_is_said(coach, monkeypatch):
    """A variable that is stronger than the file is named, and so is an athlete who is not saved."""
    monkeypatch.setenv("COACH_THEME", "night")

    assert "COACH_THEME" in coach("config", "set", "theme", "sun").stderr
    assert "no athlete is saved as anna" in coach("config", "set", "athlete", "anna").stderr


def test_toml_quotes_what_it_must():
    """Odd keys and texts survive the way through a TOML file."""
    tree = {"a": [1, 2.5, "x\ty"], "table": {"odd key": {"deep": True}, "[": "mark"}}

    assert tomllib.loads("\n".join(toml_lines(tree))) == tree
