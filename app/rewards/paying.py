"""Payment batches: what they hold, the bank list they send, the bank's answer, and the booking of each payment once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, engine, masking
from app.core.actor import Actor
from app.core.errors import Refused
from app.core.secrets import normalised
from app.registry.models import Person
from app.rewards import clawing_back, following
from app.rewards.models import Claim, Payment, PaymentBatch, PaymentLine
from app.rewards.models.payment import BOUNCED, PAID, PENDING, TAKEN_OUT
from app.web.spreadsheets import Column, Problem, Unreadable, Value, read, workbook
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.text import Text
from workflows.workflow import Kind, Step

NOTHING_TO_COLLECT = Text("没有待发放的申领", "No claim waits for payment")
NOT_DRAFT = Text("批次已不在编制中，不能增减", "The batch is no longer being prepared; nothing is added or taken out")
NOT_APPROVED = Text("批次复核通过后才能导出银行清单", "The bank list is exported once the batch is approved")
LIST_CHANGED = Text(
    "清单内容与已导出的不一致（SHA-256 不符），请停止发放并查明",
    "The list is not the one that was exported (SHA-256 differs): stop and find out why",
)
NOT_SENT = Text("批次送银行后才能登记结果", "Results are booked once the batch was sent to the bank")
OTHER_AMOUNT = Text("金额与银行清单（{amount}）不符", "The amount is not the one on the bank list ({amount})")
NO_LINE = Text("本批次没有待回执的这一笔", "No line of the batch waits for a result")

LINE_NUMBER = Column("number", Text("序号", "Line"), ("行号", "编号", "No"), kind="integer", required=True, width=8)
ACCOUNT = Column("account", Text("收款账号", "Account"), ("账号", "银行账号", "卡号"), required=True, width=26)
AMOUNT = Column("amount", Text("金额", "Amount"), ("金额（元）", "发放金额"), kind="decimal", required=True, width=14)
BANK_LIST = (
    LINE_NUMBER,
    Column("name", Text("收款户名", "Account name"), width=24),
    ACCOUNT,
    Column("bank", Text("开户银行", "Bank"), width=26),
    AMOUNT,
    Column("purpose", Text("用途", "Purpose"), width=26),
    Column("claim", Text("申领编号", "Claim"), width=12),
)
RESULT_COLUMNS = (
    LINE_NUMBER,
    ACCOUNT,
    AMOUNT,
    Column(
        "status",
        Text("结果", "Result"),
        ("状态", "处理结果", "Status"),
        kind="choice",
        required=True,
        choices={PAID: Text("成功", "Paid"), BOUNCED: Text("退票", "Bounced")},
    ),
    Column("reason", Text("退票原因", "Reason"), ("原因", "失败原因", "备注"), width=26),
    Column("reference", Text("银行流水号", "Bank reference"), ("流水号", "交易流水号"), width=22),
    Column("paid_on", Text("入账日期", "Paid on"), ("交易日期", "日期"), kind="date"),
)


# ── what a batch holds ──────────────────────────────────────────────────────────────────────────────────────────────


def draft_batch(session: Session, actor: Actor, now: datetime) -> PaymentBatch:
    """The batch being prepared; a new one where there is none."""
    batch = session.scalar(
        sa.select(PaymentBatch).where(PaymentBatch.is_in(PaymentBatchFlow.draft)).order_by(PaymentBatch.id.desc()).limit(1)
    )
    if batch is None:
        batch = PaymentBatch(title=f"{clock.today(now):%Y年%m月%d日}奖补资金发放")
        engine.begin(session, batch, actor, now)
    return batch


def collect(session: Session, claims: Sequence[Claim], actor: Actor, now: datetime) -> PaymentBatch:
    """Take *claims* into the batch being prepared; `Refused` where one may not be paid, and then none is taken."""
    if not claims:
        raise Refused(NOTHING_TO_COLLECT)
    for claim in claims:
        engine.fire(session, claim, ClaimFlow.join_batch, actor, now)
    return draft_batch(session, actor, now)


def add_line(session: Session, claim: Claim, step: Step) -> None:
    """Effect of `join_batch`: a line with the amount and the account as they are now."""
    batch = draft_batch(session, step.actor, step.now)
    number = (session.scalar(sa.select(sa.func.max(PaymentLine.number)).where(PaymentLine.batch_id == batch.id)) or 0) + 1
    line = PaymentLine(
        batch=batch,
        number=number,
        claim=claim,
        amount=(claim.payable or Decimal(0)) - claim.offset,
        account_name=claim.account_name,
        bank_name=claim.bank_name,
        account=claim.bank_account,
        account_masked=claim.bank_account_masked,
        status=PENDING,
    )
    session.add(line)
    session.flush()


def take_out(session: Session, claim: Claim, step: Step) -> None:
    """Effect of `leave_batch`: the line stays readable and pays nobody."""
    line = claim.standing_line
    if line is None or line.batch.is_in(PaymentBatchFlow.approved, PaymentBatchFlow.sent, PaymentBatchFlow.settled):
        raise Refused(NOT_DRAFT)
    line.status, line.reason = TAKEN_OUT, step.comment[:200]


def reopen(session: Session, batch: PaymentBatch, step: Step) -> None:
    """Effect of sending a batch back: a list that was exported already counts no longer."""
    batch.bank_list_hash = None


def empty(session: Session, batch: PaymentBatch, step: Step) -> None:
    """Effect of `cancel`: every claim of the batch waits for another one."""
    for line in batch.payments:
        if line.status == PENDING:
            engine.fire(session, line.claim, ClaimFlow.leave_batch, step.actor, step.now, step.comment)


# ── what is sent to the bank ────────────────────────────────────────────────────────────────────────────────────────


def bank_list(batch: PaymentBatch) -> bytes:
    """The list as a workbook; the same lines are the same bytes."""
    rows: list[dict[str, Value]] = [
        {
            "number": line.number,
            "name": line.account_name,
            "account": line.account,
            "bank": line.bank_name,
            "amount": line.amount,
            "purpose": line.claim.title_zh,
            "claim": str(line.claim_id),
        }
        for line in batch.payments
    ]
    return workbook(BANK_LIST, rows, Text(batch.title, batch.title))


def export_bank_list(session: Session, batch: PaymentBatch, actor: Actor, now: datetime) -> bytes:
    """The list for the bank; the first export fixes its SHA-256, later ones must give the same.  The look at the accounts is recorded."""
    if not batch.is_in(PaymentBatchFlow.approved, PaymentBatchFlow.sent, PaymentBatchFlow.settled):
        raise Refused(NOT_APPROVED)
    content = bank_list(batch)
    digest = hashlib.sha256(content).hexdigest()
    if batch.bank_list_hash is None:
        batch.bank_list_hash = digest
    elif batch.bank_list_hash != digest:
        raise Refused(LIST_CHANGED)
    audit.record(session, batch, actor, "export_bank_list", now, detail={"sha256": digest, "lines": batch.line_count})
    return content


# ── what the bank answers ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LineResult:
    """What the bank says of one line."""

    line: PaymentLine
    status: str
    reason: str
    reference: str
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A result file against its batch: what can be booked, and what does not fit."""

    results: list[LineResult]
    problems: list[Problem]
    warnings: list[Text]

    @property
    def paid(self) -> list[LineResult]:
        return [result for result in self.results if result.status == PAID]

    @property
    def bounced(self) -> list[LineResult]:
        return [result for result in self.results if result.status == BOUNCED]

    @property
    def total_paid(self) -> Decimal:
        return sum((result.line.amount for result in self.paid), Decimal(0))


