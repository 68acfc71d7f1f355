import Foundation
import Testing

/// A language and a kind of project.
struct Project: CustomTestStringConvertible {
    let language: String
    let kind: String

    static let all =
        ["c", "cpp", "rust", "swift"].flatMap { language in
            ["strategy", "model", "exchange"].map { Project(language: language, kind: $0) }
        } + ["strategy", "model"].map { Project(language: "python", kind: $0) }

    var testDescription: String { "\(language) \(kind)" }

    /// The compiler that its build script calls.
    var compiler: String {
        ["c": "cc", "cpp": "c++", "rust": "rustc", "python": "cc"][language] ?? "swift"
    }


    /// Whether it can be built here. Rust, Python's headers, and on a bare machine C, are optional:
    /// `scripts/setup` installs them.
    var isBuildable: Bool {
        let header =
            "import sysconfig as s, os; exit(not os.path.exists("
            + "s.get_path('include') + '/Python.h'))"
        let python = ["-c", header]
        guard language == "python" else { return Shell.has(compiler) }
        return (try? Shell.run("/usr/bin/python3", python, in: "/").status) == 0
    }
}

@Suite(.serialized) struct `rialto plugin new` {
    @Test(arguments: Project.all.filter(\.isBuildable))
    func `writes a project that builds outside, passes its test, is listed and takes part`(
        project: Project
    ) throws {
        let folder = try TemporaryFolder()
        let name = "my-\(project.kind)", id = "com.example.\(name)"
        let made = try Shell.rialto(
            "plugin", "new", id, "--kind", project.kind, "--language", project.language,
            in: folder.path)
        #expect(made.status == 0, "\(made.error)")
        let home = folder.path + "/" + name
        for step in ["test", "build"] {
            let answer = try Shell.run("/bin/sh", ["-c", "./\(step) 2>&1"], in: home)
            #expect(answer.status == 0, "\(step): \(answer.out)")
        }
        let described = try Shell.rialto("plugin", "manifest", home + "/out/lib\(name).so")
        #expect(described.status == 0, "\(described.error)")
        let list = try Shell.rialto("plugin", "list", "--plugins", home)
        let line = list.out.split(separator: "\n").first { $0.hasPrefix(id) }
        #expect(line?.contains(project.kind) == true, "\(list.out)")
        #expect(line?.contains("sandboxed") == true)
        try importPrices(home)
        try takesPart(id, project, home)
        guard project.language == "python" else { return }
        try isPython(id, project.kind, home)
    }

