"""Files that are no workouts and are often taken for one: other tools' JSON and XML, refused by name."""

from typing import Final

from coach.interchange.imports.decoding import OURS
from coach.interchange.imports.trees import Json, number
from coach.interchange.imports.workout_file import WorkoutFile

_XML: Final = {
    "gpx": "a GPX track, which is a recording: `coach replay` reads it",
    "kml": "a KML map",
    "HealthData": "an export of Apple Health",
    "opml": "an outline (OPML)",
    "rss": "a news feed",
    "svg": "a picture (SVG)",
    "html": "a web page",
}
"""Outermost elements."""
_JSON: Final = (
    ("a Garmin activity", ("activityId", "summaryDTO")),
    ("a Garmin activity", ("activityId", "activityName")),
    ("a Garmin activity", ("activityId", "activityType")),
    ("a Garmin activity", ("activityDetailMetrics",)),
    ("a Garmin activity", ("metricDescriptors",)),
    ("an export of Garmin activities", ("summarizedActivitiesExport",)),
    ("a day of a Garmin watch", ("totalSteps",)),
    ("a day of a Garmin watch", ("dailyStepGoal",)),
    ("a day of a Garmin watch", ("startGMT", "steps")),
    ("a Strava activity", ("moving_time", "elapsed_time")),
    ("Strava streams", ("series_type", "data")),
    ("an activity of intervals.icu", ("icu_recording_time",)),
    ("an export of a Polar watch", ("exportVersion",)),
    ("an export of a Polar watch", ("exercises", "startTime")),
    ("an export of Suunto", ("DeviceLog",)),
    ("an export of Fitbit", ("activities-steps",)),
    ("an export of Fitbit", ("dateTime", "value")),
    ("an export of Google Fit", ("bucket",)),
    ("an export of Google Fit", ("Data Points",)),
    ("an export of Apple Health", ("workoutActivityType",)),
    ("an export of Apple Health", ("sourceName", "startDate")),
    ("a map (GeoJSON)", ("features",)),
    ("a route of a map", ("routes",)),
    ("a workout of a Zwift Hub", ("ftp", "intervals")),
)
"""Keys that stand together in an object of some other tool."""


def stranger(file: WorkoutFile) -> str:
    """What a file that no reader takes is, in words; empty if nobody knows."""
    if file.is_xml:
        return _XML.get(file.root, "")
    if OURS.search(file.data) is not None:
        return "a list of workouts of ours, and each belongs in a file of its own"
    return next((words for each in file.objects if (words := _named(each))), "")


def _named(tree: Json) -> str:
    for words, keys in _JSON:
        if all(key in tree for key in keys):
            return words
    if any(key.startswith(("HKQuantityType", "HKWorkout", "HKCategoryType")) for key in tree):
        return "an export of Apple Health"
    inner = tree.get("data")
    if isinstance(inner, dict) and ("metrics" in inner or "workouts" in inner):
        return "an export of Apple Health"
    streams = [value for value in tree.values() if isinstance(value, dict) and "data" in value]
    if streams and all("series_type" in value or "original_size" in value for value in streams):
        return "Strava streams"
    steps = tree.get("steps")
    counts = [each for each in steps if isinstance(each, dict)] if isinstance(steps, list) else []
    if number(steps) is not None or any({"value", "count"} & each.keys() for each in counts):
        return "an export of a step counter"
    if isinstance(steps, list) and all(isinstance(each, int | float) for each in steps):
        return "an export of a step counter"
    return ""
