"""Tables of mornings from other programs: whatever their separators, dates and units, and never in silence."""

import itertools
import tracemalloc
from datetime import date, timedelta

import pytest

from coach.interchange.mornings import LONGEST_LINE, read_mornings, text_lines
from coach.problems import RecordingProblem

TODAY = date(2026, 11, 30)


def table(text, encoding="utf-8", day=None):
    """Read a table from its bytes, in pieces of 7 bytes."""
    data = text.encode(encoding)
    pieces = (data[at : at + 7] for at in range(0, len(data), 7))
    return read_mornings(text_lines(pieces, name="hrv.csv"), name="hrv.csv", today=TODAY, day=day)


def values(read):
    """Day of the month and RMSSD of each morning."""
    return {
        each.day.isoformat(): each.ln_rmssd and round(2.718281828459045**each.ln_rmssd, 1)
        for each in read.mornings
    }


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("date,rmssd\n2026-11-01,45.5\n2026-11-02,47\n", "RMSSD in ms = rmssd"),
        ("\ufeffdate,rmssd\r\n2026-11-01,45.5\r\n2026-11-02,47\r\n", "RMSSD in ms = rmssd"),
        ("Datum;rMSSD (ms)\n01.11.2026;45,5\n02.11.2026;47,0\n", "date (day-month-year) = Datum"),
        ("day\trMSSD\n2026/11/01 06:40\t45.5\n2026/11/02 06:41\t47\n", "parted by a tab"),
        ('date,rmssd\n2026-11-01,"45,5"\n2026-11-02,"47,0"\n', "parted by a comma"),
        ("2026-11-01,45.5\n2026-11-02,47\n", "There is no head"),
        ("date,lnrmssd\n2026-11-01,3.81771\n2026-11-02,3.850148\n", "ln RMSSD = lnrmssd"),
        ("date,rmssd\n2026-11-01,3.81771\n2026-11-02,3.850148\n", "not RMSSD in ms: read as its logarithm"),
        ("date,lnrmssd\n2026-11-01,45.5\n2026-11-02,47\n", "not logarithms: read as RMSSD in ms"),
        ("date,rmssd\n2026-11-01,0.0455\n2026-11-02,0.047\n", "read as seconds"),
        ("sep=;\ndate;HRV;SDNN\n2026-11-01;45.5;80\n2026-11-02;47;82\n", "RMSSD in ms = HRV"),
        ("date,score,My Morning rMSSD\n20261101,7,45.5\n20261102,8,47\n", "RMSSD in ms = My Morning rMSSD"),
        ("11/01/2026,45.5\n11/02/2026,47\n11/29/2026,\n", "month-day-year"),
        (
            "11/1/26,45.5\n11/2/26,47\n",
            "No date tells whether the day or the month stands first: month-day-year",
        ),
        (
            '# note\nDate,Overnight HRV\n1 Nov 2026,45.5ms\n"November 2, 2026",47ms\n',
            "RMSSD in ms = Overnight HRV",
        ),
        (
            (
                "Cycle start time,Resting heart rate (bpm),Heart rate variability (ms)\n"
                "2026-11-01 23:10:00,48,45.5\n2026-11-02 23:20:00,47,47\n"
            ),
            "RMSSD in ms = Heart rate variability (ms)",
        ),
        ("timestamp,rmssd\n1793514000,45.5\n1793600400000,47\n", "RMSSD in ms = rmssd"),
        (
            (
                "Date Time Start,HRV,lnRmssd,Rmssd\n"
                "2026-11-01 06:00:00,62,3.81771,45.5\n2026-11-02 06:00:00,63,3.850148,47\n"
            ),
            "ln RMSSD = lnRmssd",
        ),
        ("1/11/2026,45.5\n2/11/2026,47\n", "stands first: day-month-year"),
    ],
)
def test_a_table_is_read_and_says_how(text, guess):
    """Two mornings, whatever they were written with; the guess is among the sentences."""
    read = table(text)
    assert values(read) == {"2026-11-01": 45.5, "2026-11-02": 47.0}
    assert any(guess in said for said in read.guesses), read.guesses


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_other_encodings_are_read(encoding):
    """UTF-16 with its mark, as Excel writes it, and Latin-1 with an umlaut in the head."""
    read = table("Datum;RMSSD;Gefühl\n01.11.2026;45,5;gut\n02.11.2026;47;schön\n", encoding)
    assert values(read) == {"2026-11-01": 45.5, "2026-11-02": 47.0}


