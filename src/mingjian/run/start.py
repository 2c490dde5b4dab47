"""Where a worker starts: ``python -P -m mingjian.run.start``, two lines on standard input.

The first is its task, where the number of the run may still be missing; the second that number.
Between the two its sandboxed child starts and both load what they need, which takes a second:
the executor makes the run in the meantime.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace

from mingjian.run.confine import die_with_parent
from mingjian.run.sandbox import SandboxBroken
from mingjian.run.task import task_read


def main() -> int:
    """Do the task on standard input; a problem that no retry helps goes to standard output."""
    task, owner, parent = task_read(sys.stdin.buffer.readline())
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with task.sandbox(owner) as sandbox:
            # Not at the top: the child shall start before the database's library is loaded.
            from mingjian.run.worker import work

            run = sys.stdin.buffer.readline()
            if run:
                task = replace(task, run=int(run))
                work(task, owner, stop=lambda: os.getppid() != parent, sandbox=sandbox)
    except SandboxBroken as problem:
        print(json.dumps(problem.what.as_json()), flush=True)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
