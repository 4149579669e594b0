"""One whole season, played through HTTP as the different users, told line by line, and recomputed by somebody else."""

from __future__ import annotations

import subprocess
import time
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from app.demo.play import checking, competition, marking, recognition, results, rewards, summing_up
from app.demo.play.stage import Stage

PATIENCE_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.1


def wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server at *address* answers; RuntimeError where it ended instead, or takes longer than a minute."""
    opener = build_opener(ProxyHandler({}))
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with opener.open(f"{address}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(LOOK_AGAIN_SECONDS)
    raise RuntimeError(f"no answer from {address} within {PATIENCE_SECONDS} s")


def play_season(address: str) -> int:
    """Play the season at *address* and print how it went; 1 where anything did not agree."""
    stage = Stage(address)
    rewards.switch_on_policy(stage)
    contest = competition.hold_registration(stage)
    marking.mark_all(stage, contest)
    winners = results.decide(stage, contest)
    recognition.recognise(stage)
    rewards.reward(stage, winners)
    checking.verify(stage, contest)
    return summing_up.conclude(stage.outcome)
