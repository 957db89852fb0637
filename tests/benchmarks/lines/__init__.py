"""Where reps end: scripted runners with lines of their own, and how far the ends of their reps lie from them."""
