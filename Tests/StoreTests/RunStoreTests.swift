import CSQLite
import Foundation
import RialtoStore
import RialtoValues
import Testing

/// A folder that goes with the test.
private final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "rialto-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/rialto.db" }
}

private func record(_ id: String, seed: UInt64 = 1, started: Int64 = 5) -> RunRecord {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...200, using: &random)
    let rows = 0..<count
    let wide = rows.map { _ in Int128.random(in: .min...(.max), using: &random) }
    let fills = ColumnSet(
        name: "fills",
        columns: [
            .init(
                "time_ns", .integers(rows.map { _ in .random(in: .min...(.max), using: &random) })),
            .init("cash", .wide(wide)),
            .init("weight", .numbers(rows.map { _ in .random(in: -1e9...1e9, using: &random) })),
            .init("note", .texts(rows.map { "é\($0)\0x" })),
        ])
    let empty = ColumnSet(name: "orders", columns: [.init("time_ns", .integers([]))])
    return RunRecord(
        head: .init(id: id, name: "run 'of' \"\(seed)\"", started: started, seed: 7, summary: "{}"),
        runFile: "name: x\n",
        digests: [.init(name: "fills", value: "5f1c"), .init(name: "all", value: "")],
        series: [fills, empty, ColumnSet(name: "weights", columns: [])])
}

@Suite struct `A run store` {
    @Test func `gives back what was saved, to the bit, also after it was closed`() throws {
        let folder = try Folder()
        for seed in UInt64(0)..<20 {
            let store = try RunStore(folder.database)
            try store.save(record("run\(seed)x", seed: seed))
        }
        let store = try RunStore(folder.database)
        for seed in UInt64(0)..<20 {
            #expect(
                try store.load("run\(seed)x") == record("run\(seed)x", seed: seed), "seed \(seed)")
        }
    }

    @Test(arguments: [0, 1_000, 2_200_000])
    func `gives back a table that was written piece by piece like any other`(count: Int) throws {
        let folder = try Folder()
        let values = (0..<Int64(count)).map { $0 &* 0x1E37_79B9_7F4A_7C15 }
        let place = UnsafeMutableBufferPointer<Int64>.allocate(capacity: count)
        defer { place.deallocate() }
        _ = place.initialize(from: values)
        func column(_ name: String, _ kind: ColumnWriter.Kind, count: Int) -> ColumnWriter {
            ColumnWriter(name, kind, count: count) { (body) throws(StoreError) in
                let bytes = UnsafeRawBufferPointer(place)
                for first in stride(from: 0, to: bytes.count, by: 100_000) {
                    try body(UnsafeRawBufferPointer(rebasing: bytes[first...].prefix(100_000)))
                }
            }
        }
        let store = try RunStore(folder.database)
        let own = record("a")
        try store.save(
            own,
            tables: [
                TableWriter(
                    name: "long",
                    columns: [
                        column("time", .integers, count: count),
                        column("value", .numbers, count: count),
                    ]),
                TableWriter(name: "wide", columns: [column("cash", .wide, count: count / 2)]),
            ])
        let loaded = try store.load("a")
        #expect(loaded.series.count == own.series.count + 2)
        #expect(loaded.series("fills") == own.series("fills"))
        #expect(loaded.series("long")?["time"] == .integers(values))
        let numbers = values.map { Double(bitPattern: UInt64(bitPattern: $0)).bitPattern }
        guard case .numbers(let found) = loaded.series("long")?["value"],
            case .wide(let cash) = loaded.series("wide")?["cash"]
        else { return #expect(Bool(false), "the columns have their kinds") }
        #expect(found.map(\.bitPattern) == numbers)
        let halves = cash.flatMap { [Int64(truncatingIfNeeded: $0), Int64($0 >> 64)] }
        #expect(halves == values)
    }

    @Test func `lists the latest first and finds a run by the first letters of its id`() throws {
        let folder = try Folder()
        let store = try RunStore(folder.database)
        try store.save(record("7f3a", started: 1))
        try store.save(record("7fbb", started: 2))
        #expect(try store.list().map(\.id) == ["7fbb", "7f3a"])
        #expect(try store.load("7f3").head.id == "7f3a")
        #expect(throws: StoreError.severalRuns(prefix: "7f", ids: ["7f3a", "7fbb"])) {
            try store.load("7f")
        }
        for prefix in ["", "8", "%", "7f3ab"] {
            #expect(throws: StoreError.noRun(prefix: prefix)) { try store.load(prefix) }
        }
    }

    @Test func `keeps the first of two runs with one id`() throws {
        let folder = try Folder()
        let store = try RunStore(folder.database)
        try store.save(record("a", seed: 1))
        #expect(throws: StoreError.exists(id: "a")) { try store.save(record("a", seed: 2)) }
        #expect(try store.load("a") == record("a", seed: 1))
    }

    @Test func `forgets a run whole`() throws {
        let folder = try Folder()
        let store = try RunStore(folder.database)
        try store.save(record("a"))
        #expect(try store.delete("a") == "a")
        #expect(try store.list().isEmpty)
        #expect(throws: StoreError.noRun(prefix: "a")) { try store.delete("a") }
        try store.save(record("a", seed: 9))
        #expect(try store.load("a") == record("a", seed: 9))
    }

    @Test func `can be used by two programs in turn`() throws {
        let folder = try Folder()
        let one = try RunStore(folder.database)
        let two = try RunStore(folder.database)
        try one.save(record("a"))
        try two.save(record("b"))
        #expect(try one.list().count == 2)
    }

    @Test func `says which file it could not open`() {
        #expect(
            throws: StoreError.failed(
                work: "open /nowhere/rialto.db", reason: "unable to open database file")
        ) {
            _ = try RunStore("/nowhere/rialto.db")
        }
    }

    @Test func `refuses the records of a newer program, and leaves them alone`() throws {
        let folder = try Folder()
        var raw: OpaquePointer?
        #expect(sqlite3_open(folder.database, &raw) == SQLITE_OK)
        sqlite3_exec(raw, "CREATE TABLE later (x); PRAGMA user_version = 99", nil, nil, nil)
        #expect(throws: StoreError.newer(found: 99, known: 4)) { _ = try RunStore(folder.database) }
        #expect(sqlite3_exec(raw, "SELECT x FROM later", nil, nil, nil) == SQLITE_OK)
        #expect(sqlite3_exec(raw, "SELECT id FROM runs", nil, nil, nil) == SQLITE_ERROR)
        sqlite3_close(raw)
    }

    @Test func `keeps nothing of a run whose saving failed, wherever it failed`() throws {
        for table in ["runs", "digests", "series", "columns"] {
            let folder = try Folder()
            let store = try RunStore(folder.database)
            try store.save(record("a"))
            var raw: OpaquePointer?
            #expect(sqlite3_open(folder.database, &raw) == SQLITE_OK)
            let fault =
                "CREATE TRIGGER fault BEFORE INSERT ON \(table) "
                + "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            #expect(sqlite3_exec(raw, fault, nil, nil, nil) == SQLITE_OK)
            #expect(throws: StoreError.self) { try store.save(record("b", seed: 2)) }
            #expect(sqlite3_exec(raw, "DROP TRIGGER fault", nil, nil, nil) == SQLITE_OK)
            sqlite3_close(raw)
            #expect(try store.list().map(\.id) == ["a"])
            try store.save(record("b", seed: 2))
            #expect(try store.load("b") == record("b", seed: 2), "\(table)")
        }
    }

    @Test func `never crashes on a damaged file`() throws {
        let folder = try Folder()
        do {
            let store = try RunStore(folder.database)
            try store.save(record("a", seed: 3))
        }
        let whole = try [UInt8](Data(contentsOf: URL(filePath: folder.database)))
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
                    in: 0...255, using: &random)
            }
            if seed % 5 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
            for ending in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: folder.database + ending)
            }
            try Data(bytes).write(to: URL(filePath: folder.database))
            do throws(StoreError) {
                let store = try RunStore(folder.database)
                _ = try store.list()
                _ = try store.load("a")
            } catch {
                #expect(!error.messages.isEmpty, "seed \(seed)")
            }
        }
    }
}

