# SPDX-License-Identifier: MIT
"""Starts a program on a pseudo-terminal that never stops typing, and asks it to end.

usage: flood.py TEXT TITLE PROGRAM WORD...

TEXT is typed without a pause from the moment on that TITLE has come; then SIGTERM is sent. Exit 0 when the program has
ended by itself, with status 0, within ten seconds.
"""
import os, pty, select, signal, sys, time

text, title, words = sys.argv[1].encode().decode("unicode_escape").encode("latin1"), sys.argv[2].encode(), sys.argv[3:]
child, master = pty.fork()
if child == 0:
    os.execv(words[0], words)
os.set_blocking(master, False)
seen, typed, begun, deadline = b"", 0, None, time.monotonic() + 20
while time.monotonic() < deadline:
    readable, writable, _ = select.select([master], [master] if title in seen else [], [], 0.1)
    try:
        if readable:
            seen = (seen + os.read(master, 65536))[-65536:] if title not in seen else os.read(master, 65536) and seen
        if writable:
            typed += os.write(master, text * 200)
    except BlockingIOError:
        pass
    except OSError:
        readable = []
    if begun is None and typed > 100000:
        begun = time.monotonic()
        deadline = begun + 10
        os.kill(child, signal.SIGTERM)
    pid, how = os.waitpid(child, os.WNOHANG)
    if pid:
        print(f"typed {typed}, ended with {os.waitstatus_to_exitcode(how)}, {begun and time.monotonic() - begun} s after")
        sys.exit(0 if begun is not None and os.waitstatus_to_exitcode(how) == 0 else 1)
print(f"typed {typed}, it did not end")
os.kill(child, signal.SIGKILL)
sys.exit(1)
