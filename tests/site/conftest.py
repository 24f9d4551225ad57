import shutil

import pytest
from filelock import FileLock

from visits import ARGUMENTS, BROWSER
from workforce import batch
from workforce.batch import OUTPUTS
from workforce.site.build import STATE, build
from workforce.workbook import export


@pytest.fixture(scope="session")
def outputs(tmp_path_factory, worker_id):
    """Return a copy of the committed outputs, with the workbook and the site: made once, whichever worker asks first.

    It is there to be read and copied; who changes something does so in a copy.
    """
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent  # of all workers of this run
    folder = shared / "committed" / "outputs"
    with FileLock(shared / "committed.lock"):
        if not (folder / "site" / STATE).exists():  # written last
            skipped = shutil.ignore_patterns("site", "failed", ".*", "*.log", "manifest.json")
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that was killed
            shutil.copytree(OUTPUTS, folder, ignore=skipped)
            for path in batch.unplanned():  # what a user asked for besides
                (folder / path.relative_to(OUTPUTS)).unlink()
            export(folder / "tables")
            build(folder)
    return folder


@pytest.fixture(scope="session")
def site(outputs):
    """Return the folder of the site made of the committed outputs."""
    return outputs / "site"


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield browser
        browser.close()
