"""What does this byte mean?

Symmetric codecs between the bytes of a Bluetooth characteristic and plain quantities.
"""
