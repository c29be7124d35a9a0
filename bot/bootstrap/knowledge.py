"""From the configuration to built knowledge; all that the terminal needs, so no database is imported here."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import bot
from bot.answering.confidence import FILE as CALIBRATION
from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.config import AnsweringConfig, Config, KnowledgeConfig
from bot.corpus.files import Limits

INSIDE_PACKAGE = "_knowledge"
"""What the knowledge folder is called in a wheel; setup.py puts it there."""

_log = logging.getLogger(__name__)


def knowledge_source(knowledge: KnowledgeConfig, answering: AnsweringConfig) -> KnowledgeSource:
    """Put together where the knowledge is read from, within what limits and with what settings."""
    limits = Limits(file_bytes=knowledge.max_file_bytes, files=knowledge.max_files, nesting=knowledge.max_nesting)
    settings = AnswerSettings(
        answer_threshold=round(answering.answers_from, 4),
        suggest_threshold=round(answering.suggests_from, 4),
        excerpt_characters=answering.excerpt_characters,
        suggestions=answering.suggestions,
    )
    return KnowledgeSource(
        knowledge_folder(knowledge.path), limits, settings, cached=knowledge.cache, threshold_is_set=answering.answer_threshold is not None
    )


def knowledge_folder(path: Path) -> Path:
    """Return the folder, or for the default path the one that came with the program, where the working directory has none.

    It came inside the package from a wheel, and beside the package in a checkout.
    """
    package = Path(bot.__file__).resolve().parent
    if path == KnowledgeConfig().path and not path.exists():
        for shipped in (package / INSIDE_PACKAGE, package.parent / path):
            if shipped.is_dir():
                return shipped
    return path


def load_knowledge(config: Config) -> BuiltKnowledge:
    """Build the knowledge and log what was wrong with the folder.

    Raises:
        KnowledgeError: nothing in it can be answered from.
    """
    gc.disable()  # what is built here lives as long as the process; collecting meanwhile costs a tenth of the time
    try:
        built = build_knowledge(knowledge_source(config.knowledge, config.answering))
    finally:
        gc.freeze()  # nor need later collections, or the one at exit, look at it
        gc.enable()
    for problem in built.problems:
        _log.warning("knowledge: %s", problem)
    if (built.source.path / CALIBRATION).is_file() and built.engine.confidence.fitted_for != built.engine.corpus.fingerprint:
        _log.warning("knowledge: the calibration was fitted for another state of this folder; run `python -m bot calibrate`")
    return built
