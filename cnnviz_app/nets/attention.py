"""Where a transformer looks: attention weights computed anew from the recorded queries and keys.

The operators that run are fused and give no weights away; what goes into them is recorded, and
the softmax over it is written out here for three ways to write attention: torch's
MultiheadAttention, scaled_dot_product_attention (exported and most own networks), and Swin's
shifted windows. A softmax that is an operator of the graph is read as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from cnnviz_app.nets.attention_windows import Windows, shifted_windows
from cnnviz_app.nets.network import Network
from cnnviz_app.nets.operators import settings

Found = Mapping[str, Tensor]


@dataclass(frozen=True)
class Attention:
    """What every token of one picture takes from every other, head by head.

    Attributes:
        weights: heads × tokens × tokens; windows × heads × tokens × tokens with `windows`.
        grid: rows and columns of the tokens that are places of the picture.
        skip: tokens before them, such as a class token.
    """

    weights: Tensor
    grid: tuple[int, int]
    skip: int = 0
    windows: Windows | None = None

    @property
    def heads(self) -> int:
        return int(self.weights.shape[-3])

    def seen_from(self, cell: tuple[int, int] | None) -> Tensor:
        """heads × rows × columns: what the token of this cell takes from each place.

        None is the class token; where there is none, the mean over all tokens.
        """
        if self.windows is not None:
            return self.windows.seen_from(self.weights, cell)
        if cell is not None:
            rows = self.weights[:, self.skip + cell[0] * self.grid[1] + cell[1]]
        else:
            rows = self.weights[:, 0] if self.skip else self.weights.mean(dim=1)
        return rows[:, self.skip :].reshape(-1, *self.grid)

    def kept(self, cell: tuple[int, int] | None) -> Tensor:
        """The share of each head that goes to tokens which are no place of the picture."""
        if not self.skip:
            return torch.zeros(self.heads)
        return 1 - self.seen_from(cell).sum(dim=(1, 2)).clamp(0, 1)

    def distances(self) -> Tensor:
        """How far each head looks on average, in cells (Dosovitskiy et al. 2021, figure 7)."""
        if self.windows is not None:
            return self.windows.distances(self.weights)
        between = _distances(self.grid).to(self.weights)
        inside = self.weights[:, self.skip :, self.skip :]
        total = inside.sum(dim=-1).clamp_min(1e-12)
        return ((inside * between).sum(dim=-1) / total).mean(dim=1)


@dataclass(frozen=True)
class Site:
    """One attention of a network: the nodes it reads, and how its weights follow from them."""

    name: str
    reads: tuple[str, ...]
    compute: Callable[[Found], Attention] = field(repr=False)


def sites(net: Network) -> tuple[Site, ...]:
    """Every attention whose weights can be computed, in order."""
    return tuple(_sites(net))


def read(net: Network, image01: Tensor, wanted: Sequence[Site]) -> Iterator[Attention]:
    """The attention of one picture at some sites, one after the other; one forward pass."""
    if not wanted:
        return
    reads = list(dict.fromkeys(name for site in wanted for name in site.reads))
    found = net.run(image01[:1], upto=reads)
    for site in wanted:
        yield site.compute(found)


def rollout(layers: Iterator[Attention]) -> Tensor | None:
    """Attention through all layers at once: rows × columns (Abnar and Zuidema 2020).

    Half of every token stays with itself (the skip connection), the other half is the mean of
    the heads; the layers are multiplied. None where tokens are not the same all the way.
    """
    mixed: Tensor | None = None
    last: Attention | None = None
    for layer in layers:
        if layer.windows is not None:
            return None
        mean = layer.weights.mean(dim=0)
        own = torch.eye(len(mean), dtype=mean.dtype, device=mean.device)
        step = (mean + own) / 2
        if mixed is not None and mixed.shape != step.shape:
            return None
        mixed, last = step if mixed is None else step @ mixed, layer
    if mixed is None or last is None:
        return None
    row = mixed[0] if last.skip else mixed.mean(dim=0)
    return row[last.skip :].reshape(last.grid)


# ---- finding them


def _sites(net: Network) -> Iterator[Site]:
    makers = {
        "multihead_attention": _multihead,
        "scaled_dot_product_attention": _dot_product,
        "shifted_window_attention": _windowed,
        "softmax": _written_out,
    }
    for node in net.nodes:
        make = makers.get(node.op)
        place = net.operator(node.name) if make is not None and node.shape else None
        if make is None or place is None:
            continue
        site = make(net, node.name, place)
        if site is not None:
            yield site


def _names(net: Network) -> dict[fx.Node, str]:
    places = ((net.operator(node.name), node.name) for node in net.nodes if node.shape)
    return {place: name for place, name in places if place is not None}


def _arguments(net: Network, given: Sequence[object]) -> tuple[str, ...] | None:
    """The names of these graph nodes; None when one of them is not a tensor with a name."""
    names = _names(net)
    found = [names.get(node) for node in given if isinstance(node, fx.Node)]
    whole = len(found) == len(given) and all(found)
    return tuple(name for name in found if name) if whole else None


def _multihead(net: Network, name: str, place: fx.Node) -> Site | None:
    # What has a name is the first of the two things it returns.
    call = place.args[0] if place.op == "call_function" else place
    if not isinstance(call, fx.Node) or call.op != "call_module":
        return None
    module = net.parts.get_submodule(str(call.target))
    given = [*call.args, *(call.kwargs[key] for key in ("query", "key") if key in call.kwargs)]
    reads = _arguments(net, given[:2])
    masked = any(call.kwargs.get(key) is not None for key in ("attn_mask", "key_padding_mask"))
    if not isinstance(module, nn.MultiheadAttention) or reads is None or masked:
        return None
    if module.bias_k is not None or module.add_zero_attn:
        return None
    part = module

    def compute(found: Found) -> Attention:
        query, key = (found[read] for read in reads)
        if not part.batch_first:
            query, key = query.transpose(0, 1), key.transpose(0, 1)
        q, k = (
            _heads(_projected(part, x, i)[0], part.num_heads) for i, x in enumerate((query, key))
        )
        return _placed(net, name, torch.softmax(q @ k.mT / math.sqrt(q.shape[-1]), dim=-1))

    return Site(name, reads, compute)


def _projected(part: nn.MultiheadAttention, values: Tensor, which: int) -> Tensor:
    """Queries (0) or keys (1) of a MultiheadAttention."""
    rows = slice(which * part.embed_dim, (which + 1) * part.embed_dim)
    own = (part.q_proj_weight, part.k_proj_weight)[which]
    whole: Tensor | None = part.in_proj_weight
    bias: Tensor | None = part.in_proj_bias
    weight = own if whole is None else whole[rows]
    return functional.linear(values, weight, None if bias is None else bias[rows])


def _heads(values: Tensor, heads: int) -> Tensor:
    """tokens × width → heads × tokens × part."""
    return values.reshape(len(values), heads, -1).transpose(0, 1)


def _dot_product(net: Network, name: str, place: fx.Node) -> Site | None:
    given = settings(place, net.parts) | dict(zip(("query", "key"), place.args, strict=False))
    reads = _arguments(net, [given.get("query"), given.get("key")])
    if reads is None or given.get("attn_mask") is not None or given.get("is_causal"):
        return None
    scale = given.get("scale")

    def compute(found: Found) -> Attention:
        q, k = (found[read][0] for read in reads)
        factor = float(scale) if scale is not None else 1 / math.sqrt(q.shape[-1])
        return _placed(net, name, torch.softmax(q @ k.mT * factor, dim=-1))

    return Site(name, reads, compute)


def _written_out(net: Network, name: str, place: fx.Node) -> Site | None:
    shape = net.node(name).shape
    if len(shape) != 3 or shape[1] != shape[2] or _token_grid(net, shape[2]) is None:
        return None
    return Site(name, (name,), lambda found: _placed(net, name, found[name][0]))


def _windowed(net: Network, name: str, place: fx.Node) -> Site | None:
    names = ("input", "qkv_weight", "proj_weight", "bias", "window_size", "num_heads")
    given = dict(zip(names, place.args, strict=False)) | dict(place.kwargs)
    reads = _arguments(net, [given.get("input"), given.get("bias")])
    if reads is None:
        return None

    def compute(found: Found) -> Attention:
        values, bias = found[reads[0]][0], found[reads[1]]
        weights, windows = shifted_windows(values, bias, given, net.parts)
        return Attention(weights.float().cpu(), windows.grid, 0, windows)

    return Site(name, reads, compute)


# ---- places


def _placed(net: Network, name: str, weights: Tensor) -> Attention:
    tokens = int(weights.shape[-1])
    grid, skip = _token_grid(net, tokens) or ((tokens, 1), 0)
    return Attention(weights.float().cpu(), grid, skip)


def _token_grid(net: Network, tokens: int) -> tuple[tuple[int, int], int] | None:
    """Rows and columns of so many tokens, and how many stand before them, told by any layer."""
    for node in net.nodes:
        layout = net.layout(node.name) if node.shape else None
        one = layout is not None and len(layout.axes) == 1
        if layout is not None and one and math.prod(layout.grid) + layout.skip == tokens:
            return layout.grid, layout.skip
    return None


def _distances(grid: tuple[int, int]) -> Tensor:
    y, x = torch.meshgrid(torch.arange(grid[0]), torch.arange(grid[1]), indexing="ij")
    cells = torch.stack([y, x], dim=-1).reshape(-1, 2).float()
    return torch.cdist(cells, cells)
