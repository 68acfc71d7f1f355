import RialtoValues

/// What was in a recorded stream, and what was wrong with it.
package struct StreamReport: Sendable {
    /// How many troubles are kept in words.
    package static let examplesMax = 10

    /// Lines that are not blank.
    package internal(set) var lines = 0
    package internal(set) var depthMessages = 0
    package internal(set) var snapshots = 0
    package internal(set) var tradeMessages = 0
    package internal(set) var quoteMessages = 0
    package internal(set) var markMessages = 0
    package internal(set) var openInterestMessages = 0
    package internal(set) var liquidationMessages = 0
    /// Messages that no series takes.
    package internal(set) var otherMessages = 0
    /// Lines that could not be read; above 0 only where such lines are left out.
    package internal(set) var unreadable = 0
    /// Places at which messages about the book were missed.
    package internal(set) var sequenceBreaks = 0
    /// How often the book was whole again after one.
    package internal(set) var resyncs = 0
    /// Messages that said nothing new: doubled, late, or older than the whole book.
    package internal(set) var repeated = 0
    /// Whole books that were older than the book that was known.
    package internal(set) var snapshotsPassed = 0
    /// Depth messages that could not be applied because the book was not known.
    package internal(set) var depthDropped = 0
    /// Changes of levels in those.
    package internal(set) var rowsDropped = 0
    /// Messages after which a bid was at or above an ask; each counts as a break too.
    package internal(set) var crossedBooks = 0
    /// Trades that the venue counted and the stream does not hold.
    package internal(set) var tradesMissed = 0
    /// Trades outside the open market, such as those of the venue's own fund.
    package internal(set) var tradesNotMarket = 0
    /// Lines received before the line before them; they count as received with it.
    package internal(set) var timeFalls = 0
    /// The longest of those, in nanoseconds.
    package internal(set) var timeFallMax_ns: Int64 = 0
    /// Whether there was no whole book to begin with: levels are unknown until they change.
    package internal(set) var isPartial = false
    /// Unix nanoseconds UTC; nil when there was no line.
    package internal(set) var firstTime_ns: Int64?
    package internal(set) var lastTime_ns: Int64?
    /// The first troubles, with their lines.
    package private(set) var examples: [HistoryError] = []
    /// All troubles, in words or not.
    package private(set) var troubles = 0

    init() {}

    mutating func tell(_ error: HistoryError) {
        troubles += 1
        if examples.count < Self.examplesMax { examples.append(error) }
    }
}
