"""Run notebooks in batch: plan the cases, check every parameter first, run what changed through Papermill.

A case is one run of one notebook. Its result replaces the earlier one only when all its cells succeeded.

`plan` makes cases, `inputs` and `manifest` tell which are due, `runner` runs them, each by `execute` in a kernel of
`kernels` (forked in `nursery` where that can be), and `places` writes results whole or not at all.
"""
