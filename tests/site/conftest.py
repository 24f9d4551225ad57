import shutil

import pytest

from visits import ARGUMENTS, BROWSER
from workforce import batch
from workforce.batch import OUTPUTS
from workforce.site.build import build
from workforce.workbook import export


@pytest.fixture(scope="session")
def outputs(tmp_path_factory):
    """Return a copy of the committed outputs, with the workbook, to make sites of."""
    folder = tmp_path_factory.mktemp("made") / "outputs"
    skipped = shutil.ignore_patterns("site", "failed", ".*", "*.log", "manifest.json", *batch.downloaded())
    shutil.copytree(OUTPUTS, folder, ignore=skipped)
    export(folder / "tables")
    return folder


@pytest.fixture(scope="session")
def site(outputs):
    """Return the folder of the site made of the committed outputs."""
    build(outputs)
    return outputs / "site"


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield browser
        browser.close()
