import Testing

@Suite struct `The life cycle of the plugin contract` {
    private let declared = Lifecycle.declared()
    private let table = Lifecycle.table()

    @Test func `is told of everything in the headers, and of nothing else`() {
        #expect(table.wrong.isEmpty, "\(table.wrong)")
        let listed = table.lines.map(\.entry)
        #expect(declared.count > 600)
        #expect(listed.count == Set(listed.map(\.name)).count, "something is listed twice")
        let missing = Set(declared).subtracting(listed).map { "\($0.kind) \($0.name)" }.sorted()
        let gone = Set(listed).subtracting(declared).map { "\($0.kind) \($0.name)" }.sorted()
        #expect(missing.isEmpty, "add to PluginAPI/lifecycle.tsv: \(missing)")
        #expect(gone.isEmpty, "the headers have no: \(gone)")
    }

    @Test func `only ever gets longer: in time, and within each struct`() {
        let versions = table.lines.map(\.since)
        for (line, pair) in zip(table.lines.dropFirst(), zip(versions, versions.dropFirst())) {
            #expect(pair.0 <= pair.1, "\(line.entry.name) stands below what came after it")
        }
        let listed = Lifecycle.members(table.lines.map(\.entry))
        for (name, members) in Lifecycle.members(declared) {
            #expect(listed[name] == members, "\(name)")
        }
    }

    @Test func `ends no earlier than it may, and has no version that is not there yet`() throws {
        let constants = Repository.sources(["base.h"]).flatMap(\.lines)
        func number(_ name: String) throws -> Int {
            let line = try #require(constants.first { $0.hasPrefix("#define \(name) ") })
            return try #require(Int(line.filter(\.isNumber)))
        }
        let text = "\(try number("RIALTO_ABI_MAJOR")).\(try number("RIALTO_ABI_MINOR"))"
        let now = try #require(Lifecycle.Version(text))
        for line in table.lines {
            #expect(line.since <= now, "\(line.entry.name) is of \(line.since), this is \(now)")
            guard let deprecated = line.deprecated else { continue }
            #expect(deprecated > line.since && deprecated <= now, "\(line.entry.name)")
            #expect(line.stability != "frozen", "\(line.entry.name) is for ever")
        }
    }
}
