import RialtoHistory
import RialtoMatching
import RialtoValues

/// A stored book as the two kinds of events that it is handed out as: whole books, and changes.
///
/// Within one time whole books come before changes. So where a whole book and changes before it
/// have the same time, those changes are left out: nobody could have acted between them. What lies
/// before the first time that is wanted becomes one whole book at that time.
///
/// The columns are made once; whoever takes them frees them.
struct BookSplit {
    private(set) var owned: [UnsafeMutableRawPointer] = []
    /// Levels of all whole books together.
    private(set) var levelCount = 0
    private var bookCount = 0
    private var deltaCount = 0

    private let columns: BookColumns
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
    private var book = OrderBook()

    /// Splits rows of a book.
    ///
    /// - Parameters:
    ///   - instrument: Index of the instrument in the run.
    ///   - from: First time that is wanted, Unix nanoseconds; nil for all.
    ///   - end: Row behind the last one.
    init(_ columns: BookColumns, instrument: UInt32, from: Int64?, end: Int) {
        var owned: [UnsafeMutableRawPointer] = []
        func memory<T: BitwiseCopyable>(_ count: Int, _ type: T.Type) -> UnsafeMutablePointer<T> {
            let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, count))
            owned.append(UnsafeMutableRawPointer(pointer))
            return pointer
        }
        let start = from.map { time in Self.first(columns, end, notBefore: time) } ?? 0
        var clears = 1
        for row in start..<end where columns.flags[row] & BookFlags.clears.rawValue != 0 {
            clears += 1
        }
        self.columns = columns
        bookTime = memory(clears, Int64.self)
        bookVenueTime = memory(clears, Int64.self)
        firstLevel = memory(clears, UInt32.self)
        bidCount = memory(clears, UInt32.self)
        askCount = memory(clears, UInt32.self)
        // No book has more levels than rows that made it; the first may be made of all before it.
        levelPrice = memory(end, Int64.self)
        levelQuantity = memory(end, Int64.self)
        deltaTime = memory(end - start, Int64.self)
        deltaVenueTime = memory(end - start, Int64.self)
        side = memory(end - start, UInt8.self)
        last = memory(end - start, UInt8.self)
        price = memory(end - start, Int64.self)
        quantity = memory(end - start, Int64.self)
        sequence = memory(end - start, UInt64.self)
        bookInstrument = memory(clears, UInt32.self)
        deltaInstrument = memory(end - start, UInt32.self)
        bookInstrument.initialize(repeating: instrument, count: clears)
        deltaInstrument.initialize(repeating: instrument, count: end - start)
        self.owned = owned
        if let from, start > 0 { begin(at: from, before: start) }
        split(start..<end)
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
        for earlier in 0..<row { take(earlier) }
        if !book.isEmpty { addBook(at: time, venueTime: columns.venue_time_ns[row - 1]) }
    }

    private mutating func split(_ rows: Range<Int>) {
        var row = rows.lowerBound
        while row < rows.upperBound {
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
        (deltaTime + deltaCount).initialize(to: columns.time_ns[row])
        (deltaVenueTime + deltaCount).initialize(to: columns.venue_time_ns[row])
        (side + deltaCount).initialize(to: columns.side[row])
        (last + deltaCount).initialize(to: columns.flags[row] & BookFlags.last.rawValue)
        (price + deltaCount).initialize(to: columns.price[row])
        (quantity + deltaCount).initialize(to: columns.quantity[row])
        (sequence + deltaCount).initialize(to: UInt64(bitPattern: columns.sequence[row]))
        deltaCount += 1
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
