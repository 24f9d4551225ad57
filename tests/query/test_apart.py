import os
import signal
import subprocess
import sys

import pandas as pd
import psutil
import pytest

from cells import wait_for
from workforce.query import StoppedError, Tables, apart

FRAMES = {"numbers": pd.DataFrame({"value": [1.5, 2.0]})}
LONG = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"


@pytest.fixture(params=["forked", "started"])
def begun(request, monkeypatch):
    """Have the process forked, or started as it is where there is no fork."""
    if request.param == "forked" and not apart.can_fork():
        pytest.skip("the process is not forked here")
    monkeypatch.setattr(apart, "can_fork", lambda: request.param == "forked")
    monkeypatch.setattr(apart, "_current", None)
    yield
    apart.close()


def test_it_answers_and_is_ended_with_what_cannot_be_interrupted(begun):
    tables = Tables(FRAMES, seconds=0.3)
    process = psutil.Process(apart.process()._begun.pid)
    assert tables.value("SELECT sum(value) FROM numbers") == 3.5
    with pytest.raises(StoppedError, match="takes too long, and was ended"):
        tables.value(LONG)
    assert not process.is_running()
    assert tables.value("SELECT sum(value) FROM numbers") == 3.5


def test_a_process_that_is_killed_is_told_and_begun_anew(begun):
    tables = Tables(FRAMES)
    psutil.Process(apart.process()._begun.pid).kill()
    with pytest.raises(StoppedError, match="came to an end"):
        tables.value("SELECT 1")
    assert tables.value("SELECT sum(value) FROM numbers") == 3.5


ASKS = """
import sys
import pandas as pd
from workforce.query import Tables, apart
apart.can_fork = lambda: {forked}
tables = Tables(dict(numbers=pd.DataFrame(dict(value=[1.5]))), seconds=60)
print(apart.process()._begun.pid, flush=True)
tables.value("{sql}")
"""


@pytest.mark.parametrize("forked", [True, False])
def test_it_ends_with_whoever_began_it_in_the_midst_of_a_query_too(forked):
    if forked and not apart.can_fork():
        pytest.skip("the process is not forked here")
    code = ASKS.format(forked=forked, sql=LONG)
    asking = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    process = psutil.Process(int(asking.stdout.readline()))
    before = sum(process.cpu_times()[:2])
    wait_for(lambda: sum(process.cpu_times()[:2]) > before + 0.2)  # it is at work on the query
    asking.kill()
    asking.wait()
    asking.stdout.close()
    wait_for(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.skipif(not apart.can_fork(), reason="the process is not forked here")
def test_a_forked_one_holds_nothing_that_the_parent_has_open(begun, tmp_path):
    with (tmp_path / "locked").open("w") as file:
        Tables(FRAMES)
        held = {path.path for path in psutil.Process(apart.process()._begun.pid).open_files()}
    assert file.name not in held


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no alarm here")
def test_what_breaks_in_on_a_query_ends_it(begun):
    class BrokenInError(Exception):
        pass

    def ring(*_):
        raise BrokenInError

    tables = Tables(FRAMES, seconds=60)
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(BrokenInError):
            tables.value(LONG)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert tables.value("SELECT sum(value) FROM numbers") == 3.5


@pytest.mark.skipif(not apart.can_fork(), reason="no fork here")
def test_a_forked_copy_of_who_asks_begins_its_own(begun):
    tables, number = Tables(FRAMES), apart.process()._begun.pid
    reading, writing = os.pipe()
    if os.fork() == 0:
        own = tables.value("SELECT sum(value) FROM numbers") == 3.5 and apart.process()._begun.pid != number
        os.write(writing, b"own" if own else b"shared")
        os._exit(0)
    assert os.read(reading, 10) == b"own"
    assert tables.value("SELECT sum(value) FROM numbers") == 3.5
