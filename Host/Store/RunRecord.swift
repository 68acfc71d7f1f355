/// One run as it is kept: what was asked for, what came of it, and the series behind it.
package struct RunRecord: Hashable, Sendable {
    /// What a list shows of a run.
    package struct Head: Hashable, Sendable {
        /// Letters and digits, 1...64; unique in a store.
        package let id: String
        package let name: String
        /// When the run began, Unix nanoseconds UTC.
        package let started: Int64
        package let seed: Int64
        /// Key numbers as one JSON object.
        package let summary: String

        package init(id: String, name: String, started: Int64, seed: Int64, summary: String) {
            self.id = id
            self.name = name
            self.started = started
            self.seed = seed
            self.summary = summary
        }
    }

    /// A digest with the name of what it covers: `fills`.
    package struct Digest: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package let head: Head
    /// Text of the run file, overrides applied or listed by the caller.
    package let runFile: String
    package let digests: [Digest]
    /// Intents, orders, fills, forecasts, weights and whatever else is kept, in this order.
    package let series: [ColumnSet]

    package init(head: Head, runFile: String, digests: [Digest], series: [ColumnSet]) {
        self.head = head
        self.runFile = runFile
        self.digests = digests
        self.series = series
    }

    /// The series of that name, or nil.
    package func series(_ name: String) -> ColumnSet? { series.first { $0.name == name } }
}

/// A table stored by columns; all have the same number of rows.
package struct ColumnSet: Hashable, Sendable {
    package struct Column: Hashable, Sendable {
        package let name: String
        package let values: ColumnValues

        package init(_ name: String, _ values: ColumnValues) {
            self.name = name
            self.values = values
        }
    }

    /// Such as `fills`; unique in a record.
    package let name: String
    /// Names differ.
    package let columns: [Column]

    package init(name: String, columns: [Column]) {
        precondition(Set(columns.map(\.values.count)).count <= 1, "columns have the same rows")
        self.name = name
        self.columns = columns
    }

    /// Rows of each column.
    package var count: Int { columns.first?.values.count ?? 0 }

    package subscript(column: String) -> ColumnValues? {
        columns.first { $0.name == column }?.values
    }
}

/// The values of one column.
package enum ColumnValues: Hashable, Sendable {
    case integers([Int64])
    /// Cash in 10^-18, and other exact amounts.
    case wide([Int128])
    /// Opinions; every bit is kept.
    case numbers([Double])
    case texts([String])

    package var count: Int {
        switch self {
        case .integers(let values): values.count
        case .wide(let values): values.count
        case .numbers(let values): values.count
        case .texts(let values): values.count
        }
    }
}

/// A column that is to be stored, wherever its values lie. Written like the ``ColumnValues`` of its
/// kind: little-endian, one value behind the other.
package struct ColumnWriter {
    package enum Kind {
        /// 64-bit integers.
        case integers
        /// 128-bit integers.
        case wide
        /// Doubles.
        case numbers
    }

    package let name: String
    let kind: Kind
    let count: Int
    /// Hands over the values' bytes in order, piece by piece.
    let pieces: ((UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) -> Void

    /// - Parameters:
    ///   - count: Values.
    ///   - pieces: Calls its argument with the bytes of all values, in order.
    package init(
        _ name: String, _ kind: Kind, count: Int,
        pieces:
            @escaping ((UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError)
            -> Void
    ) {
        self.name = name
        self.kind = kind
        self.count = count
        self.pieces = pieces
    }

    var bytes: Int { count * (kind == .wide ? 16 : 8) }
}

/// A table that is to be stored without being in memory as a whole.
package struct TableWriter {
    package let name: String
    package let columns: [ColumnWriter]

    package init(name: String, columns: [ColumnWriter]) {
        precondition(Set(columns.map(\.count)).count <= 1, "columns have the same rows")
        self.name = name
        self.columns = columns
    }
}
