"""The layers of codes of a skill, each sealed in a context of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.competitions.models.plan import OfSkill, Skill
from app.core.actor import Actor
from app.core.db import Base, Json, UtcDateTime
from app.core.secrets import current_ring
from workflows.competition import codes
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.codes import Layer
from workflows.competition.draw import draw_in_rounds, is_committed
from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text

Mapping = list[tuple[str, str]]
"""Code by code, inside to outside, in the order of the outer codes."""


class CodeLayer(OfSkill, Base):
    """One encryption.  `digest` is the SHA-256 of the mapping as `lines` writes it, public from the draw on; the rest is sealed.

    `rounds` are the numbers of codes that were dealt together: those of the draw, and of each draw for who came late.
    The database itself lets nobody hold two layers of a skill.
    """

    __tablename__ = "code_layer"
    __table_args__ = (sa.UniqueConstraint("skill_id", "layer"), sa.UniqueConstraint("skill_id", "drawer_id"))
    workflow = CodeLayerFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    layer: Mapped[str] = mapped_column(sa.String(8))
    drawer_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    commitment: Mapped[str] = mapped_column(sa.String(64))
    sealed_seed: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sealed_mapping: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    size: Mapped[int] = mapped_column(default=0)
    rounds: Mapped[list[int]] = mapped_column(Json, default=list)
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    witness_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    skill: Mapped[Skill] = relationship(back_populates="layers")
    drawer: Mapped[Account] = relationship(foreign_keys=[drawer_id])
    witness: Mapped[Account | None] = relationship(foreign_keys=[witness_id])

    @property
    def kind(self) -> Layer:
        return Layer.of(self.layer)

    @property
    def title(self) -> str:
        return f"{self.skill.title} · {self.kind.title.zh}"

    @property
    def inner(self) -> Text:
        """What lies in the drum, in words."""
        beneath = codes.within(self.kind, self.skill.code_layers)
        return beneath.title if beneath else codes.NUMBER

    @property
    def prefix(self) -> str:
        return self.skill.seat_prefix if self.kind is Layer.SEAT else self.kind.prefix

    @property
    def seed(self) -> str:
        return current_ring().open(self._context("seed"), self.sealed_seed)

    def keep_seed(self, seed: str) -> None:
        self.sealed_seed = current_ring().seal(self._context("seed"), seed)

    @property
    def mapping(self) -> Mapping:
        """Inner code and outer code; empty before the draw."""
        if self.sealed_mapping is None:
            return []
        return [(inner, outer) for inner, outer in json.loads(current_ring().open(self._context("mapping"), self.sealed_mapping))]

    def keep_mapping(self, mapping: Mapping, rounds: list[int]) -> None:
        ordered = sorted(mapping, key=lambda pair: (len(pair[1]), pair[1]))
        self.rounds = rounds
        self.sealed_mapping = current_ring().seal(self._context("mapping"), json.dumps(ordered))
        self.size, self.digest = len(ordered), digest_of(ordered)

    @property
    def dealt(self) -> list[list[str]]:
        """The inner codes, round by round."""
        inner = iter(inner for inner, _ in self.mapping)
        return [list(islice(inner, size)) for size in self.rounds]

    def _context(self, what: str) -> str:
        return f"code_layer.{self.layer}.{what}"

    @property
    def draws_again(self) -> bool:
        """Whether the committed seed still gives what was sealed."""
        mapping = self.mapping
        again = draw_in_rounds(self.dealt, self.seed, prefix=self.prefix)
        return is_committed(self.seed, self.commitment) and digest_of(mapping) == self.digest and dict(mapping) == again

    def is_drawn_by(self, actor: Actor) -> bool:
        return self.drawer_id == actor.account_id

    @property
    def draw_problems(self) -> Iterable[Text]:
        if self.kind is Layer.SEAT:
            if not self.skill.is_in(SkillFlow.drawn):
                yield Text("赛位号在赛项页以「抽签加密」抽取", "Seats are drawn by the step “Draw” of the skill")
            return
        yield from self.skill.beneath_problems(self.kind)
        if self.kind is Layer.START and not self.skill.is_in(SkillFlow.planned):
            yield Text("参赛编号在抽取赛位之前抽取", "Start codes are drawn before the seats")
        if self.kind is Layer.START and self.skill.entries_not_checked_in:
            yield Text("还有 {n} 个参赛单元未检录也未登记缺席", "{n} entries are neither checked in nor marked absent").format(
                n=self.skill.entries_not_checked_in
            )
        if self.kind is Layer.WORK and not self.skill.is_in(SkillFlow.drawn, SkillFlow.marking):
            yield Text("作品号在抽取赛位之后、汇总之前抽取", "Work codes are drawn after the seats and before the tally")

    @property
    def late_draw_problems(self) -> Iterable[Text]:
        if self.kind is not Layer.START or not self.skill.is_in(SkillFlow.planned):
            yield Text("抽取赛位之后不再检录，没有要补抽的", "Nobody is checked in once the seats are drawn")
        elif self.skill.entries_not_checked_in:
            yield Text("还有 {n} 个参赛单元未检录也未登记缺席", "{n} entries are neither checked in nor marked absent").format(
                n=self.skill.entries_not_checked_in
            )
        elif not self.skill.without_code(self.kind):
            yield Text("已检录的都有参赛编号", "Everybody who is checked in has a start code")

    @property
    def opening_problems(self) -> Iterable[Text]:
        if not self.skill.is_in(SkillFlow.decoding):
            yield Text("裁判长尚未提请解密", "The chief judge has not asked for the decoding")
        used = codes.layers(self.skill.code_layers)
        for other in self.skill.layers:
            if used.index(other.kind) > used.index(self.kind) and not other.is_in(CodeLayerFlow.opened):
                yield Text("须逆向逐层解密：先打开{title}", "Layers are opened from the outside in: first {title}").format(
                    title=other.kind.title
                )
        if not self.draws_again:
            yield Text("用种子重抽的结果与封存的对照表不一致", "Drawing again from the seed does not give what was sealed")


def lines(mapping: Mapping) -> str:
    """A mapping as text, one pair a line, tab between: what `digest` is of."""
    return "".join(f"{inner}\t{outer}\n" for inner, outer in mapping)


def digest_of(mapping: Mapping) -> str:
    return hashlib.sha256(lines(mapping).encode()).hexdigest()