def test_resting_heart_rate_time_and_posture_are_taken():
    """What the columns say beside HRV."""
    read = table("date,time,hr,posture\n2026-11-01,06:41,48,supine\n2026-11-02,11:59 pm,49,\n")
    first, second = read.mornings
    assert (first.minute, first.resting_bpm, first.posture) == (401, 48.0, "lying")
    assert (second.day, second.minute, second.posture) == (date(2026, 11, 2), 1439, "")


@pytest.mark.parametrize("factor", [1.0, 0.001])
def test_intervals_between_beats_in_ms_or_seconds(factor):
    """In one cell, or one a row; always given in ms."""
    beats = [800, 812, 798, 805]
    texts = [f"{each * factor:g}" for each in beats]
    in_a_cell = table(f"date,rr\n2026-11-01,{' '.join(texts)}\n")
    in_rows = table(
        "timestamp;rr_ms\n" + "".join(f"2026-11-01 06:40:0{at};{each}\n" for at, each in enumerate(texts))
    )

    assert list(in_a_cell.mornings[0].intervals_ms) == pytest.approx(beats)
    assert list(in_rows.mornings[0].intervals_ms) == pytest.approx(beats)
    assert in_rows.unit == "rr"


def test_a_file_of_intervals_alone_is_of_the_morning_that_is_said(at_rest):
    """`rr_rest.txt`, one a line: all of one date."""
    read = table("".join(f"{each:g}\n" for each in at_rest), day=date(2026, 11, 28))
    assert [(each.day, list(each.intervals_ms)) for each in read.mornings] == [(date(2026, 11, 28), at_rest)]
    assert any("without a date" in said for said in read.guesses)


def test_dates_that_come_twice_count_once_and_are_said():
    """The earliest of a day where the time is known, else the first row."""
    read = table("date,rmssd\n2026-11-01,45\n2026-11-01,60\n2026-11-02,47\n2026-11-02,47\n")
    assert values(read) == {"2026-11-01": 45.0, "2026-11-02": 47.0}
    assert "2 rows of a date that was there already" in read.left_out
    assert "1 date came more than once with other values: the first of a day counts" in read.left_out
    timed = table("date,rmssd\n2026-11-01 22:10,60\n2026-11-01 06:40,45\n")
    assert values(timed) == {"2026-11-01": 45.0}


def test_logarithms_among_milliseconds_are_noticed():
    """One 3.8 in a column of 45 is a logarithm, and left out rather than taken for 4 ms."""
    read = table("date,rmssd\n2026-11-01,45\n2026-11-02,3.8\n2026-11-03,47\n2026-11-04,900\n")
    assert values(read) == {"2026-11-01": 45.0, "2026-11-03": 47.0}
    assert any("looks like a logarithm" in said for said in read.left_out)
    assert any("an HRV no heart has, such as 900" in said for said in read.left_out)


def test_gaps_empty_cells_and_dates_to_come_are_left_out_and_counted():
    """Ten years with gaps: only mornings with a value on a day that was."""
    read = table(
        "date,rmssd,hr\n2016-11-01,45,50\n\n2019-02-30,45,50\n2026-11-02,,\nyesterday,40,50\n2030-01-01,45,50\n,,\n"
    )
    assert [each.day for each in read.mornings] == [date(2016, 11, 1)]
    assert sorted(read.left_out) == [
        "1 row without a value",
        "2 dates that cannot be or are to come",
        "2 rows without a date",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("date,sdnn\n2026-11-01,80\n", "'sdnn' is not RMSSD, and is never read as it"),
        ("name,rmssd\nAnna,45\n", "has no column of dates"),
        ("date,rmssd\n", "no morning that can be used: 0 rows"),
        ("date,rmssd\n2026-11-01,n/a\n", "no morning that can be used: 1 row, 1 without a value"),
        ("800\n812\n", "has intervals between beats and no date"),
        ("\n\n", "has no rows"),
    ],
)
def test_what_is_no_table_of_mornings_says_why(text, reason):
    """The columns that are there are named, and what was looked for."""
    with pytest.raises(RecordingProblem, match=reason):
        table(text)


def test_bytes_that_are_no_text_and_lines_without_end_are_refused():
    """A picture, and a megabyte without a line end."""
    for data, reason in (
        (b"\x89PNG\0\0", "not text"),
        (b"a" * (LONGEST_LINE + 9), "a line is longer than 1 MB"),
    ):
        with pytest.raises(RecordingProblem, match=reason):
            list(text_lines([data], name="hrv.csv"))


