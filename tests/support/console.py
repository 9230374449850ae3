# SPDX-License-Identifier: MIT
"""Plays a terminal for `bank console`.

usage: console.py COLUMNS PROGRAM ACTION...

The program runs on a pseudo-terminal of that width; each action waits for its condition, 20 seconds at most:
  see TEXT      until the screen's bytes have it       keys TEXT    types it (escapes as in Python)
  no TEXT       its bytes so far do not have it        gone         the terminal goes away
  end STATUS    until the program has ended so
Exit 0 when all of them came true; else says which did not.
"""
import fcntl, os, pty, select, signal, struct, sys, termios, time

columns, program, actions = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
signal.signal(signal.SIGHUP, signal.SIG_IGN)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for file in range(3):
        os.dup2(slave, file)
    os.close(master)
    os.execl(program, program, "console")
os.close(slave)
seen = b""
status = None


def read(wait):
    global seen, master
    if master is None:
        time.sleep(wait)
    elif select.select([master], [], [], wait)[0]:
        try:
            seen += os.read(master, 65536)
        except OSError:  # its last user has closed it
            time.sleep(wait)


def ended():
    global status
    if status is None:
        pid, how = os.waitpid(child, os.WNOHANG)
        if pid:
            status = os.waitstatus_to_exitcode(how)
    return status is not None


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            return False
        read(0.02)
    return True


for name, value in zip(actions[::2], actions[1::2]):
    text = value.encode().decode("unicode_escape").encode("latin1")
    if name == "see":
        worked = until(lambda: text in seen)
    elif name == "no":
        worked = text not in seen
    elif name == "keys":
        worked = os.write(master, text) == len(text)
    elif name == "gone":
        os.close(master)
        master, worked = None, True
    else:
        worked = until(ended) and status == int(value)
    if not worked:
        print(f"{name} {value}: no; status {status}, seen {seen[-300:]!r}")
        if not ended():
            os.kill(child, signal.SIGKILL)
        sys.exit(1)
