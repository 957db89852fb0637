"""How is a document that a person wrote read: strictly, and with sentences instead of tracebacks?"""
