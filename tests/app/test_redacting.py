"""A redacted run reveals nothing about its runner, and replays to the same cues."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coach.app.playback import RecordingRequest
from coach.app.reviews import ReviewedRun, library_texts, redact_run, review_run
from coach.app.terminal import SILENT
from coach.athlete import athlete_from, dump_athlete
from coach.cli.group import root
from coach.live.contract import Closed, Input, Opened, RecorderTrouble, RunSetup, encode_event
from coach.live.run import LiveRun
from coach.quantities import Metres, MetresPerSecond, Seconds, Watts
from coach.recording.codec import (
    FREE,
    LEFT_OUT,
    NEEDED,
    Header,
    encode_header,
    encode_input,
    encode_output,
    read_journal,
)
from coach.session.phases import Button, Origin, Pressed, TimingGate
from coach.signals.readings import (
    Characteristic,
    LinkChanged,
    LinkState,
    Notified,
    Relayed,
    Reported,
    Source,
)
from coach.workout.document import workout_schema
from tests.golden.journals import JOURNALS, GoldenJournal

NAME, STREET, EMAIL, SERIAL, ADDRESS = (
    "Zebedee", "Quarrelane", "zeb@example.org", "SN-77-4711", "D4:22:CD:00:AB:13",
)  # fmt: skip
DAYS = ("2026-05-28", "2026-04-19", "2025-11-02")
"""The day of the run, of a race, and of an older entry."""
EPOCH = 1_779_999_000.5
SECRETS = (
    NAME,
    STREET,
    EMAIL,
    SERIAL,
    ADDRESS,
    *DAYS,
    "1779999000",
    "Ruritania",
    "01KSQ7",
    "20260528",
    "28.5.2026",
)
"""Texts that must not remain; the run's ID starts with its time."""
TEXT = f"{NAME} {STREET} {EMAIL} {SERIAL} {ADDRESS} {' '.join(DAYS)} 28.5.2026 20260528"

TEXTS = {"purpose": TEXT, "notes": TEXT}
WORKOUT: dict[str, Any] = {
    "format": "coach-workout/1",
    "name": f"{NAME}'s reps"[:100],
    **TEXTS,
    "description": TEXT,
    "source": TEXT,
    "caution": TEXT,
    "tags": {
        "focus": [NAME],
        "phase": STREET,
        "other_phases": [NAME],
        "system": EMAIL,
        "needs": NAME,
        "not_with": [NAME],
    },
    "context": {"surface": "road"},
    "blocks": {NAME: [{"kind": "stride", "until": {"time": "0:10"}, "name": NAME, **TEXTS}]},
    "reminders": [{"text": f"Drink, {NAME}", "every": "0:40", "amount": 20, "unit": STREET, "of": "run"}],
    "gates": [
        {"rule": NAME, "when": "during", "text": EMAIL, "heart_rate": {"above": "149 bpm"}, "for": "0:05"}
    ],
    "sections": [
        {
            "name": STREET,
            **TEXTS,
            "steps": [
                {"kind": "checklist", "name": NAME, "items": [{"do": f"Hug {NAME}", "reps": 3}], **TEXTS},
                {
                    "kind": "prompt",
                    "name": NAME,
                    "question": f"How is {NAME}?",
                    "answers": [NAME, STREET],
                    **TEXTS,
                },
                {"use": NAME},
                {
                    "repeat": 2,
                    "name": NAME,
                    **TEXTS,
                    "between": {"kind": "recovery", "until": {"time": "0:20"}, "name": NAME, **TEXTS},
                    "steps": [
                        {
                            "kind": "work",
                            "until": {"distance": "100 m"},
                            "name": f"Down {STREET}",
                            "target": {"pace": {"ref": "5k"}},
                            "says": [{"text": f"Go {NAME}", "at": "50 m"}],
                            "reminders": [{"text": NAME, "at": "0:10"}],
                            "caps": [{"metric": {"name": f"of_{NAME}".lower(), "max": 5.0, "unit": NAME}}],
                            **TEXTS,
                        }
                    ],
                },
                {"kind": "cool_down", "until": {"time": "0:30"}, "target": {"effort": f"like {NAME}"}},
            ],
        }
    ],
}
ATHLETE: dict[str, Any] = {
    "format": "coach-athlete/1",
    "slug": "zebedee",
    "name": NAME,
    "units": "km",
    "history": [
        {"from": DAYS[2], "heart_rate": {"max": {"bpm": 188, "source": "measured"}}, "weight_kg": 71.3},
        {
            "from": DAYS[1],
            "races": [{"date": DAYS[1], "distance": "5 km", "time": "19:30"}],
            "goal": {"distance": "10 km", "time": "39:00", "date": DAYS[0], "name": f"Run of {STREET}"},
        },
    ],
    "shoes": [{"slug": "zebedees", "name": NAME, "factors": [{"pod": ADDRESS, "factor": 1.01, "sd": 0.01}]}],
}