@Suite struct `A store of grants` {
    @Test func `keeps every decision, and lets the last one about a library hold`() throws {
        let folder = try Folder(), store = try GrantStore(folder.database)
        func decide(_ digest: String, _ isAllowed: Bool, _ at: Int64) throws {
            try store.add(
                Grant(
                    digest: digest, isAllowed: isAllowed, plugins: "", reason: "r", who: "w",
                    at_ns: at))
        }
        for (index, step) in [("a", true), ("b", true), ("a", false), ("c", false), ("b", true)]
            .enumerated()
        { try decide(step.0, step.1, Int64(index)) }
        #expect(try store.list().map(\.at_ns) == [0, 1, 2, 3, 4])
        #expect(try store.list().holding.map(\.digest) == ["b"])
        try decide("a", true, 5)
        #expect(try GrantStore(folder.database).list().holding.map(\.at_ns) == [4, 5])
    }

    @Test(arguments: ["DELETE FROM grants", "UPDATE grants SET reason = 'x'"])
    func `lets nothing be changed or removed`(sql: String) throws {
        let folder = try Folder(), store = try GrantStore(folder.database)
        try store.add(
            Grant(digest: "a", isAllowed: true, plugins: "p", reason: "r", who: "w", at_ns: 1))
        var handle: OpaquePointer?
        #expect(sqlite3_open(folder.database, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_CONSTRAINT)
        #expect(try store.list().count == 1)
    }
}