def read_results(batch: PaymentBatch, content: bytes, filename: str, today: date) -> ResultFile:
    """What the bank's file says of *batch*, line by line.  Raises `Unreadable` where the file as a whole cannot be used."""
    if not batch.is_in(PaymentBatchFlow.sent):
        raise Unreadable(NOT_SENT)
    parsed = read(content, filename, RESULT_COLUMNS)
    waiting = {line.number: line for line in batch.lines if line.status == PENDING}
    results: list[LineResult] = []
    problems = list(parsed.problems)
    seen: set[int] = set()
    for row, values in parsed.rows:
        number = int(str(values["number"]))
        misfits = list(_misfits(values, waiting.get(number), repeated=number in seen, today=today))
        seen.add(number)
        problems += [Problem(row, column.title, _shown(values, column), reason) for column, reason in misfits]
        if misfits:
            continue
        paid_on = values.get("paid_on")
        status = str(values["status"])
        results.append(
            LineResult(
                line=waiting[number],
                status=status,
                reason=str(values.get("reason") or ""),
                reference=str(values.get("reference") or ""),
                paid_on=(paid_on if isinstance(paid_on, date) else today) if status == PAID else None,
            )
        )
    return ResultFile(results, sorted(problems, key=lambda problem: problem.row), parsed.warnings)


_REASON, _PAID_ON = RESULT_COLUMNS[4], RESULT_COLUMNS[6]


