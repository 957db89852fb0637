"""Shorthand of many hands: other coaches' spellings of what the table has, each with its canonical form."""

import pytest

from coach.workout import notation
from coach.workout.model import RunStep
from tests.workout.notation.documents import ATHLETE

READ = {
    # English
    "6x800 w/ 400 jog": "6x800 / 400 jog",
    "4 x 5' @ threshold (1')": "4x5:00 @ threshold / 1:00 jog",
    "10 x 1 min on 1 min off": "10x(1:00 @ hard + 1:00 easy)",
    "2mi WU, 4x1200 @ 10k w/ 3' jog, 1mi CD": "WU 2mi + 4x1200 @ 10k / 3:00 jog + CD 1mi",
    "2x(6x400) 90s rest, 5 min between sets": "2x(6x400 / 1:30 jog) / 5:00 jog",
    "10 x 400 w/ 1 min recovery at mile pace": "10x400 @ mile / 1:00 jog",
    "5x 1k @ 10k pace w/ 90 sec standing rest": "5x1km @ 10k / 1:30 stand",
    "1 mile, 1200, 800, 400 w/ 400 jog": "1mi-1200-800-400 / 400 jog",
    "8k easy": "8km easy",
    "jog 15 min, 6x400 @ mile / 400, jog 15 min": "WU 15min + 6x400 @ mile / 400 jog + CD 15min",
    "16 x 400 (68-70) 1' rest": "16x400 @ 2:50-2:55/km / 1:00 jog",
    "20 minutes easy, 8 x 30 seconds hard with 90 seconds easy, 10 minutes easy": (
        "20min easy + 8x(30s @ hard + 1:30 easy) + 10min easy"
    ),
    "800m x 6 / 400": "6x800 / 400 jog",
    "20-15-10-5 min": "20min-15min-10min-5:00 / until mark jog",
    "45min easy with 6x20s strides": "45min easy + 6x20s stride / until mark jog",
    "3x(4x400 / 1:00) / 4:00 + 4x200 / 200": "3x(4x400 / 1:00 jog) / 4:00 jog + 4x200 / 200 jog",
    "20min @ 4.30/km": "20min @ 4:30/km",
    "6x800 @ 5k, 2km easy": "6x800 @ 5k / until mark jog + 2km easy",
    "6x800 @ 5k, 400, 2km easy": "6x800 @ 5k / 400 jog + 2km easy",
    "WU10 + 5x1000/200 + CD10": "WU 10min + 5x1000 / 200 jog + CD 10min",
    "Warm-up: 15 min. Main: 6x800 @ 5k / 400. Cool-down: 10 min.": "WU 15min + 6x800 @ 5k / 400 jog + CD 10min",
    "30s/30s x 12": "12x30s / 30s jog",
    "5x(3' Z4, 2' Z1)": "5x(3:00 @ Z4 + 2:00 jog @ Z1)",
    "2x(200-400-200 @ Z2 / 60s) / 3:00": "2x(200-400-200 @ Z2 / 1:00 jog) / 3:00 jog",
    "6x800 @ 4:10/km-4:00/km / 400": "6x800 @ 4:00-4:10/km / 400 jog",
    "20min T - 10k easy": "20min @ threshold + 10km easy",
    "2km easy - 6x800 @ 5k / 400 - 2km easy": "2km easy + 6x800 @ 5k / 400 jog + 2km easy",
    "6x800 @ 5k-2s/km / 400": "6x800 @ 5k-2s/km / 400 jog",
    "2 series of 6x300 R 1 min / 5 min": "2x(6x300 / 1:00 jog) / 5:00 jog",
    "3x(4x400) R 1 min / 5 min": "3x(4x400 / 1:00 jog) / 5:00 jog",
    "2x6x300 / 5 min / 1 min": "2x(6x300 / 1:00 jog) / 5:00 jog",
    "3x(4x400 / 4:00) / 1:00": "3x(4x400 / 4:00 jog) / 1:00 jog",
    "2x6x300 3 min between reps, 1 min between sets": "2x(6x300 / 3:00 jog) / 1:00 jog",
    "3k @ 10k, 2k @ 5k, 1k @ 3k w/ 3 min": "3km-2km-1km @ 10k 5k 3k / 3:00 jog",
    "1000m, 800m, 600m, 400m @ 5k w/ 2 min": "1000-800-600-400 @ 5k / 2:00 jog",
    "3km, 2km, 1km @ 5k / 400": "3km-2km-1km @ 5k / 400 jog",
    "1000m, 800m @ 5k / 2:00": "1000 @ 5k / 2:00 jog + 800 @ 5k",
    "2km easy, 3k @ 10k, 1k @ 3k w/ 3 min, 2km easy": "2km easy + 3km @ 10k / 3:00 jog + 1km @ 3k + 2km easy",
    "30s 60s 90s 60s 30s @ mile / 60s": "30s-1:00-1:30-1:00-30s @ mile / 1:00 jog",
    "1min, 2min, 3min, 2min, 1min @ 5k w/ 60s": "1:00-2:00-3:00-2:00-1:00 @ 5k / 1:00 jog",
    "1' 2' 1' @ 5k / 1'": "1:00-2:00-1:00 @ 5k / 1:00 jog",
    "3x(30s 60s 30s @ mile / 60s) / 3:00": "3x(30s-1:00-30s @ mile / 1:00 jog) / 3:00 jog",
    "WU 10min, 5min, 5min @ T / 60s": "WU 10min + 5:00 @ threshold / 1:00 jog + 5:00 @ threshold",
    "10min, 20min, 10min": "10min + 20min + 10min",
    "10min, 5km, 1km @ 5k": "10min + 5km + 1km @ 5k",
    "5km @ 10k + 3km @ 5k / 2:00": "5km @ 10k + 3km @ 5k",
    "1km @ 5k / 2:00 + 2km easy": "1km @ 5k + 2:00 jog + 2km easy",
    "2km easy / 2:00 + 6x400 @ mile / 200": "2km easy + 2:00 jog + 6x400 @ mile / 200 jog",
    "3x(1km @ 5k / 200 + 400 easy)": "3x(1km @ 5k + 200 jog + 400 easy)",
    "20 min tempo @ 4:15/km": "20min @ 4:15/km",
    "10 min easy @ 5:30/km + 6x400 @ mile / 200": "WU 10min @ 5:30/km + 6x400 @ mile / 200 jog",
    "16x200 in 36 / 200 in 60": "16x200 @ 3:00/km / 200 float @ 5:00/km",
    "16x200 in 36 / 200 jog in 60": "16x200 @ 3:00/km / 200 jog @ 5:00/km",
    "6x800 / 400 jog in 2:50": "6x800 @ 3:32.5/km / 400 jog",
    "5 x mile @ 10k pace w/ 90 sec rest": "5x1mi @ 10k / 1:30 jog",
    "2km easy, mile @ 5k, mile easy": "2km easy + 1mi @ 5k + 1mi easy",
    "5 x km / 200": "5x1km / 200 jog",
    "3x400 (75, 74, 73) / 200": (
        "400 @ 3:07.5/km / 200 jog + 400 @ 3:05/km / 200 jog + 400 @ 3:02.5/km"
    ),
    "3x400 (1:15-1:14-1:13) / 200": (
        "400 @ 3:07.5/km / 200 jog + 400 @ 3:05/km / 200 jog + 400 @ 3:02.5/km"
    ),
    "3x400 @ 75, 74, 73 / 200": (
        "400 @ 3:07.5/km / 200 jog + 400 @ 3:05/km / 200 jog + 400 @ 3:02.5/km"
    ),
    "3x400 @ 75,74,73 / 200": (
        "400 @ 3:07.5/km / 200 jog + 400 @ 3:05/km / 200 jog + 400 @ 3:02.5/km"
    ),
    "3x400 in 75/74/73, 200 jog": (
        "400 @ 3:07.5/km / 200 jog + 400 @ 3:05/km / 200 jog + 400 @ 3:02.5/km"
    ),
    "6x400 @ 72 / 60 jog, 2km easy": "6x400 @ 3:00/km / 1:00 jog + 2km easy",
    "2k-1k-500 @ 10k/5k/3k, 2'": "2km-1km-500 @ 10k 5k 3k / 2:00 jog",
    "400-800-400 @ 5k / 400, 2km easy": "400-800-400 @ 5k / 400 jog + 2km easy",
    "400-800-400 @ 5k/1k": "400-800-400 @ 5k / 1km jog",
    "12x1' / 1' (hills)": "12x1:00 hill / 1:00 jog",
    # Daniels
    "E 2mi + 4x1mi T w/ 1:00 rest + E 2mi": "2mi easy + 4x1mi @ threshold / 1:00 jog + 2mi easy",
    "20 min T + 4 x 200 R w/ 200 jog": "20min @ threshold + 4x200 @ mile / 200 jog",
    # Canova
    "4x4k @ 102% MP w/ 1k @ 90% MP": "4x4km @ marathon-1.96% / 1km float @ marathon+11.11%",
    # German
    "Einlaufen 15 min, 5x1000 @ 10k, 3 min Trabpause, Auslaufen 10 min":
        "WU 15min + 5x1000 @ 10k / 3:00 jog + CD 10min",
    "10 x 200m Berg, Trabpause zurück": "10x200 hill / 200 jog",
    "3 Serien 5x200 P 1min SP 4min": "3x(5x200 / 1:00 jog) / 4:00 jog",
    "3x5x200 TP 1' SP 4'": "3x(5x200 / 1:00 jog) / 4:00 jog",
    "3x(5x200) P 1min SP 4min": "3x(5x200 / 1:00 jog) / 4:00 jog",
    "3x(5x200) P: 1min, SP: 4min": "3x(5x200 / 1:00 jog) / 4:00 jog",
    "3x5x200 @ mile SP 4' TP 1'": "3x(5x200 @ mile / 1:00 jog) / 4:00 jog",
    "3x(5x200) SP 4' P 1'": "3x(5x200 / 1:00 jog) / 4:00 jog",
    "3x(5x200) Pause 1', Serienpause 4'": "3x(5x200 / 1:00 jog) / 4:00 jog",
    "5 km GA1": "5km easy",
    "5km GA 1 + 6x400 @ mile / 200": "5km easy + 6x400 @ mile / 200 jog",
    "90 min langsamer Dauerlauf": "90min easy",
    "30 min lockerer Lauf": "30min easy",
    # French
    "20' EF + 6x400 / 1' + 10' RC": "20min easy + 6x400 / 1:00 jog + CD 10min",
    "20' EF + 2x(8x30\"/30\") r=3' + 10' EF": "20min easy + 2x(8x30s / 30s jog) / 3:00 jog + 10min easy",
    "6x3' @ 95% VMA r 1'30": "6x3:00 @ 3k+5.26% / 1:30 jog",
    "2 x 10 x 30/30": "2x(10x30s / 30s jog) / until mark jog",
    "4 x 6' AS10 r=2'": "4x6:00 @ 10k / 2:00 jog",
    # Italian
    "4x2000 RG rec 3' al passo": "4x2000 @ goal / 3:00 walk",
    # Spanish
    "5 series de 1000 a ritmo de 10k, descanso 2'": "5x1000 @ 10k / 2:00 jog",
}  # fmt: skip


