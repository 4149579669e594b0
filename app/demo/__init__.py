"""A small county's season: made-up people and firms, real structures, everything the same on every machine."""
