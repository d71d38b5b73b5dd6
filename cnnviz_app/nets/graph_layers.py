"""One level of a layered drawing: which layer, in which order, and where across the flow.

"Along" is the direction in which tensors flow, "across" the other one; nothing here knows which
of them is down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ORDER_SWEEPS = 4
PLACE_SWEEPS = 2
# A bend of the main path looks worse than any bend elsewhere.
SPINE_WEIGHT = 1000.0
BETWEEN_BOXES, BETWEEN_WIRES, BOX_AND_WIRE = 18.0, 7.0, 12.0


@dataclass(eq=False)
class Vertex:
    """A box, the place where a wire enters or leaves the level, or a wire passing a layer.

    Attributes:
        key: the box's name; of a port or a passing wire, the name of the box the wire comes from.
        operators: how many it stands for.
        length: extent along; `before` and `after`: extents across, from its reference line.
        wire: it has no body of its own.
    """

    key: str
    length: float = 0.0
    before: float = 0.0
    after: float = 0.0
    operators: int = 0
    wire: bool = False
    layer: int = 0
    place: int = 0
    across: float = 0.0
    spine: bool = False


@dataclass(frozen=True, eq=False)
class Link:
    """A wire from one vertex to another, in neighbouring layers once `route` is through.

    Offsets are across, from the vertex's reference line to where the wire leaves and enters.
    """

    key: str
    tail: Vertex
    head: Vertex
    tail_offset: float = 0.0
    head_offset: float = 0.0


@dataclass
class Level:
    """Vertices in an order in which every wire goes forward, and the wires between them."""

    vertices: list[Vertex]
    links: list[Link]
    entries: list[Vertex] = field(default_factory=list)
    exits: list[Vertex] = field(default_factory=list)

    def arrange(self) -> list[list[Vertex]]:
        """Give every vertex its layer, order and place across; long wires become chains."""
        self._assign_layers()
        self._mark_spine()
        self._route()
        count = 1 + max((vertex.layer for vertex in self._all()), default=0)
        layers: list[list[Vertex]] = [[] for _ in range(count)]
        for vertex in self._all():
            layers[vertex.layer].append(vertex)
        into, out_of = _neighbours(self.links)
        _order(layers, into, out_of)
        _place(layers, into, out_of)
        return layers

    def _all(self) -> list[Vertex]:
        return [*self.entries, *self.vertices, *self.exits]

    # ---- layers

    def _assign_layers(self) -> None:
        """As early as possible; what hangs on no input comes just before it is needed."""
        first = 1 if self.entries else 0
        into: dict[Vertex, list[Vertex]] = {vertex: [] for vertex in self._all()}
        out_of: dict[Vertex, list[Vertex]] = {vertex: [] for vertex in self._all()}
        for link in self.links:
            into[link.head].append(link.tail)
            out_of[link.tail].append(link.head)
        loose: set[Vertex] = set()
        for number, vertex in enumerate(self.vertices):
            before = into[vertex]
            vertex.layer = max((tail.layer + 1 for tail in before), default=first)
            rooted = not before and not self.entries and number == 0
            if not rooted and all(tail in loose for tail in before):
                loose.add(vertex)
        for vertex in reversed(self.vertices):
            if vertex in loose:
                later = [head.layer for head in out_of[vertex] if head not in self.exits]
                vertex.layer = max(vertex.layer, min(later, default=vertex.layer + 1) - 1)
        last = max((vertex.layer for vertex in self.vertices), default=first) + 1
        for vertex in self.exits:
            vertex.layer = last

    def _mark_spine(self) -> None:
        """The path with the most operators on it is drawn as one straight line."""
        best: dict[Vertex, tuple[float, Vertex | None]] = {}
        into: dict[Vertex, list[Vertex]] = {}
        for link in self.links:
            into.setdefault(link.head, []).append(link.tail)
        for vertex in self._all():
            own = float(vertex.operators)
            options = [(best[tail][0] + own, tail) for tail in into.get(vertex, ())]
            best[vertex] = max(options, key=lambda o: o[0], default=(own, None))
        at = max(best, key=lambda v: (best[v][0], v.layer), default=None)
        while at is not None:
            at.spine = True
            at = best[at][1]

    # ---- long wires

    def _route(self) -> None:
        """A wire that passes layers goes by a chain of places in them, shared by all its ends."""
        bundles: dict[tuple[Vertex, str, float], list[Link]] = {}
        for link in self.links:
            bundles.setdefault((link.tail, link.key, link.tail_offset), []).append(link)
        self.links = []
        for (tail, key, offset), bundle in bundles.items():
            last = max(link.head.layer for link in bundle)
            chain = [tail]
            for layer in range(tail.layer + 1, last):
                chain.append(Vertex(key, wire=True, layer=layer))
                self.links.append(Link(key, chain[-2], chain[-1], offset, 0.0))
                offset = 0.0
            self.vertices += chain[1:]
            for link in bundle:
                near = chain[link.head.layer - tail.layer - 1]
                at = link.tail_offset if near is tail else 0.0
                self.links.append(Link(key, near, link.head, at, link.head_offset))


Sides = Mapping[Vertex, list[tuple[Vertex, float]]]


def _neighbours(links: Iterable[Link]) -> tuple[Sides, Sides]:
    """For each vertex its neighbours before and after, with where their wire would be straight."""
    into: dict[Vertex, list[tuple[Vertex, float]]] = {}
    out_of: dict[Vertex, list[tuple[Vertex, float]]] = {}
    for link in links:
        shift = link.tail_offset - link.head_offset
        into.setdefault(link.head, []).append((link.tail, shift))
        out_of.setdefault(link.tail, []).append((link.head, -shift))
    return into, out_of


# ---- order


def _order(layers: Sequence[list[Vertex]], into: Sides, out_of: Sides) -> None:
    """Fewer crossings: each layer is sorted by the middle of its neighbours, back and forth."""
    for layer in layers:
        # Boxes stand before the wires that pass them, until the neighbours say otherwise.
        layer.sort(key=lambda vertex: vertex.wire)
        _number(layer)
    for sweep in range(ORDER_SWEEPS):
        forward = sweep % 2 == 0
        for layer in layers if forward else reversed(layers):
            if len(layer) > 1:
                _sort(layer, into if forward else out_of)


def _sort(layer: list[Vertex], sides: Sides) -> None:
    middles = {}
    for vertex in layer:
        around = sides.get(vertex)
        if vertex.spine and around:
            # The main path stays where it is; what joins it does not pull it among the wires.
            around = [one for one in around if one[0].spine] or around
        # An offset is a little more than nothing: it only tells ports of one box apart.
        middles[vertex] = (
            sum(other.place + shift * 1e-4 for other, shift in around) / len(around)
            if around else float(vertex.place)
        )  # fmt: skip
    layer.sort(key=lambda vertex: (middles[vertex], vertex.place))
    _number(layer)


def _number(layer: Sequence[Vertex]) -> None:
    for place, vertex in enumerate(layer):
        vertex.place = place


# ---- place across


def _place(layers: Sequence[list[Vertex]], into: Sides, out_of: Sides) -> None:
    """Straight wires as far as the order and the room allow, the main path straight always."""
    for layer in layers:
        _settle(layer, [0.0] * len(layer))
    for sweep in range(2 * PLACE_SWEEPS):
        sides = into if sweep % 2 == 0 else out_of
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _settle(layer, [_wish(vertex, sides) for vertex in layer])


def _wish(vertex: Vertex, sides: Sides) -> float:
    if vertex.spine:
        return 0.0
    around = sides.get(vertex)
    if not around:
        return vertex.across
    total = 0.0
    for other, shift in around:
        total += other.across + shift
    return total / len(around)


def _settle(layer: Sequence[Vertex], wishes: Sequence[float]) -> None:
    """The places nearest to the wishes (least squares) that keep order and distances."""
    if len(layer) == 1:
        layer[0].across = wishes[0]
        return
    groups: list[tuple[float, float, int]] = []  # sum of weight × target, weight, members
    shifts: list[float] = []
    shift = 0.0
    for number, vertex in enumerate(layer):
        if number:
            before = layer[number - 1]
            shift += before.after + _gap(before, vertex) + vertex.before
        shifts.append(shift)
        weight = SPINE_WEIGHT if vertex.spine else 1.0
        group = ((wishes[number] - shift) * weight, weight, 1)
        while groups and groups[-1][0] / groups[-1][1] > group[0] / group[1]:
            last = groups.pop()
            group = (last[0] + group[0], last[1] + group[1], last[2] + group[2])
        groups.append(group)
    number = 0
    for total, weight, members in groups:
        for _ in range(members):
            layer[number].across = total / weight + shifts[number]
            number += 1


def _gap(one: Vertex, other: Vertex) -> float:
    if one.wire and other.wire:
        return BETWEEN_WIRES
    return BOX_AND_WIRE if one.wire or other.wire else BETWEEN_BOXES
