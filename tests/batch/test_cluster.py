import os
import re
import socket
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager

import nbformat
import psutil
import pytest

from cells import said, write_notebook
from workforce.batch import kernels, runner
from workforce.batch.manifest import Manifest
from workforce.batch.places import Folder, Remote
from workforce.batch.plan import Case

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


def wait_for(happened, seconds=60):
    until = time.monotonic() + seconds
    while not (result := happened()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return result


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
    return [Case("03_show", (("authority", "bury"), ("count", number))) for number in range(count)]


def due(planned, place, folder):
    return runner.due(planned, Manifest(), place, folder)


def test_cases_of_a_killed_worker_are_run_again_and_none_is_lost_or_doubled(cluster, folder, outputs):
    address, workers = cluster
    write_notebook(folder, "03_show", SHOW)
    outputs.mkdir()
    place, planned, manifest, ended = Folder(outputs), cases(12), Manifest(), []
    warm = {}
    with runner.cluster(address) as pool:
        for outcome in runner.run(due(planned, place, folder), manifest, place, pool, folder, remote=True):
            assert not outcome.error, outcome
            ended.append(outcome)
            if not warm and len(parents := {said(outputs / f"{one.name}.ipynb").split()[0] for one in ended}) == 2:
                warm = {psutil.Process(int(parent)) for parent in parents}
                workers[0].kill()
    assert sorted(outcome.name for outcome in ended) == sorted(map(str, planned)) == sorted(manifest.results)
    assert {said(outputs / f"{case}.ipynb").split()[1] for case in planned} == {str(number) for number in range(12)}
    assert len(warm) == 2
    assert not {process.pid for process in warm} & {nursery.pid for nursery in kernels._nurseries.values()}
    for one in workers:
        one.terminate()
    wait_for(lambda: not any(process.is_running() and process.status() != "zombie" for process in warm))


def test_a_scheduler_that_does_not_answer_is_told():
    with pytest.raises(ValueError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9: "):
        runner.cluster("tcp://127.0.0.1:9", seconds=1).__enter__()


def test_a_port_that_accepts_and_stays_silent_is_no_scheduler():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ValueError, match=f"no Dask scheduler answers at {address}: "):
            runner.cluster(address, seconds=1).__enter__()


@pytest.mark.parametrize("address", ["localhost", "localhost:8786", "tcp://localhost", ""])
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
    place = Remote(bucket)
    assert (place.read("01/bury.ipynb"), place.digest("01/bury.ipynb")) == (None, "")
    place.write("01/bury.ipynb", '{\n "a": "é"\n}\n')
    place.write("manifest.json", "{}\n")
    assert place.read("01/bury.ipynb") == '{\n "a": "é"\n}\n'
    assert place.digest("01/bury.ipynb") != place.digest("manifest.json") != ""


def test_results_go_to_s3_and_what_is_there_is_not_run_again(bucket, folder):
    write_notebook(folder, "03_show", "print(count)")
    place, planned = Remote(bucket), cases(2)
    failing = Case("02_bad", (("authority", "walsall"),))
    with runner.locked(place), runner.local() as pool:
        ended = list(runner.run(due([*planned, failing], place, folder), Manifest.read(place), place, pool, folder))
    assert sorted((outcome.name, outcome.error) for outcome in ended) == [
        ("02_bad/walsall", "ValueError: no such thing"),
        ("03_show/bury-count-0", ""),
        ("03_show/bury-count-1", ""),
    ]
    for count in range(2):
        text = place.read(f"03_show/bury-count-{count}.ipynb")
        assert nbformat.reads(text, as_version=4).cells[-1].outputs[0].text == f"{count}\n"
    assert "papermill-error-cell" in place.read("failed/02_bad/walsall.ipynb")
    manifest = Manifest.read(place)
    assert [one.why for one in runner.due([*planned, failing], manifest, place, folder)] == ["", "", "has not been run"]


def test_an_address_that_does_not_answer_is_told_as_such(s3):
    with pytest.raises(OSError, match=r"s3://no-such-bucket/x: .*NoSuchBucket"):
        Remote("s3://no-such-bucket/x").write("a.csv", "1\n")


def test_a_worker_with_other_data_refuses(folder, outputs):
    from workforce.batch.execute import Job, execute

    expects = {"data/documents.csv": "another"}
    job = Job("01_good/x", folder / "01_good.ipynb", {}, Folder(outputs), expects=expects)
    assert execute(job).error == "ValueError: this worker differs from where the run was planned in: data/documents.csv"


def test_the_command_runs_the_plan_on_a_cluster_and_writes_to_s3(project, bucket, tmp_path):
    lib = {"PYTHONPATH": str(project.path / "lib")}
    file = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    worker = ["distributed.cli.dask_worker", *common, "--no-nanny", "--nthreads", "2", "--host", "127.0.0.1"]
    with process("distributed.cli.dask_scheduler", *common, "--host", "127.0.0.1", "--port", "0", **lib):
        wait_for(file.exists)
        with process(*worker, **lib):
            address = wait_for(lambda: re.search(r"tcp://[\d.:]+", file.read_text(encoding="utf-8")))[0]
            status, told = project.run("--quiet", "--scheduler", address, "--output", bucket)
            again = project.run("--quiet", "--scheduler", address, "--output", bucket)
    assert (status, told) == (
        1,
        "failed  02_bad/walsall, cell 3  ValueError: no such thing\n4 cases: 3 of 4 run, 1 failed, 0 up to date.\n",
    )
    assert again == (
        1,
        "failed  02_bad/walsall, cell 3  ValueError: no such thing\n4 cases: 0 of 1 run, 1 failed, 3 up to date.\n",
    )
    place = Remote(bucket)
    assert (
        nbformat.reads(place.read("01_claims/coventry.ipynb"), as_version=4).cells[-1].outputs[0].text.strip().isdigit()
    )
    assert place.read("tables/claims.csv").startswith("id,document,")
    assert place.read("failed/02_bad/walsall.ipynb")
    assert not project.outputs.exists()
