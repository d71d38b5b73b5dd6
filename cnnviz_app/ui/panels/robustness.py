"""What models withstand: accuracy against ε, and whether attacks on one fool another."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout

from cnnviz_app.core.events import Progress
from cnnviz_app.lab.attack_requests import Robustness, Transfer
from cnnviz_app.lab.defence_requests import KINDS, Defence
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._robust_ask import EPSILONS, PICTURES, RobustnessAsker
from cnnviz_app.ui.panels._robust_matrix import TransferMatrix
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.combo import ComboBox
from cnnviz_app.ui.widgets.fields import NumberField
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.line_plot import LinePlot
from cnnviz_app.ui.widgets.segmented import Segmented
from cnnviz_app.ui.widgets.views import Menu

PAGES = (("curves", "Accuracy"), ("transfer", "Transfer"))
TITLES = {"curves": "Accuracy against ε", "transfer": "Transfer of attacks"}
FACTS = {
    "curves": "PGD of 10 steps in a box of ± ε levels",
    "transfer": "made on the row, shown to the column: how many answers changed",
}
PHOTOS, FOLDER = "photos", "folder"
DEFENCES = (("none", "No defence"), *((k.kind, k.words(k.usual)) for k in KINDS))
# At most six curves: three plain, three dashed.
LOOKS = (("accent", False), ("t2", False), ("t1", False),
         ("accent", True), ("t2", True), ("t1", True))  # fmt: skip


@panel("robustness", "Robustness", "curve", stage=True)
class RobustnessPanel(Panel):
    """How many answers stay when every picture may be changed by ε levels, for several models at
    once; and whether an attack made on one model fools another. Choose models and pictures; in a
    folder of class folders, named as the model names its classes, right answers are counted, else
    answers that stay as they were. A defence adds a dashed curve for each model. "Momentum",
    "Diverse" and "Smooth" make attacks that carry over better."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = RobustnessAsker(desk, self)
        self._names: tuple[str, ...] = ()
        self._title = Label("", "display", elide=True)
        self._facts = Label("", "body", "t2", elide=True)
        self._pages = Segmented(PAGES, name="Measurement")
        self._models = Button("", "normal", "models")
        self._pictures = ComboBox(
            ((PHOTOS, f"{PICTURES} built-in photographs"), (FOLDER, "A folder…")), PHOTOS,
            name="Pictures",
        )  # fmt: skip
        self._defence = ComboBox(DEFENCES, "none", name="Defence before the models")
        self._epsilon = NumberField(8, unit="/255", name="Epsilon", width=84)
        self._switches = {
            "momentum": Button("Momentum", "normal", checkable=True,
                               tip="The past gradients go on"),
            "diverse": Button("Diverse", "normal", checkable=True,
                              tip="Half of the steps look at a smaller, shifted copy"),
            "smooth": Button("Smooth", "normal", checkable=True,
                             tip="The gradient is smoothed over 5 px"),
        }  # fmt: skip
        self._measure = Button("Measure", "primary", "play")
        self._status = Label("", "caption", "t2", elide=True)
        self._plot = LinePlot(legend=True, name="Accuracy against ε")
        self._matrix = TransferMatrix()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._plot)
        self._stack.addWidget(self._matrix)
        self._build()
        self._wire()
        theme().changed.connect(self._restyle)
        self._restyle()
        self._prepare_plot()
        self._on_models()
        self.show_page("curves")

    def _build(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        self._head.addWidget(self._facts, 1)
        self._head.addWidget(self._pages)
        self._asked = QHBoxLayout()
        self._asked.addWidget(self._models)
        self._asked.addWidget(self._pictures)
        self._asked.addStretch(1)
        self._how = QHBoxLayout()
        self._how.addWidget(self._epsilon)
        self._how.addWidget(self._defence)
        for button in self._switches.values():
            self._how.addWidget(button)
        self._how.addStretch(1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._measure)
        self._foot.addWidget(self._status, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addLayout(self._asked)
        self._column.addLayout(self._how)
        self._column.addWidget(self._stack, 1)
        self._column.addLayout(self._foot)

    def _wire(self) -> None:
        asker = self._asker
        self._pages.chosen.connect(self.show_page)
        self._models.clicked.connect(self._choose_models)
        self._pictures.chosen.connect(self._on_pictures)
        self._defence.chosen.connect(self._on_defence)
        self._measure.clicked.connect(lambda: asker.stop() if asker.busy else self.start())
        asker.models_changed.connect(self._on_models)
        asker.begun.connect(self._on_begun)
        asker.point.connect(self._on_point)
        asker.cell.connect(self._matrix.set_cell)
        asker.progressed.connect(self._on_progress)
        asker.curves.connect(self._on_curves)
        asker.transfer.connect(self._on_transfer)
        asker.ended.connect(self._on_ended)

    # ---- asking

    @property
    def busy(self) -> bool:
        """Something is being measured."""
        return self._asker.busy

    def show_page(self, page: str) -> None:
        """Accuracy or transfer: "curves", "transfer"."""
        self._pages.set_key(page)
        transfer = page == "transfer"
        self._title.setText(TITLES[page])
        self._facts.setText(FACTS[page])
        self._stack.setCurrentWidget(self._matrix if transfer else self._plot)
        for widget in (self._epsilon, *self._switches.values()):
            widget.setVisible(transfer)
        self._defence.setVisible(not transfer)

    def start(self) -> None:
        """Measure what the page shows."""
        if self._pages.key == "curves":
            self._asker.measure_curves()
            return
        on = {key: button.isChecked() for key, button in self._switches.items()}
        epsilon = max(1.0, min(self._epsilon.value, 255.0))
        self._asker.measure_transfer(epsilon, **on)

    def _choose_models(self) -> None:
        menu = Menu("Models", self)
        for entry in self._asker.offered:
            action = menu.addAction(entry.title)
            action.setCheckable(True)
            action.setChecked(entry.name in self._asker.models)
            action.toggled.connect(lambda on, name=entry.name: self._asker.toggle_model(name, on))
        menu.exec(self._models.mapToGlobal(self._models.rect().bottomLeft()))
        menu.deleteLater()

    def _on_pictures(self, key: str) -> None:
        if key == FOLDER:
            start = self.desk.settings.values.folder
            name = QFileDialog.getExistingDirectory(self, "A folder of class folders", start)
            self.use_folder(name or self._asker.folder)
        else:
            self.use_folder("")

    def use_folder(self, folder: str) -> None:
        """Measure on the pictures of class folders; "" is the built-in photographs."""
        self._asker.folder = folder
        self._pictures.set_key(FOLDER if folder else PHOTOS)

    def _on_defence(self, kind: str) -> None:
        usual = next((k.usual for k in KINDS if k.kind == kind), 0.0)
        self._asker.defence = Defence(kind, usual)

    # ---- answers

    def _on_models(self) -> None:
        models = self._asker.models
        one = self._asker.title_of(models[0]) if len(models) == 1 else ""
        self._models.setText(one or f"{len(models)} models")
        self._models.setToolTip(", ".join(self._asker.title_of(m) for m in models))
        self._measure.setEnabled(bool(models) or self.busy)

    def _prepare_plot(self) -> None:
        self._plot.clear()
        self._plot.set_x_range(0, EPSILONS[-1])
        self._plot.set_y_range(0, 104)
        self._plot.set_x_ticks([(e, f"{e:.0f}") for e in (0.0, *EPSILONS)])

    def _on_begun(self, titles: tuple[str, ...]) -> None:
        self._names = titles
        self._measure.setText("Stop")
        self._measure.set_icon("stop")
        if self._pages.key == "transfer":
            self._matrix.begin(titles)
            return
        self._prepare_plot()
        count = len(self._asker.models)
        for number, title in enumerate(titles[: len(LOOKS)]):
            # A model behind a defence has the colour of the model, dashed.
            look, dashed = LOOKS[number] if number < count else (LOOKS[number - count][0], True)
            self._plot.add_curve(title, look, dashed=dashed)

    def _on_point(self, model: int, epsilon: float, accuracy: float) -> None:
        self._plot.append(self._names[model], epsilon, 100 * accuracy)

    def _on_progress(self, progress: Progress) -> None:
        left = progress.seconds_left
        words = f"{progress.done:.0f} of {progress.total:.0f}, {progress.text}"
        self._status.setText(words if left is None else f"{words}, {max(0, round(left))} s left")

    def _on_curves(self, found: Robustness) -> None:
        kinds = {curve.labelled for curve in found.curves}
        what = "right answers" if kinds == {True} else "answers kept"
        first = found.curves[0]
        self._facts.setText(f"% {what} of {first.pictures}, {found.title}; ε in levels")
        self._plot.set_current(None)

    def _on_transfer(self, found: Transfer) -> None:
        self._matrix.set_rows(found.l2, found.linf)
        self._facts.setText(f"{FACTS['transfer']}, of {found.pictures}")

    def _on_ended(self, words: str) -> None:
        self._measure.setText("Measure")
        self._measure.set_icon("play")
        self._status.setText(words or "rounded pictures, judged by the plain network")

    # ---- sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < px(640)
        self._facts.setVisible(not narrow)
        self._head.setStretchFactor(self._title, 1 if narrow else 0)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(10))
        for row in (self._head, self._asked, self._how, self._foot):
            row.setSpacing(px(8))
        self._pictures.setMinimumWidth(px(160))
