import runpy
from pathlib import Path

import pytest

SEED = 20261121
SOAK = runpy.run_path(str(Path(__file__).parents[1] / "soak" / "fuzz_readers.py"))


@pytest.mark.parametrize("name", list(SOAK["READERS"]))
def test_of_200_damaged_files_nothing_but_a_named_error_escapes(name):
    reader, files = SOAK["READERS"][name]
    n = 15 if name.startswith("events") else 200  # an engine is started for each log
    found = SOAK["fuzz"](reader, files, n, SEED)
    assert found["escaped"] == 0, (SEED, found["first_escaped"])
    assert found["read"] > 0
    assert found["refused"] > 0


def test_of_500_journeys_with_odd_values_nothing_but_a_named_error_escapes():
    reader, files = SOAK["READERS"]["journey"]
    found = SOAK["fuzz"](reader, files, 500, SEED, SOAK["altered"])
    assert found["escaped"] == 0, (SEED, found["first_escaped"])
    assert found["refused"] > 0


def test_the_undamaged_files_are_all_read():
    for reader, files in SOAK["READERS"].values():
        for data in files:
            reader(data)


def test_the_same_files_bring_down_a_reader_written_in_a_hurry():
    found = SOAK["fuzz"](SOAK["in_a_hurry"], SOAK["READERS"]["survey"][1], 500, SEED)
    assert found["escaped"] > 0
