"""Follow many random interleavings of tablets, network and power cuts against the oracle; say which fail, as short as they can be said.

With `--real` a web server, a worker and a database run, and are killed (kill -9) in the middle.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.faults.interleavings.killing import Report, installation, killings
from tests.faults.interleavings.running import followed

A_SHARE = 1000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="how many interleavings (1000)")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first; the others follow (0)")
    parser.add_argument("--workers", type=int, default=2, help="processes at work (2)")
    parser.add_argument("--real", choices=("sqlite", "postgresql"), help="processes that are really killed, over this database")
    parser.add_argument("--kills", type=int, default=20, help="with --real: how many are killed (20)")
    asked = parser.parse_args(arguments)
    return _really(asked.real, asked.kills, asked.seed) if asked.real else _in_process(asked)


def _in_process(asked: argparse.Namespace) -> int:
    end = asked.seed + asked.runs
    size = min(A_SHARE, -(-asked.runs // asked.workers))
    shares = [range(first, min(first + size, end)) for first in range(asked.seed, end, size)]
    begun, done, failed = time.monotonic(), 0, 0
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as workers:
        for share in as_completed([workers.submit(followed, share) for share in shares]):
            count, found = share.result()
            done, failed = done + count, failed + len(found)
            print(f"{done} of {asked.runs}, {failed} failed, {time.monotonic() - begun:.0f} s", file=sys.stderr)
            for each in found:
                print(each)
    print(f"{done} interleavings, {failed} failed")
    return 1 if failed else 0


def _really(kind: str, kills: int, seed: int) -> int:
    with installation(kind) as (app, cluster):
        report = killings(app, cluster, kills, seed, _tell)
    for fault in report.faults:
        print(fault)
    print(report)
    return 1 if report.faults else 0


def _tell(report: Report) -> None:
    print(f"{report}, {time.process_time():.0f} s of the processor here", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
