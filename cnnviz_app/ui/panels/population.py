"""Showing many pictures to the network, and finding units by what they did."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from cnnviz_app.lab.population_requests import Order, PictureSet, Ranking, RankUnits
from cnnviz_app.sources import worlds
from cnnviz_app.sources.series import FOLDER, WORLD
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.engine_client import Ticket
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._paint import Bar
from cnnviz_app.ui.panels._population_rows import RankHeads, RankList
from cnnviz_app.ui.population import described, session_of
from cnnviz_app.ui.theme import px
from cnnviz_app.ui.widgets.base import follow_theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label

ORDERS: tuple[tuple[Order, str], ...] = (
    ("specific", "Most specific to a class"), ("strong", "Strongest"), ("sparse", "Sparsest"),
    ("silent", "Never active"),
)  # fmt: skip
NOTHING = {
    "silent": ("Every unit was active", "Each was above zero in at least one of the pictures."),
    "sparse": ("Nothing to rank", "The sums before an activation are of either sign: choose the "
               "layer behind, or all layers."),
    "specific": ("No classes", "These pictures have no classes. In a folder, each subfolder is "
                 "one."),
    "strong": ("Nothing to rank", "No unit of this layer was above zero."),
}  # fmt: skip
# While units are changed: one pass takes too long to follow a slider.
AS_TRAINED = "Figures of the network as trained, without your changes."
ELSEWHERE = "another folder"
ANY = "any"


def ask_folder(parent: QWidget, start: str) -> str:
    """A folder of pictures from the person, or ""."""
    return QFileDialog.getExistingDirectory(parent, "Choose a folder of pictures", start)


@panel("population", "Population", "images")
class PopulationPanel(Panel):
    """Shows many pictures to the network once and remembers what every unit did: which units
    tell a class apart, which are never active, which are strongest. In a folder, every
    subfolder is a class. Click a unit to select it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.session = session_of(desk)
        self._ticket: Ticket | None = None
        self._folders: list[str] = []
        self._build_choice()
        self._build_list()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._top)
        self._column.addLayout(self._orders)
        self._column.addWidget(self._heads)
        self._column.addWidget(self._middle, 1)
        self._column.addLayout(self._foot)
        session = self.session
        session.status_changed.connect(self._refresh)
        session.progressed.connect(self._show_progress)
        session.changed.connect(self._refresh)
        session.changed.connect(self._read)
        state = desk.state
        state.unit_changed.connect(self._mark)
        state.layer_changed.connect(self._on_layer)
        desk.edits.changed.connect(self._show_page)
        follow_theme(self._restyle)
        self._refresh()

    def _build_choice(self) -> None:
        self.pictures = ComboBox((), name="Pictures to look at")
        self.pictures.chosen.connect(self._on_pictures)
        self.primary = Button("", "primary", "play")
        self.primary.clicked.connect(self._on_primary)
        self._said = Label("", "caption", "t2", wrap=True)
        self._bar = Bar("Pictures looked at")
        self.as_trained = Label(AS_TRAINED, "caption", "t2", wrap=True)
        line = QHBoxLayout()
        line.addWidget(self.primary)
        line.addWidget(self._said, 1)
        self._line = line
        self._top = QVBoxLayout()
        self._top.addWidget(self.pictures)
        self._top.addLayout(line)
        self._top.addWidget(self._bar)
        self._top.addWidget(self.as_trained)

    def _build_list(self) -> None:
        self.order = ComboBox(ORDERS, "specific", name="Order of the units")
        self.order.chosen.connect(self._read)
        self.label = ComboBox(((ANY, "any class"),), ANY, name="Class")
        self.label.chosen.connect(self._read)
        self.scope = ComboBox(
            (("all", "All layers"), ("layer", "This layer")), "all", name="Which units"
        )
        self.scope.chosen.connect(self._read)
        self._count = Label("", "caption", "t3", elide=True)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.order)
        second.addWidget(self.scope, 1)
        second.addWidget(self.label, 1)
        self._orders = QVBoxLayout()
        self._orders.addLayout(first)
        self._orders.addLayout(second)
        self._order_lines = (first, second)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self._count)
        self._middle = QWidget()
        self._middle.setMinimumHeight(1)
        self.view = RankList(self._middle)
        self.view.chosen.connect(lambda layer, unit: self.desk.state.set_layer(layer, unit))
        self._heads = RankHeads(self.view)
        self._empty = EmptyState("images", "", parent=self._middle)
        self._stack = QStackedLayout(self._middle)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)

    # ---- choosing pictures

    def _offer(self) -> None:
        wanted = self.session.wanted
        if wanted.kind == FOLDER and wanted.name not in self._folders:
            self._folders.append(wanted.name)
        choices = [
            (f"{WORLD}:{name}", _upper(described(PictureSet(WORLD, name))))
            for name in worlds.POPULATIONS
        ]
        choices += [
            (f"{FOLDER}:{name}", _upper(described(PictureSet(FOLDER, name))))
            for name in self._folders
        ]
        choices.append((ELSEWHERE, "Choose a folder…"))
        self.pictures.set_choices(choices, f"{wanted.kind}:{wanted.name}")

    def _on_pictures(self, key: str) -> None:
        if key == ELSEWHERE:
            opened = self.desk.pictures.folder
            start = str(opened.path) if opened is not None else str(Path.home())
            name = ask_folder(self, start)
            if name:
                self.session.choose(PictureSet(FOLDER, name))
            self._refresh()
            return
        kind, _, name = key.partition(":")
        self.session.choose(PictureSet(kind, name))

    def _on_primary(self) -> None:
        if self.session.running:
            self.session.pause()
        else:
            self.session.start()

    # ---- what it says

    def _refresh(self, *_: object) -> None:
        session = self.session
        self._offer()
        going = session.running
        self.primary.setVisible(session.status != "ready")
        self.primary.setEnabled(session.status != "finding" and self.desk.state.model is not None)
        words = "Pause" if going else "Go on" if session.status == "paused" else "Look at them"
        self.primary.setText(words)
        self.primary.setAccessibleName(words)
        self.primary.set_icon("pause" if going else "play")
        self._bar.setVisible(going or session.status == "paused")
        classes = session.facts.classes if session.facts is not None else ()
        chosen = self.label.key if self.label.key in classes else ANY
        self.label.set_choices(((ANY, "any class"), *((c, c) for c in classes)), chosen)
        self._show_progress()
        self._show_page()

    def _show_progress(self) -> None:
        session = self.session
        total = session.total
        self._bar.set_share(
            session.done / total if total else 0.0, paused=session.status == "paused"
        )
        self._said.set_token("err" if session.status == "failed" else "t2")
        self._said.setText(self._sentence())
        self._said.setToolTip(self._sentence())
        self.note_changed.emit(f"{session.done:,} pictures" if session.status == "ready" else "")

    def _sentence(self) -> str:
        session = self.session
        so_far = f"{session.done:,} of {session.total:,}"
        if session.status == "running":
            left = (session.total - session.done) / session.pace if session.pace else 0.0
            more = f" · {session.pace:.0f} pictures/s · {left:.0f} s left" if session.pace else ""
            return so_far + more
        if session.status == "waiting":
            return f"{so_far} · waits for other jobs"
        if session.status == "paused":
            return f"{so_far} · paused"
        if session.status == "failed" and session.trouble is not None:
            return session.trouble.sentence
        if session.status == "ready" and session.facts is not None:
            facts = session.facts
            left_out = f" · {facts.failed} unreadable" if facts.failed else ""
            units = f"{facts.units:,} units in {len(facts.layers)} layers"
            return f"{units} · {session.pace:,.0f} pictures/s{left_out}"
        return ""

    def _show_page(self, *_: object) -> None:
        there = self.session.has_results
        self.as_trained.setVisible(there and bool(self.desk.edits.all))
        ranking = self.view.rows.ranking
        full = there and bool(ranking.rows)
        self._stack.setCurrentIndex(0 if full else 1)
        self._heads.setVisible(full)
        self._count.setVisible(full)
        for line in self._order_lines:
            for i in range(line.count()):
                item = line.itemAt(i)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.setVisible(there)
        self.label.setVisible(there and self.order.key == "specific" and self.label.count() > 1)
        if not there:
            self._empty.set_content(
                "images", "Nothing looked at yet",
                "One pass over many pictures finds the units that tell a class apart, the ones "
                "that are never active, and each one’s strongest pictures.",
            )  # fmt: skip
        elif not full:
            self._empty.set_content("images", *NOTHING[ranking.order])

    # ---- the list

    def _read(self, *_: object) -> None:
        model = self.desk.state.model
        if model is None or not self.session.has_results or not self.isVisible():
            self._show_page()
            return
        order = self.order.key
        assert order in get_args(Order)
        layer = self.desk.state.layer if self.scope.key == "layer" else ""
        label = self.label.key if self.label.key != ANY else ""
        request = RankUnits(model.name, cast("Order", order), layer, label)
        self._ticket = self.desk.engine.ask(
            request, slot="population-ranking", urgent=True, background=True, title="Units in order"
        )
        self._ticket.finished.connect(self._on_ranking)

    def _on_ranking(self, ranking: Ranking) -> None:
        self._ticket = None
        self.view.show_ranking(ranking)
        shown = len(ranking.rows)
        of = f"the first {shown} of {ranking.total:,} units" if shown < ranking.total else ""
        self._count.setText(of or f"{ranking.total:,} units")
        self._heads.update()
        self._show_page()

    def _on_layer(self, _: str) -> None:
        self._mark()
        if self.scope.key == "layer":
            self._read()

    def _mark(self, *_: object) -> None:
        self.view.mark(self.desk.state.layer, self.desk.state.unit)

    # ---- sizes

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mark()
        self._read()

    def _restyle(self) -> None:
        self._top.setContentsMargins(px(12), px(4), px(12), px(6))
        self._top.setSpacing(px(8))
        self._line.setSpacing(px(10))
        self._orders.setContentsMargins(px(12), px(4), px(12), px(4))
        self._orders.setSpacing(px(6))
        self._foot.setContentsMargins(px(12), px(4), px(12), px(8))
        for line in self._order_lines:
            line.setSpacing(px(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(220), px(160))


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
