"""`tillside` commands by a process that is there already: one after the other, as lines of JSON.

Starting a command costs seconds of a busy core, which would be measured with what it does.
"""

import json
import sys

from click.testing import CliRunner

from integration.cli import cli


def main() -> None:
    """Each line is a command's words; told are its status and what it said."""
    print("ready", flush=True)
    for line in sys.stdin:
        done = CliRunner().invoke(cli, json.loads(line))
        said = done.output + (str(done.exception) if done.exception else "")
        print(json.dumps({"status": done.exit_code, "said": said}), flush=True)


if __name__ == "__main__":
    main()
