"""MQTT: what a run tells other devices, and what they send to it, over a bus that the run never waits for.

`bus` keeps the link and its queues on a thread of its own, `sink` publishes the run, `messages` says what is in each
topic, `address` which broker may be spoken to. The library is named in `connection` alone.
"""
