"""Reading the binary API of RouterOS, beside the client that programs in Python use."""

from machine import Failure, HERE, python_with, run

LIMIT = HERE / "api_limit.py"


def api_codec_ratio(bench):
    """Sentences decoded a second, over those that librouteros decodes of the same bytes."""
    program = bench.machine.program("lango-bench")
    python = python_with(HERE / "api_requirements.txt", "librouteros-venv")
    replies = bench.machine.folder / "replies"
    run(python, "-B", LIMIT, "make", replies)
    pairs = []
    for _ in range(bench.rounds(9, 3)):
        ours, theirs = run(program, "api-decode", replies, 20).split(), run(python, "-B", LIMIT, "decode", replies).split()
        if ours[:2] != theirs[:2]:
            raise Failure(f"we read {ours[0]} sentences and {ours[1]} values, librouteros {theirs[0]} and {theirs[1]}")
        pairs.append(tuple(int(found[0]) / float(found[2]) for found in (ours, theirs)))
    sentences = int(ours[0])
    bench.note(f"{replies.stat().st_size / sentences:.0f} bytes and {int(ours[1]) / sentences:.0f} values a sentence")
    return bench.ratio(pairs, "sentences/s")
