"""What a phone is sent of a run: frames, the plan ahead, cues and the end."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from coach.app.live_run import ShareRequest
from coach.app.sharing import cue_message
from coach.cues.cue import Cue, CueClass, CueKind, Sound, Why
from coach.edge import share as serving
from coach.edge.share import MOST_STREAMS, Role
from coach.quantities import Seconds
from coach.session.phases import Button
from tests.patience import wait_until
from tests.share.loopback import look, shared_run

pytestmark = pytest.mark.asyncio


async def test_a_phone_is_told_the_run_frame_by_frame():
    """First what it is and the plan, then frames with the words of the screen, and every cue once."""
    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
        heard_from = shared.conductor.now()
        await shared.go(30.0)
        last = await stream.next_frame(shared.conductor.now())
        cues = [text for at, text in shared.cues if at > heard_from]
    assert [name for name, _ in stream.events[:2]] == ["hello", "plan"]
    hello = stream.of("hello")[0]
    assert (hello["run"], hello["role"], hello["is_simulated"]) == ("01TEST", "view", True)
    frames = stream.of("frame")
    assert [frame["n"] for frame in frames] == sorted(frame["n"] for frame in frames)
    assert last["where"] == "REP 1/2"
    assert 0 <= last["now_s"] - last["at_s"] < 1
    assert last["state"]["colour"] in {"plain", "fast", "slow"}
    assert last["heart_rate"]["unit"] == "bpm"
    assert last["pace"]["unit"] == "/km"
    assert [cue["text"] for cue in stream.of("cue")] == cues


async def test_what_is_not_known_is_absent():
    """Before anything was measured there is no pace, no heart rate and no light: no null, no empty text, no 0."""
    async with shared_run() as shared:
        shared.runner.skip_to(Seconds(1000.0))  # nothing is measured any more
        await shared.go(30.0)
        stream = await look(shared, await shared.enter())
        frame = await stream.next_frame(0.0)
    assert not {"pace", "heart_rate", "cadence"} & frame.keys()
    assert frame["hero"]["texts"] != ["0:00"]

    def values(of):
        return (
            [of]
            if not isinstance(of, dict | list)
            else [v for e in (of.values() if isinstance(of, dict) else of) for v in values(e)]
        )

    assert None not in values(frame)
    assert "" not in values(frame)


async def test_the_plan_tells_countdown_go_and_light_ahead():
    """In the warm-up of 10 s the phone knows three, two, one, go, and the light of the rep behind it."""
    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
        await wait_until(lambda: stream.of("plan"))
        plan = stream.of("plan")[0]
        said_before = shared.cues
        await shared.go(12.0)
        spoken = [(at, text) for at, text in shared.cues if (at, text) not in said_before]
    beats = {beat["text"]: beat for beat in reversed(plan["beats"])}  # of each word the next one
    counted = [(at, text) for at, text in spoken if text in {"Three.", "Two.", "One.", "Go."}]
    assert [text for _, text in counted] == ["Three.", "Two.", "One.", "Go."]
    for at, text in counted:
        assert beats[text]["at_s"] == pytest.approx(at, abs=0.002)
    assert beats["Go."]["sound"] == "go"
    assert beats["One hundred."]["is_light"]
    assert [step["where"] for step in plan["steps"]] == [
        "WARM-UP",
        "REP 1/2",
        "FLOAT 1/2",
        "REP 2/2",
        "COOL-DOWN",
    ]
    assert plan["steps"][1]["is_estimated"]
    assert "is_estimated" not in plan["steps"][0]


async def test_a_pause_empties_the_plan():
    """What is paused is counted by nobody; when it goes on, the plan is there again, shifted."""
    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
        shared.conductor.press(Button.PAUSE)
        await shared.go(2.0)
        await stream.next_frame(shared.conductor.now())
        paused = stream.of("plan")[-1]
        shared.conductor.press(Button.RESUME)
        await shared.go(1.0)
        await stream.next_frame(shared.conductor.now())
        resumed = stream.of("plan")[-1]
    assert (paused["steps"], paused["beats"]) == ([], [])
    assert resumed["steps"][0]["ends_s"] == pytest.approx(
        stream.of("plan")[0]["steps"][0]["ends_s"] + 2.0, abs=0.3
    )


async def test_a_late_cue_is_not_sent():
    """A cue that a slow phone would get after its time is worth nothing, and is left out."""
    viewer = serving._Viewer()
    viewer.cues.append(serving.QueuedCue('{"n":1}', Seconds(10.0)))
    viewer.cues.append(serving.QueuedCue('{"n":2}', Seconds(20.0)))
    assert '{"n":1}' not in viewer.take(Seconds(15.0))
    assert viewer.take(Seconds(15.0)) == ": \n\n"


async def test_the_newest_frame_takes_the_place_of_the_one_before():
    """Nothing piles up for a phone that does not read: one frame, one plan, eight cues."""
    viewer = serving._Viewer()
    for number in range(100):
        viewer.frame = f'{{"n":{number}}}'
        viewer.cues.append(serving.QueuedCue(f'{{"cue":{number}}}', Seconds(99.0)))
    sent = viewer.take(Seconds(1.5))
    assert sent.count("event: frame") == 1
    assert 'data: {"now_s":1.500,"n":99}' in sent
    assert sent.count("event: cue") == 8


async def test_a_word_the_page_never_says():
    """A cue for the screen alone has neither words nor a tone for the phone's own voice."""
    quiet = Cue(
        Seconds(1.0),
        CueKind.FORM,
        CueClass.INFO,
        "Quick steps.",
        Why("x"),
        Seconds(5.0),
        False,
        "Quick.",
        Sound.ON,
    )
    message = cue_message(quiet, 1, "en")
    assert not {"speech", "sound"} & message.keys()
    assert message["text"] == "Quick steps."


