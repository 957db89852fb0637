"""Who may speak to which broker, over TLS and with the rules of the how-to, tried on a real mosquitto."""

import asyncio
import datetime as dt
import gc
import logging
import re
import shutil
import subprocess
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from coach.edge import mqtt_bus
from coach.edge.mqtt_address import BrokerAddress, MqttRequest, broker_for
from coach.edge.mqtt_bus import BusState, Received
from coach.edge.settings import MqttSettings
from coach.problems import UsageProblem
from tests.edge.telemetry.brokers import Linked, Listener, Mosquitto, needs_mosquitto
from tests.patience import wait_until

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "secure-a-broker.md"
ACL = re.search(r"```\n(# The coach writes.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def broker(url, *, environment=None, settings=None, **request):
    """The broker that a request leads to."""
    return broker_for(MqttRequest(url, **request), settings or MqttSettings(), environment or {})


# --- which broker may be spoken to


@pytest.mark.parametrize(
    "url", ["mqtt://127.0.0.1", "mqtt://localhost:1884", "mqtt://[::1]", "mqtts://127.0.0.1"]
)
def test_this_machine_needs_nothing_else(url):
    """A broker that nobody else reaches."""
    assert broker(url).is_loopback


@pytest.mark.parametrize(
    ("url", "missing"),
    [
        ("mqtt://192.168.8.2", "TLS (mqtts://) and credentials are missing"),
        ("mqtt://192.168.8.2:1883", "TLS (mqtts://) and credentials are missing"),
        ("mqtts://192.168.8.2", ": credentials are missing"),
        ("mqtts://coach@broker.local", ": credentials are missing"),
        ("mqtt://coach@broker.local", "TLS"),
        ("mqtt://127.0.0.1.example", "TLS"),
        ("mqtt://0.0.0.0", "TLS"),
    ],
)
def test_another_machine_needs_tls_and_credentials(url, missing):
    """What is missing is said, and how to allow it; the password is asked for by name alone."""
    with pytest.raises(UsageProblem) as told:
        broker(url)

    assert missing in told.value.message
    assert "--mqtt-insecure" in told.value.hint
    assert broker(url, is_insecure=True).host


def test_a_user_with_a_password_is_enough():
    """From the environment, or from a file that nobody else may read."""
    address = broker("mqtts://coach@broker.local", environment={"COACH_MQTT_PASSWORD": "secret"})

    assert (address.port, address.username, address.password) == (8883, "coach", "secret")
    assert "secret" not in f"{address} {address!r}"


def test_a_password_file_must_be_private(tmp_path):
    """Else it is refused, with the command that mends it."""
    path = tmp_path / "password"
    path.write_text("secret\n")
    path.chmod(0o644)
    settings = MqttSettings(password_file=str(path))
    with pytest.raises(UsageProblem, match="others can read") as told:
        broker("mqtts://coach@broker.local", settings=settings)
    path.chmod(0o600)

    assert told.value.hint.startswith("chmod 600")
    assert broker("mqtts://coach@broker.local", settings=settings).password == "secret"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mqtt://coach:secret@127.0.0.1", "do not put a password in an address"),
        ("127.0.0.1", "not an address of an MQTT broker"),
        ("http://127.0.0.1", "not an address of an MQTT broker"),
        ("mqtt://", "names no broker"),
        ("mqtt://127.0.0.1:99999", "cannot be read"),
        ("mqtt://127.0.0.1:0", "names no broker"),
        ("mqtt://127.0.0.1/topic", "names no broker"),
        ("mqtt://[::1", "cannot be read"),
    ],
)
def test_what_is_no_address_is_refused(url, words):
    """A password in it is not even repeated."""
    with pytest.raises(UsageProblem) as told:
        broker(url)

    assert words in told.value.message
    assert "secret" not in str(told.value)


