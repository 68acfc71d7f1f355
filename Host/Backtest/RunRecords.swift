import RialtoEngine
import RialtoHistory

/// What the indices in the records of some accounts mean in the whole run.
struct RecordPlaces {
    /// Index in the run of each account.
    let accounts: [Int]
    /// Index in the run of each instance.
    let instances: [Int]
    /// Index in the run of the first text.
    let firstText: Int
}

/// The records of a run in one order: by time, and at one time account by account, each account's
/// as they happened.
///
/// Accounts that cannot reach each other have engines of their own, which count orders, fills,
/// crossings and parents from 0. Here they are counted through, in the order of the run.
package final class RunRecords {
    /// Where the tables of the run may lie.
    let scratch: ScratchMemory
    private let streams: [KeptRecords]
    /// Of each stream; empty where there is one, which is as it is.
    private let places: [RecordPlaces]

    /// The records of one engine, as they are.
    init(_ only: KeptRecords) {
        scratch = only.scratch
        streams = [only]
        places = []
    }

    /// - Parameter scratch: Takes the tables of the run.
    init(_ streams: [KeptRecords], places: [RecordPlaces], in scratch: ScratchMemory) {
        precondition(streams.count == places.count, "each stream has its places")
        self.scratch = scratch
        self.streams = streams
        self.places = streams.count > 1 ? places : []
    }

    /// Why records are missing; nil when all are there.
    var failure: HistoryError? { streams.lazy.compactMap(\.failure).first }

    /// Records of one kind.
    func count(of kind: RecordKind) -> Int {
        // Every engine records the prices of the market; those of the first are enough.
        if case .price = kind { return streams.first?.count(of: kind) ?? 0 }
        return streams.reduce(0) { $0 + $1.count(of: kind) }
    }

    /// Calls `body` with each record's kind and words, in order; the words are valid in the call.
    ///
    /// - Parameter pageEnd: Called now and then; what has been read is let go of then.
    func forEach(
        _ body: (RecordKind, UnsafePointer<Int64>) -> Void, pageEnd: () -> Void = {}
    ) throws(HistoryError) {
        if places.isEmpty {
            for stream in streams { stream.forEach(body, pageEnd: pageEnd) }
            return
        }
        var merge = try RecordMerge(streams, places, in: scratch)
        merge.forEach(body, pageEnd: pageEnd)
    }

    /// All records as one stream of words; see ``RecordKind``. For short runs.
    package var words: ContiguousArray<Int64> {
        get throws(HistoryError) {
            var all: ContiguousArray<Int64> = []
            try forEach { kind, words in
                // A record's header stands before it.
                let count = Int(words[-1] & 0xFFFF_FFFF)
                all.append(contentsOf: UnsafeBufferPointer(start: words - 1, count: count + 1))
            }
            return all
        }
    }
}

/// Reads one stream of records, and says when the next one happened.
private struct RecordReader {
    private let records: KeptRecords
    private var page = 0
    /// The words of the page, and where in them the next record begins.
    private var words: UnsafeBufferPointer<Int64>
    private var at = 0
    /// Orders that were read.
    private var orders: Int64 = 0
    private var last_ns = Int64.min
    /// When the next record happened, Unix nanoseconds; nil at the end. Never falls.
    private(set) var time: Int64?

    init(_ records: KeptRecords) {
        self.records = records
        words = records.words(page: 0)
        findTime()
    }

    /// The next record: its kind, and its words, which are valid until the next call.
    mutating func take() -> (kind: RecordKind, words: UnsafePointer<Int64>, count: Int)? {
        if at == words.count { turnPage() }
        guard at < words.count, let start = words.baseAddress,
            let kind = RecordKind(rawValue: start[at] >> 32)
        else {
            time = nil
            return nil
        }
        let record = start + at, count = Int(record[0] & 0xFFFF_FFFF)
        at += count + 1
        if kind == .order { orders += 1 }
        findTime()
        return (kind, record + 1, count)
    }

    private mutating func turnPage() {
        guard page < records.pageCount else { return }
        records.release(page: page)
        page += 1
        at = 0
        words = records.words(page: page)
    }

    /// A record without a time happened with the one before it, or, as the word of whose child the
    /// next order is, with the one behind it.
    private mutating func findTime() {
        var (page, words, at) = (page, words, at)
        while true {
            if at == words.count {
                page += 1
                words = records.words(page: page)
                at = 0
                if words.isEmpty { break }
            }
            let kind = words[at] >> 32
            if kind == RecordKind.child.rawValue {
                guard words[at + 1] >= orders else { break }
                at += Int(words[at] & 0xFFFF_FFFF) + 1
                continue
            }
            if kind != RecordKind.share.rawValue { last_ns = max(last_ns, words[at + 1]) }
            break
        }
        let isAtEnd = self.at == self.words.count && records.words(page: self.page + 1).isEmpty
        time = isAtEnd ? nil : last_ns
    }
}

/// What the orders, fills, crossings and parents of one engine are called in the run.
private struct RecordNumbers {
    enum Kind: Int64, CaseIterable {
        case order, fill, crossing, parent

        /// Of which there are at least as many as numbers.
        var records: RecordKind {
            switch self {
            case .order: .order
            case .fill: .fill
            case .crossing: .crossing
            case .parent: .parent
            }
        }
    }

    /// By kind: the number in the run of each one that was met.
    private let columns: [UnsafeMutablePointer<Int64>]
    private var met = Array(repeating: 0, count: Kind.allCases.count)