def inputs() -> Iterator[Input]:
    """Return a run with a name in every place of an input that can have one."""
    secret = TEXT.encode()
    yield Opened(Seconds(0.0))
    yield LinkChanged(Seconds(0.0), Source.POD, LinkState.CONNECTED, NAME, 80, -60)
    yield Notified(Seconds(0.5), Source.POD, Characteristic.RSC_MEASUREMENT, b"\x03\x00" + secret[:3])
    yield Notified(Seconds(0.5), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, b"")
    yield Notified(Seconds(0.6), Source.POD, Characteristic.BATTERY_LEVEL, b"\x50" + secret)
    yield Pressed(Seconds(1.0), Button.NEXT, Origin.KEY)
    yield RecorderTrouble(Seconds(2.0), f"/home/{NAME}/runs: no space left on the device")
    yield Pressed(Seconds(2.4), Button.NEXT, Origin.PHONE, expected_step=NAME)
    yield Pressed(Seconds(2.6), Button.MARK, Origin.GATE, pressed_at=Seconds(2.5), gate=TimingGate(NAME))
    for at in range(3, 140):
        moment = Seconds(float(at))
        beats = b"\x16\x99" + (400).to_bytes(2, "little")
        yield Notified(moment, Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, beats + secret[:1])
        speed = MetresPerSecond(4.0 if at % 30 else 4.6)
        metres, place = Metres(4.0 * at), (1234.5 + at, 777.7)
        yield Reported(moment, Source.POD, speed=speed, distance=metres, place=place)
        yield Reported(moment, Source.MUSCLE, metrics=((f"of_{NAME}".lower(), 4.0 + at % 3),))
        relayed = Relayed(NAME, SERIAL, moment, EPOCH + at)
        yield Reported(moment, Source.RELAY, power=Watts(250.0), relayed=relayed)
    yield Pressed(Seconds(139.5), Button.ANSWER, Origin.KEY, 2)
    yield Closed(Seconds(140.0))


def planted(path: Path) -> Path:
    """Return a journal with all of it, and with its outputs."""
    header = Header(
        run="01KSQ7AAAAAAAAAAAAAAZEBEDE",
        version=f"0.1.0 {NAME}",
        workout=WORKOUT,
        athlete=ATHLETE,
        settings={"cues": {"speak": "total", "of_zebedee": NAME}, NAME: {STREET: EMAIL}},
        learnt=({"what": "pod_factor", "sensor": "pod", "factor": 1.01, "sd": 0.01, "of": NAME},),
        wall_epoch=EPOCH,
        monotonic_epoch=EPOCH,
        zone="Ruritania",
        utc_offset_s=7200,
        devices=(
            {
                "sensor": "pod",
                "id": ADDRESS,
                "name": NAME,
                "label": STREET,
                "serial": SERIAL,
                "shoe": "zebedees",
            },
        ),
        sensors=NAME,
    )
    lines = [encode_header(header)]
    path.write_bytes(b"".join([*lines, *map(encode_input, inputs())]))
    run = review_run(RecordingRequest(str(path)), SILENT)
    outputs = [encode_output(encode_event(timed.output, timed.run_s)) for timed in run.trace.outputs]
    path.write_bytes(b"".join([*lines, *map(encode_input, inputs()), *outputs]))
    return path


