# SPDX-License-Identifier: MIT
"""Types at random at `bank console`, in windows of random sizes.

usage: console_random.py SEED SECONDS PROGRAM [WORD...]

The program runs on a pseudo-terminal and is started again when a key has ended it. Keys come in bursts, as the views',
the panels' and the command line's, with mouse reports, half escape sequences and bytes that are no text between them;
the window changes its size, down to a cell. Words that the keys make are no commands of `bank` that change anything.
Exit 0 when it ended by its own keys only, with status 0, and never took longer than ten seconds to go on reading; else
says what happened after which keys. The same seed types the same.
"""
import errno, fcntl, os, pty, random, select, signal, struct, sys, termios, time

seed, seconds, program = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
rng = random.Random(seed)
ESC = b"\x1b"
MOVES = [b"j", b"k", b"g", b"G", b"h", b"l", ESC + b"[A", ESC + b"[B", ESC + b"[C", ESC + b"[D", ESC + b"[5~", ESC + b"[6~",
         ESC + b"OA", ESC + b"OB", ESC + b"[H", ESC + b"[F", b"\r", b"\r", b"\r", ESC, ESC, b"\t", ESC + b"[Z"]
VIEWS = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8"]
ACTS = [b"/", b"s", b"S", b"y", b"?", b":", b"r", b"a", b"x", b" ", b"\x0c", b"e", b"n", b"d", b"f", b"0", b"9"]
LINES = [b":events --limit 0\r", b":account li\t\r", b":account show e5\t\r", b":" + b"x" * 1200 + b"\r", b":withdrawals\r", b":models\r",
         b":'open\r", b":help\r", b":" + ESC + b"[A" + ESC + b"[A\r", b":\t\t", b"/" + "näme".encode() + b"\r", b"/suspect\r", b"/\x15\r",
         b":account list --sort balance\r", b":verify\r", b"/" + b"%s%n" * 20 + b"\r"]
ODD = [b"\x00", b"\xff\xfe", ESC + b"[", ESC + b"[<0;", b"\xe4\xb8", ESC + b"]52;c;", b"\x1b[1;5C", b"\x7f", b"\x08", b"\x1a", b"\x1c"]


def mouse():
    button = rng.choice([0, 0, 0, 64, 65, 2, 35])
    return b"\x1b[<%d;%d;%d%c" % (button, rng.randint(0, 300), rng.randint(0, 90), rng.choice(b"Mm"))


def keys():
    kind = rng.random()
    if kind < 0.45:
        return b"".join(rng.choice(MOVES) for _ in range(rng.randint(1, 12)))
    if kind < 0.60:
        return rng.choice(VIEWS)
    if kind < 0.78:
        return rng.choice(ACTS)
    if kind < 0.86:
        return rng.choice(LINES)
    if kind < 0.94:
        return mouse()
    if kind < 0.98:
        return rng.choice(ODD)
    return rng.choice([b"q", b"\x03"])


def size(file):
    rows, columns = rng.choice([(24, 80), (24, 80), (43, 132), (rng.randint(1, 70), rng.randint(1, 250)), (1, 1), (9, 39), (10, 40), (200, 400)])
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def start():
    child, master = pty.fork()
    if child == 0:
        os.environ["TERM"] = rng.choice(["xterm-256color", "xterm", "vt100", "screen-256color"])
        os.execv(program[0], program)
    line = termios.tcgetattr(master)
    line[3] &= ~termios.ISIG  # what is typed before it has its terminal is its to read
    termios.tcsetattr(master, termios.TCSANOW, line)
    size(master)
    return child, master


def drain(master, wait):
    try:
        while select.select([master], [], [], wait)[0]:
            if not os.read(master, 65536):
                return False
            wait = 0
    except OSError:
        return False
    return True


def fail(what):
    print(f"seed {seed}: {what}; the last keys were {b''.join(last)[-400:]!r}")
    print(tail.decode(errors="replace")[-3000:])
    sys.exit(1)


last, tail, runs = [], b"", 0
until = time.monotonic() + seconds
child, master = start()
while time.monotonic() < until:
    runs += 1
    typed = keys()
    last = last[-40:] + [typed]
    if rng.random() < 0.15:
        size(master)
    alive, sent, stuck = True, 0, time.monotonic() + 10
    while alive and sent < len(typed):
        alive = drain(master, 0)
        if select.select([], [master], [], 0.05)[1]:
            try:
                sent += os.write(master, typed[sent:sent + 512])
            except OSError as error:
                alive = error.errno == errno.EAGAIN
        if time.monotonic() > stuck:
            fail("it does not read any more")
    alive = alive and drain(master, rng.choice([0, 0, 0.01, 0.05]))
    pid, how = os.waitpid(child, os.WNOHANG)
    if not alive and not pid:
        pid, how = os.waitpid(child, 0)
    if pid:
        try:
            tail = os.read(master, 65536)
        except OSError:
            tail = b""
        if os.waitstatus_to_exitcode(how) != 0:
            fail(f"it ended with {os.waitstatus_to_exitcode(how)}")
        os.close(master)
        child, master = start()
os.kill(child, signal.SIGTERM)
stuck = time.monotonic() + 10
while time.monotonic() < stuck:
    drain(master, 0.05)
    pid, how = os.waitpid(child, os.WNOHANG)
    if pid:
        if os.waitstatus_to_exitcode(how) not in (0, -signal.SIGTERM):  # it may have been started just now
            fail(f"it ended with {os.waitstatus_to_exitcode(how)} when it was told to")
        print(f"seed {seed}: {runs} bursts of keys")
        sys.exit(0)
os.kill(child, signal.SIGKILL)
fail("it does not end when it is told to")
