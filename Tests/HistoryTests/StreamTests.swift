import RialtoHistory
import RialtoMatching
import RialtoValues
import Testing

/// A whole book in the middle of changes, a quote and two trades.
private func sample() -> SmallStream {
    var stream = SmallStream()
    stream.change([("9", "1")])
    stream.change([("9.5", "1")])
    stream.whole([("10", "4"), ("9", "2")], asks: [("11", "5"), ("12", "0")], at: 103)
    stream.quote(105)
    stream.change([("10", "0"), ("10.5", "7")], asks: [("11", "6")])
    stream.trade(7)
    stream.change([("8", "3")])
    stream.trade(8)
    return stream
}

private let hyperliquid = [
    #"1700000000000000001 {"channel":"l2Book","data":{"coin":"AB","time":1700000000000,"#
        + #""levels":[[{"px":"10.0","sz":"2","n":1}],[{"px":"11.0","sz":"3.5","n":2}]]}}"#,
    #"1700000000000000002 {"channel":"trades","data":[{"coin":"AB","side":"A","px":"10.0","#
        + #""sz":"1","time":1699999999000,"hash":"0x","tid":5,"users":["0x1","0x2"]}]}"#,
    #"1700000000000000003 {"channel":"l2Book","data":{"coin":"AB","levels":[[],[]],"#
        + #""time":1700000000500}}"#,
    #"1700000000000000004 {"channel":"subscriptionResponse","data":{"method":"subscribe"}}"#,
]

@Suite struct `A recorded stream` {
    @Test func `gives trades, quotes and the book, with both clocks`() throws {
        let result = try streamed(sample().lines)
        let report = result.report
        #expect(report.lines == 8 && report.depthMessages == 4 && report.snapshots == 1)
        #expect(report.sequenceBreaks == 0 && report.repeated == 0 && report.examples.isEmpty)
        #expect(result.series.map(\.series.kind) == [.trades, .quotes, .book])

        let trades = try #require(result.series(.trades))
        #expect(trades.count == 2 && trades.row(0)[2] == 1025 && trades.row(0)[4] == 2)
        #expect(trades.row(0)[0] == 1_700_000_000_000_006_000)
        #expect(trades.row(0)[1] == 1_700_000_000_001_000_000)
        let quotes = try #require(result.series(.quotes))
        #expect(quotes.count == 1 && quotes.row(0)[2] == 1000 && quotes.row(0)[5] == 2)
    }

    @Test func `begins its book with the whole one, then applies what follows it`() throws {
        let result = try streamed(sample().lines)
        #expect(result.report.depthDropped == 1 && result.report.rowsDropped == 1)
        var books: [OrderBook] = [], sequences: [Int64] = []
        result.books { book, sequence, _ in
            books.append(book)
            sequences.append(sequence)
        }
        #expect(sequences == [103, 106, 109, 112])
        #expect(books[0].levels(.buy).map(\.price) == [1000, 900])
        #expect(books[1].levels(.buy).map(\.price) == [1000, 950, 900])
        let last = try #require(books.last)
        #expect(last.levels(.buy).map(\.price) == [1050, 950, 900, 800])
        #expect(last.levels(.sell).map(\.quantity) == [6])
    }

    @Test func `lets the changes that came before the whole book be known with it`() throws {
        let book = try #require(try streamed(sample().lines).series(.book))
        #expect((0..<7).map { book.row($0)[3] } == [2, 0, 1, 1, 0, 0, 1])
        #expect(book.row(0)[0] == 1_700_000_000_000_003_000 && book.row(3)[0] == book.row(0)[0])
        #expect(book.row(4)[0] == 1_700_000_000_000_005_000)
    }

    @Test func `begins with the first change where no whole book comes, and says so`() throws {
        var stream = SmallStream()
        stream.change([("9", "1")], isFutures: false)
        stream.change([], asks: [("9.5", "1")], isFutures: false)
        let result = try streamed(stream.lines)
        #expect(result.report.isPartial && result.report.sequenceBreaks == 0)
        #expect(result.lastBook.best(.buy)?.price == 90 && result.lastBook.best(.sell)?.price == 95)
    }

