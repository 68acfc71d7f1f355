import RialtoHistory
import RialtoValues

/// Reads one column of many parts, each from its front, through a buffer a part.
///
/// The system brings in far more of a mapped file around each place that is touched than a merge of
/// many parts can keep. So a stretch is copied, and the part's map is let go of at once.
final class PartReader<Value: BitwiseCopyable> {
    /// Copied rows of each part.
    let rows: UnsafeMutablePointer<UnsafeMutablePointer<Value>>
    /// Row of the part with which they begin, and how many they are.
    let first: UnsafeMutablePointer<Int>
    let held: UnsafeMutablePointer<Int>
    private let block: UnsafeMutablePointer<Value>
    private let sources: [UnsafePointer<Value>?]
    private let counts: [Int]
    private let parts: [FeedPart]
    private let scratch: ScratchMemory
    /// Most rows that a buffer holds.
    private let most: Int

    /// Bytes of all buffers of a reader together, roughly.
    private static var bytesMax: Int { 16 << 20 }

    /// - Parameter sources: By part, the column; nil for parts that are not read.
    init(_ sources: [UnsafeRawPointer?], of parts: [FeedPart], in scratch: ScratchMemory) {
        let read = sources.count { $0 != nil }
        most = max(
            512, min(FeedMerge.chunk, Self.bytesMax / MemoryLayout<Value>.stride / max(1, read)))
        self.sources = sources.map { $0?.assumingMemoryBound(to: Value.self) }
        self.parts = parts
        self.scratch = scratch
        counts = zip(parts, sources).map { $1 == nil ? 0 : $0.count }
        let sizes = counts.map { [most] in min(most, $0) }
        block = .allocate(capacity: max(1, sizes.reduce(0, +)))
        rows = .allocate(capacity: parts.count)
        first = .allocate(capacity: parts.count)
        held = .allocate(capacity: parts.count)
        first.initialize(repeating: 0, count: parts.count)
        held.initialize(repeating: 0, count: parts.count)
        var next = block
        for (index, size) in sizes.enumerated() {
            (rows + index).initialize(to: next)
            next += size
        }
    }

    deinit {
        block.deallocate()
        rows.deallocate()
        first.deallocate()
        held.deallocate()
    }

    /// A row of a part, not before one that was read already.
    @inline(__always)
    func value(_ part: Int, _ row: Int) -> Value {
        let place = row &- first[part]
        if place < held[part] { return rows[part][place] }
        return refilled(part, row)
    }

    @inline(never)
    private func refilled(_ part: Int, _ row: Int) -> Value {
        guard let source = sources[part] else { preconditionFailure("only parts of the kind") }
        let count = min(most, counts[part] - row)
        rows[part].initialize(from: source + row, count: count)
        first[part] = row
        held[part] = count
        if parts[part].split == nil, let series = parts[part].series {
            series.releaseAll()
        } else {
            scratch.release(source)
        }
        return rows[part][0]
    }
}
