"""Many runs side by side: a roster, splits by hand, and a board made of messages."""
