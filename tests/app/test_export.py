"""Recorded runs are written for other programs, and read again without a difference."""

import json
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import fitdecode
import pytest
from click.testing import CliRunner

from coach.app.playback import RecordingRequest
from coach.app.reviews import ReviewedRun, RunEndings, export_file_name, export_run, review_run
from coach.app.terminal import SILENT
from coach.cli.group import root
from coach.cues.cue import CueKind
from coach.edge.files import runner_paths
from coach.interchange.recordings.activity import ActivityFormat
from coach.live.contract import Closed, Input, Opened
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.recording.codec import Header, encode_header, encode_input
from coach.recording.lines import sign
from coach.session.phases import Button, Origin, Pressed, TimingGate
from coach.signals.readings import Reported, Source
from tests.golden.journals import JOURNALS, GoldenJournal

TOTALS = {
    "broken_bad_crc.fit": (5.71, 13.0, 14, 1, 2, 0),
    "broken_truncated.fit": (5.71, 13.0, 14, 1, 2, 0),
    "hr_only_wrist_gaps.fit": (3618.9, 1242.0, 1243, 1, 2, 0),
    "intervals_11x80s_1hz.gpx": (2816.86, 1246.0, 1247, 1, 2, 0),
    "intervals_fenix6x_stryd_4xhalfmile.fit": (5533.13, 1586.0, 1587, 7, 2, 0),
    "long_fenix5x_stryd_7pauses.fit": (18656.36, 6598.0, 6607, 1, 18, 0),
    "outdoor_stryd_speed_source.fit": (12240.96, 4735.0, 4736, 1, 2, 9341),
    "run_walk_intervals_rundouble.csv": (4333.27, 1887.0, 1888, 1, 2, 0),
    "short_run_vivoactive3.fit": (2030.34, 706.0, 707, 1, 2, 0),
    "steady_11km_sparse.tcx": (11035.92, 4313.0, 4317, 1, 8, 0),
    "steady_fenix2.fit": (9005.38, 2833.0, 2834, 1, 2, 0),
    "steady_fenix6x_stryd_3pauses.fit": (7074.77, 2294.0, 2298, 1, 8, 0),
    "stryd_app_pod_and_gps_speed.fit": (6567.0, 3423.0, 3424, 1, 2, 0),
    "stryd_only_1km.fit": (1038.0, 398.0, 399, 1, 2, 0),
    "stryd_only_field_lap.fit": (543.0, 220.0, 221, 1, 2, 0),
    "stryd_only_up_and_down.fit": (363.0, 114.0, 115, 1, 2, 0),
    "track_12x400m_1hz.gpx": (6539.71, 2328.0, 2329, 1, 2, 0),
    "track_7x1km_1hz.gpx": (8309.46, 2242.0, 2243, 1, 2, 0),
    "treadmill_stryd_280s_hole.fit": (10630.37, 3097.0, 3101, 1, 8, 3548),
    "workout_10x10s_strides_smartrec.fit": (10016.4, 3070.0, 3071, 22, 2, 0),
    "workout_10x400m_90s_smartrec.fit": (5170.93, 1994.0, 1997, 20, 6, 0),
    "workout_9x2min_pace_target_smartrec.fit": (9525.49, 3360.0, 3361, 20, 2, 0),
}
"""Metres and running time of the session, and how many records, laps, timer events and beats there are."""
NEAR_M = {"workout_10x10s_strides_smartrec.fit": 25.0, "workout_9x2min_pace_target_smartrec.fit": 20.0,
          "workout_10x400m_90s_smartrec.fit": 20.0, "steady_11km_sparse.tcx": 4.0,
          "steady_fenix2.fit": 4.0}  # fmt: skip
"""How far the sum of the steps may lie off where samples come 3 to 9 s apart: reps of 10 s begin between two.

The last second of two others has no distance: what the pace says of it is in the sum, and not in the file.
"""


def reviewed(path: Path | str, **named: str) -> ReviewedRun:
    """Return a recording with its fold."""
    return review_run(RecordingRequest(str(path), **named), SILENT)  # type: ignore[arg-type]


@cache
def public(path: Path) -> ReviewedRun:
    """Return a public recording, folded once for all tests."""
    return reviewed(path)


