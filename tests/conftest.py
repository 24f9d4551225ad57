import shutil

import pytest

from workforce import claims, data


@pytest.fixture(scope="session")
def tables():
    return data.load_all()


@pytest.fixture(scope="session")
def register():
    return claims.register()


@pytest.fixture(scope="session")
def by_id(register):
    return {claim.id: claim for claim in register}


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the data folder to change at will."""
    return shutil.copytree(data.DATA, tmp_path / "data")
