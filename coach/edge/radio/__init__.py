"""How do straps and pods reach a run through the air? Bluetooth Low Energy, by bleak.

`discovery`, `sensor_lock` and `timings` are light. The others load bleak, so they are imported where a radio
is opened and nowhere before: a run without a radio never loads it. What is heard goes into the inbox as raw bytes.
"""
