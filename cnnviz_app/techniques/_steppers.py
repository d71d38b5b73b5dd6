"""How variables move once the gradient is known: Adam, L-BFGS, and plain ascent.

Each stepper is given a function that returns the loss and its gradients, and moves the
variables downhill in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

Evaluate = Callable[[], tuple[float, list[Tensor]]]


class Stepper(Protocol):
    """Moves the variables one step.

    Attributes:
        evaluates_often: whether one step needs several evaluations of the same function.
        view_lasts: for how many steps that function should stay the same.
    """

    evaluates_often: bool
    view_lasts: int

    def step(self, evaluate: Evaluate) -> None: ...

    def forget(self) -> None:
        """The function has changed: drop what was learned about its shape."""

    def learned(self) -> object:
        """A copy of what decides the next step beside the variables."""

    def recall(self, learned: Any) -> None:
        """Go on from what `learned` gave."""


class Adam:
    """Kingma and Ba (2014), as `torch.optim.Adam` computes it, without its bookkeeping."""

    evaluates_often = False
    view_lasts = 1

    def __init__(
        self, variables: Sequence[Tensor], rate: float, betas: tuple[float, float] = (0.9, 0.999)
    ) -> None:
        self._variables = list(variables)
        self._rate = rate
        self._betas = betas
        self.forget()

    def forget(self) -> None:
        self._step = 0
        self._mean = [torch.zeros_like(v) for v in self._variables]
        self._square = [torch.zeros_like(v) for v in self._variables]

    def learned(self) -> object:
        return self._step, [m.clone() for m in self._mean], [s.clone() for s in self._square]

    def recall(self, learned: Any) -> None:
        self._step = learned[0]
        self._mean, self._square = ([t.clone() for t in part] for part in learned[1:])

    @torch.no_grad()
    def step(self, evaluate: Evaluate) -> None:
        with torch.enable_grad():
            _, grads = evaluate()
        self._step += 1
        first, second = self._betas
        size = self._rate / (1.0 - first**self._step)
        root = (1.0 - second**self._step) ** 0.5
        for variable, grad, mean, square in zip(
            self._variables, grads, self._mean, self._square, strict=True
        ):
            mean.lerp_(grad, 1.0 - first)
            square.mul_(second).addcmul_(grad, grad, value=1.0 - second)
            variable.addcdiv_(mean, square.sqrt().div_(root).add_(1e-8), value=-size)


class PlainAscent:
    """Along the gradient, by `rate` times its mean size: DeepDream's step and the lectures'."""

    evaluates_often = False
    view_lasts = 1

    def __init__(self, variables: Sequence[Tensor], rate: float) -> None:
        self._variables = list(variables)
        self._rate = rate

    def forget(self) -> None:
        pass

    def learned(self) -> object:
        return None

    def recall(self, learned: Any) -> None:
        pass

    @torch.no_grad()
    def step(self, evaluate: Evaluate) -> None:
        with torch.enable_grad():
            _, grads = evaluate()
        count = sum(grad.numel() for grad in grads)
        total = torch.stack([grad.abs().sum() for grad in grads]).sum()
        # A gradient of zero moves nothing and must not become 0/0.
        factor = self._rate / (total / count).clamp_min(1e-30)
        for variable, grad in zip(self._variables, grads, strict=True):
            variable.sub_(grad * factor)


class _TorchLBFGS(torch.optim.LBFGS):
    """Torch's own, without the import of its compiler (over a second, in which windows stutter)."""

    # The compiler would be imported only to be told to keep out of this method.
    add_param_group = getattr(
        torch.optim.Optimizer.add_param_group, "__wrapped__", torch.optim.Optimizer.add_param_group
    )


class LBFGS:
    """Quasi-Newton with a strong Wolfe line search; one accepted picture per step.

    A step that is interrupted inside its line search leaves a trial point behind; the accepted
    picture is kept and put back.
    """

    evaluates_often = True
    view_lasts = 16

    def __init__(self, variables: Sequence[Tensor], rate: float) -> None:
        self._variables = list(variables)
        self._rate = rate
        self._known: list[tuple[list[Tensor], float, list[Tensor]]] = []
        self.forget()

    def forget(self) -> None:
        self._known.clear()
        self._optimizer = _TorchLBFGS(
            self._variables, lr=self._rate, max_iter=1, max_eval=30, history_size=20,
            tolerance_grad=0.0, tolerance_change=0.0, line_search_fn="strong_wolfe",
        )  # fmt: skip

    def learned(self) -> object:
        states = [_snapshot(self._optimizer.state[v]) for v in self._variables]
        return states, list(self._known)

    def recall(self, learned: Any) -> None:
        self.forget()
        states, known = learned
        for variable, state in zip(self._variables, states, strict=True):
            self._optimizer.state[variable] = _snapshot(state)
        self._known = list(known)

    def step(self, evaluate: Evaluate) -> None:
        accepted = [v.detach().clone() for v in self._variables]
        # Only the point the last step ended at can be asked for again.
        self._known = [k for k in self._known if _same(k[0], self._variables)]

        def closure() -> float:
            known = next((k for k in self._known if _same(k[0], self._variables)), None)
            if known is None:
                at = [v.detach().clone() for v in self._variables]
                known = (at, *evaluate())
                self._known.append(known)
            _, loss, grads = known
            for variable, grad in zip(self._variables, grads, strict=True):
                variable.grad = grad.clone()
            return loss

        try:
            self._optimizer.step(closure)  # type: ignore[no-untyped-call]  # torch has no type
        except BaseException:
            with torch.no_grad():
                for variable, value in zip(self._variables, accepted, strict=True):
                    variable.copy_(value)
            raise
        finally:
            for variable in self._variables:
                variable.grad = None


def _snapshot(state: Mapping[str, Any]) -> dict[str, Any]:
    """Torch's state as it is now: it changes lists and the last gradient in place, never the
    tensors of its history, which many snapshots therefore share."""
    found: dict[str, Any] = {key: list(value) if isinstance(value, list) else value
                             for key, value in state.items()}  # fmt: skip
    if found.get("prev_flat_grad") is not None:
        found["prev_flat_grad"] = found["prev_flat_grad"].clone()
    return found


def _same(a: Sequence[Tensor], b: Sequence[Tensor]) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def make_stepper(name: str, variables: Sequence[Tensor], rate: float) -> Stepper:
    if name == "lbfgs":
        # The line search finds the length of a step; a rate would only spoil its first guess.
        return LBFGS(variables, 1.0)
    return Adam(variables, rate) if name == "adam" else PlainAscent(variables, rate)
