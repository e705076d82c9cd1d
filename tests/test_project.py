"""The project's own files: set-up, lock, licences, and what must never be committed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import firsthand

if TYPE_CHECKING:
    from types import ModuleType

    from conftest import Needs

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"help", "demo", "test", "check", "lint", "bench", "lock", "news", "clean"}


def read(name: str) -> str:
    """Return the text of a file, named from the project's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def pyproject() -> dict[str, Any]:
    """Return the parsed pyproject.toml."""
    return tomllib.loads(read("pyproject.toml"))


def name_of(requirement: str) -> str:
    """Return the normalised name that a requirement such as `Rich>=14` begins with."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def locked() -> dict[str, str]:
    """Return each entry of the lock by name: all its lines, joined."""
    entries = re.split(r"\n(?=[A-Za-z0-9])", read("requirements.txt").strip())
    return {name_of(entry): entry for entry in entries}


def tracked_files() -> list[Path]:
    """Return the files that git tracks here."""
    # safe.directory: a CI's checkout may belong to another user.
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is no git checkout, so nothing is tracked")
    paths = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.fixture
def hook() -> ModuleType:
    """Return hatch_build.py as a module; it lies outside of the package."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def page_source(tmp_path: Path) -> Path:
    """Return a root whose `web/` has something to build."""
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text("{}", encoding="utf-8")
    (tmp_path / "web" / "src" / "main.ts").write_text("1", encoding="utf-8")
    return tmp_path


# --- set-up -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_readme_names_both_commands(command: str) -> None:
    """A newcomer finds the two commands in the README."""
    assert command in read("README.md")


def test_plain_make_lists_every_target_with_its_explanation(needs: Needs) -> None:
    """`make` alone tells what there is."""
    needs("make", "make")
    # MAKEFLAGS: inside `make -j` the outer make's flags would be inherited.
    env = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    done = subprocess.run(["make"], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    listed = dict(re.findall(r"^  make ([a-z]+) +(\S.*)$", done.stdout, flags=re.MULTILINE))
    assert set(listed) == TARGETS


def test_every_phony_target_is_explained() -> None:
    """A target that has no `##` comment would stay hidden."""
    phony = re.search(r"^\.PHONY: (.*)$", read("Makefile"), flags=re.MULTILINE)
    assert phony is not None
    assert set(phony.group(1).split()) == TARGETS


def test_set_up_names_the_debian_package_when_venv_is_missing(needs: Needs, tmp_path: Path) -> None:
    """On a Debian without python3-venv, one sentence says what to install."""
    needs("make", "make")
    # A python that is new enough and runs, but has no ensurepip: what Debian ships without python3-venv.
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    venv = tmp_path / "venv"
    command = ["make", "UV=", f"PYTHON={python}", f"VENV={venv}", f"{venv}/.dependencies"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert said == [f"{python} cannot make virtual environments: install Debian's package python3-venv."]
    assert not venv.exists()


def test_ci_script_may_be_run() -> None:
    """A clone can start .ci/run as it is."""
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# --- the lock -----------------------------------------------------------------------------------------------


def test_every_locked_entry_is_pinned_and_hashed() -> None:
    """Installing takes these exact files and no others."""
    entries = locked()
    assert len(entries) > 30
    assert [n for n, e in entries.items() if "==" not in e.splitlines()[0] or "--hash=sha256:" not in e] == []


def test_lock_carries_no_addresses_and_no_options() -> None:
    """Where packages come from is the machine's business."""
    assert "://" not in read("requirements.txt")
    assert re.findall(r"^-.*$", read("requirements.txt"), flags=re.MULTILINE) == []


def test_lock_holds_every_direct_dependency() -> None:
    """Whoever adds a dependency runs `make lock`."""
    project = pyproject()["project"]
    direct = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *pyproject()["build-system"]["requires"],
    ]
    assert {name_of(entry) for entry in direct} - set(locked()) == set()


# --- what is committed --------------------------------------------------------------------------------------


def test_nothing_tracked_names_a_registry_or_a_path_of_one_machine(needs: Needs) -> None:
    """What is committed reads the same everywhere."""
    needs("git", "git")
    # Written in halves, so that this file is not its own first finding.
    hosts = [
        "py" + "pi.org",
        "python" + "hosted.org",
        "registry." + "npmjs",
        "npm" + "js.com/",
        "deb." + "debian.org",
    ]
    folders = ["/" + name + "/" for name in ("work", "farm", "root", "home", "Users")]
    # A folder counts only where a path begins: `docs/home/` is none of a machine.
    begins = r"(?<![\w.\-/}])"
    forbidden = re.compile("|".join([*map(re.escape, hosts), *(begins + re.escape(folder) for folder in folders)]))
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures, fonts, footage
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in forbidden.finditer(text)]
    assert found == []


