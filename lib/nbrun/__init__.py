"""Run a folder of Papermill notebooks in batch: plan the cases, check every parameter first, run what changed.

A case is one run of one notebook. Its result replaces the earlier one only when all its cells succeeded.

`project` is what is told from outside. `plan` makes cases, `inputs` and `manifest` tell which are due, `runner` runs them,
each by `execute` in a kernel of `kernels` (forked by `forkserver` where that can be), `storage` writes results whole or not
at all, and `command` does it all in order.
"""
