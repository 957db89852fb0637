"""The reference page of the journal is true."""

import json
import re
from pathlib import Path
from typing import Any

from coach.live.contract import Opened
from coach.quantities import Seconds
from coach.recording.codec import FORMAT, READERS, UUIDS, Header, encode_header, encode_input
from coach.signals.readings import Characteristic, Notified, Reported, Source

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "journal.md").read_text(encoding="utf-8")


def _table(heading: str) -> dict[str, str]:
    """The first table below a heading: first cell -> second cell."""
    table = re.search(r"(?:^\|.*\n)+", PAGE.partition(f"\n## {heading}\n")[2], re.MULTILINE)
    assert table is not None
    rows = [line.strip("|").split("|") for line in table[0].splitlines()[2:]]
    return {cells[0].strip().strip("`"): cells[1] for cells in rows}


def test_the_page_has_every_key_of_the_header():
    """The keys of the header, in the order in which they are written."""
    told = json.loads(encode_header(Header("01X", "0.1.0", None, None))[:-10])

    assert list(_table("The header")) == list(told)
    assert f"`{FORMAT}`" in PAGE


def test_the_page_has_every_kind_of_input():
    """The kinds of inputs, and the keys of the two that carry measurements."""
    rows = _table("Inputs")
    values: dict[str, Any] = dict.fromkeys(("speed", "distance", "cadence", "heart_rate", "power"), 1.0)
    reported = Reported(
        Seconds(1),
        Source.POD,
        Seconds(2),
        rr_s=(Seconds(1),),
        metrics=(("smo2_percent", 60.0),),
        place=(1.0, 2.0),
        **values,
    )
    notified = Notified(Seconds(1), Source.POD, Characteristic.BATTERY_LEVEL, b"", Seconds(2), Seconds(3))

    assert list(rows) == sorted(READERS, key=list(rows).index)
    for kind, event in (("reported", reported), ("notified", notified)):
        told = json.loads(encode_input(event)[:-10])
        assert re.findall(r"`(\w+)`", rows[kind]) == [key for key in told if key not in {"in", "at"}]


def test_the_page_has_every_source_and_characteristic():
    """Sources and characteristics by the names a line has for them."""
    for word in [*(source.value for source in Source), *UUIDS.values()]:
        assert f"`{word}`" in PAGE


def test_the_line_on_the_page_has_the_form_of_a_line():
    """JSON, a tab, eight hex digits, a line feed."""
    assert re.search(r"^\{.*\}⇥[0-9a-f]{8}⏎$", PAGE, re.MULTILINE)
    assert re.fullmatch(rb"\{.*\}\t[0-9a-f]{8}\n", encode_input(Opened(Seconds(0))))
