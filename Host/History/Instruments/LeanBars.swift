import RialtoValues

/// Daily and hourly bars of shares as QuantConnect's LEAN keeps them: a zip archive with one table
/// of `YYYYMMDD HH:MM,open,high,low,close,volume`, times of opening in New York, prices in
/// 1/10000 USD, not adjusted.
///
/// The table is that of a ticker, whoever had it; which rows are those of one instrument, its map
/// file tells.
package struct LeanBars {
    /// Of a row's price.
    package static let priceDecimals = 4

    /// Upper case, from the name of the file.
    package let ticker: String
    /// A day, or an hour.
    package let interval_ns: Int64
    private let text: [UInt8]
    private let name: String

    /// Whether a file is such an archive, by its content.
    package static func isMeant(_ path: String) throws(HistoryError) -> Bool {
        let input = try ByteInput(path: path)
        guard input.bytesTotal != nil else { return false }
        guard try input.first(ZipArchive.magic.count) == ZipArchive.magic else { return false }
        do throws(HistoryError) {
            _ = try LeanBars(path: path)
            return true
        } catch { return false }
    }

    /// - Throws: ``HistoryError`` of kind `format`, `damaged` or `system`.
    package init(path: String) throws(HistoryError) {
        let archive = try ZipArchive(path: path)
        guard let entry = archive.entries.first, archive.entries.count == 1,
            entry.name.hasSuffix(".csv")
        else { throw Self.foreign(path) }
        text = try archive.contents(entry)
        let file = path.split(separator: "/").last ?? ""
        ticker = file.prefix { $0 != "." }.uppercased()
        name = path
        let reader = LineReader(ByteInput(name: path, bytes: text))
        var isDaily = true, rows = 0
        while let line = try reader.next() {
            let fields = LeanText.fields(line)
            guard fields != [""] else { continue }
            guard fields.count == 6, Self.time(fields[0]) != nil else { throw Self.foreign(path) }
            isDaily = isDaily && fields[0].hasSuffix(" 00:00")
            rows += 1
        }
        guard rows > 0, !ticker.isEmpty else { throw Self.foreign(path) }
        interval_ns = isDaily ? CivilDay.length_ns : CivilDay.length_ns / 24
    }

    /// The rows of the days on which the ticker was the instrument's.
    ///
    /// A day's bar ends at the regular end of its session, an hour's an hour after it opened.
    ///
    /// - Parameters:
    ///   - instrument: With four price decimals or more.
    ///   - isOwn: Whether a day is one of those.
    /// - Returns: The bars, with how many rows were those of another instrument.
    /// - Throws: ``HistoryError``, which names the file and line.
    package func bars(
        _ instrument: Instrument, calendar: TradingCalendar, rules: ImportRules,
        where isOwn: (CivilDay) -> Bool
    ) throws(HistoryError) -> (imported: Imported, others: Int) {
        let definition = SeriesDefinition(
            instrument: instrument, kind: .bars, interval_ns: interval_ns)
        let intake = try RowIntake(definition, rules: rules, name: name, isText: true)
        let reader = LineReader(ByteInput(name: name, bytes: text))
        let clock = try ZoneClock("America/New_York")
        let isDaily = interval_ns == CivilDay.length_ns
        var others = 0
        while let line = try reader.next() {
            let fields = LeanText.fields(line)
            guard fields != [""], let time = Self.time(fields[0]) else { continue }
            guard isOwn(time.day) else {
                others += 1
                continue
            }
            let close_ns =
                isDaily
                ? try calendar.session(on: time.day)?.dayEnd_ns
                    ?? clock.time_ns(time.day, minutes: 16 * 60)
                : clock.time_ns(time.day, minutes: time.minutes + 60)
            guard var row = Self.numbers(fields, instrument) else {
                let error = LeanText.error(
                    line, reader, ByteInput(name: name, bytes: []), "no bar of shares",
                    "whole prices in 1/10000 USD and a whole volume")
                try intake.takeUnreadable(error)
                continue
            }
            row[0] = close_ns
            try intake.take(row, at: reader.line, rounded: 0)
        }
        return (try intake.finish(gap_ns: .max), others)
    }

    private static func numbers(_ fields: [String], _ instrument: Instrument) -> Row? {
        var row = Row(repeating: 0)
        let decimals = instrument.priceDecimals - priceDecimals
        guard decimals >= 0, let scale = ExactDecimal.power10(decimals),
            let unit = ExactDecimal.power10(instrument.quantityDecimals)
        else { return nil }
        for index in 1...5 {
            guard let number = Int64(fields[index]),
                let units = Int64(exactly: Int128(number) * (index < 5 ? scale : unit))
            else { return nil }
            row[index] = units
        }
        return row
    }

    /// `20200828 00:00`.
    private static func time(_ text: String) -> (day: CivilDay, minutes: Int64)? {
        let words = text.split(separator: " ")
        guard words.count == 2, let day = LeanText.day(words[0]), words[1].utf8.count == 5 else {
            return nil
        }
        let clock = words[1].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 2, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]) else {
            return nil
        }
        return (day, clock[0] * 60 + clock[1])
    }

    private static func foreign(_ path: String) -> HistoryError {
        HistoryError(
            .format, "the archive holds no daily or hourly bars of shares as LEAN keeps them",
            file: path, allowed: "one table of YYYYMMDD HH:MM,open,high,low,close,volume",
            help: "take the table out of it first: unzip -p ARCHIVE NAME > table.csv")
    }
}
