"""The epilogue: the audit chain verified, and everything computed again by scripts that know nothing of this program."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.config import ROOT
from app.demo.play.competition import Contest
from app.demo.play.stage import Outcome, Stage, yuan

PATIENCE_SECONDS = 60


def verify(stage: Stage, contest: Contest) -> None:
    """What a third party does with the exported evidence, and the administrator with the audit chain."""
    stage.chapter("尾声、核验：审计链与独立复算", "Epilogue. The audit chain, and an independent recomputation")
    page = stage.visitor("admin").get("/admin/audit?check=1")
    is_whole = "全部核验无误" in page.words
    stage.outcome.compare("the audit chain is whole", is_whole, True)
    rows = sum(int(row["行数"].replace(",", "")) for row in page.rows if "行数" in row)
    stage.tell("admin", f"审计链 {rows} 行{'全部核验无误' if is_whole else '对不上'}", f"{rows} rows of the audit record verified")
    auditor = stage.visitor("auditor")
    rewards = auditor.get("/rewards/evidence.json").content
    evidence = (
        ("recompute.py", "recompute.zip", auditor.get(f"/skills/{contest.skill}/evidence.zip").content),
        ("recompute_rewards.py", "recompute_rewards.json", rewards),
    )
    with tempfile.TemporaryDirectory() as folder:
        for script, name, content in evidence:
            path = Path(folder) / name
            path.write_bytes(content)
            for line in recomputed(stage.outcome, script, path):
                stage.tell("auditor", f"tools/{script}", line)
    _compare_totals(stage, json.loads(rewards))


def recomputed(outcome: Outcome, script: str, evidence: Path) -> list[str]:
    """What a recomputation says of the file *evidence*, run as anybody else would, with nothing but Python."""
    command = [sys.executable, "-I", str(ROOT / "tools" / script), evidence.name]
    done = subprocess.run(command, cwd=evidence.parent, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    outcome.compare(f"tools/{script}", done.returncode, 0)
    return (done.stdout + done.stderr).strip().splitlines()


def _compare_totals(stage: Stage, evidence: dict[str, Any]) -> None:
    """What the office exports beside what the bank's files said."""
    paid = [claim["payment"] for claim in evidence["claims"] if claim["payment"]]
    by_rule: dict[str, tuple[int, Decimal]] = {}
    for claim in evidence["claims"]:
        if claim["payment"]:
            count, total = by_rule.get(claim["rule"], (0, Decimal(0)))
            by_rule[claim["rule"]] = count + 1, total + Decimal(claim["payment"]["amount"])
    stage.outcome.by_rule = by_rule
    total = sum((Decimal(payment["amount"]) for payment in paid), Decimal(0))
    stage.outcome.compare("payments", len(paid), stage.outcome.paid)
    stage.outcome.compare("yuan paid", yuan(total), yuan(stage.outcome.paid_yuan))
    stage.outcome.compare("yuan paid by the office's own sum", yuan(Decimal(str(evidence["total_paid"]))), yuan(total))
