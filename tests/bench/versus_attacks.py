"""Our attacks beside torchattacks and foolbox: same networks, pictures, budgets, in one process.

    .venv-peers/bin/python tests/bench/versus_attacks.py [--only pgd,cw] [--net lens]
                                                         [--pictures N] [--busy] [--out FILE]

Everybody takes turns on every picture, one picture at a time as a person attacks it. What each
hands back is rounded to eight bits, written to a file, read back and judged by the plain module:
code that shares nothing with any attack. Distortion is the mean over the pictures that both turned.
An attack that nobody else has is judged by what it promises, see `_attack_alone`.
One line for each attack, network and peer, and the same as JSON into a file, as they are found.
SqueezeNet's weights and the photographs come from the folder CNNVIZ_CHECK_DATA names, else they are
random and built-in; Lens is bundled.

`--defaults` instead times every attack as it comes, on one picture: at most 60 s each.

Bounds: success at least theirs; distortion at most theirs (1 % for ties; inside a ball that all
fill, the ball); PGD, DeepFool and CW at least 1.4 times as fast.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from _attack_alone import JUDGES, saved
from _attack_matches import MATCHES, Match, peers_of
from _attack_subjects import Subject, at_side, subjects

from cnnviz_app.core.context import Context
from cnnviz_app.core.params import build
from cnnviz_app.core.registry import find
from cnnviz_app.nets.network import Network

TIE, LONGEST = 1.01, 60.0


@dataclass(frozen=True)
class Tally:
    """What one program reached on the pictures: in eight bits, and in seconds."""

    won: list[bool]
    l2: list[float]
    largest: list[int]
    pixels: list[int]
    seconds: list[float]


def ours(match: Match, net: Network) -> Callable[..., Any]:
    technique = find(match.technique)
    params = build(technique.params, match.ours)
    return lambda x, *_: technique.run(Context.silent(), net, x, params, 0)


def judge(subject: Subject, clean: Tensor, found: Any, tally: Tally, file: Path) -> None:
    """Written to a file, read back, compared in levels and shown to the plain module."""
    pixels = found.detach()[0].permute(1, 2, 0).numpy() if isinstance(found, Tensor) else found
    after = saved(getattr(pixels, "picture", pixels), file)
    before = np.rint(clean[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    change = after.astype(np.int64) - before
    both = torch.from_numpy(np.stack([before, after]).astype(np.float32) / 255)
    with torch.no_grad():
        old, new = subject.plain(both.permute(0, 3, 1, 2).contiguous()).argmax(1).tolist()
    tally.won.append(old != new)
    tally.l2.append(float(np.sqrt((change**2).sum()) / 255))
    tally.largest.append(int(np.abs(change).max()))
    tally.pixels.append(int((change != 0).any(2).sum()))


def compete(
    match: Match, subject: Subject, count: int, clock: Callable[[], float], file: Path
) -> dict[str, Tally]:
    """Everybody on every picture, each time beginning with another."""
    sides: dict[str, Callable[..., Any]] = {"ours": ours(match, subject.net)}
    sides |= peers_of(match, subject.plain)
    tallies = {name: Tally([], [], [], [], []) for name in sides}
    names = list(sides)
    for number in range(count):
        clean = subject.pictures[number : number + 1]
        with torch.no_grad():
            label, runner_up = subject.plain(clean).topk(2).indices[0].split(1)
        torch.manual_seed(number)
        np.random.seed(number)
        for place in range(len(names)):
            name = names[(number + place) % len(names)]
            began = clock()
            found = sides[name](clean.clone(), label, runner_up)
            tallies[name].seconds.append(clock() - began)
            judge(subject, clean, found, tallies[name], file)
    return tallies


def warm_up(subject: Subject) -> None:
    """The first call of a network prepares its operators; nobody should pay for that."""
    x = subject.pictures[:1]
    for answer in (subject.net.logits, subject.plain):
        for _ in range(2):
            free = x.clone().requires_grad_(True)
            torch.autograd.grad(answer(free).sum(), free)


def compared(match: Match, mine: Tally, theirs: Tally) -> dict[str, Any]:
    """The figures of one line, and what is not met of the bounds."""
    both = [a and b for a, b in zip(mine.won, theirs.won, strict=True)]

    def mean(values: Sequence[float]) -> float:
        kept = [value for value, inside in zip(values, both, strict=True) if inside]
        return float(np.mean(kept)) if kept else float("nan")

    measure = (mine.pixels, theirs.pixels) if match.measure == "pixels" else (mine.l2, theirs.l2)
    found = {
        "pictures": len(both), "success": (float(np.mean(mine.won)), float(np.mean(theirs.won))),
        "distortion": (mean(measure[0]), mean(measure[1])),
        "largest": (max(mine.largest), max(theirs.largest)),
        "seconds": (float(np.mean(mine.seconds)), float(np.mean(theirs.seconds))),
    }  # fmt: skip
    found["times"] = found["seconds"][1] / found["seconds"][0]
    short = []
    if found["success"][0] < found["success"][1]:
        short.append("success")
    if found["distortion"][0] > found["distortion"][1] * TIE and not _inside(match, mine):
        short.append("distortion")
    if found["times"] < match.faster:
        short.append("speed")
    return found | {"short": short}


def _inside(match: Match, mine: Tally) -> bool:
    """Whether the files are inside the ball, which then is the distortion agreed upon."""
    limit = match.budget.get("epsilon", match.ours.get("epsilon", 0.0) / 255)
    if match.inside == "linf":
        return max(mine.largest) <= limit * 255 + 1e-6
    return match.inside == "l2" and max(mine.l2) <= limit + 1e-6


def line_of(match: Match, subject: Subject, peer: str, found: Mapping[str, Any]) -> str:
    (a, b), (c, d), (e, f) = found["success"], found["distortion"], found["seconds"]
    unit = "pixels" if match.measure == "pixels" else "L2"
    bound = f", bound {match.faster:g}×" if match.faster else ""
    verdict = f"NOT met: {', '.join(found['short'])}" if found["short"] else "met"
    return (f"{match.title:14} {subject.title:17} {peer:12} n={found['pictures']:<3} "
            f"success {a:4.0%} / {b:4.0%}  {unit} {c:7.3f} / {d:7.3f}  "
            f"{e:7.3f} / {f:7.3f} s  {found['times']:5.2f}×{bound}  {verdict}")  # fmt: skip


def alone(
    match: Match, subject: Subject, count: int, clock: Callable[[], float], file: Path
) -> tuple[str, dict[str, Any]]:
    """The line of an attack that no peer has."""
    run, shares, seconds = ours(match, subject.net), [], []
    for number in range(count):
        began = clock()
        found = run(subject.pictures[number : number + 1])
        seconds.append(clock() - began)
        judged = JUDGES[match.technique]
        held = saved(found.picture, file)
        shares.append(judged(subject.plain, subject.pictures, number, found, held))
    row = {"success": float(np.mean(shares)), "runs": count, "seconds": float(np.mean(seconds))}
    text = (f"{match.title:14} {subject.title:17} {'no peer':12} n={count:<3} "
            f"success {row['success']:4.0%}  {row['seconds']:7.3f} s")  # fmt: skip
    return text, row


def lines(
    match: Match, subject: Subject, count: int, clock: Callable[[], float], folder: Path
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Peer, text and figures of each line of one attack on one network."""
    if not match.peers:
        yield "no peer", *alone(match, subject, count, clock, folder / "file.png")
        return
    subject = at_side(subject, match.side)
    tallies = compete(match, subject, count, clock, folder / "file.png")
    mine = tallies.pop("ours")
    for peer, tally in tallies.items():
        row = compared(match, mine, tally)
        yield peer, line_of(match, subject, peer, row), row


