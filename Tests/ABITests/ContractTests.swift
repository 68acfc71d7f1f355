import CRialto
import Foundation
import Testing

private let strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]

@Suite struct `The contract` {
    /// Program that lists a layout, and its golden; the draft may still change, with its golden.
    private static let listings = [
        ("layout", "layout-0"), ("layout-exchange", "layout-draft-exchange"),
        ("layout-loading", "layout-draft-loading"), ("layout-requests", "layout-draft-requests"),
        ("layout-loading", "layout-draft-loading"), ("layout-engines", "layout-draft-engines"),
        ("layout-train", "layout-draft-train"),
    ]

    private func golden(_ name: String) throws -> [String] {
        try Project.lines("Tests/ABITests/Goldens/\(name).txt")
    }

    @Test(
        arguments: [["cc", "-std=c11", "-x", "c"], ["c++", "-std=c++17", "-x", "c++"]], listings)
    func `has the golden layout in C11 and in C++17`(
        compiler: [String], listing: (program: String, golden: String)
    ) throws {
        let program = NSTemporaryDirectory() + "rialto-layout-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: program) }
        let words = (compiler + strict).joined(separator: " ")
        let source = Project.root + "/Tests/ABITests/C/\(listing.program).c"
        let built = try Project.run(
            "sh", "-c", words + " -I\"$1\" \"$2\" -o \"$3\"", "sh", Project.headers, source,
            program)
        try #require(built.status == 0, "\(built.output)")
        let printed = try Project.run(program).output.split(separator: "\n").map(String.init)
        #expect(differences(printed, try golden(listing.golden)).isEmpty)
    }

    @Test func `has the golden layout in Swift`() throws {
        let found = layoutsMarket() + layoutsOwn() + layoutsPlugin() + layoutConstants()
        #expect(differences(found.sorted(), try golden("layout-0").sorted()).isEmpty)
    }

    @Test func `has every field and every constant of the headers in the golden`() throws {
        var declared = Declarations()
        for header in try Project.contract() + Project.contract("rialto/draft") {
            let path = Project.headers + "/" + header
            declared.read(try String(contentsOfFile: path, encoding: .utf8))
        }
        let lines = try Self.listings.flatMap { try golden($0.1) }
        let words = lines.map { $0.split(separator: " ").map(String.init) }
        let fields = Set(words.filter { $0[0] == "field" }.map { $0[1] })
        let constants = Set(words.filter { $0[0] == "constant" }.map { $0[1] })
        #expect(declared.fields.count > 300)
        #expect(declared.fields.symmetricDifference(fields).isEmpty)
        #expect(declared.constants.symmetricDifference(constants).isEmpty)
    }

    @Test func `has headers that compile alone, as C11 and as C++17`() throws {
        for header in try Project.contract() + Project.contract("rialto/draft") {
            for words in [["cc", "-std=c11", "-x", "c"], ["c++", "-std=c++17", "-x", "c++"]] {
                let command = (words + strict).joined(separator: " ") + " -fsyntax-only"
                let path = Project.headers + "/" + header
                let built = try Project.run(
                    "sh", "-c", command + " -I\"$1\" -include \"$2\" /dev/null", "sh",
                    Project.headers, path)
                #expect(built.status == 0, "\(header): \(built.output)")
            }
        }
    }

    /// The first few lines in which two listings differ.
    private func differences(_ found: [String], _ expected: [String]) -> [String] {
        let pairs = zip(found, expected).filter { $0 != $1 }.prefix(5)
        let count = found.count == expected.count ? [] : ["\(found.count), \(expected.count) lines"]
        return count + pairs.map { "found \($0), golden \($1)" }
    }
}
