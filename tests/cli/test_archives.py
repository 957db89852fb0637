"""Files in archives and on standard input, wherever a recording or a workout may be named."""

import gzip
import io
import json
import zipfile

import pytest

RUN = "time_s,speed_mps,distance_m\n" + "".join(f"{second},3,{second * 3}\n" for second in range(61))
ZWO = (
    "<workout_file><name>It</name><sportType>run</sportType><durationType>time</durationType>"
    '<workout><SteadyState Duration="60" Power="1" pace="1"/></workout></workout_file>'
)


def zipped(**files):
    """A zip of these files, by the first part of their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
    return packed.getvalue()


def end_of(result):
    """The last event of a replay."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "data", [RUN.encode(), gzip.compress(RUN.encode()), zipped(run=RUN)], ids=["plain", "gzip", "zip"]
)
def test_replay_reads_standard_input(coach, data):
    """A piped recording, compressed or not, is replayed to its end and distance."""
    end = end_of(coach("replay", "-", "--speed", "max", "--json", stdin=data))

    assert (end["time_s"], end["distance_m"]) == (60.0, 180.0)


@pytest.mark.parametrize("name", ["run.csv.gz", "run", "run.fit"])
def test_an_archive_is_known_by_what_it_holds(coach, tmp_path, name):
    """An archive is opened whatever it is called, and is the same run as the file in it."""
    packed, plain = tmp_path / name, tmp_path / "plain.csv"
    plain.write_text(RUN)

    for data in (gzip.compress(RUN.encode()), zipped(run=RUN)):
        packed.write_bytes(data)
        replayed = coach("replay", packed, "--speed", "max", "--json")
        assert replayed.stdout == coach("replay", plain, "--speed", "max", "--json").stdout


def test_explain_reads_standard_input(coach):
    """A moment of what is piped in is explained."""
    explained = coach("explain", "-", "--at", "30", stdin=RUN)

    assert explained.exit_code == 0
    assert "90 m done" in explained.stdout


@pytest.mark.parametrize("data", [ZWO.encode(), gzip.compress(ZWO.encode())], ids=["plain", "gzip"])
def test_workouts_are_read_from_standard_input(coach, data):
    """A workout that is piped in is checked, shown and imported."""
    for command in ("check", "show"):
        result = coach("workout", command, "-", stdin=data)
        assert result.exit_code == 0
        assert "about 1 min" in result.stdout or "1:00" in result.stdout
    assert json.loads(coach("workout", "import", "-", stdin=data).stdout)["name"] == "It"


def test_a_workout_from_standard_input_is_coached(coach, tmp_path):
    """A recording in a file is coached by a workout that is piped in; a file is never taken from standard input."""
    run = tmp_path / "run.csv"
    run.write_text(RUN)

    minute = ZWO.replace('Power="1" pace="1"', "")
    end = end_of(coach("replay", run, "--workout", "-", "--speed", "max", "--json", stdin=minute))
    assert (end["completed"], end["time_s"]) == (True, 60.0)
    assert end_of(coach("replay", run, "--speed", "max", "--json", stdin=ZWO))["completed"] is False


@pytest.mark.parametrize("words", [("replay", "-"), ("workout", "check", "-"), ("workout", "import", "-")])
def test_nothing_on_standard_input_is_said(coach, words):
    """An empty pipe is a bad file, said in a sentence with what to do."""
    result = coach(*words, stdin=b"")

    assert result.exit_code == 3
    assert "standard input is empty" in result.stderr
    assert "Pipe the" in result.stderr


def test_too_much_on_standard_input_is_refused(coach):
    """A workout of more than a megabyte is not read to its end."""
    result = coach("workout", "check", "-", stdin=b" " * ((1 << 20) + 1))

    assert result.exit_code == 3
    assert "standard input is too large for a workout: the limit is 1 MB" in result.stderr


def test_several_activities_are_named(coach, tmp_path):
    """A zip of two runs names both."""
    (tmp_path / "two.zip").write_bytes(zipped(monday=RUN, tuesday=RUN))
    result = coach("replay", tmp_path / "two.zip", "--json")

    assert result.exit_code == 3
    assert "two.zip holds 2 files: monday.csv, tuesday.csv" in result.stderr


def test_a_cut_archive_is_replayed_to_the_cut(coach):
    """The part that could be decompressed is replayed, and the damage is reported."""
    text = "time_s,speed_mps\n" + "".join(f"{n},{2 + n * 7919 % 1009 / 1000}\n" for n in range(3000))
    packed = gzip.compress(text.encode())
    result = coach("replay", "-", "--speed", "max", "--json", stdin=packed[: len(packed) // 2])

    assert 1000 < end_of(result)["time_s"] < 2500
    assert "Note: The archive is cut short or damaged; everything before was read." in result.stderr
