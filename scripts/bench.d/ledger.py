"""Payments entered into the books, each on the disk before its writer goes on, against the bare rows in C."""

from machine import run


def ledger_postings_ratio(bench):
    """Postings a second of 64 writers, over a bare loop that inserts the same rows in groups of 64."""
    program, share = bench.machine.program("lango-bench"), bench.rounds(64_000, 16_000)
    ours, bare, pairs = bench.machine.folder / "books.db", bench.machine.folder / "rows.db", []
    for database in (ours, bare):
        run(program, "ledger", database, 64)
    for _ in range(bench.rounds(8, 4)):
        taken = float(run(program, "ledger", ours, share))
        limit = bench.machine.limit("ledger_limit", bare, share, 64)[0]
        pairs.append((share / taken, share / limit))
    return bench.ratio(pairs, "postings/s")
