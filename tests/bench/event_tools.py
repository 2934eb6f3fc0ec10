"""One way of counting a log, in a process of its own: python event_tools.py TOOL TASK FILE prints its seconds, memory and result.

Tools: cjmkit on three engines, the same by hand in each, retentioneering, pm4py, and the bare scan of the columns.
"""

import json
import resource
import sys
import time

STEPS = [f"touchpoint_{n:02d}" for n in (0, 2, 5, 9, 14)]
FOUR = ["event", "then1", "then2", "then3"]


def duck(file):
    import duckdb

    base = duckdb.connect(
        config={"memory_limit": "2GB", "preserve_insertion_order": False, "temp_directory": file + ".spill"}
    )
    base.execute(f"create view log as select * from read_parquet('{file}')")
    return base


def frame(engine, file):
    import polars as pl

    if engine == "duckdb":
        return duck(file).sql("from log")
    if engine == "polars":
        return pl.scan_parquet(file)
    import pandas as pd

    return pd.DataFrame(pl.read_parquet(file).to_dict(as_series=False))


def plain(rows):
    return sorted([*map(str, row[:-1]), int(row[-1])] for row in rows)


def ours(log, task):
    from cjmkit.method.funnel import funnel_of
    from cjmkit.method.transitions import END, START, common_paths, transitions

    if task == "transitions":
        table = transitions(log)
        table = table[(table["from"] != START) & (table["to"] != END)]
        return plain(table[["from", "to", "n"]].itertuples(index=False))
    if task == "funnel":
        table = funnel_of(log, {name: [name] for name in STEPS}, by="segment")
        return plain(
            (r.group, r.name, r.reached, r.in_order)
            for r in table[["group", "name", "reached", "in_order"]].itertuples(index=False, name="Row")
        )
    return plain((*row.path, row.n) for row in common_paths(log).itertuples())


WINDOW = 'over (partition by customer order by "at", event)'
LEADS = ", ".join(f"lead(event, {k}) {WINDOW} as then{k}" for k in (1, 2, 3))


def by_duckdb(base, task):
    if task == "scan":
        return base.sql('select count(distinct event), max(customer), max("at") from log').fetchall() and []
    if task == "transitions":
        rows = base.sql(f"""select event, then1, count(distinct customer), count(*) from
            (select customer, event, lead(event) {WINDOW} as then1 from log) where then1 is not null group by all""").fetchall()
        return plain((a, b, n) for a, b, _, n in rows)
    if task == "paths":
        rows = base.sql(f"""select {", ".join(FOUR)}, count(distinct customer), count(*) as n from (select customer, event, {LEADS} from log)
            where then3 is not null group by all order by n desc, {", ".join(FOUR)} limit 20""").fetchall()
        return plain((*row[:4], row[5]) for row in rows)
    # The same table as the kit's: who was there at all, who came in order, and the segment (here everybody has one).
    base.execute(
        f'create temp table s as select customer, segment, list_position({STEPS}, event) as step, "at" from log where event in ({str(STEPS)[1:-1]})'
    )
    firsts = ", ".join(f'min("at") filter (step = {k + 1}) as there{k}' for k in range(len(STEPS)))
    base.execute(f"create temp table t as select customer, any_value(segment) as segment, {firsts} from s group by 1")
    base.execute("create temp table t0 as select customer, there0 as came from t")
    for k in range(1, len(STEPS)):
        base.execute(f"""create temp table t{k} as select s.customer, min(s."at") as came from s join t{k - 1} as t
            on s.customer = t.customer and s.step = {k + 1} and s."at" >= t.came group by 1""")
    rows = []
    for k, name in enumerate(STEPS):
        rows += [
            (g, name, n, m)
            for g, n, m in base.sql(
                f"select segment, count(there{k}), count(came) from t left join t{k} using (customer) group by 1"
            ).fetchall()
        ]
    return plain(rows)


