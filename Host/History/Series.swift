import RialtoValues

/// Closed bars as columns of `count` rows; valid while their ``Series`` lives.
package struct BarColumns {
    package let count: Int
    /// When the bar closed: its opening time plus the interval. Rises with every row.
    package let time_ns: UnsafePointer<Int64>
    package let open: UnsafePointer<Int64>
    package let high: UnsafePointer<Int64>
    package let low: UnsafePointer<Int64>
    package let close: UnsafePointer<Int64>
    /// In quantity units; 0 where the source has none.
    package let volume: UnsafePointer<Int64>
}

/// Trades printed on a venue, as columns of `count` rows; valid while their ``Series`` lives.
package struct TradeColumns {
    package let count: Int
    /// When the host could know the trade; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// As the venue states it; may fall.
    package let venue_time_ns: UnsafePointer<Int64>
    package let price: UnsafePointer<Int64>
    package let quantity: UnsafePointer<Int64>
    /// 0 unknown, 1 the taker bought, 2 the taker sold.
    package let takerSide: UnsafePointer<UInt8>
}

/// Best bids and asks, as columns of `count` rows; valid while their ``Series`` lives.
package struct QuoteColumns {
    package let count: Int
    /// When the host could know the quote; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// As the venue states it; may fall.
    package let venue_time_ns: UnsafePointer<Int64>
    package let bidPrice: UnsafePointer<Int64>
    /// 0 where the source has none.
    package let bidQuantity: UnsafePointer<Int64>
    package let askPrice: UnsafePointer<Int64>
    /// 0 where the source has none.
    package let askQuantity: UnsafePointer<Int64>
}

/// Changes of an order book, one level a row, as columns of `count` rows; valid while their
/// ``Series`` lives. The rows of one venue message lie together and end with ``BookFlags/last``.
package struct BookColumns {
    package let count: Int
    /// When the host could know the change; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// As the venue states it; may fall.
    package let venue_time_ns: UnsafePointer<Int64>
    /// 1 a bid, 2 an ask, 0 no level: a whole book that is empty.
    package let side: UnsafePointer<UInt8>
    /// ``BookFlags``.
    package let flags: UnsafePointer<UInt8>
    package let price: UnsafePointer<Int64>
    /// The level's new quantity; 0 removes it.
    package let quantity: UnsafePointer<Int64>
    /// As the venue counts messages; 0 when it does not.
    package let sequence: UnsafePointer<Int64>
}

/// Mark and index prices, as columns of `count` rows; valid while their ``Series`` lives.
package struct MarkColumns {
    package let count: Int
    /// When the host could know it; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// As the venue states it; may fall.
    package let venue_time_ns: UnsafePointer<Int64>
    package let markPrice: UnsafePointer<Int64>
    /// 0 where the source has none.
    package let indexPrice: UnsafePointer<Int64>
}

/// Contracts open, as columns of `count` rows; valid while their ``Series`` lives.
package struct OpenInterestColumns {
    package let count: Int
    /// When the host could know it; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// As the venue states it; may fall.
    package let venue_time_ns: UnsafePointer<Int64>
    package let quantity: UnsafePointer<Int64>
}

/// Positions closed by force, as columns of `count` rows; valid while their ``Series`` lives.
package struct LiquidationColumns {
    package let count: Int
    /// When the host could know it; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// As the venue states it; may fall.
    package let venue_time_ns: UnsafePointer<Int64>
    /// Of the closing order: 0 unknown, 1 buy, 2 sell.
    package let side: UnsafePointer<UInt8>
    package let price: UnsafePointer<Int64>
    package let quantity: UnsafePointer<Int64>
}

