import RialtoHistory
import RialtoMatching
import RialtoValues

/// A stored book as the two kinds of events that it is handed out as: whole books, and changes.
///
/// Within one time whole books come before changes. So where a whole book and changes before it
/// have the same time, those changes are left out: nobody could have acted between them. What lies
/// before the first time that is wanted becomes one whole book at that time.
///
/// The columns are made once, in scratch memory; what has been written or read is let go of.
struct BookSplit {
    /// Levels of all whole books together.
    private(set) var levelCount = 0
    private var bookCount = 0
    private var deltaCount = 0

    private let columns: BookColumns
    private let series: Series
    private let scratch: ScratchMemory
    private let bookTime: UnsafeMutablePointer<Int64>
    private let bookVenueTime: UnsafeMutablePointer<Int64>
    private let firstLevel: UnsafeMutablePointer<UInt32>
    private let bidCount: UnsafeMutablePointer<UInt32>
    private let askCount: UnsafeMutablePointer<UInt32>
    private let levelPrice: UnsafeMutablePointer<Int64>
    private let levelQuantity: UnsafeMutablePointer<Int64>
    private let deltaTime: UnsafeMutablePointer<Int64>
    private let deltaVenueTime: UnsafeMutablePointer<Int64>
    private let side: UnsafeMutablePointer<UInt8>
    private let last: UnsafeMutablePointer<UInt8>
    private let price: UnsafeMutablePointer<Int64>
    private let quantity: UnsafeMutablePointer<Int64>
    private let sequence: UnsafeMutablePointer<UInt64>
    private let bookInstrument: UnsafeMutablePointer<UInt32>
    private let deltaInstrument: UnsafeMutablePointer<UInt32>
    private let instrument: UInt32
    private var book = OrderBook()
    /// Rows of the series that have been let go of.
    private var released = 0

    /// Splits rows of a book.
    ///
    /// - Parameters:
    ///   - series: Holds a book.
    ///   - instrument: Index of the instrument in the run.
    ///   - from: First time that is wanted, Unix nanoseconds; nil for all.
    ///   - end: Row behind the last one.
    /// - Throws: ``HistoryError`` of kind `system` when the disk has no room for the columns.
    init(
        _ series: Series, instrument: UInt32, from: Int64?, end: Int, in scratch: ScratchMemory
    ) throws(HistoryError) {
        guard let columns = series.book else { preconditionFailure("only books are split") }
        let start = from.map { time in Self.first(columns, end, notBefore: time) } ?? 0
        var clears = 1
        for row in start..<end where columns.flags[row] & BookFlags.clears.rawValue != 0 {
            clears += 1
        }
        self.columns = columns
        self.series = series
        self.scratch = scratch
        bookTime = try scratch.column(clears, of: Int64.self)
        bookVenueTime = try scratch.column(clears, of: Int64.self)
        firstLevel = try scratch.column(clears, of: UInt32.self)
        bidCount = try scratch.column(clears, of: UInt32.self)
        askCount = try scratch.column(clears, of: UInt32.self)
        // No book has more levels than rows that made it; the first may be made of all before it.
        levelPrice = try scratch.column(end, of: Int64.self)
        levelQuantity = try scratch.column(end, of: Int64.self)
        deltaTime = try scratch.column(end - start, of: Int64.self)
        deltaVenueTime = try scratch.column(end - start, of: Int64.self)
        side = try scratch.column(end - start, of: UInt8.self)
        last = try scratch.column(end - start, of: UInt8.self)
        price = try scratch.column(end - start, of: Int64.self)
        quantity = try scratch.column(end - start, of: Int64.self)
        sequence = try scratch.column(end - start, of: UInt64.self)
        bookInstrument = try scratch.column(clears, of: UInt32.self)
        deltaInstrument = try scratch.column(end - start, of: UInt32.self)
        self.instrument = instrument
        if let from, start > 0 { begin(at: from, before: start) }
        split(start..<end)
        letGo(before: end)
    }

    /// The whole books.
    var books: BookEvents {
        BookEvents(
            count: bookCount, time_ns: UnsafePointer(bookTime),
            venueTime_ns: UnsafePointer(bookVenueTime), instrument: UnsafePointer(bookInstrument),
            firstLevel: UnsafePointer(firstLevel), bidCount: UnsafePointer(bidCount),
            askCount: UnsafePointer(askCount), levelPrice: UnsafePointer(levelPrice),
            levelQuantity: UnsafePointer(levelQuantity))
    }

    /// The changes.
    var deltas: BookDeltaEvents {
        BookDeltaEvents(
            count: deltaCount, time_ns: UnsafePointer(deltaTime),
            venueTime_ns: UnsafePointer(deltaVenueTime),
            instrument: UnsafePointer(deltaInstrument), side: UnsafePointer(side),
            last: UnsafePointer(last), price: UnsafePointer(price),
            quantity: UnsafePointer(quantity), sequence: UnsafePointer(sequence))
    }

    /// The book of all rows before `row`, as one that is known at `time`.
    private mutating func begin(at time: Int64, before row: Int) {
        for earlier in 0..<row {
            take(earlier)
            if earlier - released > FeedMerge.chunk { letGo(before: earlier) }
        }
        if !book.isEmpty { addBook(at: time, venueTime: columns.venue_time_ns[row - 1]) }
    }