def said(run: ReviewedRun) -> list[tuple[float, str, str]]:
    """Return the cues with their words."""
    return [(cue.at, cue.kind.value, cue.text) for cue in run.trace.cues]


def test_nothing_of_the_runner_is_left(tmp_path: Path) -> None:
    """Made-up names, addresses, serials, streets and dates are in no place of the redacted run."""
    path = planted(tmp_path / f"{NAME}.jsonl")
    before = path.read_bytes()
    data = redact_run(RecordingRequest(str(path)), SILENT).data
    for secret in SECRETS:
        for spelt in (secret, secret.lower(), secret.upper()):
            for hidden in (
                spelt.encode(),
                spelt.encode().hex().encode(),
                spelt.encode().hex().upper().encode(),
            ):
                assert hidden not in data, secret
        assert any(spelt.encode() in before for spelt in (secret, secret.lower(), secret[:6])), (
            f"{secret} was not planted"
        )
    assert b"1234.5" not in data
    assert b"777.7" not in data
    assert b"71.3" not in data


def test_it_says_what_it_said(tmp_path: Path) -> None:
    """The same cues come at the same times; a person's own words are replaced by a note."""
    path = planted(tmp_path / "x.jsonl")
    redacted = redact_run(RecordingRequest(str(path)), SILENT)
    (tmp_path / "y.jsonl").write_bytes(redacted.data)
    before, after = (
        review_run(RecordingRequest(str(tmp_path / name)), SILENT) for name in ("x.jsonl", "y.jsonl")
    )
    assert redacted.cues == len(said(before)) > 15
    assert redacted.others == 0
    assert [cue[:2] for cue in said(before)] == [cue[:2] for cue in said(after)]
    changed = [
        (one[2], other[2]) for one, other in zip(said(before), said(after), strict=True) if one != other
    ]
    assert changed
    for one, other in changed:
        assert any(secret.casefold() in one.casefold() for secret in SECRETS), one
        assert LEFT_OUT in other.casefold() or "answer" in other or "metric" in other
    assert before.summary.distance == after.summary.distance


def test_redacting_twice_changes_nothing(tmp_path: Path) -> None:
    """The second redaction leaves nothing more out."""
    path = planted(tmp_path / "x.jsonl")
    once = redact_run(RecordingRequest(str(path)), SILENT).data
    (tmp_path / "y.jsonl").write_bytes(once)
    assert redact_run(RecordingRequest(str(tmp_path / "y.jsonl")), SILENT).data == once


@pytest.mark.parametrize("golden", JOURNALS, ids=lambda golden: golden.name)
def test_a_golden_journal_says_the_same(golden: GoldenJournal, tmp_path: Path) -> None:
    """Every event comes again; names, IDs and the reason of a failing recorder differ."""
    redacted = redact_run(RecordingRequest(str(golden.folder)), SILENT)
    (tmp_path / "y.jsonl").write_bytes(redacted.data)
    after = review_run(RecordingRequest(str(tmp_path / "y.jsonl")), SILENT)
    before = review_run(RecordingRequest(str(golden.folder)), SILENT)
    assert redacted.others == 0
    events = [
        [_told(encode_event(each.output, each.run_s)) for each in run.trace.outputs]
        for run in (before, after)
    ]
    assert events[0] == events[1]


