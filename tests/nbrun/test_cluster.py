import os
import re
import socket
import subprocess
import sys
import time
import uuid
from concurrent.futures import Future
from contextlib import contextmanager
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from cells import said, wait_for, write_notebook
from nbrun import kernels, runner
from nbrun.execute import Job, execute
from nbrun.manifest import Manifest
from nbrun.plan import Case
from nbrun.project import Project
from nbrun.storage import Folder, Remote

pytest.importorskip("distributed", reason="the extra workforce[cluster] is not installed")

SHOW = "import os, time\ntime.sleep(0.5)\nprint(os.getppid(), count)"


@contextmanager
def process(*arguments, **environment):
    """Run a Python module as a process of its own, ended with the block."""
    began = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield began
    finally:
        began.terminate()
        began.wait(20)


@pytest.fixture
def cluster(tmp_path):
    """Return a scheduler's address and its two workers, each a process started by itself."""
    file = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    worker = ["distributed.cli.dask_worker", *common, "--no-nanny", "--nthreads", "2", "--host", "127.0.0.1"]
    with process("distributed.cli.dask_scheduler", *common, "--host", "127.0.0.1", "--port", "0"):
        wait_for(file.exists)
        with process(*worker, "--name", "one") as one, process(*worker, "--name", "two") as two:
            address = wait_for(lambda: re.search(r"tcp://[\d.:]+", file.read_text(encoding="utf-8")))[0]
            yield address, [one, two]


def cases(count):
    return [Case("03_show", (("authority", "bury"), ("count", number)), "authority") for number in range(count)]


def due(planned, storage, project):
    return runner.due(planned, Manifest(), storage, project)


def test_cases_of_a_killed_worker_are_run_again_and_none_is_lost_or_doubled(cluster, folder, project, outputs):
    address, workers = cluster
    write_notebook(folder, "03_show", SHOW)
    outputs.mkdir()
    storage, planned, manifest, ended = Folder(outputs), cases(12), Manifest(), []
    warm = {}
    with runner.cluster(address) as pool:
        for outcome in runner.run(due(planned, storage, project), manifest, storage, pool, project, remote=True):
            assert not outcome.error, outcome
            ended.append(outcome)
            if not warm and len(parents := {said(outputs / f"{one.name}.ipynb").split()[0] for one in ended}) == 2:
                warm = {psutil.Process(int(parent)) for parent in parents}
                workers[0].kill()
    assert sorted(outcome.name for outcome in ended) == sorted(map(str, planned)) == sorted(manifest.results)
    assert {said(outputs / f"{case}.ipynb").split()[1] for case in planned} == {str(number) for number in range(12)}
    assert len(warm) == 2
    assert not {process.pid for process in warm} & {server.pid for server in kernels._servers.values()}
    for one in workers:
        one.terminate()
    wait_for(lambda: not any(process.is_running() and process.status() != "zombie" for process in warm))


def test_a_cluster_that_lost_its_workers_is_told_at_once_and_given_up(cluster, folder, project, outputs, monkeypatch):
    monkeypatch.setattr(runner, "SECONDS_TO_ASK", 0.2)
    monkeypatch.setattr(runner, "SECONDS_TO_HOPE", 1)
    address, workers = cluster
    write_notebook(folder, "03_show", "import time\nif count: time.sleep(600)")
    outputs.mkdir()
    storage, manifest, told = Folder(outputs), Manifest(), []
    with runner.cluster(address) as pool:
        wait_for(lambda: not pool.trouble())  # the workers are there
        running = runner.run(
            due(cases(4), storage, project), manifest, storage, pool, project, remote=True, warn=told.append
        )
        ended = [next(running)]
        for one in workers:
            one.kill()
        ended += list(running)
    assert [outcome.error for outcome in ended] == [
        "",
        *["nothing could be done on the cluster for 1 seconds: it has no worker"] * 3,
    ]
    assert told == ["Nothing can be done on the cluster: it has no worker. Waiting 1 seconds for it."]
    assert list(manifest.results) == ["03_show/bury-count-0"]


def test_a_cluster_that_comes_back_goes_on():
    told, answers = [], iter(["it has no worker", "it has no worker", "", ""])
    pool = SimpleNamespace(trouble=lambda: next(answers))
    watch, began, found = runner._Watch(pool, told.append), time.monotonic(), []
    for moment in (3, 6, 9, 12):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runner.time, "monotonic", lambda now=began + moment: now)
            found.append(watch.lost())
    assert found == [""] * 4
    assert told == [
        "Nothing can be done on the cluster: it has no worker. Waiting 60 seconds for it.",
        "The cluster is there again.",
    ]


def test_a_case_that_the_cluster_let_go_is_told_in_words():
    future = Future()
    future.cancel()
    assert (
        runner._result(future, "01_good/bury").error == "it was not run to its end: the cluster lost it, or let it go"
    )


