"""Every control and form of the review, for ``views`` to register."""

from __future__ import annotations

from bot.views.controls import Control
from bot.views.form import Form
from bot.views.review.audit import TurnAudit
from bot.views.review.bulk import BULK_FORMS, BulkClaim, BulkDismiss, BulkResolve
from bot.views.review.card_controls import (
    CASE_FORMS,
    ApproveNote,
    ClaimCase,
    DismissCase,
    NextCase,
    NoteCase,
    ReopenCase,
    ResolveCase,
    UnclaimCase,
)
from bot.views.review.phrasing import PHRASING_FORM, NameSection, WithdrawPhrasing
from bot.views.review.phrasing_list import TakePhrasingBack, TurnPhrasings
from bot.views.review.queue import OpenCase, PickCases, TurnQueue, TurnSearch

REVIEW_CONTROLS: tuple[type[Control], ...] = (
    TurnQueue,
    TurnSearch,
    OpenCase,
    PickCases,
    BulkClaim,
    BulkResolve,
    BulkDismiss,
    ClaimCase,
    UnclaimCase,
    ResolveCase,
    DismissCase,
    ReopenCase,
    ApproveNote,
    NoteCase,
    NextCase,
    NameSection,
    WithdrawPhrasing,
    TurnPhrasings,
    TakePhrasingBack,
    TurnAudit,
)
REVIEW_FORMS: tuple[Form, ...] = (*CASE_FORMS, *BULK_FORMS, PHRASING_FORM)
