"""A broker on this machine, for trying without installing one: amqtt, which speaks MQTT 3.1.1 and keeps nothing.

It is of the extra `broker`; for an evening with devices, mosquitto is the better one.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from coach.edge.process import ShutdownSignals
from coach.problems import CoachProblem

HOST: Final = "127.0.0.1"
_ANONYMOUS: Final = "amqtt.plugins.authentication.AnonymousAuthPlugin"
_MISSING: Final = 'pip install "trackside-coach[broker]", or install mosquitto and start it.'


async def serve_broker(port: int, on_ready: Callable[[], None]) -> None:
    """Serve until a signal asks to end; `on_ready` is called once devices may connect.

    Raises:
        CoachProblem: the library is not installed, or the port is taken.
    """
    try:
        from amqtt.broker import Broker
        from amqtt.errors import AMQTTError, BrokerError
    except ImportError:
        raise CoachProblem("The broker is not installed", _MISSING) from None
    log = logging.getLogger("amqtt")
    log.addHandler(logging.NullHandler())
    log.propagate = False  # whatever a stranger sends is no news
    has_ended = asyncio.Event()
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
            "plugins": {_ANONYMOUS: {"allow_anonymous": True}},
        }
    )
    with ShutdownSignals(has_ended.set):
        try:
            await broker.start()
        except (AMQTTError, BrokerError, OSError):
            raise CoachProblem(
                f"Nothing can listen on port {port}: another broker may", "Name another one: --port 1884."
            ) from None
        on_ready()
        await has_ended.wait()
        with suppress(AMQTTError, BrokerError, OSError):
            await broker.shutdown()
