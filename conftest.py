"""Let nbval take its kernels from a warm process where there is one: the same outputs, without the imports each time."""

from workforce.batch import kernels


def pytest_configure(config):
    """Name the provisioner of warm kernels in the specification that nbval starts its kernels by."""
    if not (getattr(config.option, "nbval", False) and kernels.can_fork()):
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