    init(_ stream: KeptRecords, in scratch: ScratchMemory) throws(HistoryError) {
        var columns: [UnsafeMutablePointer<Int64>] = []
        for kind in Kind.allCases {
            columns.append(try scratch.column(stream.count(of: kind.records), of: Int64.self))
        }
        self.columns = columns
    }

    /// - Parameters:
    ///   - number: As the engine counts, from 0; new ones come one after the other.
    ///   - next: What a new one is called.
    mutating func inRun(_ number: Int64, _ kind: Kind, next: inout Int64) -> Int64 {
        let index = Int(kind.rawValue), column = columns[index]
        precondition(number <= met[index], "an engine counts through")
        if number == met[index] {
            (column + met[index]).initialize(to: next)
            met[index] += 1
            next += 1
        }
        return column[Int(number)]
    }
}

/// Reads several streams of records in the order of a run.
private struct RecordMerge {
    private var readers: [RecordReader]
    private var numbers: [RecordNumbers]
    private let places: [RecordPlaces]
    /// Next number of each `RecordNumbers.Kind`.
    private var next = Array(repeating: Int64(0), count: RecordNumbers.Kind.allCases.count)
    /// The record that is handed out, with its header.
    private let words: UnsafeMutablePointer<Int64>
    private let scratch: ScratchMemory

    /// Words of the longest record, with its header.
    private static let wordsMax = 32

    init(
        _ streams: [KeptRecords], _ places: [RecordPlaces], in scratch: ScratchMemory
    ) throws(HistoryError) {
        self.places = places
        self.scratch = scratch
        words = try scratch.column(Self.wordsMax, of: Int64.self)
        words.initialize(repeating: 0, count: Self.wordsMax)
        readers = streams.map { RecordReader($0) }
        numbers = []
        for stream in streams { numbers.append(try RecordNumbers(stream, in: scratch)) }
    }

    mutating func forEach(
        _ body: (RecordKind, UnsafePointer<Int64>) -> Void, pageEnd: () -> Void
    ) {
        var untold = 0
        while let turn = firstReader() {
            while let time = readers[turn.reader].time, time <= turn.last_ns {
                guard let record = readers[turn.reader].take() else { break }
                if record.kind == .price, turn.reader > 0 { continue }
                translate(record.kind, record.words, record.count, of: turn.reader)
                body(record.kind, UnsafePointer(words + 1))
                untold += record.count
            }
            if untold > KeptRecords.pageWords {
                untold = 0
                scratch.releaseAll()
                pageEnd()
            }
        }
        pageEnd()
    }

    /// The stream whose records come next, and the time up to which they do: that of the others,
    /// less 1 where another comes first at equal times.
    private func firstReader() -> (reader: Int, last_ns: Int64)? {
        var first: (reader: Int, time: Int64)?, bound = Int64.max
        for (index, reader) in readers.enumerated() {
            guard let time = reader.time else { continue }
            guard let before = first else {
                first = (index, time)
                continue
            }
            if time < before.time {
                // The one that was first until now has its turn at its own time, before later ones.
                bound = min(bound, before.time - 1)
                first = (index, time)
            } else {
                bound = min(bound, time)
            }
        }
        return first.map { ($0.reader, bound) }
    }

    // MARK: Numbers

    /// Copies a record and says everything in it as the run counts it.
    private mutating func translate(
        _ kind: RecordKind, _ source: UnsafePointer<Int64>, _ count: Int, of stream: Int
    ) {
        precondition(count < Self.wordsMax, "a record is short")
        words[0] = kind.rawValue << 32 | Int64(count)
        (words + 1).update(from: source, count: count)
        let r = words + 1
        switch kind {
        case .intent:
            place(1, 2, of: stream)
            if r[14] >= 0 { r[14] += Int64(places[stream].firstText) }
        case .order:
            number(.order, 1, of: stream)
            place(2, 3, of: stream)
        case .orderState: number(.order, 1, of: stream)
        case .response:
            place(1, 2, of: stream)
            r[7] += Int64(places[stream].firstText)
        case .fill:
            number(.fill, 2, of: stream)
            number(.order, 3, of: stream)
            place(4, nil, of: stream)
        case .share:
            number(.fill, 0, of: stream)
            place(nil, 1, of: stream)
        case .crossing:
            number(.crossing, 1, of: stream)
            place(2, 4, of: stream)
        case .equity, .event, .refusal, .payment, .capital: place(1, 2, of: stream)
        case .parent:
            number(.parent, 1, of: stream)
            place(2, 3, of: stream)
        case .child:
            number(.order, 0, of: stream)
            number(.parent, 1, of: stream)
        case .parentState: number(.parent, 1, of: stream)
        case .message:
            number(.order, 1, of: stream)
            if r[3] == 3 { number(.fill, 4, of: stream) }
            if r[3] == 4 { number(.order, 4, of: stream) }
        case .forecast, .opinion, .price, .series, .score, .membership: break
        }
    }

    /// Gives the words that name an account and an instance their meaning in the run.
    private func place(_ account: Int?, _ instance: Int?, of stream: Int) {
        let r = words + 1
        if let account, r[account] >= 0 {
            r[account] = Int64(places[stream].accounts[Int(r[account])])
        }
        if let instance, r[instance] >= 0 {
            r[instance] = Int64(places[stream].instances[Int(r[instance])])
        }
    }

    /// Gives the word that names an order, fill, crossing or parent its number in the run.
    private mutating func number(_ kind: RecordNumbers.Kind, _ word: Int, of stream: Int) {
        guard words[1 + word] >= 0 else { return }
        words[1 + word] = numbers[stream].inRun(
            words[1 + word], kind, next: &next[Int(kind.rawValue)])
    }
}
