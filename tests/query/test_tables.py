import math
import time

import pandas as pd
import pytest

from workforce.query import QueryError, StoppedError, Tables, apart

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
        ("SELECT '\ud800'", "a character that is no text"),
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


def test_a_query_without_end_is_stopped_and_the_process_stays():
    endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t"
    tables, process = Tables({"numbers": NUMBERS}, seconds=0.3), apart.process()
    with pytest.raises(StoppedError, match="takes too long"):
        tables.value(endless)
    assert apart.process() is process
    assert tables.value("SELECT 1") == 1


def test_the_configuration_is_locked_behind_the_check_of_statements_too():
    with pytest.raises(Exception, match="configuration has been locked"):
        Tables({"numbers": NUMBERS}).alter("SET threads = 4")


# One call of a function each, which DuckDB neither interrupts nor counts.
TOO_LONG = {
    "a long text": "SELECT length(repeat('x', 2000000000) || repeat('y', 2000000000))",
    "padding": "SELECT sum(length(lpad('x', 100000000 + n::INT, 'ab'))) FROM range(100) r(n)",
    "a distance": "SELECT levenshtein(repeat('a', 200000), repeat('b', 200000))",
    "a list": "SELECT list_sum(list_transform(range(1000000000), lambda x: x * 2))",
    "a format": "SELECT length(format('{:>2000000000}', 'x'))",
}


@pytest.mark.parametrize("sql", TOO_LONG.values(), ids=TOO_LONG)
def test_what_cannot_be_interrupted_ends_with_its_process(sql):
    tables, began, process = Tables({"numbers": NUMBERS}, seconds=0.3), time.monotonic(), apart.process()
    with pytest.raises(StoppedError, match=r"was ended with the process|Out of Memory"):
        tables.value(sql)
    assert time.monotonic() - began < 0.3 + apart.GRACE + 3
    assert not process.lives
    assert tables.value("SELECT sum(value) FROM numbers") == 3.5


def test_memory_that_duckdb_does_not_count_is_limited(monkeypatch):
    monkeypatch.setattr(apart, "MEGABYTES", 150)
    with pytest.raises(StoppedError, match="more than 150 MB of memory"):
        Tables({"numbers": NUMBERS}).value("SELECT length(repeat('x', 1900000000))")


def test_tables_that_were_changed_are_not_asked_as_they_were_at_first():
    tables = Tables({}, own={"numbers": NUMBERS}, seconds=0.3)
    tables.put("numbers", NUMBERS.head(1))
    assert tables.value("SELECT sum(value) FROM numbers") == 1.5
    with pytest.raises(StoppedError):
        tables.value(TOO_LONG["a distance"])
    with pytest.raises(StoppedError, match="went with a query"):
        tables.value("SELECT sum(value) FROM numbers")


def test_own_tables_are_seen_by_their_own_queries_alone():
    frames = {"numbers": NUMBERS}
    one, other = Tables(frames, own={"mine": NUMBERS.head(1)}), Tables(frames, own={"mine": NUMBERS.head(2)})
    one.put("numbers", NUMBERS.head(0))
    assert [tables.value("SELECT count(*) FROM mine") for tables in (one, other)] == [1, 2]
    assert [tables.value("SELECT count(*) FROM numbers") for tables in (one, other)] == [0, 3]


def test_an_answer_beyond_measure_is_refused(tables):
    with pytest.raises(QueryError, match="more than 64 MB"):
        tables.rows("SELECT repeat('x', 100) FROM range(800000)")


def test_several_queries_are_answered_at_once(tables):
    asked = [("SELECT sum(value) FROM numbers", {}), ("SELECT 1 FROM nowhere", {}), ("SELECT $n", {"n": 2, "m": 1})]
    assert tables.values(asked) == [3.5, None, 2]


@pytest.mark.parametrize(
    "sql",
    [
        *("SELECT now()", "SELECT current_date", "SELECT localtime", "SELECT LocalTimestamp", "SELECT today()"),
        *("SELECT random()", "SELECT uuid()", "SELECT value FROM numbers USING SAMPLE 1", "SELECT setseed(0.5)"),
        *("SELECT current_query()", "SELECT txid_current()", "SELECT version()", "SELECT current_setting('threads')"),
        *("SELECT * FROM duckdb_settings()", "SELECT count(*) FROM duckdb_functions()", "SELECT * FROM sqlite_master"),
        *("SELECT * FROM information_schema.tables", "SELECT * FROM pragma_version()", "SHOW TABLES"),
        *("SELECT age(TIMESTAMP '2020-01-01')", "SELECT ago(INTERVAL 1 DAY)", "SELECT pg_postmaster_start_time()"),
        *("SELECT list_transform([1], lambda x: x + random())", "SELECT value FROM numbers ORDER BY random()"),
        *(
            "SELECT sum(random()) OVER () FROM numbers",
            "SELECT value FROM numbers TABLESAMPLE 50%",
            "SELECT sleep_ms(1)",
        ),
        *("SELECT $name / $name + random()", "SELECT (SELECT now())", "WITH t AS (SELECT uuid() AS u) SELECT u FROM t"),
    ],
)
def test_a_query_is_a_function_of_the_data_alone(tables, sql):
    with pytest.raises(QueryError, match=r"the same whenever and wherever|does not exist"):
        tables.rows(sql, {"name": 2})


def test_a_view_is_a_function_of_the_data_alone():
    with pytest.raises(QueryError, match="view 'bad': now gives another value"):
        Tables({"numbers": NUMBERS}, {"bad": "SELECT now() AS at, value FROM numbers"})


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT age(TIMESTAMP '2020-01-02', TIMESTAMP '2020-01-01') = INTERVAL 1 DAY", 1),
        ("SELECT hour(TIMESTAMPTZ '2020-07-01 12:00:00+00')", 12),
        ("SELECT median(value) + pi() FROM numbers", 1.75 + math.pi),
        ("SELECT sum(n) FROM range(4) r(n)", 6),
        ("SELECT (SELECT max(value) FROM numbers)", 2),
        ("SELECT split_part('a-7', '-', 2)", 7),
        ("SELECT $one / (365 / 7.0) / $other", 7 / 365 * 2),
        ("SELECT 1 AS now", 1),
    ],
)
def test_what_depends_on_its_arguments_alone_is_taken(tables, sql, value):
    assert tables.value(sql, {"one": 4, "other": 2.0}) == pytest.approx(value)
