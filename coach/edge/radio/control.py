"""How is a footpod told to count on from another distance? By its control point, one procedure at a time."""

import asyncio

from bleak import BleakClient

from coach.edge.radio.connection import characteristic_of
from coach.gatt import sc_control_point
from coach.gatt.malformed import Malformed
from coach.gatt.sc_control_point import ControlRequest, ControlResponse, ControlResult, Operation
from coach.problems import SensorProblem, SensorTrouble
from coach.quantities import Metres


async def set_distance(client: BleakClient, distance: Metres, answers_within_s: float) -> None:
    """Let a connected footpod count on from `distance` (RSC Service 1.0, clause 3.4).

    Raises:
        SensorProblem: it has no control point, or says that it will not.
        Exception: the link failed, or no answer came in time; bleak's own errors.
    """
    point = characteristic_of(client, sc_control_point.UUID)
    if point is None:
        raise _refused("has no control point")
    answers: asyncio.Queue[bytes] = asyncio.Queue()
    request = ControlRequest(Operation.SET_CUMULATIVE_VALUE, distance=distance)
    # Without the indication the pod refuses the write with ATT error 0x81.
    await client.start_notify(point, lambda _, payload: answers.put_nowait(bytes(payload)))
    await client.write_gatt_char(point, bytes(request), response=True)
    async with asyncio.timeout(answers_within_s):
        answer = ControlResponse.from_bytes(await answers.get())
    if isinstance(answer, Malformed):
        raise _refused(f"answered with {answer.text}")
    if answer.result is not ControlResult.SUCCESS:
        raise _refused(f"answered: {answer.result.name.lower().replace('_', ' ')}")


def _refused(why: str) -> SensorProblem:
    return SensorProblem(
        f"the distance of the pod cannot be set: it {why}",
        "Nothing is lost: only differences of its distance are used.",
        reason=SensorTrouble.FAILED,
    )
