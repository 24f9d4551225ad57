import pandas as pd
import pytest

from workforce.query import QueryError, Tables

NUMBERS = pd.DataFrame({"name": ["a", "b", None], "value": [1.5, 2.0, None]})


@pytest.fixture(scope="module")
def tables():
    return Tables({"numbers": NUMBERS}, {"doubled": "SELECT name, value * 2 AS value FROM numbers"})


def test_a_query_answers_with_one_number(tables):
    assert tables.value("SELECT sum(value) FROM numbers") == 3.5
    assert tables.value("SELECT sum(value) FROM doubled") == 7
    assert tables.value("SELECT count(*) FROM numbers WHERE name IS NULL") == 1


def test_parameters_are_bound_not_pasted(tables):
    assert tables.value("SELECT value FROM numbers WHERE name = $name", {"name": "a", "unused": 1}) == 1.5
    assert tables.rows("SELECT $name AS name", {"name": "'; DROP TABLE numbers; --"}) == [
        {"name": "'; DROP TABLE numbers; --"}
    ]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT value FROM numbers WHERE name = 'z'", "no row"),
        ("SELECT value FROM numbers WHERE name IS NOT NULL", "2 row"),
        ("SELECT 1, 2", "2 value"),
        ("SELECT sum(value) FROM numbers WHERE name = 'z'", "NULL"),
        ("SELECT 'many'", "not a number"),
        ("SELECT 1.0::DOUBLE / 0", "does it divide by nothing"),
        ("SELECT missing FROM numbers", "missing"),
        ("SELECT 1 FROM nowhere", "nowhere"),
        ("SELEC 1", "syntax error"),
        ("SELECT $name", "name"),
        ("", "only a single SELECT"),
    ],
)
def test_a_query_that_does_not_give_one_number_says_so(tables, sql, told):
    with pytest.raises(QueryError, match=told):
        tables.value(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM sniff_csv('{file}')",
        "COPY numbers TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '1GB'",
        "SET enable_external_access = true",
        "RESET memory_limit",
        "PRAGMA database_list",
        "PRAGMA enable_external_access",
        "CALL pragma_version()",
        "DROP TABLE numbers",
        "CREATE TABLE other AS SELECT 1",
        "CREATE MACRO one() AS 1",
        "DELETE FROM numbers",
        "INSERT INTO numbers VALUES ('c', 3)",
        "WITH new AS (INSERT INTO numbers VALUES ('c', 3) RETURNING value) SELECT sum(value) FROM new",
        "SELECT 1; DROP TABLE numbers",
        "SELECT count(*) FROM NUMBERS_OUTSIDE",
        "USE memory",
        "EXPLAIN SELECT 1",
    ],
)
def test_the_sandbox_computes_and_nothing_else(tables, tmp_path, sql):
    file = tmp_path / "secret.csv"
    file.write_text("secret\n1\n", encoding="utf-8")
    with pytest.raises(QueryError):
        tables.rows(sql.format(file=file.as_posix(), folder=tmp_path.as_posix()))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert tables.value("SELECT count(*) FROM numbers") == 3


def test_python_variables_are_out_of_reach(tables):
    NUMBERS_OUTSIDE = NUMBERS  # noqa: F841, N806 - a name that DuckDB would look up among Python's variables
    with pytest.raises(QueryError, match="does not exist"):
        tables.rows("SELECT * FROM NUMBERS_OUTSIDE")


@pytest.mark.parametrize("view", ["SELECT * FROM read_csv('/etc/hosts')", "DROP TABLE numbers", "SELECT 1; SELECT 2"])
def test_views_are_held_to_the_same(view):
    with pytest.raises(QueryError, match="view 'bad'"):
        Tables({"numbers": NUMBERS}, {"bad": view})


def test_a_query_without_end_is_stopped():
    endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t"
    with pytest.raises(QueryError, match="takes too long"):
        Tables({"numbers": NUMBERS}, seconds=0.3).value(endless)


def test_the_configuration_is_locked_behind_the_check_of_statements_too(tables):
    with pytest.raises(Exception, match="configuration has been locked"):
        tables._connection.execute("SET threads = 4")
