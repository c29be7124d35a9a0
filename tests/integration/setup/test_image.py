"""The Dockerfile's steps work without a container engine, and call the script by which everybody installs."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from bot.config import load_config
from bot.serving import plan_of
from bot.storage.dialect import place_of
from bot.storage.hashing import key_file
from bot.storage.postgres import PostgresDatabase
from tests.conftest import REPOSITORY
from tests.integration.setup.places import pip_environment, run

KUBERNETES = REPOSITORY / "kubernetes"
CONTENT = ("bot", "knowledge", "scripts", "pyproject.toml", "requirements-run.lock", "LICENSE", "Dockerfile", ".dockerignore")


def test_the_dockerfiles_steps_work_in_an_empty_folder(tmp_path: Path) -> None:
    env = pip_environment((tmp_path / "no index").as_uri())
    done = run(sys.executable, REPOSITORY / "scripts" / "rehearse_image.py", "--here", cwd=tmp_path, env=env)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is missing of what requirements-run.lock holds" in done.stderr
    assert "Nothing was connected." in done.stdout
    assert done.stdout.endswith("The Dockerfile's steps work\n")


def test_a_file_that_dockerignore_holds_back_is_reported(tmp_path: Path) -> None:
    _copy(tmp_path)
    ignored = (tmp_path / ".dockerignore").read_text(encoding="utf-8")
    (tmp_path / ".dockerignore").write_text(ignored.replace("!scripts\n", ""), encoding="utf-8")

    done = run(sys.executable, tmp_path / "scripts" / "rehearse_image.py", cwd=tmp_path, env=pip_environment())

    assert (done.returncode, done.stderr) == (1, "Dockerfile: COPY scripts fails, since .dockerignore holds it back\n")


def test_an_install_step_that_fails_ends_the_rehearsal(tmp_path: Path) -> None:
    _copy(tmp_path)
    steps = (tmp_path / "Dockerfile").read_text(encoding="utf-8")
    (tmp_path / "Dockerfile").write_text(steps.replace("/src/requirements-run.lock", "/src/another.lock extra"), encoding="utf-8")

    done = run(sys.executable, tmp_path / "scripts" / "rehearse_image.py", cwd=tmp_path, env=pip_environment())

    assert done.returncode == 1
    assert "Setting up failed: " in done.stdout
    assert done.stderr.startswith("Dockerfile: sh -c ")


def test_compose_runs_the_image_as_the_dockerfile_and_the_page_have_it() -> None:
    steps = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    page = (REPOSITORY / "docs" / "deploying.md").read_text(encoding="utf-8")
    compose = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
    bot = compose["services"]["bot"]
    (kept,) = re.findall(r"^VOLUME (\S+)$", steps, re.MULTILINE)
    (probe,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", steps, re.MULTILINE)
    (command,) = re.findall(r"(docker run -d [^`]*?)\n```", page)
    user, owner = re.findall(r"^USER (\d+)$", steps, re.MULTILINE)[0], re.findall(r"install -m 0400 -o (\d+)", page)[0]

    assert bot["read_only"]
    assert (bot["cap_drop"], bot["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert all(
        flag in command for flag in ("--read-only", "--tmpfs /tmp", "--cap-drop ALL", "no-new-privileges", "--restart on-failure:10")
    )
    assert bot["volumes"] == [f"data:{kept}"]
    assert "data" in compose["volumes"]
    assert bot["healthcheck"]["test"] == ["CMD", *json.loads(probe)]
    assert bot["environment"]["DISCORD_TOKEN_FILE"] == f"/run/secrets/{bot['secrets'][0]}"
    assert compose["secrets"][bot["secrets"][0]] == {"file": "./token"}
    assert not any("TOKEN" in name and not name.endswith("_FILE") for name in bot["environment"])
    assert user == owner
    assert "/token" in (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_compose_runs_several_processes_on_one_database_with_room_for_one_to_fail() -> None:
    compose = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
    process, server = compose["services"]["process"], compose["services"]["postgres"]
    config = load_config(None, process["environment"])
    plan, number = plan_of(config), process["deploy"]["replicas"]

    assert process["extends"] == {"service": "bot"}
    assert process["profiles"] == server["profiles"] == ["many"]
    assert plan is not None
    assert plan.count is not None
    assert plan.count <= (number - 1) * plan.at_most
    place = place_of(config.database)
    assert isinstance(place, PostgresDatabase)
    assert dict(place.address)["user"] == server["environment"]["POSTGRES_USER"]
    for name in {*process["secrets"], *server["secrets"]}:
        assert compose["secrets"][name] == {"file": f"./{name}"}
        assert f"/{name}" in (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_kubernetes_runs_the_image_as_compose_does_and_probes_what_the_bot_answers() -> None:
    compose = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))["services"]["bot"]
    service, policy, made = yaml.safe_load_all((KUBERNETES / "one" / "bot.yaml").read_text(encoding="utf-8"))
    pod = made["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    variables = {one["name"]: one["value"] for one in container["env"]}
    secured, mounts = container["securityContext"], {one["mountPath"]: one for one in container["volumeMounts"]}
    probed = {container[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}

    assert (made["kind"], made["spec"]["replicas"], made["spec"]["serviceName"]) == ("StatefulSet", 1, service["metadata"]["name"])
    assert (container["image"], container["args"]) == (compose["image"], compose["command"])
    assert (secured["readOnlyRootFilesystem"], secured["capabilities"]["drop"]) == (compose["read_only"], compose["cap_drop"])
    assert not secured["allowPrivilegeEscalation"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert f"USER {pod['securityContext']['runAsUser']}" in (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    assert f"{pod['terminationGracePeriodSeconds']}s" == compose["stop_grace_period"]
    assert set(mounts) == {"/data", "/tmp", variables["DISCORD_TOKEN_FILE"]}
    assert mounts[variables["DISCORD_TOKEN_FILE"]]["readOnly"]
    assert probed == {"/healthz", "/readyz"}
    assert {path for path in probed if f'"{path}"' not in (REPOSITORY / "bot" / "monitoring.py").read_text(encoding="utf-8")} == set()
    assert container["ports"] == [{"name": "monitoring", "containerPort": int(variables["BOT_MONITORING_PORT"])}]
    for selector in (service["spec"]["selector"], policy["spec"]["podSelector"]["matchLabels"], made["spec"]["selector"]["matchLabels"]):
        assert selector == made["spec"]["template"]["metadata"]["labels"]
    load_config(None, variables)


def test_kubernetes_runs_several_processes_with_room_for_one_to_fail_and_time_to_hand_over_all_shards() -> None:
    page = (REPOSITORY / "docs" / "deploying.md").read_text(encoding="utf-8")
    *_, one = yaml.safe_load_all((KUBERNETES / "one" / "bot.yaml").read_text(encoding="utf-8"))
    many = yaml.safe_load((KUBERNETES / "many" / "kustomization.yaml").read_text(encoding="utf-8"))
    (patch,) = (yaml.safe_load(one["patch"]) for one in many["patches"])
    pod = patch["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    variables = {each["name"]: each["value"] for of in (one, patch) for each in of["spec"]["template"]["spec"]["containers"][0]["env"]}
    config = load_config(None, variables)
    plan, place = plan_of(config), Path(_of_image("BOT_DATABASE_PATH"))
    mounted = {mount["mountPath"]: mount for mount in container["volumeMounts"]}

    assert plan is not None
    assert plan.count is not None
    assert plan.count <= (patch["spec"]["replicas"] - 1) * plan.at_most
    assert pod["terminationGracePeriodSeconds"] >= 15 * plan.at_most
    assert isinstance(place_of(config.database), PostgresDatabase)
    assert set(mounted) == {variables["BOT_DATABASE_PASSWORD_FILE"], str(key_file(place))}
    secret = one["spec"]["template"]["spec"]["volumes"][-1]["secret"]["secretName"]
    (made,) = re.findall(rf"kubectl create secret generic {secret} (--from-file=token --.*)", page)
    assert {f"--from-file={name}" for name in ("token", *(mount["subPath"] for mount in mounted.values()))} == set(made.split())
    assert (patch["kind"], patch["metadata"]["name"], container["name"]) == (
        one["kind"], one["metadata"]["name"], one["spec"]["template"]["spec"]["containers"][0]["name"],
    )  # fmt: skip


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_puts_both_setups_together() -> None:
    for name, kinds in (
        ("one", ["Service", "StatefulSet", "NetworkPolicy"]),
        ("many", ["Service", "StatefulSet", "PodDisruptionBudget", "NetworkPolicy"]),
    ):
        done = run("kubectl", "kustomize", KUBERNETES / name, cwd=REPOSITORY, env=dict(os.environ))

        assert done.returncode == 0, done.stderr
        assert sorted(each["kind"] for each in yaml.safe_load_all(done.stdout)) == sorted(kinds)


def _of_image(name: str) -> str:
    """A variable that the Dockerfile sets."""
    (value,) = re.findall(rf"\b{name}=(\S+)", (REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))
    return str(value)


def _copy(target: Path) -> None:
    for name in CONTENT:
        place = REPOSITORY / name
        shutil.copytree(place, target / name, ignore=shutil.ignore_patterns("__pycache__")) if place.is_dir() else shutil.copy2(
            place, target
        )
