/// Something that a Python plugin must not do, and what the host says of it.
struct PythonDeed: Sendable {
    let name: String
    /// Python before the class; in a worker only where `inWorker` says.
    var top = ""
    /// Python of `on_bar`.
    var body = "pass"
    /// Of these words any one of each list is said.
    let cause: [[String]]
    /// The module's text.
    var text: String {
        """
        import sys
        from rialto import Strategy
        IS_WORKER = "rialto._bridge" in sys.modules
        \(top)
        class Mine(Strategy, id="com.example.mine"):
            def on_bar(self, bar, intents):
                \(body)
        """
    }
}

/// Deeds while it runs: each ends the instance.
let pythonDeeds: [PythonDeed] = [
    PythonDeed(
        name: "raises", body: "raise ValueError(f\"broken at {bar.close > 0}\")",
        cause: [["ValueError: broken at True (mine.py:7)"]]),
    PythonDeed(
        name: "raises below the kit", body: "intents.target(bar.instrument, 1.5)",
        cause: [["quantity was 1.5, allowed is a whole number"]]),
    PythonDeed(
        name: "wants too large a number", body: "intents.target(bar.instrument, 1 << 70)",
        cause: [["quantity was 1180591620717411303424"]]),
    PythonDeed(
        name: "computes without end", body: "while True: pass", cause: [["computed for more"]]),
    PythonDeed(
        name: "recurses without end", body: "self.on_bar(bar, intents)",
        cause: [["RecursionError"]]),
    PythonDeed(
        name: "takes all memory", body: "self.kept = bytearray(1 << 40)",
        cause: [["MemoryError (mine.py:7)"]]),
    PythonDeed(
        name: "opens a file", body: "open(\"/etc/passwd\")", cause: [["system call openat"]]),
    PythonDeed(
        name: "imports what is not there yet", body: "import wave", cause: [["system call"]]),
    PythonDeed(
        name: "opens a socket", top: "import socket", body: "socket.socket()",
        cause: [["system call socket"]]),
    PythonDeed(
        name: "starts a program", top: "import subprocess", body: "subprocess.run([\"true\"])",
        cause: [["system call"]]),
    PythonDeed(
        name: "starts a process", top: "import os", body: "os.fork()",
        cause: [["system call clone"]]),
    PythonDeed(
        name: "starts a thread", top: "import threading",
        body: "threading.Thread(target=print).start()",
        cause: [["system call clone", "system call rt_sigaction"]]),
    PythonDeed(
        name: "reads the clock", top: "import time", body: "time.time()",
        cause: [["time-stamp counter", "system call clock_gettime"]]),
    PythonDeed(
        name: "asks for random bytes", top: "import os", body: "os.urandom(8)",
        cause: [["system call getrandom"]]),
    PythonDeed(
        name: "ends its process", top: "import os", body: "os._exit(3)",
        cause: [["ended its process with code 3"]]),
]

/// Deeds while it is imported: it is not made.
let pythonImports: [PythonDeed] = [
    PythonDeed(
        name: "raises", top: "if IS_WORKER: raise KeyError(\"missing\")",
        cause: [["import: KeyError: 'missing' (mine.py:4)"]]),
    PythonDeed(
        name: "imports what it has not", top: "if IS_WORKER: import pandas",
        cause: [["import: ModuleNotFoundError: No module named 'pandas' (mine.py:4)"]]),
    PythonDeed(
        name: "opens a file", top: "if IS_WORKER: open(\"/etc/passwd\")",
        cause: [["import: FileNotFoundError", "import: PermissionError"], ["(mine.py:4)"]]),
    PythonDeed(
        name: "writes a file", top: "if IS_WORKER: open(\"/tmp/rialto-python-test\", \"w\")",
        cause: [["system call openat"]]),
    PythonDeed(
        name: "opens a socket", top: "import socket\nif IS_WORKER: socket.socket()",
        cause: [["system call socket"]]),
    PythonDeed(
        name: "starts a program",
        top: "import subprocess\nif IS_WORKER: subprocess.run([\"true\"])",
        cause: [["system call"]]),
    PythonDeed(
        name: "computes without end", top: "while IS_WORKER: pass",
        cause: [["computed for more than"]]),
]
