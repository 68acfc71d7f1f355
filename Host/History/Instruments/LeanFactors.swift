import RialtoValues

/// Splits and cash dividends out of a factor file of QuantConnect's LEAN.
///
/// A row `date,price factor,split factor,reference price` holds for the days up to its date; the
/// next row's factors begin with the next session, the ex-date. A split's ratio is that of two
/// split factors; a dividend is the reference price (the last close before the ex-date) times
/// 1 - price factor / next price factor. Both are printed with seven decimals, so the exact numbers
/// are the simplest ones that print so: a ratio of whole numbers up to 100, else the printed one; a
/// dividend with as few decimals as the printed factors allow.
///
/// - Source: LEAN's `CorporateFactorRow`, repository QuantConnect/Lean.
package enum LeanFactors {
    private struct Row {
        let day: CivilDay
        let price: Int128
        let split: Int128
        let reference: Int128
    }

    /// Decimals in which factors are counted here.
    private static let decimals = 12
    private static let one: Int128 = 1_000_000_000_000
    /// 10^7 of the currency, in 10^-18: 10^25, which times a factor is below 2^127.
    private static let referenceMax: Int128 = 10_000_000_000_000_000_000_000_000
    /// How far a printed price factor may be from the true one: half of 10^-7.
    private static let blur: Int128 = 50_000

    /// - Parameter calendar: Its session after a row's date is the ex-date.
    /// - Throws: ``HistoryError``, which names the file and line.
    package static func actions(
        _ input: ByteInput, calendar: TradingCalendar
    ) throws(HistoryError) -> [InstrumentAction] {
        let rows = try rows(input)
        var actions: [InstrumentAction] = []
        for (row, next) in zip(rows, rows.dropFirst()) {
            guard row.price != next.price || row.split != next.split,
                let session = try calendar.session(onOrAfter: row.day + 1)
            else { continue }
            if row.price != next.price, let amount = dividend(row, next) {
                actions.append(
                    InstrumentAction(time_ns: session.open_ns, .dividend(perUnit: amount)))
            }
            if row.split != next.split, let change = split(row, next) {
                actions.append(InstrumentAction(time_ns: session.open_ns, change))
            }
        }
        return actions
    }

    private static func rows(_ input: ByteInput) throws(HistoryError) -> [Row] {
        let reader = LineReader(input)
        var rows: [Row] = []
        while let line = try reader.next() {
            let fields = LeanText.fields(line)
            guard fields != [""] else { continue }
            guard fields.count >= 4, let day = LeanText.day(fields[0]),
                let price = try? ExactDecimal.units128(fields[1].utf8, decimals: decimals),
                let split = try? ExactDecimal.units128(fields[2].utf8, decimals: decimals),
                let reference = try? ExactDecimal.units128(fields[3].utf8, decimals: 18),
                (1...one).contains(price), split > 0, split < one * 1_000_000,
                reference >= 0, reference < referenceMax,
                rows.last.map({ $0.day < day }) ?? true
            else {
                throw LeanText.error(
                    line, reader, input, "no row of a factor file",
                    "date,price factor,split factor,reference price, dates rising")
            }
            rows.append(Row(day: day, price: price, split: split, reference: reference))
        }
        return rows
    }

    /// In 10^-18, above 0; nil when the factors rise by nothing that can be told.
    private static func dividend(_ row: Row, _ next: Row) -> Int128? {
        let blur = next.price == one ? 0 : Self.blur
        func amount(_ low: Int128, _ high: Int128) -> Int128 {
            row.reference * (high - low) / high
        }
        let middle = amount(row.price, next.price)
        let least = amount(row.price + Self.blur, next.price - blur)
        let most = amount(row.price - Self.blur, next.price + blur)
        var unit: Int128 = 1_000_000_000_000_000_000
        while unit > 0 {
            let rounded = (middle + unit / 2) / unit * unit
            if rounded > 0, rounded >= least, rounded <= most { return rounded }
            unit /= 10
        }
        return nil
    }

    private static func split(_ row: Row, _ next: Row) -> InstrumentAction.Change? {
        for denominator in 1...100 as ClosedRange<Int128> {
            let numerator = (next.split * denominator * 2 + row.split) / (row.split * 2)
            guard (1...100).contains(numerator) else { continue }
            let difference = (numerator * row.split - denominator * next.split).magnitude
            guard difference * 50_000 <= (denominator * next.split).magnitude else { continue }
            return numerator == denominator
                ? nil : .split(Int64(numerator), for: Int64(denominator))
        }
        return printed(next.split, row.split)
    }

    /// The ratio as the file prints it, shortened until both numbers are at most 10^9.
    private static func printed(
        _ numerator: Int128, _ denominator: Int128
    ) -> InstrumentAction.Change? {
        var (a, b) = (numerator, denominator)
        while b != 0 { (a, b) = (b, a % b) }
        var up = numerator / a, down = denominator / a
        while max(up, down) > 1_000_000_000 { (up, down) = (up / 10, down / 10) }
        return up > 0 && down > 0 && up != down ? .split(Int64(up), for: Int64(down)) : nil
    }
}

