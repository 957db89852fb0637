"""A stranger on the network changes nothing: neither what they see, nor the run."""

import asyncio
from typing import Any

import pytest

from coach.app.live_run import ShareRequest
from coach.edge import http, share
from coach.edge.http import SECURITY_HEADERS
from coach.edge.share import AccessTokens, Role
from tests.patience import wait_until
from tests.share.loopback import look, shared_run

pytestmark = pytest.mark.asyncio


def stop_reading(writer: asyncio.StreamWriter) -> None:
    """Read nothing more of a connection."""
    transport: Any = writer.transport
    transport.pause_reading()


async def cues_of(attack=None) -> list[tuple[float, str]]:
    """What the demonstration says while something happens to its server."""
    async with shared_run() as shared:
        attacking = asyncio.create_task(attack(shared)) if attack is not None else None
        await shared.go(88.0)
        if attacking is not None:
            attacking.cancel()
            await asyncio.gather(attacking, return_exceptions=True)
        return shared.cues


# --- who is let in


async def test_a_link_lets_one_phone_in():
    """The link is exchanged for a cookie that no script can read and no other site can use; a second phone gets 403."""
    async with shared_run() as shared:
        link = shared.link()
        first = await shared.get(link)
        cookie = first.headers["set-cookie"]
        replayed = await shared.get(link)
        again = await shared.get(link, cookie.partition(";")[0])
        assert (await shared.get("/", cookie.partition(";")[0])).status == 200
    assert first.status == 200
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert b'content="0;url=/"' in first.body
    named = b'<link rel="icon" href="data:,">'  # a browser that finds none named asks for one
    assert named in first.body
    assert named in replayed.body
    assert replayed.status == 403
    assert "set-cookie" not in replayed.headers
    assert again.status == 200  # the phone that was let in may use its link again


async def test_looking_at_a_link_does_not_use_it_up():
    """A program that looks at a link first, with HEAD, leaves it for the phone."""
    async with shared_run() as shared:
        link = shared.link()
        assert (await shared.get(link, method="HEAD")).status == 200
        assert (await shared.get(link)).status == 200
        assert (await shared.get(link, method="HEAD")).status == 403


async def test_a_new_link_closes_the_one_before():
    """Who photographed the first one over a shoulder has nothing."""
    async with shared_run() as shared:
        first, second = shared.link(), shared.link()
        assert (await shared.get(first)).status == 403
        assert (await shared.get(second)).status == 200


@pytest.mark.parametrize("path", ["/", "/board", "/control", "/events", "/time"])
@pytest.mark.parametrize("cookie", ["", "coach=x", "wrong"])
async def test_nothing_of_the_run_without_a_cookie(path, cookie):
    """Neither a page, nor the stream, nor the time of the run."""
    async with shared_run() as shared:
        name = shared.server._cookie
        answer = await shared.get(path, cookie.replace("wrong", f"{name}=AAAAAAAAAAAAAAAAAAAAAA"))
        answer_to_link = await shared.get("/in/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer.status == 401
    assert b"01TEST" not in answer.body
    assert answer_to_link.status == 403


async def test_tokens_are_long_and_never_repeated():
    """128 bits each, of a link as of a cookie."""
    access = AccessTokens()
    tokens = {access.mint(Role.VIEW) for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {22}


async def test_only_so_many_phones_are_remembered():
    """Cookies do not pile up; the first of too many is let out."""
    tokens = AccessTokens()
    entered = [tokens.redeem(tokens.mint(Role.VIEW)) for _ in range(70)]
    cookies = [each[0] for each in entered if each is not None]
    assert tokens.role_of(cookies[0]) is None
    assert tokens.role_of(cookies[-1]) is Role.VIEW
    assert len(tokens._cookies) == 64


# --- what is asked


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8321", "-", "127.0.0.1", "127.0.0.1.evil.example:1"]
)
async def test_another_name_of_this_address_is_refused(host):
    """DNS rebinding: a page elsewhere whose name leads here may read nothing, not even with the cookie."""
    async with shared_run() as shared:
        cookie = await shared.enter()
        answer = await shared.get("/", cookie, Host=host)
        assert answer.status == 421
        assert (await shared.get("/", cookie, Host=f"LOCALHOST:{shared.port}")).status == 200


async def test_every_answer_forbids_what_it_can():
    """The policy, no sniffing, no frame, no referrer and no store, whatever the answer."""
    async with shared_run() as shared:
        cookie = await shared.enter()
        answers = [
            await shared.get("/", cookie),
            await shared.get("/"),
            await shared.get("/nowhere"),
            await shared.get("/a/colours.css"),
            await shared.get(shared.link()),
            await shared.ask(b"nonsense\r\n\r\n"),
        ]
    assert [answer.status for answer in answers] == [200, 401, 404, 200, 200, 400]
    for answer in answers:
        assert (
            dict(SECURITY_HEADERS).items()
            <= {name: answer.headers.get(name.lower()) for name, _ in SECURITY_HEADERS}.items()
        )
    policy = dict(SECURITY_HEADERS)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 100 + b"\r\n", 431),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"BREW / HTTP/1.1\r\n\r\n", 405),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET http://evil.example/ HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX Y: 1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: 1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
