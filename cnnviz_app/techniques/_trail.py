"""Where a run has been, so that it can be gone on with from its middle.

A mark holds everything that decides the steps to come: the variables, what the optimiser learned,
the state of chance. Going on from a mark with the same parameters repeats the run bit for bit;
with others it is a branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from cnnviz_app.core.context import Context
from cnnviz_app.techniques._image_spaces import ImageSpace

KEPT_BYTES = 192_000_000


class Reached(Exception):
    """The run came to the step it was wanted for."""


@dataclass(frozen=True)
class Mark:
    """One moment of a run.

    Attributes:
        made: the steps of each loop (octave, rung) before this one.
        step: steps made in this loop.
        picture: N×C×H×W in [0, 1], for loops whose variables have another form.
        kind: what the variables mean; only the same kind takes them over.
        learned: the optimiser's, of the class named `optimizer`.
        chance, view: states of the generator, now and for the present view.
    """

    made: tuple[int, ...]
    step: int
    picture: Tensor
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

    @property
    def nbytes(self) -> int:
        held = [self.picture, *self.variables]
        # The optimiser keeps about as much again; L-BFGS more, but it is shared between marks.
        return 2 * sum(t.numel() * t.element_size() for t in held)


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
        while sum(m.nbytes for m in self.ends.values()) > KEPT_BYTES and len(self.ends) > 1:
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
        if self.marks and self.marks[-1].total == mark.total:
            self.marks.pop()
        self.marks.append(mark)
        while sum(m.nbytes for m in self.marks) > KEPT_BYTES and len(self.marks) > 2:
            self.marks = self.marks[:-1][::2] + self.marks[-1:]
        if mark.total == self.until:
            self.reached = mark
            raise Reached

    def nearest(self, total: int) -> Mark | None:
        """The last mark not after this step."""
        return next((m for m in reversed(self.marks) if m.total <= total), None)


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
    picture = mark.picture
    if picture.shape[-2:] != tuple(shape[-2:]):
        picture = F.interpolate(
            picture, size=tuple(shape[-2:]), mode="bilinear", antialias=True, align_corners=False
        )
    if picture.shape[0] != shape[0]:
        picture = picture[:1].expand(shape[0], -1, -1, -1)
    return picture.clamp(0.0, 1.0)
