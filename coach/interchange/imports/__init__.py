"""How do others write a workout down, and what of it can ours say?"""
