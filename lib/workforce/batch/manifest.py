"""What was run, and of which inputs: so that only what changed is run again. File times play no part."""

import json
from dataclasses import dataclass, field

from workforce import data
from workforce.batch.places import digest, digest_of

NAME = "manifest.json"
FORM = 2


@dataclass
class Manifest:
    """The record of results: for each its inputs (shared, as ``states``), parameters, output and seconds."""

    states: dict = field(default_factory=dict)
    results: dict = field(default_factory=dict)

    @classmethod
    def read(cls, place):
        """Return the manifest of a place; an empty one when there is none, or none that can be read."""
        try:
            content = json.loads(place.read(NAME) or "{}")
            return cls(content["states"], content["results"]) if content.get("form") == FORM else cls()
        except (ValueError, KeyError, AttributeError):
            return cls()  # everything is run again, and the manifest made anew

    def write(self, place):
        """Write the manifest, without the states that no result has any more."""
        used = {result["state"] for result in self.results.values()}
        self.states = {name: state for name, state in self.states.items() if name in used}
        content = {"form": FORM, "states": self.states, "results": self.results}
        place.write(NAME, json.dumps(content, indent=1, sort_keys=True) + "\n")

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

    def why(self, name, inputs, parameters, place):
        """Return why a result is to be made (again), or an empty text when it is up to date.

        Parameters
        ----------
        name : str
        inputs : dict
            Digests by name as they are now, without those of the files that the run reads.
        parameters : dict
        place : Folder or Remote
        """
        result = self.results.get(name)
        state = self.states.get(result["state"]) if result else None
        if state is None:
            return "has not been run"
        if result["parameters"] != parameters:
            return "other parameters"
        missing = [output for output in result["outputs"] if not place.digest(output)]
        if missing:
            return f"{missing[0]} is missing"
        altered = [output for output, known in result["outputs"].items() if place.digest(output) != known]
        if altered:
            return f"{altered[0]} was altered"
        reads = {name: digest(data.PROJECT / name) for name in state["reads"]}
        return _changes({**state["inputs"], **state["reads"]}, {**inputs, **reads})


def _changes(before, now):
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    rest = f" and {len(changed) - 2} more" if len(changed) > 2 else ""
    return f"changed: {', '.join(changed[:2])}{rest}" if changed else ""
