/// How a text file writes its rows.
package struct CSVFormat: Equatable, Sendable {
    package enum Delimiter: UInt8, Sendable {
        case comma = 0x2C
        case semicolon = 0x3B
        case tab = 0x09
    }

    package let columns: ColumnMap
    package let delimiter: Delimiter
    /// nil: guessed from the column's name or the first row, see ``TimeUnit``.
    package let timeUnit: TimeUnit?
    package let venueTimeUnit: TimeUnit?
    /// Lines before the header or, without one, before the first row.
    package let linesSkipped: Int

    package init(
        columns: ColumnMap = .names([:]), delimiter: Delimiter = .comma, timeUnit: TimeUnit? = nil,
        venueTimeUnit: TimeUnit? = nil, linesSkipped: Int = 0
    ) {
        self.columns = columns
        self.delimiter = delimiter
        self.timeUnit = timeUnit
        self.venueTimeUnit = venueTimeUnit
        self.linesSkipped = linesSkipped
    }
}
