"""What has changed between two versions of a marking scheme, and which marks stay good.

Aspects are told apart by their key, which they keep from version to version, never by their number: an aspect that moved is the same
aspect.  A mark stays good where the aspect is still there and is marked by the same method out of the same maximum.  Where only its words
changed a person decides; where the method or the maximum changed, the judges mark again.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflows.competition import method_fields
from workflows.competition.scheme import PLACES, Aspect, MarkingScheme
from workflows.exact import plain
from workflows.text import Text, joined

GONE = Text(
    "评分项「{old} {words}」在现行评分方案中已删去，请核对后放弃这一条",
    "“{old} {words}” is no longer in the marking scheme: look, and let this one go",
)
MARKED_OTHERWISE = Text(
    "按旧版评分项{old}评的，现行方案为{new}，{changed}，请按新版重新评分",
    "Given for {old}; the scheme now has {new} ({changed}): mark it anew",
)
MARKED_AGAIN = Text(
    "按旧版评分项{old}评的，现行方案为{new}，裁判长已定须重新评分",
    "Given for {old}; the scheme now has {new}, which the chief judge wants marked anew",
)
ELSEWHERE = Text(
    "按旧版评分项{old}评的，现行方案把它移为{new}，请在那张评分表上评分",
    "Given for {old}, which is now {new}: mark it on that sheet",
)


class Kind(enum.Enum):
    """What became of an aspect."""

    title: Text

    ADDED = ("added", Text("新增", "Added"))
    REMOVED = ("removed", Text("删去", "Removed"))
    MARKED_OTHERWISE = ("marked_otherwise", Text("评分方法或分值变了", "Marked in another way"))
    REWORDED = ("reworded", Text("措辞变了", "Reworded"))
    MOVED = ("moved", Text("换了位置", "Moved"))

    def __new__(cls, value: str, title: Text) -> Kind:
        member = object.__new__(cls)
        member._value_, member.title = value, title
        return member


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that is not what it was."""

    title: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one aspect: its number and words before and after ("" where it is not there), and each value that changed."""

    key: str
    kind: Kind
    before: str
    after: str
    description: str
    values: tuple[Changed, ...] = ()

    @property
    def keeps_marks(self) -> bool:
        """Whether marks given before stay good without anybody being asked."""
        return self.kind is Kind.MOVED

    @property
    def may_keep_marks(self) -> bool:
        """Whether a person may say that they do."""
        return self.kind in (Kind.MOVED, Kind.REWORDED)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs: aspect by aspect, and what concerns the scheme, its modules and forms as a whole."""

    changes: tuple[Change, ...]
    others: tuple[Changed, ...]

    @property
    def is_same(self) -> bool:
        return not self.changes and not self.others

    @property
    def lost(self) -> list[Change]:
        """The changes after which marks given before do not count, or might not."""
        return [change for change in self.changes if change.kind in (Kind.REMOVED, Kind.MARKED_OTHERWISE, Kind.REWORDED)]


def compare(old: MarkingScheme, new: MarkingScheme) -> Comparison:
    """What *new* changes of *old*, in the order of *new*, what was removed last."""
    before, after = _by_key(old), _by_key(new)
    changes = [change for key, (code, aspect) in after.items() if (change := _change(key, before.get(key), code, aspect)) is not None]
    removed = [Change(key, Kind.REMOVED, code, "", aspect.description) for key, (code, aspect) in before.items() if key not in after]
    return Comparison((*changes, *removed), tuple(_others(old, new)))


def kept(old: MarkingScheme, new: MarkingScheme, marked_again: frozenset[str] = frozenset()) -> frozenset[str]:
    """The keys of the aspects whose marks stay good; *marked_again* are those that somebody wants marked again all the same."""
    changes = {change.key: change for change in compare(old, new).changes}
    there = _by_key(old).keys() & _by_key(new).keys()
    return frozenset(key for key in there if key not in marked_again and (key not in changes or changes[key].may_keep_marks))


def reopened(old: MarkingScheme, new: MarkingScheme, marked_again: frozenset[str] = frozenset()) -> frozenset[str]:
    """The keys of the forms whose sheets say something else under *new*, so that they are opened and signed once more.

    What is signed names each aspect by its number, so that a form on which they stand in another order is one of them.
    """
    good = kept(old, new, marked_again)
    before = {sub.key: [aspect.key for aspect in sub.aspects] for sub in old.sub_criteria()}
    after = {sub.key: [aspect.key for aspect in sub.aspects] for sub in new.sub_criteria()}
    codes = {sub.key: sub.id for sub in old.sub_criteria()}
    renamed = {sub.key for sub in new.sub_criteria() if codes.get(sub.key) != sub.id}
    return frozenset(
        key for key, keys in before.items() if key in after and (key in renamed or after[key] != keys or not good.issuperset(keys))
    )


@dataclass(frozen=True, slots=True)
class Stood:
    """An aspect as one version of the scheme has it: the form it stands on, by its key, its number there, and what it says."""

    form: str
    code: str
    aspect: Aspect


