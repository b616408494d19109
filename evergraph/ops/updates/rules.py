"""Update rules: (variable, slots, hyperparameters, gradient) -> new (variable, slots), as pure functions on arrays.

Every rule works element by element, so the same function updates a whole variable or some of its rows.  Its
parameters have TensorFlow's names and order; it returns the new values of those that stand before `lr` (or
`alpha`, `beta1_power`, `grad`), which are the state.
"""

import jax.numpy as jnp
from jax import lax


def gradient_descent(var, alpha, delta):
    """var -= alpha * delta."""
    return (var - alpha * delta,)


def proximal_gradient_descent(var, alpha, l1, l2, delta):
    """A gradient step followed by the proximal operator of l1 |x| + l2/2 x^2."""
    return (_proximal(var - alpha * delta, alpha, l1, l2),)


def _proximal(point, rate, l1, l2):
    shrunk = jnp.sign(point) * jnp.maximum(jnp.abs(point) - rate * l1, 0)
    return jnp.where(l1 > 0, shrunk, point) / (1 + l2 * rate)


def adadelta(var, accum, accum_update, lr, rho, epsilon, grad):
    """Steps in the ratio of the averages of past updates and past gradients (root mean squares)."""
    accum = accum * rho + grad * grad * (1 - rho)
    update = jnp.sqrt(accum_update + epsilon) * lax.rsqrt(accum + epsilon) * grad
    return var - update * lr, accum, accum_update * rho + update * update * (1 - rho)


def adagrad(var, accum, lr, grad, *, update_slots=True):
    """Steps divided by the root of the sum of squared gradients."""
    if update_slots:
        accum = accum + grad * grad
    return var - grad * lr * lax.rsqrt(accum), accum


def proximal_adagrad(var, accum, lr, l1, l2, grad):
    """`adagrad` followed by the proximal operator, at each element's own rate."""
    accum = accum + grad * grad
    rate = lr * lax.rsqrt(accum)
    return _proximal(var - grad * rate, rate, l1, l2), accum


def adagrad_da(var, gradient_accumulator, gradient_squared_accumulator, grad, lr, l1, l2, global_step):
    """Dual averaging: the variable follows from the sums of gradients alone."""
    total = gradient_accumulator + grad
    squares = gradient_squared_accumulator + grad * grad
    step = global_step.astype(var.dtype)
    shrunk = jnp.where(l1 > 0, jnp.sign(total) * jnp.maximum(jnp.abs(total) - l1 * step, 0), total)
    return -lr * shrunk / (l2 * step * lr + jnp.sqrt(squares)), total, squares


def ftrl(var, accum, linear, grad, lr, l1, l2, lr_power):
    """Follow the regularized leader, with l1 and l2 in the leader's own loss."""
    return _follow_leader(var, accum, linear, grad, grad, lr, l1, l2, lr_power)


def ftrl_v2(var, accum, linear, grad, lr, l1, l2, l2_shrinkage, lr_power):
    """`ftrl` with an L2 penalty (`l2_shrinkage`) that is part of the gradient but not of its accumulator."""
    shrinking = grad + 2 * l2_shrinkage * var
    return _follow_leader(var, accum, linear, grad, shrinking, lr, l1, l2, lr_power)


def _follow_leader(var, accum, linear, grad, shrinking, lr, l1, l2, lr_power):
    new_accum = accum + grad * grad
    new_power = jnp.power(new_accum, -lr_power)
    linear = linear + (
        shrinking - (new_power - jnp.power(accum, -lr_power)) / lr * var
    )  # float16 notices the order
    leader = (l1 * jnp.sign(linear) - linear) / (new_power / lr + 2 * l2)
    return jnp.where(jnp.abs(linear) > l1, leader, 0), new_accum, linear


def momentum(var, accum, lr, grad, momentum, *, use_nesterov=False):
    """Steps along a decaying sum of gradients, or (Nesterov) along where it is about to go."""
    accum = accum * momentum + grad
    if use_nesterov:
        return var - (grad * lr + accum * momentum * lr), accum
    return var - accum * lr, accum


def adam(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad, *, use_nesterov=False):
    """Adam, with epsilon added to the root of the uncorrected second moment ("epsilon hat")."""
    rate = lr * jnp.sqrt(1 - beta2_power) / (1 - beta1_power)
    m = m + (grad - m) * (1 - beta1)
    v = v + (grad * grad - v) * (1 - beta2)
    ahead = grad * (1 - beta1) + beta1 * m if use_nesterov else m
    return var - ahead * rate / (jnp.sqrt(v) + epsilon), m, v


def ada_max(var, m, v, beta1_power, lr, beta1, beta2, epsilon, grad):
    """Adam with the infinity norm in place of the second moment."""
    m = m + (grad - m) * (1 - beta1)
    v = jnp.maximum(beta2 * v, jnp.abs(grad))
    return var - lr / (1 - beta1_power) * (m / (v + epsilon)), m, v


def rms_prop(var, ms, mom, lr, rho, momentum, epsilon, grad):
    """Steps divided by the root of the moving mean of squared gradients."""
    ms = ms + (grad * grad - ms) * (1 - rho)
    mom = mom * momentum + lr * grad * lax.rsqrt(ms + epsilon)
    return var - mom, ms, mom


def centered_rms_prop(var, mg, ms, mom, lr, rho, momentum, epsilon, grad):
    """`rms_prop` with the variance of the gradient in place of its mean square."""
    ms = ms + (grad * grad - ms) * (1 - rho)
    mg = mg + (grad - mg) * (1 - rho)
    mom = mom * momentum + lr * grad * lax.rsqrt(ms - mg * mg + epsilon)
    return var - mom, mg, ms, mom


def add_sign(var, m, lr, alpha, sign_decay, beta, grad):
    """Steps scaled by alpha plus whether gradient and momentum agree."""
    m = m * beta + grad * (1 - beta)
    return var - lr * (alpha + sign_decay * jnp.sign(grad) * jnp.sign(m)) * grad, m


def power_sign(var, m, lr, logbase, sign_decay, beta, grad):
    """Steps scaled by a power of whether gradient and momentum agree."""
    m = m * beta + grad * (1 - beta)
    return var - lr * jnp.exp(logbase * sign_decay * jnp.sign(grad) * jnp.sign(m)) * grad, m
