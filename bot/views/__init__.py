"""What members see: messages, buttons, selects and modals. Shows what the stages return; decides nothing."""

from bot.views.answer_controls import (
    FullSection,
    HelpfulVote,
    NotHelpfulVote,
    RelatedSections,
    WhyThisAnswer,
)
from bot.views.controls import Control
from bot.views.picking import PickSuggestion
from bot.views.privacy_panel import DeleteMyData
from bot.views.section_panel import TurnPage

CONTROLS: tuple[type[Control], ...] = (
    HelpfulVote,
    NotHelpfulVote,
    WhyThisAnswer,
    FullSection,
    RelatedSections,
    PickSuggestion,
    TurnPage,
    DeleteMyData,
)
"""Every control there is; registered with the client, walked through by the tests."""
