import CZlib
import Foundation
import RialtoHistory
import RialtoValues

let minute_ns: Int64 = 60_000_000_000

extension Instrument {
    static func sample(
        _ name: String = "BTC/USD", priceDecimals: Int = 2, quantityDecimals: Int = 3
    ) -> Instrument {
        Instrument(
            name: name, venue: "bitfinex", kind: .spot, priceDecimals: priceDecimals,
            quantityDecimals: quantityDecimals, priceStep: 1, quantityStep: 1, currency: "USD",
            multiplier: 1)
    }
}

extension SeriesDefinition {
    static func random(_ kind: SeriesKind, using random: inout SeededGenerator) -> SeriesDefinition
    {
        let instrument = Instrument.sample(
            priceDecimals: .random(in: 0...8, using: &random),
            quantityDecimals: .random(in: 0...8, using: &random))
        let minutes = Int64.random(in: 1...300, using: &random)
        return SeriesDefinition(
            instrument: instrument, kind: kind, interval_ns: kind == .bars ? minutes * minute_ns : 0
        )
    }
}

extension Series {
    /// A possible series of `count` rows, with gaps, equal times and every side.
    static func random(
        _ definition: SeriesDefinition, count: Int, using random: inout SeededGenerator
    ) throws(HistoryError) -> Series {
        if definition.kind == .book {
            return try randomBook(definition, count: count, using: &random)
        }
        var builder = try SeriesBuilder(definition)
        var time = Int64.random(in: -1_000_000...2_000_000, using: &random) * 1_000_000_000_000
        for _ in 0..<count {
            let step = Int64.random(in: 0...3, using: &random)
            time +=
                definition.kind == .bars
                ? (1 + step / 3 * step) * definition.interval_ns : step * 1_234_567
            try builder.append(row(definition.kind, time, using: &random))
        }
        return builder.finish()
    }

    /// Messages of one or more rows, some of them whole books, some of those after a gap.
    private static func randomBook(
        _ definition: SeriesDefinition, count: Int, using random: inout SeededGenerator
    ) throws(HistoryError) -> Series {
        var builder = try SeriesBuilder(definition)
        var time = Int64.random(in: 0...2_000_000, using: &random) * 1_000_000_000_000
        var sequence: Int64 = 0
        while builder.count < count {
            time += Int64.random(in: 0...3, using: &random) * 1_234_567
            sequence += Int64.random(in: 1...9, using: &random)
            let venue = time - Int64.random(in: -5_000_000...5_000_000, using: &random)
            let kind = Int.random(in: 0..<12, using: &random)
            if kind < 2 {
                try builder.append(
                    level: time, venue_time_ns: venue, side: 0,
                    flags: kind == 0 ? .all : [.clears, .last], price: 0, quantity: 0,
                    sequence: kind == 0 ? 0 : sequence)
                continue
            }
            let last = min(count - builder.count, .random(in: 1...5, using: &random)) - 1
            for index in 0...last {
                let side = UInt8.random(in: 1...2, using: &random)
                let price = Int64.random(in: 1...1_000_000, using: &random)
                var flags: BookFlags = index == last ? .last : []
                if kind == 2, index == 0 { flags.insert(.clears) }
                try builder.append(
                    level: time, venue_time_ns: venue, side: side, flags: flags,
                    price: side == 1 ? price : price + 1_000_000,
                    quantity: .random(in: 0...1_000_000_000_000, using: &random),
                    sequence: sequence)
            }
        }
        return builder.finish()
    }

