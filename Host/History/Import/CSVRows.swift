/// The rows of a text file, split into the fields of one kind.
final class CSVRows {
    let columns: [BoundColumn]
    private let reader: LineReader
    private let kind: SeriesKind
    private let name: String
    private let format: CSVFormat
    private let header: [String]
    /// Fields up to the last one that is needed.
    private let limit: Int
    private var splitter: FieldSplitter
    private var current: UnsafeBufferPointer<UInt8>

    /// Reads the header.
    ///
    /// - Throws: ``HistoryError`` of kind `missingColumn`, `format`, or from the input.
    init(_ input: ByteInput, _ kind: SeriesKind, _ format: CSVFormat) throws(HistoryError) {
        name = input.name
        self.kind = kind
        self.format = format
        reader = LineReader(input)
        var splitter = FieldSplitter(delimiter: format.delimiter.rawValue)
        header = try Self.header(reader, format, &splitter, name)
        do throws(HistoryError) {
            columns = try format.columns.bound(kind, header: header)
        } catch {
            var error = error
            if error.kind == .missingColumn, !header.isEmpty { error.line = reader.line }
            throw error.inFile(input.name)
        }
        limit = (columns.map(\.column).max() ?? 0) + 1
        self.splitter = splitter
        current = UnsafeBufferPointer(start: nil, count: 0)
    }

    /// Number of the current line, from 1.
    var line: Int { reader.line }

    /// Goes to the next line that is not blank; false at the end.
    func advance() throws(HistoryError) -> Bool {
        while let line = try reader.next() {
            if line.isEmpty || line.allSatisfy({ $0 == 0x20 }) { continue }
            current = line
            return true
        }
        return false
    }

    /// Finds the current line's fields. A line may end before an optional field.
    func split() throws(FieldFault) { try splitter.split(current, limit: limit) }

    /// The text of a field of the current line; empty where the line ends before it.
    @inline(__always)
    func text(_ column: BoundColumn) -> UnsafeBufferPointer<UInt8> {
        guard column.column < splitter.count else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return splitter.field(column.column, of: current)
    }

    /// A reader for a time column, its unit guessed from `text` where none was given.
    func timeText(_ column: BoundColumn, first text: UnsafeBufferPointer<UInt8>) -> TimeText {
        let given = column.role == .time ? format.timeUnit : format.venueTimeUnit
        let title = header.isEmpty ? "" : header[column.column]
        return TimeText(unit: given ?? TimeUnit.guessed(column: title, text: text))
    }

    /// The error that a field's fault stands for.
    func error(_ fault: FieldFault, in column: BoundColumn?, decimals: Int) -> HistoryError {
        var error = HistoryError(
            .value, "import stopped: " + Self.what(fault), file: name, line: line,
            field: column.map { kind.fields[$0.slot].name })
        if let column { error.found = Self.excerpt(text(column)) }
        error.help = "correct the row; with --clean such rows are left out and counted"
        switch fault {
        case .tooManyDecimals(let count):
            error.found = (error.found ?? "") + ", \(count) decimals"
            error.allowed =
                "\(decimals) decimal" + (decimals == 1 ? "" : "s") + ", those of the instrument"
            error.help = "raise --price-decimals, or leave it out: then the file is looked at first"
        case .missing: error.allowed = "a value in every row"
        case .notANumber: error.allowed = "a decimal number such as 1234.5 or 1.5e-3"
        case .notATime: error.allowed = "a time in the unit of the first row, or as given"
        case .notASide:
            error.allowed = "buy or sell, b or s, 1 or -1; true or false for makers; bid or ask"
        case .notAStream:
            error.allowed = DataRules.streams.map(\.name).joined(separator: ", ") + ", or nothing"
        case .outOfRange: error.allowed = "what 64 bits hold in the instrument's units"
        case .quoteOpen: error.allowed = "a quote that ends before the delimiter, on its own line"
        }
        return error
    }

    private static func what(_ fault: FieldFault) -> String {
        switch fault {
        case .missing: "a field is empty"
        case .notANumber: "a field is no number"
        case .notATime: "a field is no time"
        case .notASide: "a field is no side"
        case .notAStream: "a field is no stream"
        case .tooManyDecimals: "a price has more decimals than the instrument"
        case .outOfRange: "a number is too large"
        case .quoteOpen: "a quoted field does not end"
        }
    }

    /// At most 40 bytes of a field, as text.
    private static func excerpt(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        if bytes.isEmpty { return "nothing" }
        let text = String(decoding: bytes.prefix(40), as: UTF8.self)
        return bytes.count > 40 ? text + "…" : text
    }

    private static func header(
        _ reader: LineReader, _ format: CSVFormat, _ splitter: inout FieldSplitter, _ name: String
    ) throws(HistoryError) -> [String] {
        for _ in 0..<max(0, format.linesSkipped) { _ = try reader.next() }
        guard case .names = format.columns else { return [] }
        guard let line = try reader.next() else {
            throw HistoryError(
                .format, "import refused: the file is empty", file: name,
                help: "check that it is the right one")
        }
        guard !line.contains(0) else {
            throw HistoryError(
                .format, "import refused: the file is no text", file: name, line: reader.line,
                help: "write it as CSV, plain or gzip, or as a NumPy structured array")
        }
        do throws(FieldFault) {
            try splitter.split(line, limit: FieldSplitter.columnsMax)
        } catch {
            throw HistoryError(
                .format, "import refused: a quote in the header does not end", file: name,
                line: reader.line)
        }
        return (0..<splitter.count).map {
            String(decoding: splitter.field($0, of: line), as: UTF8.self)
        }
    }
}