def counted(data: bytes) -> tuple[float, float, int, int, int, int]:
    """Return the contents of a FIT file, as fitdecode reads it with its checksums enforced."""
    counts: Counter[str] = Counter()
    session: dict[str, Any] = {}
    beats = 0
    with fitdecode.FitReader(
        data, check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as reader:
        for frame in reader:
            if not isinstance(frame, fitdecode.FitDataMessage):
                continue
            counts[frame.name] += 1
            if frame.name == "session":
                session = {item.name: item.value for item in frame.fields}
            if frame.name == "hrv":
                times = frame.get_value("time")
                beats += len(times) if isinstance(times, tuple) else 1
    records = counts["record"], counts["lap"], counts["event"], beats
    return session["total_distance"], session["total_timer_time"], *records


@pytest.mark.parametrize("name", TOTALS)
def test_a_public_recording_as_fit(name: str, recordings: Path, tmp_path: Path) -> None:
    """Its totals are plausible, and the file replays to its distance and its time."""
    run = public(recordings / name)
    data = export_run(run, ActivityFormat.FIT)
    assert counted(data) == TOTALS[name]
    (tmp_path / "x.fit").write_bytes(data)
    again = reviewed(tmp_path / "x.fit")
    assert again.summary.distance == pytest.approx(run.summary.distance, abs=NEAR_M.get(name, 1.0))
    assert again.summary.time_s == pytest.approx(run.summary.time_s, abs=1.0)
    assert len(again.trace.pauses) == len(run.trace.pauses)


@pytest.mark.parametrize("name", ["steady_11km_sparse.tcx", "workout_10x400m_90s_smartrec.fit", "track_7x1km_1hz.gpx",
                                  "treadmill_stryd_280s_hole.fit", "stryd_only_1km.fit"])  # fmt: skip
def test_a_public_recording_as_tcx(name: str, recordings: Path, tmp_path: Path) -> None:
    """The file replays to the distance that was measured, and to the running time."""
    run = public(recordings / name)
    (tmp_path / "x.tcx").write_bytes(export_run(run, ActivityFormat.TCX))
    again = reviewed(tmp_path / "x.tcx")
    assert run.trace.distance is not None
    assert again.summary.distance == pytest.approx(run.trace.distance, abs=12.0)
    assert again.summary.time_s == pytest.approx(run.summary.time_s, abs=2.0)


@pytest.mark.parametrize(
    "name",
    [
        "hr_only_wrist_gaps.fit",
        "stryd_only_1km.fit",
        "steady_fenix6x_stryd_3pauses.fit",
        "track_12x400m_1hz.gpx",
        "workout_10x400m_90s_smartrec.fit",
        "workout_9x2min_pace_target_smartrec.fit",
    ],
)
def test_a_public_recording_as_csv_says_the_same(name: str, recordings: Path, tmp_path: Path) -> None:
    """Every cue of a recording comes again from its stream, at the same time and in the same words."""
    run = public(recordings / name)
    (tmp_path / "x.csv").write_bytes(export_run(run, ActivityFormat.CSV))
    named: dict[str, str] = {}
    if run.document is not None:
        (tmp_path / "w.json").write_text(json.dumps(run.document), encoding="utf-8")
        named["workout"] = str(tmp_path / "w.json")
    again = reviewed(tmp_path / "x.csv", **named)
    assert list(again.trace.cues) == list(run.trace.cues)


@pytest.mark.parametrize("golden", JOURNALS, ids=lambda golden: golden.name)
def test_a_journal_goes_out_in_every_format(golden: GoldenJournal) -> None:
    """Every recording can be written; the FIT file has the running time and the metres of the run."""
    run = reviewed(golden.folder)
    metres, time_s, records, laps, _, _ = counted(export_run(run, ActivityFormat.FIT))
    assert time_s == pytest.approx(run.summary.time_s, abs=0.001)
    assert metres == pytest.approx(run.trace.distance or run.summary.distance, abs=0.01)
    assert records >= (run.summary.time_s or 0.0) - 1 - sum(
        until - since for since, until in run.trace.pauses
    )
    assert laps >= len([row for row in run.summary.rows if row.time_s > 0 and not row.step.question])
    assert export_run(run, ActivityFormat.TCX).startswith(b"<?xml")
    assert export_run(run, ActivityFormat.CSV).startswith(b"time_s,")
    assert json.loads(export_run(run, ActivityFormat.JSON))["run"] == run.summary.run


def test_an_undated_run_says_so(recordings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that needs a date gets 2000-01-01, and the command says so; another has none."""
    from coach.cli.shared import CONSOLE

    run = reviewed(recordings / "run_walk_intervals_rundouble.csv")
    export_run(run, ActivityFormat.JSON, CONSOLE)
    assert capsys.readouterr().err == ""
    export_run(run, ActivityFormat.FIT, CONSOLE)
    assert "2000-01-01" in capsys.readouterr().err


# --- the command


def coach(*words: str) -> Any:
    """A command, typed."""
    return CliRunner().invoke(root, list(words))


def a_run(golden: GoldenJournal) -> str:
    """A journal among the runner's runs; its id."""
    run = golden.journal.header.run
    shutil.copytree(golden.folder, runner_paths().runs / run)
    return run


LISTED = [golden for golden in JOURNALS if golden.manifest.exists()]


def test_a_run_is_written_where_it_is_told(tmp_path: Path) -> None:
    """To a file, into a folder under its day and id, or to stdout; nothing is overwritten."""
    run = a_run(LISTED[0])
    assert coach("export", "last", "--to", "json", "--out", str(tmp_path / "x.json")).exit_code == 0
    again = coach("export", "last", "--to", "json", "--out", str(tmp_path / "x.json"))
    assert again.exit_code == 1
    assert "is there already" in again.stderr
    assert coach("export", "last", "--to", "fit", "--out", str(tmp_path)).exit_code == 0
    name = export_file_name(reviewed(runner_paths().runs / run), ActivityFormat.FIT)
    assert name.endswith(f"-{run[-6:]}.fit")
    assert (tmp_path / name).stat().st_size > 500
    printed = coach("export", "last", "--to", "csv")
    assert printed.stdout.startswith("time_s,")


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "fit"),
        ("last", "--all", "--to", "fit", "--out", "x"),
        ("--all", "--to", "fit"),
        ("last", "--to", "fit", "--since", "2026-05-31"),
        ("--all", "--to", "fit", "--out", "x", "--since", "May"),
    ],
)
def test_words_that_do_not_go_together(words: tuple[str, ...]) -> None:
    """Options that contradict each other are a usage error."""
    assert coach("export", *words).exit_code == 2


