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

    @Test(arguments: [0, 100_000])
    func `can be read by others where it is shareable, and not be written`(memoryMax: Int) throws {
        let folder = try EmptyFolder()
        let scratch = ScratchMemory(
            folders: [folder.path], memoryMax: memoryMax, isShareable: true)
        let files = scratch.sharedFiles
        #expect(!files.isEmpty && folder.names.isEmpty)
        var random = SeededGenerator(seed: 2)
        for length in [1, 3_000, 5_000, 2_200_000, 40, 2_200_000] {
            let column = try scratch.column(length, of: Int64.self)
            for row in 0..<length { column[row] = .random(in: .min ... .max, using: &random) }
            let place = UnsafeRawPointer(column)
            let stretch = try #require(
                scratch.stretches.first { $0.start <= place && place < $0.start + $0.count })
            #expect(files.contains { $0 === stretch.file })
            var read = [Int64](repeating: 0, count: length)
            let offset = stretch.offset + (place - stretch.start)
            #expect(
                pread(stretch.file.descriptor, &read, length * 8, off_t(offset)) == length * 8)
            #expect(read.elementsEqual(UnsafeBufferPointer(start: column, count: length)))
        }
        for file in files {
            #expect(pwrite(file.descriptor, "x", 1, 0) < 0)
            #expect(
                mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file.descriptor, 0)
                    == MAP_FAILED)
        }
    }

    @Test func `holds a series for others to read, and a stored one is read in its file`() throws {
        let folder = try EmptyFolder(), history = HistoryFolder(path: folder.path)
        let coin = Instrument(
            name: "A/USD", venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 0,
            priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1)
        func made(_ count: Int64) throws -> Series {
            var trades = try SeriesBuilder(
                SeriesDefinition(instrument: coin, kind: .trades, interval_ns: 0))
            for index in 1...count {
                try trades.append(
                    trade: index * 1_000, venue_time_ns: index, price: 100 + index % 7,
                    quantity: index, takerSide: UInt8(index % 3))
            }
            return trades.finish()
        }
        func prices(_ series: Series) throws -> [Int64] {
            let stretch = try #require(series.stretch), trades = try #require(series.trades)
            var read = [Int64](repeating: 0, count: series.count)
            let offset = stretch.offset + (UnsafeRawPointer(trades.price) - stretch.start)
            pread(stretch.file.descriptor, &read, series.count * 8, off_t(offset))
            return read
        }
        let own = try made(10_000), shared = own.shareable()
        #expect(own.stretch == nil && shared.isEqual(to: own) && shared.shareable() === shared)
        #expect(try prices(shared) == (0..<10_000).map { 100 + ($0 + 1) % 7 })
        try history.write(own)
        let stored = try history.open(own.key)
        #expect(stored.shareable() === stored)
        #expect(try prices(stored) == prices(shared))
        // Another file has its name now: the one that is open stays as it was, and unshared.
        try history.write(try made(20))
        #expect(stored.stretch == nil && stored.isEqual(to: own))
    }
}
