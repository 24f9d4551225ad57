"""What cannot be run, told to people."""


class PlanError(ValueError):
    """A plan that cannot be run: each line of ``errors`` names notebook, parameter and value, all of them at once."""

    def __init__(self, errors):
        self.errors = list(errors)
        super().__init__("\n".join(self.errors))
