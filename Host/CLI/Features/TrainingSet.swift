import RialtoAnalytics
import RialtoBacktest
import RialtoHistory
import RialtoValues

/// The rows that a model is trained and tested on.
struct TrainingSet {
    /// How far a label looks ahead.
    struct Horizon {
        /// As it was written, such as `5m`.
        let name: String
        let length_ns: Int64
    }

    let table: FeatureTable
    let horizons: [Horizon]
    /// One for each horizon.
    let labels: [ForwardLabels]
    /// Rows of the table that are in it, in order.
    let rows: [Int]
    /// Rows of the period that are not.
    let leftOut: Int
    /// Most rows of the set that a label reaches ahead.
    let span: Int

    /// - Parameters:
    ///   - from_ns: First close; nil for all.
    ///   - until_ns: First close that is left out.
    ///   - keepsAll: Whether rows stay in which something is not known.
    init(
        _ table: FeatureTable, _ horizons: [Horizon], from_ns: Int64?, until_ns: Int64?,
        keepsAll: Bool
    ) {
        self.table = table
        self.horizons = horizons
        let labels = horizons.map {
            ForwardLabels(
                time_ns: table.time_ns, close: table.close, horizon_ns: $0.length_ns)
        }
        self.labels = labels
        let period = table.time_ns.indices.filter {
            table.time_ns[$0] >= from_ns ?? .min && table.time_ns[$0] < until_ns ?? .max
        }
        let rows =
            keepsAll
            ? period
            : period.filter { row in
                table.row(row).allSatisfy { !$0.isNaN }
                    && labels.allSatisfy { !$0.values[row].isNaN }
            }
        self.rows = rows
        leftOut = period.count - rows.count
        span = labels.map { Self.span($0, rows) }.max() ?? 0
    }

    private static func span(_ labels: ForwardLabels, _ rows: [Int]) -> Int {
        var last = 0, span = 0
        for (place, row) in rows.enumerated() {
            last = max(last, place)
            while last + 1 < rows.count, rows[last + 1] <= labels.ends[row] { last += 1 }
            span = max(span, last - place)
        }
        return span
    }

    private var labelNames: [String] { horizons.map { "return_" + $0.name } }

    /// Arrays `time_ns`, `features` (rows by columns), `labels` (likewise), `splits` (rows by
    /// splits; 0 left out, 1 train, 2 test), and the names and schema as texts.
    func archive(_ splits: [Split]) -> NumpyArchive {
        var archive = NumpyArchive()
        archive.add("time_ns", rows.map { table.time_ns[$0] })
        archive.add(
            "features", rows.flatMap { table.row($0) }, columns: table.schema.features.count)
        archive.add(
            "labels", rows.flatMap { row in labels.map { $0.values[row] } }, columns: labels.count)
        if !splits.isEmpty {
            let uses = splits.map { $0.uses(rows.count) }
            archive.add(
                "splits", rows.indices.flatMap { row in uses.map { $0[row].rawValue } },
                columns: splits.count)
        }
        archive.add(texts: table.schema.names, "feature_names")
        archive.add(texts: labelNames, "label_names")
        archive.add(texts: [table.schema.text, table.schema.hash], "schema")
        return archive
    }

    /// Text with a heading; what is not known is empty.
    func csv(_ splits: [Split]) -> [UInt8] {
        let uses = splits.map { $0.uses(rows.count) }
        let heading =
            ["time"] + table.schema.names + labelNames + splits.indices.map { "split_\($0)" }
        var text = Array((heading.joined(separator: ",") + "\n").utf8)
        for (place, row) in rows.enumerated() {
            text += UnixTime.text(table.time_ns[row]).utf8
            for value in table.row(row) { Self.append(value, to: &text) }
            for label in labels { Self.append(label.values[row], to: &text) }
            for use in uses { text += ",\(use[place])".utf8 }
            text.append(0x0A)
        }
        return text
    }

    private static func append(_ value: Double, to text: inout [UInt8]) {
        text.append(0x2C)
        if !value.isNaN { text += "\(value)".utf8 }
    }
}
