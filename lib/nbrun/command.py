"""What a run does, in order: plan, see what is due, check, make what comes first, run the cases, sum up."""

import json
import signal
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass

from nbrun import inputs, runner, yamls
from nbrun.execute import FAILED, SECONDS_A_CELL
from nbrun.manifest import Manifest
from nbrun.plan import PlanError, check_choices, plan
from nbrun.storage import Folder, storage_at

OUTPUTS = "outputs"


@dataclass(frozen=True)
class First:
    """What a run of the whole plan makes before the notebooks, such as tables, unless it is up to date.

    ``name`` stands for it in the manifest; ``inputs`` returns the digests, by name, of what it depends on; ``make`` is
    given the storage, writes to it, and returns the digests of what it wrote by name, and what to say of it.
    """

    name: str
    inputs: Callable[[], dict]
    make: Callable[[object], tuple[dict, str]]


@dataclass(frozen=True)
class Options:
    """What is asked of a run: ``notebooks`` and ``subjects`` by name, ``settings`` as ``NAME=VALUE``, and how to run them.

    ``cell_timeout`` is how many seconds a cell may take. ``layout`` is ``text``, or ``json`` for one object at the end and
    nothing else.
    """

    notebooks: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    jobs: int | None = None
    force: bool = False
    dry_run: bool = False
    quiet: bool = False
    output: str | None = None
    scheduler: str | None = None
    cell_timeout: float = SECONDS_A_CELL
    layout: str = "text"

    @property
    def is_told(self):
        """Whether what is done is told as it comes: not where only failures are asked for, or a result for machines."""
        return not self.quiet and self.layout == "text"

    @property
    def whole(self):
        """Whether the whole plan is meant, and with it what comes before the notebooks."""
        return not (self.notebooks or self.subjects or self.settings)

    def parameters(self, subject=""):
        """Return the settings as a dict, each value read as YAML. Raises PlanError for one without a name or value.

        ``subject`` is the parameter whose values are the subjects: it cannot be a setting as well.
        """
        pairs = [setting.partition("=") for setting in self.settings]
        if bad := [
            setting for setting, (name, sign, _) in zip(self.settings, pairs, strict=True) if not (name and sign)
        ]:
            raise PlanError([f"options: write --parameters NAME=VALUE, not '{setting}'" for setting in bad])
        names = [*(name for name, _, _ in pairs), *([subject] if self.subjects else [])]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise PlanError(
                [f"options: '{name}' is given twice; a list makes a run of each: {name}=[a, b]" for name in twice]
            )
        try:
            return {name: yamls.read(value) for name, _, value in pairs}
        except yamls.YamlError as error:
            raise PlanError([f"options: a value of --parameters is not readable: {error}"]) from None


def run(options, say, project, first=None, last=None):
    """Run what is due, and return the exit status: 0, or 1 for failures.

    Where Ctrl-C or another signal asks for an end, what the run made for itself is removed, and the process ends with the
    status that the signal has by custom: 130 for Ctrl-C.

    Parameters
    ----------
    options : Options
    say : callable
        Takes what there is to tell, line by line.
    project : Project
    first : First, optional
    last : callable, optional
        Called at the end of a run into a folder, with that Folder; returns what to say of what it did, or an empty text.
    """
    with runner.heeding() as heard:
        try:
            return _run(options, say, project, first, last)
        except BaseException as error:  # what an import in C makes of the interrupt, too
            if not (heard or isinstance(error, KeyboardInterrupt)):
                raise
            runner.deafen()
            with suppress(OSError):  # the terminal may be gone
                say("Interrupted: what is done stays, and the next run carries on.")
            runner.end(128 + (heard[0] if heard else signal.SIGINT))


def _run(options, say, project, first, last):
    if options.scheduler is not None:
        runner.check_address(options.scheduler)
    planned = plan(project, options.notebooks, options.subjects, options.parameters(project.subject))
    reasons = {name: project.lacks(name) for name in dict.fromkeys(case.notebook for case in planned)}
    cases = [case for case in planned if not reasons[case.notebook]]
    skipped = {case: reasons[case.notebook] for case in planned if reasons[case.notebook]}
    storage = storage_at(options.output or project.root / OUTPUTS, project.root)
    if options.dry_run:
        due = runner.due(cases, Manifest.read(storage), storage, project, force=options.force)
        return _show(due, skipped, options, say, project)
    with runner.locked(storage):
        manifest = Manifest.read(storage)
        due = [one for one in runner.due(cases, manifest, storage, project, force=options.force) if one.why]
        before = inputs.of_files(project)
        _warm(due, options, project)
        check_choices([one.case for one in due], project)
        ended = []
        with _pool(due, options) as pool:  # a cluster is asked before anything is written
            if options.whole and first:
                _make(first, manifest, storage, options, say, project)
            runner.heed()
            try:
                _run_due(due, before, manifest, storage, options, ended, project, say, pool)
            finally:
                _sum_up(cases, due, ended, skipped, storage, options, say)
        runner.heed()
        if last and isinstance(storage, Folder):
            _tell(last(storage), options, say)
    return int(any(outcome.error for outcome in ended))


