import RialtoMatching
import RialtoValues

/// The series that a recorded stream holds, and what was in it.
package struct StreamImported {
    /// Trades, quotes, the book, marks, open interest and liquidations, those that have rows; and
    /// where messages of those were missed, if any were.
    package let series: [Imported]
    package let report: StreamReport
}

/// Turns recorded messages of a venue into trades, quotes, a book, and what it says of contracts.
///
/// `time_ns` of every row is when its line was received; where that falls, the time of the line
/// before counts, because the host reads one line after the other. Changes of a book that came
/// before the whole book which they follow are known when that comes.
///
/// Memory is that of the columns and at most ``HeldChanges/rowsMax`` rows that wait.
package final class StreamImport {
    private let instrument: Instrument
    private let rules: ImportRules
    private let gap_ns: Int64
    private let trades: RowIntake
    private let quotes: RowIntake
    private let book: BookIntake
    private let marks: RowIntake
    private let openInterest: RowIntake
    private let liquidations: RowIntake
    private let gaps: RowIntake
    private var reader: StreamReader
    private var report = StreamReport()
    private var now_ns = Int64.min
    private var lastTrade: Int64?
    private var lastQuote = Int64.min
    private var lastMark_ns = Int64.min
    private var place = StreamPlace(file: "", line: 0)

    /// - Parameters:
    ///   - scan: What the first pass said of the same files.
    ///   - rules: Whether unreadable lines and impossible rows end the import or are left out.
    ///   - gap_ns: Silence above which the reports count a gap.
    /// - Throws: ``HistoryError`` of kind `option` for an instrument that cannot be stored.
    package init(
        _ scan: StreamScan, _ instrument: Instrument, rules: ImportRules, gap_ns: Int64 = .max
    ) throws(HistoryError) {
        let rules = ImportRules(
            faulty: rules.faulty, disorder: .refuse, conflict: rules.conflict)
        func intake(_ kind: SeriesKind) throws(HistoryError) -> RowIntake {
            let definition = SeriesDefinition(instrument: instrument, kind: kind, interval_ns: 0)
            return try RowIntake(definition, rules: rules, name: scan.symbol, isText: true)
        }
        self.instrument = instrument
        self.rules = rules
        self.gap_ns = gap_ns
        trades = try intake(.trades)
        quotes = try intake(.quotes)
        book = BookIntake(try intake(.book), isPartial: !scan.hasSnapshot)
        marks = try intake(.marks)
        openInterest = try intake(.openInterest)
        liquidations = try intake(.liquidations)
        gaps = try intake(.gaps)
        reader = StreamReader(venue: scan.venue)
        report.isPartial = !scan.hasSnapshot
    }

    /// Reads a file behind those that were read before.
    ///
    /// - Throws: ``HistoryError``, which names the file, line and field.
    package func read(
        _ input: ByteInput, progress: (ImportProgress) -> Void = { _ in }
    ) throws(HistoryError) {
        for intake in intakes { intake.name = input.name }
        let lines = LineReader(input)
        while let bytes = try lines.next() {
            place = StreamPlace(file: input.name, line: lines.line)
            if lines.line % Importer.rowsPerStep == 0 {
                progress(input.progress(rows: report.lines))
            }
            if bytes.allSatisfy({ $0 == 0x20 }) { continue }
            report.lines += 1
            if let event = try event(bytes) { try take(event) }
        }
        progress(input.progress(rows: report.lines))
    }

    private var intakes: [RowIntake] {
        [trades, quotes, book.rows, marks, openInterest, liquidations, gaps]
    }

    /// - Returns: The series that have rows, and the report.
    package func finish() throws(HistoryError) -> StreamImported {
        book.end(&report)
        var series: [Imported] = []
        for intake in intakes {
            let imported = try intake.finish(gap_ns: gap_ns)
            if imported.report.rows > 0 { series.append(imported) }
        }
        return StreamImported(series: series, report: report)
    }

    /// What a line says; nil when it is left out.
    private func event(_ line: UnsafeBufferPointer<UInt8>) throws(HistoryError) -> StreamEvent? {
        do throws(StreamFault) {
            let received_ns = try reader.read(line)
            let event = try reader.message.event(instrument, line: place.line)
            note(received_ns)
            return event
        } catch {
            let told = place.error(error, line, instrument)
            let isRefused = if case .unusable(_, .tooManyDecimals) = error { true } else { false }
            guard rules.faulty == .drop, !isRefused else { throw told }
            report.unreadable += 1
            report.tell(told)
            // Nobody knows what it would have said, nor when it was received.
            if now_ns != .min { try note(gap: 0, in: nil, venueTime_ns: nil) }
            return nil
        }
    }

    /// Takes note of when a line was received. Where that falls, the time before it counts.
    private func note(_ received_ns: Int64) {
        if report.firstTime_ns == nil {
            report.firstTime_ns = received_ns
            now_ns = received_ns
        }
        if received_ns < now_ns {
            report.timeFalls += 1
            // Both are 0 or more.
            report.timeFallMax_ns = max(report.timeFallMax_ns, now_ns - received_ns)
            report.tell(place.fall(from: now_ns, to: received_ns))
        }
        now_ns = max(now_ns, received_ns)
        report.lastTime_ns = now_ns
    }

    private func take(_ event: StreamEvent) throws(HistoryError) {
        let moment = BookIntake.Moment(now_ns: now_ns, place: place)
        switch event {
        case .change(let change):
            report.depthMessages += 1
            try book.take(change, moment, &report)
        case .whole(let whole):
            report.snapshots += 1
            try book.take(whole: whole, moment, &report)
        case .trades(let prints):
            report.tradeMessages += 1
            for print in prints { try take(print) }
        case .quote(let row, let last):
            report.quoteMessages += 1
            try take(row, last: last)
        case .mark(let row):
            report.markMessages += 1
            try take(mark: row)
        case .openInterest(let row):
            report.openInterestMessages += 1
            try openInterest.take(timed(row), at: place.line, rounded: 0)
        case .liquidation(let row):
            report.liquidationMessages += 1
            try liquidations.take(timed(row), at: place.line, rounded: 0)
        case .other: report.otherMessages += 1
        }
    }

    /// A row with the time at which its line was received.
    private func timed(_ row: Row) -> Row {
        var row = row
        row[0] = now_ns
        if row[1] == .min { row[1] = now_ns }
        return row
    }

    private func take(mark row: Row) throws(HistoryError) {
        let row = timed(row)
        guard row[1] > lastMark_ns else {
            report.repeated += 1
            return report.tell(
                place.order(
                    "a mark price comes again or late", found: UnixTime.text(row[1]),
                    allowed: "after " + UnixTime.text(lastMark_ns)))
        }
        lastMark_ns = row[1]
        try marks.take(row, at: place.line, rounded: 0)
    }

    private func take(_ print: StreamTrade) throws(HistoryError) {
        if let id = print.id {
            if let lastTrade {
                guard id > lastTrade else { return repeated("a trade", id, after: lastTrade) }
                if id - lastTrade > 1 { try missed(id - lastTrade - 1, before: print, id) }
            }
            lastTrade = id
        }
        guard reader.message.isMarketTrade else { return report.tradesNotMarket += 1 }
        let row: Row = [
            now_ns, print.venueTime_ns ?? now_ns, print.price, print.quantity, print.takerSide, 0,
            0,
        ]
        try trades.take(row, at: place.line, rounded: 0)
    }

    private func take(_ quote: Row, last: Int64) throws(HistoryError) {
        guard last > lastQuote else { return repeated("a quote", last, after: lastQuote) }
        lastQuote = last
        try quotes.take(timed(quote), at: place.line, rounded: 0)
    }

    private func repeated(_ what: String, _ found: Int64, after last: Int64) {
        report.repeated += 1
        report.tell(
            place.order(
                what + " comes again or late", found: "id \(found)", allowed: "above \(last)"))
    }

    private func note(
        gap missed: Int64, in stream: SeriesKind?, venueTime_ns: Int64?
    ) throws(HistoryError) {
        let row: Row = [
            now_ns, venueTime_ns ?? now_ns, Int64(stream?.rawValue ?? 0), missed, 0, 0, 0,
        ]
        try gaps.take(row, at: place.line, rounded: 0)
    }

    private func missed(
        _ count: Int64, before print: StreamTrade, _ id: Int64
    ) throws(HistoryError) {
        try note(gap: count, in: .trades, venueTime_ns: print.venueTime_ns)
        report.tradesMissed += Int(count)
        report.tell(
            place.order(
                "trades are missing before this one", found: "id \(id)",
                allowed: "\(id - count), the next"))
    }
}
