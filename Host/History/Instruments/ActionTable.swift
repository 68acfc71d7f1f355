import RialtoValues

/// Reads what happened to an instrument from text: one row an action, or one a funding rate.
package struct ActionTable: Sendable {
    package enum Content: String, CaseIterable, Sendable {
        /// Columns time, action and value.
        case actions
        /// Columns time and rate.
        case funding
    }

    package let actions: [InstrumentAction]
    /// Funding rates that had more than nine decimals.
    package let ratesRounded: Int

    /// Most rows of a table.
    private static let rowsMax = 10_000_000

    /// Names of a column in files of others, lower case.
    private static let timeNames = [
        "time", "date", "timestamp", "datetime", "fundingtime", "funding_time", "calc_time",
        "ts_ms", "time_ns", "time_ms",
    ]
    private static let rateNames = [
        "rate", "funding", "funding_rate", "fundingrate", "last_funding_rate",
    ]

    /// Reads a table with a header, plain or gzip.
    ///
    /// - Parameter calendar: Where a time is a date alone, it is the opening of that day's session,
    ///   of a delisting its end, of a funding rate its midnight UTC.
    /// - Throws: ``HistoryError``, which names the file, line and field.
    package init(
        _ input: ByteInput, _ content: Content, calendar: TradingCalendar
    ) throws(HistoryError) {
        let reader = LineReader(input)
        var table = TextRows(reader, name: input.name)
        try table.readHeader()
        let time = try table.column(Self.timeNames)
        let second = try table.column(content == .funding ? Self.rateNames : ["action"])
        let value = content == .funding ? nil : table.columnIfAny(["value"])
        var actions: [InstrumentAction] = [], rounded = 0, unit: TimeUnit?
        while try table.advance() {
            let text = table.text(time)
            let known = unit ?? Self.unit(of: text, title: table.title(time))
            unit = known
            let change: InstrumentAction.Change
            if content == .funding {
                let rate = try Self.rate(table, second)
                rounded += rate.isRounded ? 1 : 0
                change = .funding(rate_e9: rate.units)
            } else {
                change = try Self.change(table, second, value)
            }
            let time_ns = try Self.time(text, known, change, calendar, table, time)
            actions.append(InstrumentAction(time_ns: time_ns, change))
            guard actions.count < Self.rowsMax else {
                throw table.error(.format, "the table is too long", time, "\(Self.rowsMax) rows")
            }
        }
        guard !actions.isEmpty else {
            throw HistoryError(
                .format, "import refused: there is no row in the file", file: input.name,
                help: "check that the file is the right one")
        }
        self.actions = actions
        ratesRounded = rounded
    }

    private static func unit(of text: String, title: String) -> TimeUnit {
        var text = text
        return text.withUTF8 { TimeUnit.guessed(column: title, text: $0) }
    }

    private static func rate(
        _ table: TextRows, _ column: Int
    ) throws(HistoryError) -> (units: Int64, isRounded: Bool) {
        do throws(DecimalError) {
            let rate = try ExactDecimal.roundedUnits(table.text(column).utf8, decimals: 9)
            return (rate.units, rate.rounded)
        } catch { throw table.error(.value, "a rate is no number", column, "such as 0.0001") }
    }

    private static func change(
        _ table: TextRows, _ column: Int, _ value: Int?
    ) throws(HistoryError) -> InstrumentAction.Change {
        let word = table.text(column).lowercased()
        guard InstrumentAction.names.contains(word) || word == "expiry" else {
            throw table.error(
                .value, "the action is unknown", column,
                InstrumentAction.names.joined(separator: ", ") + ", expiry")
        }
        let text = value.map { table.text($0) } ?? ""
        guard let change = InstrumentAction.change(word, text) else {
            throw table.error(
                .value, "the value of a \(word) cannot be read", value ?? column, allowed(word))
        }
        return change
    }

    /// What a value may be.
    private static func allowed(_ word: String) -> String {
        switch word {
        case "split": "new:old units such as 4:1, whole numbers above 0"
        case "rename": "old>new, such as FB>META"
        case "dividend": "an amount of the currency per unit, such as 0.205"
        case "funding": "a share such as 0.0001, with at most 9 decimals"
        case "delisting", "expiry": "a price such as 12.5, or nothing for the last one"
        default: "nothing"
        }
    }

    private static func time(
        _ text: String, _ unit: TimeUnit, _ change: InstrumentAction.Change,
        _ calendar: TradingCalendar, _ table: TextRows, _ column: Int
    ) throws(HistoryError) -> Int64 {
        var reader = TimeText(unit: unit), copy = text
        guard let time_ns = copy.withUTF8({ try? reader.time_ns($0) }) else {
            throw table.error(.value, "a time cannot be read", column, "such as 2020-08-31")
        }
        guard unit == .iso, text.utf8.count == 10 else { return time_ns }
        if case .funding = change { return time_ns }
        guard let session = try calendar.session(on: CivilDay(containing: time_ns)) else {
            throw table.error(
                .value, "the market is closed on that day", column,
                "a trading day of \(calendar.rawValue), or a time in full")
        }
        if case .settlement = change { return session.dayEnd_ns }
        return session.open_ns
    }
}

/// The rows of a small table with a header, as texts.
struct TextRows {
    private let reader: LineReader
    private let name: String
    private var titles: [String] = []
    private var fields: [String] = []

    init(_ reader: LineReader, name: String) {
        self.reader = reader
        self.name = name
    }

    mutating func readHeader() throws(HistoryError) {
        guard try advance() else {
            throw HistoryError(
                .format, "import refused: the file is empty", file: name,
                help: "check that it is the right one")
        }
        titles = fields
    }

    /// Goes to the next line that is not blank; false at the end.
    mutating func advance() throws(HistoryError) -> Bool {
        while let line = try reader.next() {
            if line.allSatisfy({ $0 == 0x20 }) { continue }
            fields = String(decoding: line, as: UTF8.self)
                .split(separator: ",", omittingEmptySubsequences: false).map(Self.plain)
            return true
        }
        return false
    }

    private static func plain(_ field: Substring) -> String {
        let text = field.drop { $0 == " " }
        let cut = String(text.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
        let isQuoted = cut.count >= 2 && cut.hasPrefix("\"") && cut.hasSuffix("\"")
        return isQuoted ? String(cut.dropFirst().dropLast()) : cut
    }

    /// The text of a field; empty where the line ends before it.
    func text(_ column: Int) -> String { column < fields.count ? fields[column] : "" }

    func title(_ column: Int) -> String { titles[column] }

    func columnIfAny(_ names: [String]) -> Int? {
        titles.firstIndex { names.contains($0.lowercased()) }
    }

    func column(_ names: [String]) throws(HistoryError) -> Int {
        if let column = columnIfAny(names) { return column }
        throw HistoryError(
            .missingColumn, "import refused: a column is missing", file: name, line: reader.line,
            field: names[0], found: titles.joined(separator: ", "),
            allowed: names.joined(separator: " or "), help: "name the columns in the first line")
    }

    func error(
        _ kind: HistoryError.Kind, _ what: String, _ column: Int, _ allowed: String
    ) -> HistoryError {
        HistoryError(
            kind, "import stopped: " + what, file: name, line: reader.line,
            field: column < titles.count ? titles[column] : nil,
            found: text(column).isEmpty ? "nothing" : String(text(column).prefix(40)),
            allowed: allowed, help: "correct the row and import again: nothing was changed")
    }
}
