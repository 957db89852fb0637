"""Profile files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.problems import SettingsProblem
from coach.simulate import RunnerProfile, read_profile


def test_a_profile_names_what_differs():
    """Fields that are not named keep their defaults."""
    data = json.dumps({"format": "coach-runner/1", "threshold_speed": 3.5, "has_strap": False}).encode()
    profile = read_profile(data, name="ann.json")
    assert profile == RunnerProfile(threshold_speed=profile.threshold_speed, has_strap=False)
    assert profile.threshold_speed == 3.5


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "ann.json is not JSON"),
        ("[]", "is not a runner profile"),
        ('{"format": "coach-runner/2"}', "is not a runner profile"),
        ('{"format": "coach-runner/1", "speed": 3}', 'there is no "speed"'),
        ('{"format": "coach-runner/1", "jog_speed": "fast"}', '"jog_speed" cannot be'),
        ('{"format": "coach-runner/1", "jog_speed": -1}', '"jog_speed" cannot be -1'),
        ('{"format": "coach-runner/1", "jog_speed": NaN}', '"jog_speed" cannot be'),
        ('{"format": "coach-runner/1", "jog_speed": true}', '"jog_speed" cannot be'),
        ('{"format": "coach-runner/1", "has_pod": 1}', '"has_pod" cannot be'),
        ('{"format": "coach-runner/1", "jog_speed": 1' + "0" * 400 + "}", '"jog_speed" cannot be'),
        ('{"format": "coach-runner/1", "vo2max": 3.5}', "is not possible"),
        ('{"format": "coach-runner/1", "heart_rate_max": 40}', "is not possible"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_wrong_is_said_with_the_way_to_mend_it(document, words):
    """A profile that cannot be is a problem that names the file, the field and an example."""
    with pytest.raises(SettingsProblem, match=r"ann\.json") as caught:
        read_profile(document.encode(), name="ann.json")
    assert words in caught.value.message
    assert "coach-runner/1" in caught.value.hint


@given(st.binary(max_size=60))
def test_noise_is_a_problem(data):
    """Bytes that are no profile are a problem and nothing else."""
    with pytest.raises(SettingsProblem):
        read_profile(data, name="any")
