"""A table of customers, one row each: what is known of them as groups and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pandas as pd

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.any_table import read_any_table
from cjmkit.exchange.columns import NOT_FITTING, Column, Columns, not_there, stands_twice
from cjmkit.exchange.text import Source, first_of, number, refuse_headless


@dataclass(frozen=True)
class Customers:
    """What is known of customers: `table` has the column customer, then one per segment and number.

    Segments are ordered categories, "" where it is not said; numbers are NaN there. `segments` and `numbers` give names.
    """

    table: pd.DataFrame
    segments: Mapping[str, str]
    warnings: tuple[Fault, ...] = ()
    numbers: Mapping[str, str] | None = None


def read_customers(source: Source, columns: Columns) -> Customers:
    """The customers in a file, one row each, by the declaration of its columns.

    Args:
        source: the file, or its bytes: delimited text or an Excel workbook.
        columns: what each column is; see `cjmkit.exchange.columns`, kind "customers". Where none is the customer, the
            rows are counted.

    Raises:
        InputError: it is no table, a declared column is not there, a customer stands in two rows, or a number is none.

    >>> from cjmkit.exchange.columns import parse_map
    >>> found = read_customers(b"id;age;spent\\n007;old;3,5\\n", parse_map(["id=customer", "age=segment", "spent=number"], "customers"))
    >>> found.table.values.tolist()
    [['007', 'old', 3.5]]
    """
    table, warnings = read_any_table(source)
    refuse_headless(list(table.columns), "file" if isinstance(source, bytes) else Path(source).name)
    used = {name: column for name, column in columns.items() if column.role != "ignore"}
    _check(list(table.columns), used)
    cells = {name: table[name].str.strip().tolist() for name in used}
    ids = [name for name, column in used.items() if column.role == "customer"]
    people = cells[ids[0]] if ids else [str(n) for n in range(1, len(table) + 1)]
    faults = _people_faults(ids[0], people) if ids else []
    made = pd.DataFrame({"customer": pd.Series(people, dtype=str)})
    there = {name.casefold() for name in used}
    held = {name: free_name(name, there) if name == "customer" else name for name in used}
    for name, column in used.items():
        if column.role == "segment":
            made[held[name]] = _groups(cells[name], column)
        elif column.role == "number":
            values = [float("nan") if column.is_blank(text) else number(text) for text in cells[name]]
            faults += _number_faults(name, [t for t, x in zip(cells[name], values, strict=True) if x is None])
            made[held[name]] = pd.Series([float("nan") if x is None else x for x in values], dtype=float)
    if faults:
        raise InputError("The table of customers does not fit the declaration of its columns: {faults}", faults=faults)
    ignored = [name for name in table.columns if name not in columns]
    if ignored:
        sentence = N_("not declared and left out ({n} in all): {columns}")
        warnings = (*warnings, Fault("columns", sentence, {"n": str(len(ignored)), "columns": first_of(ignored)}))
    names = {role: {held[n]: c.name or n for n, c in used.items() if c.role == role} for role in ("segment", "number")}
    return Customers(made, names["segment"], warnings, names["number"])


def free_name(name: str, taken: Container[str]) -> str:
    """The name, with a number where it is taken in any case.

    >>> free_name("Channel", {"channel", "channel 2"})
    'Channel 3'
    """
    numbered = (name if n == 1 else f"{name} {n}" for n in count(1))
    return next(one for one in numbered if one.casefold() not in taken)


def _check(there: list[str], used: Columns) -> None:
    faults = not_there(used, there)
    if not any(column.role in ("segment", "number") for column in used.values()):
        sentence = N_("none is declared as a segment or a number; declare at least one")
        faults.append(Fault("columns", sentence))
    faults += stands_twice(used, "customers")
    if faults:
        raise InputError(NOT_FITTING, faults=faults)


def _people_faults(name: str, people: list[str]) -> list[Fault]:
    without = [str(n) for n, id in enumerate(people, 2) if not id]
    times = Counter(people)
    twice = [f"{id} ({n}×)" for id, n in times.items() if id and n > 1]
    faults = []
    if without:
        sentence = N_("is empty in rows {rows}; each row needs its customer")
        faults.append(Fault(name, sentence, {"rows": first_of(without)}))
    if twice:
        sentence = N_("customers in more than one row ({n} in all): {customers}. Keep one row for each")
        faults.append(Fault(name, sentence, {"n": len(twice), "customers": first_of(twice)}))
    return faults


def _number_faults(name: str, wrong: list[str]) -> list[Fault]:
    if not wrong:
        return []
    counted = Counter(text[:40] for text in wrong).most_common()
    blank = ", ".join(f'"{text}"' for text, _ in counted[:10])
    sentence = N_("holds values that are no number: {values}. Where they mean nothing is known, declare {blank}")
    values = {"values": first_of([f"{text} ({n}×)" for text, n in counted]), "blank": f"blank = [{blank}]"}
    return [Fault(name, sentence, values)]


def _groups(cells: list[str], column: Column) -> pd.Categorical[str]:
    """Each customer's group in words, ordered as the labels are, then by number or letter."""
    words = ["" if column.is_blank(text) else column.labels.get(text, text) for text in cells]
    rest = sorted(set(words) - set(column.labels.values()), key=lambda text: (number(text) or 0.0, text))
    return pd.Categorical(words, categories=list(dict.fromkeys([*column.labels.values(), *rest])), ordered=True)
