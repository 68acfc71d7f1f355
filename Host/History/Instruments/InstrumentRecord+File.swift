import RialtoValues

/// The text of an instrument's file: facts a line each, the checksum of all before it last.
///
///     rialto instrument 1
///     name AAPL/USD
///     calendar us-equities
///     2014-06-09T13:30:00Z split 7:1
///     xxh64 0f1e2d3c4b5a6978
extension InstrumentRecord {
    /// End of the name of every instrument's file.
    package static let fileSuffix = ".instrument"
    private static let head = "rialto instrument "
    private static let version = "1"

    /// Most bytes of a file: a million actions and more.
    static let bytesMax = 64 << 20

    func encoded() -> [UInt8] {
        var text = Self.head + Self.version + "\nname " + instrument + "\n"
        text += "calendar " + calendar.rawValue + "\n"
        for action in actions {
            let value = action.value
            text += UnixTime.text(action.time_ns) + " " + action.name
            text += (value.isEmpty ? "" : " " + value) + "\n"
        }
        return Array((text + "xxh64 " + Self.digits(Checksum.xxh64(of: text)) + "\n").utf8)
    }

    /// - Throws: ``HistoryError`` of kind `format` or `damaged`.
    init(decoding bytes: [UInt8]) throws(HistoryError) {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first.hasPrefix(Self.head) else {
            throw HistoryError(.format, "the file is no instrument's file of Rialto")
        }
        guard first.dropFirst(Self.head.count) == Self.version else {
            throw HistoryError(
                .format, "the instrument's file has a format that this version does not read",
                found: String(first), allowed: Self.head + Self.version,
                help: "import its actions again, or use the newer rialto")
        }
        guard lines.count >= 5, lines.last == "" else { throw Self.damaged("its end is missing") }
        let body = lines[..<(lines.count - 2)].joined(separator: "\n") + "\n"
        guard lines[lines.count - 2] == "xxh64 " + Self.digits(Checksum.xxh64(of: body)) else {
            throw Self.damaged("its checksum differs")
        }
        guard lines[1].hasPrefix("name "), lines[2].hasPrefix("calendar "),
            let calendar = TradingCalendar(rawValue: String(lines[2].dropFirst(9)))
        else { throw Self.damaged("its head makes no sense") }
        var actions: [InstrumentAction] = []
        for line in lines[3..<(lines.count - 2)] {
            guard let action = Self.action(line) else {
                throw Self.damaged("a line makes no sense: " + String(line.prefix(80)))
            }
            actions.append(action)
        }
        try self.init(String(lines[1].dropFirst(5)), calendar: calendar, actions: actions)
    }

    private static func action(_ line: Substring) -> InstrumentAction? {
        let words = line.split(
            separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, let time_ns = UnixTime.parse(words[0].utf8) else { return nil }
        return InstrumentAction.change(words[1], words.count > 2 ? words[2] : "").map {
            InstrumentAction(time_ns: time_ns, $0)
        }
    }

    private static func digits(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func damaged(_ what: String) -> HistoryError {
        HistoryError(
            .damaged, "the instrument's file cannot be used: " + what,
            help: "remove it and import its actions again")
    }
}

extension Checksum {
    static func xxh64(of text: String) -> UInt64 {
        Array(text.utf8).withUnsafeBytes { xxh64($0) }
    }
}

extension HistoryFolder {
    /// What is recorded of an instrument; the record of an unknown one when there is no file.
    ///
    /// - Throws: ``HistoryError`` of kind `damaged`, `format` or `system`.
    package func record(of instrument: String) throws(HistoryError) -> InstrumentRecord {
        let path = recordPath(instrument)
        guard let bytes = try Self.contents(path) else {
            return InstrumentRecord(unknown: instrument)
        }
        do throws(HistoryError) {
            let record = try InstrumentRecord(decoding: bytes)
            guard record.instrument == instrument else {
                throw InstrumentRecord.damaged("it is that of " + record.instrument)
            }
            return record
        } catch { throw error.inFile(path) }
    }

    /// The readable records, by the names of their instruments, and why others cannot be used.
    package func records() throws(HistoryError)
        -> (records: [InstrumentRecord], damaged: [HistoryError])
    {
        var records: [InstrumentRecord] = [], damaged: [HistoryError] = []
        for name in FolderListing.names(path) ?? []
        where name.hasSuffix(InstrumentRecord.fileSuffix) && !name.hasPrefix(".") {
            let file = path + "/" + name
            do throws(HistoryError) {
                let record = try InstrumentRecord(decoding: Self.contents(file) ?? [])
                guard recordPath(record.instrument) == file else {
                    throw InstrumentRecord.damaged("it is that of " + record.instrument)
                }
                records.append(record)
            } catch { damaged.append(error.inFile(file)) }
        }
        return (records.sorted { $0.instrument < $1.instrument }, damaged)
    }

    /// Writes a record in place of the one of the same instrument. A failure changes nothing.
    ///
    /// - Throws: ``HistoryError`` of kind `option` or `system`.
    package func write(_ record: InstrumentRecord) throws(HistoryError) {
        try SeriesDefinition.check(name: record.instrument)
        try write(record.encoded(), to: recordPath(record.instrument))
    }

    /// Stored instruments that went by a name such as `QQQQ/USD`, in order.
    ///
    /// - Parameter time_ns: When; nil for at any time.
    package func instruments(
        called name: String, at time_ns: Int64?
    ) throws(HistoryError) -> [String] {
        try records().records.filter { record in
            let times = time_ns.map { [$0] } ?? [.min] + record.actions.map(\.time_ns)
            return times.contains { record.name(at: $0) == name }
        }.map(\.instrument)
    }

    /// Whether there is a file of a series.
    package func has(_ key: SeriesKey) -> Bool { Self.exists(filePath(key)) }

    package func recordPath(_ instrument: String) -> String {
        path + "/" + SeriesKey.escaped(instrument) + InstrumentRecord.fileSuffix
    }

    /// nil when there is no such file.
    private static func contents(_ path: String) throws(HistoryError) -> [UInt8]? {
        guard Self.exists(path) else { return nil }
        return try ByteInput(path: path).all(atMost: InstrumentRecord.bytesMax)
    }
}
