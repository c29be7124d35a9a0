"""What members see: messages, buttons, selects and modals. Shows what the stages return; decides nothing."""

from bot.views.answer_controls import (
    FullSection,
    HelpfulVote,
    NotHelpfulVote,
    RelatedSections,
    WhyThisAnswer,
)
from bot.views.ask_moderator import ASK_MODERATOR_FORM, AskModerator
from bot.views.browse import BrowseInto, BrowseTo
from bot.views.controls import Control
from bot.views.facts import AnotherFact
from bot.views.feedback_modal import FEEDBACK_FORM
from bot.views.form import Form
from bot.views.license_guide import OpenGuide, OpenGuides
from bot.views.notes import TurnNotes, WithdrawNote
from bot.views.opening import ChooseEntry, CompareSides, CompareWith, OpenEntry
from bot.views.picking import PickSuggestion
from bot.views.privacy_panel import DeleteMyData
from bot.views.review.registry import REVIEW_CONTROLS, REVIEW_FORMS
from bot.views.section_panel import TurnPage
from bot.views.settings.controls import SETTINGS_CONTROLS
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
    AskModerator,
    TurnNotes,
    WithdrawNote,
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
    *REVIEW_CONTROLS,
    *SETTINGS_CONTROLS,
)
"""Every control there is; registered with the client, walked through by the tests."""

FORMS: tuple[Form, ...] = (FEEDBACK_FORM, ASK_MODERATOR_FORM, *REVIEW_FORMS)
"""Every form there is; ``cogs.forms`` hands what was submitted to one of them."""
