"""Runs that are ended at any moment, find the disk full, meet another run, or lose the workers of their cluster.

    python benchmarks/ended.py                                # 200 ends, 20 full disks, 50 pairs, 20 lost workers: hours
    python benchmarks/ended.py --way ends --count 10          # some
    python benchmarks/ended.py --way ends --only 17           # one trial again

Each trial is a run of the command in a copy of the project with a small plan, some of whose results were taken away. After it
every file must be whole, no good result gone, no process left, nothing left in the folders for temporary files, but after KILL,
no raw traceback told, and no end waited for in vain. Then a run that is left alone must bring about the very bytes of one that
was never disturbed, and leave nothing behind. Linux only: processes are found by their environment, disks are tmpfs.

Figures go to benchmarks/robustness.md.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import click
import nbformat
import psutil

sys.path.append(str(Path(__file__).parent))

from hostile import REPORT, ROOT, table, write

PLAN = """
01_published_figures: [{authority: [walsall, devon]}]
03_workforce_trends: [{authority: walsall}]
04_retention_payment: [{authority: coventry, people: [0, 100]}]
"""
SECONDS = 90  # after which a run that was ended, or has no room, counts as hung
BROKEN = ("lost", "torn", "left", "alive", "hung", "raw", "bytes")
RAW = re.compile(r"Traceback \(most recent|Task was destroyed|Exception ignored")
KINDS = ("KILL", "TERM", "INT", "INT twice", "HUP", "fork server killed", "kernel killed", "query killed")
# What a run writes that is of the moment: times and how long it took.
OF_THE_MOMENT = {"manifest.json", "run.log", ".lock", ".lock.json"}


@dataclass
class Copy:
    """A folder of notebooks with a command that runs them, and the bytes of its undisturbed results.

    It is a copy of the project, or a small folder run by the same package, three times as fast.
    """

    folder: Path
    small: bool = False
    reference: dict = field(default_factory=dict)

    @property
    def outputs(self):
        """The folder of results."""
        return self.folder / "outputs"

    def trial(self):
        """Make a folder for one trial. It lies beside the copy, since all that is in a project belongs to its run."""
        return Path(tempfile.mkdtemp(prefix=f"trial-{uuid.uuid4().hex[:6]}-", dir=self.folder.parent))

    def command(self, *options):
        """Return the command of a run."""
        if self.small:
            return [sys.executable, str(self.folder / "lib" / "running.py"), *options]
        return [sys.executable, "-m", "workforce", "run", "--no-site", *options]

    def environment(self, trial):
        """Return the environment of a trial: its own folders for temporary files, and a mark to find its processes by."""
        for name in ("tmp", "runtime"):
            (trial / name).mkdir(parents=True, exist_ok=True)
        return {
            **os.environ,
            "PYTHONPATH": str(self.folder / "lib"),
            "TMPDIR": str(trial / "tmp"),
            "JUPYTER_RUNTIME_DIR": str(trial / "runtime"),
            "HOSTILE": trial.name,
        }


CELLS = [
    "authority: str = 'bury'\ncount: int = 1",
    "import time\ntime.sleep(0.2)\nprint(authority, count, 'x' * 20000)",
]


def small(folder):
    """Make a folder with one notebook and a plan of eight cases, run it once, and keep what that gives."""
    shutil.copytree(ROOT / "lib" / "nbrun", folder / "lib" / "nbrun", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests" / "nbrun" / "running.py", folder / "lib")
    (folder / "notebooks").mkdir()
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(CELLS)]
    cells[0].metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A question?", id="title"), *cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "notebooks" / "01_small.ipynb")
    plan = "01_small:\n  - {authority: [bury, wigan], count: [1, 2, 3, 4]}\n"
    (folder / "notebooks" / "batch.yml").write_text(plan, encoding="utf-8")
    return undisturbed(Copy(folder, small=True))


def made(folder):
    """Make a copy of the project, run it once, and keep what that gives."""
    copy = Copy(folder)
    for name in ("lib", "data", "notebooks", "README.md"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")) if (
            ROOT / name
        ).is_dir() else shutil.copy(ROOT / name, folder / name)
    (folder / "notebooks" / "batch.yml").write_text(PLAN, encoding="utf-8")
    return undisturbed(copy)


def undisturbed(copy):
    """Return the copy with what an undisturbed run gives."""
    folder, trial = copy.folder, copy.trial()
    subprocess.run(
        copy.command("--quiet"), cwd=folder, env=copy.environment(trial), check=True, stdout=subprocess.DEVNULL
    )
    shutil.rmtree(trial)
    copy.reference = content(copy.outputs)
    return copy


def content(outputs):
    """Return the bytes of the results by name."""
    return {
        path.relative_to(outputs).as_posix(): path.read_bytes()
        for path in outputs.rglob("*")
        if path.is_file() and path.name not in OF_THE_MOMENT and "failed" not in path.parts
    }


def take_away(copy, luck):
    """Remove some results, so that a run has something to do."""
    names = sorted(copy.reference)
    some = names if luck.random() < 0.1 else [name for name in names if name.endswith(".ipynb")]  # tables take long
    for name in luck.sample(some, luck.randint(1, 3)):
        (copy.outputs / name).unlink(missing_ok=True)
    return {name for name in names if (copy.outputs / name).exists()}


def torn(outputs):
    """Return the names of results that are not whole; those that are hidden are not there yet."""
    found = []
    for path in outputs.rglob("*"):
        if not path.is_file() or path.name.startswith(".") or "failed" in path.parts:
            continue
        try:
            if path.suffix == ".ipynb":
                cells = nbformat.read(path, as_version=4).cells
                assert all(cell.execution_count for cell in cells if cell.cell_type == "code")
            elif path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
            elif path.suffix in (".csv", ".md"):
                assert path.read_bytes().endswith(b"\n")
        except Exception:
            found.append(path.name)
    return found


def alive(trial):
    """Return the processes of a trial that still live."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("HOSTILE") == trial.name and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def left(trial):
    """Return what stands in the folders for temporary files."""
    return [path.relative_to(trial).as_posix() for name in ("tmp", "runtime") for path in (trial / name).rglob("*")]


