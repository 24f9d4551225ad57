"""YAML that somebody else may have written: read safely, and refused in words."""

import math

import yaml

LARGEST = 200_000  # values and keys, with what aliases stand for written out: a few lines can stand for billions


class YamlError(ValueError):
    """A text that is no YAML, or none that is read here."""


def read(text, loader=yaml.SafeLoader):
    """Return what a text in YAML says.

    Parameters
    ----------
    text : str
    loader : type, optional
        Of PyYAML; without, plain values are read.

    Raises
    ------
    YamlError
        In one line, with the place where there is one.

    Examples
    --------
    >>> read("[a, 1]")
    ['a', 1]
    """
    try:
        loading = loader(text)
        try:
            node = loading.get_single_node()
            if node is None:
                return None
            if _size(node, {}) > LARGEST:
                raise YamlError(f"with its aliases written out it has more than {LARGEST:,} values, or one without end")
            return loading.construct_document(node)
        finally:
            loading.dispose()
    except yaml.YAMLError as error:
        raise YamlError(" ".join(str(error).split())) from None
    except RecursionError:
        raise YamlError("it is nested too deep") from None
    except YamlError:
        raise
    except ValueError as error:  # a date that no calendar has, a number of thousands of digits
        raise YamlError(f"a value cannot be read: {error}") from None


def _size(node, sizes):
    """Return how many values and keys a node has, with what aliases stand for written out."""
    if id(node) not in sizes:
        sizes[id(node)] = math.inf  # of one that holds itself
        parts = [] if isinstance(node, yaml.ScalarNode) else node.value
        inner = [one for part in parts for one in (part if isinstance(part, tuple) else (part,))]
        sizes[id(node)] = 1 + sum(_size(one, sizes) for one in inner)
    return sizes[id(node)]
