"""A network built by somebody's Python file, run only after they said that they trust it."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from cnnviz_app.core.errors import Cancelled, UserError
from cnnviz_app.nets import fit, trust
from cnnviz_app.nets.graph import InputSpec
from cnnviz_app.nets.weights import Weights

# what people call the function that makes their network
_USUAL = ("build", "build_model", "create_model", "make_model", "get_model", "model", "net", "main")
_CLASSES = ("num_classes", "classes", "n_classes", "num_labels")
# sides of pictures that networks are usually made for, the likeliest first
SIDES = (224, 32, 28, 64, 96, 128, 227, 256, 299, 384)


@dataclass(frozen=True)
class Built:
    """What a Python file made.

    Attributes:
        attribute: the function or class that made it.
        hints: module and attribute whose MEAN, STD, LABELS, INPUT are honoured.
    """

    module: nn.Module
    attribute: str
    spec: InputSpec
    labels: tuple[str, ...]


def build(path: Path, attribute: str = "", weights: Weights | None = None) -> Built:
    """Run the trusted file and make its network, with `weights` in it when there are any."""
    source = run(path)
    name, maker = _chosen(path, source, attribute, weights)
    module = _made(path, name, maker, {})
    if weights is not None:
        module = _loaded(path, name, maker, module, weights)
    module.eval()
    spec, classes = _spec(path, source, maker, module)
    return Built(module, name, spec, _labels(path, source, maker, classes, weights))


def run(path: Path) -> ModuleType:
    """Execute the file as a module of its own; UntrustedCode when nobody has allowed it."""
    try:
        code = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path.name} could not be read: {error.strerror}.") from error
    trust.require(path, code)
    name = f"cnnviz_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise UserError(f"{path.name} is not a Python file.", "Its name must end in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickling look their module up there
    sys.path.insert(0, str(path.resolve().parent))
    try:
        # exactly the bytes that were trusted, whatever the file holds by now
        exec(compile(code, str(path), "exec"), module.__dict__)
    except BaseException as error:
        sys.modules.pop(name, None)
        raise _blame(path, error) from error
    finally:
        sys.path.remove(str(path.resolve().parent))
    return module


def _blame(path: Path, error: BaseException) -> BaseException:
    """Somebody else's exception as one sentence with the line it came from."""
    if isinstance(error, (KeyboardInterrupt, Cancelled, UserError)):
        return error
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return UserError(
            f"{path.name} is not valid Python: {error.msg} in line {error.lineno}.",
            "Correct that line and open it again.",
        )
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    line = f" in line {frames[-1].lineno}" if frames else ""
    text = (str(error).strip().splitlines() or [""])[0]
    return UserError(
        f"{path.name} stopped{line} with {type(error).__name__}{': ' if text else ''}"
        f"{text.rstrip('.')}.",
        "Correct the file and open it again.",
    )


