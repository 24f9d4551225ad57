import os
import signal
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from cells import PRELOAD, code_cells, needs_fork, said, write_notebook
from nbrun import forkserver, kernels

# Each cell shows something that a warm start could get wrong.
CELLS = [
    "import os, random, sys, warnings\nimport numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "pd.DataFrame([range(30)]).assign(text='x' * 90)",
    "print({name: pd.get_option(name) for name in ('display.max_columns', 'display.width', 'display.max_rows')})",
    "print(plt.get_backend(), plt.isinteractive(), plt.rcParams['figure.figsize'], plt.rcParams['savefig.bbox'])",
    "plt.plot([1, 3, 2], label='a')\nplt.legend()\nplt.title('A picture')",
    "figure = plt.figure()\nfigure.add_subplot().bar(['a', 'b'], [1, 2])",
    "warnings.warn('mind the step')",
    "print(np.random.default_rng(7).normal(size=3), np.random.RandomState(7).rand(2))",
    "from IPython.display import Markdown, display\ndisplay(Markdown('**bold**'), {'a': 1})",
    "print(sys.argv[0].rpartition('/')[2], sys.path[0] == '', __name__, sorted(k for k in dir() if k[0] != '_'))",
    "print(sorted(name for name in os.environ if 'PYDEV' in name), os.environ['MPLBACKEND'])",
    "%matplotlib inline\nprint(get_ipython().__class__.__name__, type(sys.stdout).__name__)",
]


def outputs_of(path):
    """Return the outputs of a notebook without what is random in any kernel: object ids and paths of temporary cells."""
    cells = [[dict(output) for output in cell.outputs] for cell in code_cells(path)]
    for output in (output for cell in cells for output in cell if output.get("name") == "stderr"):
        output["text"] = output["text"].partition(": ")[2]
    return cells


@needs_fork
def test_outputs_are_those_of_plain_papermill_to_the_byte(executed, tmp_path):
    from papermill import execute_notebook

    outcome, path = executed(*CELLS)
    assert outcome.error == ""
    plain = tmp_path / "plain.ipynb"
    execute_notebook(
        str(tmp_path / "notebooks" / "00_case.ipynb"),
        str(plain),
        parameters={"authority": "bury"},
        progress_bar=False,
    )
    ours, theirs = outputs_of(path), outputs_of(plain)
    assert len(ours) == len(theirs) == len(CELLS) + 2
    for warm, stock, source in zip(ours, theirs, ["", "", *CELLS], strict=True):
        assert warm == stock, source
    assert sum("image/png" in output.get("data", {}) for cell in ours for output in cell) == 2


def test_a_kernel_is_forked_from_the_warm_process_where_that_can_be(executed):
    outcome, path = executed("import os, sys\nprint(os.getppid(), 'pandas' in sys.modules)")
    assert outcome.error == ""
    warm = kernels.fork_server(PRELOAD).pid if kernels.can_fork() else os.getpid()
    assert said(path) == f"{warm} {kernels.can_fork()}\n"


def test_a_stock_kernel_is_a_child_of_this_process(executed):
    _, path = executed("import os, sys\nprint(os.getppid(), 'pandas' in sys.modules)", preload=())
    assert said(path) == f"{os.getpid()} False\n"


@pytest.mark.parametrize(
    ("argv", "warm"),
    [
        (["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], True),
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], True),
        (["/another/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], False),
        (["python", "-m", "another_kernel", "-f", "{connection_file}"], False),
        (["R", "--slave", "-e", "IRkernel::main()"], False),
    ],
)
@needs_fork
def test_a_kernel_of_another_interpreter_is_started_the_stock_way(monkeypatch, argv, warm):
    manager = kernels.Manager(kernel_name="python3", preload=["pandas"])
    spec = super(kernels.Manager, manager).kernel_spec
    monkeypatch.setattr(spec, "argv", argv)
    monkeypatch.setattr(spec, "metadata", {})
    assert (manager.kernel_spec.metadata.get("kernel_provisioner") is not None) is warm


STATES = {
    "a global": ("leak = 1", "print('leak' in globals())", "False\n"),
    "rcParams": ("plt.rcParams['font.size'] = 33", "print(plt.rcParams['font.size'])", "10.0\n"),
    "a pandas option": ("pd.set_option('display.precision', 1)", "print(pd.get_option('display.precision'))", "6\n"),
    "the environment": ("os.environ['LEAK'] = '1'", "print(os.environ.get('LEAK'))", "None\n"),
    "the working directory": ("here = os.getcwd()\nos.chdir('/')", "print(os.getcwd() == '/')", "False\n"),
    "a module": ("pd.leak = 1", "print(hasattr(pd, 'leak'))", "False\n"),
    "numpy's state": (
        "np.random.seed(1)",
        "print(np.random.get_state()[1][0] == np.random.RandomState(1).get_state()[1][0])",
        "False\n",
    ),
}
IMPORTS = "import os\nimport numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt"


@needs_fork
def test_nothing_of_one_run_is_found_by_the_next(executed):
    spoil, look = zip(*((spoil, look) for spoil, look, _ in STATES.values()), strict=True)
    first, _ = executed(IMPORTS, *spoil)
    second, path = executed(IMPORTS, *look, name="00_case/two")
    assert (first.error, second.error) == ("", "")
    assert [cell.outputs[0].text for cell in code_cells(path)[3:]] == [text for *_, text in STATES.values()]


@needs_fork
def test_random_numbers_differ_from_run_to_run(executed):
    code = (
        "import random\nimport numpy as np\nprint(random.random(), np.random.rand(), np.random.default_rng().random())"
    )
    numbers = [said(executed(code, name=f"00_case/{name}")[1]).split() for name in ("one", "two")]
    assert not set(numbers[0]) & set(numbers[1])


@needs_fork
def test_a_cell_can_be_interrupted(folder):
    import asyncio

    async def interrupted():
        manager = kernels.Manager(kernel_name="python3", preload=list(PRELOAD))
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=30)
        waiting = asyncio.ensure_future(client.execute_interactive("import time\ntime.sleep(60)", output_hook=str))
        await asyncio.sleep(0.5)
        await manager.interrupt_kernel()
        first = await asyncio.wait_for(waiting, 20)
        second = await asyncio.wait_for(client.execute_interactive("1 + 1", output_hook=str), 20)
        client.stop_channels()
        await manager.shutdown_kernel()
        return first["content"], second["content"]

    first, second = asyncio.run(interrupted())
    assert (first["status"], first["ename"], second["status"]) == ("error", "KeyboardInterrupt", "ok")


@needs_fork
def test_several_kernels_run_at_once(executed):
    code = "import time\nstart = time.monotonic()\ntime.sleep(3)\nprint(start, time.monotonic())"
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda name: executed(code, name=f"0{name}_case/x"), range(3)))
    spans = [[float(number) for number in said(path).split()] for _, path in results]
    assert max(start for start, _ in spans) < min(end for _, end in spans)


