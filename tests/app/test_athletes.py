"""The athletes who are saved, as the screen shows them."""

from coach.app.athletes import SavedAthletes, find_athlete


def test_the_screen_shows_everybody_on_the_shelf(coach):
    """The one who runs is first, the others follow by name, each once."""
    assert SavedAthletes().profiles() == []
    coach("athlete", "set", "ada", "--threshold-pace", "4:10/km")
    coach("athlete", "set", "bob", "--threshold-pace", "4:30/km")
    assert [profile.athlete.slug for profile in SavedAthletes().profiles()] == ["ada", "bob"]
    runner = find_athlete("bob")
    assert [profile.athlete.slug for profile in SavedAthletes(runner).profiles()] == ["bob", "ada"]
