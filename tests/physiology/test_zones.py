"""Zone tables: their borders are the published ones, and no heart rate or pace falls between two zones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.physiology import zones
from coach.physiology.performance import easy_speeds, race_speed
from coach.quantities import format_pace, speed_from_pace


def test_friel_borders_of_170():
    """Zones of a threshold of 170 begin at 144.5, 153, 161.5, 170, 175.1 and 181.9."""
    assert [zone.low for zone in zones.friel(170)][1:] == pytest.approx(
        [144.5, 153, 161.5, 170, 175.1, 181.9]
    )


@pytest.mark.parametrize(
    ("zone", "slow"), [("2", "5:10"), ("3", "4:34"), ("4", "4:14"), ("5b", "3:53"), ("5c", "3:36")]
)
def test_pace_zones_of_four_minutes(zone, slow):
    """Zones of a threshold pace of 4:00/km begin at the printed paces."""
    found = {each.name: each for each in zones.friel_pace(speed_from_pace(240))}[zone]
    assert found.slow is not None
    assert format_pace(found.slow, with_unit=False) == slow


def test_threshold_pace_lies_in_the_threshold_zone():
    """Who runs at threshold pace is in 5a, as who runs at threshold heart rate is."""
    (found,) = [
        each.name
        for each in zones.friel_pace(4.2)
        if (each.slow is None or each.slow <= 4.2) and (each.fast is None or each.fast > 4.2)
    ]
    assert found == "5a" == zones.zone_of(170, zones.friel(170))


@pytest.mark.parametrize(
    "table",
    [
        zones.friel(170),
        zones.karvonen(50, 190),
        zones.maximum(190),
        zones.gears(190)[:5],
        zones.gears(190, border=0.85)[:5],
    ],
)
def test_no_table_of_heart_rates_has_a_gap(table):
    """Each zone begins where the one below ends."""
    assert [zone.low for zone in table][1:] == [zone.high for zone in table][:-1]


def test_no_table_of_paces_has_a_gap():
    """Each pace zone begins where the one below ends, and the outer ones are open."""
    table = zones.friel_pace(4.0)
    assert [zone.slow for zone in table][1:] == [zone.fast for zone in table][:-1]
    assert table[0].slow is table[-1].fast is None


def test_the_gears_close_their_gap():
    """Of 190 the gears meet at 114, 133, 152 and 171; a border of one's own moves only the middle one."""
    assert [gear.high for gear in zones.gears(190)][:4] == pytest.approx([114, 133, 152, 171])
    assert [gear.high for gear in zones.gears(190, border=0.85)][:4] == pytest.approx([114, 133, 161.5, 171])
    assert zones.gears(190)[5].low is zones.gears(190)[5].high is None


def test_shares_of_the_reserve_and_of_the_maximum():
    """Karvonen's zones of 50 and 190 meet at 134, 148, 162 and 176, those of the maximum at 114 to 171."""
    assert [zone.high for zone in zones.karvonen(50, 190)][:4] == pytest.approx([134, 148, 162, 176])
    assert [zone.high for zone in zones.maximum(190)][:4] == pytest.approx([114, 133, 152, 171])


@given(st.floats(30, 240), st.floats(100, 220))
def test_every_heart_rate_has_one_gear(rate, top):
    """Whatever the heart does, exactly one of the five gears it speaks for holds it."""
    named = zones.zone_of(rate, zones.gears(top))
    assert named in {"1", "2", "3", "4", "5"}


def test_a_rate_below_the_table_is_in_none_of_its_zones():
    """Below half of the maximum there is no zone; at the maximum and above, the last one is open."""
    table = zones.maximum(190)
    assert zones.zone_of(80, table) is None
    assert zones.zone_of(190, table) == "5"


def test_easy_by_marathon_pace():
    """Easy is 60 to 120 s a mile slower than marathon pace; at VDOT 50 that overlaps the shares of VDOT."""
    marathon = race_speed(50, "marathon")
    slow, fast = zones.beyond_marathon(marathon)
    assert 1609.344 / fast - 1609.344 / marathon == pytest.approx(60)
    assert 1609.344 / slow - 1609.344 / marathon == pytest.approx(120)
    assert slow < easy_speeds(50)[1]
    assert easy_speeds(50)[0] < fast


def test_the_easy_cap_needs_a_measured_number():
    """85 % of the threshold, else 75 % of a measured maximum, else no cap."""
    assert zones.heart_rate_cap(170, 190) == pytest.approx(144.5)
    assert zones.heart_rate_cap(None, 190) == pytest.approx(142.5)
    assert zones.heart_rate_cap(None, None) is None


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: zones.friel(300), "threshold heart rate of 300"),
        (lambda: zones.friel_pace(9), "threshold speed of 9"),
        (lambda: zones.karvonen(100, 110), "at least 30 above"),
        (lambda: zones.gears(190, border=0.95), "border between gears"),
        (lambda: zones.beyond_marathon(0.5), "marathon speed of 0.5"),
        (lambda: zones.heart_rate_cap(20, None), "threshold heart rate of 20"),
        (lambda: zones.heart_rate_cap(None, 20), "maximum heart rate of 20"),
    ],
)
def test_numbers_nobody_has_are_refused(ask, reason):
    """Numbers outside what people have are refused with the reason."""
    with pytest.raises(ValueError, match=reason):
        ask()
