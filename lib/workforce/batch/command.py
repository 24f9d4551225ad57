"""What ``workforce run`` does, in order: plan, see what is due, check, make the tables, run the cases, sum up."""

import os
import sys
from dataclasses import dataclass

import yaml

from workforce import words
from workforce.batch import inputs, runner
from workforce.batch.manifest import Manifest
from workforce.batch.places import OUTPUTS, Folder, digest_of, place
from workforce.batch.plan import NOTEBOOKS, PlanError, check_choices, lacks, plan

TABLES = "tables"
INTERRUPTED = 130


@dataclass(frozen=True)
class Options:
    """The options of the command, by their names there."""

    notebooks: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    jobs: int | None = None
    force: bool = False
    dry_run: bool = False
    quiet: bool = False
    site: bool = True
    output: str | None = None
    scheduler: str | None = None

    @property
    def whole(self):
        """Whether the whole plan is meant, and with it the tables."""
        return not (self.notebooks or self.authorities or self.settings)

    @property
    def parameters(self):
        """The settings as a dict, each value read as YAML. Raises PlanError for one without a name or value."""
        pairs = [setting.partition("=") for setting in self.settings]
        if bad := [
            setting for setting, (name, sign, _) in zip(self.settings, pairs, strict=True) if not (name and sign)
        ]:
            raise PlanError([f"options: write --parameters NAME=VALUE, not '{setting}'" for setting in bad])
        names = [*(name for name, _, _ in pairs), *(["authority"] if self.authorities else [])]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise PlanError(
                [f"options: '{name}' is given twice; a list makes a run of each: {name}=[a, b]" for name in twice]
            )
        try:
            return {name: yaml.safe_load(value) for name, _, value in pairs}
        except yaml.YAMLError as error:
            raise PlanError(
                [f"options: a value of --parameters is not readable: {' '.join(str(error).split())}"]
            ) from None


def run(options, say):
    """Run what is due, telling ``say`` line by line, and return the exit status: 0, 1 for failures, 130 for Ctrl-C."""
    planned = plan(NOTEBOOKS, options.notebooks, options.authorities, options.parameters)
    reasons = {name: lacks(NOTEBOOKS / f"{name}.ipynb") for name in dict.fromkeys(case.notebook for case in planned)}
    cases = [case for case in planned if not reasons[case.notebook]]
    skipped = {case: reasons[case.notebook] for case in planned if reasons[case.notebook]}
    where = place(options.output or OUTPUTS)
    if options.dry_run:
        return _show(runner.due(cases, Manifest.read(where), where, force=options.force), skipped, say)
    with runner.locked(where):
        manifest = Manifest.read(where)
        due = [one for one in runner.due(cases, manifest, where, force=options.force) if one.why]
        before = inputs.of_data()
        _warm(due, options)
        check_choices([one.case for one in due])
        if options.whole:
            _publish(manifest, where, options, say)
        ended = []
        try:
            try:
                with runner.heeding():
                    _run(due, before, manifest, where, options, ended)
            finally:
                _sum_up(cases, due, ended, skipped, say)
        except KeyboardInterrupt:
            say("Interrupted: what is done stays, and the next run carries on.")
            sys.stdout.flush()
            os._exit(INTERRUPTED)  # the threads that still wait for their killed kernels would hold up the exit
        if options.site and isinstance(where, Folder):
            _render(where, options, say)
    return int(any(outcome.error for outcome in ended))


def _show(due, skipped, say):
    check_choices([one.case for one in due if one.why])
    for one in due:
        say(f"{'run' if one.why else 'keep':4}  {one.case}  {one.why or 'up to date'}")
    for case, reason in skipped.items():
        say(f"skip  {case}  {reason}")
    say(f"\n{sum(bool(one.why) for one in due)} of {words.amount(len(due) + len(skipped), 'cases')} would run.")
    return 0


def _warm(due, options):
    """Have the warm process import what it needs while this one checks choices and makes the tables."""
    if not due or options.scheduler:
        return
    from workforce.batch import kernels

    if kernels.can_fork():
        kernels.nursery(runner.preload([NOTEBOOKS / f"{name}.ipynb" for name in {one.case.notebook for one in due}]))


def _publish(manifest, where, options, say):
    """Make the tables and the README's findings, unless they are those of today's data and library."""
    static = inputs.of_module("workforce.publish")
    why = "forced" if options.force else manifest.why(TABLES, static, {}, where)
    if not why:
        return
    from workforce import claims, publish, workbook

    register = claims.register()
    made = publish.tables(register)
    for name, text in made.items():
        where.write(name, text)
    if isinstance(where, Folder) and (where.path / TABLES / workbook.NAME).exists():
        workbook.export(where.path / TABLES)
    if where == place(OUTPUTS):
        publish.findings(register)
    manifest.record(TABLES, static, {}, {}, {name: digest_of(text.encode()) for name, text in made.items()}, 0)
    manifest.write(where)
    if not options.quiet:
        say(f"Tables written: {len(register)} claims.\n{claims.counts(register).to_string()}\n")


def _run(due, before, manifest, where, options, ended):
    if not due:
        return
    from tqdm import tqdm

    jobs = options.jobs or runner.default_jobs()
    remote = bool(options.scheduler)
    hidden = True if options.quiet else None  # None hides it where the output is not a terminal
    pool = runner.cluster(options.scheduler) if remote else runner.local(jobs)
    with pool as executor, tqdm(total=len(due), unit="case", desc="Notebooks", disable=hidden) as bar:
        bar.set_postfix_str(_standing(len(due), ended, jobs))
        for outcome in runner.run(due, manifest, where, executor, remote=remote, before=before):
            ended.append(outcome)
            bar.set_postfix_str(_standing(len(due), ended, jobs), refresh=False)
            bar.update()


def _standing(total, ended, jobs):
    return f"{min(jobs, total - len(ended))} running, {sum(bool(one.error) for one in ended)} failed"


def _render(where, options, say):
    """Bring the site up to date."""
    from workforce.site.build import build

    count, rendered = build(where.path)
    if not options.quiet and rendered:
        say(f"Site: {rendered} of {count} reports rendered anew, in {where}/site.")


def _sum_up(cases, due, ended, skipped, say):
    failed = [outcome for outcome in ended if outcome.error]
    for outcome in failed:
        cell = f", cell {outcome.cell}" if outcome.cell else ""
        say(f"failed  {outcome.name}{cell}  {outcome.error}")
    parts = [f"{len(ended) - len(failed)} of {len(due)} run", f"{len(failed)} failed"]
    parts += [f"{len(cases) - len(due)} up to date"]
    for notebook, reason in {case.notebook: reason for case, reason in skipped.items()}.items():
        say(f"skipped  {notebook}  {reason}")
    parts += [f"{len(skipped)} skipped"] if skipped else []
    say(f"{words.amount(len(cases) + len(skipped), 'cases')}: {', '.join(parts)}.")
