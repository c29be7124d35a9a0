"""Handing a correction on to where the knowledge is kept: a branch of its git repository, or a pull request at GitHub or GitLab.

Off unless the operator chooses one, and open to the moderators of the servers that the operator names, since the knowledge is that of all.
The patch is made of the file as it stands at the base branch, which may be ahead of what the bot serves. A branch is named by its proposal,
so whatever is tried again after a crash finds what it has done. The branch that is checked out, its index and its files are never touched.
"""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.config import ProposalsConfig, ProposalTarget
from bot.corpus.document import Section
from bot.corpus.files import Limits
from bot.errors import ConfigError, InputError
from bot.proposals.patching import Correction, patched

_SECONDS = 30
_MOST_BYTES = 16 * 1024 * 1024
_NOBODY = "0" * 40
_BOT, _ADDRESS = "osai-faq-bot", "osai-faq-bot@users.noreply.invalid"
TOKEN, TOKEN_FILE = "PROPOSALS_TOKEN", "PROPOSALS_TOKEN_FILE"


class NotHandedOn(InputError):
    """A correction could not be handed on and still waits; the message is a sentence for the moderator."""


@dataclass(frozen=True, slots=True)
class Change:
    """A correction to be handed on."""

    proposal_id: int
    section: Section
    correction: Correction
    credit: str | None

    @property
    def branch(self) -> str:
        """Its own branch, the same whenever it is tried."""
        return f"correction-{self.proposal_id}"

    @property
    def title(self) -> str:
        """The first line of the commit, and the title of the pull request."""
        return f"Correct “{' '.join(self.section.title.split())}”"[:120]

    @property
    def message(self) -> str:
        """What the history says: which section, and whose correction it is, where they want to be named."""
        said = f"{self.title}\n\n{self.section.id}, corrected by a moderator on Discord (correction {self.proposal_id}).\n"
        return said if self.credit is None else f"{said}\nSuggested-by: {self.credit}\n"

    def made_of(self, content: bytes, limits: Limits) -> bytes:
        """The file at the base branch with the correction.

        Raises:
            NotPatched: the section is another one there.
        """
        return patched(content, self.section, self.correction, limits)


class Destination(Protocol):
    """Where corrections go."""

    async def send(self, change: Change) -> str:
        """Hand a correction on, once however often it is called; a branch, or the address of the pull request.

        Raises:
            NotPatched: it does not fit what is there.
            NotHandedOn: it could not be handed on.
        """


def destination(config: ProposalsConfig, folder: Path, limits: Limits, environment: Mapping[str, str] | None = None) -> Destination | None:
    """Where the operator wants corrections to go; None where they are exported by hand.

    Raises:
        ConfigError: there is no token for it.
    """
    match config.to:
        case ProposalTarget.NONE:
            return None
        case ProposalTarget.BRANCH:
            return GitBranch(folder, config.base, limits)
        case ProposalTarget.GITHUB:
            return GitHub(config, limits, _token(os.environ if environment is None else environment))
        case ProposalTarget.GITLAB:
            return GitLab(config, limits, _token(os.environ if environment is None else environment))


def _token(environment: Mapping[str, str]) -> str:
    token, file = environment.get(TOKEN, "").strip(), environment.get(TOKEN_FILE, "").strip()
    if file and not token:
        try:
            token = Path(file).read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError) as error:
            raise ConfigError((f"{TOKEN_FILE}: the file cannot be read. Check the path and its permissions.",)) from error
    if not token or not token.isprintable() or " " in token:
        raise ConfigError((f"proposals.to: a pull request needs a token that may write to the repository. Set {TOKEN} or {TOKEN_FILE}.",))
    return token