def _told(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event without what is left out."""
    words = {"run", "workout", "athlete", "label", "path", "text", "question", "why", "rejected"}
    return {key: value for key, value in event.items() if key not in words}


@pytest.mark.parametrize(
    "name", ["steady_fenix2.fit", "workout_10x400m_90s_smartrec.fit", "track_7x1km_1hz.gpx"]
)
def test_a_file_of_another_program_becomes_a_journal(name: str, recordings: Path, tmp_path: Path) -> None:
    """It has the same cues, without places and without its ID."""
    before = review_run(RecordingRequest(str(recordings / name)), SILENT)
    redacted = redact_run(RecordingRequest(str(recordings / name)), SILENT)
    (tmp_path / "y.jsonl").write_bytes(redacted.data)
    after = review_run(RecordingRequest(str(tmp_path / "y.jsonl")), SILENT)
    assert redacted.others == 0
    assert [cue[:2] for cue in said(after)] == [cue[:2] for cue in said(before)]
    assert after.summary.distance == before.summary.distance
    assert b'"east_m"' not in redacted.data
    assert before.summary.run.encode() not in redacted.data


def test_the_words_of_the_library_stay() -> None:
    """Unchanged texts of the library reveal nothing about a person."""
    assert {"Warm-up", "Main"} <= library_texts()
    assert not any(secret in text for secret in SECRETS for text in library_texts())


def test_the_date_is_not_in_the_id(tmp_path: Path) -> None:
    """The time in the new ID is zero, and the same run gets the same ID."""
    data = redact_run(RecordingRequest(str(planted(tmp_path / "x.jsonl"))), SILENT).data
    header = read_journal(data).header
    assert header.run.startswith("0000000000")
    assert len(header.run) == 26
    assert (header.wall_epoch, header.monotonic_epoch, header.zone, header.devices) == (0.0, 0.0, "UTC", ())


MEASURES = frozenset(
    {
        "use",
        "answer",
        "per",
        "for",
        "for_time",
        "at",
        "after",
        "every",
        "time",
        "distance",
        "pace",
        "speed",
        "heart_rate",
        "heart_rate_below",
        "heart_rate_above",
        "cadence",
        "power",
        "min",
        "max",
        "above",
        "below",
        "not_before",
        "cap",
        "else_time",
        "send_off",
        "recovery",
        "offset",
        "ref",
        "start",
        "move",
        "steer",
        "kind",
        "when",
        "surface",
        "format",
        "of",
        "delay",
        "level",
        "faster",
        "slower",
        "fastest",
        "slowest",
        "rest",
    }
)
"""Texts of a workout that are no person's: times, lengths, paces and the words of the format."""


def test_every_text_of_a_workout_is_known_to_be_free_or_not() -> None:
    """A new key of the format fails here until it is in one of the lists."""
    keys = set(_text_keys(workout_schema()))
    unknown = keys - FREE - NEEDED - MEASURES
    assert unknown == set()


def _text_keys(tree: Any, name: str = "") -> Iterator[str]:
    """Return the keys of a schema that can hold a text, without those of tags, which are left out as a whole."""
    if isinstance(tree, Mapping):
        if tree.get("title") in {"Tags", "Needs"}:
            return
        if tree.get("type") == "string" and name and "const" not in tree and "enum" not in tree:
            yield name
        for key, value in tree.items():
            if key == "properties":
                for own, each in value.items():
                    yield from _text_keys(each, own)
            else:
                yield from _text_keys(value, "" if key == "$defs" else name)
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for each in tree:
            yield from _text_keys(each, name)


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    """The command prints the number of cues, and overwrites nothing."""
    path, out = planted(tmp_path / "x.jsonl"), str(tmp_path / "y.jsonl")
    result = CliRunner().invoke(root, ["redact", str(path), "--out", out])
    assert result.exit_code == 0, result.output
    assert "cues, as before" in result.stderr
    assert CliRunner().invoke(root, ["redact", str(path), "--out", out]).exit_code == 1


def test_the_planted_documents_are_valid() -> None:
    """The planted documents are valid, so that nothing is left out because it is invalid."""
    assert json.loads(dump_athlete(athlete_from(ATHLETE, name="x")))["shoes"]
    assert isinstance(LiveRun(RunSetup("x", review_timeline())).snapshot().athlete, str)


def review_timeline() -> Any:
    """The workout, compiled."""
    from coach.workout.document import compile_workout, document_from

    return compile_workout(document_from(WORKOUT, name="x"), athlete_from(ATHLETE, name="x"))
