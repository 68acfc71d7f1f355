import Foundation
import Testing

/// A language and a kind of project.
struct Project: CustomTestStringConvertible {
    let language: String
    let kind: String

    static let all = ["c", "cpp", "rust", "swift"].flatMap { language in
        ["strategy", "model", "exchange"].map { Project(language: language, kind: $0) }
    }

    var testDescription: String { "\(language) \(kind)" }

    /// The compiler that its build script calls.
    var compiler: String { ["c": "cc", "cpp": "c++", "rust": "rustc"][language] ?? "swift" }
}

@Suite(.serialized) struct `rialto plugin new` {
    // Rust, and on a bare machine C, are optional: `scripts/setup` installs them.
    @Test(arguments: Project.all.filter { Shell.has($0.compiler) })
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
        try takesPart(id, project.kind, home)
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
    private func takesPart(_ id: String, _ kind: String, _ home: String) throws {
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
    private func backtest(_ id: String, _ kind: String, _ home: String) throws -> Answer {
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
        let answer = try Shell.rialto("backtest", home + "/run.yaml", "--no-record", "--json")
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
