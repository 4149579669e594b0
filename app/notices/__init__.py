"""Lists before the public, and the objections raised against them."""
