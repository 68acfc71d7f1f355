import Foundation
import Testing

private let swift = Repository.sources([".swift"])
private let ours = swift.filter { !$0.path.hasPrefix("Tests/") }

@Suite struct `The source tree` {
    @Test func `is found`() {
        #expect(swift.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
    }

    @Test func `has no line beyond column 100`() {
        let all = Repository.sources([".swift", ".c", ".h", ".cpp", ".hpp", ".rs", ".py", ".sh"])
        let found = (all + Repository.scripts()).flatMap(Rules.longLines)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func `names no folder of somebody's machine`() {
        let all = Repository.sources([
            ".swift", ".c", ".h", ".cpp", ".hpp", ".rs", ".py", ".md", ".json", ".yaml", ".svg",
        ])
        let found = (all + Repository.scripts()).flatMap(Rules.machinePaths)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func `documents every public declaration of the plugin contract`() {
        let contract = swift.filter { $0.path.hasPrefix("PluginAPI/") }
        let found = contract.flatMap(Rules.undocumented)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func `imports one way, down the list of modules`() {
        let found = swift.flatMap(Rules.wrongImports)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func `keeps Foundation out of the pure modules`() {
        let found = swift.flatMap(Rules.foundation)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func `has no force-unwrap, no fatal error and no unproved claim`() {
        let found = ours.flatMap(Rules.escapes)
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func `has a one-screen README in each module's folder, and each module on the list`() {
        let host = Repository.root.path + "/Host/"
        let aside = ["System", "Examples"]
        let modules = Set(swift.compactMap(\.module)).subtracting(aside).sorted()
        for module in modules {
            #expect(Rules.modules.contains(module), "\(module) has no place in the list of modules")
            let text = try? String(contentsOfFile: host + module + "/README.md", encoding: .utf8)
            let lines = text?.split(separator: "\n", omittingEmptySubsequences: false).count ?? 0
            #expect((2...60).contains(lines), "Host/\(module)/README.md has \(lines) lines")
        }
    }

    @Test func `has scripts that run, and that stop at the first failure`() {
        for script in Repository.scripts() {
            let path = Repository.root.path + "/" + script.path
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(script.path)")
            #expect(
                script.lines.contains("set -euo pipefail") || script.lines[0].contains("python"),
                "\(script.path)")
        }
    }
}

@Suite struct `A tidiness rule` {
    private func file(_ path: String, _ lines: String...) -> Repository.Source {
        Repository.Source(path: path, text: lines.joined(separator: "\n"))
    }

    @Test func `finds a long line`() {
        let long = String(repeating: "x", count: 101)
        #expect(Rules.longLines(file("a.swift", "", long)) == ["a.swift:2: 101 characters"])
        #expect(Rules.longLines(file("a.swift", String(long.dropLast()))).isEmpty)
    }

    @Test func `finds an undocumented declaration, and looks past attributes`() {
        #expect(
            Rules.undocumented(file("a.swift", "    public let a: Int")) == [
                "a.swift:1: public let a: Int"
            ])
        #expect(
            Rules.undocumented(file("a.swift", "/// A.", "@frozen", "public struct A {")).isEmpty)
        #expect(Rules.undocumented(file("a.swift", "public init(a: Int) {")).isEmpty)
        #expect(Rules.undocumented(file("a.swift", "@inlinable public func f(")).count == 1)
    }

    @Test func `finds an import that points up or past the boundary`() {
        #expect(!Rules.wrongImports(file("Host/Risk/A.swift", "import RialtoEngine")).isEmpty)
        #expect(!Rules.wrongImports(file("Host/Risk/A.swift", "import CRialto")).isEmpty)
        #expect(!Rules.wrongImports(file("Host/Risk/A.swift", "package import RialtoCLI")).isEmpty)
        #expect(!Rules.wrongImports(file("Plugins/A/A.swift", "import RialtoLedger")).isEmpty)
        #expect(Rules.wrongImports(file("Plugins/A/A.swift", "import RialtoKit")).isEmpty)
        #expect(Rules.wrongImports(file("Host/Risk/A.swift", "import RialtoOrders")).isEmpty)
        #expect(Rules.wrongImports(file("Host/PluginHost/A.swift", "import CRialto")).isEmpty)
    }

    @Test func `finds Foundation where it does not belong`() {
        #expect(!Rules.foundation(file("Host/Ledger/A.swift", "import Foundation")).isEmpty)
        #expect(
            !Rules.foundation(file("PluginAPI/Values/A.swift", "import FoundationEssentials"))
                .isEmpty)
        #expect(Rules.foundation(file("Host/Server/A.swift", "import Foundation")).isEmpty)
    }

    @Test(arguments: [
        "let a = b!", "f(x)!.y", "let c = d[0]!", "try! g()",
        "x as! Int", "fatalError(\"no\")", "extension A: @unchecked Sendable {}",
        "nonisolated(unsafe) var x = 1",
    ])
    func `finds an escape`(line: String) {
        #expect(!Rules.escapes(file("a.swift", line)).isEmpty, "\(line)")
    }

    @Test(arguments: [
        "if !a, b != c { }", "let s = \"wow!\"", "f() // stop!", "guard !x.isEmpty",
    ])
    func `leaves what is none`(line: String) {
        #expect(Rules.escapes(file("a.swift", line)).isEmpty, "\(line)")
    }

    @Test func `finds a machine's folder`() {
        #expect(!Rules.machinePaths(file("a.md", "see /" + "home/me/x")).isEmpty)
        #expect(Rules.machinePaths(file("a.md", "see /usr/lib/x and homework/x")).isEmpty)
    }

    @Test func `accepts a claim that is proved beside it`() {
        let lines = [
            "// Proof: written once before it is shared.", "extension A: @unchecked Sendable {}",
        ]
        #expect(
            Rules.escapes(Repository.Source(path: "a", text: lines.joined(separator: "\n"))).isEmpty
        )
    }
}
