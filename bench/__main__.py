"""Run every subject, print the table, and keep it in `docs/benchmarks.md`."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence

from bench import board, boards_and_judges, certificate, determination, entry_import, marks, report, results_page, standings, startup, step
from bench.harness import FULL, QUICK, Row

SUBJECTS = {
    "board": board,
    "results": results_page,
    "marks": marks,
    "standings": standings,
    "boards": boards_and_judges,
    "step": step,
    "determination": determination,
    "import": entry_import,
    "certificate": certificate,
    "startup": startup,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="subject", help=f"any of {', '.join(SUBJECTS)}; all of them unless named")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to see that it runs; the figures mean little")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.subjects) - set(SUBJECTS):
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers a subject has started end with it
    rows: list[Row] = []
    for name in asked.subjects or SUBJECTS:
        print(f"… {name}", file=sys.stderr)
        rows += SUBJECTS[name].rows(QUICK if asked.quick else FULL)
    print(report.table(rows))
    if not asked.quick and not asked.subjects:
        report.keep(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