def test_files_that_are_not_there_are_named():
    """And certificates without TLS, or a key without its certificate, make no sense."""
    for wrong, words in (
        ({"ca_file": "no.crt"}, "no.crt: there is no such certificate authority"),
        ({"ca_file": __file__}, "certificates need TLS"),
        ({"key_file": __file__}, "a client key needs its certificate"),
    ):
        with pytest.raises(UsageProblem) as told:
            broker("mqtt://127.0.0.1", **wrong)
        assert words in told.value.message


def test_the_settings_name_a_broker_and_the_command_line_another_or_none():
    """`--mqtt off` runs without it this once."""
    settings = MqttSettings(url="mqtt://127.0.0.1:1900")

    assert broker(None, settings=settings).port == 1900
    assert broker("mqtt://127.0.0.1", settings=settings).port == 1883
    assert broker("off", settings=settings) is None
    assert broker(None) is None
    with pytest.raises(UsageProblem, match="need a broker"):
        broker(None, has_control=True)


# --- on a real broker


class Authority:
    """Signs certificates in a folder."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.path = folder / f"{name}.crt"
        self.path.write_bytes(_pem(self._certificate(self._name, self._key, is_authority=True)))

    def signed(self, name: str, *, address: str = "127.0.0.1") -> tuple[Path, Path]:
        """A certificate for a common name and an address, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate, secret = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        certificate.write_bytes(_pem(self._certificate(subject, key, address=address)))
        form = serialization.PrivateFormat.PKCS8
        secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
        return certificate, secret

    def _certificate(self, subject, key, *, is_authority=False, address="127.0.0.1"):
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if is_authority:
            usage = x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            )
            builder = builder.add_extension(usage, critical=True)
        return builder.sign(self._key, hashes.SHA256())


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def secured(folder: Path, authority: Authority, *lines: str, address: str = "127.0.0.1") -> Mosquitto:
    """A mosquitto with TLS."""
    certificate, key = authority.signed("broker", address=address)
    tls = (f"cafile {authority.path}", f"certfile {certificate}", f"keyfile {key}")
    return Mosquitto(folder, *tls, *(lines or ("allow_anonymous true",))).start()


@needs_mosquitto
@pytest.mark.asyncio
async def test_a_run_is_published_over_tls(tmp_path):
    """The certificate is checked against the authority that is named."""
    authority = Authority(tmp_path)
    mosquitto = secured(tmp_path, authority)
    address = replace(mosquitto.address, is_tls=True, ca_file=authority.path)
    device = Listener(mosquitto.port, ca=str(authority.path))
    async with Linked(address) as linked:
        await linked.until_up()
        await wait_until(lambda: linked.states and device.of("/status"))
    device.close()
    mosquitto.stop()

    assert linked.states == [BusState.UP]
    assert device.of("/status")[0]["state"] == "online"


@needs_mosquitto
@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:Exception ignored")  # the library leaves its socket to the collector
@pytest.mark.parametrize("wrong", ["authority", "name"])
async def test_a_certificate_that_does_not_fit_is_never_accepted(tmp_path, wrong):
    """Neither one of another authority nor one for another address; and the reason is told."""
    authority = Authority(tmp_path)
    mosquitto = secured(tmp_path, authority, address="10.0.0.9" if wrong == "name" else "127.0.0.1")
    trusted = authority.path if wrong == "name" else Authority(tmp_path, "another").path
    async with Linked(replace(mosquitto.address, is_tls=True, ca_file=trusted)) as linked:
        await wait_until(lambda: linked.states)
    mosquitto.stop()
    gc.collect()

    assert linked.states[0] is BusState.LOST
    assert "TLS failed: " in linked.words
    assert "erif" in linked.words


