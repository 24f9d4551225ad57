import pytest
import yaml


@pytest.fixture
def made(folder):
    """Return a function that puts a made paper, of cases a month and what it says of them, in place of Walsall's."""

    def make(values, *claims, tables=None):
        rows = (folder / "observations.csv").read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if not row.startswith("walsall-2021,")]
        kept += [
            f"walsall-2021,Table 1 > {month} > Cases,walsall,cases held,social worker,,,,2020-{month},{value},,people,"
            for month, value in enumerate(values, start=10)
        ]
        (folder / "observations.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
        content = {"claims": list(claims), **({"tables": tables} if tables else {})}
        (folder / "claims" / "walsall-2021.yml").write_text(
            yaml.safe_dump(content, allow_unicode=True), encoding="utf-8"
        )
        return folder

    return make
