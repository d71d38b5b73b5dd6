"""Where a run has been, so that it can be gone on with from its middle.

A mark holds everything that decides the steps to come: the variables, what the optimiser learned,
the state of chance. Going on from a mark with the same parameters repeats the run bit for bit;
with others it is a branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.techniques._image_spaces import ImageSpace

# For the marks of a run, and again for how its loops ended.
KEPT_BYTES = 192_000_000


class Reached(Exception):
    """The run came to the step it was wanted for."""


@dataclass(frozen=True)
class Mark:
    """One moment of a run.

    Attributes:
        made: the steps of each loop (octave, rung) before this one.
        step: steps made in this loop.
        picture: draws it, N×C×H×W in [0, 1], for loops whose variables have another form.
        kind: what the variables mean; only the same kind takes them over.
        learned: the optimiser's, of the class named `optimizer`.
        chance, view: states of the generator, now and for the present view.
    """

    made: tuple[int, ...]
    step: int
    picture: Callable[[], Tensor]
    kind: tuple[object, ...]
    variables: tuple[Tensor, ...]
    optimizer: str
    learned: object
    waking: object = None
    chance: Tensor | None = None
    view: Tensor | None = None
    spent: float = 0.0

    @property
    def total(self) -> int:
        return sum(self.made) + self.step

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """All that is held; the history of L-BFGS is shared between marks."""
        return tuple(_tensors_in((self.variables, self.learned, self.waking)))


def _tensors_in(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        yield from _tensors_in(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _tensors_in(part)


class Held:
    """How much memory some marks hold together; what they share counts once."""

    def __init__(self) -> None:
        self.nbytes = 0
        self._users: dict[int, int] = {}

    def add(self, mark: Mark) -> None:
        for tensor in mark.tensors:
            users = self._users.get(id(tensor), 0)
            self._users[id(tensor)] = users + 1
            self.nbytes += 0 if users else tensor.nbytes

    def drop(self, mark: Mark) -> None:
        for tensor in mark.tensors:
            users = self._users.pop(id(tensor)) - 1
            if users:
                self._users[id(tensor)] = users
            else:
                self.nbytes -= tensor.nbytes


@dataclass
class Trail:
    """Marks of one run, thinned when they grow too large; where it begins and where it ends.

    Attributes:
        resume: the mark to go on from.
        until: leave with `Reached` after so many steps in all.
        ends: how the loops ended, by their number: what a skipped loop hands on.
    """

    resume: Mark | None = None
    until: int | None = None
    marks: list[Mark] = field(default_factory=list)
    reached: Mark | None = None
    ends: dict[int, Mark] = field(default_factory=dict)
    _loops: list[int] = field(default_factory=list)
    _held: Held = field(default_factory=Held)

    @property
    def nbytes(self) -> int:
        """What the marks and the ends hold."""
        return self._held.nbytes + _bytes_of(self.ends)

    @property
    def skipping(self) -> bool:
        """Whether the run is still on its way to the mark it goes on from."""
        return self.resume is not None and len(self._loops) <= len(self.resume.made)

    def skipped(self) -> int | None:
        """The steps of the loop about to begin when it lies before the mark."""
        if self.resume is None or len(self._loops) >= len(self.resume.made):
            return None
        steps = self.resume.made[len(self._loops)]
        self._loops.append(steps)
        return steps

    @property
    def skipped_end(self) -> Mark | None:
        """How the loop just skipped had ended."""
        return self.ends.get(len(self._loops) - 1)

    def end(self, mark: Mark) -> None:
        """The present loop is over."""
        self.ends[len(self._loops) - 1] = mark
        while len(self.ends) > 1 and _bytes_of(self.ends) > KEPT_BYTES:
            del self.ends[min(self.ends)]

    def enter(self) -> Mark | None:
        """A loop begins that is not skipped; the mark, when it is the one to go on from."""
        self._loops.append(0)
        here = self.resume is not None and len(self._loops) == len(self.resume.made) + 1
        return self.resume if here else None

    @property
    def before(self) -> tuple[int, ...]:
        """The steps of the loops before the present one."""
        return tuple(self._loops[:-1])

    def counted(self, step: int) -> int:
        """So many steps of the present loop are made; the steps in all."""
        self._loops[-1] = step
        return sum(self._loops)

    def due(self, total: int, ctx: Context) -> bool:
        return total == self.until or ctx.wants_frame()

    def keep(self, mark: Mark) -> None:
        if mark.total == self.until:
            self.reached = mark
            raise Reached
        if self.marks and self.marks[-1].total == mark.total:
            self._held.drop(self.marks.pop())
        self.marks.append(mark)
        self._held.add(mark)
        while self.marks and self._held.nbytes > KEPT_BYTES:
            self._thin()

    def _thin(self) -> None:
        """Every second mark goes, the last one stays; alone and too large, it goes too."""
        dropped = self.marks[-2::-2] if len(self.marks) > 1 else list(self.marks)
        gone = {id(mark) for mark in dropped}
        self.marks = [mark for mark in self.marks if id(mark) not in gone]
        for mark in dropped:
            self._held.drop(mark)

    def nearest(self, total: int) -> Mark | None:
        """The last mark not after this step."""
        return next((m for m in reversed(self.marks) if m.total <= total), None)


def _bytes_of(ends: Mapping[int, Mark]) -> int:
    return sum(tensor.nbytes for mark in ends.values() for tensor in mark.tensors)


def trail_of(ctx: Context) -> Trail:
    """The trail somebody wants, or one that leads nowhere."""
    return ctx.trail if isinstance(ctx.trail, Trail) else Trail()


def is_kept(ctx: Context) -> bool:
    return isinstance(ctx.trail, Trail)


def copies(tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    return tuple(t.detach().clone() for t in tensors)


@torch.no_grad()
def put_back(mark: Mark, variables: Sequence[Tensor], kind: tuple[object, ...]) -> bool:
    """The mark's variables in place of these, where they mean the same."""
    if mark.kind != kind or [v.shape for v in variables] != [v.shape for v in mark.variables]:
        return False
    for variable, value in zip(variables, mark.variables, strict=True):
        variable.copy_(value)
    return True


def put_into(mark: Mark, space: ImageSpace) -> bool:
    """The mark's variables, or its picture in the way of this space; whether nothing changed."""
    if put_back(mark, space.variables, space.kind):
        return True
    space.assign(_picture_of(mark, space.size.shape))
    return False


def _picture_of(mark: Mark, shape: Sequence[int]) -> Tensor:
    """The mark's picture in another size and number."""
    picture = mark.picture()
    if picture.shape[-2:] != tuple(shape[-2:]):
        picture = F.interpolate(
            picture, size=tuple(shape[-2:]), mode="bilinear", antialias=True, align_corners=False
        )
    if picture.shape[0] != shape[0]:
        picture = picture[:1].expand(shape[0], -1, -1, -1)
    return picture.clamp(0.0, 1.0)