    private mutating func split(_ rows: Range<Int>) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            if row - released > FeedMerge.chunk { letGo(before: row) }
            let time = columns.time_ns[row]
            var end = row, whole: Int?
            while end < rows.upperBound, columns.time_ns[end] == time {
                if columns.flags[end] & BookFlags.clears.rawValue != 0 { whole = end }
                end += 1
            }
            if let whole { row = addWhole(from: whole, to: end) }
            while row < end {
                addDelta(row)
                row += 1
            }
        }
    }

    /// Adds the whole book whose first row is `start`. Returns the row behind it.
    private mutating func addWhole(from start: Int, to end: Int) -> Int {
        var row = start
        while row < end {
            take(row)
            row += 1
            if columns.flags[row - 1] & BookFlags.last.rawValue != 0 { break }
        }
        addBook(at: columns.time_ns[start], venueTime: columns.venue_time_ns[start])
        return row
    }

    private mutating func take(_ row: Int) {
        if columns.flags[row] & BookFlags.clears.rawValue != 0 { book.clear() }
        guard let side = Side(rawValue: columns.side[row]) else { return }
        book.set(side, price: columns.price[row], quantity: columns.quantity[row])
    }

    private mutating func addBook(at time: Int64, venueTime: Int64) {
        precondition(levelCount <= Int(UInt32.max), "levels are counted in 32 bits")
        (bookInstrument + bookCount).initialize(to: instrument)
        (bookTime + bookCount).initialize(to: time)
        (bookVenueTime + bookCount).initialize(to: venueTime)
        (firstLevel + bookCount).initialize(to: UInt32(levelCount))
        (bidCount + bookCount).initialize(to: UInt32(book.count(.buy)))
        (askCount + bookCount).initialize(to: UInt32(book.count(.sell)))
        bookCount += 1
        for side in [Side.buy, .sell] {
            for level in book.levels(side) {
                (levelPrice + levelCount).initialize(to: level.price)
                (levelQuantity + levelCount).initialize(to: level.quantity)
                levelCount += 1
            }
        }
    }

    private mutating func addDelta(_ row: Int) {
        (deltaInstrument + deltaCount).initialize(to: instrument)
        (deltaTime + deltaCount).initialize(to: columns.time_ns[row])
        (deltaVenueTime + deltaCount).initialize(to: columns.venue_time_ns[row])
        (side + deltaCount).initialize(to: columns.side[row])
        (last + deltaCount).initialize(to: columns.flags[row] & BookFlags.last.rawValue)
        (price + deltaCount).initialize(to: columns.price[row])
        (quantity + deltaCount).initialize(to: columns.quantity[row])
        (sequence + deltaCount).initialize(to: UInt64(bitPattern: columns.sequence[row]))
        deltaCount += 1
    }

    /// Lets go of the rows of the series that have been read, and of what was made of them.
    private mutating func letGo(before row: Int) {
        series.release(released..<row)
        scratch.releaseAll()
        released = row
    }

    /// How what is resident of the columns is let go of.
    var tracks: [FeedTrack] { tracks(of: .books) + tracks(of: .bookDeltas) }

    /// As ``tracks``, for whole books or for changes alone.
    func tracks(of kind: EventKind) -> [FeedTrack] {
        let scratch = scratch
        func drop(_ columns: [(UnsafeRawPointer, Int)], _ rows: Range<Int>) {
            for (start, width) in columns {
                scratch.release(start + rows.lowerBound * width, bytes: rows.count * width)
            }
        }
        guard kind == .books else {
            let columns: [(UnsafeRawPointer, Int)] = [
                (UnsafeRawPointer(deltaTime), 8), (UnsafeRawPointer(deltaVenueTime), 8),
                (UnsafeRawPointer(deltaInstrument), 4), (UnsafeRawPointer(side), 1),
                (UnsafeRawPointer(last), 1), (UnsafeRawPointer(price), 8),
                (UnsafeRawPointer(quantity), 8), (UnsafeRawPointer(sequence), 8),
            ]
            return [FeedTrack(time_ns: deltas.time_ns, count: deltaCount) { drop(columns, $0) }]
        }
        let levels: [(UnsafeRawPointer, Int)] = [
            (UnsafeRawPointer(levelPrice), 8), (UnsafeRawPointer(levelQuantity), 8),
        ]
        let columns: [(UnsafeRawPointer, Int)] = [
            (UnsafeRawPointer(bookTime), 8), (UnsafeRawPointer(bookVenueTime), 8),
            (UnsafeRawPointer(bookInstrument), 4), (UnsafeRawPointer(bidCount), 4),
            (UnsafeRawPointer(askCount), 4), (UnsafeRawPointer(firstLevel), 4),
        ]
        let first = firstLevel
        return [
            FeedTrack(time_ns: books.time_ns, count: bookCount) { rows in
                drop(levels, Int(first[rows.lowerBound])..<Int(first[rows.upperBound - 1]))
                drop(columns, rows)
            }
        ]
    }

    /// The first row before `end` at or after `time`.
    private static func first(_ columns: BookColumns, _ end: Int, notBefore time: Int64) -> Int {
        var low = 0, high = end
        while low < high {
            let middle = (low + high) / 2
            if columns.time_ns[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