    @Test func `empties the book where a message is missing, until the next whole one`() throws {
        var stream = sample()
        stream.change([("7", "1")])
        stream.lines.removeLast()
        stream.change([("6", "1")])
        let lost = try streamed(stream.lines)
        #expect(lost.report.sequenceBreaks == 1 && lost.report.resyncs == 0)
        #expect(lost.report.depthDropped == 2 && lost.lastBook.isEmpty)
        let rows = try #require(lost.series(.book))
        #expect(rows.row(rows.count - 1)[3] == Int64(BookFlags.all.rawValue))
        #expect(lost.report.examples.first?.line == 9)

        stream.whole([("5", "1")], asks: [("6.5", "1")])
        stream.change([("4", "1")])
        let found = try streamed(stream.lines)
        #expect(found.report.sequenceBreaks == 1 && found.report.resyncs == 1)
        #expect(found.lastBook.levels(.buy).map(\.price) == [500, 400])
    }

    @Test func `starts anew at once where no whole book will come`() throws {
        var stream = SmallStream()
        stream.change([("9", "1")], isFutures: false)
        stream.change([("8", "1")], isFutures: false)
        stream.lines.removeLast()
        stream.change([("7", "1")], isFutures: false)
        let result = try streamed(stream.lines)
        #expect(result.report.sequenceBreaks == 1 && result.report.resyncs == 1)
        #expect(result.report.depthDropped == 0)
        #expect(result.lastBook.levels(.buy).map(\.price) == [7])
    }

    @Test func `passes over what it knows: doubled changes and older whole books`() throws {
        var stream = sample()
        stream.lines.append(stream.lines[6])
        stream.whole([("1", "1")], asks: [], at: 104)
        let result = try streamed(stream.lines)
        #expect(result.report.repeated == 1 && result.report.snapshotsPassed == 1)
        #expect(result.report.sequenceBreaks == 0)
        #expect(result.lastBook == (try streamed(sample().lines).lastBook))
    }

