"""Bytes of Bluetooth characteristics to measurements and back, one file a service."""
