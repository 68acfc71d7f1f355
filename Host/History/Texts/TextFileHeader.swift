/// The first 4096 bytes of a file of texts, all numbers little-endian.
///
///        0  magic `RLTOTEXT`            40  heap length
///        8  format version              48  name: length (2 bytes), then up to 64
///       16  rows                       128  XXH64 of each of the four parts
///       24  first time_ns             4088  XXH64 of bytes 0..<4088
///       32  last time_ns
///
/// The parts follow, each at a multiple of 64 bytes: times, times as published, where each text
/// ends (six a row: instrument, source, author, title, body, id), and the texts themselves.
struct TextFileHeader: Equatable {
    static let size = 4096
    private static let version: UInt32 = 1
    private static let magic: UInt64 = 0x5458_4554_4F54_4C52

    let name: String
    let count: Int
    let firstTime_ns: Int64
    let lastTime_ns: Int64
    let heapLength: Int
    let checksums: [UInt64]

    /// Bytes of each part.
    var lengths: [Int] { [count * 8, count * 8, count * 48, heapLength] }

    /// Where each part begins.
    var offsets: [Int] {
        var place = Self.size
        return lengths.map { length in
            defer { place = (place + length + 63) / 64 * 64 }
            return place
        }
    }

    var fileLength: Int { (offsets.last ?? Self.size) + heapLength }

    init(
        name: String, count: Int, firstTime_ns: Int64, lastTime_ns: Int64, heapLength: Int,
        checksums: [UInt64]
    ) {
        self.name = name
        self.count = count
        self.firstTime_ns = firstTime_ns
        self.lastTime_ns = lastTime_ns
        self.heapLength = heapLength
        self.checksums = checksums
    }

    func encoded() -> [UInt8] {
        var page = HeaderPage(bytes: [UInt8](repeating: 0, count: Self.size))
        page.put(Self.magic, at: 0)
        page.put(Self.version, at: 8)
        page.put(Int64(count), at: 16)
        page.put(firstTime_ns, at: 24)
        page.put(lastTime_ns, at: 32)
        page.put(Int64(heapLength), at: 40)
        page.put(text: name, at: 48)
        for (index, checksum) in checksums.enumerated() { page.put(checksum, at: 128 + 8 * index) }
        page.put(page.checksum, at: 4088)
        return page.bytes
    }

    /// Reads a header back.
    ///
    /// - Throws: ``HistoryError`` of kind `format` for another kind of file or a newer version,
    ///   `damaged` when the checksum differs or an entry makes no sense.
    init(decoding bytes: [UInt8]) throws(HistoryError) {
        guard bytes.count == Self.size else { throw FileHeader.cut(bytes.count) }
        let page = HeaderPage(bytes: bytes)
        guard page.get(0, as: UInt64.self) == Self.magic else {
            throw HistoryError(.format, "the file is not a series of texts of Rialto")
        }
        let version = page.get(8, as: UInt32.self)
        guard version == Self.version else {
            throw HistoryError(
                .format, "the series file has a format that this version does not read",
                found: "format \(version)", allowed: "format \(Self.version)",
                help: "use the newer rialto")
        }
        guard page.get(4088, as: UInt64.self) == page.checksum else {
            throw FileHeader.damaged("the header's checksum differs")
        }
        guard let count = Int(exactly: page.get(16, as: Int64.self)),
            (0...TextLimits.rows).contains(count),
            let heap = Int(exactly: page.get(40, as: Int64.self)),
            (0...TextLimits.heap).contains(heap), let name = page.text(48)
        else { throw FileHeader.damaged("its header makes no sense") }
        self.init(
            name: name, count: count, firstTime_ns: page.get(24, as: Int64.self),
            lastTime_ns: page.get(32, as: Int64.self), heapLength: heap,
            checksums: (0..<4).map { page.get(128 + 8 * $0, as: UInt64.self) })
    }
}