async def test_what_is_no_request_is_refused(request_bytes, status):
    """Giant headers, other methods, smuggled bodies, TLS: a status and one sentence, and the connection is over."""
    async with shared_run() as shared:
        assert (await shared.ask(request_bytes)).status == status


async def test_files_outside_of_the_pages_are_not_served():
    """There is a table of files and no path that leads out of it."""
    async with shared_run() as shared:
        for path in ("/a/../server.py", "/a/%2e%2e/server.py", "/a//etc/passwd", "/a/server.py", "/a/"):
            assert (await shared.get(path)).status == 404


# --- what is posted


async def test_a_button_needs_its_own_link_and_its_own_page():
    """No cookie, the cookie of a phone that may only look, another origin, another type, too much: refused."""
    presses = []

    async def control(body):
        presses.append(body)
        return b'{"status":"confirmed"}'

    as_json = {"Content_Type": "application/json"}
    async with shared_run(control=control) as shared:
        viewer, friend = await shared.enter(), await shared.enter(Role.CONTROL)
        origin = f"http://127.0.0.1:{shared.port}"
        refused = [
            await shared.post("/control", b"{}", **as_json),
            await shared.post("/control", b"{}", viewer, **as_json),
            await shared.post("/control", b"{}", friend, Origin="http://evil.example", **as_json),
            await shared.post("/control", b"{}", friend, Content_Type="text/plain"),
            await shared.post("/control", b"x" * 9000, friend, **as_json),
            await shared.get("/control", viewer),
        ]
        assert not presses
        accepted = await shared.post("/control", b'{"tx":"1"}', friend, Origin=origin, **as_json)
        assert (await shared.get("/control", friend)).status == 200
    assert [answer.status for answer in refused] == [401, 401, 403, 415, 413, 401]
    assert (accepted.status, accepted.json) == (200, {"status": "confirmed"})
    assert presses == [b'{"tx":"1"}']


async def test_a_flood_of_presses_is_refused():
    """Ten a second are more than a friend at the line presses."""

    async def control(_body):
        return b"{}"

    async with shared_run(control=control) as shared:
        friend = await shared.enter(Role.CONTROL)
        answers = [
            await shared.post("/control", b"{}", friend, Content_Type="application/json") for _ in range(15)
        ]
    assert {answer.status for answer in answers} == {200, 429}


async def test_a_run_without_buttons_takes_none():
    """Off unless asked for."""
    async with shared_run(ShareRequest("127.0.0.1")) as shared:
        friend = await shared.enter(Role.CONTROL)
        answer = await shared.post("/control", b"{}", friend, Content_Type="application/json")
    assert answer.status == 403


async def test_a_relay_has_its_own_token():
    """It is no cookie and no link, it reads nothing, and nothing is taken without it."""
    samples = []

    def relay(sender, sensor, body, content_type):
        samples.append((sender, sensor, body, content_type))
        return (204, "") if body != b"nonsense" else (400, "That is no value.")

    async with shared_run(relay=relay) as shared:
        url = shared.sharing.links()[-1].url
        path = "/relay/" + url.rpartition("/")[2]
        good = await shared.post(f"{path}/armband/strap", b"bpm=152", Content_Type="text/plain")
        put = await shared.post(path, b"bpm=153", method="PUT")
        bad = await shared.post(path, b"nonsense")
        wrong = await shared.post("/relay/AAAAAAAAAAAAAAAAAAAAAA", b"bpm=1")
        long = await shared.post(path, b"x" * 5000)
        as_link = await shared.get("/in/" + url.rpartition("/")[2])
        as_cookie = await shared.get("/", f"{shared.server._cookie}={url.rpartition('/')[2]}")
    answers = (good, put, bad, wrong, long, as_link, as_cookie)
    assert [each.status for each in answers] == [
        204,
        204,
        400,
        403,
        413,
        403,
        401,
    ]
    assert bad.body == b"That is no value.\n"
    assert samples == [
        ("armband", "strap", b"bpm=152", "text/plain"),
        ("phone", "", b"bpm=153", ""),
        ("phone", "", b"nonsense", ""),
    ]


