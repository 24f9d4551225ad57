import pytest

from workforce.data import DataError
from workforce.national import neighbours

TEXT = (
    "old_la_code,la_name,SN_1,SN_1P,SN_2,SN_2P,SN_10\n901,Ayton,902,Close ,903,Close,904\n902,Beeford,901,Close,,,905\n"
)


def write(tmp_path, text, name="n.csv"):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path / name


@pytest.mark.parametrize(
    "form",
    [TEXT, TEXT + "\n,,\n", b"\xef\xbb\xbf" + TEXT.encode(), TEXT.replace("\n", "\r\n"), TEXT.replace("SN_", "sn")],
)
def test_neighbours_are_read_the_nearest_first(tmp_path, form):
    found = neighbours.read(write(tmp_path, form))
    assert found.codes == {"901": ["902", "903", "904"], "902": ["901", "905"]}
    assert found.file == "n.csv"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "old_la_code,name\n901,Ayton\n",
            "n.csv: needs the column old_la_code, and SN_1, SN_2 and on for the neighbours",
        ),
        ("old_la_code,SN_1\n901,90\n", "n.csv, row 2, column 'sn_1': '90' is not a code of three digits such as 357"),
        (
            "old_la_code,SN_1\n,902\n",
            "n.csv, row 2, column 'old_la_code': '' is not a code of three digits such as 357",
        ),
        ("old_la_code,SN_1\n901,902\n901,903\n", "n.csv: the authority 901 stands twice"),
        ("old_la_code,SN_1,SN_1\n901,902,903\n", "n.csv: the column 'sn_1' stands twice"),
        (b"old_la_code,SN_1,n\n901,902,\xf6\n", "n.csv, row 2: the byte b'\\xf6' is not UTF-8; save the file as UTF-8"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, text, error):
    with pytest.raises(DataError) as caught:
        neighbours.read(write(tmp_path, text))
    assert caught.value.errors == [error]


def test_the_last_file_by_name_is_the_newest_and_without_one_there_is_none(tmp_path):
    assert neighbours.newest(tmp_path) is None
    assert neighbours.newest(tmp_path / "nowhere") is None
    write(tmp_path, "time_period,turnover_rate_fte\n2024,1\n", "z.csv")
    (tmp_path / "folder.csv").mkdir()
    write(tmp_path, TEXT, "sn_2024.csv")
    write(tmp_path, TEXT, "sn_2025.csv")
    assert neighbours.newest(tmp_path).file == "sn_2025.csv"


def test_a_joint_return_has_the_neighbours_of_both_and_is_one_neighbour():
    listed = neighbours.Neighbours(
        "n.csv", {"314": ["318", "901", "999"], "318": ["901", "902"], "903": ["314", "318", "901"]}
    )
    known = ["314 / 318", "901", "902", "903"]
    assert listed.of("314 / 318", known) == (["901", "902"], ["999"])
    assert listed.of("903", known) == (["314 / 318", "901"], [])
    assert listed.of("904", known) == ([], [])
