import RialtoValues

extension Importer {
    /// Puts the series of several files, given in order of time, one behind the other.
    ///
    /// - Parameters:
    ///   - parts: One or more, all of one definition.
    ///   - names: What messages call each part.
    /// - Throws: ``HistoryError`` of kind `order` when a part begins before the one before it ends.
    package func joined(_ parts: [Imported], names: [String]) throws(HistoryError) -> Imported {
        precondition(!parts.isEmpty && parts.count == names.count)
        guard parts.count > 1 else { return parts[0] }
        var builder = try SeriesBuilder(
            parts[0].series.definition, capacity: parts.map(\.series.count).reduce(0, +))
        var report = ImportReport()
        var last: (time_ns: Int64, name: String)?
        for (part, name) in zip(parts, names) {
            let series = part.series
            report.add(part.report)
            guard let first_ns = series.firstTime_ns, let last_ns = series.lastTime_ns else {
                continue
            }
            let least = kind == .bars ? interval_ns : 0
            if let last, first_ns < last.time_ns + least {
                throw Self.overlap(name, first_ns, last.name, last.time_ns)
            }
            for index in 0..<series.count { try builder.append(series.row(index)) }
            last = (last_ns, name)
        }
        let series = builder.finish()
        report.finish(series, gap_ns: gap_ns)
        return Imported(series: series, report: report)
    }

    /// Puts the series of several files together by time, whichever part a row is from.
    ///
    /// - Parameters:
    ///   - parts: One or more, all of one definition.
    ///   - names: What messages call each part.
    /// - Throws: ``HistoryError`` of kind `order` when two parts have rows of one time.
    package func woven(_ parts: [Imported], names: [String]) throws(HistoryError) -> Imported {
        precondition(!parts.isEmpty && parts.count == names.count)
        guard parts.count > 1 else { return parts[0] }
        var report = ImportReport(), rows: [(time_ns: Int64, part: Int, row: Int)] = []
        for (place, part) in parts.enumerated() {
            report.add(part.report)
            rows += (0..<part.series.count).map { (part.series.time_ns[$0], place, $0) }
        }
        rows.sort { ($0.time_ns, $0.part) < ($1.time_ns, $1.part) }
        var builder = try SeriesBuilder(parts[0].series.definition, capacity: rows.count)
        for (index, row) in rows.enumerated() {
            let least = kind == .bars ? interval_ns : 0
            if index > 0, row.time_ns < rows[index - 1].time_ns + least {
                let before = rows[index - 1]
                throw Self.overlap(
                    names[row.part], row.time_ns, names[before.part], before.time_ns)
            }
            try builder.append(parts[row.part].series.row(row.row))
        }
        let series = builder.finish()
        report.finish(series, gap_ns: gap_ns)
        return Imported(series: series, report: report)
    }

    private static func overlap(
        _ name: String, _ first_ns: Int64, _ before: String, _ last_ns: Int64
    ) -> HistoryError {
        HistoryError(
            .order, "import stopped: a file begins before the one before it ends", file: name,
            found: "its first row at " + UnixTime.text(first_ns),
            allowed: "after " + UnixTime.text(last_ns) + ", the last of " + before,
            help: "give the files in order of time, without an overlap")
    }
}
