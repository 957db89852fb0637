"""Virtual sensors: GATT peripherals over bumble, on any controller it supports.

Only this package imports bumble, the optional extra `radio`. It is imported where it is needed, and the importer
explains what to do if bumble is missing.
"""