def begun(copy, trial, *options, **environment):
    """Start a run, in a session of its own, whose output goes to a file."""
    with (trial / "said").open("ab") as said:
        return subprocess.Popen(
            copy.command(*options),
            cwd=copy.folder,
            env={**copy.environment(trial), **environment},
            stdout=said,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def ended(process):
    """Wait for a run to end; return whether it did."""
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def judge(copy, trial, before, may_leave=False):
    """Return what is broken after a run that was disturbed, and after the one that follows."""
    broken, outputs = Counter(), copy.outputs
    until = time.monotonic() + 10
    while (living := alive(trial)) and time.monotonic() < until:
        time.sleep(0.05)
    broken["alive"] = len(living)
    for process in living:
        process.kill()
    broken["torn"] = len(torn(outputs))
    now = content(outputs)
    broken["lost"] = sum(now.get(name) != copy.reference[name] for name in before)
    broken["left"] = 0 if may_leave else len(left(trial)) + len(list(outputs.rglob("*.partial*")))
    after = begun(copy, trial, "--quiet")
    broken["hung"] = not ended(after)
    broken["bytes"] = content(outputs) != copy.reference or after.returncode != 0
    broken["left"] += len(left(trial)) + len(list(outputs.rglob(".*partial*")))
    said = (trial / "said").read_text(encoding="utf-8", errors="replace")
    raw = [line for line in said.splitlines() if RAW.search(line)]
    if raw:
        click.echo(said[said.index(raw[0]) :][:3000])
    broken["raw"] = len(raw)
    return +broken


def caught(copy, trial, luck, longest, *options):
    """Begin a run, and return it at a random moment, with what was there before; one that ended first is begun again."""
    while True:
        before, run = take_away(copy, luck), begun(copy, trial, *options)
        time.sleep(luck.uniform(0.4, longest))
        if run.poll() is None:
            return before, run


def end_of(copy, trial, luck):
    """End a run in one of the ways, at a random moment."""
    kind = luck.choice(KINDS)
    before, run = caught(copy, trial, luck, 4 if copy.small else 8)
    _end(run, kind, luck)
    stuck = not ended(run)
    broken = judge(copy, trial, before, may_leave=kind == "KILL")
    return kind, broken + Counter(hung=int(stuck))


def _end(run, kind, luck):
    if kind in ("KILL", "TERM", "HUP"):
        return run.send_signal(getattr(signal, f"SIG{kind}"))
    if kind.startswith("INT"):
        run.send_signal(signal.SIGINT)
        if kind == "INT twice":
            time.sleep(0.1)
            run.send_signal(signal.SIGINT)
        return None
    parent = psutil.Process(run.pid)
    with suppress(psutil.Error, IndexError):
        children = parent.children()
        server = [one for one in children if "nbrun.forkserver" in one.cmdline()]
        query = [one for one in children if "nbrun.forkserver" not in one.cmdline()]
        chosen = {"fork server killed": server, "query killed": query}.get(kind) or server[0].children()
        luck.choice(chosen).kill()
    return None


def full_disk(copy, trial, luck):
    """Run where the disk is full but for some kilobytes."""
    before = take_away(copy, luck)
    with (copy.outputs.parent / "outputs" / ".fill").open("wb") as fill:
        room = shutil.disk_usage(copy.outputs).free
        fill.write(b"\0" * max(0, room - luck.choice([0, 4, 50, 200, 1000, 3000]) * 1024))
    run = begun(copy, trial)
    stuck = not ended(run)
    (copy.outputs / ".fill").unlink()
    return "full", judge(copy, trial, before) + Counter(hung=int(stuck))


def pair(copy, trial, luck):
    """Have two runs at once write to one folder."""
    before = take_away(copy, luck)
    runs = [begun(copy, trial), None]
    time.sleep(luck.uniform(0, 1.5))
    runs[1] = begun(copy, trial)
    stuck = sum(not ended(run) for run in runs)
    said = (trial / "said").read_text(encoding="utf-8", errors="replace")
    statuses = sorted(run.returncode for run in runs)
    good = statuses == [0, 0] or (statuses == [0, 1] and "another run is writing" in said)
    return "pair", judge(copy, trial, before) + Counter(hung=stuck, bytes=int(not good))


@contextmanager
def cluster(copy, trial):
    """Give a scheduler's address and its two workers."""
    file, processes = trial / "scheduler.json", []
    common = ["--scheduler-file", str(file), "--no-dashboard"]

    def start(module, *options):
        command = [sys.executable, "-m", f"distributed.cli.{module}", *common, *options]
        processes.append(
            subprocess.Popen(
                command, cwd=trial, env=copy.environment(trial), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        return processes[-1]

    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        while not (file.exists() and (address := re.search(r"tcp://[\d.:]+", file.read_text(encoding="utf-8")))):
            time.sleep(0.05)
        yield (
            address[0],
            [start("dask_worker", "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1") for _ in range(2)],
        )
    finally:
        for process in processes:
            process.kill()
            process.wait()


def lost_workers(copy, trial, luck):
    """Kill one worker of a cluster in the midst of a run; each fourth time both."""
    both = luck.random() < 0.25
    with cluster(copy, trial) as (address, workers):
        before, run = caught(copy, trial, luck, 5 if copy.small else 30, "--force", "--scheduler", address)
        for worker in workers if both else workers[:1]:
            worker.kill()
        stuck = not ended(run)
    said = (trial / "said").read_text(encoding="utf-8", errors="replace")
    told = run.returncode == 0 or (both and run.returncode == 1 and "it has no worker" in said)
    for process in alive(trial):  # the kernels of a worker that was killed end by themselves, see judge
        with suppress(psutil.Error):
            process.wait(5)
    shutil.rmtree(trial / "tmp", ignore_errors=True)  # what a killed worker leaves there is not the run's
    copy.environment(trial)
    return ("both" if both else "one"), judge(copy, trial, before) + Counter(hung=int(stuck), bytes=int(not told))


WAYS = {"ends": (end_of, 200), "disks": (full_disk, 20), "pairs": (pair, 50), "workers": (lost_workers, 20)}


def once(copy, way, number, number_of_seed):
    """Make one trial, and return its kind and what broke."""
    trial = copy.trial()
    kind, broken = WAYS[way][0](copy, trial, random.Random(f"{number_of_seed} {way} {number}"))
    if broken:
        click.echo(f"{way} {number} ({kind}): {dict(broken)}; see {trial}")
        restore(copy)  # so that the next trial begins well
    else:
        shutil.rmtree(trial, ignore_errors=True)
    return kind, broken


def on_a_small_disk(copy, disks):
    """Return a copy whose results are on a disk of their own of 40 MB, until ``disks`` are closed."""
    shutil.rmtree(copy.outputs)
    copy.outputs.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(copy.outputs)], check=True)
    disks.callback(subprocess.run, ["umount", str(copy.outputs)], check=True)
    restore(copy)
    return copy


def restore(copy):
    """Put the results of the undisturbed run back."""
    for name, whole in copy.reference.items():
        (copy.outputs / name).parent.mkdir(parents=True, exist_ok=True)
        (copy.outputs / name).write_bytes(whole)


def trials(way, numbers, jobs, number_of_seed):
    """Make trials of a way, several at a time, each in one of some copies; return rows of the table."""
    with tempfile.TemporaryDirectory(prefix="ended-") as folder, ExitStack() as disks:
        copies = {"small": SimpleQueue(), "project": SimpleQueue()}
        for kind, make in {"small": small, "project": made}.items():
            for number in range(jobs):
                place = Path(folder) / f"{kind}-{number}"
                place.mkdir()
                copies[kind].put(on_a_small_disk(make(place), disks) if way == "disks" else make(place))
        began = time.monotonic()

        def one(number):
            mine = copies["project" if number % 4 == 0 else "small"]
            copy = mine.get()
            try:
                return once(copy, way, number, number_of_seed)
            finally:
                mine.put(copy)

        with ThreadPoolExecutor(jobs) as pool:
            outcomes = list(pool.map(one, numbers))
        seconds = time.monotonic() - began
    kinds = dict.fromkeys(kind for kind, _ in outcomes)
    return [_row(kind, [broken for one, broken in outcomes if one == kind]) for kind in sorted(kinds)], seconds


def _row(kind, found):
    """Return how many trials of a kind there were, and in how many of them which thing broke."""
    return {"what": kind, "trials": len(found), **{one: sum(bool(each[one]) for each in found) for one in BROKEN}}


@click.command()
@click.option("--way", "ways", multiple=True, type=click.Choice(list(WAYS)), help="Only some.")
@click.option("--count", type=int, help="Trials of each, in place of its own number.")
@click.option("--only", type=int, help="One trial, by its number.")
@click.option("--seed", "number_of_seed", type=int, default=0, show_default=True)
@click.option("--jobs", type=int, default=2, show_default=True)
@click.option("--report", type=click.Path(path_type=Path), default=REPORT)
def main(ways, count, only, number_of_seed, jobs, report):
    """Try runs that are disturbed."""
    for number in (
        signal.SIGINT,
        signal.SIGHUP,
        signal.SIGTERM,
    ):  # in the background some are ignored, and so they would be there
        signal.signal(number, signal.default_int_handler)
    broken = False
    for way in ways or WAYS:
        numbers = range(count or WAYS[way][1]) if only is None else [only]
        rows, seconds = trials(way, numbers, jobs, number_of_seed)
        broken |= any(row[one] for row in rows for one in BROKEN)
        click.echo(table(rows))
        if only is None:
            write(
                report, way, f"{table(rows)}\n{len(numbers)} trials in {seconds / 60:.0f} minutes, {jobs} at a time.\n"
            )
    sys.exit(broken)


if __name__ == "__main__":
    main()
