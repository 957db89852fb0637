"""What things cost: `make bench` prints tables; no test asserts a wall-clock time."""
