import RialtoEngine
import RialtoHistory
import RialtoValues

/// What a feed tells of one instrument beside its market, of one kind: what trading in it has come
/// to, or its funding.
package struct FeedNotices {
    /// `status` or `funding`.
    package let kind: EventKind
    /// Index of the instrument in the run.
    package let instrument: Int
    /// In order of time.
    package let rows: [Row]

    /// One of them.
    package struct Row: Equatable {
        /// When the host could know it, Unix nanoseconds UTC.
        package let time_ns: Int64
        /// As the venue states it; the same where it states none.
        package let venueTime_ns: Int64
        /// As ``MarketStatus`` counts, or a rate in 10^-9.
        package let value: Int64
        /// When funding is expected next; 0 where that is not known, and of other kinds.
        package let next_ns: Int64
    }

    /// - Parameters:
    ///   - time_ns: When each was known, Unix nanoseconds UTC; never falls.
    ///   - status: What trading had come to then.
    package init(instrument: Int, status: [(time_ns: Int64, status: MarketStatus)]) {
        kind = .status
        self.instrument = instrument
        rows = status.map { Row(time_ns: $0.time_ns, $0.status) }
    }

    /// - Parameter funding: When it was exchanged and at which rate in 10^-9, in order of time.
    package init(instrument: Int, funding: [(time_ns: Int64, rate_e9: Int64)]) {
        kind = .funding
        self.instrument = instrument
        rows = funding.indices.map { index in
            let time = funding[index].time_ns
            return Row(
                time_ns: time, venueTime_ns: time, value: funding[index].rate_e9,
                next_ns: Self.next(funding.map(\.time_ns), after: index))
        }
    }

    init(instrument: Int, _ kind: EventKind, _ rows: [Row]) {
        self.kind = kind
        self.instrument = instrument
        self.rows = rows
    }

    /// As far after a funding as it was after the one before: what was known at its time.
    private static func next(_ times: [Int64], after index: Int) -> Int64 {
        guard index > 0 else { return 0 }
        let (next, over) = times[index].addingReportingOverflow(times[index] - times[index - 1])
        return over ? 0 : next
    }
}

extension FeedNotices.Row {
    init(time_ns: Int64, venueTime_ns: Int64? = nil, _ status: MarketStatus) {
        self.init(
            time_ns: time_ns, venueTime_ns: venueTime_ns ?? time_ns,
            value: Int64(status.rawValue), next_ns: 0)
    }
}

