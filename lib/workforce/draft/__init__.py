"""From a committee paper to a first claims file: what is printed, what may follow from what, and what a person decided."""
