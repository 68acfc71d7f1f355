import Foundation
import RialtoHistory
import RialtoValues
import Testing

@Suite struct `A history folder` {
    @Test(arguments: SeriesKind.allCases)
    func `gives back what was written, and finds nothing wrong with it`(kind: SeriesKind) throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path + "/deep/history")
            for seed in UInt64(0)..<20 {
                var random = SeededGenerator(seed: seed)
                let definition = SeriesDefinition.random(kind, using: &random)
                let series = try Series.random(definition, count: Int(seed * seed), using: &random)
                try folder.write(series)
                #expect(try folder.open(series.key).isEqual(to: series), "seed \(seed)")
                #expect(try folder.check(series.key).isSound)
                let info = try folder.list().first { $0.key == series.key }
                #expect(info?.count == series.count && info?.lastTime_ns == series.lastTime_ns)
                try folder.remove(series.key)
            }
            #expect(try folder.list().isEmpty)
        }
    }

    @Test func `writes each kind in the oldest format that has it`() throws {
        var random = SeededGenerator(seed: 3)
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            for kind in SeriesKind.allCases {
                let definition = SeriesDefinition.random(kind, using: &random)
                try folder.write(try .random(definition, count: 20, using: &random))
                let file = URL(fileURLWithPath: folder.filePath(definition.key))
                let format = try Data(contentsOf: file)[8..<12]
                let oldest: UInt8 =
                    switch kind {
                    case .bars, .trades, .quotes: 1
                    case .book: 2
                    case .marks, .openInterest, .liquidations, .gaps: 3
                    }
                #expect(Array(format) == [oldest, 0, 0, 0], "\(kind)")
            }
        }
    }

    @Test func `says which series it lacks`() {
        let key = SeriesKey(instrument: "A/B", kind: .trades, interval_ns: 0)
        let folder = HistoryFolder(path: "/nonexistent/rialto")
        #expect(throws: HistoryError.self) { try folder.open(key) }
        #expect(throws: HistoryError.self) { try folder.remove(key) }
        #expect((try? folder.list())?.isEmpty == true)
    }

    @Test func `holds the old series or the new one, whole, whichever call fails`() throws {
        var random = SeededGenerator(seed: 8)
        let definition = SeriesDefinition.random(.trades, using: &random)
        let old = try Series.random(definition, count: 300, using: &random)
        let new = try Series.random(definition, count: 500, using: &random)
        try inTemporaryFolder { path in
            let real = HistoryFolder(path: path)
            for failing in 1...100 {
                try real.write(old)
                let faults = Faults(failing: failing)
                let folder = HistoryFolder(path: path, disk: faults.disk)
                do {
                    try folder.write(new)
                    #expect(failing > 8, "all calls were failed before one run passed")
                    return
                } catch { #expect((error as? HistoryError)?.kind == .system) }
                let found = try real.open(definition.key)
                #expect(found.isEqual(to: old) || (faults.isRenamed && found.isEqual(to: new)))
                #expect(try real.check(definition.key).isSound)
                let names = try FileManager.default.contentsOfDirectory(atPath: path)
                #expect(names == [definition.key.fileName], "failing call \(failing)")
            }
            Issue.record("no run passed")
        }
    }

    @Test func `sweeps what a crash left, but not what is being written`() throws {
        try inTemporaryFolder { path in
            let stale = path + "/.X~trades.rhist.0.rialto-tmp"
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: stale))
            var random = SeededGenerator(seed: 1)
            let definition = SeriesDefinition.random(.quotes, using: &random)
            let series = try Series.random(definition, count: 10, using: &random)
            var living = try AtomicFile(path + "/Y", disk: .posix)
            try HistoryFolder(path: path).write(series)
            #expect(!FileManager.default.fileExists(atPath: stale))
            try living.commit()
            #expect(FileManager.default.fileExists(atPath: path + "/Y"))
        }
    }

    @Test func `does not open a file with any byte of its header altered`() throws {
        try inTemporaryFolder { path in
            var random = SeededGenerator(seed: 12)
            let definition = SeriesDefinition.random(.quotes, using: &random)
            let series = try Series.random(definition, count: 3, using: &random)
            let folder = HistoryFolder(path: path)
            try folder.write(series)
            let file = URL(fileURLWithPath: folder.filePath(series.key))
            let bytes = [UInt8](try Data(contentsOf: file))
            // Every byte that can mean something, and a few of the padding.
            for place in Array(0..<320) + stride(from: 320, to: 4088, by: 37) + (4088..<4096) {
                var altered = bytes
                altered[place] ^= 1 << UInt8(place % 8)
                try Data(altered).write(to: file)
                #expect(throws: HistoryError.self, "byte \(place)") { try folder.open(series.key) }
            }
        }
    }

    @Test func `never shows altered rows as sound`() throws {
        try inTemporaryFolder { path in
            for seed in UInt64(0)..<400 {
                var random = SeededGenerator(seed: seed)
                let kind = SeriesKind.allCases[Int(seed % 4)]
                let definition = SeriesDefinition.random(kind, using: &random)
                let series = try Series.random(definition, count: 60, using: &random)
                let folder = HistoryFolder(path: path)
                try folder.write(series)
                let file = URL(fileURLWithPath: folder.filePath(series.key))
                let bytes = [UInt8](try Data(contentsOf: file))
                let altered = damaged(bytes, using: &random)
                try Data(altered).write(to: file)
                do {
                    // Only the bytes between two columns mean nothing.
                    let isSound = try folder.check(series.key).isSound
                    let isSame = try folder.open(series.key).isEqual(to: series)
                    #expect(!isSound || isSame, "seed \(seed)")
                } catch { #expect([.damaged, .format].contains((error as? HistoryError)?.kind)) }
                let scan = try folder.scan()
                #expect(scan.series.count + scan.damaged.count == 1)
                try folder.remove(series.key)
            }
        }
    }
}

/// The real calls, of which the n-th fails; a failing write first takes half of the bytes.
final class Faults {
    private let failing: Int
    private var calls = 0
    private(set) var isRenamed = false

    init(failing: Int) { self.failing = failing }

    var disk: Disk {
        let real = Disk.posix
        return Disk(
            makeFolder: { self.fails(ENOSPC) ? -1 : real.makeFolder($0) },
            create: { self.fails(ENOSPC) ? -1 : real.create($0) },
            write: { descriptor, bytes, count in
                guard self.fails(ENOSPC) else { return real.write(descriptor, bytes, count) }
                _ = real.write(descriptor, bytes, count / 2)
                errno = ENOSPC
                return -1
            },
            sync: { self.fails(EIO) ? -1 : real.sync($0) },
            rename: {
                if self.fails(EIO) { return -1 }
                self.isRenamed = true
                return real.rename($0, $1)
            },
            remove: { real.remove($0) })
    }

    private func fails(_ code: Int32) -> Bool {
        calls += 1
        errno = code
        return calls == failing
    }
}
