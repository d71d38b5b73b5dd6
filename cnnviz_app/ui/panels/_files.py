"""The file choosers of the panels, in one place so that tests can answer them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

WEIGHTS = "Weights (*.pth *.pt *.safetensors *.bin *.ckpt);;All files (*)"
MODELS = "Models (*.pth *.pt *.safetensors *.pt2 *.py *.bin *.ckpt);;All files (*)"
KEPT = "PNG picture (*.png);;Python script (*.py);;Notebook (*.ipynb)"


def ask_open(parent: QWidget, title: str, kinds: str, folder: str = "") -> Path | None:
    name, _ = QFileDialog.getOpenFileName(parent, title, folder, kinds)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, suggested: str, kinds: str) -> Path | None:
    name, _ = QFileDialog.getSaveFileName(parent, title, suggested, kinds)
    return Path(name) if name else None
