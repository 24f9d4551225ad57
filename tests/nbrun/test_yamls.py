from datetime import date

import pytest

from nbrun import yamls
from nbrun.command import Options
from nbrun.errors import PlanError


@pytest.mark.parametrize(
    ("text", "value"),
    [("", None), ("[a, 1]", ["a", 1]), ("a: &x 1\nb: *x\n", {"a": 1, "b": 1}), ("2024-01-01", date(2024, 1, 1))],
)
def test_plain_values_are_read(text, value):
    assert yamls.read(text) == value


BAD = {
    "deep": ("[" * 1000, "nested too deep"),
    "a date of no calendar": ("2019-13-44", "a value cannot be read: month must be in 1..12"),
    "a number of thousands of digits": ("9" * 5000, "a value cannot be read"),
    "no YAML": ("[a", "while parsing a flow sequence"),
    "an object of Python's": ("!!python/object:os.system {}", "could not determine a constructor"),
    "more than memory holds": (
        "\n".join(["a0: &a0 x", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8))]),
        "more than 200,000",
    ),
    "itself": ("&a [*a]", "more than 200,000 values, or one without end"),
    "a null byte": ("a: \0", "unacceptable character"),
}


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_told_in_a_line(text, told):
    with pytest.raises(yamls.YamlError, match=told) as caught:
        yamls.read(text)
    assert "\n" not in str(caught.value)
    with pytest.raises(PlanError, match=r"^options: a value of --parameters is not readable: "):
        Options(settings=(f"fte={text}",)).parameters()
