import shutil

import pytest

from workforce.batch.places import OUTPUTS
from workforce.site.build import build
from workforce.workbook import export


@pytest.fixture(scope="session")
def outputs(tmp_path_factory):
    """Return a copy of the committed outputs, with the workbook, to make sites of."""
    folder = tmp_path_factory.mktemp("made") / "outputs"
    skipped = shutil.ignore_patterns("site", "failed", ".*", "*.log", "manifest.json")
    shutil.copytree(OUTPUTS, folder, ignore=skipped)
    export(folder / "tables")
    return folder


@pytest.fixture(scope="session")
def site(outputs):
    """Return the folder of the site made of the committed outputs."""
    build(outputs)
    return outputs / "site"
