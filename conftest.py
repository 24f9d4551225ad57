"""How nbval runs the notebooks: without what a user downloaded, and by warm kernels where there are some.

Warm kernels give the same outputs, without the imports each time.
"""

import tempfile

import pytest

from nbrun import kernels, runner
from workforce import batch

# Results that are not of the plan, and failed ones, are no part of the project.
collect_ignore = ["outputs/failed", *(path.relative_to(batch.data.PROJECT).as_posix() for path in batch.unplanned())]


def pytest_configure(config):
    """Hide downloaded data from the kernels that nbval starts, and name the provisioner of warm ones where they can be."""
    if not getattr(config.option, "nbval", False):
        return
    import nbval.kernel

    nothing = tempfile.TemporaryDirectory()
    config.add_cleanup(nothing.cleanup)
    options = {"preload": list(runner.preload(batch.project().every(), batch.LIBRARY))}

    class Manager(nbval.kernel.NbvalKernelspecManager):
        def get_kernel_spec(self, kernel_name):
            spec = super().get_kernel_spec(kernel_name)
            spec.env["WORKFORCE_EXTERNAL"] = nothing.name
            if kernels.can_fork():
                with pytest.MonkeyPatch.context() as patch:  # the library reads it as it is imported
                    patch.setenv("WORKFORCE_EXTERNAL", nothing.name)
                    kernels.fork_server(tuple(options["preload"]))
                spec.metadata["kernel_provisioner"] = {"provisioner_name": kernels.PROVISIONER, "config": options}
            return spec

    nbval.kernel.NbvalKernelspecManager = Manager
