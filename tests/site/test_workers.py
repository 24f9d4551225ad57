import subprocess
import sys

import psutil

from cells import wait_for

BUILDS = """
import os, time
from workforce.site.workers import workers

if __name__ == "__main__":
    with workers(2) as pool:
        print(*{pool.submit(os.getpid).result() for _ in range(1)}, flush=True)
        list(pool.map(time.sleep, [600] * 4))
"""


def test_workers_end_with_a_build_that_is_killed(tmp_path):
    script = tmp_path / "builds.py"
    script.write_text(BUILDS, encoding="utf-8")
    building = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    worker = psutil.Process(int(building.stdout.readline()))
    others = [one for one in psutil.Process(building.pid).children(recursive=True) if one != worker]
    building.kill()
    building.wait()
    building.stdout.close()
    wait_for(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in [worker, *others]))
