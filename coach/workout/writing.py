"""How a workout document is written for people: an object a line where it fits, indented where it does not."""

import json
from typing import Any, Final

_WIDTH: Final = 110


def written(tree: dict[str, Any]) -> bytes:
    """Write a document as UTF-8 JSON that reads well in an editor, with a line end at its end."""
    return (_text(tree, 0, 0) + "\n").encode("utf-8", "replace")


def _text(node: Any, depth: int, used: int) -> str:
    """Write one value; `used` columns of its first line are taken."""
    flat = json.dumps(node, ensure_ascii=False)
    short = len(flat) + used + depth <= _WIDTH
    if not isinstance(node, dict | list) or not node or (short and depth and not _is_tall(node)):
        return flat
    pad = " " * (depth + 1)
    if isinstance(node, dict):
        parts = [
            f"{pad}{json.dumps(key, ensure_ascii=False)}: {_text(value, depth + 1, len(key) + 4)}"
            for key, value in node.items()
        ]
        return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
    return "[\n" + ",\n".join(pad + _text(value, depth + 1, 0) for value in node) + "\n" + " " * depth + "]"


def _is_tall(node: Any) -> bool:
    """Does it hold steps or sections, which get lines of their own however short they are?"""
    return isinstance(node, dict) and ("steps" in node or "sections" in node)
