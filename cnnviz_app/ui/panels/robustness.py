"""What models withstand: accuracy against ε, and whether attacks on one fool another."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnviz_app.core.events import Progress
from cnnviz_app.lab.attack_requests import Robustness, Transfer
from cnnviz_app.lab.defence_requests import Defence
from cnnviz_app.ui.desk import Desk
from cnnviz_app.ui.panel import Panel, panel
from cnnviz_app.ui.panels._robust_ask import BUILT_IN, EPSILONS, PICTURES, RobustnessAsker
from cnnviz_app.ui.panels._robust_controls import FOLDER, RobustControls
from cnnviz_app.ui.panels._robust_matrix import TransferMatrix
from cnnviz_app.ui.theme import px, theme
from cnnviz_app.ui.widgets.buttons import Button
from cnnviz_app.ui.widgets.empty_state import EmptyState
from cnnviz_app.ui.widgets.labels import Label
from cnnviz_app.ui.widgets.line_plot import LinePlot
from cnnviz_app.ui.widgets.segmented import Segmented

PAGES = (("curves", "Accuracy"), ("transfer", "Transfer"))
TITLES = {"curves": "Accuracy against ε", "transfer": "Transfer of attacks"}
FACTS = {
    "curves": "PGD of 10 steps in a box of ± ε levels",
    "transfer": "how many answers the row's attacks change",
}
UNAWARE = "The attacks do not know the defence: one that does is stronger."
AWARE = "The attacks look through the defence."
NOTHING = {
    "curves": ("Nothing measured yet", "How many answers stay when every picture may change a "
               "little? A measurement takes seconds and needs nothing but what is here."),
    "transfer": ("Nothing measured yet", "Does an attack made on one model fool another? A "
                 "measurement takes seconds and needs nothing but what is here."),
}  # fmt: skip
START = (("start", "Measure"),)
# At most six curves: three plain, three dashed.
LOOKS = (("accent", False), ("t2", False), ("t1", False),
         ("accent", True), ("t2", True), ("t1", True))  # fmt: skip


@panel("robustness", "Robustness", "curve", stage=True)
class RobustnessPanel(Panel):
    """How many answers stay when every picture may be changed by ε levels, for several models at
    once; and whether an attack made on one model fools another. Choose models and pictures at the
    left; of pictures whose classes the model knows, right answers are counted, else answers that
    stay as they were. A defence adds a dashed curve for each model. "Momentum", "Diverse" and
    "Smooth" make attacks that carry over better."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asker = RobustnessAsker(desk, self)
        self._names: tuple[str, ...] = ()
        self._measured: set[str] = set()
        self._said, self._narrow = dict(FACTS), False
        self._title = Label("", "display", elide=True)
        self._facts = Label("", "body", "t2", elide=True)
        self._pages = Segmented(PAGES, name="Measurement")
        self._set = RobustControls(desk.settings.values.folder)
        self._measure = Button("Measure", "primary", "play")
        self._status = Label("", "caption", "t2", elide=True)
        self._defended = Label("", "caption", "t2", wrap=True)
        self._plot = LinePlot(legend=True, name="Accuracy against ε")
        self._matrix = TransferMatrix()
        self._empty = EmptyState("curve", *NOTHING["curves"], START)
        self._stack = QStackedWidget()
        for page in (self._empty, self._plot, self._matrix):
            self._stack.addWidget(page)
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
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._measure)
        self._foot.addWidget(self._status, 1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(self._defended)
        self._column.addLayout(self._foot)

    def _wire(self) -> None:
        asker = self._asker
        self._pages.chosen.connect(self.show_page)
        self._set.model_toggled.connect(asker.toggle_model)
        self._set.pictures_chosen.connect(self._on_pictures)
        self._set.defence_chosen.connect(self._on_defence)
        self._empty.action.connect(lambda _key: self.start())
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

    def controls(self) -> QWidget:
        return self._set

    def show_page(self, page: str) -> None:
        """Accuracy or transfer: "curves", "transfer"."""
        self._pages.set_key(page)
        self._title.setText(TITLES[page])
        self._facts.setText(self._said[page])
        self._set.show_page(page)
        self._show_there()

    def _show_there(self) -> None:
        """What was measured, or how to."""
        page = self._pages.key
        there = page in self._measured
        shown = self._matrix if page == "transfer" else self._plot
        if not there:
            self._empty.set_content("curve", *NOTHING[page], START)
        self._stack.setCurrentWidget(shown if there else self._empty)
        for widget in (self._measure, self._status):
            widget.setVisible(there)
        self._defended.setVisible(bool(self._defended.text()) and page == "curves")

    def start(self, pictures: int = PICTURES) -> None:
        """Measure what the page shows, on so many pictures of a built-in population."""
        self._asker.pictures = pictures
        if self._pages.key == "curves":
            self._asker.measure_curves()
            return
        on = {key: toggle.isChecked() for key, toggle in self._set.variants.items()}
        epsilon = max(1.0, min(self._set.epsilon.value, 255.0))
        self._asker.measure_transfer(epsilon, **on)

    def _on_pictures(self, key: str, folder: str) -> None:
        self._asker.folder = folder
        if not folder:
            self._asker.world = key

    def use_folder(self, folder: str) -> None:
        """Measure on the pictures of class folders; "" is the built-in photographs."""
        key = FOLDER if folder else BUILT_IN[0][0]
        self._set.set_pictures(key, folder)
        self._on_pictures(key, folder)

    def _on_defence(self, defence: Defence, known: bool) -> None:
        self._asker.defence, self._asker.adaptive = defence, known

    # ---- answers

    def _on_models(self) -> None:
        asker = self._asker
        self._set.show_models(asker.offered, asker.models)
        self._measure.setEnabled(bool(asker.models) or self.busy)
        self._empty.setEnabled(bool(asker.models))

    def _prepare_plot(self) -> None:
        self._plot.clear()
        self._plot.set_x_range(0, EPSILONS[-1])
        self._plot.set_y_range(0, 104)
        self._plot.set_x_ticks([(e, f"{e:.0f}") for e in (0.0, *EPSILONS)])

    def _on_begun(self, titles: tuple[str, ...]) -> None:
        self._names = titles
        self._measured.add(self._pages.key)
        if self._pages.key == "curves":
            defended = self._asker.defence.kind != "none"
            words = AWARE if self._asker.adaptive else UNAWARE
            self._defended.setText(words if defended else "")
        self._show_there()
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
        self._say("curves", f"% {what} of {first.pictures}, {found.title}; ε in levels")
        self._plot.set_current(None)

    def _on_transfer(self, found: Transfer) -> None:
        self._matrix.set_rows(found.l2, found.linf)
        self._say("transfer", f"{FACTS['transfer']}, of {found.pictures}")

    def _say(self, page: str, words: str) -> None:
        self._said[page] = words
        self._facts.setText(self._said[self._pages.key])

    def _on_ended(self, words: str) -> None:
        self._measure.setText("Measure")
        self._measure.set_icon("play")
        self._status.setText(words or "rounded pictures, judged by the plain network")

    # ---- sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < px(640)
        if narrow != self._narrow:
            # What the numbers mean must be read in a small window too.
            self._narrow = narrow
            self._head.removeWidget(self._facts)
            self._column.removeWidget(self._facts)
            if narrow:
                self._column.insertWidget(1, self._facts)
            else:
                self._head.insertWidget(1, self._facts, 1)
            self._head.setStretchFactor(self._title, 1 if narrow else 0)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(10), px(14), px(10))
        self._column.setSpacing(px(10))
        for row in (self._head, self._foot):
            row.setSpacing(px(8))
