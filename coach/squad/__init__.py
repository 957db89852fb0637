"""Training of several runners: a roster, splits by hand, and a board."""
