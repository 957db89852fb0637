"""`coach runs show` says how far apart two pods were."""

import json


def a_stream(tmp_path, *sources):
    """A CSV stream of five minutes at 4 m/s, the second source 2 % faster."""
    rows = ["time_s,speed_mps,cadence_spm,source"]
    for second in range(300):
        rows += [f"{second},{4.0 + 0.08 * place:.2f},176,{source}" for place, source in enumerate(sources)]
    path = tmp_path / "run.csv"
    path.write_text("\n".join(rows) + "\n")
    return str(path)


def test_a_run_with_two_pods_shows_their_difference_and_how_sure_it_is(coach, tmp_path):
    """The difference with its spread, what calibration leaves open, and no word of what to make of it."""
    run = a_stream(tmp_path, "pod", "pod_2")
    shown = coach("runs", "show", run)
    assert shown.exit_code == 0
    assert "Two pods, over 5:00 of running; the second against the first:" in shown.stdout
    assert "  speed +2.0 % ± 0.0 %" in shown.stdout
    assert "± 4.2 %;" in shown.stdout
    told = json.loads(coach("runs", "show", run, "--json").stdout)
    assert told["two_pods"] == {
        "time_s": 300.0,
        "speed_difference_fraction": 0.0198,
        "speed_difference_sd": 0.0,
        "step_length_difference_fraction": 0.0198,
        "step_length_difference_sd": 0.0,
        "calibration_sd": 0.0424,
    }


def test_a_run_with_one_pod_says_nothing_of_two(coach, tmp_path):
    """Neither the text nor the JSON object mentions two pods."""
    run = a_stream(tmp_path, "pod")
    assert "Two pods" not in coach("runs", "show", run).stdout
    assert "two_pods" not in json.loads(coach("runs", "show", run, "--json").stdout)
