"""Run `uv pip install` with the arguments that pip takes: UV PYTHON install …"""

import subprocess
import sys

if __name__ == "__main__":
    uv, python, verb, *rest = sys.argv[1:]
    sys.exit(subprocess.call([uv, "pip", verb, "--python", python, *rest]))
