import CSQLite
import Foundation
import RialtoStore
import RialtoValues
import Testing

/// A file that goes with the test.
private final class Place {
    let file: String
    private let folder = NSTemporaryDirectory() + "rialto-quarantine-\(UUID().uuidString)"

    init() throws {
        file = folder + "/quarantine.db"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

private let minute: Int64 = 60_000_000_000

private func fault(
    _ digest: String = "a", _ cause: String = "SIGSEGV", at place: String = "offset 0x10",
    minutes: Int64, isViolation: Bool = false
) -> PluginFault {
    PluginFault(
        digest: digest, cause: cause, place: place, isViolation: isViolation, plugin: "p",
        version: "1", reason: "it crashed", instance: "one", run: "mine", record: "r",
        at_ns: 1_000 * minute + minutes * minute)
}

@Suite struct `A store of quarantine` {
    @Test func `holds a package after two equal crashes within ten minutes, and no sooner`() throws
    {
        let place = try Place(), store = try QuarantineStore(place.file)
        #expect(try !store.add(fault(minutes: 0)))
        #expect(try !store.add(fault("b", minutes: 1)), "another package")
        #expect(try !store.add(fault("a", "SIGBUS", minutes: 1)), "another signal")
        #expect(try !store.add(fault(at: "offset 0x20", minutes: 1)), "another place")
        #expect(try !store.add(fault(minutes: 11)), "the first one is too long ago")
        #expect(try store.list() == [])
        #expect(try store.add(fault(minutes: 21)))
        let held = try QuarantineStore(place.file).list().holding
        #expect(held.map(\.digest) == ["a"])
        #expect(held.first?.place == "offset 0x10" && held.first?.who == "host")
        #expect(held.first?.run == "mine" && held.first?.record == "r")
    }

    @Test func `holds a package after one violation`() throws {
        let place = try Place(), store = try QuarantineStore(place.file)
        #expect(try store.add(fault(minutes: 0, isViolation: true)))
        #expect(try !store.add(fault(minutes: 1, isViolation: true)), "it is held already")
        #expect(try store.list().count == 1)
    }

    @Test func `lets a package out, whose crashes of before do not count again`() throws {
        let place = try Place(), store = try QuarantineStore(place.file)
        for at in 0...1 { try store.add(fault(minutes: Int64(at))) }
        let now = fault(minutes: 2).at_ns
        #expect(try store.release("a", reason: "checked", who: "me", at_ns: now))
        #expect(try !store.release("a", reason: "again", who: "me", at_ns: now))
        #expect(try store.list().holding == [])
        #expect(try store.list().map(\.who) == ["host", "me"])
        #expect(try !store.add(fault(minutes: 3)))
        #expect(try store.add(fault(minutes: 4)))
        #expect(try store.list().map(\.isHeld) == [true, false, true])
    }

    @Test func `holds what the rule says, for crashes in any order of packages and times`() throws {
        for seed in UInt64(0)..<20 {
            var random = SeededGenerator(seed: seed), now: Int64 = 0
            var kept: [PluginFault] = [], expected: Set<String> = []
            let place = try Place(), store = try QuarantineStore(place.file)
            for _ in 0..<40 {
                now += Int64.random(in: 0..<6, using: &random)
                let crash = fault(
                    ["a", "b", "c"][Int.random(in: 0..<3, using: &random)],
                    at: "\(Int.random(in: 0..<3, using: &random))",
                    minutes: now)
                let isSecond = kept.contains {
                    $0.digest == crash.digest && $0.place == crash.place
                        && crash.at_ns - $0.at_ns <= QuarantineStore.window_ns
                }
                let isNew = isSecond && !expected.contains(crash.digest)
                #expect(try store.add(crash) == isNew, "seed \(seed)")
                kept.append(crash)
                if isSecond { expected.insert(crash.digest) }
            }
            #expect(Set(try store.list().holding.map(\.digest)) == expected, "seed \(seed)")
        }
    }

    @Test(arguments: ["quarantine", "rollbacks"])
    func `lets no decision be changed or removed`(table: String) throws {
        let place = try Place(), store = try QuarantineStore(place.file)
        try store.add(fault(minutes: 0, isViolation: true))
        let rollbacks = try RollbackStore(place.file)
        try rollbacks.add(
            Rollback(plugin: "p", digest: "d", version: "1", reason: "r", who: "w", at_ns: 1))
        var handle: OpaquePointer?
        #expect(sqlite3_open(place.file, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        for sql in ["DELETE FROM \(table)", "UPDATE \(table) SET reason = 'x'"] {
            #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_CONSTRAINT)
        }
        #expect(try store.list().count == 1)
        #expect(try rollbacks.list().count == 1)
    }

    @Test func `keeps every rollback, and lets the last one about a plugin hold`() throws {
        let place = try Place(), store = try RollbackStore(place.file)
        for (index, step) in [("p", "1"), ("q", "2"), ("p", ""), ("q", "3")].enumerated() {
            try store.add(
                Rollback(
                    plugin: step.0, digest: step.1, version: "", reason: "r", who: "w",
                    at_ns: Int64(index)))
        }
        #expect(try store.list().count == 4)
        #expect(try store.list().holding.map(\.digest) == ["3"])
    }
}
