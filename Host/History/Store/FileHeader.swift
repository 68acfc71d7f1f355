/// The first 4096 bytes of a series file, all numbers little-endian.
///
///        0  magic `RLTOHIST`            88  file length
///        8  format version              96  instrument name: length (2 bytes), then up to 64
///       12  series kind                168  venue, the same
///       16  interval_ns                240  currency, the same
///       24  rows                       512  one entry of 64 bytes per column:
///       32  first time_ns                     0 name (24 bytes, zero-padded)
///       40  last time_ns                     24 width   32 offset   40 length   48 XXH64
///       48  columns                   4088  XXH64 of bytes 0..<4088
///       52  price decimals
///       56  quantity decimals
///       60  instrument kind
///       64  price step   72  quantity step   80  multiplier
///
/// The columns follow, each at a multiple of 64 bytes, in the order of ``SeriesKind/fields``.
struct FileHeader: Equatable {
    static let size = 4096
    /// The newest format. Format 2 added books, format 3 marks, open interest, liquidations and
    /// gaps; bars, trades and quotes are still written as format 1.
    static let version: UInt32 = 3
    private static let magic: UInt64 = 0x5453_4948_4F54_4C52

    struct Column: Equatable {
        let offset: Int
        let length: Int
        let checksum: UInt64
    }

    let definition: SeriesDefinition
    let count: Int
    /// 0 when there is no row.
    let firstTime_ns: Int64
    let lastTime_ns: Int64
    let columns: [Column]

    var fileLength: Int { columns.last.map { $0.offset + $0.length } ?? Self.size }

    /// Where each column of `count` rows lies, with its checksum taken from `series`.
    init(of series: Series) {
        var offset = Self.size
        var entries: [Column] = []
        for (field, pointer) in zip(series.kind.fields, series.columns) {
            let length = series.count * field.width
            let bytes = UnsafeRawBufferPointer(start: pointer, count: length)
            entries.append(Column(offset: offset, length: length, checksum: Checksum.xxh64(bytes)))
            offset = (offset + length + 63) / 64 * 64
        }
        definition = series.definition
        count = series.count
        firstTime_ns = series.firstTime_ns ?? 0
        lastTime_ns = series.lastTime_ns ?? 0
        columns = entries
    }

    /// The header's bytes, its own checksum last.
    func encoded() -> [UInt8] {
        var page = HeaderPage(bytes: [UInt8](repeating: 0, count: Self.size))
        let instrument = definition.instrument
        page.put(Self.magic, at: 0)
        page.put(Self.version(of: definition.kind), at: 8)
        page.put(UInt32(definition.kind.rawValue), at: 12)
        page.put(definition.interval_ns, at: 16)
        page.put(Int64(count), at: 24)
        page.put(firstTime_ns, at: 32)
        page.put(lastTime_ns, at: 40)
        page.put(UInt32(columns.count), at: 48)
        page.put(UInt32(instrument.priceDecimals), at: 52)
        page.put(UInt32(instrument.quantityDecimals), at: 56)
        page.put(UInt32(instrument.kind.rawValue), at: 60)
        page.put(instrument.priceStep, at: 64)
        page.put(instrument.quantityStep, at: 72)
        page.put(instrument.multiplier, at: 80)
        page.put(Int64(fileLength), at: 88)
        page.put(text: instrument.name, at: 96)
        page.put(text: instrument.venue, at: 168)
        page.put(text: instrument.currency, at: 240)
        for (index, field) in definition.kind.fields.enumerated() {
            let entry = columns[index], place = 512 + 64 * index
            page.put(Array(field.name.utf8), at: place)
            page.put(UInt32(field.width), at: place + 24)
            page.put(Int64(entry.offset), at: place + 32)
            page.put(Int64(entry.length), at: place + 40)
            page.put(entry.checksum, at: place + 48)
        }
        page.put(page.checksum, at: 4088)
        return page.bytes
    }

    /// Reads a header back.
    ///
    /// - Throws: ``HistoryError`` of kind `format` for another kind of file or a newer version,
    ///   `damaged` when the checksum differs or an entry contradicts another.
    init(decoding bytes: [UInt8]) throws(HistoryError) {
        guard bytes.count == Self.size else { throw Self.cut(bytes.count) }
        let page = HeaderPage(bytes: bytes)
        guard page.get(0, as: UInt64.self) == Self.magic else { throw Self.foreign }
        let version = page.get(8, as: UInt32.self)
        guard (1...Self.version).contains(version) else { throw Self.unknown(version) }
        guard page.get(4088, as: UInt64.self) == page.checksum else {
            throw Self.damaged("the header's checksum differs")
        }
        guard let kind = SeriesKind(rawValue: UInt8(clamping: page.get(12, as: UInt32.self))),
            version >= Self.version(of: kind),
            let count = Int(exactly: page.get(24, as: Int64.self)), count >= 0,
            count < Int.max / 64, let instrument = page.instrument
        else { throw Self.damaged("its header makes no sense") }
        definition = SeriesDefinition(
            instrument: instrument, kind: kind, interval_ns: page.get(16, as: Int64.self))
        self.count = count
        firstTime_ns = page.get(32, as: Int64.self)
        lastTime_ns = page.get(40, as: Int64.self)
        columns = try Self.columns(page, kind, count)
        try definition.check()
        guard page.get(88, as: Int64.self) == Int64(fileLength) else {
            throw Self.damaged("its header contradicts itself")
        }
    }

    private static func columns(
        _ page: HeaderPage, _ kind: SeriesKind, _ count: Int
    )
        throws(HistoryError) -> [Column]
    {
        var next = size
        var columns: [Column] = []
        guard page.get(48, as: UInt32.self) == UInt32(kind.fields.count) else {
            throw damaged("its header contradicts itself")
        }
        for (index, field) in kind.fields.enumerated() {
            let place = 512 + 64 * index
            let length = count * field.width
            guard page.get(place + 24, as: UInt32.self) == UInt32(field.width),
                page.get(place + 32, as: Int64.self) == Int64(next),
                page.get(place + 40, as: Int64.self) == Int64(length)
            else { throw damaged("its header contradicts itself") }
            let checksum = page.get(place + 48, as: UInt64.self)
            columns.append(Column(offset: next, length: length, checksum: checksum))
            next = (next + length + 63) / 64 * 64
        }
        return columns
    }

    /// The format in which a kind is written: the oldest one that has it.
    private static func version(of kind: SeriesKind) -> UInt32 {
        switch kind {
        case .bars, .trades, .quotes: 1
        case .book: 2
        case .marks, .openInterest, .liquidations, .gaps: 3
        }
    }

    static func damaged(_ what: String) -> HistoryError {
        HistoryError(
            .damaged, "the series file cannot be used: " + what,
            help: "import the series again: a new file takes its place")
    }

    static func cut(_ length: Int) -> HistoryError {
        var error = damaged("bytes are missing")
        error.found = "\(length) bytes"
        return error
    }

    private static var foreign: HistoryError {
        HistoryError(.format, "the file is not a series of Rialto")
    }

    private static func unknown(_ version: UInt32) -> HistoryError {
        HistoryError(
            .format, "the series file has a format that this version does not read",
            found: "format \(version)", allowed: "formats 1 to \(Self.version)",
            help: "import the series again, or use the newer rialto")
    }
}
