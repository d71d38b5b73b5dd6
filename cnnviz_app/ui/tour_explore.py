"""Two stops of the tour: a layer before colours, and a small vision transformer."""

from __future__ import annotations

from collections.abc import Callable

from cnnviz_app.paths import config_dir
from cnnviz_app.ui.main_window import MainWindow
from cnnviz_app.ui.panels.attention import AttentionPanel
from cnnviz_app.ui.panels.tuning import TuningPanel
from cnnviz_app.ui.smoke import settle, wait_until

# Queries and keys are the same, so that a place looks at places like it: what heads of trained
# networks often do, from random weights made in no time.
PROGRAM = '''
import torch
from torchvision.models.vision_transformer import VisionTransformer

INPUT = (3, 64, 64)
MEAN = (0.5, 0.5, 0.5)
STD = (0.25, 0.25, 0.25)
WIDE = 96


def build():
    torch.manual_seed(4)
    module = VisionTransformer(64, 4, 4, 6, WIDE, 2 * WIDE, num_classes=10)
    with torch.no_grad():
        module.class_token.normal_()
        for layer in module.encoder.layers:
            alike = 0.22 * torch.randn(WIDE, WIDE)
            layer.self_attention.in_proj_weight[:WIDE] = alike
            layer.self_attention.in_proj_weight[WIDE : 2 * WIDE] = alike
    return module.eval()
'''


PUPIL = (6, 5)  # of the cat: it finds the other eye and the nose


def show_colours(window: MainWindow, measured: Callable[[str], None]) -> None:
    """The whole layer before colours."""
    tuning = window.yard.docks["tuning"].panel
    assert isinstance(tuning, TuningPanel)
    tuning.show_layer(colours=True)
    measured("tuning")


class TransformerStop:
    """Opens a program as a person does, asks from a place of the picture, and goes back."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._before = ("", "", 0)

    def go(self, show: Callable[[str], None]) -> None:
        desk, state = self._window.desk, self._window.desk.state
        before = state.model
        if before is not None:
            self._before = (before.name, state.layer, state.unit)
        file = config_dir() / "small_transformer.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PROGRAM, encoding="utf-8")
        desk.conductor.trust_code(file)
        wait_until(lambda: state.model is not None and state.model is not before, 60)
        show("attention")
        wait_until(lambda: desk.engine.tickets == (), 10)
        attention = self._window.yard.docks["attention"].panel
        assert isinstance(attention, AttentionPanel)
        attention.ask_from(PUPIL)
        settle(0.6)

    def leave(self) -> None:
        state, (name, layer, unit) = self._window.desk.state, self._before
        self._window.desk.conductor.open_model(name, layer=layer, unit=unit)
        wait_until(lambda: state.model is not None and state.model.name == name, 60)
        settle(0.5)
