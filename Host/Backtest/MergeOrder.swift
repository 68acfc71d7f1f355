import RialtoHistory
import RialtoValues

/// Which rows of which parts come next, for a piece of a merge: one list for each kind of events.
final class MergePiece {
    /// The rows of one kind that the piece holds, in their order.
    struct List {
        /// Index of the part that a row comes from, its row there, and its time.
        let part: UnsafeMutablePointer<UInt16>
        let row: UnsafeMutablePointer<UInt32>
        let time: UnsafeMutablePointer<Int64>
        var count = 0
        /// Row of the joint columns where the list begins.
        var first = 0
    }

    var lists: [List]
    /// Entries of the feed that the piece holds.
    var entries = 0..<0
    /// Time of each entry, its kind, and its row among those of its kind; only where the feed has
    /// several kinds.
    let time = UnsafeMutablePointer<Int64>.allocate(capacity: FeedMerge.chunk)
    let kind = UnsafeMutablePointer<UInt8>.allocate(capacity: FeedMerge.chunk)
    let row = UnsafeMutablePointer<UInt32>.allocate(capacity: FeedMerge.chunk)

    init(kinds: Int) {
        lists = (0..<kinds).map { _ in
            List(
                part: .allocate(capacity: FeedMerge.chunk),
                row: .allocate(capacity: FeedMerge.chunk),
                time: .allocate(capacity: FeedMerge.chunk))
        }
    }

    /// Begins where `piece` ends.
    func follow(_ piece: MergePiece) {
        for list in lists.indices {
            lists[list].first = piece.lists[list].first + piece.lists[list].count
            lists[list].count = 0
        }
    }

    deinit {
        time.deallocate()
        kind.deallocate()
        row.deallocate()
        for list in lists {
            list.part.deallocate()
            list.row.deallocate()
            list.time.deallocate()
        }
    }
}

/// The total order of a feed's parts, piece by piece: by time, then by part, then by row.
///
/// A tree of losers: the winner is the part whose next row comes next, and each inner node keeps
/// the part that lost there, so that the next winner costs one comparison a level.
struct MergeOrder: ~Copyable {
    /// Leaves of the tree: a power of two, at least `parts`.
    private let leaves: Int
    /// Time of each part's next row; Int64.max behind the last one.
    private let keys: UnsafeMutablePointer<Int64>
    /// The winner at 0, losers behind it.
    private let tree: UnsafeMutablePointer<Int>
    private let next: UnsafeMutablePointer<Int>
    private let times: PartReader<Int64>
    private let counts: [Int]
    /// Place of each part's kind among the lists.
    private let listOf: [Int]
    private let total: Int
    private var done = 0

    init(_ parts: [FeedPart], listOf: [Int], in scratch: ScratchMemory) {
        self.listOf = listOf
        times = PartReader(parts.map { UnsafeRawPointer($0.time_ns) }, of: parts, in: scratch)
        counts = parts.map(\.count)
        total = counts.reduce(0, +)
        var leaves = 1
        while leaves < parts.count { leaves *= 2 }
        self.leaves = leaves
        keys = .allocate(capacity: leaves)
        tree = .allocate(capacity: leaves)
        next = .allocate(capacity: leaves)
        keys.initialize(repeating: .max, count: leaves)
        tree.initialize(repeating: 0, count: leaves)
        next.initialize(repeating: 0, count: leaves)
        for (index, part) in parts.enumerated() where part.count > 0 {
            keys[index] = times.value(index, 0)
        }
        play()
    }

    deinit {
        keys.deallocate()
        tree.deallocate()
        next.deallocate()
    }

    /// Plays all matches once.
    private func play() {
        var winners = Array(0..<leaves) + Array(repeating: 0, count: leaves)
        for leaf in 0..<leaves { winners[leaves + leaf] = leaf }
        for node in stride(from: leaves - 1, to: 0, by: -1) {
            let (left, right) = (winners[2 * node], winners[2 * node + 1])
            let isLeft = comesFirst(left, right)
            winners[node] = isLeft ? left : right
            tree[node] = isLeft ? right : left
        }
        tree[0] = leaves > 1 ? winners[1] : 0
    }

    @inline(__always)
    private func comesFirst(_ left: Int, _ right: Int) -> Bool {
        keys[left] != keys[right] ? keys[left] < keys[right] : left < right
    }

    /// Fills `piece` with what comes next.
    ///
    /// - Parameter kinds: The kind of each list.
    mutating func fill(_ piece: MergePiece, kinds: [UInt8]) {
        let start = done, isMixed = kinds.count > 1
        let end = min(total, done + FeedMerge.chunk)
        piece.entries = done..<end
        piece.lists.withUnsafeMutableBufferPointer { lists in
            for entry in done..<end {
                let part = tree[0], list = listOf[part], place = lists[list].count
                lists[list].time[place] = keys[part]
                lists[list].part[place] = UInt16(truncatingIfNeeded: part)
                lists[list].row[place] = UInt32(truncatingIfNeeded: next[part])
                lists[list].count = place &+ 1
                if isMixed {
                    piece.time[entry &- start] = keys[part]
                    piece.kind[entry &- start] = kinds[list]
                    piece.row[entry &- start] = UInt32(
                        truncatingIfNeeded: lists[list].first &+ place)
                }
                advance(part)
            }
        }
        done = end
    }

    /// Takes the winner's next row to the tree.
    @inline(__always)
    private func advance(_ part: Int) {
        let row = next[part] &+ 1, old = keys[part]
        next[part] = row
        let key = row < counts[part] ? times.value(part, row) : Int64.max
        keys[part] = key
        // Parts at the same time that come first have had their turn.
        guard key != old else { return }
        var node = (part &+ leaves) >> 1, winner = part
        while node > 0 {
            let other = tree[node]
            if comesFirst(other, winner) {
                tree[node] = winner
                winner = other
            }
            node >>= 1
        }
        tree[0] = winner
    }
}
