"""How nbval runs the notebooks: without what a user downloaded, and by warm kernels where there are some.

Warm kernels give the same outputs, without the imports each time.
"""

import os
import tempfile

from workforce.batch import kernels, plan

# Reports on downloaded data, and failed ones, are no part of the project.
collect_ignore = [
    "outputs/failed",
    *(f"outputs/{path.stem}" for path in plan.NOTEBOOKS.glob("[!.]*.ipynb") if plan.RELEASE in plan.parameters(path)),
]


def pytest_configure(config):
    """Hide downloaded data from the kernels, and name their provisioner in the specification that nbval starts them by."""
    if not getattr(config.option, "nbval", False):
        return
    nothing = tempfile.TemporaryDirectory()
    config.add_cleanup(nothing.cleanup)
    os.environ["WORKFORCE_EXTERNAL"] = nothing.name
    if not kernels.can_fork():
        return
    import nbval.kernel

    from workforce.batch.plan import NOTEBOOKS
    from workforce.batch.runner import preload

    class Warm(nbval.kernel.NbvalKernelspecManager):
        def get_kernel_spec(self, kernel_name):
            spec = super().get_kernel_spec(kernel_name)
            options = {"preload": list(preload(NOTEBOOKS.glob("[!.]*.ipynb")))}
            spec.metadata["kernel_provisioner"] = {"provisioner_name": kernels.PROVISIONER, "config": options}
            return spec

    nbval.kernel.NbvalKernelspecManager = Warm
