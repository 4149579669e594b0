"""Why one stands before another, and what other methods would make of the same marks."""
