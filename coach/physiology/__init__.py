"""Formulas of exercise physiology, each with its source, its units and its valid range."""
