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
