import Dispatch
import RialtoEngine
import RialtoHistory
import RialtoValues

/// Several parts merged into one feed, in memory that does not grow with their length.
///
/// It goes piece by piece: while one core finds the order of the next piece, the others gather the
/// columns of the present one. What has been written and read is let go of at once.
struct FeedMerge {
    /// Entries of a piece: large enough that starting one costs nothing, and small enough that its
    /// columns are a few MiB each.
    static let chunk = 1 << 17

    /// How what is resident of the joint columns is let go of.
    private(set) var tracks: [FeedTrack] = []
    private let parts: [FeedPart]
    private let scratch: ScratchMemory
    /// Kinds that occur, rising.
    private let kinds: [EventKind]
    private let time: UnsafeMutablePointer<Int64>
    private let kind: UnsafeMutablePointer<UInt8>?
    private let row: UnsafeMutablePointer<UInt32>?
    private var columns: [JointColumn] = []
    private var levels: JointLevels?
    private let total: Int

    init(_ parts: [FeedPart], in scratch: ScratchMemory) throws(HistoryError) {
        precondition(parts.count <= Int(UInt16.max), "at most 65,535 series in one feed")
        self.parts = parts
        self.scratch = scratch
        total = parts.reduce(0) { $0 + $1.count }
        precondition(total <= Int(UInt32.max), "rows of a feed are counted in 32 bits")
        kinds = Set(parts.map(\.kind)).sorted { $0.rawValue < $1.rawValue }
        time = try scratch.column(total, of: Int64.self)
        let isMixed = kinds.count != 1
        kind = isMixed ? try scratch.column(total, of: UInt8.self) : nil
        row = isMixed ? try scratch.column(total, of: UInt32.self) : nil
    }

    /// Merges everything.
    mutating func run() throws(HistoryError) -> Feed {
        let feed = Feed(
            count: total, time_ns: UnsafePointer(time), kind: kind.map { UnsafePointer($0) },
            row: row.map { UnsafePointer($0) }, singleKind: kind == nil ? kinds.first : nil,
            bars: try bars(), trades: try trades(), quotes: try quotes(), books: try books(),
            bookDeltas: try deltas(), status: try status(), funding: try funding(),
            contracts: try scratch.keep(try contracts()), texts: only(.texts)?.texts,
            oneInstrument: nil,
            barLength_ns: barLength)
        gather()
        addTracks(feed)
        return feed
    }

    /// The interval of all bars, 0 when they differ.
    private var barLength: Int64 {
        let lengths = Set(parts.filter { $0.kind == .bars }.map(\.interval_ns))
        return lengths.count == 1 ? lengths.first ?? 0 : 0
    }

