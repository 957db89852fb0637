"""MQTT: publishes a run to other devices and takes their commands, over a bus that the run never waits for.

`topics` defines the topics and their payloads, `sink` publishes the run, `bus` keeps the link and its queues on a
thread of its own, `address` decides which broker is allowed.
"""