@needs_fork
def test_a_live_kernel_takes_well_under_half_the_memory_of_a_separate_one(executed):
    code = (
        "import pandas, seaborn, statsmodels.api, psutil\n"
        "memory = psutil.Process().memory_full_info()\nprint(memory.uss / 2**20)"
    )
    modules = (*PRELOAD, "seaborn", "statsmodels.api")
    warm, stock = [float(said(executed(code, preload=preload)[1])) for preload in (modules, ())]
    assert warm < 0.5 * stock


@needs_fork
def test_a_lost_warm_process_takes_its_kernels_along_and_is_replaced(executed):
    before = kernels.fork_server(PRELOAD).pid
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(executed, "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(60)")
        outcome, _ = running.result(timeout=30)
    assert outcome.error == "DeadKernelError: the kernel died"
    outcome, path = executed("print('on')", name="00_case/two")
    assert (outcome.error, said(path)) == ("", "on\n")
    assert kernels.fork_server(PRELOAD).pid != before


PARENT = """
import sys
from pathlib import Path
from nbrun.execute import Job, execute
from nbrun.project import Project
from nbrun.storage import Folder
preload = ("pandas",) if sys.argv[3] == "warm" else ()
notebook = Path(sys.argv[1])
project = Project(notebook.parent)
print(execute(Job("00_case/one", notebook, {}, Folder(Path(sys.argv[2])), project, preload)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process is not killed there as elsewhere")
@pytest.mark.parametrize("way", [*(["warm"] if kernels.can_fork() else []), "stock"])
def test_no_process_outlives_a_killed_parent(folder, outputs, tmp_path, way):
    began = tmp_path / "began"
    notebook = write_notebook(
        folder,
        "00_case",
        f"import pathlib, subprocess, time\nchild = subprocess.Popen(['sleep', '60'])\n"
        f"pathlib.Path({str(began)!r}).touch()\ntime.sleep(60)",
    )
    mark = {"NBRUN_TEST": uuid.uuid4().hex}
    command = [sys.executable, "-c", PARENT, str(notebook), str(outputs), way]
    parent = subprocess.Popen(command, env={**os.environ, **mark})
    until = time.monotonic() + 40
    while not began.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert began.exists()
    assert len(marked(mark)) >= 3
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while (
        left := [one for one in marked(mark) if one.name() != "sleep" or way == "warm"]
    ) and time.monotonic() < until:
        time.sleep(0.05)
    assert not left
    for process in marked(mark):  # of a stock kernel, which does not see to what its cells began
        process.kill()


def marked(mark):
    """Return the processes that have the environment variable, living ones only."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and mark.items() <= process.environ().items():
                found.append(process)
        except psutil.Error:
            continue
    return found


@needs_fork
def test_modules_that_cannot_be_imported_are_left_to_the_notebook(executed):
    outcome, _ = executed("import no_such_module", preload=("no_such_module", "pandas"))
    assert outcome.error == "ModuleNotFoundError: No module named 'no_such_module'"


def test_preloading_leaves_no_trace_of_the_kernel_that_it_feigns():
    code = (
        "from nbrun import forkserver\nforkserver.preload(['pandas'])\n"
        "import pandas\nprint(pandas.get_option('display.max_columns'), 'get_ipython' in dir(__builtins__))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "20 False\n"


def test_what_a_kernel_imports_itself_is_there_to_be_imported():
    import importlib.util

    assert [name for name in forkserver.KERNEL if importlib.util.find_spec(name) is None] == []