def _shown(values: dict[str, Value], column: Column) -> str:
    value = values.get(column.key)
    if value is None:
        return ""
    return masking.mask_bank_account(str(value)) if column is ACCOUNT else str(value)


def _misfits(values: dict[str, Value], line: PaymentLine | None, *, repeated: bool, today: date) -> Iterator[tuple[Column, Text]]:
    """In what a row does not fit the line it names."""
    if line is None or repeated:
        yield LINE_NUMBER, Text("这一笔在文件中出现了两次", "This line appears twice in the file") if repeated else NO_LINE
        return
    paid_on = values.get("paid_on")
    if normalised(str(values["account"])) != normalised(line.account):
        yield ACCOUNT, Text("账号与银行清单不符", "The account is not the one on the bank list")
    if values["amount"] != line.amount:
        yield AMOUNT, OTHER_AMOUNT.format(amount=line.amount)
    if values["status"] == BOUNCED and not values.get("reason"):
        yield _REASON, Text("退票须写明原因", "A bounced payment needs its reason")
    if isinstance(paid_on, date) and paid_on > today:
        yield _PAID_ON, Text("入账日期在今天之后", "The day of payment lies in the future")


def book_results(session: Session, batch: PaymentBatch, results: ResultFile, actor: Actor, now: datetime) -> None:
    """Book every line of the file, or none: `Refused` where a row does not fit."""
    if results.problems:
        raise Refused(
            *[Text("第 {row} 行：{reason}", "Row {row}: {reason}").format(row=p.row, reason=p.reason) for p in results.problems[:5]]
        )
    for result in results.results:
        line = result.line
        line.bank_reference = result.reference[:80]
        if result.status == PAID:
            line.status, line.paid_on = PAID, result.paid_on
            session.flush()
            engine.fire(session, line.claim, ClaimFlow.book_payment, actor, now, detail={"reference": result.reference})
        else:
            engine.fire(session, line.claim, ClaimFlow.bounce, actor, now, result.reason)
    audit.record(session, batch, actor, "book_results", now, detail={"paid": len(results.paid), "bounced": len(results.bounced)})


def book(session: Session, claim: Claim, step: Step) -> None:
    """Effect of `book_payment`: the row of the ledger that there can be only one of."""
    line = claim.standing_line
    if line is None or line.paid_on is None:
        raise Refused(NO_LINE)
    by_the_bank = {"line_id": line.id, "bank_reference": line.bank_reference}
    _enter(session, claim, line.amount + claim.offset, line.paid_on, step, **by_the_bank)


def book_without_bank(session: Session, claim: Claim, step: Step) -> None:
    """Effect of `settle_by_offset`: the same row, for a payment of which nothing goes through the bank."""
    _enter(session, claim, claim.offset, clock.today(step.now), step)


def _enter(session: Session, claim: Claim, amount: Decimal, on: date, step: Step, **by_the_bank: Any) -> None:
    session.add(
        Payment(
            claim_id=claim.id,
            amount=amount,
            offset=claim.offset,
            paid_on=on,
            booked_at=step.now,
            account_id=step.actor.account_id,
            **by_the_bank,
        )
    )
    session.flush()
    if claim.offset:
        clawing_back.book_offset(session, claim, on, step)
        if (case := clawing_back.case_of(claim)).state.kind is not Kind.OPEN:  # another has taken its place since
            following.make_even(session, case.claim, case.reason, step.now)
    if claim.due_determination is not None or claim.achievement.withdrawn_at is not None:
        claim.revised_at = None
        following.make_even(session, claim, claim.achievement.withdrawn_reason or str(following.TAKEN_BACK), step.now)


def bounce(session: Session, claim: Claim, step: Step) -> None:
    """Effect of `bounce`: the payee must give an account anew before it is tried again."""
    line = claim.standing_line
    if line is None or line.status != PENDING or not line.batch.is_in(PaymentBatchFlow.sent):
        raise Refused(NOT_SENT)
    line.status, line.reason = BOUNCED, step.comment[:200]
    claim.account_bounced_at = step.now
    if claim.offset and clawing_back.case_of(claim).state.kind is not Kind.OPEN:
        clawing_back.let_go(session, claim, step)
    if claim.person_id is not None:
        _forget_account(session, claim)


def _forget_account(session: Session, claim: Claim) -> None:
    """An account that bounced is not filled in again where a person's next claim is proposed."""
    person = session.get_one(Person, claim.person_id)
    if person.bank_account == claim.bank_account:
        person.bank_account, person.bank_account_masked, person.bank_name = None, "", ""
