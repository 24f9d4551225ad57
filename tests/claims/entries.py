"""Claims on the made paper of conftest."""


def entry(name, published, sql, **more):
    """Return a claim on the made paper with one reading."""
    told = {"id": name, "where": f"paragraph {name}", "says": f"It is {published}.", "published": published}
    return {**told, "unit": "people", "readings": [{"name": "as stated", "sql": sql}], **more}
