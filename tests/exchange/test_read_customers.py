import openpyxl
import pytest

from cjmkit.errors import InputError, UsageError
from cjmkit.exchange.any_table import read_any_table
from cjmkit.exchange.columns import columns_of, parse_map
from cjmkit.exchange.customers import read_customers
from cjmkit.exchange.event_presets import PRESETS, detect, preset
from cjmkit.exchange.events import read_events, together

MAP = ["id=customer", "age=segment", "spent=number"]
LOG = parse_map(["id=customer", "what=event", "when=at"], "events")


def customers_of(text, *pairs, **declared):
    return read_customers(text.encode(), {**parse_map(pairs or MAP, "customers"), **columns_of(declared, "customers")})


def test_groups_are_ordered_categories_and_numbers_are_numbers():
    found = customers_of(
        "id;age;spent\n007;2;3,5\n008;1;\n009;;-1\n", age={"role": "segment", "labels": {"1": "young", "2": "old"}}
    )
    assert found.table.customer.tolist() == ["007", "008", "009"]
    assert list(found.table.age.cat.categories) == ["young", "old", ""]
    assert found.table.age.tolist() == ["old", "young", ""]
    assert found.table.spent.fillna(-99).tolist() == [3.5, -99, -1]
    assert (found.segments, found.numbers) == ({"age": "age"}, {"spent": "spent"})


def test_a_customer_in_two_rows_or_without_a_name_is_an_error_with_examples():
    with pytest.raises(InputError) as found:
        customers_of("id;age;spent\n7;a;1\n7;b;2\n;c;3\n")
    assert "customers in more than one row (1 in all): 7 (2×)" in str(found.value)
    assert "is empty in rows 4" in str(found.value)


def test_a_number_that_is_none_is_an_error_unless_declared_as_blank():
    text = "id;age;spent\n7;a;1 200\n8;b;n/a\n"
    with pytest.raises(InputError, match=r"no number: 1 200 \(1×\), n/a \(1×\)"):
        customers_of(text)
    assert customers_of(text, spent={"role": "number", "blank": ["n/a", "1 200"]}).table.spent.isna().all()


def test_a_table_without_customers_ids_has_its_rows_counted():
    assert customers_of("age;spent\na;1\nb;2\n", "age=segment", "spent=number").table.customer.tolist() == ["1", "2"]


def test_a_workbook_is_read_as_it_stands_and_its_formulas_are_told(tmp_path):
    book = openpyxl.Workbook()
    for row in [("id", "age", "spent"), ("007", "None", 3.5), ("008", True, "=1+1")]:
        book.active.append(row)
    book.create_sheet("more").append(["x"])
    book.save(tmp_path / "people.xlsx")
    table, warnings = read_any_table(tmp_path / "people.xlsx")
    assert table.values.tolist() == [["007", "None", "3.5"], ["008", "TRUE", ""]]
    words = " ".join(map(str, warnings))
    assert "only the first sheet, Sheet, was read; left out: more" in words
    assert "cells with a formula or an error, left empty (1 rows in all): rows 3" in words


def test_what_is_known_of_customers_joins_their_events():
    log = read_events(b"id;what;when\n7;x;2026-01-01\n8;x;2026-01-02\n7;y;2026-01-03\n", LOG)
    both = together([log], customers_of("id;age;spent\n7;old;1\n9;young;2\n"))
    assert [(row[0], row[4]) for row in both.events.fetchall()] == [("7", "old"), ("8", ""), ("7", "old")]
    assert both.segments == {"age": "age"}
    assert "customers of the log who are not in the table of customers, their groups left empty (1 in all)" in " ".join(
        map(str, both.warnings)
    )


def test_a_group_called_as_a_column_of_the_log_gets_a_name_of_its_own_and_is_told():
    log = read_events(b"id;what;when;Group\n7;x;2026-01-01;g\n", {**LOG, **parse_map(["Group=segment"], "events")})
    headings = ("Channel", "AT", "group", "Event 2", "event", "amount")
    known = customers_of(
        f"id;{';'.join(headings)}\n7;a;b;c;d;e;f\n", "id=customer", *(f"{h}=segment" for h in headings)
    )
    both = together([log], known)
    own = {"Group": "g", "Channel 2": "a", "AT 2": "b", "group 2": "c", "Event 2": "d", "event 3": "e", "amount 2": "f"}
    row = both.events.df().iloc[0]
    assert {name: row[name] for name in both.segments} == own
    assert both.segments["Channel 2"] == "Channel"
    assert "named anew beside it: Channel → Channel 2, AT → AT 2" in " ".join(map(str, both.warnings))


def test_segments_of_two_logs_that_differ_in_case_only_are_one():
    logs = [
        read_events(f"id;what;when;{name}\n{name};x;2026-01-01;{name}\n".encode(), {**LOG, **parse_map([f"{name}=segment"], "events")})
        for name in ("Group", "GROUP")
    ]  # fmt: skip
    both = together(logs)
    assert list(both.segments) == ["Group"]
    assert both.events.df()["Group"].tolist() == ["Group", "GROUP"]


def test_a_group_called_customer_beside_the_customer_is_held_under_another_name():
    found = customers_of("id;customer\n7;old\n", "id=customer", "customer=segment")
    assert found.table.values.tolist() == [["7", "old"]]
    assert found.segments == {"customer 2": "customer"}


def test_rows_keep_their_order_when_customers_join(tmp_path):
    n = 150_000  # more than one of the engine's pieces, so that a bare join would mix them
    rows = "".join(f"c{i % 1009};e{i};2026-01-01\n" for i in range(n))
    log = read_events(("id;what;when\n" + rows).encode(), LOG)
    known = customers_of(
        "id;age\n" + "".join(f"c{i};{i % 3}\n" for i in range(0, 1009, 2)), "id=customer", "age=segment"
    )
    names = [row[0] for row in together([log], known).events.select("event").fetchall()]
    assert names == [f"e{i}" for i in range(n)]


def test_an_unknown_preset_or_layout_is_named():
    with pytest.raises(UsageError, match="nearest: zendesk"):
        preset("zendsk", ["a"])
    with pytest.raises(InputError, match="no file of zendesk whose columns are known"):
        preset("zendesk", ["a", "b"])
    assert detect(["a", "b"]) is None


def test_each_layout_that_holds_events_makes_a_log_and_only_one_tool_knows_it():
    for name, layouts in PRESETS.items():
        for layout in layouts:
            headings = sorted({*layout.known_by, *(name for name in layout.columns if "." not in name)})
            assert [tool for tool, all_of in PRESETS.items() if any(one.fits(headings) for one in all_of)] == [name]
            if layout.kind in ("events", "customers"):
                assert "customer" in {column.role for column in preset(name, headings, layout.kind).values()}