def test_a_large_table_is_never_held():
    """Of 12,000 rows of intervals in pieces, what is held stays under a megabyte: a gigabyte is read the same way."""
    piece = "".join(
        f"2026-11-{day:02d} 06:40,{750 + beat % 50}\n" for day in range(1, 21) for beat in range(20)
    )
    tracemalloc.start()
    lines = text_lines((head for head in (b"date,rr\n", *([piece.encode()] * 30))), name="hrv.csv")
    read = read_mornings(lines, name="hrv.csv", today=TODAY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(read.mornings) == 20
    assert read.rows == 12_000
    assert peak < 2_000_000


def peak_of(lines):
    """The most memory that reading these lines takes, beside the table that is read."""
    tracemalloc.start()
    read = read_mornings(lines, name="hrv.csv", today=TODAY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return read, peak


def test_long_rows_of_intervals_are_never_held_either():
    """Dates whose first row is short and whose next has a hundred thousand intervals: five minutes of each are kept."""
    long = " ".join(["1000"] * 100_000)
    rows = (row for day in range(1, 21) for row in (f"2026-11-{day:02d},900", f"2026-11-{day:02d},{long}"))
    read, peak = peak_of(itertools.chain(["date,rr"], rows))
    assert [len(each.intervals_ms) for each in read.mornings] == [1000] * 20
    assert peak < 2 << 20, "all of them would be 16 MB and more"


def test_impossible_values_are_one_sentence_however_many_they_are():
    """The first stands for all of them: ten years of them filled the terminal."""
    first = date(2016, 11, 1)
    rows = [
        f"{first + timedelta(days=each)},{45 if each < 3000 else 5000 + each},{each}" for each in range(3650)
    ]
    read = table("\n".join(["date,rmssd,resting_hr", *rows]))
    assert [each for each in read.left_out if "no heart has" in each] == [
        "3544 dates with a resting heart rate no heart has, such as 0",
        "650 dates with an HRV no heart has, such as 8000",
    ]


def test_decimal_commas_between_commas_are_never_cut():
    """`3,81` among commas would be read as 3 and the resting heart rate as 81: such rows are left out and counted."""
    head = "date,lnrmssd,resting_hr\n"
    with pytest.raises(RecordingProblem, match="more cells than the head"):
        table(head + "".join(f"2026-11-{day:02d},3,8{day % 10},49\n" for day in range(1, 20)))

    read = table(head + "2026-11-01,3.81,49\n2026-11-02,3,82,50\n2026-11-03,3.83,51,\n")
    assert [each.resting_bpm for each in read.mornings] == [49.0, 51.0]
    assert read.left_out == ("1 row with more cells than the head, as a decimal comma makes them",)
    with pytest.raises(RecordingProblem, match="all whole, such as 3"):
        table("".join(f"2026-11-{day:02d},3,8{day % 10}\n" for day in range(1, 20)))


def test_a_note_with_commas_behind_the_last_column_costs_no_row():
    """Words that spill over move nothing."""
    read = table("date,rmssd,note\n2026-11-01,45.5,late, beer, 2 of them\n2026-11-02,47,good\n")
    assert values(read) == {"2026-11-01": 45.5, "2026-11-02": 47.0}
    assert "Not read: 'note'." in read.guesses


@pytest.mark.parametrize("evening", ["7:05 PM", "7:05pm", "7:05 p.m.", "7:05:30 P.M.", "7:05 p. m.", "19:05"])
def test_a_morning_comes_before_an_evening_however_it_is_written(evening):
    """Of two of a date the earlier one counts."""
    read = table(f"date,time,rmssd\n2026-11-01,{evening},40\n2026-11-01,8:05 a.m.,45.5\n")
    assert values(read) == {"2026-11-01": 45.5}


def test_values_that_are_not_taken_are_counted_beside_those_that_are():
    """A resting heart rate no heart has; a row without the logarithm that the others have."""
    read = table("date,rmssd,lnrmssd,resting_hr\n2026-11-01,45,3.81,300\n2026-11-02,46,,49\n")
    assert [(each.ln_rmssd, each.resting_bpm) for each in read.mornings] == [(3.81, None), (None, 49.0)]
    assert any("a resting heart rate no heart has, such as 300" in said for said in read.left_out)
    assert any("without its logarithm" in said for said in read.left_out)


@pytest.mark.parametrize(
    ("written", "is_said"),
    [("1793514000", True), ("2026-11-01T17:30:00Z", True), ("2026-11-01 06:30:00+13:00", True),
     ("01-11-2026", False), ("2026-11-01 06:30:00", False)],
)  # fmt: skip
def test_a_date_with_a_zone_says_whose_date_it_is(written, is_said):
    """In Auckland a morning is of the day before in UTC."""
    read = table(f"date,rmssd\n{written},45.5\n")
    assert ("Times with a zone" in " ".join(read.guesses)) is is_said


@pytest.mark.parametrize(
    ("row", "is_seconds"), [("0,81{}", True), ("0.81{}", True), ("81{}", False), ("81{},5", False)]
)
def test_a_file_of_intervals_says_whether_it_is_of_seconds(row, is_seconds):
    """With a decimal comma too."""
    read = table("".join(row.format(at % 10) + "\n" for at in range(90)), day=date(2026, 11, 1))
    assert len(read.mornings[0].intervals_ms) == 90
    assert 810 <= min(read.mornings[0].intervals_ms) <= max(read.mornings[0].intervals_ms) < 820
    assert any("read as seconds" in said for said in read.guesses) is is_seconds


@pytest.mark.parametrize(
    "head",
    [
        "Date;Heure;VFC;FC repos",
        "Data;Ora;VFC (ms);FC a riposo",
        "Datum;Uhrzeit;rMSSD;Ruhepuls",
        "Dato;Tid;HRV;Hvilepuls",
    ],
)
def test_heads_of_other_languages_are_known(head):
    """Date, time, HRV and resting heart rate."""
    (morning,) = table(f"{head}\n28.11.2026;06h30;45,2;49\n").mornings
    assert (morning.day, morning.minute, morning.resting_bpm) == (date(2026, 11, 28), 390, 49.0)


@pytest.mark.parametrize(
    ("head", "usual", "nothing", "rmssd"),
    [
        ("rmssd", "45.5", "0", 45.5),
        ("rmssd", "45.5", "-1", 45.5),
        ("rmssd", "0.0455", "0", 45.5),
        ("lnrmssd", "3.81771", "0", 45.5),
        ("lnrmssd", "45.5", "0", 45.5),
    ],
)
def test_zeros_for_mornings_that_were_not_measured_say_nothing_of_the_others(head, usual, nothing, rmssd):
    """Most mornings are 0: the unit is that of the few that are something, and the zeros are left out and counted."""
    rows = [f"2026-11-{day:02d},{usual if day % 5 == 0 else nothing}" for day in range(1, 21)]
    read = table("\n".join([f"date,{head}", *rows]))
    assert set(values(read).values()) == {rmssd}
    assert len(read.mornings) == 4
    assert any(each.startswith("16 dates with an HRV no heart has") for each in read.left_out)


def test_a_date_is_left_out_for_one_reason():
    """What has an impossible value is not counted as without a value, too; one date is no dates."""
    read = table("date,rmssd\n2026-11-01,45\n2026-11-02,47\n2026-11-03,9000\n")
    assert read.left_out == ("1 date with an HRV no heart has, such as 9000",)


def test_decimal_commas_between_commas_say_how_to_mend_them():
    """Where no row is left, the hint is about them and not about columns."""
    with pytest.raises(RecordingProblem, match="as a decimal comma makes them") as problem:
        table("date,rmssd,hr\n2026-11-27,44,5,48\n2026-11-28,45,2,49\n")
    assert "semicolons between the cells" in problem.value.hint


def test_a_file_of_intervals_is_read_as_far_as_it_counts():
    """A night of them, or a gigabyte: after a thousand nothing more is asked for."""
    lines = itertools.chain(["rr"], itertools.repeat("951"))
    read = read_mornings(lines, name="beats.txt", today=TODAY, day=TODAY)
    assert [len(each.intervals_ms) for each in read.mornings] == [1000]


@pytest.mark.parametrize(
    "text", ["date,rr\n2026-11-27,951\n2026-11-28,960\n", "2026-11-27,45\n2026-11-28,47\n"]
)
def test_a_day_for_a_table_with_dates_is_refused(text):
    """The mornings of many days would become one of that day."""
    with pytest.raises(RecordingProblem, match="has dates of its own"):
        table(text, day=date(2026, 11, 20))