def test_a_scheduler_that_does_not_answer_is_told():
    with pytest.raises(ValueError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9: "):
        runner.cluster("tcp://127.0.0.1:9", seconds=1).__enter__()


def test_a_port_that_accepts_and_stays_silent_is_no_scheduler():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ValueError, match=f"no Dask scheduler answers at {address}: "):
            runner.cluster(address, seconds=1).__enter__()


@pytest.mark.parametrize(
    "address", ["localhost", "localhost:8786", "tcp://localhost", "", "tcp://me:mine@localhost:8786"]
)
def test_what_is_no_address_of_a_scheduler_is_refused(address):
    with pytest.raises(ValueError, match="a scheduler's address is such as tcp://host:8786, not"):
        runner.cluster(address).__enter__()


def test_without_the_extra_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match=r"pip install -e '\.\[cluster\]'"):
        runner.cluster("tcp://127.0.0.1:9").__enter__()


@pytest.fixture(scope="module")
def s3():
    """Run an S3 server on loopback, which boto3 then finds by the environment."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", "http://{}:{}".format(*server.get_host_and_port()))
        yield
    server.stop()


@pytest.fixture
def bucket(s3):
    """Return an address in an empty bucket."""
    import boto3

    name = uuid.uuid4().hex
    boto3.client("s3").create_bucket(Bucket=name)
    return f"s3://{name}/autumn"


def test_an_address_gives_back_what_was_written(bucket):
    storage = Remote(bucket)
    assert (storage.read("01/bury.ipynb"), storage.digest("01/bury.ipynb")) == (None, "")
    storage.write("01/bury.ipynb", '{\n "a": "é"\n}\n')
    storage.write("manifest.json", "{}\n")
    assert storage.read("01/bury.ipynb") == '{\n "a": "é"\n}\n'
    assert storage.digest("01/bury.ipynb") != storage.digest("manifest.json") != ""


def test_results_go_to_s3_and_what_is_there_is_not_run_again(bucket, folder, project):
    write_notebook(folder, "03_show", "print(count)")
    storage, planned = Remote(bucket), cases(2)
    failing = Case("02_bad", (("authority", "walsall"),), "authority")
    with runner.locked(storage), runner.local() as pool:
        ended = list(
            runner.run(due([*planned, failing], storage, project), Manifest.read(storage), storage, pool, project)
        )
    assert sorted((outcome.name, outcome.error) for outcome in ended) == [
        ("02_bad/walsall", "ValueError: no such thing"),
        ("03_show/bury-count-0", ""),
        ("03_show/bury-count-1", ""),
    ]
    for count in range(2):
        text = storage.read(f"03_show/bury-count-{count}.ipynb")
        assert nbformat.reads(text, as_version=4).cells[-1].outputs[0].text == f"{count}\n"
    assert "papermill-error-cell" in storage.read("failed/02_bad/walsall.ipynb")
    manifest = Manifest.read(storage)
    assert [one.why for one in runner.due([*planned, failing], manifest, storage, project)] == [
        "",
        "",
        "has not been run",
    ]


def test_an_address_that_does_not_answer_is_told_as_such(s3):
    with pytest.raises(OSError, match=r"s3://no-such-bucket/x: .*NoSuchBucket"):
        Remote("s3://no-such-bucket/x").write("a.csv", "1\n")


def test_a_worker_with_other_data_refuses(folder, outputs, project):
    expects = {"data/documents.csv": "another"}
    job = Job("01_good/x", folder / "01_good.ipynb", {}, Folder(outputs), project, expects=expects)
    assert execute(job).error == "ValueError: this worker differs from where the run was planned in: data/documents.csv"


def test_a_command_runs_a_plan_on_a_cluster_and_writes_to_s3_and_downloads_each_result_once(cluster, planned, bucket):
    address, _ = cluster
    told = (
        f"failed  02_bad/walsall, cell 3  ValueError: no such thing (see {bucket}/failed/02_bad/walsall.ipynb)\n"
        "4 cases: {}, 1 failed, {} up to date.\n"
    )
    call = ("--quiet", "--scheduler", address, "--output", bucket)
    assert planned.run(*call) == (1, told.format("3 of 4 run", 0))
    storage, asked = Remote(bucket), []
    read = Remote.read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Remote, "read", lambda self, name: asked.append(name) or read(self, name))
        manifest = Manifest.read(storage)
        cases = [Case("01_good", (("authority", name),), "authority") for name in ("coventry", "walsall")]
        project = Project(planned.path, subject="authority")
        assert [one.why for one in runner.due(cases, manifest, storage, project)] == ["", ""]
    assert asked == ["manifest.json", "01_good/coventry.ipynb", "01_good/walsall.ipynb"]
    assert planned.run(*call) == (1, told.format("0 of 1 run", 3))
    assert (
        nbformat.reads(storage.read("01_good/coventry.ipynb"), as_version=4).cells[-1].outputs[0].text == "coventry 1\n"
    )
    assert storage.read("tables/made.csv") == "a\n1\n"
    assert storage.read("failed/02_bad/walsall.ipynb")
    assert not planned.outputs.exists()
