"""How do straps and pods reach a run through the air? Bluetooth Low Energy, by bleak.

`timings`, `found`, `choosing` and `holding` are light. The others load bleak, so they are imported where a radio
is opened and nowhere before: a run without a radio never loads it. What is heard goes into the inbox as raw bytes.
"""
