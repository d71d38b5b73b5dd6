"""`cnnviz train`: trains one of our networks and writes weights and card."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from cnnviz_app.core.errors import UserError

STROKES, STROKES_HELD = 15_000, 2_000
SCENES, SCENES_HELD = 20_000, 2_000
# seeds of generated pictures; the test worlds use others
TRAIN_SEED, HELD_SEED = 11, 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="one of the bundled trainings, e.g. lens")
    parser.add_argument("--data", type=Path, help="folder (or tar) with one folder per class")
    parser.add_argument("--mnist", type=Path, help="folder with the MNIST files, for digits")
    parser.add_argument("--architecture", help="network for --data (default: lens)")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for weights and card")
    parser.add_argument("--as", dest="save_as", help="name of the written files")
    parser.add_argument("--epochs", type=int, help="passes over the pictures")
    parser.add_argument("--minutes", type=float, help="end the schedule after this time")
    parser.add_argument("--batch", type=int, help="pictures per step")
    parser.add_argument("--learning-rate", type=float, help="top of the schedule")
    parser.add_argument("--start-size", type=int, help="side of the pictures in the beginning")
    parser.add_argument("--attack", help="train against an attack, e.g. l2:1.0:2")
    parser.add_argument("--patience", type=int, help="stop after so many epochs without progress")
    parser.add_argument("--held", type=float, default=0.05, help="share held out (default 0.05)")
    parser.add_argument("--from", dest="start", type=Path, help="weights to start from")
    parser.add_argument("--state", type=Path, help="training state: continued when it exists")
    parser.add_argument("--threads", type=int, help="processor threads to use")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--seed", type=int, help="seed of weights, order and changes")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _preset(args: argparse.Namespace) -> Any:
    from cnnviz_app.nets import presets
    from cnnviz_app.nets.architectures import architecture

    if args.name is None and args.data is None:
        raise UserError("Nothing to train on.", hint="Give a name such as lens, or --data FOLDER.")
    if args.name is None:
        chosen = architecture(args.architecture or "lens")
        return presets.Preset(
            args.save_as or args.data.stem, args.data.stem, f"Trained on {args.data.name}.",
            chosen.name, presets.LENS, data=args.data.name, licence=presets.OWN_LICENCE,
            layers=presets.layers_of(chosen.name),
        )
    found = presets.preset(args.name)
    return replace(found, name=args.save_as) if args.save_as else found


def _recipe(args: argparse.Namespace, recipe: Any) -> Any:
    from cnnviz_app.nets.attack import parse_attack

    given = {
        key: value
        for key in ("epochs", "minutes", "batch", "start_size", "patience", "seed",
                    "learning_rate")
        if (value := getattr(args, key)) is not None
    }
    for key, value in given.items():
        if value < 0 or (value == 0 and key in ("epochs", "batch", "learning_rate")):
            raise UserError(f"--{key.replace('_', '-')} must be greater than zero.")
    if args.attack:
        given["attack"] = parse_attack(args.attack)
    if not 0 < args.held < 1:
        raise UserError("--held must lie between 0 and 1.")
    return replace(recipe, **given)


def _pictures(args: argparse.Namespace, preset: Any, ctx: Any) -> tuple[Any, Any]:
    from cnnviz_app.nets import data
    from cnnviz_app.nets.architectures import architecture

    if preset.world == "digits":
        from cnnviz_app.sources.worlds import digits

        if args.mnist is None:
            raise UserError(
                f"{preset.name} needs MNIST.", hint="Give --mnist FOLDER with the idx files."
            )
        mnist = data.from_mnist(args.mnist, "train")
        train, held = data.split(mnist, args.held, 0)
        drawn, labels = digits.digits(STROKES, TRAIN_SEED)
        more, more_labels = digits.digits(STROKES_HELD, HELD_SEED)
        return (
            data.join(train, data.from_arrays(drawn[..., None], labels, mnist.names)),
            data.join(held, data.from_arrays(more[..., None], more_labels, mnist.names)),
        )
    if preset.world == "scenes":
        from cnnviz_app.sources.worlds import scenes

        return (
            data.from_arrays(*scenes.labelled(SCENES, TRAIN_SEED), scenes.SHAPES),
            data.from_arrays(*scenes.labelled(SCENES_HELD, HELD_SEED), scenes.SHAPES),
        )
    if args.data is None:
        raise UserError(f"{preset.name} needs pictures.", hint="Give --data FOLDER.")
    side = architecture(preset.architecture).side
    channels = architecture(preset.architecture).channels
    whole = data.from_folders(args.data, side, channels, ctx=ctx)
    return data.split(whole, args.held, 0)


def _network(args: argparse.Namespace, preset: Any, classes: int, seed: int) -> Any:
    from cnnviz_app.nets import architectures, bundled
    from cnnviz_app.nets.evaluation import Normalised

    about = architectures.architecture(preset.architecture)
    module = architectures.build(preset.architecture, classes, seed)
    if args.start is not None:
        start = bundled.load(args.start)
        try:
            module.load_state_dict(start.state_dict())
        except RuntimeError as error:
            raise UserError(
                f"{args.start} belongs to another architecture or other classes.",
                hint=f"Start from weights of {preset.architecture} with the same classes.",
            ) from error
    return Normalised(module, about.mean, about.std)


def _card(preset: Any, recipe: Any, names: tuple[str, ...], outcome: Any, args: Any) -> Any:
    import platform

    import torch

    from cnnviz_app import __version__
    from cnnviz_app.nets import cards
    from cnnviz_app.nets.architectures import architecture
    from cnnviz_app.nets.graph import InputSpec

    about = architecture(preset.architecture)
    accuracy = {
        key: values[-1] for key, values in outcome.curves.items()
        if key in ("held_accuracy", "held_robust_accuracy")
    }
    training = {
        **recipe.describe(), "epochs_done": outcome.epochs, "seconds": round(outcome.seconds),
        "held_share": args.held, "started_from": args.start.stem if args.start else None,
    }
    return cards.Card(
        name=preset.name, title=preset.title, summary=preset.summary,
        architecture=preset.architecture,
        input=InputSpec(about.channels, about.side, about.side, about.mean, about.std),
        labels=names, data=preset.data, licence=preset.licence, accuracy=accuracy,
        training=training, curves=outcome.curves, default_layers=preset.layers,
        versions={"cnnviz": __version__, "torch": torch.__version__.split("+")[0],
                  "python": platform.python_version()},
    )


def train(args: argparse.Namespace, ctx: Any) -> dict[str, Any]:
    """The whole command; returns what `--json` prints."""
    import torch

    from cnnviz_app.nets import cards
    from cnnviz_app.nets.training import Outcome, Trainer

    preset = _preset(args)
    recipe = _recipe(args, preset.recipe)
    device = _device(args.device)
    if args.threads:
        torch.set_num_threads(args.threads)
    train_set, held = _pictures(args, preset, ctx)
    if len(train_set) < recipe.batch:
        recipe = replace(recipe, batch=max(2, len(train_set) // 2))
    network = _network(args, preset, len(train_set.names), recipe.seed)
    network.to(device)
    trainer = Trainer(network, train_set, held, recipe, ctx)

    def store(outcome: Outcome) -> Path:
        card = _card(preset, recipe, train_set.names, outcome, args)
        return cards.write(args.out, outcome.network.get_submodule("module"), card)

    def after_epoch(now: Trainer, figures: dict[str, float]) -> None:
        store(Outcome(now.averaged, now.epoch, now.seconds, now.curves))
        text = "  ".join(f"{key} {value:.4g}" for key, value in figures.items())
        print(f"epoch {now.epoch}/{recipe.epochs}  {text}", file=sys.stderr, flush=True)

    outcome = trainer.run(args.state, after_epoch)
    weights = store(outcome)
    last = {key: values[-1] for key, values in outcome.curves.items()}
    return {
        "weights": str(weights), "card": str(weights.with_suffix(".json")),
        "epochs": outcome.epochs, "seconds": round(outcome.seconds, 1), **last,
    }


def _device(wanted: str) -> str:
    import torch

    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted == "cuda" and not torch.cuda.is_available():
        raise UserError("There is no CUDA device here.", hint="Leave --device away.")
    if wanted not in ("cpu", "cuda"):
        raise UserError(f"{wanted!r} is not a device.", hint="Write auto, cpu or cuda.")
    return wanted


def run(args: argparse.Namespace) -> int:
    from cnnviz_app.core.context import Context
    from cnnviz_app.nets.memory import keep_freed_memory

    keep_freed_memory()
    result = train(args, Context.silent())
    if args.json:
        print(json.dumps(result))
    else:
        print(f"Wrote {result['weights']} (held-out accuracy {result['held_accuracy']:.1%}).")
    return 0
