"""Integers that are not known while the graph is built, but computed with: the sizes of tensors.

A `Size` stands for such an integer among the elements of an object array, and NumPy's functions work on these:
what they move about stays what it is, and what they compute by `+`, `-`, `*`, `//`, `%` and comparisons follows
from the rules here.  Anything else that is asked of a size raises `NotKnown` or TypeError: nothing is guessed.
"""


class NotKnown(Exception):
    """The answer depends on a size that is not known."""


class Size:
    """A polynomial in the sizes of tensors, each of which is 0 or more; or an integer of which nothing is known.

    Attributes:
      terms: {sorted tuple of the sizes that are multiplied: factor}; the empty tuple stands for the constant.
        None when nothing is known.
    """

    __slots__ = ("terms",)

    def __init__(self, terms):
        self.terms = terms

    @classmethod
    def of(cls, symbol):
        """The size that a symbol (anything that can be sorted and compared) stands for."""
        return cls({(symbol,): 1})

    def __repr__(self):
        return "?" if self.terms is None else f"Size({self.terms})"

    __hash__ = None  # pyright: ignore[reportAssignmentType] equal sizes may not be known to be equal

    def __bool__(self):
        raise NotKnown(f"whether {self} is 0")

    # -- sums and products ------------------------------------------------------------------------------------

    def __add__(self, other):
        terms = _terms(other)
        if terms is NotImplemented:
            return terms
        if terms is None or self.terms is None:
            return unknown()
        total = dict(self.terms)
        for key, factor in terms.items():
            total[key] = total.get(key, 0) + factor
        return _made(total)

    def __mul__(self, other):
        terms = _terms(other)
        if terms is NotImplemented:
            return terms
        if terms == {} or self.terms == {}:
            return 0
        if terms is None or self.terms is None:
            return unknown()
        total = {}
        for a, x in self.terms.items():
            for b, y in terms.items():
                key = tuple(sorted(a + b))
                total[key] = total.get(key, 0) + x * y
        return _made(total)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + other * -1

    def __rsub__(self, other):
        return self * -1 + other

    # -- quotients: what divides evenly, and the rest that is smaller than a known divisor --------------------------

    def __divmod__(self, other):
        terms = _terms(other)
        if terms is NotImplemented:
            return terms
        if terms is None or self.terms is None or len(terms) != 1:
            return unknown(), unknown()
        ((divisor, by),) = terms.items()
        even, rest = {}, {}
        for key, factor in self.terms.items():
            left = _without(key, divisor)
            if left is not None and factor % by == 0:
                even[left] = factor // by
            else:
                rest[key] = factor
        if not rest:
            return _made(even), 0
        if not divisor and set(rest) == {()}:
            quotient, remainder = divmod(rest[()], by)
            return _made(even) + quotient, remainder
        return unknown(), unknown()

    def __rdivmod__(self, other):
        return (0, 0) if isinstance(other, int) and other == 0 else (unknown(), unknown())

    def __floordiv__(self, other):
        return _part(self.__divmod__(other), 0)

    def __mod__(self, other):
        return _part(self.__divmod__(other), 1)

    def __rfloordiv__(self, other):
        return self.__rdivmod__(other)[0]

    def __rmod__(self, other):
        return self.__rdivmod__(other)[1]

    # -- comparisons --------------------------------------------------------------------------------------------

    def __eq__(self, other):
        low, high = _bounds(self - other)
        if low == high == 0:
            return True
        if low is not None and low > 0 or high is not None and high < 0:
            return False
        raise NotKnown(f"whether {self} == {other}")

    def __ne__(self, other):
        return not self == other

    def __ge__(self, other):
        low, high = _bounds(self - other)
        if low is not None and low >= 0:
            return True
        if high is not None and high < 0:
            return False
        raise NotKnown(f"whether {self} >= {other}")

    def __gt__(self, other):
        return self >= other + 1

    def __lt__(self, other):
        return not self >= other

    def __le__(self, other):
        return not self > other


def unknown() -> Size:
    """An integer of which nothing is known; a new one each time, since what is the same object compares as equal."""
    return Size(None)


def _terms(value):
    if isinstance(value, Size):
        return value.terms
    try:
        value = value.__index__()
    except (AttributeError, TypeError):
        return NotImplemented
    return {(): value} if value else {}


def _made(terms):
    """The sum of terms: an int where it depends on no size."""
    terms = {key: factor for key, factor in terms.items() if factor}
    if not terms:
        return 0
    return terms[()] if set(terms) == {()} else Size(terms)


def _without(key, divisor):
    """The symbols that are left of a product, or None where `divisor` is no part of it."""
    left = list(key)
    for symbol in divisor:
        if symbol not in left:
            return None
        left.remove(symbol)
    return tuple(left)


def _part(pair, index):
    return pair if pair is NotImplemented else pair[index]


def _bounds(value):
    """(least, greatest) value of what may be a size; None where there is no bound. Sizes are 0 or more."""
    terms = _terms(value)
    if terms is None:
        return None, None
    constant = terms.get((), 0)
    others = [factor for key, factor in terms.items() if key]
    low = constant if all(factor > 0 for factor in others) else None
    return low, constant if all(factor < 0 for factor in others) else None