def why_not_continued(old: Stood, new: Stood | None, *, is_marked_again: bool = False) -> Text | None:
    """Why a value given for *old*, and heard of only now, cannot be one for *new*, the same aspect in the version in force; None: it can.

    *is_marked_again*: the chief judge had its earlier marks set aside, though only its words changed.
    """
    if new is None:
        return GONE.format(old=old.code, words=old.aspect.description)
    before, after = _named_aspect(old), _named_aspect(new)
    if changed := list(_marking(old.aspect, new.aspect)):
        return MARKED_OTHERWISE.format(old=before, new=after, changed=joined([_became(each) for each in changed]))
    if is_marked_again:
        return MARKED_AGAIN.format(old=before, new=after)
    return ELSEWHERE.format(old=before, new=after) if old.form != new.form else None


def _became(change: Changed) -> Text:
    return Text("{title}由{old}改为{new}", "{title}: {old} became {new}").format(title=change.title, old=change.before, new=change.after)


def _named_aspect(stood: Stood) -> Text:
    words = f"{stood.code} {stood.aspect.description}"
    return Text(f"「{words}」", f"“{words}”")


def _by_key(scheme: MarkingScheme) -> dict[str, tuple[str, Aspect]]:
    return {aspect.key: (code, aspect) for code, aspect in scheme.aspects()}


def _change(key: str, before: tuple[str, Aspect] | None, code: str, aspect: Aspect) -> Change | None:
    if before is None:
        return Change(key, Kind.ADDED, "", code, aspect.description)
    old_code, old = before
    marking, words = tuple(_marking(old, aspect)), tuple(_words(old, aspect))
    if marking:
        return Change(key, Kind.MARKED_OTHERWISE, old_code, code, aspect.description, (*marking, *words))
    if words:
        return Change(key, Kind.REWORDED, old_code, code, aspect.description, words)
    return Change(key, Kind.MOVED, old_code, code, aspect.description) if old_code != code else None


def _marking(old: Aspect, new: Aspect) -> Iterator[Changed]:
    if old.method != new.method:
        yield Changed(Text("评分方法", "Method"), method_fields.summary(old.method), method_fields.summary(new.method))
    yield from _figures(Text("最高分", "Maximum mark"), old.max_mark, new.max_mark)


def _words(old: Aspect, new: Aspect) -> Iterator[Changed]:
    yield from _texts(Text("说明", "Description"), old.description, new.description)
    yield from _texts(Text("要求", "Requirement"), old.requirement, new.requirement)
    yield from _texts(Text("补充说明", "Further description"), old.extra, new.extra)
    for score, (before, after) in enumerate(zip(old.meanings, new.meanings, strict=True)):
        yield from _texts(Text(f"{score} 分的表现", f"Benchmark {score}"), before, after)


def _others(old: MarkingScheme, new: MarkingScheme) -> Iterator[Changed]:
    yield from _figures(Text("每项最高分上限", "Limit of an aspect"), old.max_aspect_mark, new.max_aspect_mark)
    yield from _figures(Text("职业标准允许偏差", "Variation allowed"), old.max_variation, new.max_variation)
    yield from _named(
        {each.letter: each.name for each in old.criteria}, {each.letter: each.name for each in new.criteria}, Text("模块", "Criterion")
    )
    weights = {each.letter: each.weight for each in old.criteria}
    for criterion in new.criteria:
        title = Text(f"模块 {criterion.letter} 权重", f"Weight of {criterion.letter}")
        yield from _figures(title, weights.get(criterion.letter), criterion.weight)
    subs, form = {each.key: each for each in old.sub_criteria()}, Text("评分表", "Sub criterion")
    yield from _named(
        {each.key: f"{each.id} {each.name}" for each in subs.values()},
        {each.key: f"{each.id} {each.name}" for each in new.sub_criteria()},
        form,
    )
    for sub in new.sub_criteria():
        if (before := subs.get(sub.key)) is not None:
            yield from _texts(Text(f"{sub.id} 评分小组", f"Team of {sub.id}"), before.team, sub.team)
            yield from _texts(Text(f"{sub.id} 第几天", f"Day of {sub.id}"), str(before.day or ""), str(sub.day or ""))
            if before.marked_at != sub.marked_at:
                yield Changed(Text(f"{sub.id} 在哪里评", f"Where {sub.id} is marked"), PLACES[before.marked_at], PLACES[sub.marked_at])
    yield from _named(
        {each.id: f"{each.id} {each.name} {each.marks}" for each in old.sections},
        {each.id: f"{each.id} {each.name} {each.marks}" for each in new.sections},
        Text("职业标准部分", "Section of the standard"),
    )


def _named(old: Mapping[str, str], new: Mapping[str, str], title: Text) -> Iterator[Changed]:
    for key in dict.fromkeys((*old, *new)):
        yield from _texts(title, old.get(key, ""), new.get(key, ""))


def _texts(title: Text, before: str, after: str) -> Iterator[Changed]:
    if before != after:
        yield Changed(title, _said(before), _said(after))


def _figures(title: Text, before: Decimal | None, after: Decimal | None) -> Iterator[Changed]:
    if before != after:
        yield Changed(title, _said("" if before is None else plain(before)), _said("" if after is None else plain(after)))


def _said(words: str) -> Text:
    return Text(words or "—", words or "—")
