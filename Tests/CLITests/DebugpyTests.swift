import Foundation
import RialtoCLI
import RialtoTestSupport
import Synchronization
import Testing

/// Counts bars; the breakpoint stands in its sixth line.
private let counting = """
    from rialto import Strategy

    class Mine(Strategy, id="com.example.mine"):
        def on_bar(self, bar, intents):
            self.seen = getattr(self, "seen", 0) + 1
            half = self.seen // 2
            if half == 100:
                intents.target(0, 1)
    """

/// A client of the debug adapter protocol: stops once in a line, looks at a variable, tries what
/// the walls forbid, and goes on to the end. Prints what it saw.
private let client = """
    import json, socket, sys

    port, path, line = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    stream = socket.create_connection(("127.0.0.1", port), 30).makefile("rwb")
    events, answers, number = [], {}, 0

    def take():
        size = 0
        while True:
            head = stream.readline()
            if not head:
                raise EOFError
            if head == b"\\r\\n":
                break
            size = int(head.split(b":")[1])
        message = json.loads(stream.read(size))
        if message["type"] == "event":
            events.append(message)
        elif message["type"] == "response":
            answers[message["request_seq"]] = message

    def send(command, **arguments):
        global number
        number += 1
        text = json.dumps({"seq": number, "type": "request", "command": command,
                           "arguments": arguments}).encode()
        stream.write(b"Content-Length: %d\\r\\n\\r\\n%s" % (len(text), text))
        stream.flush()
        return number

    def ask(command, **arguments):
        asked = send(command, **arguments)
        while asked not in answers:
            take()
        return answers[asked].get("body") or {}

    def wait(name):
        while not any(one["event"] == name for one in events):
            take()
        found = next(one for one in events if one["event"] == name)
        events.remove(found)
        return found.get("body") or {}

    ask("initialize", adapterID="test", pathFormat="path", linesStartAt1=True)
    send("attach", connect={"host": "127.0.0.1", "port": port}, justMyCode=False)
    wait("initialized")
    set = ask("setBreakpoints", source={"path": path},
              breakpoints=[{"line": line, "condition": "half == 50"}])
    print("verified", set["breakpoints"][0]["verified"])
    ask("configurationDone")
    thread = wait("stopped")["threadId"]
    frame = ask("stackTrace", threadId=thread)["stackFrames"][0]
    print("at", frame["name"], frame["line"], frame["source"]["path"])
    for words in ("half", "self.seen", "bar.close > 0",
                  "__import__('socket').socket()", "open('/etc/passwd')",
                  "open('/tmp/rialto-written', 'w')", "__import__('os').fork()"):
        print("value", ask("evaluate", expression=words, frameId=frame["id"]).get("result"))
    ask("setBreakpoints", source={"path": path}, breakpoints=[])
    ask("continue", threadId=thread)
    try:
        wait("terminated")
    except (EOFError, ConnectionError):
        pass
    print("terminated")
    """

/// The program itself, built beside the tests.
private var program: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: own).deletingLastPathComponent().path + "/rialto"
}

private let hasDebugpy =
    PythonWorkshop.isThere
    && (try? runProgram(["/usr/bin/python3", "-c", "import debugpy"]).status) == 0

@Suite(.serialized) struct `rialto plugin debug with debugpy` {
    private func desk(_ source: String) throws -> Desk {
        let desk = try Desk()
        let prices = try Data(
            contentsOf: Desk.repository.appending(path: "Host/Examples/data/IBM-1d.csv"))
        try desk.file("ibm.csv", prices)
        desk.run(
            "data import @ibm.csv --instrument IBM/USD --kind bars --interval 1d --bar-time open")
        let folder = try PythonWorkshop.install(source, in: desk.path("python"))
        try desk.file(
            "run.yaml",
            """
            name: mine
            data: data
            plugins: { path: [\(folder)] }
            instruments: [{ name: IBM/USD, kind: bars, interval: 1d }]
            accounts:
              - id: main
                equity: 10000
                strategies: [{ id: one, plugin: com.example.mine, capital: 10000 }]
            """)
        return desk
    }

    /// The port that a line names, of those that were read.
    private func port(_ lines: FileHandle, _ seen: inout String) -> String? {
        while true {
            let more = lines.availableData
            seen += String(decoding: more, as: UTF8.self)
            if let found = seen.firstMatch(of: /"port": (\d+)/) { return String(found.1) }
            if more.isEmpty { return nil }
        }
    }

    @Test(
        .enabled(if: hasDebugpy, "debugpy is not here: see scripts/setup"),
        .timeLimit(.minutes(20)))
    func `stands at a line, shows variables, keeps the walls, and comes to the same end`() throws {
        let desk = try desk(counting)
        let plain = desk.run("backtest @run.yaml --no-record --json")
        let digest = try #require(plain.objects.last?["digest"] as? String, "\(plain.error)")
        let process = Process(), words = Pipe(), results = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = [
            "plugin", "debug", desk.path("run.yaml"), "--instance", "one", "--with", "debugpy",
        ]
        process.standardError = words
        process.standardOutput = results
        try process.run()
        var seen = ""
        let port = port(words.fileHandleForReading, &seen)
        guard let port else {
            kill(process.processIdentifier, SIGKILL)
            Issue.record("no port was named: \(seen)")
            return
        }
        try desk.file("client.py", client)
        let source = desk.path("python/mine/mine.py")
        let answer = try runProgram(["/usr/bin/python3", desk.path("client.py"), port, source, "7"])
        #expect(answer.status == 0, "\(answer.output)")
        // It would wait for another client for ever.
        if answer.status != 0 { kill(process.processIdentifier, SIGKILL) }
        let said = answer.output.split(separator: "\n").map(String.init)
        #expect(said.contains("verified True"), "\(said)")
        #expect(said.contains("at on_bar 7 \(source)"), "\(said)")
        #expect(
            said.filter { $0.hasPrefix("value") }.prefix(3) == [
                "value 50", "value 100", "value True",
            ])
        #expect(said.filter { $0.contains("PermissionError") }.count == 4, "\(said)")
        #expect(said.last == "terminated")
        let out = String(
            decoding: results.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(out.contains(digest), "\(out)")
        #expect(seen.contains("filter: threads, clocks"), "\(seen)")
    }

    @Test(.enabled(if: hasDebugpy, "debugpy is not here: see scripts/setup"))
    func `is for plugins in Python alone`() throws {
        let desk = try desk(counting)
        try installSource(
            rogueSource("", top: ""), name: "other", in: desk.path("plugins"))
        try desk.file(
            "run.yaml",
            try desk.text("run.yaml").replacing("com.example.mine", with: "org.rialto.test.rogue"))
        let answer = desk.run(
            "plugin debug @run.yaml --instance one --with debugpy --plugins \(desk.path("plugins"))"
        )
        #expect(answer.status == .failed && answer.error.contains("--with gdb"), "\(answer.error)")
    }
}
