"""Where does this number come from?

Formulas with their source, units and valid range.
"""
