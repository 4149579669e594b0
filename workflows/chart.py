"""A workflow drawn: as an SVG for the page, and as a table of who may do what.

States are laid in columns by their distance from the first one, so that reading from left to right is
reading the procedure; transitions that lead back are drawn below.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Transition, Workflow

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 46, 74, 34, 16


@dataclass(frozen=True, slots=True)
class Box:
    """Where a state stands, in pixels."""

    state: State
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2


def columns(workflow: type[Workflow]) -> list[list[State]]:
    """The states by their distance from the first; ended ones go one column after the last that leads to them."""
    distance = {workflow.initial: 0}
    queue = [workflow.initial]
    for state in queue:
        for transition in workflow.leaving(state):
            if transition.target not in distance:
                distance[transition.target] = distance[state] + 1
                queue.append(transition.target)
    last = max(distance.values(), default=0)
    by_column: dict[int, list[State]] = defaultdict(list)
    for state in workflow.states.values():
        by_column[distance.get(state, last)].append(state)
    return [by_column[number] for number in sorted(by_column)]


def _boxes(workflow: type[Workflow]) -> dict[State, Box]:
    return {
        state: Box(state, MARGIN + column * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y))
        for column, states in enumerate(columns(workflow))
        for row, state in enumerate(states)
    }


def svg(workflow: type[Workflow], language: str, present: State | None = None) -> str:
    """The diagram as one SVG element, coloured by the page's style sheet; *present* is marked."""
    boxes = _boxes(workflow)
    width = max(box.x for box in boxes.values()) + WIDTH + MARGIN
    height = max(box.y for box in boxes.values()) + HEIGHT + MARGIN
    arrows: dict[tuple[State, State], list[Transition]] = defaultdict(list)
    for transition in workflow.transitions.values():
        for source in transition.source:
            arrows[source, transition.target].append(transition)
    back = [pair for pair in arrows if boxes[pair[1]].x <= boxes[pair[0]].x]
    height += 22 * len(back)
    lines = [
        _arrow(boxes, pair, transitions, language, height - 14 - 22 * back.index(pair) if pair in back else 0)
        for pair, transitions in arrows.items()
    ]
    shapes = [_shape(box, language, present) for box in boxes.values()]
    title = escape(workflow.title.within(language))
    name = workflow.name
    return (
        f'<svg class="flow-chart" role="img" aria-labelledby="flow-{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="flow-{name}">{title}</title>'
        f'<defs><marker id="tip-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path class="flow-tip" d="M0 0 8 4 0 8z"/></marker></defs>'
        + "".join(line.replace("#tip", f"#tip-{name}") for line in lines)
        + "".join(shapes)
        + "</svg>"
    )


def _shape(box: Box, language: str, present: State | None) -> str:
    state = box.state
    classes = ["flow-state", f"flow-{state.kind.value}"]
    if state.is_publicity:
        classes.append("flow-publicity")
    if state is present:
        classes.append("flow-present")
    words = _wrapped(state.title.within(language))
    first = box.middle + 5 - 8 * (len(words) - 1)
    spans = "".join(
        f'<tspan x="{box.x + WIDTH // 2}" y="{first + 16 * number}">{escape(word)}</tspan>' for number, word in enumerate(words)
    )
    frame = f'<rect x="{box.x}" y="{box.y}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
    return f'<g class="{" ".join(classes)}">{frame}<text text-anchor="middle">{spans}</text></g>'


def _wrapped(label: str, limit: int = 18) -> list[str]:
    if len(label) <= limit or " " not in label:
        return [label]
    cut = label.rfind(" ", 0, len(label) // 2 + 4)
    return [label[:cut], label[cut + 1 :]] if cut > 0 else [label]


def _arrow(boxes: dict[State, Box], pair: tuple[State, State], transitions: list[Transition], language: str, below: int) -> str:
    source, target = boxes[pair[0]], boxes[pair[1]]
    label = escape(" / ".join(t.title.within(language) for t in transitions))
    if below:
        start, end = source.x + WIDTH // 2 + 12, target.x + WIDTH // 2 - 12
        path = f"M{start} {source.y + HEIGHT} V{below} H{end} V{target.y + HEIGHT + 2}"
    else:
        start, end = source.x + WIDTH, target.x - 3
        middle = end - GAP_X // 2 + 3
        path = f"M{start} {source.middle} H{middle} V{target.middle} H{end}"
    return f'<g class="flow-arrow"><title>{label}</title><path d="{path}" fill="none" marker-end="url(#tip)"/></g>'


def table(workflow: type[Workflow]) -> str:
    """Who may do what, as a Markdown table in both languages, in the order of the declaration."""
    rows = [
        f"# {workflow.title.zh} · {workflow.title.en}",
        "",
        "| 环节 transition | 从 from | 到 to | 谁 by whom | 条件 conditions |",
        "|---|---|---|---|---|",
    ]
    for t in workflow.transitions.values():
        rows.append(
            f"| {_both(t.title)} | {'；'.join(s.title.zh for s in t.source)} · {'; '.join(s.title.en for s in t.source)} | {_both(t.target.title)} "
            f"| {_names(t.by)} | {_conditions(t)} |"
        )
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