@needs_mosquitto
@pytest.mark.asyncio
async def test_a_client_certificate_names_the_user(tmp_path, monkeypatch):
    """With `use_identity_as_username` its common name is who is let in, and the rules go by it."""
    authority = Authority(tmp_path)
    (tmp_path / "acl").write_text(ACL.group(1) if ACL else "")
    mosquitto = secured(
        tmp_path,
        authority,
        "require_certificate true",
        "use_identity_as_username true",
        f"acl_file {tmp_path / 'acl'}",
    )
    certificate, key = authority.signed("coach")
    address = replace(
        mosquitto.address, is_tls=True, ca_file=authority.path, cert_file=certificate, key_file=key
    )
    async with Linked(address) as linked:
        await linked.until_up()
        await wait_until(lambda: linked.bus._has_probed)
    monkeypatch.setattr(mqtt_bus, "ANSWER_S", 0.3)  # nobody says no to it: the broker only closes
    async with Linked(replace(address, cert_file=None, key_file=None)) as stranger:
        await wait_until(lambda: BusState.LOST in stranger.states)
    mosquitto.stop()

    assert linked.bus.refused == ()


@needs_mosquitto
@pytest.mark.asyncio
async def test_the_rules_of_the_how_to_keep_everybody_to_their_own(tmp_path, caplog):
    """The coach may do what it does; Ana hears her own cues, not Ben's; a wrong password is told and never logged."""
    caplog.set_level(logging.DEBUG)
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("no mosquitto_passwd")
    for user in ("coach", "ana", "ben", "lights"):
        await asyncio.to_thread(
            subprocess.run, [tool, "-b", str(passwords), user, f"of-{user}"], check=True, capture_output=True
        )
    assert ACL is not None
    (tmp_path / "acl").write_text(ACL.group(1))
    mosquitto = Mosquitto(
        tmp_path, "allow_anonymous false", f"password_file {passwords}", f"acl_file {tmp_path / 'acl'}"
    ).start()
    ana, ben = (
        Listener(mosquitto.port, "coach/v1/track/#", username=user, password=f"of-{user}")
        for user in ("ana", "ben")
    )
    lights = Listener(mosquitto.port, "coach/v1/track/#", username="lights", password="of-lights")
    coach = replace(mosquitto.address, username="coach", password="of-coach")
    got: list[Received] = []
    async with Linked(coach) as linked:
        linked.bus.subscribe("coach/v1/track/ana/cmd", got.append)
        await linked.until_up()
        await wait_until(lambda: linked.bus._has_probed)
        linked.bus.publish("coach/v1/track/ana/cue", '{"_type": "cue"}', qos=1)
        linked.bus.publish("coach/v1/track/light/ana/plan", '{"_type": "light_plan"}', qos=1)
        await wait_until(lambda: ana.of("/cue") and lights.of("/plan"))
        await asyncio.to_thread(ben.send, "coach/v1/track/ana/cmd", "from ben", qos=1)
        await asyncio.to_thread(ana.send, "coach/v1/track/ana/cmd", "from ana", qos=1)
        await wait_until(lambda: got)
    async with Linked(replace(coach, password="nonsense")) as denied:
        await wait_until(lambda: denied.states)
    for device in (ana, ben, lights):
        device.close()
    mosquitto.stop()

    assert linked.bus.refused == ()
    assert ben.of("/cue") == []
    assert {topic for topic, _ in lights.messages if "/node/" not in topic} == {
        "coach/v1/track/light/ana/plan"
    }
    assert not ana.of("/plan")
    assert [each.payload for each in got] == [b"from ana"]
    assert denied.states[0] is BusState.LOST
    assert "does not let this client in" in denied.words
    assert not {"of-coach", "nonsense"} & set(re.findall(r"[\w-]+", caplog.text))


@pytest.mark.asyncio
async def test_a_key_that_cannot_be_used_is_told(tmp_path):
    """And no terminal is asked for its password."""
    bad = tmp_path / "bad.crt"
    bad.write_text("nothing")
    async with Linked(BrokerAddress("127.0.0.1", 1, is_tls=True, cert_file=bad)) as linked:
        await wait_until(lambda: linked.states)

    assert "the certificates cannot be used" in linked.words
