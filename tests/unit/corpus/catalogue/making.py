"""Small catalogues, and a folder with them."""

from __future__ import annotations

from pathlib import Path

from bot.corpus.loading import LoadedCorpus, load_corpus
from tests.unit.making import write_folder

SOURCES = "sources:\n  s: {title: Source, url: https://x.org}\n"


TIMELINE = f"""{SOURCES}entries:
  - {{id: bloom, date: '2022-07', event: BLOOM is released. It is large., who: BigScience, kind: model, note: A note.,
     sources: [s], questions: [when was bloom]}}
"""


LICENSES = f"""{SOURCES}entries:
  - id: mit
    name: MIT License
    spdx: MIT
    aliases: [Expat]
    family: permissive
    summary: A short license.
    permissions: [use, sale]
    conditions: [notice]
    limitations: []
    patent_grant: null
    osi_approved: true
    url: https://x.org/mit
    sources: [s]
"""


PROJECTS = f"""{SOURCES}entries:
  - {{id: tool, name: Tool, kind: tool, summary: It helps., who: People, first_release: '2020', license_code: MIT,
     url: https://x.org/t, sources: [s]}}
"""


GLOSSARY = f"""{SOURCES}entries:
  - {{id: llm, term: large language model, abbreviations: [LLM], synonyms: [text model], definition: A model of text.,
     see_also: [token], sources: [s]}}
  - {{id: token, term: token, definition: A piece of text., sources: [s]}}
"""


def load(root: Path, **catalogues: str) -> LoadedCorpus:
    files = {f"catalogues/{name}.yaml": text for name, text in catalogues.items()}
    return load_corpus(write_folder(root, {"a.md": "Text.", **files}))
