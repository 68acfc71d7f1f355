import RialtoMatching
import RialtoValues

/// Keeps the book of a stream, and makes the rows of its series.
final class BookIntake {
    /// When and where a message was read.
    struct Moment {
        let now_ns: Int64
        let place: StreamPlace
    }

    let rows: RowIntake
    private var sync: BookSync
    private var book = OrderBook()
    private var held = HeldChanges()
    private var lastWhole_ns = Int64.min
    /// Whether the book was lost and is not whole yet.
    private var isBroken = false
    private let isPartial: Bool

    /// - Parameter isPartial: Whether no whole book will come, so that the first change begins it.
    init(_ rows: RowIntake, isPartial: Bool) {
        self.rows = rows
        self.isPartial = isPartial
        sync = BookSync(isPartial: isPartial)
    }

    func take(
        _ change: BookChange, _ moment: Moment, _ report: inout StreamReport
    ) throws(HistoryError) {
        switch sync.judge(previous: change.previous, last: change.last) {
        case .follows: try apply(change, clears: false, moment, &report)
        case .known:
            report.repeated += 1
            report.tell(
                moment.place.order(
                    "a change of the book comes again or late",
                    found: "update \(change.last)", allowed: "one that is not known yet"))
        case .broken: try breakOff(at: change, moment, &report)
        case .waits: hold(change, &report)
        }
    }

    func take(
        whole: BookChange, _ moment: Moment, _ report: inout StreamReport
    ) throws(HistoryError) {
        guard isNews(whole) else {
            report.snapshotsPassed += 1
            return
        }
        lastWhole_ns = whole.venueTime_ns ?? lastWhole_ns
        try apply(whole, clears: true, moment, &report)
        for change in held.takeAll() { try replay(change, moment, &report) }
    }

    /// Counts what was still waiting when the stream ended.
    func end(_ report: inout StreamReport) { drop(held.takeAll(), &report) }

    /// Whether a whole book is newer than what is known: by its update, or else by its time.
    private func isNews(_ whole: BookChange) -> Bool {
        if whole.last > 0 { return sync.takes(snapshot: whole.last) }
        guard let venue_ns = whole.venueTime_ns else { return true }
        return venue_ns >= lastWhole_ns
    }

    /// A change that came before the whole book: known by now, or the next one.
    private func replay(
        _ change: BookChange, _ moment: Moment, _ report: inout StreamReport
    ) throws(HistoryError) {
        switch sync.judge(previous: change.previous, last: change.last) {
        case .follows: try apply(change, clears: false, moment, &report)
        case .known: drop([change], &report)
        case .broken: try breakOff(at: change, moment, &report)
        case .waits: hold(change, &report)
        }
    }

    private func hold(_ change: BookChange, _ report: inout StreamReport) {
        drop(held.add(change), &report)
    }

    private func drop(_ changes: [BookChange], _ report: inout StreamReport) {
        report.depthDropped += changes.count
        for change in changes { report.rowsDropped += change.levels.count }
    }

    private func breakOff(
        at change: BookChange, _ moment: Moment, _ report: inout StreamReport
    ) throws(HistoryError) {
        report.sequenceBreaks += 1
        report.tell(
            moment.place.order(
                "messages about the book are missing before this one",
                found: "a change after update \(change.previous)",
                allowed: "one after the last that is known"))
        try lose(moment)
        guard isPartial else { return hold(change, &report) }
        _ = sync.judge(previous: change.previous, last: change.last)
        try apply(change, clears: false, moment, &report)
    }

    private func apply(
        _ change: BookChange, clears: Bool, _ moment: Moment, _ report: inout StreamReport
    ) throws(HistoryError) {
        if clears { book.clear() }
        for level in change.levels {
            book.set(level.side == 1 ? .buy : .sell, price: level.price, quantity: level.quantity)
        }
        if book.isCrossed {
            report.crossedBooks += 1
            report.tell(moment.place.order("the book is crossed after this message", found: nil))
            return try lose(moment)
        }
        if isBroken {
            isBroken = false
            report.resyncs += 1
        }
        try write(change, clears: clears, moment)
    }

    private func write(
        _ change: BookChange, clears: Bool, _ moment: Moment
    ) throws(HistoryError) {
        let venue_ns = change.venueTime_ns ?? moment.now_ns
        if clears, change.levels.isEmpty {
            return try writeEmpty([.clears, .last], venue_ns, change.last, moment)
        }
        for (index, level) in change.levels.enumerated() {
            var flags: BookFlags = index == change.levels.count - 1 ? .last : []
            if clears, index == 0 { flags.insert(.clears) }
            let row: Row = [
                moment.now_ns, venue_ns, Int64(level.side), Int64(flags.rawValue), level.price,
                level.quantity, change.last,
            ]
            try rows.take(row, at: change.line, rounded: 0)
        }
    }

    /// Forgets the book, and says so to whoever reads the series.
    private func lose(_ moment: Moment) throws(HistoryError) {
        sync.lose()
        book.clear()
        isBroken = true
        try writeEmpty(.all, moment.now_ns, 0, moment)
    }

    private func writeEmpty(
        _ flags: BookFlags, _ venue_ns: Int64, _ sequence: Int64, _ moment: Moment
    ) throws(HistoryError) {
        let row: Row = [moment.now_ns, venue_ns, 0, Int64(flags.rawValue), 0, 0, sequence]
        try rows.take(row, at: moment.place.line, rounded: 0)
    }
}
