import RialtoEngine
import RialtoHistory

/// The records of a run in the order in which they happened: in memory while they are few, else in
/// a temporary file.
package final class KeptRecords {
    /// Whole records, one behind the other.
    private struct Page {
        let start: UnsafeMutablePointer<Int64>
        var count = 0
    }

    let scratch: ScratchMemory
    private var pages: [Page] = []
    private var counts: [RecordKind: Int] = [:]
    /// Why records are missing; nil when all are there.
    private(set) var failure: HistoryError?

    /// Words of a page.
    static let pageWords = 1 << 17

    init(in scratch: ScratchMemory) { self.scratch = scratch }

    /// Where an engine sends them.
    var sink: RecordSink { { [self] words in add(words) } }

    /// Records of one kind.
    func count(of kind: RecordKind) -> Int { counts[kind] ?? 0 }

    private func add(_ words: UnsafeBufferPointer<Int64>) {
        guard failure == nil, let first = words.baseAddress else { return }
        precondition(words.count <= Self.pageWords, "a page holds what comes at once")
        if (pages.last?.count ?? Self.pageWords) + words.count > Self.pageWords { addPage() }
        guard failure == nil else { return }
        let page = pages[pages.count - 1]
        scratch.copy(first, bytes: words.count * 8, to: page.start + page.count)
        pages[pages.count - 1].count += words.count
        tally(words)
    }

    private func addPage() {
        do throws(HistoryError) {
            pages.append(Page(start: try scratch.column(Self.pageWords, of: Int64.self)))
        } catch { failure = error }
    }

    private func tally(_ words: UnsafeBufferPointer<Int64>) {
        var at = 0
        while at < words.count {
            if let kind = RecordKind(rawValue: words[at] >> 32) { counts[kind, default: 0] += 1 }
            at += Int(words[at] & 0xFFFF_FFFF) + 1
        }
    }

    /// Calls `body` with each record's kind and words, in order; the words are valid in the call.
    ///
    /// - Parameter pageEnd: Called now and then; what has been read is let go of then.
    func forEach(
        _ body: (RecordKind, UnsafePointer<Int64>) -> Void, pageEnd: () -> Void = {}
    ) {
        for page in pages {
            var at = 0
            while at < page.count {
                let header = page.start[at]
                if let kind = RecordKind(rawValue: header >> 32) {
                    body(kind, UnsafePointer(page.start + at + 1))
                }
                at += Int(header & 0xFFFF_FFFF) + 1
            }
            scratch.release(page.start, bytes: page.count * 8)
            pageEnd()
        }
    }

    /// Pages that it has.
    var pageCount: Int { pages.count }

    /// The words of a page, whole records; none behind the last page.
    func words(page: Int) -> UnsafeBufferPointer<Int64> {
        guard page < pages.count else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: pages[page].start, count: pages[page].count)
    }

    /// Lets go of what is resident of a page.
    func release(page: Int) { scratch.release(pages[page].start, bytes: pages[page].count * 8) }

    /// All records as one stream of words; see ``RecordKind``. For short runs.
    package var words: ContiguousArray<Int64> {
        var all: ContiguousArray<Int64> = []
        for page in pages {
            all.append(contentsOf: UnsafeBufferPointer(start: page.start, count: page.count))
        }
        return all
    }
}
