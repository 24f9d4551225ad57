"""Time the ways to run N cases, side by side, and write benchmarks/results.md.

    python benchmarks/batch.py                                  # 12, 48 and 192 cases, three rounds: hours
    python benchmarks/batch.py --cases 12 --rounds 1            # minutes
    python benchmarks/batch.py --only workforce --only limit    # some of the ways
    python benchmarks/batch.py --cases 192 --once command       # the slow ones in the first round only

Each round runs every way once, one after another, so that what else the machine does falls on all of them. A way is a
process of its own, from its start to its end, imports included. The cases are the project's four notebooks, three cases
each, repeated under other names in a copy of the project; every way runs the same cells and writes its notebooks. The
results file keeps what it says of other numbers of cases.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import click
import psutil
import yaml

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.md"
AUTHORITIES = ["coventry", "tameside", "walsall"]
GRIDS = {
    "01_published_figures": {"authority": AUTHORITIES},
    "02_pay_benchmark": {"authority": ["bury", "tameside", "wigan"]},
    "03_workforce_trends": {"authority": AUTHORITIES},
    "04_retention_payment": {"authority": "coventry", "people": [0, 100, 200]},
}
WAYS = {
    "command": "the papermill command, one after another",
    "loop": "the papermill API in a loop",
    "two loops": "two processes of it",
    "workforce": "workforce run",
    "limit": "the same cells in two warm processes, no kernels",
}


def prepare(folder, count):
    """Make a copy of the project in ``folder`` whose plan has ``count`` cases, a multiple of 12."""
    for name in ("lib", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__"))
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    plan = {}
    for copy in range(count // 12):
        for name, grid in GRIDS.items():
            shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", notebooks / f"{copy}-{name}.ipynb")
            plan[f"{copy}-{name}"] = [grid]
    (notebooks / "batch.yml").write_text(yaml.safe_dump(plan), encoding="utf-8")


def measure(way, folder):
    """Run one way in a copy of the project; return its seconds and its greatest memory in MiB."""
    shutil.rmtree(folder / "outputs", ignore_errors=True)
    (folder / "outputs").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(folder / "lib")}
    command = [sys.executable, str(Path(__file__)), "one", way, str(folder)]
    if way == "workforce":
        command = [sys.executable, "-m", "workforce", "run", "--authority", "all", "--quiet", "--no-site"]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    memory = Memory(process.pid)
    told, _ = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise click.ClickException(f"{way} failed:\n{told}")
    return seconds, memory.stop()


class Memory(threading.Thread):
    """Watches the memory that a process and all that stem from it take at once, shared pages counted once."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self._process, self._greatest, self._over = psutil.Process(process), 0, threading.Event()
        self.start()

    def run(self):
        """Look every other second: adding up shared pages costs time that would be measured."""
        while not self._over.wait(2):
            total = 0
            try:
                for one in [self._process, *self._process.children(recursive=True)]:
                    total += (
                        one.memory_full_info().pss
                        if hasattr(psutil.Process(), "memory_maps")
                        else one.memory_info().rss
                    )
            except psutil.Error:
                continue
            self._greatest = max(self._greatest, total)

    def stop(self):
        """Return the greatest amount seen, in MiB."""
        self._over.set()
        self.join()
        return self._greatest / 2**20


def cases():
    """Return the cases of the plan of the copy whose library this process has imported."""
    from workforce import batch

    return batch.planned()


def command(folder):
    """Run each case by the papermill command."""
    for case in cases():
        settings = [text for name, value in case.parameters for text in ("-p", name, str(value))]
        source, target = _paths(folder, case)
        call = [
            sys.executable,
            "-m",
            "papermill",
            "--no-progress-bar",
            "--log-level",
            "ERROR",
            source,
            target,
            *settings,
        ]
        subprocess.run(call, check=True)


def loop(folder, part=slice(None)):
    """Run each case by the papermill API, in this process."""
    from papermill import execute_notebook

    for case in cases()[part]:
        execute_notebook(*_paths(folder, case), parameters=dict(case.parameters), progress_bar=False)


def two_loops(folder):
    """Run each case by the papermill API, in two processes that each take every second case."""
    call = [sys.executable, str(Path(__file__)), "one", "half", str(folder)]
    both = [subprocess.Popen([*call, "--start", str(start)]) for start in (0, 1)]
    if any(process.wait() for process in both):
        raise click.ClickException("a process failed")


