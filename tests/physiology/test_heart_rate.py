"""Heart rates as shares of what an athlete has."""

import pytest

from coach.physiology import zones


@pytest.mark.parametrize(
    ("share", "bpm"), [(0.5, 120), (0.6, 134), (0.7, 148), (0.8, 162), (0.85, 169), (0.9, 176)]
)
def test_reserve_matches_karvonen(share, bpm):
    """With 190 and 50 the reserve comes to Karvonen's numbers."""
    assert zones.of_reserve(share, 50, 190) == pytest.approx(bpm)


@pytest.mark.parametrize(("share", "bpm"), [(0.6, 114), (0.7, 133), (0.75, 142.5), (0.9, 171), (1.0, 190)])
def test_shares_of_the_maximum(share, bpm):
    """Of a maximum of 190 the shares are what they are."""
    assert zones.of_maximum(share, 190) == pytest.approx(bpm)


def test_shares_of_the_threshold():
    """85 per cent of a threshold of 170 is 144.5."""
    assert zones.of_threshold(0.85, 170) == pytest.approx(144.5)


def test_friel_zones_have_no_gaps():
    """Each zone begins where the one below ends; the first and last are open."""
    borders = [zones.friel_zone(zone, 170) for zone in zones.FRIEL_ZONES]
    assert [low for low, _ in borders][1:] == [high for _, high in borders][:-1]
    assert borders[0][0] is borders[-1][1] is None
    assert borders[0][1] == pytest.approx(144.5)
    assert borders[-1][0] == pytest.approx(181.9)


@pytest.mark.parametrize(
    ("bpm", "zone"),
    [
        (144.4, "1"),
        (144.5, "2"),
        (152.15, "2"),
        (153, "3"),
        (161.5, "4"),
        (170, "5a"),
        (175.1, "5b"),
        (200, "5c"),
    ],
)
def test_every_heart_rate_has_one_zone(bpm, zone):
    """Borders belong to the zone above, also at 89.5 per cent, which the printed table leaves out."""
    assert zones.zone_of(bpm, zones.friel(170)) == zone


@pytest.mark.parametrize(("age", "bpm"), [(20, 194), (40, 180), (60, 166)])
def test_estimate_from_age_is_tanakas(age, bpm):
    """The guessed maximum is 208 less 0.7 a year."""
    assert zones.estimated_maximum(age) == pytest.approx(bpm)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: zones.of_maximum(1.2, 190), "120% is not a share"),
        (lambda: zones.of_maximum(0.5, 20), "maximum heart rate of 20"),
        (lambda: zones.of_reserve(0.5, 100, 120), "at least 30 above"),
        (lambda: zones.of_reserve(0.5, 10, 190), "resting heart rate of 10"),
        (lambda: zones.of_threshold(0.9, 300), "threshold heart rate of 300"),
        (lambda: zones.friel_zone("6", 170), 'no zone "6"'),
        (lambda: zones.friel_zone("2", 20), "threshold heart rate of 20"),
        (lambda: zones.estimated_maximum(5), "age of 5"),
    ],
)
def test_what_nobody_has_is_refused(ask, reason):
    """Numbers outside what people have are refused with the reason."""
    with pytest.raises(ValueError, match=reason):
        ask()
