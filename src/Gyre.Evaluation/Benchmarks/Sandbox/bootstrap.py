# Runs a program that nobody has read: takes rights away first, then says on a channel of its own how it ended.
# Arguments: nonce, seconds of processor time, bytes of memory, bytes of a file, open files, processes, working folder.
import ctypes, os, platform, sys


def limit(held):
    try:
        import resource
    except ImportError:
        return
    for name, value in (("RLIMIT_CPU", cpu), ("RLIMIT_AS", memory), ("RLIMIT_DATA", memory), ("RLIMIT_FSIZE", file_bytes),
                        ("RLIMIT_NOFILE", files), ("RLIMIT_NPROC", processes), ("RLIMIT_CORE", 0)):
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            resource.setrlimit(kind, (value, value))
            held.append(name)
        except (ValueError, OSError):
            pass


def confine(held, folder):
    # Landlock (Linux 5.13 and later): reading only what Python needs, writing only beneath the working folder.
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(444, None, 0, 1)
    if version < 1:
        return
    execute, write, read, listing = 1, 2, 4, 8
    every = (1 << 13) - 1 if version == 1 else (1 << 14) - 1 if version == 2 else (1 << 15) - 1
    rules = ctypes.c_uint64(every)
    ruleset = libc.syscall(444, ctypes.byref(rules), 8, 0)
    if ruleset < 0:
        return

    def allow(path, rights):
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        if not os.path.isdir(path):
            rights &= execute | write | read | ((1 << 14) if version > 2 else 0)
        rule = (ctypes.c_uint8 * 12).from_buffer_copy((rights & every).to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder))
        libc.syscall(445, ruleset, 1, ctypes.byref(rule), 0)
        os.close(place)

    for path in {sys.prefix, sys.base_prefix, sys.exec_prefix, "/usr", "/lib", "/lib64", "/bin"}:
        allow(path, execute | read | listing)
    for path in ("/dev/null", "/dev/zero", "/dev/urandom"):
        allow(path, read | write)
    for path in ("/etc/localtime", "/etc/ld.so.cache"):
        allow(path, read)
    allow(folder, every & ~execute)
    if libc.prctl(38, 1, 0, 0, 0) == 0 and libc.syscall(446, ruleset, 0) == 0:
        held.append("landlock")
    os.close(ruleset)


nonce, (cpu, memory, file_bytes, files, processes), folder = sys.argv[1], map(int, sys.argv[2:7]), sys.argv[7]
source = sys.stdin.buffer.read()
try:
    # Signals to the group would reach the process that runs the benchmark, from inside a process namespace too.
    os.setsid()
except (AttributeError, PermissionError):
    pass
channel = os.dup(1)
os.set_inheritable(channel, False)
os.dup2(2, 1)
os.chdir(folder)
with open(os.devnull, "rb") as nothing:
    os.dup2(nothing.fileno(), 0)
held = []
confine(held, folder)
limit(held)
sys.argv = ["program.py"]
sys.dont_write_bytecode = True


def end(verdict, detail):
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        pass
    os.write(channel, ("%s %s %s %s\n" % (nonce, verdict, ",".join(held), detail)).encode("utf-8", "replace"))
    os._exit(0)


def run():
    try:
        program = {"__name__": "__main__", "__builtins__": __builtins__}
        exec(compile(source, "program.py", "exec", dont_inherit=True), program)
    except MemoryError:
        end("memory", "")
    except BaseException as error:
        end("raised", (type(error).__name__ + ": " + str(error)).replace("\n", " ")[:400])
    end("passed", "")


run()