def by_polars(log, task):
    import polars as pl

    if task == "funnel":
        s = log.filter(pl.col("event").is_in(STEPS)).select("customer", "segment", "event", "at").collect().lazy()
        of = s.group_by("customer").agg(group=pl.col("segment").first()).collect().lazy()  # here everybody has one
        came, rows = None, []
        for name in STEPS:
            step = s.filter(pl.col("event") == name).select("customer", "at")
            there = of.join(step.select("customer").unique(), on="customer").group_by("group").agg(there=pl.len())
            if came is not None:
                step = step.join(came, on="customer").filter(pl.col("at") >= pl.col("came"))
            came = step.group_by("customer").agg(came=pl.col("at").min()).collect().lazy()
            counts = there.join(of.join(came, on="customer").group_by("group").agg(n=pl.len()), on="group", how="left")
            rows += [(g, name, n, m or 0) for g, n, m in counts.collect().rows()]
        return plain(rows)
    k = 1 if task == "transitions" else 3
    names = FOUR[: k + 1]
    then = log.sort("customer", "at", "event").with_columns(
        **{
            f"then{i}": pl.when(pl.col("customer") == pl.col("customer").shift(-i)).then(pl.col("event").shift(-i))
            for i in range(1, k + 1)
        }
    )
    counts = then.drop_nulls(names[-1]).group_by(names).agg(n=pl.len(), customers=pl.col("customer").n_unique())
    if k == 3:
        counts = counts.sort("n", *names, descending=[True, *[False] * 4]).head(20)
    return plain(counts.select(*names, "n").collect().rows())


def by_pandas(log, task):
    if task == "funnel":
        s = log[log.event.isin(STEPS)]
        of = s.loc[s.groupby("customer")["at"].idxmin()].set_index("customer").segment
        came, rows = None, []
        for name in STEPS:
            step = s[s.event == name]
            there = of[of.index.isin(step.customer)].value_counts()
            if came is not None:
                step = step.merge(came, on="customer")
                step = step[step["at"] >= step.came]
            came = step.groupby("customer")["at"].min().rename("came").reset_index()
            n = came.customer.map(of).value_counts()
            rows += [(g, name, m, n.get(g, 0)) for g, m in there.items()]
        return plain(rows)
    k = 1 if task == "transitions" else 3
    log = log.sort_values(["customer", "at", "event"])
    then = log.groupby("customer").event
    log = log.assign(**{f"then{i}": then.shift(-i) for i in range(1, k + 1)}).dropna(subset=FOUR[k])
    counts = log.groupby(FOUR[: k + 1]).customer.agg(["size", "nunique"]).reset_index()
    if k == 3:
        counts = counts.sort_values(["size", *FOUR], ascending=[False, *[True] * 4]).head(20)
    return plain(counts[[*FOUR[: k + 1], "size"]].itertuples(index=False))


def by_retentioneering(log, task):
    from retentioneering.eventstream import Eventstream

    schema = {"path_cols": ["customer"], "event_col": "event", "timestamp_col": "at"}
    counts = Eventstream(log, schema=schema).transition_graph_data(edge_weight="count").stack()
    return plain((a, b, n) for (a, b), n in counts.items() if n and "path_" not in f"{a}{b}")


def by_pm4py(log, task):
    import pm4py

    found = pm4py.discover_dfg(log, activity_key="event", timestamp_key="at", case_id_key="customer")[0]
    return plain((a, b, n) for (a, b), n in found.items())


def main(tool, task, file):
    if tool in ("retentioneering", "pm4py"):
        import pandas as pd

        read = lambda: pd.read_parquet(file, columns=["customer", "event", "at"])  # noqa: E731
        count = by_retentioneering if tool == "retentioneering" else by_pm4py
    else:
        kind, engine = tool.split()
        count = ours if kind == "cjmkit" else {"duckdb": by_duckdb, "polars": by_polars, "pandas": by_pandas}[engine]
        read = (lambda: duck(file)) if (kind, engine) == ("hand", "duckdb") else lambda: frame(engine, file)
    if "cjmkit" in tool:
        import cjmkit.method.transitions  # noqa: F401
    begun, used = time.perf_counter(), time.process_time()
    log = read()
    ready = time.perf_counter()
    result = count(log, task)
    told = {"read": ready - begun, "seconds": time.perf_counter() - ready, "cpu": time.process_time() - used,
            "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "result": result}  # fmt: skip
    print("\n" + json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
