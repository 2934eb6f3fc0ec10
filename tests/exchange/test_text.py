import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import InputError, NotFoundError
from cjmkit.exchange import text as reading
from cjmkit.exchange.text import number, read_text_table

SHAPES = "fivetran_export_shapes"


def rows_of(data):
    return read_text_table(data)[0].values.tolist()


def test_every_cell_stays_the_text_that_stands_in_the_file():
    table, warnings = read_text_table(b"code,say,none\n007,NO,\n1e5,None,NA\n 3 ,nan,01.02.2026\n")
    assert table.values.tolist() == [["007", "NO", ""], ["1e5", "None", "NA"], [" 3 ", "nan", "01.02.2026"]]
    assert warnings == ()


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_outside_of_quotation_marks(sign):
    data = f'id{sign}say\n1{sign}"a,b;c|d\te"\n2{sign}x\n'.encode()
    assert rows_of(data) == [["1", "a,b;c|d\te"], ["2", "x"]]


def test_decimal_commas_do_not_pass_for_delimiters():
    assert rows_of(b"id;score;gap\n1;3,5;1,5\n2;4;2,0\n") == [["1", "3,5", "1,5"], ["2", "4", "2,0"]]
    assert rows_of(b"age, years;score\n34;3,5\n") == [["34", "3,5"]]


def test_a_single_column_is_a_table_too():
    assert rows_of(b"nps\n9\n10\n") == [["9"], ["10"]]


def test_excels_own_line_that_names_the_delimiter_is_no_heading():
    table, _ = read_text_table(b"sep=;\r\na;b\r\n1;2\r\n")
    assert list(table.columns) == ["a", "b"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", pytest.param("be", id="utf-16 with the large end first")]
)
def test_unicode_is_read_without_a_warning(encoding):
    text = "imię;zdanie\nŁucja;中文\n"
    data = codecs.BOM_UTF16_BE + text.encode("utf-16-be") if encoding == "be" else text.encode(encoding)
    table, warnings = read_text_table(data)
    assert list(table.columns) == ["imię", "zdanie"]
    assert table.values.tolist() == [["Łucja", "中文"]]
    assert warnings == ()


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", "Żółta łódź; bardzo długo czekałam"),
        ("cp1250", "dziękuję za pomoc"),
        ("cp1250", "Gdańsk, ręce, więcej, choć"),
        ("cp1250", "Příliš žluťoučký kůň"),
        ("cp1252", "garçon, très élégant, sœur, naïf, être à Noël"),
        ("cp1252", "España, año, ¿qué tal?, señor"),
        ("cp1252", "Größe, schön, für 5 €, 20 m³"),
        ("cp1252", "não, coração, você"),
    ],
)
def test_the_old_code_pages_are_told_apart_and_the_guess_is_said(encoding, words):
    table, warnings = read_text_table(f"say\n{words.replace(',', '.')}\n".encode(encoding))
    assert table.say[0] == words.replace(",", ".")
    assert encoding in str(warnings[0])


def test_utf8_that_breaks_off_is_not_read_as_another_encoding():
    with pytest.raises(InputError, match="line 3: the text is UTF-8 up to here"):
        read_text_table("a\nżółć\nżół".encode()[:-1])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04....xl/workbook.xml", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\n <!DOCTYPE html><html>", "web page"),
        (b'[{"a": 1}]', "JSON"),
        (b"a,b\n1,\0\n", "not text"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
    ],
)
def test_what_is_no_table_of_text_is_refused_in_a_sentence(data, says):
    with pytest.raises(InputError, match=says):
        read_text_table(data)


@pytest.mark.parametrize("address", ["https://example.org/a.csv", "s3://bucket/a.csv", "file:///etc/passwd", "data:,a"])
def test_an_address_is_never_followed(address):
    with pytest.raises(InputError, match="internet address"):
        read_text_table(address)
    with pytest.raises(InputError, match="internet address"):
        read_text_table(Path(address))


def test_a_file_that_is_not_there_or_no_file_is_said(tmp_path):
    with pytest.raises(NotFoundError, match="There is no file"):
        read_text_table(tmp_path / "gone.csv")
    with pytest.raises(InputError, match="is not a file"):
        read_text_table(tmp_path)


