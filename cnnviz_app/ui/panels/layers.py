"""The layers of the open network as a tree with their facts."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.requests import ModelFacts
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels import _words as words
from cnnviz_app.ui.panels._layer_tree import Item, LayerTree, build, matching
from cnnviz_app.ui.panels._layer_view import LayerView
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.fields import TextField
from cnnviz_app.ui.widgets.labels import Label


class _Filter(TextField):
    """Down goes to the tree, Escape empties the field."""

    def __init__(self, view: LayerView, parent: QWidget) -> None:
        super().__init__("Find a layer", "filter", parent=parent)
        self._view = view

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._view.setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


@panel("layers", "Layers", "network")
class Layers(Panel):
    """Every operator of the network in the order it runs, folded by module: shape, receptive
    field and stride in pixels, parameters, multiply-adds. Click one to see its maps."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.tree = LayerTree(self)
        self.view = LayerView(self.tree, self)
        self.filter = _Filter(self.view, self)
        self._foot = Label("", "caption", "t3", elide=True, parent=self)
        self._empty = EmptyState("network", "", parent=self)
        self._root = Item("", "")
        self._build()
        self.view.chosen.connect(desk.state.set_layer)
        self.filter.textChanged.connect(self._show_rows)
        self._empty.action.connect(self._on_empty)
        desk.state.model_changed.connect(self._on_model)
        desk.state.layer_changed.connect(self._on_layer)
        self._on_model(desk.state.model)

    def _build(self) -> None:
        middle = QWidget(self)
        middle.setMinimumHeight(1)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self._head = QVBoxLayout()
        self._head.addWidget(self.filter)
        self._base = QVBoxLayout()
        self._base.addWidget(self._foot)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addWidget(middle, 1)
        self._column.addLayout(self._base)
        follow_theme(self._restyle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(0, px(4), 0, px(8))
        self._head.setContentsMargins(px(12), 0, px(12), px(4))
        self._base.setContentsMargins(px(12), px(4), px(12), 0)

    def _on_model(self, facts: ModelFacts | None) -> None:
        self._root = build(facts) if facts is not None else Item("", "")
        self.filter.setVisible(facts is not None)
        self._foot.setVisible(facts is not None)
        if facts is not None:
            self._foot.setToolTip(
                f"{len(facts.nodes)} operators, {len(facts.layers)} of them to look at; "
                "MAC: multiply-adds for one picture"
            )
            self._foot.setText(
                f"{words.count(facts.params)} parameters · {words.count(facts.macs)}MAC"
            )
        self._show_rows()
        self._tell()

    def _show_rows(self, *_: object) -> None:
        wanted = self.filter.text().strip()
        root = matching(self._root, wanted) if wanted else self._root
        self.tree.set_root(root)
        self._stack.setCurrentIndex(0 if root.children else 1)
        if not root.children:
            self._explain_empty(wanted)
            return
        self.view.fit_columns()
        self.view.mark(self.desk.state.layer)

    def _explain_empty(self, wanted: str) -> None:
        if wanted:
            self._empty.set_content(
                "search", "No layer of that name", f"Nothing here matches “{wanted}”.",
                (("clear", "Clear the filter"),),
            )  # fmt: skip
        else:
            self._empty.set_content(
                "network", "No network open", "Open one in the model browser; its layers come here."
            )

    def _on_layer(self, layer: str) -> None:
        self.view.mark(layer)

    def _on_empty(self, key: str) -> None:
        self.filter.clear()
        self.filter.setFocus()

    def _tell(self) -> None:
        facts = self.desk.state.model
        self.note_changed.emit(facts.title if facts is not None else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell()
        self.view.mark(self.desk.state.layer)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(120))
