import RialtoMatching
import RialtoValues

/// What the rows of a book add up to, and what cannot be right in them.
package struct BookFacts: Equatable, Sendable {
    /// Messages of the venue.
    package private(set) var messages = 0
    /// Messages that are whole books.
    package private(set) var wholeBooks = 0
    /// Places at which messages were missed, as the series itself says.
    package private(set) var gaps = 0
    /// Messages after which a bid was at or above an ask.
    package private(set) var crossed = 0

    private var book = OrderBook()
    private var isOpen = false
    private var time_ns = Int64.min
    private var sequence: Int64 = 0

    package init() {}

    /// What is known of a whole series.
    ///
    /// - Complexity: O(rows).
    package init(of series: Series) {
        for index in 0..<series.count { _ = take(series.row(index)) }
    }

    /// Takes the next row of a series.
    ///
    /// - Returns: What is wrong with it where it stands, and the field's place; nil for nothing.
    mutating func take(_ row: Row) -> (what: String, field: Int)? {
        let flags = BookFlags(rawValue: UInt8(truncatingIfNeeded: row[3]))
        let problem = isOpen ? goesOn(row, flags) : begins(row, flags)
        if flags.contains(.clears) {
            book.clear()
            wholeBooks += flags.contains(.gap) ? 0 : 1
            gaps += flags.contains(.gap) ? 1 : 0
        }
        if let side = Side(rawValue: UInt8(truncatingIfNeeded: row[2])) {
            book.set(side, price: row[4], quantity: max(0, row[5]))
        }
        isOpen = !flags.contains(.last)
        (time_ns, sequence) = (row[0], row[6] == 0 ? sequence : row[6])
        guard !isOpen else { return problem }
        messages += flags.contains(.gap) ? 0 : 1
        guard book.isCrossed else { return problem }
        crossed += 1
        return problem ?? ("the book is crossed after this row", 4)
    }

    /// The first row of a message: its sequence is above that of the message before.
    private func begins(_ row: Row, _ flags: BookFlags) -> (what: String, field: Int)? {
        guard !flags.contains(.clears), row[6] != 0, row[6] <= sequence else { return nil }
        return ("the sequence does not rise from message to message", 6)
    }

    /// A further row of a message: at one time, with one sequence.
    private func goesOn(_ row: Row, _ flags: BookFlags) -> (what: String, field: Int)? {
        if flags.contains(.clears) { return ("a whole book begins inside a message", 3) }
        if row[0] != time_ns { return ("a message goes on at another time", 0) }
        return row[6] != 0 && row[6] != sequence
            ? ("a message goes on with another sequence", 6) : nil
    }
}
