import Foundation
import RialtoHistory
import RialtoValues
import Testing

private final class EmptyFolder {
    let path = NSTemporaryDirectory() + "rialto-scratch-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? ["?"] }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct `Scratch memory` {
    @Test(arguments: [0, 100_000, ScratchMemory.memoryMax])
    func `keeps what was written, also after it was let go of`(memoryMax: Int) throws {
        let folder = try EmptyFolder()
        let scratch = ScratchMemory(folders: [folder.path], memoryMax: memoryMax)
        var random = SeededGenerator(seed: 1)
        var columns: [(start: UnsafeMutablePointer<Int64>, values: [Int64])] = []
        for _ in 0..<40 {
            let count = Int.random(in: 0...9_000, using: &random)
            let values = (0..<count).map { _ in Int64.random(in: .min ... .max, using: &random) }
            let start = try scratch.column(count, of: Int64.self)
            if Bool.random(using: &random) {
                start.initialize(from: values, count: count)
            } else {
                values.withUnsafeBytes { bytes in
                    guard let first = bytes.baseAddress else { return }
                    scratch.copy(first, bytes: bytes.count, to: start)
                }
            }
            columns.append((start, values))
            let row = Int.random(in: 0...count, using: &random)
            scratch.release(start + row, bytes: (count - row) * 8)
        }
        let long = (0..<2_200_000).map { Int64($0) },
            start = try scratch.column(2_200_000, of: Int64.self)
        long.withUnsafeBufferPointer { values in
            guard let first = values.baseAddress else { return }
            for row in stride(from: 0, to: long.count, by: 100_000) {
                scratch.copy(first + row, bytes: 800_000, to: start + row)
            }
        }
        columns.append((start, long))
        scratch.releaseAll()
        for column in columns {
            let found = UnsafeBufferPointer(start: column.start, count: column.values.count)
            #expect(found.elementsEqual(column.values))
        }
    }

    @Test func `has no file in its folder, even while it is in use`() throws {
        let folder = try EmptyFolder()
        let scratch = ScratchMemory(folders: ["/nowhere/at/all", folder.path], memoryMax: 0)
        let column = try scratch.column(1_000, of: UInt8.self)
        column[999] = 7
        #expect(scratch.isInFile(column + 999) && folder.names.isEmpty)
    }

    @Test func `says where there is no room, and takes none`() throws {
        let folder = try EmptyFolder()
        let scratch = ScratchMemory(folders: [folder.path], memoryMax: 0)
        let error = #expect(throws: HistoryError.self) {
            // More than any file may have.
            try scratch.column(1 << 57, of: Int64.self)
        }
        #expect(error?.kind == .system && error?.file == folder.path)
        #expect(error?.help?.contains("TMPDIR") == true)
        let column = try scratch.column(10, of: Int64.self)
        column[9] = 5
        #expect(column[9] == 5)
    }
}
