"""The tablets judges mark on: which there are, when they were last heard of, what waits on them, which are lost."""
