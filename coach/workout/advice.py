"""What the tags of a workout say to who is about to choose it, in words."""

from coach.workout.model import Often, Tags


def advice(tags: Tags) -> tuple[str, ...]:
    """Say what a workout asks of the runner and of the week around it, a sentence each; empty if nothing."""
    said = []
    if tags.opt_in:
        said.append("Opt-in: the rule in it rests on a claim, not on evidence. Read the caution.")
    if tags.needs:
        said.append(f"First: {tags.needs}.")
    if tags.at_most:
        said.append(f"At most {often(tags.at_most)}.")
    if tags.fresh_legs:
        said.append("Only with fresh legs, not the day after a hard one.")
    if tags.not_with:
        said.append(f"Not with a history of {' or '.join(tags.not_with)} trouble.")
    if tags.weekly_share_percent:
        share = f"{tags.weekly_share_percent:g} %"
        said.append(f"Its hard part should be no more than {share} of the week's running.")
    return tuple(said)


def often(limit: Often) -> str:
    """Say how often: `once in 7 days`, `3 times in 14 days`, `once a day`."""
    if limit.times == limit.days:
        return "once a day"
    times = {1: "once", 2: "twice"}.get(limit.times, f"{limit.times} times")
    return f"{times} in {limit.days} days"
