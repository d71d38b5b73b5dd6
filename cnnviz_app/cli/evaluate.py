"""`cnnviz evaluate`: accuracy of a network on labelled pictures, clean and under attack."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from cnnviz_app.core.errors import UserError

# So many drawn pictures are behind the figures in the cards, and behind the test of them.
DRAWN = 300


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="a bundled network, or a safetensors file with its card")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder (or tar) with one folder per class")
    source.add_argument("--mnist", type=Path, help="folder with the MNIST test files")
    source.add_argument(
        "--drawn", type=int, nargs="?", const=DRAWN, metavar="COUNT",
        help="digits, shapes or things this program draws, whichever the network knows "
             f"({DRAWN} unless told)",
    )  # fmt: skip
    parser.add_argument("--attack", help="norm:epsilon:steps on [0, 1] pixels, e.g. l2:1.0:20")
    parser.add_argument("--seed", type=int, default=0, help="seed of the attack's random start")
    parser.add_argument("--dead-units", action="store_true", help="also count units never active")
    parser.add_argument("--record", metavar="NAME", help="write the figures into the model's card")
    parser.add_argument("--threads", type=int, help="processor threads to use")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _pictures(args: argparse.Namespace, card: Any, ctx: Any) -> Any:
    from cnnviz_app.nets import data

    channels, side = card.input.channels, card.input.height
    if args.data is not None:
        return data.from_folders(args.data, side, channels, card.labels, ctx)
    if args.drawn is not None:
        from cnnviz_app.sources.worlds import held

        return data.from_arrays(*held.drawn(card.labels, channels, side, args.drawn), card.labels)
    pictures = data.from_mnist(args.mnist, "t10k")
    if pictures.names != card.labels:
        raise UserError(
            f"{card.name} knows other classes than these pictures have.",
            hint=f"Its classes are {', '.join(card.labels)}.",
        )
    return pictures


def evaluate(args: argparse.Namespace, ctx: Any) -> dict[str, Any]:
    import torch

    from cnnviz_app.nets import bundled, evaluation
    from cnnviz_app.nets.attack import parse_attack
    from cnnviz_app.nets.cards import read_card

    attack = parse_attack(args.attack) if args.attack else None
    if args.threads:
        torch.set_num_threads(args.threads)
    path = Path(args.model)
    weights = path if path.suffix == ".safetensors" else bundled.weights_path(args.model)
    card = read_card(weights.with_suffix(".json"))
    pictures = _pictures(args, card, ctx)
    module = bundled.load(weights, card)
    network = evaluation.Normalised(module, card.input.mean, card.input.std)
    result = evaluation.evaluate(network, pictures, attack, args.seed, ctx)
    answer: dict[str, Any] = {"accuracy": result["accuracy"], "n": result["n"]}
    if attack is not None:
        answer["robust_accuracy"] = result["robust_accuracy"]
    if args.dead_units:
        answer["dead_units"] = evaluation.dead_units(network, pictures)
    if args.record:
        _record(weights, card, args.record, str(attack), answer)
    return answer


def _record(weights: Path, card: Any, name: str, attack: str, answer: dict[str, Any]) -> None:
    """Accuracies under `name`, so that the card says what was measured and on what."""
    accuracy = {**card.accuracy, name: round(answer["accuracy"], 5)}
    if "robust_accuracy" in answer:
        accuracy[f"{name} under {attack}"] = round(answer["robust_accuracy"], 5)
    if "dead_units" in answer:
        accuracy[f"{name} dead units, worst layer"] = round(max(answer["dead_units"].values()), 5)
    path = weights.with_suffix(".json")
    path.write_text(replace(card, accuracy=accuracy).to_json(), encoding="utf-8")


def run(args: argparse.Namespace) -> int:
    from cnnviz_app.core.context import Context
    from cnnviz_app.nets.memory import keep_freed_memory

    keep_freed_memory()
    answer = evaluate(args, Context.silent())
    if args.json:
        print(json.dumps(answer))
        return 0
    print(f"{answer['n']} pictures, {answer['accuracy']:.2%} right")
    if "robust_accuracy" in answer:
        print(f"under the attack {args.attack}: {answer['robust_accuracy']:.2%} right")
    for layer, share in answer.get("dead_units", {}).items():
        print(f"{layer}: {share:.1%} dead units")
    return 0
