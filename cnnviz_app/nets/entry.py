"""One line of the model browser: what is known of a network before it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cnnviz_app.nets import own_models, shelf, zoo

Source = Literal["bundled", "torchvision", "yours"]


@dataclass(frozen=True)
class Entry:
    """A network that can be opened by `name`.

    Attributes:
        available: its weights are on this computer.
        input: channels, height, width.
        size_bytes: length of the weights file.
        top1, top5: accuracy in per cent on the pictures it was made for; None when unknown.
        gflops: multiply-adds for one picture, in thousand millions; None when unknown.
        memory_bytes: what it will take when open, weights and the maps of one picture.
        weights: which set of weights `name` opens, and the sets there are.
        path: the file the weights are in, or will be in after a download.
    """

    name: str
    title: str
    source: Source
    available: bool
    classes: int
    params: int
    input: tuple[int, int, int]
    size_bytes: int = 0
    top1: float | None = None
    top5: float | None = None
    gflops: float | None = None
    year: int | None = None
    family: str = ""
    summary: str = ""
    memory_bytes: int = 0
    weights: str = ""
    choices: tuple[str, ...] = ()
    path: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for `models --json`."""
        fields = {key: getattr(self, key) for key in self.__dataclass_fields__}
        fields["input"], fields["choices"] = list(self.input), list(self.choices)
        fields["path"] = str(self.path) if self.path else None
        return fields


def memory(params: int, activations: int = 0) -> int:
    """Two copies of the weights (plain and folded) and of one picture's maps, in 32 bit."""
    return 8 * (params + activations)


# Where a card's accuracy comes from, the most telling first.
BEST_KNOWN = ("validation", "MNIST test", "held_accuracy")


def bundled(name: str, card: dict[str, Any]) -> Entry:
    spec, accuracy = card["input"], card.get("accuracy") or {}
    measured = next((key for key in BEST_KNOWN if key in accuracy), next(iter(accuracy), None))
    clean = accuracy.get(measured)
    path = shelf.folder() / f"{name}.safetensors"
    params = int(card.get("parameters", 0))
    return Entry(
        name=name,
        title=str(card.get("title", name)),
        source="bundled",
        available=True,
        classes=len(card["labels"]),
        params=params,
        input=(int(spec["channels"]), int(spec["height"]), int(spec["width"])),
        size_bytes=path.stat().st_size,
        top1=None if clean is None else round(float(clean) * (100 if clean <= 1 else 1), 2),
        summary=str(card.get("summary", "")),
        family="CNNViz",
        memory_bytes=memory(params),
        path=path,
    )


def torchvision(model: zoo.ZooModel, preset: zoo.Preset | None = None) -> Entry:
    """The line of a zoo model; with a preset named, the line of just that set of weights."""
    chosen = preset or model.best()
    suffix = f"@{preset.name}" if preset else ""
    return Entry(
        name=model.key + suffix,
        title=model.title,
        source="torchvision",
        available=chosen.on_disk(),
        classes=model.classes,
        params=chosen.params,
        input=(3, chosen.crop, chosen.crop),
        size_bytes=chosen.size_bytes,
        top1=chosen.top1,
        top5=chosen.top5,
        gflops=chosen.gflops,
        year=model.year,
        family=model.family,
        summary=f"{model.title} ({model.year}), {chosen.top1:.1f} % top-1 on ImageNet.",
        memory_bytes=memory(chosen.params, model.activations),
        weights=chosen.name,
        choices=tuple(p.name for p in model.presets),
        path=chosen.path(),
    )


def yours(record: own_models.Record) -> Entry:
    path = Path(record.path)
    available = path.is_file() and (not record.builder or Path(record.builder).is_file())
    channels, height, width = record.input
    return Entry(
        name=record.name,
        title=record.title,
        source="yours",
        available=available,
        classes=record.classes,
        params=record.params,
        input=(channels, height, width),
        size_bytes=record.size_bytes,
        summary=record.summary,
        family="Yours",
        memory_bytes=memory(record.params),
        path=path,
    )
