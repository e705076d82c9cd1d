"""The documentation says what the code does: generated pages are fresh, links lead somewhere, commands run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from docs import generate
from firsthand.centre.centre import REGISTRY
from firsthand.respond.lifecycles import LIFECYCLES

if TYPE_CHECKING:
    from conftest import Needs

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))
SECTIONS = ("## Question", "## Choices", "## Decision", "## What follows")


def without_code(text: str) -> str:
    """Return a page's text without its code."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """Return what a page's headings can be linked by."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def name(page: Path) -> str:
    """Return a page's name for the report of a test."""
    return page.relative_to(ROOT).as_posix()


# --- generated pages ----------------------------------------------------------------------------------------------


def test_generated_pages_are_what_the_code_says() -> None:
    """Whoever changes a command, an entry, a lifecycle or a limit runs `python tests/docs/generate.py`."""
    assert generate.stale() == []


def test_every_command_and_option_is_documented() -> None:
    """A newcomer finds each command with all that it takes."""
    page = (generate.PAGES / "commands.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (firsthand .*?)\n(.*?)(?=^## |\Z)", page, flags=re.MULTILINE | re.DOTALL))
    found = dict(generate.commands())
    assert set(found) == set(sections)
    for command, parser in found.items():
        missing = [word for word in generate.parameters(parser) if word not in sections[command]]
        assert missing == [], command


def test_every_command_and_option_explains_itself() -> None:
    """`--help` has a sentence for everything."""
    for command, parser in generate.commands():
        assert parser.help, command
        assert [p.name for p in parser.params if not getattr(p, "help", None)] == [], command


def test_every_entry_type_is_documented() -> None:
    """Each type that may be written has its section, with every field in it."""
    page = (generate.PAGES / "entries.md").read_text(encoding="utf-8")
    for body in REGISTRY:
        section = page.partition(f"### {body.TYPE}\n")[2].partition("\n### ")[0]
        missing = [field for field in (*body.model_fields, *body.SEALED) if f"| `{field}` |" not in section]
        assert section, body.TYPE
        assert missing == [], body.TYPE


def test_words_about_entries_are_about_fields_that_exist() -> None:
    """Words that explain nothing any more are taken out."""
    fields = {body.TYPE: {*body.model_fields, *body.SEALED} for body in REGISTRY}
    words = {key: set(value) for key, value in generate.WORDS["entries"].items() if "/" in key}
    assert {key: said - fields.get(key, set()) for key, said in words.items() if said - fields.get(key, set())} == {}


def test_every_lifecycle_has_its_diagram() -> None:
    """A state that can be reached is in the picture."""
    page = (generate.PAGES / "lifecycles.md").read_text(encoding="utf-8")
    for lifecycle in LIFECYCLES:
        section = page.partition(f"## {lifecycle.name.capitalize()}\n")[2].partition("\n## ")[0]
        assert [state for state in lifecycle.states if f" {state}" not in section] == []


# --- links and forms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    """A link names a file that is there, and a heading that is in it."""
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index() -> None:
    """A page that nobody links to is not read."""
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    pages = {p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md")} - {
        "index.md",
        "status.md",
    }  # for those who build it, not for readers
    assert {page for page in pages if f"]({page})" not in index} == set()


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_has_the_form_of_the_template(page: Path) -> None:
    """Each decision says what was asked, what could be chosen, what was decided and what follows."""
    text = page.read_text(encoding="utf-8")
    headings = tuple(re.findall(r"^## .*$", text, flags=re.MULTILINE))
    assert headings == SECTIONS
    assert text.startswith(f"# {page.name[:4]}: ")
    status = re.search(r"^- Status: (.*)$", text, flags=re.MULTILINE)
    assert status is not None
    if page.name != "0000-template.md":
        assert re.fullmatch(r"proposed|accepted on \d{4}-\d\d-\d\d|replaced by \d{4}", status.group(1))
    assert re.search(r"^- Concerns: .+$", text, flags=re.MULTILINE)
    assert [part for part in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:] if len(part.split()) < 5] == []


def test_decisions_are_numbered_without_gaps() -> None:
    """A number is given once."""
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(len(DECISIONS)))


def test_glossary_gives_each_term_once_and_in_both_languages() -> None:
    """One word, one meaning, English and Arabic."""
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[0] != "English"]
    assert len(rows) > 60
    assert [
        row for row in rows if len(row) != 3 or not re.search("[\u0621-\u064a]", row[1]) or not row[2].strip()
    ] == []
    for column in (0, 1):
        terms = [row[column] for row in rows]
        assert sorted(terms) == sorted(set(terms))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pages_speak_calmly(page: Path) -> None:
    """No exclamation marks outside of code, and nobody is called a hero."""
    text = without_code(page.read_text(encoding="utf-8")).replace("![", "[")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    assert "!" not in text
    assert not re.search(r"\bheroes\b|\bheroic\b", text, flags=re.IGNORECASE)


def test_pictures_are_small() -> None:
    """The README's picture loads over a bad line."""
    pictures = sorted((DOCS / "pictures").glob("*.png"))
    assert pictures
    for path in pictures:
        assert path.stat().st_size < 250_000, path.name
        with Image.open(path) as picture:
            assert picture.width >= 1280


# --- commands of the pages run ------------------------------------------------------------------------------------


def blocks(page: Path) -> list[str]:
    """Return the ```bash blocks of a page."""
    return re.findall(r"^```bash\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def run_blocks(found: list[str], folder: Path) -> str:
    """Run blocks one after the other in one shell, as a reader would; return all that was said."""
    tools = folder / "tools"
    tools.mkdir()
    for tool, module in (("python", ""), ("firsthand", "-m firsthand")):
        (tools / tool).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n', encoding="utf-8")
        (tools / tool).chmod(0o755)
    script = "\n".join(f"echo '>>> block {number}'\n{block}" for number, block in enumerate(found, 1))
    work = folder / "work"
    work.mkdir()
    env = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    env.pop("FIRSTHAND_STORE", None)
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_tour_of_the_readme_runs(needs: Needs, tmp_path: Path) -> None:
    """Each command of the tour does what the README says."""
    needs("bash", "bash")
    found = [block.replace(". .venv/bin/activate\n", "") for block in blocks(ROOT / "README.md")]
    assert len(found) >= 4
    said = run_blocks(found, tmp_path)
    assert "Verified just now" in said
    assert "exit code 1" in said
    assert "every file is as listed" in said
    assert (tmp_path / "work" / "unpacked" / "data" / "index.html").is_file()


@pytest.mark.slow
def test_the_tutorial_runs(needs: Needs, tmp_path: Path) -> None:
    """Each block of the tutorial runs, and the words that it promises appear."""
    needs("bash", "bash")
    found = blocks(DOCS / "tutorial" / "first-dossier.md")
    assert len(found) >= 10
    said = run_blocks(found, tmp_path)
    promised = (
        "1 accepted",
        "1 duplicate",
        "Verified just now",
        "identity not established",
        "exit code 1",
        "No problem found",
    )
    assert [words for words in promised if words not in said] == []
