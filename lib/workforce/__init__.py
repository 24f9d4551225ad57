"""Check, compare and model what English councils publish about their children's social workers."""
