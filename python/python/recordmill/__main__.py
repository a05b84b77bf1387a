"""The command ``recordmill``, as ``python -m recordmill`` too."""

from __future__ import annotations

import signal
import sys

from . import _recordmill


def main() -> int:
    """Run the command with the arguments of this process."""
    # The interpreter only notes an interrupt; the command is to end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    return _recordmill.main(["recordmill", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
