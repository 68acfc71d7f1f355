import RialtoHistory
import RialtoValues

/// Where a joint column of a merged feed goes, piece by piece: straight to memory, or through a
/// buffer to the file.
final class JointTarget {
    let start: UnsafeMutableRawPointer
    /// Bytes of a value.
    let width: Int
    private let scratch: ScratchMemory
    private let buffer: UnsafeMutableRawPointer?

    /// - Parameter start: Of a column of `scratch`, with values of `width` bytes.
    init(_ start: UnsafeMutableRawPointer, width: Int, in scratch: ScratchMemory) {
        self.start = start
        self.width = width
        self.scratch = scratch
        buffer =
            scratch.isInFile(start)
            ? .allocate(byteCount: FeedMerge.chunk * width, alignment: 64) : nil
    }

    deinit { buffer?.deallocate() }

    /// Writes rows, at most ``FeedMerge/chunk`` of them; `body` stores them where it is told to.
    func write(_ first: Int, count: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
        let target = start + first * width
        guard let buffer else { return body(target) }
        body(buffer)
        scratch.copy(buffer, bytes: count * width, to: target)
    }
}

/// A joint column of a merged feed, and where each part's values come from.
struct JointColumn {
    enum Source {
        /// Each part has a column of its own.
        case wide(PartReader<Int64>)
        case half(PartReader<UInt32>)
        case narrow(PartReader<UInt8>)
        /// One value a part, for all of its rows.
        case fixed([Int64])
        /// The row's time less so many nanoseconds, by part.
        case time(before: [Int64])
    }

    let kind: EventKind
    let target: JointTarget
    let source: Source

    /// Writes the rows of a list; lists come in order.
    func gather(_ list: MergePiece.List) {
        target.write(list.first, count: list.count) { out in
            switch source {
            case .wide(let reader): Self.gather(list, reader, to: out)
            case .half(let reader): Self.gather(list, reader, to: out)
            case .narrow(let reader): Self.gather(list, reader, to: out)
            case .fixed(let values):
                if target.width == 4 {
                    Self.gather(list, values.map { UInt32($0) }, to: out)
                } else {
                    Self.gather(list, values, to: out)
                }
            case .time(let before): Self.gather(list, before: before, to: out)
            }
        }
    }

    @inline(__always)
    private static func gather<Value: BitwiseCopyable>(
        _ list: MergePiece.List, _ reader: PartReader<Value>, to out: UnsafeMutableRawPointer
    ) {
        let out = out.assumingMemoryBound(to: Value.self)
        for place in 0..<list.count {
            out[place] = reader.value(Int(list.part[place]), Int(list.row[place]))
        }
    }

    @inline(__always)
    private static func gather<Value: BitwiseCopyable>(
        _ list: MergePiece.List, _ values: [Value], to out: UnsafeMutableRawPointer
    ) {
        let out = out.assumingMemoryBound(to: Value.self)
        values.withUnsafeBufferPointer { values in
            for place in 0..<list.count { out[place] = values[Int(list.part[place])] }
        }
    }

    private static func gather(
        _ list: MergePiece.List, before: [Int64], to out: UnsafeMutableRawPointer
    ) {
        let out = out.assumingMemoryBound(to: Int64.self)
        before.withUnsafeBufferPointer { before in
            for place in 0..<list.count {
                out[place] = list.time[place] &- before[Int(list.part[place])]
            }
        }
    }
}

/// The levels of several parts' whole books, in the order of the feed.
final class JointLevels {
    let first: UnsafeMutablePointer<UInt32>
    let price: UnsafeMutablePointer<Int64>
    let quantity: UnsafeMutablePointer<Int64>
    private let books: [BookEvents?]
    private let scratch: ScratchMemory
    private var next = 0

    /// - Parameter count: Whole books of all parts.
    init(_ parts: [FeedPart], in scratch: ScratchMemory, count: Int) throws(HistoryError) {
        let total = parts.reduce(0) { $0 + ($1.kind == .books ? $1.levelCount : 0) }
        precondition(total <= Int(UInt32.max), "levels are counted in 32 bits")
        first = try scratch.column(count, of: UInt32.self)
        price = try scratch.column(total, of: Int64.self)
        quantity = try scratch.column(total, of: Int64.self)
        self.scratch = scratch
        books = parts.map { $0.kind == .books ? $0.books : nil }
    }

    /// Copies the levels of the books of a list; lists come in order.
    func gather(_ list: MergePiece.List) {
        for place in 0..<list.count {
            guard let books = books[Int(list.part[place])] else { continue }
            let row = Int(list.row[place]), start = Int(books.firstLevel[row])
            let count = Int(books.bidCount[row]) + Int(books.askCount[row])
            first[list.first + place] = UInt32(next)
            (price + next).initialize(from: books.levelPrice + start, count: count)
            (quantity + next).initialize(from: books.levelQuantity + start, count: count)
            next += count
        }
        for case let books? in books {
            scratch.release(books.levelPrice)
            scratch.release(books.levelQuantity)
        }
    }

    /// Lets go of the levels of some rows, but for those of the last one.
    func release(_ rows: Range<Int>, _ scratch: ScratchMemory) {
        guard let last = rows.last else { return }
        let start = Int(first[rows.lowerBound]), bytes = (Int(first[last]) - start) * 8
        scratch.release(price + start, bytes: bytes)
        scratch.release(quantity + start, bytes: bytes)
        scratch.release(first + rows.lowerBound, bytes: rows.count * 4)
    }

    /// Lets go of what a list has written.
    func release(_ list: MergePiece.List, _ scratch: ScratchMemory) {
        release(list.first..<list.first + list.count, scratch)
    }
}