    /// What holds for Python alone: its strategy is short, it is validated, and it is not run in
    /// process.
    private func isPython(_ id: String, _ kind: String, _ home: String) throws {
        let source = try String(contentsOfFile: home + "/my_\(kind).py", encoding: .utf8)
        #expect(source.split(separator: "\n", omittingEmptySubsequences: false).count <= 16)
        let checks = try Shell.rialto("plugin", "validate", home + "/out/libmy-\(kind).so")
        #expect(checks.status == 0, "\(checks.out)")
        #expect(checks.out.contains("an interpreter takes memory for every value"))
        let info = try Shell.rialto("plugin", "info", id, "--plugins", home)
        #expect(info.out.contains("libpython3"))
        let digest = try #require(
            try Shell.rialto("plugin", "info", id, "--json", "--plugins", home).out
                .firstMatch(of: /"sha256":"([0-9a-f]+)"/)?.1)
        let grants = ["--grants", home + "/grants.db"]
        let granted = try Shell.run(
            Shell.products + "/rialto",
            ["plugin", "allow-in-process", String(digest), "--reason", "test"] + grants, in: "/")
        #expect(granted.status == 0, "\(granted.error)")
        let open = try Shell.run(
            Shell.products + "/rialto",
            ["backtest", home + "/run.yaml", "--no-record"] + grants, in: "/")
        #expect(open.status == 1 && open.error.contains("runs in a sandboxed worker"))
    }

    @Test func `backtests a new Python strategy on minutes of a year`() throws {
        let project = Project(language: "python", kind: "strategy")
        let data = URL(filePath: Shell.products + "/../../../../shared/data/crypto-1m")
            .standardizedFileURL.path
        let shared =
            ProcessInfo.processInfo.environment["RIALTO_SHARED"]
            .map { $0 + "/data/crypto-1m" } ?? data
        let prices = shared + "/bitfinex-BTCUSD-1m-2019.csv.gz"
        guard project.isBuildable, FileManager.default.fileExists(atPath: prices) else {
            return print("skipped: python3-dev or the shared data are not here")
        }
        let folder = try TemporaryFolder(), home = folder.path + "/dip"
        for words in [
            ["plugin", "new", "com.example.dip", "--language", "python", "--to", home],
            [
                "data", "import", prices, "--instrument", "BTC/USD", "--kind", "bars",
                "--interval", "1m", "--bar-time", "open", "--data", home + "/data",
            ],
        ] { #expect(try Shell.run(Shell.products + "/rialto", words, in: "/").status == 0) }
        #expect(try Shell.run("/bin/sh", ["-c", "./build"], in: home).status == 0)
        #expect(try Shell.rialto("plugin", "manifest", home + "/out/libdip.so").status == 0)
        let run = """
            data: data
            plugins: { path: [out] }
            instruments: [{ name: BTC/USD, kind: bars, interval: 1m }]
            accounts:
              - id: main
                equity: 200000
                strategies: [{ id: it, plugin: com.example.dip, capital: 100000 }]
            """
        try run.write(toFile: home + "/run.yaml", atomically: true, encoding: .utf8)
        var digests: Set<Substring?> = []
        for _ in 0..<2 {
            let answer = try Shell.rialto(
                "backtest", home + "/run.yaml", "--sandbox", "--no-record", "--json")
            #expect(answer.status == 0, "\(answer.error)")
            #expect(answer.out.contains("\"books_add_up\":true"))
            #expect(answer.out.contains(/"fills":[1-9][0-9]{3}/))
            digests.insert(digest(answer))
        }
        #expect(digests.count == 1 && digests.first != .some(nil))
    }

    /// Stores the sample prices in the project's own data folder.
    private func importPrices(_ home: String) throws {
        let prices = Shell.products + "/../../../Host/Examples/data/IBM-1d.csv"
        let stored = try Shell.rialto(
            "data", "import", prices, "--instrument", "IBM/USD", "--kind", "bars", "--interval",
            "1d", "--bar-time", "open", "--data", home + "/data")
        #expect(stored.status == 0, "\(stored.error)")
    }

    /// Runs a backtest on the sample prices in which the new plugin has a part; an exchange must
    /// change nothing: each of its orders leaves, and each answer is understood.
    private func takesPart(_ id: String, _ project: Project, _ home: String) throws {
        let kind = project.kind
        let answer = try backtest(id, kind, home)
        #expect(answer.out.contains(id) && answer.out.contains("\"books_add_up\":true"))
        #expect(!answer.error.contains("was ended"), "\(answer.error)")
        guard kind == "exchange" else { return }
        #expect(answer.out.contains("\"instance\":\"venue\""), "\(answer.out)")
        let without = try backtest(id, "", home)
        #expect(!without.out.contains(id))
        let fills = [answer, without].map { Array($0.out.matches(of: /"fills":[1-9][0-9]*/)) }
        #expect(fills[0].count == 3, "\(answer.out)")
        #expect(fills[0].map(\.output) == fills[1].map(\.output))
        #expect(digest(answer) != nil && digest(answer) == digest(without))
    }

    /// Digest of everything that happened in a run.
    private func digest(_ answer: Answer) -> Substring? {
        answer.out.firstMatch(of: /"digest":"([0-9a-f]+)"/)?.1
    }

    /// Runs the sample strategies, which send market and limit orders, or the new plugin in the
    /// place of one.
    private func backtest(
        _ id: String, _ kind: String, _ home: String
    ) throws -> Answer {
        let run = """
            data: data
            plugins: { path: [out] }
            instruments: [{ name: IBM/USD, kind: bars, interval: 1d }]
            models: [\(kind == "model" ? "{ id: mine, plugin: \(id) }" : "")]
            \(kind == "exchange" ? "venue: { plugin: \(id) }" : "")
            accounts:
              - id: main
                equity: 200000
                strategies:
                  - id: it
                    plugin: \(kind == "strategy" ? id : "org.rialto.sma-cross")
                    capital: 100000
                  - id: limits
                    plugin: org.rialto.grid
                    capital: 100000
            """
        try run.write(toFile: home + "/run.yaml", atomically: true, encoding: .utf8)
        let words = ["backtest", home + "/run.yaml", "--no-record", "--json"]
        let answer = try Shell.run(Shell.products + "/rialto", words, in: "/")
        #expect(answer.status == 0, "\(answer.error)")
        return answer
    }

    @Test func `leaves no placeholder, and nothing of this installation's path`() throws {
        for project in Project.all {
            let folder = try TemporaryFolder()
            let home = folder.path + "/it"
            let made = try Shell.rialto(
                "plugin", "new", "com.example.my-plugin", "--kind", project.kind, "--language",
                project.language, "--to", home)
            #expect(made.status == 0, "\(made.error)")
            let files = try FileManager.default.subpathsOfDirectory(atPath: home)
            for path in files where !path.hasPrefix("vendor") {
                #expect(!path.contains("{{"), "\(path)")
                guard let text = try? String(contentsOfFile: home + "/" + path, encoding: .utf8)
                else { continue }
                #expect(!text.contains("{{"), "\(project): \(path)")
                #expect(!text.contains(Shell.products), "\(project): \(path)")
            }
        }
    }

    @Test func `refuses a folder that exists, and leaves it as it was`() throws {
        let folder = try TemporaryFolder()
        let answer = try Shell.rialto("plugin", "new", "com.example.mine", "--to", folder.path)
        #expect(answer.status == 1 && answer.error.contains("exists"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test(arguments: ["mine", "com..mine", "com.Mine", "com.mine-", "com.2mine", "../mine", ""])
    func `refuses an id that is no reverse domain name`(id: String) throws {
        let answer = try Shell.rialto("plugin", "new", id, in: NSTemporaryDirectory())
        #expect(answer.status == 2, "\(answer.error)")
    }

    @Test func `says what to give when it finds no PluginAPI`() throws {
        let folder = try TemporaryFolder()
        let answer = try Shell.rialto(
            "plugin", "new", "com.example.mine", "--api", folder.path, in: folder.path)
        #expect(answer.status == 1 && answer.error.contains("RIALTO_PLUGIN_API"))
    }

    @Test func `says what to give when the installation lacks the template`() throws {
        let folder = try TemporaryFolder()
        for part in ["/CRialto/include/rialto", "/templates"] {
            try FileManager.default.createDirectory(
                atPath: folder.path + part, withIntermediateDirectories: true)
        }
        try "".write(
            toFile: folder.path + "/CRialto/include/rialto/rialto.h", atomically: true,
            encoding: .utf8)
        let answer = try Shell.rialto(
            "plugin", "new", "com.example.mine", "--kind", "exchange", "--api", folder.path,
            in: folder.path)
        #expect(answer.status == 1 && answer.error.contains("no template for an exchange in c"))
        #expect(answer.error.contains("--api FOLDER"))
    }
}
