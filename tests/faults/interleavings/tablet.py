"""A tablet as its script behaves (static/js/marking/queue.js): what waits there, what it sends, what it makes of an answer or of none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

Spot = tuple[int, str, int]  # entry, aspect, seat


@dataclass(frozen=True)
class Item:
    """A mark that waits.  `seen` is None where it follows upon the one before it in the queue."""

    id: str
    spot: Spot
    value: Any
    seen: int | None
    state: str = "kept"
    number: int = 0

    @property
    def sheet(self) -> tuple[int, str]:
        return self.spot[0], self.spot[1].partition(".")[0]


@dataclass
class Tablet:
    """The queue is kept through everything; what the page knows of numbers comes with the page and with answers."""

    judge: int
    name: str
    queue: list[Item] = field(default_factory=list)
    known: dict[Spot, int] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    taps: int = 0

    def tap(self, spot: Spot, value: Any) -> None:
        self.taps += 1
        before = [item for item in self.queue if item.spot == spot and item.state != "refused"]
        self.queue.append(Item(f"{self.name}-{self.taps:06d}", spot, value, None if before else self.known.get(spot, 0)))

    def batch(self) -> list[Item]:
        """The first mark of each place of the first sheet that has one to send."""
        held = {item.spot for item in self.queue if item.state == "conflict"}
        ready = [item for item in self.queue if item.state == "kept" and item.spot not in held]
        first: dict[Spot, Item] = {}
        for item in ready:
            if item.sheet == ready[0].sheet:
                first.setdefault(item.spot, item)
        return list(first.values())

    def recorded(self, sent: list[Item], numbers: dict[Spot, int]) -> None:
        """The server has answered for *sent*: they leave, and what waits behind them follows upon their numbers."""
        gone = {item.id for item in sent}
        self.confirmed |= gone
        self.known |= numbers
        self.queue = [item for item in self.queue if item.id not in gone]
        for spot, number in numbers.items():
            behind = next((n for n, item in enumerate(self.queue) if item.spot == spot and item.seen is None), None)
            if behind is not None:
                self.queue[behind] = replace(self.queue[behind], seen=number)

    def refused(self, sent: list[Item], refused: set[str]) -> None:
        self.queue = [replace(item, state="refused") if item in sent and item.id in refused else item for item in self.queue]

    def differed(self, numbers: dict[str, int]) -> None:
        """Somebody else's value stands: both are shown until the judge chooses."""
        self.queue = [replace(item, state="conflict", number=numbers[item.id]) if item.id in numbers else item for item in self.queue]

    def settle(self, *, keeps_own: bool) -> None:
        """The judge chooses between the two values of everything that is shown so."""
        for item in [item for item in self.queue if item.state == "conflict"]:
            self.queue.remove(item)
            self.known[item.spot] = item.number
            behind = [each for each in self.queue if each.spot == item.spot]
            if keeps_own and not behind:
                self.tap(item.spot, item.value)
            elif behind:
                self.queue[self.queue.index(behind[0])] = replace(behind[0], seen=item.number)

    def send_again(self) -> None:
        """What was refused is tried once more."""
        self.queue = [replace(item, state="kept") if item.state == "refused" else item for item in self.queue]

    def open_page(self, numbers: dict[Spot, int]) -> None:
        """A page drawn by the server brings the numbers as they are."""
        self.known |= numbers
