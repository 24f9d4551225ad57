"""Bad input, told to people."""


class ListedError(ValueError):
    """Bad input, told to people: ``errors`` has a line for each thing that is wrong, all of them at once."""

    def __init__(self, errors):
        self.errors = list(errors)
        super().__init__("\n".join(self.errors))


class PlanError(ListedError):
    """A plan that cannot be run: each line names notebook, parameter and value."""