def _show(due, skipped, options, say, project):
    check_choices([one.case for one in due if one.why], project)
    if options.layout == "json":
        planned = [{"case": str(one.case), "why": one.why} for one in due]
        say(_as_json({"planned": planned, "skipped": _by_name(skipped)}))
        return 0
    for one in due:
        say(f"{'run' if one.why else 'keep':4}  {one.case}  {one.why or 'up to date'}")
    for case, reason in skipped.items():
        say(f"skip  {case}  {reason}")
    say(f"\n{sum(bool(one.why) for one in due)} of {_counted(len(due) + len(skipped))} would run.")
    return 0


def _tell(text, options, say):
    if text and options.is_told:
        say(text)


def _warm(due, options, project):
    """Have the warm process import what it needs while this one checks choices and makes what comes first."""
    if not due or options.scheduler:
        return
    from nbrun import kernels

    if kernels.can_fork():
        notebooks = [project.notebook(name) for name in {one.case.notebook for one in due}]
        kernels.fork_server(runner.preload(notebooks, project.library))


def _make(first, manifest, storage, options, say, project):
    """Make what comes before the notebooks, unless it is that of today's inputs."""
    static = first.inputs()
    why = "forced" if options.force else manifest.why(first.name, static, {}, storage, project.root)
    if not why:
        return
    outputs, said = first.make(storage)
    manifest.record(first.name, static, {}, {}, outputs, 0)
    manifest.write(storage)
    _tell(said, options, say)


def _pool(due, options):
    """Return what the cases run in, to be entered; nothing is asked of a cluster where none is due."""
    if not due:
        return nullcontext()
    return runner.cluster(options.scheduler) if options.scheduler else runner.local(options.jobs)


def _run_due(due, before, manifest, storage, options, ended, project, say, pool):
    if not due:
        return
    from tqdm import tqdm

    jobs = options.jobs or runner.default_jobs()
    remote = bool(options.scheduler)
    told = options.is_told and not sys.stderr.isatty()  # without a terminal for a bar, a line a case
    hidden = None if options.is_told else True  # None hides it where the output is not a terminal
    began = time.monotonic()
    asked = {"remote": remote, "before": before, "warn": _warn, "seconds_a_cell": options.cell_timeout}
    with tqdm(total=len(due), unit="case", desc="Notebooks", disable=hidden) as bar:
        bar.set_postfix_str(_standing(len(due), ended, jobs))
        for outcome in runner.run(due, manifest, storage, pool, project, **asked):
            ended.append(outcome)
            bar.set_postfix_str(_standing(len(due), ended, jobs), refresh=False)
            bar.update()
            if told:
                say(_ended(outcome, len(ended), len(due), time.monotonic() - began))


def _warn(line):
    """Tell what must not wait until the end, where it disturbs no result for machines."""
    print(line, file=sys.stderr, flush=True)


def _ended(outcome, number, total, seconds):
    """Return a line on a case as it ends: how it went, how long it took, and how far the run is."""
    result = "failed" if outcome.error else "done"
    return f"{result:6}  {outcome.name}  {outcome.seconds:.1f} s  ({number} of {total}, after {_clock(seconds)})"


def _clock(seconds):
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _standing(total, ended, jobs):
    return f"{min(jobs, total - len(ended))} running, {sum(bool(one.error) for one in ended)} failed"


def _sum_up(cases, due, ended, skipped, storage, options, say):
    failed = [outcome for outcome in ended if outcome.error]
    if options.layout == "json":
        say(_as_json(_summary(cases, due, ended, skipped, storage)))
        return
    for outcome in failed:
        cell = f", cell {outcome.cell}" if outcome.cell else ""
        kept = f" (see {_kept(outcome, storage)})" if _kept(outcome, storage) else ""
        say(f"failed  {outcome.name}{cell}  {outcome.error}{kept}")
    parts = [f"{len(ended) - len(failed)} of {len(due)} run", f"{len(failed)} failed"]
    parts += [f"{len(cases) - len(due)} up to date"]
    for notebook, reason in {case.notebook: reason for case, reason in skipped.items()}.items():
        say(f"skipped  {notebook}  {reason}")
    parts += [f"{len(skipped)} skipped"] if skipped else []
    say(f"{_counted(len(cases) + len(skipped))}: {', '.join(parts)}.")


def _kept(outcome, storage):
    """Return where a failed case's notebook is kept, with its error marked; an empty text where it came to no cell."""
    return f"{storage}/{FAILED}/{outcome.name}.ipynb" if outcome.cell else ""


def _summary(cases, due, ended, skipped, storage):
    """Return what a run did, for machines."""
    made = [
        {
            "case": one.name,
            "error": one.error or None,
            "cell": one.cell,
            "seconds": round(one.seconds, 2),
            "notebook": _kept(one, storage) or (None if one.error else f"{storage}/{one.name}.ipynb"),
        }
        for one in ended
    ]
    return {"run": made, "due": len(due), "up_to_date": len(cases) - len(due), "skipped": _by_name(skipped)}


def _by_name(skipped):
    return {str(case): reason for case, reason in skipped.items()}


def _as_json(told):
    return json.dumps(told, indent=2, ensure_ascii=False)


def _counted(number):
    return "1 case" if number == 1 else f"{number:,} cases"