def test_every_run_is_written_once(tmp_path: Path) -> None:
    """All runs are written to a folder; a second time the files stay; --since leaves older runs out."""
    runs = [a_run(golden) for golden in LISTED]
    folder = tmp_path / "out"
    first = coach("export", "--all", "--to", "tcx", "--out", str(folder))
    assert first.exit_code == 0, first.output
    assert len(first.stdout.splitlines()) == len(runs) == len(list(folder.iterdir()))
    written = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = coach("export", "--all", "--to", "tcx", "--out", str(folder), "--json")
    assert {json.loads(line)["id"] for line in again.stdout.splitlines()} == set(runs)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == written
    none = coach("export", "--all", "--to", "tcx", "--out", str(folder), "--since", "2099-01-01")
    assert none.exit_code == 0
    assert "no run since 2099-01-01" in none.stderr


def test_runs_that_end_alike_are_two_runs(tmp_path: Path) -> None:
    """Each gets a file with as many letters of its ID as tell the runs apart."""
    first, other = a_run(LISTED[0]), a_run(LISTED[1])
    twin = other[:-6] + first[-6:]
    (runner_paths().runs / other).rename(runner_paths().runs / twin)
    ambiguous = tmp_path / f"2026-05-12-{first[-6:]}.csv"
    ambiguous.write_bytes(b"of one of the two")
    result = coach("export", "--all", "--to", "csv", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    names = sorted(path.stem.rpartition("-")[2] for path in tmp_path.iterdir() if path != ambiguous)
    assert len(names) == len({first, twin}) == len(result.stdout.splitlines())
    assert all(any(run.endswith(name) for run in (first, twin)) and len(name) > 6 for name in names)
    assert ambiguous.read_bytes() == b"of one of the two"
    endings = RunEndings([first, twin])
    assert [endings.run_of(Path(f"{name}.csv")) for name in (first[-6:], first, "x")] == [None, first, None]


def test_simulated_runs_are_not_written_with_all_the_others(tmp_path: Path) -> None:
    """Simulated runs are left out of --all; each can be written by its name."""
    real, made = a_run(LISTED[0]), a_run(LISTED[1])
    path = runner_paths().runs / made / "recording.jsonl"
    first, _, rest = path.read_bytes().partition(b"\n")
    tree = json.loads(first[:-9]) | {"sensors": "sim"}
    path.write_bytes(sign(json.dumps(tree, separators=(",", ":")).encode()) + rest)
    manifest = json.loads((path.parent / "manifest.json").read_text())
    manifest["header"] = path.read_bytes().partition(b"\n")[0].decode()
    (path.parent / "manifest.json").write_text(json.dumps(manifest))
    result = coach("export", "--all", "--to", "csv", "--out", str(tmp_path), "--json")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [real]
    assert "1 simulated run is left out" in result.stderr
    assert coach("export", made, "--to", "csv").exit_code == 0


def test_a_run_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    """An unreadable run is named with its reason, the others are written, and the exit code is 1."""
    runs = [a_run(golden) for golden in LISTED[:2]]
    (runner_paths().runs / runs[0] / "recording.jsonl").write_bytes(b"nothing")
    result = coach("export", "--all", "--to", "csv", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert f"Run {runs[0]} was left out" in result.stderr
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize("to", ["fit", "tcx", "csv", "json"])
def test_a_dash_is_standard_output(
    to: str, recordings: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`--out -` writes to stdout, and prints what a run without `--out` prints."""
    monkeypatch.chdir(tmp_path)
    source = str(recordings / "stryd_only_1km.fit")
    dashed, plain_run = coach("export", source, "--to", to, "--out", "-"), coach("export", source, "--to", to)
    assert dashed.exit_code == 0
    assert dashed.stdout_bytes == plain_run.stdout_bytes != b""
    assert not list(tmp_path.iterdir())


def test_a_redacted_run_goes_to_stdout_or_a_folder(
    recordings: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A dash is stdout; in a folder the run is a journal; a name that no reader opens is refused."""
    monkeypatch.chdir(tmp_path)
    source = str(recordings / "stryd_only_1km.fit")
    dashed = coach("redact", source, "--out", "-")
    assert dashed.stdout.startswith('{"format":"coach-journal/1"')
    assert coach("redact", source, "--out", "run.csv").exit_code == 2
    assert not list(tmp_path.iterdir())
    assert coach("redact", source, "--out", ".").exit_code == 0
    assert (tmp_path / "redacted.jsonl").read_bytes() == dashed.stdout_bytes


def test_since_wants_a_day_of_the_calendar() -> None:
    """A month 13 is an error with its fix, and not a day without runs."""
    refused = coach("export", "--all", "--to", "fit", "--out", "x", "--since", "2026-13-45")
    assert refused.exit_code == 2
    assert "write it as 2026-09-01, today, 10d or 4w" in refused.stderr
    assert coach("export", "--all", "--to", "fit", "--out", "x", "--since", "4w").exit_code == 0


def test_a_run_without_a_date_has_none_in_its_name(recordings: Path) -> None:
    """The file says 2000-01-01; its name has no date."""
    run = reviewed(recordings / "run_walk_intervals_rundouble.csv")
    assert export_file_name(run, ActivityFormat.FIT) == f"{run.summary.run[-6:]}.fit"


def test_a_simulated_track_run_says_the_same_from_its_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop at the end of a rep keeps its metres: a few centimetres would move lines and cues."""
    monkeypatch.chdir(tmp_path)
    workout = "2x400 @ 4:30/km / 90s stand"
    assert coach("simulate", workout, "--seed", "5", "--out", "run.jsonl").exit_code == 0
    assert coach("export", "run.jsonl", "--to", "csv", "--out", "run.csv").exit_code == 0
    run, again = reviewed("run.jsonl"), reviewed("run.csv", workout=workout)
    kinds = {CueKind.STEP, CueKind.SPLIT, CueKind.COUNTDOWN}
    said, said_again = (
        [(round(cue.at, 3), cue.text) for cue in each.trace.cues if cue.kind in kinds]
        for each in (run, again)
    )
    assert len(said) > 10
    assert said_again == said


def test_a_mark_stands_where_it_was_made_and_a_stranger_at_a_gate_nowhere(tmp_path: Path) -> None:
    """A late mark of a phone has its own time, a gate counts, and a stranger at a gate does not."""
    work = {"kind": "work", "until": {"distance": "800 m"}, "target": {"pace": "4:10/km"}}
    rest = {"kind": "recovery", "until": {"time": "1:00"}}
    workout = {
        "format": "coach-workout/1",
        "name": "Laps",
        "context": {"surface": "track", "lap_m": 400, "lane": 1},
        "sections": [{"name": "Main", "steps": [work, rest]}],
    }
    line = TimingGate("line")
    presses: list[Input] = [
        Pressed(Seconds(53.0), Button.MARK, Origin.PHONE, pressed_at=Seconds(50.2)),
        Pressed(Seconds(70.0), Button.MARK, Origin.GATE, pressed_at=Seconds(69.9), gate=line),
        Pressed(Seconds(100.6), Button.MARK, Origin.GATE, pressed_at=Seconds(100.4), gate=line),
    ]
    samples: list[Input] = [
        Reported(Seconds(at), Source.POD, Seconds(1.0), MetresPerSecond(4.0), Metres(4.0 * at))
        for at in range(150)
    ]
    inputs: list[Input] = [
        Opened(Seconds(0.0)),
        *sorted([*samples, *presses], key=lambda event: event.at),
        Closed(Seconds(150.0)),
    ]
    header = Header("01X", "0.1.0", workout, None)
    (tmp_path / "late.jsonl").write_bytes(encode_header(header) + b"".join(map(encode_input, inputs)))
    rows = export_run(reviewed(tmp_path / "late.jsonl"), ActivityFormat.CSV).decode().splitlines()
    names = rows[0].split(",")
    cells = [dict(zip(names, row.split(","), strict=True)) for row in rows[1:]]
    assert [row["time_s"] for row in cells if row["mark"]] == ["50.2", "100.4"]
    times = [float(row["time_s"]) for row in cells]
    assert times == sorted(times)