/// When an instrument went by which ticker, out of a map file of LEAN.
///
/// A row `date,ticker,exchange` ends the time of that ticker with its date; the first row's date is
/// the first day. A last date in the past is that of delisting; LEAN writes 2050-12-31 for none.
package struct LeanMap: Sendable {
    package struct Tenure: Equatable, Sendable {
        /// Upper case.
        package let ticker: String
        package let days: ClosedRange<CivilDay>
    }

    /// In order of time, without a hole between.
    package let tenures: [Tenure]

    /// The first day that LEAN has data of: an instrument that begins with it is older.
    private static let epoch = CivilDay(1998, 1, 2)
    private static let open = CivilDay(2050, 12, 31)

    /// - Throws: ``HistoryError``, which names the file and line.
    package init(_ input: ByteInput) throws(HistoryError) {
        let reader = LineReader(input)
        var tenures: [Tenure] = [], from: CivilDay?
        while let line = try reader.next() {
            let fields = LeanText.fields(line)
            guard fields != [""] else { continue }
            guard fields.count >= 2, let day = LeanText.day(fields[0]), !fields[1].isEmpty,
                from.map({ $0 <= day }) ?? true
            else {
                throw LeanText.error(
                    line, reader, input, "no row of a map file", "date,ticker, dates rising")
            }
            let ticker = fields[1].uppercased()
            defer { from = from == nil ? day : day + 1 }
            guard let from else { continue }
            if let last = tenures.last, last.ticker == ticker {
                tenures[tenures.count - 1] = Tenure(
                    ticker: ticker, days: last.days.lowerBound...day)
            } else {
                tenures.append(Tenure(ticker: ticker, days: from...day))
            }
        }
        guard !tenures.isEmpty else {
            throw HistoryError(
                .format, "the map file has no ticker", file: input.name,
                allowed: "two rows or more of date,ticker")
        }
        self.tenures = tenures
    }

    /// The last ticker, by which LEAN names the instrument.
    package var ticker: String { tenures[tenures.count - 1].ticker }

    /// Listing, changes of ticker and delisting.
    package func actions(calendar: TradingCalendar) throws(HistoryError) -> [InstrumentAction] {
        var actions: [InstrumentAction] = []
        let first = tenures[0].days.lowerBound
        if first > Self.epoch, let session = try calendar.session(onOrAfter: first) {
            let change = InstrumentAction.Change.listing(name: tenures[0].ticker)
            actions.append(InstrumentAction(time_ns: session.open_ns, change))
        }
        for (old, new) in zip(tenures, tenures.dropFirst()) {
            guard let session = try calendar.session(onOrAfter: new.days.lowerBound) else {
                continue
            }
            let change = InstrumentAction.Change.rename(from: old.ticker, to: new.ticker)
            actions.append(InstrumentAction(time_ns: session.open_ns, change))
        }
        let last = tenures[tenures.count - 1].days.upperBound
        if last < Self.open, let session = try calendar.session(onOrAfter: last) {
            actions.append(InstrumentAction(time_ns: session.dayEnd_ns, .settlement(price: nil)))
        }
        return actions
    }
}

/// What the text files of LEAN have in common.
enum LeanText {
    static func fields(_ line: UnsafeBufferPointer<UInt8>) -> [String] {
        String(decoding: line, as: UTF8.self)
            .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// `20200828`.
    static func day(_ text: some StringProtocol) -> CivilDay? {
        guard text.utf8.count == 8, let number = Int64(text), number > 0 else { return nil }
        let day = CivilDay(number / 10_000, number / 100 % 100, number % 100)
        let parts = day.parts
        let isReal = parts.year * 10_000 + parts.month * 100 + parts.day == number
        return isReal && CivilDay.all.contains(day) ? day : nil
    }

    static func error(
        _ line: UnsafeBufferPointer<UInt8>, _ reader: LineReader, _ input: ByteInput,
        _ what: String, _ allowed: String
    ) -> HistoryError {
        HistoryError(
            .value, "import stopped: " + what, file: input.name, line: reader.line,
            found: String(decoding: line.prefix(60), as: UTF8.self), allowed: allowed)
    }
}