async def test_no_relay_unless_asked_for():
    """Then there is no token that could be right, not even an empty one."""
    async with shared_run(ShareRequest("127.0.0.1")) as shared:
        for path in ("/relay/", "/relay/x", "/relay//a/b"):
            assert (await shared.post(path, b"bpm=152")).status == 403


# --- the run goes on


@pytest.fixture(scope="module")
def undisturbed() -> list[tuple[float, str]]:
    """What the demonstration says when nobody comes."""
    return asyncio.run(cues_of())


async def slowloris(shared) -> None:
    """Send requests byte by byte and never end them."""
    writers = [(await shared.connect())[1] for _ in range(12)]
    while True:
        for writer in writers:
            writer.write(b"G")
        await asyncio.sleep(0.02)


async def giant_headers(shared) -> None:
    """Send headers without an end, as fast as they are taken."""
    while True:
        reader, writer = await shared.connect()
        writer.write(b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000)
        await reader.read()
        writer.close()


async def hundred_connections(shared) -> None:
    """Open a hundred connections at once and say nothing."""
    opened = await asyncio.gather(*(shared.connect() for _ in range(100)))
    await asyncio.sleep(60)
    del opened


async def replayed_links(shared) -> None:
    """Try a used link and guessed ones, over and over."""
    link = shared.link()
    while True:
        await shared.get(link)
        await shared.get("/in/guessed")


async def never_reading(shared) -> None:
    """Open streams and read none of them."""
    cookie = await shared.enter()
    opened = []
    for _ in range(4):
        reader, writer = await shared.connect()
        stop_reading(writer)
        writer.write(shared.request("/events", cookie))
        opened.append((reader, writer))
    await asyncio.sleep(60)


ATTACKS = [slowloris, giant_headers, hundred_connections, replayed_links, never_reading]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
async def test_the_same_cues_under(attack, undisturbed):
    """Every cue of the run at the same moment, as if nobody had come."""
    cues = await cues_of(attack)
    assert len(undisturbed) > 12
    assert cues == undisturbed


async def test_a_hundred_connections_leave_room_for_a_phone(monkeypatch):
    """One address holds sixteen of them at most, and a stream that is open goes on."""
    async with shared_run() as shared:
        stream = await look(shared, await shared.enter())
        opened = await asyncio.gather(*(shared.connect() for _ in range(100)))
        for _ in range(10):
            await asyncio.sleep(0.02)
            assert len(shared.server._tasks) <= share.MOST_OF_ONE + 1
        before = len(stream.of("frame"))
        await wait_until(lambda: len(stream.of("frame")) > before)
        for _, writer in opened:
            writer.close()


async def test_a_request_has_to_come_in_time(monkeypatch):
    """Who sends a byte now and then is answered 408, and holds nothing any more."""
    monkeypatch.setattr(http, "READ_S", 0.1)
    async with shared_run() as shared:
        reader, writer = await shared.connect()
        writer.write(b"GET / HT")
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        await wait_until(lambda: not shared.server._tasks)
        writer.close()


async def test_a_phone_that_reads_nothing_is_dropped(monkeypatch):
    """Its frames replace each other, and after a while it is let go; the others hear nothing of it."""
    monkeypatch.setattr(share, "_STUCK_S", 0.2)
    async with shared_run() as shared:
        cookie = await shared.enter()
        good = await look(shared, cookie)
        before = set(shared.server._viewers)
        _, writer = await shared.connect()
        stop_reading(writer)
        writer.write(shared.request("/events", cookie))
        await wait_until(lambda: shared.server.viewers == 2)
        viewer = (shared.server._viewers - before).pop()
        for _ in range(4000):  # 200 kB a round: more than any buffer of the system takes
            viewer.frame = '{"n":1,"x":"' + "x" * 200_000 + '"}'
            viewer.ready.set()
            await asyncio.sleep(0.005)
            if shared.server.viewers == 1:
                break
        assert shared.server.viewers == 1
        await wait_until(lambda: len(shared.server._tasks) == 1)  # and with it its connection
        assert viewer.frame is None or len(viewer.frame) < 300_000
        await good.next_frame(shared.conductor.now())
        writer.transport.abort()
