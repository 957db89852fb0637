"""Bluetooth Low Energy sensors, by bleak.

`link_state` is light. The other modules load bleak, so they are imported where a radio
is opened: a run without a radio never loads it. Notifications go into the inbox as raw bytes.
"""