    private static func row(
        _ kind: SeriesKind, _ time: Int64, using random: inout SeededGenerator
    ) -> Row {
        let low = Int64.random(in: 1...1_000_000_000, using: &random)
        let high = low + Int64.random(in: 0...1_000_000, using: &random)
        let amount = Int64.random(in: 1...1_000_000_000_000, using: &random)
        let venue = time - Int64.random(in: -5_000_000...5_000_000, using: &random)
        switch kind {
        case .book, .bars:
            return [
                time, .random(in: low...high, using: &random), high, low,
                .random(in: low...high, using: &random), amount - 1, 0,
            ]
        case .trades: return [time, venue, low, amount, .random(in: 0...2, using: &random), 0, 0]
        case .quotes: return [time, venue, low, amount - 1, high, amount / 2, 0]
        case .marks: return [time, venue, low, amount % 3 == 0 ? 0 : high, 0, 0, 0]
        case .openInterest: return [time, venue, amount - 1, 0, 0, 0, 0]
        case .gaps: return [time, venue, [0, 2, 3, 5][Int(amount % 4)], amount, 0, 0, 0]
        case .liquidations:
            return [time, venue, .random(in: 0...2, using: &random), low, amount, 0, 0]
        }
    }
}

/// Imports a text as the given definition.
func imported(
    _ text: String, _ definition: SeriesDefinition, time: BarTime = .close,
    rules: ImportRules = .strict, format: CSVFormat = CSVFormat()
) throws(HistoryError) -> Imported {
    try imported(Array(text.utf8), definition, time: time, rules: rules, format: format)
}

/// Imports bytes, plain or gzip, as the given definition.
func imported(
    _ bytes: [UInt8], _ definition: SeriesDefinition, time: BarTime = .close,
    rules: ImportRules = .strict, format: CSVFormat = CSVFormat()
) throws(HistoryError) -> Imported {
    let importer: Importer =
        switch definition.kind {
        case .bars: .bars(interval_ns: definition.interval_ns, time: time, rules: rules)
        case .trades: .trades(rules: rules)
        case .quotes: .quotes(rules: rules)
        case .book: .book(rules: rules)
        case .marks, .openInterest, .liquidations, .gaps: .rows(of: definition.kind, rules: rules)
        }
    let input = ByteInput(name: "sample.csv", bytes: bytes)
    return try importer.csv(input, definition.instrument, format: format)
}

/// The series as text.
func exported(_ series: Series, _ export: CSVExport) throws(HistoryError) -> [UInt8] {
    var bytes: [UInt8] = []
    try export.write(series, to: { bytes.append(contentsOf: $0) })
    return bytes
}

/// The lines of a gzip file, without their ends.
func lines(ofGzip path: String) throws -> [[UInt8]] {
    guard let file = gzopen(path, "rb") else { throw CocoaError(.fileReadNoSuchFile) }
    defer { gzclose(file) }
    var bytes: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = gzread(file, &chunk, UInt32(chunk.count))
        guard count > 0 else { break }
        bytes += chunk.prefix(Int(count))
    }
    return bytes.split(separator: 0x0A).map(Array.init)
}

/// One gzip member.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    precondition(
        deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    )
    defer { deflateEnd(&stream) }
    var source = bytes
    var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    let count = source.withUnsafeMutableBufferPointer { input in
        packed.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            return output.count - Int(stream.avail_out)
        }
    }
    return Array(packed.prefix(count))
}

/// A NumPy file of version 1 with the given description and rows.
func numpy(_ fields: String, shape: String, rows: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let text = "{'descr': \(fields), 'fortran_order': False, 'shape': \(shape), }\n"
    let length = text.utf8.count
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0]
    bytes += [UInt8(length & 255), UInt8(length >> 8)] + (version > 1 ? [0, 0] : [])
    return bytes + Array(text.utf8) + rows
}

func littleEndian(_ value: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
func littleEndian(_ value: Double) -> [UInt8] { littleEndian(Int64(bitPattern: value.bitPattern)) }

/// Runs `body` with the path of an empty folder that is removed afterwards.
func inTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = NSTemporaryDirectory() + "rialto-history-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

/// Alters bytes the way damage does: cut, flipped or repeated.
func damaged(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var copy = bytes
    guard !copy.isEmpty else { return copy }
    let place = Int.random(in: 0..<copy.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: copy.removeSubrange(place...)
    case 1: copy[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2:
        let end = min(copy.count, place + Int.random(in: 1...64, using: &random))
        copy.insert(contentsOf: copy[place..<end], at: place)
    default: copy[place] = UInt8.random(in: 0...255, using: &random)
    }
    return copy
}
