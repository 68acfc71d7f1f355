/// What a report shows, as a value: the page is a function of it.
package struct Report: Sendable {
    package var title: String
    /// One line under the title: period, seed, version.
    package var subtitle: String
    package var numbers: [KeyNumber]
    package var charts: [Chart]
    package var tables: [ReportTable]
    /// Sentences at the end: conventions, digests, what was left out.
    package var notes: [String]

    package init(
        title: String, subtitle: String, numbers: [KeyNumber] = [], charts: [Chart] = [],
        tables: [ReportTable] = [], notes: [String] = []
    ) {
        self.title = title
        self.subtitle = subtitle
        self.numbers = numbers
        self.charts = charts
        self.tables = tables
        self.notes = notes
    }
}

/// One number that matters, with its name and what it is beside.
package struct KeyNumber: Hashable, Sendable {
    package enum Tone: String, Sendable { case plain, good, bad }

    package let name: String
    /// With its unit: `12.30 %`.
    package let value: String
    /// A few words, such as `buy and hold 8.10 %`; may be empty.
    package let note: String
    package let tone: Tone

    package init(_ name: String, _ value: String, note: String = "", tone: Tone = .plain) {
        self.name = name
        self.value = value
        self.note = note
        self.tone = tone
    }
}

/// A table of text cells.
package struct ReportTable: Hashable, Sendable {
    package let title: String
    /// With their units.
    package let headings: [String]
    /// Each with one cell for each heading.
    package let rows: [[String]]

    package init(title: String, headings: [String], rows: [[String]]) {
        precondition(rows.allSatisfy { $0.count == headings.count }, "a row has a cell per heading")
        self.title = title
        self.headings = headings
        self.rows = rows
    }
}

/// Lines over time, with marks on them.
package struct Chart: Hashable, Sendable {
    package enum Shape: String, Sendable {
        case line
        /// A line with the space down to zero filled.
        case area
        /// Values hold until the next one.
        case step
    }

    package struct Line: Hashable, Sendable {
        package let name: String
        /// Unix nanoseconds UTC, rising; a value that is not finite is a gap.
        package let curve: EquityCurve

        package init(_ name: String, _ curve: EquityCurve) {
            self.name = name
            self.curve = curve
        }
    }

    /// A trade on the price.
    package struct Mark: Hashable, Sendable {
        package let time: Int64
        package let value: Double
        package let isBuy: Bool
        package let label: String

        package init(time: Int64, value: Double, isBuy: Bool, label: String) {
            self.time = time
            self.value = value
            self.isBuy = isBuy
            self.label = label
        }
    }

    package let title: String
    /// Of the values: `USD`, `%`.
    package let unit: String
    package let shape: Shape
    package let lines: [Line]
    package let marks: [Mark]

    package init(title: String, unit: String, shape: Shape, lines: [Line], marks: [Mark] = []) {
        self.title = title
        self.unit = unit
        self.shape = shape
        self.lines = lines
        self.marks = marks
    }

    /// The fall from the highest value so far, in per cent.
    package static func drawdown(_ name: String, of curve: EquityCurve) -> Chart {
        let fall = EquityCurve(times: curve.times, values: curve.drawdowns.map { $0 * 100 })
        return Chart(title: "Drawdown", unit: "%", shape: .area, lines: [Line(name, fall)])
    }
}
