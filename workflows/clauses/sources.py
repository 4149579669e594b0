"""Where a rule comes from: a clause of a document, or an open question with the default that is applied until it is decided."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where a limit comes from: a clause, or, where the document says nothing, the default of an open question."""

    document: str
    clause: str
    quote: str
    default: Text | None = None

    def cited(self) -> Text:
        if self.default:
            return Text(
                "{document} {clause} 没有写明，暂按：{default}", "{document} {clause} does not say; for the time being: {default}"
            ).format(document=self.document, clause=self.clause, default=self.default)
        return Text("{document} {clause}：“{quote}”", "{document} {clause}: “{quote}”").format(
            document=self.document, clause=self.clause, quote=self.quote
        )


@dataclass(frozen=True)
class OpenQuestion:
    """What the document does not say, and what is done until somebody decides it."""

    id: str
    clause: str
    question: Text
    default: Text
