"""What does a connected sensor say of itself? Its Device Information, battery and place on the body."""

from bleak import BleakClient

from coach.edge.radio.connection import Connector
from coach.edge.radio.found import LONGEST_NAME, DiscoveredSensor, SensorDetails
from coach.gatt import battery, device_information, locations, running_features
from coach.gatt.battery import BatteryLevel
from coach.gatt.malformed import Malformed
from coach.gatt.running_features import RunningFeatures
from coach.gatt.services import measures_of


async def read_details(client: BleakClient, connector: Connector, found: DiscoveredSensor) -> SensorDetails:
    """Read what there is to read; what the sensor does not say, or says wrongly, stays unknown."""

    async def text(number: int) -> str:
        return device_information.text_of(await connector.read(client, number) or b"")[:LONGEST_NAME]

    charge = BatteryLevel.from_bytes(await connector.read(client, battery.UUID) or b"")
    features = RunningFeatures.from_payload(await connector.read(client, running_features.UUID) or b"")
    return SensorDetails(
        found.id,
        found.name,
        measures_of(service.uuid for service in client.services) or found.measures,
        maker=await text(device_information.MANUFACTURER),
        model=await text(device_information.MODEL),
        serial=await text(device_information.SERIAL),
        firmware=await text(device_information.FIRMWARE),
        battery_percent=None if isinstance(charge, Malformed) else charge.percent,
        location=await _location(client, connector),
        features=None if isinstance(features, Malformed) else features,
    )


async def _location(client: BleakClient, connector: Connector) -> str:
    """Where it is worn, as people say it; empty where it does not say."""
    worn = locations.sensor_location(await connector.read(client, locations.UUID) or b"")
    if isinstance(worn, Malformed):
        beats = locations.body_location(await connector.read(client, locations.BODY_UUID) or b"")
        return "" if isinstance(beats, Malformed) else locations.location_words(beats)
    return locations.location_words(worn)
