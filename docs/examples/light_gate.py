"""A timing gate for an ESP32 in MicroPython: a light beam across the line, or a button, told to the coach by MQTT.

Untried on hardware; `Crossings` and `age_s` are tested on a computer. Copy it to the board as `main.py`, with a file
`settings.py` beside it that holds WIFI, PASSWORD, BROKER, TOPIC and PIN (and BROKER_USER, BROKER_PASSWORD where the
broker asks for them).

The output of a receiver such as a TSSP4038 rises when the beam is broken; a button to ground pulls it down
(BROKEN = 0). The gate keeps no calendar: it tells how long ago it was passed, so that nobody has to set its clock.
"""

import json

QUIET_MS = 2000
"""An arm, the body and the other arm are one runner."""
LATEST_MS = 5000
"""What is older is of no use to the coach."""
PERIOD = 1 << 30
"""The ticks of MicroPython begin anew after so many milliseconds."""


def elapsed_ms(now, then):
    """Return the milliseconds from one tick to another, as `time.ticks_diff` does."""
    return ((now - then + PERIOD // 2) % PERIOD) - PERIOD // 2


def age_s(now, then):
    """Return the message of a crossing: how long ago it was, in seconds."""
    return json.dumps({"age_s": elapsed_ms(now, then) / 1000})


class Crossings:
    """The crossings that wait to be told; `broken` is called by the interrupt, the others by the loop."""

    def __init__(self):
        """Start with nobody at the line."""
        self._waiting = []
        self._broken_at = None

    def broken(self, now):
        """Note that the beam was broken; soon after another break it is the same runner."""
        last, self._broken_at = self._broken_at, now
        if last is None or elapsed_ms(now, last) >= QUIET_MS:
            self._waiting.append(now)

    def oldest(self, now):
        """Return the tick of the oldest crossing that is worth telling; None without one."""
        while self._waiting and elapsed_ms(now, self._waiting[0]) > LATEST_MS:
            self._waiting.pop(0)
        return self._waiting[0] if self._waiting else None

    def told(self):
        """Forget the oldest crossing: the broker has it."""
        self._waiting.pop(0)


def main():
    """Join the network, listen to the beam, and tell each crossing until the broker has it."""
    import time

    import machine
    import network
    import settings
    from umqtt.simple import MQTTClient

    crossings = Crossings()
    edge = machine.Pin.IRQ_RISING if getattr(settings, "BROKEN", 1) else machine.Pin.IRQ_FALLING
    pin = machine.Pin(settings.PIN, machine.Pin.IN, machine.Pin.PULL_UP)
    pin.irq(lambda _pin: crossings.broken(time.ticks_ms()), edge)
    wifi = network.WLAN(network.STA_IF)
    wifi.active(True)
    client = MQTTClient(
        "gate-" + machine.unique_id().hex(),
        settings.BROKER,
        user=getattr(settings, "BROKER_USER", None),
        password=getattr(settings, "BROKER_PASSWORD", None),
        keepalive=30,
    )
    is_connected = False
    pinged_at = time.ticks_ms()
    while True:
        try:
            if not wifi.isconnected():
                is_connected = False
                wifi.connect(settings.WIFI, settings.PASSWORD)
                time.sleep(1)
                continue
            if not is_connected:
                client.connect()
                is_connected = True
            now = time.ticks_ms()
            then = crossings.oldest(now)
            if then is not None:
                client.publish(settings.TOPIC, age_s(now, then), qos=1)
                crossings.told()
            elif elapsed_ms(now, pinged_at) > 10000:
                client.ping()
                pinged_at = now
        except OSError:
            is_connected = False
            time.sleep_ms(200)
        time.sleep_ms(5)


if __name__ == "__main__":
    main()
