"""Measures speed and quality and writes ``docs/performance.md``: always as ratios beside a reference in the same run.

Absolute times depend on the machine; a ratio carries over. Each whole-process figure is the median of alternating runs.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.review import review_section
from bot.answering.engine import AnswerEngine, AnswerSettings
from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.corpus.document import Section
from bot.corpus.limits import Limits
from bot.evaluation.golden import Golden, Split, load_golden
from bot.evaluation.measuring import Verdict, evaluate, rate, recall_at
from bot.retrieval.tfidf import TfidfIndex

REPOSITORY = Path(__file__).resolve().parent.parent
KNOWLEDGE = REPOSITORY / "knowledge"
PAGE = REPOSITORY / "docs" / "performance.md"
_RUNS = 9
_QUESTION = "is llama open source?"


def main() -> None:
    """Measure everything and write the page."""
    golden = load_golden(KNOWLEDGE)
    engine = build_knowledge(KnowledgeSource(KNOWLEDGE, Limits(), AnswerSettings())).engine
    parts = [_head(engine), _process_times(), _query_times(engine, golden), _quality(engine, golden), review_section()]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(f"{PAGE.relative_to(REPOSITORY)} is written")


def _head(engine: AnswerEngine) -> str:
    return (
        "# Performance\n\nWritten by `make bench`; ratios are taken within one run, so they carry over to other machines.\n\n"
        f"Python {platform.python_version()}, {os.cpu_count()} processors; {len(engine.corpus.sections)} sections, "
        f"fingerprint `{engine.fingerprint}`.\n"
    )


def _process_times() -> str:
    """Compare `ask` as a process with importing scikit-learn's text module, without and with its cache."""
    print("whole processes ...", file=sys.stderr)
    reference = [sys.executable, "-c", "import sklearn.feature_extraction.text"]
    asking = [sys.executable, "-m", "bot", "ask", _QUESTION]
    cold: list[float] = []
    warm: list[float] = []
    imports: list[float] = []
    with tempfile.TemporaryDirectory() as kept:
        _seconds(asking, kept)
        for _ in range(_RUNS):
            imports.append(_seconds(reference, kept))
            with tempfile.TemporaryDirectory() as fresh:
                cold.append(_seconds(asking, fresh))
            warm.append(_seconds(asking, kept))
    return (
        '\n## One question as a process\n\n`python -m bot ask`, as a multiple of `python -c "import sklearn.feature_extraction.text"`; '
        f"medians of {_RUNS} alternating runs.\n\n| | ratio | goal |\n| --- | --- | --- |\n"
        f"| nothing cached: read, fit, answer | {_ratio(cold, imports)} | 2 |\n| index cached | {_ratio(warm, imports)} | 0.5 |\n"
    )


def _seconds(command: Sequence[str], cache: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=REPOSITORY, env={**os.environ, "XDG_CACHE_HOME": cache}, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _ratio(values: Sequence[float], reference: Sequence[float]) -> str:
    return f"{statistics.median(values) / statistics.median(reference):.2f}"


def _query_times(engine: AnswerEngine, golden: Golden) -> str:
    """Compare a search and a whole answer with plain scikit-learn, on the whole knowledge and on 100 sections."""
    print("queries ...", file=sys.stderr)
    questions = [item.question for item in golden.questions]
    rows = []
    for sections in (engine.corpus.sections[:100], engine.corpus.sections):
        index = TfidfIndex().fit(sections)
        plain = _plain_search(sections)
        asked = AnswerEngine(type(engine.corpus)(engine.corpus.articles, sections), index, engine.settings, engine.confidence)
        reference = _microseconds(plain, questions)
        for name, times in (
            ("search", _microseconds(index.search, questions)),
            ("whole answer", _microseconds(asked.answer, questions)),
        ):
            rows.append(f"| {len(sections)} | {name} | {_percentiles(times, reference)} |")
    return (
        "\n## One question in a running bot\n\nOver all golden questions; the reference is scikit-learn's `TfidfVectorizer` "
        "with its defaults: transform, sparse product, sort.\n\n| sections | | p50 in ms | p99 in ms | p50 / reference "
        "| p99 / reference |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        + "\n".join(rows)
        + "\n\nThe goal is a p99 under 20 ms for a whole answer at 100 sections.\n"
        "A search costs: analysis of the question (grows with its words), the postings of its words and n-grams (grow with the corpus), "
        "and a sort of all scores (grows with the number of sections).\n"
    )


def _plain_search(sections: Sequence[Section]) -> Callable[[str], object]:
    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform(["\n".join((*section.heading_path, *section.questions, section.text)) for section in sections])

    def search(question: str) -> object:
        scores = (matrix @ vectorizer.transform([question]).T).toarray().ravel()
        return np.argsort(-scores, kind="stable")[:10]

    return search


def _microseconds(action: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    for question in questions[:50]:
        action(question)
    times = []
    for question in questions:
        start = time.perf_counter()
        action(question)
        times.append(1e6 * (time.perf_counter() - start))
    return times


def _percentiles(times: Sequence[float], reference: Sequence[float]) -> str:
    cells = [np.percentile(times, percent) for percent in (50, 99)]
    ratios = [np.percentile(times, percent) / np.percentile(reference, percent) for percent in (50, 99)]
    return " | ".join([*(f"{cell / 1000:.2f}" for cell in cells), *(f"{ratio:.2f}" for ratio in ratios)])


def _quality(engine: AnswerEngine, golden: Golden) -> str:
    """Count outcomes on the test half, and compare the ranking with plain scikit-learn."""
    print("quality ...", file=sys.stderr)
    half = golden.half(Split.TEST)
    plain = _plain_search(engine.corpus.sections)
    ids = [section.id for section in engine.corpus.sections]
    lines = []
    for name, mistyped in (("as written", False), ("mistyped", True)):
        result = evaluate(engine, half, mistyped=mistyped)
        counts = [rate(result.questions, verdict).share for verdict in (Verdict.RIGHT, Verdict.WRONG, Verdict.SUGGESTED)]
        first = recall_at(result.questions, 1).share
        reference = statistics.fmean(
            ids[int(np.asarray(plain(judged.question))[0])] in item.expect
            for judged, item in zip(result.questions, half.questions, strict=True)
        )
        false = rate(result.declined, Verdict.WRONG).share
        follow = rate(result.follow_ups, Verdict.RIGHT).share
        lines.append("| " + " | ".join([name, *(f"{100 * share:.1f} %" for share in (*counts, false, follow, first, reference))]) + " |")
    return (
        f"\n## Quality on the test half of the golden questions\n\n{len(half.questions)} questions, {len(half.declined)} that must be "
        f"declined, {len(half.follow_ups)} follow-ups. Nothing was tuned on them. recall@1 counts the first section whatever the "
        "confidence; the last column is that of scikit-learn's `TfidfVectorizer` with its defaults over the same sections.\n\n"
        "| | right | wrong | suggested | falsely answered | follow-ups right | recall@1 | recall@1, plain TF-IDF |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n" + "\n".join(lines) + "\n"
    )


if __name__ == "__main__":
    main()