def test_too_large_and_too_wide_are_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="1001 columns"):
        read_text_table(",".join(f"c{i}" for i in range(1001)).encode() + b"\n")
    with pytest.raises(InputError, match="line longer"):
        read_text_table(b"a,b\n" + b"," * 5_000_000)
    monkeypatch.setattr(reading, "MOST_CELLS", 100)
    with pytest.raises(InputError, match="too many cells"):
        read_text_table(b"a,b\n" + b"1,2\n" * 100)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(50 * 2**20 + 1)
    with pytest.raises(InputError, match="larger than 50 MB"):
        read_text_table(large)


def test_short_rows_are_filled_and_named_and_nothing_is_shifted():
    table, warnings = read_text_table(b"a,b,c\n1,2,3\n4\n5,6\n7,8,9,\n")
    assert table.values.tolist() == [["1", "2", "3"], ["4", "", ""], ["5", "6", ""], ["7", "8", "9"]]
    assert "rows with fewer cells" in str(warnings[0])
    assert str(warnings[0]).endswith("lines 3, 4")


def test_a_row_with_too_many_cells_is_refused_with_its_line():
    with pytest.raises(InputError, match=r"more cells than the heading \(2\): 4, 6"):
        read_text_table(b'a,b\n"1\n1",2\n3,4,5\n6,7\n8,9,10\n')


def test_empty_rows_are_left_out_and_counted():
    table, warnings = read_text_table(b"a,b\n1,2\n,\n\n3,4\n")
    assert len(table) == 2
    assert "rows without any content, left out (1 in all): lines 3" in str(warnings[0])


def test_headings_must_be_there_and_differ():
    with pytest.raises(InputError, match="stand twice: a"):
        read_text_table(b"a,b, a\n1,2,3\n")
    with pytest.raises(InputError, match="column 2 has no heading"):
        read_text_table(b"a,,c\n1,2,3\n")
    assert list(read_text_table(b"a,,c,\n1,,3,\n")[0].columns) == ["a", "c"]


def test_an_open_quotation_mark_does_not_swallow_the_rest():
    with pytest.raises(InputError, match="line 3: a quotation mark"):
        read_text_table(b'a,b\n1,2\n3,"4\n5,6\n')
    with pytest.raises(InputError, match="line 2: a quotation mark"):
        read_text_table(b'a,b\n1,"2"x\n')
    with pytest.raises(InputError, match="is a quotation mark open"):
        read_text_table(b'a,b\n1,"' + b"x" * 200_000)


def test_numbers_have_a_point_or_a_comma_and_thousands_are_not_guessed():
    assert [number(t) for t in ("3,5", "3.5", " 4 ", "-1", "+2", "0,125", ".5", "1.234", "9.4E-05")] == [
        3.5, 3.5, 4, -1, 2, 0.125, 0.5, 1.234, 0.000094,
    ]  # fmt: skip
    for text in ("", "1,234", "1 234", "1.234,5", "1e999", "nan", "inf", "0x1", "1_0", "٣", "5!", "--1", "9" * 400):
        assert number(text) is None, text


plain = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(plain, min_size=n, max_size=n), min_size=1, max_size=6)),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_is_written_with_quotation_marks_is_read_as_it_was(rows, sign, encoding):
    rows = [row for row in rows if any(row)]
    head = [f"column {i}" for i in range(len(rows[0]) if rows else 2)]
    quoted = [sign.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [head, *rows]]
    assert rows_of("\r\n".join(quoted).encode(encoding)) == rows


def test_exports_of_other_systems_are_read_as_text_or_refused_in_a_sentence(real_data):
    seen: dict[str, object] = {}
    for path in sorted((real_data / SHAPES).glob("*.csv")):
        try:
            seen[path.name] = read_text_table(path)[0].shape
        except InputError as error:
            seen[path.name] = str(error)
    assert len(seen) == 16
    assert seen["qualtrics__question_response.csv"] == (5, 11)
    refused = {name: said for name, said in seen.items() if isinstance(said, str)}
    assert list(refused) == ["ga4_export__event_data.csv"]
    assert "columns that stand twice: param_session_engaged" in refused["ga4_export__event_data.csv"]