    private func count(_ kind: EventKind) -> Int {
        parts.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) }
    }

    // MARK: Columns

    private mutating func add<Value: BitwiseCopyable>(
        _ kind: EventKind, of type: Value.Type, _ source: JointColumn.Source
    ) throws(HistoryError) -> UnsafePointer<Value> {
        let start = try scratch.column(count(kind), of: type)
        columns.append(
            JointColumn(
                kind: kind,
                target: JointTarget(start, width: MemoryLayout<Value>.size, in: scratch),
                source: source))
        return UnsafePointer(start)
    }

    /// A joint column of one kind.
    ///
    /// - Parameter source: Of a part of that kind, where its values lie.
    private mutating func column<Value: BitwiseCopyable>(
        _ kind: EventKind, _ source: (FeedPart) -> UnsafePointer<Value>?
    ) throws(HistoryError) -> UnsafePointer<Value> {
        let sources = parts.map { part in
            part.kind == kind ? source(part).map { UnsafeRawPointer($0) } : nil
        }
        let reader: JointColumn.Source =
            switch MemoryLayout<Value>.size {
            case 8: .wide(PartReader(sources, of: parts, in: scratch))
            case 4: .half(PartReader(sources, of: parts, in: scratch))
            default: .narrow(PartReader(sources, of: parts, in: scratch))
            }
        return try add(kind, of: Value.self, reader)
    }

    private mutating func instruments(
        _ kind: EventKind
    ) throws(HistoryError) -> UnsafePointer<UInt32> {
        try add(kind, of: UInt32.self, .fixed(parts.map { Int64($0.instrument) }))
    }

    /// The time of each row of a kind: the feed's own, where that has no other kind.
    private mutating func times(_ kind: EventKind) throws(HistoryError) -> UnsafePointer<Int64> {
        if self.kind == nil { return UnsafePointer(time) }
        return try times(kind, before: { _ in 0 })
    }

    private mutating func times(
        _ kind: EventKind, before: (FeedPart) -> Int64
    ) throws(HistoryError) -> UnsafePointer<Int64> {
        try add(kind, of: Int64.self, .time(before: parts.map(before)))
    }

    private mutating func bars() throws(HistoryError) -> BarEvents? {
        guard kinds.contains(.bars) else { return nil }
        let time = try times(.bars)
        return BarEvents(
            count: count(.bars), time_ns: time,
            openTime_ns: try times(.bars, before: { $0.interval_ns }),
            closeTime_ns: time, instrument: try instruments(.bars),
            interval_ns: try add(
                .bars, of: Int64.self, .fixed(parts.map(\.interval_ns))),
            open: try column(.bars) { $0.series?.bars?.open },
            high: try column(.bars) { $0.series?.bars?.high },
            low: try column(.bars) { $0.series?.bars?.low },
            close: try column(.bars) { $0.series?.bars?.close },
            volume: try column(.bars) { $0.series?.bars?.volume })
    }

    private mutating func trades() throws(HistoryError) -> TradeEvents? {
        guard kinds.contains(.trades) else { return nil }
        return TradeEvents(
            count: count(.trades), time_ns: try times(.trades),
            venueTime_ns: try column(.trades) { $0.series?.trades?.venue_time_ns },
            instrument: try instruments(.trades),
            price: try column(.trades) { $0.series?.trades?.price },
            quantity: try column(.trades) { $0.series?.trades?.quantity },
            takerSide: try column(.trades) { $0.series?.trades?.takerSide })
    }

    private mutating func quotes() throws(HistoryError) -> QuoteEvents? {
        guard kinds.contains(.quotes) else { return nil }
        return QuoteEvents(
            count: count(.quotes), time_ns: try times(.quotes),
            venueTime_ns: try column(.quotes) { $0.series?.quotes?.venue_time_ns },
            instrument: try instruments(.quotes),
            bidPrice: try column(.quotes) { $0.series?.quotes?.bidPrice },
            bidQuantity: try column(.quotes) { $0.series?.quotes?.bidQuantity },
            askPrice: try column(.quotes) { $0.series?.quotes?.askPrice },
            askQuantity: try column(.quotes) { $0.series?.quotes?.askQuantity })
    }

    /// The only part of a kind; nil when there are several. Its columns are used as they are.
    private func only(_ kind: EventKind) -> FeedPart? {
        let fits = parts.filter { $0.kind == kind }
        return fits.count == 1 ? fits.first : nil
    }

    private mutating func books() throws(HistoryError) -> BookEvents? {
        guard kinds.contains(.books) else { return nil }
        if let part = only(.books) { return part.books }
        let levels = try JointLevels(parts, in: scratch, count: count(.books))
        self.levels = levels
        return BookEvents(
            count: count(.books), time_ns: try times(.books),
            venueTime_ns: try column(.books) { $0.books?.venueTime_ns },
            instrument: try instruments(.books), firstLevel: UnsafePointer(levels.first),
            bidCount: try column(.books) { $0.books?.bidCount },
            askCount: try column(.books) { $0.books?.askCount },
            levelPrice: UnsafePointer(levels.price), levelQuantity: UnsafePointer(levels.quantity))
    }

    private mutating func deltas() throws(HistoryError) -> BookDeltaEvents? {
        guard kinds.contains(.bookDeltas) else { return nil }
        if let part = only(.bookDeltas) { return part.deltas }
        return BookDeltaEvents(
            count: count(.bookDeltas), time_ns: try times(.bookDeltas),
            venueTime_ns: try column(.bookDeltas) { $0.deltas?.venueTime_ns },
            instrument: try instruments(.bookDeltas),
            side: try column(.bookDeltas) { $0.deltas?.side },
            last: try column(.bookDeltas) { $0.deltas?.last },
            price: try column(.bookDeltas) { $0.deltas?.price },
            quantity: try column(.bookDeltas) { $0.deltas?.quantity },
            sequence: try column(.bookDeltas) { $0.deltas?.sequence })
    }

    private mutating func status() throws(HistoryError) -> StatusEvents? {
        guard kinds.contains(.status) else { return nil }
        return StatusEvents(
            count: count(.status), time_ns: try times(.status),
            venueTime_ns: try column(.status) { $0.notices?.venueTime_ns },
            instrument: try instruments(.status),
            status: try column(.status) { $0.notices?.status })
    }

    private mutating func funding() throws(HistoryError) -> FundingEvents? {
        guard kinds.contains(.funding) else { return nil }
        return FundingEvents(
            count: count(.funding), time_ns: try times(.funding),
            venueTime_ns: try column(.funding) { $0.notices?.venueTime_ns },
            instrument: try instruments(.funding),
            rate_e9: try column(.funding) { $0.notices?.rate_e9 },
            nextFunding_ns: try column(.funding) { $0.notices?.next_ns })
    }

    private mutating func contracts() throws(HistoryError) -> ContractEvents {
        ContractEvents(
            marks: try marks(), openInterest: try openInterest(), liquidations: try liquidations())
    }

    private mutating func marks() throws(HistoryError) -> MarkEvents? {
        guard kinds.contains(.marks) else { return nil }
        return MarkEvents(
            count: count(.marks), time_ns: try times(.marks),
            venueTime_ns: try column(.marks) { $0.series?.marks?.venue_time_ns },
            instrument: try instruments(.marks),
            markPrice: try column(.marks) { $0.series?.marks?.markPrice },
            indexPrice: try column(.marks) { $0.series?.marks?.indexPrice })
    }

    private mutating func openInterest() throws(HistoryError) -> OpenInterestEvents? {
        guard kinds.contains(.openInterest) else { return nil }
        return OpenInterestEvents(
            count: count(.openInterest), time_ns: try times(.openInterest),
            venueTime_ns: try column(.openInterest) { $0.series?.openInterest?.venue_time_ns },
            instrument: try instruments(.openInterest),
            quantity: try column(.openInterest) { $0.series?.openInterest?.quantity })
    }

    private mutating func liquidations() throws(HistoryError) -> LiquidationEvents? {
        guard kinds.contains(.liquidations) else { return nil }
        return LiquidationEvents(
            count: count(.liquidations), time_ns: try times(.liquidations),
            venueTime_ns: try column(.liquidations) { $0.series?.liquidations?.venue_time_ns },
            instrument: try instruments(.liquidations),
            side: try column(.liquidations) { $0.series?.liquidations?.side },
            price: try column(.liquidations) { $0.series?.liquidations?.price },
            quantity: try column(.liquidations) { $0.series?.liquidations?.quantity })
    }

    // MARK: Gathering

    private mutating func gather() {
        if let kind = kinds.first, self.kind == nil {
            columns.append(
                JointColumn(
                    kind: kind, target: JointTarget(time, width: 8, in: scratch),
                    source: .time(before: parts.map { _ in 0 })))
        }
        let listOf = parts.map { kinds.firstIndex(of: $0.kind) ?? 0 }
        var order = MergeOrder(parts, listOf: listOf, in: scratch)
        var piece = MergePiece(kinds: kinds.count), following = MergePiece(kinds: kinds.count)
        order.fill(piece, kinds: kinds.map(\.rawValue))
        while !piece.entries.isEmpty {
            following.follow(piece)
            gather(piece, beside: following, &order)
            levels?.release(list(of: .books, in: piece), scratch)
            swap(&piece, &following)
        }
        scratch.releaseAll()
    }

    /// Writes the columns of `piece` on all cores, and finds the order of `following` meanwhile.
    private func gather(
        _ piece: MergePiece, beside following: MergePiece, _ order: inout MergeOrder
    ) {
        let jobs = columns.count + 3
        withUnsafeMutablePointer(to: &order) { order in
            // Proof: each job writes memory that no other touches (a column with its buffers; the
            // levels; the order and the next piece) and reads what no job writes.
            nonisolated(unsafe) let (merge, piece, following, order) =
                (self, piece, following, order)
            DispatchQueue.concurrentPerform(iterations: jobs) { job in
                switch job {
                case 0: order.pointee.fill(following, kinds: merge.kinds.map(\.rawValue))
                case 1: merge.writeOrder(of: piece)
                case 2: merge.levels?.gather(merge.list(of: .books, in: piece))
                default:
                    let column = merge.columns[job - 3]
                    column.gather(merge.list(of: column.kind, in: piece))
                }
            }
        }
    }

    /// Writes kind, row and time of the entries of a feed of several kinds.
    private func writeOrder(of piece: MergePiece) {
        guard let kind, let row else { return }
        let first = piece.entries.lowerBound, count = piece.entries.count
        scratch.copy(piece.time, bytes: count * 8, to: time + first)
        scratch.copy(piece.kind, bytes: count, to: kind + first)
        scratch.copy(piece.row, bytes: count * 4, to: row + first)
    }

    private func list(of kind: EventKind, in piece: MergePiece) -> MergePiece.List {
        piece.lists[kinds.firstIndex(of: kind) ?? 0]
    }

    private mutating func addTracks(_ feed: Feed) {
        let scratch = scratch
        func track(
            _ time_ns: UnsafePointer<Int64>, _ count: Int,
            _ columns: [(start: UnsafeRawPointer, width: Int)]
        ) {
            tracks.append(
                FeedTrack(time_ns: time_ns, count: count) { rows in
                    for column in columns {
                        scratch.release(
                            column.start + rows.lowerBound * column.width,
                            bytes: rows.count * column.width)
                    }
                })
        }
        var own: [(start: UnsafeRawPointer, width: Int)] = [(UnsafeRawPointer(time), 8)]
        if let kind, let row { own += [(UnsafeRawPointer(kind), 1), (UnsafeRawPointer(row), 4)] }
        track(UnsafePointer(time), total, own)
        for kind in kinds {
            let mine = columns.filter { $0.kind == kind && $0.target.start != time }
            if mine.isEmpty, let split = only(kind)?.split {
                tracks += split.tracks(of: kind)
            } else if let times = feed.times(of: kind) {
                track(
                    times, count(kind),
                    mine.map { (UnsafeRawPointer($0.target.start), $0.target.width) })
            }
        }
        if let levels, let books = feed.books {
            tracks.append(
                FeedTrack(time_ns: books.time_ns, count: books.count) { rows in
                    levels.release(rows, scratch)
                })
        }
    }
}

extension Feed {
    /// Time of each row of a kind; nil where the feed does not hold it.
    fileprivate func times(of kind: EventKind) -> UnsafePointer<Int64>? {
        switch kind {
        case .bars: bars?.time_ns
        case .trades: trades?.time_ns
        case .quotes: quotes?.time_ns
        case .books: books?.time_ns
        case .bookDeltas: bookDeltas?.time_ns
        case .status: status?.time_ns
        case .funding: funding?.time_ns
        case .marks: contracts?.pointee.marks?.time_ns
        case .openInterest: contracts?.pointee.openInterest?.time_ns
        case .liquidations: contracts?.pointee.liquidations?.time_ns
        default: nil
        }
    }
}

extension ScratchMemory {
    /// Keeps what is said of contracts for as long as this lives; nil where nothing is said.
    func keep(
        _ events: ContractEvents
    ) throws(HistoryError) -> UnsafePointer<ContractEvents>? {
        guard !events.isEmpty else { return nil }
        let place = try column(1, of: ContractEvents.self)
        place.initialize(to: events)
        return UnsafePointer(place)
    }
}
