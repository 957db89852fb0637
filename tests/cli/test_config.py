"""Settings are shown as they are in force, and the places where things are kept are told."""

import json
import tomllib

import pytest

from coach.app.toml import toml_lines


def test_the_places_follow_the_home(coach, home):
    """Every place of the runner's own lies under COACH_HOME; asking makes none of them."""
    shown = json.loads(coach("config", "path", "--json").stdout)
    library = shown.pop("library")

    assert all(path.startswith(str(home)) for path in shown.values())
    assert not library.startswith(str(home))
    assert not home.exists()
    assert coach("config", "path").stdout.count("\n") == len(shown) + 1


def test_what_is_shown_can_be_saved(coach, home):
    """The settings as printed, saved as the settings file, give the same settings."""
    shown = coach("config", "show").stdout
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(shown.replace('theme = "night"', 'theme = "sun"'))

    again = coach("config", "show")
    assert again.exit_code == 0, again.stderr
    assert again.stdout == shown.replace('theme = "night"', 'theme = "sun"')


def test_json_and_toml_say_the_same(coach):
    """`--json` is the same tree."""
    assert json.loads(coach("config", "show", "--json").stdout) == tomllib.loads(
        coach("config", "show").stdout
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
    """A broken, newer or misspelt settings file leaves with 2, and is never rewritten."""
    (home / "config").mkdir(parents=True)
    data = text.encode("utf-8", "surrogateescape")
    (home / "config" / "settings.toml").write_bytes(data)
    shown = coach("config", "show")

    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "settings.toml" in shown.stderr
    assert (home / "config" / "settings.toml").read_bytes() == data


def test_toml_quotes_what_it_must():
    """Odd keys and texts survive the way through a TOML file."""
    tree = {"a": [1, 2.5, "x\ty"], "table": {"odd key": {"deep": True}, "[": "mark"}}

    assert tomllib.loads("\n".join(toml_lines(tree))) == tree
