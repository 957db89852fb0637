"""Cues as a webhook: posted beside the run, never holding it up, and telling no more than was asked for."""

import asyncio
import json
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from coach.app.live_run import ShareRequest
from coach.app.sharing import Sharing, open_sharing
from coach.app.terminal import RunMode
from coach.cues.cue import Cue, CueClass, CueKind, Why
from coach.edge import http as posting
from coach.edge.http import Webhook, WebhookSink, parse_webhook
from coach.edge.settings import Settings
from coach.live.run import TimedOutput
from coach.problems import UsageProblem
from coach.quantities import Seconds
from tests.edge.telemetry.test_security import Authority
from tests.patience import block_until
from tests.pty.terminal import PATIENCE_S
from tests.share.test_program import program

SECRET = "s3cret"


class Receiver:
    """A server that keeps what was posted to it, and answers as a test says."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, str], Any]] = []
        self.statuses: list[int] = []
        self.holds = threading.Event()
        self.holds.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((self.path, dict(self.headers), json.loads(body)))
                receiver.holds.wait(5)
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://coach:{SECRET}@127.0.0.1:{self.server.server_port}/hook?key={SECRET}"


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens during the block."""
    result = Receiver()
    thread = threading.Thread(target=result.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield result
    finally:
        result.holds.set()
        result.server.shutdown()
        thread.join()
        result.server.server_close()


def said(
    text: str, at: float = 1.0, kind: CueKind = CueKind.FORM, quantity: str = "", rule: str = "x"
) -> TimedOutput:
    """A cue."""
    why = Why(rule, 172.0 if quantity else None, quantity)
    return TimedOutput(Cue(Seconds(at), kind, CueClass.INFO, text, why, Seconds(5.0)), Seconds(at))


def sink_to(url: str, **more: Any) -> WebhookSink:
    """A sink whose run is at 1 s, and that tries again at once."""
    settings: dict[str, Any] = {"now": lambda: Seconds(1.0), "names": {}, "pauses_s": (0.01, 0.01)} | more
    return WebhookSink(parse_webhook(url), **settings)


def test_each_cue_is_posted_as_its_event():
    """One JSON object a cue, as `--json` prints it, with the password where it belongs."""
    with receiver() as server:
        sink = sink_to(server.url)
        sink.offer(said("Quick steps."))
        sink.offer(said("Relax.", 2.0))
        asyncio.run(sink.close())
    path, headers, body = server.posts[0]
    assert path == f"/hook?key={SECRET}"
    assert headers["Authorization"] == "Basic Y29hY2g6czNjcmV0"
    assert headers["Content-Type"] == "application/json"
    assert body["event"] == "cue"
    assert [post[2]["text"] for post in server.posts] == ["Quick steps.", "Relax."]
    assert (sink.posted, sink.dropped) == (2, 0)


def test_heart_rate_and_names_only_if_asked_for():
    """Without that, what tells of a heart rate is not posted at all, and nobody is named."""
    about_heart = [
        said("Heart rate high. Ease off.", kind=CueKind.HEART_RATE_HIGH, quantity="heart_rate_bpm"),
        said("Heading for one eighty.", kind=CueKind.ADVICE, quantity="heart_rate_bpm"),
        said("Recovery not complete.", kind=CueKind.ADVICE, rule="recovery_cap"),
    ]
    with receiver() as server:
        quiet, open_ = (
            sink_to(server.url),
            sink_to(server.url, names={"athlete": "ola"}, heart_rate=lambda: 171.6),
        )
        for sink in (quiet, open_):
            for each in (*about_heart, said("Relax.")):
                sink.offer(each)
            asyncio.run(sink.close())
    first, *others = [post[2] for post in server.posts]
    assert first["text"] == "Relax."
    assert not {"athlete", "workout", "heart_rate_bpm"} & first.keys()
    assert len(others) == 4
    assert others[0]["athlete"] == "ola"
    assert others[0]["heart_rate_bpm"] == 172


@pytest.mark.parametrize("is_trusted", [True, False])
def test_https_posts_to_whom_the_system_trusts(is_trusted, tmp_path, monkeypatch):
    """A certificate that nobody vouches for gets nothing, and that is told."""
    authority = Authority(tmp_path)
    certificate, key = authority.signed("hook")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    messages: list[str] = []
    with receiver() as server:
        server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
        server.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        sink = sink_to(server.url.replace("http:", "https:"), report=messages.append)
        sink.offer(said("Relax."))
        while sink.posted + sink.dropped < 1:
            time.sleep(0.005)
        asyncio.run(sink.close())
    assert [post[2]["text"] for post in server.posts] == (["Relax."] if is_trusted else [])
    assert (sink.posted, len(messages)) == ((1, 0) if is_trusted else (0, 1))


def test_what_fails_is_tried_again_and_no_more():
    """A server in trouble is asked three times; one that refuses is believed; the cue is then gone."""
    with receiver() as server:
        server.statuses = [500, 429, 204, 404, 503, 503, 503]
        messages: list[str] = []
        sink = sink_to(server.url, report=messages.append)
        for text in ("one", "two", "three"):
            sink.offer(said(text))
        while sink.posted + sink.dropped < 3:
            time.sleep(0.005)
        asyncio.run(sink.close())
    assert [post[2]["text"] for post in server.posts] == ["one"] * 3 + ["two"] + ["three"] * 3
    assert (sink.posted, sink.dropped) == (1, 2)
    assert len(messages) == 1
    assert SECRET not in messages[0]


def test_nobody_is_followed_elsewhere():
    """A redirect is a refusal: the cues are for the address that was named."""
    with receiver() as server:
        server.statuses = [302]
        sink = sink_to(server.url)
        sink.offer(said("Relax."))
        asyncio.run(sink.close())
    assert len(server.posts) == 1
    assert sink.dropped == 1


def test_a_server_that_hangs_holds_nothing_up():
    """Offering takes no time, the queue keeps the newest, and the end of the run waits 2 s at most."""
    with receiver() as server:
        server.holds.clear()
        sink = sink_to(server.url)
        began = time.monotonic()
        for number in range(1000):
            sink.offer(said(str(number)))
        assert len(sink._queue) <= posting._ROOM
        assert sink._queue[-1][0].find(b'"999"') > 0
        assert sink.dropped >= 1000 - posting._ROOM - 1
        assert time.monotonic() - began < 5  # a thousand waits would be hours
        server.holds.set()
        asyncio.run(sink.close())


def test_a_cue_that_is_too_old_is_not_posted():
    """It waited longer than anybody wants to hear of it."""
    with receiver() as server:
        sink = sink_to(server.url, now=lambda: Seconds(100.0))
        sink.offer(said("Relax."))
        asyncio.run(sink.close())
    assert server.posts == []
    assert sink.dropped == 1


def test_nobody_there_is_told_once(caplog):
    """The run goes on; the password is neither told nor logged."""
    messages: list[str] = []
    sink = sink_to(f"http://coach:{SECRET}@127.0.0.1:9/{SECRET}", report=messages.append)
    for text in ("one", "two"):
        sink.offer(said(text))
    while sink.dropped < 2:
        time.sleep(0.005)
    asyncio.run(sink.close())
    assert messages == [
        "Cues cannot be posted to http://127.0.0.1:9 (nobody listens there); the run goes on."
    ]
    assert SECRET not in caplog.text


def test_an_address_in_any_script_is_posted_to():
    """A request has letters of ASCII alone, so that the others are escaped, and those that are stay as they are."""
    with receiver() as server:
        sink = sink_to(server.url.replace("/hook?", "/läufe/%C3%BC?n=ä&"))
        sink.offer(said("Relax."))
        asyncio.run(sink.close())
    assert server.posts[0][0] == f"/l%C3%A4ufe/%C3%BC?n=%C3%A4&key={SECRET}"
    assert sink.posted == 1


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org", "https://", "http://a:b@", "http://a b/", "https://a:x/",
        "http://a:b@a..b/", "http://a:b@" + "x" * 64 + ".org/", "http://a:b\udce9@example.org/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url):
    """Only the web, and the message quotes nothing of what may hold a password."""
    with pytest.raises(UsageProblem) as refused:
        parse_webhook(url)
    assert "a:b" not in str(refused.value)


def test_an_address_with_other_letters_is_posted_to():
    """A path is sent as the web writes it, and a name as it is looked up."""
    with receiver() as server:
        sink = sink_to(server.url.partition("/hook")[0] + "/h\u00e4tte/a%20b?q=\u00e9&r=1")
        sink.offer(said("Relax."))
        asyncio.run(sink.close())
    assert [post[0] for post in server.posts] == ["/h%C3%A4tte/a%20b?q=%C3%A9&r=1"]
    assert parse_webhook("https://b\u00fccher.example/").host == "xn--bcher-kva.example"
    assert parse_webhook("http://[::1]:9/").shown == "http://[::1]:9"


def test_an_address_is_shown_without_its_secrets():
    """Scheme, host and port."""
    webhook = parse_webhook("https://me:pw@example.org:8443/hooks/abc?token=1")
    assert webhook == Webhook(True, "example.org", 8443, "/hooks/abc?token=1", "Basic bWU6cHc=")
    assert webhook.shown == "https://example.org:8443"


@pytest.mark.parametrize(
    ("url", "is_told"),
    [("http://example.org/", True), ("https://example.org/", False), ("http://127.0.0.1:9/", False)],
)
def test_a_heart_rate_in_the_open_is_told(url, is_told):
    """Over plain http to somewhere else everybody on the way can read it, and that is said."""
    lines: list[str] = []
    console = SimpleNamespace(say=lines.append)
    request = ShareRequest(webhook=url, webhook_with=frozenset({"heart-rate"}))
    with open_sharing(request, Settings(), console, RunMode.UNATTENDED):
        assert [line for line in lines if "heart rate goes to http://example.org" in line] == lines
        assert bool(lines) is is_told


def test_only_a_webhook_opens_no_server():
    """Cues are posted and nobody can connect."""
    sharing = Sharing(ShareRequest(webhook="http://127.0.0.1:9/"), [], "sun")
    assert sharing.actions is None
    assert not ShareRequest(webhook="http://127.0.0.1:9/").is_served


def test_the_program_posts_its_cues(tmp_path):
    """The run as it is started: the first words of its step, the heart rate as asked for, and no secret printed."""
    with receiver() as server:
        options = ("--webhook", server.url, "--webhook-with", "heart-rate")
        with program(*options, home=tmp_path) as process:
            block_until(lambda: server.posts, "a post")
            process.send_signal(signal.SIGINT)
            out, stderr = process.communicate(timeout=PATIENCE_S)
    first = server.posts[0][2]
    assert (first["event"], first["kind"]) == ("cue", "step")
    assert "workout" not in first
    assert SECRET.encode() not in out + stderr
    assert not [
        file for file in tmp_path.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()
    ]
