"""Modules and functions stay short enough to be read in one sitting."""

from functools import cache

from tools.shape import LONGEST_FUNCTION, LONGEST_MODULE, module_sizes

shapes = cache(module_sizes)

LONG_MODULES: dict[str, str] = {}
"""Modules that may be longer, each with the reason why two would be worse."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions that may be longer, as `room/module.py:Class.name`, each with its reason."""


def test_no_module_is_too_long():
    """No module is longer than 1,000 lines, save for a reason given here, and no reason outlives it."""
    long = {module.name: module.lines for module in shapes() if module.lines > LONGEST_MODULE}

    assert long.keys() == LONG_MODULES.keys(), long


def test_no_function_is_too_long():
    """No function is longer than 60 lines, save for a reason given here, and no reason outlives it."""
    long = {
        f"{module.name}:{name}": lines
        for module in shapes()
        for name, lines in module.functions
        if lines > LONGEST_FUNCTION
    }

    assert long.keys() == LONG_FUNCTIONS.keys(), long
