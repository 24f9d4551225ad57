import pytest

import made
from workforce.national import release


@pytest.fixture
def read(tmp_path):
    """Return a function that writes rows, or the made release with changes of Ayton in its last year, and reads them."""

    def read(rows=None, name="made.csv", **changes):
        return release.read(made.write(tmp_path / name, made.rows(**changes) if rows is None else rows))

    return read
