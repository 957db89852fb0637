"""Pages that a command writes: HTML that needs nothing but itself, and what is there already is kept."""

import json

from tests.golden.journals import FOLDER

FIRST, SECOND = FOLDER / "sensor-gaps", FOLDER / "strap-and-pod"


def test_runs_are_compared_as_text_json_and_page(coach, tmp_path):
    """The comparison comes as text, JSON and page; with a page alone stdout is empty, and stderr names the page."""
    shown = coach("runs", "compare", FIRST, FIRST)
    assert "1, 400 m    1  1:46.0" in shown.stdout
    told = json.loads(coach("runs", "compare", FIRST, SECOND, "--json").stdout)
    assert [len(rep["runs"]) for rep in told["reps"]] == [1, 1, 1, 1]
    page = tmp_path / "compared.html"
    written = coach("runs", "compare", FIRST, FIRST, "--html", page)
    assert (written.exit_code, written.stdout) == (0, "")
    assert written.stderr == (
        f"Wrote {page}, {round(page.stat().st_size / 1000)} kB. Open it in any browser; it needs no network.\n"
    )
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_that_is_there_is_kept(coach, tmp_path):
    """An existing page is not overwritten."""
    page = tmp_path / "compared.html"
    page.write_text("mine")
    refused = coach("runs", "compare", FIRST, FIRST, "--html", page)
    assert refused.exit_code == 1
    assert "is there already" in refused.stderr
    assert page.read_text() == "mine"


def test_one_run_alone_is_not_compared(coach):
    """The message asks for a second run."""
    refused = coach("runs", "compare", FIRST)
    assert refused.exit_code == 2
    assert "coach runs compare 2 last" in refused.stderr


def test_a_review_is_written_as_a_page(coach, tmp_path):
    """The page is one file; stdout is empty, and options that do not go with it are refused."""
    page = tmp_path / "report.html"
    written = coach("review", FIRST, "--html", page)
    assert (written.exit_code, written.stdout) == (0, "")
    assert "<h1>Behind the trees</h1>" in page.read_text(encoding="utf-8")
    assert coach("review", FIRST, "--html", page).exit_code == 1
    for other in (["--json"], ["--explain", "evenness"]):
        refused = coach("review", FIRST, "--html", tmp_path / "other.html", *other)
        assert refused.exit_code == 2
    assert not (tmp_path / "other.html").exists()


def test_the_season_is_text_json_and_page(coach, tmp_path):
    """Of all runs; of none it says so. What is of one run does not go with it."""
    assert "0 runs" in coach("review", "--season", "--since", "4w").stdout
    assert json.loads(coach("review", "--season", "--load", "srpe", "--json").stdout)["runs"] == 0
    page = tmp_path / "season.html"
    assert coach("review", "--season", "--html", page).exit_code == 0
    assert "Nothing was run in these weeks." in page.read_text(encoding="utf-8")
    for words in (
        ["--season", "last", "--workout", "demo"],
        ["--season", FIRST],
        ["--since", "4w"],
        ["--load", "trimp"],
    ):
        assert coach("review", *words).exit_code == 2
