"""All that an excerpt may be, computed from its definition."""

from __future__ import annotations

from bot.corpus.document import Passage, PassageKind, join_passages


def excerpts(passages: tuple[Passage, ...]) -> set[str]:
    """Return all that may be shown: runs, each alone or behind the first sentence, and with a count where a list goes on."""
    found = set()
    for start in range(len(passages)):
        for end in range(start + 1, len(passages) + 1):
            run, last = passages[start:end], passages[end - 1]
            left = sum(passage.block == last.block for passage in (*passages[:start], *passages[end:]))
            text = join_passages(run) + (f"\n… and {left} more" if left and last.kind is PassageKind.ITEM else "")
            found.add(text)
            if start > 1 and passages[0].kind is PassageKind.SENTENCE:
                found.add(f"{passages[0].text}\n\n… {text}")
    return found
