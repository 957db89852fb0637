"""The workout document as a model: what may stand in a `coach-workout/1` file, top down."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from coach.documents.faults import Misspelt, Strict
from coach.documents.spelling import Name, Prose
from coach.workout.checks import Remark
from coach.workout.rules import Few, Gate, Reminder
from coach.workout.steps import Node

FORMAT: Final = "coach-workout/1"


class Often(Strict):
    """How often at most: so many times in so many days."""

    times: int = Field(ge=1, le=50)
    """How many times ..."""
    days: int = Field(ge=1, le=100)
    """... in how many days."""


class Tags(Strict):
    """What a library is searched by, and what a plan should know of a workout."""

    level: Literal["beginner", "intermediate", "advanced"] | None = None
    focus: Annotated[tuple[Name, ...], Few] = ()
    """Races it is good for: `5k`, `10k`, `half`, `marathon`, ..."""
    phase: Name | None = None
    """Where in a season it belongs first: `base`, `build`, `peak`, `taper`, ..."""
    other_phases: Annotated[tuple[Name, ...], Few] = ()
    """Other phases it fits."""
    system: Name | None = None
    """`easy`, `threshold`, `vo2max`, `speed`, ..."""
    minutes: float | None = Field(default=None, gt=0, le=1440)
    """About how long it takes, where its steps cannot say: a checklist, a run between landmarks."""
    needs: Name | None = None
    """What should come before it: weeks of running, another workout, a measured number."""
    at_most: Often | None = None
    """How often at most."""
    fresh_legs: bool = False
    """Is it only for rested legs, and not the day after a hard one?"""
    not_with: Annotated[tuple[Name, ...], Few] = ()
    """Histories it is the wrong choice for: `hamstring`, `Achilles`, ..."""
    weekly_share_percent: float | None = Field(default=None, gt=0, le=100)
    """Its hard part should be no more of a week's running than this."""
    opt_in: bool = False
    """Does it rest on a rule the evidence does not carry? Then its caution says so."""


class Where(Strict):
    """Where the workout is run."""

    surface: Literal["track", "road", "grass", "trail", "treadmill"] | None = None
    lap_m: float = Field(default=400.0, ge=100, le=1000)
    """Length of a lap in lane 1, metres."""
    lane: int = Field(default=1, ge=1, le=9)


class Section(Strict):
    """A part of the workout with a name: warm-up, main, cool-down."""

    name: Name
    steps: Annotated[tuple[Node, ...], Field(min_length=1, max_length=1000)]
    purpose: Prose | None = None
    notes: Prose | None = None


class Workout(Strict):
    """A structured workout."""

    format: Literal["coach-workout/1"]
    name: Name
    purpose: Prose | None = None
    """What it is for, one sentence."""
    description: Prose | None = None
    source: Prose | None = None
    """Where it comes from."""
    caution: Prose | None = None
    """Who should not do it, and what to look out for."""
    notes: Prose | None = None
    tags: Tags = Tags()
    context: Where | None = None
    blocks: dict[Name, Annotated[tuple[Node, ...], Field(min_length=1, max_length=1000)]] = Field(
        default_factory=dict
    )
    """Steps with a name, to be used in several places."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=100)]
    reminders: Annotated[tuple[Reminder, ...], Few] = ()
    """Reminders of the whole run."""
    gates: Annotated[tuple[Gate, ...], Few] = ()
    """Gates of the whole run."""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        """Refuse a reminder of one step where there is none, and an opt-in that does not say why."""
        if self.tags.opt_in and self.caution is None:
            raise Misspelt("an opt-in workout says its caution", 'Add "caution".', key="caution")
        for place, reminder in enumerate(self.reminders):
            if "of" in reminder.model_fields_set and reminder.of == "step":
                key = f"reminders[{place}].of"
                raise Misspelt(
                    "out here a reminder is of the run", 'Write "run", or move it to a step.', key=key
                )
        return self


@dataclass(frozen=True, slots=True)
class WorkoutDocument:
    """A workout as written and as understood."""

    workout: Workout
    """The checked model."""
    source: dict[str, object]
    """The document as written, for the header of a recording."""
    remarks: tuple[Remark, ...] = ()
    """What is allowed but probably not meant, with places."""

    @property
    def name(self) -> str:
        """The workout's name."""
        return self.workout.name

    @property
    def warnings(self) -> tuple[str, ...]:
        """The remarks as sentences, each with its place."""
        return tuple(f"{remark.where}: {remark.text}" for remark in self.remarks)