async def test_the_end_of_the_run_ends_the_streams():
    """Every phone is told how it ended, and its stream is over."""
    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
        shared.conductor.press(Button.FINISH)
        await shared.go(1.0)
        await wait_until(lambda: stream.ended)
    assert stream.events[-1][0] == "ended"
    assert stream.events[-1][1]["completed"] is False


async def test_a_run_that_is_left_says_so():
    """The program ends and the run does not: the phones are told that it can be resumed."""
    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
    await wait_until(lambda: stream.ended)
    assert stream.events[-1] == (
        "left",
        {"v": 1, "text": "The program was closed. The run can be resumed on the laptop."},
    )


async def test_nobody_looks_and_nothing_is_made():
    """Without a phone no frame is made: sharing costs nothing until somebody comes."""
    async with shared_run() as shared:
        await shared.go(5.0)
        assert shared.run._maker._count == 0


async def test_a_ninth_phone_is_told_that_there_are_eight():
    """Eight look, and the ninth is answered at once; when one goes there is room again."""
    async with shared_run() as shared:
        cookies = [await shared.enter() for _ in range(MOST_STREAMS + 1)]
        assert shared.messages == ["A phone connected and sees the run."] * len(cookies)
        streams = [await look(shared, cookie) for cookie in cookies]
        await shared.go(1.0)
        assert [stream.status for stream in streams] == [200] * MOST_STREAMS + [503]
        streams[0].close()
        await wait_until(lambda: shared.server.viewers == MOST_STREAMS - 1)
        assert (await look(shared, cookies[-1])).status == 200


async def test_a_phone_that_comes_back_has_its_place():
    """Out of reach its old stream is still there; the new one takes that place, and nobody else's."""
    async with shared_run() as shared:
        cookies = [await shared.enter() for _ in range(MOST_STREAMS)]
        streams = [await look(shared, cookie) for cookie in cookies]
        again = await look(shared, cookies[3])
        await wait_until(lambda: streams[3].ended)
        await shared.go(1.0)
        await again.next_frame(shared.conductor.now())
        assert shared.server.viewers == MOST_STREAMS
        assert [stream.ended for stream in streams] == [place == 3 for place in range(MOST_STREAMS)]


async def test_names_from_files_are_only_text():
    """A workout may call itself anything: control characters go, and what is left is a JSON text."""
    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
        await shared.go(0.5)
        evil = "<img src=x onerror=alert(1)>\x1b[2J\u202e"
        cue = Cue(shared.conductor.now(), CueKind.FORM, CueClass.INFO, evil, Why("x"), Seconds(5.0))
        message = json.loads(json.dumps(cue_message(cue, 1, "en")))
    assert stream.of("hello")
    assert message["text"] == "<img src=x onerror=alert(1)>[2J"


async def test_a_friend_at_the_line_presses_a_button():
    """The page of buttons marks the line, and the answer says that the run took it."""
    async with shared_run(ShareRequest("127.0.0.1", has_control=True)) as shared:
        friend = await shared.enter(Role.CONTROL)
        stream = await look(shared, friend)
        await shared.go(1.0)
        press = {"tx": "1", "run": "01TEST", "button": "next", "expect_step": "0.0", "age_s": 0.1}
        asking = asyncio.create_task(
            shared.post("/control", json.dumps(press).encode(), friend, Content_Type="application/json")
        )
        await shared.go(1.0)
        answer = await asking
        frame = await stream.next_frame(shared.conductor.now())
    assert stream.of("hello")[0]["can_press"] is True
    assert (answer.json["status"], answer.json["tx"]) == ("confirmed", "1")
    assert frame["where"] == "REP 1/2"


async def test_every_key_is_on_its_page():
    """The reference names each key that a phone was sent, in the table of its event."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "share.md").read_text(encoding="utf-8")
    chapters = {name: text for each in page.split("\n### ")[1:] for name, _, text in [each.partition("\n")]}
    chapters["ended"] = chapters["left"] = chapters["ended, left"]

    def keys(of: Any) -> set[str]:
        if isinstance(of, dict):
            return set(of) | {key for value in of.values() for key in keys(value)}
        return {key for value in of for key in keys(value)} if isinstance(of, list) else set()

    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
        for _ in range(12):
            await shared.go(7.0)
            await stream.next_frame(shared.conductor.now())
        shared.conductor.press(Button.FINISH)
        await shared.go(1.0)
        await wait_until(lambda: stream.ended)
    assert {name for name, _ in stream.events} == {"hello", "plan", "frame", "cue", "ended"}
    for name, data in stream.events:
        unnamed = {key for key in keys(data) if f"`{key}`" not in chapters[name]}
        assert not unnamed, (name, unnamed)


async def test_an_end_that_is_taken_back_is_shared_again():
    """Streams end with the run, doors and cookies stay: whoever was in looks at what goes on, without a new link."""
    async with shared_run() as shared:
        cookie = await shared.enter()
        first = await look(shared, cookie)
        await shared.run.close()
        await wait_until(lambda: first.ended)
        again = shared.sharing.begin(shared.feed._run.setup)
        assert again is not None
        shared.sharing.serve(again, shared.feed, pytest.fail, shared.messages.append)
        second = await look(shared, cookie)
        await shared.go(1.0)
        await second.next_frame(shared.conductor.now())
        await again.close()
