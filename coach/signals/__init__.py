"""Which readings to believe: their freshness and smoothing, the heart rate, the footpod and the odometer."""
