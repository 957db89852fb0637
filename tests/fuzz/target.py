"""One reader under libFuzzer: whatever the bytes, what a run can use comes out, or a problem that names them.

`python -m tests.fuzz.target FORMAT [libFuzzer options] CORPUS`; started by `python -m tests.fuzz`.
"""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

atheris = import_module("atheris")  # an extra: the other tests do without it

with atheris.instrument_imports(include=["coach.interchange", "coach.documents", "coach.workout"]):
    from coach.interchange.recordings import RECORDING_FORMATS
    from coach.interchange.recordings import reader_of as recording_reader_of
    from coach.interchange.recordings.common import read_recording
    from coach.interchange.workouts import Format
    from coach.interchange.workouts.converting import import_workout, read_workout, reader_of
    from coach.problems import RecordingProblem, WorkoutProblem
    from coach.workout.document import document_from

    for each in Format:
        reader_of(each)  # readers are loaded when they are asked for, and have to be instrumented too
    for known in RECORDING_FORMATS:
        recording_reader_of(known)


def take_recording(data: bytes) -> None:
    """Read a recording; its inputs are in order of time, or a problem is raised."""
    with suppress(RecordingProblem):
        moments = [each.at for each in read_recording(data, name="the file").inputs]
        assert moments == sorted(moments)


def taker(name: str) -> Callable[[bytes], None]:
    """What takes bytes as libFuzzer makes them, for one format, or for whatever they look like (`auto`)."""
    if name == "recordings":
        return take_recording
    source = None if name == "auto" else Format(name)

    def take(data: bytes) -> None:
        """Import; anything but a document that loads or a problem is a find."""
        with suppress(WorkoutProblem):
            imported = import_workout(data, name="the file", source=source)
            for document in imported.documents:
                document_from(json.loads(json.dumps(document)), name="the file")
            if source is None:
                read_workout(data, name="the file")

    return take


if __name__ == "__main__":
    wanted = taker(sys.argv.pop(1))
    atheris.Setup(sys.argv, wanted)
    atheris.Fuzz()
