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
        return plain(table[["group", "name", "in_order"]].itertuples(index=False))
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
    base.execute(
        f'create temp table s as select customer, segment, event, "at" from log where event in ({str(STEPS)[1:-1]})'
    )
    base.execute(
        f"create temp table t0 as select customer, min(segment) as segment, min(\"at\") as came from s where event = '{STEPS[0]}' group by 1"
    )
    rows = []
    for k, name in enumerate(STEPS):
        if k:
            base.execute(f"""create temp table t{k} as select t.customer, t.segment, min(s."at") as came from t{k - 1} as t
                join s on s.customer = t.customer and s.event = '{name}' and s."at" >= t.came group by 1, 2""")
        rows += [(g, name, n) for g, n in base.sql(f"select segment, count(*) from t{k} group by 1").fetchall()]
    return plain(rows)


def by_polars(log, task):
    import polars as pl

    if task == "funnel":
        s = log.filter(pl.col("event").is_in(STEPS)).select("customer", "segment", "event", "at").collect().lazy()
        came, rows = None, []
        for name in STEPS:
            step = s.filter(pl.col("event") == name)
            if came is not None:
                step = step.join(came.select("customer", "came"), on="customer").filter(pl.col("at") >= pl.col("came"))
            came = step.group_by("customer", "segment").agg(came=pl.col("at").min()).collect().lazy()
            rows += [(g, name, n) for g, n in came.group_by("segment").agg(pl.len()).collect().rows()]
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
        came, rows = None, []
        for name in STEPS:
            step = s[s.event == name]
            if came is not None:
                step = step.merge(came[["customer", "came"]], on="customer")
                step = step[step["at"] >= step.came]
            came = step.groupby(["customer", "segment"])["at"].min().rename("came").reset_index()
            rows += [(g, name, n) for g, n in came.groupby("segment").size().items()]
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
