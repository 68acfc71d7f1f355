import CZlib

/// A zip archive in memory, for the small files of data vendors.
///
/// - Source: PKWARE, APPNOTE.TXT 6.3.10; stored and deflated entries, also with sizes of
///   64 bits; no encryption and no archive in parts.
struct ZipArchive {
    struct Entry {
        let name: String
        fileprivate let method: UInt16
        fileprivate let checksum: UInt32
        fileprivate let packed: Int
        fileprivate let size: Int
        fileprivate let header: Int
    }

    /// Most bytes of an archive, and of one entry unpacked.
    static let bytesMax = 1 << 30
    /// Its first bytes.
    static let magic: [UInt8] = [0x50, 0x4B, 3, 4]

    let entries: [Entry]
    private let bytes: [UInt8]
    private let name: String

    /// - Throws: ``HistoryError`` of kind `format`, `damaged` or `system`.
    init(path: String) throws(HistoryError) {
        try self.init(ByteInput(path: path).all(atMost: Self.bytesMax), name: path)
    }

    init(_ bytes: [UInt8], name: String) throws(HistoryError) {
        self.bytes = bytes
        self.name = name
        guard bytes.starts(with: Self.magic) else {
            throw HistoryError(.format, "the file is no zip archive", file: name)
        }
        entries = try Self.directory(bytes, name)
    }

    /// Reads the directory at the archive's end.
    private static func directory(
        _ bytes: [UInt8], _ name: String
    ) throws(HistoryError) -> [Entry] {
        let last = bytes.count - 22, first = max(0, last - 65_535)
        guard last >= 0,
            let end = (first...last).last(where: { number(bytes, $0, 4) == 0x0605_4B50 }),
            let count = number(bytes, end + 10, 2), var place = number(bytes, end + 16, 4)
        else { throw damaged("its directory is missing", name) }
        var entries: [Entry] = []
        for _ in 0..<count {
            guard number(bytes, place, 4) == 0x0201_4B50, let method = number(bytes, place + 10, 2),
                let checksum = number(bytes, place + 16, 4),
                let packed = number(bytes, place + 20, 4), let size = number(bytes, place + 24, 4),
                let length = number(bytes, place + 28, 2), let extra = number(bytes, place + 30, 2),
                let comment = number(bytes, place + 32, 2),
                let header = number(bytes, place + 42, 4), place + 46 + length <= bytes.count
            else { throw damaged("its directory makes no sense", name) }
            // Numbers of 64 bits stand behind the name, in this order, where those here are full.
            var wide = wideNumbers(bytes, place + 46 + length, extra)[...]
            let full = Int(UInt32.max)
            let sizes = [size, packed, header].map { $0 == full ? wide.popFirst() ?? -1 : $0 }
            guard sizes.allSatisfy({ (0...bytesMax).contains($0) }) else {
                throw damaged("its directory makes no sense", name)
            }
            entries.append(
                Entry(
                    name: String(
                        decoding: bytes[(place + 46)..<(place + 46 + length)], as: UTF8.self),
                    method: UInt16(method), checksum: UInt32(checksum), packed: sizes[1],
                    size: sizes[0], header: sizes[2]))
            place += 46 + length + extra + comment
        }
        return entries
    }

    /// The numbers of a zip64 field among the extra ones at `place`; none without one.
    private static func wideNumbers(_ bytes: [UInt8], _ place: Int, _ length: Int) -> [Int] {
        var place = place
        let end = place + length
        while let id = number(bytes, place, 2), let size = number(bytes, place + 2, 2),
            place + 4 + size <= end
        {
            guard id != 1 else {
                return stride(from: place + 4, to: place + 4 + size / 8 * 8, by: 8)
                    .compactMap { number(bytes, $0, 8) }
            }
            place += 4 + size
        }
        return []
    }

    /// The unpacked bytes of an entry, its checksum verified.
    ///
    /// - Throws: ``HistoryError`` of kind `format` or `damaged`.
    func contents(_ entry: Entry) throws(HistoryError) -> [UInt8] {
        guard Self.number(bytes, entry.header, 4) == 0x0403_4B50,
            let length = Self.number(bytes, entry.header + 26, 2),
            let extra = Self.number(bytes, entry.header + 28, 2)
        else { throw Self.damaged("an entry is not where it should be", name) }
        let start = entry.header + 30 + length + extra
        guard start + entry.packed <= bytes.count, entry.size <= Self.bytesMax else {
            throw Self.damaged("bytes are missing", name)
        }
        let packed = Array(bytes[start..<start + entry.packed])
        let plain: [UInt8]
        switch entry.method {
        case 0: plain = packed
        case 8: plain = try Self.inflated(packed, entry.size, name)
        default:
            throw HistoryError(
                .format, "the zip archive is packed in a way that this version does not read",
                file: name, found: "method \(entry.method)", allowed: "stored or deflated",
                help: "pack it again with zip")
        }
        guard crc32(0, plain, UInt32(plain.count)) == UInt(entry.checksum) else {
            throw Self.damaged("a checksum differs", name)
        }
        return plain
    }

    private static func inflated(
        _ packed: [UInt8], _ size: Int, _ name: String
    ) throws(HistoryError) -> [UInt8] {
        // zlib keeps the address of its stream, so the stream must not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        // A window of 15 bits; below 0 for bytes without a wrapper.
        let length = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, -15, ZLIB_VERSION, length) == Z_OK else {
            throw HistoryError(.system, "zlib cannot start", found: "zlib " + ZLIB_VERSION)
        }
        defer { inflateEnd(stream) }
        var packed = packed, plain = [UInt8](repeating: 0, count: size + 1)
        let result = packed.withUnsafeMutableBufferPointer { source in
            plain.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress
                stream.pointee.avail_in = UInt32(source.count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(target.count)
                return inflate(stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END, stream.pointee.avail_out == 1 else {
            throw damaged("an entry cannot be unpacked", name)
        }
        plain.removeLast()
        return plain
    }

    /// A little-endian number of 2, 4 or 8 bytes; nil beyond the end.
    private static func number(_ bytes: [UInt8], _ place: Int, _ width: Int) -> Int? {
        guard place >= 0, place + width <= bytes.count else { return nil }
        return (0..<width).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }

    private static func damaged(_ what: String, _ name: String) -> HistoryError {
        HistoryError(
            .damaged, "the zip archive cannot be read: " + what, file: name,
            help: "download or copy the file again; test it with unzip -t")
    }
}