    @Test func `finds a crossed book, and does not go on with it`() throws {
        var stream = sample()
        stream.change([("11", "1")])
        let result = try streamed(stream.lines)
        #expect(result.report.crossedBooks == 1 && result.lastBook.isEmpty)
        result.books { book, _, row in #expect(!book.isCrossed, "row \(row)") }
    }

    @Test func `never lets time fall, and says where it would have`() throws {
        var stream = sample()
        stream.fall(by: 5_000)
        stream.trade(9)
        let result = try streamed(stream.lines)
        #expect(result.report.timeFalls == 1 && result.report.timeFallMax_ns == 4_000)
        let trades = try #require(result.series(.trades))
        #expect(trades.row(2)[0] == trades.row(1)[0])
    }

    @Test func `keeps trades of the market only, and counts those that are missing`() throws {
        var stream = sample()
        stream.trade(9, kind: "INSURANCE_FUND")
        stream.trade(12)
        stream.trade(11)
        let result = try streamed(stream.lines)
        #expect(result.report.tradesNotMarket == 1 && result.report.tradesMissed == 2)
        #expect(result.report.repeated == 1 && result.series(.trades)?.count == 3)
    }

    @Test func `of Hyperliquid is one whole book after the other`() throws {
        let result = try streamed(hyperliquid)
        #expect(result.report.snapshots == 2 && result.report.otherMessages == 1)
        let trades = try #require(result.series(.trades))
        #expect(trades.count == 1 && trades.row(0)[4] == 2)
        #expect(trades.row(0)[1] == 1_699_999_999_000_000_000)
        var books: [OrderBook] = []
        result.books { book, _, _ in books.append(book) }
        #expect(books.count == 2 && books[0].best(.sell)?.quantity == 35 && books[1].isEmpty)
        let late = try streamed(hyperliquid + [hyperliquid[0]])
        #expect(late.report.snapshotsPassed == 1)
    }

    @Test func `goes on from file to file as if it were one`() throws {
        let lines = sample().lines.map { Array($0.utf8) }
        let one = try streamed([lines])
        for cut in 1..<lines.count {
            let two = try streamed([Array(lines[..<cut]), Array(lines[cut...])])
            #expect(two.series.count == one.series.count)
            for (a, b) in zip(one.series, two.series) { #expect(a.series.isEqual(to: b.series)) }
        }
    }
}

@Suite struct `A faulty line of a recorded stream` {
    @Test(arguments: [
        ("x {}", "does not begin with its receive time"),
        ("99999999999999999999 {}", "does not begin with its receive time"),
        ("1700000000000000000{}", "does not begin with its receive time"),
        ("1700000000000000000 {\"e\":", "is no JSON"),
        ("1700000000000000000 {\"data\":[1,]}", "is no JSON"),
        ("1700000000000000000 {} x", "is no JSON"),
        (
            "1700000000000000000 {\"data\":"
                + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}",
            "nests too deeply"
        ),
        ("1700000000000000000 {\"e\":\"trade\",\"p\":\"1\",\"p\":\"2\"}", "comes twice"),
        ("1700000000000000000 {\"e\":\"trade\",\"s\":\"ABUSDT\",\"p\":\"1\"}", "lacks a field"),
        (
            "1700000000000000000 {\"e\":\"bookTicker\",\"u\":999,\"s\":\"ABUSDT\",\"b\":\"1x\","
                + "\"B\":\"1\",\"a\":\"2\",\"A\":\"1\"}", "cannot be used"
        ),
        (
            "1700000000000000000 {\"e\":\"depthUpdate\",\"s\":\"ABUSDT\",\"U\":113,\"u\":114,"
                + "\"pu\":112,\"b\":[[\"0\",\"1\"]],\"a\":[]}", "is impossible"
        ),
        (
            "1700000000000000000 {\"e\":\"bookTicker\",\"u\":999,\"s\":\"CDUSDT\",\"b\":\"1\","
                + "\"B\":\"1\",\"a\":\"2\",\"A\":\"1\"}", "another instrument"
        ),
        ("1700000000000000000 {\"channel\":\"pong\"}", "another instrument or venue"),
    ])
    func `is told with its number, or left out and counted`(line: String, what: String) throws {
        var lines = sample().lines
        lines.insert(line, at: 4)
        do {
            _ = try streamed(lines)
            Issue.record("no error for \(line)")
        } catch {
            #expect(error.line == 5 && error.file == "0.raw")
            #expect(error.message.contains(what), "\(error.message)")
        }
        let clean = try streamed(lines, rules: .clean)
        #expect(clean.report.unreadable == 1 && clean.report.lines == 9)
        #expect(clean.lastBook == (try streamed(sample().lines).lastBook))
    }

    @Test func `that has more decimals than the instrument is never rounded`() throws {
        let lines = sample().lines.map { Array($0.utf8) }
        let bytes = Array(lines.joined(separator: [0x0A]))
        let scan = try StreamScan([ByteInput(name: "a", bytes: bytes)], venue: nil)
        let work = try StreamImport(scan, .sample(priceDecimals: 0), rules: .clean)
        #expect(throws: HistoryError.self) { try work.read(ByteInput(name: "a", bytes: bytes)) }
    }

    @Test func `ends as an error or as sound series, whatever its bytes`() throws {
        let samples = [sample().lines, hyperliquid].map { $0.map { Array($0.utf8) } }
        var kept = 0
        for seed in UInt64(0)..<3_000 {
            var random = SeededGenerator(seed: seed)
            var lines = samples[Int(seed % 2)]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<lines.count, using: &random)
                lines[index] = damaged(lines[index], using: &random)
            }
            let rules: ImportRules = seed % 3 == 0 ? .strict : .clean
            do {
                let result = try streamed([lines], rules: rules)
                for one in result.series { expectSound(one.series, seed) }
                kept += 1
            } catch {
                // The venue and the instrument's name come from the whole file.
                let isOfFile = error.message.contains("tells which venue") || error.kind == .option
                #expect(error.line != nil || isOfFile, "seed \(seed): \(error.message)")
            }
        }
        #expect(kept > 500)
    }

    private func expectSound(_ series: Series, _ seed: UInt64) {
        let rules = DataRules(kind: series.kind, interval_ns: 0)
        for index in 0..<series.count {
            #expect(rules.fault(series.row(index)) == nil, "seed \(seed)")
            #expect(index == 0 || series.time_ns[index - 1] <= series.time_ns[index])
        }
        if series.kind == .book { #expect(BookFacts(of: series).crossed == 0, "seed \(seed)") }
    }
}
