"""Redemptions over HTTP, each on the disk before it is answered, against the bare statements in C."""

from machine import Failure, quartiles


def check(install, expected):
    counts = install.used()
    if counts != [expected] * 4:
        raise Failure(f"{expected} redemptions answered, but the store has {counts}")


def measure(bench):
    """Rounds of redemptions a second: ours, C in groups of 64, C one by one. Measured once a run."""
    if bench.redemptions is None:
        bench.redemptions = rounds(bench)
    return bench.redemptions


def rounds(bench):
    count, turns = bench.rounds(100_000, 20_000), bench.rounds(8, 4)
    share = count // turns
    base = bench.install("redeem", count)
    codes, hashes = base.vouchers()
    grouped, alone = base.copy("redeem-grouped"), base.copy("redeem-alone")
    found = []
    with base.serve() as server:
        for turn in range(turns):
            skip = turn * share
            group = bench.machine.limit("redeem_limit", grouped.database, hashes, skip, share, 64)[0]
            ours = server.redeem(codes, skip, share)
            single = bench.machine.limit("redeem_limit", alone.database, hashes, turn * (share // 8), share // 8, 1)[0]
            found.append((share / ours[0], share / group, share // 8 / single, ours[1], ours[2]))
    check(base, turns * share)
    check(grouped, turns * share)
    for install in (base, grouped, alone):
        install.remove()
    return found


def redeem_ratio(bench):
    found = measure(bench)
    bench.note(f"p50 {quartiles([row[3] for row in found])[0]:.2f} ms, p99 {quartiles([row[4] for row in found])[0]:.1f} ms")
    return bench.ratio([(row[0], row[1]) for row in found], "redemptions/s")


def redeem_group_gain(bench):
    return bench.ratio([(row[0], row[2]) for row in measure(bench)], "redemptions/s")


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
