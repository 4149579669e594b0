"""Write the migration that leads from the last one to the models as they are now, under the next number.

python3 run.py migration "what changes"
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.operations import MigrationScript

from app import create_app
from app.core.migrating import migrator
from tools.environment import ROOT


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(Path(directory), DATABASE_URL=f"sqlite:///{directory}/empty.sqlite")
        with app.app_context():
            alembic = migrator(app)
            app.config["ALEMBIC_CONTEXT"]["process_revision_directives"] = _number
            alembic.upgrade()
            for script in alembic.revision(sys.argv[1]):
                print(script.path if script else "The models are as the last migration left them.")
    return 0


def _number(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """Migrations count up; nothing to do writes no file."""
    operations = directives[0].upgrade_ops
    if operations is not None and operations.is_empty():
        directives.clear()
    else:
        directives[0].rev_id = f"{len(list((ROOT / 'migrations').glob('*.py'))) + 1:04}"


if __name__ == "__main__":
    sys.exit(main())
