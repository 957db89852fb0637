"""Each simulated scenario is what its sentence says, and every line of it what somebody read and found right."""

import pytest

from tests.golden.scenarios import FOLDER, Scenario, log_of, text_of
from tests.golden.scenes import SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_is_told_as_its_sentence_says(scenario: Scenario) -> None:
    """The sentence holds of what is said, and what is said is what was judged."""
    log = log_of(scenario)

    assert scenario.holds(log), f"{scenario.sentence}\n{text_of(scenario, log)}"
    assert text_of(scenario, log) == (FOLDER / f"{scenario.name}.txt").read_text(encoding="utf-8")


def test_every_file_has_its_scenario() -> None:
    """No file of a scenario that is gone is left behind, and a dozen scenarios are there."""
    assert {file.stem for file in FOLDER.glob("*.txt")} == {scenario.name for scenario in SCENARIOS}
    assert len(SCENARIOS) >= 12