/// The notices of one instrument of a run.
package struct RunNotices {
    private let index: Int
    private let record: InstrumentRecord
    private let book: Series?
    private let gaps: Series?
    private let watched: [WatchedStream]
    private let start: Int64?
    private let end: Int64?

    /// - Parameters:
    ///   - index: Of the instrument in the run.
    ///   - book: Its stored book; nil where the run has none.
    ///   - gaps: Where messages of its other streams were missed; nil where none are known.
    ///   - watched: Those of its streams of which silence is told.
    ///   - start: Where the run begins, Unix nanoseconds UTC; nil with the data.
    ///   - end: Before which it ends; nil with the data.
    package init(
        _ index: Int, _ record: InstrumentRecord, book: Series?, gaps: Series? = nil,
        watched: [WatchedStream] = [], from start: Int64?, before end: Int64?
    ) {
        self.index = index
        self.record = record
        self.book = book
        self.gaps = gaps
        self.watched = watched
        self.start = start
        self.end = end
    }

    /// Funding as it is exchanged; what lies before the run is history.
    package var funding: FeedNotices {
        FeedNotices(
            instrument: index,
            funding: record.actions.compactMap { action in
                guard case .funding(let rate) = action.change, isBeforeEnd(action.time_ns) else {
                    return nil
                }
                return (time_ns: action.time_ns, rate_e9: rate)
            })
    }

    /// What trading in it, and its feed, has come to since the run began, with what holds then.
    ///
    /// - Throws: ``HistoryError`` of kind `system` when the calendar's time zone is unknown.
    package func status() throws(HistoryError) -> FeedNotices {
        let all = inTime(trading) + inTime(feed) + inTime(try silences())
        // Sorting keeps the order of what has one time.
        let sorted = all.enumerated().sorted {
            ($0.element.time_ns, $0.offset) < ($1.element.time_ns, $1.offset)
        }
        return FeedNotices(instrument: index, .status, sorted.map(\.element))
    }

    private func isBeforeEnd(_ time_ns: Int64) -> Bool { end.map { time_ns < $0 } ?? true }

    /// The rows of the run's time; before them the last one from before, where it still matters.
    private func inTime(_ rows: [FeedNotices.Row]) -> [FeedNotices.Row] {
        let kept = rows.filter { isBeforeEnd($0.time_ns) }
        guard let start else { return kept }
        let inside = kept.drop { $0.time_ns < start }
        guard let before = kept.last(where: { $0.time_ns < start }),
            let status = MarketStatus(rawValue: UInt8(truncatingIfNeeded: before.value)),
            status != .open, status != .reconnect, status != .live
        else { return Array(inside) }
        return [FeedNotices.Row(time_ns: start, status)] + inside
    }

    /// Halts and resumptions, and the end.
    private var trading: [FeedNotices.Row] {
        record.actions.compactMap { action in
            switch action.change {
            case .halt: FeedNotices.Row(time_ns: action.time_ns, .halted)
            case .resume: FeedNotices.Row(time_ns: action.time_ns, .open)
            case .settlement: FeedNotices.Row(time_ns: action.time_ns, .closed)
            case .listing, .rename, .dividend, .split, .funding: nil
            }
        }
    }

    /// Where messages were missed, and where it goes on: at once with prints, with the book when
    /// that is whole again.
    private var feed: [FeedNotices.Row] {
        let missed = missedPrints
        guard !missed.isEmpty else { return bookFeed }
        var rows: [FeedNotices.Row] = [], isLost = false, next = 0
        func tell(_ row: FeedNotices.Row) {
            rows.append(row)
            guard !isLost else { return }
            rows.append(
                FeedNotices.Row(time_ns: row.time_ns, venueTime_ns: row.venueTime_ns, .reconnect))
        }
        for row in bookFeed {
            while next < missed.count, missed[next].time_ns < row.time_ns {
                tell(missed[next])
                next += 1
            }
            isLost = row.value == Int64(MarketStatus.gap.rawValue)
            rows.append(row)
        }
        missed[next...].forEach(tell)
        return rows
    }

    /// Where messages of other streams than the book were missed.
    private var missedPrints: [FeedNotices.Row] {
        guard let gaps else { return [] }
        return (0..<gaps.count).map { index in
            let row = gaps.row(index)
            return FeedNotices.Row(time_ns: row[0], venueTime_ns: row[1], .gap)
        }
    }

    /// Where nothing came for as long as is told, in the hours of the instrument's calendar, and
    /// where something came again: of several streams while any is silent.
    private func silences() throws(HistoryError) -> [FeedNotices.Row] {
        var changes: [(time_ns: Int64, change: Int)] = []
        for stream in watched {
            for silence in try stream.silences(calendar: record.calendar, from: start) {
                changes.append((silence.from_ns, 1))
                if let until = silence.until_ns { changes.append((until, -1)) }
            }
        }
        changes.sort { ($0.time_ns, $0.change) < ($1.time_ns, $1.change) }
        var silent = 0, rows: [FeedNotices.Row] = []
        for change in changes {
            let before = silent
            silent += change.change
            if before == 0 { rows.append(FeedNotices.Row(time_ns: change.time_ns, .stale)) }
            if silent == 0 { rows.append(FeedNotices.Row(time_ns: change.time_ns, .live)) }
        }
        return rows
    }

    /// Where messages about the book were missed, and where it goes on.
    private var bookFeed: [FeedNotices.Row] {
        guard let book, let columns = book.book else { return [] }
        var rows: [FeedNotices.Row] = [], isLost = false
        for first in Swift.stride(from: 0, to: book.count, by: FeedMerge.chunk) {
            let last = min(book.count, first + FeedMerge.chunk)
            for row in first..<last {
                let isGap = columns.flags[row] & BookFlags.gap.rawValue != 0
                guard isGap != isLost else { continue }
                isLost = isGap
                rows.append(
                    FeedNotices.Row(
                        time_ns: columns.time_ns[row], venueTime_ns: columns.venue_time_ns[row],
                        isGap ? .gap : .reconnect))
            }
            book.release(first..<last)
        }
        return rows
    }
}

/// The columns of notices, in scratch memory.
struct NoticeColumns {
    let time_ns: UnsafePointer<Int64>
    let venueTime_ns: UnsafePointer<Int64>
    let status: UnsafePointer<UInt8>
    let rate_e9: UnsafePointer<Int64>
    let next_ns: UnsafePointer<Int64>

    init(_ rows: [FeedNotices.Row], in scratch: ScratchMemory) throws(HistoryError) {
        func column<Value: BitwiseCopyable>(
            _ value: (FeedNotices.Row) -> Value
        ) throws(HistoryError) -> UnsafePointer<Value> {
            let start = try scratch.column(rows.count, of: Value.self)
            for (index, row) in rows.enumerated() { (start + index).initialize(to: value(row)) }
            return UnsafePointer(start)
        }
        time_ns = try column(\.time_ns)
        venueTime_ns = try column(\.venueTime_ns)
        status = try column { UInt8(truncatingIfNeeded: $0.value) }
        rate_e9 = try column(\.value)
        next_ns = try column(\.next_ns)
    }
}
