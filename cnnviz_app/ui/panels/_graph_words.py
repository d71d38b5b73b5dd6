"""The words in the architecture graph, and how much room they take."""

from __future__ import annotations

from collections.abc import Mapping

from cnnviz_app.lab.timing_requests import NodeTimes
from cnnviz_app.nets.graph import Node
from cnnviz_app.nets.graph_drawing import Measures
from cnnviz_app.nets.graph_folds import Fold, leaf_folds
from cnnviz_app.nets.graph_kernels import op_words
from cnnviz_app.nets.graph_showing import kind_of
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import THIN, text_width

# Operators that only pass on what they are given are drawn small.
TALL = {"input", "multihead_attention", "shifted_window_attention"}
PAD, CARET = 12, 18


def title(one: Fold, known: Mapping[str, Node]) -> str:
    return one.name if one.node is None else op_words(one.node, known)


def second(one: Fold, known: Mapping[str, Node]) -> str:
    """A block says what it is; an operator its name."""
    if one.node is not None:
        return one.name if one.name != one.node.op else ""
    if one.operators <= 3:
        return " · ".join(op_words(node, known) for node in one.leaves())
    many = "1 operator" if one.operators == 1 else f"{one.operators} operators"
    kind = kind_of(one)
    return f"{kind} · {many}" if kind else many


def is_small(one: Fold) -> bool:
    node = one.node
    return node is not None and not node.macs and node.op not in TALL


def measures(known: Mapping[str, Node], vertical: bool) -> Measures:
    """Room in the fonts of now; a small box has its words on one line."""

    def box(one: Fold) -> tuple[float, float]:
        first, below = title(one, known), second(one, known)
        if is_small(one):
            wide = text_width(first, "caption", 500)
            wide += px(7) + text_width(below, "caption") if below else 0
            return max(px(64), wide + 2 * px(PAD)), px(26)
        wide = max(text_width(first, "strong"), text_width(below, "caption"))
        caret = px(CARET) if one.is_block else 0
        return max(px(96), wide + caret + 2 * px(PAD)), px(42)

    def head(one: Fold) -> tuple[float, float]:
        return text_width(one.name, "strong") + px(CARET) + px(6), px(30)

    def label(lines: tuple[str, ...]) -> tuple[float, float]:
        if not lines:
            return 0.0, 0.0
        wide = max(text_width(line, "micro") for line in lines)
        return wide + px(8), px(16) if vertical else px(32)

    return Measures(box, head, label)


def shape_words(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def pair(two: tuple[int, int]) -> str:
    return str(two[0]) if two[0] == two[1] else f"{two[0]} × {two[1]}"


def hover_lines(
    one: Fold, known: Mapping[str, Node], output: Node | None, whole: Fold,
    times: NodeTimes | None,
) -> list[tuple[str, str]]:  # fmt: skip
    """Name and value of everything known about a box; `output` is what leaves it."""
    lines = [("", second(one, known))] if one.is_block else []
    if output is not None and output.shape:
        lines.append(("gives", shape_words(output.shape)))
    if one.params:
        share = share_words(one.params, whole.params)
        lines.append(("parameters", f"{words.count(one.params)} · {share}"))
    if one.macs:
        share = share_words(one.macs, whole.macs)
        lines.append(("operations", f"{macs_words(one.macs)} · {share}"))
    reach = output.receptive_field if output is not None else None
    if reach is not None:
        lines.append(("sees", f"{pair(reach.size)}{THIN}px"))
        lines.append(("stride", f"{pair(reach.stride)}{THIN}px"))
    if times is not None:
        seconds = sum(times.seconds.get(leaf.id, 0.0) for leaf in leaf_folds(one))
        lines.append(("time", f"{time_words(seconds)} · {share_words(seconds, times.total)}"))
    return lines


def share_words(part: float, whole: float) -> str:
    share = 100 * part / whole if whole else 0.0
    return f"{share:.1f}{THIN}%" if share >= 0.1 or not part else f"< 0.1{THIN}%"


def macs_words(value: float) -> str:
    number = words.count(value)
    return f"{number}{'' if number[-1:].isalpha() else THIN}MAC"


def time_words(seconds: float) -> str:
    """Operators take from microseconds to seconds."""
    if seconds >= 1:
        return f"{seconds:.2f}{THIN}s"
    if seconds >= 0.001:
        value = seconds * 1000
        return f"{value:.1f}{THIN}ms" if value < 100 else f"{value:.0f}{THIN}ms"
    return f"{seconds * 1e6:.0f}{THIN}µs"


def value_words(colour: str, value: float) -> str:
    """An end of the colour bar."""
    if colour == "time":
        return time_words(value)
    return macs_words(value) if colour == "macs" else words.count(value)
