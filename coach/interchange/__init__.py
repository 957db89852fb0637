"""How do others write it?

Readers of other tools' files: bytes in, inputs out, with a report of what was lost.
"""
