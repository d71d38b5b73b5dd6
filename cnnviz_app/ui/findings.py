"""What the command palette can find right now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cnnviz_app.sources import builtin
from cnnviz_app.ui import workspaces
from cnnviz_app.ui.palette import Hit

if TYPE_CHECKING:
    from cnnviz_app.ui.main_window import MainWindow

MANY_CLASSES = 1000


def findings(window: MainWindow) -> list[Hit]:
    """Commands first, then techniques, the model's layers, units and classes, models, pictures."""
    return [
        *_commands(window), *_labels(window), *_techniques(window), *_layers(window),
        *_units(window),
        *_classes(window), *_models(window), *_pictures(window),
    ]  # fmt: skip


def _commands(window: MainWindow) -> list[Hit]:
    return [
        Hit(c.title, "Commands", c.run, c.icon or "command", c.keys[0] if c.keys else "", ">")
        for c in window.commands.commands.values()
        if c.palette
    ]


def _techniques(window: MainWindow) -> list[Hit]:
    runs = window.desk.runs

    def open_form(name: str, workspace: str) -> None:
        window.show_workspace(workspace)
        runs.choose(name)

    found = []
    for t in runs.techniques:
        place = workspaces.of_group(t.group)
        found.append(Hit(t.title, "Techniques", partial(open_form, t.name, place), place, t.group))
    return found


def _labels(window: MainWindow) -> list[Hit]:
    """Units by what somebody called them."""
    state = window.desk.state
    return [
        Hit(a.label or a.category, "Labelled units", partial(state.set_layer, a.layer, a.unit),
            "tag", f"{a.address} · {a.category}" if a.category else a.address, ":")
        for a in window.desk.annotations.here()
    ]  # fmt: skip


def _layers(window: MainWindow) -> list[Hit]:
    state = window.desk.state
    if state.model is None:
        return []
    hits = []
    for layer in state.model.layers:
        shape = " × ".join(str(n) for n in state.model.node(layer).shape)
        go = partial(state.set_layer, layer)
        hits.append(Hit(layer, "Layers", go, "layer", shape, "@"))
    return hits


def _units(window: MainWindow) -> list[Hit]:
    state = window.desk.state
    return [
        Hit(f"unit {i}", "Units", partial(state.set_unit, i), "unit", state.layer, ":")
        for i in range(state.units)
    ]


def _classes(window: MainWindow) -> list[Hit]:
    """Choosing a class selects its unit in the last layer."""
    state = window.desk.state
    if state.model is None:
        return []
    last = next((name for name in reversed(state.model.layers)), state.model.output)
    return [
        Hit(label, "Classes", partial(state.set_layer, last, i), "tag", f"class {i}")
        for i, label in enumerate(state.model.labels[:MANY_CLASSES])
    ]


def _models(window: MainWindow) -> list[Hit]:
    conductor = window.desk.conductor
    hits = []
    for entry in conductor.entries:
        ready = "ready" if entry.available else "not downloaded"
        run = partial(conductor.choose_model, entry.name)
        hits.append(Hit(entry.title, "Models", run, "network", f"{entry.source} · {ready}"))
    return hits


def _pictures(window: MainWindow) -> list[Hit]:
    pictures = window.desk.pictures
    hits = [
        Hit(builtin.title(name), "Pictures", partial(pictures.show_builtin, name), "image")
        for name in builtin.names()
    ]
    if pictures.folder is not None:
        hits += [
            Hit(path.name, "Folder", partial(pictures.open_path, path), "folder")
            for path in pictures.folder.files
        ]
    return hits
