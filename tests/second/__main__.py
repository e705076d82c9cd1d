"""`python tests/second <dossier> [<key file>]`: the verdict as JSON; exit code 1 when a check fails."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(arguments: list[str]) -> int:
    """Verify one dossier."""
    from second.verifier import verify  # noqa: PLC0415 - the path above comes first

    trust = Path(arguments[1]).read_text(encoding="utf-8") if len(arguments) > 1 else None
    result = verify(Path(arguments[0]), trust)
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
