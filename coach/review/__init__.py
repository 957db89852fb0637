"""How did it go?

Summaries made from the outputs of a fold.
"""
