"""What members see: messages, buttons, selects and modals. Shows what the stages return; decides nothing."""

from bot.views.answer_controls import (
    FullSection,
    HelpfulVote,
    NotHelpfulVote,
    RelatedSections,
    WhyThisAnswer,
)
from bot.views.browse import BrowseInto, BrowseTo
from bot.views.controls import Control
from bot.views.facts import AnotherFact
from bot.views.license_guide import OpenGuide, OpenGuides
from bot.views.opening import ChooseEntry, CompareSides, CompareWith, OpenEntry
from bot.views.picking import PickSuggestion
from bot.views.privacy_panel import DeleteMyData
from bot.views.section_panel import TurnPage
from bot.views.sources import TurnSources
from bot.views.timeline import TurnTimeline

CONTROLS: tuple[type[Control], ...] = (
    HelpfulVote,
    NotHelpfulVote,
    WhyThisAnswer,
    FullSection,
    RelatedSections,
    PickSuggestion,
    TurnPage,
    DeleteMyData,
    OpenEntry,
    ChooseEntry,
    CompareWith,
    CompareSides,
    OpenGuide,
    OpenGuides,
    BrowseTo,
    BrowseInto,
    TurnTimeline,
    TurnSources,
    AnotherFact,
)
"""Every control there is; registered with the client, walked through by the tests."""
