import RialtoText
import RialtoValues

/// One fact, typed, so that people and programs are shown the same thing.
package enum Cell: Hashable, Sendable {
    case none
    case text(String)
    case flag(Bool)
    case integer(Int64)
    /// Exact, as a count of units of 10^-decimals.
    case exact(Int128, decimals: Int)
    /// An opinion, shown with this many decimals; JSON has all of them.
    case number(Double, decimals: Int)
    /// A share such as 0.125, shown as 12.50 under a heading with %.
    case percent(Double)
    /// Unix nanoseconds UTC.
    case time(Int64)

    /// The fact for a person.
    package var text: String {
        switch self {
        case .none: "-"
        case .text(let text): Self.printable(text)
        case .flag(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .exact(let units, let decimals): ExactDecimal.text(units, decimals: decimals)
        case .number(let value, let decimals): Self.fixed(value, decimals)
        case .percent(let share): Self.fixed(share * 100, 2)
        case .time(let time): UnixTime.text(time)
        }
    }

    /// The fact for a program.
    package var json: JSON {
        switch self {
        case .none: .null
        case .text(let text): .text(text)
        case .flag(let value): .flag(value)
        case .integer(let value): .integer(value)
        case .exact(let units, let decimals): .exact(units, decimals: decimals)
        case .number(let value, _), .percent(let value): .number(value)
        case .time(let time): .text(UnixTime.text(time))
        }
    }

    /// Whether the fact is a number and so stands to the right.
    var isNumber: Bool {
        switch self {
        case .none, .text, .flag, .time: false
        case .integer, .exact, .number, .percent: true
        }
    }

    /// Returns `value` with exactly `decimals` decimals, 0...9; `-` when it is not finite.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value * scale).rounded(.toNearestOrEven)
        guard scaled.isFinite else { return "-" }
        guard let units = Int64(exactly: scaled) else { return value.description }
        return ExactDecimal.text(Int128(units), decimals: decimals)
    }

    /// Text without control characters, which could move a terminal's cursor.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : scalar
                }))
    }
}

/// Rows of facts under headings.
package struct Table: Sendable {
    package struct Column: Hashable, Sendable {
        /// Name in JSON: `fee`.
        package let key: String
        /// Heading with its unit: `fee USD`.
        package let heading: String

        package init(_ key: String, _ heading: String? = nil) {
            self.key = key
            self.heading = heading ?? key
        }
    }

    package let columns: [Column]
    package private(set) var rows: [[Cell]]

    package init(_ columns: [Column], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = []
        for row in rows { add(row) }
    }

    /// Adds a row with one cell for each column.
    package mutating func add(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row has one cell for each column")
        rows.append(row)
    }

    /// The table for people: a heading and aligned rows, numbers to the right.
    package var lines: [String] {
        let texts = rows.map { $0.map(\.text) }
        let rights = columns.indices.map { column in
            rows.contains { $0[column].isNumber }
                && rows.allSatisfy { $0[column].isNumber || $0[column] == .none }
        }
        let widths = columns.indices.map { column in
            ([columns[column].heading] + texts.map { $0[column] }).map(\.count).max() ?? 0
        }
        return ([columns.map(\.heading)] + texts).map { row in
            let cells = row.indices.map { Self.padded(row[$0], widths[$0], right: rights[$0]) }
            return Self.trimmed(cells.joined(separator: "  "))
        }
    }

    /// One object per row, for programs.
    package var objects: [JSON] {
        rows.map { row in
            .object(zip(columns, row).map { JSON.Member($0.key, $1.json) })
        }
    }

    /// Prints the rows in the form that the console asks for.
    package func print(to console: Console) {
        if console.isJSON { return objects.forEach { object in console.json(object) } }
        for (index, line) in lines.enumerated() {
            console.line(line, index == 0 ? .strong : .plain)
        }
    }

    static func padded(_ text: String, _ width: Int, right: Bool) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }

    static func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }
}

/// Named facts about one thing: a line each for people, one object for programs.
package struct Facts: Sendable {
    private let row: [(column: Table.Column, cell: Cell)]

    package init(_ row: [(Table.Column, Cell)]) {
        self.row = row.map { (column: $0.0, cell: $0.1) }
    }

    package var lines: [String] {
        let width = row.map(\.column.heading.count).max() ?? 0
        return row.map {
            Table.padded($0.column.heading, width, right: false) + "  " + $0.cell.text
        }
    }

    package var object: JSON {
        .object(row.map { JSON.Member($0.column.key, $0.cell.json) })
    }

    package func print(to console: Console) {
        if console.isJSON { return console.json(object) }
        for line in lines { console.line(line) }
    }
}
