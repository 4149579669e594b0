"""A skill competition, from the plan to the prize."""
