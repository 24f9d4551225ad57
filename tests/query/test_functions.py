import duckdb
import pytest

from workforce.query import functions

# Functions without an argument that are no constant tell of the moment or the machine, whatever the catalogue says of them.
CONSTANTS = {"pi"}
MAKERS = {"add", "+", "array_value", "row", "map", "to_json", "array_to_json", "union_value", "unpivot_list"}


@pytest.fixture(scope="module")
def catalogue():
    with duckdb.connect() as connection:
        sql = "SELECT function_name, stability, len(parameters) FROM duckdb_functions() WHERE function_type = 'scalar'"
        return connection.execute(sql).fetchall()


def test_what_the_catalogue_calls_unstable_is_refused(catalogue):
    unstable = {name for name, stability, _ in catalogue if stability != "CONSISTENT"}
    assert {"now", "random", "uuid", "current_query", "txid_current", "current_setting"} <= unstable
    assert unstable - functions.refused() == {"error"}
    assert {"ago", "pg_postmaster_start_time", "current_catalog"} <= functions.refused()  # macros of such


def test_what_needs_no_argument_is_refused_or_known_to_be_constant(catalogue):
    """A new release of DuckDB with a further clock fails here."""
    without = {name for name, _, count in catalogue if count == 0} - functions.refused()
    makers = {name for name in without if name.startswith(("list_", "json_", "struct_", "array_", "map_", "row_"))}
    assert without - makers - MAKERS == CONSTANTS


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"qname": {"path": ["system", "main", "sum"]}, "children": [{}]}, ""),
        ({"qname": {"path": ["system", "main", "now"]}}, "now gives another value"),
        ({"type": "LOGICAL_GET", "qname": {"path": ["seq_scan"]}}, ""),
        ({"type": "LOGICAL_GET", "qname": {"path": ["system", "main", "glob"]}}, "glob tells of the machine"),
        ({"type": "LOGICAL_SAMPLE"}, "a sample is another each time"),
        ({"qname": {"path": ["age"]}, "children": [{}, {}]}, ""),
        ({"qname": {"path": ["age"]}, "children": [{}]}, "age gives another value"),
    ],
)
def test_a_part_of_a_plan(part, told):  # what is named in the query itself, see test_tables
    found = functions.problem([], [{"children": [part]}], {"now"})
    assert found.startswith(told)
    assert bool(found) == bool(told)
