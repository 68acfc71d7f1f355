import CZlib

/// Arrays under names in one `.npz` file, as NumPy's `load` reads it.
///
/// - Source: NumPy, NEP 1 (format 1.0); PKWARE, APPNOTE.TXT 6.3.10, stored entries.
package struct NumpyArchive {
    private struct Entry {
        let name: String
        let head: [UInt8]
        let body: [UInt8]
        let checksum: UInt32

        var size: Int { head.count + body.count }
    }

    private var entries: [Entry] = []

    /// Most bytes of a file: beyond it its places have no room in 32 bits.
    private static let bytesMax = Int(UInt32.max)

    package init() {}

    /// Adds an array of numbers of 64 bits, row by row.
    ///
    /// - Parameters:
    ///   - columns: How many each row has; nil for a list.
    package mutating func add<Number: BitwiseCopyable & Numeric>(
        _ name: String, _ values: [Number], columns: Int? = nil
    ) {
        let kind = Number.self is any BinaryFloatingPoint.Type ? "f" : "i"
        let size = MemoryLayout<Number>.size
        add(
            name, type: size == 1 ? "|u1" : "<\(kind)\(size)", count: values.count,
            columns: columns, values.withUnsafeBytes { Array($0) })
    }

    /// Adds a list of texts, each as the bytes of its UTF-8, filled up with zeros.
    package mutating func add(texts: [String], _ name: String) {
        let width = max(1, texts.map(\.utf8.count).max() ?? 0)
        let bytes = texts.flatMap { text in
            Array(text.utf8) + [UInt8](repeating: 0, count: width - text.utf8.count)
        }
        add(name, type: "|S\(width)", count: texts.count, columns: nil, bytes)
    }

    private mutating func add(
        _ name: String, type: String, count: Int, columns: Int?, _ body: [UInt8]
    ) {
        precondition((columns ?? 1) > 0 && count % (columns ?? 1) == 0, "every row is whole")
        let shape = columns.map { "\(count / $0), \($0)" } ?? "\(count),"
        var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
        // Ten bytes come before the text; the data begin at a place of 64.
        text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
        let head =
            [0x93] + Array("NUMPY".utf8) + [1, 0]
            + Self.bytes(UInt16(text.utf8.count)) + Array(text.utf8)
        let checksum = Self.checksum(body, after: Self.checksum(head, after: 0))
        entries.append(
            Entry(name: name + ".npy", head: head, body: body, checksum: checksum))
    }

    private static func checksum(_ bytes: [UInt8], after start: UInt32) -> UInt32 {
        var sum = UInt(start), done = 0
        // zlib counts in 32 bits.
        while done < bytes.count {
            let part = bytes[done..<min(bytes.count, done + 1 << 30)]
            sum = part.withUnsafeBufferPointer { crc32(sum, $0.baseAddress, UInt32($0.count)) }
            done += part.count
        }
        return UInt32(truncatingIfNeeded: sum)
    }

    /// Writes a file, which appears whole or not at all.
    ///
    /// - Throws: ``HistoryError`` of kind `system`, and where the file would be 4 GiB or more.
    package func write(toFile path: String, disk: Disk = .posix) throws(HistoryError) {
        let size = entries.reduce(22) { $0 + $1.size + 76 + 2 * $1.name.utf8.count }
        guard size < Self.bytesMax else {
            throw HistoryError(
                .system, "the file would have \(size) bytes; allowed are less than 4 GiB",
                file: path, help: "write a shorter period, or CSV")
        }
        var file = try AtomicFile(path, disk: disk)
        var directory: [UInt8] = [], place = 0
        for entry in entries {
            let local = Self.local(entry)
            for part in [local, entry.head, entry.body] { try Self.write(part, to: &file) }
            directory += Self.central(entry, at: place)
            place += local.count + entry.size
        }
        try Self.write(directory, to: &file)
        try Self.write(end(directory: directory.count, at: place), to: &file)
        try file.commit()
    }

    private static func write(_ bytes: [UInt8], to file: inout AtomicFile) throws(HistoryError) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { room.deallocate() }
        room.copyBytes(from: bytes)
        try file.write(UnsafeRawBufferPointer(room))
    }

    /// What both headers of an entry say: version 2.0, stored, no time (1 January 1980), checksum,
    /// sizes and the length of the name.
    private static func facts(_ entry: Entry) -> [UInt8] {
        let size = bytes(UInt32(entry.size))
        return bytes(UInt16(20)) + bytes(UInt16(0)) + bytes(UInt16(0)) + bytes(UInt16(0))
            + bytes(UInt16(33)) + bytes(entry.checksum) + size + size
            + bytes(UInt16(entry.name.utf8.count)) + bytes(UInt16(0))
    }

    private static func local(_ entry: Entry) -> [UInt8] {
        [0x50, 0x4B, 3, 4] + facts(entry) + Array(entry.name.utf8)
    }

    private static func central(_ entry: Entry, at place: Int) -> [UInt8] {
        [0x50, 0x4B, 1, 2] + bytes(UInt16(20)) + facts(entry)
            + [UInt8](repeating: 0, count: 10) + bytes(UInt32(place)) + Array(entry.name.utf8)
    }

    private func end(directory size: Int, at place: Int) -> [UInt8] {
        let count = Self.bytes(UInt16(entries.count))
        return [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + Self.bytes(UInt32(size))
            + Self.bytes(UInt32(place)) + [0, 0]
    }

    private static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
