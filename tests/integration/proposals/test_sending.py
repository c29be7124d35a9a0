"""Handing on: a branch that leaves what is checked out alone, and requests at a server that speaks GitHub's and GitLab's interface."""

from __future__ import annotations

import base64
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from bot.config import ProposalsConfig, ProposalTarget, load_config
from bot.corpus.files import Limits
from bot.corpus.loading import load_corpus
from bot.errors import ConfigError
from bot.proposals.patching import Correction, NotPatched, editable
from bot.proposals.sending import Change, Destination, GitBranch, NotHandedOn, destination
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import git

LIMITS = Limits()
OLD = "Copyleft demands that changed versions are shared under the same license. The GPL is the best-known copyleft license."
NEW = "Copyleft demands that changed versions are shared under the same license."
FILE = "basics/licenses.md"
TOKEN = "a-secret-token"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with the knowledge in a folder of it, on its branch main, with something changed and something staged."""
    folder = tmp_path / "site" / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "before")
    return folder


def change(folder: Path, number: int = 7, credit: str | None = "Ana <b>") -> Change:
    section = load_corpus(folder).corpus.section("basics/licenses#copyleft")
    assert section is not None
    now = editable((folder / FILE).read_bytes(), section, LIMITS)
    return Change(number, section, Correction(section.id, now, replace(now, text=NEW)), credit)


async def test_a_branch_gets_one_commit_and_what_is_checked_out_stays(checkout: Path) -> None:
    wanted = change(checkout)
    (checkout / "notes.md").write_text("# Notes\n\nNot committed.\n")
    git(checkout, "add", "notes.md")
    (checkout / FILE).write_text((checkout / FILE).read_text() + "\nA line of somebody's own.\n")
    before = git(checkout, "status", "--porcelain"), git(checkout, "rev-parse", "HEAD"), (checkout / FILE).read_bytes()

    reference = await GitBranch(checkout, "main", LIMITS).send(wanted)

    assert reference == "branch correction-7"
    assert (git(checkout, "status", "--porcelain"), git(checkout, "rev-parse", "HEAD"), (checkout / FILE).read_bytes()) == before
    assert git(checkout, "diff", "--stat", "main", "correction-7").split("\n")[0].strip() == "site/knowledge/basics/licenses.md | 2 +-"
    assert git(checkout, "show", f"correction-7:./{FILE}") == SMALL_KNOWLEDGE.joinpath(FILE).read_text().replace(OLD, NEW)
    assert git(checkout, "log", "-1", "--format=%an %cn%n%B", "correction-7").split("\n")[:2] == [
        "Ana b osai-faq-bot",
        "Correct “Copyleft”",
    ]
    assert "Suggested-by: Ana <b>" in git(checkout, "log", "-1", "--format=%B", "correction-7")


async def test_the_same_correction_twice_is_one_commit_and_another_branch_of_that_name_stays(checkout: Path) -> None:
    branch = GitBranch(checkout, "main", LIMITS)
    wanted = change(checkout)
    first, second = await branch.send(wanted), await branch.send(wanted)
    git(checkout, "branch", "correction-8")
    with pytest.raises(NotHandedOn, match="something else in it"):
        await branch.send(replace(wanted, proposal_id=8))

    assert first == second
    assert git(checkout, "rev-list", "--count", "main..correction-7").strip() == "1"
    assert git(checkout, "rev-parse", "correction-8") == git(checkout, "rev-parse", "main")


async def test_a_file_that_moved_on_takes_the_correction_and_a_section_that_did_does_not(checkout: Path) -> None:
    wanted = change(checkout)
    text = (checkout / FILE).read_text()
    (checkout / FILE).write_text(text.replace("## MIT License\n", "## MIT License\n\nFirst of all.\n"))
    git(checkout, "commit", "--quiet", "--all", "--message", "elsewhere")
    moved = await GitBranch(checkout, "main", LIMITS).send(wanted)
    (checkout / FILE).write_text(text.replace(OLD, "Copyleft is another thing."))
    git(checkout, "commit", "--quiet", "--all", "--message", "here")
    with pytest.raises(NotPatched, match="has been changed since"):
        await GitBranch(checkout, "main", LIMITS).send(replace(wanted, proposal_id=9))

    assert moved == "branch correction-7"
    assert "First of all." in git(checkout, "show", f"correction-7:./{FILE}")


async def test_without_such_a_branch_or_repository_it_says_so(checkout: Path, tmp_path: Path) -> None:
    wanted = change(checkout)
    shutil.copytree(SMALL_KNOWLEDGE, tmp_path.parent / f"{tmp_path.name}-alone")
    for folder, base in ((checkout, "gone"), (tmp_path.parent / f"{tmp_path.name}-alone", "main")):
        with pytest.raises(NotHandedOn, match="git could not do it"):
            await GitBranch(folder, base, LIMITS).send(wanted)


@dataclass
class Forge:
    """A server of the tests' own that speaks as much of both interfaces as is used, and keeps branches, files and requests."""

    address: str = ""
    branches: dict[str, bytes] = field(default_factory=lambda: {"main": (SMALL_KNOWLEDGE / FILE).read_bytes()})
    commits: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    fails: int = 0
    """Requests that are still answered with an error before a pull request is opened."""

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._checked])
        here, file = "/repos/site/knowledge", "/knowledge/basics/licenses.md"
        app.router.add_get(here + "/git/ref/heads/main", self._ref)
        app.router.add_post(here + "/git/refs", self._branch)
        app.router.add_get(here + "/contents" + file, self._content)
        app.router.add_put(here + "/contents" + file, self._put)
        app.router.add_get(here + "/pulls", self._listed)
        app.router.add_post(here + "/pulls", self._open)
        project = "/projects/site%2Fknowledge"
        app.router.add_get(project + "/repository/files/knowledge%2Fbasics%2Flicenses.md", self._content)
        app.router.add_post(project + "/repository/commits", self._commit)
        app.router.add_get(project + "/merge_requests", self._listed)
        app.router.add_post(project + "/merge_requests", self._open)
        return app

    @web.middleware
    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.seen.append(f"{request.method} {request.path}")
        if TOKEN not in (request.headers.get("PRIVATE-TOKEN"), request.headers.get("Authorization", "").removeprefix("Bearer ")):
            return web.json_response({"message": "Bad credentials"}, status=401)
        return await handler(request)

    async def _ref(self, request: web.Request) -> web.Response:
        return web.json_response({"ref": "refs/heads/main", "object": {"sha": "1" * 40, "type": "commit"}})

    async def _branch(self, request: web.Request) -> web.Response:
        name = (await request.json())["ref"].removeprefix("refs/heads/")
        if name in self.branches:
            return web.json_response({"message": "Reference already exists"}, status=422)
        self.branches[name] = self.branches["main"]
        return web.json_response({}, status=201)

    async def _content(self, request: web.Request) -> web.Response:
        content = self.branches[request.query["ref"]]
        return web.json_response({"content": base64.encodebytes(content).decode(), "sha": str(hash(content)), "encoding": "base64"})

    async def _put(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["sha"] != str(hash(self.branches[body["branch"]])):
            return web.json_response({"message": "does not match"}, status=409)
        self.branches[body["branch"]] = base64.b64decode(body["content"])
        self.commits.append(body)
        return web.json_response({})

    async def _commit(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["branch"] in self.branches:
            return web.json_response({"message": "A branch called that already exists"}, status=400)
        self.branches[body["branch"]] = base64.b64decode(body["actions"][0]["content"])
        self.commits.append({"message": body["commit_message"]})
        return web.json_response({}, status=201)

    async def _listed(self, request: web.Request) -> web.Response:
        return web.json_response(self.requests)

    async def _open(self, request: web.Request) -> web.Response:
        if self.fails:
            self.fails -= 1
            return web.json_response({}, status=502)
        body = await request.json()
        address = f"https://forge.example/{len(self.requests) + 1}"
        self.requests.append({**body, "html_url": address, "web_url": address})
        return web.json_response(self.requests[-1], status=201)


@pytest_asyncio.fixture
async def forge() -> AsyncIterator[Forge]:
    served = Forge()
    runner = web.AppRunner(served.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    served.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield served
    await runner.cleanup()


BOTH = pytest.mark.parametrize("to", [ProposalTarget.GITHUB, ProposalTarget.GITLAB])


def sender(forge: Forge, to: ProposalTarget, token: str = TOKEN) -> Destination:
    config = ProposalsConfig(to=to, servers=(1,), repository="site/knowledge", api=forge.address)
    made = destination(config, SMALL_KNOWLEDGE, LIMITS, {"PROPOSALS_TOKEN": token})
    assert made is not None
    return made


@BOTH
async def test_a_request_is_opened_with_the_correction_and_its_author(forge: Forge, to: ProposalTarget) -> None:
    reference = await sender(forge, to).send(change(SMALL_KNOWLEDGE, credit="Ana"))

    assert reference == "https://forge.example/1"
    assert forge.branches["correction-7"].decode() == (SMALL_KNOWLEDGE / FILE).read_text().replace(OLD, NEW)
    assert forge.branches["main"] == (SMALL_KNOWLEDGE / FILE).read_bytes()
    assert [commit["message"].endswith("\nSuggested-by: Ana\n") for commit in forge.commits] == [True]
    (request,) = forge.requests
    assert {request.get("head"), request.get("source_branch")} == {"correction-7", None}
    assert request["title"] == "Correct “Copyleft”"


@BOTH
async def test_what_is_tried_again_arrives_once(forge: Forge, to: ProposalTarget) -> None:
    forge.fails = 1
    with pytest.raises(NotHandedOn, match="refuses it \\(status 502\\)"):
        await sender(forge, to).send(change(SMALL_KNOWLEDGE))
    first, second = [await sender(forge, to).send(change(SMALL_KNOWLEDGE)) for _ in range(2)]

    assert first == second == "https://forge.example/1"
    assert (len(forge.commits), len(forge.requests)) == (1, 1)


@BOTH
async def test_a_refused_token_is_said_without_it_and_nothing_is_written(forge: Forge, to: ProposalTarget) -> None:
    with pytest.raises(NotHandedOn, match="status 401") as refused:
        await sender(forge, to, "another-token").send(change(SMALL_KNOWLEDGE))

    assert "another-token" not in str(refused.value)
    assert (list(forge.branches), forge.commits) == (["main"], [])


@BOTH
async def test_a_section_that_was_changed_there_is_not_overwritten(forge: Forge, to: ProposalTarget) -> None:
    forge.branches["main"] = forge.branches["main"].replace(b"best-known", b"most used")
    with pytest.raises(NotPatched, match="has been changed since"):
        await sender(forge, to).send(change(SMALL_KNOWLEDGE))

    assert (forge.commits, forge.requests) == ([], [])


def test_a_pull_request_needs_a_token_a_repository_and_servers(tmp_path: Path) -> None:
    def refused(text: str) -> str:
        file = tmp_path / "config.yaml"
        file.write_text(f"proposals: {text}\n")
        with pytest.raises(ConfigError) as found:
            destination(load_config(file, {}).proposals, SMALL_KNOWLEDGE, LIMITS, {})
        return str(found.value)

    assert "need a repository" in refused("{to: github, servers: [1]}")
    assert "name the servers" in refused("{to: branch}")
    assert "Set PROPOSALS_TOKEN" in refused("{to: gitlab, servers: [1], repository: site/knowledge}")
    assert "proposals.base" in refused('{to: branch, servers: [1], base: "--upload-pack"}')
    assert load_config(None, {"BOT_PROPOSALS_SERVERS": "1, 2"}).proposals.servers == (1, 2)
    assert destination(ProposalsConfig(), SMALL_KNOWLEDGE, LIMITS, {}) is None
