"""Redemptions over HTTP, each on the disk before it is answered, against the bare statements in C, and against the same
gateway with a commit and a trip to the disk for each."""

from collections import namedtuple

from machine import Failure, quartiles


# Redemptions a second of each, and the gateway's median and 99th percentile in milliseconds.
Round = namedtuple("Round", "ours singly bare_grouped bare_singly median p99")


def check(install, expected):
    counts = install.used()
    if counts != [expected] * 4:
        raise Failure(f"{expected} redemptions answered, but the store has {counts}")


def measure(bench):
    """Rounds of redemptions a second: ours, ours one by one, C in groups of 64, C one by one. Measured once a run."""
    if bench.redemptions is None:
        bench.redemptions = rounds(bench)
    return bench.redemptions


def rounds(bench):
    count, turns = bench.rounds(100_000, 20_000), bench.rounds(8, 4)
    share = count // turns
    base = bench.install("redeem", count)
    codes, hashes = base.vouchers()
    single, grouped, alone = (base.copy(f"redeem-{name}") for name in ("single", "grouped", "alone"))
    few, found = share // 8, []
    with base.serve() as server, single.serve(group_commit="off") as singly:
        for turn in range(turns):
            skip = turn * share
            group = bench.machine.limit("redeem_limit", grouped.database, hashes, skip, share, 64)[0]
            ours = server.redeem(codes, skip, share)
            each = singly.redeem(codes, turn * few, few)
            bare = bench.machine.limit("redeem_limit", alone.database, hashes, turn * few, few, 1)[0]
            found.append(Round(share / ours[0], few / each[0], share / group, few / bare, ours[1], ours[2]))
    for install, count in ((base, share), (single, few), (grouped, share), (alone, few)):
        check(install, turns * count)
        install.remove()
    return found


def redeem_ratio(bench):
    found = measure(bench)
    bench.note(f"p50 {middle(found, 'median'):.2f} ms, p99 {middle(found, 'p99'):.1f} ms")
    return bench.ratio([(row.ours, row.bare_grouped) for row in found], "redemptions/s")


def redeem_group_gain(bench):
    """The gateway over itself with a trip to the disk for each redemption."""
    found = measure(bench)
    bench.note(f"a bare C loop with a commit for each: {middle(found, 'bare_singly'):,.0f}/s")
    return bench.ratio([(row.ours, row.singly) for row in found], "redemptions/s")


def middle(found, column):
    return quartiles([getattr(row, column) for row in found])[0]


def growth_redeem(bench):
    """Microseconds of a redemption among many vouchers, over those among few."""
    warm, few_count, many_count = 100, 800, bench.rounds(4_000, 1_600)
    small, large = bench.small(), bench.large().copy("growth-large")
    few_codes, many_codes = small.vouchers()[0], large.vouchers()[0]
    pairs = []
    with large.serve() as many:
        many.redeem(many_codes, 0, warm)
        for turn in range(bench.rounds(8, 4)):
            fresh = small.copy("growth-small")
            with fresh.serve() as few:
                few.redeem(few_codes, 0, warm)
                small_time = few.redeem(few_codes, warm, few_count)[0] / few_count
            fresh.remove()
            large_time = many.redeem(many_codes, warm + turn * many_count, many_count)[0] / many_count
            pairs.append((large_time * 1e6, small_time * 1e6))
    large.remove()
    return bench.ratio(pairs, "µs a redemption")
