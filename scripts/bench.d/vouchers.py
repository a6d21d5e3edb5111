"""Making many vouchers, and printing them."""

from machine import timed


def codes_million_ratio(bench):
    """Seconds to make and store a million vouchers, over a bare C load of the same rows."""
    count = bench.rounds(1_000_000, 100_000)
    empty = bench.install("codes")
    made, pairs = None, []
    for turn in range(bench.rounds(2, 3)):
        if made:
            made.remove()
        made = empty.copy(f"codes-{turn}")
        ours = made.generate(count, "--no-file")
        target = empty.copy("codes-limit")
        limit = bench.machine.limit("load_limit", made.database, target.database)[0]
        target.remove()
        pairs.append((ours, limit))
    made.remove()
    return bench.ratio(pairs, f"seconds for {count:,}")


def voucher_pdf_pages_per_s(bench):
    """A4 pages of 40 cards a second, the start of the program taken off."""
    count = 8_000
    install = bench.install("print", count)
    words = [bench.machine.lango, "vouchers"]
    tenant = ["--tenant", "pamoja"]
    print_batch = [*words, "print", "--batch", "1", "--preset", "classic-a4", "--force", "--out", bench.machine.folder / "cards.pdf"]
    speeds = []
    for _ in range(bench.rounds(5, 2)):
        start = timed(*words, "list", *tenant, environment=install.environment)
        speeds.append(count // 40 / (timed(*print_batch, *tenant, environment=install.environment) - start))
    size = (bench.machine.folder / "cards.pdf").stat().st_size
    bench.note(f"{size / (count // 40) / 1000:.0f} kB a page")
    install.remove()
    return bench.value(speeds, "pages/s")