def _needs_nothing(maker: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(maker).parameters.values()
    except (TypeError, ValueError):
        return False
    skipped = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(p.default is not p.empty or p.kind in skipped for p in parameters)


def _is_class(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, nn.Module)


def _candidates(source: ModuleType) -> list[str]:
    """Makers that need no argument: the usual functions first, then classes defined here."""
    own = vars(source)
    usual = [
        n for n in _USUAL
        if isinstance(own.get(n), nn.Module)
        or (inspect.isfunction(own.get(n)) and n != "main" and _needs_nothing(own[n]))
    ]
    classes = [
        n for n, value in own.items()
        if _is_class(value) and value.__module__ == source.__name__ and _needs_nothing(value)
    ]
    return usual or classes


def _chosen(
    path: Path, source: ModuleType, attribute: str, weights: Weights | None
) -> tuple[str, Any]:
    names = [attribute] if attribute else _candidates(source)
    missing = [name for name in names if not hasattr(source, name)]
    if missing:
        defined = [n for n, v in vars(source).items() if _is_class(v) or inspect.isfunction(v)]
        raise UserError(
            f"{path.name} defines nothing called {missing[0]}.",
            f"It defines {', '.join(defined) or 'no function and no class'}.",
        )
    if not names:
        raise UserError(
            f"{path.name} has no function or class that makes a network without arguments.",
            "Add 'def build(): return MyNetwork(…)' to it.",
        )
    if len(names) > 1 and weights is not None:
        fitting = [name for name in names if _fits(path, name, getattr(source, name), weights)]
        names = fitting[:1] or names
    if len(names) > 1:
        # parts are defined before the whole; what the others contain is not the whole
        names = names[-1:]
    return names[0], getattr(source, names[0])


def _fits(path: Path, name: str, maker: Any, weights: Weights) -> bool:
    try:
        return set(weights.tensors) == set(_made(path, name, maker, {}).state_dict())
    except UserError:
        return False


def _made(path: Path, name: str, maker: Any, options: dict[str, int]) -> nn.Module:
    if isinstance(maker, nn.Module):
        return maker
    if not callable(maker):
        raise UserError(f"{name} in {path.name} makes no network.", "Name a function or a class.")
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            module = maker(**options)
    except BaseException as error:
        raise _blame(path, error) from error
    if not isinstance(module, nn.Module):
        what = type(module).__name__
        raise UserError(
            f"{name} in {path.name} gives an object of type {what}, not a network.",
            "Let it return a torch.nn.Module.",
        )
    return module


def _loaded(path: Path, name: str, maker: Any, module: nn.Module, weights: Weights) -> nn.Module:
    """When only the last layer differs, make the network again for that many classes."""
    try:
        return fit.into_module(module, weights, name)
    except UserError:
        expected, shapes = fit.module_shapes(module), weights.shapes
        changed = [key for key, shape in shapes.items() if expected.get(key, shape) != shape]
        option = _classes_option(maker)
        if not changed or not option or set(shapes) - set(expected):
            raise
        again = _made(path, name, maker, {option: shapes[changed[-1]][0]})
        return fit.into_module(again, weights, name)


def _classes_option(maker: Any) -> str:
    try:
        parameters = inspect.signature(maker).parameters
    except (TypeError, ValueError):
        return ""
    return next((name for name in _CLASSES if name in parameters), "")


def _hint(source: ModuleType, maker: Any, name: str) -> Any:
    for place in (maker, source):
        if (value := getattr(place, name, None)) is not None:
            return value
    return None


def numbers(path: Path, value: Any, name: str, channels: int, default: float) -> tuple[float, ...]:
    """What a file states for each channel, checked."""
    if value is None:
        return (default,) * channels
    try:
        row = tuple(float(number) for number in (value if hasattr(value, "__len__") else [value]))
    except (TypeError, ValueError) as error:
        raise UserError(
            f"{name} in {path.name} is not a row of numbers.", "Give one for each channel."
        ) from error
    row = row * channels if len(row) == 1 else row
    is_std = name.lower() == "std"
    if len(row) != channels or (is_std and 0.0 in row):
        raise UserError(
            f"{name} in {path.name} must be {channels} numbers"
            f"{', none of them 0' if is_std else ''}, one for each channel.",
            f"Correct {name} and open it again.",
        )
    return row


def _spec(path: Path, source: ModuleType, maker: Any, module: nn.Module) -> tuple[InputSpec, int]:
    """INPUT, MEAN and STD as the file states them; else the picture as it is, in [0, 1]."""
    first = next((m for m in module.modules() if isinstance(m, (nn.Conv2d, nn.Linear))), None)
    channels = first.in_channels if isinstance(first, nn.Conv2d) else 3
    stated = _hint(source, maker, "INPUT")
    if stated is not None:
        try:
            channels, height, width = (int(side) for side in stated)
        except (TypeError, ValueError) as error:
            raise UserError(
                f"INPUT in {path.name} must be three numbers: channels, height, width.",
                "For instance INPUT = (3, 224, 224).",
            ) from error
        sizes: tuple[tuple[int, int], ...] = ((height, width),)
    else:
        sizes = tuple((side, side) for side in SIDES)
    size, classes = accepted_size(path.name, module, channels, sizes)
    mean = numbers(path, _hint(source, maker, "MEAN"), "MEAN", channels, 0.0)
    std = numbers(path, _hint(source, maker, "STD"), "STD", channels, 1.0)
    return InputSpec(channels, size[0], size[1], mean, std), classes


def accepted_size(
    name: str, module: nn.Module, channels: int, sizes: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], int]:
    """The first picture size the network takes, and how many numbers come out."""
    reason = ""
    for height, width in sizes:
        try:
            with torch.no_grad():
                answer = module(torch.zeros(1, channels, height, width))
        except Exception as error:  # noqa: BLE001 - a foreign forward can raise anything at all
            lines = str(error).strip().splitlines() or [type(error).__name__]
            reason = reason or lines[0][:160]
            continue
        while isinstance(answer, (tuple, list)) and answer:
            answer = answer[0]
        if isinstance(answer, dict) and answer:
            answer = next(iter(answer.values()))
        if not isinstance(answer, torch.Tensor):
            raise UserError(
                f"The network in {name} answers with an object of type {type(answer).__name__}.",
                "Let its forward return a tensor with the values of the classes.",
            )
        return (height, width), answer.flatten(1).shape[1] if answer.dim() > 1 else 1
    raise UserError(
        f"The network in {name} takes no picture of {channels}×{sizes[0][0]}×{sizes[0][1]}: "
        f"{reason.rstrip('.')}.",
        "State the size it wants in the file: INPUT = (channels, height, width).",
    )


def _labels(
    path: Path, source: ModuleType, maker: Any, classes: int, weights: Weights | None
) -> tuple[str, ...]:
    stated = _hint(source, maker, "LABELS")
    if stated is None:
        return fit.sidecar_labels(weights.path if weights else path, classes)
    labels = tuple(str(label) for label in stated) if hasattr(stated, "__iter__") else ()
    if len(labels) != classes:
        raise UserError(
            f"LABELS in {path.name} must be {classes} names, and there are {len(labels)}.",
            "Give one name for each class.",
        )
    return labels
