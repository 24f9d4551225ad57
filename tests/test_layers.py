import subprocess
import sys

import pytest

LIGHT = ("trends", "trend_sentences", "pay", "words")
HEAVY = ("duckdb", "yaml", "workforce.claims", "matplotlib", "statsmodels", "scipy.stats")


@pytest.mark.parametrize("module", LIGHT)
def test_models_and_words_load_neither_the_register_nor_what_draws_or_fits(module):
    code = f"import sys, workforce.{module}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert f"workforce.{module}" in loaded
    assert not set(HEAVY) & set(loaded)
