"""A buzzer on the wrist for an ESP32 in MicroPython: every cue of the coach is a pattern to be felt, told by MQTT.

Untried on hardware; `Cues` and `pattern_of` are tested on a computer. Copy it to the board as `main.py`, with a file
`settings.py` beside it that holds WIFI, PASSWORD, BROKER, TOPIC (`coach/v1/track/athlete/cue`) and PIN (and
BROKER_USER, BROKER_PASSWORD where the broker asks for them).

The pin switches a small vibration motor through a transistor, with a diode across the motor: a pin cannot feed it. The
board needs no clock: a cue that the coach sent late never leaves the broker, and one that comes again is known by its
number.
"""

import json

SHORT_MS = 120
LONG_MS = 450
GAP_MS = 150
PATTERNS = {"fast": "..", "slow": "-", "on": ".", "go": "---", "stop": "-.-", "other": ""}
"""What is felt: two short ones for ease off, a long one for faster. Nothing for what need not be felt."""
FAST = (
    "too_fast",
    "ahead_of_light",
    "heart_rate_high",
    "heart_rate_ceiling",
    "start_too_fast",
    "float_too_fast",
)
SLOW = ("too_slow", "behind_light", "heart_rate_low", "float_too_slow", "fade")


def pattern_of(cue):
    """Return the milliseconds of a cue by turns: on, off, on; an empty list for one that is not felt."""
    kind = cue.get("kind")
    if kind in FAST:
        name = "fast"
    elif kind in SLOW:
        name = "slow"
    elif kind == "back_on_target":
        name = "on"
    elif kind == "step":
        name = "go"
    elif cue.get("class") == "safety":
        name = "stop"
    elif kind == "countdown":
        name = "on"
    else:
        name = "other"
    made = []
    for sign in PATTERNS[name]:
        if made:
            made.append(GAP_MS)
        made.append(SHORT_MS if sign == "." else LONG_MS)
    return made


class Cues:
    """Takes the messages of the topic, and knows which of them are new cues."""

    def __init__(self):
        """Begin with no run."""
        self._run = None
        self._seq = -1

    def take(self, payload):
        """Return what is to be felt of a message; an empty list for one that is none, is old, or came before."""
        try:
            cue = json.loads(payload)
        except ValueError:
            return []
        if not isinstance(cue, dict) or cue.get("_type") != "cue":
            return []  # a probe of the coach, or something of somebody else
        seq = cue.get("seq")
        if not isinstance(seq, int):
            return []
        if cue.get("run") == self._run and seq <= self._seq:
            return []
        self._run, self._seq = cue.get("run"), seq
        return pattern_of(cue)


def main():
    """Join the network, listen to the cues, and let each be felt."""
    import time

    import machine
    import network
    import settings
    from umqtt.simple import MQTTClient

    cues = Cues()
    motor = machine.Pin(settings.PIN, machine.Pin.OUT, value=0)

    def felt(_topic, payload):
        is_on = True
        for milliseconds in cues.take(payload):
            motor.value(1 if is_on else 0)
            time.sleep_ms(milliseconds)
            is_on = not is_on
        motor.value(0)

    wifi = network.WLAN(network.STA_IF)
    wifi.active(True)
    client = MQTTClient(
        "wrist-" + machine.unique_id().hex(),
        settings.BROKER,
        user=getattr(settings, "BROKER_USER", None),
        password=getattr(settings, "BROKER_PASSWORD", None),
        keepalive=30,
    )
    client.set_callback(felt)
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
                client.subscribe(settings.TOPIC)
                is_connected = True
            client.check_msg()
            if time.ticks_diff(time.ticks_ms(), pinged_at) > 10000:
                client.ping()
                pinged_at = time.ticks_ms()
        except OSError:
            is_connected = False
            motor.value(0)
            time.sleep_ms(200)
        time.sleep_ms(10)


if __name__ == "__main__":
    main()