@dataclass(frozen=True, slots=True)
class GitBranch:
    """Commits to a new branch of the repository that the knowledge folder is in."""

    folder: Path
    base: str
    limits: Limits

    async def send(self, change: Change) -> str:
        """The name of the branch."""
        return await asyncio.to_thread(self._commit, change)

    def _commit(self, change: Change) -> str:
        prefix, top = self._said("rev-parse", "--show-prefix"), self._said("rev-parse", "--show-toplevel")
        parent = self._said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{self.base}^{{commit}}")
        path = prefix + change.section.path
        entry = self._said("ls-tree", parent, "--", path, at=Path(top))
        mode = entry.split(" ", 1)[0]
        if mode not in ("100644", "100755"):
            raise NotHandedOn(f"Branch {self.base} has no file {path}. Ask the operator of this bot.")
        content = self._run("cat-file", "blob", f"{parent}:{path}", at=Path(top)).stdout
        blob = self._said("hash-object", "-w", "--stdin", given=change.made_of(content, self.limits))
        tree = self._tree(parent, f"{mode},{blob},{path}", Path(top))
        there = self._run("rev-parse", "--verify", "--quiet", f"refs/heads/{change.branch}^{{tree}}", must=False)
        if there.returncode == 0:
            if there.stdout.decode().strip() != tree:
                raise NotHandedOn(f"There is a branch {change.branch} with something else in it. Ask the operator of this bot.")
            return f"branch {change.branch}"
        commit = self._said("commit-tree", tree, "-p", parent, "-F", "-", given=change.message.encode("utf-8"), more=_identity(change))
        self._run("update-ref", "-m", "a correction from Discord", f"refs/heads/{change.branch}", commit, _NOBODY)
        return f"branch {change.branch}"

    def _tree(self, parent: str, entry: str, top: Path) -> str:
        """The tree of a commit with one file in another form, by an index of its own."""
        with tempfile.TemporaryDirectory(prefix="correction-") as name:
            index = {"GIT_INDEX_FILE": str(Path(name).resolve() / "index")}
            self._run("read-tree", parent, at=top, more=index)
            self._run("update-index", "--cacheinfo", entry, at=top, more=index)
            return self._said("write-tree", at=top, more=index)

    def _said(self, *arguments: str, given: bytes = b"", at: Path | None = None, more: Mapping[str, str] | None = None) -> str:
        return self._run(*arguments, given=given, at=at, more=more).stdout.decode("utf-8").strip()

    def _run(
        self, *arguments: str, given: bytes = b"", at: Path | None = None, more: Mapping[str, str] | None = None, must: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            done = subprocess.run(  # noqa: S603 - no shell; what moderators write is never an argument
                ("git", *arguments), cwd=at or self.folder, input=given, env={**os.environ, **(more or {})},  # noqa: S607
                capture_output=True, check=False, timeout=_SECONDS,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotHandedOn("git could not be run. Ask the operator of this bot.") from error
        if must and done.returncode:
            raise NotHandedOn(f"git could not do it ({arguments[0]}). Ask the operator of this bot.")
        return done


def _identity(change: Change) -> dict[str, str]:
    """Who is named: the moderator where they want it, without an address; the bot as who committed it."""
    name = "".join(character for character in change.credit or _BOT if character not in "<>\n") or _BOT
    return {
        "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": _ADDRESS, "GIT_COMMITTER_NAME": _BOT, "GIT_COMMITTER_EMAIL": _ADDRESS,
    }  # fmt: skip


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Sha(_Reply):
    sha: str


class _Ref(_Reply):
    object: _Sha


class _Content(_Reply):
    content: str
    sha: str = ""


class _Pull(_Reply):
    html_url: str


class _MergeRequest(_Reply):
    web_url: str


_R = TypeVar("_R", bound=_Reply)
_LIST = TypeAdapter(list[dict[str, object]])


class _Service:
    """Speaks to an HTTP interface with a token, which no address, redirect or message ever carries."""

    name = ""

    def __init__(self, config: ProposalsConfig, limits: Limits, token: str, default: str) -> None:
        self.config = config
        self.limits = limits
        self._api = (str(config.api) if config.api else default).rstrip("/")
        self._headers = {"User-Agent": _BOT, **self.headers(token)}

    def headers(self, token: str) -> dict[str, str]:
        """By which the service knows who asks."""
        raise NotImplementedError

    def path(self, change: Change) -> str:
        """Of the file in the repository."""
        return "/".join(part for part in (self.config.folder.strip("/"), change.section.path) if part)

    async def ask(
        self, method: str, way: str, body: Mapping[str, object] | None = None, taken: frozenset[int] = frozenset()
    ) -> bytes | None:
        """What the service answers; None where it refuses with one of the statuses in ``taken``.

        Raises:
            NotHandedOn: it refuses otherwise, or cannot be reached.
        """
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=self._headers) as session,
                session.request(method, f"{self._api}/{way}", json=body, allow_redirects=False) as response,
            ):
                if response.status in taken:
                    return None
                if response.status >= 300:
                    raise NotHandedOn(f"{self.name} refuses it (status {response.status}). Ask the operator of this bot.")
                return await response.content.read(_MOST_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotHandedOn(f"{self.name} cannot be reached. Please try again in a minute.") from error

    def read(self, kind: type[_R], answer: bytes | None) -> _R:
        """A reply in its form.

        Raises:
            NotHandedOn: it has another form, or there is none.
        """
        try:
            return kind.model_validate_json(answer or b"")
        except ValidationError as error:
            raise NotHandedOn(f"{self.name} answered with something else than was asked for. Ask the operator of this bot.") from error

    def decoded(self, file: _Content) -> bytes:
        """A file as it is there.

        Raises:
            NotHandedOn: it is not in the form that was agreed on.
        """
        try:
            return base64.b64decode(file.content)
        except ValueError as error:
            raise NotHandedOn(f"{self.name} answered with something else than was asked for. Ask the operator of this bot.") from error

    def read_list(self, kind: type[_R], answer: bytes | None) -> list[_R]:
        """A list of replies in their form.

        Raises:
            NotHandedOn: it has another form.
        """
        try:
            return [kind.model_validate(one) for one in _LIST.validate_json(answer or b"")]
        except ValidationError as error:
            raise NotHandedOn(f"{self.name} answered with something else than was asked for. Ask the operator of this bot.") from error


class GitHub(_Service):
    """Opens pull requests at GitHub: a branch, a commit of one file, a request."""

    name = "GitHub"

    def __init__(self, config: ProposalsConfig, limits: Limits, token: str) -> None:
        super().__init__(config, limits, token, "https://api.github.com")

    def headers(self, token: str) -> dict[str, str]:
        """A token of an application or a person."""
        return {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}

    async def send(self, change: Change) -> str:
        """The address of the pull request."""
        repository, base = f"repos/{self.config.repository}", self.config.base
        found = await self.ask("GET", f"{repository}/git/ref/heads/{quote(base)}")
        ref = {"ref": f"refs/heads/{change.branch}", "sha": self.read(_Ref, found).object.sha}
        fresh = await self.ask("POST", f"{repository}/git/refs", ref, taken=frozenset({422})) is not None
        if not fresh and (opened := await self._opened(change)) is not None:
            return opened
        file = f"{repository}/contents/{quote(self.path(change))}"
        held = self.read(_Content, await self.ask("GET", f"{file}?ref={quote(base)}"))
        new = change.made_of(self.decoded(held), self.limits)
        body = {"message": change.message, "content": base64.b64encode(new).decode("ascii"), "sha": held.sha, "branch": change.branch}
        await self.ask("PUT", file, body, taken=frozenset() if fresh else frozenset({409, 422}))  # it may have been written before a crash
        request = {"title": change.title, "head": change.branch, "base": base, "body": change.message}
        return self.read(_Pull, await self.ask("POST", f"{repository}/pulls", request)).html_url

    async def _opened(self, change: Change) -> str | None:
        owner = (self.config.repository or "").split("/")[0]
        query = f"head={quote(owner)}:{change.branch}&state=all"
        pulls = self.read_list(_Pull, await self.ask("GET", f"repos/{self.config.repository}/pulls?{query}"))
        return pulls[0].html_url if pulls else None


class GitLab(_Service):
    """Opens merge requests at GitLab: a commit to a new branch, a request."""

    name = "GitLab"

    def __init__(self, config: ProposalsConfig, limits: Limits, token: str) -> None:
        super().__init__(config, limits, token, "https://gitlab.com/api/v4")

    def headers(self, token: str) -> dict[str, str]:
        """A token of a project or a person."""
        return {"PRIVATE-TOKEN": token}

    async def send(self, change: Change) -> str:
        """The address of the merge request."""
        project, base = f"projects/{quote(self.config.repository or '', safe='')}", self.config.base
        path = self.path(change)
        found = await self.ask("GET", f"{project}/repository/files/{quote(path, safe='')}?ref={quote(base)}")
        new = change.made_of(self.decoded(self.read(_Content, found)), self.limits)
        action = {"action": "update", "file_path": path, "encoding": "base64", "content": base64.b64encode(new).decode("ascii")}
        commit = {"branch": change.branch, "start_branch": base, "commit_message": change.message, "actions": [action]}
        fresh = await self.ask("POST", f"{project}/repository/commits", commit, taken=frozenset({400})) is not None
        if not fresh and (opened := await self._opened(project, change)) is not None:
            return opened
        request = {"source_branch": change.branch, "target_branch": base, "title": change.title, "description": change.message}
        return self.read(_MergeRequest, await self.ask("POST", f"{project}/merge_requests", request)).web_url

    async def _opened(self, project: str, change: Change) -> str | None:
        found = await self.ask("GET", f"{project}/merge_requests?source_branch={change.branch}&state=all")
        requests = self.read_list(_MergeRequest, found)
        return requests[0].web_url if requests else None
