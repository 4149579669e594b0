"""The benchmark suite: every row beside a reference in the same run.  `python3 run.py bench` (`--quick` for a look)."""