def test_every_exception_from_lint_has_its_reason() -> None:
    """A rule is left out for a reason that stands on the same line."""
    ruff = read("pyproject.toml").partition("[tool.ruff.lint]")[2].partition("\n[tool.uv]")[0]
    codes = [line for line in ruff.splitlines() if re.match(r'\s+"[A-Z]+[0-9]*",', line)]
    assert len(codes) > 10
    assert [line for line in codes if not re.search(r"# \w+", line)] == []


def test_version_is_the_same_everywhere() -> None:
    """The installed project says the version that the source says; else run make again."""
    assert firsthand.__version__ == metadata.version("firsthand")


# --- licences -----------------------------------------------------------------------------------------------


def test_licence_files_exist_and_agree() -> None:
    """The licence that pyproject names is the one that lies here, whole."""
    project = pyproject()["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in read("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in read("LICENSE")
    assert [name for name in project["license-files"] if not (ROOT / name).is_file()] == []


def test_third_party_notes_name_every_runtime_dependency() -> None:
    """Whoever adds a runtime dependency says under which licence it comes."""
    notes = set(re.findall(r"^\| `([^`]+)` ", read("docs/reference/third-party.md"), flags=re.MULTILINE))
    assert {name_of(entry) for entry in pyproject()["project"]["dependencies"]} - notes == set()


def test_third_party_notes_name_every_package_of_the_pages() -> None:
    """Whoever adds a package to web/ says under which licence it comes."""
    package = json.loads(read("web/package.json"))
    names = {*package.get("dependencies", {}), *package.get("devDependencies", {})}
    notes = read("docs/reference/third-party.md")
    assert {name for name in names if f"`{name}`" not in notes} == set()


def test_no_gpl_encoder_is_called() -> None:
    """The third-party notes say so, and what they advise rests on it."""
    asked = re.compile(r"""["'](?:libx26[45](?:rgb)?|h264|hevc|h265)["']""")
    sources = sorted((ROOT / "src").rglob("*.py"))
    encoding = [path for path in sources if "add_stream(" in path.read_text(encoding="utf-8")]
    assert [path.name for path in encoding if asked.search(path.read_text(encoding="utf-8"))] == []


# --- the build hook -----------------------------------------------------------------------------------------


def test_without_a_source_there_are_no_pages_to_build(hook: ModuleType, tmp_path: Path) -> None:
    """A source archive without web/ installs without Node."""
    assert not hook.is_stale(tmp_path)


def test_pages_are_stale_until_the_stamp_matches(hook: ModuleType, page_source: Path) -> None:
    """Only the stamp of these very inputs counts as built."""
    assert hook.is_stale(page_source)
    static = page_source / hook.STATIC
    static.mkdir(parents=True)
    (static / ".stamp").write_text(hook.inputs_hash(page_source / "web"), encoding="ascii")
    assert not hook.is_stale(page_source)
    (page_source / "web" / "src" / "main.ts").write_text("2", encoding="utf-8")
    assert hook.is_stale(page_source)


def test_renaming_a_page_changes_the_hash(hook: ModuleType, page_source: Path) -> None:
    """Names count as much as contents."""
    web = page_source / "web"
    before = hook.inputs_hash(web)
    (web / "src" / "main.ts").rename(web / "src" / "other.ts")
    assert hook.inputs_hash(web) != before


def test_what_npm_writes_is_no_input(hook: ModuleType, page_source: Path) -> None:
    """Installed packages follow from the lock file and do not make the pages stale."""
    web = page_source / "web"
    before = hook.inputs_hash(web)
    (web / "node_modules").mkdir()
    (web / "node_modules" / "x.js").write_text("x", encoding="utf-8")
    assert hook.inputs_hash(web) == before
