"""A workflow drawn: as an SVG for the page, and as a table of who may do what.

The procedure runs down the middle in the order it is declared.  States that end it early stand on the right, each
fed by a line of its own; whatever leads back, or leaps ahead, runs on the left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Transition, Workflow

WIDTH, HEIGHT, GAP, MARGIN, LANE = 150, 40, 34, 10, 12

Pair = tuple[State, State]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a state stands, in pixels."""

    state: State
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2

    @property
    def right(self) -> int:
        return self.x + WIDTH

    @property
    def centre(self) -> int:
        return self.x + WIDTH // 2


def svg(workflow: type[Workflow], language: str, present: State | None = None) -> str:
    """The diagram as one SVG element, coloured by the page's style sheet; *present* is marked."""
    drawing = _Drawing(workflow, language)
    lines = [drawing.arrow(pair, transitions) for pair, transitions in drawing.arrows.items()]
    shapes = [_shape(box, language, present) for box in drawing.boxes.values()]
    name, title = workflow.name, escape(workflow.title.within(language))
    return (
        f'<svg role="img" aria-labelledby="flow-{name}" viewBox="0 0 {drawing.width} {drawing.height}" '
        f'width="{drawing.width}" height="{drawing.height}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="flow-{name}">{title}</title>'
        f'<defs><marker id="tip-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="flow-tip" d="M0 0 8 4 0 8z"/></marker></defs>' + "".join(lines) + "".join(shapes) + "</svg>"
    )


class _Drawing:
    """The places of one workflow's states, and the lanes its arrows run in."""

    def __init__(self, workflow: type[Workflow], language: str) -> None:
        self.name, self.language = workflow.name, language
        self.arrows: dict[Pair, list[Transition]] = defaultdict(list)
        for transition in workflow.transitions.values():
            for source in transition.source:
                self.arrows[source, transition.target].append(transition)
        spine = [state for state in workflow.states.values() if state.kind is not Kind.ENDED]
        ended = [state for state in workflow.states.values() if state.kind is Kind.ENDED]
        self._row = {state: row for row, state in enumerate(spine)}
        self._left = [pair for pair in self.arrows if self._runs_left(pair)]
        self._right = [state for state in ended if any(target is state for _source, target in self.arrows)]
        x = MARGIN + LANE * (len(self._left) + 1)
        self.boxes = {state: Box(state, x, MARGIN + row * (HEIGHT + GAP)) for state, row in self._row.items()}
        self._place_ended(ended, x + WIDTH + LANE * (len(self._right) + 2))
        self.width = max(box.right for box in self.boxes.values()) + MARGIN
        self.height = max(box.y for box in self.boxes.values()) + HEIGHT + MARGIN

    def _place_ended(self, ended: Iterable[State], x: int) -> None:
        """Beside the first state that leads there, or in the next free row below."""
        taken: set[int] = set()
        for state in ended:
            row = min((self._row[source] for source, target in self.arrows if target is state and source in self._row), default=0)
            while row in taken:
                row += 1
            taken.add(row)
            self.boxes[state] = Box(state, x, MARGIN + row * (HEIGHT + GAP))

    def _runs_left(self, pair: Pair) -> bool:
        source, target = pair
        return source in self._row and target in self._row and self._row[target] != self._row[source] + 1

    def arrow(self, pair: Pair, transitions: list[Transition]) -> str:
        source, target = self.boxes[pair[0]], self.boxes[pair[1]]
        label = escape(" / ".join(t.title.within(self.language) for t in transitions))
        caption = ""
        if pair in self._left:
            lane = source.x - LANE * (1 + self._left.index(pair))
            start, end = source.middle + 7, target.middle - 7
            path = f"M{source.x} {start} H{lane} V{end} H{target.x - 2}"
        elif pair[1] in self._right:
            lane = source.right + LANE * (1 + self._right.index(pair[1]))
            path = f"M{source.right} {source.middle} H{lane} V{target.middle} H{target.x - 2}"
        else:
            path = f"M{source.centre} {source.y + HEIGHT} V{target.y - 2}"
            caption = f'<text class="flow-caption" x="{source.centre + 8}" y="{source.y + HEIGHT + GAP // 2 + 4}">{_short(label)}</text>'
        return f'<g class="flow-arrow"><title>{label}</title><path d="{path}" fill="none" marker-end="url(#tip-{self.name})"/>{caption}</g>'


def _short(label: str, limit: int = 26) -> str:
    """A caption that does not run across the page; the whole of it is the arrow's title."""
    room = limit // 2 if any(ord(c) > 0x2E80 for c in label) else limit
    return label if len(label) <= room else label[: room - 1] + "…"


def _shape(box: Box, language: str, present: State | None) -> str:
    state = box.state
    classes = ["flow-state", f"flow-{state.kind.value}"]
    if state.is_publicity:
        classes.append("flow-publicity")
    if state is present:
        classes.append("flow-present")
    words = _wrapped(state.title.within(language))
    first = box.middle + 5 - 8 * (len(words) - 1)
    spans = "".join(f'<tspan x="{box.centre}" y="{first + 16 * number}">{escape(word)}</tspan>' for number, word in enumerate(words))
    frame = f'<rect x="{box.x}" y="{box.y}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
    return f'<g class="{" ".join(classes)}">{frame}<text text-anchor="middle">{spans}</text></g>'


def _wrapped(label: str, limit: int = 20) -> list[str]:
    """A long caption in two lines."""
    if len(label) <= limit or " " not in label:
        return [label]
    cut = label.rfind(" ", 0, len(label) // 2 + 4)
    return [label[:cut], label[cut + 1 :]] if cut > 0 else [label]


def table(workflow: type[Workflow]) -> str:
    """Who may do what, as a Markdown table in both languages, in the order of the declaration."""
    rows = [
        f"# {workflow.title.zh} · {workflow.title.en}",
        "",
        "| 环节 transition | 从 from | 到 to | 谁 by whom | 条件 conditions |",
        "|---|---|---|---|---|",
    ]
    for t in workflow.transitions.values():
        source = Text("；".join(state.title.zh for state in t.source), "; ".join(state.title.en for state in t.source))
        rows.append(f"| {_both(t.title)} | {_both(source)} | {_both(t.target.title)} | {_names(t.by)} | {_conditions(t)} |")
    rows += ["", "| 状态 state | 性质 kind | 谁可修改 editable by |", "|---|---|---|"]
    rows += [f"| {_both(s.title)} | {_kind(s)} | {_names(s.editable_by) or '—'} |" for s in workflow.states.values()]
    return "\n".join(rows) + "\n"


def _both(text: Text) -> str:
    return f"{text.zh} · {text.en}"


def _names(roles: tuple[Role, ...]) -> str:
    return "、".join(_both(role.title) for role in roles)


def _kind(state: State) -> str:
    words = {Kind.OPEN: "进行 open", Kind.SETTLED: "已定 settled", Kind.DONE: "办结 done", Kind.ENDED: "终止 ended"}[state.kind]
    return words + (" · 公示 publicity" if state.is_publicity else "") + (" · 付款 paid" if state.is_paid else "")


def _conditions(t: Transition) -> str:
    parts = [f"`{guard.__name__}`" for guard in t.guards]
    if t.fires_at:
        parts.append(f"⏱ `{t.fires_at}`")
    if t.needs_comment:
        parts.append("须写理由 reason")
    parts += [f"≠ {_both(earlier.title)}" for earlier in t.separate_from]
    return "<br>".join(parts) or "—"