def limit(folder):
    """Run the cells of each case in two processes that have imported everything, without kernels and messages."""
    from nbrun import forkserver, runner
    from workforce import batch

    planned = cases()
    forkserver.preload(runner.preload(batch.project().every(), batch.LIBRARY))
    children = []
    for start in (0, 1):
        child = os.fork()
        if not child:
            try:
                for case in planned[start::2]:
                    _cells(folder, case)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    os._exit(any(os.waitpid(child, 0)[1] for child in children))


def _cells(folder, case):
    """Execute a case's cells in IPython's shell and write what they show, as far as it is text."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    source, target = _paths(folder, case)
    notebook = json.loads(Path(source).read_text(encoding="utf-8"))
    shell = InteractiveShell.instance()
    shell.reset()
    shell.displayhook.flush()
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        code = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", []):
            code += "".join(f"\n{name} = {value!r}" for name, value in case.parameters)
        with capture_output() as captured:
            shell.run_cell(code).raise_error()
        cell["outputs"] = [{"text": captured.stdout}, *({"data": output.data} for output in captured.outputs)]
    Path(target).write_text(json.dumps(notebook, default=str), encoding="utf-8")


def _paths(folder, case):
    target = folder / "outputs" / f"{case.notebook}-{case.name}.ipynb"
    return str(folder / "notebooks" / f"{case.notebook}.ipynb"), str(target)


HEAD = """\
| cases | way | median s | all rounds, s | s a case | against the command | against the limit | memory, MiB |
|---|---|---|---|---|---|---|---|
"""


def rows(measured):
    """Return the measurements as rows of a table in Markdown: seconds by way and number of cases, with ratios."""
    lines = []
    for (count, way), rounds in measured.items():
        seconds = [one[0] for one in rounds]
        middle = statistics.median(seconds)
        ratios = [_ratio(measured, count, way, other) for other in ("command", "limit")]
        cells = [
            str(count),
            WAYS[way],
            f"{middle:.1f}",
            ", ".join(f"{one:.1f}" for one in seconds),
            f"{middle / count:.2f}",
            *ratios,
            f"{max(one[1] for one in rounds):.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def kept(measured):
    """Return the rows of the results file about other numbers of cases than those measured."""
    counts = {str(count) for count, _ in measured}
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    found = [line for line in text.splitlines() if line.startswith("| ") and line not in HEAD]
    return [line for line in found if line.split("|")[1].strip() not in counts]


def _ratio(measured, count, way, other):
    """Return the median over the rounds of the ratio of two ways in the same round, the command's as a speed."""
    if (count, other) not in measured:
        return "–"
    pairs = zip(measured[count, way], measured[count, other], strict=False)
    ratio = statistics.median(one[0] / against[0] for one, against in pairs)
    return f"{1 / ratio:.1f} times as fast" if other == "command" else f"{ratio:.2f} times as long"


@click.group(invoke_without_command=True)
@click.option("--cases", "counts", multiple=True, type=int, default=[12, 48, 192], show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--only", "ways", multiple=True, type=click.Choice(list(WAYS)), default=list(WAYS))
@click.option("--once", multiple=True, type=click.Choice(list(WAYS)), help="A way to run in the first round only.")
@click.option("--write/--no-write", default=True, help="Write the results file.")
@click.pass_context
def main(context, counts, rounds, ways, once, write):
    """Time the ways to run a batch, side by side."""
    if context.invoked_subcommand:
        return
    measured = {}
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder), count)
            for turn in range(rounds):
                for way in (way for way in ways if not turn or way not in once):
                    measured.setdefault((count, way), []).append(measure(way, Path(folder)))
                    click.echo(f"{count} cases, {way}: {measured[count, way][-1][0]:.1f} s")
    lines = rows(measured)
    click.echo(HEAD + "\n".join(lines))
    if write:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()} on {platform.system()}"
        every = sorted([*kept(measured), *lines], key=lambda line: int(line.split("|")[1]))
        text = f"# The batch, timed\n\nBy `benchmarks/batch.py`, on {machine}.\n\n{HEAD}" + "\n".join(every) + "\n"
        RESULTS.write_text(text, encoding="utf-8", newline="\n")


@main.command()
@click.argument("way")
@click.argument("folder", type=Path)
@click.option("--start", default=0)
def one(way, folder, start):
    """Run one way, in a process of its own."""
    ways = {"command": command, "loop": loop, "two loops": two_loops, "limit": limit}
    if way == "half":
        loop(folder, slice(start, None, 2))
    else:
        ways[way](folder)


if __name__ == "__main__":
    main()
