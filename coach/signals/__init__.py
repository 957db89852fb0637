"""Decides which readings are believed: their freshness and smoothing, the heart rate, the footpod and the odometer."""
