import copy
import os
import pickle
import types

import pytest

from evergraph.framework import errors

CODES = range(1, 17)


@pytest.mark.parametrize("code", CODES)
def test_codes_and_classes_are_one_to_one(code):
    kind = errors.exception_type_from_error_code(code)
    assert errors.error_code_from_exception_type(kind) == code
    error = kind(None, None, "went wrong")
    assert (error.error_code, error.message, error.op, error.node_def) == (code, "went wrong", None, None)
    assert str(error) == "went wrong" and isinstance(error, errors.OpError)
    twin = pickle.loads(pickle.dumps(copy.copy(error)))
    assert type(twin) is kind and twin.message == "went wrong" and twin.error_code == code


def test_no_class_for_success():
    with pytest.raises(KeyError):
        errors.exception_type_from_error_code(errors.OK)
    assert errors.UnknownError(None, None, "x", 99).error_code == 99


def test_message_names_the_operation_and_the_users_line():
    inside = os.path.join(os.path.dirname(os.path.dirname(errors.__file__)), "ops", "math.py")
    op = types.SimpleNamespace(name="layer/div", type="RealDiv")
    op.traceback = [
        ("main.py", 3, "<module>", "train()"),
        ("train.py", 12, "train", "  y = a / b"),
        (inside, 7, "div", "record()"),
    ]
    error = errors.InvalidArgumentError(None, op, "division by zero")
    text = str(error)
    assert text.startswith("division by zero") and error.op is op and error.message == "division by zero"
    assert "'layer/div'" in text and "RealDiv" in text
    assert 'File "train.py", line 12, in train' in text and "y = a / b" in text
    assert "record" not in text and "main.py" not in text
    assert "layer/div" in str(pickle.loads(pickle.dumps(error)))
    op.traceback = None
    assert "'layer/div'" in str(error)


@pytest.mark.interop
@pytest.mark.parametrize("code", CODES)
def test_agrees_with_tensorflow(code):
    theirs = pytest.importorskip("tensorflow").compat.v1.errors
    ours = errors.exception_type_from_error_code(code)
    assert ours.__name__ == theirs.exception_type_from_error_code(code).__name__
    name = next(name for name in vars(errors) if name.isupper() and getattr(errors, name) == code)
    assert getattr(theirs, name) == code
