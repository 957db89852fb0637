"""MQTT: publishes a run to other devices and takes their commands, over a bus that the run never waits for.

`bus` keeps the link and its queues on a thread of its own, `sink` publishes the run, `messages` defines the payloads of
the topics, `address` decides which broker is allowed. Only `connection` uses the library.
"""
