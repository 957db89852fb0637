"""What is served that tells nothing of a run: the files of the pages, the colours of the themes, the tones.

Colours and tones are made from the tables that the screen and the voice use, so that a phone shows and plays the same.
"""

import io
import wave
from importlib.resources import files
from typing import Final

from coach.edge.share.http import Response
from coach.edge.sound.mixer import RATE, Samples, silence, tones
from coach.themes import SCREEN_THEMES

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
}
"""Content types by the end of a file's name; a file with another end is not served."""
_TONES: Final = ("faster", "ease", "on", "go", "beep", "low")
_SILENCE_S: Final = 1
_BARE: Final = (
    b'<!doctype html><meta charset="utf-8"><title>Coach</title><p>This page is not part of this installation.'
)
"""What stands in place of a page whose file is missing."""


def load_pages(theme: str) -> dict[str, Response]:
    """Read every file of the pages, and make the colours and tones; `theme` is what a page shows by itself."""
    found = {"phone.html": _page(_BARE), "board.html": _page(_BARE), "control.html": _page(_BARE)}
    for entry in files("coach.edge.share").joinpath("assets").iterdir():
        content_type = _TYPES.get(entry.name.rpartition(".")[2])
        if content_type is not None:
            found[entry.name] = Response(body=entry.read_bytes(), content_type=content_type)
    found["colours.css"] = Response(body=colours_css(theme).encode(), content_type=_TYPES["css"])
    for name in _TONES:
        found[f"sound/{name}.wav"] = _sound(tones(name))
    found["sound/silence.wav"] = _sound(silence(_SILENCE_S * RATE))
    return found


def colours_css(theme: str) -> str:
    """Write the colours of every theme as variables: `--slow-ink`, `--slow-paper` and the others."""
    blocks: list[str] = []
    for name, of in SCREEN_THEMES.items():
        lines = [f"  color-scheme: {'dark' if of.is_dark else 'light'};"]
        for pair, (ink, paper) in of.colours.items():
            lines += [f"  --{pair}-ink: {ink};", f"  --{pair}-paper: {paper};"]
        own = ":root, " if name == theme else ""
        block = f'{own}:root[data-theme="{name}"] {{\n' + "\n".join(lines) + "\n}\n"
        blocks.insert(0, block) if own else blocks.append(block)
    return "".join(blocks)


def _page(body: bytes) -> Response:
    return Response(body=body, content_type=_TYPES["html"])


def _sound(samples: Samples) -> Response:
    """Write samples as a WAV file."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    return Response(body=written.getvalue(), content_type="audio/wav")
