"""Does the Dockerfile's steps in an empty folder, for machines without a container engine, so that they cannot rot.

It reads the Dockerfile itself: what is copied must be there and not be held back by ``.dockerignore``, the first stage's commands are
run, and then the bot is asked and started dry in the last stage's environment. The image's folders lie below a temporary one. What needs
root or the base image is left out: the user, and Debian's own Python, in whose place the Python that runs this is taken.
With ``--here``, pip finds the packages of the Python that runs this, so it needs no index and installs nothing; else it installs the lock
from the index. Only the standard library is used.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
FOLDERS = ("/src", "/opt/venv", "/app", "/data")
QUESTION = "What is open source AI?"


class Rehearsal:
    """The Dockerfile's steps, done below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.allowed = [line[1:] for line in (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")]
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "DISCORD_", "PYTHON"))}
        self.stage = 0
        self.work = root
        self.entry: list[str] = []

    def bring_packages(self) -> None:
        """Make the environment before the first step does, and let it see this Python's packages, pip among them."""
        environment = self.root / "opt" / "venv"
        self.call([sys.executable, "-m", "venv", "--without-pip", str(environment)])
        site = next((environment / "lib").glob("python*/site-packages"))
        (site / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")

    def inside(self, text: str) -> str:
        """A command, path or value with the image's folders replaced by those below the root."""
        pattern = rf"(?<![\w.])({'|'.join(map(re.escape, FOLDERS))})(?=[/:\s]|$)"
        return re.sub(pattern, lambda found: f"{self.root}{found[1]}", text)

    def step(self, instruction: str, rest: str) -> None:
        """Do one instruction; what only a container engine can do has no method and is passed over."""
        action = getattr(self, f"_{instruction.lower()}", None)
        if action:
            action(rest)

    def _from(self, _: str) -> None:
        self.stage += 1
        if self.stage > 1:
            (self.root / "data").mkdir(mode=0o700)

    def _env(self, rest: str) -> None:
        for pair in rest.split():
            name, value = pair.split("=", 1)
            self.environment[name] = self.inside(value.replace("$PATH", self.environment.get("PATH", "")))

    def _workdir(self, rest: str) -> None:
        self.work = Path(self.inside(rest))

    def _copy(self, rest: str) -> None:
        *sources, target = [word for word in rest.split() if not word.startswith("--")]
        if "--from=" in rest:  # the stages share the folders here
            return
        for source in sources:
            if source not in self.allowed:
                raise SystemExit(f"Dockerfile: COPY {source} fails, since .dockerignore holds it back")
            place = Path(self.inside(target))
            if (CHECKOUT / source).is_dir():
                shutil.copytree(CHECKOUT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy2(CHECKOUT / source, place)

    def _run(self, rest: str) -> None:
        if self.stage == 1:
            self.call(["sh", "-c", self.inside(rest).replace("--python python3 ", f"--python '{sys.executable}' ")])

    def _entrypoint(self, rest: str) -> None:
        self.entry = json.loads(rest)

    def call(self, command: list[str]) -> None:
        """Run a command in the stage's environment and folder, and end where it fails."""
        found = shutil.which(command[0], path=self.environment.get("PATH"))
        done = subprocess.run([found or command[0], *command[1:]], cwd=self.work, env=self.environment, check=False)  # noqa: S603
        if done.returncode:
            raise SystemExit(f"Dockerfile: {' '.join(command)} ends with {done.returncode}")


def instructions(text: str) -> list[tuple[str, str]]:
    """The Dockerfile's instructions with what follows them, without comments and line breaks."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ").splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def main() -> None:
    """Rehearse the build, then what the image is for."""
    with tempfile.TemporaryDirectory(prefix="image-") as folder:
        rehearsal = Rehearsal(Path(folder).resolve())
        if "--here" in sys.argv[1:]:
            rehearsal.bring_packages()
        for name, rest in instructions((CHECKOUT / "Dockerfile").read_text(encoding="utf-8")):
            rehearsal.step(name, rest)
        rehearsal.call([*rehearsal.entry, "run", "--dry-run"])
        rehearsal.call([*rehearsal.entry, "ask", QUESTION])
        if not any((rehearsal.root / "data").iterdir()):
            raise SystemExit("Dockerfile: nothing was written to /data, so the database would be lost with the container")
    print("The Dockerfile's steps work")


if __name__ == "__main__":
    main()
