"""What expires by itself: the text of questions, of comments, and the data of servers that removed the bot.

A question's text lives for ``question_hours`` so that a vote can refer to it, and until ``feedback_days`` where the asker
voted or chose (or always, or never: ``keep_questions``). What expires is overwritten, not only unlinked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.config import KeepQuestions, PrivacyConfig
from bot.storage.database import Database
from bot.storage.tables import NO_QUESTION_TEXT, answers, guild_settings, judgements, votes


@dataclass(frozen=True, slots=True)
class Expired:
    """What one pass deleted."""

    questions: int
    comments: int
    guilds: int

    def __bool__(self) -> bool:
        return bool(self.questions or self.comments or self.guilds)


@dataclass(frozen=True, slots=True)
class Retention:
    """Deletes what has been kept long enough."""

    database: Database
    config: PrivacyConfig

    async def expire(self, now: datetime | None = None) -> Expired:
        """Delete what has expired by ``now`` and return how much it was.

        Raises:
            NotSaved: nothing was deleted.
        """
        now = now or datetime.now(UTC)
        async with self.database.write() as connection:
            questions = (await connection.execute(sa.update(answers).where(self._expired_questions(now)).values(NO_QUESTION_TEXT))).rowcount
            comments = (await connection.execute(self._expired_comments(now))).rowcount
            left = now - timedelta(days=self.config.removed_guild_days)
            gone = sa.select(guild_settings.c.guild_id).where(guild_settings.c.removed_at < left)
            guilds = [row.guild_id for row in await connection.execute(gone)]
            for table in (votes, judgements, answers, guild_settings):
                await connection.execute(sa.delete(table).where(table.c.guild_id.in_(guilds)))
        expired = Expired(questions, comments, len(guilds))
        # the log is emptied every time: an earlier deletion may have had to leave it while somebody was reading
        await self.database.forget_deleted_bytes(rewrite=bool(expired))
        return expired

    def _expired_questions(self, now: datetime) -> sa.ColumnElement[bool]:
        has_text = answers.c.question.is_not(None)
        young = answers.c.asked_at >= now - timedelta(hours=self.config.question_hours)
        recent = answers.c.asked_at >= now - timedelta(days=self.config.feedback_days)
        match self.config.keep_questions:
            case KeepQuestions.NEVER:
                return has_text & ~young
            case KeepQuestions.ALWAYS:
                return has_text & ~recent & ~young
            case KeepQuestions.WITH_FEEDBACK:
                return has_text & ~young & ~(recent & _asker_gave_feedback())

    def _expired_comments(self, now: datetime) -> sa.Update:
        old = votes.c.voted_at < now - timedelta(days=self.config.feedback_days)
        has_text = votes.c.comment.is_not(None) | votes.c.correction.is_not(None)
        return sa.update(votes).where(old & has_text).values(comment=None, correction=None)


def _asker_gave_feedback() -> sa.ColumnElement[bool]:
    """Return whether the member who asked also voted or chose; others' votes do not prolong the asker's text."""
    return sa.or_(
        *(sa.exists().where(table.c.answer == answers.c.id, table.c.member_hash == answers.c.member_hash) for table in (votes, judgements))
    )
