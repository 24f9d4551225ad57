import shutil
import tomllib

import pytest

from workforce import claims, data


@pytest.fixture(scope="session")
def project():
    """Return what pyproject.toml says of the project."""
    return tomllib.loads((data.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="session")
def tables():
    return data.load_all()


@pytest.fixture(scope="session")
def register():
    return claims.register()


@pytest.fixture(scope="session")
def by_id(register):
    return {claim.id: claim for claim in register}


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the data folder to change at will."""
    return shutil.copytree(data.DATA, tmp_path / "data")


# What other pay tables look like: one amount only, 'up to', points of the council's own, and no hourly rate.
OTHER_PAPERS = """
anytown-2024,Table 1,anytown,newly qualified,single,local,,29590,,
anytown-2024,Table 1,anytown,social worker,top,local,,36109,,
anytown-2024,Table 1,anytown,team manager,top,local,,48176,,
anytown-2025,Table 1,anytown,newly qualified,entry,local,1,30365,,
anytown-2025,Table 1,anytown,newly qualified,top,local,2,31391,,
anytown-2025,Table 1,anytown,social worker,entry,local,3,33898,,
anytown-2025,Table 1,anytown,social worker,top,local,8,37055,,
anytown-2025,Table 1,anytown,team manager,entry,local,21,45377,,
anytown-2025,Table 1,anytown,team manager,top,local,26,49437,,
anytown-2026,Table 1,anytown,social worker,entry,local,3,40000,21.00,
anytown-2026,Table 1,anytown,social worker,top,local,9,44000,,
anytown-2026,Table 1,tameside,social worker,entry,national,30,40777,21.72,
anytown-2026,Table 1,tameside,social worker,top,national,35,46142,24.58,
"""


@pytest.fixture
def with_other_papers(folder):
    """Return a data folder with pay tables of more papers: of a council by itself, and of two beside each other."""
    added = {
        "authorities.csv": "anytown,Anytown,E06099999,,South East,no",
        "documents.csv": "\n".join(f"anytown-{year},anytown,Pay,Cabinet,{year},," for year in (2024, 2025, 2026)),
        "pay_scales.csv": OTHER_PAPERS.strip(),
    }
    for name, rows in added.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(f"{rows}\n")
    return folder
