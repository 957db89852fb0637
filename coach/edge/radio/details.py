"""What does a connected sensor say of itself? Its Device Information, battery and place on the body."""

from bleak import BleakClient

from coach.edge.radio import services
from coach.edge.radio.connection import Connector
from coach.edge.radio.found import LONGEST_NAME, Details, Found


async def details_of(client: BleakClient, connector: Connector, found: Found) -> Details:
    """Read what there is to read; what the sensor does not say stays unknown."""

    async def text(uuid: str) -> str:
        said = await connector.read(client, uuid) or b""
        return said.decode("utf-8", "replace").rstrip("\0")[:LONGEST_NAME]

    battery = await connector.read(client, services.BATTERY_LEVEL) or b""
    features = await connector.read(client, services.RSC_FEATURE) or b""
    return Details(
        found.id,
        found.name,
        services.measures_of(service.uuid for service in client.services) or found.measures,
        maker=await text(services.MAKER),
        model=await text(services.MODEL),
        serial=await text(services.SERIAL),
        firmware=await text(services.FIRMWARE),
        battery_percent=battery[0] if battery and battery[0] <= 100 else None,
        running_features=int.from_bytes(features[:2], "little") if len(features) >= 2 else None,
    )