/// The rows of one instrument and kind, read only, mapped from a file or owned in memory.
///
/// Its rows obey ``DataRules``. It is not Sendable: use it where it was made.
package final class Series {
    package let instrument: Instrument
    package let kind: SeriesKind
    /// Length of a bar in nanoseconds; 0 unless `kind` is bars.
    package let interval_ns: Int64
    /// Rows.
    package let count: Int
    /// The first byte of each column, in the order of ``SeriesKind/fields``.
    let columns: [UnsafeRawPointer]
    /// What keeps the columns' memory: freed with the series.
    let storage: AnyObject

    init(_ definition: SeriesDefinition, owning columns: Columns) {
        instrument = definition.instrument
        kind = definition.kind
        interval_ns = definition.interval_ns
        count = columns.count
        self.columns = columns.pointers.map { UnsafeRawPointer($0) }
        storage = columns
    }

    /// - Parameter columns: Pointers into `file`, one per field, checked to hold `count` rows.
    init(
        _ definition: SeriesDefinition, count: Int, columns: [UnsafeRawPointer], in file: MappedFile
    ) {
        instrument = definition.instrument
        kind = definition.kind
        interval_ns = definition.interval_ns
        self.count = count
        self.columns = columns
        storage = file
    }

    /// - Parameter columns: Pointers into `memory`, one per field, each with `count` rows.
    init(
        _ definition: SeriesDefinition, count: Int, columns: [UnsafeRawPointer],
        in memory: MemoryFile
    ) {
        instrument = definition.instrument
        kind = definition.kind
        interval_ns = definition.interval_ns
        self.count = count
        self.columns = columns
        storage = memory
    }

    /// The first `count` rows, in the same memory.
    ///
    /// - Parameter count: 0...count of this series.
    package func first(_ count: Int) -> Series {
        precondition(count >= 0 && count <= self.count)
        return Series(self, count: count)
    }

    private init(_ whole: Series, count: Int) {
        instrument = whole.instrument
        kind = whole.kind
        interval_ns = whole.interval_ns
        self.count = count
        columns = whole.columns
        storage = whole.storage
    }

    package var key: SeriesKey {
        SeriesKey(instrument: instrument.name, kind: kind, interval_ns: interval_ns)
    }

    package var definition: SeriesDefinition {
        SeriesDefinition(instrument: instrument, kind: kind, interval_ns: interval_ns)
    }

    /// The time of every row.
    package var time_ns: UnsafePointer<Int64> { numbers(0) }
    package var firstTime_ns: Int64? { count == 0 ? nil : time_ns[0] }
    package var lastTime_ns: Int64? { count == 0 ? nil : time_ns[count - 1] }

    /// The columns, or nil when the series holds no bars.
    package var bars: BarColumns? {
        guard kind == .bars else { return nil }
        return BarColumns(
            count: count, time_ns: numbers(0), open: numbers(1), high: numbers(2), low: numbers(3),
            close: numbers(4), volume: numbers(5))
    }

    /// The columns, or nil when the series holds no trades.
    package var trades: TradeColumns? {
        guard kind == .trades else { return nil }
        return TradeColumns(
            count: count, time_ns: numbers(0), venue_time_ns: numbers(1), price: numbers(2),
            quantity: numbers(3), takerSide: columns[4].assumingMemoryBound(to: UInt8.self))
    }

    /// The columns, or nil when the series holds no quotes.
    package var quotes: QuoteColumns? {
        guard kind == .quotes else { return nil }
        return QuoteColumns(
            count: count, time_ns: numbers(0), venue_time_ns: numbers(1), bidPrice: numbers(2),
            bidQuantity: numbers(3), askPrice: numbers(4), askQuantity: numbers(5))
    }

    /// The columns, or nil when the series holds no book.
    package var book: BookColumns? {
        guard kind == .book else { return nil }
        return BookColumns(
            count: count, time_ns: numbers(0), venue_time_ns: numbers(1),
            side: columns[2].assumingMemoryBound(to: UInt8.self),
            flags: columns[3].assumingMemoryBound(to: UInt8.self), price: numbers(4),
            quantity: numbers(5), sequence: numbers(6))
    }

    /// The columns, or nil when the series holds no marks.
    package var marks: MarkColumns? {
        guard kind == .marks else { return nil }
        return MarkColumns(
            count: count, time_ns: numbers(0), venue_time_ns: numbers(1), markPrice: numbers(2),
            indexPrice: numbers(3))
    }

    /// The columns, or nil when the series holds no open interest.
    package var openInterest: OpenInterestColumns? {
        guard kind == .openInterest else { return nil }
        return OpenInterestColumns(
            count: count, time_ns: numbers(0), venue_time_ns: numbers(1), quantity: numbers(2))
    }

    /// The columns, or nil when the series holds no liquidations.
    package var liquidations: LiquidationColumns? {
        guard kind == .liquidations else { return nil }
        return LiquidationColumns(
            count: count, time_ns: numbers(0), venue_time_ns: numbers(1),
            side: columns[2].assumingMemoryBound(to: UInt8.self), price: numbers(3),
            quantity: numbers(4))
    }

    /// One row, fields in the order of ``SeriesKind/fields``.
    ///
    /// - Parameter index: 0..<count.
    package func row(_ index: Int) -> Row {
        precondition(index >= 0 && index < count)
        var row = Row(repeating: 0)
        for column in columns.indices { row[column] = value(column, index) }
        return row
    }

    /// The first row at or after `time_ns`; `count` when there is none.
    ///
    /// - Complexity: O(log rows).
    package func index(atOrAfter time_ns: Int64) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if self.time_ns[middle] < time_ns { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Lets go of what is resident of some rows, where they are mapped from a file: they can still
    /// be read, from the file. Nothing happens to rows in memory.
    package func release(_ rows: Range<Int>) {
        guard let file = storage as? MappedFile else { return }
        for column in columns.indices {
            let width = isNarrow(column) ? 1 : 8
            ScratchMemory.drop(
                columns[column] + rows.lowerBound * width, bytes: rows.count * width,
                of: file.bytes)
        }
    }

    /// Lets go of all that is resident of a series that is mapped from a file.
    package func releaseAll() { (storage as? MappedFile)?.release() }

    /// Whether both hold the same rows of the same instrument.
    package func isEqual(to other: Series) -> Bool {
        guard definition == other.definition, count == other.count else { return false }
        return columns.indices.allSatisfy { column in
            (0..<count).allSatisfy { value(column, $0) == other.value(column, $0) }
        }
    }

    private func value(_ column: Int, _ index: Int) -> Int64 {
        if isNarrow(column) {
            return Int64(columns[column].load(fromByteOffset: index, as: UInt8.self))
        }
        return columns[column].load(fromByteOffset: index * 8, as: Int64.self)
    }

    /// Whether a column has one byte a row.
    private func isNarrow(_ column: Int) -> Bool {
        switch kind {
        case .bars, .quotes, .marks, .openInterest: false
        case .liquidations, .gaps: column == 2
        case .trades: column == 4
        case .book: column == 2 || column == 3
        }
    }

    private func numbers(_ column: Int) -> UnsafePointer<Int64> {
        columns[column].assumingMemoryBound(to: Int64.self)
    }
}
