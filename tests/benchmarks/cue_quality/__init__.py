"""How good are the cues? Steps of speed in real running, and who notices them: `make bench-cues`."""
