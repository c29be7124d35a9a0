"""Small folders, sections and corpora for unit tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.answering.confidence import load_confidence
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AnswerSettings
from bot.corpus.document import Corpus, Passage, Section, section_key
from bot.corpus.sentences import split_sentences
from bot.retrieval.tfidf import TfidfIndex


def write_folder(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their paths below a folder and return the folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def make_section(name: str, text: str, *, title: str | None = None, questions: Sequence[str] = ()) -> Section:
    """Return a section whose text is one paragraph."""
    section_id = f"article#{name}"
    return Section(
        id=section_id,
        key=section_key(section_id),
        area="",
        article="article",
        heading_path=("Article", title or name.replace("-", " ")),
        passages=tuple(Passage(sentence) for sentence in split_sentences(text)),
        questions=tuple(questions),
        sources=(),
        path="article.md",
        line=1,
    )


def make_corpus(sections: Sequence[Section]) -> Corpus:
    """Return a corpus of sections, in the order of their ids."""
    return Corpus((), tuple(sorted(sections, key=lambda section: section.id)))


def make_engine(sections: Sequence[Section], settings: AnswerSettings | None = None) -> AnswerEngine:
    """Return an engine over sections; by default it answers with the first hit, however unsure it is."""
    settings = settings or AnswerSettings(answer_threshold=0, suggest_threshold=0)
    return AnswerEngine(make_corpus(sections), TfidfIndex().fit(sections), settings, load_confidence(Path("no-folder")))


def with_settings(engine: AnswerEngine, settings: AnswerSettings) -> AnswerEngine:
    """Return an engine over the same knowledge with other settings."""
    return AnswerEngine(engine.corpus, engine.index, settings, engine.confidence)
