"""The form's editor for layers with weights: one slider for each, in the network's order."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnviz_app.lab.style_requests import StyleLayers, Weighted
from cnnviz_app.ui.form_help import FormHelp
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import IconButton
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.slider import SliderField


def parse(text: str) -> Weighted:
    """`relu1, 0.5*relu2` as names and weights; what has no weight shares 1 evenly."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = []
    for part in parts:
        weight, star, name = part.partition("*")
        try:
            found.append((name.strip(), float(weight)) if star else (part, 1.0 / len(parts)))
        except ValueError:
            found.append((part, 1.0 / len(parts)))
    return tuple(found)


def written(layers: Weighted) -> str:
    return ", ".join(f"{weight:.4g}*{name}" for name, weight in layers if weight > 0.0)


class LayersField(QWidget):
    """Rows of layer and weight; empty is what the technique takes unasked, shown all the same.

    Signals:
        edited: the new value as text.
    """

    edited = Signal(str)

    def __init__(self, parameter: str, name: str) -> None:
        super().__init__()
        self._parameter, self._name = parameter, name
        self._help: FormHelp | None = None
        self._offer = StyleLayers("")
        self._text = ""
        self._rows: list[_Row] = []
        self._shown: Weighted = ()
        self._add = ComboBox((), name=f"Add to {name}")
        self._add.chosen.connect(self._on_add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._add)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        follow_theme(self._restyle)

    @property
    def value(self) -> str:
        return self._text

    def set_value(self, text: str) -> None:
        """Show these layers without telling anyone."""
        if text.strip() != self._text:
            self._text = text.strip()
            self._show()

    def follow(self, help: FormHelp) -> None:
        """Take the layers of the open network from here, now and when another is opened."""
        self._help = help
        help.changed.connect(self._take_offer)
        self._take_offer()
        help.want_layers()

    def _take_offer(self) -> None:
        if self._help is not None:
            self._offer = self._help.layers
            self._show()

    @property
    def layers(self) -> Weighted:
        """What is shown: the value, or what stands for an empty one, in the network's order."""
        names = {paper: node for node, paper in self._offer.papers.items()}
        given = parse(self._text) or tuple(self._offer.usual.get(self._parameter, ()))
        found = [(names.get(name, name), weight) for name, weight in given]
        order = {name: place for place, name in enumerate(self._offer.names)}
        return tuple(sorted(found, key=lambda pair: order.get(pair[0], len(order))))

    def _show(self) -> None:
        self._shown = self.layers
        while len(self._rows) < len(self._shown):
            row = _Row()
            row.weighed.connect(self._on_weight)
            row.dropped.connect(self._on_drop)
            self._column.insertWidget(len(self._rows), row)
            self._rows.append(row)
        while len(self._rows) > len(self._shown):
            gone = self._rows.pop()
            gone.hide()
            self._column.removeWidget(gone)
            gone.deleteLater()
        for row, (name, weight) in zip(self._rows, self._shown, strict=True):
            row.show_layer(name, self._offer, weight, usual=not self._text)
        taken = {name for name, _ in self._shown}
        left = [(name, _title(name, self._offer)) for name in self._offer.names
                if name not in taken]  # fmt: skip
        self._add.set_choices([("", "Add a layer"), *left], "")
        self._add.setVisible(bool(left))
        self.updateGeometry()

    def _on_weight(self, name: str, weight: float) -> None:
        self._shown = tuple((n, weight if n == name else w) for n, w in self._shown)
        self._tell()

    def _on_drop(self, name: str) -> None:
        self._shown = tuple(pair for pair in self._shown if pair[0] != name)
        self._tell()
        self._show()

    def _on_add(self, name: str) -> None:
        if name:
            weights = [weight for _, weight in self._shown] or [1.0]
            self._shown = (*self._shown, (name, sum(weights) / len(weights)))
            self._tell()
            self._show()

    def _tell(self) -> None:
        self._text = written(self._shown)
        self.edited.emit(self._text)

    def _restyle(self) -> None:
        self._column.setSpacing(px(2))


class _Row(QWidget):
    """Name, slider, weight, cross."""

    weighed = Signal(str, float)
    dropped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._layer = ""
        self._label = Label("", "body", "t2", elide=True)
        self._weight = SliderField(0.2, (0.0, 1.0), (0.0, 1e6), field_width=58)
        self._weight.value_changed.connect(lambda value: self.weighed.emit(self._layer, value))
        self._cross = IconButton("close", "Leave this layer out", small=True)
        self._cross.clicked.connect(lambda: self.dropped.emit(self._layer))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label)
        row.addWidget(self._weight, 1)
        row.addWidget(self._cross)
        self._row = row
        follow_theme(self._restyle)

    def show_layer(self, name: str, offer: StyleLayers, weight: float, *, usual: bool) -> None:
        self._layer = name
        title = _title(name, offer)
        self._label.setText(title)
        shape = offer.shapes.get(name)
        size = f", {shape[0]} maps of {shape[1]} × {shape[2]}" if shape is not None else ""
        self._label.setToolTip(f"{name}{size}")
        self._label.set_token("t2" if usual else "t1")
        for part in (self._weight.slider, self._weight.field):
            part.setAccessibleName(f"Weight of {title}")
        self._weight.set_value(weight)

    def _restyle(self) -> None:
        self._label.setFixedWidth(px(68))
        self._row.setSpacing(px(4))


def _title(name: str, offer: StyleLayers) -> str:
    """As the papers call it where they do, else the last parts of the layer's own name."""
    paper = offer.papers.get(name)
    if paper is not None:
        return paper
    return ".".join(name.split(".")[-2:])
