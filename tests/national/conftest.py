import pytest

import made
from workforce.national import release


@pytest.fixture(scope="session")
def releases():
    """Return the releases that were read already, by content and name: many tests ask for the same."""
    return {}


@pytest.fixture
def read(tmp_path, releases):
    """Return a function that reads rows, or the made release with changes of Ayton in its last year, as a file would be."""

    def read(rows=None, name="made.csv", **changes):
        text = made.text(made.rows(**changes) if rows is None else rows)
        if (text, name) not in releases:
            path = tmp_path / name
            path.write_text(text, encoding="utf-8", newline="")
            releases[text, name] = release.read(path)
        return releases[text, name]

    return read
