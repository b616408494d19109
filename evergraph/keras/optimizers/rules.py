"""The optimizers of Keras: how each changes the parameters in a step."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.optimizers.optimizer import Optimizer
from evergraph.ops import math as math_ops

public_module("python.keras.optimizers")


class _Rule(Optimizer):
    """An optimizer that is a rule for each parameter, its gradient and its slots.

    Attributes:
      slot_count: how many variables in the shape of a parameter the rule keeps.
    """

    slot_count = 0
    epsilon: float

    def get_updates(self, loss: Any, params: list) -> list:
        """The operations of one step that makes `loss` smaller."""
        grads = self.get_gradients(loss, params)
        slots = [self._slots(params) for _ in range(self.slot_count)]
        self.weights = [self.iterations, *(each for group in slots for each in group)]
        self.updates = []
        common = self._prepare(loss)
        self.updates.append(backend.update_add(self.iterations, 1))
        for param, grad, *own in zip(params, grads, *slots):
            self._step(param, grad, common, *own)
        return self.updates

    def _prepare(self, loss) -> Any:
        """What the step is the same in for all parameters: the learning rate."""
        return self._learning_rate()

    def _step(self, param, grad, *args: Any, **kwargs: Any):
        """Updates a parameter, given what `_prepare` gave and its slots."""
        raise NotImplementedError

    def _keep(self, slot, value):
        """Gives a slot its new value, and returns this value."""
        self.updates.append(backend.update(slot, value))
        return value

    def get_config(self) -> dict:
        """The constructor's arguments."""
        config = super().get_config()
        if hasattr(self, "epsilon"):
            config["epsilon"] = self.epsilon
        return config


@public("keras.optimizers.SGD")
class SGD(_Rule):
    """Stochastic gradient descent, with momentum (Nesterov's if wanted; Sutskever et al. 2013, section 2).

    Args:
      lr: the learning rate.
      momentum: how much of the last step goes into this one.
      decay: the learning rate is divided by `1 + decay * steps`.
      nesterov: whether the momentum looks ahead.
    """

    settings = ("lr", "momentum", "decay")
    slot_count = 1
    momentum: Any

    def __init__(
        self,
        lr: float = 0.01,
        momentum: float = 0.0,
        decay: float = 0.0,
        nesterov: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._make_settings(lr=lr, momentum=momentum, decay=decay)
        self.initial_decay = decay
        self.nesterov = nesterov

    def _step(self, param, grad, lr, moment):
        velocity = self._keep(moment, self.momentum * moment - lr * grad)
        self._assign(param, param + (self.momentum * velocity - lr * grad if self.nesterov else velocity))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "nesterov": self.nesterov}


