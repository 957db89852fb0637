"""The season: a plan built backwards from a race, its rules, and what to run today. The date is an argument."""
