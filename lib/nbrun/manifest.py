"""What was run, and of which inputs: so that only what changed is run again. File times play no part."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from nbrun.storage import digest, digest_of

NAME = "manifest.json"
FORM = 2


@dataclass
class Manifest:
    """The record of results: for each its inputs (shared, as ``states``), parameters, output and seconds."""

    states: dict = field(default_factory=dict)
    results: dict = field(default_factory=dict)

    @classmethod
    def read(cls, storage):
        """Return the manifest of a storage; an empty one when there is none, or none that can be read."""
        try:
            content = json.loads(storage.read(NAME) or "{}")
            return cls(content["states"], content["results"]) if content.get("form") == FORM else cls()
        except (ValueError, KeyError, AttributeError):
            return cls()  # everything is run again, and the manifest made anew

    def write(self, storage):
        """Write the manifest, without the states that no result has any more."""
        used = {result["state"] for result in self.results.values()}
        self.states = {name: state for name, state in self.states.items() if name in used}
        content = {"form": FORM, "states": self.states, "results": self.results}
        storage.write(NAME, json.dumps(content, indent=1, sort_keys=True) + "\n")

    def record(self, name, inputs, reads, parameters, outputs, seconds):
        """Note a result: digests of inputs, of what it read and of outputs by name, its parameters, how long it took."""
        content = {"inputs": inputs, "reads": reads}
        state = digest_of(json.dumps(content, sort_keys=True).encode())
        self.states[state] = content
        self.results[name] = {
            "state": state,
            "parameters": parameters,
            "outputs": outputs,
            "seconds": round(seconds, 2),
        }

    def seconds(self, name):
        """Return how long a result took the last time, 0 when it is new."""
        return self.results.get(name, {}).get("seconds", 0)

    def why(self, name, inputs, parameters, storage, root):
        """Return why a result is to be made (again), or an empty text when it is up to date.

        Parameters
        ----------
        name : str
        inputs : dict
            Digests by name as they are now, without those of the files that the run reads.
        parameters : dict
        storage : Folder or Remote
        root : path
            The folder that the names of what was read are relative to.
        """
        result = self.results.get(name)
        state = self.states.get(result["state"]) if result else None
        if state is None:
            return "has not been run"
        if result["parameters"] != parameters:
            return "other parameters"
        if spoilt := _spoilt(result["outputs"], storage):
            return spoilt
        reads = {name: digest(Path(root) / name) for name in state["reads"]}
        return _changes({**state["inputs"], **state["reads"]}, {**inputs, **reads})


def _spoilt(outputs, storage):
    """Return which output is missing, or else was altered, or an empty text; each is read once, it may be far away."""
    found = {output: storage.digest(output) for output in outputs}
    if missing := [output for output, digested in found.items() if not digested]:
        return f"{missing[0]} is missing"
    altered = [output for output, digested in found.items() if digested != outputs[output]]
    return f"{altered[0]} was altered" if altered else ""


def _changes(before, now):
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    rest = f" and {len(changed) - 2} more" if len(changed) > 2 else ""
    return f"changed: {', '.join(changed[:2])}{rest}" if changed else ""
