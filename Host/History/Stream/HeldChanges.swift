/// Changes of a book that wait for the whole book that they follow.
struct HeldChanges {
    /// What waits at most, in rows: minutes of a busy instrument. Snapshots come within seconds.
    static let rowsMax = 1 << 20

    private(set) var changes: [BookChange] = []
    private(set) var rows = 0

    /// Adds a change behind the others. When there are too many, all before it are given up.
    ///
    /// - Returns: Those that were given up.
    mutating func add(_ change: BookChange) -> [BookChange] {
        var given: [BookChange] = []
        if rows + change.levels.count > Self.rowsMax { given = takeAll() }
        changes.append(change)
        rows += change.levels.count
        return given
    }

    mutating func takeAll() -> [BookChange] {
        defer {
            changes = []
            rows = 0
        }
        return changes
    }
}

/// One message about a book, in the instrument's units.
struct BookChange {
    struct Level {
        /// 1 a bid, 2 an ask.
        let side: UInt8
        let price: Int64
        let quantity: Int64
    }

    let line: Int
    /// Unix nanoseconds UTC; nil when the venue does not say.
    let venueTime_ns: Int64?
    /// The update before it; its own last one for a whole book.
    let previous: Int64
    /// 0 where the venue does not count.
    let last: Int64
    let levels: [Level]
}
