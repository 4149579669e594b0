"""Appeals on paper: one case to be signed, and all of a competition for the archive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.certificates.paper import TableColumn, table_document
from app.competitions.appeals import queries
from app.competitions.appeals.queries import Face
from app.competitions.models import Appeal, Competition, Revision
from app.core import audit, clock
from app.core.actor import Actor
from workflows.competition.appeals import GROUNDS
from workflows.text import Text


def case_document(actor: Actor, appeal: Appeal, face: Face, now: datetime, language: str) -> bytes:
    """One appeal: what is said, by whom, when, what was decided and why."""

    def say(text: Text | str) -> str:
        return text.within(language) if isinstance(text, Text) else text

    def words(zh: str, en: str) -> str:
        return Text(zh, en).within(language)

    rows = [[say(clock_.title), _moment(clock_.until)] for clock_ in queries.clocks(appeal, now)]
    rows += [[words("当前状态", "State"), f"{say(appeal.state.title)} · {_moment(appeal.state_since)}"]]
    for vote in appeal.votes if queries.sees_votes(actor, appeal) else ():
        side = words("成立", "upheld") if vote.upholds else words("不成立", "rejected")
        rows.append(
            [words("委员会表决", "Vote of the committee"), f"{vote.account.name if face.with_names else ''} {side}：{vote.reasons}"]
        )
    return table_document(
        words("申诉表", "Appeal"),
        (TableColumn(words("事项", "Item"), 1.4), TableColumn(words("内容", "Content"), 3.6)),
        rows,
        dated=clock.today(now),
        subtitle=appeal.skill.title,
        facts=(
            (words("申诉编号", "Number"), appeal.number or "—"),
            (words("事由", "Ground"), say(GROUNDS[appeal.ground])),
            (words("申诉方", "Appellant"), say(face.appellant)),
            (words("代表队", "Delegation"), face.organisation or "—"),
            (words("提出时间", "Lodged"), _moment(appeal.lodged_at)),
            (words("签名", "Signed"), face.signed_name or "—"),
        ),
        lead=[words("事实：", "Facts: ") + face.facts, words("请求：", "Request: ") + (face.request or "—")],
        signatures=[words("领队", "Team leader"), words("监督仲裁", "Arbiter"), words("仲裁委员会", "Committee")],
        footnote=words("内容摘要 ", "Digest ") + appeal.signed_digest if appeal.signed_digest else "",
        language=language,
    )


def archive_document(session: Session, actor: Actor, competition: Competition, now: datetime, language: str) -> bytes:
    """Every appeal of a competition with its answer, and every revision of its results with its reason."""

    def words(zh: str, en: str) -> str:
        return Text(zh, en).within(language)

    rows = []
    for skill in competition.skills:
        rows += [_appeal_row(session, actor, appeal, language) for appeal in queries.of_skill(session, actor, skill)]
        rows += [_revision_row(session, revision, language) for revision in queries.revisions_of(session, actor, skill)]
    return table_document(
        words("申诉与成绩更正汇总", "Appeals and revisions of results"),
        (
            TableColumn(words("编号", "No."), 0.8),
            TableColumn(words("赛项", "Skill"), 1.2),
            TableColumn(words("申诉方", "Appellant"), 1.4),
            TableColumn(words("事由", "Ground"), 1.2),
            TableColumn(words("提出", "Lodged"), 1.1),
            TableColumn(words("结果", "Outcome"), 1.3),
            TableColumn(words("理由", "Reasons"), 3),
        ),
        rows or [["", "", "", "", "", words("没有申诉", "No appeals"), ""]],
        dated=clock.today(now),
        subtitle=competition.name,
        signatures=[words("监督仲裁", "Arbiter"), words("承办方", "Organiser")],
        landscape=True,
        size=9,
        language=language,
    )


def _appeal_row(session: Session, actor: Actor, appeal: Appeal, language: str) -> list[str]:
    face = queries.face(actor, appeal)
    said = [event.comment for event in queries.history(session, actor, appeal) if event.comment]
    appellant = face.appellant.within(language) if isinstance(face.appellant, Text) else face.appellant
    return [
        appeal.number,
        appeal.skill.name,
        f"{appellant} {face.organisation}".strip(),
        GROUNDS[appeal.ground].within(language),
        _moment(appeal.lodged_at),
        appeal.state.title.within(language),
        said[-1] if said else "",
    ]


def _revision_row(session: Session, revision: Revision, language: str) -> list[str]:
    moved = sum(change.moves for change in revision.changes)
    said = [event.comment for event in audit.history(session, revision) if event.comment]
    reasons = [revision.reason, Text(f"{moved} 个参赛单元名次变化", f"{moved} entries move").within(language), *said[-1:]]
    return [
        revision.number,
        revision.skill.name,
        revision.appeal.number if revision.appeal else "—",
        revision.workflow.title.within(language),
        _moment(revision.created_at),
        revision.state.title.within(language),
        "；".join(dict.fromkeys(reason for reason in reasons if reason)),
    ]


def _moment(value: datetime | None) -> str:
    return f"{clock.local(value):%Y-%m-%d %H:%M}" if value else "—"