@public("keras.optimizers.RMSprop")
class RMSprop(_Rule):
    """Gradients divided by a running average of their size (Hinton, Neural Networks for Machine Learning, lecture 6, 2012)."""

    settings = ("lr", "rho", "decay")
    slot_count = 1
    rho: Any

    def __init__(
        self,
        lr: float = 0.001,
        rho: float = 0.9,
        epsilon: float | None = None,
        decay: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._make_settings(lr=lr, rho=rho, decay=decay)
        self.epsilon = backend.epsilon() if epsilon is None else epsilon
        self.initial_decay = decay

    def _step(self, param, grad, lr, average):
        new = self._keep(average, self.rho * average + (1.0 - self.rho) * math_ops.square(grad))
        self._assign(param, param - lr * grad / (backend.sqrt(new) + self.epsilon))


@public("keras.optimizers.Adagrad")
class Adagrad(_Rule):
    """Gradients divided by the root of the sum of their squares so far (Duchi et al. 2011)."""

    settings = ("lr", "decay")
    slot_count = 1

    def __init__(
        self, lr: float = 0.01, epsilon: float | None = None, decay: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._make_settings(lr=lr, decay=decay)
        self.epsilon = backend.epsilon() if epsilon is None else epsilon
        self.initial_decay = decay

    def _step(self, param, grad, lr, total):
        new = self._keep(total, total + math_ops.square(grad))
        self._assign(param, param - lr * grad / (backend.sqrt(new) + self.epsilon))


@public("keras.optimizers.Adadelta")
class Adadelta(_Rule):
    """Steps in proportion to the size of those before (Zeiler 2012, arXiv:1212.5701)."""

    settings = ("lr", "decay")
    slot_count = 2

    def __init__(
        self,
        lr: float = 1.0,
        rho: float = 0.95,
        epsilon: float | None = None,
        decay: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._make_settings(lr=lr, decay=decay)
        self.rho = rho
        self.epsilon = backend.epsilon() if epsilon is None else epsilon
        self.initial_decay = decay

    def _step(self, param, grad, lr, average, of_steps):
        new = self._keep(average, self.rho * average + (1.0 - self.rho) * math_ops.square(grad))
        step = grad * backend.sqrt(of_steps + self.epsilon) / backend.sqrt(new + self.epsilon)
        self._assign(param, param - lr * step)
        self._keep(of_steps, self.rho * of_steps + (1 - self.rho) * math_ops.square(step))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "rho": self.rho}


class _Moments(_Rule):
    """A rule with averages of gradients and of their squares."""

    settings = ("lr", "beta_1", "beta_2", "decay")
    slot_count = 2
    beta_1: Any
    beta_2: Any

    def _begin(self, lr, beta_1, beta_2, epsilon, decay):
        self._make_settings(lr=lr, beta_1=beta_1, beta_2=beta_2, decay=decay)
        self.epsilon = backend.epsilon() if epsilon is None else epsilon
        self.initial_decay = decay

    def _step_number(self):
        return math_ops.cast(self.iterations, backend.floatx()) + 1


@public("keras.optimizers.Adam")
class Adam(_Moments):
    """Adam (Kingma and Ba 2014, arXiv:1412.6980), with AMSGrad if wanted (Reddi et al. 2018)."""

    slot_count = 3

    def __init__(
        self,
        lr: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = None,
        decay: float = 0.0,
        amsgrad: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._begin(lr, beta_1, beta_2, epsilon, decay)
        self.amsgrad = amsgrad

    def _slots(self, params):
        # The third group is of scalars where it is not used.
        self._groups = getattr(self, "_groups", 0) + 1
        if self._groups % 3 == 0 and not self.amsgrad:
            return [backend.zeros(1) for _ in params]
        return super()._slots(params)

    def _prepare(self, loss):
        t = self._step_number()
        correction = backend.sqrt(1.0 - math_ops.pow(self.beta_2, t)) / (1.0 - math_ops.pow(self.beta_1, t))
        return self._learning_rate() * correction

    def _step(self, param, grad, lr, first, second, largest):
        mean = self._keep(first, self.beta_1 * first + (1.0 - self.beta_1) * grad)
        square = self._keep(second, self.beta_2 * second + (1.0 - self.beta_2) * math_ops.square(grad))
        if self.amsgrad:
            square = self._keep(largest, math_ops.maximum(largest, square))
        self._assign(param, param - lr * mean / (backend.sqrt(square) + self.epsilon))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "amsgrad": self.amsgrad}


@public("keras.optimizers.Adamax")
class Adamax(_Moments):
    """Adam with the largest gradient instead of the mean square (Kingma and Ba 2014, section 7)."""

    def __init__(
        self,
        lr: float = 0.002,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = None,
        decay: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._begin(lr, beta_1, beta_2, epsilon, decay)

    def _prepare(self, loss):
        return self._learning_rate() / (1.0 - math_ops.pow(self.beta_1, self._step_number()))

    def _step(self, param, grad, lr, first, largest):
        mean = self._keep(first, self.beta_1 * first + (1.0 - self.beta_1) * grad)
        top = self._keep(largest, math_ops.maximum(self.beta_2 * largest, math_ops.abs(grad)))
        self._assign(param, param - lr * mean / (top + self.epsilon))


@public("keras.optimizers.Nadam")
class Nadam(_Moments):
    """Adam with Nesterov's momentum (Dozat 2015)."""

    settings = ("lr", "beta_1", "beta_2")
    m_schedule: Any

    def __init__(
        self,
        lr: float = 0.002,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = None,
        schedule_decay: float = 0.004,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._make_settings(lr=lr, beta_1=beta_1, beta_2=beta_2, m_schedule=1.0)
        self.epsilon = backend.epsilon() if epsilon is None else epsilon
        self.schedule_decay = schedule_decay

    def _prepare(self, loss):
        t = self._step_number()
        now, after = (
            self.beta_1 * (1.0 - 0.5 * math_ops.pow(backend.constant(0.96), each * self.schedule_decay))
            for each in (t, t + 1)
        )
        product = self._keep(self.m_schedule, self.m_schedule * now)
        return t, now, after, product, product * after

    def _step(self, param, grad, common, first, second):
        t, now, after, product, next_product = common
        mean = self._keep(first, self.beta_1 * first + (1.0 - self.beta_1) * grad)
        square = self._keep(second, self.beta_2 * second + (1.0 - self.beta_2) * math_ops.square(grad))
        ahead = (1.0 - now) * grad / (1.0 - product) + after * mean / (1.0 - next_product)
        size = square / (1.0 - math_ops.pow(self.beta_2, t))
        self._assign(param, param - self.lr * ahead / (backend.sqrt(size) + self.epsilon))

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "schedule_decay": self.schedule_decay}