def default_lines(subject: Subject, names: Sequence[str], clock: Callable[[], float]) -> None:
    """Every attack as a person finds it, once."""
    for name in names:
        technique = find(name)
        began = clock()
        result = technique.run(
            Context.silent(), subject.net, subject.pictures[:1], build(technique.params, {}), 0
        )
        seconds = clock() - began
        verdict = "met" if seconds <= LONGEST else "NOT met"
        print(f"{name:13} {subject.title:10} defaults      success {result.figures['success']!s:5} "
              f"{seconds:7.2f} s, bound {LONGEST:g} s  {verdict}", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="attacks, by name, between commas")
    parser.add_argument("--net", default="", choices=("", "lens", "squeezenet"))
    parser.add_argument("--pictures", type=int, default=0, help="at most so many of each")
    parser.add_argument("--defaults", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--busy", action="store_true", help="count processor time, on one thread: "
                        "for a machine that is busy with other things")  # fmt: skip
    parser.add_argument("--out", type=Path,
                        default=Path(tempfile.gettempdir(), "versus_attacks.jsonl"))  # fmt: skip
    chosen = parser.parse_args()
    torch.set_num_threads(1 if chosen.busy else chosen.threads)
    clock = time.process_time if chosen.busy else time.perf_counter
    wanted = [m for m in MATCHES if not chosen.only or m.technique in chosen.only.split(",")]
    chosen.out.write_text("")
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        for subject in subjects(chosen.net, chosen.pictures or 24):
            warm_up(subject)
            if chosen.defaults:
                names = dict.fromkeys(match.technique for match in wanted)
                default_lines(subject, list(names), clock)
                continue
            for match in wanted:
                count = match.pictures[0 if subject.small else 1]
                count = min(count, chosen.pictures or count)
                if not count:
                    continue
                with chosen.out.open("a") as kept:
                    for peer, text, row in lines(match, subject, count, clock, Path(name)):
                        print(text, flush=True)
                        about = {"attack": match.title, "net": subject.title, "peer": peer}
                        kept.write(json.dumps(about | row) + "\n")
    print(f"{time.perf_counter() - began:.0f} s in all, {torch.get_num_threads()} thread(s), "
          f"{'processor time' if chosen.busy else 'wall time'}; also in {chosen.out}")  # fmt: skip


if __name__ == "__main__":
    main()
