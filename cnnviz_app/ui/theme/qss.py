"""The one application style sheet, filled in from the tokens and the text scale."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .theme import Theme

# (icon, colour token) of the pictures the sheet refers to.
GLYPH_FILES = (
    ("down", "t2"), ("right", "t2"), ("down", "t3"), ("right", "t3"), ("up", "t2"),
    ("check", "on_accent"), ("check", "t1"), ("minus", "on_accent"), ("close", "t2"),
    ("left", "t2"), ("arrow-up", "t2"), ("plus", "t2"),
    ("grid", "t2"), ("menu", "t2"),
)  # fmt: skip
# The large ones of message boxes.
SIGN_FILES = (("info", "accent"), ("help", "accent"), ("warn", "warn"), ("err", "err"))

_SHEET = """
QMainWindow, QDialog#window { background: $bg0; }
QMainWindow::separator { background: $bg0; width: ${p6}px; height: ${p6}px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accent; }
QSplitter::handle:horizontal { width: ${p6}px; }
QSplitter::handle:vertical { height: ${p6}px; }
QDialog, QMessageBox, QFileDialog, QInputDialog, QProgressDialog { background: $bg1; }
QMessageBox { messagebox-information-icon: url("$info_accent");
    messagebox-question-icon: url("$help_accent"); messagebox-warning-icon: url("$warn_warn");
    messagebox-critical-icon: url("$err_err"); }
QFileDialog { filedialog-parent-directory-icon: url("$arrow_up_t2");
    filedialog-new-directory-icon: url("$plus_t2"); filedialog-listview-icon: url("$grid_t2");
    filedialog-detailedview-icon: url("$menu_t2"); }

QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: 0; }
QAbstractScrollArea { border: 0; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: ${p12}px; }
QScrollBar:horizontal { height: ${p12}px; }
QScrollBar::handle { background: $bg4; border-radius: ${p3}px; border: 0; }
QScrollBar::handle:vertical { min-height: ${p32}px; margin: 2px ${p3}px 2px ${p3}px; }
QScrollBar::handle:horizontal { min-width: ${p32}px; margin: ${p3}px 2px ${p3}px 2px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $line2; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollBar::up-arrow, QScrollBar::down-arrow, QScrollBar::left-arrow, QScrollBar::right-arrow {
    width: 0; height: 0; image: none; background: none; }

QToolTip { background: $bg2; color: $t1; border: 1px solid $line2; padding: ${p4}px ${p6}px; }
QMenu { background: $bg2; color: $t1; border: 1px solid $line2; padding: ${p6}px; }
Menu { border-radius: ${p8}px; }
QMenu::item { padding: ${p5}px ${p24}px ${p5}px ${p12}px; border-radius: ${p5}px; margin: 1px 0; }
QMenu::item:selected { background: $bg4; }
QMenu::item:disabled { color: $t3; }
QMenu::icon { padding-left: ${p8}px; }
QMenu::separator { height: 1px; background: $line; margin: ${p6}px ${p8}px; }
QMenu::indicator { width: ${p13}px; height: ${p13}px; left: ${p8}px; }
QMenu::indicator:checked { image: url("$check_t1"); }
QMenu::right-arrow { image: url("$right_t2"); width: ${p13}px; height: ${p13}px; right: ${p6}px; }
QMenuBar { background: $bg0; color: $t2; padding: 2px; }
QMenuBar::item { padding: ${p4}px ${p8}px; border-radius: ${p5}px; background: transparent; }
QMenuBar::item:selected { background: $bg3; color: $t1; }
QStatusBar { background: $bg0; color: $t2; }
QStatusBar::item { border: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox { background: $bg3; color: $t1;
    border: 1px solid $edge; border-radius: ${p5}px; padding: ${p2}px ${p8}px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QAbstractSpinBox { min-height: ${field_inner}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus {
    border: ${fw}px solid $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled { color: $t3; }
QLineEdit#bare, QTextBrowser { background: transparent; border: 0; padding: 0; }
QAbstractSpinBox QLineEdit { border: 0; background: transparent; min-height: 0;
    padding: 0 ${p6}px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: 0; }

QComboBox { combobox-popup: 0; }
.QComboBox { background: $bg3; color: $t1; border: 1px solid $edge;
    border-radius: ${p5}px; padding: ${p2}px ${p8}px; min-height: ${field_inner}px; }
.QComboBox:hover { background: $bg4; }
.QComboBox:focus { border: ${fw}px solid $accent; }
.QComboBox::drop-down { width: ${p24}px; border: 0; }
.QComboBox::down-arrow { image: url("$down_t2"); width: ${p13}px; height: ${p13}px; }
QComboBox QAbstractItemView { background: $bg2; color: $t1; border: 1px solid $line2;
    border-radius: ${p6}px; padding: ${p4}px; outline: 0; }
QComboBox QAbstractItemView::item { min-height: ${p28}px; padding: 0 ${p8}px;
    border-radius: ${p5}px; border: 0; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {
    background: $bg4; color: $t1; }

QCheckBox, QRadioButton { color: $t1; spacing: ${p8}px; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: $t3; }
QCheckBox::indicator, QRadioButton::indicator, QTreeView::indicator, QListView::indicator,
QTableView::indicator { width: ${p14}px; height: ${p14}px; border: 1px solid $line2;
    background: $bg3; border-radius: ${p4}px; }
QRadioButton::indicator { border-radius: ${half}px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $t2; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: ${fw}px solid $accent; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked,
QTableView::indicator:checked { background: $accent; border-color: $accent;
    image: url("$check_on_accent"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent;
    image: url("$minus_on_accent"); }
QRadioButton::indicator:checked { border-color: $accent;
    background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5,
        stop: 0 $accent, stop: 0.55 $accent, stop: 0.65 $bg3, stop: 1 $bg3); }

.QPushButton { background: $bg3; color: $t1; border: 1px solid $edge; border-radius: ${p6}px;
    padding: ${p5}px ${p14}px; min-height: ${p18}px; }
.QPushButton:hover { background: $bg4; }
.QPushButton:pressed { background: $line2; }
.QPushButton:focus { border: ${fw}px solid $accent; padding: ${p4}px ${p13}px; }
.QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
.QPushButton:default:hover { background: $accent_hover; }
.QPushButton:disabled { background: $bg3; color: $t3; border-color: $edge; }
QToolButton { background: transparent; color: $t2; border: 0; border-radius: ${p6}px;
    padding: ${p4}px; }
QToolButton:hover { background: $bg3; color: $t1; }
QToolButton:checked { background: $bg4; color: $t1; }
QToolButton:focus { border: ${fw}px solid $accent; padding: ${p2}px; }
QToolButton::menu-indicator { image: none; }

QTabWidget::pane { border: 0; background: $bg1; }
QTabBar { background: transparent; border: 0; }
QTabBar::tab { background: transparent; color: $t2; border: 0; padding: 0 ${p12}px;
    min-height: ${p34}px; font-weight: 500; }
QTabBar[air="tight"]::tab { padding: 0 ${p8}px; }
QTabBar[air="tightest"]::tab { padding: 0 ${p5}px; }
QTabBar::tab:selected { background: $bg1; color: $t1; border-top-left-radius: ${p8}px;
    border-top-right-radius: ${p8}px; }
QTabBar::tab:hover:!selected { color: $t1; }
QTabBar::tab:focus { color: $accent; }
QTabBar::close-button { image: url("$close_t2"); }
QTabBar::scroller { width: ${p48}px; }
QTabBar QToolButton { background: $bg3; border: 0; border-radius: ${p4}px; padding: 0;
    margin: ${p4}px 1px; }
QTabBar QToolButton:hover { background: $bg4; }
QTabBar QToolButton:focus { border: 0; padding: 0; }
QTabBar QToolButton:disabled { background: transparent; }
QTabBar QToolButton::left-arrow { image: url("$left_t2"); width: ${p13}px; height: ${p13}px; }
QTabBar QToolButton::right-arrow { image: url("$right_t2"); width: ${p13}px; height: ${p13}px; }
QDockWidget { background: $bg1; color: $t1; }

QAbstractItemView { background: transparent; color: $t1; border: 0; outline: 0;
    alternate-background-color: $bg2; selection-background-color: $bg4; selection-color: $t1; }
QTreeView::item, QTableView::item, QListView::item { min-height: ${p28}px; border: 0;
    padding: 0 ${p6}px; }
QListView::item { border-radius: ${p5}px; }
QTreeView::item:hover, QTableView::item:hover, QListView::item:hover { background: $bg3; }
QTreeView::item:selected, QTableView::item:selected, QListView::item:selected {
    background: $bg4; color: $t1; }
QTreeView::branch { background: transparent; border: 0; }
QTreeView::branch:selected { background: $bg4; }
QTreeView::branch:hover:!selected { background: $bg3; }
QTreeView::branch:has-children:closed { image: url("$right_t3"); }
QTreeView::branch:has-children:open { image: url("$down_t3"); }
QHeaderView { background: transparent; border: 0; }
QHeaderView::section { background: transparent; color: $t3; border: 0;
    border-bottom: 1px solid $line; padding: 0 ${p6}px; min-height: ${p26}px;
    font-weight: 600; text-align: left; }
QHeaderView::section:hover { color: $t1; }
QHeaderView::up-arrow { image: url("$up_t2"); width: ${p12}px; height: ${p12}px; }
QHeaderView::down-arrow { image: url("$down_t2"); width: ${p12}px; height: ${p12}px; }
QTableView { gridline-color: $line; }
QTableCornerButton::section { background: transparent; border: 0; }

QProgressBar { background: $bg3; border: 0; border-radius: 2px; min-height: ${p4}px;
    max-height: ${p4}px; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSlider::groove:horizontal { height: ${p4}px; background: $bg4; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $t2; border-radius: 2px; }
QSlider::handle:horizontal { width: ${p12}px; margin: -${p4}px 0; border-radius: ${p6}px;
    background: $t1; }
QGroupBox { border: 0; margin-top: ${p18}px; color: $t2; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: $line; background: $line; border: 0;
    max-height: 1px; }
QWidget#dockTitle { background: $bg1; border-top-left-radius: ${p8}px;
    border-top-right-radius: ${p8}px; }
QWidget#dockBody { background: $bg1; border-bottom-left-radius: ${p8}px;
    border-bottom-right-radius: ${p8}px; }
QWidget#island { background: $bg1; border-radius: ${p8}px; }
QWidget#floating { background: $bg2; border: 1px solid $line2; border-radius: ${p8}px; }
"""

_LENGTHS = (2, 3, 4, 5, 6, 8, 12, 13, 14, 18, 24, 26, 28, 32, 34, 48)
_COLOURS = (
    "bg0", "bg1", "bg2", "bg3", "bg4", "line", "line2", "edge", "t1", "t2", "t3",
    "accent", "accent_hover", "on_accent", "sel", "err",
)  # fmt: skip


def build(theme: Theme, files: dict[str, str]) -> str:
    """The sheet for the theme and scale in force; `files` are the pictures of GLYPH_FILES."""
    values: dict[str, str | int] = {c: str(getattr(theme.tokens, c)) for c in _COLOURS}
    values |= {f"p{n}": theme.px(n) for n in _LENGTHS}
    values["half"] = (theme.px(14) + 2) // 2
    values["fw"] = theme.tokens.focus_width
    values["field_inner"] = theme.px(28) - 2 * theme.px(2) - 2
    values |= {key.replace("-", "_"): path for key, path in files.items()}
    return Template(_SHEET).substitute(values)
