"""What customers did after what: sessions, transitions, step matrix, commonest paths, loops.

All take a log (see `cjmkit.method.events`) on any engine and give small pandas tables. They share three arguments:

    of: the column that is followed, "event", or "touchpoint" or "stage" of what `on_map` gives; rows where it is "" (off the
        map) are passed over, as are rows without a customer, an event or a time.
    by: a column of segments, or None; a customer is of the first group given in it, "" where none is (how many had several
        `cjmkit.method.funnel.funnel` tells), and groups under five customers are merged into "other".
    within: "customer", or "session" of what `sessions` gives; then `customers` counts sessions.

`START` and `END` stand for what is before the first and after the last event. Of events at the same time the one whose name
comes first by the alphabet is first; rows alike in customer, event and time are each counted, and no figure hangs on which
of them comes first, so that every engine counts alike. On the engine a name is its number (0 = none), which sorts and counts
faster.

With `by` the tables are for whoever analyses: no group is under five customers, but a row of a group may be about one of
them. What a client receives merges such rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from cjmkit.method.events import Frame, first_groups, known, small
from cjmkit.method.funnel import share
from cjmkit.method.groups import OTHER, merge_small_groups

START = "(start)"
END = "(end)"
ORDER = ["at", "name"]
BODY = 3  # the longest loop whose steps are told


def sessions(events: Any, minutes: int = 30) -> Frame:
    """The log with the number of each customer's session: a new one begins after more than so many minutes of nothing.

    >>> at = pd.to_datetime(["2026-01-01 10:00", "2026-01-01 10:30", "2026-01-01 11:01"])
    >>> small(sessions(pd.DataFrame({"customer": "a", "event": ["x", "y", "x"], "at": at}))).session.tolist()
    [1, 1, 2]
    """
    order = ["at", "event"]
    ends = nw.col("at").dt.offset_by(f"{int(minutes)}m").shift(1).over("customer", order_by=order)
    frame = known(events).with_columns(same=_flag(ends >= nw.col("at")))
    new = (
        (1 - nw.col("same")).cum_sum().over("customer", order_by=[*order, "same"])
    )  # of rows alike the one that begins it first
    return frame.with_columns(session=new).drop("same")


def transitions(events: Any, of: str = "event", by: str | None = None, within: str = "customer") -> pd.DataFrame:
    """How often what followed upon what.

    Returns:
        Columns group (with `by`), from, to, n, customers (distinct), share (of those leaving `from`: of n); `START` and `END`
        are among them. In the order of from, the commonest first.

    >>> log = pd.DataFrame({"customer": list("aab"), "event": ["home", "cart", "home"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01"])})
    >>> transitions(log)[["from", "to", "n", "share"]].values.tolist()
    [['(start)', 'home', 2, 1.0], ['cart', '(end)', 1, 1.0], ['home', '(end)', 1, 0.5], ['home', 'cart', 1, 0.5]]
    """
    frame, group, names = _followed(events, of, by, within)
    counts = _counted(frame.with_columns(to=_away(1)), [*group, "name", "to"])
    table = _named(small(counts), names, ["name", "to"]).rename(columns={"name": "from"})
    # Whoever did not come from another event began there, and begins once.
    came = table[table.to != ""].groupby([*group, "to"]).n.sum()
    met = table.groupby([*group, "from"]).n.sum()
    first = met - came.rename_axis(met.index.names).reindex(met.index, fill_value=0)
    begun = first[first > 0].reset_index().rename(columns={"from": "to"}).assign(**{"from": START})
    table = pd.concat([table.replace({"to": {"": END}}), begun.assign(customers=begun.n)], ignore_index=True)
    table["share"] = table.n / table.groupby([*group, "from"]).n.transform("sum")
    return _sorted(table[[*group, "from", "to", "n", "customers", "share"]], [*group, "from", "n", "to"])


def step_matrix(
    events: Any, of: str = "event", steps: int = 8, by: str | None = None, within: str = "customer"
) -> pd.DataFrame:
    """What customers are at in their first, second, third step, and so on.

    Args:
        events: the log.
        of: see above, as `by` and `within`.
        steps: how many.

    Returns:
        Columns group (with `by`), step (from 1), name, n, share (of all customers of the group); `END` is those who had no
        step any more. The shares of a step make 1. In the order of steps, the commonest first.

    >>> log = pd.DataFrame({"customer": list("aab"), "event": ["home", "cart", "home"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01"])})
    >>> step_matrix(log, steps=2).values.tolist()
    [[1, 'home', 2, 1.0], [2, '(end)', 1, 0.5], [2, 'cart', 1, 0.5]]
    """
    frame, group, names = _followed(events, of, by, within)
    counts = _numbered(frame).filter(nw.col("step") <= steps).group_by(*group, "step", "name").agg(n=nw.len())
    table = _named(small(counts), names, ["name"]).astype({"step": int})
    here = table.groupby([*group, "step"]).n.sum().unstack("step", fill_value=0) if group else None
    here = table.groupby("step").n.sum().to_frame("").T if here is None else here
    here = here.reindex(columns=range(1, steps + 1), fill_value=0)
    gone = here.rsub(here[1], axis=0).rename_axis("group").reset_index().melt("group", var_name="step", value_name="n")
    gone = gone[gone.n > 0].astype({"step": int}).assign(name=END)
    table = pd.concat([table, gone[[*group, "step", "name", "n"]]], ignore_index=True)
    table["share"] = table.n / (table.group.map(here[1]) if group else here[1].iloc[0])
    return _sorted(table[[*group, "step", "name", "n", "share"]], [*group, "step", "n", "name"])


def common_paths(
    events: Any, of: str = "event", length: int = 4, top: int = 20, by: str | None = None, within: str = "customer",
    whole: bool = False, repeats: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """The commonest ways through the log.

    Args:
        events: the log.
        of: see above, as `by` and `within`.
        length: so many events in a row, anywhere in what a customer did; with `whole`, at most.
        top: how many paths, of each group.
        whole: what each customer did from the first event on, with `END` where it ended within `length`.
        repeats: whether an event right after itself counts; else a row of the same is one step.

    Returns:
        Columns group (with `by`), path (names), n, customers (distinct), share (customers, of all in the group). The
        commonest first, by n, then by name.

    >>> log = pd.DataFrame({"customer": list("aab"), "event": ["home", "cart", "home"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-01"])})
    >>> common_paths(log, length=2)[["path", "n", "share"]].values.tolist()
    [[('home', 'cart'), 1, 0.5]]
    """
    frame, group, names = _followed(events, of, by, within)
    if not repeats:
        frame = frame.with_columns(last=_away(-1)).filter(nw.col("last") != nw.col("name"))
    way, order = ["name", *(f"then{k}" for k in range(1, length + whole))], ["step"] if whole else ORDER
    frame = _numbered(frame) if whole else frame
    paths = frame.with_columns(**{name: _away(k, order) if k else nw.col("name") for k, name in enumerate(way)})
    if whole:  # the last is whether there was more, not what
        paths = paths.with_columns(**{way[-1]: _flag(nw.col(way[-1]) > 0)}).filter(nw.col("step") == 1)
    else:
        paths = paths.filter(nw.col(way[-1]) > 0)
    table = small(_top(_counted(paths, [*group, *way]), group, way, top))
    more = table[way[-1]] > 0
    steps = _named(table, names, way[:length])[way[:length]].itertuples(index=False, name=None)
    ways = [tuple(name for name in row if name) for row in steps]
    table["path"] = [way if on or not whole else (*way, END) for way, on in zip(ways, more, strict=True)]
    people = _people(frame, group)
    table["share"] = table.customers.astype(int) / (table.group.map(people) if group else people.get("", 0))
    table = _sorted(table[[*group, "path", "n", "customers", "share"]], [*group, "n", "path"])
    return table.astype({"n": int, "customers": int})


def loops(events: Any, of: str = "event", by: str | None = None, within: str = "customer") -> pd.DataFrame:
    """What comes back: after others (a loop), or right after itself (a repeat).

    Returns:
        Columns group (with `by`), name, n, customers (who met it); loops (how often it came back after others), loop_customers,
        loop_share (of those who met it), low, high (Wilson's interval, 95 %); body (the commonest steps in between, a row of
        the same as one, where they are three at most), body_n; repeats, repeat_customers, repeat_share. The most loops first.

    >>> log = pd.DataFrame({"customer": "a", "event": ["cart", "home", "cart"],
    ...     "at": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"])})
    >>> loops(log)[["name", "loops", "loop_share", "body"]].values.tolist()
    [['cart', 1, 1.0, ('home',)], ['home', 0, 0.0, ()]]
    """
    frame, group, names = _followed(events, of, by, within)
    rows = frame.with_columns(again=_flag(_away(-1) == nw.col("name")))
    rows = rows.with_columns(step=(1 - nw.col("again")).cum_sum().over("customer", order_by=[*ORDER, "again"]))
    flags = {"loops": _flag(nw.col("gap") > 0), "repeats": nw.col("again")}
    each = rows.with_columns(gap=_back()).with_columns(**flags)
    each = each.group_by(*group, "customer", "name").agg(nw.col(*flags).sum(), n=nw.len())
    some = {f"{name[:-1]}_customers": _flag(nw.col(name) > 0) for name in flags}
    sums = ["n", *flags, *some]
    counts = each.with_columns(**some).group_by(*group, "name").agg(nw.col(*sums).sum(), customers=nw.len())
    table = _named(small(counts), names, ["name"]).astype(dict.fromkeys([*sums, "customers"], int))
    return _looped(table, _bodies(rows, group, names), group)


def _back() -> nw.Expr:
    """After how many other steps the same name comes back, 0 where it does not."""
    again = nw.col("step").shift(-1).over("customer", "name", order_by="step")
    return (again - nw.col("step")).fill_null(0)


def _bodies(rows: Frame, group: list[str], names: list[str]) -> pd.DataFrame:
    """The commonest steps between a name and its return."""
    runs, body = rows.filter(nw.col("again") == 0), [f"then{k}" for k in range(1, BODY + 1)]
    then = {name: nw.col("name").shift(-k).over("customer", order_by="step") for k, name in enumerate(body, 1)}
    runs = runs.with_columns(gap=_back(), **then).filter((nw.col("gap") > 0) & (nw.col("gap") <= BODY + 1))
    inside = [nw.when(nw.col("gap") > k).then(nw.col(name)).otherwise(nw.lit(0)) for k, name in enumerate(body, 1)]
    counts = runs.with_columns(**dict(zip(body, inside, strict=True))).group_by(*group, "name", *body).agg(n=nw.len())
    found = _named(small(_top(counts, [*group, "name"], body, 1)), names, ["name", *body])
    found["body"] = [tuple(name for name in row if name) for row in found[body].itertuples(index=False, name=None)]
    return found[[*group, "name", "body", "n"]].rename(columns={"n": "body_n"})


def _looped(table: pd.DataFrame, bodies: pd.DataFrame, group: list[str]) -> pd.DataFrame:
    table = table.merge(bodies, on=[*group, "name"], how="left")
    table["body"] = [found if isinstance(found, tuple) else () for found in table.body]
    table["body_n"] = table.body_n.fillna(0).astype(int)
    shares = [share(some, n) for some, n in zip(table.loop_customers, table.customers, strict=True)]
    table[["loop_share", "low", "high"]] = pd.DataFrame(shares, columns=range(3), index=table.index, dtype=float)
    table["repeat_share"] = table.repeat_customers / table.customers
    columns = ["name", "n", "customers", "loops", "loop_customers", "loop_share", "low", "high", "body", "body_n"]
    columns = [*group, *columns, "repeats", "repeat_customers", "repeat_share"]
    return _sorted(table[columns], [*group, "loops", "name"])


def _followed(events: Any, of: str, by: str | None, within: str) -> tuple[Frame, list[str], list[str]]:
    """The rows that count with the number of what is followed, the group's column where there is one, and the names."""
    frame = known(events)
    groups = _groups(frame, by) if by is not None else None
    frame = frame.filter(nw.col(of) != "") if of != "event" else frame
    who = nw.col("customer")
    if within != "customer":
        who = nw.concat_str(nw.col("customer").cast(nw.String), nw.col(within).cast(nw.String), separator="\x1f")
    frame = frame.select("customer", "at", who=who, word=nw.col(of))
    words = frame.select("word").unique().with_columns(name=nw.lit(1))
    words = words.with_columns(name=nw.col("name").cum_sum().over(order_by="word").cast(nw.Int32))
    frame = frame.join(words, on="word")
    frame = frame if groups is None else frame.join(groups, on="customer")
    group = [] if groups is None else ["group"]
    return frame.select("at", "name", *group, customer="who"), group, ["", *sorted(small(words).word)]


def _groups(frame: Frame, by: str) -> Frame:
    """Each customer's group, small ones merged."""
    groups = first_groups(frame, by)
    sizes = small(groups.group_by("group").agg(n=nw.len()))
    shown = merge_small_groups(dict(zip(sizes.group, sizes.n.astype(int), strict=True)))
    other = [group for group, name in shown.items() if name == OTHER]
    if not other:
        return groups
    merged = nw.when(nw.col("group").is_in(other)).then(nw.lit(OTHER)).otherwise(nw.col("group"))
    return groups.with_columns(group=merged)


def _counted(frame: Frame, keys: list[str]) -> Frame:
    """Rows and distinct customers by these columns; in two steps, which is faster than counting what is distinct."""
    each = frame.group_by("customer", *keys).agg(n=nw.len())
    return each.group_by(*keys).agg(n=nw.col("n").sum(), customers=nw.len())


def _named(table: pd.DataFrame, names: list[str], columns: list[str]) -> pd.DataFrame:
    """A small table with names for their numbers."""
    words = {column: [names[number] for number in table[column].astype(int)] for column in columns}
    return table.assign(**words).astype({name: int for name in ("n", "customers") if name in table})


def _away(k: int, order: Sequence[str] = ORDER) -> nw.Expr:
    """The number of the name so many steps on, 0 where there is none."""
    return nw.col("name").shift(-k).over("customer", order_by=order).fill_null(0)


def _numbered(frame: Frame) -> Frame:
    """With the number of each of a customer's steps, from 1."""
    return frame.with_columns(step=nw.lit(1)).with_columns(
        step=nw.col("step").cum_sum().over("customer", order_by=ORDER)
    )


def _flag(so: nw.Expr) -> nw.Expr:
    return nw.when(so).then(nw.lit(1)).otherwise(nw.lit(0))


def _top(counts: Frame, group: list[str], names: list[str], top: int) -> Frame:
    """The commonest of each group; equals by name."""
    if not group:
        return counts.sort("n", *names, descending=[True, *(False for _ in names)]).head(top)
    ranked = counts.with_columns(less=-nw.col("n").cast(nw.Int64), one=nw.lit(1))
    ranked = ranked.with_columns(rank=nw.col("one").cum_sum().over(*group, order_by=["less", *names]))
    return ranked.filter(nw.col("rank") <= top)


def _people(frame: Frame, group: list[str]) -> dict[str, int]:
    if not group:
        return {"": int(small(frame.select(nw.col("customer").n_unique())).customer.sum())}
    sizes = small(frame.group_by("group").agg(customers=nw.col("customer").n_unique()))
    return dict(zip(sizes.group, sizes.customers.astype(int), strict=True))


def _sorted(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """By these columns, counts from the largest."""
    table = table.astype({key: str for key in ("group", "from", "to", "name") if key in table})
    return table.sort_values(keys, ascending=[key not in ("n", "loops") for key in keys], ignore_index=True)