@pytest.mark.parametrize("line", READ)
def test_shorthand_is_read(line):
    """A coach's own spelling is read as the line says, which reads as itself."""
    assert notation.read(line, ATHLETE).text == READ[line]
    assert notation.read(READ[line], ATHLETE).text == READ[line]


def test_the_rest_of_the_sets_comes_before_another_hard_part():
    """Behind the last set stands the rest of the sets where something hard follows, and none where nothing does."""
    workout = notation.read("3x(4x400 / 1:00) / 4:00 + 4x200 / 200", ATHLETE).document.workout
    _, rest, _ = workout.sections[0].steps
    assert isinstance(rest, RunStep)
    assert rest.until is not None
    assert (rest.kind, rest.until.time) == ("recovery", "4:00")
    alone = notation.read("3x(4x400 / 1:00) / 4:00 + 2km easy", ATHLETE).document.workout
    assert len(alone.sections[0].steps) == 1


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("12 miles w/ 6 @ MP", "6"),
        ("6x800 @ 5k/3k", "/"),
        ("20x30s-30s", "30s"),
        ("90' mit 3x15' M", "3"),
        ("6x800 banana bread", "banana"),
    ],
)
def test_what_could_mean_two_things_is_refused(line, place):
    """A line that would be read as something else than was meant is refused at the place that is open."""
    with pytest.raises(notation.NotationProblem) as caught:
        notation.read(line, ATHLETE)
    assert line[caught.value.start : caught.value.end] == place
    assert caught.value.fix
